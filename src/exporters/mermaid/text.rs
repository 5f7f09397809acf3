//! Ids and labels of Mermaid, written so that no version takes them for anything else.

use std::io::Write as _;

use super::super::names::write_escaped;
use super::super::substitutes::Substitutes;
use super::super::text::{escape, is_lost, may_need_substitute, push};
use crate::reserved;

/// Writes the name for an id.
pub(in super::super) fn write_id(out: &mut Vec<u8>, id: &str) {
    if is_plain(id) {
        out.extend_from_slice(id.as_bytes());
    } else {
        write_escaped(out, id);
    }
}

/// Returns whether Mermaid takes an id as it is.
fn is_plain(id: &str) -> bool {
    let bytes = id.as_bytes();
    let fits = |(at, byte): (usize, &u8)| match byte {
        b'-' => bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric),
        _ => byte.is_ascii_alphanumeric() || *byte == b'_',
    };
    bytes.first().is_some_and(u8::is_ascii_alphabetic)
        && bytes.iter().enumerate().all(fits)
        && !is_reserved(id)
}

/// Returns whether an id starts with a word of the language, or ends with `direction`, which
/// Mermaid takes for a statement when the next line starts with `LR` or the like.
fn is_reserved(id: &str) -> bool {
    let first = id.split('-').next().unwrap_or(id);
    reserved::MERMAID.iter().any(|word| word.eq_ignore_ascii_case(first))
        || id.to_ascii_lowercase().ends_with("direction")
}

/// Writes a quoted text that Mermaid shows as `label`.
pub(in super::super) fn write_label(out: &mut Vec<u8>, label: &str, substitutes: &mut Substitutes) {
    out.push(b'"');
    if label.is_empty() {
        // An empty text is a syntax error.
        out.push(b' ');
    } else {
        write_bare_label(out, label, substitutes);
    }
    out.push(b'"');
}

/// Writes a text, not empty, that Mermaid shows as `label`.
pub(in super::super) fn write_bare_label(
    out: &mut Vec<u8>,
    label: &str,
    substitutes: &mut Substitutes,
) {
    let special = |byte: u8| {
        !(byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b',' | b'/' | b'?' | b'!'))
            || may_be_odd(byte)
    };
    escape(out, label, special, |out, before, character, after| match character {
        '"' => out.extend_from_slice(b"#quot;"),
        '&' => out.extend_from_slice(b"#amp;"),
        '<' => out.extend_from_slice(b"#lt;"),
        '>' => out.extend_from_slice(b"#gt;"),
        '\r' if after.starts_with('\n') => {}
        '\n' | '\r' => out.extend_from_slice(b"<br/>"),
        '¶' | 'ﬂ' => push_mark(out, character, after),
        '\\' if after.starts_with(['\n', '\r']) => {
            out.extend_from_slice("#92;\u{2060}".as_bytes());
        }
        ' ' if is_lost(before, after) => out.extend_from_slice(b"#160;"),
        _ if is_harmless(before, character, after) => {
            push(out, substitutes.of(label, character));
        }
        _ => _ = write!(out, "#{};", u32::from(character)),
    });
}

/// Returns whether a character with this first byte may be a space, a mark of Mermaid's or one
/// that has a substitute, and is not ASCII.
fn may_be_odd(byte: u8) -> bool {
    matches!(byte, 0xc2 | 0xe1 | 0xe2 | 0xe3 | 0xef)
}

/// Writes a character that Mermaid marks entities with, kept apart from what would make it a mark.
fn push_mark(out: &mut Vec<u8>, character: char, after: &str) {
    push(out, character);
    if after.starts_with(['°', 'ß']) {
        push(out, '\u{2060}');
    }
}

/// Returns whether a character means nothing where it stands to Mermaid, nor to Markdown, which
/// some versions of Mermaid look for in every label.
fn is_harmless(before: &str, character: char, after: &str) -> bool {
    let between_words = before.ends_with(|c: char| c.is_alphanumeric())
        && after.starts_with(|c: char| c.is_alphanumeric());
    let is_list = || before.bytes().all(|byte| byte.is_ascii_digit());
    match character {
        // `direction LR` is a statement, wherever it stands in a line.
        ' ' => !before.ends_with("direction"),
        '-' | '+' => !before.is_empty(),
        '.' => !is_list() && !before.ends_with("www"),
        ')' => !is_list(),
        '(' | '\'' => true,
        '_' => between_words,
        // Before a word it can be an icon, an address, or, after `style`, swallow an entity.
        ':' => after.strip_prefix(' ').is_some_and(|rest| rest.starts_with(char::is_alphanumeric)),
        '\t' | '\u{feff}' => false,
        // HTML reads the numbers of these as those of other characters.
        '\u{80}'..='\u{9f}' => true,
        _ if character.is_whitespace() => !before.is_empty() && !after.is_empty(),
        _ => !character.is_ascii() || may_need_substitute(character as u8),
    }
}

/// Writes a title as YAML.
pub(in super::super) fn write_title(out: &mut Vec<u8>, title: &str, substitutes: &mut Substitutes) {
    let special = |byte| {
        matches!(byte, b'"' | b'\\' | b'<' | b'>' | b'&' | 0xc2) || may_need_substitute(byte)
    };
    out.push(b'"');
    escape(out, title, special, |out, _, character, after| match character {
        '"' | '\\' => {
            out.push(b'\\');
            push(out, character);
        }
        '<' => push(out, substitutes.note(title, character, '\u{ff1c}')),
        '>' => push(out, substitutes.note(title, character, '\u{ff1e}')),
        '&' => push(out, substitutes.note(title, character, '\u{ff06}')),
        '\r' if after.starts_with('\n') => {}
        '\n' | '\r' | '\t' => push(out, substitutes.note(title, character, ' ')),
        '¶' | 'ﬂ' => push_mark(out, character, after),
        _ => push(out, substitutes.of(title, character)),
    });
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_has_a_name_of_its_own() {
        let cases = [
            ("a_1", "a_1"),
            ("pay-api", "pay-api"),
            ("1a", "_1a_"),
            ("_a", "___a_"),
            ("a-", "_a_2d__"),
            ("a--b", "_a_2d__2d_b_"),
            ("End", "_End_"),
            ("end-user", "_end_2d_user_"),
            ("ending", "ending"),
            ("redirection", "_redirection_"),
            ("é_", "__e9____"),
            ("a b", "_a_20_b_"),
        ];
        for (id, name) in cases {
            let mut out = Vec::new();
            write_id(&mut out, id);
            assert_eq!(String::from_utf8(out).unwrap(), name);
        }
    }

    #[test]
    fn labels_are_escaped_only_where_they_must() {
        let cases = [
            ("", " "),
            ("Don't panic: it's fine (v2.1)", "Don't panic: it's fine (v2.1)"),
            ("a  b ", "a #160;b#160;"),
            ("1. one", "1#46; one"),
            ("- x-y", "#45; x-y"),
            ("a:b", "a#58;b"),
            ("snake_case _x_", "snake_case #95;x#95;"),
            ("www.a.b", "www#46;a.b"),
            ("a\r\nb", "a<br/>b"),
            ("direction LR", "direction#32;LR"),
            ("ﬂ°°¶ß é", "ﬂ\u{2060}°°¶\u{2060}ß é"),
            ("\u{2003}", "#8195;"),
            ("\u{1b}", "\u{241b}"),
        ];
        for (label, written) in cases {
            let mut out = Vec::new();
            write_label(&mut out, label, &mut Substitutes::default());
            assert_eq!(String::from_utf8(out).unwrap(), format!("\"{written}\""), "{label:?}");
        }
    }
}
