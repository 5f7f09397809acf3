//! `layercake build`.

use std::sync::atomic::Ordering;

use layercake::clean::{self, Cleaned, What};
use layercake::dag::Dag;
use layercake::diagnostic::{Diagnostic, Diagnostics};
use layercake::engine::{self, Event, Listener, Request, Summary};
use layercake::error::Error;
use layercake::project::Project;

use super::args::Build;
use super::progress::Display;
use super::trace::Trace;
use super::{Context, Exit};

pub fn run(context: &Context, arguments: &Build) -> Result<Exit, Error> {
    let trace = arguments.trace.as_ref().map(|file| Trace::start(context, file));
    let project = context.project()?;
    let mut display = Display::new(context, arguments.explain);
    if arguments.check {
        display = display.checking();
    }
    let Some((summary, is_traced)) = once(context, arguments, &project, &mut display, trace)?
    else {
        return Ok(Exit::Usage);
    };
    let has_stale =
        arguments.check && (summary.stale > 0 || has_leftovers(context, arguments, &project));
    match exit(context, &summary) {
        Exit::Success if has_stale || !is_traced => Ok(Exit::Failed),
        exit => Ok(exit),
    }
}

/// Tells of files that earlier builds wrote and no step writes any more; returns whether there are
/// any. Where only some outputs are asked for, they are nobody's concern.
fn has_leftovers(context: &Context, arguments: &Build, project: &Project) -> bool {
    if !arguments.targets.is_empty() {
        return false;
    }
    let dag = engine::read_dag(project, &context.disk, &mut Diagnostics::default());
    let current = dag.plan.outputs();
    let mut leftovers = Vec::new();
    let mut note = |path: &str, cleaned| {
        if matches!(cleaned, Cleaned::Removed) {
            leftovers.push(path.to_owned());
        }
    };
    let what = What::Except(&current);
    // Nothing is removed, so nobody is waited for.
    let looked = clean::clean(project, what, true, &context.disk, &mut |_| {}, &mut note);
    for path in &leftovers {
        let message = format!("no step writes `{path}` any more");
        let warning = Diagnostic::warning("stale-output", message);
        context.report_one(&warning.help("`layercake clean --stale` removes it"));
    }
    looked.is_ok() && !leftovers.is_empty()
}

/// Builds once; `None` if the plan or an argument is wrong, which has then been said.
fn once(
    context: &Context,
    arguments: &Build,
    project: &Project,
    display: &mut Display<'_>,
    trace: Option<Trace>,
) -> Result<Option<(Summary, bool)>, Error> {
    let names = context.target_names(project, &arguments.targets);
    let Some(asked) = request(context, arguments, Vec::new()) else { return Ok(None) };
    let (disk, stop) = (&context.disk, &*context.stop);
    if trace.is_none()
        && let Some(built) = engine::build_known(project, &names, &asked, disk, stop, display)
    {
        return Ok(Some((built?, true)));
    }
    let Some(dag) = context.dag(project) else { return Ok(None) };
    let Some(targets) = context.targets(project, &dag, &arguments.targets) else {
        return Ok(None);
    };
    if let Some(problem) = trace.as_ref().and_then(|trace| trace.problem(context, project, &dag)) {
        context.report_one(&problem);
        return Ok(None);
    }
    let asked = Request { targets, ..asked };
    build(context, project, &dag, &asked, display, trace).map(Some)
}

/// Builds, and writes the trace if there is to be one, whatever becomes of the build; returns
/// whether that could be done.
pub fn build(
    context: &Context,
    project: &Project,
    dag: &Dag,
    request: &Request,
    display: &mut Display<'_>,
    mut trace: Option<Trace>,
) -> Result<(Summary, bool), Error> {
    let (disk, stop) = (&context.disk, &*context.stop);
    let Some(trace) = &mut trace else {
        return Ok((engine::build(project, dag, request, disk, stop, display)?, true));
    };
    trace.begin_build();
    let mut traced = Traced { trace, display };
    let summary = engine::build(project, dag, request, disk, stop, &mut traced);
    let problem = trace.write(&**disk);
    if let Some(problem) = &problem {
        context.report_one(problem);
    }
    Ok((summary?, problem.is_none()))
}

/// Hears for two.
struct Traced<'t, 'a> {
    trace: &'t mut Trace,
    display: &'t mut Display<'a>,
}

impl Listener for Traced<'_, '_> {
    fn begins(&mut self, dag: &Dag) {
        self.display.begins(dag);
    }

    fn hear(&mut self, event: Event) {
        self.trace.note(&event);
        self.display.hear(event);
    }
}

/// Returns what the arguments ask of the engine.
///
/// `None` if the user's configuration is wrong, which has then been said.
pub fn request(context: &Context, arguments: &Build, targets: Vec<String>) -> Option<Request> {
    let common = &context.common;
    Some(Request {
        targets,
        jobs: arguments.jobs.map_or(0, usize::from),
        keep_going: arguments.keep_going,
        dry_run: arguments.dry_run,
        check: arguments.check,
        keep_edited: arguments.keep_edited,
        trace: arguments.trace.is_some(),
        paranoid: arguments.paranoid,
        every_step: common.json || common.verbose || arguments.dry_run,
        runs: context.runs(arguments.allow_run)?,
    })
}

pub fn exit(context: &Context, summary: &Summary) -> Exit {
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
