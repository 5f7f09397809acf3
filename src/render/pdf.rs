//! Writes a scene as a page of PDF: text that can be selected, links, no date.

use std::collections::{HashMap, HashSet};

use krilla::Document;
use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point as At, Rect as Area, Size, Transform};
use krilla::image::Image;
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, LineCap, LineJoin, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};

use crate::layout::{Point, Rect};
use crate::scene::font::{FaceId, Fonts};
use crate::scene::path::{Path, Segment, around};
use crate::scene::text::{Glyph, Line};
use crate::scene::theme;
use crate::scene::{Group, Mark, RasterId, Scene, Style, Text};

/// Points for each pixel of a scene.
const POINTS: f64 = 0.75;
/// The longest side that readers of PDF take, in points.
pub const LONGEST: f64 = 14_400.0;

/// Returns the points for each pixel of a scene, and whether these are fewer than usual because
/// the page would be too large.
pub fn scale(scene: &Scene) -> (f64, bool) {
    let longest = scene.frame.size.width.max(scene.frame.size.height);
    let most = LONGEST / longest.max(1.0);
    (POINTS.min(most), POINTS > most)
}

/// Writes a scene.
///
/// # Errors
///
/// Fails if a font cannot be embedded; the message says why.
pub fn write(scene: &Scene, fonts: &Fonts<'_>, out: &mut Vec<u8>) -> Result<(), String> {
    let (scale, _) = scale(scene);
    let Rect { size, .. } = scene.frame;
    let (width, height) = ((size.width * scale) as f32, (size.height * scale) as f32);
    let mut document = Document::new();
    let settings = PageSettings::from_wh(width.max(1.0), height.max(1.0));
    let mut page = document.start_page_with(settings.ok_or("the page has no size")?);
    draw(scene, fonts, scale, page.surface())?;
    for group in &scene.groups {
        for link in links(group, scene, scale) {
            page.add_annotation(link);
        }
    }
    page.finish();
    let mut metadata = Metadata::new().creator("layercake".to_owned());
    if !scene.title.is_empty() {
        metadata = metadata.title(scene.title.clone());
    }
    document.set_metadata(metadata);
    let bytes = document.finish().map_err(|error| format!("{error:?}"))?;
    out.extend_from_slice(&bytes);
    Ok(())
}

fn draw(scene: &Scene, fonts: &Fonts<'_>, scale: f64, surface: Surface<'_>) -> Result<(), String> {
    let mut writer = Writer {
        scene,
        fonts,
        faces: HashMap::new(),
        images: HashMap::new(),
        boxes: HashSet::new(),
        surface,
    };
    let Point { x, y } = scene.frame.corner;
    let (unit, left, top) = (scale as f32, (-x * scale) as f32, (-y * scale) as f32);
    writer.surface.push_transform(&Transform::from_row(unit, 0.0, 0.0, unit, left, top));
    if let Some(paint) = scene.page {
        let style = Style { fill: Some(paint), ..Style::default() };
        writer.path(&Path::rounded(scene.frame, 0.0), style);
    }
    for mark in scene.groups.iter().flat_map(|group| &group.marks) {
        writer.mark(mark)?;
    }
    writer.surface.pop();
    writer.surface.finish();
    Ok(())
}

/// Returns the places of a group that leads somewhere: more than one if it is in pieces.
fn links(group: &Group, scene: &Scene, scale: f64) -> Vec<Annotation> {
    let Some(address) = group.link.as_deref() else { return Vec::new() };
    let mut places: Vec<Rect> = Vec::new();
    for bounds in group.marks.iter().filter_map(|mark| mark.bounds(scene)) {
        match places.last_mut().filter(|last| touches(**last, bounds)) {
            Some(last) => *last = around(*last, bounds),
            None => places.push(bounds),
        }
    }
    let links = places.into_iter().map(|place| link(address, place, group, scene, scale));
    links.flatten().collect()
}

fn touches(a: Rect, b: Rect) -> bool {
    let ends = |of: Rect| (of.corner.x + of.size.width, of.corner.y + of.size.height);
    let ((right, lower), (other_right, other_lower)) = (ends(a), ends(b));
    a.corner.x <= other_right
        && b.corner.x <= right
        && a.corner.y <= other_lower
        && b.corner.y <= lower
}

fn link(
    address: &str,
    bounds: Rect,
    group: &Group,
    scene: &Scene,
    scale: f64,
) -> Option<Annotation> {
    let x = (bounds.corner.x - scene.frame.corner.x) * scale;
    let y = (bounds.corner.y - scene.frame.corner.y) * scale;
    let (width, height) = (bounds.size.width.max(1.0) * scale, bounds.size.height.max(1.0) * scale);
    let area = Area::from_xywh(x as f32, y as f32, width as f32, height as f32)?;
    let target = Target::Action(Action::Link(LinkAction::new(address.to_owned())));
    Some(Annotation::new_link(LinkAnnotation::new(area, target), Some(group.speech.to_string())))
}

struct Writer<'a, 's> {
    scene: &'a Scene,
    fonts: &'a Fonts<'a>,
    faces: HashMap<FaceId, Font>,
    images: HashMap<RasterId, Image>,
    /// The faces of which a box was drawn that stands for no text.
    boxes: HashSet<FaceId>,
    surface: Surface<'s>,
}

impl Writer<'_, '_> {
    fn mark(&mut self, mark: &Mark) -> Result<(), String> {
        let style = self.scene.style(mark.style());
        match mark {
            Mark::Box(rect, radius, _) => self.path(&Path::rounded(*rect, *radius), style),
            Mark::Ellipse(rect, _) => self.path(&Path::ellipse(*rect), style),
            Mark::Path(path, _) => self.path(path, style),
            Mark::Shared(shared, at, _) => self.path(&self.scene.outline(*shared, *at), style),
            Mark::Raster(raster, of, _) => self.raster(*raster, *of),
            Mark::Text(text) => return self.text(text, style),
        }
        Ok(())
    }

    fn raster(&mut self, id: RasterId, of: Rect) {
        let Some(own) = self.scene.rasters.get(id.0 as usize) else { return };
        let image = self
            .images
            .entry(id)
            .or_insert_with(|| Image::from_rgba8(own.pixels.clone(), own.width, own.height));
        let Some(size) = Size::from_wh(of.size.width as f32, of.size.height as f32) else { return };
        let (x, y) = (of.corner.x as f32, of.corner.y as f32);
        self.surface.push_transform(&Transform::from_translate(x, y));
        self.surface.draw_image(image.clone(), size);
        self.surface.pop();
    }

    fn path(&mut self, path: &Path, style: Style) {
        let Some(path) = outline(path) else { return };
        self.surface.set_fill(style.fill.map(|paint| {
            let rule = if style.is_even_odd { FillRule::EvenOdd } else { FillRule::NonZero };
            Fill { rule, ..fill(paint) }
        }));
        self.surface.set_stroke(style.stroke.map(|stroke| {
            let dash = stroke.dash.map(|(on, off)| StrokeDash {
                array: vec![on as f32 / 100.0, off as f32 / 100.0],
                offset: 0.0,
            });
            let has_round_ends = stroke.is_round || stroke.dash.is_some_and(|(on, _)| on < 20);
            Stroke {
                paint: color(stroke.paint).into(),
                width: stroke.width as f32 / 100.0,
                line_cap: if has_round_ends { LineCap::Round } else { LineCap::Butt },
                line_join: if stroke.is_round { LineJoin::Round } else { LineJoin::Miter },
                dash,
                ..Stroke::default()
            }
        }));
        self.surface.draw_path(&path);
    }

    fn text(&mut self, text: &Text, style: Style) -> Result<(), String> {
        let size = style.font_size();
        self.surface.set_fill(style.fill.map(fill));
        self.surface.set_stroke(None);
        if text.turn != 0.0 {
            let Point { x, y } = text.way();
            let (left, top) = (
                text.at.x - text.at.x * x + text.at.y * y,
                text.at.y - text.at.x * y - text.at.y * x,
            );
            let [x, y, left, top] = [x, y, left, top].map(|of| of as f32);
            self.surface.push_transform(&Transform::from_row(x, y, -y, x, left, top));
        }
        for (at, line) in text.level(size) {
            let ends = ends(line);
            let mut x = at.x;
            for run in line.glyphs.chunk_by(|a, b| a.face == b.face) {
                let font = self.face(run[0].face)?;
                if run.iter().any(|glyph| glyph.id == 0) && self.boxes.insert(run[0].face) {
                    self.unnamed_box(font.clone(), at);
                }
                let glyphs: Vec<KrillaGlyph> =
                    run.iter().map(|glyph| krilla(glyph, &ends)).collect();
                let start = At::from_xy(x as f32, at.y as f32);
                self.surface.draw_glyphs(start, &glyphs, font, &line.text, size as f32, false);
                x += run.iter().map(|glyph| f64::from(glyph.advance) * size).sum::<f64>();
            }
        }
        if text.turn != 0.0 {
            self.surface.pop();
        }
        Ok(())
    }

    /// Draws the box of a face for what it does not have, too small to be seen, for no text. Such a
    /// box is told by a page to be the text that it first stands for, and that readers leave out;
    /// with none of its own, each is told beside where it stands.
    fn unnamed_box(&mut self, font: Font, at: Point) {
        let glyph = KrillaGlyph::new(GlyphId::new(0), 0.0, 0.0, 0.0, 0.0, 0..0, None);
        let at = At::from_xy(at.x as f32, at.y as f32);
        self.surface.draw_glyphs(at, &[glyph], font, "", 0.01, false);
    }

    fn face(&mut self, id: FaceId) -> Result<Font, String> {
        if let Some(font) = self.faces.get(&id) {
            return Ok(font.clone());
        }
        let bytes = self.fonts.bytes(id).to_vec();
        let (name, _) = self.fonts.name(id);
        let font = Font::new(bytes.into(), 0)
            .ok_or_else(|| format!("the font `{name}` cannot be embedded"))?;
        self.faces.insert(id, font.clone());
        Ok(font)
    }
}

/// Returns where the text of each glyph may end: the starts of all, and the end.
fn ends(line: &Line) -> Vec<u32> {
    let mut ends: Vec<u32> = line.glyphs.iter().map(|glyph| glyph.start).collect();
    ends.push(line.text.len() as u32);
    ends.sort_unstable();
    ends.dedup();
    ends
}

fn krilla(glyph: &Glyph, ends: &[u32]) -> KrillaGlyph {
    let start = glyph.start as usize;
    let next = ends.partition_point(|end| *end <= glyph.start);
    let end = ends.get(next).map_or(start, |end| *end as usize);
    let (dx, dy) = glyph.offset;
    KrillaGlyph::new(
        GlyphId::new(u32::from(glyph.id)),
        glyph.advance,
        dx,
        -dy,
        0.0,
        start..end,
        None,
    )
}

fn color(paint: theme::Paint) -> rgb::Color {
    let [red, green, blue, _] = paint.color.parts();
    rgb::Color::new(red, green, blue)
}

fn fill(paint: theme::Paint) -> Fill {
    Fill { paint: color(paint).into(), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}

fn outline(path: &Path) -> Option<krilla::geom::Path> {
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
