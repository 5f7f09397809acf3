//! What nodes are called, and which way a text is read.

use std::borrow::Cow;

use unicode_bidi::{Direction, get_base_direction_full};

use super::text::clean;
use crate::graph::Node;

/// Returns what a node is called in pictures: its label, or its id where that would not be seen.
pub fn name_of(node: Node<'_>) -> Cow<'_, str> {
    let label = clean(node.label());
    match label.chars().all(is_unseen) {
        true => clean(node.id()),
        false => label,
    }
}

/// Returns whether a character leaves a place empty.
fn is_unseen(character: char) -> bool {
    character.is_whitespace() || super::text::is_joining(character)
}

/// Returns whether a text is read from right to left: its first letter with a direction says so.
pub fn is_from_right(text: &str) -> bool {
    !text.is_ascii() && get_base_direction_full(text) == Direction::Rtl
}

/// Leaves out the characters that turn the order of others around, which are not seen themselves:
/// of a label that begins with one, they could turn what stands beside it.
pub fn unturned(text: &str) -> Cow<'_, str> {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    match !text.is_ascii() && text.contains(turns) {
        true => text.replace(turns, "").into(),
        false => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{GraphBuilder, NodeRow};

    #[test]
    fn a_node_whose_label_is_not_seen_is_called_by_its_id() {
        let check = |label: &str, name: &str| {
            let mut builder = GraphBuilder::default();
            builder.node(NodeRow { id: "a", label: Some(label), ..NodeRow::default() });
            let graph = builder.finish().graph;
            assert_eq!(name_of(graph.nodes().next().unwrap()), name, "{label:?}");
        };
        check("", "a");
        check(" \t\u{a0}\u{3000}\n", "a");
        check("\u{200b}\u{202e}", "a");
        check(" b ", " b ");
    }

    #[test]
    fn the_first_letter_with_a_direction_says_how_a_text_is_read() {
        for (text, expected) in [
            ("API", false),
            ("12 (שלום) API", true),
            ("مرحبا", true),
            ("a שלום", false),
            ("", false),
        ] {
            assert_eq!(is_from_right(text), expected, "{text}");
        }
        assert!(is_from_right("1\n2\nשלום"), "lines before have none");
        assert_eq!(unturned("a\u{202e}b\u{2069}ש"), "abש");
    }
}
