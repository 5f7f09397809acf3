//! The export kind `mermaid_treemap`: the hierarchy as a treemap of Mermaid.
//!
//! The room of a leaf is its weight; one without a positive weight takes none. Texts are as in
//! [`super::mermaid`], but for line breaks, which are spaces. Mermaid cuts a label that has not
//! enough room.

use std::borrow::Cow;
use std::io::Write as _;

use super::mermaid::look::{LayerStyle, even_scale};
use super::mermaid::text::write_label;
use super::mermaid::{FrontMatter, warn_of_limits};
use super::names::write_name;
use super::substitutes::Substitutes;
use super::text::indent;
use super::tree::{TreeOptions, walk_tree};
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

/// Writes a Mermaid treemap.
pub(super) struct MermaidTreemap;

impl Exporter for MermaidTreemap {
    const KIND: &'static str = "mermaid_treemap";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes the hierarchy as a Mermaid treemap, sized by weight";
    const EXTENSIONS: &'static [&'static str] = &["treemap.mmd", "treemap.mermaid"];
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
            let styles: Vec<LayerStyle> = graph
                .layers()
                .iter()
                .map(|layer| LayerStyle::of(options.theme, layer, diagnostics))
                .collect();
            let mut used = vec![false; styles.len()];
            let mut without_room = 0;
            let mut substitutes = Substitutes::default();
            let (theme, variables) = (options.theme, &even_scale(options.theme));
            let front = FrontMatter { theme, variables, ..FrontMatter::default() };
            front.write(out, &mut substitutes);
            out.extend_from_slice(b"treemap-beta\n");
            walk_tree(graph, (options.title.as_deref(), name), diagnostics, |branch| {
                indent(out, branch.level + 1);
                let label = in_a_line(branch.label, &mut substitutes);
                write_label(out, &label, &mut substitutes);
                let node = branch.node.map(|node| graph.node(node));
                if branch.is_leaf {
                    let weight = node.map_or(1.0, |node| node.weight());
                    let has_room = weight.is_finite() && weight > 0.0;
                    without_room += usize::from(!has_room);
                    let _ = write!(out, ": {}", if has_room { weight } else { 0.0 });
                }
                if let Some(layer) = node.and_then(|node| node.layer())
                    && !styles[layer.0 as usize].node.is_empty()
                {
                    used[layer.0 as usize] = true;
                    out.extend_from_slice(b":::layer_");
                    write_name(out, &graph.layer(layer).id, |_| false);
                }
                out.push(b'\n');
            });
            for ((layer, style), _) in
                graph.layers().iter().zip(&styles).zip(used).filter(|(_, used)| *used)
            {
                out.extend_from_slice(b"  classDef layer_");
                write_name(out, &layer.id, |_| false);
                out.push(b' ');
                out.extend_from_slice(&style.node);
                // Otherwise the page shines through, and the text is chosen for the color.
                out.extend_from_slice(b",fill-opacity:1;\n");
            }
            substitutes.tell("Mermaid", graph, diagnostics);
            warn_of_limits(0, &out[start..], diagnostics);
            if without_room > 0 {
                let message = format!("{without_room} nodes have no positive weight");
                diagnostics.push(
                    Diagnostic::warning("no-room", message)
                        .note("a treemap gives them no room, so they are not seen"),
                );
            }
        }
        Ok(())
    }
}

/// Returns a label with spaces for its line breaks.
fn in_a_line<'a>(label: &'a str, substitutes: &mut Substitutes) -> Cow<'a, str> {
    if !label.contains(['\n', '\r']) {
        return label.into();
    }
    let lines = label.replace("\r\n", "\n");
    let line = lines.replace(['\n', '\r'], " ");
    substitutes.compare(&lines, &line);
    line.into()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Case, bare};
    use super::*;
    use crate::graph::{Color, GraphBuilder, Layer, NodeRow};

    fn fill(builder: &mut GraphBuilder) {
        builder.layer(Layer { background: Color::parse("navy"), ..Layer::plain("db") });
        builder.node(NodeRow::test("shop", "The shop", None));
        let orders = NodeRow { weight: 2.5, ..NodeRow::test("orders", "Orders", Some("shop")) };
        builder.node(NodeRow { layer: Some("db"), ..orders });
        builder.node(NodeRow { weight: -1.0, ..NodeRow::test("x", "X", Some("shop")) });
    }

    #[test]
    fn a_small_tree_reads_well() {
        let expected = r#"treemap-beta
  "The shop"
    "Orders": 2.5:::layer_db
    "X": 0
  classDef layer_db fill:#000080,color:#ffffff,fill-opacity:1;
"#;
        assert_eq!(bare::<MermaidTreemap>(fill), expected);
    }

    #[test]
    fn a_node_without_room_gets_a_warning() {
        let (_, diagnostics) = Case::of(fill).export::<MermaidTreemap>("{}");
        assert_eq!(diagnostics.list[0].message, "1 nodes have no positive weight");
    }
}
