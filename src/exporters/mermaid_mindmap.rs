//! The export kind `mermaid_mindmap`: the hierarchy as a mindmap of Mermaid.
//!
//! Texts are as in [`super::mermaid`]. Mermaid colors each branch by itself and lets no diagram
//! color a node, so layers do not show. Nodes have no names, so equal labels are no trouble.

use super::mermaid::look::scale;
use super::mermaid::text::write_label;
use super::mermaid::{FrontMatter, warn_of_limits};
use super::substitutes::Substitutes;
use super::text::indent;
use super::tree::{TreeOptions, walk_tree};
use crate::diagnostic::{Diagnostics, Failed};
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

/// Writes a Mermaid mindmap.
pub(super) struct MermaidMindmap;

impl Exporter for MermaidMindmap {
    const KIND: &'static str = "mermaid_mindmap";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes the hierarchy as a Mermaid mindmap";
    const EXTENSIONS: &'static [&'static str] = &["mindmap.mmd", "mindmap.mermaid"];
    type Options = TreeOptions;
    type From = NamedGraph;

    fn apply_meta(options: &mut TreeOptions, meta: &Meta) {
        options.apply_meta(meta);
    }

    fn export(
        options: &TreeOptions,
        from: &[NamedGraph],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        for NamedGraph { name, graph } in from {
            let start = out.len();
            let mut substitutes = Substitutes::default();
            let (theme, variables) = (options.theme, &scale(options.theme));
            let front = FrontMatter { theme, variables, ..FrontMatter::default() };
            front.write(out, &mut substitutes);
            out.extend_from_slice(b"mindmap\n");
            walk_tree(graph, (options.title.as_deref(), name), diagnostics, |branch| {
                indent(out, branch.level + 1);
                let (open, close) = if branch.level == 0 { ("root((", "))") } else { ("n[", "]") };
                out.extend_from_slice(open.as_bytes());
                write_label(out, branch.label, &mut substitutes);
                out.extend_from_slice(close.as_bytes());
                out.push(b'\n');
            });
            substitutes.tell("Mermaid", graph, diagnostics);
            warn_of_limits(0, &out[start..], diagnostics);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::bare;
    use super::*;
    use crate::graph::NodeRow;

    #[test]
    fn a_small_tree_reads_well() {
        let text = bare::<MermaidMindmap>(|builder| {
            builder.node(NodeRow::test("shop", "The \"shop\"", None));
            builder.node(NodeRow::test("orders", "Orders (v2)", Some("shop")));
        });
        let expected = "mindmap\n  root((\"The #quot;shop#quot;\"))\n    n[\"Orders (v2)\"]\n";
        assert_eq!(text, expected);
    }
}
