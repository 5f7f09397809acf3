//! Exports a graph, or a table, as JSON, a row to a line so that differences read well.
//!
//! What it means is in `schema/graph.schema.json`, which [`graph_schema`] makes. Whatever has its
//! default is left out: see [`schema`]. Text is written straight to the output, no value tree is
//! made.

mod schema;
mod write;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use schema::graph_schema;
pub(super) use write::{
    key, key_text, number, optional_field, text, text_field, value, write_attributes, write_layers,
    write_weight,
};

use super::picture::Positions;
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Edge, Graph, Node, Table};
use crate::step::{Data, Exporter, InputFile, Meta, NamedData};
use write::write_layer;

/// The form that is written; raised when a reader of the old one would misread the new one.
const VERSION: u32 = 1;

/// Exports JSON.
pub struct Json;

/// Settings of the `json` export.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct JsonOptions {
    /// What the graph shows; the plan's name unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// Where the middles of nodes are, in pixels, as the attributes `x` and `y`; not said unless
    /// given.
    #[serde(skip_serializing_if = "Option::is_none")]
    layout: Option<Positions>,
}

impl Exporter for Json {
    const KIND: &'static str = "json";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes the whole graph, or a table, as JSON, for other programs";
    const EXTENSIONS: &'static [&'static str] = &["json"];
    type Options = JsonOptions;
    type From = NamedData;

    fn apply_meta(options: &mut JsonOptions, meta: &Meta) {
        meta.give_title(&mut options.title);
    }

    fn export(
        options: &JsonOptions,
        from: &[NamedData],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        for NamedData { data, .. } in from {
            match data {
                Data::Graph(graph) => {
                    let placed = options.layout.map(|at| at.as_attributes(graph, diagnostics));
                    let placed = placed.transpose()?;
                    write_graph(out, options.title.as_deref(), placed.as_ref().unwrap_or(graph));
                }
                Data::Table(table) => write_table(out, table),
            }
        }
        Ok(())
    }
}

/// Writes the rows as a list of objects, a row to a line; no value is `null`.
fn write_table(out: &mut Vec<u8>, table: &Table) {
    out.push(b'[');
    for row in 0..table.row_count() {
        out.extend_from_slice(if row == 0 { b"\n{" } else { b",\n{" });
        for (column, cell) in table.columns().iter().zip(table.row(row)) {
            key_text(out, &column.name);
            value(out, cell);
        }
        out.push(b'}');
    }
    out.extend_from_slice(if table.row_count() == 0 { b"]\n" } else { b"\n]\n" });
}

fn write_graph(out: &mut Vec<u8>, title: Option<&str>, graph: &Graph) {
    out.reserve(96 * (graph.node_count() + graph.edge_count()));
    out.extend_from_slice(format!("{{\n\"version\": {VERSION}").as_bytes());
    if let Some(title) = title {
        out.extend_from_slice(b",\n\"title\": ");
        text(out, title);
    }
    rows(out, "layers", graph.layers().iter(), write_layer);
    rows(out, "nodes", graph.nodes(), |out, node| write_node(out, graph, node));
    rows(out, "edges", graph.edges(), |out, edge| write_edge(out, graph, edge));
    out.extend_from_slice(b"\n}\n");
}

/// Writes a list under a key, a row to a line.
fn rows<T>(
    out: &mut Vec<u8>,
    name: &str,
    rows: impl Iterator<Item = T>,
    mut write: impl FnMut(&mut Vec<u8>, T),
) {
    out.extend_from_slice(b",\n\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\": [");
    let mut empty = true;
    for row in rows {
        out.extend_from_slice(if empty { b"\n{" } else { b",\n{" });
        empty = false;
        write(out, row);
        out.push(b'}');
    }
    out.extend_from_slice(if empty { b"]" } else { b"\n]" });
}

fn write_node(out: &mut Vec<u8>, graph: &Graph, node: Node<'_>) {
    text_field(out, "id", node.id());
    optional_field(out, "label", (node.label() != node.id()).then(|| node.label()));
    optional_field(out, "layer", node.layer().map(|layer| &*graph.layer(layer).id));
    optional_field(out, "belongs_to", node.parent().map(|parent| graph.node(parent).id()));
    if node.is_partition() {
        key(out, "is_partition");
        out.extend_from_slice(b"true");
    }
    write_weight(out, node.weight());
    optional_field(out, "comment", Some(node.comment()).filter(|comment| !comment.is_empty()));
    write_attributes(out, node.attributes());
}

fn write_edge(out: &mut Vec<u8>, graph: &Graph, edge: Edge<'_>) {
    text_field(out, "id", edge.id());
    text_field(out, "source", edge.source().id());
    text_field(out, "target", edge.target().id());
    optional_field(out, "label", Some(edge.label()).filter(|label| !label.is_empty()));
    optional_field(out, "layer", edge.layer().map(|layer| &*graph.layer(layer).id));
    write_weight(out, edge.weight());
    optional_field(out, "comment", Some(edge.comment()).filter(|comment| !comment.is_empty()));
    write_attributes(out, edge.attributes());
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::graph::{
        Attribute, Bits, Color, Date, EdgeRow, GraphBuilder, Layer, NodeRow, Values,
    };

    fn export(graph: Graph, meta: &Meta) -> String {
        let mut options = JsonOptions::default();
        Json::apply_meta(&mut options, meta);
        let from = [NamedData { name: "g".into(), data: graph.into() }];
        let (mut out, mut problems) = (Vec::new(), Diagnostics::default());
        Json::export(&options, &from, &[], &mut out, &mut problems).unwrap();
        assert!(problems.is_empty());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_table_is_a_list_of_its_rows() {
        assert_eq!(
            super::super::testing::table_text::<Json>("{}"),
            "[\n\
             {\"name\": \"zoé\", \"size\": 2.0, \"a,b\": true},\n\
             {\"name\": \"x\\ny\", \"size\": null, \"a,b\": false},\n\
             {\"name\": \"|`*<b>\", \"size\": -0.5, \"a,b\": null}\n]\n"
        );
    }

    fn graph() -> Graph {
        let mut builder = GraphBuilder::default();
        builder.layer(Layer { background: Color::parse("002a41"), ..Layer::plain("ui") });
        let nodes = [("b", Some("a")), ("a", None)];
        for (id, parent) in nodes {
            builder.node(NodeRow { id, parent, layer: Some("ui"), ..NodeRow::default() });
        }
        builder.edge(EdgeRow { source: "a", target: "b", weight: 2.5, ..EdgeRow::default() });
        let present: Bits = [true, false].into_iter().collect();
        let since = vec![Date::parse("2024-02-29").unwrap(), Date::default()];
        let columns = [
            ("since", Values::Date(since)),
            ("cost", Values::Number(vec![2.0, 0.0])),
            ("count", Values::Integer(vec![i64::MIN, 0])),
            ("live", Values::Boolean(present.clone())),
        ];
        for (name, values) in columns {
            let name = name.to_owned();
            builder.node_attribute(Attribute { name, values, present: present.clone() });
        }
        builder.finish().graph
    }

    #[test]
    fn a_row_is_a_line_without_what_is_default() {
        let meta = Meta { name: Some("Ships".to_owned()), ..Meta::default() };
        let expected = r##"{
"version": 1,
"title": "Ships",
"layers": [
{"id": "ui", "background": "#002a41"}
],
"nodes": [
{"id": "a", "layer": "ui", "is_partition": true},
{"id": "b", "layer": "ui", "belongs_to": "a", "attributes": {"cost": 2.0, "count": -9223372036854775808, "live": true, "since": "2024-02-29"}}
],
"edges": [
{"id": "a->b", "source": "a", "target": "b", "weight": 2.5}
]
}
"##;
        assert_eq!(export(graph(), &meta), expected);
    }

    #[test]
    fn an_empty_graph_is_three_empty_lists() {
        let json = export(Graph::default(), &Meta::default());
        assert_eq!(json, "{\n\"version\": 1,\n\"layers\": [],\n\"nodes\": [],\n\"edges\": []\n}\n");
    }

    #[test]
    fn hostile_text_comes_back_as_it_was() {
        let labels =
            ["\"", "\\", "a\nb\r\t", "\u{0}\u{1f}\u{7f}", "</script>", "\u{2028}", "🦀مرحبا"];
        let mut builder = GraphBuilder::default();
        for (label, id) in labels.iter().zip('a'..) {
            let (id, label) = (id.to_string(), Some(*label));
            builder.node(NodeRow { id: &id, label, ..NodeRow::default() });
        }
        let present = Bits::all(labels.len(), true);
        let values = Values::Text(labels.into_iter().collect());
        builder.node_attribute(Attribute { name: "\"{\n".to_owned(), values, present });
        let json: serde_json::Value =
            serde_json::from_str(&export(builder.finish().graph, &Meta::default())).unwrap();
        for (at, label) in labels.iter().enumerate() {
            assert_eq!(json["nodes"][at]["label"], *label);
            assert_eq!(json["nodes"][at]["attributes"]["\"{\n"], *label);
        }
    }

    #[test]
    fn output_obeys_the_schema_and_other_things_do_not() {
        let validator = jsonschema::validator_for(&graph_schema()).unwrap();
        let meta = Meta { name: Some("Ships".to_owned()), ..Meta::default() };
        for graph in [graph(), Graph::default()] {
            let json = serde_json::from_str(&export(graph, &meta)).unwrap();
            let errors: Vec<String> =
                validator.iter_errors(&json).map(|error| error.to_string()).collect();
            assert_eq!(errors, [""; 0]);
        }
        assert!(!validator.is_valid(&serde_json::json!({"version": 1})));
        let wrong = r#"{"version":1,"layers":[],"nodes":[{"id":"a","colour":"red"}],"edges":[]}"#;
        assert!(!validator.is_valid(&serde_json::from_str(wrong).unwrap()));
    }
}
