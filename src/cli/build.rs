//! `layercake build`.

use std::sync::atomic::Ordering;

use layercake::engine::{self, Request, Summary};
use layercake::error::Error;
use layercake::project::Project;

use super::args::Build;
use super::progress::Display;
use super::{Context, Exit};

pub fn run(context: &Context, arguments: &Build) -> Result<Exit, Error> {
    let project = context.project()?;
    let mut display = Display::new(context, arguments.explain);
    if arguments.check {
        display = display.checking();
    }
    let Some(summary) = once(context, arguments, &project, &mut display)? else {
        return Ok(Exit::Usage);
    };
    match exit(context, &summary) {
        Exit::Success if arguments.check && summary.stale > 0 => Ok(Exit::Failed),
        exit => Ok(exit),
    }
}

/// Builds once; `None` if the plan or a target is wrong, which has then been said.
fn once(
    context: &Context,
    arguments: &Build,
    project: &Project,
    display: &mut Display<'_>,
) -> Result<Option<Summary>, Error> {
    let names = context.target_names(project, &arguments.targets);
    let asked = request(context, arguments, Vec::new());
    let (disk, stop) = (&context.disk, &*context.stop);
    if let Some(built) = engine::build_known(project, &names, &asked, disk, stop, display) {
        return Ok(Some(built?));
    }
    let Some(dag) = context.dag(project) else { return Ok(None) };
    let Some(targets) = context.targets(project, &dag, &arguments.targets) else {
        return Ok(None);
    };
    let asked = Request { targets, ..asked };
    Ok(Some(engine::build(project, &dag, &asked, disk, stop, display)?))
}

/// Returns what the arguments ask of the engine.
pub fn request(context: &Context, arguments: &Build, targets: Vec<String>) -> Request {
    let common = &context.common;
    Request {
        targets,
        jobs: arguments.jobs.map_or(0, usize::from),
        keep_going: arguments.keep_going,
        dry_run: arguments.dry_run,
        check: arguments.check,
        keep_edited: arguments.keep_edited,
        paranoid: arguments.paranoid,
        every_step: common.json || common.verbose || arguments.dry_run,
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
