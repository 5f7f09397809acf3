//! What the unit tests of transforms share.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostics;
use crate::graph::{Attribute, Graph, GraphBuilder, NodeRow, Table, Values};
use crate::step::{NamedData, NamedGraph, Transform};

/// Does it, and returns all that was told if it fails.
pub(super) fn run<T: Transform>(options: &str, graph: &Graph) -> Result<Graph, Vec<String>> {
    run_with::<T>(options, graph, &[]).map(|(graph, _)| graph)
}

/// Does it with tables, and returns what was told.
pub(super) fn run_with<T: Transform>(
    options: &str,
    graph: &Graph,
    tables: &[(&str, Table)],
) -> Result<(Graph, Vec<String>), Vec<String>> {
    // A text of JSON has no line breaks; those of tests are there to be read.
    let options: T::Options = serde_json::from_str(&options.replace('\n', " ")).unwrap();
    let mut diagnostics = Diagnostics::default();
    let named = |(name, table): &(&str, Table)| NamedData {
        name: (*name).into(),
        data: table.clone().into(),
    };
    let others: Vec<NamedData> = tables.iter().map(named).collect();
    let result =
        T::transform(&options, NamedGraph::new("g", graph.clone()), &others, &mut diagnostics);
    let told = diagnostics.list.into_iter().map(|problem| problem.message).collect();
    match result {
        Ok(graph) => Ok((graph, told)),
        Err(_) => Err(told),
    }
}

/// Makes nodes with attributes of texts: the id, the attribute and its value.
pub(super) fn attributes(cells: &[(&str, &str, &str)]) -> Graph {
    let ids: BTreeSet<&str> = cells.iter().map(|(id, _, _)| *id).collect();
    let names: BTreeSet<&str> = cells.iter().map(|(_, name, _)| *name).collect();
    let mut builder = GraphBuilder::default();
    ids.iter().for_each(|id| builder.node(NodeRow { id, ..NodeRow::default() }));
    for name in names {
        let cell = |id: &&str| cells.iter().find(|cell| (cell.0, cell.1) == (*id, name));
        builder.node_attribute(texts(name, ids.iter().map(|id| cell(id).map(|cell| cell.2))));
    }
    builder.finish().graph
}

/// Makes a column of texts.
pub(super) fn texts<'a>(name: &str, cells: impl Iterator<Item = Option<&'a str>>) -> Attribute {
    let cells: Vec<Option<&str>> = cells.collect();
    Attribute {
        name: name.to_owned(),
        present: cells.iter().map(Option::is_some).collect(),
        values: Values::Text(cells.into_iter().map(Option::unwrap_or_default).collect()),
    }
}

/// Makes a table of texts: its columns, and its rows; an empty text is no value.
pub(super) fn table(names: &[&str], rows: &[&[&str]]) -> Table {
    let column = |(at, name): (usize, &&str)| {
        texts(name, rows.iter().map(|row| Some(row[at]).filter(|text| !text.is_empty())))
    };
    Table::new(names.iter().enumerate().map(column).collect()).unwrap()
}
