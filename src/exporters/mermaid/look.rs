//! The look of a flowchart: the theme, and the styles of layers.

use std::io::Write as _;

use super::super::style::{self, Line, Look, Palette, Shape, Theme};
use crate::diagnostic::Diagnostics;
use crate::graph::Layer;

/// Writes a theme as configuration in the front matter, with further variables.
pub(super) fn write_theme(
    out: &mut Vec<u8>,
    theme: Theme,
    palette: &Palette,
    further: &[(String, &str)],
) {
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
        ("tertiaryColor", palette.page),
    ];
    // Among the variables of the theme, the hyphen of the last name would be refused.
    out.extend_from_slice(b"  fontFamily: \"Helvetica, Arial, sans-serif\"\n");
    out.extend_from_slice(b"  theme: base\n  themeVariables:\n");
    for (name, value) in variables {
        let _ = writeln!(out, "    {name}: {value}");
    }
    let further = further.iter().map(|(name, color)| (name.as_str(), *color));
    for (name, color) in colors.into_iter().chain(further) {
        let _ = writeln!(out, "    {name}: \"{color}\"");
    }
}

/// The fills of branches, so light, or so dark, that the theme's text can be read on them.
const LIGHT_SCALE: [&str; 6] = ["#dbeafe", "#dcfce7", "#fef3c7", "#fce7f3", "#ede9fe", "#e2e8f0"];
const DARK_SCALE: [&str; 6] = ["#1e3a5f", "#14432a", "#4a3511", "#4d1f3a", "#352a63", "#334155"];

/// The colors that Mermaid gives in turn to what it colors by itself.
const SCALE: usize = 12;

/// Returns the variables of a theme that color the branches of a tree, each in its own color.
pub(in super::super) fn scale(theme: Theme) -> Vec<(String, &'static str)> {
    let Some(palette) = theme.palette() else { return Vec::new() };
    let fills = if theme == Theme::Dark { DARK_SCALE } else { LIGHT_SCALE };
    let mut variables: Vec<_> = (0..SCALE)
        .flat_map(|at| {
            let fill = fills[at % fills.len()];
            [(format!("cScale{at}"), fill), (format!("cScaleLabel{at}"), palette.text)]
        })
        .collect();
    variables.push(("git0".to_owned(), palette.partition_solid));
    variables.push(("gitBranchLabel0".to_owned(), palette.text));
    variables
}

/// Returns the variables of a theme that color all branches alike.
pub(in super::super) fn even_scale(theme: Theme) -> Vec<(String, &'static str)> {
    let Some(palette) = theme.palette() else { return Vec::new() };
    (0..SCALE)
        .flat_map(|at| {
            [
                (format!("cScale{at}"), palette.partition_solid),
                (format!("cScalePeer{at}"), palette.partition_line),
                (format!("cScaleLabel{at}"), palette.partition_text),
            ]
        })
        .collect()
}

/// What a layer asks for, as far as Mermaid can do it.
pub(in super::super) struct LayerStyle {
    pub shape: Option<&'static Shape>,
    pub line: Line,
    /// The styles of nodes, partitions and edges; empty for none.
    pub node: Vec<u8>,
    pub partition: Vec<u8>,
    pub edge: Vec<u8>,
}

impl LayerStyle {
    pub(in super::super) fn of(
        theme: Theme,
        layer: &Layer,
        diagnostics: &mut Diagnostics,
    ) -> LayerStyle {
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
