//! Writes tables as CSV (RFC 4180), for all exports that make one.
//!
//! Lines end with `\n`. A cell with the delimiter, a quote or a line break in it is quoted, so
//! that any text comes back as it was; no value and an empty text are the same empty cell. Knows
//! cells, not graphs.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::columns::Naming;
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{Attribute, Value};

/// Settings that all CSV exports share.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CsvTableOptions {
    /// What stands between two cells.
    pub delimiter: Delimiter,
    /// Whether a text that a spreadsheet would run as a formula gets a `'` before it. What is
    /// written so does not come back as it was.
    pub spreadsheet_safe: bool,
}

/// What stands between two cells: one character, or the word for it, as the import has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = PATTERN))]
pub struct Delimiter(u8);

const WORDS: [(&str, u8); 4] =
    [("comma", b','), ("semicolon", b';'), ("tab", b'\t'), ("pipe", b'|')];

/// The regular expression of what [`Delimiter`] can be, for schemas.
const PATTERN: &str = r"^(comma|semicolon|tab|pipe|[\t !#-/:-@\[-`{-~])$";

/// A table that is being written.
pub struct CsvTable<'a> {
    writer: csv::Writer<&'a mut Vec<u8>>,
    spreadsheet_safe: bool,
    cell: String,
    broken: Option<csv::Error>,
}

impl Default for Delimiter {
    fn default() -> Self {
        Delimiter(b',')
    }
}

impl TryFrom<String> for Delimiter {
    type Error = String;

    fn try_from(text: String) -> Result<Delimiter, String> {
        if let Some((_, byte)) = WORDS.iter().find(|(word, _)| *word == text) {
            return Ok(Delimiter(*byte));
        }
        match text.as_bytes() {
            [b'\t' | b' '..=b'~'] if !text.contains(|c: char| c == '"' || c.is_alphanumeric()) => {
                Ok(Delimiter(text.as_bytes()[0]))
            }
            _ => Err(format!(
                "`{text}` is no delimiter: give one ASCII character that is no letter, digit or \
                 quote, or `comma`, `semicolon`, `tab` or `pipe`"
            )),
        }
    }
}

impl From<Delimiter> for String {
    fn from(delimiter: Delimiter) -> String {
        match delimiter.0 {
            b'\t' => "tab".to_owned(),
            byte => char::from(byte).to_string(),
        }
    }
}

impl<'a> CsvTable<'a> {
    /// Begins a table at the end of `out`.
    pub fn new(out: &'a mut Vec<u8>, delimiter: Delimiter, spreadsheet_safe: bool) -> CsvTable<'a> {
        let writer = csv::WriterBuilder::new()
            .delimiter(delimiter.0)
            .terminator(csv::Terminator::Any(b'\n'))
            .flexible(true)
            .buffer_capacity(1 << 16)
            .from_writer(out);
        CsvTable { writer, spreadsheet_safe, cell: String::new(), broken: None }
    }

    /// Begins a table as the settings say.
    pub fn of_table(out: &'a mut Vec<u8>, options: &CsvTableOptions) -> CsvTable<'a> {
        CsvTable::new(out, options.delimiter, options.spreadsheet_safe)
    }

    /// Begins a table whose columns are fields and then attributes, and writes their heads.
    /// `aliases` is what else an import reads as one of the fields: an attribute called like one
    /// would come back as that, so its head is another.
    pub fn of_rows(
        out: &'a mut Vec<u8>,
        options: &CsvTableOptions,
        fields: &[&str],
        aliases: &[&str],
        attributes: &[Attribute],
        diagnostics: &mut Diagnostics,
    ) -> CsvTable<'a> {
        let naming = Naming {
            reserved: &[fields, aliases].concat(),
            prefix: "attribute.",
            ignores_case: false,
            because: "under its own name an import would read it as something else",
        };
        let heads = naming.names(attributes, |_| None, diagnostics);
        let mut table = CsvTable::of_table(out, options);
        fields.iter().for_each(|field| table.text(field));
        heads.iter().for_each(|head| table.text(head));
        table.end_row();
        table
    }

    /// Writes a cell of text.
    pub fn text(&mut self, text: &str) {
        if self.spreadsheet_safe && text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            self.cell.clear();
            self.cell.push('\'');
            self.cell.push_str(text);
            let written = self.writer.write_field(&self.cell);
            self.note(written);
        } else {
            let written = self.writer.write_field(text);
            self.note(written);
        }
    }

    /// Writes an empty cell.
    pub fn empty(&mut self) {
        let written = self.writer.write_field("");
        self.note(written);
    }

    /// Writes a cell that holds a weight: `2`, `0.5`.
    pub fn weight(&mut self, weight: f64) {
        self.formatted(format_args!("{weight}"));
    }

    /// Writes a cell of a typed column. A number always has a fraction, so that a column of whole
    /// numbers that may have one is read back with its type.
    pub fn value(&mut self, value: Value<'_>) {
        match value {
            Value::Null => self.empty(),
            Value::Text(text) => self.text(text),
            Value::Number(number) if number.fract() == 0.0 => {
                self.formatted(format_args!("{number}.0"));
            }
            value => self.formatted(format_args!("{value}")),
        }
    }

    /// Ends a row.
    pub fn end_row(&mut self) {
        let written = self.writer.write_record(None::<&[u8]>);
        self.note(written);
    }

    /// Ends the table.
    ///
    /// # Errors
    ///
    /// Fails when some cell could not be written.
    pub fn finish(mut self, diagnostics: &mut Diagnostics) -> Result<(), Failed> {
        let written = self.writer.flush().map_err(csv::Error::from);
        self.note(written);
        match self.broken {
            None => Ok(()),
            Some(error) => Err(diagnostics.fail(Diagnostic::error(
                "csv-not-written",
                format!("the table could not be written: {error}"),
            ))),
        }
    }

    fn formatted(&mut self, text: std::fmt::Arguments<'_>) {
        self.cell.clear();
        // Writing to a text cannot fail.
        let _ = self.cell.write_fmt(text);
        let written = self.writer.write_field(&self.cell);
        self.note(written);
    }

    fn note(&mut self, written: Result<(), csv::Error>) {
        if let Err(error) = written {
            self.broken.get_or_insert(error);
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn write(rows: &[&[&str]], delimiter: &str, safe: bool) -> String {
        let (mut out, mut problems) = (Vec::new(), Diagnostics::default());
        let delimiter = Delimiter::try_from(delimiter.to_owned()).unwrap();
        let mut table = CsvTable::new(&mut out, delimiter, safe);
        for row in rows {
            row.iter().for_each(|cell| table.text(cell));
            table.end_row();
        }
        table.finish(&mut problems).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn hostile_cells_come_back_as_they_were() {
        let rows: &[&[&str]] = &[
            &["a", "b,c", "\"", "d\ne", "\r", "\r\n", "", "  x ", "\t", ";", "'", "\u{feff}", "🦀"],
            &["", "", "", "", "", "", "", "", "", "", "", "", ""],
            &["#", "=1", "\\", "\"\"", "\0", "é", "-", "x\ry", "|", "a\tb", ",", " ", "\u{2028}"],
        ];
        for delimiter in [",", ";", "tab", "|"] {
            let text = write(rows, delimiter, false);
            let byte = Delimiter::try_from(delimiter.to_owned()).unwrap().0;
            let mut reader = csv::ReaderBuilder::new()
                .delimiter(byte)
                .has_headers(false)
                .from_reader(text.as_bytes());
            let read: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            assert_eq!(read.len(), rows.len());
            for (read, row) in read.iter().zip(rows) {
                assert_eq!(read.iter().collect::<Vec<_>>(), *row);
            }
        }
    }

    #[test]
    fn a_row_of_one_empty_cell_is_no_blank_line() {
        assert_eq!(write(&[&["id"], &[""], &["a"]], ",", false), "id\n\"\"\na\n");
    }

    #[test]
    fn a_spreadsheet_runs_nothing_when_asked_to() {
        let cells: &[&[&str]] = &[&["=1+1", "+1", "-1", "@a", "\ta", "a=1", ""]];
        assert_eq!(write(cells, ",", true), "'=1+1,'+1,'-1,'@a,'\ta,a=1,\n");
    }

    #[test]
    fn a_delimiter_is_one_character() {
        for text in ["", ",,", "\"", "\n", "é", "a", "0", "dot"] {
            assert!(Delimiter::try_from(text.to_owned()).is_err(), "{text:?}");
        }
        assert_eq!(Delimiter::try_from("pipe".to_owned()), Ok(Delimiter(b'|')));
        let tab: Delimiter = serde_json::from_str("\"\\t\"").unwrap();
        assert_eq!(serde_json::to_string(&tab).unwrap(), "\"tab\"");
    }
}
