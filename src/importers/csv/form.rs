//! Whether a row has the form of its table: as many cells as the header, and those it needs.

use super::super::report::Report;
use super::columns::Columns;
use super::fields::Field;
use super::rows::Row;
use super::sheet::Sheet;
use crate::diagnostic::{Diagnostic, Severity};

/// Checks the rows of one file, and remembers where they start.
pub struct Form<F> {
    cell_count: usize,
    required: Vec<(F, Option<usize>)>,
    unnamed: Vec<usize>,
    starts: Vec<u32>,
    left_out: Vec<u32>,
}

impl<F: Field> Form<F> {
    /// Makes the form that the header asks for.
    pub fn new(columns: &Columns) -> Form<F> {
        Form {
            cell_count: columns.headers.len(),
            required: F::REQUIRED.iter().map(|field| (*field, columns.cell(*field))).collect(),
            unnamed: columns.unnamed.clone(),
            starts: Vec::new(),
            left_out: Vec::new(),
        }
    }

    /// Returns the row if it is to be a row of the table.
    pub fn check<'r>(&mut self, row: Row<'r>, report: &mut Report<'_>) -> Option<Row<'r>> {
        let number = row.number;
        Sheet::keep_start(&mut self.starts, number, row.start);
        let row = self.whole(row, report);
        if row.is_none() {
            self.left_out.push(number);
        }
        row
    }

    /// Returns some of the starts of records, and the records that are no rows.
    pub fn finish(self) -> (Vec<u32>, Vec<u32>) {
        (self.starts, self.left_out)
    }

    fn whole<'r>(&mut self, row: Row<'r>, report: &mut Report<'_>) -> Option<Row<'r>> {
        if row.len() != self.cell_count {
            if row.is_blank() {
                return None;
            }
            report.row(|severity| ragged(&row, self.cell_count, severity));
            // The id is kept, so that rows that name it are not problems too.
            return match self.required[..] {
                [(_, id)] if report.is_strict() && row.some(id).is_some() => {
                    Some(row.trust_only(id))
                }
                _ => None,
            };
        }
        for (field, cell) in &self.required {
            if row.cell(*cell).trim().is_empty() {
                if !row.is_blank() {
                    report.row(|severity| without(&row, field.name(), *cell, severity));
                }
                return None;
            }
        }
        self.unnamed.retain(|cell| {
            let is_empty = row.cell(Some(*cell)).is_empty();
            if !is_empty {
                let error = Diagnostic::error("missing-header", "the column has no header")
                    .at(row.excerpt(Some(*cell)), "yet there is something in it")
                    .help("give the column a name in the header line, or empty it");
                report.file(error);
            }
            is_empty
        });
        Some(row)
    }
}

fn ragged(row: &Row<'_>, expected: usize, severity: Severity) -> Diagnostic {
    let count = |cells| if cells == 1 { "1 cell".to_owned() } else { format!("{cells} cells") };
    let message = format!("the row has {}, the header has {expected}", count(row.len()));
    let problem = Diagnostic::new(severity, "ragged-row", message);
    if row.len() > expected {
        problem
            .at(row.excerpt(Some(expected)), "the first cell too many")
            .help("a cell that holds a delimiter is written in quotes")
    } else {
        problem.at(row.excerpt(None), "").help("a row has a cell, perhaps empty, for each column")
    }
}

fn without(row: &Row<'_>, name: &str, cell: Option<usize>, severity: Severity) -> Diagnostic {
    Diagnostic::new(severity, "missing-value", format!("the row has no `{name}`"))
        .at(row.excerpt(cell), "empty")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{EDGES, Import, NODES};

    #[test]
    fn a_row_has_as_many_cells_as_the_header() {
        let told = Import::new().nodes(&format!("{NODES}a,b\nc,d,l,false,,1,,,,\n")).problems();
        assert_eq!(
            told,
            [
                "nodes.csv:2:1 the row has 2 cells, the header has 7 [a,b]",
                "nodes.csv:3:17 the row has 10 cells, the header has 7 []",
            ]
        );
    }

    #[test]
    fn what_names_a_ragged_row_is_no_problem_of_its_own() {
        let import =
            Import::new().nodes("id,label\na,x,y\nb,z\n").edges(&format!("{EDGES}e,a,b,,,1,\n"));
        assert_eq!(import.problems().len(), 1);
        let (graph, told) = import.set("on_error", "\"warn\"").run();
        assert_eq!((graph.unwrap().node_count(), told.warnings), (1, 2));
    }

    #[test]
    fn rows_that_say_nothing_are_skipped() {
        Import::new().nodes("id,label\n\na,A\n   \n,\n , \nb,B\n,,,\n\n").check("a(A) b(B)", "");
    }

    #[test]
    fn a_row_has_what_it_needs() {
        Import::new().nodes("label,id\nx,\n").fails("nodes.csv:2:3 the row has no `id` []");
        Import::new()
            .nodes("id\na\n")
            .edges(&format!("{EDGES}e,a,,x,,1,\n"))
            .fails("edges.csv:2:5 the row has no `target` []");
        Import::new().layers("id,label\n,x\n").fails("layers.csv:2:1 the row has no `id` []");
    }
}
