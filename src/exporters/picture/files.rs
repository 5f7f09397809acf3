//! The files that a picture reads: fonts, icons, and the places of an earlier one.

use super::Picture;
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::scene::font::Fonts;
use crate::step::{InputFile, LOCK};

/// The ends of names of files that are no fonts.
const DRAWINGS: &[&str] = &[".svg", ".svgz", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico"];

/// The files of a step, by what they are for.
#[derive(Default)]
pub(super) struct Files<'a> {
    pub fonts: Vec<&'a InputFile>,
    pub icons: Vec<&'a InputFile>,
    /// The file that keeps the places of the picture.
    pub lock: Option<&'a InputFile>,
}

impl<'a> Files<'a> {
    /// Tells them apart.
    pub fn of(picture: &Picture<'_>, files: &'a [InputFile]) -> Files<'a> {
        let mut own = Files::default();
        for file in files {
            let path = file.path.to_ascii_lowercase();
            let is_drawing = DRAWINGS.iter().any(|end| path.ends_with(end));
            if path.ends_with(LOCK) {
                own.lock = Some(file);
            } else if is_drawing || picture.fonts.is_empty() {
                own.icons.push(file);
            } else {
                own.fonts.push(file);
            }
        }
        own
    }
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
