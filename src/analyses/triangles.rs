//! `triangles`: the triangles that each node is in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Adjacency, Direction, Table};
use crate::step::{Analysis, NamedGraph, Rows};

/// The analysis.
pub(crate) struct Triangles;

/// Counts the triangles of each node (`triangles`): the pairs of its neighbors that are neighbors
/// of each other. Neighbors count once, whichever way and however many edges there are, and loops do
/// not count. In edges to the power of 1.5 at most.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "TrianglesOptions")]
pub(crate) struct Options {}

impl Analysis for Triangles {
    const KIND: &'static str = "triangles";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Counts the triangles that each node is in";
    const ROWS: Rows = Rows::Nodes;
    type Options = Options;

    fn analyze(
        _options: &Options,
        graph: &NamedGraph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Table, Failed> {
        let graph = &*graph.graph;
        let counts = counts(&Adjacency::distinct(graph, Direction::Both));
        super::table(vec![super::integers("triangles", counts.into_iter())], diagnostics)
    }
}

/// Counts triangles from their node with the fewest neighbors, so that large stars cost little
/// (Schank and Wagner, Finding, counting and listing all triangles in large graphs, 2005).
pub(super) fn counts(rows: &Adjacency) -> Vec<usize> {
    let count = rows.node_count();
    // Each two neighbors are looked at from the one that has fewer.
    let later = rows.kept(|a, b| (rows.row(b).len(), b) > (rows.row(a).len(), a));
    let mut counts = vec![0; count];
    let mut is_near = vec![false; count];
    for a in 0..count as u32 {
        later.row(a).iter().for_each(|b| is_near[*b as usize] = true);
        for b in later.row(a) {
            for c in later.row(*b).iter().filter(|c| is_near[**c as usize]) {
                [a, *b, *c].into_iter().for_each(|node| counts[node as usize] += 1);
            }
        }
        later.row(a).iter().for_each(|b| is_near[*b as usize] = false);
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyses::testing::{check, column, run};
    use crate::graph::sketch::{sketch, star};

    #[test]
    fn each_triangle_counts_at_its_three_nodes() {
        let edges = ["a b", "b c", "c a", "a c", "c d", "d a", "a a"];
        let graph = sketch(&["a", "b", "c", "d", "e"], &edges);
        let table = run::<Triangles>("{}", graph).unwrap();
        check(&column(&table, "triangles"), &[2.0, 1.0, 2.0, 1.0, 0.0]);
        assert!(
            column(&run::<Triangles>("{}", star(1_000_000)).unwrap(), "triangles")
                .iter()
                .all(|c| *c == 0.0)
        );
    }
}
