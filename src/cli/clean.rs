//! `layercake clean`.

use layercake::clean::{self, Cleaned, What};
use layercake::engine;
use layercake::error::Error;

use super::args::Clean;
use super::progress::waiting_for;
use super::{Context, Exit};

pub fn run(context: &Context, arguments: &Clean) -> Result<Exit, Error> {
    let project = context.project()?;
    let (targets, current);
    let what = if arguments.stale {
        let mut problems = context.problems_of_plan();
        let dag = engine::read_dag(&project, &context.disk, &mut problems);
        // Outputs that are in the way of a pattern are what is to go.
        if problems.list.iter().any(|problem| problem.code != "stale-output") {
            context.report(&problems);
            if problems.has_errors() {
                return Ok(Exit::Usage);
            }
        }
        current = dag.plan.outputs();
        What::Except(&current)
    } else if arguments.targets.is_empty() {
        What::All
    } else {
        let Some(dag) = context.dag(&project) else { return Ok(Exit::Usage) };
        match context.targets(&project, &dag, &arguments.targets) {
            Some(found) => targets = found,
            None => return Ok(Exit::Usage),
        }
        What::Outputs(&targets)
    };
    let mut is_whole = true;
    let mut count = 0;
    let mut is_waiting = false;
    let done = clean::clean(
        &project,
        what,
        arguments.dry_run,
        &context.disk,
        &mut |process| {
            if !std::mem::replace(&mut is_waiting, true) {
                context.terminal.error_line(&waiting_for(process));
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        },
        &mut |path, cleaned| {
            let terminal = &context.terminal;
            let would = if arguments.dry_run { "would remove" } else { "removed " };
            match cleaned {
                Cleaned::Removed => {
                    count += 1;
                    if !context.common.quiet {
                        terminal.line(&format!("{would}  {path}"));
                    }
                }
                Cleaned::Missing => {}
                Cleaned::Edited => {
                    terminal
                        .error_line(&format!("kept      {path}: it was changed by somebody else"));
                }
                Cleaned::Outside => {
                    terminal.error_line(&format!("kept      {path}: it is not in the project"));
                }
                Cleaned::Shared => {
                    terminal.error_line(&format!("kept      {path}: other plans need it"));
                }
                Cleaned::Replaced => {
                    terminal.error_line(&format!(
                        "kept      {path}replaced: it holds files that outputs have replaced"
                    ));
                }
                Cleaned::Failed(error) => {
                    is_whole = false;
                    terminal.error_line(&format!("error: `{path}` cannot be removed: {error}"));
                }
            }
        },
    );
    if let Err(error) = done {
        is_whole = false;
        context.terminal.error_line(&format!("error: the store cannot be removed: {error}"));
    } else if count == 0 && !context.common.quiet {
        context.terminal.line("nothing to remove");
    }
    Ok(if is_whole { Exit::Success } else { Exit::Failed })
}
