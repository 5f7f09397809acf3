//! What rules over tables have in common: which columns and rows they look at.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::conditions::Exceptions;
use crate::diagnostic::{Diagnostic, Diagnostics, Failed, TextProblem};
use crate::expression::RowCondition;
use crate::finding::{Finding, Findings};
use crate::graph::{Attribute, Bits, Table, Value};

/// The name of a column, or a list of names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub(super) enum Columns {
    /// One column.
    One(String),
    /// Several.
    Several(Vec<String>),
}

impl Columns {
    /// Returns the names.
    pub(super) fn names(&self) -> &[String] {
        match self {
            Columns::One(name) => std::slice::from_ref(name),
            Columns::Several(names) => names,
        }
    }

    /// Finds the columns in a table.
    ///
    /// # Errors
    ///
    /// One is not there.
    pub(super) fn find<'t>(
        &self,
        table: &'t Table,
        diagnostics: &mut Diagnostics,
    ) -> Result<Vec<&'t Attribute>, Failed> {
        let found: Vec<_> =
            self.names().iter().map(|name| column(table, name, diagnostics)).collect();
        found.into_iter().collect()
    }
}

/// Finds a column of a table.
///
/// # Errors
///
/// There is none of that name, which is told at its place in the plan.
pub(super) fn column<'t>(
    table: &'t Table,
    name: &str,
    diagnostics: &mut Diagnostics,
) -> Result<&'t Attribute, Failed> {
    table.column(name).ok_or_else(|| {
        let known: Vec<&str> = table.columns().iter().map(|column| &*column.name).collect();
        let problem = TextProblem::new(0..name.len(), format!("there is no column `{name}`"))
            .did_you_mean(name, known.iter().copied());
        let error = Diagnostic::of_text("unknown-column", name, problem);
        diagnostics.fail(error.note(format!("there are `{}`", known.join("`, `"))))
    })
}

/// The rows that a rule looks at.
pub(super) struct Rows<'t> {
    table: &'t Table,
    looked_at: Bits,
    except: Exceptions<'t>,
}

impl<'t> Rows<'t> {
    /// Takes the rows for which a condition holds, or all, but for exceptions.
    pub(super) fn of(
        table: &'t Table,
        only: Option<&RowCondition>,
        except: &'t [RowCondition],
        diagnostics: &mut Diagnostics,
    ) -> Result<Rows<'t>, Failed> {
        let looked_at = match only {
            Some(condition) => condition.select_rows(table, diagnostics)?,
            None => Bits::all(table.row_count(), true),
        };
        let except = Exceptions::of_rows(except, table, diagnostics)?;
        Ok(Rows { table, looked_at, except })
    }

    /// Returns the rows, from the first.
    pub(super) fn all(&self) -> Vec<u32> {
        self.looked_at.ones().collect()
    }

    /// Returns what a row is known by.
    pub(super) fn name(&self, row: u32) -> String {
        row_name(self.table, row)
    }

    /// Tells of a row, unless it is excused; `of` says what about it, besides what it is known by.
    pub(super) fn tell(&mut self, row: u32, of: &str, message: String, findings: &mut Findings) {
        if self.except.excuse(row) {
            return;
        }
        let mut about = self.name(row);
        if !of.is_empty() {
            // Writing to a text cannot fail.
            let _ = write!(about, ": {of}");
        }
        findings.list.push(Finding::of_row(row, about, message));
    }

    /// Tells which exceptions excused nothing.
    pub(super) fn finish(self, findings: &mut Findings) {
        self.except.finish(findings);
    }
}

/// Returns what a row is known by: its `id`, else what its first column says, else its number.
fn row_name(table: &Table, row: u32) -> String {
    let column = table.column("id").or(table.columns().first());
    match column.map(|column| column.get(row as usize)) {
        Some(Value::Null) | None => format!("row {}", row + 1),
        Some(value) => value.to_string(),
    }
}
