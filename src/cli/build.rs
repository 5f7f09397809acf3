//! `layercake build`.

use std::sync::atomic::Ordering;

use layercake::dag::Dag;
use layercake::engine::{self, Request, Summary};
use layercake::error::Error;
use layercake::project::Project;

use super::args::Build;
use super::progress::Display;
use super::trace::Trace;
use super::{Context, Exit};

pub fn run(context: &Context, arguments: &Build) -> Result<Exit, Error> {
    let trace = arguments.trace.as_ref().map(|file| Trace::start(context, file));
    let project = context.project()?;
    let common = &context.common;
    let is_brief = !common.json && !common.verbose && !arguments.dry_run && trace.is_none();
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
    if let Some(problem) = trace.as_ref().and_then(|trace| trace.problem(context, &project, &dag)) {
        context.report_one(&problem);
        return Ok(Exit::Usage);
    }
    let names = dag.plan.steps.iter().map(|step| step.name.as_str());
    let display = display(context, arguments, names);
    let request = request(arguments, targets);
    let (summary, is_traced) = build(context, &project, &dag, &request, display, trace)?;
    let has_stale = arguments.check && summary.stale > 0;
    match exit(context, &summary) {
        Exit::Success if has_stale || !is_traced => Ok(Exit::Failed),
        exit => Ok(exit),
    }
}

/// Builds, and writes the trace if there is to be one, whatever becomes of the build; returns
/// whether that could be done.
pub fn build(
    context: &Context,
    project: &Project,
    dag: &Dag,
    request: &Request,
    mut display: Display<'_>,
    mut trace: Option<Trace>,
) -> Result<(Summary, bool), Error> {
    if let Some(trace) = &mut trace {
        trace.begin_build();
    }
    let emit = &mut |event| {
        if let Some(trace) = &mut trace {
            trace.note(&event);
        }
        display.show(event);
    };
    let summary = engine::build(project, dag, request, &context.disk, &context.stop, emit);
    let problem = trace.and_then(|trace| trace.write(&*context.disk));
    if let Some(problem) = &problem {
        context.report_one(problem);
    }
    Ok((summary?, problem.is_none()))
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
        trace: arguments.trace.is_some(),
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
