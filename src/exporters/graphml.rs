//! The export kind `graphml`: GraphML, with a typed key for each column.
//!
//! A partition is a node like any other, and what it holds names it in `belongs_to`: few readers
//! know nested graphs, and some lose what is in them. Layers are in the graph's own data, as the
//! JSON that the `json` export has for them. A date is a text, as GraphML has no type for it.
//!
//! Ids and the names of attributes are written as they are, which every reader takes. The schema
//! of GraphML wants words without spaces or most punctuation (NMTOKEN), so a file is valid if they
//! are such words, or with `strict`. The id of an edge, which readers do not look for, is in its
//! data if any is no such word. igraph leaves an `&` in an id as `&#38;`, but not in strict files.
//! What XML cannot hold is said in `xml.rs`.

use std::io::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::columns::{Naming, Uses};
use super::ids::{EdgeIds, Ids};
use super::json::{number, write_layers};
use super::substitutes::Substitutes;
use super::xml::{fit, is_token, token, write_attribute, write_text};
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Attribute, Edge, Graph, Node, Type, Value};
use crate::reserved;
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

/// Writes GraphML.
pub(super) struct Graphml;

/// How a GraphML file is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct GraphmlOptions {
    /// What the graph shows; the plan's name unless given.
    title: Option<String>,
    /// Whether the file obeys the schema of GraphML whatever ids there are: nodes are then `n0`,
    /// `n1` and so on, with their own ids in their data.
    strict: bool,
}

const NAMING: Naming<'_> = Naming {
    reserved: reserved::GRAPHML,
    prefix: "attribute.",
    ignores_case: false,
    because: "under its own name a reader would take it for something else, or refuse it",
};

const HEAD: &[u8] = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" \
xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
xsi:schemaLocation=\"http://graphml.graphdrawing.org/xmlns \
http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd\">
";

impl Exporter for Graphml {
    const KIND: &'static str = "graphml";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes GraphML, for yEd, Gephi, igraph and networkx";
    const EXTENSIONS: &'static [&'static str] = &["graphml"];
    type Options = GraphmlOptions;
    type From = NamedGraph;

    fn apply_meta(options: &mut GraphmlOptions, meta: &Meta) {
        meta.give_title(&mut options.title);
    }

    fn export(
        options: &GraphmlOptions,
        from: &[NamedGraph],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let Some(NamedGraph { graph, .. }) = from.first() else { return Ok(()) };
        out.reserve(160 * (graph.node_count() + graph.edge_count()));
        let mut substitutes = Substitutes::default();
        let ids = Ids::of(graph, fit, &mut substitutes);
        let edge_ids = EdgeIds::of(graph, fit, &mut substitutes);
        let mut writer = Writer {
            strict: options.strict,
            graph,
            ids,
            edge_ids,
            out,
            nodes: Uses::of_nodes(graph),
            edges: Uses::of_edges(graph),
            edge_ids_in_data: !graph.edges().all(|edge| is_token(edge.id())),
            substitutes,
        };
        writer.write(options.title.as_deref(), diagnostics);
        writer.substitutes.tell("GraphML", graph, diagnostics);
        Ok(())
    }
}

struct Writer<'a> {
    strict: bool,
    graph: &'a Graph,
    ids: Ids,
    edge_ids: EdgeIds,
    out: &'a mut Vec<u8>,
    nodes: Uses,
    edges: Uses,
    edge_ids_in_data: bool,
    substitutes: Substitutes,
}

impl Writer<'_> {
    fn write(&mut self, title: Option<&str>, diagnostics: &mut Diagnostics) {
        let graph = self.graph;
        self.put(HEAD);
        if !graph.layers().is_empty() {
            self.key("layers", "graph", "layers", Type::Text);
        }
        if self.strict {
            self.key("n_id", "node", "id", Type::Text);
        }
        self.keys("n", "node", self.nodes, graph.node_attributes(), diagnostics);
        if self.edge_ids_in_data {
            self.key("e_id", "edge", "id", Type::Text);
        }
        self.keys("e", "edge", self.edges, graph.edge_attributes(), diagnostics);
        self.put(b"<graph edgedefault=\"directed\">\n");
        if let Some(title) = title.filter(|title| !title.is_empty()) {
            self.put(b"<desc>");
            write_text(self.out, title, &mut self.substitutes);
            self.put(b"</desc>\n");
        }
        if !graph.layers().is_empty() {
            let mut layers = Vec::new();
            write_layers(&mut layers, graph.layers());
            self.data("layers", &String::from_utf8_lossy(&layers));
            self.put(b"\n");
        }
        graph.nodes().for_each(|node| self.node(node));
        graph.edges().for_each(|edge| self.edge(edge));
        self.put(b"</graph>\n</graphml>\n");
    }

    /// Declares the keys of nodes or of edges. Those of attributes are numbered.
    fn keys(
        &mut self,
        start: &str,
        element: &str,
        uses: Uses,
        attributes: &[Attribute],
        diagnostics: &mut Diagnostics,
    ) {
        let fields = [
            ("label", uses.label, Type::Text),
            ("layer", uses.layer, Type::Text),
            ("belongs_to", uses.belongs_to, Type::Text),
            ("is_partition", uses.is_partition, Type::Boolean),
            ("weight", uses.weight, Type::Number),
            ("comment", uses.comment, Type::Text),
        ];
        for (name, _, kind) in fields.into_iter().filter(|(_, is_used, _)| *is_used) {
            self.key(&format!("{start}_{name}"), element, name, kind);
        }
        let fit = |name: &str| match self.strict && !is_token(name) {
            true => Some(token(name)),
            false => fit(name),
        };
        let names = NAMING.names(attributes, fit, diagnostics);
        for (at, (name, attribute)) in names.iter().zip(attributes).enumerate() {
            self.key(&format!("{start}{at}"), element, name, attribute.kind());
        }
    }

    fn key(&mut self, id: &str, element: &str, name: &str, kind: Type) {
        let kind = match kind {
            Type::Text | Type::Date => "string",
            Type::Integer => "long",
            Type::Number => "double",
            Type::Boolean => "boolean",
        };
        self.put(b"<key");
        for (attribute, value) in
            [("id", id), ("for", element), ("attr.name", name), ("attr.type", kind)]
        {
            write_attribute(self.out, attribute, value, &mut self.substitutes);
        }
        self.put(b"/>\n");
    }

    fn node(&mut self, node: Node<'_>) {
        self.put(b"<node");
        self.node_id("id", node);
        self.put(b">");
        if self.strict {
            self.node_data("n_id", node);
        }
        self.data("n_label", node.label());
        if let Some(layer) = node.layer() {
            self.data("n_layer", &self.graph.layer(layer).id);
        }
        if let Some(parent) = node.parent() {
            self.node_data("n_belongs_to", self.graph.node(parent));
        }
        if node.is_partition() {
            self.put(b"<data key=\"n_is_partition\">true</data>");
        }
        if self.nodes.weight {
            self.weight("n_weight", node.weight());
        }
        if !node.comment().is_empty() {
            self.data("n_comment", node.comment());
        }
        self.values('n', node.attributes());
        self.put(b"</node>\n");
    }

    fn edge(&mut self, edge: Edge<'_>) {
        self.put(b"<edge");
        if !self.edge_ids_in_data {
            write_attribute(self.out, "id", edge.id(), &mut self.substitutes);
        }
        self.node_id("source", edge.source());
        self.node_id("target", edge.target());
        self.put(b">");
        if self.edge_ids_in_data {
            self.edge_data("e_id", edge);
        }
        if !edge.label().is_empty() {
            self.data("e_label", edge.label());
        }
        if let Some(layer) = edge.layer() {
            self.data("e_layer", &self.graph.layer(layer).id);
        }
        if self.edges.weight {
            self.weight("e_weight", edge.weight());
        }
        if !edge.comment().is_empty() {
            self.data("e_comment", edge.comment());
        }
        self.values('e', edge.attributes());
        self.put(b"</edge>\n");
    }

    fn node_id(&mut self, attribute: &str, node: Node<'_>) {
        if self.strict {
            let _ = write!(self.out, " {attribute}=\"n{}\"", node.index().0);
        } else {
            write_attribute(self.out, attribute, self.ids.get(node), &mut self.substitutes);
        }
    }

    fn values<'a>(&mut self, start: char, cells: impl Iterator<Item = (&'a str, Value<'a>)>) {
        for (at, (_, value)) in cells.enumerate() {
            if value == Value::Null {
                continue;
            }
            // Writing to a vector cannot fail.
            let _ = write!(self.out, "<data key=\"{start}{at}\">");
            match value {
                Value::Text(text) => write_text(self.out, text, &mut self.substitutes),
                Value::Number(value) => number(self.out, value),
                _ => _ = write!(self.out, "{value}"),
            }
            self.put(b"</data>");
        }
    }

    fn weight(&mut self, key: &str, weight: f64) {
        let _ = write!(self.out, "<data key=\"{key}\">");
        number(self.out, weight);
        self.put(b"</data>");
    }

    fn node_data(&mut self, key: &str, node: Node<'_>) {
        let _ = write!(self.out, "<data key=\"{key}\">");
        write_text(self.out, self.ids.get(node), &mut self.substitutes);
        self.put(b"</data>");
    }

    fn edge_data(&mut self, key: &str, edge: Edge<'_>) {
        let _ = write!(self.out, "<data key=\"{key}\">");
        write_text(self.out, self.edge_ids.get(edge), &mut self.substitutes);
        self.put(b"</data>");
    }

    fn data(&mut self, key: &str, text: &str) {
        self.put(b"<data key=\"");
        self.put(key.as_bytes());
        self.put(b"\">");
        write_text(self.out, text, &mut self.substitutes);
        self.put(b"</data>");
    }

    fn put(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;
    use crate::graph::{EdgeRow, GraphBuilder, Layer, NodeRow};

    fn export(options: &str, fill: impl FnOnce(&mut GraphBuilder)) -> (String, Diagnostics) {
        let (text, problems) = Case::of(fill).export::<Graphml>(options);
        (text[text.find("graphml.xsd").unwrap() + 14..].to_owned(), problems)
    }

    fn fill(builder: &mut GraphBuilder) {
        builder.layer(Layer::plain("ui"));
        let a =
            NodeRow { id: "a b", label: Some("A & B"), parent: Some("p"), ..NodeRow::default() };
        builder.node(NodeRow { layer: Some("ui"), ..a });
        builder.node(NodeRow { id: "p", weight: 2.5, ..NodeRow::default() });
        builder.edge(EdgeRow { source: "p", target: "a b", label: "x", ..EdgeRow::default() });
    }

    #[test]
    fn a_row_is_a_line_and_a_column_a_key() {
        let expected = r#"<key id="layers" for="graph" attr.name="layers" attr.type="string"/>
<key id="n_label" for="node" attr.name="label" attr.type="string"/>
<key id="n_layer" for="node" attr.name="layer" attr.type="string"/>
<key id="n_belongs_to" for="node" attr.name="belongs_to" attr.type="string"/>
<key id="n_is_partition" for="node" attr.name="is_partition" attr.type="boolean"/>
<key id="n_weight" for="node" attr.name="weight" attr.type="double"/>
<key id="e_id" for="edge" attr.name="id" attr.type="string"/>
<key id="e_label" for="edge" attr.name="label" attr.type="string"/>
<graph edgedefault="directed">
<desc>Ships</desc>
<data key="layers">[{"id": "ui"}]</data>
<node id="a b"><data key="n_label">A &amp; B</data><data key="n_layer">ui</data><data key="n_belongs_to">p</data><data key="n_weight">1.0</data></node>
<node id="p"><data key="n_label">p</data><data key="n_is_partition">true</data><data key="n_weight">2.5</data></node>
<edge source="p" target="a b"><data key="e_id">p-&gt;a b</data><data key="e_label">x</data></edge>
</graph>
</graphml>
"#;
        assert_eq!(export(r#"{"title": "Ships"}"#, fill).0, expected);
    }

    #[test]
    fn ids_are_words_where_they_must() {
        let (text, problems) = export(r#"{"strict": true}"#, fill);
        assert!(text.contains(r#"<node id="n0"><data key="n_id">a b</data>"#), "{text}");
        assert!(text.contains(r#"<edge source="n1" target="n0">"#), "{text}");
        assert!(problems.is_empty());
    }

    #[test]
    fn ids_in_data_are_each_their_own() {
        for options in ["{}", r#"{"strict": true}"#] {
            let (text, problems) = export(options, |builder| {
                for id in ["a\u{1}", "a\u{2401}"] {
                    builder.node(NodeRow { id, ..NodeRow::default() });
                    let ends = EdgeRow { source: "a\u{1}", target: id, ..EdgeRow::default() };
                    builder.edge(EdgeRow { id: Some(id), ..ends });
                }
            });
            let ids = |key: &str| {
                ["a␁", "a␁~2"]
                    .map(|id| text.matches(&format!("<data key=\"{key}\">{id}</data>")).count())
            };
            assert_eq!(ids("e_id"), [1, 1], "{text}");
            let strict_count = usize::from(options.contains("strict"));
            assert_eq!(ids("n_id"), [strict_count; 2], "{text}");
            assert_eq!(problems.warnings, 1);
        }
    }

    #[test]
    fn what_xml_cannot_hold_is_told_once() {
        let (text, problems) = export("{}", |builder| {
            for id in ["a\0", "a\u{2400}"] {
                builder.node(NodeRow { id, comment: "\u{1b}", ..NodeRow::default() });
            }
        });
        assert!(text.contains(r#"<node id="a␀~2">"#) && text.contains(r#"<node id="a␀">"#));
        assert_eq!(problems.warnings, 1);
        assert!(problems.list[0].message.contains("4 characters"), "{problems:?}");
    }
}
