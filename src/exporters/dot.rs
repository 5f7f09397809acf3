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
//! Knows nothing of positions: those are Graphviz's work.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::partitions::{Spans, drawn_flat, ends_at_partition};
use super::style::{self, Line, Look, Orientation, Palette, Theme};
use super::text::{escape, may_need_substitute, push, substitute};
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Edge, Graph, Hierarchy, Layer, Node, NodeId, Visit};
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
    /// Graphviz attributes of the whole picture, such as `nodesep`, `ranksep` or `splines`.
    graph: BTreeMap<String, String>,
    /// Graphviz attributes of every node, such as `fontname`; layers override them.
    node: BTreeMap<String, String>,
    /// Graphviz attributes of every edge, such as `arrowhead`; layers override them.
    edge: BTreeMap<String, String>,
}

impl Default for DotOptions {
    fn default() -> Self {
        DotOptions {
            title: None,
            orientation: Orientation::default(),
            theme: Theme::default(),
            contain: true,
            graph: BTreeMap::new(),
            node: BTreeMap::new(),
            edge: BTreeMap::new(),
        }
    }
}

impl Exporter for Dot {
    const KIND: &'static str = "dot";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Graphviz: clusters from partitions, colors from layers";
    const EXTENSIONS: &'static [&'static str] = &["dot", "gv"];
    type Options = DotOptions;

    fn apply_meta(options: &mut DotOptions, meta: &Meta) {
        if options.title.is_none() {
            options.title.clone_from(&meta.name);
        }
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
            Writer::new(options, graph, &hierarchy, out, diagnostics).write(&hierarchy);
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
}

/// What a layer adds to the attributes of its nodes, partitions and edges.
struct LayerStyle {
    node: Vec<u8>,
    partition: Vec<u8>,
    edge: Vec<u8>,
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
        let style = |layer| layer_style(options.theme, layer, diagnostics);
        let spans = Spans::of(graph, hierarchy);
        Writer {
            options,
            graph,
            out,
            names: odd_names(graph),
            styles: graph.layers().iter().map(style).collect(),
            anchors: anchors(graph, hierarchy, &spans),
            spans,
            weights: weight_range(graph),
        }
    }

    fn write(&mut self, hierarchy: &Hierarchy) {
        self.put(b"digraph ");
        let title = self.options.title.as_deref().unwrap_or("layercake");
        write_string(self.out, fit_name(title).as_deref().unwrap_or(title));
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
                    self.indent(depth);
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
        if self.options.contain && !self.spans.is_empty() {
            defaults.graph.push(("compound", "true"));
        }
        self.put(b"  graph [");
        if let Some(title) = title.as_deref().filter(|title| !title.is_empty()) {
            self.put(b"label=");
            write_label(self.out, title);
            self.put(b", labelloc=\"t\", ");
        }
        self.write_attributes(&defaults.graph, graph);
        for (word, defaults, given) in
            [("node", defaults.node, node), ("edge", defaults.edge, edge)]
        {
            if !defaults.is_empty() || !given.is_empty() {
                self.put(b"  ");
                self.put(word.as_bytes());
                self.put(b" [");
                self.write_attributes(&defaults, given);
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
                write_string(self.out, fit_string(name).as_deref().unwrap_or(name));
            }
            self.put(b"=");
            write_string(self.out, fit_string(value).as_deref().unwrap_or(value));
        }
        self.put(b"];\n");
    }

    fn open_cluster(&mut self, node: NodeId, depth: usize) {
        let partition = self.graph.node(node);
        self.indent(depth);
        self.put(b"subgraph ");
        self.write_cluster_name(node);
        self.put(b" {\n");
        self.indent(depth + 1);
        self.put(b"graph [label=");
        write_label(self.out, partition.label());
        self.write_tooltip(partition.comment());
        match partition.layer() {
            Some(layer) => self.out.extend_from_slice(&self.styles[layer.0 as usize].partition),
            None => {
                write_partition_style(self.out, self.options.theme, Look::default(), Line::Solid)
            }
        }
        self.put(b"];\n");
        let point: &[u8] = match self.anchors[node.0 as usize] {
            Anchor::None => return,
            Anchor::Hidden => b" [label=\"\", shape=point, style=invis];\n",
            Anchor::Shown => b" [label=\"\", shape=point, width=0.08];\n",
        };
        self.indent(depth + 1);
        self.write_node_name(node);
        self.put(point);
    }

    fn write_node(&mut self, node: NodeId, depth: usize) {
        let node = self.graph.node(node);
        self.indent(depth);
        self.write_node_name(node.index());
        self.put(b" [label=");
        write_label(self.out, node.label());
        self.write_tooltip(node.comment());
        if let Some(layer) = node.layer() {
            self.out.extend_from_slice(&self.styles[layer.0 as usize].node);
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
            write_label(self.out, edge.label());
        }
        self.write_tooltip(edge.comment());
        if let Some((least, most)) = self.weights {
            let width = 1.0 + 3.0 * (edge.weight() - least) / (most - least);
            // Writing to a vector cannot fail.
            let _ = write!(self.out, ", penwidth={width:.2}");
        }
        if let Some(layer) = edge.layer() {
            self.out.extend_from_slice(&self.styles[layer.0 as usize].edge);
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

    fn write_tooltip(&mut self, comment: &str) {
        if !comment.is_empty() {
            self.put(b", tooltip=");
            write_label(self.out, comment);
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

    /// Indents a statement of a partition this deep; not without end, as the file would then grow
    /// with the square of the depth.
    fn indent(&mut self, depth: usize) {
        const SPACES: &[u8] = &[b' '; 64];
        self.put(&SPACES[..(2 + 2 * depth).min(SPACES.len())]);
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

/// The attributes of a theme.
struct Defaults {
    graph: Vec<(&'static str, &'static str)>,
    node: Vec<(&'static str, &'static str)>,
    edge: Vec<(&'static str, &'static str)>,
}

impl Defaults {
    fn of(theme: Theme) -> Defaults {
        const FONT: (&str, &str) = ("fontname", "Helvetica,Arial,sans-serif");
        let Some(palette) = theme.palette() else {
            return Defaults { graph: Vec::new(), node: Vec::new(), edge: Vec::new() };
        };
        Defaults {
            graph: vec![
                FONT,
                ("fontsize", "18"),
                ("fontcolor", palette.text),
                ("bgcolor", palette.page),
                ("pad", "0.3"),
                ("nodesep", "0.35"),
                ("ranksep", "0.55"),
            ],
            node: vec![
                FONT,
                ("fontsize", "12"),
                ("fontcolor", palette.text),
                ("shape", "box"),
                ("style", "rounded,filled"),
                ("fillcolor", palette.node_fill),
                ("color", palette.node_line),
                ("margin", "0.16,0.08"),
                ("height", "0.4"),
            ],
            edge: vec![
                FONT,
                ("fontsize", "10"),
                ("fontcolor", palette.edge_text),
                ("color", palette.edge),
                ("arrowsize", "0.7"),
            ],
        }
    }
}

fn layer_style(theme: Theme, layer: &Layer, diagnostics: &mut Diagnostics) -> LayerStyle {
    let line = style::line_of(layer, diagnostics);
    let shape = style::shape_of(layer, diagnostics);
    let look = theme.node_look(layer);
    let mut styled = LayerStyle { node: Vec::new(), partition: Vec::new(), edge: Vec::new() };
    if let Some(shape) = shape {
        let _ = write!(styled.node, ", shape={}", shape.dot.0);
    }
    write_colors(&mut styled.node, look, "fillcolor");
    let rounded = shape.map_or(theme != Theme::None, |shape| shape.dot.1);
    let filled = theme != Theme::None || look.fill.is_some();
    if shape.is_some() || line != Line::Solid || theme == Theme::None {
        write_style(&mut styled.node, rounded, filled, line);
    }
    write_partition_style(&mut styled.partition, theme, theme.partition_look(layer), line);
    write_colors(&mut styled.edge, theme.edge_look(layer), "fillcolor");
    if line != Line::Solid {
        write_style(&mut styled.edge, false, false, line);
    }
    styled
}

/// Writes the whole look of a cluster: it would inherit what is absent from the one around it.
fn write_partition_style(out: &mut Vec<u8>, theme: Theme, look: Look, line: Line) {
    let (fill, text, border) = match theme.palette() {
        Some(Palette { partition_fill, partition_text, partition_line, .. }) => {
            (*partition_fill, *partition_text, *partition_line)
        }
        None => ("", "black", "black"),
    };
    for (name, color, default) in [
        ("fillcolor", look.fill, fill),
        ("fontcolor", look.text, text),
        ("color", look.line, border),
    ] {
        match color {
            Some(color) => _ = write!(out, ", {name}=\"{color}\""),
            None if default.is_empty() => {}
            None => _ = write!(out, ", {name}=\"{default}\""),
        }
    }
    if theme != Theme::None {
        out.extend_from_slice(b", fontsize=12, labeljust=l, margin=14");
    }
    let filled = theme != Theme::None || look.fill.is_some();
    write_style(out, theme != Theme::None, filled, line);
}

fn write_colors(out: &mut Vec<u8>, look: Look, fill: &str) {
    for (name, color) in [(fill, look.fill), ("fontcolor", look.text), ("color", look.line)] {
        if let Some(color) = color {
            let _ = write!(out, ", {name}=\"{color}\"");
        }
    }
}

fn write_style(out: &mut Vec<u8>, rounded: bool, filled: bool, line: Line) {
    let line = match line {
        Line::Solid => "solid",
        Line::Dashed => "dashed",
        Line::Dotted => "dotted",
        Line::Bold => "bold",
    };
    let rounded = if rounded { "rounded," } else { "" };
    let filled = if filled { "filled," } else { "" };
    let _ = write!(out, ", style=\"{rounded}{filled}{line}\"");
}

/// Returns names for the nodes whose ids are not fit to be names.
fn odd_names(graph: &Graph) -> BTreeMap<NodeId, String> {
    let odd: Vec<(NodeId, String)> = graph
        .nodes()
        .filter_map(|node| fit_name(node.id()).map(|name| (node.index(), name)))
        .collect();
    if odd.is_empty() {
        return BTreeMap::new();
    }
    let mut taken: BTreeSet<String> = graph.nodes().map(|node| node.id().to_owned()).collect();
    let mut names = BTreeMap::new();
    for (node, base) in odd {
        let mut name = base.clone();
        let mut count = 2;
        while !taken.insert(name.clone()) {
            name = format!("{base}~{count}");
            count += 1;
        }
        names.insert(node, name);
    }
    names
}

/// Returns the name for an id that is not fit to be one.
fn fit_name(id: &str) -> Option<String> {
    if !id.starts_with('%') && !id.contains(['\n', '&']) {
        return fit_string(id);
    }
    let mut name = String::with_capacity(id.len() + 8);
    name.push_str(if id.starts_with('%') { "_" } else { "" });
    for (at, character) in id.char_indices() {
        match character {
            '\n' => name.push('\u{240a}'),
            '&' if is_entity(&id[at + 1..]) => name.push_str("&amp;"),
            _ => name.push(character),
        }
    }
    fit_string(&name).or_else(|| (name != id).then_some(name))
}

/// Returns whether a text goes on, after `&`, as an entity of HTML.
fn is_entity(after: &str) -> bool {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'#';
    let length = after.bytes().take_while(|byte| word(byte)).count();
    length > 0 && after[length..].starts_with(';')
}

/// Returns what to write for a text that cannot stand in a quoted string.
fn fit_string(text: &str) -> Option<String> {
    if !text.bytes().any(|byte| byte == b'\\' || may_need_substitute(byte)) {
        return None;
    }
    let mut fit = String::with_capacity(text.len() + 1);
    let mut backslashes = 0;
    for character in text.chars() {
        if matches!(character, '"' | '\n') && backslashes % 2 == 1 {
            fit.push('\\');
        }
        backslashes = if character == '\\' { backslashes + 1 } else { 0 };
        fit.push(substitute(character));
    }
    if backslashes % 2 == 1 {
        fit.push('\\');
    }
    (fit != text).then_some(fit)
}

/// Writes a fit text as a quoted string, in which only the quote is special.
fn write_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    escape(out, text, |byte| byte == b'"', |out, _, _, _| out.extend_from_slice(b"\\\""));
    out.push(b'"');
}

/// Writes a quoted string that Graphviz shows as `text`: it looks for backslashes, for line
/// breaks and, even there, for entities of HTML.
fn write_label(out: &mut Vec<u8>, text: &str) {
    let special = |byte| matches!(byte, b'"' | b'\\' | b'&') || may_need_substitute(byte);
    out.push(b'"');
    escape(out, text, special, |out, _, character, after| match character {
        '"' => out.extend_from_slice(b"\\\""),
        '\\' => out.extend_from_slice(b"\\\\"),
        '&' => out.extend_from_slice(b"&amp;"),
        '\r' if after.starts_with('\n') => {}
        // A break ends a line; the empty line after the last one must be ended, too.
        '\n' | '\r' if after.is_empty() => out.extend_from_slice(b"\\n\\n"),
        '\n' | '\r' => out.extend_from_slice(b"\\n"),
        _ => push(out, substitute(character)),
    });
    out.push(b'"');
}

fn is_word(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && !["graph", "node", "edge", "digraph", "subgraph", "strict"]
            .contains(&name.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Color, EdgeRow, GraphBuilder, NodeRow};
    use std::sync::Arc;

    fn export(options: &str, fill: impl FnOnce(&mut GraphBuilder)) -> String {
        let mut builder = GraphBuilder::default();
        fill(&mut builder);
        let graph = NamedGraph { name: "g".into(), graph: Arc::new(builder.finish().graph) };
        let options = serde_json::from_str(options).unwrap();
        let mut out = Vec::new();
        Dot::export(&options, &[graph], &[], &mut out, &mut Diagnostics::default()).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn bare(fill: impl FnOnce(&mut GraphBuilder)) -> String {
        export(r#"{"theme": "none"}"#, fill)
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
  graph [rankdir="TB"];

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
    fn a_name_that_dot_cannot_write_is_changed_and_stays_unique() {
        let cases = [
            ("plain", None),
            ("a\\b", None),
            ("a\\\\", None),
            ("a\\", Some("a\\\\")),
            ("a\\\"", Some("a\\\\\"")),
            ("a\\\nb", Some("a\\\u{240a}b")),
            ("a & b;", None),
            ("&nbsp;", Some("&amp;nbsp;")),
            ("%1", Some("_%1")),
            ("\0", Some("\u{2400}")),
        ];
        for (id, name) in cases {
            assert_eq!(fit_name(id).as_deref(), name, "{id:?}");
        }
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
