//! `layercake convert`.

use std::path::Path;

use layercake::diagnostic::Diagnostic;
use layercake::error::Error;
use layercake::plan::convert_plan;

use super::args::Convert;
use super::new_file::write_new;
use super::{Context, Exit};

pub fn run(context: &Context, arguments: &Convert) -> Result<Exit, Error> {
    let project = context.project()?;
    let mut diagnostics = context.problems_of_plan();
    let read =
        |file: &str| context.disk.read(&project.path(file)).map(|content| content.bytes.to_vec());
    let plan = convert_plan(&project.plan, &project.above(), &read, &mut diagnostics);
    context.report(&diagnostics);
    let Some(plan) = plan else { return Ok(Exit::Usage) };
    let Some(file) = arguments.output.as_ref().filter(|file| file.as_os_str() != "-") else {
        context.terminal.write(plan.as_bytes());
        return Ok(Exit::Success);
    };
    let path = context.folder().join(file);
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    if context.disk.canonical(folder).is_ok_and(|folder| folder != project.folder) {
        let message = format!("`{}` is in another folder than the plan", file.display());
        context.report_one(
            &Diagnostic::error("other-folder", message)
                .note("the paths of a plan are relative to its own folder")
                .help(format!("write it beside `{}`", project.plan)),
        );
        return Ok(Exit::Usage);
    }
    if let Err(exit) = write_new(context, file, plan.as_bytes()) {
        return Ok(exit);
    }
    if !context.common.quiet {
        context.terminal.line(&format!("wrote  {}", file.display()));
    }
    Ok(Exit::Success)
}
