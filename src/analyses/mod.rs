//! The kinds of analysis; a kind is a file here and a line in [`KINDS`].
//!
//! What several of them say of the same nodes, or of the same edges, is put side by side here.

mod articulation_points;
mod betweenness;
mod bridges;
mod closeness;
mod clustering;
mod communities;
mod components;
mod core;
mod critical_path;
mod cycles;
mod degree;
mod diameter;
mod eccentricity;
mod eigenvector;
mod katz;
mod levels;
mod long;
mod longest_path;
mod matrix;
mod options;
mod pagerank;
mod parallel;
mod shortest_paths;
mod strong_components;
mod summary;
mod triangles;
mod walk;

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{Attribute, Bits, Graph, Grouping, NodeId, Table, TextColumn, Values};
use crate::registry::{AnalysisKind, analysis};
use crate::step::{Data, NamedGraph, Rows};

/// Every kind, by name.
pub(crate) const KINDS: &[AnalysisKind] = &[
    analysis::<articulation_points::ArticulationPoints>(),
    analysis::<betweenness::Betweenness>(),
    analysis::<bridges::Bridges>(),
    analysis::<closeness::Closeness>(),
    analysis::<clustering::Clustering>(),
    analysis::<communities::Communities>(),
    analysis::<components::Components>(),
    analysis::<core::Core>(),
    analysis::<critical_path::CriticalPath>(),
    analysis::<cycles::Cycles>(),
    analysis::<degree::Degree>(),
    analysis::<diameter::Diameter>(),
    analysis::<eccentricity::Eccentricity>(),
    analysis::<eigenvector::Eigenvector>(),
    analysis::<katz::Katz>(),
    analysis::<levels::Levels>(),
    analysis::<longest_path::LongestPath>(),
    analysis::<matrix::Matrix>(),
    analysis::<pagerank::PageRank>(),
    analysis::<shortest_paths::ShortestPaths>(),
    analysis::<strong_components::StrongComponents>(),
    analysis::<summary::Summary>(),
    analysis::<triangles::Triangles>(),
];

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

/// Makes a column of whole numbers, some of which may be missing.
fn some_integers(name: &str, cells: impl Iterator<Item = Option<usize>>) -> Attribute {
    let cells: Vec<Option<usize>> = cells.collect();
    Attribute {
        name: name.to_owned(),
        present: cells.iter().map(Option::is_some).collect(),
        values: Values::Integer(cells.iter().map(|cell| cell.unwrap_or(0) as i64).collect()),
    }
}

/// Makes a column of numbers; those that are not finite are missing.
fn numbers(name: &str, cells: impl IntoIterator<Item = f64>) -> Attribute {
    let mut numbers: Vec<f64> = cells.into_iter().collect();
    let present = numbers.iter().map(|number| number.is_finite()).collect();
    // No number is a negative zero, and one that is missing is zero.
    let clean = |number: &mut f64| *number = if number.is_finite() { *number + 0.0 } else { 0.0 };
    numbers.iter_mut().for_each(clean);
    Attribute { name: name.to_owned(), values: Values::Number(numbers), present }
}

/// Makes a column of truth values, one in every row.
fn booleans(name: &str, cells: Bits) -> Attribute {
    let present = Bits::all(cells.len(), true);
    Attribute { name: name.to_owned(), values: Values::Boolean(cells), present }
}

/// Makes the columns that tell which group each node is in, the largest being the first, and how
/// many nodes are in it. Of groups of one size the one with the first node comes first.
fn group_columns(name: &str, groups: &Grouping) -> Vec<Attribute> {
    let sizes = groups.sizes();
    let mut order: Vec<usize> = (0..groups.count()).collect();
    order.sort_by_key(|group| std::cmp::Reverse(sizes[*group]));
    let mut place = vec![0; groups.count()];
    order.into_iter().enumerate().for_each(|(at, group)| place[group] = at + 1);
    let of = || groups.numbers().iter().map(|group| *group as usize);
    vec![
        integers(name, of().map(|group| place[group])),
        integers(&format!("{name}_size"), of().map(|group| sizes[group] as usize)),
    ]
}

/// Writes a way through the graph: the ids of its nodes, an arrow between each two.
fn way(graph: &Graph, nodes: impl Iterator<Item = u32>) -> String {
    let ids: Vec<&str> = nodes.map(|node| graph.node(NodeId(node)).id()).collect();
    ids.join(" -> ")
}

/// What tests of analyses share.
#[cfg(test)]
mod testing {
    use super::*;
    use crate::graph::{Type, Value};
    use crate::step::Analysis;

    /// Runs an analysis with options as JSON.
    pub(super) fn run<A: Analysis>(options: &str, graph: Graph) -> Result<Table, String> {
        let options = serde_json::from_str(options).unwrap();
        let mut diagnostics = Diagnostics::default();
        let result = A::analyze(&options, &NamedGraph::new("g", graph), &mut diagnostics);
        let problems: Vec<&str> = diagnostics.list.iter().map(|one| &*one.message).collect();
        match result {
            Ok(table) => {
                assert_eq!(problems, [""; 0]);
                Ok(table)
            }
            Err(_) => Err(problems.join("; ")),
        }
    }

    /// Returns a column of numbers.
    pub(super) fn column(table: &Table, name: &str) -> Vec<f64> {
        let column = table.column(name).unwrap();
        let number = |row| match column.get(row) {
            Value::Integer(number) => number as f64,
            Value::Number(number) => number,
            Value::Boolean(is_so) => f64::from(u8::from(is_so)),
            Value::Null => f64::NAN,
            Value::Text(_) | Value::Date(_) => panic!("{:?}", Type::Text),
        };
        (0..table.row_count()).map(number).collect()
    }

    /// Returns a column of texts.
    pub(super) fn texts<'t>(table: &'t Table, name: &str) -> Vec<&'t str> {
        let column = table.column(name).unwrap();
        let text = |row| match column.get(row) {
            Value::Text(text) => text,
            other => panic!("{other:?}"),
        };
        (0..table.row_count()).map(text).collect()
    }

    /// Checks a column of numbers, up to rounding.
    pub(super) fn check(found: &[f64], expected: &[f64]) {
        let is_near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-9;
        assert!(
            found.len() == expected.len() && found.iter().zip(expected).all(is_near),
            "{found:?} is not {expected:?}"
        );
    }
}
