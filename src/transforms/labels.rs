//! `labels`: makes labels fit; the only file that names the crate for characters.

use std::num::NonZeroU32;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Graph, TextColumn};
use crate::step::{NamedData, NamedGraph, Transform};

/// The transform.
pub(crate) struct Labels;

/// Makes labels fit: cuts those that are too long, then breaks them into lines.
///
/// A character is what people see as one (an extended grapheme cluster, UAX #29): `é` and a
/// family emoji are one each, however they are written.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "LabelsOptions")]
pub(crate) struct Options {
    /// Whose labels.
    pub of: Of,
    /// The most characters that a label may have, the ellipsis included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<NonZeroU32>,
    /// What ends a label that was cut. Where it leaves no room for the label, it is left out.
    pub ellipsis: String,
    /// The most characters that a line may have: words move to a new line before they pass it. A
    /// longer word gets a line of its own, whole. Line breaks that are there stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrap_at: Option<NonZeroU32>,
}

/// Whose labels are meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Of {
    /// Those of nodes and edges.
    #[default]
    Both,
    /// Those of nodes.
    Nodes,
    /// Those of edges.
    Edges,
}

impl Default for Options {
    fn default() -> Self {
        Options { of: Of::Both, max_length: None, ellipsis: "…".to_owned(), wrap_at: None }
    }
}

impl Transform for Labels {
    const KIND: &'static str = "labels";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Cuts labels that are too long and breaks them into lines";
    type Options = Options;

    fn transform(
        options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let nodes = graph.nodes().map(|node| node.label());
        let nodes = (options.of != Of::Edges).then(|| options.fit_all(nodes));
        let edges = graph.edges().map(|edge| edge.label());
        let edges = (options.of != Of::Nodes).then(|| options.fit_all(edges));
        if [&nodes, &edges].into_iter().flatten().any(TextColumn::has_overflowed) {
            return Err(diagnostics.fail(super::too_much_text()));
        }
        let mut graph = Arc::unwrap_or_clone(graph);
        if let Some(labels) = nodes {
            graph = graph.with_node_labels(labels);
        }
        if let Some(labels) = edges {
            graph = graph.with_edge_labels(labels);
        }
        Ok(graph)
    }
}

impl Options {
    fn fit_all<'a>(&self, labels: impl ExactSizeIterator<Item = &'a str>) -> TextColumn {
        let mut column = TextColumn::with_capacity(labels.len(), 0);
        let (mut cut, mut wrapped) = (String::new(), String::new());
        for label in labels {
            let mut label = label;
            if let Some(most) = self.max_length {
                label = self.cut(label, most.get() as usize, &mut cut);
            }
            if let Some(most) = self.wrap_at {
                label = wrap(label, most.get() as usize, &mut wrapped);
            }
            column.push(label);
        }
        column
    }

    /// Returns the label, or what is left of it in `room`.
    fn cut<'a>(&self, label: &'a str, most: usize, room: &'a mut String) -> &'a str {
        if fits(label, most) {
            return label;
        }
        let ellipsis_length = characters(&self.ellipsis);
        let ellipsis = if ellipsis_length < most { self.ellipsis.as_str() } else { "" };
        let kept = if ellipsis.is_empty() { most } else { most - ellipsis_length };
        room.clear();
        room.push_str(first(label, kept).trim_end());
        room.push_str(ellipsis);
        room
    }
}

/// Returns the label, or its lines in `room`.
fn wrap<'a>(label: &'a str, most: usize, room: &'a mut String) -> &'a str {
    if fits(label, most) {
        return label;
    }
    room.clear();
    for (at, line) in label.split('\n').enumerate() {
        if at > 0 {
            room.push('\n');
        }
        if fits(line, most) {
            room.push_str(line);
            continue;
        }
        let mut length = 0;
        for word in line.split(is_breakable).filter(|word| !word.is_empty()) {
            let word_length = characters(word);
            if length > 0 && length + 1 + word_length > most {
                room.push('\n');
                length = 0;
            } else if length > 0 {
                room.push(' ');
                length += 1;
            }
            room.push_str(word);
            length += word_length;
        }
    }
    room
}

/// Returns whether a line may end here: at any blank but those made to prevent it.
fn is_breakable(character: char) -> bool {
    character.is_whitespace() && !matches!(character, '\u{a0}' | '\u{2007}' | '\u{202f}')
}

/// Returns whether there are at most `most` characters. A character is a byte at least.
fn fits(text: &str, most: usize) -> bool {
    text.len() <= most || characters(text) <= most
}

fn characters(text: &str) -> usize {
    if is_plain(text) { text.len() } else { text.graphemes(true).count() }
}

/// Returns the first `count` characters.
fn first(text: &str, count: usize) -> &str {
    let end = match is_plain(text) {
        true => count.min(text.len()),
        false => text.grapheme_indices(true).nth(count).map_or(text.len(), |(at, _)| at),
    };
    &text[..end]
}

/// Returns whether every byte is a character: in ASCII, only a line break can have two.
fn is_plain(text: &str) -> bool {
    text.is_ascii() && !text.contains('\r')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{assert_whole, rows, sketch};

    fn options(max_length: u32, wrap_at: u32) -> Options {
        let (max_length, wrap_at) = (NonZeroU32::new(max_length), NonZeroU32::new(wrap_at));
        Options { max_length, wrap_at, ..Options::default() }
    }

    fn fitted(options: &Options, graph: &Graph) -> Graph {
        let graph = NamedGraph::new("g", graph.clone());
        Labels::transform(options, graph, &[], &mut Diagnostics::default()).unwrap()
    }

    fn check(options: &Options, label: &str, expected: &str) {
        let fitted = options.fit_all([label].into_iter());
        assert_eq!(fitted.get(0), expected);
    }

    #[test]
    fn a_label_that_is_too_long_ends_in_an_ellipsis() {
        check(&options(7, 0), "account", "account");
        check(&options(7, 0), "accounts", "accoun…");
        check(&options(7, 0), "money accounts", "money…");
        check(&options(1, 0), "accounts", "a");
        let dots = |max_length| Options { ellipsis: "...".to_owned(), ..options(max_length, 0) };
        check(&dots(6), "accounts", "acc...");
        check(&dots(3), "accounts", "acc");
    }

    #[test]
    fn a_cut_never_falls_inside_what_people_see_as_one_character() {
        check(&options(4, 0), "e\u{301}te\u{301}s", "e\u{301}te\u{301}s");
        check(&options(3, 0), "e\u{301}te\u{301}s", "e\u{301}t…");
        check(&options(2, 0), "👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", "👩‍👩‍👧…");
        check(&options(2, 0), "🇩🇪🇫🇷🇮🇹", "🇩🇪…");
    }

    #[test]
    fn words_move_to_a_new_line() {
        check(&options(0, 12), "Card payments", "Card\npayments");
        check(&options(0, 13), "Card payments", "Card payments");
        check(&options(0, 8), "a bc  def\tghi jk", "a bc def\nghi jk");
    }

    #[test]
    fn long_words_and_line_breaks_are_kept() {
        check(&options(0, 4), "a reconciliation b", "a\nreconciliation\nb");
        check(&options(0, 4), "a\n\nb c d e", "a\n\nb c\nd e");
        check(&options(0, 4), "10\u{a0}EUR a", "10\u{a0}EUR\na");
    }

    #[test]
    fn labels_are_cut_before_they_are_wrapped() {
        check(&options(12, 6), "Card payments and refunds", "Card\npaymen…");
    }

    #[test]
    fn nodes_or_edges_can_be_left_alone() {
        let graph = sketch(&["abc"], &["abc abc def"]);
        for (of, node, edge) in
            [(Of::Both, "a…", "d…"), (Of::Nodes, "a…", "def"), (Of::Edges, "abc", "d…")]
        {
            let graph = fitted(&Options { of, ..options(2, 0) }, &graph);
            let labels: Vec<_> = graph.nodes().map(|node| node.label()).collect();
            assert_eq!(
                (labels, graph.edges().map(|e| e.label()).collect()),
                (vec![node], vec![edge])
            );
        }
    }

    proptest! {
        #[test]
        fn no_label_and_no_line_is_too_long((rows, turned) in rows(), most in 1..9u32) {
            let result = fitted(&options(most, 0), &rows.graph());
            assert_whole(&result);
            for edge in result.edges() {
                prop_assert!(edge.label().graphemes(true).count() <= most as usize);
            }
            prop_assert_eq!(&result, &fitted(&options(most, 0), &turned.graph()));
        }

        #[test]
        fn wrapping_moves_no_letter_and_again_changes_nothing(label in ".{0,30}", most in 1..9u32) {
            let wrapped = options(0, most).fit_all([label.as_str()].into_iter());
            let letters = |text: &str| text.replace(is_breakable, "");
            prop_assert_eq!(letters(&label), letters(wrapped.get(0)));
            let again = options(0, most).fit_all(wrapped.iter());
            prop_assert_eq!(again, wrapped);
        }
    }
}
