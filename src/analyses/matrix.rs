//! `matrix`: the dependency-structure matrix.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{Graph, NodeId, Table, levels, strong_components};
use crate::step::{Analysis, NamedGraph, Rows};

/// The most nodes of a matrix.
const MOST_NODES: usize = 2_000;

/// The analysis.
pub(crate) struct Matrix;

/// Makes the dependency-structure matrix: a row and a column for each node, in the same order, with
/// the number of edges from the node of the row to that of the column. After `id` and `level` comes
/// the column of each node, named by its id. Ordered by levels, what leads to a node stands before
/// it, nodes of a cycle stand together, and a cell below the diagonal belongs to a cycle. A matrix of
/// more than 2,000 nodes is refused.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "MatrixOptions")]
pub(crate) struct Options {
    /// The order of rows and columns.
    pub order: Order,
    /// Whether cells hold the sum of the weights of edges.
    pub weighted: bool,
}

/// An order of nodes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(crate) enum Order {
    /// By levels, then by cycles, then by ids.
    #[default]
    Levels,
    /// By ids.
    Ids,
}

impl Analysis for Matrix {
    const KIND: &'static str = "matrix";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Makes the dependency-structure matrix";
    const ROWS: Rows = Rows::Own;
    type Options = Options;

    fn analyze(
        options: &Options,
        graph: &NamedGraph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Table, Failed> {
        let graph = &*graph.graph;
        let count = graph.node_count();
        if count > MOST_NODES {
            let message = format!("the graph has {count} nodes, too many for a matrix");
            let error = Diagnostic::error("matrix-too-big", message)
                .note(format!("a matrix is made of at most {MOST_NODES} nodes"))
                .help("collapse or filter the graph first");
            return Err(diagnostics.fail(error));
        }
        let (levels, parts) = (levels(graph), strong_components(graph));
        let mut order: Vec<u32> = (0..count as u32).collect();
        if options.order == Order::Levels {
            order.sort_by_key(|node| (levels[*node as usize], parts.of(*node), *node));
        }
        let mut row_of = vec![0; count];
        order.iter().enumerate().for_each(|(row, node)| row_of[*node as usize] = row);
        let mut cells = vec![vec![None; count]; count];
        for edge in graph.edges() {
            let target = edge.target().index().0 as usize;
            let cell = &mut cells[target][row_of[edge.source().index().0 as usize]];
            let counted = if options.weighted { edge.weight() } else { 1.0 };
            *cell = Some(cell.unwrap_or(0.0) + counted);
        }
        let node = |node: &u32| graph.node(NodeId(*node));
        let mut columns = vec![
            super::text(&free(graph, "id"), order.iter().map(|at| node(at).id())),
            super::integers(
                &free(graph, "level"),
                order.iter().map(|at| levels[*at as usize] as usize),
            ),
        ];
        columns.extend(order.iter().map(|at| {
            let (name, cells) = (node(at).id(), cells[*at as usize].iter());
            match options.weighted {
                true => super::numbers(name, cells.map(|cell| cell.unwrap_or(f64::NAN))),
                false => {
                    super::some_integers(name, cells.map(|cell| cell.map(|cell| cell as usize)))
                }
            }
        }));
        super::table(columns, diagnostics)
    }
}

/// Returns a name that no node has as its id.
fn free(graph: &Graph, name: &str) -> String {
    let mut name = name.to_owned();
    while graph.find_node(&name).is_some() {
        name.push('_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyses::testing::{column, run, texts};
    use crate::graph::sketch::{chain, sketch};

    fn graph() -> Graph {
        sketch(&["a", "b", "c", "id"], &["b a *2", "b a x *3 #e", "a c", "c a", "id b"])
    }

    fn check(options: &str, order: &[&str], expected: &[&[f64]]) {
        let table = run::<Matrix>(options, graph()).unwrap();
        assert_eq!(texts(&table, "id_"), order);
        for (id, expected) in order.iter().zip(expected) {
            let cells = column(&table, id).into_iter();
            assert_eq!(
                cells.map(|cell| if cell.is_nan() { 0.0 } else { cell }).collect::<Vec<_>>(),
                *expected
            );
        }
    }

    #[test]
    fn what_lies_below_the_diagonal_is_a_cycle() {
        let columns: [&[f64]; 4] =
            [&[0.0; 4], &[1.0, 0.0, 0.0, 0.0], &[0.0, 2.0, 0.0, 1.0], &[0.0, 0.0, 1.0, 0.0]];
        check("{}", &["id", "b", "a", "c"], &columns);
        let columns: [&[f64]; 2] = [&[0.0, 5.0, 1.0, 0.0], &[0.0, 0.0, 0.0, 1.0]];
        check(r#"{"order": "ids", "weighted": true}"#, &["a", "b", "c", "id"], &columns);
        assert!(run::<Matrix>("{}", chain(2_001)).unwrap_err().contains("too many"));
        assert_eq!(run::<Matrix>("{}", sketch(&[], &[])).unwrap().columns().len(), 2);
    }
}
