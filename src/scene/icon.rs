//! Icons: small drawings of SVG, as outlines and colors alone, and pictures of PNG.
//!
//! Whatever else a file holds (scripts, links, texts, pictures in it, addresses of other files) is
//! not taken over, so that an icon from a stranger does nothing but show itself. Knows no files.

use std::sync::Arc;

use usvg::tiny_skia_path::PathSegment;
use usvg::{FillRule, ImageHrefResolver, LineCap, Node, Options, Tree};

use super::Mark;
use super::color::mix;
use super::draw::Artist;
use super::path::{Path, Segment, point, rect};
use super::raster::{self, Raster, RasterError};
use super::shape::Shape;
use super::theme::Paint;
use super::{RasterId, Stroke, Style};
use crate::graph::Color;
use crate::layout::{Point, Rect, Size};

/// The most pieces of outlines that an icon may have.
const MOST_SEGMENTS: usize = 20_000;
/// The most bytes of an icon.
const MOST_BYTES: usize = 1 << 20;
/// The longest sides of icons: beside one line, beside more, above a label, and alone.
const BESIDE_LINE: f64 = 20.0;
const BESIDE_LINES: f64 = 28.0;
const ABOVE: f64 = 36.0;
const ALONE: f64 = 32.0;
/// The side of an icon in a partition's title.
pub(super) const IN_TITLE: f64 = 15.0;
/// The gap between an icon and its label.
pub(super) const GAP: f64 = 7.0;

/// A drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Icon {
    size: Size,
    form: Form,
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
enum Form {
    Outlines(Outlines),
    Pixels(Arc<Raster>),
}

/// A drawing by outlines.
#[derive(Debug, Clone, PartialEq)]
struct Outlines {
    parts: Vec<Part>,
    /// Whether all of it is black, which stands for the color of text.
    is_black: bool,
}

/// An outline of an icon.
#[derive(Debug, Clone, PartialEq)]
struct Part {
    path: Path,
    fill: Option<Color>,
    is_even_odd: bool,
    line: Option<PartLine>,
}

/// The line along an outline.
#[derive(Debug, Clone, Copy, PartialEq)]
struct PartLine {
    color: Color,
    width: f64,
    dash: Option<(f64, f64)>,
    is_round: bool,
}

/// Why a file is no icon.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IconError {
    /// It is neither text nor a PNG.
    #[error("it is neither text of UTF-8 nor a PNG")]
    NoText,
    /// It is no SVG.
    #[error("{0}")]
    NoSvg(String),
    /// It is no picture in pixels that can be shown.
    #[error(transparent)]
    Raster(#[from] RasterError),
    /// It has no outline that can be seen.
    #[error("there is nothing to be seen in it")]
    Empty,
    /// It has too many outlines.
    #[error("it is too detailed for an icon")]
    TooDetailed,
    /// It has too many bytes.
    #[error("it has {0} bytes, and an icon may have {MOST_BYTES}")]
    TooLong(usize),
}

impl Icon {
    /// Reads an icon; what it has that is left out is named in `left_out`.
    ///
    /// # Errors
    ///
    /// Fails if the bytes are no SVG, or one without outlines, and no PNG.
    pub fn parse(bytes: &[u8], left_out: &mut Vec<&'static str>) -> Result<Icon, IconError> {
        if bytes.len() > MOST_BYTES {
            return Err(IconError::TooLong(bytes.len()));
        }
        if bytes.starts_with(raster::SIGNATURE) {
            let raster = Raster::parse(bytes)?;
            let size = Size { width: raster.width.into(), height: raster.height.into() };
            return Ok(Icon { size, form: Form::Pixels(Arc::new(raster)) });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| IconError::NoText)?;
        let nothing = ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        };
        let options = Options { image_href_resolver: nothing, ..Options::default() };
        let tree =
            Tree::from_str(text, &options).map_err(|error| IconError::NoSvg(error.to_string()))?;
        let size = tree.size();
        let size = Size { width: f64::from(size.width()), height: f64::from(size.height()) };
        let mut reader = Reader { parts: Vec::new(), segments: 0, left_out };
        reader.nodes(tree.root().children(), 1.0)?;
        let parts = reader.parts;
        if parts.is_empty() {
            return Err(IconError::Empty);
        }
        let is_black = |color: Color| color.parts()[..3] == [0, 0, 0];
        let is_black = parts.iter().all(|part| {
            part.fill.is_none_or(is_black) && part.line.is_none_or(|line| is_black(line.color))
        });
        Ok(Icon { size, form: Form::Outlines(Outlines { parts, is_black }) })
    }

    /// Returns its size in a square of this side, or in one twice as wide.
    fn fitted(&self, side: f64) -> Size {
        let Size { width, height } = self.size;
        let scale = (side / height).min(2.0 * side / width);
        Size { width: width * scale, height: height * scale }
    }
}

/// Takes the outlines of a tree down.
struct Reader<'a> {
    parts: Vec<Part>,
    segments: usize,
    left_out: &'a mut Vec<&'static str>,
}

impl Reader<'_> {
    fn nodes(&mut self, nodes: &[Node], opacity: f64) -> Result<(), IconError> {
        for node in nodes {
            match node {
                Node::Group(group) => {
                    if group.mask().is_some() {
                        self.leave_out("masks");
                    }
                    if !group.filters().is_empty() {
                        self.leave_out("filters");
                    }
                    if let Some(clip) = group.clip_path() {
                        // Drawing programs clip by the frame, which cuts nothing off.
                        let (inner, outer) = (group.bounding_box(), clip.root().bounding_box());
                        let is_inside = inner.left() >= outer.left() - 0.5
                            && inner.top() >= outer.top() - 0.5
                            && inner.right() <= outer.right() + 0.5
                            && inner.bottom() <= outer.bottom() + 0.5;
                        if !is_inside {
                            self.leave_out("clip paths");
                        }
                    }
                    let opacity = opacity * f64::from(group.opacity().get());
                    self.nodes(group.children(), opacity)?;
                }
                Node::Path(path) => self.path(path, opacity)?,
                Node::Image(_) => self.leave_out("pictures"),
                Node::Text(_) => self.leave_out("texts"),
            }
        }
        Ok(())
    }

    fn leave_out(&mut self, what: &'static str) {
        if !self.left_out.contains(&what) {
            self.left_out.push(what);
        }
    }

    fn path(&mut self, path: &usvg::Path, opacity: f64) -> Result<(), IconError> {
        if !path.is_visible() {
            return Ok(());
        }
        let place = path.abs_transform();
        let Some(data) = path.data().clone().transform(place) else { return Ok(()) };
        self.segments += data.len();
        if self.segments > MOST_SEGMENTS {
            return Err(IconError::TooDetailed);
        }
        let fill = path
            .fill()
            .and_then(|fill| self.color(fill.paint(), opacity * f64::from(fill.opacity().get())));
        let line = path.stroke().and_then(|stroke| {
            let color = self.color(stroke.paint(), opacity * f64::from(stroke.opacity().get()))?;
            let scale = f64::from((place.sx * place.sy - place.kx * place.ky).abs()).sqrt();
            let dash = stroke.dasharray().and_then(|dashes| match dashes {
                [on, off, ..] => Some((f64::from(*on) * scale, f64::from(*off) * scale)),
                _ => None,
            });
            let width = f64::from(stroke.width().get()) * scale;
            Some(PartLine { color, width, dash, is_round: stroke.linecap() == LineCap::Round })
        });
        if fill.is_some() || line.is_some() {
            let is_even_odd = path.fill().is_some_and(|fill| fill.rule() == FillRule::EvenOdd);
            self.parts.push(Part { path: taken(&data), fill, is_even_odd, line });
        }
        Ok(())
    }

    /// Returns a color; of a gradient, the one in its middle.
    fn color(&mut self, paint: &usvg::Paint, opacity: f64) -> Option<Color> {
        let (color, own) = match paint {
            usvg::Paint::Color(color) => (*color, 1.0),
            usvg::Paint::LinearGradient(gradient) => middle(gradient.stops())?,
            usvg::Paint::RadialGradient(gradient) => middle(gradient.stops())?,
            usvg::Paint::Pattern(_) => {
                self.leave_out("patterns");
                return None;
            }
        };
        let opacity = (opacity * own * 255.0).round() as u8;
        (opacity > 0).then(|| Color::new(color.red, color.green, color.blue, opacity))
    }
}

/// Returns the color in the middle of a gradient, and how opaque it is.
fn middle(stops: &[usvg::Stop]) -> Option<(usvg::Color, f64)> {
    let after = stops.iter().position(|stop| stop.offset().get() >= 0.5);
    let (first, last) = match after {
        Some(0) => (stops.first()?, stops.first()?),
        Some(after) => (&stops[after - 1], &stops[after]),
        None => (stops.last()?, stops.last()?),
    };
    let (from, to) = (f64::from(first.offset().get()), f64::from(last.offset().get()));
    let share = if to > from { ((0.5 - from) / (to - from)).clamp(0.0, 1.0) } else { 0.0 };
    let part = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
    let (a, b) = (first.color(), last.color());
    let color = usvg::Color {
        red: part(a.red, b.red),
        green: part(a.green, b.green),
        blue: part(a.blue, b.blue),
    };
    let (clear, dense) = (f64::from(first.opacity().get()), f64::from(last.opacity().get()));
    Some((color, clear + (dense - clear) * share))
}

fn taken(data: &usvg::tiny_skia_path::Path) -> Path {
    let of = |at: usvg::tiny_skia_path::Point| point(f64::from(at.x), f64::from(at.y));
    let toward = |from: Point, control: Point| {
        let share = 2.0 / 3.0;
        point(from.x + (control.x - from.x) * share, from.y + (control.y - from.y) * share)
    };
    let mut path = Path::default();
    let mut last = Point::default();
    for segment in data.segments() {
        match segment {
            PathSegment::MoveTo(to) => path.0.push(Segment::Move(of(to))),
            PathSegment::LineTo(to) => path.0.push(Segment::Line(of(to))),
            PathSegment::QuadTo(control, to) => {
                let (control, to) = (of(control), of(to));
                path.0.push(Segment::Curve(toward(last, control), toward(to, control), to));
            }
            PathSegment::CubicTo(a, b, to) => path.0.push(Segment::Curve(of(a), of(b), of(to))),
            PathSegment::Close => path.0.push(Segment::Close),
        }
        if let PathSegment::MoveTo(to)
        | PathSegment::LineTo(to)
        | PathSegment::QuadTo(_, to)
        | PathSegment::CubicTo(_, _, to) = segment
        {
            last = of(to);
        }
    }
    path
}

/// An icon and a label beside or below it, around their common middle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Placed {
    /// How large both are together.
    pub size: Size,
    /// Where the icon is.
    icon: Rect,
    /// Where the middle of the label is.
    text: Point,
}

impl Placed {
    /// Places an icon with a label of this size: above it in shapes that are round or not drawn,
    /// else to its left.
    pub(super) fn of(icon: &Icon, shape: Shape, text: Size, lines: usize) -> Placed {
        if text.width == 0.0 {
            let own = icon.fitted(ALONE);
            return Placed { size: own, icon: centered(0.0, 0.0, own), text: Point::default() };
        }
        if is_above(shape) {
            let own = icon.fitted(ABOVE);
            let size = Size {
                width: own.width.max(text.width),
                height: own.height + GAP / 2.0 + text.height,
            };
            return Placed {
                size,
                icon: centered(0.0, (own.height - size.height) / 2.0, own),
                text: point(0.0, (size.height - text.height) / 2.0),
            };
        }
        let own = icon.fitted(if lines > 1 { BESIDE_LINES } else { BESIDE_LINE });
        let size =
            Size { width: own.width + GAP + text.width, height: own.height.max(text.height) };
        Placed {
            size,
            icon: centered((own.width - size.width) / 2.0, 0.0, own),
            text: point((size.width - text.width) / 2.0, 0.0),
        }
    }

    /// Returns the place of the icon and the middle of the label, around a middle and enlarged.
    pub(super) fn around(&self, middle: Point, scale: f64) -> (Rect, Point) {
        let Rect { corner, size } = self.icon;
        let icon = rect(
            middle.x + corner.x * scale,
            middle.y + corner.y * scale,
            size.width * scale,
            size.height * scale,
        );
        (icon, point(middle.x + self.text.x * scale, middle.y + self.text.y * scale))
    }
}

/// Returns whether an icon stands above the label rather than to its left.
fn is_above(shape: Shape) -> bool {
    use Shape::{Circle, Diamond, DoubleCircle, Plain, Star, Triangle, Underline};
    matches!(shape, Plain | Underline | Circle | DoubleCircle | Diamond | Star | Triangle)
}

fn centered(x: f64, y: f64, size: Size) -> Rect {
    rect(x - size.width / 2.0, y - size.height / 2.0, size.width, size.height)
}

impl Artist<'_> {
    /// Draws an icon as large as a box allows, over a color; what is black as text is.
    pub(super) fn icon(&mut self, at: usize, of: Rect, under: Paint, text: Paint) -> Vec<Mark> {
        let looks = self.looks;
        let Some(icon) = looks.icons.get(at) else { return Vec::new() };
        let scale = (of.size.width / icon.size.width).min(of.size.height / icon.size.height);
        let left = of.corner.x + (of.size.width - icon.size.width * scale) / 2.0;
        let top = of.corner.y + (of.size.height - icon.size.height * scale) / 2.0;
        let outlines = match &icon.form {
            Form::Outlines(outlines) => outlines,
            Form::Pixels(raster) => {
                let rasters = &mut self.rasters;
                let own = *self.shown.entry(at).or_insert_with(|| {
                    rasters.push(Arc::clone(raster));
                    RasterId(rasters.len() as u32 - 1)
                });
                let place = rect(left, top, icon.size.width * scale, icon.size.height * scale);
                return vec![Mark::Raster(own, place, self.class("raster", Style::default()))];
            }
        };
        let Outlines { parts, is_black } = outlines;
        let paint = |color: Color| {
            let [red, green, blue, opacity] = color.parts();
            let share = f64::from(opacity) / 255.0;
            let whole = Color::new(red, green, blue, 255);
            let own = if *is_black { text } else { Paint { color: whole, dark: whole } };
            Paint {
                color: mix(under.color, own.color, share),
                dark: mix(under.dark, own.dark, share),
            }
        };
        let hundredths = |length: f64| (length * scale * 100.0).round() as u32;
        let key = (at, scale.to_bits());
        if !self.shared.contains_key(&key) {
            let outlines = parts.iter().map(|part| part.path.clone().moved(scale, 0.0, 0.0));
            let outlines = outlines.map(|outline| self.share(outline)).collect();
            self.shared.insert(key, outlines);
        }
        let outlines = self.shared[&key].clone();
        let mut marks = Vec::with_capacity(parts.len());
        for (part, outline) in parts.iter().zip(outlines) {
            let stroke = part.line.map(|line| Stroke {
                paint: paint(line.color),
                width: hundredths(line.width),
                dash: line.dash.map(|(on, off)| (hundredths(on).max(20), hundredths(off))),
                is_round: line.is_round,
            });
            let style = Style {
                fill: part.fill.map(paint),
                is_even_odd: part.is_even_odd,
                stroke,
                font: None,
            };
            let style = self.class("icon", style);
            marks.push(Mark::Shared(outline, point(left, top), style));
        }
        marks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(inside: &str) -> (Result<Icon, IconError>, Vec<&'static str>) {
        let text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" \
             xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 24 24\">{inside}</svg>"
        );
        let mut left_out = Vec::new();
        (Icon::parse(text.as_bytes(), &mut left_out), left_out)
    }

    fn outlines(inside: &str) -> Outlines {
        match check(inside).0.unwrap().form {
            Form::Outlines(outlines) => outlines,
            Form::Pixels(_) => panic!("{inside} has no pixels"),
        }
    }

    #[test]
    fn outlines_are_taken_over_with_their_colors() {
        let inside = "<g transform='translate(2 2)' opacity='.5'><path d='M0 0h4v4z' fill='#f00' \
             fill-rule='evenodd'/></g><circle cx='9' cy='9' r='3' fill='none' stroke='blue' \
             stroke-width='2' stroke-linecap='round'/>";
        let icon = outlines(inside);
        assert!(check(inside).1.is_empty() && !icon.is_black);
        let [first, second] = &icon.parts[..] else { panic!() };
        assert_eq!(first.fill, Some(Color::new(255, 0, 0, 128)));
        assert!(first.is_even_odd && first.line.is_none());
        assert_eq!(first.path.0[0], Segment::Move(point(2.0, 2.0)));
        let line = second.line.unwrap();
        assert_eq!((line.color, line.width), (Color::new(0, 0, 255, 255), 2.0));
        assert!(line.is_round && second.fill.is_none());
    }

    #[test]
    fn what_is_all_black_is_drawn_as_text() {
        assert!(outlines("<path d='M0 0h4v4z'/>").is_black);
        assert!(outlines("<path d='M0 0h4v4z' fill='currentColor'/>").is_black);
        let mixed = "<path d='M0 0h4v4z'/><path d='M0 0h4v4z' fill='white'/>";
        assert!(!outlines(mixed).is_black);
    }

    #[test]
    fn a_gradient_becomes_the_color_in_its_middle() {
        let icon = outlines(
            "<linearGradient id='a'><stop offset='0' stop-color='#000064'/>\
             <stop offset='1' stop-color='#640000'/></linearGradient>\
             <path d='M0 0h4v4z' fill='url(#a)'/>",
        );
        assert_eq!(icon.parts[0].fill, Some(Color::new(50, 0, 50, 255)));
    }

    #[test]
    fn hostile_icons_do_nothing_but_show_themselves() {
        let shown = "<path d='M0 0h4v4z'/>";
        let secret = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/exporters/svg");
        for inside in [
            "<script>alert(1)</script>".to_owned(),
            "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>"
                .to_owned(),
            "<image xlink:href='http://localhost/a.png' width='9' height='9'/>".to_owned(),
            format!("<image xlink:href='{secret}/icons/icons/queue.svg' width='9' height='9'/>"),
            "<image xlink:href='data:image/svg+xml,%3Csvg/%3E' width='9' height='9'/>".to_owned(),
            "<use xlink:href='other.svg#a'/>".to_owned(),
            "<style>@import url(http://localhost/a.css);</style>".to_owned(),
            "<a xlink:href='javascript:alert(1)'><set attributeName='x' to='9'/></a>".to_owned(),
        ] {
            assert_eq!(outlines(&format!("{inside}{shown}")).parts.len(), 1, "{inside}");
        }
    }

    #[test]
    fn what_is_no_drawing_is_refused() {
        let error = |bytes: &[u8]| Icon::parse(bytes, &mut Vec::new()).unwrap_err();
        assert_eq!(error(b"\xff"), IconError::NoText);
        assert!(matches!(error(b"<p>no</p>"), IconError::NoSvg(_)));
        assert_eq!(check("<text>nothing</text>").0.unwrap_err(), IconError::Empty);
        assert_eq!(error(&vec![b' '; MOST_BYTES + 1]), IconError::TooLong(MOST_BYTES + 1));
        assert!(matches!(error(b"\x89PNG\r\n\x1a\nno"), IconError::Raster(_)));
        let detailed = format!("<path d='M0 0{}'/>", "h1v1".repeat(MOST_SEGMENTS));
        assert_eq!(check(&detailed).0.unwrap_err(), IconError::TooDetailed);
    }

    #[test]
    fn references_without_end_and_depth_without_end_are_refused_in_time() {
        let mut uses = "<g id='a0'><path d='M0 0h4v4z'/></g>".to_owned();
        for level in 1..40 {
            let below = format!("<use xlink:href='#a{}'/>", level - 1);
            uses += &format!("<g id='a{level}'>{}</g>", below.repeat(10));
        }
        assert!(check(&uses).0.is_err());
        let deep = format!("{}{}", "<g>".repeat(20_000), "</g>".repeat(20_000));
        assert!(check(&deep).0.is_err());
    }
}
