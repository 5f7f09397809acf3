//! A table out of a file that is no text: a sheet of a workbook, or rows of a database.
//!
//! Its cells are laid out as comma-separated text, which is then read as any other; places are
//! told in its own rows, so that `shop.xlsx[nodes]:7` is row 7 of the sheet `nodes`.

use std::ops::Range;
use std::sync::Arc;

use super::super::place::Lines;
use super::cells::Dialect;
use super::fields::Field;
use super::table_file::{Quote, TableFile};
use crate::diagnostic::Diagnostic;
use crate::source::Excerpt;
use crate::step::InputFile;

/// How the text of a grid is written.
pub(super) const DIALECT: Dialect = Dialect { delimiter: b',', quote: b'"' };
/// How many times the bytes of a file a grid may take, beside what every grid may.
const MOST_GROWTH: usize = 50;
/// How many rows and columns any program's sheets may have, and then some.
const MOST_ROWS: u32 = 1 << 30;
const MOST_COLUMNS: u32 = 1 << 16;
/// How many bytes every grid may take.
const ALWAYS_FINE: usize = 16 << 20;

/// Why a file gives no grid.
pub(super) struct Refused {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// The setting in the plan that it is about.
    pub setting: Option<&'static str>,
}

/// Cells, row by row.
pub(super) struct Grid {
    /// The rows as comma-separated text; those without a cell are left out.
    pub text: String,
    pub places: Places,
    /// The first column that is not written yet, in the last row.
    next: u32,
    /// How many bytes the text may take.
    most: usize,
}

/// Where the rows of a grid are in its file.
#[derive(Debug)]
pub(super) struct Places {
    /// The name of the sheet or table.
    name: String,
    /// The number of each row, counted from 1.
    rows: Vec<u32>,
    /// The column that the text begins with, counted from 0.
    first_column: u32,
}

impl Refused {
    pub fn new(message: String, help: impl Into<String>) -> Refused {
        Refused { message, help: help.into(), setting: None }
    }

    /// Says which setting in the plan it is about.
    pub fn about(self, setting: &'static str) -> Refused {
        Refused { setting: Some(setting), ..self }
    }
}

impl Grid {
    /// Starts with no cell; `size` is that of the file, in bytes.
    pub fn new(name: &str, size: usize) -> Grid {
        let places = Places { name: name.to_owned(), rows: Vec::new(), first_column: 0 };
        Grid { text: String::new(), places, next: 0, most: most_for(size) }
    }

    /// Adds a cell that is not empty. Rows and columns are counted from 0, and come in order; the
    /// first row says where columns begin, and a cell before that is an error.
    ///
    /// # Errors
    ///
    /// Fails where cells are out of order, or too many.
    pub fn cell(&mut self, row: u32, column: u32, text: &str) -> Result<(), Refused> {
        if row >= MOST_ROWS || column >= MOST_COLUMNS {
            let message = "it has a cell beyond the last row or column of a sheet".to_owned();
            return Err(Refused::new(
                message,
                "open it in its program and save it anew".to_owned(),
            ));
        }
        let rows = &mut self.places.rows;
        match rows.last() {
            None => self.places.first_column = column,
            Some(last) if *last > row + 1 => return Err(disorder(row)),
            Some(last) if *last == row + 1 && column < self.next => return Err(disorder(row)),
            Some(_) => {}
        }
        if rows.last() != Some(&(row + 1)) {
            if !rows.is_empty() {
                self.text.push('\n');
            }
            rows.push(row + 1);
            self.next = self.places.first_column;
        }
        let Some(empty) = column.checked_sub(self.next) else {
            let message =
                format!("row {} has a cell before the column of the first header", row + 1);
            return Err(Refused::new(
                message,
                "let the header be the first row that is filled in".to_owned(),
            ));
        };
        let first = self.next == self.places.first_column;
        self.next = column + 1;
        let room = self.text.len() + text.len() + empty as usize + 4 * self.places.rows.len();
        if room > self.most {
            let message = format!("its cells take more than {} bytes", self.most);
            return Err(Refused::new(message, "keep the table alone in a file".to_owned()));
        }
        let commas = empty as usize + usize::from(!first);
        self.text.extend(std::iter::repeat_n(',', commas));
        if text.contains(['"', ',', '\n', '\r']) {
            self.text.push('"');
            self.text.push_str(&text.replace('"', "\"\""));
            self.text.push('"');
        } else {
            self.text.push_str(text);
        }
        Ok(())
    }

    /// Fills rows that end before the header does with empty cells.
    pub fn filled(self) -> Grid {
        let header = DIALECT.cells(&self.text, 0).len();
        let mut text = String::with_capacity(self.text.len());
        let mut start = 0;
        while start < self.text.len() {
            let end = DIALECT.record_end(&self.text, start, |_| {});
            let missing = header.saturating_sub(DIALECT.cells(&self.text, start).len());
            text.push_str(&self.text[start..end]);
            text.extend(std::iter::repeat_n(',', missing));
            text.push('\n');
            start = end + 1;
        }
        Grid { text, ..self }
    }
}

fn disorder(row: u32) -> Refused {
    let message = format!("the cells of row {} are not in order", row + 1);
    Refused::new(message, "open it in its program and save it anew".to_owned())
}

/// Returns how many bytes a file may grow to.
pub(super) fn most_for(size: usize) -> usize {
    size.saturating_mul(MOST_GROWTH).saturating_add(ALWAYS_FINE)
}

impl Places {
    /// Returns what finds the rows that ranges of the text are in.
    pub fn lines<'g>(&'g self, path: &str, text: &'g str) -> GridLines<'g> {
        GridLines {
            path: format!("{path}[{}]", self.name).into(),
            text,
            rows: &self.rows,
            lines: Lines::new(text),
            record: 0,
            end: DIALECT.record_end(text, 0, |_| {}),
        }
    }
}

/// Finds rows of a grid; in one pass over its text if the ranges rise.
pub(super) struct GridLines<'g> {
    path: Arc<str>,
    text: &'g str,
    rows: &'g [u32],
    lines: Lines<'g>,
    /// The record that was found last, and where it ends.
    record: usize,
    end: usize,
}

impl GridLines<'_> {
    /// Returns the row that a range of the text is in.
    pub fn excerpt(&mut self, range: Range<usize>) -> Excerpt {
        if range.start < self.lines.start() {
            (self.record, self.end) = (0, DIALECT.record_end(self.text, 0, |_| {}));
        }
        while self.end < range.start && self.end + 1 < self.text.len() {
            self.record += 1;
            self.end = DIALECT.record_end(self.text, self.end + 1, |_| {});
        }
        Excerpt {
            line: self.rows.get(self.record).map_or(0, |row| *row as usize),
            ..self.lines.excerpt(&self.path, range)
        }
    }
}

/// Reads a file that is no text; `None` for one that may be text.
///
/// # Errors
///
/// Fails if it has no such table, or is not what it seems to be.
pub(super) fn read<F: Field>(
    file: &InputFile,
    settings: &TableFile<F>,
) -> Result<Option<Grid>, Box<Diagnostic>> {
    let bytes = &*file.bytes;
    let grid = if bytes.starts_with(b"PK\x03\x04") {
        without(settings, &["delimiter", "quote", "encoding", "table", "query"])
            .and_then(|()| of_workbook(bytes, settings))
    } else if bytes.starts_with(b"SQLite format 3\0") {
        without(settings, &["delimiter", "quote", "encoding", "skip_rows", "sheet"])
            .and_then(|()| of_database(bytes, settings))
    } else if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        let message = "workbooks of this age are not read".to_owned();
        Err(Refused::new(
            message,
            "open it in its program and save it as `.xlsx` or as CSV".to_owned(),
        ))
    } else {
        // What its name promises it is not.
        let end = file.path.rsplit_once('.').map_or("", |(_, end)| end).to_ascii_lowercase();
        let promised = match end.as_str() {
            "xlsx" | "xlsm" | "ods" => Some("workbook"),
            "sqlite" | "sqlite3" | "db" => Some("database of SQLite"),
            _ => None,
        };
        if let Some(what) = promised {
            let message = format!("the file is no {what}, though it is called so");
            let help = "a table of text has the ending `.csv`".to_owned();
            return Err(Box::new(refused(file, Refused::new(message, help))));
        }
        let fits = without(settings, &["sheet", "table", "query"]);
        return fits.map(|()| None).map_err(|reason| Box::new(refused(file, reason)));
    };
    let grid = grid.map_err(|reason| Box::new(refused(file, reason)))?.filled();
    if let Some(at) = memchr::memchr(0, grid.text.as_bytes()) {
        let at = grid.places.lines(&file.path, &grid.text).excerpt(at..at + 1);
        let error = Diagnostic::error("nul-byte", "the cell holds a NUL, which no text has");
        return Err(Box::new(error.at(at, "here")));
    }
    Ok(Some(grid))
}

#[cfg(feature = "xlsx")]
fn of_workbook<F: Field>(bytes: &[u8], settings: &TableFile<F>) -> Result<Grid, Refused> {
    super::workbook::read(bytes, settings.sheet.as_deref(), F::TABLE, settings.skip_rows)
}

#[cfg(not(feature = "xlsx"))]
fn of_workbook<F: Field>(_: &[u8], _: &TableFile<F>) -> Result<Grid, Refused> {
    let message = "this layercake was built to read no workbooks".to_owned();
    Err(Refused::new(message, "save the sheet as CSV".to_owned()))
}

#[cfg(feature = "sql")]
fn of_database<F: Field>(bytes: &[u8], settings: &TableFile<F>) -> Result<Grid, Refused> {
    let (table, query) = (settings.table.as_deref(), settings.query.as_deref());
    super::database::read(bytes, table, query, F::TABLE)
}

#[cfg(not(feature = "sql"))]
fn of_database<F: Field>(_: &[u8], _: &TableFile<F>) -> Result<Grid, Refused> {
    let message = "this layercake was built to read no databases".to_owned();
    Err(Refused::new(message, "export the table as CSV".to_owned()))
}

/// Refuses settings that mean nothing for a file of some sort.
fn without<F: Field>(settings: &TableFile<F>, names: &[&str]) -> Result<(), Refused> {
    let given = [
        ("delimiter", settings.delimiter.is_some(), "files of text"),
        ("quote", settings.quote != Quote::default(), "files of text"),
        ("encoding", settings.encoding.is_some(), "files of text"),
        ("skip_rows", settings.skip_rows > 0, "files of text and workbooks"),
        ("sheet", settings.sheet.is_some(), "workbooks (`.xlsx`, `.ods`)"),
        ("table", settings.table.is_some(), "databases of SQLite"),
        ("query", settings.query.is_some(), "databases of SQLite"),
    ];
    match given.iter().find(|(name, is_given, _)| *is_given && names.contains(name)) {
        None => Ok(()),
        Some((name, _, what)) => {
            let message = format!("`{name}` is for {what}, and this file is none");
            Err(Refused::new(message, format!("leave `{name}` out")).about(name))
        }
    }
}

fn refused(file: &InputFile, Refused { message, help, setting }: Refused) -> Diagnostic {
    let at = Excerpt::whole_file(file.path.clone());
    let error = Diagnostic::error("unreadable-table", message).at(at, "").help(help);
    setting.into_iter().fold(error, Diagnostic::about)
}

/// Chooses one of some names: the one that is wanted, else the one of `usual`, else the only one.
pub(super) fn choose(
    what: &'static str,
    names: &[String],
    wanted: Option<&str>,
    usual: &str,
) -> Result<String, Refused> {
    let find = |name: &str| names.iter().find(|known| known.eq_ignore_ascii_case(name)).cloned();
    let known = match names {
        [] => format!("it has no {what} at all"),
        names => format!("it has `{}`", names.join("`, `")),
    };
    match (wanted, names) {
        (Some(wanted), _) => find(wanted).ok_or_else(|| {
            let near = crate::diagnostic::nearest(wanted, names.iter().map(String::as_str));
            let help = near.map_or(known, |near| format!("did you mean `{near}`?"));
            Refused::new(format!("there is no {what} `{wanted}`"), help).about(what)
        }),
        (None, [only]) => Ok(only.clone()),
        (None, _) => find(usual).ok_or_else(|| {
            let help = format!("{known}; `{what}:` names one");
            Refused::new(format!("there is no {what} `{usual}`"), help).about("path")
        }),
    }
}
