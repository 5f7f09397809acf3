//! Exports the edges as a matrix in CSV: a row for each source, a column for each target.
//!
//! A cell holds the summed weight of the edges between its two, and nothing where there is none.
//! Partitions have a row and a column only if an edge begins or ends at one of them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::csv_table::{CsvTable, Delimiter};
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{Graph, NodeId};
use crate::step::{Exporter, InputFile, NamedGraph};

/// More nodes than a person or a spreadsheet wants to see side by side.
const MANY: usize = 2_000;

/// More nodes than any matrix is written for: this many make about 400 MB.
const TOO_MANY: usize = 20_000;

/// Stands for a node that has no column.
const NO_COLUMN: u32 = u32::MAX;

/// Exports a matrix.
pub struct CsvMatrix;

/// Settings of the `csv_matrix` export.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CsvMatrixOptions {
    /// What stands between two cells.
    delimiter: Delimiter,
    /// Whether a text that a spreadsheet would run as a formula gets a `'` before it.
    spreadsheet_safe: bool,
    /// Whether rows and columns are headed by labels rather than ids.
    labels: bool,
}

impl Exporter for CsvMatrix {
    const KIND: &'static str = "csv_matrix";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes weights as a CSV table, sources down and targets across";
    const EXTENSIONS: &'static [&'static str] = &["matrix.csv"];
    type Options = CsvMatrixOptions;
    type From = NamedGraph;

    fn export(
        options: &CsvMatrixOptions,
        from: &[NamedGraph],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let Some(NamedGraph { graph, name }) = from.first() else { return Ok(()) };
        let shown = shown(graph);
        check_size(shown.len(), name, diagnostics)?;
        let mut columns = vec![NO_COLUMN; graph.node_count()];
        for (column, node) in shown.iter().enumerate() {
            columns[node.0 as usize] = column as u32;
        }
        let head = |node: NodeId| {
            let node = graph.node(node);
            if options.labels { node.label() } else { node.id() }
        };
        out.reserve(shown.len() * (shown.len() + 16));
        let mut table = CsvTable::new(out, options.delimiter, options.spreadsheet_safe);
        table.empty();
        shown.iter().for_each(|node| table.text(head(*node)));
        table.end_row();
        // Edges come by source and target, so each row takes the next few of them.
        let mut edges = graph.edges().peekable();
        for node in &shown {
            table.text(head(*node));
            let mut column = 0;
            while let Some(edge) = edges.next_if(|edge| edge.source().index() <= *node) {
                let target = edge.target().index();
                let mut weight = edge.weight();
                while let Some(next) = edges.next_if(|next| {
                    next.source().index() == *node && next.target().index() == target
                }) {
                    weight += next.weight();
                }
                let at = columns[target.0 as usize];
                (column..at).for_each(|_| table.empty());
                table.weight(weight);
                column = at + 1;
            }
            (column..shown.len() as u32).for_each(|_| table.empty());
            table.end_row();
        }
        table.finish(diagnostics)
    }
}

/// Returns the nodes that have a row and a column.
fn shown(graph: &Graph) -> Vec<NodeId> {
    let mut is_end = vec![false; graph.node_count()];
    for edge in graph.edges() {
        is_end[edge.source().index().0 as usize] = true;
        is_end[edge.target().index().0 as usize] = true;
    }
    graph
        .nodes()
        .filter(|node| !node.is_partition() || is_end[node.index().0 as usize])
        .map(|node| node.index())
        .collect()
}

fn check_size(nodes: usize, graph: &str, diagnostics: &mut Diagnostics) -> Result<(), Failed> {
    let help = "write `csv_edges` instead, or filter or collapse the graph before";
    if nodes > TOO_MANY {
        let message = format!("`{graph}` has {nodes} nodes, too many for a matrix");
        return Err(diagnostics.fail(
            Diagnostic::error("matrix-too-big", message)
                .note(format!("a matrix is written for at most {TOO_MANY} nodes"))
                .help(help),
        ));
    }
    if nodes > MANY {
        let cells = nodes * nodes;
        let message = format!("the matrix of `{graph}` has {nodes} rows, or {cells} cells");
        diagnostics.push(Diagnostic::warning("big-matrix", message).help(help));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::graph::{EdgeRow, GraphBuilder, NodeRow};

    fn export(graph: Graph, labels: bool) -> Result<(String, Diagnostics), Diagnostics> {
        let from = [NamedGraph { name: "g".into(), graph: Arc::new(graph) }];
        let (mut out, mut problems) = (Vec::new(), Diagnostics::default());
        let options = CsvMatrixOptions { labels, ..CsvMatrixOptions::default() };
        match CsvMatrix::export(&options, &from, &[], &mut out, &mut problems) {
            Ok(()) => Ok((String::from_utf8(out).unwrap(), problems)),
            Err(Failed) => Err(problems),
        }
    }

    fn graph(edges: &[(&str, &str)]) -> Graph {
        let mut builder = GraphBuilder::default();
        for (id, parent) in [("a", None), ("b", Some("p")), ("c", None), ("p", None)] {
            let label = Some(if id == "a" { "A, first" } else { id });
            builder.node(NodeRow { id, label, parent, ..NodeRow::default() });
        }
        for (source, target) in edges {
            builder.edge(EdgeRow { source, target, weight: 1.5, ..EdgeRow::default() });
        }
        builder.finish().graph
    }

    #[test]
    fn parallel_edges_are_summed_and_partitions_left_out() {
        let edges = [("a", "c"), ("a", "b"), ("c", "c"), ("a", "c")];
        let (csv, _) = export(graph(&edges), false).unwrap();
        assert_eq!(csv, ",a,b,c\na,,1.5,3\nb,,,\nc,,,1.5\n");
    }

    #[test]
    fn a_partition_at_an_edge_is_shown() {
        let (csv, _) = export(graph(&[("p", "a")]), true).unwrap();
        assert_eq!(csv, ",\"A, first\",b,c,p\n\"A, first\",,,,\nb,,,,\nc,,,,\np,1.5,,,\n");
    }

    #[test]
    fn an_empty_graph_is_one_empty_head() {
        assert_eq!(export(Graph::default(), false).unwrap().0, "\"\"\n");
    }

    #[test]
    fn big_matrices_warn_and_huge_ones_fail() {
        let of = |count: usize| {
            let mut builder = GraphBuilder::default();
            (0..count).for_each(|at| {
                builder.node(NodeRow { id: &at.to_string(), ..NodeRow::default() });
            });
            export(builder.finish().graph, false)
        };
        assert_eq!(of(MANY + 1).unwrap().1.warnings, 1);
        let problems = of(TOO_MANY + 1).unwrap_err();
        assert_eq!(problems.list[0].code, "matrix-too-big");
    }
}
