//! `core`: how deep in the densest part each node lies.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Adjacency, Direction, Table};
use crate::step::{Analysis, NamedGraph, Rows};

/// The analysis.
pub(crate) struct Core;

/// Tells the core of each node (`core`): the largest k for which it is among nodes that each have k
/// of the others as neighbors. Neighbors count once, whichever way and however many edges there are,
/// and loops do not count. Linear.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "CoreOptions")]
pub(crate) struct Options {}

impl Analysis for Core {
    const KIND: &'static str = "core";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Tells how deep in the densest part each node lies";
    const ROWS: Rows = Rows::Nodes;
    type Options = Options;

    fn analyze(
        _options: &Options,
        graph: &NamedGraph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Table, Failed> {
        let graph = &*graph.graph;
        let cores = cores(&Adjacency::distinct(graph, Direction::Both));
        let column = super::integers("core", cores.iter().map(|core| *core as usize));
        super::table(vec![column], diagnostics)
    }
}

/// Takes away the node with the fewest neighbors left, again and again (Batagelj and Zaversnik, An
/// O(m) algorithm for cores decomposition of networks, 2003).
fn cores(rows: &Adjacency) -> Vec<u32> {
    let count = rows.node_count();
    let mut left: Vec<u32> = (0..count as u32).map(|node| rows.row(node).len() as u32).collect();
    let most = left.iter().max().map_or(0, |most| *most as usize);
    // Nodes in order of their neighbors left, and where those with each number start.
    let mut starts = vec![0usize; most + 2];
    left.iter().for_each(|degree| starts[*degree as usize + 1] += 1);
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    let (mut order, mut place) = (vec![0u32; count], vec![0usize; count]);
    let mut next = starts.clone();
    for (node, degree) in left.iter().enumerate() {
        place[node] = next[*degree as usize];
        order[place[node]] = node as u32;
        next[*degree as usize] += 1;
    }
    for at in 0..count {
        let node = order[at];
        for other in rows.row(node) {
            let degree = left[*other as usize];
            if degree > left[node as usize] {
                // It changes places with the first of its degree, and is the last of the one below.
                let (from, to) = (place[*other as usize], starts[degree as usize].max(at + 1));
                let moved = order[to];
                order.swap(from, to);
                (place[moved as usize], place[*other as usize]) = (from, to);
                starts[degree as usize] = to + 1;
                left[*other as usize] -= 1;
            }
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyses::testing::{check, column, run};
    use crate::graph::sketch::{chain, sketch, star};

    #[test]
    fn a_triangle_is_a_core_of_two_and_its_tail_of_one() {
        let edges = ["a b", "b c", "c a", "c d", "a a", "b a", "f c", "d f"];
        let graph = sketch(&["a", "b", "c", "d", "e", "f"], &edges);
        let table = run::<Core>("{}", graph).unwrap();
        check(&column(&table, "core"), &[2.0, 2.0, 2.0, 2.0, 0.0, 2.0]);
        for graph in [chain(1_000_000), star(1_000_000)] {
            let table = run::<Core>("{}", graph).unwrap();
            assert!(column(&table, "core").iter().all(|core| *core == 1.0));
        }
    }
}
