//! Names and texts of D2.

use std::io::Write as _;

use super::super::names::{is_among, write_inner};
use super::super::substitutes::Substitutes;
use super::super::text::{escape, is_lost, may_need_substitute, push};
use crate::digest::Digest;
use crate::graph::{Bits, Graph, Node};

/// Words that D2 does not take for names, in order.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "3d", "animated", "attributes", "bold", "border", "class", "classes", "constraint", "desc",
    "direction", "double", "fill", "filled", "font", "height", "icon", "italic", "label", "layers",
    "left", "link", "multiple", "near", "null", "opacity", "scenarios", "shadow", "shape", "steps",
    "stroke", "style", "suspend", "tooltip", "top", "underline", "unsuspend", "vars", "width",
];

/// The bytes that D2 allows in a name, about.
const LONGEST_NAME: usize = 480;

/// Returns the nodes whose ids differ from another's in case alone: D2 sees no case.
pub(super) fn clashes(graph: &Graph) -> Bits {
    let mut clashing = Bits::all(graph.node_count(), false);
    if graph.nodes().any(|node| node.id().bytes().any(|byte| byte.is_ascii_uppercase())) {
        let mut lower: Vec<(String, u32)> =
            graph.nodes().map(|node| (node.id().to_ascii_lowercase(), node.index().0)).collect();
        lower.sort_unstable();
        for same in lower.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
            for (_, node) in same {
                clashing.set(*node as usize, true);
            }
        }
    }
    clashing
}

/// Writes the name of a node.
pub(super) fn write_key(out: &mut Vec<u8>, node: Node<'_>, clashes: &Bits) {
    let id = node.id();
    let is_word = id.len() <= LONGEST_NAME
        && id.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_word && !is_among(WORDS, id) && !clashes.get(node.index().0 as usize) {
        out.extend_from_slice(id.as_bytes());
    } else {
        write_folded(out, id);
    }
}

/// Writes a name that differs from that of any other id even where no case is seen: between two
/// `_`, with `__` for `_` and `_50_` for a character other than a lower case letter or a digit.
/// Of a name that is too long, a digest of the id stands for the end.
pub(super) fn write_folded(out: &mut Vec<u8>, id: &str) {
    let start = out.len();
    out.push(b'_');
    write_inner(out, id, |byte| !(byte.is_ascii_lowercase() || byte.is_ascii_digit()));
    if out.len() - start > LONGEST_NAME {
        out.truncate(start + LONGEST_NAME / 2);
        // Writing to a vector cannot fail.
        let _ = write!(out, "_{}", Digest::of(id.as_bytes()));
    }
    out.push(b'_');
}

/// Writes a quoted text.
pub(in super::super) fn write_text(out: &mut Vec<u8>, text: &str, substitutes: &mut Substitutes) {
    let special =
        |byte: u8| matches!(byte, b'"' | b'\\' | b'$' | b' ') || may_need_substitute(byte);
    out.push(b'"');
    escape(out, text, special, |out, before, character, after| match character {
        '"' | '\\' | '$' => {
            out.push(b'\\');
            push(out, character);
        }
        '\r' if after.starts_with('\n') => {}
        '\n' | '\r' => out.extend_from_slice(b"\\n"),
        '\t' => out.extend_from_slice(b"\\t"),
        ' ' if is_lost(before, after) => push(out, '\u{a0}'),
        _ => push(out, substitutes.of(text, character)),
    });
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::graph;
    use super::*;
    use crate::graph::NodeRow;

    #[test]
    fn names_differ_where_no_case_is_seen() {
        let graph = graph(|builder| {
            for id in ["Pay", "pay", "Shop", "style", "a.b", "A.b"] {
                builder.node(NodeRow::test(id, id, None));
            }
        });
        let clashes = clashes(&graph);
        let names: Vec<String> = graph
            .nodes()
            .map(|node| {
                let mut out = Vec::new();
                write_key(&mut out, node, &clashes);
                String::from_utf8(out).unwrap()
            })
            .collect();
        let expected = ["__41__2e_b_", "__50_ay_", "Shop", "_a_2e_b_", "_pay_", "_style_"];
        assert_eq!(names, expected);
    }

    #[test]
    fn words_of_the_language_are_in_order() {
        assert!(WORDS.is_sorted(), "{WORDS:?}");
    }
}
