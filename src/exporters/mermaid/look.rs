//! The look of a flowchart: the theme, and the styles of layers.

use std::io::Write as _;

use super::super::style::{self, Line, Look, Palette, Shape, Theme};
use crate::diagnostic::Diagnostics;
use crate::graph::Layer;

/// Writes a theme as configuration in the front matter.
pub(super) fn write_theme(out: &mut Vec<u8>, theme: Theme, palette: &Palette) {
    let dark = theme == Theme::Dark;
    let variables = [("darkMode", if dark { "true" } else { "false" }), ("fontSize", "\"14px\"")];
    let colors = [
        ("background", palette.page),
        ("primaryColor", palette.node_fill),
        ("primaryBorderColor", palette.node_line),
        ("primaryTextColor", palette.text),
        ("lineColor", palette.edge),
        ("textColor", palette.edge),
        ("titleColor", palette.partition_text),
        ("clusterBkg", palette.partition_solid),
        ("clusterBorder", palette.partition_line),
        ("edgeLabelBackground", palette.page),
    ];
    // Among the variables of the theme, the hyphen of the last name would be refused.
    out.extend_from_slice(b"  fontFamily: \"Helvetica, Arial, sans-serif\"\n");
    out.extend_from_slice(b"  theme: base\n  themeVariables:\n");
    for (name, value) in variables {
        let _ = writeln!(out, "    {name}: {value}");
    }
    for (name, color) in colors {
        let _ = writeln!(out, "    {name}: \"{color}\"");
    }
}

/// What a layer asks for, as far as Mermaid can do it.
pub(super) struct LayerStyle {
    pub shape: Option<&'static Shape>,
    pub line: Line,
    /// The styles of nodes, partitions and edges; empty for none.
    pub node: Vec<u8>,
    pub partition: Vec<u8>,
    pub edge: Vec<u8>,
}

impl LayerStyle {
    pub(super) fn of(theme: Theme, layer: &Layer, diagnostics: &mut Diagnostics) -> LayerStyle {
        let line = style::line_of(layer, diagnostics);
        LayerStyle {
            shape: style::shape_of(layer, diagnostics),
            line,
            node: styles(theme.node_look(layer), line),
            partition: styles(theme.partition_look(layer), line),
            edge: styles(theme.edge_look(layer), line),
        }
    }
}

fn styles(look: Look, line: Line) -> Vec<u8> {
    let mut out = Vec::new();
    let colors = [("fill", look.fill), ("stroke", look.line), ("color", look.text)];
    for (name, color) in colors {
        if let Some(color) = color {
            // Writing to a vector cannot fail.
            let _ = write!(out, ",{name}:{color}");
        }
    }
    out.extend_from_slice(match line {
        Line::Solid => b"",
        Line::Dashed => b",stroke-dasharray:6 4",
        Line::Dotted => b",stroke-dasharray:2 3",
        Line::Bold => b",stroke-width:3px",
    });
    if !out.is_empty() {
        out.remove(0);
    }
    out
}
