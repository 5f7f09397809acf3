//! Exports a table as CSV, with its columns and rows in their order.

use super::csv_table::{CsvTable, CsvTableOptions};
use crate::diagnostic::{Diagnostics, Failed};
use crate::step::{Exporter, InputFile, NamedTable};

/// Exports a table.
pub struct Csv;

impl Exporter for Csv {
    const KIND: &'static str = "csv";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes a table as CSV";
    const EXTENSIONS: &'static [&'static str] = &["csv"];
    type Options = CsvTableOptions;
    type From = NamedTable;

    fn export(
        options: &CsvTableOptions,
        from: &[NamedTable],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let Some(NamedTable { table, .. }) = from.first() else { return Ok(()) };
        let mut written = CsvTable::of_table(out, options);
        table.columns().iter().for_each(|column| written.text(&column.name));
        written.end_row();
        for row in 0..table.row_count() {
            table.row(row).for_each(|cell| written.value(cell));
            written.end_row();
        }
        written.finish(diagnostics)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::table_text;
    use super::*;

    #[test]
    fn rows_and_columns_keep_their_order() {
        let text = table_text::<Csv>("{}");
        assert_eq!(text, "name,size,\"a,b\"\nzoé,2.0,true\n\"x\ny\",,false\n|`*<b>,-0.5,\n");
        let text = table_text::<Csv>(r#"{"delimiter": "tab"}"#);
        assert!(text.starts_with("name\tsize\ta,b\n"));
    }
}
