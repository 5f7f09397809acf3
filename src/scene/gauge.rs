//! What numbers and values look like, and which way squares lead: parts of the legend that are about
//! no layer.

use super::draw::{Artist, EDGE_LINE, MIDDLE, NODE_LINE};
use super::font::Weight;
use super::legend::{LONGEST, SAMPLE, SAMPLE_GAP, SAMPLE_ROUND, TEXT};
use super::matrix::Way;
use super::path::{Path, grown, point, rect};
use super::shape;
use super::style::{filled, letters, stroked};
use super::text::{Line, Owner, Room, Texts, clean};
use super::theme::{Hue, Paint};
use super::{Mark, Style, Text};
use crate::layout::{Point, Rect, Size};

/// Something that nodes or edges have, and what shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Gauge {
    /// What it is called.
    pub name: String,
    /// What shows it.
    pub shown: Shown,
    /// What there is of it.
    pub scale: Scale,
}

/// What there is of something that looks show.
#[derive(Debug, Clone, PartialEq)]
pub enum Scale {
    /// Some numbers, from the least to the greatest, each with what it looks like: a place on a
    /// ramp, how much larger than usual it is, or how many pixels it is wide.
    Numbers(Vec<(f64, f64)>),
    /// Texts, each of which has the color of its place.
    Values(Vec<String>),
}

/// What shows something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// The fills of nodes.
    NodeColor,
    /// The sizes of nodes.
    NodeSize,
    /// The areas of nodes, which say nothing else.
    NodeArea,
    /// How much of a ring nodes have.
    NodeAngle,
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
    /// Whether the next is about the same, and should not stand alone in a row.
    pub is_heading: bool,
}

enum Piece {
    /// Words or a number.
    Text(Line, Weight),
    /// Steps of a ramp.
    Ramp { shares: Vec<f64>, is_of_nodes: bool },
    /// A node with the color of a value.
    Filled(Hue),
    /// An edge with the color of a value.
    Colored(Hue),
    /// An edge with the color of a value, as a square.
    Cell(Hue),
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
/// The gap between words.
const WORD_GAP: f64 = 4.0;

/// The most values that are told of one thing.
const MOST_VALUES: usize = 24;

impl Gauge {
    /// Returns whether there is more than one thing to be told apart.
    pub(super) fn is_of_several(&self) -> bool {
        match &self.scale {
            Scale::Numbers(samples) => samples.len() > 1,
            Scale::Values(values) => values.len() > 1,
        }
    }
}

impl Shown {
    fn speech(self, are_squares: bool) -> &'static str {
        match self {
            Shown::NodeColor => "color of nodes",
            Shown::NodeSize => "size of nodes",
            Shown::NodeArea => "area of nodes",
            Shown::NodeAngle => "angle of nodes",
            Shown::EdgeColor => "color of edges",
            Shown::EdgeWidth if are_squares => "size of squares",
            Shown::EdgeWidth => "width of edges",
        }
    }
}

/// How long the side of a square is that stands for an edge of a width.
pub(super) type Side<'a> = &'a dyn Fn(f64) -> f64;

impl Meaning {
    /// Prepares what a gauge tells; `square` says how large edges are that are squares.
    pub fn of(gauge: &Gauge, square: Option<Side<'_>>, texts: &mut Texts<'_>) -> Vec<Meaning> {
        match &gauge.scale {
            Scale::Numbers(samples) => {
                Meaning::of_numbers(gauge, samples, square, texts).into_iter().collect()
            }
            Scale::Values(values) => Meaning::of_values(gauge, values, square.is_some(), texts),
        }
    }

    fn of_numbers(
        gauge: &Gauge,
        samples: &[(f64, f64)],
        square: Option<Side<'_>>,
        texts: &mut Texts<'_>,
    ) -> Option<Meaning> {
        let (first, last) = (samples.first()?, samples.last()?);
        let span = last.0 - first.0;
        let name = clean(&gauge.name).replace('\n', " ");
        let mut pieces = vec![(0.0, words(&name, Weight::Bold, texts))];
        let mut numbers = Vec::new();
        let mut number = |number: f64, pieces: &mut Vec<(f64, Piece)>| {
            let text = short(number, span);
            pieces.push((SAMPLE_GAP, words(&text, Weight::Regular, texts)));
            numbers.push(text);
        };
        match gauge.shown {
            Shown::NodeColor | Shown::EdgeColor => {
                let is_of_nodes = gauge.shown == Shown::NodeColor;
                let shares = samples.iter().map(|(_, share)| *share).collect();
                if samples.len() > 1 {
                    number(first.0, &mut pieces);
                }
                pieces.push((SAMPLE_GAP, Piece::Ramp { shares, is_of_nodes }));
                number(last.0, &mut pieces);
            }
            Shown::NodeSize | Shown::EdgeWidth => {
                for (at, (sample, look)) in samples.iter().enumerate() {
                    let piece = match (gauge.shown, square) {
                        (Shown::NodeSize, _) => Piece::Node(*look),
                        (_, Some(square)) => Piece::Square(square(*look)),
                        _ => Piece::Edge(*look),
                    };
                    pieces.push((if at == 0 { SAMPLE_GAP } else { APART }, piece));
                    number(*sample, &mut pieces);
                }
            }
            Shown::NodeArea | Shown::NodeAngle => {
                numbers.push(short(first.0, span));
                if samples.len() > 1 {
                    numbers.push(short(last.0, span));
                }
                let what = if gauge.shown == Shown::NodeArea { "area:" } else { "angle:" };
                pieces[0].0 = WORD_GAP;
                pieces.insert(0, (0.0, words(what, Weight::Regular, texts)));
                let text = numbers.join(" to ");
                pieces.push((SAMPLE_GAP, words(&text, Weight::Regular, texts)));
            }
        }
        let what = gauge.shown.speech(square.is_some());
        let between = if numbers.len() == 2 { " to " } else { ", " };
        let speech = format!("{what}: {name}, {}", numbers.join(between));
        Some(Meaning { speech, pieces, is_heading: false })
    }

    /// Prepares what is called how, and each value with its color.
    fn of_values(
        gauge: &Gauge,
        values: &[String],
        are_squares: bool,
        texts: &mut Texts<'_>,
    ) -> Vec<Meaning> {
        if values.is_empty() {
            return Vec::new();
        }
        let name = clean(&gauge.name).replace('\n', " ");
        let speech = format!("{}: {name}", gauge.shown.speech(are_squares));
        let pieces = vec![(0.0, words(&name, Weight::Bold, texts))];
        let mut meanings = vec![Meaning { speech, pieces, is_heading: true }];
        for (at, value) in values.iter().enumerate().take(MOST_VALUES) {
            let speech = clean(value).replace('\n', " ");
            let swatch = match gauge.shown {
                Shown::EdgeColor if are_squares => Piece::Cell(Hue::Value(at)),
                Shown::EdgeColor => Piece::Colored(Hue::Value(at)),
                _ => Piece::Filled(Hue::Value(at)),
            };
            let text = words(&speech, Weight::Regular, texts);
            let pieces = vec![(0.0, swatch), (SAMPLE_GAP, text)];
            meanings.push(Meaning { speech, pieces, is_heading: false });
        }
        if values.len() > MOST_VALUES {
            let speech = format!("and {} more", values.len() - MOST_VALUES);
            let pieces = vec![(0.0, words(&speech, Weight::Regular, texts))];
            meanings.push(Meaning { speech, pieces, is_heading: false });
        }
        meanings
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
        let text = (SAMPLE_GAP, words(text, Weight::Regular, texts));
        let pieces = vec![(0.0, Piece::Corner(way)), text];
        Meaning { speech: speech.to_owned(), pieces, is_heading: false }
    }

    /// Returns how wide it is.
    pub fn width(&self) -> f64 {
        self.pieces.iter().map(|(gap, piece)| gap + piece.width()).sum()
    }
}

/// Prepares words or a number, or as much of them as a legend has room for.
fn words(text: &str, weight: Weight, texts: &mut Texts<'_>) -> Piece {
    let room = Room { width: LONGEST / TEXT.0, lines: 1 };
    let line = texts.wrap(text, weight, room, Owner::Legend).into_iter().next();
    Piece::Text(line.unwrap_or_default(), weight)
}

impl Piece {
    fn width(&self) -> f64 {
        match self {
            Piece::Text(line, _) => line.width * TEXT.0,
            Piece::Ramp { shares, .. } if shares.len() == 1 => SWATCH,
            Piece::Ramp { .. } => RAMP,
            Piece::Node(scale) => NODE.0 * scale,
            Piece::Edge(_) => EDGE,
            Piece::Filled(_) | Piece::Colored(_) => SAMPLE.0,
            Piece::Cell(_) => SAMPLE.1,
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
                    marks.push(self.caption(line, *weight, point(x, at.y)));
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
                    marks.push(self.stretch(of(0.0), paint, *wide, shape::Line::Solid));
                }
                Piece::Filled(hue) => {
                    let look = self.looks.theme.filled(*hue);
                    let body = self.class("node", filled(look, NODE_LINE, shape::Line::Solid));
                    marks.push(Mark::Box(of(SAMPLE.1), SAMPLE_ROUND, body));
                }
                Piece::Colored(hue) => {
                    let paint = self.looks.theme.line(*hue);
                    marks.push(self.stretch(of(0.0), paint, 2.0 * EDGE_LINE, shape::Line::Solid));
                }
                Piece::Cell(hue) => {
                    marks.push(self.cell(of(SAMPLE.1), self.looks.theme.line(*hue)));
                }
                Piece::Square(side) => {
                    marks.push(self.cell(of(*side), self.looks.edge(self.graph, None).line));
                }
                Piece::Corner(way) => marks.extend(self.corner(*way, of(CORNER))),
            }
            x += width;
        }
        marks
    }

    /// Draws words; `at` is the middle of their left end.
    pub(super) fn caption(&mut self, line: &Line, weight: Weight, at: Point) -> Mark {
        let (size, leading) = TEXT;
        let style = letters(self.looks.theme.caption(), weight, size);
        Mark::Text(Text {
            lines: vec![line.clone()],
            at: point(at.x, at.y + size * MIDDLE),
            leading,
            is_centered: false,
            turn: 0.0,
            style: self.class("legend", style),
        })
    }

    /// Draws a piece of an edge along the middle of a box.
    pub(super) fn stretch(&mut self, of: Rect, paint: Paint, wide: f64, line: shape::Line) -> Mark {
        let (left, y) = (of.corner.x, of.middle().y);
        let mut path = Path::default();
        path.start(left, y).line(left + of.size.width, y);
        Mark::Path(path, self.class("edge", stroked(paint, wide, line)))
    }

    /// Draws an edge that is a square.
    pub(super) fn cell(&mut self, of: Rect, paint: Paint) -> Mark {
        let style = Style { fill: Some(paint), ..Style::default() };
        Mark::Box(of, 0.0, self.class("cell", style))
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
        let own = grown(rect(x + left, y + top, half, half), -1.0);
        vec![Mark::Path(lines, self.class("line", thin)), self.cell(own, fill)]
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
