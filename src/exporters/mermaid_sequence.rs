//! The export kind `mermaid_sequence`: a sequence diagram of Mermaid.
//!
//! Names and texts are as in [`super::mermaid`]. Mermaid gives all participants one look, so
//! layers show only in lines: dashed and dotted ones are dashed. Of partitions, those that hold a
//! participant directly are boxes, as boxes hold no boxes.

use super::mermaid::look::LayerStyle;
use super::mermaid::text::{write_bare_label, write_id};
use super::mermaid::{FrontMatter, warn_of_limits};
use super::sequence::{Sequence, SequenceOptions};
use super::style::{Line, Palette, Theme, hex};
use super::substitutes::Substitutes;
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Color, Graph, NodeId};
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

/// Writes a Mermaid sequence diagram.
pub(super) struct MermaidSequence;

impl Exporter for MermaidSequence {
    const KIND: &'static str = "mermaid_sequence";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes a Mermaid sequence diagram: edges are messages";
    const EXTENSIONS: &'static [&'static str] = &["sequence.mmd", "sequence.mermaid"];
    type Options = SequenceOptions;
    type From = NamedGraph;

    fn apply_meta(options: &mut SequenceOptions, meta: &Meta) {
        options.apply_meta(meta);
    }

    fn export(
        options: &SequenceOptions,
        from: &[NamedGraph],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        for NamedGraph { graph, .. } in from {
            let start = out.len();
            let sequence = Sequence::of(graph, options, diagnostics);
            let mut substitutes = Substitutes::default();
            let (title, theme) = (options.title.as_deref(), options.theme);
            let variables = &variables(theme);
            let front = FrontMatter { title, theme, variables, ..FrontMatter::default() };
            front.write(out, &mut substitutes);
            out.extend_from_slice(b"sequenceDiagram\n");
            for (partition, members) in &sequence.groups {
                if let Some(partition) = partition {
                    out.extend_from_slice(b"  box ");
                    let color =
                        options.theme.palette().map_or_else(|| "transparent".to_owned(), box_color);
                    out.extend_from_slice(color.as_bytes());
                    out.push(b' ');
                    write_box_label(out, graph.node(*partition).label(), &mut substitutes);
                    out.push(b'\n');
                }
                for member in members {
                    if partition.is_some() {
                        out.extend_from_slice(b"  ");
                    }
                    write_participant(out, graph, *member, &mut substitutes);
                }
                if partition.is_some() {
                    out.extend_from_slice(b"  end\n");
                }
            }
            let lines: Vec<Line> = graph
                .layers()
                .iter()
                .map(|layer| LayerStyle::of(options.theme, layer, diagnostics).line)
                .collect();
            for message in &sequence.messages {
                let edge = graph.edge(*message);
                let line = edge.layer().map_or(Line::Solid, |layer| lines[layer.0 as usize]);
                let is_dashed = matches!(line, Line::Dashed | Line::Dotted);
                out.extend_from_slice(b"  ");
                write_id(out, edge.source().id());
                out.extend_from_slice(if is_dashed { b"-->>" } else { b"->>" });
                write_id(out, edge.target().id());
                out.extend_from_slice(b": ");
                write_text(out, edge.label(), &mut substitutes);
                out.push(b'\n');
            }
            substitutes.tell("Mermaid", graph, diagnostics);
            warn_of_limits(0, &out[start..], diagnostics);
        }
        Ok(())
    }
}

fn write_participant(
    out: &mut Vec<u8>,
    graph: &Graph,
    node: NodeId,
    substitutes: &mut Substitutes,
) {
    let node = graph.node(node);
    out.extend_from_slice(b"  participant ");
    write_id(out, node.id());
    out.extend_from_slice(b" as ");
    write_text(out, node.label(), substitutes);
    out.push(b'\n');
}

/// Writes the label of a box; Mermaid takes all up to the last `)` for its color.
fn write_box_label(out: &mut Vec<u8>, label: &str, substitutes: &mut Substitutes) {
    let mut text = Vec::new();
    write_text(&mut text, label, substitutes);
    for byte in text {
        match byte {
            b'(' => out.extend_from_slice(b"#40;"),
            b')' => out.extend_from_slice(b"#41;"),
            _ => out.push(byte),
        }
    }
}

/// Writes a text to the end of the line.
fn write_text(out: &mut Vec<u8>, text: &str, substitutes: &mut Substitutes) {
    if text.is_empty() {
        out.extend_from_slice(b"#160;");
    } else {
        write_bare_label(out, text, substitutes);
    }
}

/// Returns a box's color, which Mermaid does not take in hex.
fn box_color(palette: &Palette) -> String {
    let [red, green, blue, _] = hex(palette.partition_solid).map_or([0; 4], Color::parts);
    format!("rgb({red},{green},{blue})")
}

fn variables(theme: Theme) -> Vec<(String, &'static str)> {
    let Some(palette) = theme.palette() else { return Vec::new() };
    [
        ("actorBkg", palette.node_fill),
        ("actorBorder", palette.node_line),
        ("actorTextColor", palette.text),
        ("actorLineColor", palette.partition_line),
        ("signalColor", palette.edge),
        ("signalTextColor", palette.edge_text),
    ]
    .map(|(name, color)| (name.to_owned(), color))
    .to_vec()
}

#[cfg(test)]
mod tests {
    use super::super::testing::bare;
    use super::*;
    use crate::graph::{EdgeRow, NodeRow};

    #[test]
    fn a_small_sequence_reads_well() {
        let text = bare::<MermaidSequence>(|builder| {
            builder.node(NodeRow::test("end", "The end", Some("shop")));
            builder.node(NodeRow::test("shop", "Shop", None));
            builder.node(NodeRow::test("till", "", None));
            let edge = EdgeRow { source: "till", target: "end", ..EdgeRow::default() };
            builder.edge(EdgeRow { label: "asks; twice", ..edge });
        });
        let expected = "sequenceDiagram
  participant till as #160;
  box transparent Shop
    participant _end_ as The end
  end
  till->>_end_: asks#59; twice
";
        assert_eq!(text, expected);
    }
}
