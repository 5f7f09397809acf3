//! The export kind `xlsx`: a workbook with the sheets `nodes`, `edges` and `layers`.
//!
//! The first row names the columns. A text is a text, whatever it begins with, never a formula or
//! a link. Numbers, truth values and days are such, but for what a sheet would change: whole
//! numbers of more than 53 bits and days before 1900 are texts. XML holds no control characters
//! but line breaks and tabs: their pictures (U+2400) stand for them. A carriage return is a line
//! feed, the line break of cells. A text ends at 32,767 characters. The file holds no time, so the same graph gives the same bytes.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::substitutes::Substitutes;
use super::tables::Part;
use super::xml::fit;
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{Graph, Value};
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

/// Writes a workbook.
pub(super) struct Xlsx;

/// How a workbook is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct XlsxOptions {
    /// The title among the properties of the file; the plan's name unless given.
    title: Option<String>,
}

/// The rows of a sheet, with the first one.
const MOST_ROWS: usize = 1_048_576;
/// The UTF-16 units of a cell.
const MOST_UNITS: usize = 32_767;
/// The whole numbers that a sheet holds exactly, which has 53 bits for them.
const EXACT: std::ops::RangeInclusive<i64> = -(1 << 53)..=1 << 53;

const BECAUSE: &str = "a column of that name means something else, or is there";

impl Exporter for Xlsx {
    const KIND: &'static str = "xlsx";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes a workbook for spreadsheets: nodes, edges and layers";
    const EXTENSIONS: &'static [&'static str] = &["xlsx"];
    type Options = XlsxOptions;

    fn apply_meta(options: &mut XlsxOptions, meta: &Meta) {
        if options.title.is_none() {
            options.title.clone_from(&meta.name);
        }
    }

    fn export(
        options: &XlsxOptions,
        from: &[NamedGraph],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let Some(NamedGraph { graph, .. }) = from.first() else { return Ok(()) };
        let mut writer = Writer { graph, substitutes: Substitutes::default(), cut: 0 };
        match writer.write(options, diagnostics) {
            Ok(file) => out.extend_from_slice(&file),
            Err(error) => {
                let message = format!("the workbook could not be written: {error}");
                return Err(diagnostics.fail(Diagnostic::error("xlsx-not-written", message)));
            }
        }
        writer.substitutes.tell("XLSX", graph, diagnostics);
        if writer.cut > 0 {
            let message = format!("{} texts are too long for a cell, and are cut", writer.cut);
            let note = format!("a cell holds {MOST_UNITS} characters");
            diagnostics.push(Diagnostic::warning("cut-texts", message).note(note));
        }
        Ok(())
    }
}

struct Writer<'a> {
    graph: &'a Graph,
    substitutes: Substitutes,
    /// How many texts are cut.
    cut: usize,
}

impl Writer<'_> {
    fn write(
        &mut self,
        options: &XlsxOptions,
        diagnostics: &mut Diagnostics,
    ) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        let title = options.title.as_deref().unwrap_or_default();
        // Otherwise it would be the time of now.
        let properties = DocProperties::new()
            .set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?)
            .set_title(self.fitted(title));
        workbook.set_properties(&properties);
        for part in [Part::Nodes, Part::Edges, Part::Layers] {
            self.write_sheet(workbook.add_worksheet(), part, diagnostics)?;
        }
        workbook.save_to_buffer()
    }

    fn write_sheet(
        &mut self,
        sheet: &mut Worksheet,
        part: Part,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), XlsxError> {
        let columns = part.columns(self.graph, fit, BECAUSE, diagnostics);
        let bold = Format::new().set_bold();
        let day = Format::new().set_num_format("yyyy-mm-dd");
        sheet.set_name(part.name())?;
        sheet.set_freeze_panes(1, 0)?;
        let fields = part.fields().iter().map(|field| field.name);
        let heads = fields.chain(columns.iter().map(|(name, _)| name.as_str()));
        for (at, head) in heads.enumerate() {
            let column = column(at)?;
            let head = self.fitted(head);
            sheet.write_string_with_format(0, column, head, &bold)?;
            sheet.set_column_width(column, 18)?;
        }
        if part.row_count(self.graph) >= MOST_ROWS {
            return Err(XlsxError::RowColumnLimitError);
        }
        let mut at = 0;
        part.rows(self.graph, |row| {
            at += 1;
            for (place, value) in row.iter().enumerate() {
                self.write_cell(sheet, (at, column(place)?), *value, &day)?;
            }
            Ok(())
        })
    }

    fn write_cell(
        &mut self,
        sheet: &mut Worksheet,
        (row, column): (u32, u16),
        value: Value<'_>,
        day: &Format,
    ) -> Result<(), XlsxError> {
        match value {
            Value::Null => return Ok(()),
            Value::Text(text) => sheet.write_string(row, column, self.fitted(text))?,
            Value::Integer(number) if EXACT.contains(&number) => {
                sheet.write_number(row, column, number as f64)?
            }
            Value::Number(number) if number.is_finite() => {
                sheet.write_number(row, column, number)?
            }
            Value::Boolean(truth) => sheet.write_boolean(row, column, truth)?,
            Value::Date(date) => match ExcelDateTime::parse_from_str(&date.to_string()) {
                Ok(date) => sheet.write_datetime_with_format(row, column, date, day)?,
                Err(_) => sheet.write_string(row, column, date.to_string())?,
            },
            value => sheet.write_string(row, column, value.to_string())?,
        };
        Ok(())
    }

    /// Returns a text that a cell can hold.
    fn fitted(&mut self, text: &str) -> String {
        let mut fitted = text.to_owned();
        if let Some(fit) = fit(text) {
            self.substitutes.compare(text, &fit);
            fitted = fit;
        }
        if fitted.contains('\r') {
            fitted = fitted.replace("\r\n", "\n").replace('\r', "\n");
        }
        let mut units = 0;
        let end = fitted.char_indices().find(|(_, character)| {
            units += character.len_utf16();
            units > MOST_UNITS
        });
        if let Some((end, _)) = end.filter(|_| fitted.len() > MOST_UNITS) {
            fitted.truncate(end);
            self.cut += 1;
        }
        fitted
    }
}

fn column(at: usize) -> Result<u16, XlsxError> {
    u16::try_from(at).map_err(|_| XlsxError::RowColumnLimitError)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::testing::graph;
    use super::*;
    use crate::graph::NodeRow;

    #[test]
    fn a_text_that_is_too_long_is_cut_with_a_warning() {
        let graph = Arc::new(graph(|builder| {
            builder.node(NodeRow::test("a", &"🍰".repeat(16_384), None));
            builder.node(NodeRow::test("b", &"=".repeat(32_767), None));
        }));
        let export = || {
            let (mut out, mut problems) = (Vec::new(), Diagnostics::default());
            let from = [NamedGraph::new("g", Arc::clone(&graph))];
            Xlsx::export(&XlsxOptions::default(), &from, &[], &mut out, &mut problems).unwrap();
            let told = problems.list.iter().map(|problem| problem.message.clone());
            (out, told.collect::<Vec<_>>())
        };
        let (file, told) = export();
        assert_eq!(told, ["1 texts are too long for a cell, and are cut"]);
        assert!(file.starts_with(b"PK"));
        assert_eq!(file, export().0);
    }
}
