//! The export kind `pdf`: a picture on a page of its size.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::picture::{self, picture_files, picture_options};
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::render::pdf;
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

/// Draws a picture as PDF.
pub(super) struct Pdf;

picture_options! {
    /// How a picture is drawn.
    PdfOptions {}
}

impl Exporter for Pdf {
    const KIND: &'static str = "pdf";
    const REVISION: u32 = 4;
    const ABOUT: &'static str = "Draws a picture as a page of PDF, with text that can be selected";
    const EXTENSIONS: &'static [&'static str] = &["pdf"];
    const PATTERNS: Option<&'static str> = picture::PATTERNS;
    type Options = PdfOptions;
    type From = NamedGraph;

    fn apply_meta(options: &mut PdfOptions, meta: &Meta) {
        meta.give_title(&mut options.title);
    }

    picture_files!(PdfOptions);

    fn export(
        options: &PdfOptions,
        from: &[NamedGraph],
        files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        for graph in from {
            picture::draw(&options.picture(), graph, files, diagnostics, |scene, fonts, told| {
                if let (scale, true) = pdf::scale(scene) {
                    let scale = (scale / 0.75 * 1000.0).floor() / 1000.0;
                    let message = format!(
                        "the picture is drawn at a scale of {scale}, since readers of PDF take no page of more than 14,400 points"
                    );
                    told.push(Diagnostic::warning("pdf-limit", message));
                }
                let failed = |error| {
                    Diagnostic::error("pdf", format!("the picture cannot be drawn: {error}"))
                };
                pdf::write(scene, fonts, out).map_err(|error| told.fail(failed(error)))
            })?;
        }
        Ok(())
    }
}
