//! One file of a table: its text, its form, its columns, and where its records are.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::super::decode::decode;
use super::super::place::{self, Lines};
use super::cells::{Dialect, QuoteProblem};
use super::columns::Columns;
use super::fields::Field;
use super::grid::{self, Grid, GridLines, Places};
use super::sniff;
use super::table_file::TableFile;
use crate::diagnostic::Diagnostic;
use crate::source::Excerpt;
use crate::step::InputFile;

/// For every so many records, where one starts is kept.
const STRIDE: u32 = 1024;

/// A file that is a table. Its records, numbered from 0, are the rows below the header.
#[derive(Debug)]
pub struct Sheet<'a> {
    /// The path that messages call it by.
    pub path: Arc<str>,
    /// Its text.
    pub text: Cow<'a, str>,
    /// Where its rows are, if it was no text.
    places: Option<Places>,
    /// Its form.
    pub dialect: Dialect,
    /// Whether spaces around cells are left out.
    trim: bool,
    /// The texts of cells that mean an empty one.
    empty: BTreeSet<String>,
    /// What its cells are.
    pub columns: Columns,
    /// The number that its first row has in the whole table.
    pub first_row: u32,
    header: usize,
    /// The byte after the header line.
    pub body: usize,
    /// For each record that is no row of the table, how many rows come before it.
    gaps: Vec<u32>,
    starts: Vec<u32>,
    /// The record that was looked for last, and where it starts: problems come in order.
    last_found: Cell<(u32, usize)>,
}

impl<'a> Sheet<'a> {
    /// Reads all of a file but its rows.
    ///
    /// # Errors
    ///
    /// Returns every reason why it is no table.
    pub fn open<F: Field>(
        file: &'a InputFile,
        settings: &TableFile<F>,
    ) -> Result<Sheet<'a>, Vec<Diagnostic>> {
        let grid = grid::read(file, settings).map_err(|error| vec![*error])?;
        let as_text;
        let (text, places, settings) = match grid {
            Some(Grid { text, places, .. }) => {
                as_text = settings.of_grid();
                (Cow::Owned(text), Some(places), &as_text)
            }
            None => {
                let text = decode(file, settings.encoding).map_err(|error| vec![*error])?;
                (text, None, settings)
            }
        };
        let header = header_start(&text, settings.skip_rows);
        if header == text.len() {
            return Err(vec![no_header::<F>(file, settings)]);
        }
        let dialect = sniff::dialect(settings, &file.path, &text, header);
        if let Some(problem) = dialect.bad_quote(&text, header) {
            return Err(vec![bad_quote(&file.path, &text, dialect, problem)]);
        }
        let cells = dialect.cells(&text, header);
        let line = header..dialect.record_end(&text, header, |_| {});
        let headers: Vec<String> = cells
            .iter()
            .map(|cell| dialect.unquoted(&text[cell.clone()]).trim().to_owned())
            .collect();
        let place = |cell: Option<usize>| {
            let range = cell.and_then(|cell| cells.get(cell)).unwrap_or(&line);
            SheetLines::new(&file.path, &text, places.as_ref()).excerpt(range.clone())
        };
        let columns = Columns::find(headers, settings, &place).map_err(|errors| {
            if places.is_some() {
                return errors;
            }
            let cut = format!("cells are parted by {}", delimiter_name(dialect.delimiter));
            errors.into_iter().map(|error| error.note(cut.clone())).collect::<Vec<_>>()
        })?;
        let body = skip_breaks(&text, line.end);
        Ok(Sheet {
            path: file.path.clone(),
            text,
            places,
            dialect,
            trim: settings.trim,
            empty: settings.empty.clone(),
            columns,
            first_row: 0,
            header,
            body,
            gaps: Vec::new(),
            starts: Vec::new(),
            last_found: Cell::new((0, body)),
        })
    }

    /// Keeps where a record starts, if it is one that is kept. Records come in order.
    pub fn keep_start(starts: &mut Vec<u32>, record: u32, start: usize) {
        if record.is_multiple_of(STRIDE) {
            starts.push(start as u32);
        }
    }

    /// Takes what reading the rows told; `left_out` are the records that are no rows, rising.
    pub fn finish(&mut self, starts: Vec<u32>, left_out: Vec<u32>) {
        self.starts = starts;
        self.gaps = left_out.into_iter().zip(0..).map(|(record, before)| record - before).collect();
    }

    /// Returns where a row of the whole table starts in the text.
    pub fn start_of_row(&self, row: u32) -> usize {
        let row = row - self.first_row;
        let gaps = self.gaps.partition_point(|rows_before| *rows_before <= row);
        self.start_of(row + gaps as u32)
    }

    fn start_of(&self, record: u32) -> usize {
        let kept = record / STRIDE;
        let start = self.starts.get(kept as usize).map_or(self.body, |start| *start as usize);
        let (mut at_record, mut at) = (kept * STRIDE, start);
        let (last_record, last) = self.last_found.get();
        if (at_record..=record).contains(&last_record) {
            (at_record, at) = (last_record, last);
        }
        at = skip_breaks(&self.text, at);
        for _ in at_record..record {
            at = self.dialect.record_end(&self.text, at, |_| {});
            at = skip_breaks(&self.text, at);
        }
        self.last_found.set((record, at));
        at
    }

    /// Returns where a cell of the record at `start` is, or all of its line if it has no such cell.
    pub fn cell_range(&self, start: usize, cell: Option<usize>) -> Range<usize> {
        let start = skip_breaks(&self.text, start);
        let cells = self.dialect.cells(&self.text, start);
        match cell.and_then(|cell| cells.get(cell)) {
            Some(range) => range.clone(),
            None => start..cells.last().map_or(start, |range| range.end),
        }
    }

    /// Returns the line with a cell of the record at `start`.
    pub fn cell_excerpt(&self, start: usize, cell: Option<usize>) -> Excerpt {
        self.excerpt(self.cell_range(start, cell))
    }

    /// Returns the line with a header.
    pub fn header_excerpt(&self, cell: Option<usize>) -> Excerpt {
        self.cell_excerpt(self.header, cell)
    }

    /// Returns the line that a range of the text starts on.
    pub fn excerpt(&self, range: Range<usize>) -> Excerpt {
        self.lines().excerpt(range)
    }

    /// Returns what finds such lines, and those of rising ranges in one pass over the text.
    pub fn lines(&self) -> SheetLines<'_> {
        SheetLines::new(&self.path, &self.text, self.places.as_ref())
    }

    /// Returns what a cell of the record at `start` holds.
    pub fn cell_text(&self, start: usize, cell: Option<usize>) -> Cow<'_, str> {
        if cell.is_none() {
            return Cow::Borrowed("");
        }
        match self.dialect.unquoted(&self.text[self.cell_range(start, cell)]) {
            Cow::Borrowed(text) => Cow::Borrowed(self.meant(text)),
            Cow::Owned(text) => match self.meant(&text) {
                meant if meant.len() == text.len() => Cow::Owned(text),
                meant => Cow::Owned(meant.to_owned()),
            },
        }
    }

    /// Returns what the text of a cell means: itself, but for spaces and words that count as none.
    #[inline]
    pub fn meant<'t>(&self, text: &'t str) -> &'t str {
        let text = if self.trim { text.trim() } else { text };
        let is_empty = self.empty.iter().any(|word| word.eq_ignore_ascii_case(text));
        if is_empty { "" } else { text }
    }
}

/// Finds the lines of a file of text, or of a grid.
pub enum SheetLines<'s> {
    Text(&'s Arc<str>, Lines<'s>),
    Grid(GridLines<'s>),
}

impl<'s> SheetLines<'s> {
    fn new(path: &'s Arc<str>, text: &'s str, places: Option<&'s Places>) -> SheetLines<'s> {
        match places {
            Some(places) => SheetLines::Grid(places.lines(path, text)),
            None => SheetLines::Text(path, Lines::new(text)),
        }
    }

    /// Returns the line that a range of the text starts on.
    pub fn excerpt(&mut self, range: Range<usize>) -> Excerpt {
        match self {
            SheetLines::Text(path, lines) => lines.excerpt(path, range),
            SheetLines::Grid(lines) => lines.excerpt(range),
        }
    }
}

fn header_start(text: &str, skip_rows: u32) -> usize {
    let mut at = 0;
    for _ in 0..skip_rows {
        at = place::next_line(text, at);
    }
    skip_breaks(text, at)
}

/// Skips line breaks: an empty line is no record.
fn skip_breaks(text: &str, start: usize) -> usize {
    let rest = &text.as_bytes()[start..];
    start + rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count()
}

fn no_header<F: Field>(file: &InputFile, settings: &TableFile<F>) -> Diagnostic {
    let needed: Vec<&str> = F::REQUIRED.iter().map(|field| field.name()).collect();
    let error = Diagnostic::error("missing-header", "the file has no header line")
        .at(Excerpt::whole_file(file.path.clone()), "empty")
        .help(format!("a table of {} has at least `{}`", F::TABLE, needed.join("` and `")));
    match settings.skip_rows {
        0 => error,
        lines => error.note(format!("`skip_rows` leaves out {lines} lines")),
    }
}

fn bad_quote(path: &Arc<str>, text: &str, dialect: Dialect, problem: QuoteProblem) -> Diagnostic {
    let quote = char::from(dialect.quote);
    let place = |at: usize| place::excerpt(path, text, at..at + 1);
    match problem {
        QuoteProblem::Unclosed { open } => {
            Diagnostic::error("unclosed-quote", format!("the quote `{quote}` is never closed"))
                .at(place(open), "it opens here")
                .help(format!("a `{quote}` inside a quoted cell is written twice"))
        }
        QuoteProblem::TextAfter { open, close } => {
            let (opened, closed) = (place(open), place(close));
            let end = text[close + 1..].chars().next().map_or(0, char::len_utf8);
            let after = place::excerpt(path, text, close + 1..close + 1 + end);
            let error =
                Diagnostic::error("text-after-quote", "there is text after a closing quote")
                    .at(after, "the cell should end before it");
            let error = match opened.line == closed.line {
                true => error,
                false => error
                    .at(opened, "the cell begins here")
                    .note("perhaps the quote that the cell begins with was never closed"),
            };
            error.help(format!(
                "a `{quote}` inside a quoted cell is written twice; `quote:` names another one"
            ))
        }
    }
}

fn delimiter_name(delimiter: u8) -> String {
    match delimiter {
        b'\t' => "tabs".to_owned(),
        b' ' => "spaces".to_owned(),
        other => format!("`{}`; `delimiter:` says otherwise", char::from(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Import, NODES};

    #[test]
    fn lines_end_as_they_do_on_every_system() {
        for end in ["\n", "\r\n", "\r"] {
            let nodes = format!("\n{NODES}a,A,,false,,1,\n\nb,B,,no,,1,");
            Import::new().nodes(&nodes.replace('\n', end)).check("a(A) b(B)", "");
            let nodes = format!("{NODES}a,A,,false,,1,\n\nb,B,,no,,x,\n");
            let place = "nodes.csv:4:10 `x` is no number [x]";
            Import::new().nodes(&nodes.replace('\n', end)).fails(place);
        }
    }

    #[test]
    fn lines_before_the_header_can_be_left_out() {
        Import::new()
            .nodes("made by \"us\non a day\nid;label\na;A\n")
            .set("nodes", r#"{"path": "nodes.csv", "skip_rows": 2}"#)
            .check("a(A)", "");
        Import::new()
            .nodes("id\n")
            .set("nodes", r#"{"path": "nodes.csv", "skip_rows": 2}"#)
            .fails("nodes.csv:0:0 the file has no header line");
    }

    #[test]
    fn a_table_needs_a_header_and_no_rows() {
        Import::new().nodes("").fails("nodes.csv:0:0 the file has no header line");
        Import::new().nodes("\u{feff}\r\n\r\n").fails("nodes.csv:0:0 the file has no header line");
        Import::new().nodes(NODES).check("", "");
        Import::new().nodes("id").check("", "");
    }

    #[test]
    fn a_quote_that_is_never_closed_is_shown_where_it_opens() {
        let rows: String = (0..1000).map(|at| format!("n{at},x,l,false,,1,\n")).collect();
        Import::new()
            .nodes(&format!("{NODES}a,\"oops,l,false,,1,\n{rows}"))
            .fails("nodes.csv:2:3 the quote `\"` is never closed [\"] help: a `\"` inside");
    }

    #[test]
    fn text_after_a_closing_quote_is_shown() {
        Import::new()
            .nodes("id,label\na,\"b\"c\n")
            .fails("nodes.csv:2:6 there is text after a closing quote [c]");
        Import::new()
            .nodes("id,label\na,\"b\nc,\"d\"\n")
            .fails("nodes.csv:3:4 there is text after a closing quote [d]");
    }

    #[test]
    fn a_quote_inside_a_plain_cell_is_a_character() {
        Import::new().nodes("id,label\na,b\"c\"\nb\"\"x,\"\"\n").check("a(b\"c\") b\"\"x", "");
    }

    #[test]
    fn a_semicolon_may_part_cells() {
        Import::new()
            .nodes(&format!("{NODES}a,A,,false,,1,\n").replace(',', ";"))
            .check("a(A)", "");
    }

    #[test]
    fn a_problem_far_down_is_shown_at_its_line() {
        let mut nodes = String::from("id,label,weight\r\n");
        for at in 0..5000 {
            nodes.push_str(&format!("n{at},\"two\r\nlines\",{}\r\n\r\n", at % 7));
        }
        let nodes = nodes.replace("\",5\r\n\r\nn3002", "\",no\r\n\r\nn3002");
        // Three lines for each record before it, one for the header, one for its own first line.
        Import::new().nodes(&nodes).fails("nodes.csv:9006:8 `no` is no number [no]");
        let twice = nodes.replace("\",no\r\n", "\",5\r\n").replace("n4000,", "n2500,");
        Import::new().nodes(&twice).fails("nodes.csv:12002:1 the id `n2500` is taken [n2500]");
    }

    #[test]
    fn rows_that_are_left_out_shift_no_place() {
        let nodes = "id,x\n,\na,1\n,\n,\nb,1\nc,z\n,\nd,1\n,\n";
        let types = r#"{"path": "nodes.csv", "types": {"x": "integer"}}"#;
        let import = Import::new().nodes(nodes).set("nodes", types);
        import.fails("nodes.csv:7:3 `z` is no integer [z]");
        let last = Import::new().nodes(&nodes.replace("d,1", "d,y")).set("nodes", types);
        assert_eq!(last.problems()[1], "nodes.csv:9:3 `y` is no integer [y]");
    }
}
