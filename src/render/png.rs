//! Draws a scene in pixels, as PNG.
//!
//! A picture is drawn in bands from top to bottom, so that a large one takes no more memory than a
//! small one.

use std::collections::HashMap;

use png::{BitDepth, ColorType, DeflateCompression, Encoder, Filter};
use tiny_skia::{
    Color, ColorU8, FillRule, IntSize, LineCap, LineJoin, Paint, PathBuilder, Pixmap, PixmapPaint,
    Stroke, StrokeDash, Transform,
};

use crate::layout::{Point, Rect};
use crate::scene::font::{FaceId, Fonts};
use crate::scene::path::{Path, Segment};
use crate::scene::theme;
use crate::scene::{Mark, RasterId, Scene, Style, Text};

/// The most pixels of a side.
pub const LONGEST: f64 = 32_000.0;
/// The most pixels of a picture.
pub const MOST_PIXELS: f64 = 120_000_000.0;
/// How tall a band is.
const BAND: u32 = 512;

/// How large a picture becomes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extent {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// Pixels for each pixel of the scene.
    pub scale: f64,
    /// Whether that is less than was asked for.
    pub is_reduced: bool,
}

impl Extent {
    /// Returns how large a scene becomes at a scale, which is reduced to what a picture can have.
    pub fn of(scene: &Scene, scale: f64) -> Extent {
        let (width, height) = (scene.frame.size.width.max(1.0), scene.frame.size.height.max(1.0));
        let most =
            (LONGEST / width).min(LONGEST / height).min((MOST_PIXELS / width / height).sqrt());
        let is_reduced = scale > most;
        let scale = scale.min(most);
        let pixels = |length: f64| ((length * scale).round() as u32).max(1);
        Extent { width: pixels(width), height: pixels(height), scale, is_reduced }
    }
}

/// Writes a scene in this extent.
///
/// # Errors
///
/// Fails only if the encoder does.
pub fn write(
    scene: &Scene,
    fonts: &Fonts<'_>,
    extent: Extent,
    out: &mut Vec<u8>,
) -> Result<(), String> {
    let is_opaque = scene.page.is_some();
    let mut encoder = Encoder::new(out, extent.width, extent.height);
    encoder.set_color(if is_opaque { ColorType::Rgb } else { ColorType::Rgba });
    encoder.set_depth(BitDepth::Eight);
    // Flat colors are smallest as they are.
    encoder.set_filter(Filter::NoFilter);
    encoder.set_deflate_compression(DeflateCompression::Level(3));
    let wrong = |error: png::EncodingError| error.to_string();
    let mut writer = encoder.write_header().map_err(wrong)?;
    let mut stream = writer.stream_writer().map_err(wrong)?;
    let mut canvas = Canvas::of(scene, fonts, extent);
    let mut top = 0;
    while top < extent.height {
        let height = BAND.min(extent.height - top);
        let Some(band) = canvas.band(top, height) else { return Err("no memory".to_owned()) };
        let bytes = rows(band, is_opaque);
        std::io::Write::write_all(&mut stream, &bytes).map_err(|error| error.to_string())?;
        top += height;
    }
    stream.finish().map_err(wrong)
}

/// Returns the bytes of a band as PNG has them.
fn rows(band: Pixmap, is_opaque: bool) -> Vec<u8> {
    if !is_opaque {
        return band.take_demultiplied();
    }
    let (pixels, _) = band.data().as_chunks::<4>();
    let mut bytes = Vec::with_capacity(pixels.len() * 3);
    for [red, green, blue, _] in pixels {
        bytes.extend_from_slice(&[*red, *green, *blue]);
    }
    bytes
}

struct Canvas<'a> {
    scene: &'a Scene,
    fonts: &'a Fonts<'a>,
    extent: Extent,
    /// What is drawn in order, each with its upper and lower end in pixels.
    marks: Vec<(&'a Mark, f64, f64)>,
    glyphs: HashMap<(FaceId, u16), Option<tiny_skia::Path>>,
    /// Pictures in pixels, by how large they are shown.
    rasters: HashMap<(RasterId, u32, u32), Option<Pixmap>>,
}

impl<'a> Canvas<'a> {
    fn of(scene: &'a Scene, fonts: &'a Fonts<'a>, extent: Extent) -> Canvas<'a> {
        let marks = scene.groups.iter().flat_map(|group| &group.marks).filter_map(|mark| {
            let Rect { corner, size } = mark.bounds(scene)?;
            // Lines reach beyond what they are drawn around.
            let (top, room) =
                ((corner.y - scene.frame.corner.y) * extent.scale, 8.0 * extent.scale + 2.0);
            Some((mark, top - room, top + size.height * extent.scale + room))
        });
        let (glyphs, rasters) = (HashMap::new(), HashMap::new());
        Canvas { scene, fonts, extent, marks: marks.collect(), glyphs, rasters }
    }

    /// Draws the pixels from a row on.
    fn band(&mut self, top: u32, height: u32) -> Option<Pixmap> {
        let mut pixmap = Pixmap::new(self.extent.width, height)?;
        if let Some(page) = self.scene.page {
            pixmap.fill(color(page));
        }
        let (upper, lower) = (f64::from(top), f64::from(top + height));
        for at in 0..self.marks.len() {
            let (mark, first, last) = self.marks[at];
            if last >= upper && first <= lower {
                self.mark(mark, upper, &mut pixmap);
            }
        }
        Some(pixmap)
    }

    fn mark(&mut self, mark: &Mark, top: f64, pixmap: &mut Pixmap) {
        let style = self.scene.style(mark.style());
        let corner = self.scene.frame.corner;
        let scale = self.extent.scale;
        let place = Transform::from_row(
            scale as f32,
            0.0,
            0.0,
            scale as f32,
            (-corner.x * scale) as f32,
            (-corner.y * scale - top) as f32,
        );
        let path = match mark {
            Mark::Box(rect, radius, _) => outline(&Path::rounded(*rect, *radius)),
            Mark::Ellipse(rect, _) => outline(&Path::ellipse(*rect)),
            Mark::Path(path, _) => outline(path),
            Mark::Shared(shared, at, _) => outline(&self.scene.outline(*shared, *at)),
            Mark::Raster(raster, of, _) => return self.raster(*raster, *of, top, pixmap),
            Mark::Text(text) => return self.text(text, style, top, pixmap),
        };
        let Some(path) = path else { return };
        if let Some(fill) = style.fill {
            let rule = if style.is_even_odd { FillRule::EvenOdd } else { FillRule::Winding };
            pixmap.fill_path(&path, &paint(fill), rule, place, None);
        }
        if let Some(stroke) = style.stroke {
            let dash = stroke.dash.and_then(|(on, off)| {
                StrokeDash::new(vec![on as f32 / 100.0, off as f32 / 100.0], 0.0)
            });
            let has_round_ends = stroke.is_round || stroke.dash.is_some_and(|(on, _)| on < 20);
            let with = Stroke {
                width: stroke.width as f32 / 100.0,
                line_cap: if has_round_ends { LineCap::Round } else { LineCap::Butt },
                line_join: if stroke.is_round { LineJoin::Round } else { LineJoin::Miter },
                dash,
                ..Stroke::default()
            };
            pixmap.stroke_path(&path, &paint(stroke.paint), &with, place, None);
        }
    }

    /// Draws pixels, of which there are as many as those of the picture that they cover.
    fn raster(&mut self, id: RasterId, of: Rect, top: f64, pixmap: &mut Pixmap) {
        let (scale, corner) = (self.extent.scale, self.scene.frame.corner);
        let pixels = |length: f64| ((length * scale).round() as u32).max(1);
        let (width, height) = (pixels(of.size.width), pixels(of.size.height));
        let Some(own) = self.scene.rasters.get(id.0 as usize) else { return };
        let own = self.rasters.entry((id, width, height)).or_insert_with(|| {
            let mut bytes = own.resized(width, height).pixels;
            for [red, green, blue, opacity] in bytes.as_chunks_mut::<4>().0 {
                let own = ColorU8::from_rgba(*red, *green, *blue, *opacity).premultiply();
                (*red, *green, *blue) = (own.red(), own.green(), own.blue());
            }
            Pixmap::from_vec(bytes, IntSize::from_wh(width, height)?)
        });
        let Some(own) = own else { return };
        let left = ((of.corner.x - corner.x) * scale).round() as i32;
        let upper = ((of.corner.y - corner.y) * scale).round() as i32 - top as i32;
        let paint = PixmapPaint::default();
        pixmap.draw_pixmap(left, upper, own.as_ref(), &paint, Transform::identity(), None);
    }

    fn text(&mut self, text: &Text, style: Style, top: f64, pixmap: &mut Pixmap) {
        let (size, scale, corner) = (style.font_size(), self.extent.scale, self.scene.frame.corner);
        let Some(fill) = style.fill else { return };
        let fill = paint(fill);
        let way = text.way();
        for (at, line) in text.placed(size) {
            // How far along and across the line a glyph stands.
            let mut along = 0.0;
            for glyph in &line.glyphs {
                let fonts = self.fonts;
                let path = self.glyphs.entry((glyph.face, glyph.id));
                let path = path.or_insert_with(|| outline(&fonts.outline(glyph.face, glyph.id)));
                let (dx, dy) = (f64::from(glyph.offset.0) * size, f64::from(glyph.offset.1) * size);
                if let Some(path) = path {
                    let em = (size * scale) as f32;
                    let (dx, dy) = (along + dx, dy);
                    let left = (at.x + dx * way.x - dy * way.y - corner.x) * scale;
                    let base = (at.y + dx * way.y + dy * way.x - corner.y) * scale - top;
                    let (x, y) = (em * way.x as f32, em * way.y as f32);
                    let place = Transform::from_row(x, y, -y, x, left as f32, base as f32);
                    pixmap.fill_path(path, &fill, FillRule::Winding, place, None);
                }
                along += f64::from(glyph.advance) * size;
            }
        }
    }
}

fn color(paint: theme::Paint) -> Color {
    let [red, green, blue, opacity] = paint.color.parts();
    Color::from_rgba8(red, green, blue, opacity)
}

fn paint(of: theme::Paint) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color(color(of));
    paint.anti_alias = true;
    paint
}

fn outline(path: &Path) -> Option<tiny_skia::Path> {
    let mut builder = PathBuilder::new();
    let of = |point: Point| (point.x as f32, point.y as f32);
    for segment in &path.0 {
        match *segment {
            Segment::Move(to) => builder.move_to(of(to).0, of(to).1),
            Segment::Line(to) => builder.line_to(of(to).0, of(to).1),
            Segment::Curve(a, b, to) => {
                let (a, b, to) = (of(a), of(b), of(to));
                builder.cubic_to(a.0, a.1, b.0, b.1, to.0, to.1);
            }
            Segment::Close => builder.close(),
        }
    }
    builder.finish()
}
