//! `row_count`: how many rows a table has.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::columns::Rows;
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::expression::RowCondition;
use crate::finding::{Finding, Findings};
use crate::step::{NamedData, NamedTable, Rule};

/// The rule.
pub(crate) struct RowCount;

/// The table has so many rows: at least, at most, or both. Linear.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "RowCountOptions")]
pub(crate) struct Options {
    /// The fewest rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least: Option<u64>,
    /// The most rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most: Option<u64>,
    /// Which rows count; all if absent.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    pub only: Option<RowCondition>,
}

impl Rule for RowCount {
    const KIND: &'static str = "row_count";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "The table has so many rows";
    type Of = NamedTable;
    type Options = Options;

    fn check(
        options: &Options,
        NamedTable { table, .. }: &NamedTable,
        _others: &[NamedData],
        findings: &mut Findings,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let Options { least, most, only } = options;
        if least.is_none() && most.is_none() {
            let error = Diagnostic::error("missing-key", "`row_count` does not say how many")
                .help("give `least:` or `most:`, or both");
            return Err(diagnostics.fail(error));
        }
        let count = Rows::of(table, only.as_ref(), &[], diagnostics)?.all().len() as u64;
        let wanted = match (least, most) {
            (Some(least), _) if count < *least => format!("fewer than {least}"),
            (_, Some(most)) if count > *most => format!("more than {most}"),
            _ => return Ok(()),
        };
        let rows = match (count, only.is_some()) {
            (1, false) => "row",
            (1, true) => "row that counts",
            (_, false) => "rows",
            (_, true) => "rows that count",
        };
        let message = format!("the table has {count} {rows}, {wanted}");
        findings.list.push(Finding::of_whole("rows", message));
        Ok(())
    }
}
