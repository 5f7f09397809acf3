//! Labels and ids of Mermaid: what they show, and what layercake wrote them for.

use super::super::entities::with_entities;
use crate::reserved;

/// How many characters a code between `#` and `;` has at most.
const LONGEST_CODE: usize = 10;

/// Returns what a label shows: codes as their characters, breaks as line breaks.
pub(super) fn shown(label: &str) -> String {
    let label = label.trim();
    if !label.contains(['#', '<', '&']) {
        return label.to_owned();
    }
    let mut out = String::with_capacity(label.len());
    let mut rest = label;
    while let Some(at) = rest.find(['#', '<']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (length, replaced) = match code(rest) {
            Some((length, character)) => (length, character),
            None => match break_length(rest) {
                Some(length) => (length, "\n".to_owned()),
                None => (1, rest[..1].to_owned()),
            },
        };
        out.push_str(&replaced);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

/// Reads a code such as `#quot;` or `#35;`.
fn code(text: &str) -> Option<(usize, String)> {
    let rest = text.strip_prefix('#')?;
    let end = rest.bytes().take(LONGEST_CODE).position(|byte| byte == b';')?;
    let name = &rest[..end];
    let number = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    let entity = if number { format!("&#{name};") } else { format!("&{name};") };
    let character = with_entities(&entity);
    (character != entity).then_some((end + 2, character))
}

/// Returns the length of `<br/>` in any of its forms.
fn break_length(text: &str) -> Option<usize> {
    let name = text.get(1..3)?;
    let end = text.find('>').filter(|end| *end < LONGEST_CODE)?;
    let inside = text.get(3..end)?.trim();
    (name.eq_ignore_ascii_case("br") && matches!(inside, "" | "/")).then_some(end + 1)
}

/// Returns the id that layercake wrote this name for; none if it is an id of its own.
pub(super) fn own_id(name: &str) -> Option<String> {
    let inner = name.strip_prefix('_')?.strip_suffix('_')?;
    let mut id = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('_') {
        id.push_str(&rest[..at]);
        let length = rest[at + 1..].find('_')?;
        match &rest[at + 1..at + 1 + length] {
            "" => id.push('_'),
            hex => id.push(char::from_u32(u32::from_str_radix(hex, 16).ok()?)?),
        }
        rest = &rest[at + length + 2..];
    }
    id.push_str(rest);
    (!is_plain(&id)).then_some(id)
}

/// Returns whether layercake writes an id as it is.
fn is_plain(id: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let first = id.split('-').next().unwrap_or(id);
    id.starts_with(|c: char| c.is_ascii_alphabetic())
        && id.bytes().all(is_part)
        && !id.ends_with('-')
        && !id.contains("--")
        && !reserved::MERMAID.iter().any(|word| word.eq_ignore_ascii_case(first))
        && !id.to_ascii_lowercase().ends_with("direction")
}

/// Reads the styles of a class: `fill:#f9f,stroke:#333`.
pub(super) fn styles(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let text = text.trim().trim_end_matches(';');
    text.split(',').filter_map(|style| {
        let (name, value) = style.split_once(':')?;
        Some((name.trim(), value.trim()))
    })
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn codes_and_breaks_are_shown() {
        for (label, expected) in [
            (" a b ", "a b"),
            ("a#quot;b#35;#amp;c", "a\"b#&c"),
            ("one<br/>two<BR>three<br />", "one\ntwo\nthree\n"),
            ("#; #nothing; # <b>x</b> <", "#; #nothing; # <b>x</b> <"),
            ("#9829;", "♥"),
        ] {
            assert_eq!(shown(label), expected);
        }
    }

    #[test]
    fn ids_that_layercake_wrote_come_back() {
        for (name, id) in [
            ("_a_20_b_", Some("a b")),
            ("_end_", Some("end")),
            ("_a___", None),
            ("___a_", Some("_a")),
            ("__", Some("")),
            ("_foo_", None),
            ("__init__", None),
            ("a_b", None),
            ("_e9_", None),
        ] {
            assert_eq!(own_id(name).as_deref(), id, "{name}");
        }
    }
}
