//! `layercake restore`.

use std::path::Path;

use layercake::diagnostic::Diagnostic;
use layercake::engine::{self, Earlier, Listener, PutBack};
use layercake::error::Error;
use serde_json::json;

use super::args::Restore;
use super::log::{iso, time};
use super::new_file::write_new;
use super::progress::Display;
use super::{Context, Exit};

pub fn run(context: &Context, arguments: &Restore) -> Result<Exit, Error> {
    let project = context.project()?;
    let names = context.candidates(&project, &arguments.target);
    let earlier = engine::find_earlier(&project, &names, arguments.build, &context.disk)?;
    match &arguments.output {
        Some(file) if file.as_os_str() == "-" => {
            context.terminal.write(&earlier.bytes);
            return Ok(Exit::Success);
        }
        Some(file) => return Ok(write_elsewhere(context, file, &earlier)),
        None => {}
    }
    let mut display = Display::new(context, false);
    let emit = &mut |event| display.hear(event);
    let put = engine::restore(&project, &earlier, &context.disk, &context.stop, emit)?;
    let Earlier { output, build, .. } = &earlier;
    let PutBack { has_changed, replaced } = put;
    if context.common.json {
        let mut value = told(&earlier, output, has_changed);
        if let Some(replaced) = &replaced {
            value["replaced"] = json!(replaced);
        }
        context.terminal.line(&value.to_string());
        return Ok(Exit::Success);
    }
    if !context.common.quiet {
        let time = time(earlier.time);
        context.terminal.line(&match has_changed {
            true => format!("restored  {output}, as build {build} of {time} made it"),
            false => format!("{output} is as build {build} of {time} made it"),
        });
        if has_changed {
            context.terminal.line("the next build makes it fresh again");
        }
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
    Ok(Exit::Success)
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
