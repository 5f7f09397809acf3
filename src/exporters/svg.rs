//! The export kind `svg`: a picture whose text is text.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::picture::{self, picture_files, picture_options};
use crate::diagnostic::{Diagnostics, Failed};
use crate::render::svg;
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

/// Draws a picture as SVG.
pub(super) struct Svg;

/// How letters are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Letters {
    /// As text; the viewer draws it with the font that it has.
    #[default]
    Text,
    /// As text of the width that was measured, whatever font the viewer has.
    Fitted,
    /// As text, with the glyphs that it uses in the file: the same in every viewer that reads fonts
    /// there, as browsers do.
    Embedded,
    /// As outlines: the same everywhere, but nothing that can be selected or searched.
    Outlines,
}

picture_options! {
    /// How a picture is drawn.
    SvgOptions {
        /// How letters are written.
        letters: Letters,
    }
}

impl Exporter for Svg {
    const KIND: &'static str = "svg";
    const REVISION: u32 = 4;
    const ABOUT: &'static str =
        "Draws a picture as SVG: text as text, links, and both color schemes";
    const EXTENSIONS: &'static [&'static str] = &["svg"];
    const PATTERNS: Option<&'static str> = picture::PATTERNS;
    type Options = SvgOptions;
    type From = NamedGraph;

    fn apply_meta(options: &mut SvgOptions, meta: &Meta) {
        meta.give_title(&mut options.title);
    }

    picture_files!(SvgOptions);

    fn export(
        options: &SvgOptions,
        from: &[NamedGraph],
        files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let letters = match options.letters {
            Letters::Text => svg::Letters::Text,
            Letters::Fitted => svg::Letters::Fitted,
            Letters::Embedded => svg::Letters::Embedded,
            Letters::Outlines => svg::Letters::Outlines,
        };
        for graph in from {
            picture::draw(&options.picture(), graph, files, diagnostics, |scene, fonts, _| {
                svg::write(scene, fonts, letters, out);
                Ok(())
            })?;
        }
        Ok(())
    }
}
