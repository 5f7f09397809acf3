//! Characters that a format cannot hold, and what stands for them.
//!
//! Every exporter that writes another character than a text has counts it here, and tells once of
//! all of them. What looks the same is no substitute: a no-break space for a space that would be
//! lost, `\n` for a carriage return.

use super::text::substitute;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::graph::{Graph, Value};

/// How much of a text is shown, in characters.
const MOST_SHOWN: usize = 80;

/// The characters of a graph that were replaced on the way into a file.
#[derive(Debug, Default)]
pub(super) struct Substitutes {
    count: usize,
    first: Option<First>,
}

/// The first of them.
#[derive(Debug)]
struct First {
    character: char,
    written: char,
    /// The text that it is in.
    text: String,
}

impl Substitutes {
    /// Returns what stands for a character of `text` in pictures and in XML.
    pub(super) fn of(&mut self, text: &str, character: char) -> char {
        self.note(text, character, substitute(character))
    }

    /// Returns what stands for a character of `text`, and counts it if that is another.
    pub(super) fn note(&mut self, text: &str, character: char, written: char) -> char {
        if character != written {
            self.count += 1;
            self.first.get_or_insert_with(|| First { character, written, text: text.to_owned() });
        }
        written
    }

    /// Counts the characters of `text` that are others in `written`, which has as many.
    pub(super) fn compare(&mut self, text: &str, written: &str) {
        for (own, written) in text.chars().zip(written.chars()) {
            self.note(text, own, written);
        }
    }

    /// Tells of them, if there were any; `format` is what cannot hold them.
    pub(super) fn tell(self, format: &str, graph: &Graph, diagnostics: &mut Diagnostics) {
        let Some(First { character, written, text }) = self.first else { return };
        let message = match self.count {
            1 => format!("{format} cannot hold a character; it is written as another"),
            count => format!("{format} cannot hold {count} characters; they are written as others"),
        };
        // A text may be written line by line; what no graph has is of the plan, as a title is.
        let place = place(graph, |own| own == text)
            .or_else(|| place(graph, |own| own.contains(&text)))
            .unwrap_or_else(|| format!("`{}`", text.chars().take(MOST_SHOWN).collect::<String>()));
        let character = u32::from(character);
        let note = format!("the first is U+{character:04X} in {place}, written as `{written}`");
        diagnostics.push(Diagnostic::warning("substituted-characters", message).note(note));
    }
}

/// Returns the first node, or else edge, layer or attribute, that has a text like this.
fn place(graph: &Graph, is_it: impl Fn(&str) -> bool) -> Option<String> {
    let has = |(_, value): (&str, Value<'_>)| matches!(value, Value::Text(own) if is_it(own));
    let node = graph.nodes().find(|node| {
        [node.id(), node.label(), node.comment()].into_iter().any(&is_it)
            || node.attributes().any(has)
    });
    let edge = || {
        graph.edges().find(|edge| {
            [edge.id(), edge.label(), edge.comment()].into_iter().any(&is_it)
                || edge.attributes().any(has)
        })
    };
    let layer = || {
        graph.layers().iter().find(|layer| {
            let attributes = layer.attributes.iter();
            let texts = attributes.flat_map(|(name, value)| [name, value]);
            texts.chain([&layer.id, &layer.label]).any(|text| is_it(text))
        })
    };
    let columns = || graph.node_attributes().iter().chain(graph.edge_attributes());
    let column = || columns().find(|column| is_it(&column.name));
    node.map(|node| format!("the node `{}`", node.id()))
        .or_else(|| edge().map(|edge| format!("the edge `{}`", edge.id())))
        .or_else(|| layer().map(|layer| format!("the layer `{}`", layer.id)))
        .or_else(|| column().map(|column| format!("the name of the attribute `{}`", column.name)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::graph;
    use super::*;
    use crate::graph::{EdgeRow, NodeRow};

    #[test]
    fn what_is_replaced_is_told_once_with_its_first_place() {
        let graph = graph(|builder| {
            builder.node(NodeRow::test("a", "A", None));
            builder.edge(EdgeRow { label: "x\0", source: "a", target: "a", ..EdgeRow::default() });
        });
        let told = |texts: &[&str]| {
            let (mut found, mut diagnostics) = (Substitutes::default(), Diagnostics::default());
            for text in texts {
                text.chars().for_each(|character| _ = found.of(text, character));
            }
            found.tell("It", &graph, &mut diagnostics);
            let told = diagnostics.list.iter();
            told.map(|told| format!("{}: {}", told.message, told.notes[0])).collect::<Vec<_>>()
        };
        assert_eq!(told(&["plain\n"]), [""; 0]);
        let one = "It cannot hold a character; it is written as another";
        assert_eq!(
            told(&["x\0"]),
            [format!("{one}: the first is U+0000 in the edge `a->a`, written as `␀`")]
        );
        assert_eq!(
            told(&["title\u{7}"]),
            [format!("{one}: the first is U+0007 in `title\\u{{7}}`, written as `␇`")]
        );
        let two = "It cannot hold 2 characters; they are written as others";
        assert_eq!(
            told(&["\u{1b}", "x\0"]),
            [format!("{two}: the first is U+001B in `\\u{{1b}}`, written as `␛`")]
        );
    }
}
