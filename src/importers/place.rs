//! Where in a text something stands: its line, whatever ends lines there.
//!
//! Used only to describe what is pointed at, so it counts from the start of the text; of many
//! places in rising order each from the one before.

use std::ops::Range;
use std::sync::Arc;

use crate::source::Excerpt;

/// Returns the line that `range` starts on; line breaks are `\n`, `\r\n` and `\r`.
pub fn excerpt(path: &Arc<str>, text: &str, range: Range<usize>) -> Excerpt {
    Lines::new(text).excerpt(path, range)
}

/// Finds the lines of places; in one pass over the text if these rise.
#[derive(Debug)]
pub struct Lines<'t> {
    text: &'t str,
    /// The number of the line that was found last, from 1.
    line: usize,
    start: usize,
    end: usize,
    /// The place in it that was looked for, and its column, from 1.
    at: usize,
    column: usize,
}

impl<'t> Lines<'t> {
    /// Starts at the first line.
    pub fn new(text: &'t str) -> Lines<'t> {
        Lines { text, line: 1, start: 0, end: line_end(text, 0), at: 0, column: 1 }
    }

    /// Returns the line that `range` starts on.
    pub fn excerpt(&mut self, path: &Arc<str>, range: Range<usize>) -> Excerpt {
        self.go_to(range.start.min(self.text.len()));
        let Lines { text, line, start, end, at, column } = *self;
        let range = at - start..range.end.clamp(at, end) - start;
        Excerpt::of_column(path.clone(), line, column, &text[start..end], range)
    }

    /// Returns where the line starts that was found last.
    pub fn start(&self) -> usize {
        self.start
    }

    fn go_to(&mut self, at: usize) {
        if at < self.start {
            *self = Lines::new(self.text);
        }
        while self.end < self.text.len() {
            let next = after_break(self.text, self.end);
            if at < next {
                break;
            }
            let end = line_end(self.text, next);
            *self = Lines { line: self.line + 1, start: next, end, at: next, column: 1, ..*self };
        }
        let at = self.text.floor_char_boundary(at.min(self.end));
        if at < self.at {
            (self.at, self.column) = (self.start, 1);
        }
        self.column += self.text[self.at..at].chars().count();
        self.at = at;
    }
}

/// Returns where the line that starts at `start` ends, its line break left out.
pub fn line_end(text: &str, start: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &text.as_bytes()[start..]).map_or(text.len(), |len| start + len)
}

/// Returns where the line after the one that starts at `start` starts.
pub fn next_line(text: &str, start: usize) -> usize {
    after_break(text, line_end(text, start))
}

/// Returns where the line after the one that ends at `end` starts.
fn after_break(text: &str, end: usize) -> usize {
    match &text.as_bytes()[end..] {
        [b'\r', b'\n', ..] => end + 2,
        [_, ..] => end + 1,
        [] => end,
    }
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

    #[test]
    fn many_places_are_found_as_each_alone_is() {
        let text = "öne\r\ntwo\r\rthree ü four\n\nfive\r\n";
        let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let orders =
            [starts.clone(), starts.iter().rev().copied().collect(), vec![20, 3, 20, 21, 0, 30]];
        for order in orders {
            let mut lines = Lines::new(text);
            for at in order {
                let (at, next) = (text.floor_char_boundary(at), text.ceil_char_boundary(at + 1));
                let expected = excerpt(&"a".into(), text, at..next);
                assert_eq!(lines.excerpt(&"a".into(), at..next), expected, "{at}");
                // What `lines` of the library says, where lines end as it knows them.
                let before = text[..at].replace("\r\n", "\n").replace('\r', "\n");
                let line = before.split('\n').count();
                let is_half = text[..at].ends_with('\r') && text[at..].starts_with('\n');
                assert_eq!(expected.line, line - usize::from(is_half), "{at}");
            }
        }
    }

    #[test]
    fn many_places_in_one_long_line_are_found_in_one_pass() {
        let text = "ab,".repeat(1 << 20);
        let mut lines = Lines::new(&text);
        for at in (0..text.len()).step_by(3) {
            let found = lines.excerpt(&"a".into(), at..at + 2);
            assert_eq!((found.line, found.column, &found.text[found.range]), (1, at + 1, "ab"));
        }
    }
}
