//! The export kind `plantuml`: a component diagram for PlantUML.
//!
//! Keeps to what PlantUML understood in 2020, as Debian has that version. Nodes have names as
//! [`super::names`] makes them; layers are stereotypes.
//!
//! Labels show as given. A mark that means something to PlantUML is written by its number
//! (`<U+002A>`), a line break as `\n`. A space that would be lost at an end of a line or beside
//! another is a no-break space; a control character is shown by its picture (U+2400 to U+2421).
//!
//! A partition is a rectangle around what it holds; an empty one is a node.
//!
//! With [`Split`], the file has several diagrams, and PlantUML makes a picture of each.

mod extent;
pub(super) mod look;
pub(super) mod text;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::extent::Extent;
use self::look::{
    LayerStyle, NODE, PARTITION, RECTANGLE, line_word, write_partition_theme, write_stereotype,
    write_style, write_theme,
};
use self::text::{write_id, write_text};
use super::partitions::drawn_flat;
use super::split::{Split, split};
use super::style::{Line, Orientation, Theme};
use super::substitutes::Substitutes;
use super::text::indent;
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{Edge, Graph, Hierarchy, Node, NodeId, Visit};
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

/// The width and height of a PNG, in pixels, that PlantUML cuts off unless told otherwise.
const MOST_PIXELS: usize = 4_096;
/// The nodes whose boxes, with the space between them, fill a picture of that size.
const MOST_NODES: usize = 400;
/// The edges whose lines, side by side, need about as much.
const MOST_EDGES: usize = 100;

/// Writes a PlantUML component diagram.
pub(super) struct PlantUml;

/// How a PlantUML component diagram is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct PlantUmlOptions {
    /// The title above the picture; the plan's name unless given.
    title: Option<String>,
    /// Which way edges point.
    orientation: Orientation,
    /// The look of whatever no layer colors.
    theme: Theme,
    /// Whether partitions are drawn around what they hold. If not, only those that edges end at,
    /// and empty ones, are drawn, as nodes.
    contain: bool,
    /// On which side of a node a note with its comment stands.
    #[serde(skip_serializing_if = "Notes::is_default")]
    notes: Notes,
    /// How a graph that is too large for one diagram is divided into several.
    #[serde(skip_serializing_if = "Split::is_none")]
    split: Split,
}

/// On which side of a node a note with its comment stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "PlantUmlNotes")]
enum Notes {
    /// There are no notes.
    #[default]
    None,
    /// On the left.
    Left,
    /// On the right.
    Right,
    /// Above.
    Top,
    /// Below.
    Bottom,
}

impl Notes {
    fn is_default(&self) -> bool {
        *self == Notes::None
    }

    fn word(self) -> Option<&'static str> {
        match self {
            Notes::None => None,
            Notes::Left => Some("left"),
            Notes::Right => Some("right"),
            Notes::Top => Some("top"),
            Notes::Bottom => Some("bottom"),
        }
    }
}

impl Default for PlantUmlOptions {
    fn default() -> Self {
        PlantUmlOptions {
            title: None,
            orientation: Orientation::default(),
            theme: Theme::default(),
            contain: true,
            notes: Notes::default(),
            split: Split::default(),
        }
    }
}

impl Exporter for PlantUml {
    const KIND: &'static str = "plantuml";
    const REVISION: u32 = 1;
    const ABOUT: &'static str =
        "Writes a PlantUML component diagram: rectangles from partitions, stereotypes from layers";
    const EXTENSIONS: &'static [&'static str] = &["puml", "plantuml"];
    type Options = PlantUmlOptions;
    type From = NamedGraph;

    fn apply_meta(options: &mut PlantUmlOptions, meta: &Meta) {
        meta.give_title(&mut options.title);
    }

    fn export(
        options: &PlantUmlOptions,
        from: &[NamedGraph],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        for NamedGraph { graph, .. } in from {
            if options.split.is_none() {
                write(options, graph, out, diagnostics);
                let (nodes, edges) = (graph.node_count(), graph.edge_count());
                if nodes > MOST_NODES || edges > MOST_EDGES {
                    warn_of_size(&format!("{nodes} nodes and {edges} edges"), diagnostics);
                }
            } else {
                write_split(options, graph, out, diagnostics);
            }
        }
        Ok(())
    }
}

fn write(
    options: &PlantUmlOptions,
    graph: &Graph,
    out: &mut Vec<u8>,
    diagnostics: &mut Diagnostics,
) {
    let styles = LayerStyle::all(options.theme, graph, diagnostics);
    let hierarchy = Hierarchy::of(graph);
    let substitutes = Substitutes::default();
    let mut writer = Writer { options, graph, hierarchy: &hierarchy, out, styles, substitutes };
    writer.write();
    writer.substitutes.tell("PlantUML", graph, diagnostics);
}

/// Writes a graph in as many diagrams as it takes.
fn write_split(
    options: &PlantUmlOptions,
    graph: &Graph,
    out: &mut Vec<u8>,
    diagnostics: &mut Diagnostics,
) {
    let mut fits = |graph: &Graph| {
        graph.node_count() <= MOST_NODES
            && graph.edge_count() <= MOST_EDGES
            && Extent::of(graph, options).is_within(MOST_PIXELS)
    };
    let start = out.len();
    // What there is to say of the graph, this tells once for all pieces.
    write(options, graph, out, diagnostics);
    if fits(graph) {
        return;
    }
    out.truncate(start);
    for diagram in split(graph, options.split, &mut fits) {
        if !fits(&diagram.graph) {
            warn_of_size(&format!("`{}` alone", diagram.title), diagnostics);
        }
        let title = diagram.heading().or_else(|| options.title.clone());
        let options = PlantUmlOptions { title, ..options.clone() };
        write(&options, &diagram.graph, out, &mut Diagnostics::default());
    }
}

/// Warns that a picture will be cut off, or probably so.
pub(super) fn warn_of_size(what: &str, diagnostics: &mut Diagnostics) {
    let message = format!(
        "PlantUML cuts a PNG off at {MOST_PIXELS} pixels, and a diagram of {what} is probably wider or higher"
    );
    diagnostics.push(
        Diagnostic::warning("plantuml-limit", message)
            .note("an SVG is not cut; the environment variable `PLANTUML_LIMIT_SIZE` raises the limit")
            .help("make the graph smaller first: select a part of it, or aggregate its edges"),
    );
}

/// Writes the title, if there is one.
pub(super) fn write_title(out: &mut Vec<u8>, title: Option<&str>, substitutes: &mut Substitutes) {
    if let Some(title) = title.filter(|title| !title.is_empty()) {
        out.extend_from_slice(b"title ");
        write_text(out, title, substitutes);
        out.push(b'\n');
    }
}

struct Writer<'a> {
    options: &'a PlantUmlOptions,
    graph: &'a Graph,
    hierarchy: &'a Hierarchy,
    out: &'a mut Vec<u8>,
    styles: Vec<LayerStyle>,
    substitutes: Substitutes,
}

impl Writer<'_> {
    fn write(&mut self) {
        let hierarchy = self.hierarchy;
        self.put(b"@startuml\n");
        write_title(self.out, self.options.title.as_deref(), &mut self.substitutes);
        if matches!(self.options.orientation, Orientation::LR | Orientation::RL) {
            self.put(b"left to right direction\n");
        }
        self.write_styles();
        self.put(b"\n");
        if self.options.contain {
            hierarchy.walk(self.graph, |visit, depth| match visit {
                Visit::Enter(node) if self.is_box(node) => self.open_box(node, depth),
                Visit::Enter(node) | Visit::Leaf(node) => self.write_node(node, depth),
                Visit::Leave(node) if self.is_box(node) => {
                    indent(self.out, depth);
                    self.put(b"}\n");
                }
                Visit::Leave(_) => {}
            });
        } else {
            for node in drawn_flat(self.graph, hierarchy).ones() {
                self.write_node(NodeId(node), 0);
            }
        }
        if self.graph.edge_count() > 0 {
            self.put(b"\n");
        }
        for edge in self.graph.edges() {
            self.write_edge(edge);
        }
        self.put(b"@enduml\n");
    }

    fn is_box(&self, node: NodeId) -> bool {
        self.options.contain && !self.hierarchy.children(node).is_empty()
    }

    fn write_styles(&mut self) {
        let mut used = vec![(false, false); self.styles.len()];
        let (mut plain, mut boxed) = (false, false);
        for node in self.graph.nodes() {
            let is_box = self.is_box(node.index());
            match node.layer() {
                Some(layer) => {
                    let used = &mut used[layer.0 as usize];
                    used.0 |= !is_box;
                    used.1 |= is_box;
                }
                None => (plain, boxed) = (plain | !is_box, boxed | is_box),
            }
        }
        let elements = self.styles.iter().zip(&used).filter(|(_, used)| used.0);
        let mut elements: Vec<&str> = elements.map(|(style, _)| style.element).collect();
        if plain {
            elements.push(RECTANGLE);
        }
        elements.sort_unstable();
        elements.dedup();
        if let Some(palette) = self.options.theme.palette() {
            write_theme(self.out, palette, &elements);
            if boxed {
                write_partition_theme(self.out, palette);
            }
        }
        for ((layer, style), used) in self.graph.layers().iter().zip(&self.styles).zip(used) {
            for (is_used, of, look) in [
                (used.0, (style.element, NODE), style.node),
                (used.1, (RECTANGLE, PARTITION), style.partition),
            ] {
                if is_used {
                    write_style(self.out, of, &layer.id, look);
                }
            }
        }
        self.put(b"hide stereotype\n");
    }

    fn open_box(&mut self, node: NodeId, depth: usize) {
        let partition = self.graph.node(node);
        self.write_element(RECTANGLE, PARTITION, partition, depth);
        self.put(b" {\n");
    }

    fn write_node(&mut self, node: NodeId, depth: usize) {
        let node = self.graph.node(node);
        let style = node.layer().map(|layer| &self.styles[layer.0 as usize]);
        let element = style.map_or(RECTANGLE, |style| style.element);
        let line = style.map_or(Line::Solid, |style| style.line);
        self.write_element(element, NODE, node, depth);
        if let Some(word) = line_word(line) {
            self.put(b" #line.");
            self.put(word.as_bytes());
        }
        self.put(b"\n");
        if let Some(side) = self.options.notes.word().filter(|_| !node.comment().is_empty()) {
            indent(self.out, depth);
            self.put(b"note ");
            self.put(side.as_bytes());
            self.put(b" of ");
            write_id(self.out, node.id());
            self.put(b" : ");
            write_text(self.out, node.comment(), &mut self.substitutes);
            self.put(b"\n");
        }
    }

    fn write_element(&mut self, element: &str, prefix: &str, node: Node<'_>, depth: usize) {
        indent(self.out, depth);
        self.put(element.as_bytes());
        self.put(b" \"");
        write_text(self.out, node.label(), &mut self.substitutes);
        self.put(b"\" as ");
        write_id(self.out, node.id());
        let layer = node.layer().map(|layer| self.graph.layer(layer).id.as_str());
        if layer.is_some() || prefix == PARTITION {
            self.put(b" ");
            write_stereotype(self.out, prefix, layer.unwrap_or_default());
        }
    }

    fn write_edge(&mut self, edge: Edge<'_>) {
        write_id(self.out, edge.source().id());
        self.put(match self.options.orientation {
            Orientation::TB | Orientation::LR => b" --> ",
            Orientation::BT | Orientation::RL => b" -up-> ",
        });
        write_id(self.out, edge.target().id());
        if let Some(layer) = edge.layer() {
            self.out.extend_from_slice(&self.styles[layer.0 as usize].edge);
        }
        if !edge.label().is_empty() {
            self.put(b" : ");
            write_text(self.out, edge.label(), &mut self.substitutes);
        }
        self.put(b"\n");
    }

    fn put(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Case, bare};
    use super::*;
    use crate::graph::{Color, EdgeRow, GraphBuilder, Layer, NodeRow};

    #[test]
    fn a_small_graph_reads_well() {
        let text = bare::<PlantUml>(|builder| {
            builder.layer(Layer { background: Color::parse("navy"), ..Layer::plain("db_1") });
            builder.node(NodeRow::test("orders", "Orders (v2)", Some("shop")));
            builder.node(NodeRow { layer: Some("db_1"), ..NodeRow::test("pay.api", "Pay", None) });
            builder.node(NodeRow::test("shop", "The \"shop\"", None));
            let edge = EdgeRow { source: "pay.api", target: "shop", ..EdgeRow::default() };
            builder.edge(EdgeRow { label: "asks", layer: Some("db_1"), ..edge });
        });
        let expected = r##"@startuml
skinparam rectangle<<layerdbz5fz1>> {
  BackgroundColor #000080
  FontColor #ffffff
}
hide stereotype

rectangle "Pay" as _pay_2e_api_ <<layerdbz5fz1>>
rectangle "The <U+0022>shop<U+0022>" as shop <<box>> {
  rectangle "Orders (v2)" as orders
}

_pay_2e_api_ --> shop #line:000080 : asks
@enduml
"##;
        assert_eq!(text, expected);
    }

    #[test]
    fn comments_may_be_notes() {
        let fill = |builder: &mut GraphBuilder| {
            builder.node(NodeRow { comment: "a\nb", ..NodeRow::test("a.b", "A", Some("p")) });
            builder.node(NodeRow::test("p", "P", None));
        };
        let (text, _) = Case::of(fill).export::<PlantUml>(r#"{"theme": "none", "notes": "top"}"#);
        assert!(text.contains("\n  note top of _a_2e_b_ : a\\nb\n"), "{text}");
    }

    #[test]
    fn a_picture_that_would_be_cut_off_gets_a_warning() {
        let warnings = |nodes: usize| {
            let fill = |builder: &mut GraphBuilder| {
                for id in 0..nodes {
                    builder.node(NodeRow { id: &id.to_string(), ..NodeRow::default() });
                }
            };
            Case::of(fill).export::<PlantUml>("{}").1.list.len()
        };
        assert_eq!((warnings(MOST_NODES), warnings(MOST_NODES + 1)), (0, 1));
    }
}
