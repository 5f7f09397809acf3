//! Rules of the style sheets of SVG.

use std::io::Write as _;

use super::path_data::number;
use crate::scene::font::Weight;
use crate::scene::theme::Paint;
use crate::scene::{Stroke, Style};

/// How letters are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Letters {
    /// As text, which the viewer draws with the font it has.
    #[default]
    Text,
    /// As text that takes the room that was measured, whatever font the viewer has.
    Fitted,
    /// As text, with the glyphs that it uses in the file, for viewers that read fonts there.
    Embedded,
    /// As outlines, which look the same everywhere and cannot be searched.
    Outlines,
}

/// Writes the rule of a class.
pub(super) fn rule(out: &mut Vec<u8>, name: &str, style: Style, is_dark: bool, letters: Letters) {
    let of = |paint: Paint| if is_dark { paint.dark } else { paint.color };
    // Writing to a vector cannot fail.
    let _ = write!(out, ".s-{name}{{");
    match style.fill {
        Some(fill) => _ = write!(out, "fill:{}", of(fill)),
        None => out.extend_from_slice(b"fill:none"),
    }
    if style.is_even_odd && !is_dark {
        out.extend_from_slice(b";fill-rule:evenodd");
    }
    if let Some(Stroke { paint, width, dash, is_round }) = style.stroke {
        let _ = write!(out, ";stroke:{}", of(paint));
        if !is_dark {
            out.extend_from_slice(b";stroke-width:");
            number(out, f64::from(width) / 100.0);
            if is_round {
                out.extend_from_slice(b";stroke-linecap:round;stroke-linejoin:round");
            }
            if let Some((on, off)) = dash {
                out.extend_from_slice(b";stroke-dasharray:");
                number(out, f64::from(on) / 100.0);
                out.push(b' ');
                number(out, f64::from(off) / 100.0);
                if on < 20 {
                    out.extend_from_slice(b";stroke-linecap:round");
                }
            }
        }
    }
    if let Some(font) = style.font
        && letters != Letters::Outlines
        && !is_dark
    {
        out.extend_from_slice(b";font-size:");
        number(out, f64::from(font.size) / 100.0);
        out.extend_from_slice(b"px");
        if font.weight == Weight::Bold {
            out.extend_from_slice(b";font-weight:700");
        }
    }
    out.extend_from_slice(b"}\n");
}

/// Returns whether it is drawn otherwise on dark pages.
pub(super) fn has_dark(style: Style) -> bool {
    let differs = |paint: Paint| paint.color != paint.dark;
    style.fill.is_some_and(differs) || style.stroke.is_some_and(|stroke| differs(stroke.paint))
}
