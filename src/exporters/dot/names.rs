//! Names and labels of DOT, which have rules of their own each.

use std::collections::BTreeMap;

use super::super::ids::changed_ids;
use super::super::substitutes::Substitutes;
use super::super::text::{escape, may_need_substitute, push, substitute};
use crate::graph::{Graph, NodeId};

/// Returns names for the nodes whose ids are not fit to be names.
pub(super) fn odd_names(graph: &Graph, substitutes: &mut Substitutes) -> BTreeMap<NodeId, String> {
    let names = changed_ids(graph, fit_name);
    for node in names.keys() {
        let id = graph.node(*node).id();
        for character in id.chars() {
            substitutes.note(id, character, fit_character(character));
        }
    }
    names
}

/// Returns what stands for a character in a name.
fn fit_character(character: char) -> char {
    if character == '\n' { '\u{240a}' } else { substitute(character) }
}

/// Returns the name for an id that is not fit to be one.
fn fit_name(id: &str) -> Option<String> {
    if !id.starts_with('%') && !id.contains(['\n', '&']) {
        return fit_string(id);
    }
    let mut name = String::with_capacity(id.len() + 8);
    name.push_str(if id.starts_with('%') { "_" } else { "" });
    for (at, character) in id.char_indices() {
        match character {
            '\n' => name.push(fit_character(character)),
            '&' if is_entity(&id[at + 1..]) => name.push_str("&amp;"),
            _ => name.push(character),
        }
    }
    fit_string(&name).or_else(|| (name != id).then_some(name))
}

/// Returns whether a text goes on, after `&`, as an entity of HTML.
fn is_entity(after: &str) -> bool {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'#';
    let length = after.bytes().take_while(|byte| word(byte)).count();
    length > 0 && after[length..].starts_with(';')
}

/// Returns what to write for a text that cannot stand in a quoted string.
fn fit_string(text: &str) -> Option<String> {
    if !text.bytes().any(|byte| byte == b'\\' || may_need_substitute(byte)) {
        return None;
    }
    let mut fit = String::with_capacity(text.len() + 1);
    let mut backslashes = 0;
    for character in text.chars() {
        if matches!(character, '"' | '\n') && backslashes % 2 == 1 {
            fit.push('\\');
        }
        backslashes = if character == '\\' { backslashes + 1 } else { 0 };
        fit.push(substitute(character));
    }
    if backslashes % 2 == 1 {
        fit.push('\\');
    }
    (fit != text).then_some(fit)
}

/// Writes a name that is no node's.
pub(super) fn write_name(out: &mut Vec<u8>, name: &str) {
    write_string(out, fit_name(name).as_deref().unwrap_or(name));
}

/// Writes the value of an attribute, in which Graphviz finds the escapes that it looks for.
pub(super) fn write_value(out: &mut Vec<u8>, value: &str, substitutes: &mut Substitutes) {
    value.chars().for_each(|character| _ = substitutes.of(value, character));
    write_string(out, fit_string(value).as_deref().unwrap_or(value));
}

/// Writes a fit text as a quoted string, in which only the quote is special.
pub(super) fn write_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    escape(out, text, |byte| byte == b'"', |out, _, _, _| out.extend_from_slice(b"\\\""));
    out.push(b'"');
}

/// Writes a quoted string that Graphviz shows as `text`: it looks for backslashes, for line
/// breaks and, even there, for entities of HTML.
pub(super) fn write_label(out: &mut Vec<u8>, text: &str, substitutes: &mut Substitutes) {
    let special = |byte| matches!(byte, b'"' | b'\\' | b'&') || may_need_substitute(byte);
    out.push(b'"');
    escape(out, text, special, |out, _, character, after| match character {
        '"' => out.extend_from_slice(b"\\\""),
        '\\' => out.extend_from_slice(b"\\\\"),
        '&' => out.extend_from_slice(b"&amp;"),
        '\r' if after.starts_with('\n') => {}
        // A break ends a line; the empty line after the last one must be ended, too.
        '\n' | '\r' if after.is_empty() => out.extend_from_slice(b"\\n\\n"),
        '\n' | '\r' => out.extend_from_slice(b"\\n"),
        _ => push(out, substitutes.of(text, character)),
    });
    out.push(b'"');
}

/// Writes a quoted string that Graphviz shows as `text` in a tooltip, where it looks for escapes
/// twice: what follows a backslash decides how many stand for it. A break is one, also at the end.
pub(super) fn write_tooltip(out: &mut Vec<u8>, text: &str, substitutes: &mut Substitutes) {
    let special = |byte| matches!(byte, b'"' | b'\\' | b'&') || may_need_substitute(byte);
    out.push(b'"');
    escape(out, text, special, |out, _, character, after| match character {
        '"' => out.extend_from_slice(b"\\\""),
        '\\' if after.starts_with(['N', 'G', 'E', 'T', 'H', 'L', '\\']) => {
            out.extend_from_slice(br"\\\\");
        }
        '\\' => out.extend_from_slice(br"\\"),
        '&' => out.extend_from_slice(b"&amp;"),
        '\r' if after.starts_with('\n') => {}
        '\n' | '\r' => out.extend_from_slice(b"\\n"),
        _ => push(out, substitutes.of(text, character)),
    });
    out.push(b'"');
}

pub(super) fn is_word(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && !["graph", "node", "edge", "digraph", "subgraph", "strict"]
            .contains(&name.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tooltip_is_escaped_twice_where_it_is_read_twice() {
        let written = |text: &str| {
            let mut out = Vec::new();
            write_tooltip(&mut out, text, &mut Substitutes::default());
            String::from_utf8(out).unwrap()
        };
        assert_eq!(written(r"C:\x\New\\"), r#""C:\\x\\\\New\\\\\\""#);
        assert_eq!(written("a & \"b\"\r\n"), r#""a &amp; \"b\"\n""#);
    }

    #[test]
    fn a_name_that_dot_cannot_write_is_changed() {
        let cases = [
            ("plain", None),
            ("a\\b", None),
            ("a\\\\", None),
            ("a\\", Some("a\\\\")),
            ("a\\\"", Some("a\\\\\"")),
            ("a\\\nb", Some("a\\\u{240a}b")),
            ("a & b;", None),
            ("&nbsp;", Some("&amp;nbsp;")),
            ("%1", Some("_%1")),
            ("\0", Some("\u{2400}")),
        ];
        for (id, name) in cases {
            assert_eq!(fit_name(id).as_deref(), name, "{id:?}");
        }
    }
}
