//! Writes the texts of XML, for all exports that make a file of it.
//!
//! XML 1.0 holds no control character other than tab, line break and carriage return, nor U+FFFE
//! or U+FFFF: pictures of control characters and U+FFFD stand for them. Everything else comes back
//! from a parser as it was. Knows nothing of any vocabulary.

use super::substitutes::Substitutes;
use super::text::{escape, push, substitute};

/// Writes the text of an element.
pub(super) fn write_text(out: &mut Vec<u8>, text: &str, substitutes: &mut Substitutes) {
    let special = |byte| matches!(byte, b'&' | b'<' | b'>') || is_odd(byte);
    escape(out, text, special, |out, _, character, _| match character {
        '\n' | '\t' => push(out, character),
        _ => write_special(out, text, character, substitutes),
    });
}

/// Writes an attribute, with a space before it.
pub(super) fn write_attribute(
    out: &mut Vec<u8>,
    name: &str,
    value: &str,
    substitutes: &mut Substitutes,
) {
    out.push(b' ');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"=\"");
    write_value(out, value, substitutes);
    out.push(b'"');
}

/// Writes what stands between the quotes of an attribute.
pub(super) fn write_value(out: &mut Vec<u8>, value: &str, substitutes: &mut Substitutes) {
    let special = |byte| matches!(byte, b'&' | b'<' | b'>' | b'"') || is_odd(byte);
    escape(out, value, special, |out, _, character, _| {
        write_special(out, value, character, substitutes);
    });
}

/// Returns what stands for a text that XML cannot hold.
pub(super) fn fit(text: &str) -> Option<String> {
    let cannot = |byte: u8| is_odd(byte) && !matches!(byte, b'\t' | b'\n' | b'\r');
    if !text.bytes().any(cannot) {
        return None;
    }
    let fitted = |character| if character == '\r' { character } else { allowed(character) };
    Some(text.chars().map(fitted).collect()).filter(|fit: &String| fit != text)
}

/// Returns whether a text is a word that schemas take for an id or a name (NMTOKEN), in ASCII.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_token_byte)
}

/// Makes such a word of a text.
pub(super) fn token(text: &str) -> String {
    let fit = |c: char| if c.is_ascii() && is_token_byte(c as u8) { c } else { '_' };
    if text.is_empty() { "_".to_owned() } else { text.chars().map(fit).collect() }
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':')
}

/// Returns what stands for a character: it may have a substitute that XML has no need of.
fn allowed(character: char) -> char {
    if character == '\u{7f}' { character } else { substitute(character) }
}

/// Returns whether a character with this first byte may need another form.
fn is_odd(byte: u8) -> bool {
    byte < b' ' || byte == 0xef
}

fn write_special(out: &mut Vec<u8>, text: &str, character: char, substitutes: &mut Substitutes) {
    match character {
        '&' => out.extend_from_slice(b"&amp;"),
        '<' => out.extend_from_slice(b"&lt;"),
        '>' => out.extend_from_slice(b"&gt;"),
        '"' => out.extend_from_slice(b"&quot;"),
        '\t' => out.extend_from_slice(b"&#9;"),
        '\n' => out.extend_from_slice(b"&#10;"),
        '\r' => out.extend_from_slice(b"&#13;"),
        _ => push(out, substitutes.note(text, character, allowed(character))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_only_where_they_must() {
        let check = |text: &str, inside: &str, attribute: &str| {
            let (mut a, mut b) = (Vec::new(), Vec::new());
            write_text(&mut a, text, &mut Substitutes::default());
            write_attribute(&mut b, "x", text, &mut Substitutes::default());
            assert_eq!(String::from_utf8(a).unwrap(), inside);
            assert_eq!(String::from_utf8(b).unwrap(), format!(" x=\"{attribute}\""));
        };
        check("a \"b\" 'c'", "a \"b\" 'c'", "a &quot;b&quot; 'c'");
        check("<&]]>", "&lt;&amp;]]&gt;", "&lt;&amp;]]&gt;");
        check("\t\n\r\u{7f}", "\t\n&#13;\u{7f}", "&#9;&#10;&#13;\u{7f}");
        assert_eq!(fit("a\t\r\n\u{7f}\u{feff}"), None);
        assert_eq!(fit("\r\0").as_deref(), Some("\r\u{2400}"));
        check("\0\u{ffff}\u{feff}ﬂ", "\u{2400}\u{fffd}\u{feff}ﬂ", "\u{2400}\u{fffd}\u{feff}ﬂ");
    }
}
