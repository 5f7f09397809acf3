//! `references`: cells that name rows or nodes elsewhere.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::columns::{Rows, column};
use crate::diagnostic::{Diagnostics, Failed, nearest};
use crate::expression::RowCondition;
use crate::finding::Findings;
use crate::graph::Value;
use crate::step::{Data, Material, NamedData, NamedTable, Needs, Rule};

/// The rule.
pub(crate) struct References;

/// Cells of a column name a row of another table, or a node of a graph. Cells without a value are
/// not looked at. Linear.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ReferencesOptions")]
pub(crate) struct Options {
    /// The column.
    pub column: String,
    /// The table or graph that it names rows or nodes of, by its name in the plan.
    #[serde(rename = "in")]
    pub within: String,
    /// The column of that table that has the names.
    #[serde(default = "id")]
    pub key: String,
    /// Which rows it is about; all if absent.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub only: Option<RowCondition>,
    /// Rows that are excused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<RowCondition>,
}

fn id() -> String {
    "id".to_owned()
}

/// How many findings are told what may have been meant: that takes as long as the other table.
const MOST_GUESSED: usize = 50;

impl Rule for References {
    const KIND: &'static str = "references";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Cells of a column name rows of another table, or nodes";
    type Of = NamedTable;
    type Options = Options;

    fn others(options: &Options) -> Needs {
        vec![(options.within.clone(), NamedData::TAKES)]
    }

    fn check(
        options: &Options,
        NamedTable { table, .. }: &NamedTable,
        others: &[NamedData],
        findings: &mut Findings,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let named = column(table, &options.column, diagnostics)?;
        let known: HashSet<String> = match others.first().map(|other| &other.data) {
            Some(Data::Graph(graph)) => graph.nodes().map(|node| node.id().to_owned()).collect(),
            Some(Data::Table(there)) => {
                let key = column(there, &options.key, diagnostics)?;
                let cells = (0..there.row_count()).map(|row| key.get(row));
                cells.filter(|cell| *cell != Value::Null).map(|cell| cell.to_string()).collect()
            }
            None => HashSet::new(),
        };
        let mut sorted: Vec<&str> = known.iter().map(String::as_str).collect();
        sorted.sort_unstable();
        let mut rows = Rows::of(table, options.only.as_ref(), &options.except, diagnostics)?;
        for row in rows.all() {
            let cell = named.get(row as usize);
            let said = cell.to_string();
            if cell == Value::Null || known.contains(&said) {
                continue;
            }
            let is_guessed = findings.list.len() < MOST_GUESSED;
            let near = is_guessed.then(|| nearest(&said, sorted.iter().copied())).flatten();
            let meant =
                near.map_or_else(String::new, |near| format!("; perhaps `{near}` is meant"));
            let (name, of, within) = (&named.name, rows.name(row), &options.within);
            let message =
                format!("`{name}` of `{of}` is `{said}`, which is not in `{within}`{meant}");
            rows.tell(row, &said, message, findings);
        }
        rows.finish(findings);
        Ok(())
    }
}
