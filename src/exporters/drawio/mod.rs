//! The export kind `drawio`: a page of draw.io, in the XML of mxGraph.
//!
//! Nodes stand where they would in a picture, in the partitions that hold them, and edges go the
//! same way, with bends that can be moved ([`geometry`]); draw.io can lay the page out anew
//! (Arrange, Layout).
//!
//! Every cell has the node's or edge's id after `n:` or `e:`; one with control characters as
//! [`super::names`] writes it. Texts are plain, not HTML, and as in [`super::xml`]. Comments are
//! tooltips.

mod geometry;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::names::write_escaped;
use super::picture::{Positions, Routing};
use super::style::{self, Line, Look, Orientation, Shape, Theme};
use super::substitutes::Substitutes;
use super::text::may_need_substitute;
use super::xml::{write_attribute, write_value};
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Edge, Graph, Hierarchy, Layer, NodeId, Visit};
use crate::layout::Layout;
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

/// What a cell takes, about, in bytes.
const ELEMENT: usize = 360;

/// Writes a page of draw.io.
pub(super) struct DrawIo;

/// How a page of draw.io is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct DrawIoOptions {
    /// The name of the page; the plan's name unless given.
    title: Option<String>,
    /// The look of whatever no layer colors.
    theme: Theme,
    /// Where nodes stand.
    layout: Positions,
    /// How edges are drawn in layers.
    routing: Routing,
    /// Which way edges point.
    orientation: Orientation,
}

impl Default for DrawIoOptions {
    fn default() -> DrawIoOptions {
        DrawIoOptions {
            title: None,
            theme: Theme::default(),
            layout: Positions::Layered,
            routing: Routing::Orthogonal,
            orientation: Orientation::default(),
        }
    }
}

impl Exporter for DrawIo {
    const KIND: &'static str = "drawio";
    const REVISION: u32 = 2;
    const ABOUT: &'static str =
        "Writes a page of draw.io: containers from partitions, laid out as pictures are";
    const EXTENSIONS: &'static [&'static str] = &["drawio", "drawio.xml"];
    type Options = DrawIoOptions;
    type From = NamedGraph;

    fn apply_meta(options: &mut DrawIoOptions, meta: &Meta) {
        meta.give_title(&mut options.title);
    }

    fn export(
        options: &DrawIoOptions,
        from: &[NamedGraph],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        for NamedGraph { name, graph } in from {
            let styles =
                graph.layers().iter().map(|layer| CellStyle::of(options.theme, layer, diagnostics));
            let DrawIoOptions { layout, routing, orientation, .. } = *options;
            let is_along = routing == Routing::Orthogonal && layout == Positions::Layered;
            let mut writer = Writer {
                graph,
                styles: styles.collect(),
                plain: CellStyle::plain(options.theme),
                layout: layout.layout(graph, routing, orientation, diagnostics)?,
                routing: if is_along { ALONG } else { FREE },
                substitutes: Substitutes::default(),
                out,
            };
            let title = options.title.as_deref().filter(|title| !title.is_empty());
            writer.write(title.unwrap_or(name), options.theme);
            writer.substitutes.tell("draw.io", graph, diagnostics);
        }
        Ok(())
    }
}

/// The attributes of a layer's cells that say how they look.
struct CellStyle {
    node: String,
    partition: String,
    edge: String,
}

const NODE_STYLE: &str = "rounded=1;html=0;whiteSpace=wrap;";
const SHAPE_STYLE: &str = "html=0;whiteSpace=wrap;";
const PARTITION_STYLE: &str = "rounded=1;absoluteArcSize=1;arcSize=12;html=0;whiteSpace=wrap;\
                               verticalAlign=top;fontStyle=1;container=1;collapsible=0;";
const EDGE_STYLE: &str = "rounded=1;html=0;endArrow=classic;fontSize=11;";
/// How draw.io routes an edge anew when its ends are moved: along the axes, or straight.
const ALONG: &str = "edgeStyle=orthogonalEdgeStyle;";
const FREE: &str = "edgeStyle=none;";

impl CellStyle {
    fn of(theme: Theme, layer: &Layer, diagnostics: &mut Diagnostics) -> CellStyle {
        let line = style::line_of(layer, diagnostics);
        let shape = style::shape_of(layer, diagnostics);
        let looks = [theme.node_look(layer), theme.partition_look(layer), theme.edge_look(layer)];
        let mut style = CellStyle::new(theme, looks, line);
        if let Some(shape) = shape {
            style.node =
                style.node.replacen(NODE_STYLE, &format!("{SHAPE_STYLE}{}", shape_style(shape)), 1);
        }
        style
    }

    /// Returns the style of what has no layer.
    fn plain(theme: Theme) -> CellStyle {
        CellStyle::new(theme, [Look::default(); 3], Line::Solid)
    }

    fn new(theme: Theme, looks: [Look; 3], line: Line) -> CellStyle {
        let [node, partition, edge] = theme.looks();
        let style = |look: Look, plain: Look| colors(look.or(plain).solid(theme), line);
        // Labels of edges stand on their lines.
        let behind = theme.palette().map(|palette| palette.page);
        let behind = behind.map(|page| format!("labelBackgroundColor={page};")).unwrap_or_default();
        let vertex = |style: String| format!(" style=\"{style}\" vertex=\"1\" parent=\"");
        CellStyle {
            node: vertex(format!("{NODE_STYLE}{}", style(looks[0], node))),
            partition: vertex(format!("{PARTITION_STYLE}{}", style(looks[1], partition))),
            edge: format!(" style=\"{EDGE_STYLE}{behind}{}", style(looks[2], edge)),
        }
    }
}

fn colors(look: Look, line: Line) -> String {
    let named = [("fillColor", look.fill), ("strokeColor", look.line), ("fontColor", look.text)];
    let given =
        named.into_iter().filter_map(|(name, color)| color.map(|color| format!("{name}={color};")));
    given.collect::<String>()
        + match line {
            Line::Solid => "",
            Line::Dashed => "dashed=1;",
            Line::Dotted => "dashed=1;dashPattern=1 3;",
            Line::Bold => "strokeWidth=3;",
        }
}

fn shape_style(shape: &Shape) -> &'static str {
    match shape.dot {
        ("box", true) => "rounded=1;",
        ("ellipse" | "circle", _) => "ellipse;",
        ("doublecircle", _) => "ellipse;shape=doubleEllipse;",
        ("diamond", _) => "rhombus;",
        ("hexagon" | "octagon", _) => "shape=hexagon;perimeter=hexagonPerimeter2;size=0.1;",
        ("cylinder", _) => "shape=cylinder3;size=8;boundedLbl=1;",
        ("parallelogram", _) => "shape=parallelogram;perimeter=parallelogramPerimeter;size=0.1;",
        ("trapezium" | "invtrapezium", _) => {
            "shape=trapezoid;perimeter=trapezoidPerimeter;size=0.1;"
        }
        ("component", _) => "shape=process;",
        ("cds", _) => "shape=step;perimeter=stepPerimeter;size=0.1;",
        ("note", _) => "shape=note;size=12;",
        ("folder" | "tab", _) => "shape=folder;tabWidth=40;tabHeight=10;tabPosition=left;",
        ("box3d", _) => "shape=cube;size=8;",
        ("triangle", _) => "triangle;direction=north;",
        ("plaintext" | "underline", _) => "text;",
        _ => "",
    }
}

struct Writer<'a> {
    graph: &'a Graph,
    styles: Vec<CellStyle>,
    plain: CellStyle,
    layout: Layout,
    routing: &'static str,
    substitutes: Substitutes,
    out: &'a mut Vec<u8>,
}

impl Writer<'_> {
    fn write(&mut self, title: &str, theme: Theme) {
        let elements = self.graph.node_count() + self.graph.edge_count();
        self.out.reserve(ELEMENT * elements);
        self.put("<mxfile host=\"layercake\">\n  <diagram id=\"page\"");
        write_attribute(self.out, "name", title, &mut self.substitutes);
        self.put(">\n    <mxGraphModel grid=\"1\" gridSize=\"10\" page=\"0\"");
        if let Some(palette) = theme.palette() {
            self.put(" background=\"");
            self.put(palette.page);
            self.put("\"");
        }
        self.put(">\n      <root>\n        <mxCell id=\"0\"/>\n");
        self.put("        <mxCell id=\"1\" parent=\"0\"/>\n");
        let graph = self.graph;
        Hierarchy::of(graph).walk(graph, |visit, _| match visit {
            Visit::Enter(node) | Visit::Leaf(node) => self.write_node(node),
            Visit::Leave(_) => {}
        });
        for edge in graph.edges() {
            self.write_edge(edge);
        }
        self.put("      </root>\n    </mxGraphModel>\n  </diagram>\n</mxfile>\n");
    }

    fn write_node(&mut self, node: NodeId) {
        let node = self.graph.node(node);
        self.open(("n", node.id()), node.label(), node.comment());
        let style = node.layer().map_or(&self.plain, |layer| &self.styles[layer.0 as usize]);
        let style = if node.is_partition() { &style.partition } else { &style.node };
        self.out.extend_from_slice(style.as_bytes());
        match node.parent() {
            Some(parent) => self.id("n", self.graph.node(parent).id()),
            None => self.put("1"),
        }
        self.put("\">");
        geometry::write_box(self.out, &self.layout, node);
        self.close(node.comment());
    }

    fn write_edge(&mut self, edge: Edge<'_>) {
        self.open(("e", edge.id()), edge.label(), edge.comment());
        let style = edge.layer().map_or(&self.plain, |layer| &self.styles[layer.0 as usize]);
        self.out.extend_from_slice(style.edge.as_bytes());
        self.put(self.routing);
        geometry::write_ports(self.out, &self.layout, edge);
        self.put("\" edge=\"1\" parent=\"1\" source=\"");
        self.id("n", edge.source().id());
        self.put("\" target=\"");
        self.id("n", edge.target().id());
        self.put("\">");
        geometry::write_way(self.out, &self.layout, edge);
        self.close(edge.comment());
    }

    /// Begins a cell, in an object of its own if it has a comment: only such have tooltips.
    fn open(&mut self, (letter, id): (&str, &str), label: &str, comment: &str) {
        let has_comment = !comment.is_empty();
        self.put(if has_comment { "        <UserObject id=\"" } else { "        <mxCell id=\"" });
        self.id(letter, id);
        self.put(if has_comment { "\" label=\"" } else { "\" value=\"" });
        write_value(self.out, label, &mut self.substitutes);
        self.put("\"");
        if has_comment {
            write_attribute(self.out, "tooltip", comment, &mut self.substitutes);
            self.put("><mxCell");
        }
    }

    fn close(&mut self, comment: &str) {
        let has_comment = !comment.is_empty();
        self.put(if has_comment { "</mxCell></UserObject>\n" } else { "</mxCell>\n" });
    }

    fn id(&mut self, letter: &str, id: &str) {
        self.put(letter);
        if id.bytes().any(may_need_substitute) {
            // A substitute could be what another id has.
            write_escaped(self.out, id);
        } else {
            self.put(":");
            write_value(self.out, id, &mut self.substitutes);
        }
    }

    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::bare;
    use super::*;
    use crate::graph::{EdgeRow, NodeRow};

    #[test]
    fn a_small_graph_reads_well() {
        let text = bare::<DrawIo>(|builder| {
            builder.node(NodeRow::test("p", "The \"p\"", None));
            builder.node(NodeRow { comment: "x\ny", ..NodeRow::test("a", "A", Some("p")) });
            builder.edge(EdgeRow { source: "a", target: "p", label: "asks", ..EdgeRow::default() });
        });
        for part in [
            "<mxCell id=\"n:p\" value=\"The &quot;p&quot;\" style=\"rounded=1;",
            "<UserObject id=\"n:a\" label=\"A\" tooltip=\"x&#10;y\"><mxCell style=\"rounded=1;",
            "vertex=\"1\" parent=\"n:p\"><mxGeometry x=\"",
            "parent=\"1\" source=\"n:a\" target=\"n:p\"><mxGeometry x=\"",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}
