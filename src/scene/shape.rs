//! The shapes of nodes and the ways lines are drawn, by the names that layers ask for them.

use super::path::point;
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
pub(super) const DEPTH: f64 = 8.0;
/// How tall the ends of a cylinder are.
pub(super) const CAP: f64 = 7.0;
/// The radius of round corners.
pub(super) const ROUND: f64 = 6.0;
/// The radius of a person's head.
pub(super) const HEAD: f64 = 11.0;
/// How tall a tab or the corner of a page is.
pub(super) const FOLD: f64 = 10.0;

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

#[cfg(test)]
mod tests {
    use super::super::path::{Path, contains};
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
