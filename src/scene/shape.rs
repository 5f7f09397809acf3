//! The shapes of nodes and the ways lines are drawn, by the names that layers ask for them.

use super::path::{Path, point, rect};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::graph::Layer;
use crate::layout::{Point, Rect, Size};

/// The shape of a node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "their names say what they are")]
pub enum Shape {
    Box,
    #[default]
    Rounded,
    Ellipse,
    Stadium,
    Circle,
    DoubleCircle,
    Diamond,
    Hexagon,
    Cylinder,
    Queue,
    Parallelogram,
    Trapezium,
    InvTrapezium,
    Component,
    Flag,
    Plain,
    Underline,
    Note,
    Document,
    Tab,
    Folder,
    Box3d,
    House,
    Octagon,
    Pentagon,
    Triangle,
    Star,
    Cloud,
    Person,
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Line {
    /// Whole.
    #[default]
    Solid,
    /// In pieces.
    Dashed,
    /// In dots.
    Dotted,
    /// Thicker than others.
    Bold,
}

/// What the attribute `shape` of a layer may say for each.
const SHAPES: &[(Shape, &[&str])] = &[
    (Shape::Box, &["box", "rectangle", "rect", "square"]),
    (Shape::Rounded, &["rounded", "round"]),
    (Shape::Ellipse, &["ellipse", "oval"]),
    (Shape::Stadium, &["stadium", "pill"]),
    (Shape::Circle, &["circle"]),
    (Shape::DoubleCircle, &["doublecircle"]),
    (Shape::Diamond, &["diamond", "rhombus"]),
    (Shape::Hexagon, &["hexagon"]),
    (Shape::Cylinder, &["cylinder", "database"]),
    (Shape::Queue, &["queue"]),
    (Shape::Parallelogram, &["parallelogram"]),
    (Shape::Trapezium, &["trapezium"]),
    (Shape::InvTrapezium, &["invtrapezium"]),
    (Shape::Component, &["component", "subroutine"]),
    (Shape::Flag, &["cds", "flag"]),
    (Shape::Plain, &["plaintext", "plain", "none"]),
    (Shape::Underline, &["underline"]),
    (Shape::Note, &["note"]),
    (Shape::Document, &["document"]),
    (Shape::Tab, &["tab"]),
    (Shape::Folder, &["folder", "package"]),
    (Shape::Box3d, &["box3d"]),
    (Shape::House, &["house"]),
    (Shape::Octagon, &["octagon"]),
    (Shape::Pentagon, &["pentagon"]),
    (Shape::Triangle, &["triangle"]),
    (Shape::Star, &["star"]),
    (Shape::Cloud, &["cloud"]),
    (Shape::Person, &["person", "actor", "user"]),
];

const LINES: &[(Line, &[&str])] = &[
    (Line::Solid, &["solid"]),
    (Line::Dashed, &["dashed"]),
    (Line::Dotted, &["dotted"]),
    (Line::Bold, &["bold", "thick"]),
];

/// Returns the shape that a layer asks for; one that is not known gets a warning.
pub fn shape_of(layer: &Layer, diagnostics: &mut Diagnostics) -> Option<Shape> {
    asked(layer, "shape", "unknown-shape", SHAPES, diagnostics)
}

/// Returns how a layer's lines are drawn; a way that is not known gets a warning.
pub fn line_of(layer: &Layer, diagnostics: &mut Diagnostics) -> Option<Line> {
    asked(layer, "line", "unknown-line", LINES, diagnostics)
}

pub(super) fn asked<T: Copy>(
    layer: &Layer,
    attribute: &str,
    code: &'static str,
    known: &[(T, &[&'static str])],
    diagnostics: &mut Diagnostics,
) -> Option<T> {
    let name = layer.attributes.get(attribute).filter(|name| !name.is_empty())?;
    let found = named(name, known);
    if found.is_none() {
        let message = format!("the layer `{}` has an unknown `{attribute}`: `{name}`", layer.id);
        let names = known.iter().flat_map(|(_, names)| *names).copied();
        diagnostics.push(Diagnostic::warning(code, message).did_you_mean(name, names));
    }
    found
}

pub(super) fn named<T: Copy>(name: &str, known: &[(T, &[&str])]) -> Option<T> {
    let lower = name.to_ascii_lowercase();
    known.iter().find(|(_, names)| names.contains(&lower.as_str())).map(|(one, _)| *one)
}

/// Returns the shape of this name.
pub fn shape_named(name: &str) -> Option<Shape> {
    named(name, SHAPES)
}

/// Returns the way to draw lines of this name.
pub fn line_named(name: &str) -> Option<Line> {
    named(name, LINES)
}

/// Returns all names of shapes.
pub fn shape_names() -> impl Iterator<Item = &'static str> {
    SHAPES.iter().flat_map(|(_, names)| *names).copied()
}

/// Returns all names of ways to draw lines.
pub fn line_names() -> impl Iterator<Item = &'static str> {
    LINES.iter().flat_map(|(_, names)| *names).copied()
}

/// How far the front of a solid box is from its back.
const DEPTH: f64 = 8.0;
/// How tall the ends of a cylinder are.
const CAP: f64 = 7.0;
/// The radius of round corners.
const ROUND: f64 = 6.0;
/// The radius of a person's head.
const HEAD: f64 = 11.0;
/// How tall a tab or the corner of a page is.
const FOLD: f64 = 10.0;

impl Shape {
    /// Returns how large a node is that holds a text of this size, with some room around it.
    pub fn size(self, text: Size) -> Size {
        let Size { width, height } = text;
        let plain = |x: f64, y: f64| Size { width: width + x, height: height + y };
        // A box of sides `w` and `h` lies in an ellipse of √2 times these.
        let round =
            |factor: f64| Size { width: (width + 14.0) * factor, height: (height + 10.0) * factor };
        let size = match self {
            Shape::Ellipse => round(std::f64::consts::SQRT_2),
            Shape::Circle | Shape::DoubleCircle => {
                let radius =
                    ((width + 6.0) * (width + 6.0) + (height + 6.0) * (height + 6.0)).sqrt();
                let side = if self == Shape::Circle { radius + 6.0 } else { radius + 14.0 };
                Size { width: side, height: side }
            }
            Shape::Diamond => round(1.85),
            Shape::Star => round(2.4),
            Shape::Triangle => Size { width: (width + 14.0) * 1.9, height: (height + 12.0) * 2.0 },
            Shape::Pentagon | Shape::House => plain(36.0, 40.0),
            Shape::Octagon => plain(40.0, 26.0),
            Shape::Hexagon | Shape::Stadium => plain(48.0, 20.0),
            Shape::Cylinder => plain(32.0, 20.0 + 2.0 * CAP),
            Shape::Queue => plain(36.0 + 2.0 * CAP, 20.0),
            Shape::Parallelogram | Shape::Trapezium | Shape::InvTrapezium => plain(56.0, 20.0),
            Shape::Component | Shape::Flag => plain(52.0, 20.0),
            Shape::Plain => plain(8.0, 6.0),
            Shape::Underline => plain(16.0, 12.0),
            Shape::Note => plain(40.0, 22.0),
            Shape::Document => plain(32.0, 34.0),
            Shape::Tab | Shape::Folder => plain(32.0, 20.0 + FOLD),
            Shape::Box3d => plain(32.0 + DEPTH, 20.0 + DEPTH),
            Shape::Cloud => Size { width: (width + 24.0) * 1.4, height: (height + 14.0) * 1.8 },
            Shape::Person => plain(36.0, 22.0 + 2.0 * HEAD),
            Shape::Box | Shape::Rounded => plain(32.0, 20.0),
        };
        let least = if matches!(self, Shape::Plain | Shape::Underline) { 12.0 } else { 40.0 };
        Size { width: size.width.max(least * 1.2), height: size.height.max(least) }
    }

    /// Returns the middle of its text.
    pub fn middle(self, of: Rect) -> Point {
        let at = of.middle();
        match self {
            Shape::Cylinder => point(at.x, at.y + CAP / 2.0),
            Shape::Queue => point(at.x - CAP / 2.0, at.y),
            Shape::Triangle => point(at.x, at.y + of.size.height * 0.18),
            Shape::House => point(at.x, at.y + of.size.height * 0.12),
            Shape::Pentagon => point(at.x, at.y + of.size.height * 0.08),
            Shape::Document => point(at.x, at.y - of.size.height * 0.06),
            Shape::Tab | Shape::Folder => point(at.x, at.y + FOLD / 2.0),
            Shape::Box3d => point(at.x - DEPTH / 2.0, at.y + DEPTH / 2.0),
            Shape::Flag => point(at.x - 6.0, at.y),
            Shape::Person => point(at.x, at.y + HEAD + 1.0),
            Shape::Cloud => point(at.x, at.y + of.size.height * 0.1),
            _ => at,
        }
    }

    /// Returns the outline, which is filled and where edges end, and lines drawn over it.
    pub fn outline(self, of: Rect) -> (Path, Path) {
        let (x, y, w, h) = (of.corner.x, of.corner.y, of.size.width, of.size.height);
        let (right, lower) = (x + w, y + h);
        let polygon = |points: &[(f64, f64)]| {
            let points: Vec<Point> = points.iter().map(|(px, py)| point(*px, *py)).collect();
            Path::polygon(&points)
        };
        // Corners as shares of the sides.
        let shares = |points: &[(f64, f64)]| {
            let points: Vec<Point> =
                points.iter().map(|(px, py)| point(x + px * w, y + py * h)).collect();
            Path::polygon(&points)
        };
        let slope = (h * 0.35).min(w * 0.2);
        let mut over = Path::default();
        let body = match self {
            Shape::Box => Path::rounded(of, 0.0),
            Shape::Rounded | Shape::Plain => Path::rounded(of, ROUND),
            Shape::Ellipse | Shape::Circle => Path::ellipse(of),
            Shape::DoubleCircle => {
                over = Path::ellipse(rect(x + 4.0, y + 4.0, w - 8.0, h - 8.0));
                Path::ellipse(of)
            }
            Shape::Stadium => Path::rounded(of, h / 2.0),
            Shape::Diamond => shares(&[(0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)]),
            Shape::Hexagon => polygon(&[
                (x + slope, y),
                (right - slope, y),
                (right, y + h / 2.0),
                (right - slope, lower),
                (x + slope, lower),
                (x, y + h / 2.0),
            ]),
            Shape::Parallelogram => {
                polygon(&[(x + slope, y), (right, y), (right - slope, lower), (x, lower)])
            }
            Shape::Trapezium => {
                polygon(&[(x + slope, y), (right - slope, y), (right, lower), (x, lower)])
            }
            Shape::InvTrapezium => {
                polygon(&[(x, y), (right, y), (right - slope, lower), (x + slope, lower)])
            }
            Shape::Flag => polygon(&[
                (x, y),
                (right - slope, y),
                (right, y + h / 2.0),
                (right - slope, lower),
                (x, lower),
            ]),
            Shape::Octagon => {
                let cut = (h * 0.28).min(w * 0.28);
                polygon(&[
                    (x + cut, y),
                    (right - cut, y),
                    (right, y + cut),
                    (right, lower - cut),
                    (right - cut, lower),
                    (x + cut, lower),
                    (x, lower - cut),
                    (x, y + cut),
                ])
            }
            Shape::House => shares(&[(0.5, 0.0), (1.0, 0.32), (1.0, 1.0), (0.0, 1.0), (0.0, 0.32)]),
            Shape::Pentagon => {
                shares(&[(0.5, 0.0), (1.0, 0.38), (0.82, 1.0), (0.18, 1.0), (0.0, 0.38)])
            }
            Shape::Triangle => shares(&[(0.5, 0.0), (1.0, 1.0), (0.0, 1.0)]),
            Shape::Star => shares(&[
                (0.5, 0.0),
                (0.63, 0.36),
                (1.0, 0.38),
                (0.71, 0.62),
                (0.81, 1.0),
                (0.5, 0.79),
                (0.19, 1.0),
                (0.29, 0.62),
                (0.0, 0.38),
                (0.37, 0.36),
            ]),
            Shape::Component => {
                over.start(x + 8.0, y).line(x + 8.0, lower);
                over.start(right - 8.0, y).line(right - 8.0, lower);
                Path::rounded(of, 3.0)
            }
            Shape::Underline => {
                over.start(x, lower).line(right, lower);
                Path::rounded(of, 0.0)
            }
            Shape::Note => {
                over.start(right - FOLD, y).line(right - FOLD, y + FOLD).line(right, y + FOLD);
                polygon(&[(x, y), (right - FOLD, y), (right, y + FOLD), (right, lower), (x, lower)])
            }
            Shape::Folder | Shape::Tab => {
                let tab = (w * 0.4).min(60.0);
                over.start(x, y + FOLD).line(x + tab, y + FOLD);
                polygon(&[
                    (x, y),
                    (x + tab - 6.0, y),
                    (x + tab, y + FOLD),
                    (right, y + FOLD),
                    (right, lower),
                    (x, lower),
                ])
            }
            Shape::Box3d => {
                over.start(x, y + DEPTH).line(right - DEPTH, y + DEPTH).line(right - DEPTH, lower);
                over.start(right - DEPTH, y + DEPTH).line(right, y);
                polygon(&[
                    (x + DEPTH, y),
                    (right, y),
                    (right, lower - DEPTH),
                    (right - DEPTH, lower),
                    (x, lower),
                    (x, y + DEPTH),
                ])
            }
            Shape::Cylinder => cylinder(of, &mut over),
            Shape::Queue => queue(of, &mut over),
            Shape::Document => document(of),
            Shape::Cloud => cloud(of),
            Shape::Person => person(of),
        };
        (body, over)
    }

    /// Returns the lines drawn over the outline, if there are any.
    pub fn outline_over(self, of: Rect) -> Option<Path> {
        let has_lines = matches!(
            self,
            Shape::DoubleCircle
                | Shape::Component
                | Shape::Underline
                | Shape::Note
                | Shape::Folder
                | Shape::Tab
                | Shape::Box3d
                | Shape::Cylinder
                | Shape::Queue
        );
        has_lines.then(|| self.outline(of).1)
    }

    /// Returns whether its outline is that of its box, but for round corners.
    pub fn is_box(self) -> bool {
        matches!(
            self,
            Shape::Box | Shape::Rounded | Shape::Component | Shape::Plain | Shape::Underline
        )
    }

    /// Returns whether it may be wider or taller than what it is drawn around needs.
    pub fn stretches(self) -> bool {
        matches!(
            self,
            Shape::Box
                | Shape::Rounded
                | Shape::Stadium
                | Shape::Component
                | Shape::Cylinder
                | Shape::Queue
                | Shape::Note
                | Shape::Document
                | Shape::Tab
                | Shape::Folder
                | Shape::Box3d
        )
    }

    /// Returns whether the outline is drawn at all.
    pub fn is_drawn(self) -> bool {
        !matches!(self, Shape::Plain | Shape::Underline)
    }
}

/// How far the handles of a quarter of an ellipse are from its ends, in radii.
const HANDLE: f64 = 0.552;

fn cylinder(of: Rect, over: &mut Path) -> Path {
    let (x, y, w, h) = (of.corner.x, of.corner.y, of.size.width, of.size.height);
    let cap = CAP.min(h / 5.0);
    let (right, middle, hx, hy) = (x + w, x + w / 2.0, w / 2.0 * (1.0 - HANDLE), cap * HANDLE);
    let (top, low) = (y + cap, y + h - cap);
    over.start(x, top);
    over.curve((x, top + hy), (x + hx, top + cap), (middle, top + cap));
    over.curve((right - hx, top + cap), (right, top + hy), (right, top));
    let mut path = Path::default();
    path.start(x, top);
    path.curve((x, top - hy), (x + hx, y), (middle, y));
    path.curve((right - hx, y), (right, top - hy), (right, top));
    path.line(right, low);
    path.curve((right, low + hy), (right - hx, low + cap), (middle, low + cap));
    path.curve((x + hx, low + cap), (x, low + hy), (x, low));
    path.close()
}

fn queue(of: Rect, over: &mut Path) -> Path {
    let (x, y, w, h) = (of.corner.x, of.corner.y, of.size.width, of.size.height);
    let cap = CAP.min(w / 7.0);
    let (lower, middle, hx, hy) = (y + h, y + h / 2.0, cap * HANDLE, h / 2.0 * (1.0 - HANDLE));
    let (left, right) = (x + cap, x + w - cap);
    over.start(right, y);
    over.curve((right - hx, y), (right - cap, y + hy), (right - cap, middle));
    over.curve((right - cap, lower - hy), (right - hx, lower), (right, lower));
    let mut path = Path::default();
    path.start(left, y).line(right, y);
    path.curve((right + hx, y), (right + cap, y + hy), (right + cap, middle));
    path.curve((right + cap, lower - hy), (right + hx, lower), (right, lower));
    path.line(left, lower);
    path.curve((left - hx, lower), (x, lower - hy), (x, middle));
    path.curve((x, y + hy), (left - hx, y), (left, y));
    path.close()
}

fn document(of: Rect) -> Path {
    let (x, y, w, h) = (of.corner.x, of.corner.y, of.size.width, of.size.height);
    let wave = 7.0_f64.min(h / 6.0);
    let low = y + h - wave;
    let mut path = Path::default();
    path.start(x, y).line(x + w, y).line(x + w, low);
    path.curve((x + w * 0.8, low - wave), (x + w * 0.65, low - wave), (x + w / 2.0, low));
    path.curve((x + w * 0.35, low + wave), (x + w * 0.2, low + wave), (x, low));
    path.close()
}

fn cloud(of: Rect) -> Path {
    let (x, y, w, h) = (of.corner.x, of.corner.y, of.size.width, of.size.height);
    let at = |px: f64, py: f64| (x + px * w, y + py * h);
    let mut path = Path::default();
    let start = at(0.248, 0.999);
    path.start(start.0, start.1);
    path.curve(at(-0.065, 0.999), at(-0.065, 0.458), at(0.16, 0.418));
    path.curve(at(0.15, -0.062), at(0.464, -0.102), at(0.532, 0.168));
    path.curve(at(0.62, -0.022), at(0.914, 0.018), at(0.855, 0.398));
    path.curve(at(1.061, 0.458), at(1.061, 0.999), at(0.757, 0.999));
    path.close()
}

fn person(of: Rect) -> Path {
    let (x, y, w, h) = (of.corner.x, of.corner.y, of.size.width, of.size.height);
    let top = y + 2.0 * HEAD + 2.0;
    let shoulder = 16.0_f64.min(w / 2.0).min((y + h - top) / 2.0);
    let mut path = Path::rounded(rect(x, top, w, y + h - top), shoulder);
    path.0.extend(Path::ellipse(rect(x + w / 2.0 - HEAD, y, 2.0 * HEAD, 2.0 * HEAD)).0);
    path
}

#[cfg(test)]
mod tests {
    use super::super::path::contains;
    use super::*;

    #[test]
    fn every_shape_lies_in_its_box_and_holds_its_text() {
        for (shape, names) in SHAPES {
            for text in [(10.0, 18.0), (120.0, 18.0), (60.0, 54.0)] {
                let text = Size { width: text.0, height: text.1 };
                let of = Rect { corner: point(7.0, 9.0), size: shape.size(text) };
                let (body, over) = shape.outline(of);
                let near = super::super::path::grown(of, 1e-9);
                for piece in body.flat(12).iter().chain(&over.flat(12)) {
                    assert!(piece.iter().all(|at| contains(near, *at)), "{names:?} {of:?}");
                }
                if *shape == Shape::Star {
                    continue;
                }
                let middle = shape.middle(of);
                for (x, y) in [(-0.5, -0.5), (0.5, -0.5), (-0.5, 0.5), (0.5, 0.5)] {
                    let corner = point(middle.x + x * text.width, middle.y + y * text.height * 0.7);
                    assert!(is_inside(&body, corner), "{names:?} {text:?} {corner:?} {of:?}");
                }
            }
        }
    }

    /// Counts how often a ray to the right crosses the outline.
    fn is_inside(body: &Path, at: Point) -> bool {
        body.flat(12).iter().any(|piece| {
            let crossed = piece.windows(2).filter(|pair| {
                let (a, b) = (pair[0], pair[1]);
                (a.y > at.y) != (b.y > at.y)
                    && at.x < a.x + (at.y - a.y) / (b.y - a.y) * (b.x - a.x)
            });
            crossed.count() % 2 == 1
        })
    }

    #[test]
    fn an_unknown_shape_is_a_warning_with_the_nearest_name() {
        let mut diagnostics = Diagnostics::default();
        let mut layer = Layer::plain("a");
        layer.attributes.insert("shape".to_owned(), "cilinder".to_owned());
        assert_eq!(shape_of(&layer, &mut diagnostics), None);
        assert_eq!(diagnostics.list[0].help, ["did you mean `cylinder`?"]);
        layer.attributes.insert("shape".to_owned(), "Database".to_owned());
        assert_eq!(shape_of(&layer, &mut diagnostics), Some(Shape::Cylinder));
    }
}
