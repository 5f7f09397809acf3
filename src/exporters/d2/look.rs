//! The look of a D2 diagram: classes for the theme and for what layers ask for.

use std::io::Write as _;

use super::super::style::{self, Line, Look, Shape, Theme};
use super::text::write_folded;
use crate::diagnostic::Diagnostics;
use crate::graph::Layer;
use crate::scene::shape::Shape as Outline;

/// What a class sets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Class {
    shape: Option<&'static str>,
    look: Look,
    line: Line,
    /// Further styles of the theme.
    more: &'static [(&'static str, &'static str)],
}

/// The classes of a layer.
pub(super) struct LayerClasses {
    pub node: Class,
    pub partition: Class,
    pub edge: Class,
}

const NODE: &[(&str, &str)] = &[("border-radius", "6"), ("font-size", "15"), ("bold", "false")];
const PARTITION: &[(&str, &str)] = &[("border-radius", "8"), ("font-size", "17")];
const EDGE: &[(&str, &str)] = &[("font-size", "13"), ("italic", "false")];

impl LayerClasses {
    pub(super) fn of(theme: Theme, layer: &Layer, diagnostics: &mut Diagnostics) -> LayerClasses {
        let line = style::line_of(layer, diagnostics);
        let shape = style::shape_of(layer, diagnostics).and_then(shape_name);
        let plain = plain_classes(theme);
        // An element has one class, so what the layer does not ask for is the theme's.
        let class = |look: Look, more, kind: usize| {
            let look = look.or(plain[kind].look).solid(theme);
            Class { shape: None, look, line, more: if theme == Theme::None { &[] } else { more } }
        };
        // Only boxes have corners to round.
        let node = if shape.is_some() { &NODE[1..] } else { NODE };
        LayerClasses {
            node: Class { shape, ..class(theme.node_look(layer), node, 0) },
            partition: class(theme.partition_look(layer), PARTITION, 1),
            edge: class(theme.edge_look(layer), EDGE, 2),
        }
    }
}

/// Returns the classes of what has no layer: of nodes, partitions and edges.
pub(super) fn plain_classes(theme: Theme) -> [Class; 3] {
    if theme == Theme::None {
        return [Class::default(); 3];
    }
    let [node, partition, edge] = theme.looks();
    [(node, NODE), (partition, PARTITION), (edge, EDGE)].map(|(look, more)| Class {
        look,
        more,
        ..Class::default()
    })
}

/// Returns D2's word for a shape, if it is no plain box.
fn shape_name(shape: &Shape) -> Option<&'static str> {
    match shape.outline {
        Outline::Cloud => return Some("cloud"),
        Outline::Person => return Some("person"),
        Outline::Queue => return Some("queue"),
        Outline::Document => return Some("document"),
        _ => {}
    }
    match shape.dot.0 {
        "ellipse" => Some("oval"),
        "circle" | "doublecircle" => Some("circle"),
        "diamond" => Some("diamond"),
        "hexagon" | "octagon" => Some("hexagon"),
        "cylinder" => Some("cylinder"),
        "parallelogram" => Some("parallelogram"),
        "cds" => Some("step"),
        "plaintext" | "underline" => Some("text"),
        "note" => Some("page"),
        "tab" | "folder" => Some("package"),
        _ => None,
    }
}

/// Writes what `class` sets under its name, which is a word and perhaps a layer's id.
pub(super) fn write_class(out: &mut Vec<u8>, class: Class, word: &str, layer: Option<&str>) {
    if class == Class::default() {
        return;
    }
    out.extend_from_slice(b"  ");
    write_class_name(out, word, layer);
    out.extend_from_slice(b": {\n");
    if let Some(shape) = class.shape {
        // Writing to a vector cannot fail.
        let _ = writeln!(out, "    shape: {shape}");
    }
    let mut put = |name: &str, value: std::fmt::Arguments<'_>| {
        let _ = writeln!(out, "    style.{name}: {value}");
    };
    let Look { fill, text, line } = class.look;
    for (name, color) in [("fill", fill), ("stroke", line), ("font-color", text)] {
        if let Some(color) = color {
            put(name, format_args!("\"{color}\""));
        }
    }
    match class.line {
        Line::Solid => {}
        Line::Dashed => put("stroke-dash", format_args!("4")),
        Line::Dotted => put("stroke-dash", format_args!("2")),
        Line::Bold => put("stroke-width", format_args!("4")),
    }
    for (name, value) in class.more {
        put(name, format_args!("{value}"));
    }
    out.extend_from_slice(b"  }\n");
}

pub(super) fn write_class_name(out: &mut Vec<u8>, word: &str, layer: Option<&str>) {
    out.extend_from_slice(word.as_bytes());
    if let Some(layer) = layer {
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        out.push(b'_');
        if layer.bytes().all(is_plain) {
            out.extend_from_slice(layer.as_bytes());
        } else {
            write_folded(out, layer);
        }
    }
}
