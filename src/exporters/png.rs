//! The export kind `png`: a picture in pixels.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::picture::{self, picture_files, picture_options};
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::render::png::{self, Extent};
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

/// Draws a picture as PNG.
pub(super) struct Png;

/// How many pixels stand for one of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
struct Scale(#[schemars(range(min = 0.01, max = 100))] f64);

impl Default for Scale {
    fn default() -> Scale {
        Scale(2.0)
    }
}

picture_options! {
    /// How a picture is drawn.
    PngOptions {
        /// How many pixels stand for one of the picture; 2 unless given.
        scale: Scale,
        /// How wide the picture is in pixels, whatever the scale.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 1, max = 32000))]
        width: Option<u32>,
    }
}

impl Exporter for Png {
    const KIND: &'static str = "png";
    const REVISION: u32 = 4;
    const ABOUT: &'static str = "Draws a picture in pixels, as PNG";
    const EXTENSIONS: &'static [&'static str] = &["png"];
    const PATTERNS: Option<&'static str> = picture::PATTERNS;
    type Options = PngOptions;
    type From = NamedGraph;

    fn apply_meta(options: &mut PngOptions, meta: &Meta) {
        meta.give_title(&mut options.title);
    }

    picture_files!(PngOptions);

    fn export(
        options: &PngOptions,
        from: &[NamedGraph],
        files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        for graph in from {
            picture::draw(&options.picture(), graph, files, diagnostics, |scene, fonts, told| {
                let by_width = options.width.map(|width| f64::from(width) / scene.frame.size.width);
                let extent = Extent::of(scene, by_width.unwrap_or(options.scale.0).max(1e-6));
                if extent.is_reduced {
                    told.push(reduced(extent));
                }
                let failed = |error| {
                    Diagnostic::error("png", format!("the picture cannot be drawn: {error}"))
                };
                png::write(scene, fonts, extent, out).map_err(|error| told.fail(failed(error)))
            })?;
        }
        Ok(())
    }
}

fn reduced(extent: Extent) -> Diagnostic {
    let Extent { width, height, scale, .. } = extent;
    let scale = (scale * 1000.0).floor() / 1000.0;
    let message =
        format!("the picture is drawn at a scale of {scale}, as {width} × {height} pixels");
    Diagnostic::warning("png-limit", message)
        .note("a PNG has 32,000 pixels on a side, and 120 million in all, at most")
        .help("make the graph smaller first, or export `svg` or `pdf`, which have no such limit")
}
