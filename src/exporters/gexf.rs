//! The export kind `gexf`: GEXF 1.3, with the colors of layers.
//!
//! A partition is a node like any other, and what it holds names it in `pid`, where readers look
//! for it, and in the attribute `belongs_to`, where Gephi shows it. A node has the background of
//! its layer as its color, an edge the border. A date is a text, as readers know few types of
//! GEXF. What XML cannot hold is said in `xml.rs`.

use std::io::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::columns::{Naming, Uses};
use super::ids::{EdgeIds, Ids};
use super::json::number;
use super::picture::{Positions, Routing, hundredths};
use super::style::Orientation;
use super::substitutes::Substitutes;
use super::xml::{fit, write_attribute, write_text};
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Attribute, Color, Edge, Graph, Layer, Node, Type, Value};
use crate::layout::Layout;
use crate::reserved;
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

/// Writes GEXF.
pub(super) struct Gexf;

/// How a GEXF file is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct GexfOptions {
    /// What the graph shows; the plan's name unless given.
    title: Option<String>,
    /// Where the middles of nodes are, as `viz:position`, with `y` upwards; not said unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    layout: Option<Positions>,
}

const NAMING: Naming<'_> = Naming {
    reserved: reserved::GEXF,
    prefix: "attribute.",
    ignores_case: false,
    because: "under its own name a reader would take it for something else, or lose it",
};

const HEAD: &[u8] = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<gexf xmlns=\"http://gexf.net/1.3\" xmlns:viz=\"http://gexf.net/1.3/viz\" version=\"1.3\">
";

/// What the lines of layers are called in GEXF.
const LINES: [&str; 3] = ["solid", "dashed", "dotted"];

impl Exporter for Gexf {
    const KIND: &'static str = "gexf";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes GEXF 1.3, for Gephi: colors from layers";
    const EXTENSIONS: &'static [&'static str] = &["gexf"];
    type Options = GexfOptions;
    type From = NamedGraph;

    fn apply_meta(options: &mut GexfOptions, meta: &Meta) {
        meta.give_title(&mut options.title);
    }

    fn export(
        options: &GexfOptions,
        from: &[NamedGraph],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let Some(NamedGraph { graph, .. }) = from.first() else { return Ok(()) };
        let layout = options.layout;
        let layout = layout
            .map(|at| at.layout(graph, Routing::default(), Orientation::default(), diagnostics));
        let layout = layout.transpose()?;
        out.reserve(200 * (graph.node_count() + graph.edge_count()));
        let mut substitutes = Substitutes::default();
        let ids = Ids::of(graph, fit, &mut substitutes);
        let edge_ids = EdgeIds::of(graph, fit, &mut substitutes);
        let colors = |color: fn(&Layer) -> Option<Color>| -> Vec<Vec<u8>> {
            graph
                .layers()
                .iter()
                .map(|layer| color(layer).map(color_of).unwrap_or_default())
                .collect()
        };
        let mut writer = Writer {
            graph,
            layout,
            ids,
            edge_ids,
            out,
            node_looks: colors(|layer| layer.background.or(layer.border)),
            edge_looks: colors(|layer| layer.border.or(layer.background)),
            substitutes,
        };
        for (layer, look) in graph.layers().iter().zip(&mut writer.edge_looks) {
            let line = layer.attributes.get("line").map(|line| line.to_ascii_lowercase());
            if let Some(line) = line.filter(|line| LINES.contains(&line.as_str())) {
                look.extend_from_slice(format!("<viz:shape value=\"{line}\"/>").as_bytes());
            }
        }
        writer.write(options.title.as_deref(), diagnostics);
        writer.substitutes.tell("GEXF", graph, diagnostics);
        Ok(())
    }
}

struct Writer<'a> {
    graph: &'a Graph,
    layout: Option<Layout>,
    ids: Ids,
    edge_ids: EdgeIds,
    out: &'a mut Vec<u8>,
    /// What the nodes and the edges of each layer look like.
    node_looks: Vec<Vec<u8>>,
    edge_looks: Vec<Vec<u8>>,
    substitutes: Substitutes,
}

fn color_of(color: Color) -> Vec<u8> {
    let [red, green, blue, opacity] = color.parts();
    let mut text = format!("<viz:color r=\"{red}\" g=\"{green}\" b=\"{blue}\"");
    if opacity < 255 {
        text += &format!(" a=\"{:.3}\"", f64::from(opacity) / 255.0);
    }
    (text + "/>").into_bytes()
}

impl Writer<'_> {
    fn write(&mut self, title: Option<&str>, diagnostics: &mut Diagnostics) {
        let graph = self.graph;
        self.put(HEAD);
        if let Some(title) = title.filter(|title| !title.is_empty()) {
            self.put(b"<meta><description>");
            write_text(self.out, title, &mut self.substitutes);
            self.put(b"</description></meta>\n");
        }
        self.put(b"<graph defaultedgetype=\"directed\" mode=\"static\">\n");
        self.columns("node", Uses::of_nodes(graph), graph.node_attributes(), diagnostics);
        self.columns("edge", Uses::of_edges(graph), graph.edge_attributes(), diagnostics);
        self.put(b"<nodes>\n");
        graph.nodes().for_each(|node| self.node(node));
        self.put(b"</nodes>\n<edges>\n");
        graph.edges().for_each(|edge| self.edge(edge));
        self.put(b"</edges>\n</graph>\n</gexf>\n");
    }

    /// Declares the columns of nodes or of edges. Those that users add are numbered.
    fn columns(
        &mut self,
        class: &str,
        uses: Uses,
        attributes: &[Attribute],
        diagnostics: &mut Diagnostics,
    ) {
        let is_node = class == "node";
        let fields = [
            ("layer", uses.layer, Type::Text),
            ("belongs_to", uses.belongs_to, Type::Text),
            ("is_partition", uses.is_partition, Type::Boolean),
            // Edges have a weight of their own.
            ("weight", uses.weight && is_node, Type::Number),
            ("comment", uses.comment, Type::Text),
        ];
        let used = fields.into_iter().filter(|(_, is_used, _)| *is_used);
        let names = NAMING.names(attributes, fit, diagnostics);
        if used.clone().count() + names.len() == 0 {
            return;
        }
        self.put(b"<attributes");
        write_attribute(self.out, "class", class, &mut self.substitutes);
        self.put(b">\n");
        for (name, _, kind) in used {
            self.column(name, name, kind);
        }
        for (at, (name, attribute)) in names.iter().zip(attributes).enumerate() {
            self.column(&at.to_string(), name, attribute.kind());
        }
        self.put(b"</attributes>\n");
    }

    fn column(&mut self, id: &str, title: &str, kind: Type) {
        let kind = match kind {
            Type::Text | Type::Date => "string",
            Type::Integer => "long",
            Type::Number => "double",
            Type::Boolean => "boolean",
        };
        self.put(b"<attribute");
        for (attribute, value) in [("id", id), ("title", title), ("type", kind)] {
            write_attribute(self.out, attribute, value, &mut self.substitutes);
        }
        self.put(b"/>\n");
    }

    fn node(&mut self, node: Node<'_>) {
        self.put(b"<node");
        self.node_id("id", node);
        self.attribute("label", node.label());
        let parent = node.parent().map(|parent| self.graph.node(parent));
        if let Some(parent) = parent {
            self.node_id("pid", parent);
        }
        let start = self.begin_values();
        if let Some(layer) = node.layer() {
            self.value("layer", &self.graph.layer(layer).id);
        }
        if let Some(parent) = parent {
            self.put(b"<attvalue for=\"belongs_to\"");
            self.node_id("value", parent);
            self.put(b"/>");
        }
        if node.is_partition() {
            self.put(b"<attvalue for=\"is_partition\" value=\"true\"/>");
        }
        if node.weight() != 1.0 {
            self.put(b"<attvalue for=\"weight\" value=\"");
            number(self.out, node.weight());
            self.put(b"\"/>");
        }
        if !node.comment().is_empty() {
            self.value("comment", node.comment());
        }
        self.values(node.attributes());
        let look = node.layer().map(|layer| layer.0 as usize);
        self.end_values(start);
        if let Some(look) = look {
            self.out.extend_from_slice(&self.node_looks[look]);
        }
        if let Some(layout) = &self.layout {
            let at = layout.nodes[node.index().0 as usize].middle();
            // Gephi counts upwards.
            let (x, y) = (hundredths(at.x), hundredths(-at.y));
            let _ = write!(self.out, "<viz:position x=\"{x}\" y=\"{y}\" z=\"0\"/>");
        }
        self.put(b"</node>\n");
    }

    fn edge(&mut self, edge: Edge<'_>) {
        self.put(b"<edge");
        write_attribute(self.out, "id", self.edge_ids.get(edge), &mut self.substitutes);
        self.node_id("source", edge.source());
        self.node_id("target", edge.target());
        if !edge.label().is_empty() {
            self.attribute("label", edge.label());
        }
        if edge.weight() != 1.0 {
            self.put(b" weight=\"");
            number(self.out, edge.weight());
            self.put(b"\"");
        }
        let start = self.begin_values();
        if let Some(layer) = edge.layer() {
            self.value("layer", &self.graph.layer(layer).id);
        }
        if !edge.comment().is_empty() {
            self.value("comment", edge.comment());
        }
        self.values(edge.attributes());
        self.end_values(start);
        if let Some(layer) = edge.layer() {
            self.out.extend_from_slice(&self.edge_looks[layer.0 as usize]);
        }
        self.put(b"</edge>\n");
    }

    /// Ends a start tag and begins the values; returns where.
    fn begin_values(&mut self) -> usize {
        self.put(b"><attvalues>");
        self.out.len()
    }

    /// Ends the values, or takes back that they began if there are none.
    fn end_values(&mut self, start: usize) {
        if self.out.len() == start {
            self.out.truncate(start - b"<attvalues>".len());
        } else {
            self.put(b"</attvalues>");
        }
    }

    fn values<'a>(&mut self, cells: impl Iterator<Item = (&'a str, Value<'a>)>) {
        for (at, (_, value)) in cells.enumerate() {
            if value == Value::Null {
                continue;
            }
            // Writing to a vector cannot fail.
            let _ = write!(self.out, "<attvalue for=\"{at}\"");
            match value {
                Value::Text(text) => self.attribute("value", text),
                Value::Number(value) => {
                    self.put(b" value=\"");
                    number(self.out, value);
                    self.put(b"\"");
                }
                _ => _ = write!(self.out, " value=\"{value}\""),
            }
            self.put(b"/>");
        }
    }

    fn value(&mut self, column: &str, text: &str) {
        self.put(b"<attvalue for=\"");
        self.put(column.as_bytes());
        self.put(b"\"");
        self.attribute("value", text);
        self.put(b"/>");
    }

    fn node_id(&mut self, attribute: &str, node: Node<'_>) {
        write_attribute(self.out, attribute, self.ids.get(node), &mut self.substitutes);
    }

    fn attribute(&mut self, name: &str, value: &str) {
        write_attribute(self.out, name, value, &mut self.substitutes);
    }

    fn put(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;
    use crate::graph::{EdgeRow, GraphBuilder, NodeRow};

    fn export(fill: impl FnOnce(&mut GraphBuilder)) -> String {
        let (text, problems) = Case::of(fill).export::<Gexf>(r#"{"title": "Ships"}"#);
        assert!(problems.is_empty());
        text[text.find("<meta>").unwrap()..].to_owned()
    }

    #[test]
    fn an_id_of_an_edge_is_nobody_elses() {
        let case = Case::of(|builder| {
            builder.node(NodeRow::test("a", "a", None));
            for id in ["x\u{1}", "x\u{2401}"] {
                let ends = EdgeRow { source: "a", target: "a", ..EdgeRow::default() };
                builder.edge(EdgeRow { id: Some(id), ..ends });
            }
        });
        let (text, problems) = case.export::<Gexf>("{}");
        assert!(text.contains(r#"<edge id="x␁~2""#) && text.contains(r#"<edge id="x␁""#), "{text}");
        assert_eq!(problems.warnings, 1);
    }

    #[test]
    fn layers_color_nodes_and_edges() {
        let text = export(|builder| {
            let mut layer = Layer {
                background: Color::parse("#ff800080"),
                border: Color::parse("navy"),
                ..Layer::plain("ui")
            };
            layer.attributes.insert("line".to_owned(), "Dashed".to_owned());
            builder.layer(layer);
            let a = NodeRow { id: "a", layer: Some("ui"), ..NodeRow::default() };
            builder.node(NodeRow { parent: Some("p"), ..a });
            builder.node(NodeRow { id: "p", label: Some("\"P\""), ..NodeRow::default() });
            let edge = EdgeRow { source: "p", target: "a", weight: 2.5, ..EdgeRow::default() };
            builder.edge(EdgeRow { layer: Some("ui"), ..edge });
        });
        let expected = r#"<meta><description>Ships</description></meta>
<graph defaultedgetype="directed" mode="static">
<attributes class="node">
<attribute id="layer" title="layer" type="string"/>
<attribute id="belongs_to" title="belongs_to" type="string"/>
<attribute id="is_partition" title="is_partition" type="boolean"/>
</attributes>
<attributes class="edge">
<attribute id="layer" title="layer" type="string"/>
</attributes>
<nodes>
<node id="a" label="a" pid="p"><attvalues><attvalue for="layer" value="ui"/><attvalue for="belongs_to" value="p"/></attvalues><viz:color r="255" g="128" b="0" a="0.502"/></node>
<node id="p" label="&quot;P&quot;"><attvalues><attvalue for="is_partition" value="true"/></attvalues></node>
</nodes>
<edges>
<edge id="p-&gt;a" source="p" target="a" weight="2.5"><attvalues><attvalue for="layer" value="ui"/></attvalues><viz:color r="0" g="0" b="128"/><viz:shape value="dashed"/></edge>
</edges>
</graph>
</gexf>
"#;
        assert_eq!(text, expected);
    }

    #[test]
    fn an_empty_graph_declares_nothing() {
        assert!(!export(|_| {}).contains("<attribute"));
    }
}
