//! `accepted_values`: what cells may say.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::columns::{Rows, column};
use crate::diagnostic::{Diagnostics, Failed, nearest};
use crate::expression::RowCondition;
use crate::finding::Findings;
use crate::graph::Value;
use crate::step::{NamedData, NamedTable, Rule};

/// The rule.
pub(crate) struct AcceptedValues;

/// Cells of a column say one of some values. Cells without a value are not looked at. Linear.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AcceptedValuesOptions")]
pub(crate) struct Options {
    /// The column.
    pub column: String,
    /// What its cells may say.
    pub values: Vec<String>,
    /// Which rows it is about; all if absent.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub only: Option<RowCondition>,
    /// Rows that are excused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<RowCondition>,
}

impl Rule for AcceptedValues {
    const KIND: &'static str = "accepted_values";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Cells of a column say one of some values";
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
        let mut rows = Rows::of(table, options.only.as_ref(), &options.except, diagnostics)?;
        let values = || options.values.iter().map(String::as_str);
        for row in rows.all() {
            let cell = column.get(row as usize);
            let said = cell.to_string();
            if cell == Value::Null || values().any(|value| value == said) {
                continue;
            }
            let meant = nearest(&said, values());
            let meant =
                meant.map_or_else(String::new, |near| format!("; perhaps `{near}` is meant"));
            let message = format!(
                "`{}` of `{}` is `{said}`, which is not accepted{meant}",
                column.name,
                rows.name(row)
            );
            rows.tell(row, &said, message, findings);
        }
        rows.finish(findings);
        Ok(())
    }
}
