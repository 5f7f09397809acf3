//! The export kind `dot`: the language of Graphviz.
//!
//! Nodes keep their ids as names. A partition is a cluster named `cluster_` and its id; where an
//! edge ends at it, or nothing is in it, the cluster holds a point that has the partition's id
//! as its name, and the edge is cut at the cluster's border.
//!
//! Texts reach the picture as they are, but for what Graphviz or SVG cannot hold. A control
//! character other than tab and line break is shown by its picture (U+2400 to U+2421), U+FFFE and
//! U+FFFF by U+FFFD; a carriage return in a label breaks the line. In a name, a line break is
//! shown by its picture, too, so that every statement stays on its line; a backslash that DOT
//! would read as an escape (before a quote or the end) is doubled; an `&` that would start an
//! entity in SVG is `&amp;`; and a first `%`, which Graphviz keeps for names of its own, gets `_`
//! before it. A name that would then equal another one gets `~2`, `~3` and so on after it.
//!
//! Positions are Graphviz's work, unless the plan gives a layout ([`positions`]).

mod attributes;
mod look;
mod names;
mod positions;

use std::collections::BTreeMap;
use std::io::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::attributes::Attributes;
use self::look::{Defaults, LayerStyle, write_plain_partition};
use self::names::{
    is_word, odd_names, write_label, write_name, write_string, write_tooltip, write_value,
};
use super::partitions::{Spans, drawn_flat, ends_at_partition};
use super::picture::{Positions, Routing};
use super::style::{Orientation, Theme};
use super::substitutes::Substitutes;
use super::text::indent;
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{Edge, Graph, Hierarchy, Node, NodeId, Visit};
use crate::layout::Layout;
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

/// Writes the language of Graphviz.
pub(super) struct Dot;

/// How a DOT file is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct DotOptions {
    /// The title above the picture; the plan's name unless given.
    title: Option<String>,
    /// Which way edges point.
    orientation: Orientation,
    /// The look of whatever no layer colors.
    theme: Theme,
    /// Whether partitions are drawn around what they hold. If not, only those that edges end at,
    /// and empty ones, are drawn, as nodes.
    contain: bool,
    /// Where the comments of nodes and edges are.
    #[serde(skip_serializing_if = "Comments::is_default")]
    comments: Comments,
    /// Where nodes stand, as `neato -n2` takes it; left to Graphviz unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    layout: Option<Positions>,
    /// Graphviz attributes of the whole picture, such as `nodesep`, `ranksep` or `splines`.
    graph: Attributes,
    /// Graphviz attributes of every node, such as `fontname`; layers override them.
    node: Attributes,
    /// Graphviz attributes of every edge, such as `arrowhead`; layers override them.
    edge: Attributes,
}

/// The Graphviz attribute of tooltips.
const TOOLTIP: &str = "tooltip";

/// Where the comments of nodes and edges are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "DotComments")]
enum Comments {
    /// In tooltips, which formats such as SVG can show.
    #[default]
    Tooltip,
    /// Beside nodes and edges. Those of partitions are in tooltips.
    Label,
    /// Nowhere.
    None,
}

impl Comments {
    fn is_default(&self) -> bool {
        *self == Comments::Tooltip
    }
}

impl Default for DotOptions {
    fn default() -> Self {
        DotOptions {
            title: None,
            orientation: Orientation::default(),
            theme: Theme::default(),
            contain: true,
            comments: Comments::default(),
            layout: None,
            graph: Attributes::default(),
            node: Attributes::default(),
            edge: Attributes::default(),
        }
    }
}

impl Exporter for Dot {
    const KIND: &'static str = "dot";
    const REVISION: u32 = 1;
    const ABOUT: &'static str =
        "Writes DOT for Graphviz: clusters from partitions, colors from layers";
    const EXTENSIONS: &'static [&'static str] = &["dot", "gv"];
    type Options = DotOptions;
    type From = NamedGraph;

    fn apply_meta(options: &mut DotOptions, meta: &Meta) {
        meta.give_title(&mut options.title);
    }

    fn export(
        options: &DotOptions,
        from: &[NamedGraph],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        for NamedGraph { graph, .. } in from {
            let hierarchy = Hierarchy::of(graph);
            let layout = options.layout.map(|layout| {
                layout.layout(graph, Routing::default(), options.orientation, diagnostics)
            });
            let layout = layout.transpose()?;
            if layout.is_some() && !options.contain {
                let message = "a layout draws partitions around what they hold";
                let problem = Diagnostic::error("misfit", message).about("layout");
                return Err(diagnostics.fail(problem.help("leave out `contain: false`")));
            }
            let mut writer = Writer::new(options, graph, &hierarchy, out, diagnostics);
            writer.layout = layout;
            writer.write(&hierarchy);
            writer.substitutes.tell("DOT", graph, diagnostics);
        }
        Ok(())
    }
}

struct Writer<'a> {
    options: &'a DotOptions,
    graph: &'a Graph,
    out: &'a mut Vec<u8>,
    /// The names of nodes that cannot have their id as name.
    names: BTreeMap<NodeId, String>,
    styles: Vec<LayerStyle>,
    spans: Spans,
    anchors: Vec<Anchor>,
    weights: Option<(f64, f64)>,
    layout: Option<Layout>,
    substitutes: Substitutes,
}

/// The point that stands for a partition in its cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Anchor {
    None,
    /// Edges are cut at the border of the cluster, so the point is not seen.
    Hidden,
    /// An edge from the cluster to its own inside starts or ends at the point itself.
    Shown,
}

impl<'a> Writer<'a> {
    fn new(
        options: &'a DotOptions,
        graph: &'a Graph,
        hierarchy: &Hierarchy,
        out: &'a mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Writer<'a> {
        let style = |layer| LayerStyle::of(options.theme, layer, diagnostics);
        let spans = Spans::of(graph, hierarchy);
        let mut substitutes = Substitutes::default();
        Writer {
            options,
            graph,
            out,
            names: odd_names(graph, &mut substitutes),
            styles: graph.layers().iter().map(style).collect(),
            anchors: anchors(graph, hierarchy, &spans),
            spans,
            weights: weight_range(graph),
            layout: None,
            substitutes,
        }
    }

    fn write(&mut self, hierarchy: &Hierarchy) {
        self.put(b"digraph ");
        let title = self.options.title.as_deref().unwrap_or("layercake");
        write_name(self.out, title);
        self.put(b" {\n");
        self.write_defaults();
        if self.graph.node_count() > 0 {
            self.put(b"\n");
        }
        if self.options.contain {
            hierarchy.walk(self.graph, |visit, depth| match visit {
                Visit::Enter(node) => self.open_cluster(node, depth),
                Visit::Leaf(node) => self.write_node(node, depth),
                Visit::Leave(_) => {
                    indent(self.out, depth + 1);
                    self.put(b"}\n");
                }
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
        self.put(b"}\n");
    }

    fn write_defaults(&mut self) {
        let DotOptions { title, orientation, theme, graph, node, edge, .. } = self.options;
        let mut defaults = Defaults::of(*theme);
        defaults.graph.insert(0, ("rankdir", orientation.code()));
        if self.options.contain && self.graph.nodes().any(Node::is_partition) {
            // Without it Graphviz 2 gives up on many graphs with nested clusters.
            defaults.graph.push(("newrank", "true"));
            if !self.spans.is_empty() {
                defaults.graph.push(("compound", "true"));
            }
        }
        if self.layout.is_some() {
            // The room was measured with such letters.
            for (defaults, size) in [(&mut defaults.node, "10.5"), (&mut defaults.edge, "9")] {
                defaults.retain(|(name, _)| !["fontsize", "margin", "height"].contains(name));
                defaults.push(("fontsize", size));
            }
            defaults.node.push(("margin", "0.04,0.02"));
        }
        self.put(b"  graph [");
        if let Some(layout) = &self.layout {
            positions::write_whole(self.out, layout);
        }
        if let Some(title) = title.as_deref().filter(|title| !title.is_empty()) {
            self.put(b"label=");
            write_label(self.out, title, &mut self.substitutes);
            self.put(b", labelloc=\"t\", ");
        }
        self.write_attributes(&defaults.graph, &graph.0);
        for (word, defaults, given) in
            [("node", defaults.node, node), ("edge", defaults.edge, edge)]
        {
            if !defaults.is_empty() || !given.0.is_empty() {
                self.put(b"  ");
                self.put(word.as_bytes());
                self.put(b" [");
                self.write_attributes(&defaults, &given.0);
            }
        }
    }

    /// Writes what the plan gives instead of, and after, the defaults, and ends the statement.
    fn write_attributes(&mut self, defaults: &[(&str, &str)], given: &BTreeMap<String, String>) {
        let kept = defaults.iter().filter(|(name, _)| !given.contains_key(*name)).copied();
        let given = given.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (at, (name, value)) in kept.chain(given).enumerate() {
            if at > 0 {
                self.put(b", ");
            }
            if is_word(name) {
                self.put(name.as_bytes());
            } else {
                write_value(self.out, name, &mut self.substitutes);
            }
            self.put(b"=");
            write_value(self.out, value, &mut self.substitutes);
        }
        self.put(b"];\n");
    }

    fn open_cluster(&mut self, node: NodeId, depth: usize) {
        let partition = self.graph.node(node);
        indent(self.out, depth + 1);
        self.put(b"subgraph ");
        self.write_cluster_name(node);
        self.put(b" {\n");
        indent(self.out, depth + 2);
        self.put(b"graph [label=");
        write_label(self.out, partition.label(), &mut self.substitutes);
        self.write_comment(partition.comment(), TOOLTIP);
        match partition.layer() {
            Some(layer) => self.out.extend_from_slice(&self.styles[layer.0 as usize].partition),
            None => write_plain_partition(self.out, self.options.theme),
        }
        if let Some(layout) = &self.layout {
            positions::write_cluster(self.out, layout, node);
        }
        self.put(b"];\n");
        let point: &[u8] = match self.anchors[node.0 as usize] {
            Anchor::None => return,
            _ if self.layout.is_some() => b" [label=\"\", shape=point, style=invis];\n",
            Anchor::Hidden => b" [label=\"\", shape=point, style=invis];\n",
            Anchor::Shown => b" [label=\"\", shape=point, width=0.08];\n",
        };
        indent(self.out, depth + 2);
        self.write_node_name(node);
        self.put(point);
        if let Some(layout) = &self.layout {
            self.out.truncate(self.out.len() - b"];\n".len());
            positions::write_point(self.out, layout, node);
            self.put(b"];\n");
        }
    }

    fn write_node(&mut self, node: NodeId, depth: usize) {
        let node = self.graph.node(node);
        indent(self.out, depth + 1);
        self.write_node_name(node.index());
        self.put(b" [label=");
        write_label(self.out, node.label(), &mut self.substitutes);
        self.write_comment(node.comment(), self.comment_word());
        if let Some(layer) = node.layer() {
            self.out.extend_from_slice(&self.styles[layer.0 as usize].node);
        }
        if let Some(layout) = &self.layout {
            let is_around = node.is_partition() && !self.options.contain;
            let write = if is_around { positions::write_point } else { positions::write_node };
            write(self.out, layout, node.index());
        }
        self.put(b"];\n");
    }

    fn write_edge(&mut self, edge: Edge<'_>) {
        let (source, target) = (edge.source(), edge.target());
        self.put(b"  ");
        self.write_node_name(source.index());
        self.put(b" -> ");
        self.write_node_name(target.index());
        let attributes = self.out.len();
        if !edge.label().is_empty() {
            self.put(b", label=");
            write_label(self.out, edge.label(), &mut self.substitutes);
        }
        self.write_comment(edge.comment(), self.comment_word());
        if let Some((least, most)) = self.weights {
            let width = 1.0 + 3.0 * (edge.weight() - least) / (most - least);
            // Writing to a vector cannot fail.
            let _ = write!(self.out, ", penwidth={width:.2}");
        }
        if let Some(layer) = edge.layer() {
            self.out.extend_from_slice(&self.styles[layer.0 as usize].edge);
        }
        if let Some(layout) = &self.layout {
            positions::write_edge(self.out, layout, edge.index());
        }
        if self.options.contain {
            for (word, end, other) in [("ltail", source, target), ("lhead", target, source)] {
                if end.is_partition() && !self.spans.contains(end.index(), other.index()) {
                    let _ = write!(self.out, ", {word}=");
                    self.write_cluster_name(end.index());
                }
            }
        }
        if self.out.len() > attributes {
            self.out[attributes] = b' ';
            self.out[attributes + 1] = b'[';
            self.put(b"]");
        }
        self.put(b";\n");
    }

    fn comment_word(&self) -> &'static str {
        match self.options.comments {
            Comments::Label => "xlabel",
            _ => TOOLTIP,
        }
    }

    fn write_comment(&mut self, comment: &str, word: &str) {
        if !comment.is_empty() && self.options.comments != Comments::None {
            let _ = write!(self.out, ", {word}=");
            let write = if word == TOOLTIP { write_tooltip } else { write_label };
            write(self.out, comment, &mut self.substitutes);
        }
    }

    fn write_node_name(&mut self, node: NodeId) {
        match self.names.get(&node) {
            Some(name) => write_string(self.out, name),
            None => write_string(self.out, self.graph.node(node).id()),
        }
    }

    fn write_cluster_name(&mut self, node: NodeId) {
        let start = self.out.len();
        self.write_node_name(node);
        // Within the quotes.
        self.out.splice(start + 1..start + 1, *b"cluster_");
    }

    fn put(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
    }
}

/// Returns, for each node, its point.
fn anchors(graph: &Graph, hierarchy: &Hierarchy, spans: &Spans) -> Vec<Anchor> {
    let alone = |node: Node<'_>| {
        let empty = node.is_partition() && hierarchy.children(node.index()).is_empty();
        if empty { Anchor::Hidden } else { Anchor::None }
    };
    let mut anchors: Vec<Anchor> = graph.nodes().map(alone).collect();
    for edge in graph.edges().filter(|edge| ends_at_partition(*edge)) {
        let (source, target) = (edge.source(), edge.target());
        for (end, other) in [(source, target), (target, source)] {
            let anchor = &mut anchors[end.index().0 as usize];
            if end.is_partition() && spans.contains(end.index(), other.index()) {
                *anchor = Anchor::Shown;
            } else if end.is_partition() && *anchor == Anchor::None {
                *anchor = Anchor::Hidden;
            }
        }
    }
    anchors
}

/// Returns the least and the greatest weight of edges, unless they are the same.
fn weight_range(graph: &Graph) -> Option<(f64, f64)> {
    let (least, most) = graph.edges().fold((f64::INFINITY, f64::NEG_INFINITY), |range, edge| {
        (range.0.min(edge.weight()), range.1.max(edge.weight()))
    });
    let spread = most - least;
    (spread.is_finite() && spread > 0.0).then_some((least, most))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, Case};
    use super::*;
    use crate::graph::{Color, EdgeRow, GraphBuilder, Layer, NodeRow};

    fn export(options: &str, fill: impl FnOnce(&mut GraphBuilder)) -> String {
        Case::of(fill).export::<Dot>(options).0
    }

    fn bare(fill: impl FnOnce(&mut GraphBuilder)) -> String {
        testing::bare::<Dot>(fill)
    }

    fn node<'a>(id: &'a str, parent: Option<&'a str>) -> NodeRow<'a> {
        NodeRow { id, parent, ..NodeRow::default() }
    }

    #[test]
    fn a_small_graph_reads_well() {
        let text = bare(|builder| {
            builder.node(node("a", Some("p")));
            builder.node(NodeRow {
                label: Some("Pay \"now\""),
                comment: "x & y",
                ..node("b", None)
            });
            builder.node(node("p", None));
            builder.edge(EdgeRow {
                source: "a",
                target: "b",
                label: "calls",
                ..EdgeRow::default()
            });
        });
        let expected = r#"digraph "layercake" {
  graph [rankdir="TB", newrank="true"];

  "b" [label="Pay \"now\"", tooltip="x &amp; y"];
  subgraph "cluster_p" {
    graph [label="p", fontcolor="black", color="black", style="solid"];
    "a" [label="a"];
  }

  "a" -> "b" [label="calls"];
}
"#;
        assert_eq!(text, expected);
    }

    #[test]
    fn comments_are_where_they_are_asked_for() {
        let fill = |builder: &mut GraphBuilder| {
            builder.node(NodeRow { comment: "why", ..node("a", Some("p")) });
            builder.node(NodeRow { comment: "what", ..node("p", None) });
            let (source, target) = ("a", "a");
            builder.edge(EdgeRow { source, target, comment: "how", ..EdgeRow::default() });
        };
        let label = export(r#"{"theme": "none", "comments": "label"}"#, fill);
        for part in [
            "\"a\" [label=\"a\", xlabel=\"why\"]",
            "label=\"p\", tooltip=\"what\"",
            "[xlabel=\"how\"]",
        ] {
            assert!(label.contains(part), "{part} in {label}");
        }
        let none = export(r#"{"theme": "none", "comments": "none"}"#, fill);
        assert!(!none.contains("xlabel") && !none.contains("tooltip"), "{none}");
    }

    #[test]
    fn a_layer_colors_nodes_and_edges() {
        let text = export("{}", |builder| {
            let background = Color::parse("navy");
            let attributes =
                [("shape", "database"), ("line", "dashed")].map(|(a, b)| (a.into(), b.into()));
            builder.layer(Layer {
                background,
                attributes: attributes.into(),
                ..Layer::plain("db")
            });
            builder.node(NodeRow { layer: Some("db"), ..node("a", None) });
            let edge = EdgeRow { source: "a", target: "a", ..EdgeRow::default() };
            builder.edge(EdgeRow { layer: Some("db"), ..edge });
        });
        let node =
            r##""a" [label="a", shape=cylinder, fillcolor="#000080", fontcolor="#ffffff", color="##;
        assert!(text.contains(node), "{text}");
        assert!(text.contains("style=\"filled,dashed\""), "{text}");
        assert!(text.contains("\"a\" -> \"a\" [color=\"#"), "{text}");
    }

    #[test]
    fn an_edge_of_a_partition_is_cut_at_its_border() {
        let text = bare(|builder| {
            builder.node(node("a", None));
            builder.node(node("b", Some("p")));
            builder.node(node("p", None));
            builder.edge(EdgeRow { source: "a", target: "p", ..EdgeRow::default() });
            builder.edge(EdgeRow { source: "p", target: "b", ..EdgeRow::default() });
        });
        assert!(text.contains("compound=\"true\""), "{text}");
        assert!(text.contains("\"p\" [label=\"\", shape=point, width=0.08];"), "{text}");
        assert!(text.contains("\"a\" -> \"p\" [lhead=\"cluster_p\"];"), "{text}");
        assert!(text.contains("\"p\" -> \"b\";"), "{text}");
    }

    #[test]
    fn an_empty_partition_is_drawn() {
        let fill = |builder: &mut GraphBuilder| {
            builder.node(NodeRow { is_partition: true, ..node("p", None) });
        };
        assert!(bare(fill).contains("\"p\" [label=\"\", shape=point, style=invis];"));
        let flat = export(r#"{"contain": false, "theme": "none"}"#, fill);
        assert!(flat.contains("  \"p\" [label=\"p\"];"), "{flat}");
    }

    #[test]
    fn weights_show_only_where_they_differ() {
        let edges = |weights: &[f64]| {
            bare(|builder| {
                builder.node(node("a", None));
                for weight in weights {
                    let edge = EdgeRow { source: "a", target: "a", ..EdgeRow::default() };
                    builder.edge(EdgeRow { weight: *weight, ..edge });
                }
            })
        };
        assert!(!edges(&[3.0, 3.0]).contains("penwidth"));
        let text = edges(&[1.0, 3.0]);
        assert!(text.contains("penwidth=1.00") && text.contains("penwidth=4.00"), "{text}");
    }

    #[test]
    fn a_changed_name_stays_unique() {
        let text = bare(|builder| {
            builder.node(node("_%", None));
            builder.node(node("%", None));
        });
        assert!(text.contains("\"_%~2\" [label=\"%\"];"), "{text}");
    }

    #[test]
    fn attributes_of_the_plan_replace_defaults() {
        let text = export(r#"{"graph": {"nodesep": "1", "a b": "\""}}"#, |_| {});
        assert!(text.contains("nodesep=\"1\"") && !text.contains("nodesep=\"0.35\""), "{text}");
        assert!(text.contains(r#""a b"="\"""#), "{text}");
    }

    #[test]
    fn depth_is_no_danger() {
        let ids: Vec<String> = (0..50_000).map(|at| at.to_string()).collect();
        let text = bare(|builder| {
            for pair in ids.windows(2) {
                builder.node(node(&pair[1], Some(&pair[0])));
            }
            builder.node(node("0", None));
        });
        assert!(text.len() < 400 * ids.len());
    }
}
