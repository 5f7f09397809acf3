//! Styles of shapes, lines and letters.

use super::font::Weight;
use super::shape::Line;
use super::theme::{Look, Paint};
use super::{Font, Stroke, Style};

/// Returns how a shape is drawn.
pub(super) fn filled(look: Look, width: f64, line: Line) -> Style {
    Style { fill: Some(look.fill), ..stroked(look.line, width, line) }
}

/// Returns how a line is drawn.
pub(super) fn stroked(paint: Paint, width: f64, line: Line) -> Style {
    let hundredths = |length: f64| (length * 100.0).round() as u32;
    let width = if line == Line::Bold { width * 2.0 } else { width };
    let dash = match line {
        Line::Dashed => Some((hundredths(4.0 + width), hundredths(2.0 + 1.5 * width))),
        Line::Dotted => Some((hundredths(0.1), hundredths(1.2 + 2.2 * width))),
        Line::Solid | Line::Bold => None,
    };
    let stroke = Stroke { paint, width: hundredths(width), dash, is_round: false };
    Style { stroke: Some(stroke), ..Style::default() }
}

/// Returns how text is drawn.
pub(super) fn letters(paint: Paint, weight: Weight, size: f64) -> Style {
    let font = Font { weight, size: (size * 100.0).round() as u32 };
    Style { fill: Some(paint), font: Some(font), ..Style::default() }
}
