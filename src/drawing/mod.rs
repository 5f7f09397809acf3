//! Graphs as text: boxes, lines and labels in the cells of a terminal.
//!
//! A graph is measured in cells, laid out in layers, brought onto the grid of cells and drawn.
//! What is too large for a drawing can be listed instead. Knows no terminal and no plan.

mod axis;
mod canvas;
mod label;
mod list;
mod paint;
mod places;
#[cfg(test)]
mod tests;
mod way;

pub use list::list;

use crate::graph::{Color, Graph};
use crate::layout::Direction;
use places::Cells;

/// What a drawing may take, and look like.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// How many columns there are; nothing for any number.
    pub width: Option<usize>,
    /// Where edges lead; nothing for whatever fits, downwards first.
    pub direction: Option<Direction>,
    /// The characters for lines.
    pub charset: Charset,
}

/// The characters that lines are drawn with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Charset {
    /// Those that Unicode has for it.
    #[default]
    Unicode,
    /// Those of ASCII.
    Ascii,
}

/// A graph as rows of text.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// The rows, each without blanks at its end.
    pub rows: Vec<Vec<Span>>,
    /// How many columns it takes.
    pub width: usize,
}

/// Text of one look.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// The text.
    pub text: String,
    /// How it looks.
    pub ink: Ink,
}

/// How text looks, where there is color.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ink {
    /// The color of letters and lines; nothing for the usual one.
    pub front: Option<Color>,
    /// The color behind them.
    pub back: Option<Color>,
    /// Whether it is heavier than usual.
    pub is_bold: bool,
}

impl Drawing {
    /// Returns the rows as they are without color.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.rows.iter().map(|row| row.iter().map(|span| span.text.as_str()).collect())
    }
}

impl Charset {
    fn ellipsis(self) -> &'static str {
        if self == Charset::Ascii { "..." } else { "…" }
    }
}

/// Draws a graph; `None` if that takes more columns than there are, however it is done.
pub fn draw(graph: &Graph, options: &Options) -> Option<Drawing> {
    paint::attempts(graph, options)
        .find(|drawing| options.width.is_none_or(|width| drawing.width <= width))
}
