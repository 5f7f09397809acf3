//! Where the cells of a record stand in the text, and what is wrong with its quotes.
//!
//! Rows are read by the CSV crate, which tells no places and takes any quotes. This finds the
//! places again once there is a problem to describe, and checks the quotes of a file at the speed
//! of a search for them.

use std::borrow::Cow;
use std::ops::Range;

/// The two characters that give a file its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// What parts cells.
    pub delimiter: u8,
    /// What encloses cells.
    pub quote: u8,
}

/// Quotes that do not fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuoteProblem {
    /// The quote at this place is never closed.
    Unclosed { open: usize },
    /// There is text between a closing quote and the end of its cell.
    TextAfter { open: usize, close: usize },
}

impl Dialect {
    /// Returns where the cells of the record at `start` are, their quotes included.
    pub fn cells(self, text: &str, start: usize) -> Vec<Range<usize>> {
        let mut cells = Vec::new();
        self.record_end(text, start, |cell| cells.push(cell));
        cells
    }

    /// Returns where the record at `start` ends, its line break left out.
    pub fn record_end(
        self,
        text: &str,
        start: usize,
        mut each_cell: impl FnMut(Range<usize>),
    ) -> usize {
        let mut at = start;
        loop {
            let end = self.cell_end(text.as_bytes(), at);
            each_cell(at..end);
            if text.as_bytes().get(end) != Some(&self.delimiter) {
                return end;
            }
            at = end + 1;
        }
    }

    /// Returns what a cell holds, without its quotes.
    pub fn unquoted(self, cell: &str) -> Cow<'_, str> {
        let quote = char::from(self.quote);
        let inner =
            cell.strip_prefix(quote).map(|inner| inner.strip_suffix(quote).unwrap_or(inner));
        match inner {
            Some(inner) if inner.contains(quote) => {
                let mut pair = String::from(quote);
                pair.push(quote);
                Cow::Owned(inner.replace(&pair, &pair[..1]))
            }
            Some(inner) => Cow::Borrowed(inner),
            None => Cow::Borrowed(cell),
        }
    }

    /// Finds the first quote from `start` on that does not fit. A quote inside a cell that does
    /// not begin with one is a character as any other.
    pub fn bad_quote(self, text: &str, start: usize) -> Option<QuoteProblem> {
        let bytes = text.as_bytes();
        let mut at = start;
        loop {
            let open = at + memchr::memchr(self.quote, &bytes[at..])?;
            let opens = open == start || self.parts(bytes[open - 1]);
            if !opens {
                at = open + 1;
                continue;
            }
            let Some(close) = self.closing_quote(bytes, open) else {
                return Some(QuoteProblem::Unclosed { open });
            };
            if bytes.get(close + 1).is_some_and(|next| !self.parts(*next)) {
                return Some(QuoteProblem::TextAfter { open, close });
            }
            at = close + 1;
        }
    }

    fn cell_end(self, bytes: &[u8], start: usize) -> usize {
        let mut at = start;
        if bytes.get(start) == Some(&self.quote) {
            at = self.closing_quote(bytes, start).map_or(bytes.len(), |close| close + 1);
        }
        memchr::memchr3(self.delimiter, b'\n', b'\r', &bytes[at..])
            .map_or(bytes.len(), |len| at + len)
    }

    fn closing_quote(self, bytes: &[u8], open: usize) -> Option<usize> {
        let mut at = open + 1;
        loop {
            let close = at + memchr::memchr(self.quote, &bytes[at..])?;
            if bytes.get(close + 1) != Some(&self.quote) {
                return Some(close);
            }
            at = close + 2;
        }
    }

    fn parts(self, byte: u8) -> bool {
        byte == self.delimiter || byte == b'\n' || byte == b'\r'
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMA: Dialect = Dialect { delimiter: b',', quote: b'"' };

    #[track_caller]
    fn check(text: &str, cells: &[&str]) {
        let found: Vec<String> = COMMA
            .cells(text, 0)
            .into_iter()
            .map(|cell| COMMA.unquoted(&text[cell]).into_owned())
            .collect();
        assert_eq!(found, cells, "{text:?}");
        assert_eq!(COMMA.bad_quote(text, 0), None);
    }

    #[test]
    fn a_record_is_cut_into_cells() {
        check("a,b\nc", &["a", "b"]);
        check("a,,\r\n", &["a", "", ""]);
        check("\"a,\"\"\nb\"\"\",c\rd", &["a,\"\nb\"", "c"]);
        check("a\"b,\"\",x\"y\"", &["a\"b", "", "x\"y\""]);
        check("", &[""]);
    }

    #[test]
    fn quotes_that_do_not_fit_are_found() {
        let bad = |text| COMMA.bad_quote(text, 0);
        assert_eq!(bad("a,b\nc,\"d\ne,f\n"), Some(QuoteProblem::Unclosed { open: 6 }));
        assert_eq!(bad("a,\"\"\""), Some(QuoteProblem::Unclosed { open: 2 }));
        assert_eq!(bad("\"a\"b,c"), Some(QuoteProblem::TextAfter { open: 0, close: 2 }));
        assert_eq!(bad("\"a\" ,c"), Some(QuoteProblem::TextAfter { open: 0, close: 2 }));
        assert_eq!(bad("a,\"b\r\n\",\"\"\r\n\"\""), None);
    }
}
