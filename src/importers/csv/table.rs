//! A table: the rows of all its files, one after the other, and the columns they share.

use std::borrow::Cow;
use std::collections::BTreeMap;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::super::infer;
use super::super::report::Report;
use super::columns::Columns;
use super::fields::Field;
use super::form::Form;
use super::rows::{Row, Rows};
use super::sheet::Sheet;
use super::table_file::{ColumnType, TableFile};
use crate::diagnostic::Diagnostic;
use crate::graph::{Attribute, TextColumn, Type};
use crate::source::Excerpt;
use crate::step::InputFile;

/// The files of a table, and the attributes of its rows.
#[derive(Debug, Default)]
pub struct Table<'a> {
    sheets: Vec<Sheet<'a>>,
    attributes: Vec<Collected>,
    /// For each name which attribute has it.
    by_name: HashMap<String, usize, FixedState>,
    row_count: u32,
    /// How many patterns were read.
    pattern_count: usize,
}

/// The cells of an attribute, before its type is known.
#[derive(Debug)]
struct Collected {
    name: String,
    text: TextColumn,
    kind: Option<ColumnType>,
}

impl<'a> Table<'a> {
    /// Reads the files that one pattern stands for, and gives each row to `add`.
    pub fn read<F: Field>(
        &mut self,
        settings: &TableFile<F>,
        files: &'a [InputFile],
        report: &mut Report<'_>,
        mut add: impl FnMut(&Columns, &Row<'_>, &mut Report<'_>),
    ) {
        if files.is_empty() {
            let message = format!("no file matches `{}`", settings.path);
            let note = format!("the plan looks for {} there", F::TABLE);
            let help = "a pattern matches whole names; `**/` goes into folders";
            report.file(Diagnostic::error("no-file", message).note(note).help(help));
        }
        let first = self.sheets.len();
        let number = self.pattern_count;
        self.pattern_count += 1;
        // Only what is about a setting has a place in the plan.
        let placed = |error: Diagnostic| match error.setting.is_empty() {
            true => error,
            false => error.about(number.to_string()).about(F::TABLE),
        };
        for file in files {
            match Sheet::open(file, settings) {
                Ok(mut sheet) => {
                    let warnings = std::mem::take(&mut sheet.columns.warnings);
                    warnings.into_iter().for_each(|warning| report.warning(warning));
                    self.read_rows::<F>(sheet, report, &mut add);
                }
                Err(errors) => errors.into_iter().for_each(|error| report.file(placed(error))),
            }
        }
        self.set_types(&settings.types, first, report);
    }

    /// Returns the attributes that were collected, each with its type.
    pub fn take_attributes(&mut self, report: &mut Report<'_>) -> Vec<Attribute> {
        let collected = std::mem::take(&mut self.attributes);
        self.by_name.clear();
        let typed = collected.into_iter().map(|Collected { name, text, kind }| {
            if text.has_overflowed() {
                let message = format!("the column `{name}` holds more than 4 GiB of text");
                report.file(Diagnostic::error("too-long", message));
            }
            let kind = kind.map_or_else(|| infer::infer(&text), Type::from);
            let header = name.clone();
            infer::attribute(name, text, kind, |row, cell| {
                report.value("the cell counts as empty", |severity| {
                    let article = if kind == Type::Integer { "an" } else { "a" };
                    let message = format!("`{cell}` is no {}", kind.name());
                    let place = self.excerpt_under(row, &header);
                    Diagnostic::new(severity, "wrong-type", message)
                        .at(place, "")
                        .note(format!("`types` makes `{header}` {article} {}", kind.name()))
                });
            })
        });
        typed.collect()
    }

    /// Returns the line with the cell of a row that holds a field, or the row's first line.
    pub fn excerpt<F: Field>(&self, row: u32, field: F) -> Excerpt {
        self.with_sheet(row, |sheet, start| sheet.cell_excerpt(start, sheet.columns.cell(field)))
    }

    /// Returns what the cells of all rows hold that hold a field.
    pub fn texts<F: Field>(&self, field: F) -> Vec<String> {
        (0..self.row_count).map(|row| self.text(row, field).into_owned()).collect()
    }

    /// Returns what the cell of a row holds that holds a field.
    pub fn text<F: Field>(&self, row: u32, field: F) -> Cow<'_, str> {
        match self.sheet_of(row) {
            Some(sheet) => sheet.cell_text(sheet.start_of_row(row), sheet.columns.cell(field)),
            None => Cow::Borrowed(""),
        }
    }

    fn excerpt_under(&self, row: u32, header: &str) -> Excerpt {
        self.with_sheet(row, |sheet, start| {
            let cell = sheet.columns.headers.iter().position(|name| name == header);
            sheet.cell_excerpt(start, cell)
        })
    }

    fn with_sheet(&self, row: u32, find: impl FnOnce(&Sheet<'a>, usize) -> Excerpt) -> Excerpt {
        match self.sheet_of(row) {
            Some(sheet) => find(sheet, sheet.start_of_row(row)),
            None => Excerpt::whole_file(""),
        }
    }

    fn sheet_of(&self, row: u32) -> Option<&Sheet<'a>> {
        let after = self.sheets.partition_point(|sheet| sheet.first_row <= row);
        self.sheets.get(after.checked_sub(1)?)
    }

    fn read_rows<F: Field>(
        &mut self,
        mut sheet: Sheet<'a>,
        report: &mut Report<'_>,
        add: &mut impl FnMut(&Columns, &Row<'_>, &mut Report<'_>),
    ) {
        sheet.first_row = self.row_count;
        let attributes = self.attributes_of(&sheet.columns);
        let (starts, left_out) = each_row::<F>(&sheet, report, |row, report| {
            add(&sheet.columns, row, report);
            for (cell, attribute) in &attributes {
                self.attributes[*attribute].text.push(row.cell(Some(*cell)));
            }
            self.row_count += 1;
        });
        sheet.finish(starts, left_out);
        self.pad_attributes();
        self.sheets.push(sheet);
    }

    /// Returns for each cell that holds an attribute which one it is.
    fn attributes_of(&mut self, columns: &Columns) -> Vec<(usize, usize)> {
        let find = |cell: &usize| {
            let name = &columns.headers[*cell];
            let attribute = *self.by_name.entry_ref(name).or_insert_with(|| {
                let collected =
                    Collected { name: name.clone(), text: TextColumn::default(), kind: None };
                self.attributes.push(collected);
                self.attributes.len() - 1
            });
            (*cell, attribute)
        };
        let attributes = columns.attributes.iter().map(find).collect();
        self.pad_attributes();
        attributes
    }

    /// Makes every attribute as long as the table: a file without it has empty cells.
    fn pad_attributes(&mut self) {
        for attribute in &mut self.attributes {
            for _ in attribute.text.len()..self.row_count as usize {
                attribute.text.push("");
            }
        }
    }

    /// Takes the types that the plan gives to attributes of the sheets from `first` on.
    fn set_types(
        &mut self,
        types: &BTreeMap<String, ColumnType>,
        first: usize,
        report: &mut Report<'_>,
    ) {
        let Some(sheets) = self.sheets.get(first..).filter(|sheets| !sheets.is_empty()) else {
            return;
        };
        for (name, kind) in types {
            let name = name.trim();
            let names = |sheet: &Sheet<'_>| {
                let attributes = sheet.columns.attributes.iter();
                attributes.map(|cell| sheet.columns.headers[*cell].clone()).collect::<Vec<_>>()
            };
            let holds = |sheet: &&Sheet<'_>| names(sheet).iter().any(|known| known == name);
            let attribute = self.attributes.iter_mut().find(|attribute| attribute.name == name);
            match (sheets.iter().find(holds), attribute) {
                (Some(_), Some(attribute)) if attribute.kind.is_none_or(|known| known == *kind) => {
                    attribute.kind = Some(*kind);
                }
                (Some(sheet), Some(_)) => {
                    let cell = sheet.columns.headers.iter().position(|header| header == name);
                    let message = format!("`types` gives two types to `{name}`");
                    let error = Diagnostic::error("two-types", message)
                        .at(sheet.header_excerpt(cell), "another type than in a file before");
                    report.file(error);
                }
                _ => {
                    let known: Vec<String> = sheets.iter().flat_map(names).collect();
                    let message = format!("there is no attribute `{name}`");
                    let error = Diagnostic::error("unknown-column", message)
                        .at(sheets[0].header_excerpt(None), "`types` gives it a type")
                        .did_you_mean(name, known.iter().map(String::as_str));
                    report.file(error);
                }
            }
        }
    }
}

/// Gives the rows of a sheet that are rows of its table, in their order; returns what
/// [`Sheet::finish`] takes.
pub(super) fn each_row<F: Field>(
    sheet: &Sheet<'_>,
    report: &mut Report<'_>,
    mut each: impl FnMut(&Row<'_>, &mut Report<'_>),
) -> (Vec<u32>, Vec<u32>) {
    let mut form = Form::<F>::new(&sheet.columns);
    let mut rows = Rows::new(sheet);
    loop {
        match rows.next() {
            Ok(Some(row)) => {
                if let Some(row) = form.check(row, report) {
                    each(&row, report);
                }
            }
            Ok(None) => break,
            Err(error) => {
                report.file(*error);
                break;
            }
        }
    }
    form.finish()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{EDGES, Import, NODES};
    use crate::graph::Value;

    #[test]
    fn the_files_of_a_table_are_one_table() {
        Import::new()
            .nodes("id,label\na,A\n")
            .file("more.csv", "label;id\nB;b\n")
            .edges("from,to\na,b\n")
            .set("nodes", r#"["nodes.csv", "more.csv"]"#)
            .check("a(A) b(B)", "a->b");
    }

    #[test]
    fn an_attribute_has_one_type_in_all_files() {
        let import = Import::new()
            .nodes("id,size,team\na,1,x\n")
            .file("more.csv", "id,size\nb,2.5\nc,\n")
            .set("nodes", r#"["nodes.csv", "more.csv"]"#);
        let graph = import.graph();
        let [size, team] = graph.node_attributes() else { panic!() };
        let cells = [0, 1, 2].map(|row| size.get(row));
        assert_eq!(cells, [Value::Number(1.0), Value::Number(2.5), Value::Null]);
        let cells = [0, 1, 2].map(|row| team.get(row));
        assert_eq!(cells, [Value::Text("x"), Value::Null, Value::Null]);
    }

    #[test]
    fn two_files_may_not_give_one_attribute_two_types() {
        Import::new()
            .nodes("id,size\na,1\n")
            .file("more.csv", "id,size\nb,2\n")
            .set(
                "nodes",
                r#"[{"path": "nodes.csv", "types": {"size": "text"}}, {"path": "more.csv", "types": {"size": "number"}}]"#,
            )
            .fails("more.csv:1:4 `types` gives two types to `size` [size]");
    }

    #[test]
    fn a_pattern_must_match_a_file() {
        Import::new().set("nodes", r#""other-*.csv""#).fails(" no file matches `other-*.csv`");
    }

    #[test]
    fn cells_are_kept_as_they_are() {
        let ids = [
            "a\"b",
            "a,b",
            "line\nbreak",
            "<script>alert(1)</script>",
            "]; subgraph",
            "a --> b",
            "\\",
            " lead",
            "lead",
            "!include /etc/passwd",
            "x\n!include /etc/passwd",
            "%%{init: {}}%%",
            "{{7*7}}",
            "\u{202e}abc",
            "e\u{301}",
            "\u{e9}",
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\tx",
        ];
        let quoted = |id: &&str| format!("\"{}\",x,,false,,1,\n", id.replace('"', "\"\""));
        let rows: String = ids.iter().map(quoted).collect();
        let graph = Import::new().nodes(&format!("{NODES}{rows}")).graph();
        let mut found: Vec<&str> = graph.nodes().map(|node| node.id()).collect();
        let mut ids = ids.to_vec();
        found.sort_unstable();
        ids.sort_unstable();
        assert_eq!(found, ids);
    }

    #[test]
    fn spaces_around_cells_are_left_out_if_the_plan_says_so() {
        let import = Import::new().nodes("id, label\n a , b \n");
        import.check(" a ( b )", "");
        import.set("nodes", r#"{"path": "nodes.csv", "trim": true}"#).check("a(b)", "");
    }

    #[test]
    fn words_may_mean_an_empty_cell() {
        let import = Import::new().nodes("id,parent,label\na, Null ,x\nnull,,\n");
        let settings = r#"{"path": "nodes.csv", "trim": true, "empty": ["null"]}"#;
        let (graph, told) = import.set("nodes", settings).set("on_error", "\"warn\"").run();
        let graph = graph.unwrap();
        assert_eq!((graph.node_count(), told.warnings), (1, 1));
        assert_eq!(graph.nodes().next().unwrap().parent(), None);
    }

    #[test]
    fn another_quote_may_enclose_cells() {
        Import::new()
            .nodes("id,label\na,'b,''c\"'\n")
            .set("nodes", r#"{"path": "nodes.csv", "quote": "'"}"#)
            .check("a(b,'c\")", "");
    }

    #[test]
    fn a_huge_cell_is_read() {
        let label = "x".repeat(5_000_000);
        let graph = Import::new().nodes(&format!("{NODES}a,{label},,false,,1,\n")).graph();
        assert_eq!(graph.nodes().map(|node| node.label().len()).sum::<usize>(), label.len());
    }

    #[test]
    fn edges_keep_what_their_rows_say() {
        let graph = Import::new()
            .nodes("id\na\n")
            .edges(&format!("{EDGES}e1,a,a,self,l,2.5,why\n,a,a,,,,\n"))
            .graph();
        let edges: Vec<_> =
            graph.edges().map(|e| (e.id(), e.label(), e.weight(), e.comment())).collect();
        assert_eq!(edges, [("a->a", "", 1.0, ""), ("e1", "self", 2.5, "why")]);
    }
}
