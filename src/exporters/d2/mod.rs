//! The export kind `d2`: a diagram for D2, partitions as containers.
//!
//! A node keeps its id if it is a word: ASCII letters, digits and `_`, a letter first, no word of
//! D2's, and none that differs from another in case alone, as D2 sees no case. Any other id is
//! written between two `_`, with `__` for `_` and `_2e_` for a character by its code point in hex.
//!
//! Labels show as given. A line break is `\n`; a space that would be lost at an end of a line or
//! beside another is a no-break space; a control character is shown by its picture (U+2400 to
//! U+2421).
//!
//! An edge names all partitions around its ends, so a hierarchy of great depth is drawn without
//! nesting.

mod look;
pub(super) mod text;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::look::{Class, LayerClasses, plain_classes, write_class, write_class_name};
use self::text::{clashes, write_key, write_text};
use super::names::Names;
use super::partitions::drawn_flat;
use super::style::{Orientation, Theme};
use super::substitutes::Substitutes;
use super::text::indent;
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{Edge, Graph, Hierarchy, LayerId, Node, NodeId, Visit};
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

/// The nodes and edges that D2 lays out in reasonable time.
const MOST_OBJECTS: usize = 1_000;
/// The levels of partitions that are drawn in one another.
const MOST_LEVELS: usize = 32;

/// Writes a D2 diagram.
pub(super) struct D2;

/// How a D2 diagram is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct D2Options {
    /// The title above the picture; the plan's name unless given.
    title: Option<String>,
    /// Which way edges point.
    orientation: Orientation,
    /// The look of whatever no layer colors. With `none`, D2's own theme decides.
    theme: Theme,
    /// Whether partitions are drawn around what they hold. If not, only those that edges end at,
    /// and empty ones, are drawn, as nodes.
    contain: bool,
}

impl Default for D2Options {
    fn default() -> Self {
        D2Options {
            title: None,
            orientation: Orientation::default(),
            theme: Theme::default(),
            contain: true,
        }
    }
}

impl Exporter for D2 {
    const KIND: &'static str = "d2";
    const REVISION: u32 = 1;
    const ABOUT: &'static str =
        "Writes a D2 diagram: containers from partitions, classes from layers";
    const EXTENSIONS: &'static [&'static str] = &["d2"];
    type Options = D2Options;
    type From = NamedGraph;

    fn apply_meta(options: &mut D2Options, meta: &Meta) {
        meta.give_title(&mut options.title);
    }

    fn export(
        options: &D2Options,
        from: &[NamedGraph],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        for NamedGraph { graph, .. } in from {
            let hierarchy = Hierarchy::of(graph);
            let contain = options.contain && !is_too_deep(graph, &hierarchy, diagnostics);
            let clashes = clashes(graph);
            let names = Names::of(graph, |out, node| write_key(out, node, &clashes));
            let mut writer = Writer {
                options,
                contain,
                graph,
                hierarchy: &hierarchy,
                out,
                names,
                layers: graph
                    .layers()
                    .iter()
                    .map(|layer| LayerClasses::of(options.theme, layer, diagnostics))
                    .collect(),
                substitutes: Substitutes::default(),
            };
            writer.write();
            writer.substitutes.tell("D2", graph, diagnostics);
            warn_of_size(graph, diagnostics);
        }
        Ok(())
    }
}

fn is_too_deep(graph: &Graph, hierarchy: &Hierarchy, diagnostics: &mut Diagnostics) -> bool {
    let mut deepest = 0;
    hierarchy.walk(graph, |_, depth| deepest = deepest.max(depth));
    let is_too_deep = deepest > MOST_LEVELS;
    if is_too_deep {
        let message = format!("partitions lie in one another more than {MOST_LEVELS} levels deep");
        diagnostics.push(
            Diagnostic::warning("too-deep", message).note("the diagram is drawn without them"),
        );
    }
    is_too_deep
}

fn warn_of_size(graph: &Graph, diagnostics: &mut Diagnostics) {
    let count = graph.node_count() + graph.edge_count();
    if count > MOST_OBJECTS {
        let message = format!(
            "D2 takes minutes for more than {MOST_OBJECTS} nodes and edges, and this diagram has {count}"
        );
        diagnostics.push(
            Diagnostic::warning("d2-limit", message)
                .help("make the graph smaller first: select a part of it, or aggregate its edges"),
        );
    }
}

struct Writer<'a> {
    options: &'a D2Options,
    contain: bool,
    graph: &'a Graph,
    hierarchy: &'a Hierarchy,
    out: &'a mut Vec<u8>,
    names: Names,
    layers: Vec<LayerClasses>,
    substitutes: Substitutes,
}

impl Writer<'_> {
    fn write(&mut self) {
        let hierarchy = self.hierarchy;
        self.write_head();
        if self.contain {
            hierarchy.walk(self.graph, |visit, depth| match visit {
                Visit::Enter(node) if self.is_container(node) => {
                    self.write_node(node, depth, b" {\n");
                    let layer = self.graph.node(node).layer();
                    if self.has_class(layer, "partition") {
                        indent(self.out, depth + 1);
                        self.put(b"class: ");
                        self.write_class_of(layer, "partition");
                        self.put(b"\n");
                    }
                }
                Visit::Enter(node) | Visit::Leaf(node) => self.write_leaf(node, depth),
                Visit::Leave(node) if self.is_container(node) => {
                    indent(self.out, depth);
                    self.put(b"}\n");
                }
                Visit::Leave(_) => {}
            });
        } else {
            for node in drawn_flat(self.graph, hierarchy).ones() {
                self.write_leaf(NodeId(node), 0);
            }
        }
        if self.graph.edge_count() > 0 {
            self.put(b"\n");
        }
        for edge in self.graph.edges() {
            self.write_edge(edge);
        }
    }

    fn write_head(&mut self) {
        self.put(match self.options.orientation {
            Orientation::TB => b"direction: down\n",
            Orientation::LR => b"direction: right\n",
            Orientation::BT => b"direction: up\n",
            Orientation::RL => b"direction: left\n",
        });
        if let Some(palette) = self.options.theme.palette() {
            self.put(b"style.fill: \"");
            self.put(palette.page.as_bytes());
            self.put(b"\"\n");
        }
        self.write_classes();
        if let Some(title) = self.options.title.as_deref().filter(|title| !title.trim().is_empty())
        {
            // No node has a name that begins with `_` and does not end with it.
            self.put(b"_title: ");
            write_text(self.out, title, &mut self.substitutes);
            self.put(b" {\n  shape: text\n  near: top-center\n  style.font-size: 24\n");
            if let Some(palette) = self.options.theme.palette() {
                self.put(b"  style.font-color: \"");
                self.put(palette.text.as_bytes());
                self.put(b"\"\n");
            }
            self.put(b"}\n");
        }
        self.put(b"\n");
    }

    fn write_classes(&mut self) {
        let mut used = vec![[false; 3]; self.layers.len() + 1];
        let slot = |layer: Option<LayerId>| layer.map_or(0, |layer| layer.0 as usize + 1);
        for node in self.graph.nodes() {
            used[slot(node.layer())][usize::from(self.is_container(node.index()))] = true;
        }
        for edge in self.graph.edges() {
            used[slot(edge.layer())][2] = true;
        }
        let mut classes = Vec::new();
        let layers = self.layers.iter().map(|of| [of.node, of.partition, of.edge]);
        let ids = self.graph.layers().iter().map(|layer| Some(layer.id.as_str()));
        let all = std::iter::once(plain_classes(self.options.theme)).chain(layers);
        for ((of, id), used) in all.zip(std::iter::once(None).chain(ids)).zip(used) {
            for ((class, word), used) in of.into_iter().zip(WORDS).zip(used) {
                if used {
                    write_class(&mut classes, class, word, id);
                }
            }
        }
        if !classes.is_empty() {
            self.put(b"classes: {\n");
            self.out.append(&mut classes);
            self.put(b"}\n");
        }
    }

    fn is_container(&self, node: NodeId) -> bool {
        self.contain && !self.hierarchy.children(node).is_empty()
    }

    fn write_leaf(&mut self, node: NodeId, depth: usize) {
        self.write_node(node, depth, b"");
        let layer = self.graph.node(node).layer();
        self.write_class_block(layer, "node");
        self.put(b"\n");
    }

    fn write_node(&mut self, node: NodeId, depth: usize, after: &[u8]) {
        let node = self.graph.node(node);
        indent(self.out, depth);
        self.out.extend_from_slice(self.names.get(node.index()));
        self.put(b": ");
        write_text(self.out, node.label(), &mut self.substitutes);
        self.put(after);
    }

    fn write_edge(&mut self, edge: Edge<'_>) {
        self.write_path(edge.source());
        self.put(b" -> ");
        self.write_path(edge.target());
        if !edge.label().is_empty() {
            self.put(b": ");
            write_text(self.out, edge.label(), &mut self.substitutes);
        } else if self.has_class(edge.layer(), "edge") {
            self.put(b":");
        }
        self.write_class_block(edge.layer(), "edge");
        self.put(b"\n");
    }

    /// Writes the names of all partitions around a node, and its own.
    fn write_path(&mut self, node: Node<'_>) {
        let mut path = [node; MOST_LEVELS + 1];
        let mut length = 1;
        while let Some(parent) = path[length - 1].parent().filter(|_| self.contain)
            && length < path.len()
        {
            path[length] = self.graph.node(parent);
            length += 1;
        }
        for (at, node) in path[..length].iter().rev().enumerate() {
            if at > 0 {
                self.put(b".");
            }
            self.out.extend_from_slice(self.names.get(node.index()));
        }
    }

    fn write_class_block(&mut self, layer: Option<LayerId>, word: &str) {
        if self.has_class(layer, word) {
            self.put(b" {class: ");
            self.write_class_of(layer, word);
            self.put(b"}");
        }
    }

    fn write_class_of(&mut self, layer: Option<LayerId>, word: &str) {
        let layer = layer.map(|layer| self.graph.layer(layer).id.as_str());
        write_class_name(self.out, word, layer);
    }

    fn has_class(&self, layer: Option<LayerId>, word: &str) -> bool {
        let Some(layer) = layer else { return self.options.theme != Theme::None };
        let classes = &self.layers[layer.0 as usize];
        let class = match word {
            "node" => classes.node,
            "partition" => classes.partition,
            _ => classes.edge,
        };
        class != Class::default()
    }

    fn put(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
    }
}

/// The words for the classes of nodes, partitions and edges.
const WORDS: [&str; 3] = ["node", "partition", "edge"];

#[cfg(test)]
mod tests {
    use super::super::testing::{Case, bare};
    use super::*;
    use crate::graph::{Color, EdgeRow, Layer, NodeRow};

    #[test]
    fn a_small_graph_reads_well() {
        let text = bare::<D2>(|builder| {
            builder.layer(Layer { background: Color::parse("navy"), ..Layer::plain("db") });
            builder.node(NodeRow::test("orders", "Orders (v2)", Some("shop")));
            builder.node(NodeRow { layer: Some("db"), ..NodeRow::test("pay.api", "Pay $x", None) });
            builder.node(NodeRow::test("shop", "The \"shop\"", None));
            let edge = EdgeRow { source: "pay.api", target: "orders", ..EdgeRow::default() };
            builder.edge(EdgeRow { label: "asks", layer: Some("db"), ..edge });
        });
        let expected = r##"direction: down
classes: {
  node_db: {
    style.fill: "#000080"
    style.font-color: "#ffffff"
  }
  edge_db: {
    style.stroke: "#000080"
  }
}

_pay_2e_api_: "Pay \$x" {class: node_db}
shop: "The \"shop\"" {
  orders: "Orders (v2)"
}

_pay_2e_api_ -> shop.orders: "asks" {class: edge_db}
"##;
        assert_eq!(text, expected);
    }

    #[test]
    fn depth_is_no_danger() {
        let case = Case::of(|builder| {
            let ids: Vec<String> = (0..5_000).map(|at| at.to_string()).collect();
            builder.node(NodeRow::test("0", "0", None));
            for pair in ids.windows(2) {
                builder.node(NodeRow::test(&pair[1], "", Some(&pair[0])));
            }
            builder.edge(EdgeRow { source: "4998", target: "4999", ..EdgeRow::default() });
        });
        let (text, diagnostics) = case.export::<D2>("{}");
        assert!(text.ends_with("_4998_ -> _4999_: {class: edge}\n"), "{text}");
        assert_eq!(diagnostics.list[0].code, "too-deep");
    }
}
