//! The heads of edges, by the names that layers and expressions ask for them.

use super::path::{Path, point};
use super::shape::{asked, named};
use crate::diagnostic::Diagnostics;
use crate::graph::Layer;
use crate::layout::Point;

/// The head at an end of an edge.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "their names say what they are")]
pub enum Arrow {
    None,
    #[default]
    Triangle,
    HollowTriangle,
    Vee,
    Diamond,
    HollowDiamond,
    Dot,
    HollowDot,
    Bar,
    Crow,
}

/// How a head is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// Full of the line's color.
    Full,
    /// As an outline, with the color of what is under it inside.
    Hollow,
    /// As lines.
    Lines,
}

/// A head, drawn.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Head {
    /// Its outline.
    pub path: Path,
    /// How it is drawn.
    pub ink: Ink,
    /// How much of the line it stands in place of.
    pub cut: f64,
}

/// What says for each: our name first, then those of Graphviz and D2.
const ARROWS: &[(Arrow, &[&str])] = &[
    (Arrow::None, &["none"]),
    (Arrow::Triangle, &["triangle", "normal"]),
    (Arrow::HollowTriangle, &["hollow_triangle", "empty", "onormal"]),
    (Arrow::Vee, &["vee", "arrow", "open"]),
    (Arrow::Diamond, &["diamond"]),
    (Arrow::HollowDiamond, &["hollow_diamond", "odiamond", "ediamond"]),
    (Arrow::Dot, &["dot", "circle"]),
    (Arrow::HollowDot, &["hollow_dot", "odot"]),
    (Arrow::Bar, &["bar", "tee", "cf-one"]),
    (Arrow::Crow, &["crow", "cf-many"]),
];

/// Returns the heads that a layer asks for at the sources and at the targets of its edges; one that
/// is not known gets a warning.
pub fn arrows_of(layer: &Layer, diagnostics: &mut Diagnostics) -> [Option<Arrow>; 2] {
    let mut of = |name| asked(layer, name, "unknown-arrow", ARROWS, diagnostics);
    [of("source_arrow"), of("target_arrow")]
}

/// Returns the head of this name.
pub fn arrow_named(name: &str) -> Option<Arrow> {
    named(name, ARROWS)
}

/// Returns all names of heads.
pub fn arrow_names() -> impl Iterator<Item = &'static str> {
    ARROWS.iter().flat_map(|(_, names)| *names).copied()
}

impl Arrow {
    /// Draws the head whose tip is at a point, pointing along `way`, which is 1 long, on a line of
    /// this width.
    pub(super) fn head(self, tip: Point, way: Point, width: f64) -> Option<Head> {
        let (long, half) = (6.4 + 2.0 * width, 2.6 + 0.9 * width);
        // A place so far behind the tip, and so far to its right.
        let at = |back: f64, side: f64| {
            point(tip.x - way.x * back - way.y * side, tip.y - way.y * back + way.x * side)
        };
        let (path, ink, cut) = match self {
            Arrow::None => return None,
            Arrow::Triangle => {
                (Path::polygon(&[tip, at(long, half), at(long, -half)]), Ink::Full, long - width)
            }
            Arrow::HollowTriangle => {
                let (long, half) = (long * 1.1, half * 1.3);
                (Path::polygon(&[tip, at(long, half), at(long, -half)]), Ink::Hollow, long)
            }
            Arrow::Vee => {
                let (from, to) = (at(long, half * 1.2), at(long, -half * 1.2));
                let mut path = Path::default();
                path.start(from.x, from.y).line(tip.x, tip.y).line(to.x, to.y);
                (path, Ink::Lines, width * 0.6)
            }
            Arrow::Diamond | Arrow::HollowDiamond => {
                let half = half * 1.1;
                let path = Path::polygon(&[
                    tip,
                    at(long * 0.8, half),
                    at(long * 1.6, 0.0),
                    at(long * 0.8, -half),
                ]);
                match self {
                    Arrow::Diamond => (path, Ink::Full, long * 1.6 - width),
                    _ => (path, Ink::Hollow, long * 1.6),
                }
            }
            Arrow::Dot | Arrow::HollowDot => {
                let radius = half * 1.1;
                let middle = at(radius, 0.0);
                let of = super::edge::box_around(middle, radius * 2.0, radius * 2.0);
                match self {
                    Arrow::Dot => (Path::ellipse(of), Ink::Full, radius),
                    _ => (Path::ellipse(of), Ink::Hollow, radius * 2.0),
                }
            }
            Arrow::Bar => {
                let (from, to) = (at(long * 0.7, half * 1.4), at(long * 0.7, -half * 1.4));
                let mut path = Path::default();
                path.start(from.x, from.y).line(to.x, to.y);
                (path, Ink::Lines, 0.0)
            }
            Arrow::Crow => {
                let (back, left, right) =
                    (at(long * 1.1, 0.0), at(0.0, half * 1.5), at(0.0, -half * 1.5));
                let mut path = Path::default();
                path.start(left.x, left.y).line(back.x, back.y).line(right.x, right.y);
                (path, Ink::Lines, 0.0)
            }
        };
        Some(Head { path, ink, cut })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_end_at_their_tip_and_take_the_place_of_the_line_behind_it() {
        for (arrow, names) in ARROWS {
            assert_eq!(arrow_named(names[0]), Some(*arrow));
            let head = arrow.head(point(100.0, 50.0), point(1.0, 0.0), 1.4);
            let Some(Head { path, cut, .. }) = head else {
                assert_eq!(*arrow, Arrow::None);
                continue;
            };
            let bounds = path.bounds().unwrap();
            let right = bounds.corner.x + bounds.size.width;
            assert!(right <= 100.0 + 1e-9 && right > 90.0, "{arrow:?} {right}");
            assert!(cut <= 100.0 - bounds.corner.x + 1e-9, "{arrow:?} {cut}");
            // As much to the left of the line as to its right.
            let middle = bounds.corner.y + bounds.size.height / 2.0;
            assert!((middle - 50.0).abs() < 1e-9, "{arrow:?} {middle}");
        }
    }
}
