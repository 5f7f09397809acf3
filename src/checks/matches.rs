//! `matches`: what cells look like.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::columns::{Rows, column};
use crate::diagnostic::{Diagnostic, Diagnostics, Failed, TextProblem};
use crate::expression::RowCondition;
use crate::finding::Findings;
use crate::graph::Value;
use crate::step::{NamedData, NamedTable, Rule};

/// The rule.
pub(crate) struct Matches;

/// Cells of a column match a regular expression, as a whole. Cells without a value are not looked
/// at. Linear.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MatchesOptions")]
pub(crate) struct Options {
    /// The column.
    pub column: String,
    /// The regular expression, which the whole of a cell must match.
    pub pattern: String,
    /// Which rows it is about; all if absent.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub only: Option<RowCondition>,
    /// Rows that are excused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<RowCondition>,
}

impl Rule for Matches {
    const KIND: &'static str = "matches";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Cells of a column match a regular expression";
    type Of = NamedTable;
    type Options = Options;

    fn check(
        options: &Options,
        NamedTable { table, .. }: &NamedTable,
        _others: &[NamedData],
        findings: &mut Findings,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let column = column(table, &options.column, diagnostics)?;
        let pattern = regex::Regex::new(&format!("^(?:{})$", options.pattern)).map_err(|_| {
            // What is said of the pattern with our own additions would not fit the plan's.
            let why = regex::Regex::new(&options.pattern).map(drop);
            let why = why.map_or_else(|error| error.to_string(), |()| String::new());
            let last = why.lines().last().unwrap_or_default().trim_start_matches("error: ");
            let text = &options.pattern;
            let problem = TextProblem::new(0..text.len(), "this is no regular expression")
                .label(last.to_owned());
            diagnostics.fail(Diagnostic::of_text("wrong-value", text, problem))
        })?;
        let mut rows = Rows::of(table, options.only.as_ref(), &options.except, diagnostics)?;
        for row in rows.all() {
            let cell = column.get(row as usize);
            let said = cell.to_string();
            if cell != Value::Null && !pattern.is_match(&said) {
                let (name, of, pattern) = (&column.name, rows.name(row), &options.pattern);
                let message =
                    format!("`{name}` of `{of}` is `{said}`, which does not match `{pattern}`");
                rows.tell(row, &said, message, findings);
            }
        }
        rows.finish(findings);
        Ok(())
    }
}
