//! The export kind `turtle`: RDF in Turtle 1.1.
//!
//! A node, an edge and a layer is a resource each, with its id as `dcterms:identifier`, so that
//! nothing of an id is lost; its IRI has every byte of the id that is no ASCII letter, digit, `_`
//! or `-` as `%hh`. Edges are resources of their own, with `l:source` and `l:target`, and there is
//! a plain `l:linksTo` from source to target, for paths. A column that users add is a property
//! with its name as `rdfs:label`. Every text comes back as it was.

use std::io::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::json::number;
use super::text::escape;
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Attribute, Edge, Graph, Layer, Node, Value};
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

/// Writes Turtle.
pub(super) struct Turtle;

/// How a Turtle file is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct TurtleOptions {
    /// What the graph shows; the plan's name unless given.
    title: Option<String>,
    /// What the IRIs of nodes, edges, layers and columns begin with.
    base: Base,
}

/// The beginning of IRIs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = r#"^[A-Za-z][A-Za-z0-9+.-]*:[^\u0000-\u0020<>"{}|^`\\]*$"#))]
pub(super) struct Base(String);

/// The words that are ours.
const VOCABULARY: &str = "urn:layercake:vocabulary:";

impl Default for Base {
    fn default() -> Self {
        Base("urn:layercake:graph:".to_owned())
    }
}

impl TryFrom<String> for Base {
    type Error = String;

    fn try_from(text: String) -> Result<Base, String> {
        let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
        let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c));
        if is_scheme && !text.contains(|c: char| c <= ' ' || "<>\"{}|^`\\".contains(c)) {
            return Ok(Base(text));
        }
        Err(format!("`{text}` is no beginning of an IRI, such as `https://example.com/graph/`"))
    }
}

impl From<Base> for String {
    fn from(base: Base) -> String {
        base.0
    }
}

impl Exporter for Turtle {
    const KIND: &'static str = "turtle";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes RDF in Turtle, for triple stores";
    const EXTENSIONS: &'static [&'static str] = &["ttl"];
    type Options = TurtleOptions;
    type From = NamedGraph;

    fn apply_meta(options: &mut TurtleOptions, meta: &Meta) {
        meta.give_title(&mut options.title);
    }

    fn export(
        options: &TurtleOptions,
        from: &[NamedGraph],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        _diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let Some(NamedGraph { graph, .. }) = from.first() else { return Ok(()) };
        out.reserve(200 * (graph.node_count() + graph.edge_count()));
        let base = &options.base.0;
        for (prefix, iri) in [
            ("dcterms", "http://purl.org/dc/terms/".to_owned()),
            ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#".to_owned()),
            ("rdfs", "http://www.w3.org/2000/01/rdf-schema#".to_owned()),
            ("xsd", "http://www.w3.org/2001/XMLSchema#".to_owned()),
            ("l", VOCABULARY.to_owned()),
            ("node", format!("{base}node:")),
            ("edge", format!("{base}edge:")),
            ("layer", format!("{base}layer:")),
            ("column", format!("{base}column:")),
        ] {
            // Writing to a vector cannot fail.
            let _ = writeln!(out, "@prefix {prefix}: <{iri}> .");
        }
        let _ = write!(out, "\n<{base}> a l:Graph");
        if let Some(title) = options.title.as_ref().filter(|title| !title.is_empty()) {
            text(out, "rdfs:label", title);
        }
        out.extend_from_slice(b" .\n");
        write_columns(out, graph.node_attributes(), graph.edge_attributes());
        graph.layers().iter().for_each(|layer| write_layer(out, layer));
        graph.nodes().for_each(|node| write_node(out, graph, node));
        graph.edges().for_each(|edge| write_edge(out, graph, edge));
        Ok(())
    }
}

/// Writes the names of columns, each once.
fn write_columns(out: &mut Vec<u8>, nodes: &[Attribute], edges: &[Attribute]) {
    let further = edges.iter().filter(|edge| nodes.iter().all(|node| node.name != edge.name));
    for attribute in nodes.iter().chain(further) {
        name(out, "column", &attribute.name);
        out.extend_from_slice(b" a rdf:Property");
        text(out, "rdfs:label", &attribute.name);
        out.extend_from_slice(b" .\n");
    }
}

fn write_layer(out: &mut Vec<u8>, layer: &Layer) {
    name(out, "layer", &layer.id);
    out.extend_from_slice(b" a l:Layer");
    text(out, "dcterms:identifier", &layer.id);
    text(out, "rdfs:label", &layer.label);
    for (word, color) in
        [("l:background", layer.background), ("l:text", layer.text), ("l:border", layer.border)]
    {
        if let Some(color) = color {
            text(out, word, &color.to_string());
        }
    }
    for (attribute, value) in &layer.attributes {
        out.extend_from_slice(b" ; ");
        name(out, "column", attribute);
        out.push(b' ');
        literal(out, value);
    }
    out.extend_from_slice(b" .\n");
}

fn write_node(out: &mut Vec<u8>, graph: &Graph, node: Node<'_>) {
    name(out, "node", node.id());
    let kind: &[u8] = if node.is_partition() { b" a l:Node, l:Partition" } else { b" a l:Node" };
    out.extend_from_slice(kind);
    text(out, "dcterms:identifier", node.id());
    text(out, "rdfs:label", node.label());
    if let Some(layer) = node.layer() {
        resource(out, "l:layer", "layer", &graph.layer(layer).id);
    }
    if let Some(parent) = node.parent() {
        resource(out, "l:belongsTo", "node", graph.node(parent).id());
    }
    write_rest(out, node.weight(), node.comment(), node.attributes());
}

fn write_edge(out: &mut Vec<u8>, graph: &Graph, edge: Edge<'_>) {
    name(out, "node", edge.source().id());
    out.extend_from_slice(b" l:linksTo ");
    name(out, "node", edge.target().id());
    out.extend_from_slice(b" . ");
    name(out, "edge", edge.id());
    out.extend_from_slice(b" a l:Edge");
    text(out, "dcterms:identifier", edge.id());
    resource(out, "l:source", "node", edge.source().id());
    resource(out, "l:target", "node", edge.target().id());
    if !edge.label().is_empty() {
        text(out, "rdfs:label", edge.label());
    }
    if let Some(layer) = edge.layer() {
        resource(out, "l:layer", "layer", &graph.layer(layer).id);
    }
    write_rest(out, edge.weight(), edge.comment(), edge.attributes());
}

/// Writes what nodes and edges have alike, and ends the resource.
fn write_rest<'a>(
    out: &mut Vec<u8>,
    weight: f64,
    comment: &str,
    cells: impl Iterator<Item = (&'a str, Value<'a>)>,
) {
    if weight != 1.0 {
        out.extend_from_slice(b" ; l:weight ");
        double(out, weight);
    }
    if !comment.is_empty() {
        text(out, "rdfs:comment", comment);
    }
    for (attribute, value) in cells.filter(|(_, value)| *value != Value::Null) {
        out.extend_from_slice(b" ; ");
        name(out, "column", attribute);
        out.push(b' ');
        match value {
            Value::Text(value) => literal(out, value),
            Value::Number(value) => double(out, value),
            Value::Date(value) => _ = write!(out, "\"{value}\"^^xsd:date"),
            value => _ = write!(out, "{value}"),
        }
    }
    out.extend_from_slice(b" .\n");
}

/// Writes a number, which has an exponent in Turtle: without one it would be a decimal.
fn double(out: &mut Vec<u8>, value: f64) {
    let start = out.len();
    number(out, value);
    if !out[start..].contains(&b'e') {
        out.extend_from_slice(b"e0");
    }
}

fn text(out: &mut Vec<u8>, word: &str, value: &str) {
    out.extend_from_slice(b" ; ");
    out.extend_from_slice(word.as_bytes());
    out.push(b' ');
    literal(out, value);
}

fn resource(out: &mut Vec<u8>, word: &str, prefix: &str, id: &str) {
    out.extend_from_slice(b" ; ");
    out.extend_from_slice(word.as_bytes());
    out.push(b' ');
    name(out, prefix, id);
}

/// Writes a name whose local part is a text.
fn name(out: &mut Vec<u8>, prefix: &str, local: &str) {
    out.extend_from_slice(prefix.as_bytes());
    out.push(b':');
    let special = |byte: u8| !(byte.is_ascii_alphanumeric() || byte == b'_');
    escape(out, local, special, |out, before, character, _| match character {
        '-' if !before.is_empty() => out.push(b'-'),
        _ => {
            for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                let digit = |half: u8| b"0123456789ABCDEF"[usize::from(half)];
                out.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 15)]);
            }
        }
    });
}

fn literal(out: &mut Vec<u8>, value: &str) {
    out.push(b'"');
    let special = |byte| matches!(byte, b'"' | b'\\' | 0x7f) || byte < b' ';
    escape(out, value, special, |out, _, character, _| match character {
        '"' => out.extend_from_slice(b"\\\""),
        '\\' => out.extend_from_slice(b"\\\\"),
        '\n' => out.extend_from_slice(b"\\n"),
        '\r' => out.extend_from_slice(b"\\r"),
        '\t' => out.extend_from_slice(b"\\t"),
        _ => _ = write!(out, "\\u{:04X}", u32::from(character)),
    });
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;
    use crate::graph::{Attribute, Bits, EdgeRow, GraphBuilder, NodeRow, Values};

    #[test]
    fn a_resource_is_a_line() {
        let mut builder = GraphBuilder::default();
        builder.layer(Layer::plain("ui"));
        let a = NodeRow { id: "-a é", parent: Some("p"), layer: Some("ui"), ..NodeRow::default() };
        builder.node(NodeRow { label: Some("\"A\"\n"), weight: 2.0, ..a });
        builder.node(NodeRow { id: "p", ..NodeRow::default() });
        let present: Bits = [true, false].into_iter().collect();
        let values = Values::Boolean(present.clone());
        builder.node_attribute(Attribute { name: "x y".to_owned(), values, present });
        builder.edge(EdgeRow { id: Some("e"), source: "p", target: "p", ..EdgeRow::default() });
        let options = r#"{"base": "https://example.com/"}"#;
        let (text, _) = Case::from(builder).export::<Turtle>(options);
        let expected = r#"@prefix column: <https://example.com/column:> .

<https://example.com/> a l:Graph .
column:x%20y a rdf:Property ; rdfs:label "x y" .
layer:ui a l:Layer ; dcterms:identifier "ui" ; rdfs:label "ui" .
node:%2Da%20%C3%A9 a l:Node ; dcterms:identifier "-a é" ; rdfs:label "\"A\"\n" ; l:layer layer:ui ; l:belongsTo node:p ; l:weight 2.0e0 ; column:x%20y true .
node:p a l:Node, l:Partition ; dcterms:identifier "p" ; rdfs:label "p" .
node:p l:linksTo node:p . edge:e a l:Edge ; dcterms:identifier "e" ; l:source node:p ; l:target node:p .
"#;
        assert_eq!(text[text.find("@prefix column").unwrap()..], *expected);
    }

    #[test]
    fn a_base_is_the_beginning_of_an_iri() {
        for (base, is_fit) in [("urn:x:", true), ("x", false), ("a:<b>", false), ("1:x", false)] {
            assert_eq!(Base::try_from(base.to_owned()).is_ok(), is_fit, "{base}");
        }
    }
}
