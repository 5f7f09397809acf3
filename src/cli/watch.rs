//! `layercake watch`.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use layercake::dag::Dag;
use layercake::engine;
use layercake::error::Error;
use layercake::path;
use layercake::project::Project;
use layercake::watch::Watcher;

use super::args::Watch;
use super::progress::Display;
use super::trace::Trace;
use super::{Context, Exit, build};

pub fn run(context: &Context, arguments: &Watch) -> Result<Exit, Error> {
    let project = context.project()?;
    let mut watcher = Watcher::new()?;
    let mut watched = Watched::default();
    let mut is_first = true;
    // A build that finds nothing to do is worth a word only after something was wrong.
    let mut was_good = true;
    let is_over = || context.stop.load(Ordering::Relaxed);
    loop {
        let trace = arguments.build.trace.as_ref().map(|file| Trace::start(context, file));
        let mut problems = context.problems_of_plan();
        let dag = engine::read_dag(&project, &context.disk, &mut problems);
        let mut now = Watched::of(&project, &dag, context);
        if problems.has_errors() {
            // What is wrong with the plan may hide some of its files.
            now.add(&watched);
        }
        if now != watched {
            watcher.watch(now.files.clone(), now.trees.clone())?;
            watched = now;
            // What has changed before it was watched is read now.
            continue;
        }
        if is_first && !context.common.quiet && !context.common.json {
            let count = watched.files.len();
            let noun = if count == 1 { "file" } else { "files" };
            context.terminal.error_line(&format!("watching {count} {noun}; Ctrl-C ends it"));
        }
        context.report(&problems);
        if problems.has_errors() {
            was_good = false;
        } else {
            let is_repeat = was_good && !is_first;
            was_good = once(context, arguments, &project, &dag, trace, is_repeat)?;
        }
        is_first = false;
        if is_over() {
            return Ok(Exit::Interrupted);
        }
        if !problems.has_errors() && Watched::of(&project, &dag, context) != watched {
            continue;
        }
        let exports = dag.plan.steps.iter().filter(|step| step.work.is_export());
        let outputs: HashSet<PathBuf> = exports.map(|step| project.path(&step.name)).collect();
        loop {
            let batch = watcher.wait(&is_over)?;
            if is_over() {
                return Ok(Exit::Interrupted);
            }
            let mut changed = batch.iter().filter(|file| !outputs.contains(*file));
            if let Some(first) = changed.next() {
                announce(context, &project, first, changed.count());
                break;
            }
        }
    }
}

/// What is watched.
#[derive(Default, PartialEq, Eq)]
struct Watched {
    /// The files that decide the outputs.
    files: BTreeSet<PathBuf>,
    /// The folders whose new files may, each with how many levels below it count.
    trees: BTreeMap<PathBuf, usize>,
}

impl Watched {
    fn of(project: &Project, dag: &Dag, context: &Context) -> Watched {
        let discovered = engine::discovered_files(project, &context.disk);
        let inputs = dag.file_paths().iter().chain(&dag.plan.files).chain(&discovered);
        let mut watched = Watched {
            files: inputs.map(|path| project.path(path)).collect(),
            trees: BTreeMap::new(),
        };
        for step in &dag.plan.steps {
            for file in &step.files {
                if step.is_baseline(file) {
                    // It may be missing as yet.
                    watched.files.insert(project.path(&file.pattern));
                } else if step.is_pattern(file) {
                    let folder = path::fixed_folder(&file.pattern);
                    watched.add_tree(project.path(folder), path::levels(&file.pattern));
                } else if step.work.is_export() {
                    // What it includes may be missing as yet, and is most often near it.
                    watched.add_tree(project.path(path::folder(&file.pattern)), 1);
                }
            }
        }
        watched
    }

    fn add_tree(&mut self, folder: PathBuf, levels: usize) {
        let most = self.trees.entry(folder).or_default();
        *most = levels.max(*most);
    }

    fn add(&mut self, other: &Watched) {
        self.files.extend(other.files.iter().cloned());
        for (folder, levels) in &other.trees {
            self.add_tree(folder.clone(), *levels);
        }
    }
}

/// Says what has changed, on a line that also parts one build from the next.
fn announce(context: &Context, project: &Project, first: &Path, others: usize) {
    if context.common.quiet || context.common.json {
        return;
    }
    let first = first.strip_prefix(&project.folder).unwrap_or(first).display();
    let others = match others {
        0 => String::new(),
        others => format!(" and {others} more"),
    };
    context.terminal.error_line(&format!("\n{first}{others} changed"));
}

/// Builds once, and returns whether all is well; what goes wrong is shown, and the watch goes on.
fn once(
    context: &Context,
    arguments: &Watch,
    project: &Project,
    dag: &Dag,
    trace: Option<Trace>,
    is_repeat: bool,
) -> Result<bool, Error> {
    let Some(targets) = context.targets(project, dag, &arguments.build.targets) else {
        return Ok(false);
    };
    if let Some(problem) = trace.as_ref().and_then(|trace| trace.problem(context, project, dag)) {
        context.report_one(&problem);
        return Ok(false);
    }
    let mut display = Display::new(context, arguments.build.explain);
    if is_repeat {
        display = display.repeated();
    }
    let names: Vec<Vec<String>> = targets.iter().map(|name| vec![name.clone()]).collect();
    let Some(request) = build::request(context, &arguments.build, targets) else {
        return Ok(false);
    };
    let (disk, stop) = (&context.disk, &*context.stop);
    let known = match trace {
        Some(_) => None,
        None => engine::build_known(project, &names, &request, disk, stop, &mut display),
    };
    let (summary, is_traced) = match known {
        Some(built) => (built?, true),
        None => build::build(context, project, dag, &request, &mut display, trace)?,
    };
    Ok(summary.is_success() && is_traced)
}
