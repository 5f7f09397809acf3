//! `unique`: rows that differ from each other.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::columns::{Columns, Rows};
use crate::diagnostic::{Diagnostics, Failed};
use crate::expression::RowCondition;
use crate::finding::Findings;
use crate::graph::Value;
use crate::step::{NamedData, NamedTable, Rule};

/// The rule.
pub(crate) struct Unique;

/// No two rows have the same cells in these columns, taken together. A row without a value in any
/// of them is not looked at. Linear.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "UniqueOptions")]
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

impl Rule for Unique {
    const KIND: &'static str = "unique";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "No two rows have the same cells in some columns";
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
        let names = options.columns.names().join("`, `");
        let mut seen: HashMap<Vec<String>, u32> = HashMap::new();
        for row in rows.all() {
            let cells = columns.iter().map(|column| column.get(row as usize));
            if cells.clone().any(|cell| cell == Value::Null) {
                continue;
            }
            let cells: Vec<String> = cells.map(|cell| cell.to_string()).collect();
            if let Some(first) = seen.get(&cells) {
                let said = cells.join("`, `");
                let (of, before) = (rows.name(row), rows.name(*first));
                let message = format!("`{names}` of `{of}` is `{said}`, as that of `{before}` is");
                rows.tell(row, &cells.join(", "), message, findings);
            } else {
                seen.insert(cells, row);
            }
        }
        rows.finish(findings);
        Ok(())
    }
}
