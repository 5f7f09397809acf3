//! `layercake init`.

use std::io;
use std::path::Path;

use layercake::diagnostic::Diagnostic;
use layercake::error::Error;
use layercake::project::PLAN_NAMES;

use super::args::Init;
use super::{Context, Exit};

/// The files of the starter, as they are in `plans/starter`.
const STARTER: [(&str, &str); 5] = [
    ("layercake.yaml", include_str!("../../plans/starter/layercake.yaml")),
    ("data/nodes.csv", include_str!("../../plans/starter/data/nodes.csv")),
    ("data/edges.csv", include_str!("../../plans/starter/data/edges.csv")),
    ("data/layers.csv", include_str!("../../plans/starter/data/layers.csv")),
    ("templates/index.md.tera", include_str!("../../plans/starter/templates/index.md.tera")),
];

pub fn run(context: &Context, arguments: &Init) -> Result<Exit, Error> {
    let folder = context.folder().join(&arguments.folder);
    let disk = &context.disk;
    let names = PLAN_NAMES.iter().copied().chain(STARTER.iter().map(|(name, _)| *name));
    let there: Vec<&str> = names.filter(|name| disk.look(&folder.join(name)).is_ok()).collect();
    if let Some(name) = there.first() {
        context.report_one(
            &Diagnostic::error(
                "exists",
                format!("`{}` is there already", folder.join(name).display()),
            )
            .note("nothing was written")
            .help("name another folder: `layercake init FOLDER`"),
        );
        return Ok(Exit::Usage);
    }
    for (name, text) in STARTER {
        if let Err(error) = write(context, &folder.join(name), text) {
            let message = format!("`{}` cannot be written: {error}", folder.join(name).display());
            context.report_one(&Diagnostic::error("unwritable", message));
            return Ok(Exit::Failed);
        }
        if !context.common.quiet {
            context.terminal.line(&format!("wrote  {}", arguments.folder.join(name).display()));
        }
    }
    if !context.common.quiet {
        let place = match arguments.folder.to_str() {
            None | Some(".") => String::new(),
            Some(folder) => format!(" -C {folder}"),
        };
        context.terminal.line(&format!("\nNow: layercake{place} build"));
    }
    Ok(Exit::Success)
}

fn write(context: &Context, path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        context.disk.create_folder(folder)?;
    }
    context.disk.create(path, text.as_bytes(), None, false).map(drop)
}
