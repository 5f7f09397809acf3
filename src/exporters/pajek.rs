//! The export kind `pajek`: networks of Pajek (`.net`).
//!
//! Pajek has a name for each vertex, and a weight and a name for each arc, and nothing else: a
//! vertex is called by the node's id, or by its label if the plan says so; partitions are vertices
//! like any other. Pajek has no escapes. A quote becomes `＂` (U+FF02) and a backslash `＼`
//! (U+FF3C); control characters, line breaks among them, become their pictures (U+2400 to U+2421).
//! A name that would then equal another one gets `~2`, `~3` and so on after it.

use std::io::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::Ids;
use super::substitutes::Substitutes;
use super::text::{escape, push, substitute};
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::Graph;
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

/// Writes networks of Pajek.
pub(super) struct Pajek;

/// How a Pajek file is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct PajekOptions {
    /// What the graph shows; the plan's name unless given.
    title: Option<String>,
    /// Whether vertices are called by labels rather than ids. Many readers take two of the same
    /// name for one.
    labels: bool,
}

impl Exporter for Pajek {
    const KIND: &'static str = "pajek";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes a network of Pajek: names and weights alone";
    const EXTENSIONS: &'static [&'static str] = &["net"];
    type Options = PajekOptions;
    type From = NamedGraph;

    fn apply_meta(options: &mut PajekOptions, meta: &Meta) {
        meta.give_title(&mut options.title);
    }

    fn export(
        options: &PajekOptions,
        from: &[NamedGraph],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let Some(NamedGraph { graph, .. }) = from.first() else { return Ok(()) };
        out.reserve(32 * (graph.node_count() + graph.edge_count()));
        let mut substitutes = Substitutes::default();
        write(out, graph, options, &mut substitutes);
        substitutes.tell("Pajek", graph, diagnostics);
        Ok(())
    }
}

fn write(out: &mut Vec<u8>, graph: &Graph, options: &PajekOptions, substitutes: &mut Substitutes) {
    // Writing to a vector cannot fail.
    if let Some(title) = options.title.as_ref().filter(|title| !title.is_empty()) {
        out.extend_from_slice(b"*Network ");
        name(out, title, substitutes);
        out.push(b'\n');
    }
    let ids = if options.labels { Ids::default() } else { Ids::of(graph, fit, substitutes) };
    let _ = writeln!(out, "*Vertices {}", graph.node_count());
    for node in graph.nodes() {
        let _ = write!(out, "{} \"", node.index().0 + 1);
        name(out, if options.labels { node.label() } else { ids.get(node) }, substitutes);
        out.extend_from_slice(b"\"\n");
    }
    out.extend_from_slice(b"*Arcs\n");
    for edge in graph.edges() {
        let (source, target) = (edge.source().index().0 + 1, edge.target().index().0 + 1);
        let _ = write!(out, "{source} {target} {}", edge.weight());
        if !edge.label().is_empty() {
            out.extend_from_slice(b" l \"");
            name(out, edge.label(), substitutes);
            out.push(b'"');
        }
        out.push(b'\n');
    }
}

/// Returns what stands for a name that Pajek cannot hold.
fn fit(text: &str) -> Option<String> {
    text.bytes().any(is_odd).then(|| text.chars().map(written).collect()).filter(|fit| fit != text)
}

fn name(out: &mut Vec<u8>, text: &str, substitutes: &mut Substitutes) {
    escape(out, text, is_odd, |out, _, character, _| {
        push(out, substitutes.note(text, character, written(character)));
    });
}

/// Returns whether a character with this first byte may be written as another.
fn is_odd(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\' | 0x7f | 0xef) || byte < b' '
}

fn written(character: char) -> char {
    match character {
        '"' => '\u{ff02}',
        '\\' => '\u{ff3c}',
        '\n' => '\u{240a}',
        '\t' => '\u{2409}',
        _ => substitute(character),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;
    use crate::graph::{EdgeRow, GraphBuilder, NodeRow};

    #[test]
    fn vertices_are_numbered_and_odd_characters_told_of_once() {
        let mut builder = GraphBuilder::default();
        for id in ["say \"a\"", "say ＂a＂", "c\n"] {
            builder.node(NodeRow { id, ..NodeRow::default() });
        }
        let edge = EdgeRow { source: "c\n", target: "say \"a\"", ..EdgeRow::default() };
        builder.edge(EdgeRow { label: "x\\y", weight: 2.5, ..edge });
        builder.edge(edge);
        let (text, problems) = Case::from(builder).export::<Pajek>("{}");
        let expected = "*Vertices 3\n1 \"c␊\"\n2 \"say ＂a＂~2\"\n3 \"say ＂a＂\"\n\
             *Arcs\n1 2 1\n1 2 2.5 l \"x＼y\"\n";
        assert_eq!(text, expected);
        assert_eq!((problems.warnings, problems.errors), (1, 0));
    }
}
