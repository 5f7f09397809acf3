//! `sql`: nodes and edges by queries of SQLite.

mod results;
mod tables;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rusqlite::{Connection, ErrorCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::results::Results;
use super::regroup::add_layer;
use crate::diagnostic::{Diagnostic, Diagnostics, Failed, Severity, TextProblem, nearest};
use crate::graph::{EdgeRow, Graph, GraphBuilder, GraphProblem, NodeRow, Table};
use crate::query::{MOST_STEPS, guard};
use crate::step::{Material, NamedData, NamedGraph, NamedTable, Shape, Transform};

/// How long a text may be, in bytes.
const LONGEST: usize = 256 << 20;

/// The transform.
pub(crate) struct Sql;

/// Takes the nodes, or the edges, or both, from queries in the dialect of SQLite.
///
/// The queries see the graph as tables, `nodes` (`id`, `label`, `layer`, `belongs_to`,
/// `is_partition`, `weight`, `comment`), `edges` (`id`, `source`, `target`, `label`, `layer`,
/// `weight`, `comment`) and `layers` (`id`, `label`), each with its attributes as further columns.
/// Days are texts, truth values 1 and 0. Where SQLite, which sees no case, would have two columns of
/// one name, `attribute_` stands before the second.
///
/// Each row that comes out is a node or an edge; only what the query gives is in it, so that
/// `SELECT * FROM nodes WHERE …` keeps some as they are. Queries only read, may be recursive, and
/// are given up after some minutes. Functions of chance and of the time are refused, since the same
/// graph is to give the same result.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "SqlOptions")]
pub(crate) struct Options {
    /// The query for nodes; it must give an `id`. If absent, they stay as they are. If there is no
    /// query for edges, those stay whose ends do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nodes: Option<String>,
    /// The query for edges; it must give `source` and `target`. An edge with an end that the query
    /// for nodes leaves out is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edges: Option<String>,
    /// The names of tables of the plan that the queries see under these names.
    pub tables: Vec<String>,
}

impl Transform for Sql {
    const KIND: &'static str = "sql";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Takes nodes and edges from queries in SQL";
    type Options = Options;

    fn others(options: &Options) -> Vec<(String, Shape)> {
        options.tables.iter().map(|name| (name.clone(), Shape::Table)).collect()
    }

    fn transform(
        options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        if options.nodes.is_none() && options.edges.is_none() {
            return Ok(Arc::unwrap_or_clone(graph));
        }
        let tables: Vec<(&str, Arc<Table>)> = options
            .tables
            .iter()
            .map(String::as_str)
            .zip(others.iter().filter_map(NamedTable::of).map(|named| named.table))
            .collect();
        let database = open(&graph, &tables, diagnostics)?;
        let query = |text: &Option<String>, diagnostics: &mut Diagnostics| match text {
            Some(text) => Results::of(&database, text)
                .map(Some)
                .map_err(|problem| diagnostics.fail(told(text, problem))),
            None => Ok(None),
        };
        let nodes = query(&options.nodes, diagnostics);
        let edges = query(&options.edges, diagnostics);
        // What is wrong with either is told together.
        let (nodes, edges) = (nodes?, edges?);
        drop(database);
        rebuilt(options, &graph, nodes.as_ref(), edges.as_ref(), diagnostics)
    }
}

/// Makes the tables that queries see.
fn open(
    graph: &Graph,
    tables: &[(&str, Arc<Table>)],
    diagnostics: &mut Diagnostics,
) -> Result<Connection, Failed> {
    for (at, (name, _)) in tables.iter().enumerate() {
        let is_same = |other: &str| other.eq_ignore_ascii_case(name);
        let before = tables[..at].iter().map(|(name, _)| *name);
        if ["nodes", "edges", "layers"].into_iter().chain(before).any(is_same) {
            let message = format!("two tables have the name `{name}`, as SQLite sees no case");
            let problem = TextProblem::new(0..name.len(), message)
                .help("`nodes`, `edges` and `layers` are the graph; rename the import");
            return Err(diagnostics.fail(Diagnostic::of_text("same-name", name, problem)));
        }
    }
    let filled = || -> rusqlite::Result<Connection> {
        let mut database = Connection::open_in_memory()?;
        // Nothing is written to the disk, whatever is sorted.
        database.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA journal_mode = OFF; BEGIN")?;
        tables::fill(&database, graph)?;
        for (name, table) in tables {
            tables::fill_table(&database, name, table)?;
        }
        database.execute_batch("COMMIT")?;
        guard(&mut database, LONGEST)?;
        Ok(database)
    };
    filled().map_err(|error| {
        let message = format!("the graph does not fit into tables of SQLite: {error}");
        diagnostics
            .fail(Diagnostic::error("sql-tables", message).help("`drop` takes attributes away"))
    })
}

/// Makes the message for what is wrong with a query.
fn told(text: &str, problem: TextProblem) -> Diagnostic {
    Diagnostic::of_text("sql", text, problem)
}

/// Says what SQLite has to say about a query.
fn wrong(text: &str, error: &rusqlite::Error) -> TextProblem {
    if let rusqlite::Error::SqlInputError { msg, offset, .. } = error {
        let start = usize::try_from(*offset).unwrap_or(0);
        let start = if text.is_char_boundary(start) { start.min(text.len()) } else { 0 };
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '.';
        let rest = text.get(start..).unwrap_or_default();
        let length = match rest.find(|letter| !is_word(letter)) {
            Some(0) => rest.chars().next().map_or(0, char::len_utf8),
            Some(length) => length,
            None => rest.len(),
        };
        let range = if *offset < 0 { 0..text.len() } else { start..start + length };
        let problem = TextProblem::new(range, format!("the query cannot be run: {msg}"));
        return match msg.contains("not authorized") {
            true => problem.help("it may read, and not ask for the time or for chance"),
            false => problem,
        };
    }
    let all = 0..text.len();
    match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => {
            let message = format!("the query takes more than {MOST_STEPS} steps");
            TextProblem::new(all, message).help("does it end at all?")
        }
        Some(ErrorCode::AuthorizationForStatementDenied) => {
            TextProblem::new(all, format!("the query cannot be run: {error}"))
                .help("it may read, and not ask for the time or for chance")
        }
        _ => TextProblem::new(all, format!("the query cannot be run: {error}"))
            .help("a query reads: `SELECT * FROM nodes WHERE weight > 1`"),
    }
}

/// Makes a graph of what queries gave.
fn rebuilt(
    options: &Options,
    graph: &Graph,
    nodes: Option<&Results>,
    edges: Option<&Results>,
    diagnostics: &mut Diagnostics,
) -> Result<Graph, Failed> {
    let (node_text, edge_text) =
        (options.nodes.as_deref().unwrap_or(""), options.edges.as_deref().unwrap_or(""));
    let mut builder = match nodes {
        Some(nodes) => with_nodes(graph, nodes, node_text, diagnostics)?,
        None => GraphBuilder::with_nodes_of(graph),
    };
    let ids: Option<HashSet<&str>> =
        nodes.map(|nodes| (0..nodes.row_count()).filter_map(|row| nodes.text("id", row)).collect());
    let stays = |id: &str| match &ids {
        Some(ids) => ids.contains(id),
        None => graph.find_node(id).is_some(),
    };
    match edges {
        Some(edges) => {
            let needed = edges.needs(&["source", "target"]);
            needed.map_err(|problem| diagnostics.fail(told(edge_text, problem)))?;
            let mut rows = Vec::new();
            let mut firsts: HashMap<&str, usize> = HashMap::new();
            for row in 0..edges.row_count() {
                match edge(edges, row, graph, &stays) {
                    Ok(Some(edge)) => {
                        if let Some(layer) = edge.layer {
                            add_layer(&mut builder, graph, layer);
                        }
                        if let Some(first) = edge.id.and_then(|id| firsts.insert(id, row)) {
                            let id = edge.id.unwrap_or_default();
                            let message = twice("edges", id, first, row);
                            push(edge_text, message, diagnostics);
                        }
                        builder.edge(edge);
                        rows.push(row as u32);
                    }
                    Ok(None) => {}
                    Err(message) => push(edge_text, message, diagnostics),
                }
            }
            let fields = super::names::EDGE_FIELDS;
            for column in edges.attributes(fields, graph.edge_attributes()) {
                builder.edge_attribute(column.gather(&rows));
            }
        }
        None => {
            let mut rows = Vec::new();
            for edge in graph.edges() {
                if stays(edge.source().id()) && stays(edge.target().id()) {
                    builder.edge(edge.into());
                    rows.push(edge.index().0);
                }
            }
            for column in graph.edge_attributes() {
                builder.edge_attribute(column.gather(&rows));
            }
        }
    }
    if diagnostics.has_errors() {
        return Err(Failed);
    }
    let built = builder.finish();
    for problem in &built.problems {
        let problem = match (problem, nodes) {
            (GraphProblem::HierarchyCycle { nodes: cycle }, Some(nodes)) => {
                let id = |row: &u32| format!("`{}`", nodes.text("id", *row as usize).unwrap_or(""));
                let names: Vec<String> = cycle.iter().chain(cycle.first()).map(id).collect();
                let names = names.join(" in ");
                let message = format!("partitions would contain each other: {names}");
                told(node_text, TextProblem::new(0..node_text.len(), message))
            }
            _ => super::too_much_text(),
        };
        diagnostics.push(problem);
    }
    if built.problems.is_empty() { Ok(built.graph) } else { Err(Failed) }
}

/// Makes a builder of the layers there were and of the nodes that a query gave.
fn with_nodes(
    graph: &Graph,
    nodes: &Results,
    text: &str,
    diagnostics: &mut Diagnostics,
) -> Result<GraphBuilder, Failed> {
    nodes.needs(&["id"]).map_err(|problem| diagnostics.fail(told(text, problem)))?;
    let mut builder = GraphBuilder::default();
    builder.reserve(nodes.row_count(), graph.edge_count());
    graph.layers().iter().for_each(|layer| builder.layer(layer.clone()));
    let mut rows: HashMap<&str, usize> = HashMap::with_capacity(nodes.row_count());
    for row in 0..nodes.row_count() {
        match nodes.text("id", row) {
            None | Some("") => {
                let message = format!("row {} of the nodes has no id", row + 1);
                push(text, message, diagnostics);
            }
            Some(id) => {
                if let Some(first) = rows.insert(id, row) {
                    push(text, twice("nodes", id, first, row), diagnostics);
                }
            }
        }
    }
    for row in 0..nodes.row_count() {
        match node(nodes, row, graph, |id| rows.contains_key(id)) {
            Ok(node) => {
                if let Some(layer) = node.layer {
                    add_layer(&mut builder, graph, layer);
                }
                builder.node(node);
            }
            Err(message) => push(text, message, diagnostics),
        }
    }
    if diagnostics.has_errors() {
        return Err(Failed);
    }
    let fields = super::names::NODE_FIELDS;
    for column in nodes.attributes(fields, graph.node_attributes()) {
        builder.node_attribute(column);
    }
    Ok(builder)
}

fn push(text: &str, message: String, diagnostics: &mut Diagnostics) {
    diagnostics.push_with(Severity::Error, || told(text, TextProblem::new(0..text.len(), message)));
}

fn twice(which: &str, id: &str, first: usize, row: usize) -> String {
    format!("the rows {} and {} of the {which} have one id: `{id}`", first + 1, row + 1)
}

fn node<'r>(
    nodes: &'r Results,
    row: usize,
    graph: &'r Graph,
    stays: impl Fn(&str) -> bool,
) -> Result<NodeRow<'r>, String> {
    let text = |name| nodes.text(name, row).filter(|text| !text.is_empty());
    let parent = match text("belongs_to") {
        Some(id) if !stays(id) => {
            let Some(gone) = graph.find_node(id) else {
                return Err(format!(
                    "row {} of the nodes belongs to `{id}`, which is no node",
                    row + 1
                ));
            };
            // It moves up to the nearest partition that stays.
            let up = |node: &crate::graph::Node<'r>| node.parent().map(|node| graph.node(node));
            std::iter::successors(Some(gone), up).map(|node| node.id()).find(|id| stays(id))
        }
        parent => parent,
    };
    Ok(NodeRow {
        id: text("id").unwrap_or(""),
        label: nodes.text("label", row),
        layer: text("layer"),
        parent,
        is_partition: nodes.truth("is_partition", row)?,
        weight: nodes.weight(row)?,
        comment: text("comment").unwrap_or(""),
    })
}

/// Returns an edge, unless one of its ends has gone.
fn edge<'r>(
    edges: &'r Results,
    row: usize,
    graph: &Graph,
    stays: &impl Fn(&str) -> bool,
) -> Result<Option<EdgeRow<'r>>, String> {
    let text = |name| edges.text(name, row).filter(|text| !text.is_empty());
    let mut ends = [""; 2];
    for (end, name) in ends.iter_mut().zip(["source", "target"]) {
        let Some(id) = text(name) else {
            return Err(format!("row {} of the edges has no {name}", row + 1));
        };
        *end = id;
    }
    for (id, name) in ends.into_iter().zip(["source", "target"]) {
        let is_old = graph.find_node(id).is_some();
        if !is_old && !stays(id) {
            let near = nearest(id, graph.nodes().map(|node| node.id()));
            let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            return Err(format!(
                "row {} of the edges has the {name} `{id}`, which is no node{near}",
                row + 1
            ));
        }
        if is_old && !stays(id) {
            return Ok(None);
        }
    }
    let [source, target] = ends;
    Ok(Some(EdgeRow {
        id: text("id"),
        source,
        target,
        label: text("label").unwrap_or(""),
        layer: text("layer"),
        weight: edges.weight(row)?,
        comment: text("comment").unwrap_or(""),
    }))
}

#[cfg(test)]
mod tests;
