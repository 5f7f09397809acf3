//! The export kind `mermaid_class`: a class diagram of Mermaid.
//!
//! Nodes are classes without members. Of partitions, those that hold a class directly are
//! namespaces, as namespaces hold no namespaces; one that an edge ends at is a class, too. Texts
//! are as in [`super::mermaid`], names as in [`super::names`].

use super::mermaid::look::LayerStyle;
use super::mermaid::shared::{
    DiagramOptions, styles, write_class_mark, write_classes, write_node_label, write_node_name,
};
use super::mermaid::text::write_bare_label;
use super::mermaid::{FrontMatter, warn_of_limits};
use super::partitions::drawn_flat;
use super::style::Line;
use super::substitutes::Substitutes;
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Graph, Hierarchy, NodeId};
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

/// Classes have no members, so there is no room for them. Mermaid draws the box of a label of
/// several lines too small then.
const SETTINGS: &str = "  class:\n    hideEmptyMembersBox: true\n";

/// Writes a Mermaid class diagram.
pub(super) struct MermaidClass;

impl Exporter for MermaidClass {
    const KIND: &'static str = "mermaid_class";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes a Mermaid class diagram: namespaces from partitions";
    const EXTENSIONS: &'static [&'static str] = &["class.mmd", "class.mermaid"];
    type Options = DiagramOptions;
    type From = NamedGraph;

    fn apply_meta(options: &mut DiagramOptions, meta: &Meta) {
        options.apply_meta(meta);
    }

    fn export(
        options: &DiagramOptions,
        from: &[NamedGraph],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        for NamedGraph { graph, .. } in from {
            let start = out.len();
            let styles = styles(options.theme, graph, diagnostics);
            let mut substitutes = Substitutes::default();
            let (title, theme) = (options.title.as_deref(), options.theme);
            let has_lines = graph.nodes().any(|node| node.label().contains(['\n', '\r']));
            let settings = if has_lines { "" } else { SETTINGS };
            let front = FrontMatter { title, theme, settings, ..FrontMatter::default() };
            front.write(out, &mut substitutes);
            out.extend_from_slice(b"classDiagram\n  direction ");
            out.extend_from_slice(options.orientation.code().as_bytes());
            out.push(b'\n');
            write_nodes(out, graph, &styles, &mut substitutes);
            write_edges(out, graph, &styles, &mut substitutes);
            write_classes(out, graph, &styles);
            substitutes.tell("Mermaid", graph, diagnostics);
            warn_of_limits(graph.edge_count(), &out[start..], diagnostics);
        }
        Ok(())
    }
}

fn write_nodes(
    out: &mut Vec<u8>,
    graph: &Graph,
    styles: &[LayerStyle],
    substitutes: &mut Substitutes,
) {
    let hierarchy = Hierarchy::of(graph);
    let drawn = drawn_flat(graph, &hierarchy);
    let is_drawn = |node: &&NodeId| drawn.get(node.0 as usize);
    for node in hierarchy.roots().iter().filter(is_drawn) {
        write_class(out, graph, styles, *node, substitutes);
    }
    for partition in graph.nodes() {
        let mut members = hierarchy.children(partition.index()).iter().filter(is_drawn).peekable();
        if members.peek().is_none() {
            continue;
        }
        // No name of a node has a hyphen.
        out.extend_from_slice(b"  namespace in-");
        write_node_name(out, partition.id());
        out.push(b'[');
        write_node_label(out, partition.label(), substitutes);
        out.extend_from_slice(b"] {\n");
        for member in members {
            out.extend_from_slice(b"  ");
            write_class(out, graph, styles, *member, substitutes);
        }
        out.extend_from_slice(b"  }\n");
    }
}

fn write_class(
    out: &mut Vec<u8>,
    graph: &Graph,
    styles: &[LayerStyle],
    node: NodeId,
    substitutes: &mut Substitutes,
) {
    out.extend_from_slice(b"  class ");
    write_node_name(out, graph.node(node).id());
    out.push(b'[');
    write_node_label(out, graph.node(node).label(), substitutes);
    out.push(b']');
    write_class_mark(out, graph, styles, node);
    out.push(b'\n');
}

fn write_edges(
    out: &mut Vec<u8>,
    graph: &Graph,
    styles: &[LayerStyle],
    substitutes: &mut Substitutes,
) {
    for edge in graph.edges() {
        let line = edge.layer().map_or(Line::Solid, |layer| styles[layer.0 as usize].line);
        out.extend_from_slice(b"  ");
        write_node_name(out, edge.source().id());
        out.extend_from_slice(match line {
            Line::Dashed | Line::Dotted => b" ..> ",
            Line::Solid | Line::Bold => b" --> ",
        });
        write_node_name(out, edge.target().id());
        if !edge.label().is_empty() {
            out.extend_from_slice(b" : ");
            let mut label = Vec::new();
            write_bare_label(&mut label, edge.label(), substitutes);
            // A colon would begin a second label.
            for byte in label {
                match byte {
                    b':' => out.extend_from_slice(b"#58;"),
                    _ => out.push(byte),
                }
            }
        }
        out.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::bare;
    use super::*;
    use crate::graph::{Color, EdgeRow, Layer, NodeRow};

    #[test]
    fn a_small_graph_reads_well() {
        let text = bare::<MermaidClass>(|builder| {
            builder.layer(Layer { background: Color::parse("navy"), ..Layer::plain("db") });
            builder.node(NodeRow::test("shop", "The shop", None));
            builder.node(NodeRow { layer: Some("db"), ..NodeRow::test("a", "A", Some("shop")) });
            builder.node(NodeRow::test("end", "B", None));
            builder.edge(EdgeRow {
                source: "end",
                target: "a",
                label: "asks",
                ..EdgeRow::default()
            });
        });
        let expected = r#"---
config:
  class:
    hideEmptyMembersBox: true
---
classDiagram
  direction TB
  class _end_["B"]
  namespace in-shop["The shop"] {
    class a["A"]:::layer_db
  }
  _end_ --> a : asks
  classDef layer_db fill:#000080,color:#ffffff
"#;
        assert_eq!(text, expected);
    }
}
