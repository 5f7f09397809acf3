//! Files that a person named: written whole or not at all.

use std::io::ErrorKind;
use std::path::Path;

use layercake::diagnostic::{Diagnostic, reason};
use layercake::store::TEMPORARY;

use super::{Context, Exit};

/// Writes a file that must be new.
///
/// # Errors
///
/// Returns how the command ends if it cannot be written, which has then been said.
pub fn write_new(context: &Context, file: &Path, bytes: &[u8]) -> Result<(), Exit> {
    let path = context.folder().join(file);
    let disk = &context.disk;
    let name = file.display();
    if disk.look(&path).is_ok() {
        let problem = Diagnostic::error("exists", format!("`{name}` is there already"))
            .note("nothing was written")
            .help("name a new file, or remove that one");
        context.report_one(&problem);
        return Err(Exit::Usage);
    }
    replace(context, &path, &name.to_string(), bytes)
}

/// Writes a file in place of the one that is there, if any; `name` is what messages call it.
///
/// # Errors
///
/// Returns how the command ends if it cannot be written, which has then been said.
pub fn replace(context: &Context, path: &Path, name: &str, bytes: &[u8]) -> Result<(), Exit> {
    let disk = &context.disk;
    let mut temporary = path.to_path_buf().into_os_string();
    temporary.push(format!(".{}{TEMPORARY}", std::process::id()));
    let temporary = Path::new(&temporary);
    let create = || disk.create(temporary, bytes, None, true);
    let created = create().or_else(|error| match (error.kind(), path.parent()) {
        (ErrorKind::NotFound, Some(folder)) => disk.create_folder(folder).and_then(|()| create()),
        _ => Err(error),
    });
    let written = created.and_then(|_| disk.rename(temporary, path));
    written.map_err(|error| {
        // It may not have been made at all.
        let _ = disk.remove(temporary);
        let message = format!("`{name}` cannot be written: {}", reason(&error));
        context.report_one(&Diagnostic::error("unwritable", message));
        Exit::Failed
    })
}
