//! The export kind `xlsx`: a workbook with the sheets `nodes`, `edges` and `layers`.
//!
//! The first row names the columns. A text is a text, whatever it begins with, never a formula or
//! a link. Numbers, truth values and days are such, but for what a sheet would change: whole
//! numbers of more than 53 bits and days before March 1900 are
//! texts. XML holds no control characters
//! but line breaks and tabs: their pictures (U+2400) stand for them. A carriage return is a line
//! feed, the line break of cells. A text ends at 32,767 characters. The file holds no time, so the same graph gives the same bytes.

mod package;

use std::borrow::Cow;
use std::io::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::package::{Package, PackageError};
use super::ids::{EdgeIds, Ids, LayerIds};
use super::json::number;
use super::substitutes::Substitutes;
use super::tables::{Part, TableIds};
use super::xml::{fit, write_text};
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{Graph, LayerId, Value};
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

const SHEETS: [Part; 3] = [Part::Nodes, Part::Edges, Part::Layers];

/// The rows and columns of a sheet, heads included.
const MOST_ROWS: usize = 1_048_576;
const MOST_COLUMNS: usize = 16_384;
/// The UTF-16 units of a cell.
const MOST_UNITS: usize = 32_767;
/// Those of an id that is not as it was given: `~` and a number may follow.
const MOST_ID_UNITS: usize = MOST_UNITS - 11;
/// The whole numbers that a sheet holds exactly, which has 53 bits for them.
const EXACT: std::ops::RangeInclusive<i64> = -(1 << 53)..=1 << 53;

/// The day from which sheets count days as everyone does, 1900-03-01, in days since 1970-01-01.
const FIRST_DAY: i32 = -25_508;
/// What a sheet counts more than that.
const DAYS_BEFORE: i32 = 25_569;
/// How much of a sheet waits to be compressed, in bytes.
const MOST_WAITING: usize = 1 << 16;

const BECAUSE: &str = "a column of that name means something else, or is there";

impl Exporter for Xlsx {
    const KIND: &'static str = "xlsx";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes a workbook for spreadsheets: nodes, edges and layers";
    const EXTENSIONS: &'static [&'static str] = &["xlsx"];
    type Options = XlsxOptions;
    type From = NamedGraph;

    fn apply_meta(options: &mut XlsxOptions, meta: &Meta) {
        meta.give_title(&mut options.title);
    }

    fn export(
        options: &XlsxOptions,
        from: &[NamedGraph],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let Some(NamedGraph { graph, .. }) = from.first() else { return Ok(()) };
        for part in Part::ALL {
            let (rows, columns) = (part.row_count(graph) + 1, part.column_count(graph));
            if rows > MOST_ROWS || columns > MOST_COLUMNS {
                let message = format!("{} make {rows} rows of {columns} columns", part.name());
                let note = format!("a sheet has {MOST_ROWS} rows and {MOST_COLUMNS} columns");
                let error = Diagnostic::error("too-large", message).note(note);
                return Err(diagnostics.fail(error));
            }
        }
        let mut substitutes = Substitutes::default();
        let (ids, cut) = ids(graph, &mut substitutes);
        let mut writer = Writer { graph, ids, substitutes, cut, rows: Vec::new() };
        if let Err(error) = writer.write(options, out, diagnostics) {
            let message = format!("the workbook could not be written: {error}");
            return Err(diagnostics.fail(Diagnostic::error("xlsx-not-written", message)));
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
    ids: TableIds,
    substitutes: Substitutes,
    /// How many texts are cut.
    cut: usize,
    /// Rows that are not in the file yet.
    rows: Vec<u8>,
}

impl Writer<'_> {
    fn write(
        &mut self,
        options: &XlsxOptions,
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), PackageError> {
        let mut title = Vec::new();
        let given = options.title.as_deref().unwrap_or_default();
        write_text(&mut title, &in_lines(given), &mut self.substitutes);
        let title = String::from_utf8_lossy(&title);
        let mut package = Package::new(out, &SHEETS.map(Part::name), &title)?;
        for part in SHEETS {
            self.write_sheet(&mut package, part, diagnostics)?;
        }
        package.finish()
    }

    fn write_sheet(
        &mut self,
        package: &mut Package<'_>,
        part: Part,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), PackageError> {
        let columns = part.columns(self.graph, fit_id, BECAUSE, diagnostics);
        let fields = part.fields().iter().map(|field| field.name);
        let heads: Vec<&str> =
            fields.chain(columns.iter().map(|(name, _)| name.as_str())).collect();
        let letters: Vec<String> = (0..heads.len()).map(letters).collect();
        package.begin_sheet(heads.len())?;
        self.rows.extend_from_slice(b"<row r=\"1\">");
        for (letters, head) in letters.iter().zip(heads) {
            self.write_cell((letters, 1), " s=\"1\"", Value::Text(head));
        }
        self.rows.extend_from_slice(b"</row>\n");
        let mut at = 1;
        let ids = std::mem::take(&mut self.ids);
        part.rows(self.graph, &ids, |row| {
            at += 1;
            // Writing to a vector cannot fail.
            let _ = write!(self.rows, "<row r=\"{at}\">");
            for (letters, value) in letters.iter().zip(row) {
                self.write_cell((letters, at), "", *value);
            }
            self.rows.extend_from_slice(b"</row>\n");
            if self.rows.len() > MOST_WAITING {
                package.rows(&self.rows)?;
                self.rows.clear();
            }
            Ok::<(), PackageError>(())
        })?;
        self.ids = ids;
        package.rows(&self.rows)?;
        self.rows.clear();
        package.end_sheet()
    }

    fn write_cell(&mut self, (letters, row): (&str, usize), look: &str, value: Value<'_>) {
        if value == Value::Null {
            return;
        }
        let _ = write!(self.rows, "<c r=\"{letters}{row}\"{look}");
        match value {
            Value::Integer(number) if EXACT.contains(&number) => {
                let _ = write!(self.rows, "><v>{number}</v>");
            }
            Value::Number(value) => {
                self.rows.extend_from_slice(b"><v>");
                number(&mut self.rows, value);
                self.rows.extend_from_slice(b"</v>");
            }
            Value::Boolean(truth) => {
                let _ = write!(self.rows, " t=\"b\"><v>{}</v>", u8::from(truth));
            }
            Value::Date(date) if date.days() >= FIRST_DAY => {
                let _ = write!(self.rows, " s=\"2\"><v>{}</v>", date.days() + DAYS_BEFORE);
            }
            Value::Text(text) => self.write_inline(text),
            value => self.write_inline(&value.to_string()),
        }
        self.rows.extend_from_slice(b"</c>");
    }

    /// Writes a text, which is then no formula, whatever it begins with.
    fn write_inline(&mut self, text: &str) {
        let text = in_lines(text);
        let mut text = self.cut(&text);
        let escaped;
        if text.contains("_x") {
            escaped = without_escapes(text);
            text = &escaped;
        }
        let is_plain =
            !text.starts_with(char::is_whitespace) && !text.ends_with(char::is_whitespace);
        let kept: &[u8] = if is_plain { b"" } else { b" xml:space=\"preserve\"" };
        self.rows.extend_from_slice(b" t=\"inlineStr\"><is><t");
        self.rows.extend_from_slice(kept);
        self.rows.push(b'>');
        write_text(&mut self.rows, text, &mut self.substitutes);
        self.rows.extend_from_slice(b"</t></is>");
    }

    /// Returns as much of a text as a cell holds.
    fn cut<'b>(&mut self, text: &'b str) -> &'b str {
        let start = start(text, MOST_UNITS);
        self.cut += usize::from(start.len() < text.len());
        start
    }
}

/// Finds the ids that cells cannot hold, so that no two become one; returns how many are cut.
fn ids(graph: &Graph, substitutes: &mut Substitutes) -> (TableIds, usize) {
    // Breaks of lines are no substitutes, and may be fewer characters.
    let mut uncounted = Substitutes::default();
    let ids = TableIds {
        layers: LayerIds::of(graph, fit_id, &mut uncounted),
        nodes: Ids::of(graph, fit_id, &mut uncounted),
        edges: EdgeIds::of(graph, fit_id, &mut uncounted),
    };
    let mut cut = 0;
    let mut compare = |own: &str, written: &str| {
        let own = in_lines(own);
        let start = start(&own, MOST_ID_UNITS);
        substitutes.compare(start, written);
        cut += usize::from(start.len() < own.len() && !written.starts_with(&*own));
    };
    for (layer, at) in graph.layers().iter().zip(0..) {
        compare(&layer.id, ids.layers.get(graph, LayerId(at)));
    }
    graph.nodes().for_each(|node| compare(node.id(), ids.nodes.get(node)));
    graph.edges().for_each(|edge| compare(edge.id(), ids.edges.get(edge)));
    (ids, cut)
}

/// Returns what stands for an id or a name that a cell cannot hold, with room for a number.
fn fit_id(id: &str) -> Option<String> {
    let lines = in_lines(id);
    let fitted = fit(&lines);
    let is_as_given = fitted.is_none() && lines == id;
    let fitted = fitted.as_deref().unwrap_or(&lines);
    let most = if is_as_given { MOST_UNITS } else { MOST_ID_UNITS };
    match start(fitted, most) == fitted {
        true => (!is_as_given).then(|| fitted.to_owned()),
        false => Some(start(fitted, MOST_ID_UNITS).to_owned()),
    }
}

/// Returns the start of a text that has so many units at most.
fn start(text: &str, most: usize) -> &str {
    // A byte is one unit at most.
    if text.len() <= most {
        return text;
    }
    let mut units = 0;
    let end = text.char_indices().find(|(_, character)| {
        units += character.len_utf16();
        units > most
    });
    end.map_or(text, |(end, _)| &text[..end])
}

/// Returns a text whose lines end as those of cells do.
fn in_lines(text: &str) -> Cow<'_, str> {
    match text.contains('\r') {
        true => text.replace("\r\n", "\n").replace('\r', "\n").into(),
        false => text.into(),
    }
}

/// Returns a text in which `_x0041_` and the like do not stand for a character: the `_` that
/// begins it is written as `_x005F_`.
fn without_escapes(text: &str) -> String {
    let is_escape = |after: &str| {
        let after = after.as_bytes();
        after.len() >= 6 && after[5] == b'_' && after[1..5].iter().all(u8::is_ascii_hexdigit)
    };
    let mut pieces = text.split("_x");
    let mut escaped = pieces.next().unwrap_or_default().to_owned();
    let mut at = escaped.len();
    for piece in pieces {
        escaped.push_str(if is_escape(&text[at + 1..]) { "_x005F_x" } else { "_x" });
        escaped.push_str(piece);
        at += 2 + piece.len();
    }
    escaped
}

/// Returns the letters of a column: A to Z, AA and so on.
fn letters(at: usize) -> String {
    let mut letters = String::new();
    let mut rest = at + 1;
    while rest > 0 {
        letters.insert(0, char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    letters
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::testing::{Case, graph};
    use super::*;
    use crate::graph::{EdgeRow, Layer, NodeRow};

    #[test]
    fn a_text_that_is_too_long_is_cut_with_a_warning() {
        let case = Case::of(|builder| {
            builder.node(NodeRow::test("a", &"🍰".repeat(16_384), None));
            builder.node(NodeRow::test("b", &"=".repeat(32_767), None));
        });
        let (file, problems) = case.bytes::<Xlsx>("{}");
        let told: Vec<&str> = problems.list.iter().map(|told| told.message.as_str()).collect();
        assert_eq!(told, ["1 texts are too long for a cell, and are cut"]);
        assert!(file.starts_with(b"PK"));
        assert_eq!(file, case.bytes::<Xlsx>("{}").0);
    }

    #[test]
    fn an_id_that_a_cell_cannot_hold_is_nobody_elses() {
        let graph = graph(|builder| {
            for id in ["a\u{1}", "a\u{2401}", "b\r\n", "b\n"] {
                builder.node(NodeRow::test(id, "", None));
                let ends = EdgeRow { source: "a\u{1}", target: id, ..EdgeRow::default() };
                builder.edge(EdgeRow { id: Some(id), ..ends });
            }
        });
        let mut substitutes = Substitutes::default();
        let (ids, _) = ids(&graph, &mut substitutes);
        let nodes: BTreeSet<&str> = graph.nodes().map(|node| ids.nodes.get(node)).collect();
        let edges: BTreeSet<&str> = graph.edges().map(|edge| ids.edges.get(edge)).collect();
        let expected = BTreeSet::from(["a␁", "a␁~2", "b\n", "b\n~2"]);
        assert_eq!((nodes, edges), (expected.clone(), expected));
        let mut problems = Diagnostics::default();
        substitutes.tell("XLSX", &graph, &mut problems);
        assert!(problems.list[0].message.contains("2 characters"), "{problems:?}");
    }

    #[test]
    fn ids_that_differ_beyond_the_end_of_a_cell_stay_two() {
        let long = |end: &str| "x".repeat(MOST_UNITS) + end;
        let graph = graph(|builder| {
            for id in [&long("a"), &long("b"), &long("")] {
                builder.layer(Layer::plain(id));
                builder.node(NodeRow { layer: Some(id), ..NodeRow::test(id, "", None) });
            }
        });
        let (ids, cut) = ids(&graph, &mut Substitutes::default());
        let nodes: Vec<&str> = graph.nodes().map(|node| ids.nodes.get(node)).collect();
        let layers: Vec<&str> =
            graph.nodes().map(|node| ids.layers.get(&graph, node.layer().unwrap())).collect();
        let cut_off = "x".repeat(MOST_ID_UNITS);
        assert_eq!(nodes, [&long(""), &cut_off, &format!("{cut_off}~2")]);
        assert_eq!((layers, cut), (nodes, 4));
        assert_eq!(fit_id(&long("")), None);
        assert_eq!(fit_id(&(long("")[1..].to_owned() + "\0")), Some(cut_off));
    }

    #[test]
    fn a_text_that_looks_like_an_escape_is_none() {
        let cases = [
            ("_x0041_", "_x005F_x0041_"),
            ("a_x0041", "a_x0041"),
            ("_x_x00e9__x", "_x_x005F_x00e9__x"),
            ("_xé041_", "_xé041_"),
        ];
        for (text, escaped) in cases {
            assert_eq!(without_escapes(text), escaped);
        }
    }

    #[test]
    fn columns_have_letters() {
        let all = [0, 25, 26, 701, 702, 16_383].map(letters);
        assert_eq!(all, ["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
    }
}
