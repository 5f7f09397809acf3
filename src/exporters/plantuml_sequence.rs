//! The export kind `plantuml_sequence`: a sequence diagram of PlantUML.
//!
//! Names and texts are as in [`super::plantuml`]. Of partitions, those that hold a participant
//! directly are boxes, as boxes hold no boxes in versions of 2020.

use std::io::Write as _;

use super::plantuml::look::{LayerStyle, line_word};
use super::plantuml::text::{write_id, write_text};
use super::plantuml::{warn_of_size, write_title};
use super::sequence::{Sequence, SequenceOptions};
use super::style::{Look, Palette};
use super::substitutes::Substitutes;
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Color, Edge, Graph, NodeId};
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

/// The messages that fill a picture from top to bottom.
const MOST_MESSAGES: usize = 130;
/// The nodes that fill a picture from left to right.
const MOST_PARTICIPANTS: usize = 30;

/// Writes a PlantUML sequence diagram.
pub(super) struct PlantUmlSequence;

impl Exporter for PlantUmlSequence {
    const KIND: &'static str = "plantuml_sequence";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes a PlantUML sequence diagram: edges are messages";
    const EXTENSIONS: &'static [&'static str] = &["sequence.puml", "sequence.plantuml"];
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
            let sequence = Sequence::of(graph, options, diagnostics);
            let styles = LayerStyle::all(options.theme, graph, diagnostics);
            let substitutes = Substitutes::default();
            let mut writer = Writer { options, graph, out, styles, substitutes };
            writer.write(&sequence);
            writer.substitutes.tell("PlantUML", graph, diagnostics);
            let (messages, participants) = (sequence.messages.len(), sequence.participant_count());
            if messages > MOST_MESSAGES {
                warn_of_size(&format!("{messages} messages"), diagnostics);
            } else if participants > MOST_PARTICIPANTS {
                warn_of_size(&format!("{participants} participants"), diagnostics);
            }
        }
        Ok(())
    }
}

struct Writer<'a> {
    options: &'a SequenceOptions,
    graph: &'a Graph,
    out: &'a mut Vec<u8>,
    styles: Vec<LayerStyle>,
    substitutes: Substitutes,
}

impl Writer<'_> {
    fn write(&mut self, sequence: &Sequence) {
        let palette = self.options.theme.palette();
        self.put("@startuml\n");
        write_title(self.out, self.options.title.as_deref(), &mut self.substitutes);
        if let Some(palette) = palette {
            write_theme(self.out, palette);
        }
        self.put("hide footbox\n\n");
        for (partition, members) in &sequence.groups {
            if let Some(partition) = partition {
                self.put("box \"");
                self.text(self.graph.node(*partition).label());
                self.put("\"");
                if let Some(palette) = palette {
                    self.put(" ");
                    self.put(palette.partition_solid);
                }
                self.put("\n");
            }
            for member in members {
                if partition.is_some() {
                    self.put("  ");
                }
                self.write_participant(*member);
            }
            if partition.is_some() {
                self.put("end box\n");
            }
        }
        if !sequence.messages.is_empty() {
            self.put("\n");
        }
        for message in &sequence.messages {
            self.write_message(self.graph.edge(*message));
        }
        self.put("@enduml\n");
    }

    fn write_participant(&mut self, node: NodeId) {
        let node = self.graph.node(node);
        let style = node.layer().map(|layer| &self.styles[layer.0 as usize]);
        let look = style.map_or_else(Look::default, |style| style.node);
        let is_database = style.is_some_and(|style| style.element == "database");
        self.put(if is_database { "database \"" } else { "participant \"" });
        // A database has its label below it, not on its color.
        self.write_colored(node.label(), look.text.filter(|_| !is_database));
        self.put("\" as ");
        write_id(self.out, node.id());
        if let Some(fill) = look.fill {
            // Writing to a vector cannot fail.
            let _ = write!(self.out, " {fill}");
        }
        self.put("\n");
    }

    fn write_message(&mut self, edge: Edge<'_>) {
        write_id(self.out, edge.source().id());
        let style = edge.layer().map(|layer| &self.styles[layer.0 as usize]);
        let word = style.and_then(|style| line_word(style.line));
        let look = style.map_or_else(Look::default, |style| style.edge_look);
        self.put(match (look.line, word) {
            (None, None) => " ->",
            _ => " -[",
        });
        if let Some(color) = look.line {
            let _ = write!(self.out, "{color}");
        }
        if let Some(word) = word {
            self.put(if look.line.is_some() { "," } else { "" });
            self.put(word);
        }
        self.put(if look.line.is_some() || word.is_some() { "]> " } else { " " });
        write_id(self.out, edge.target().id());
        if !edge.label().is_empty() {
            self.put(" : ");
            self.write_colored(edge.label(), look.text);
        }
        self.put("\n");
    }

    /// Writes a label; its color holds for one line.
    fn write_colored(&mut self, label: &str, color: Option<Color>) {
        let Some(color) = color else { return self.text(label) };
        for (at, line) in label.replace("\r\n", "\n").split(['\n', '\r']).enumerate() {
            if at > 0 {
                self.put("\\n");
            }
            let _ = write!(self.out, "<color:{color}>");
            self.text(line);
        }
    }

    fn text(&mut self, text: &str) {
        write_text(self.out, text, &mut self.substitutes);
    }

    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}

fn write_theme(out: &mut Vec<u8>, palette: &Palette) {
    let Palette { page, node_fill, node_line, text, edge, .. } = palette;
    for (name, value) in [
        ("BackgroundColor", *page),
        ("Shadowing", "false"),
        ("DefaultFontName", "Helvetica"),
        ("RoundCorner", "10"),
        ("TitleFontColor", text),
        ("ParticipantBackgroundColor", node_fill),
        ("ParticipantBorderColor", node_line),
        ("ParticipantFontColor", text),
        ("DatabaseBackgroundColor", node_fill),
        ("DatabaseBorderColor", node_line),
        ("DatabaseFontColor", text),
        ("SequenceArrowColor", edge),
        ("ArrowFontColor", palette.edge_text),
        ("SequenceLifeLineBorderColor", palette.partition_line),
        ("SequenceBoxBorderColor", palette.partition_line),
        ("SequenceBoxFontColor", palette.partition_text),
    ] {
        let _ = writeln!(out, "skinparam {name} {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::bare;
    use super::*;
    use crate::graph::{EdgeRow, Layer, NodeRow};

    #[test]
    fn a_small_sequence_reads_well() {
        let text = bare::<PlantUmlSequence>(|builder| {
            let border = Color::parse("navy");
            builder.layer(Layer { border, ..Layer::plain("call") });
            builder.node(NodeRow::test("end", "The end", Some("shop")));
            builder.node(NodeRow::test("shop", "Shop", None));
            builder.node(NodeRow::test("till", "", None));
            let edge = EdgeRow { source: "till", target: "end", ..EdgeRow::default() };
            builder.edge(EdgeRow { label: "asks; twice", layer: Some("call"), ..edge });
        });
        let expected = r#"@startuml
hide footbox

participant "<U+00A0>" as till
box "Shop"
  participant "The end" as _end_
end box

till -[#000080]> _end_ : asks<U+003B> twice
@enduml
"#;
        assert_eq!(text, expected);
    }
}
