//! `layercake restore`.

use std::path::Path;

use layercake::diagnostic::Diagnostic;
use layercake::engine::{self, Earlier, Listener, PutBack};
use layercake::error::Error;
use layercake::project::Project;
use serde_json::json;

use super::args::Restore;
use super::log::{iso, time};
use super::new_file::write_new;
use super::progress::Display;
use super::{Context, Exit};

pub fn run(context: &Context, arguments: &Restore) -> Result<Exit, Error> {
    let project = context.project()?;
    let names = context.candidates(&project, &arguments.target);
    let found = engine::find_earlier(&project, &names, arguments.build, &context.disk)?;
    match (&arguments.output, found.as_slice()) {
        (None, _) => {}
        (Some(file), [earlier]) if file.as_os_str() == "-" => {
            context.terminal.write(&earlier.bytes);
            return Ok(Exit::Success);
        }
        (Some(file), [earlier]) => return Ok(write_elsewhere(context, file, earlier)),
        (Some(file), all) => {
            let (file, count) = (file.display(), all.len());
            let message = format!("`{file}` is one file, and `{}` has {count}", arguments.target);
            let problem = Diagnostic::error("too-many-outputs", message)
                .help("name one output, or leave `--output` out");
            context.report_one(&problem);
            return Ok(Exit::Usage);
        }
    }
    let mut has_changed = false;
    for earlier in &found {
        has_changed |= put_back(context, &project, earlier)?;
    }
    if has_changed && !context.common.quiet && !context.common.json {
        let what = if found.len() == 1 { "it" } else { "them" };
        context.terminal.line(&format!("the next build makes {what} fresh again"));
    }
    Ok(Exit::Success)
}

/// Puts an output in its place, and says so; returns whether it was another.
fn put_back(context: &Context, project: &Project, earlier: &Earlier) -> Result<bool, Error> {
    let mut display = Display::new(context, false);
    let emit = &mut |event| display.hear(event);
    let put = engine::restore(project, earlier, &context.disk, &context.stop, emit)?;
    let Earlier { output, build, .. } = earlier;
    let PutBack { has_changed, replaced } = put;
    if context.common.json {
        let mut value = told(earlier, output, has_changed);
        if let Some(replaced) = &replaced {
            value["replaced"] = json!(replaced);
        }
        context.terminal.line(&value.to_string());
        return Ok(has_changed);
    }
    if !context.common.quiet {
        let time = time(earlier.time);
        context.terminal.line(&match has_changed {
            true => format!("restored  {output}, as build {build} of {time} made it"),
            false => format!("{output} is as build {build} of {time} made it"),
        });
    }
    if let Some(replaced) = replaced {
        context.report_one(
            &Diagnostic::warning(
                "replaced",
                format!("`{output}` held something that layercake had not written"),
            )
            .note(format!("it is replaced; what was there is kept as `{replaced}`")),
        );
    }
    Ok(has_changed)
}

/// Writes to a file that a person named, which must be new.
fn write_elsewhere(context: &Context, file: &Path, earlier: &Earlier) -> Exit {
    if let Err(exit) = write_new(context, file, &earlier.bytes) {
        return exit;
    }
    let name = file.display();
    if context.common.json {
        context.terminal.line(&told(earlier, &name.to_string(), true).to_string());
    } else if !context.common.quiet {
        let Earlier { output, build, .. } = earlier;
        let time = time(earlier.time);
        context
            .terminal
            .line(&format!("wrote  {name}: {output} as build {build} of {time} made it"));
    }
    Exit::Success
}

fn told(earlier: &Earlier, file: &str, wrote: bool) -> serde_json::Value {
    let Earlier { output, build, time, .. } = earlier;
    json!({ "output": output, "build": build, "time": iso(*time), "file": file, "wrote": wrote })
}
