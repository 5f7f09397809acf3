//! What diagrams of Mermaid with nodes and edges share beside flowcharts: options and classes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::names::write_name;
use super::super::style::{Orientation, Theme};
use super::super::substitutes::Substitutes;
use super::look::LayerStyle;
use super::text::write_label;
use crate::diagnostic::Diagnostics;
use crate::graph::{Graph, NodeId};
use crate::step::Meta;

/// How such a diagram is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(in super::super) struct DiagramOptions {
    /// The title above the picture; the plan's name unless given.
    pub title: Option<String>,
    /// Which way edges point.
    pub orientation: Orientation,
    /// The look of whatever no layer colors.
    pub theme: Theme,
}

impl DiagramOptions {
    pub(in super::super) fn apply_meta(&mut self, meta: &Meta) {
        if self.title.is_none() {
            self.title.clone_from(&meta.name);
        }
    }
}

/// Writes the name for a node; nothing that Mermaid has a word for.
pub(in super::super) fn write_node_name(out: &mut Vec<u8>, id: &str) {
    const WORDS: [&str; 32] = [
        "acc",
        "as",
        "call",
        "callback",
        "class",
        "classdef",
        "classdiagram",
        "click",
        "constructor",
        "cssclass",
        "def",
        "default",
        "direction",
        "end",
        "entity",
        "erdiagram",
        "graph",
        "href",
        "if",
        "is",
        "link",
        "namespace",
        "note",
        "o",
        "one",
        "only",
        "optionally",
        "style",
        "subgraph",
        "title",
        "to",
        "u",
    ];
    write_name(out, id, |id| WORDS.iter().any(|word| word.eq_ignore_ascii_case(id)));
}

/// Writes a quoted label; an empty one is a no-break space, as Mermaid cannot draw a blank node.
pub(in super::super) fn write_node_label(
    out: &mut Vec<u8>,
    label: &str,
    substitutes: &mut Substitutes,
) {
    write_label(out, if label.is_empty() { "\u{a0}" } else { label }, substitutes);
}

/// Returns the styles of all layers.
pub(in super::super) fn styles(
    theme: Theme,
    graph: &Graph,
    diagnostics: &mut Diagnostics,
) -> Vec<LayerStyle> {
    graph.layers().iter().map(|layer| LayerStyle::of(theme, layer, diagnostics)).collect()
}

/// Writes the mark that gives a node its layer's class.
pub(in super::super) fn write_class_mark(
    out: &mut Vec<u8>,
    graph: &Graph,
    styles: &[LayerStyle],
    node: NodeId,
) {
    if let Some(layer) = graph.node(node).layer()
        && !styles[layer.0 as usize].node.is_empty()
    {
        out.extend_from_slice(b":::layer_");
        write_name(out, &graph.layer(layer).id, |_| false);
    }
}

/// Writes the classes of layers.
pub(in super::super) fn write_classes(out: &mut Vec<u8>, graph: &Graph, styles: &[LayerStyle]) {
    for (layer, style) in graph.layers().iter().zip(styles) {
        if !style.node.is_empty() {
            out.extend_from_slice(b"  classDef layer_");
            write_name(out, &layer.id, |_| false);
            out.push(b' ');
            out.extend_from_slice(&style.node);
            out.push(b'\n');
        }
    }
}
