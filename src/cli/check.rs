//! `layercake check`.

use std::collections::{BTreeSet, HashMap};
use std::io::ErrorKind;

use layercake::checks::Baseline;
use layercake::dag::{Dag, StepId};
use layercake::diagnostic::{Diagnostic, Severity, names, reason};
use layercake::digest::Digest;
use layercake::engine::{self, Event, Request};
use layercake::error::Error;
use layercake::finding::{Status, told_of};
use layercake::plan::Work;
use layercake::project::Project;
use layercake::step::InputFile;

use super::args::Check;
use super::new_file::replace;
use super::progress::Display;
use super::{Context, Exit};

pub fn run(context: &Context, arguments: &Check) -> Result<Exit, Error> {
    let project = context.project()?;
    let Some(dag) = context.dag(&project) else { return Ok(Exit::Usage) };
    let Some(checks) = chosen(context, &project, &dag, arguments) else { return Ok(Exit::Usage) };
    let targets = checks.iter().map(|id| dag.step(*id).name.clone()).collect();
    let runs = context.runs(false);
    let Some(runs) = runs else { return Ok(Exit::Usage) };
    let every_step = context.common.json || context.common.verbose || arguments.accept;
    let request = Request { targets, keep_going: true, every_step, runs, ..Request::default() };
    let (disk, stop) = (&context.disk, &*context.stop);
    let mut display = Display::new(context, false);
    if !arguments.accept {
        let summary = engine::build(&project, &dag, &request, disk, stop, &mut display)?;
        return Ok(super::build::exit(context, &summary));
    }
    let mut digests: HashMap<String, Digest> = HashMap::new();
    // What is found is not wrong any more, once it is accepted; only what fails is told.
    let mut hear = |event: Event| match event {
        Event::StepFinished { step, digest: Some(digest), findings, diagnostics, .. }
            if findings > 0 || diagnostics.iter().all(|one| one.severity != Severity::Error) =>
        {
            digests.insert(step, digest);
        }
        Event::StepFinished { diagnostics, .. } => {
            diagnostics.iter().for_each(|problem| context.report_one(problem));
        }
        _ => {}
    };
    let summary = engine::build(&project, &dag, &request, disk, stop, &mut hear)?;
    if summary.failed > 0 || summary.skipped > 0 {
        let done = engine::Summary { findings: 0, ..summary };
        return Ok(super::build::exit(context, &done));
    }
    let mut exit = Exit::Success;
    for id in checks {
        let table = digests.get(&dag.step(id).name);
        let table = table.and_then(|digest| engine::kept_table(&project, disk, *digest));
        let Some(told) = table.and_then(|table| told_of(&table)) else {
            let message = format!("what `{}` finds could not be kept", dag.step(id).name);
            context.report_one(&Diagnostic::error("store", message));
            exit = Exit::Failed;
            continue;
        };
        let found = told.into_iter().filter(|row| row.status != Status::Passed);
        let found: BTreeSet<_> = found.map(|row| (row.rule, row.about)).collect();
        if let Err(failed) = accept(context, &project, &dag, id, &found) {
            exit = failed;
        }
    }
    Ok(exit)
}

/// Returns the checks that the arguments name.
fn chosen(
    context: &Context,
    project: &Project,
    dag: &Dag,
    arguments: &Check,
) -> Option<Vec<StepId>> {
    let baseline = |id: &StepId| match &dag.step(*id).work {
        Work::Check { check } => check.has_baseline,
        _ => false,
    };
    let all: Vec<StepId> = dag.ids().filter(|id| dag.step(*id).work.is_check()).collect();
    if arguments.checks.is_empty() {
        let some: Vec<StepId> = match arguments.accept {
            true => all.iter().copied().filter(baseline).collect(),
            false => all.clone(),
        };
        if some.is_empty() {
            let (what, how) = match all.is_empty() {
                true => ("the plan has no checks", "add a section `check:`"),
                false => ("no check has a baseline", "add `baseline: checks/known.csv` to a check"),
            };
            context.report_one(&Diagnostic::error("no-check", what).help(how));
            return None;
        }
        return Some(some);
    }
    let targets = context.targets(project, dag, &arguments.checks)?;
    let mut chosen = Vec::new();
    for name in targets {
        let id = dag.find(&name)?;
        let (problem, help) = match dag.step(id).work.is_check() {
            true if !arguments.accept || baseline(&id) => {
                chosen.push(id);
                continue;
            }
            true => {
                let help = "add `baseline: checks/known.csv` to it".to_owned();
                (format!("the check `{name}` has no baseline"), help)
            }
            false => {
                let known = all.iter().map(|id| dag.step(*id).name.as_str());
                (format!("`{name}` is no check"), format!("there are {}", names(known)))
            }
        };
        context.report_one(&Diagnostic::error("no-check", problem).help(help));
        return None;
    }
    Some(chosen)
}

/// Writes the baseline of a check, and says what became of it.
fn accept(
    context: &Context,
    project: &Project,
    dag: &Dag,
    id: StepId,
    found: &BTreeSet<(String, String)>,
) -> Result<(), Exit> {
    let step = dag.step(id);
    let Some(pattern) = step.files.first() else { return Err(Exit::Failed) };
    let path = pattern.pattern.as_str();
    let whole = project.path(path);
    let before = match context.disk.read(&whole) {
        Ok(content) => content.bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        Err(error) => {
            let message = format!("`{path}` cannot be read: {}", reason(&error));
            context.report_one(&Diagnostic::error("unreadable", message));
            return Err(Exit::Failed);
        }
    };
    let file = InputFile { path: path.into(), bytes: before.as_slice().into() };
    let baseline = Baseline::read(&file).map_err(|error| {
        context.report_one(&error);
        Exit::Usage
    })?;
    let was = |entry: &layercake::checks::Entry| {
        found.contains(&(entry.rule.clone(), entry.about.clone()))
    };
    let kept = baseline.entries().iter().filter(|entry| was(entry)).count();
    let gone = baseline.entries().len() - kept;
    let after = baseline.accepting(found);
    let is_same = after == before;
    if !is_same {
        replace(context, &whole, path, &after)?;
    }
    if !context.common.quiet && !context.common.json {
        let new = found.len().saturating_sub(kept);
        let said = match is_same {
            true => "as before".to_owned(),
            false => format!("{new} accepted, {gone} taken out"),
        };
        let known = match found.len() {
            1 => "1 known finding".to_owned(),
            count => format!("{count} known findings"),
        };
        context.terminal.line(&format!("{path}: {known}, {said}"));
    }
    Ok(())
}
