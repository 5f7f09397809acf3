//! The export kind `mermaid`: a flowchart for Mermaid, as Markdown viewers draw it.
//!
//! A node keeps its id if Mermaid can take it: ASCII letters, digits, `_` and single `-` between
//! them, a letter first, and no word of the language (`end`, `class`, …) up to the first `-`. Any
//! other id is written between two `_`, with `__` for `_` and `_20_` for a character by its code
//! point in hex: `end` is `_end_`, `pay.api` is `_pay_2e_api_`. So each id has a name of its own
//! that only a change of the id changes. Classes are `layer_` or `partition_` and such a name.
//!
//! Labels show as given. What means something to Mermaid or to Markdown is written as an entity
//! (`#quot;`), a line break as `<br/>`. A space that would be lost at an end of a line or beside
//! another is a no-break space, and a control character is shown by its picture (U+2400 to
//! U+2421). An invisible U+2060 keeps apart what some versions take for marks of their own: `ﬂ°`,
//! `¶ß`, and a backslash at the end of a line. The title is not so lucky: Mermaid shows entities in it as they stand, so
//! `<`, `>` and `&` are written as their full-width forms, and a line break as a space.
//!
//! A partition is a subgraph; an empty one is a node, as versions of Mermaid differ in what they
//! make of a subgraph without nodes.
//!
//! With [`Split`], the file is Markdown, with a block of `mermaid` for each diagram.

pub(super) mod look;
mod markdown;
pub(super) mod shared;
pub(super) mod text;

use std::io::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::look::{LayerStyle, write_theme};
use self::markdown::{write_block, write_heading};
use self::text::{write_id, write_label, write_title};
use super::partitions::drawn_flat;
use super::split::{Split, split};
use super::style::{Line, Orientation, Theme};
use super::substitutes::Substitutes;
use super::text::indent;
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{Edge, Graph, Hierarchy, NodeId, Visit};
use crate::step::{Exporter, InputFile, Meta, Misfit, NamedGraph};

/// The edges that Mermaid draws unless its `maxEdges` is raised.
const MOST_EDGES: usize = 500;
/// The characters that Mermaid reads unless its `maxTextSize` is raised.
const MOST_TEXT: usize = 50_000;

/// What may be done about a graph that is too large for one diagram.
const DIVIDE: &str = "or divide it, in Markdown: a name that ends in `.md`, `format: mermaid` and \
                      `split: partitions`";

/// Writes a Mermaid flowchart.
pub(super) struct Mermaid;

/// How a Mermaid flowchart is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct MermaidOptions {
    /// The title above the picture; the plan's name unless given.
    title: Option<String>,
    /// Which way edges point.
    orientation: Orientation,
    /// The look of whatever no layer colors. With `none`, the page that shows the diagram decides.
    theme: Theme,
    /// Whether partitions are drawn around what they hold. If not, only those that edges end at,
    /// and empty ones, are drawn, as nodes.
    contain: bool,
    /// How shapes and lines are drawn.
    look: Drawing,
    /// How a graph that is too large for one diagram is divided into several, in Markdown.
    #[serde(skip_serializing_if = "Split::is_none")]
    split: Split,
}

/// How shapes and lines are drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Drawing {
    /// With straight lines and even fills.
    #[default]
    Classic,
    /// As if by hand.
    HandDrawn,
}

impl Default for MermaidOptions {
    fn default() -> Self {
        MermaidOptions {
            title: None,
            orientation: Orientation::default(),
            theme: Theme::default(),
            contain: true,
            look: Drawing::default(),
            split: Split::default(),
        }
    }
}

impl Exporter for Mermaid {
    const KIND: &'static str = "mermaid";
    const REVISION: u32 = 1;
    const ABOUT: &'static str =
        "Writes a Mermaid flowchart: subgraphs from partitions, classes from layers";
    const EXTENSIONS: &'static [&'static str] = &["mmd", "mermaid"];
    type Options = MermaidOptions;
    type From = NamedGraph;

    fn apply_meta(options: &mut MermaidOptions, meta: &Meta) {
        meta.give_title(&mut options.title);
    }

    fn misfit(options: &MermaidOptions, path: &str) -> Option<Misfit> {
        let path = path.to_ascii_lowercase();
        let end = Self::EXTENSIONS.iter().find(|end| path.ends_with(&format!(".{end}")))?;
        (!options.split.is_none()).then(|| Misfit {
            option: "split",
            message: format!("a file that ends in `.{end}` holds one diagram"),
            help: "give it a name that ends in `.md`, and `format: mermaid`: it is then Markdown, \
                   with all diagrams"
                .to_owned(),
        })
    }

    fn export(
        options: &MermaidOptions,
        from: &[NamedGraph],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        for NamedGraph { graph, .. } in from {
            if options.split.is_none() {
                let start = out.len();
                write(options, graph, out, diagnostics);
                warn_of_excess(graph.edge_count(), &out[start..], Some(DIVIDE), diagnostics);
            } else {
                write_split(options, graph, out, diagnostics);
            }
        }
        Ok(())
    }
}

fn write(
    options: &MermaidOptions,
    graph: &Graph,
    out: &mut Vec<u8>,
    diagnostics: &mut Diagnostics,
) {
    let hierarchy = Hierarchy::of(graph);
    let style = |layer| LayerStyle::of(options.theme, layer, diagnostics);
    let styles = graph.layers().iter().map(style).collect();
    let substitutes = Substitutes::default();
    let mut writer = Writer { options, graph, out, styles, hierarchy: &hierarchy, substitutes };
    writer.write();
    writer.substitutes.tell("Mermaid", graph, diagnostics);
}

/// Writes a graph as Markdown, in as many diagrams as it takes.
fn write_split(
    options: &MermaidOptions,
    graph: &Graph,
    out: &mut Vec<u8>,
    diagnostics: &mut Diagnostics,
) {
    let untitled = MermaidOptions { title: None, ..options.clone() };
    if let Some(title) = options.title.as_deref().filter(|title| !title.is_empty()) {
        write_heading(out, 1, title);
    }
    let mut text = Vec::new();
    // What there is to say of the graph, this tells once for all pieces.
    write(&untitled, graph, &mut text, diagnostics);
    if excess(graph.edge_count(), &text).is_empty() {
        return write_block(out, &text);
    }
    let mut fits = |graph: &Graph| {
        let mut text = Vec::new();
        graph.edge_count() <= MOST_EDGES && {
            write(&untitled, graph, &mut text, &mut Diagnostics::default());
            excess(graph.edge_count(), &text).is_empty()
        }
    };
    for diagram in split(graph, options.split, &mut fits) {
        if let Some(heading) = diagram.heading() {
            write_heading(out, 2, &heading);
        }
        text.clear();
        write(&untitled, &diagram.graph, &mut text, &mut Diagnostics::default());
        warn_of_limits(diagram.graph.edge_count(), &text, diagnostics);
        write_block(out, &text);
    }
}

/// Returns what a diagram has more of than Mermaid draws: how many, the most, of what, and the
/// setting that raises it.
fn excess(edges: usize, text: &[u8]) -> Vec<(usize, usize, &'static str, &'static str)> {
    // Characters as JavaScript counts them.
    let units = |byte: &u8| usize::from(byte & 0xc0 != 0x80) + usize::from(*byte >= 0xf0);
    let characters = if text.len() > MOST_TEXT { text.iter().map(units).sum() } else { 0 };
    let mut found = vec![
        (edges, MOST_EDGES, "edges", "maxEdges"),
        (characters, MOST_TEXT, "characters", "maxTextSize"),
    ];
    found.retain(|(count, most, ..)| count > most);
    found
}

/// Warns of what Mermaid does not draw unless the page that shows it says so.
pub(super) fn warn_of_limits(edges: usize, text: &[u8], diagnostics: &mut Diagnostics) {
    warn_of_excess(edges, text, None, diagnostics);
}

/// The same; `way_out` is what may be done about it beside making the graph smaller.
fn warn_of_excess(edges: usize, text: &[u8], way_out: Option<&str>, diagnostics: &mut Diagnostics) {
    for (count, most, what, setting) in excess(edges, text) {
        let message =
            format!("Mermaid draws no more than {most} {what}, and this diagram has {count}");
        let warning = Diagnostic::warning("mermaid-limit", message)
            .note(format!("the page that shows it can raise `{setting}`; a diagram cannot"))
            .help("make the graph smaller first: select a part of it, or aggregate its edges");
        diagnostics.push(match way_out {
            Some(way_out) => warning.help(way_out),
            None => warning,
        });
    }
}

/// What stands before a diagram: its title and its look.
#[derive(Default)]
pub(super) struct FrontMatter<'a> {
    pub title: Option<&'a str>,
    pub theme: Theme,
    /// Whether shapes and lines are drawn as if by hand.
    pub by_hand: bool,
    /// Further settings, a line each.
    pub settings: &'static str,
    /// Further variables of the theme.
    pub variables: &'a [(String, &'static str)],
}

impl FrontMatter<'_> {
    pub(super) fn write(self, out: &mut Vec<u8>, substitutes: &mut Substitutes) {
        let title = self.title.filter(|title| !title.is_empty());
        let palette = self.theme.palette();
        let has_config = palette.is_some() || self.by_hand || !self.settings.is_empty();
        if title.is_none() && !has_config {
            return;
        }
        out.extend_from_slice(b"---\n");
        if let Some(title) = title {
            out.extend_from_slice(b"title: ");
            write_title(out, title, substitutes);
            out.push(b'\n');
        }
        if has_config {
            out.extend_from_slice(b"config:\n");
        }
        out.extend_from_slice(self.settings.as_bytes());
        if self.by_hand {
            out.extend_from_slice(b"  look: handDrawn\n");
        }
        if let Some(palette) = palette {
            if !self.by_hand {
                out.extend_from_slice(b"  look: classic\n");
            }
            write_theme(out, self.theme, palette, self.variables);
        }
        out.extend_from_slice(b"---\n");
    }
}

struct Writer<'a> {
    options: &'a MermaidOptions,
    graph: &'a Graph,
    out: &'a mut Vec<u8>,
    styles: Vec<LayerStyle>,
    hierarchy: &'a Hierarchy,
    substitutes: Substitutes,
}

impl Writer<'_> {
    fn write(&mut self) {
        let hierarchy = self.hierarchy;
        let MermaidOptions { title, theme, look, .. } = self.options;
        let by_hand = *look == Drawing::HandDrawn;
        let title = title.as_deref();
        let front = FrontMatter { title, theme: *theme, by_hand, ..FrontMatter::default() };
        front.write(self.out, &mut self.substitutes);
        self.put(b"flowchart ");
        self.put(self.options.orientation.code().as_bytes());
        self.put(b"\n");
        if self.options.contain {
            hierarchy.walk(self.graph, |visit, depth| match visit {
                Visit::Enter(node) if self.is_subgraph(node) => self.open_subgraph(node, depth),
                Visit::Enter(node) | Visit::Leaf(node) => self.write_node(node, depth),
                Visit::Leave(node) if self.is_subgraph(node) => {
                    indent(self.out, depth + 1);
                    self.put(b"end\n");
                }
                Visit::Leave(_) => {}
            });
        } else {
            for node in drawn_flat(self.graph, hierarchy).ones() {
                self.write_node(NodeId(node), 0);
            }
        }
        for edge in self.graph.edges() {
            self.write_edge(edge);
        }
        self.write_classes();
        self.write_link_styles();
    }

    fn is_subgraph(&self, node: NodeId) -> bool {
        self.options.contain && !self.hierarchy.children(node).is_empty()
    }

    fn open_subgraph(&mut self, node: NodeId, depth: usize) {
        let partition = self.graph.node(node);
        indent(self.out, depth + 1);
        self.put(b"subgraph ");
        write_id(self.out, partition.id());
        self.put(b"[");
        write_label(self.out, partition.label(), &mut self.substitutes);
        self.put(b"]\n");
        indent(self.out, depth + 2);
        self.put(b"direction ");
        self.put(self.options.orientation.code().as_bytes());
        self.put(b"\n");
    }

    fn write_node(&mut self, node: NodeId, depth: usize) {
        let node = self.graph.node(node);
        indent(self.out, depth + 1);
        write_id(self.out, node.id());
        let style = node.layer().map(|layer| &self.styles[layer.0 as usize]);
        let default = if self.options.theme == Theme::None { ("[", "]") } else { ("(", ")") };
        let (open, close) =
            style.and_then(|style| style.shape).map_or(default, |shape| shape.mermaid);
        self.out.extend_from_slice(open.as_bytes());
        write_label(self.out, node.label(), &mut self.substitutes);
        self.out.extend_from_slice(close.as_bytes());
        if let Some(layer) = node.layer()
            && style.is_some_and(|style| !style.node.is_empty())
        {
            self.put(b":::layer_");
            write_id(self.out, &self.graph.layer(layer).id);
        }
        self.put(b"\n");
    }

    fn write_edge(&mut self, edge: Edge<'_>) {
        let line = edge.layer().map_or(Line::Solid, |layer| self.styles[layer.0 as usize].line);
        self.put(b"  ");
        write_id(self.out, edge.source().id());
        self.put(match line {
            Line::Solid => b" --> ",
            Line::Dashed | Line::Dotted => b" -.-> ",
            Line::Bold => b" ==> ",
        });
        if !edge.label().is_empty() {
            // Inside the space after the arrow.
            self.out.pop();
            self.put(b"|");
            write_label(self.out, edge.label(), &mut self.substitutes);
            self.put(b"| ");
        }
        write_id(self.out, edge.target().id());
        self.put(b"\n");
    }

    fn write_classes(&mut self) {
        let graph = self.graph;
        let mut used = vec![(false, false); graph.layers().len()];
        for node in graph.nodes() {
            if let Some(layer) = node.layer() {
                let used = &mut used[layer.0 as usize];
                let is_subgraph = self.is_subgraph(node.index());
                used.0 |= !is_subgraph;
                used.1 |= is_subgraph;
            }
        }
        for ((layer, style), used) in graph.layers().iter().zip(&self.styles).zip(used) {
            for (used, prefix, styles) in
                [(used.0, "layer", &style.node), (used.1, "partition", &style.partition)]
            {
                if used && !styles.is_empty() {
                    let _ = write!(self.out, "  classDef {prefix}_");
                    write_id(self.out, &layer.id);
                    self.out.push(b' ');
                    self.out.extend_from_slice(styles);
                    self.out.push(b'\n');
                }
            }
        }
        for node in graph.nodes() {
            if let Some(layer) = node.layer()
                && self.is_subgraph(node.index())
                && !self.styles[layer.0 as usize].partition.is_empty()
            {
                self.put(b"  class ");
                write_id(self.out, node.id());
                self.put(b" partition_");
                write_id(self.out, &graph.layer(layer).id);
                self.put(b"\n");
            }
        }
    }

    fn write_link_styles(&mut self) {
        let mut edges: Vec<Vec<usize>> = vec![Vec::new(); self.styles.len()];
        for (number, edge) in self.graph.edges().enumerate() {
            if let Some(layer) = edge.layer() {
                edges[layer.0 as usize].push(number);
            }
        }
        for (style, edges) in self.styles.iter().zip(edges) {
            if style.edge.is_empty() || edges.is_empty() {
                continue;
            }
            for (at, number) in edges.iter().enumerate() {
                let before = if at == 0 { "  linkStyle " } else { "," };
                let _ = write!(self.out, "{before}{number}");
            }
            self.out.push(b' ');
            self.out.extend_from_slice(&style.edge);
            self.out.push(b'\n');
        }
    }

    fn put(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, Case};
    use super::*;
    use crate::graph::{Color, EdgeRow, GraphBuilder, Layer, NodeRow};

    fn export(options: &str, fill: impl FnOnce(&mut GraphBuilder)) -> (String, Diagnostics) {
        Case::of(fill).export::<Mermaid>(options)
    }

    fn bare(fill: impl FnOnce(&mut GraphBuilder)) -> String {
        testing::bare::<Mermaid>(fill)
    }

    fn node<'a>(id: &'a str, parent: Option<&'a str>) -> NodeRow<'a> {
        NodeRow { id, parent, ..NodeRow::default() }
    }

    #[test]
    fn a_small_graph_reads_well() {
        let text = bare(|builder| {
            builder.layer(Layer { background: Color::parse("navy"), ..Layer::plain("db") });
            builder.node(NodeRow { label: Some("Orders (v2)"), ..node("orders-db", Some("shop")) });
            builder.node(NodeRow { layer: Some("db"), ..node("pay.api", None) });
            builder.node(NodeRow { label: Some("The \"shop\""), ..node("shop", None) });
            let edge = EdgeRow { source: "pay.api", target: "shop", ..EdgeRow::default() };
            builder.edge(EdgeRow { label: "asks", layer: Some("db"), ..edge });
        });
        let expected = r#"flowchart TB
  _pay_2e_api_["pay.api"]:::layer_db
  subgraph shop["The #quot;shop#quot;"]
    direction TB
    orders-db["Orders (v2)"]
  end
  _pay_2e_api_ -->|"asks"| shop
  classDef layer_db fill:#000080,color:#ffffff
  linkStyle 0 stroke:#000080
"#;
        assert_eq!(text, expected);
    }

    #[test]
    fn an_empty_partition_is_drawn() {
        let text = bare(|builder| builder.node(NodeRow { is_partition: true, ..node("p", None) }));
        assert_eq!(text, "flowchart TB\n  p[\"p\"]\n");
    }

    #[test]
    fn the_title_is_quoted() {
        let (text, _) = export(r#"{"title": "A \"<b>\" \\", "theme": "none"}"#, |_| {});
        assert!(
            text.starts_with("---\ntitle: \"A \\\"＜b＞\\\" \\\\\"\n---\nflowchart TB"),
            "{text}"
        );
    }

    #[test]
    fn a_diagram_that_mermaid_would_not_draw_gets_a_warning() {
        let warnings = |edges| {
            let (_, diagnostics) = export("{}", |builder| {
                builder.node(node("a", None));
                for _ in 0..edges {
                    builder.edge(EdgeRow { source: "a", target: "a", ..EdgeRow::default() });
                }
            });
            diagnostics.list.len()
        };
        assert_eq!((warnings(500), warnings(501), warnings(5_000)), (0, 1, 2));
    }
}
