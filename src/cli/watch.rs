//! `layercake watch`.

use std::collections::BTreeSet;
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
use super::{Context, Exit, build};

pub fn run(context: &Context, arguments: &Watch) -> Result<Exit, Error> {
    let project = context.project()?;
    let mut watcher = Watcher::new()?;
    let mut watched = (BTreeSet::from([project.path(&project.plan)]), BTreeSet::new());
    let mut is_first = true;
    // A build that finds nothing to do is worth a word only after something was wrong.
    let mut was_good = true;
    let is_over = || context.stop.load(Ordering::Relaxed);
    loop {
        // What changes from here on, while the plan is read, is seen by the next wait.
        watcher.watch(watched.0.clone(), watched.1.clone())?;
        let dag = context.dag(&project);
        if dag.is_none() {
            was_good = false;
        }
        if let Some(dag) = &dag {
            let before = std::mem::replace(&mut watched, paths(&project, dag, context));
            if watched != before {
                watcher.watch(watched.0.clone(), watched.1.clone())?;
            }
            let is_repeat = was_good && !is_first;
            was_good = once(context, arguments, &project, dag, is_repeat)?;
            watched = paths(&project, dag, context);
            watcher.watch(watched.0.clone(), watched.1.clone())?;
        }
        if is_first && !context.common.quiet && !context.common.json {
            let count = watched.0.len();
            let noun = if count == 1 { "file" } else { "files" };
            context.terminal.error_line(&format!("watching {count} {noun}; Ctrl-C ends it"));
        }
        is_first = false;
        loop {
            let batch = watcher.wait(&is_over);
            if is_over() {
                return Ok(Exit::Interrupted);
            }
            let is_output = |file: &PathBuf| {
                let steps = dag.iter().flat_map(|dag| &dag.plan.steps);
                let mut exports = steps.filter(|step| step.work.is_export());
                exports.any(|step| project.path(&step.name) == *file)
            };
            let changed: Vec<&PathBuf> = batch.iter().filter(|file| !is_output(file)).collect();
            if let Some(first) = changed.first() {
                announce(context, &project, first, changed.len() - 1);
                break;
            }
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
    is_repeat: bool,
) -> Result<bool, Error> {
    let Some(targets) = context.targets(project, dag, &arguments.build.targets) else {
        return Ok(false);
    };
    let names = dag.plan.steps.iter().map(|step| step.name.as_str());
    let mut display = Display::new(context, arguments.build.explain, names);
    if is_repeat {
        display = display.repeated();
    }
    let request = build::request(&arguments.build, targets);
    let emit = &mut |event| display.show(event);
    let summary = engine::build(project, dag, &request, &context.disk, &context.stop, emit)?;
    Ok(summary.is_success())
}

/// Returns the files that decide the outputs, and the folders whose new files may.
fn paths(
    project: &Project,
    dag: &Dag,
    context: &Context,
) -> (BTreeSet<PathBuf>, BTreeSet<PathBuf>) {
    let discovered = engine::discovered_files(project, dag, &context.disk);
    let inputs = dag.file_paths().iter().chain(&dag.plan.files).chain(&discovered);
    let files = inputs.map(|path| project.path(path)).collect();
    let patterns = dag.plan.steps.iter().flat_map(|step| &step.files);
    let trees = patterns
        .filter(|file| path::is_pattern(&file.pattern))
        .map(|file| {
            let parts = file.pattern.split('/').take_while(|part| !path::is_pattern(part));
            project.path(&parts.collect::<Vec<_>>().join("/"))
        })
        .collect();
    (files, trees)
}
