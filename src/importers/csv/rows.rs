//! The rows of a file, one after the other; the only file that names the CSV crate.
//!
//! One record is reused for all of them, and its text is checked once for all cells.

use super::super::place;
use super::sheet::Sheet;
use crate::diagnostic::Diagnostic;
use crate::source::Excerpt;

/// How many bytes the CSV crate is given at a time.
const BUFFER: usize = 1 << 16;

/// Reads the rows of a sheet.
pub struct Rows<'s> {
    sheet: &'s Sheet<'s>,
    reader: csv::Reader<&'s [u8]>,
    record: csv::ByteRecord,
    next: u32,
}

/// A row of a sheet.
pub struct Row<'r> {
    /// Its number among the records of its file, from 0.
    pub number: u32,
    /// Where it starts in the text; line breaks may come before it.
    pub start: usize,
    sheet: &'r Sheet<'r>,
    record: &'r csv::ByteRecord,
    /// The texts of all cells end to end.
    text: &'r str,
    /// The only cell that is to be trusted, if the row is not of the right length.
    trusted: Option<usize>,
}

impl<'s> Rows<'s> {
    /// Starts below the header.
    pub fn new(sheet: &'s Sheet<'s>) -> Rows<'s> {
        let body = &sheet.text.as_bytes()[sheet.body..];
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(sheet.dialect.delimiter)
            .quote(sheet.dialect.quote)
            .buffer_capacity(BUFFER.min(body.len().max(1)))
            .from_reader(body);
        let record = csv::ByteRecord::with_capacity(256, sheet.columns.headers.len());
        Rows { sheet, reader, record, next: 0 }
    }

    /// Returns the next row.
    ///
    /// # Errors
    ///
    /// Fails if the CSV crate does, which it has no reason to.
    pub fn next(&mut self) -> Result<Option<Row<'_>>, Box<Diagnostic>> {
        let start = self.sheet.body + self.reader.position().byte() as usize;
        let unread = |error: &dyn std::fmt::Display| {
            let at = place::excerpt(&self.sheet.path, &self.sheet.text, start..start);
            let message = format!("the row cannot be read: {error}");
            Box::new(Diagnostic::error("unreadable", message).at(at, ""))
        };
        match self.reader.read_byte_record(&mut self.record) {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(error) => return Err(unread(&error)),
        }
        let text = std::str::from_utf8(self.record.as_slice()).map_err(|error| unread(&error))?;
        let number = self.next;
        self.next += 1;
        let (sheet, record) = (self.sheet, &self.record);
        Ok(Some(Row { number, start, sheet, record, text, trusted: None }))
    }
}

impl<'r> Row<'r> {
    /// Returns what a cell holds; one that is not there is empty.
    #[inline]
    pub fn cell(&self, cell: Option<usize>) -> &'r str {
        let Some(cell) = cell else { return "" };
        if self.trusted.is_some_and(|trusted| trusted != cell) {
            return "";
        }
        let text = self.record.range(cell).and_then(|range| self.text.get(range)).unwrap_or("");
        if self.sheet.trim { text.trim() } else { text }
    }

    /// Returns what a cell holds, if it holds something.
    #[inline]
    pub fn some(&self, cell: Option<usize>) -> Option<&'r str> {
        Some(self.cell(cell)).filter(|text| !text.is_empty())
    }

    /// Returns the number of cells.
    pub fn len(&self) -> usize {
        self.record.len()
    }

    /// Returns whether all cells are empty, or hold spaces.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Makes all cells but one empty.
    #[must_use]
    pub fn trust_only(self, cell: Option<usize>) -> Row<'r> {
        Row { trusted: cell, ..self }
    }

    /// Returns the line with a cell, or the row's first line.
    pub fn excerpt(&self, cell: Option<usize>) -> Excerpt {
        self.sheet.cell_excerpt(self.start, cell)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::fields::NodeField;
    use super::super::table_file::TableFile;
    use super::*;
    use crate::step::InputFile;

    fn check(body: &str) {
        let bytes = format!("id\n{body}").into_bytes().into();
        let file = InputFile { path: "a.csv".into(), bytes };
        // A file with quotes that do not fit is refused before its rows are read.
        let Ok(mut sheet) = Sheet::open(&file, &TableFile::<NodeField>::at("a.csv")) else {
            return;
        };
        let (mut starts, mut read) = (Vec::new(), Vec::new());
        let mut rows = Rows::new(&sheet);
        while let Some(row) = rows.next().unwrap() {
            Sheet::keep_start(&mut starts, row.number, row.start);
            let cells = (0..row.len()).map(|cell| row.cell(Some(cell)).to_owned());
            read.push(cells.collect::<Vec<_>>());
        }
        sheet.finish(starts, Vec::new());
        for (row, cells) in read.iter().enumerate() {
            let start = sheet.start_of_row(row as u32);
            let found: Vec<_> =
                (0..cells.len()).map(|cell| sheet.cell_text(start, Some(cell))).collect();
            assert_eq!(&found, cells, "row {row} of {body:?}");
        }
    }

    proptest! {
        #[test]
        fn places_and_rows_agree(body in "[a,\"\n\r ;é]{0,24}") {
            check(&body);
        }

        #[test]
        fn places_and_rows_agree_where_quotes_fit(
            cells in prop::collection::vec("[ab]{0,2}|\"(a|,|\n|\r|\"\"){0,3}\"", 0..12),
            ends in prop::collection::vec(",|\n|\r|\r\n|\n\n", 12),
        ) {
            let body: String = cells.iter().zip(&ends).flat_map(|(cell, end)| [cell, end]).cloned().collect();
            check(&body);
        }
    }
}
