//! The export kind `gml`: GML, as networkx and igraph read it.
//!
//! GML numbers nodes; `label` is what readers know a node by, so it is the node's id unless the
//! plan says otherwise, and the label for people is `title`. GML is ASCII: quotes, `&`, control
//! characters and everything beyond ASCII are entities, which networkx turns back. igraph and
//! Gephi do so for very few: `encoding: utf8` leaves the rest as it is, but a NUL, which is shown
//! by its picture (U+2400).
//!
//! The name of an attribute is letters, digits and `_`, and begins with a letter; what else is in
//! one becomes `_`. There are no truth values, so they are 1 and 0, and no dates, so those are
//! texts. Layers are records of the graph.

use std::io::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::columns::{Naming, Uses, has_parallel_edges};
use super::json::number;
use super::substitutes::Substitutes;
use super::text::{escape, push};
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Edge, Graph, Layer, Node, Value};
use crate::reserved;
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

/// Writes GML.
pub(super) struct Gml;

/// How a GML file is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct GmlOptions {
    /// What the graph shows; the plan's name unless given.
    title: Option<String>,
    /// What `label` holds. Readers may refuse two nodes of the same.
    label: LabelKey,
    /// How texts are written.
    encoding: Encoding,
}

/// What `label` holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum LabelKey {
    /// The id; the label is in `title`.
    #[default]
    Id,
    /// The label; the id is in `name`.
    Label,
}

/// How texts are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Encoding {
    /// In ASCII, with entities, as GML is defined; networkx reads nothing else.
    #[default]
    Ascii,
    /// In UTF-8, for igraph and Gephi.
    Utf8,
}

const NAMING: Naming<'_> = Naming {
    reserved: reserved::GML,
    prefix: "attribute_",
    ignores_case: false,
    because: "a name in GML is ASCII letters, digits and `_`, and some mean something",
};

impl Exporter for Gml {
    const KIND: &'static str = "gml";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes GML, for networkx, igraph and Gephi";
    const EXTENSIONS: &'static [&'static str] = &["gml"];
    type Options = GmlOptions;
    type From = NamedGraph;

    fn apply_meta(options: &mut GmlOptions, meta: &Meta) {
        meta.give_title(&mut options.title);
    }

    fn export(
        options: &GmlOptions,
        from: &[NamedGraph],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let Some(NamedGraph { graph, .. }) = from.first() else { return Ok(()) };
        out.reserve(160 * (graph.node_count() + graph.edge_count()));
        let mut writer = Writer {
            graph,
            out,
            label: options.label,
            encoding: options.encoding,
            node_names: NAMING.names(graph.node_attributes(), fit_name, diagnostics),
            edge_names: NAMING.names(graph.edge_attributes(), fit_name, diagnostics),
            nodes: Uses::of_nodes(graph),
            edges: Uses::of_edges(graph),
            substitutes: Substitutes::default(),
        };
        writer.write(options.title.as_deref());
        writer.substitutes.tell("GML", graph, diagnostics);
        Ok(())
    }
}

struct Writer<'a> {
    graph: &'a Graph,
    out: &'a mut Vec<u8>,
    label: LabelKey,
    encoding: Encoding,
    node_names: Vec<String>,
    edge_names: Vec<String>,
    nodes: Uses,
    edges: Uses,
    substitutes: Substitutes,
}

impl Writer<'_> {
    fn write(&mut self, title: Option<&str>) {
        let graph = self.graph;
        self.put(b"graph [\n  directed 1\n");
        if has_parallel_edges(graph) {
            self.put(b"  multigraph 1\n");
        }
        if let Some(title) = title.filter(|title| !title.is_empty()) {
            self.put(b" ");
            self.text("title", title);
            self.put(b"\n");
        }
        graph.layers().iter().for_each(|layer| self.layer(layer));
        graph.nodes().for_each(|node| self.node(node));
        graph.edges().for_each(|edge| self.edge(edge));
        self.put(b"]\n");
    }

    fn layer(&mut self, layer: &Layer) {
        self.put(b"  layer [");
        self.text("id", &layer.id);
        self.text("label", &layer.label);
        for (name, color) in
            [("background", layer.background), ("text", layer.text), ("border", layer.border)]
        {
            if let Some(color) = color {
                self.text(name, &color.to_string());
            }
        }
        let mut taken = ["id", "label", "background", "text", "border"].map(str::to_owned).to_vec();
        for (name, value) in &layer.attributes {
            let mut name = fit_name(name).unwrap_or_else(|| name.clone());
            while taken.contains(&name) {
                name.insert_str(0, NAMING.prefix);
            }
            self.text(&name, value);
            taken.push(name);
        }
        self.put(b" ]\n");
    }

    fn node(&mut self, node: Node<'_>) {
        // Writing to a vector cannot fail.
        let _ = write!(self.out, "  node [ id {}", node.index().0);
        match self.label {
            LabelKey::Id => {
                self.text("label", node.id());
                self.text("title", node.label());
            }
            LabelKey::Label => {
                self.text("label", node.label());
                self.text("name", node.id());
            }
        }
        if let Some(layer) = node.layer() {
            self.text("layer", &self.graph.layer(layer).id);
        }
        if let Some(parent) = node.parent() {
            self.text("belongs_to", self.graph.node(parent).id());
        }
        if node.is_partition() {
            self.put(b" is_partition 1");
        }
        if self.nodes.weight {
            self.number("weight", node.weight());
        }
        if !node.comment().is_empty() {
            self.text("comment", node.comment());
        }
        let names = std::mem::take(&mut self.node_names);
        self.values(&names, node.attributes());
        self.node_names = names;
        self.put(b" ]\n");
    }

    fn edge(&mut self, edge: Edge<'_>) {
        let (source, target) = (edge.source().index().0, edge.target().index().0);
        let _ = write!(self.out, "  edge [ source {source} target {target}");
        self.text("id", edge.id());
        if !edge.label().is_empty() {
            self.text("label", edge.label());
        }
        if let Some(layer) = edge.layer() {
            self.text("layer", &self.graph.layer(layer).id);
        }
        if self.edges.weight {
            self.number("weight", edge.weight());
        }
        if !edge.comment().is_empty() {
            self.text("comment", edge.comment());
        }
        let names = std::mem::take(&mut self.edge_names);
        self.values(&names, edge.attributes());
        self.edge_names = names;
        self.put(b" ]\n");
    }

    fn values<'a>(&mut self, names: &[String], cells: impl Iterator<Item = (&'a str, Value<'a>)>) {
        for (name, (_, value)) in names.iter().zip(cells) {
            match value {
                Value::Null => {}
                Value::Text(text) => self.text(name, text),
                Value::Integer(value) => _ = write!(self.out, " {name} {value}"),
                Value::Number(value) => self.number(name, value),
                Value::Boolean(value) => _ = write!(self.out, " {name} {}", u8::from(value)),
                Value::Date(value) => _ = write!(self.out, " {name} \"{value}\""),
            }
        }
    }

    /// Writes a number, which always has a point in GML.
    fn number(&mut self, name: &str, value: f64) {
        let _ = write!(self.out, " {name} ");
        let start = self.out.len();
        number(self.out, value);
        if !self.out[start..].contains(&b'.') {
            let exponent = self.out[start..].iter().position(|byte| *byte == b'e');
            let at = start + exponent.unwrap_or(self.out.len() - start);
            self.out.splice(at..at, *b".0");
        }
    }

    fn text(&mut self, name: &str, text: &str) {
        self.put(b" ");
        self.put(name.as_bytes());
        self.put(b" \"");
        match self.encoding {
            Encoding::Ascii => {
                let special = |byte| matches!(byte, b'"' | b'&') || !(b' '..0x7f).contains(&byte);
                escape(self.out, text, special, |out, _, character, _| match character {
                    '"' => out.extend_from_slice(b"&quot;"),
                    '&' => out.extend_from_slice(b"&amp;"),
                    _ => _ = write!(out, "&#{};", u32::from(character)),
                });
            }
            Encoding::Utf8 => {
                let special = |byte| matches!(byte, b'"' | b'&' | 0);
                let substitutes = &mut self.substitutes;
                escape(self.out, text, special, |out, _, character, _| match character {
                    '"' => out.extend_from_slice(b"&quot;"),
                    '&' => out.extend_from_slice(b"&amp;"),
                    _ => push(out, substitutes.note(text, character, '\u{2400}')),
                });
            }
        }
        self.put(b"\"");
    }

    fn put(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
    }
}

/// Returns the name for one that GML does not allow.
fn fit_name(name: &str) -> Option<String> {
    let is_fit = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(is_fit) {
        return None;
    }
    let fit: String = name.chars().map(|c| if is_fit(c) { c } else { '_' }).collect();
    let starts_well = fit.starts_with(|c: char| c.is_ascii_alphabetic());
    Some(if starts_well { fit } else { format!("{}{fit}", NAMING.prefix) })
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;
    use crate::graph::{Attribute, Bits, Color, EdgeRow, GraphBuilder, NodeRow, Values};

    fn export(options: &str, fill: impl FnOnce(&mut GraphBuilder)) -> (String, Diagnostics) {
        Case::of(fill).export::<Gml>(options)
    }

    fn fill(builder: &mut GraphBuilder) {
        builder.layer(Layer { background: Color::parse("red"), ..Layer::plain("ui") });
        let a = NodeRow { id: "a", label: Some("Ä & \"B\"\n"), ..NodeRow::default() };
        builder.node(NodeRow { parent: Some("p"), layer: Some("ui"), ..a });
        builder.node(NodeRow { id: "p", ..NodeRow::default() });
        for _ in 0..2 {
            builder.edge(EdgeRow { source: "p", target: "a", weight: 2.0, ..EdgeRow::default() });
        }
    }

    #[test]
    fn a_record_is_a_line() {
        let expected = "graph [
  directed 1
  multigraph 1
  title \"Ships\"
  layer [ id \"ui\" label \"ui\" background \"#ff0000\" ]
  node [ id 0 label \"a\" title \"&#196; &amp; &quot;B&quot;&#10;\" layer \"ui\" belongs_to \"p\" ]
  node [ id 1 label \"p\" title \"p\" is_partition 1 ]
  edge [ source 1 target 0 id \"p->a\" weight 2.0 ]
  edge [ source 1 target 0 id \"p->a#2\" weight 2.0 ]
]
";
        assert_eq!(export(r#"{"title": "Ships"}"#, fill).0, expected);
        let (text, _) = export(r#"{"label": "label", "encoding": "utf8"}"#, fill);
        assert!(text.contains("label \"Ä &amp; &quot;B&quot;\n\" name \"a\""), "{text}");
    }

    #[test]
    fn numbers_have_a_point_and_names_are_words() {
        let (text, problems) = export("{}", |builder| {
            builder.node(NodeRow { id: "a", ..NodeRow::default() });
            for (name, value) in [("big", 1e300), ("1 small", -2.5e-9), ("é", 3.0)] {
                let (values, present) = (Values::Number(vec![value]), Bits::all(1, true));
                builder.node_attribute(Attribute { name: name.to_owned(), values, present });
            }
        });
        assert!(
            text.contains(" attribute_1_small -2.5e-9 big 1.0e300 attribute__ 3.0 ]")
                || text.contains(" attribute_1_small -2.5e-9 big 1.0e+300 attribute__ 3.0 ]"),
            "{text}"
        );
        assert_eq!(problems.warnings, 2);
    }
}
