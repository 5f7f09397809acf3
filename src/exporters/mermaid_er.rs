//! The export kind `mermaid_er`: an entity relationship diagram of Mermaid.
//!
//! Nodes are entities, edges relationships from one to many: such a diagram has no arrows and no
//! partitions, so of these, only those that edges end at, and empty ones, are drawn. Texts are as
//! in [`super::mermaid`], names as in [`super::names`].

use super::mermaid::shared::{
    DiagramOptions, styles, write_class_mark, write_classes, write_node_label, write_node_name,
};
use super::mermaid::text::write_label;
use super::mermaid::{FrontMatter, warn_of_limits};
use super::partitions::drawn_flat;
use super::style::Line;
use super::substitutes::Substitutes;
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Hierarchy, NodeId};
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

/// Writes a Mermaid entity relationship diagram.
pub(super) struct MermaidEr;

impl Exporter for MermaidEr {
    const KIND: &'static str = "mermaid_er";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes a Mermaid entity relationship diagram";
    const EXTENSIONS: &'static [&'static str] = &["er.mmd", "er.mermaid"];
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
            FrontMatter { title, theme, ..FrontMatter::default() }.write(out, &mut substitutes);
            out.extend_from_slice(b"erDiagram\n  direction ");
            out.extend_from_slice(options.orientation.code().as_bytes());
            out.push(b'\n');
            for node in drawn_flat(graph, &Hierarchy::of(graph)).ones() {
                let node = graph.node(NodeId(node));
                out.extend_from_slice(b"  ");
                write_node_name(out, node.id());
                out.push(b'[');
                write_node_label(out, node.label(), &mut substitutes);
                out.push(b']');
                write_class_mark(out, graph, &styles, node.index());
                out.push(b'\n');
            }
            for edge in graph.edges() {
                let line = edge.layer().map_or(Line::Solid, |layer| styles[layer.0 as usize].line);
                out.extend_from_slice(b"  ");
                write_node_name(out, edge.source().id());
                out.extend_from_slice(match line {
                    Line::Dashed | Line::Dotted => b" ||..o{ ",
                    Line::Solid | Line::Bold => b" ||--o{ ",
                });
                write_node_name(out, edge.target().id());
                out.extend_from_slice(b" : ");
                write_label(out, edge.label(), &mut substitutes);
                out.push(b'\n');
            }
            write_classes(out, graph, &styles);
            substitutes.tell("Mermaid", graph, diagnostics);
            warn_of_limits(graph.edge_count(), &out[start..], diagnostics);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::bare;
    use super::*;
    use crate::graph::{EdgeRow, NodeRow};

    #[test]
    fn a_small_graph_reads_well() {
        let text = bare::<MermaidEr>(|builder| {
            builder.node(NodeRow::test("shop", "The shop", None));
            builder.node(NodeRow::test("a", "A \"b\"", Some("shop")));
            builder.node(NodeRow::test("end", "B", None));
            builder.edge(EdgeRow { source: "end", target: "a", ..EdgeRow::default() });
        });
        let expected = r#"erDiagram
  direction TB
  a["A #quot;b#quot;"]
  _end_["B"]
  _end_ ||--o{ a : " "
"#;
        assert_eq!(text, expected);
    }
}
