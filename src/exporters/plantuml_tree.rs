//! Writes the hierarchy as a tree of PlantUML: a mindmap or a work breakdown structure.

use std::io::Write as _;

use super::plantuml::look::LayerStyle;
use super::plantuml::text::write_text;
use super::plantuml::warn_of_size;
use super::style::{Look, Palette};
use super::substitutes::Substitutes;
use super::tree::{TreeOptions, walk_tree};
use crate::diagnostic::Diagnostics;
use crate::step::NamedGraph;

/// What sets one tree of PlantUML apart from the other.
pub(super) struct Form {
    /// The word after `@start`.
    pub word: &'static str,
    /// The word for it in styles.
    pub style: &'static str,
    /// Whether nodes can have a color each in all versions; texts can, anyway.
    pub is_filled: bool,
    /// The leaves that fill a picture from one side to the other.
    pub most_leaves: usize,
}

/// Writes the hierarchy of a graph.
pub(super) fn write_tree(
    form: &Form,
    options: &TreeOptions,
    NamedGraph { name, graph }: &NamedGraph,
    out: &mut Vec<u8>,
    diagnostics: &mut Diagnostics,
) {
    let styles = LayerStyle::all(options.theme, graph, diagnostics);
    let mut substitutes = Substitutes::default();
    let _ = writeln!(out, "@start{}", form.word);
    if let Some(palette) = options.theme.palette() {
        write_style(out, form, palette);
    }
    let mut leaves = 0;
    walk_tree(graph, (options.title.as_deref(), name), diagnostics, |branch| {
        leaves += usize::from(branch.is_leaf);
        let layer = branch.node.and_then(|node| graph.node(node).layer());
        let look = layer.map_or_else(Look::default, |layer| styles[layer.0 as usize].node);
        out.resize(out.len() + branch.level + 1, b'*');
        match look.fill {
            Some(fill) if form.is_filled => _ = write!(out, "[{fill}] "),
            _ => out.push(b' '),
        }
        write_lines(out, form, look, branch.label, &mut substitutes);
        out.push(b'\n');
    });
    let _ = writeln!(out, "@end{}", form.word);
    substitutes.tell("PlantUML", graph, diagnostics);
    if leaves > form.most_leaves {
        warn_of_size(&format!("{leaves} leaves"), diagnostics);
    }
}

/// Writes a label; its colors hold for one line each.
fn write_lines(
    out: &mut Vec<u8>,
    form: &Form,
    look: Look,
    label: &str,
    substitutes: &mut Substitutes,
) {
    if look.text.is_none() && (form.is_filled || look.fill.is_none()) {
        write_text(out, label, substitutes);
        return;
    }
    for (at, line) in label.replace("\r\n", "\n").split(['\n', '\r']).enumerate() {
        if at > 0 {
            out.extend_from_slice(b"\\n");
        }
        if let Some(fill) = look.fill.filter(|_| !form.is_filled) {
            let _ = write!(out, "<back:{fill}>");
        }
        if let Some(text) = look.text {
            let _ = write!(out, "<color:{text}>");
        }
        write_text(out, line, substitutes);
    }
}

fn write_style(out: &mut Vec<u8>, form: &Form, palette: &Palette) {
    let Palette { page, node_fill, node_line, text, edge, .. } = palette;
    let _ = write!(
        out,
        "<style>
{} {{
  BackgroundColor {page}
  node {{
    BackgroundColor {node_fill}
    LineColor {node_line}
    FontColor {text}
    FontName Helvetica
    RoundCorner 10
    Shadowing 0
  }}
  arrow {{
    LineColor {edge}
  }}
}}
</style>
skinparam BackgroundColor {page}
",
        form.style
    );
}
