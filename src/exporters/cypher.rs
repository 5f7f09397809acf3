//! The export kind `cypher`: statements for Neo4j and other stores that speak openCypher.
//!
//! A statement is a line: first the layers, then the nodes, then what partition each is in, then
//! the edges. `merge`, the default, makes what is not there yet and overwrites what is; `create`
//! is for an empty store. A constraint makes ids unique, and finding them fast.
//!
//! Texts come back as they were, but for a NUL, which many stores cut a text at: it is shown by
//! its picture (U+2400). In the name of a column, which some stores take escapes out of before
//! they look for its quotes, a backslash is `＼` (U+FF3C).

use std::io::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::columns::Naming;
use super::ids::{EdgeIds, Ids, LayerIds};
use super::json::number;
use super::substitutes::Substitutes;
use super::text::{escape, push};
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Edge, Graph, Layer, LayerId, Node, Value};
use crate::step::{Exporter, InputFile, NamedGraph};

/// Writes Cypher.
pub(super) struct Cypher;

/// How a Cypher file is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct CypherOptions {
    /// Whether statements take what is in the store into account.
    statements: Statements,
    /// Whether the first statements ask for unique ids, in the words of Neo4j.
    constraints: bool,
    /// The label of nodes in the store.
    node_label: Word,
    /// The type of edges in the store.
    edge_type: Word,
}

/// The name of a label or a type, which a store wants not to be empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = r"[^\s\u0000]"))]
struct Word(String);

impl TryFrom<String> for Word {
    type Error = String;

    fn try_from(text: String) -> Result<Word, String> {
        match text.chars().all(|character| character.is_whitespace() || character == '\0') {
            true => Err("a label or type of Cypher needs a letter, as in `Service`".to_owned()),
            false => Ok(Word(text)),
        }
    }
}

impl From<Word> for String {
    fn from(word: Word) -> String {
        word.0
    }
}

/// What statements do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Statements {
    /// They make what is not there, and overwrite what is.
    #[default]
    Merge,
    /// They make all of it.
    Create,
}

impl Default for CypherOptions {
    fn default() -> Self {
        CypherOptions {
            statements: Statements::default(),
            constraints: true,
            node_label: Word("Node".to_owned()),
            edge_type: Word("LINKS_TO".to_owned()),
        }
    }
}

const NAMING: Naming<'_> = Naming {
    reserved: &["id", "label", "layer", "is_partition", "weight", "comment", "*"],
    prefix: "attribute_",
    ignores_case: false,
    because: "under its own name it would be something else in a store",
};

impl Exporter for Cypher {
    const KIND: &'static str = "cypher";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes Cypher statements, for Neo4j";
    const EXTENSIONS: &'static [&'static str] = &["cypher", "cql"];
    type Options = CypherOptions;
    type From = NamedGraph;

    fn export(
        options: &CypherOptions,
        from: &[NamedGraph],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let Some(NamedGraph { graph, .. }) = from.first() else { return Ok(()) };
        out.reserve(160 * (graph.node_count() + graph.edge_count()));
        let mut substitutes = Substitutes::default();
        let names = |attributes, diagnostics: &mut Diagnostics| -> Vec<String> {
            let names = NAMING.names(attributes, fit_name, diagnostics);
            names.iter().map(|name| quoted(name)).collect()
        };
        let mut writer = Writer {
            graph,
            layer_ids: LayerIds::of(graph, fit_text, &mut substitutes),
            ids: Ids::of(graph, fit_text, &mut substitutes),
            edge_ids: EdgeIds::of(graph, fit_text, &mut substitutes),
            out,
            statements: options.statements,
            label: quoted_part(&options.node_label),
            link: quoted_part(&options.edge_type),
            node_names: names(graph.node_attributes(), diagnostics),
            edge_names: names(graph.edge_attributes(), diagnostics),
            is_first: true,
            substitutes,
        };
        writer.write(options.constraints);
        writer.substitutes.tell("Cypher", graph, diagnostics);
        Ok(())
    }
}

struct Writer<'a> {
    graph: &'a Graph,
    layer_ids: LayerIds,
    ids: Ids,
    edge_ids: EdgeIds,
    out: &'a mut Vec<u8>,
    statements: Statements,
    label: String,
    link: String,
    node_names: Vec<String>,
    edge_names: Vec<String>,
    /// Whether no property of the statement is written yet.
    is_first: bool,
    substitutes: Substitutes,
}

impl Writer<'_> {
    fn write(&mut self, constraints: bool) {
        let graph = self.graph;
        // Writing to a vector cannot fail.
        if constraints {
            let label = self.label.clone();
            for label in ["Layer", &label] {
                let name = label.trim_matches('`').replace('`', "_").to_lowercase();
                let name = quoted(&format!("{name}_id"));
                let _ = writeln!(
                    self.out,
                    "CREATE CONSTRAINT {name} IF NOT EXISTS FOR (n:{label}) REQUIRE n.id IS UNIQUE;"
                );
            }
        }
        graph.layers().iter().zip(0..).for_each(|(layer, at)| self.layer(LayerId(at), layer));
        graph.nodes().for_each(|node| self.node(node));
        for node in graph.nodes() {
            if let Some(parent) = node.parent() {
                self.ends(node, graph.node(parent));
                self.put(self.verb());
                self.put(b" (a)-[:BELONGS_TO]->(b);\n");
            }
        }
        graph.edges().for_each(|edge| self.edge(edge));
    }

    fn verb(&self) -> &'static [u8] {
        match self.statements {
            Statements::Merge => b"MERGE",
            Statements::Create => b"CREATE",
        }
    }

    fn layer(&mut self, id: LayerId, layer: &Layer) {
        self.put(self.verb());
        self.put(b" (n:Layer {id: ");
        self.layer_id(id);
        self.begin(b"})");
        self.property("label", |writer| writer.text(&layer.label));
        for (name, color) in
            [("background", layer.background), ("text", layer.text), ("border", layer.border)]
        {
            if let Some(color) = color {
                self.property(name, |writer| writer.text(&color.to_string()));
            }
        }
        for (name, value) in &layer.attributes {
            let name = fit_name(name).unwrap_or_else(|| name.clone());
            let reserved = ["", "id", "label", "background", "text", "border"];
            let prefix = if reserved.contains(&&*name) { NAMING.prefix } else { "" };
            self.property(&quoted(&format!("{prefix}{name}")), |writer| writer.text(value));
        }
        self.put(b";\n");
    }

    fn node(&mut self, node: Node<'_>) {
        let label = self.label.clone();
        self.put(self.verb());
        let _ = write!(self.out, " (n:{label} {{id: ");
        self.node_id(node);
        self.begin(b"})");
        self.property("label", |writer| writer.text(node.label()));
        if let Some(layer) = node.layer() {
            self.property("layer", |writer| writer.layer_id(layer));
        }
        if node.is_partition() {
            self.property("is_partition", |writer| writer.put(b"true"));
        }
        if node.weight() != 1.0 {
            self.property("weight", |writer| number(writer.out, node.weight()));
        }
        if !node.comment().is_empty() {
            self.property("comment", |writer| writer.text(node.comment()));
        }
        let names = std::mem::take(&mut self.node_names);
        self.values(&names, node.attributes());
        self.node_names = names;
        self.put(b";\n");
    }

    fn edge(&mut self, edge: Edge<'_>) {
        self.ends(edge.source(), edge.target());
        self.put(self.verb());
        let link = self.link.clone();
        let _ = write!(self.out, " (a)-[n:{link} {{id: ");
        write_text(self.out, self.edge_ids.get(edge), &mut self.substitutes);
        self.begin(b"}]->(b)");
        if !edge.label().is_empty() {
            self.property("label", |writer| writer.text(edge.label()));
        }
        if let Some(layer) = edge.layer() {
            self.property("layer", |writer| writer.layer_id(layer));
        }
        self.property("weight", |writer| number(writer.out, edge.weight()));
        if !edge.comment().is_empty() {
            self.property("comment", |writer| writer.text(edge.comment()));
        }
        let names = std::mem::take(&mut self.edge_names);
        self.values(&names, edge.attributes());
        self.edge_names = names;
        self.put(b";\n");
    }

    /// Finds the two ends of a link.
    fn ends(&mut self, from: Node<'_>, to: Node<'_>) {
        let label = self.label.clone();
        let _ = write!(self.out, "MATCH (a:{label} {{id: ");
        self.node_id(from);
        let _ = write!(self.out, "}}), (b:{label} {{id: ");
        self.node_id(to);
        self.put(b"}) ");
    }

    /// Ends what a statement makes, after which properties may follow.
    fn begin(&mut self, end: &[u8]) {
        self.put(end);
        self.is_first = true;
    }

    fn property(&mut self, name: &str, write: impl FnOnce(&mut Self)) {
        self.put(if self.is_first { b" SET n." } else { b", n." });
        self.is_first = false;
        self.put(name.as_bytes());
        self.put(b" = ");
        write(self);
    }

    fn values<'b>(&mut self, names: &[String], cells: impl Iterator<Item = (&'b str, Value<'b>)>) {
        for (name, (_, value)) in names.iter().zip(cells) {
            if value == Value::Null {
                continue;
            }
            self.property(name, |writer| match value {
                Value::Text(text) => writer.text(text),
                Value::Number(value) => number(writer.out, value),
                Value::Date(value) => _ = write!(writer.out, "date(\"{value}\")"),
                value => _ = write!(writer.out, "{value}"),
            });
        }
    }

    fn node_id(&mut self, node: Node<'_>) {
        write_text(self.out, self.ids.get(node), &mut self.substitutes);
    }

    fn layer_id(&mut self, layer: LayerId) {
        write_text(self.out, self.layer_ids.get(self.graph, layer), &mut self.substitutes);
    }

    fn text(&mut self, text: &str) {
        write_text(self.out, text, &mut self.substitutes);
    }

    fn put(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
    }
}

/// Writes a text. Some stores read `\u` and what follows as an escape, wherever it stands, before
/// they look for quotes and other escapes; so a backslash and a `u` are never in one text.
fn write_text(out: &mut Vec<u8>, text: &str, substitutes: &mut Substitutes) {
    out.push(b'"');
    let special = |byte| matches!(byte, b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0);
    escape(out, text, special, |out, _, character, after| match character {
        '"' => out.extend_from_slice(b"\\\""),
        '\n' => out.extend_from_slice(b"\\n"),
        '\r' => out.extend_from_slice(b"\\r"),
        '\t' => out.extend_from_slice(b"\\t"),
        '\\' if after.starts_with(['u', 'U']) => out.extend_from_slice(b"\\\\\" + \""),
        '\\' => out.extend_from_slice(b"\\\\"),
        _ => push(out, substitutes.note(text, character, '\u{2400}')),
    });
    out.push(b'"');
}

fn fit_text(text: &str) -> Option<String> {
    text.contains('\0').then(|| text.replace('\0', "\u{2400}"))
}

fn fit_name(name: &str) -> Option<String> {
    let is_odd = name.contains(['\0', '\\']);
    is_odd.then(|| name.replace('\0', "\u{2400}").replace('\\', "\u{ff3c}"))
}

/// Returns a name as statements have it: in backticks, unless it is a plain word with a `_`,
/// which keywords of Cypher do not have.
fn quoted(name: &str) -> String {
    match is_word(name) && name.contains('_') {
        true => name.to_owned(),
        false => format!("`{}`", name.replace('`', "``")),
    }
}

fn is_word(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Returns a name that the plan gives.
fn quoted_part(Word(name): &Word) -> String {
    match name {
        _ if is_word(name) => name.to_owned(),
        _ => quoted(&fit_name(name).unwrap_or_else(|| name.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;
    use crate::graph::{Attribute, Bits, EdgeRow, GraphBuilder, NodeRow, Values};

    fn export(options: &str) -> (String, Diagnostics) {
        let mut builder = GraphBuilder::default();
        builder.layer(Layer::plain("ui"));
        let a = NodeRow { id: "a\0", parent: Some("p"), layer: Some("ui"), ..NodeRow::default() };
        builder.node(NodeRow { label: Some("\\u0022 \"A\"\n"), ..a });
        builder.node(NodeRow { id: "p", ..NodeRow::default() });
        for (name, value) in [("a`\\u0060", 1), ("label", 2)] {
            let present: Bits = [true, false].into_iter().collect();
            let values = Values::Integer(vec![value, 0]);
            builder.node_attribute(Attribute { name: name.to_owned(), values, present });
        }
        builder.edge(EdgeRow { source: "p", target: "p", label: "x", ..EdgeRow::default() });
        Case::from(builder).export::<Cypher>(options)
    }

    #[test]
    fn a_statement_is_a_line() {
        let (text, problems) = export("{}");
        let expected = r#"CREATE CONSTRAINT layer_id IF NOT EXISTS FOR (n:Layer) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT node_id IF NOT EXISTS FOR (n:Node) REQUIRE n.id IS UNIQUE;
MERGE (n:Layer {id: "ui"}) SET n.label = "ui";
MERGE (n:Node {id: "a␀"}) SET n.label = "\\" + "u0022 \"A\"\n", n.layer = "ui", n.`a``＼u0060` = 1, n.attribute_label = 2;
MERGE (n:Node {id: "p"}) SET n.label = "p", n.is_partition = true;
MATCH (a:Node {id: "a␀"}), (b:Node {id: "p"}) MERGE (a)-[:BELONGS_TO]->(b);
MATCH (a:Node {id: "p"}), (b:Node {id: "p"}) MERGE (a)-[n:LINKS_TO {id: "p->p"}]->(b) SET n.label = "x", n.weight = 1.0;
"#;
        assert_eq!(text, expected);
        assert_eq!(problems.warnings, 3);
    }

    #[test]
    fn an_id_that_is_written_as_another_is_nobody_elses() {
        let mut builder = GraphBuilder::default();
        builder.node(NodeRow { id: "a", ..NodeRow::default() });
        for id in ["x\0", "x␀"] {
            builder.layer(Layer::plain(id));
            let row = EdgeRow { id: Some(id), layer: Some(id), ..EdgeRow::default() };
            builder.edge(EdgeRow { source: "a", target: "a", ..row });
        }
        let (text, _) = Case::from(builder).export::<Cypher>("{}");
        for id in ["x␀", "x␀~2"] {
            assert_eq!(text.matches(&format!("(n:Layer {{id: \"{id}\"}})")).count(), 1, "{text}");
            assert!(
                text.contains(&format!(
                    "[n:LINKS_TO {{id: \"{id}\"}}]->(b) SET n.layer = \"{id}\""
                ))
            );
        }
    }

    #[test]
    fn names_of_the_plan_are_quoted() {
        let options = r#"{"statements": "create", "constraints": false, "node_label": "my `x"}"#;
        let (text, _) = export(options);
        assert!(text.starts_with("CREATE (n:Layer"), "{text}");
        assert!(text.contains("\nCREATE (n:`my ``x` {id: \"p\"})"), "{text}");
    }
}
