//! Cells with what is in them: blanks, parts of lines, letters.

use super::label::clusters;
use super::{Charset, Drawing, Ink, Span};

/// Towards which sides of its cell a line goes.
pub(super) type Sides = u8;
pub(super) const UP: Sides = 1;
pub(super) const DOWN: Sides = 2;
pub(super) const LEFT: Sides = 4;
pub(super) const RIGHT: Sides = 8;

/// What is in a cell.
#[derive(Debug, Clone, PartialEq)]
enum Content {
    Blank,
    /// The border of a node, or an edge.
    Line(Sides),
    /// The border of a partition.
    Frame(Sides),
    /// The end of an edge, by the side that it points to.
    Arrow(Sides),
    /// One character as one sees it.
    Letter(Box<str>),
    /// Covered by the wide letter before it.
    Covered,
}

/// A sheet of cells.
pub(super) struct Canvas {
    width: usize,
    cells: Vec<(Content, Ink)>,
}

impl Canvas {
    /// Makes an empty sheet.
    pub fn new([width, height]: [i64; 2]) -> Canvas {
        let (width, height) = (width.max(0) as usize, height.max(0) as usize);
        Canvas { width, cells: vec![(Content::Blank, Ink::default()); width * height] }
    }

    fn cell(&mut self, [x, y]: [i64; 2]) -> Option<&mut (Content, Ink)> {
        let (x, y) = (usize::try_from(x).ok()?, usize::try_from(y).ok()?);
        self.cells.get_mut(y * self.width + x).filter(|_| x < self.width)
    }

    /// Draws the border of a box, with nothing inside.
    pub fn frame(&mut self, [[left, right], [top, bottom]]: super::Cells, is_node: bool, ink: Ink) {
        for y in top..=bottom {
            for x in left..=right {
                let across = (u8::from(x > left) * LEFT) | (u8::from(x < right) * RIGHT);
                let upright = (u8::from(y > top) * UP) | (u8::from(y < bottom) * DOWN);
                let is_border = [x == left || x == right, y == top || y == bottom];
                let content = match is_border {
                    [false, false] if is_node => Content::Blank,
                    [false, false] => continue,
                    [on_side, on_row] => {
                        let sides = (u8::from(on_row) * across) | (u8::from(on_side) * upright);
                        if is_node { Content::Line(sides) } else { Content::Frame(sides) }
                    }
                };
                if let Some(cell) = self.cell([x, y]) {
                    *cell = (content, ink);
                }
            }
        }
    }

    /// Draws a part of an edge; one that is there is crossed, a frame is covered.
    pub fn line(&mut self, at: [i64; 2], sides: Sides, ink: Ink) {
        if let Some(cell) = self.cell(at) {
            *cell = match cell.0 {
                Content::Line(other) => (Content::Line(other | sides), ink),
                _ => (Content::Line(sides), ink),
            };
        }
    }

    /// Lets an edge leave a border.
    pub fn tap(&mut self, at: [i64; 2], side: Sides) {
        if let Some((content, _)) = self.cell(at)
            && let Content::Line(sides) | Content::Frame(sides) = *content
        {
            *content = Content::Line(sides | side);
        }
    }

    /// Draws the end of an edge.
    pub fn arrow(&mut self, at: [i64; 2], side: Sides, ink: Ink) {
        if let Some(cell) = self.cell(at) {
            *cell = (Content::Arrow(side), ink);
        }
    }

    /// Returns whether nothing but a frame is in a cell.
    pub fn is_frame(&mut self, at: [i64; 2]) -> bool {
        self.cell(at).is_some_and(|cell| matches!(cell.0, Content::Frame(_)))
    }

    /// Writes a line of text.
    pub fn text(&mut self, [mut x, y]: [i64; 2], line: &str, ink: Ink) {
        for (cluster, width) in clusters(line) {
            if let Some(cell) = self.cell([x, y]) {
                *cell = (Content::Letter(cluster.into()), ink);
            }
            for covered in 1..width as i64 {
                if let Some(cell) = self.cell([x + covered, y]) {
                    *cell = (Content::Covered, ink);
                }
            }
            x += width as i64;
        }
    }

    /// Returns the rows, with no blanks at their ends.
    pub fn into_drawing(self, charset: Charset) -> Drawing {
        let rows = self.cells.chunks(self.width.max(1)).map(|row| {
            let is_seen =
                |(content, ink): &(Content, Ink)| *content != Content::Blank || ink.back.is_some();
            let end = row.iter().rposition(is_seen).map_or(0, |last| last + 1);
            let mut spans: Vec<Span> = Vec::new();
            for (content, ink) in &row[..end] {
                let text = charset.of(content);
                match spans.last_mut() {
                    Some(last) if last.ink == *ink => last.text.push_str(&text),
                    _ => spans.push(Span { text: text.into_owned(), ink: *ink }),
                }
            }
            spans
        });
        Drawing { rows: rows.collect(), width: self.width }
    }
}

impl Charset {
    /// Returns how a cell looks.
    fn of(self, content: &Content) -> std::borrow::Cow<'_, str> {
        let is_plain = self == Charset::Ascii;
        match content {
            Content::Blank => " ".into(),
            Content::Covered => "".into(),
            Content::Letter(letter) => letter.as_ref().to_owned().into(),
            Content::Line(sides) if is_plain => plain(*sides).into(),
            Content::Line(sides) => solid(*sides).into(),
            Content::Frame(sides) if is_plain => dotted(*sides).into(),
            Content::Frame(sides) => dashed(*sides).into(),
            Content::Arrow(side) => {
                let (plain, drawn) = match *side {
                    UP => ("^", "▲"),
                    DOWN => ("v", "▼"),
                    LEFT => ("<", "◀"),
                    _ => (">", "▶"),
                };
                if is_plain { plain } else { drawn }.into()
            }
        }
    }
}

const UPRIGHT: Sides = UP | DOWN;
const LEVEL: Sides = LEFT | RIGHT;

fn solid(sides: Sides) -> &'static str {
    const ALL: Sides = UPRIGHT | LEVEL;
    match sides {
        UP | DOWN | UPRIGHT => "│",
        LEFT | RIGHT | LEVEL => "─",
        5 => "┘",
        9 => "└",
        6 => "┐",
        10 => "┌",
        7 => "┤",
        11 => "├",
        13 => "┴",
        14 => "┬",
        ALL => "┼",
        _ => " ",
    }
}

fn dashed(sides: Sides) -> &'static str {
    match sides {
        5 => "╯",
        9 => "╰",
        6 => "╮",
        10 => "╭",
        UP | DOWN | UPRIGHT => "┊",
        _ => "┄",
    }
}

/// Lines in plain characters: where two cross, the upright one goes over the other.
fn plain(sides: Sides) -> &'static str {
    match sides {
        UP | DOWN | UPRIGHT => "|",
        LEFT | RIGHT | LEVEL => "-",
        15 => "|",
        _ => "+",
    }
}

fn dotted(sides: Sides) -> &'static str {
    match sides {
        UP | DOWN | UPRIGHT => ":",
        _ => ".",
    }
}
