//! Makes a step fresh for a command that wants what it makes.

use layercake::dag::{Dag, StepId};
use layercake::engine::{self, Event, Request};
use layercake::error::Error;
use layercake::project::Project;
use layercake::step::Data;

use super::{Context, Exit};

/// Makes a step fresh, and returns its graph or table; an error of the project is one of the command,
/// any other is how it ends, which has then been said.
pub fn fresh(
    context: &Context,
    project: &Project,
    dag: &Dag,
    step: StepId,
) -> Result<Result<Data, Exit>, Error> {
    let Some(runs) = context.runs(false) else { return Ok(Err(Exit::Usage)) };
    context.handle_interrupts();
    let mut hear = |event: Event| match event {
        Event::StepFinished { diagnostics, .. } => {
            diagnostics.iter().for_each(|problem| context.report_one(problem));
        }
        Event::Notice { diagnostic } => context.report_one(&diagnostic),
        _ => {}
    };
    let request = Request { runs, ..Request::default() };
    let (disk, stop) = (&context.disk, &*context.stop);
    let (summary, data) = engine::data(project, dag, step, &request, disk, stop, &mut hear)?;
    Ok(data.ok_or_else(|| super::build::exit(context, &summary)))
}
