//! `layercake build`.

use std::sync::atomic::Ordering;

use layercake::engine::{self, Request, Summary};
use layercake::error::Error;

use super::args::Build;
use super::progress::Display;
use super::{Context, Exit};

pub fn run(context: &Context, arguments: &Build) -> Result<Exit, Error> {
    let project = context.project()?;
    let common = &context.common;
    let is_brief = !common.json && !common.verbose && !arguments.dry_run;
    if arguments.targets.is_empty() && is_brief {
        let mut display = display(context, arguments, std::iter::empty());
        let emit = &mut |event| display.show(event);
        if engine::build_unchanged(&project, &context.disk, emit).is_some() {
            return Ok(Exit::Success);
        }
    }
    let Some(dag) = context.dag(&project) else { return Ok(Exit::Usage) };
    let Some(targets) = context.targets(&project, &dag, &arguments.targets) else {
        return Ok(Exit::Usage);
    };
    let names = dag.plan.steps.iter().map(|step| step.name.as_str());
    let mut display = display(context, arguments, names);
    let summary = engine::build(
        &project,
        &dag,
        &request(arguments, targets),
        &context.disk,
        &context.stop,
        &mut |event| display.show(event),
    )?;
    match exit(context, &summary) {
        Exit::Success if arguments.check && summary.stale > 0 => Ok(Exit::Failed),
        exit => Ok(exit),
    }
}

fn display<'a, 'n>(
    context: &'a Context,
    arguments: &Build,
    names: impl Iterator<Item = &'n str>,
) -> Display<'a> {
    match arguments.check {
        true => Display::new(context, true, names).checking(),
        false => Display::new(context, arguments.explain, names),
    }
}

/// Returns what the arguments ask of the engine.
pub fn request(arguments: &Build, targets: Vec<String>) -> Request {
    Request {
        targets,
        jobs: arguments.jobs.map_or(0, usize::from),
        keep_going: arguments.keep_going,
        dry_run: arguments.dry_run,
        check: arguments.check,
    }
}

fn exit(context: &Context, summary: &Summary) -> Exit {
    if summary.bugs > 0 {
        Exit::Bug
    } else if context.stop.load(Ordering::Relaxed) {
        Exit::Interrupted
    } else if summary.is_success() {
        Exit::Success
    } else {
        Exit::Failed
    }
}
