//! `expect`: a condition that all nodes, edges or rows fulfil.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::columns::Rows;
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::expression::{EdgeCondition, NodeCondition, RowCondition};
use crate::finding::{Finding, Findings};
use crate::graph::{Graph, Table};
use crate::step::{Data, NamedData, Rule};

/// The rule.
pub(crate) struct Expect;

/// A condition holds for every node, edge or row. One that comes to no value does not hold. Linear.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "ExpectOptions")]
pub(crate) struct Options {
    /// What holds for every node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nodes: Option<NodeCondition>,
    /// What holds for every edge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edges: Option<EdgeCondition>,
    /// What holds for every row of the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<RowCondition>,
}

impl Rule for Expect {
    const KIND: &'static str = "expect";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "A condition holds for every node, edge or row";
    type Of = NamedData;
    type Options = Options;

    fn check(
        options: &Options,
        of: &NamedData,
        _others: &[NamedData],
        findings: &mut Findings,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let Options { nodes, edges, rows } = options;
        match (&of.data, nodes.is_some() || edges.is_some(), rows) {
            (Data::Graph(graph), true, None) => of_graph(options, graph, findings, diagnostics),
            (Data::Table(table), false, Some(rows)) => of_table(rows, table, findings, diagnostics),
            (Data::Graph(_), ..) => {
                let error =
                    Diagnostic::error("missing-key", "of a graph, nodes or edges are looked at")
                        .help("give `nodes:` or `edges:`, and a condition");
                Err(diagnostics.fail(error))
            }
            (Data::Table(_), ..) => {
                let error = Diagnostic::error("missing-key", "of a table, rows are looked at")
                    .help("give `rows:` and a condition");
                Err(diagnostics.fail(error))
            }
        }
    }
}

fn of_graph(
    options: &Options,
    graph: &Graph,
    findings: &mut Findings,
    diagnostics: &mut Diagnostics,
) -> Result<(), Failed> {
    if let Some(condition) = &options.nodes {
        let holds = condition.select(graph, diagnostics)?;
        for node in graph.nodes().filter(|node| !holds.get(node.index().0 as usize)) {
            let message = format!("`{}` is not as expected: {}", node.id(), condition.text());
            findings.list.push(Finding::of_node(graph, node.index(), message));
        }
    }
    if let Some(condition) = &options.edges {
        let holds = condition.select(graph, diagnostics)?;
        for edge in graph.edges().filter(|edge| !holds.get(edge.index().0 as usize)) {
            let (source, target) = (edge.source().id(), edge.target().id());
            let message =
                format!("`{source}` → `{target}` is not as expected: {}", condition.text());
            findings.list.push(Finding::of_edge(graph, edge.index(), message));
        }
    }
    Ok(())
}

fn of_table(
    condition: &RowCondition,
    table: &Table,
    findings: &mut Findings,
    diagnostics: &mut Diagnostics,
) -> Result<(), Failed> {
    let mut rows = Rows::of(table, None, &[], diagnostics)?;
    let holds = condition.select_rows(table, diagnostics)?;
    for row in rows.all().into_iter().filter(|row| !holds.get(*row as usize)) {
        let message = format!("`{}` is not as expected: {}", rows.name(row), condition.text());
        rows.tell(row, "", message, findings);
    }
    Ok(())
}
