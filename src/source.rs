//! Text that an error can point into.
//!
//! Knows lines, columns and byte ranges; does not know what the text means or where it came from.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The longest piece of one line that an excerpt keeps, in bytes.
const LONGEST_LINE: usize = 240;

/// A text with the path that a person knows it by.
#[derive(Debug, Clone)]
pub struct Source {
    path: Arc<str>,
    text: Arc<LazyLock<Arc<str>, Reader>>,
}

/// What reads a text when it is asked for.
type Reader = Box<dyn FnOnce() -> Arc<str> + Send>;

/// A range of bytes in one of the [`Sources`] of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Which source.
    pub source: u32,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

/// The texts that spans point into.
#[derive(Debug, Clone, Default)]
pub struct Sources(Vec<Source>);

/// One line of a text, with the range in it that a message is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Excerpt {
    /// The path of the text, as a person knows it.
    pub path: Arc<str>,
    /// The line, counted from 1.
    pub line: usize,
    /// The column of the range's first character, counted from 1 in characters.
    pub column: usize,
    /// The line's text; a long line is cut around the range.
    pub text: String,
    /// The range, in bytes of `text`.
    pub range: Range<usize>,
}

impl Source {
    /// Makes a source; `path` is what messages call it.
    pub fn new(path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Source {
        let text = text.into();
        Source::later(path, move || text)
    }

    /// Makes a source whose text is only read when somebody asks for it.
    pub fn later(
        path: impl Into<Arc<str>>,
        text: impl FnOnce() -> Arc<str> + Send + 'static,
    ) -> Source {
        Source { path: path.into(), text: Arc::new(LazyLock::new(Box::new(text))) }
    }

    /// Returns the path that messages call it by.
    pub fn path(&self) -> &Arc<str> {
        &self.path
    }

    /// Returns the whole text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Returns the line around `range`, or the first of its lines.
    pub fn excerpt(&self, range: Range<usize>) -> Excerpt {
        let text = self.text();
        let start = floor_boundary(text, range.start);
        let line = memchr::memchr_iter(b'\n', &text.as_bytes()[..start]).count() + 1;
        let line_start = memchr::memrchr(b'\n', &text.as_bytes()[..start]).map_or(0, |i| i + 1);
        let line_end =
            memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |i| start + i);
        let end = floor_boundary(text, range.end.max(start)).min(line_end);
        Excerpt::of_line(
            self.path.clone(),
            line,
            &text[line_start..line_end],
            start - line_start..end.max(start) - line_start,
        )
    }
}

impl Sources {
    /// Adds a source and returns its number, for [`Span::source`].
    pub fn add(&mut self, source: Source) -> u32 {
        self.0.push(source);
        (self.0.len() - 1) as u32
    }

    /// Returns the line that `span` is on.
    pub fn excerpt(&self, span: Span) -> Excerpt {
        match self.0.get(span.source as usize) {
            Some(source) => source.excerpt(span.start as usize..span.end as usize),
            None => Excerpt::whole_file("<unknown>"),
        }
    }

    /// Returns where a part of a value stands: `span` is the value's, `text` what it says, and
    /// `range` the part of that. Where escapes stand in it, or it is not what is written, its
    /// whole span is all that can be told.
    pub fn part(&self, span: Span, text: &str, range: &Range<usize>) -> Span {
        let source = self.get(span.source);
        let written =
            source.and_then(|source| source.text().get(span.start as usize..span.end as usize));
        match written.and_then(|written| find_part(written, text, range)) {
            Some(found) => Span {
                source: span.source,
                start: span.start + found.start as u32,
                end: span.start + found.end as u32,
            },
            None => span,
        }
    }

    /// Returns the source with this number.
    pub fn get(&self, source: u32) -> Option<&Source> {
        self.0.get(source as usize)
    }
}

impl Excerpt {
    /// Makes an excerpt from a line, without its line break, and a byte range in it.
    pub fn of_line(path: Arc<str>, line: usize, text: &str, range: Range<usize>) -> Excerpt {
        let text = text.strip_suffix('\r').unwrap_or(text);
        let column = text[..floor_boundary(text, range.start)].chars().count() + 1;
        Excerpt::of_column(path, line, column, text, range)
    }

    /// Makes an excerpt as [`Excerpt::of_line`] does, of a range whose column is known: finding it
    /// takes as long as the line, and a file may be one line.
    pub fn of_column(
        path: Arc<str>,
        line: usize,
        column: usize,
        text: &str,
        range: Range<usize>,
    ) -> Excerpt {
        let start = floor_boundary(text, range.start);
        let end = floor_boundary(text, range.end.max(start));
        let (text, start, end) = clip(text, start, end);
        Excerpt { path, line, column, text, range: start..end }
    }

    /// Makes an excerpt that names a file and no line in it.
    pub fn whole_file(path: impl Into<Arc<str>>) -> Excerpt {
        Excerpt { path: path.into(), line: 0, column: 0, text: String::new(), range: 0..0 }
    }
}

/// Finds a part of a text in what was written for it: the same letters, perhaps between quotes, with
/// other blanks where it is written on several lines.
fn find_part(written: &str, text: &str, range: &Range<usize>) -> Option<Range<usize>> {
    find_part_from(0, written, text, range).or_else(|| {
        let is_quoted = written.starts_with(['"', '\'']);
        is_quoted.then(|| find_part_from(1, written, text, range))?
    })
}

fn find_part_from(
    from: usize,
    written: &str,
    text: &str,
    range: &Range<usize>,
) -> Option<Range<usize>> {
    let (mut at, mut start, mut end) = (from, None, None);
    for (place, letter) in text.char_indices() {
        let rest = &written[at..];
        let found = match letter.is_whitespace() {
            // The blanks before it were those of the line break, all at once.
            true => rest.len() - rest.trim_start().len(),
            false => rest.starts_with(letter).then_some(letter.len_utf8())?,
        };
        if place >= range.start {
            start.get_or_insert(at);
        }
        at += found;
        if place < range.end {
            end = Some(at);
        }
    }
    let start = start.unwrap_or(at);
    Some(start..end.unwrap_or(start).max(start))
}

/// Cuts a long line to a window that holds the start of the range.
fn clip(text: &str, start: usize, end: usize) -> (String, usize, usize) {
    if text.len() <= LONGEST_LINE {
        return (text.to_owned(), start, end);
    }
    let from = floor_boundary(text, start.saturating_sub(LONGEST_LINE / 3));
    let to = floor_boundary(text, from + LONGEST_LINE);
    let lead = if from > 0 { "…" } else { "" };
    let trail = if to < text.len() { "…" } else { "" };
    let shift = |at: usize| at.min(to) - from + lead.len();
    (format!("{lead}{}{trail}", &text[from..to]), shift(start), shift(end))
}

/// Returns the last character boundary at or before `at`.
fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_counts_lines_and_columns_from_one() {
        let source = Source::new("a.csv", "one\ntwo é three\nfour");
        let start = source.text().find("three").unwrap();
        let excerpt = source.excerpt(start..start + 5);
        assert_eq!((excerpt.line, excerpt.column), (2, 7));
        assert_eq!(&excerpt.text[excerpt.range], "three");
    }

    #[test]
    fn a_range_over_several_lines_ends_with_the_first() {
        let source = Source::new("a", "abc\ndef");
        let excerpt = source.excerpt(1..6);
        assert_eq!((excerpt.text.as_str(), excerpt.range), ("abc", 1..3));
    }

    #[test]
    fn a_long_line_is_cut_around_the_range() {
        let text = format!("{}needle{}", "é".repeat(500), "x".repeat(500));
        let source = Source::new("a", text);
        let excerpt = source.excerpt(1000..1006);
        assert_eq!(&excerpt.text[excerpt.range.clone()], "needle");
        assert!(excerpt.text.len() < 300 && excerpt.text.starts_with('…'));
        assert_eq!(excerpt.column, 501);
    }

    #[test]
    fn a_part_of_a_value_is_found_where_it_is_written_as_it_reads() {
        let mut sources = Sources::default();
        let text = "a: 'b == c', d: 'it''s', e: |\n  b ==\n  é\n f: \"b\" == 'c'\n";
        sources.add(Source::new("a", text));
        let check =
            |start: u32, end: u32, text: &str, range: Range<usize>, expected: (u32, u32)| {
                let found = sources.part(Span { source: 0, start, end }, text, &range);
                assert_eq!((found.start, found.end), expected);
            };
        check(3, 11, "b == c", 5..6, (9, 10));
        check(3, 11, "b == c", 6..9, (10, 10));
        check(3, 11, "b == d", 0..1, (3, 11));
        check(16, 23, "it's", 3..4, (16, 23));
        check(32, 42, "b ==\né\n", 5..7, (39, 41));
        check(32, 42, "b ==\né\n", 0..7, (32, 41));
        check(46, 56, "\"b\" == 'c'", 7..10, (53, 56));
        check(3, 11, "'b == c'", 0..3, (3, 6));
        check(90, 99, "x", 0..1, (90, 99));
    }

    #[test]
    fn a_range_past_the_end_is_no_panic() {
        let excerpt = Source::new("a", "é").excerpt(7..9);
        assert_eq!(excerpt.range, 2..2);
    }
}
