//! The kinds of analysis; a kind is a file here and a line in [`KINDS`].
//!
//! What several of them say of the same nodes, or of the same edges, is put side by side here.

mod degree;

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{Attribute, Bits, Graph, Table, TextColumn, Values};
use crate::registry::{AnalysisKind, analysis};
use crate::step::{Data, NamedGraph, Rows};

/// Every kind, by name.
pub(crate) const KINDS: &[AnalysisKind] = &[analysis::<degree::Degree>()];

/// Works out metrics, each given with its options: a table, or, to annotate, the graph with
/// their columns as attributes.
///
/// # Errors
///
/// Fails when a metric does, or when their columns cannot stand side by side.
pub(crate) fn analyze(
    metrics: &[(&AnalysisKind, &str)],
    annotate: bool,
    graph: &NamedGraph,
    diagnostics: &mut Diagnostics,
) -> Result<Data, Failed> {
    let mut tables = Vec::with_capacity(metrics.len());
    for (kind, options) in metrics {
        tables.push((*kind, (kind.analyze)(options, graph, diagnostics)?));
    }
    if annotate {
        let mut annotated = Graph::clone(&graph.graph);
        for (kind, table) in tables {
            let add = match kind.rows {
                Rows::Nodes => Graph::with_node_attribute,
                Rows::Edges => Graph::with_edge_attribute,
                Rows::Own => return Err(diagnostics.fail(stands_alone(kind))),
            };
            annotated = table.into_columns().into_iter().fold(annotated, add);
        }
        return Ok(annotated.into());
    }
    let rows = tables.first().map_or(Rows::Own, |(kind, _)| kind.rows);
    let mut columns = match rows {
        Rows::Nodes => vec![text("id", graph.graph.nodes().map(|node| node.id()))],
        Rows::Edges => {
            let edges = || graph.graph.edges();
            vec![
                text("id", edges().map(|edge| edge.id())),
                text("source", edges().map(|edge| edge.source().id())),
                text("target", edges().map(|edge| edge.target().id())),
            ]
        }
        Rows::Own => Vec::new(),
    };
    for (at, (kind, table)) in tables.into_iter().enumerate() {
        if kind.rows != rows || (rows == Rows::Own && at > 0) {
            return Err(diagnostics.fail(stands_alone(kind)));
        }
        columns.extend(table.into_columns());
    }
    Ok(Data::Table(Arc::new(table(columns, diagnostics)?)))
}

/// Makes a table of columns that belong together.
fn table(columns: Vec<Attribute>, diagnostics: &mut Diagnostics) -> Result<Table, Failed> {
    Table::new(columns).map_err(|problem| {
        let error = Diagnostic::error("same-column", problem.to_string())
            .help("work one of the two out in an analysis of its own");
        diagnostics.fail(error)
    })
}

fn stands_alone(kind: &AnalysisKind) -> Diagnostic {
    let message = format!("`{}` makes a table that cannot stand beside others", kind.kind.name);
    Diagnostic::error("other-rows", message).help("give it an analysis of its own")
}

/// Makes a column of texts, one in every row.
fn text<'a>(name: &str, cells: impl Iterator<Item = &'a str>) -> Attribute {
    let texts: TextColumn = cells.collect();
    let present = Bits::all(texts.len(), true);
    Attribute { name: name.to_owned(), values: Values::Text(texts), present }
}

/// Makes a column of whole numbers, one in every row.
fn integers(name: &str, cells: impl Iterator<Item = usize>) -> Attribute {
    let numbers: Vec<i64> = cells.map(|number| number as i64).collect();
    let present = Bits::all(numbers.len(), true);
    Attribute { name: name.to_owned(), values: Values::Integer(numbers), present }
}
