//! Files that a person named, and that must be new.

use std::path::Path;

use layercake::diagnostic::{Diagnostic, reason};
use layercake::store::TEMPORARY;

use super::{Context, Exit};

/// Writes a file whole or not at all.
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
    let mut temporary = path.clone().into_os_string();
    temporary.push(format!(".{}{TEMPORARY}", std::process::id()));
    let temporary = Path::new(&temporary);
    let written =
        disk.create(temporary, bytes, None, true).and_then(|_| disk.rename(temporary, &path));
    written.map_err(|error| {
        // It may not have been made at all.
        let _ = disk.remove(temporary);
        let message = format!("`{name}` cannot be written: {}", reason(&error));
        context.report_one(&Diagnostic::error("unwritable", message));
        Exit::Failed
    })
}
