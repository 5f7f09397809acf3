//! `not_null`: cells that must not be empty.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::columns::{Columns, Rows};
use crate::diagnostic::{Diagnostics, Failed};
use crate::expression::RowCondition;
use crate::finding::Findings;
use crate::graph::Value;
use crate::step::{NamedData, NamedTable, Rule};

/// The rule.
pub(crate) struct NotNull;

/// No row lacks a value in these columns. Linear.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NotNullOptions")]
pub(crate) struct Options {
    /// The columns.
    pub columns: Columns,
    /// Which rows it is about; all if absent.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub only: Option<RowCondition>,
    /// Rows that are excused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<RowCondition>,
}

impl Rule for NotNull {
    const KIND: &'static str = "not_null";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "No row lacks a value in some columns";
    type Of = NamedTable;
    type Options = Options;

    fn check(
        options: &Options,
        NamedTable { table, .. }: &NamedTable,
        _others: &[NamedData],
        findings: &mut Findings,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let columns = options.columns.find(table, diagnostics)?;
        let mut rows = Rows::of(table, options.only.as_ref(), &options.except, diagnostics)?;
        for row in rows.all() {
            for column in columns.iter().filter(|column| column.get(row as usize) == Value::Null) {
                let message = format!("`{}` has no `{}`", rows.name(row), column.name);
                rows.tell(row, &column.name, message, findings);
            }
        }
        rows.finish(findings);
        Ok(())
    }
}
