//! The export kind `node_link`: the node-link JSON of networkx, which D3 takes too.
//!
//! A column of the graph is a field of its rows; what is absent is left out. Layers and the title
//! are in `graph`. The file says that it is a multigraph if it has parallel edges.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::columns::{Naming, has_parallel_edges};
use super::ids::Ids;
use super::json::{key, key_text, number, optional_field, text_field, value, write_layers};
use super::picture::Positions;
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Edge, Graph, Node, Value};
use crate::reserved;
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

/// Writes node-link JSON.
pub(super) struct NodeLink;

/// How a node-link file is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct NodeLinkOptions {
    /// What the graph shows; the plan's name unless given.
    title: Option<String>,
    /// What the list of edges is called.
    edges: EdgesKey,
    /// Where the middles of nodes are, in pixels, as the attributes `x` and `y`; not said unless
    /// given.
    #[serde(skip_serializing_if = "Option::is_none")]
    layout: Option<Positions>,
}

/// The name of the list of edges.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum EdgesKey {
    /// As networkx has it since 3.6.
    #[default]
    Edges,
    /// As D3 and older networkx have it.
    Links,
}

/// How the fields of rows are called by users.
const NAMING: Naming<'_> = Naming {
    reserved: reserved::NODE_LINK,
    prefix: "attribute.",
    ignores_case: false,
    because: "under its own name a reader would take it for something else",
};

impl Exporter for NodeLink {
    const KIND: &'static str = "node_link";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes node-link JSON, for networkx and D3";
    const EXTENSIONS: &'static [&'static str] = &["node-link.json"];
    type Options = NodeLinkOptions;
    type From = NamedGraph;

    fn apply_meta(options: &mut NodeLinkOptions, meta: &Meta) {
        meta.give_title(&mut options.title);
    }

    fn export(
        options: &NodeLinkOptions,
        from: &[NamedGraph],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let Some(NamedGraph { graph, .. }) = from.first() else { return Ok(()) };
        let placed = options.layout.map(|at| at.as_attributes(graph, diagnostics)).transpose()?;
        let graph = placed.as_ref().unwrap_or(graph);
        out.reserve(128 * (graph.node_count() + graph.edge_count()));
        let names = NAMING.names(graph.node_attributes(), |_| None, diagnostics);
        let ids = Ids::default();
        let multigraph = has_parallel_edges(graph);
        out.extend_from_slice(
            format!("{{\n\"directed\": true,\n\"multigraph\": {multigraph},\n\"graph\": {{")
                .as_bytes(),
        );
        optional_field(out, "title", options.title.as_ref());
        if !graph.layers().is_empty() {
            key(out, "layers");
            write_layers(out, graph.layers());
        }
        out.extend_from_slice(b"},\n\"nodes\": [");
        for (at, node) in graph.nodes().enumerate() {
            out.extend_from_slice(if at == 0 { b"\n{" } else { b",\n{" });
            write_node_fields(out, graph, &ids, node, "belongs_to");
            write_values(out, &names, node.attributes());
            out.push(b'}');
        }
        out.extend_from_slice(b"\n],\n\"");
        out.extend_from_slice(match options.edges {
            EdgesKey::Edges => b"edges",
            EdgesKey::Links => b"links",
        });
        out.extend_from_slice(b"\": [");
        let names = NAMING.names(graph.edge_attributes(), |_| None, diagnostics);
        for (at, edge) in graph.edges().enumerate() {
            out.extend_from_slice(if at == 0 { b"\n{" } else { b",\n{" });
            text_field(out, "id", edge.id());
            write_edge_fields(out, graph, &ids, edge);
            write_values(out, &names, edge.attributes());
            out.push(b'}');
        }
        out.extend_from_slice(b"\n]\n}\n");
        Ok(())
    }
}

/// Writes the fields of a node; `parent` is what its partition is called.
pub(super) fn write_node_fields(
    out: &mut Vec<u8>,
    graph: &Graph,
    ids: &Ids,
    node: Node<'_>,
    parent: &str,
) {
    text_field(out, "id", ids.get(node));
    text_field(out, "label", node.label());
    optional_field(out, "layer", node.layer().map(|layer| &*graph.layer(layer).id));
    if let Some(partition) = node.parent() {
        text_field(out, parent, ids.get(graph.node(partition)));
    }
    if node.is_partition() {
        key(out, "is_partition");
        out.extend_from_slice(b"true");
    }
    if node.weight() != 1.0 {
        key(out, "weight");
        number(out, node.weight());
    }
    optional_field(out, "comment", Some(node.comment()).filter(|comment| !comment.is_empty()));
}

/// Writes the fields of an edge, but for its id.
pub(super) fn write_edge_fields(out: &mut Vec<u8>, graph: &Graph, ids: &Ids, edge: Edge<'_>) {
    text_field(out, "source", ids.get(edge.source()));
    text_field(out, "target", ids.get(edge.target()));
    optional_field(out, "label", Some(edge.label()).filter(|label| !label.is_empty()));
    optional_field(out, "layer", edge.layer().map(|layer| &*graph.layer(layer).id));
    key(out, "weight");
    number(out, edge.weight());
    optional_field(out, "comment", Some(edge.comment()).filter(|comment| !comment.is_empty()));
}

/// Writes the cells that have a value as fields.
pub(super) fn write_values<'a>(
    out: &mut Vec<u8>,
    names: &[String],
    cells: impl Iterator<Item = (&'a str, Value<'a>)>,
) {
    for (name, (_, cell)) in names.iter().zip(cells) {
        if cell != Value::Null {
            key_text(out, name);
            value(out, cell);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;
    use crate::graph::{Attribute, Bits, EdgeRow, GraphBuilder, Layer, NodeRow, Values};

    fn export(options: &str, edges: &[(&str, &str)]) -> String {
        let mut builder = GraphBuilder::default();
        builder.layer(Layer::plain("ui"));
        builder.node(NodeRow {
            id: "a",
            parent: Some("p"),
            layer: Some("ui"),
            ..NodeRow::default()
        });
        builder.node(NodeRow { id: "p", label: Some("\"P\""), weight: 2.0, ..NodeRow::default() });
        let present: Bits = [true, false].into_iter().collect();
        let values = Values::Integer(vec![3, 0]);
        builder.node_attribute(Attribute { name: "x y".to_owned(), values, present });
        for (source, target) in edges {
            builder.edge(EdgeRow { source, target, label: "x", ..EdgeRow::default() });
        }
        let (text, problems) = Case::from(builder).export::<NodeLink>(options);
        assert!(problems.is_empty());
        text
    }

    #[test]
    fn a_row_is_a_line_with_its_columns_as_fields() {
        let expected = r#"{
"directed": true,
"multigraph": false,
"graph": {"title": "Ships", "layers": [{"id": "ui"}]},
"nodes": [
{"id": "a", "label": "a", "layer": "ui", "belongs_to": "p", "x y": 3},
{"id": "p", "label": "\"P\"", "is_partition": true, "weight": 2.0}
],
"edges": [
{"id": "p->a", "source": "p", "target": "a", "label": "x", "weight": 1.0}
]
}
"#;
        assert_eq!(export(r#"{"title": "Ships"}"#, &[("p", "a")]), expected);
    }

    #[test]
    fn parallel_edges_make_a_multigraph() {
        let text = export(r#"{"edges": "links"}"#, &[("a", "p"), ("a", "p")]);
        assert!(text.contains("\"multigraph\": true"));
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["links"].as_array().unwrap().len(), 2);
    }
}
