//! Names and texts of PlantUML, written so that neither its statements nor its markup see them.

use std::io::Write as _;

use super::super::names::{is_among, write_name};
use super::super::substitutes::Substitutes;
use super::super::text::{escape, is_lost, may_need_substitute, push};

/// Words that begin a statement of some diagram, in order.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "abstract", "accross", "activate", "actor", "again", "agent", "allow_mixing", "allowmixing",
    "also", "alt", "annotation", "archimate", "artifact", "as", "autoactivate", "autonumber",
    "bottom", "boundary", "box", "break", "caption", "card", "center", "circle", "class", "cloud",
    "collections", "component", "control", "create", "critical", "database", "deactivate",
    "destroy", "detach", "diamond", "down", "else", "elseif", "end", "endif", "endwhile", "entity",
    "enum", "file", "folder", "footbox", "footer", "fork", "frame", "group", "header", "hexagon",
    "hide", "hnote", "if", "ignore", "interface", "is", "json", "kill", "label", "left", "legend",
    "link", "loop", "mainframe", "map", "namespace", "newpage", "node", "note", "object", "of",
    "on", "opt", "order", "over", "package", "page", "par", "participant", "partition", "person",
    "port", "portin", "portout", "process", "queue", "rectangle", "ref", "remove", "repeat",
    "restore", "return", "right", "rnote", "rotate", "scale", "set", "show", "skin", "skinparam",
    "stack", "start", "state", "stop", "storage", "style", "title", "to", "together", "top", "up",
    "url", "usecase", "while",
];

const NO_BREAK_SPACE: &[u8] = b"<U+00A0>";

/// Writes the name for a node's id.
pub(in super::super) fn write_id(out: &mut Vec<u8>, id: &str) {
    write_name(out, id, |id| is_among(WORDS, id));
}

/// Writes a text in one line that PlantUML shows as `text`, whether in quotes or not.
pub(in super::super) fn write_text(out: &mut Vec<u8>, text: &str, substitutes: &mut Substitutes) {
    // An empty text is a syntax error in many places.
    if text.is_empty() {
        out.extend_from_slice(NO_BREAK_SPACE);
        return;
    }
    let special = |byte: u8| {
        !(byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b',' | b'(' | b')' | b'?'))
            || may_need_substitute(byte)
            || matches!(byte, 0xc2 | 0xe2)
    };
    escape(out, text, special, |out, before, character, after| match character {
        '\r' if after.starts_with('\n') => {}
        '\n' | '\r' => out.extend_from_slice(b"\\n"),
        '\t' => out.extend_from_slice(b"\\t"),
        ' ' if is_lost(before, after) || after.starts_with('\t') => {
            out.extend_from_slice(NO_BREAK_SPACE)
        }
        _ if is_harmless(before, character, after) => push(out, character),
        // Line ends of Unicode are line ends to PlantUML, too.
        _ if character.is_ascii_graphic()
            || matches!(character, '\u{85}' | '\u{2028}' | '\u{2029}') =>
        {
            // Writing to a vector cannot fail.
            let _ = write!(out, "<U+{:04X}>", u32::from(character));
        }
        _ => push(out, substitutes.of(text, character)),
    });
}

/// Returns whether a mark means nothing where it stands: single marks within and after words are
/// no markup.
fn is_harmless(before: &str, character: char, after: &str) -> bool {
    let follows_word = before.ends_with(|c: char| c.is_ascii_alphanumeric());
    let precedes_word = after.starts_with(|c: char| c.is_ascii_alphanumeric());
    match character {
        ' ' => true,
        '-' | '/' | '_' | '+' | '\'' => follows_word && precedes_word,
        '.' | '!' => follows_word && !after.starts_with(character),
        ':' => follows_word && after.starts_with(' '),
        '&' => before.ends_with(' ') && after.starts_with(' '),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_only_where_they_must() {
        let cases = [
            ("", "<U+00A0>"),
            ("Don't panic: it's fine (v2.1)", "Don't panic: it's fine (v2.1)"),
            ("a  b ", "a <U+00A0>b<U+00A0>"),
            ("bread & butter", "bread & butter"),
            ("**x** --> y", "<U+002A><U+002A>x<U+002A><U+002A> <U+002D><U+002D><U+003E> y"),
            ("snake_case", "snake_case"),
            ("a\r\nb\\n", "a\\nb<U+005C>n"),
            ("\u{1b}", "\u{241b}"),
        ];
        for (text, written) in cases {
            let mut out = Vec::new();
            write_text(&mut out, text, &mut Substitutes::default());
            assert_eq!(String::from_utf8(out).unwrap(), written, "{text:?}");
        }
    }

    #[test]
    fn words_of_the_language_are_in_order() {
        assert!(WORDS.is_sorted());
        assert!(is_among(WORDS, "End") && !is_among(WORDS, "ending"));
    }
}
