//! The look of PlantUML diagrams: the theme, and the styles of layers.

use std::io::Write as _;

use super::super::style::{self, Line, Look, Palette, Shape, Theme};
use crate::diagnostic::Diagnostics;
use crate::graph::{Graph, Layer};

/// The prefix of the styles of nodes.
pub(in super::super) const NODE: &str = "layer";
/// The prefix of the styles of partitions; alone, the style of those without a layer.
pub(in super::super) const PARTITION: &str = "box";

/// What a layer asks for, as far as PlantUML can do it.
pub(in super::super) struct LayerStyle {
    /// What its nodes are drawn as.
    pub element: &'static str,
    pub line: Line,
    pub node: Look,
    pub partition: Look,
    /// What follows the ends of its edges; empty for nothing.
    pub edge: Vec<u8>,
    pub edge_look: Look,
}

impl LayerStyle {
    pub(in super::super) fn of(
        theme: Theme,
        layer: &Layer,
        diagnostics: &mut Diagnostics,
    ) -> LayerStyle {
        let line = style::line_of(layer, diagnostics);
        // PlantUML does not have opacity everywhere.
        let edge = theme.edge_look(layer).solid(theme);
        LayerStyle {
            element: style::shape_of(layer, diagnostics).map_or(RECTANGLE, element),
            line,
            node: theme.node_look(layer).solid(theme),
            partition: theme.partition_look(layer).solid(theme),
            edge: edge_style(edge, line),
            edge_look: edge,
        }
    }

    /// Returns the styles of all layers of a graph.
    pub(in super::super) fn all(
        theme: Theme,
        graph: &Graph,
        diagnostics: &mut Diagnostics,
    ) -> Vec<LayerStyle> {
        graph.layers().iter().map(|layer| LayerStyle::of(theme, layer, diagnostics)).collect()
    }
}

pub(in super::super) const RECTANGLE: &str = "rectangle";

/// Returns what nodes of a shape are drawn as.
fn element(shape: &Shape) -> &'static str {
    match shape.dot.0 {
        "cylinder" => "database",
        "component" => "component",
        "cds" => "queue",
        "folder" | "tab" => "folder",
        "box3d" => "node",
        "note" => "file",
        "ellipse" | "circle" | "doublecircle" => "usecase",
        _ => RECTANGLE,
    }
}

/// Writes the theme: `elements` are the words for nodes that the diagram has.
pub(in super::super) fn write_theme(out: &mut Vec<u8>, palette: &Palette, elements: &[&str]) {
    let all = [
        ("BackgroundColor", palette.page),
        ("Shadowing", "false"),
        ("DefaultFontName", "Helvetica"),
        ("DefaultTextAlignment", "center"),
        ("RoundCorner", "10"),
        ("TitleFontColor", palette.text),
        ("ArrowColor", palette.edge),
        ("ArrowFontColor", palette.edge_text),
        ("ArrowFontSize", "11"),
    ];
    for (name, value) in all {
        // Writing to a vector cannot fail.
        let _ = writeln!(out, "skinparam {name} {value}");
    }
    let node = [
        ("BackgroundColor", palette.node_fill),
        ("BorderColor", palette.node_line),
        ("FontColor", palette.text),
        ("FontSize", "13"),
    ];
    for element in elements {
        write_params(out, format_args!("{element}"), &node);
    }
}

/// Writes the style of partitions that have no layer.
pub(in super::super) fn write_partition_theme(out: &mut Vec<u8>, palette: &Palette) {
    let partition = [
        ("BackgroundColor", palette.partition_solid),
        ("BorderColor", palette.partition_line),
        ("FontColor", palette.partition_text),
    ];
    write_params(out, format_args!("{RECTANGLE}<<{PARTITION}>>"), &partition);
}

fn write_params(out: &mut Vec<u8>, of: std::fmt::Arguments<'_>, params: &[(&str, &str)]) {
    let _ = writeln!(out, "skinparam {of} {{");
    for (name, value) in params {
        let _ = writeln!(out, "  {name} {value}");
    }
    out.extend_from_slice(b"}\n");
}

/// Writes the style of a layer's nodes or partitions.
pub(in super::super) fn write_style(
    out: &mut Vec<u8>,
    (element, prefix): (&str, &str),
    layer: &str,
    look: Look,
) {
    let _ = write!(out, "skinparam {element}");
    write_stereotype(out, prefix, layer);
    out.extend_from_slice(b" {\n");
    for (name, color) in
        [("BackgroundColor", look.fill), ("BorderColor", look.line), ("FontColor", look.text)]
    {
        if let Some(color) = color {
            let _ = writeln!(out, "  {name} {color}");
        }
    }
    out.extend_from_slice(b"}\n");
}

/// Writes the mark that gives an element its layer's style.
///
/// PlantUML sees neither case nor `_` here, so the name is of lower case letters and digits, and
/// any other character, and `z`, is written as its code point in hex between two `z`.
pub(in super::super) fn write_stereotype(out: &mut Vec<u8>, prefix: &str, layer: &str) {
    let _ = write!(out, "<<{prefix}");
    for character in layer.chars() {
        if matches!(character, 'a'..='y' | '0'..='9') {
            out.push(character as u8);
        } else {
            let _ = write!(out, "z{:x}z", u32::from(character));
        }
    }
    out.extend_from_slice(b">>");
}

/// Returns the word for a way of drawing lines, if it is not the usual one.
pub(in super::super) fn line_word(line: Line) -> Option<&'static str> {
    match line {
        Line::Solid => None,
        Line::Dashed => Some("dashed"),
        Line::Dotted => Some("dotted"),
        Line::Bold => Some("bold"),
    }
}

fn edge_style(look: Look, line: Line) -> Vec<u8> {
    let mut out = Vec::new();
    let color = look.line.map(|color| format!("line:{color}").replacen('#', "", 1));
    let word = line_word(line).map(|word| format!("line.{word}"));
    let text = look.text.map(|color| format!("text:{color}").replacen('#', "", 1));
    for part in [color, word, text].into_iter().flatten() {
        let _ = write!(out, "{}{part}", if out.is_empty() { " #" } else { ";" });
    }
    out
}
