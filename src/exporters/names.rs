//! Names for ids in formats whose names are words.
//!
//! A node keeps its id if it is a word: ASCII letters, digits and `_`, a letter first, and no
//! word of the format's language. Any other id is written between two `_`, with `__` for `_` and
//! `_20_` for a character by its code point in hex: `end` is `_end_`, `pay.api` is
//! `_pay_2e_api_`. So each id has a name of its own that only a change of the id changes.

use std::io::Write as _;

use super::text::escape;
use crate::graph::{Graph, Node, NodeId};

/// The names of all nodes: most stand in a file several times.
pub(super) struct Names {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Names {
    pub(super) fn of(graph: &Graph, write: impl Fn(&mut Vec<u8>, Node<'_>)) -> Names {
        let mut names = Names { bytes: Vec::new(), ends: Vec::with_capacity(graph.node_count()) };
        for node in graph.nodes() {
            write(&mut names.bytes, node);
            names.ends.push(names.bytes.len());
        }
        names
    }

    pub(super) fn get(&self, node: NodeId) -> &[u8] {
        let at = node.0 as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.bytes[start..self.ends[at]]
    }
}

/// Writes the name for an id.
pub(super) fn write_name(out: &mut Vec<u8>, id: &str, is_reserved: impl Fn(&str) -> bool) {
    if is_word(id) && !is_reserved(id) {
        out.extend_from_slice(id.as_bytes());
    } else {
        write_escaped(out, id);
    }
}

/// Writes the name for an id that is no word.
pub(super) fn write_escaped(out: &mut Vec<u8>, id: &str) {
    out.push(b'_');
    write_inner(out, id, |byte| !byte.is_ascii_alphanumeric());
    out.push(b'_');
}

/// Writes what stands between the two `_`: special characters by their code points.
pub(super) fn write_inner(out: &mut Vec<u8>, id: &str, is_special: impl Fn(u8) -> bool) {
    escape(out, id, is_special, |out, _, character, _| match character {
        '_' => out.extend_from_slice(b"__"),
        // Writing to a vector cannot fail.
        _ => _ = write!(out, "_{:x}_", u32::from(character)),
    });
}

fn is_word(id: &str) -> bool {
    id.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Returns whether `words`, lower case and in order, hold an id, whatever its case.
pub(super) fn is_among(words: &[&str], id: &str) -> bool {
    const LONGEST: usize = 32;
    let mut lower = [0; LONGEST];
    let Some(lower) = lower.get_mut(..id.len()) else { return false };
    lower.copy_from_slice(id.as_bytes());
    lower.make_ascii_lowercase();
    words.binary_search_by(|word| word.as_bytes().cmp(lower)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_has_a_name_of_its_own() {
        let cases = [
            ("a_1", "a_1"),
            ("1a", "_1a_"),
            ("_a", "___a_"),
            ("pay-api", "_pay_2d_api_"),
            ("End", "_End_"),
            ("ending", "ending"),
            ("é_", "__e9____"),
        ];
        for (id, name) in cases {
            let mut out = Vec::new();
            write_name(&mut out, id, |id| is_among(&["end", "note"], id));
            assert_eq!(String::from_utf8(out).unwrap(), name);
        }
    }
}
