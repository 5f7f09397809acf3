//! The look of a DOT file: what a theme sets for all, and what a layer changes.

use std::io::Write as _;

use super::super::style::{self, Line, Look, Palette, Theme};
use crate::diagnostic::Diagnostics;
use crate::graph::Layer;

/// What a layer adds to the attributes of its nodes, partitions and edges.
pub(super) struct LayerStyle {
    pub node: Vec<u8>,
    pub partition: Vec<u8>,
    pub edge: Vec<u8>,
}

/// The attributes of a theme, for the whole picture, every node and every edge.
pub(super) struct Defaults {
    pub graph: Vec<(&'static str, &'static str)>,
    pub node: Vec<(&'static str, &'static str)>,
    pub edge: Vec<(&'static str, &'static str)>,
}

impl Defaults {
    pub(super) fn of(theme: Theme) -> Defaults {
        const FONT: (&str, &str) = ("fontname", "Helvetica,Arial,sans-serif");
        let Some(palette) = theme.palette() else {
            return Defaults { graph: Vec::new(), node: Vec::new(), edge: Vec::new() };
        };
        Defaults {
            graph: vec![
                FONT,
                ("fontsize", "18"),
                ("fontcolor", palette.text),
                ("bgcolor", palette.page),
                ("pad", "0.3"),
                ("nodesep", "0.35"),
                ("ranksep", "0.55"),
            ],
            node: vec![
                FONT,
                ("fontsize", "12"),
                ("fontcolor", palette.text),
                ("shape", "box"),
                ("style", "rounded,filled"),
                ("fillcolor", palette.node_fill),
                ("color", palette.node_line),
                ("margin", "0.16,0.08"),
                ("height", "0.4"),
            ],
            edge: vec![
                FONT,
                ("fontsize", "10"),
                ("fontcolor", palette.edge_text),
                ("color", palette.edge),
                ("arrowsize", "0.7"),
            ],
        }
    }
}

impl LayerStyle {
    pub(super) fn of(theme: Theme, layer: &Layer, diagnostics: &mut Diagnostics) -> LayerStyle {
        let line = style::line_of(layer, diagnostics);
        let shape = style::shape_of(layer, diagnostics);
        let look = theme.node_look(layer);
        let mut styled = LayerStyle { node: Vec::new(), partition: Vec::new(), edge: Vec::new() };
        if let Some(shape) = shape {
            let _ = write!(styled.node, ", shape={}", shape.dot.0);
        }
        write_colors(&mut styled.node, look);
        let rounded = shape.map_or(theme != Theme::None, |shape| shape.dot.1);
        let filled = theme != Theme::None || look.fill.is_some();
        if shape.is_some() || line != Line::Solid || theme == Theme::None {
            write_style(&mut styled.node, rounded, filled, line);
        }
        write_partition_style(&mut styled.partition, theme, theme.partition_look(layer), line);
        write_colors(&mut styled.edge, theme.edge_look(layer));
        if line != Line::Solid {
            write_style(&mut styled.edge, false, false, line);
        }
        styled
    }
}

/// Writes the look of a cluster that has no layer.
pub(super) fn write_plain_partition(out: &mut Vec<u8>, theme: Theme) {
    write_partition_style(out, theme, Look::default(), Line::Solid);
}

/// Writes the whole look of a cluster: it would inherit what is absent from the one around it.
fn write_partition_style(out: &mut Vec<u8>, theme: Theme, look: Look, line: Line) {
    let (fill, text, border) = match theme.palette() {
        Some(Palette { partition_fill, partition_text, partition_line, .. }) => {
            (*partition_fill, *partition_text, *partition_line)
        }
        None => ("", "black", "black"),
    };
    for (name, color, default) in [
        ("fillcolor", look.fill, fill),
        ("fontcolor", look.text, text),
        ("color", look.line, border),
    ] {
        match color {
            Some(color) => _ = write!(out, ", {name}=\"{color}\""),
            None if default.is_empty() => {}
            None => _ = write!(out, ", {name}=\"{default}\""),
        }
    }
    if theme != Theme::None {
        out.extend_from_slice(b", fontsize=12, labeljust=l, margin=14");
    }
    let filled = theme != Theme::None || look.fill.is_some();
    write_style(out, theme != Theme::None, filled, line);
}

fn write_colors(out: &mut Vec<u8>, look: Look) {
    for (name, color) in [("fillcolor", look.fill), ("fontcolor", look.text), ("color", look.line)]
    {
        if let Some(color) = color {
            let _ = write!(out, ", {name}=\"{color}\"");
        }
    }
}

fn write_style(out: &mut Vec<u8>, rounded: bool, filled: bool, line: Line) {
    let line = match line {
        Line::Solid => "solid",
        Line::Dashed => "dashed",
        Line::Dotted => "dotted",
        Line::Bold => "bold",
    };
    let rounded = if rounded { "rounded," } else { "" };
    let filled = if filled { "filled," } else { "" };
    let _ = write!(out, ", style=\"{rounded}{filled}{line}\"");
}
