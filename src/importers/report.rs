//! What `on_error` makes of a problem: an error, a warning, or one more in a count.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Diagnostics, Failed, Severity, counted};

/// What to do about rows and cells, or nodes, edges and values, that do not fit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnError {
    /// Each is an error, and there is no graph.
    #[default]
    Fail,
    /// Each is a warning. A row without a usable id or end, or of another length than the header,
    /// is left out; so is a cell that is no value; a layer that is not in the layers is made.
    Warn,
    /// Rows are as with `fail`, cells that are no value as with `warn`.
    #[serde(rename = "warn_values")]
    WarnValues,
    /// As `warn`, with one warning that counts them.
    Drop,
}

/// Takes the problems of one import.
pub struct Report<'a> {
    diagnostics: &'a mut Diagnostics,
    on_error: OnError,
    /// What a row is called.
    row: &'static str,
    has_failed: bool,
    rows: usize,
    values: usize,
}

impl<'a> Report<'a> {
    /// Makes one that writes to `diagnostics`.
    pub fn new(diagnostics: &'a mut Diagnostics, on_error: OnError) -> Report<'a> {
        Report { diagnostics, on_error, row: "row", has_failed: false, rows: 0, values: 0 }
    }

    /// Makes one for files that have no rows.
    pub fn of_elements(diagnostics: &'a mut Diagnostics, on_error: OnError) -> Report<'a> {
        Report { row: "element", ..Report::new(diagnostics, on_error) }
    }

    /// Takes a problem of a whole file, which is an error whatever the plan says.
    pub fn file(&mut self, error: Diagnostic) {
        self.has_failed = true;
        self.diagnostics.push(error);
    }

    /// Takes such a problem, if it is costly to describe.
    pub fn file_with(&mut self, describe: impl FnOnce() -> Diagnostic) {
        self.has_failed = true;
        self.diagnostics.push_with(Severity::Error, describe);
    }

    /// Takes what is not wrong, and yet probably not meant.
    pub fn warning(&mut self, warning: Diagnostic) {
        self.diagnostics.push(warning);
    }

    /// Takes a warning that is costly to describe.
    pub fn warn_with(&mut self, describe: impl FnOnce() -> Diagnostic) {
        self.diagnostics.push_with(Severity::Warning, describe);
    }

    /// Takes a problem for which a row is left out.
    pub fn row(&mut self, describe: impl FnOnce(Severity) -> Diagnostic) {
        self.rows += 1;
        self.same_row(describe);
    }

    /// Takes a further problem of the row that the last one left out.
    pub fn same_row(&mut self, describe: impl FnOnce(Severity) -> Diagnostic) {
        self.problem(self.is_strict(), describe, &format!("the {} is left out", self.row));
    }

    /// Takes rows that are left out for a problem which is told already.
    pub fn more_rows(&mut self, count: usize) {
        self.rows += count;
    }

    /// Takes a problem for which a value is left out, or made up; `remedy` says which.
    pub fn value(&mut self, remedy: &str, describe: impl FnOnce(Severity) -> Diagnostic) {
        self.values += 1;
        self.problem(self.on_error == OnError::Fail, describe, remedy);
    }

    /// Takes a value that is left out for a problem which is told already.
    pub fn same_value(&mut self) {
        self.values += 1;
    }

    /// Returns whether a row that does not fit is an error.
    pub fn is_strict(&self) -> bool {
        matches!(self.on_error, OnError::Fail | OnError::WarnValues)
    }

    /// Returns whether a whole file could not be read.
    pub fn has_failed(&self) -> bool {
        self.has_failed
    }

    /// Sums up: counts what was dropped.
    ///
    /// # Errors
    ///
    /// Fails if there was an error.
    pub fn finish(self) -> Result<(), Failed> {
        let errors = match self.on_error {
            OnError::Fail => self.rows + self.values,
            OnError::WarnValues => self.rows,
            OnError::Warn | OnError::Drop => 0,
        };
        if self.has_failed || errors > 0 {
            return Err(Failed);
        }
        if self.on_error == OnError::Drop && self.rows + self.values > 0 {
            let (rows, values) = (counted(self.rows, self.row), counted(self.values, "value"));
            let what = match (self.rows, self.values) {
                (_, 0) => rows,
                (0, _) => values,
                _ => format!("{rows} and {values}"),
            };
            let message = match self.rows + self.values {
                1 => format!("{what} does not fit and is left out"),
                _ => format!("{what} do not fit and are left out"),
            };
            let help = "`on_error: warn` shows each of them";
            self.diagnostics.push(Diagnostic::warning("left-out", message).help(help));
        }
        Ok(())
    }

    fn problem(
        &mut self,
        is_error: bool,
        describe: impl FnOnce(Severity) -> Diagnostic,
        remedy: &str,
    ) {
        let diagnostics = &mut self.diagnostics;
        if is_error {
            diagnostics.push_with(Severity::Error, || describe(Severity::Error));
        } else if self.on_error != OnError::Drop {
            diagnostics.push_with(Severity::Warning, || describe(Severity::Warning).note(remedy));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::csv::testing::{EDGES, Import, NODES};

    fn bad() -> Import {
        Import::new()
            .nodes(&format!("{NODES}a,A,,maybe,,x,\nb,B\n,C,,,,,\na,A,,,nowhere,,\n"))
            .edges(&format!("{EDGES}e,a,b,,,1,\nf,a,a,,,1,\n"))
    }

    #[test]
    fn every_problem_of_every_file_is_told_at_once() {
        let told = bad().problems();
        assert_eq!(
            told,
            [
                "nodes.csv:2:6 `maybe` is neither true nor false [maybe]",
                "nodes.csv:2:13 `x` is no number [x]",
                "nodes.csv:3:1 the row has 2 cells, the header has 7 [b,B]",
                "nodes.csv:4:1 the row has no `id` []",
                "nodes.csv:5:1 the id `a` is taken [a]",
            ],
            "{told:#?}"
        );
    }

    #[test]
    fn warnings_leave_out_what_does_not_fit() {
        let import = bad().set("on_error", "\"warn\"");
        let (graph, told) = import.run();
        let graph = graph.unwrap();
        assert_eq!((graph.node_count(), graph.edge_count()), (1, 1));
        assert_eq!((told.errors, told.warnings), (0, 6));
        let remedies: Vec<_> = told.list.iter().map(|one| one.notes.last().unwrap()).collect();
        assert_eq!(remedies[0], "it counts as false");
        assert_eq!(remedies[2], "the row is left out");
    }

    #[test]
    fn values_alone_may_be_warnings() {
        let import = Import::new().nodes("id,weight,layer\na,x,l\n").layers("id\nm\n");
        let (graph, told) = import.set("on_error", "\"warn_values\"").run();
        assert_eq!(graph.unwrap().layers().len(), 2);
        assert_eq!((told.errors, told.warnings), (0, 2));
        let (_, told) = bad().set("on_error", "\"warn_values\"").run();
        assert_eq!((told.errors, told.warnings), (3, 2));
    }

    #[test]
    fn dropping_says_only_how_much() {
        let (graph, told) = bad().set("on_error", "\"drop\"").run();
        assert_eq!(graph.unwrap().node_count(), 1);
        assert_eq!((told.errors, told.warnings), (0, 1));
        assert_eq!(told.list[0].message, "4 rows and 2 values do not fit and are left out");
    }

    #[test]
    fn a_file_that_is_no_table_is_an_error_whatever_the_plan_says() {
        for on_error in ["\"warn\"", "\"drop\""] {
            Import::new()
                .nodes("label\na\n")
                .set("on_error", on_error)
                .fails("nodes.csv:1:1 the column `id` is missing");
        }
    }

    #[test]
    fn problems_past_the_limit_are_counted() {
        let rows: String = (0..100).map(|at| format!("n{at},x,y\n")).collect();
        let (_, told) = Import::new().nodes(&format!("id,weight\n{rows}")).run();
        assert_eq!((told.list.len(), told.errors), (20, 100));
    }
}
