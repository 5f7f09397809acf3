//! Where in a text something stands: its line, whatever ends lines there.
//!
//! Used only to describe problems, so it counts from the start of the text each time.

use std::ops::Range;
use std::sync::Arc;

use crate::source::Excerpt;

/// Returns the line that `range` starts on; line breaks are `\n`, `\r\n` and `\r`.
pub fn excerpt(path: &Arc<str>, text: &str, range: Range<usize>) -> Excerpt {
    let at = range.start.min(text.len());
    let (line, start) = line_of(text, at);
    let end = line_end(text, start);
    let range = at.min(end) - start..range.end.clamp(at.min(end), end) - start;
    Excerpt::of_line(path.clone(), line, &text[start..end], range)
}

/// Returns where the line that starts at `start` ends, its line break left out.
pub fn line_end(text: &str, start: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &text.as_bytes()[start..]).map_or(text.len(), |len| start + len)
}

/// Returns where the line after the one that starts at `start` starts.
pub fn next_line(text: &str, start: usize) -> usize {
    let end = line_end(text, start);
    match &text.as_bytes()[end..] {
        [b'\r', b'\n', ..] => end + 2,
        [_, ..] => end + 1,
        [] => end,
    }
}

/// Returns the number of the line that holds `at`, from 1, and where it starts.
fn line_of(text: &str, at: usize) -> (usize, usize) {
    let bytes = text.as_bytes();
    let (mut line, mut start) = (1, 0);
    for found in memchr::memchr2_iter(b'\n', b'\r', &bytes[..at]) {
        let is_half = bytes[found] == b'\r' && bytes.get(found + 1) == Some(&b'\n');
        if !is_half {
            line += 1;
            start = found + 1;
        }
    }
    (line, start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, needle: &str, line: usize, column: usize) {
        let start = text.find(needle).unwrap();
        let excerpt = excerpt(&"a".into(), text, start..start + needle.len());
        assert_eq!((excerpt.line, excerpt.column), (line, column), "{text:?}");
        assert_eq!(
            excerpt.text[excerpt.range],
            needle[..needle.find(['\r', '\n']).unwrap_or(needle.len())]
        );
    }

    #[test]
    fn lines_end_as_they_do_on_every_system() {
        for end in ["\n", "\r\n", "\r"] {
            check(&format!("one{end}{end}thé ree{end}four"), "ree", 3, 5);
            check(&format!("one{end}\"two{end}three\""), &format!("two{end}three"), 2, 2);
        }
        check("a\rb\r\nc\nd", "d", 4, 1);
    }

    #[test]
    fn the_end_of_a_text_has_a_place() {
        for text in ["", "a", "a\r", "a\r\n"] {
            excerpt(&"a".into(), text, text.len()..text.len() + 1);
        }
    }
}
