//! The export kind `json_graph`: JSON Graph Format, version 2 (jsongraphformat.info).
//!
//! What the format has no place for is in `metadata`: of a node `layer`, `belongs_to`,
//! `is_partition`, `weight`, `comment` and `attributes`, of an edge the same, of the graph
//! `layers`. What has its default is left out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::json::{
    key, key_text, optional_field, text_field, write_attributes, write_layers, write_weight,
};
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Edge, Graph, Node};
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

/// Writes JSON Graph Format.
pub(super) struct JsonGraph;

/// How a JSON Graph file is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct JsonGraphOptions {
    /// What the graph shows; the plan's name unless given.
    title: Option<String>,
}

impl Exporter for JsonGraph {
    const KIND: &'static str = "json_graph";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes JSON Graph Format, version 2";
    const EXTENSIONS: &'static [&'static str] = &["jgf", "jgf.json"];
    type Options = JsonGraphOptions;
    type From = NamedGraph;

    fn apply_meta(options: &mut JsonGraphOptions, meta: &Meta) {
        meta.give_title(&mut options.title);
    }

    fn export(
        options: &JsonGraphOptions,
        from: &[NamedGraph],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        _diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let Some(NamedGraph { graph, .. }) = from.first() else { return Ok(()) };
        out.reserve(128 * (graph.node_count() + graph.edge_count()));
        out.extend_from_slice(b"{\n\"graph\": {");
        optional_field(out, "label", options.title.as_ref());
        key(out, "directed");
        out.extend_from_slice(b"true");
        if !graph.layers().is_empty() {
            key(out, "metadata");
            out.push(b'{');
            key(out, "layers");
            write_layers(out, graph.layers());
            out.push(b'}');
        }
        out.extend_from_slice(b",\n\"nodes\": {");
        for (at, node) in graph.nodes().enumerate() {
            out.extend_from_slice(if at == 0 { b"\n" } else { b",\n" });
            write_node(out, graph, node);
        }
        out.extend_from_slice(b"\n},\n\"edges\": [");
        for (at, edge) in graph.edges().enumerate() {
            out.extend_from_slice(if at == 0 { b"\n{" } else { b",\n{" });
            write_edge(out, graph, edge);
            out.push(b'}');
        }
        out.extend_from_slice(b"\n]\n}\n}\n");
        Ok(())
    }
}

fn write_node(out: &mut Vec<u8>, graph: &Graph, node: Node<'_>) {
    super::json::text(out, node.id());
    out.extend_from_slice(b": {");
    text_field(out, "label", node.label());
    write_metadata(out, |out| {
        optional_field(out, "layer", node.layer().map(|layer| &*graph.layer(layer).id));
        optional_field(out, "belongs_to", node.parent().map(|parent| graph.node(parent).id()));
        if node.is_partition() {
            key(out, "is_partition");
            out.extend_from_slice(b"true");
        }
        write_weight(out, node.weight());
        optional_field(out, "comment", Some(node.comment()).filter(|comment| !comment.is_empty()));
        write_attributes(out, node.attributes());
    });
    out.push(b'}');
}

fn write_edge(out: &mut Vec<u8>, graph: &Graph, edge: Edge<'_>) {
    text_field(out, "id", edge.id());
    text_field(out, "source", edge.source().id());
    text_field(out, "target", edge.target().id());
    optional_field(out, "label", Some(edge.label()).filter(|label| !label.is_empty()));
    write_metadata(out, |out| {
        optional_field(out, "layer", edge.layer().map(|layer| &*graph.layer(layer).id));
        write_weight(out, edge.weight());
        optional_field(out, "comment", Some(edge.comment()).filter(|comment| !comment.is_empty()));
        write_attributes(out, edge.attributes());
    });
}

/// Writes the metadata of a row, unless there is none.
fn write_metadata(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    key_text(out, "metadata");
    out.push(b'{');
    let inside = out.len();
    write(out);
    if out.len() == inside {
        out.truncate(start);
    } else {
        out.push(b'}');
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;
    use crate::graph::{EdgeRow, GraphBuilder, Layer, NodeRow};

    #[test]
    fn what_has_no_place_is_metadata() {
        let mut builder = GraphBuilder::default();
        builder.layer(Layer::plain("ui"));
        let a = NodeRow { id: "a", parent: Some("p"), layer: Some("ui"), ..NodeRow::default() };
        builder.node(NodeRow { label: Some("\"A\""), ..a });
        builder.node(NodeRow { id: "p", ..NodeRow::default() });
        builder.node(NodeRow { id: "z", ..NodeRow::default() });
        builder.edge(EdgeRow { source: "p", target: "a", weight: 2.0, ..EdgeRow::default() });
        let (text, _) = Case::from(builder).export::<JsonGraph>(r#"{"title": "Ships"}"#);
        let expected = r#"{
"graph": {"label": "Ships", "directed": true, "metadata": {"layers": [{"id": "ui"}]},
"nodes": {
"a": {"label": "\"A\"", "metadata": {"layer": "ui", "belongs_to": "p"}},
"p": {"label": "p", "metadata": {"is_partition": true}},
"z": {"label": "z"}
},
"edges": [
{"id": "p->a", "source": "p", "target": "a", "metadata": {"weight": 2.0}}
]
}
}
"#;
        assert_eq!(text, expected);
    }
}
