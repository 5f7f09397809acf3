//! `clustering`: how many of each node's neighbors are neighbors of each other.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Adjacency, Direction, Table};
use crate::step::{Analysis, NamedGraph, Rows};

/// The analysis.
pub(crate) struct Clustering;

/// Tells which part of the pairs of a node's neighbors are neighbors of each other (`clustering`); 0
/// for a node with fewer than two. Neighbors count once, whichever way and however many edges there
/// are, and loops do not count. In edges to the power of 1.5 at most.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "ClusteringOptions")]
pub(crate) struct Options {}

impl Analysis for Clustering {
    const KIND: &'static str = "clustering";
    const REVISION: u32 = 1;
    const ABOUT: &'static str =
        "Tells how many of each node's neighbors are neighbors of each other";
    const ROWS: Rows = Rows::Nodes;
    type Options = Options;

    fn analyze(
        _options: &Options,
        graph: &NamedGraph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Table, Failed> {
        let graph = &*graph.graph;
        let rows = Adjacency::distinct(graph, Direction::Both);
        let counts = super::triangles::counts(&rows);
        let clustering = (0..).zip(&counts).map(|(node, triangles)| {
            let near = rows.row(node).len();
            if *triangles == 0 { 0.0 } else { 2.0 * *triangles as f64 / (near * (near - 1)) as f64 }
        });
        super::table(vec![super::numbers("clustering", clustering)], diagnostics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyses::testing::{check, column, run};
    use crate::graph::sketch::sketch;

    #[test]
    fn a_triangle_is_whole_and_a_tail_lessens_it() {
        let graph = sketch(&["a", "b", "c", "d"], &["a b", "b c", "c a", "c d"]);
        let table = run::<Clustering>("{}", graph).unwrap();
        check(&column(&table, "clustering"), &[1.0, 1.0, 1.0 / 3.0, 0.0]);
    }
}
