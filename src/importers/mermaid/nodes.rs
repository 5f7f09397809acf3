//! Nodes of Mermaid: their names, their shapes and the texts in these.

use std::ops::Range;

use super::cursor::Cursor;

/// What encloses a text, and the shape that it makes; longer openings before shorter ones.
const SHAPES: [(&str, &[(&str, &str)]); 13] = [
    ("(((", &[(")))", "double_circle")]),
    ("((", &[("))", "circle")]),
    ("([", &[("])", "stadium")]),
    ("(-", &[("-)", "ellipse")]),
    ("(", &[(")", "round")]),
    ("[[", &[("]]", "subroutine")]),
    ("[(", &[(")]", "cylinder")]),
    ("[/", &[("/]", "lean_right"), ("\\]", "trapezoid")]),
    ("[\\", &[("\\]", "lean_left"), ("/]", "inv_trapezoid")]),
    ("[|", &[("]", "")]),
    ("[", &[("]", "")]),
    ("{{", &[("}}", "hexagon")]),
    ("{", &[("}", "diamond")]),
];

/// The shape that `>text]` makes.
const ODD: (&str, &[(&str, &str)]) = (">", &[("]", "odd")]);

/// What is wrong, where, and what to do.
pub(super) type Wrong = (Range<usize>, String, &'static str);

/// The text in a node, and its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape<'t> {
    pub text: &'t str,
    /// Where the text begins.
    pub place: usize,
    /// The shape; empty for a plain box.
    pub name: &'static str,
}

/// Reads the name of a node; empty if none comes next.
pub(super) fn name<'t>(cursor: &mut Cursor<'t>) -> &'t str {
    let start = cursor.at;
    let bytes = cursor.text.as_bytes();
    while let Some(byte) = cursor.byte() {
        let next = bytes.get(cursor.at + 1).copied();
        let is_part = match byte {
            b'-' => !matches!(next, Some(b'>' | b'-' | b'.')),
            b'=' => next != Some(b'='),
            b':' => !cursor.rest().starts_with(":::"),
            b'"' => false,
            b'@' => false,
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => true,
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'.' | b'`' | b'?' | b'\\'
            | b'_' | b'/' | b',' => true,
            _ => cursor.rest().starts_with(|c: char| !c.is_ascii() && c.is_alphanumeric()),
        };
        if !is_part {
            break;
        }
        cursor.at += cursor.rest().chars().next().map_or(1, char::len_utf8);
    }
    &cursor.text[start..cursor.at]
}

/// Reads the shape that comes next, if one does.
pub(super) fn shape<'t>(cursor: &mut Cursor<'t>) -> Result<Option<Shape<'t>>, Wrong> {
    let start = cursor.at;
    let found = SHAPES.iter().chain([&ODD]).find(|(open, _)| cursor.take(open));
    let Some((open, closings)) = found else { return Ok(None) };
    if *open == "[|" {
        // Properties, as in `[|border:red|text]`.
        let length = cursor.rest().find(['|', '\n']);
        match length.filter(|length| cursor.rest().as_bytes()[*length] == b'|') {
            Some(length) => cursor.at += length + 1,
            None => return Err((start..cursor.at, "the properties end nowhere".into(), "add `|`")),
        }
    }
    let (text, place) = match enclosed(cursor)? {
        Some(quoted) => quoted,
        None => plain(cursor, open),
    };
    for (close, name) in *closings {
        if cursor.take(close) {
            return Ok(Some(Shape { text, place, name }));
        }
    }
    let close = closings[0].0;
    let message = match cursor.byte() {
        None => format!("`{open}` is never closed by `{close}`"),
        Some(_) => {
            let found = cursor.rest().chars().next().unwrap_or(' ');
            format!("expected `{close}` after the text, found `{}`", found.escape_debug())
        }
    };
    let range = if cursor.byte().is_none() { start..start + open.len() } else { cursor.here() };
    Err((range, message, "a text with brackets, `|` or quotes stands in quotes"))
}

/// Reads a text in quotes if one comes next, and white space around it.
pub(super) fn enclosed<'t>(cursor: &mut Cursor<'t>) -> Result<Option<(&'t str, usize)>, Wrong> {
    let mut ahead = *cursor;
    ahead.skip_space();
    if !ahead.take("\"") {
        return Ok(None);
    }
    let start = ahead.at;
    let Some(length) = ahead.rest().find('"') else {
        let message = "the quoted text is never closed".to_owned();
        return Err((start - 1..start, message, "a quote inside is written `#quot;`"));
    };
    let text = &ahead.rest()[..length];
    ahead.at += length + 1;
    ahead.skip_space();
    *cursor = ahead;
    // Backticks enclose Markdown.
    let markdown = text.strip_prefix('`').and_then(|text| text.strip_suffix('`'));
    Ok(Some((markdown.unwrap_or(text), start)))
}

fn plain<'t>(cursor: &mut Cursor<'t>, open: &str) -> (&'t str, usize) {
    let place = cursor.at;
    let is_slanted = matches!(open, "[/" | "[\\");
    let bytes = cursor.text.as_bytes();
    while let Some(byte) = cursor.byte() {
        let next = bytes.get(cursor.at + 1);
        let ends = match byte {
            b'[' | b']' | b'(' | b')' | b'{' | b'}' | b'"' => true,
            b'|' => !is_slanted,
            b'/' | b'\\' => is_slanted && next == Some(&b']'),
            b'-' => open == "(-" && next == Some(&b')'),
            _ => false,
        };
        if ends {
            break;
        }
        cursor.at += cursor.rest().chars().next().map_or(1, char::len_utf8);
    }
    (&cursor.text[place..cursor.at], place)
}

/// A key, its value, and where that begins.
pub(super) type Pair<'t> = (&'t str, &'t str, usize);

/// Reads `@{ ... }` if it comes next: its pairs, each with where the value begins.
pub(super) fn data<'t>(cursor: &mut Cursor<'t>) -> Result<Option<Vec<Pair<'t>>>, Wrong> {
    let start = cursor.at;
    if !cursor.take("@{") {
        return Ok(None);
    }
    let mut pairs = Vec::new();
    loop {
        cursor.take_while(|c| c.is_whitespace() || c == ',');
        if cursor.take("}") {
            return Ok(Some(pairs));
        }
        let key = cursor.take_while(|c| !matches!(c, ':' | '}' | '\n' | ','));
        if key.is_empty() || !cursor.take(":") {
            let message = "`@{` is followed by pairs, and closed by `}`".to_owned();
            return Err((start..start + 2, message, "such as `@{ shape: circle, label: \"x\" }`"));
        }
        let (value, place) = match enclosed(cursor)? {
            Some(quoted) => quoted,
            None => {
                cursor.skip_blanks();
                let place = cursor.at;
                (cursor.take_while(|c| !matches!(c, ',' | '\n' | '}')).trim(), place)
            }
        };
        pairs.push((key.trim(), value, place));
    }
}
