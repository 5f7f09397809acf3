//! The files that a picture reads: fonts and icons.

use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::scene::font::Fonts;
use crate::step::InputFile;

/// The ends of names of files that are no fonts.
const DRAWINGS: &[&str] = &[".svg", ".svgz", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico"];

/// Returns whether a file of a step is an icon rather than a font.
pub(super) fn is_icon(fonts: &[String], file: &InputFile) -> bool {
    let path = file.path.to_ascii_lowercase();
    fonts.is_empty() || DRAWINGS.iter().any(|end| path.ends_with(end))
}

/// Opens the fonts of the project.
pub(super) fn open_fonts<'a>(
    files: &[&'a InputFile],
    diagnostics: &mut Diagnostics,
) -> Result<Fonts<'a>, Failed> {
    Fonts::new(files.iter().map(|file| &*file.bytes)).map_err(|at| {
        let path = files.get(at).map_or("", |file| &file.path);
        let message = format!("`{path}` is no font that can be drawn");
        diagnostics.fail(
            Diagnostic::error("bad-font", message)
                .help("a font is a TrueType or OpenType file (`.ttf`, `.otf`) with outlines")
                .about(at.to_string())
                .about("fonts"),
        )
    })
}
