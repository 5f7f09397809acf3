//! What numbers look like, and which way squares lead: parts of the legend that are about no layer.

use super::draw::{Artist, EDGE_LINE, MIDDLE, NODE_LINE};
use super::font::Weight;
use super::legend::{LONGEST, SAMPLE_GAP, TEXT};
use super::matrix::Way;
use super::path::{Path, grown, point, rect};
use super::shape;
use super::style::{filled, letters, stroked};
use super::text::{Line, Owner, Room, Texts, clean};
use super::theme::Hue;
use super::{Mark, Style, Text};
use crate::layout::{Point, Rect, Size};

/// A number of nodes or of edges, and what shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Gauge {
    /// What it is called.
    pub name: String,
    /// What shows it.
    pub shown: Shown,
    /// Some of its values, from the least to the greatest, each with what it looks like: a place on
    /// a ramp, how much larger than usual it is, or how many pixels it is wide.
    pub samples: Vec<(f64, f64)>,
}

/// What shows a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// The fills of nodes.
    NodeColor,
    /// The sizes of nodes.
    NodeSize,
    /// The colors of edges.
    EdgeColor,
    /// The widths of edges.
    EdgeWidth,
}

/// A part of the legend, ready to be drawn.
pub(super) struct Meaning {
    /// What it says in words.
    pub speech: String,
    /// What is beside each other, with the gap before.
    pieces: Vec<(f64, Piece)>,
}

enum Piece {
    /// Words or a number.
    Text(Line, Weight),
    /// Steps of a ramp.
    Ramp { shares: Vec<f64>, is_of_nodes: bool },
    /// A node of a size.
    Node(f64),
    /// An edge of a width.
    Edge(f64),
    /// An edge as a square with this side.
    Square(f64),
    /// Where squares stand that lead some way.
    Corner(Way),
}

/// How long a ramp is, and how thick for nodes and for edges.
const RAMP: f64 = 108.0;
const THICK: (f64, f64) = (12.0, 5.0);
/// A swatch for a number that is the same everywhere.
const SWATCH: f64 = 24.0;
/// A node of the usual size, and how long an edge is.
const NODE: (f64, f64) = (18.0, 9.0);
const EDGE: f64 = 24.0;
/// How large a matrix of two rows is.
const CORNER: f64 = 16.0;
/// The gap before a further sample.
const APART: f64 = 13.0;

impl Meaning {
    /// Prepares what a gauge tells; `square` is how long the side of a square is that stands for an
    /// edge of a width, where edges are squares.
    pub fn of(
        gauge: &Gauge,
        square: Option<&dyn Fn(f64) -> f64>,
        texts: &mut Texts<'_>,
    ) -> Option<Meaning> {
        let (first, last) = (gauge.samples.first()?, gauge.samples.last()?);
        let span = last.0 - first.0;
        let mut line = |text: &str, weight: Weight| {
            let room = Room { width: LONGEST / TEXT.0, lines: 1 };
            texts.wrap(text, weight, room, Owner::Legend).into_iter().next().unwrap_or_default()
        };
        let name = clean(&gauge.name).replace('\n', " ");
        let mut pieces = vec![(0.0, Piece::Text(line(&name, Weight::Bold), Weight::Bold))];
        let mut values = Vec::new();
        let mut value = |number: f64, pieces: &mut Vec<(f64, Piece)>| {
            let text = short(number, span);
            pieces.push((SAMPLE_GAP, Piece::Text(line(&text, Weight::Regular), Weight::Regular)));
            values.push(text);
        };
        match gauge.shown {
            Shown::NodeColor | Shown::EdgeColor => {
                let is_of_nodes = gauge.shown == Shown::NodeColor;
                let shares = gauge.samples.iter().map(|(_, share)| *share).collect();
                let is_one = gauge.samples.len() == 1;
                if !is_one {
                    value(first.0, &mut pieces);
                }
                pieces.push((SAMPLE_GAP, Piece::Ramp { shares, is_of_nodes }));
                value(last.0, &mut pieces);
            }
            Shown::NodeSize | Shown::EdgeWidth => {
                for (at, (number, look)) in gauge.samples.iter().enumerate() {
                    let piece = match (gauge.shown, square) {
                        (Shown::NodeSize, _) => Piece::Node(*look),
                        (_, Some(square)) => Piece::Square(square(*look)),
                        _ => Piece::Edge(*look),
                    };
                    pieces.push((if at == 0 { SAMPLE_GAP } else { APART }, piece));
                    value(*number, &mut pieces);
                }
            }
        }
        let what = match gauge.shown {
            Shown::NodeColor => "color of nodes",
            Shown::EdgeColor => "color of edges",
            Shown::NodeSize => "size of nodes",
            Shown::EdgeWidth if square.is_some() => "size of squares",
            Shown::EdgeWidth => "width of edges",
        };
        let between = if values.len() == 2 { " to " } else { ", " };
        let speech = format!("{what}: {name}, {}", values.join(between));
        Some(Meaning { speech, pieces })
    }

    /// Prepares what is told of squares in a matrix that lead some way.
    pub fn of_way(way: Way, texts: &mut Texts<'_>) -> Meaning {
        let (text, speech) = match way {
            Way::Forward => (
                "leads forward, from its row to its column",
                "squares above the diagonal lead forward, from their rows to their columns",
            ),
            Way::Back => (
                "leads back: a cycle",
                "red squares, below the diagonal, lead back and close a cycle",
            ),
            Way::Own => ("leads to itself", "squares on the diagonal lead to themselves"),
        };
        let line = texts.line(text, Weight::Regular, Owner::Legend);
        let text = (SAMPLE_GAP, Piece::Text(line, Weight::Regular));
        Meaning { speech: speech.to_owned(), pieces: vec![(0.0, Piece::Corner(way)), text] }
    }

    /// Returns how wide it is.
    pub fn width(&self) -> f64 {
        self.pieces.iter().map(|(gap, piece)| gap + piece.width()).sum()
    }
}

impl Piece {
    fn width(&self) -> f64 {
        match self {
            Piece::Text(line, _) => line.width * TEXT.0,
            Piece::Ramp { shares, .. } if shares.len() == 1 => SWATCH,
            Piece::Ramp { .. } => RAMP,
            Piece::Node(scale) => NODE.0 * scale,
            Piece::Edge(_) => EDGE,
            Piece::Square(side) => *side,
            Piece::Corner(_) => CORNER,
        }
    }
}

impl Artist<'_> {
    /// Draws a part of the legend; `at` is the middle of its left end.
    pub(super) fn meaning(&mut self, meaning: &Meaning, at: Point) -> Vec<Mark> {
        let (mut x, mut marks) = (at.x, Vec::new());
        for (gap, piece) in &meaning.pieces {
            x += gap;
            let width = piece.width();
            let of = |height: f64| rect(x, at.y - height / 2.0, width, height);
            match piece {
                Piece::Text(line, weight) => {
                    let (size, leading) = TEXT;
                    let caption = letters(self.looks.theme.caption(), *weight, size);
                    marks.push(Mark::Text(Text {
                        lines: vec![line.clone()],
                        at: point(x, at.y + size * MIDDLE),
                        leading,
                        is_centered: false,
                        turn: 0.0,
                        style: self.class("legend", caption),
                    }));
                }
                Piece::Ramp { shares, is_of_nodes } => {
                    let of = of(if *is_of_nodes { THICK.0 } else { THICK.1 });
                    self.ramp(shares, *is_of_nodes, of, &mut marks);
                }
                Piece::Node(scale) => {
                    let look = self.looks.node(self.graph, None);
                    let body = self.class("node", filled(look, NODE_LINE, shape::Line::Solid));
                    marks.push(Mark::Box(of(NODE.1 * scale), 3.0, body));
                }
                Piece::Edge(wide) => {
                    let paint = self.looks.edge(self.graph, None).line;
                    let style = self.class("edge", stroked(paint, *wide, shape::Line::Solid));
                    let mut path = Path::default();
                    path.start(x, at.y).line(x + width, at.y);
                    marks.push(Mark::Path(path, style));
                }
                Piece::Square(side) => {
                    let fill = Some(self.looks.edge(self.graph, None).line);
                    let style = self.class("cell", Style { fill, ..Style::default() });
                    marks.push(Mark::Box(of(*side), 0.0, style));
                }
                Piece::Corner(way) => marks.extend(self.corner(*way, of(CORNER))),
            }
            x += width;
        }
        marks
    }

    /// Draws a matrix of two rows with a square that leads some way.
    fn corner(&mut self, way: Way, of: Rect) -> Vec<Mark> {
        let Rect { corner: Point { x, y }, size: Size { width: long, .. } } = of;
        let half = long / 2.0;
        let (plain, theme) = (self.looks.edge(self.graph, None).line, self.looks.theme);
        let (fill, left, top) = match way {
            Way::Forward => (plain, half, 0.0),
            Way::Back => (theme.warning(), 0.0, half),
            Way::Own => (plain, 0.0, 0.0),
        };
        let mut lines = Path::rounded(of, 0.0);
        lines.start(x + half, y).line(x + half, y + long);
        lines.start(x, y + half).line(x + long, y + half);
        let thin = stroked(theme.partition(None, 0).line, EDGE_LINE / 2.0, shape::Line::Solid);
        let cell = self.class("cell", Style { fill: Some(fill), ..Style::default() });
        let own = grown(rect(x + left, y + top, half, half), -1.0);
        vec![Mark::Path(lines, self.class("line", thin)), Mark::Box(own, 0.0, cell)]
    }

    /// Draws the steps of a ramp side by side.
    fn ramp(&mut self, shares: &[f64], is_of_nodes: bool, of: Rect, marks: &mut Vec<Mark>) {
        let step = of.size.width / shares.len() as f64;
        for (at, share) in shares.iter().enumerate() {
            let hue = Hue::Ramp(*share);
            let paint = match is_of_nodes {
                true => self.looks.theme.filled(hue).fill,
                false => self.looks.theme.line(hue),
            };
            let style = self.class("step", Style { fill: Some(paint), ..Style::default() });
            // Each reaches to the end, so that no gap between two can be seen.
            let left = step * at as f64;
            let width = of.size.width - left;
            let own = rect(of.corner.x + left, of.corner.y, width, of.size.height);
            marks.push(Mark::Box(own, 0.0, style));
        }
        if is_of_nodes {
            let line = self.looks.node(self.graph, None).line;
            let around = self.class("around", stroked(line, EDGE_LINE / 2.0, shape::Line::Solid));
            marks.push(Mark::Box(of, 0.0, around));
        }
    }
}

/// Writes a number with as many digits as tell numbers apart that are a hundredth of a span apart,
/// and two at least.
fn short(number: f64, span: f64) -> String {
    let size = number.abs().max(span.abs());
    if number != 0.0 && !(1e-6..1e15).contains(&size) {
        return format!("{number:.2e}").replacen(".00e", "e", 1).replacen("0e", "e", 1);
    }
    let decimals = if number.fract() == 0.0 {
        0
    } else {
        let by_span = 2 - exponent(if span > 0.0 { span } else { number });
        by_span.max(1 - exponent(number)).clamp(0, 12)
    };
    let text = format!("{number:.*}", decimals.unsigned_abs() as usize);
    let text = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Returns the power of ten of a number's first digit.
pub fn exponent(number: f64) -> i32 {
    let text = format!("{number:e}");
    text.rsplit_once('e').and_then(|(_, power)| power.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_long_as_their_span_asks_for() {
        let check = |number: f64, span: f64, text: &str| assert_eq!(short(number, span), text);
        check(0.0123456, 0.2217, "0.012");
        check(0.25, 0.2217, "0.25");
        check(1234.567, 98_765.0, "1235");
        check(-0.00041, 98.0, "-0.00041");
        check(-1e-300, 98.0, "0");
        check(0.25, 1000.0, "0.25");
        check(120.0, 100.0, "120");
        check(0.1234, 0.0005, "0.1234");
        check(0.12345678, 0.0, "0.123");
        check(2.5, f64::INFINITY, "2.5e0");
        check(1.5e300, 1e300, "1.5e300");
        check(-2e-9, 1e-9, "-2e-9");
        check(0.0, 1e300, "0");
    }
}
