//! What a graph falls apart without: bridges and articulation points.

use super::{Adjacency, Direction};
use crate::graph::{Bits, Graph};

/// The edges and nodes that each hold a component together, whichever way edges point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cuts {
    /// For each edge, whether its two ends are joined by nothing else. One of several parallel
    /// edges never is, nor is a loop.
    pub bridges: Bits,
    /// For each node, whether its component falls apart without it.
    pub articulation_points: Bits,
}

/// Finds bridges and articulation points. Linear in nodes and edges (Hopcroft and Tarjan, Efficient
/// algorithms for graph manipulation, 1973).
pub fn cuts(graph: &Graph) -> Cuts {
    const UNSEEN: u32 = u32::MAX;
    /// Stands for the edge by which a root was reached.
    const NO_EDGE: u32 = u32::MAX;
    let rows = Adjacency::of(graph, Direction::Both);
    let count = rows.node_count();
    let mut bridges = Bits::all(graph.edge_count(), false);
    let mut points = Bits::all(count, false);
    let (mut seen_at, mut lowest) = (vec![UNSEEN; count], vec![0; count]);
    let (mut path, mut clock) = (Vec::new(), 0);
    for root in 0..count as u32 {
        if seen_at[root as usize] != UNSEEN {
            continue;
        }
        let mut root_branches = 0;
        (seen_at[root as usize], lowest[root as usize]) = (clock, clock);
        clock += 1;
        path.push((root, NO_EDGE, 0usize));
        while let Some((node, edge, at)) = path.last_mut() {
            let (node, edge) = (*node, *edge);
            if let Some(&other) = rows.row(node).get(*at) {
                let along = rows.edges(node)[*at];
                *at += 1;
                if along == edge {
                    continue;
                }
                if seen_at[other as usize] == UNSEEN {
                    (seen_at[other as usize], lowest[other as usize]) = (clock, clock);
                    clock += 1;
                    path.push((other, along, 0));
                } else {
                    lowest[node as usize] = lowest[node as usize].min(seen_at[other as usize]);
                }
                continue;
            }
            path.pop();
            let Some((before, ..)) = path.last() else { break };
            let (low, above) = (lowest[node as usize], *before as usize);
            lowest[above] = lowest[above].min(low);
            if low > seen_at[above] {
                bridges.set(edge as usize, true);
            }
            if *before == root {
                root_branches += 1;
            } else if low >= seen_at[above] {
                points.set(above, true);
            }
        }
        if root_branches > 1 {
            points.set(root as usize, true);
        }
    }
    Cuts { bridges, articulation_points: points }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{chain, rows, sketch, star};
    use crate::graph::weak_components;

    #[test]
    fn parallel_edges_and_loops_are_no_bridges() {
        let edges = ["a b", "c b", "c d", "c d x #e", "d d", "e f"];
        let graph = sketch(&["a", "b", "c", "d", "e", "f"], &edges);
        let Cuts { bridges, articulation_points } = cuts(&graph);
        let ids = |at: u32| graph.edges().nth(at as usize).unwrap().id();
        assert_eq!(bridges.ones().map(ids).collect::<Vec<_>>(), ["a->b", "c->b", "e->f"]);
        assert_eq!(articulation_points.ones().collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn chains_and_stars_of_a_million_are_no_stack_overflow() {
        let count = 1_000_000;
        for (graph, points) in [(chain(count), count - 2), (star(count), 1)] {
            let cuts = cuts(&graph);
            assert_eq!(cuts.bridges.ones().count(), count - 1);
            assert_eq!(cuts.articulation_points.ones().count(), points);
        }
    }

    proptest! {
        #[test]
        fn without_a_cut_there_are_more_components((rows, _) in rows()) {
            let graph = rows.graph();
            let (nodes, edges) = (graph.node_count(), graph.edge_count());
            let (whole, cuts) = (weak_components(&graph).count(), cuts(&graph));
            let all_but = |count: usize, left_out: usize| -> Bits {
                (0..count).map(|at| at != left_out).collect()
            };
            for edge in 0..edges {
                let rest = graph.select(&all_but(nodes, nodes), &all_but(edges, edge));
                prop_assert_eq!(cuts.bridges.get(edge), weak_components(&rest).count() > whole);
            }
            for node in 0..nodes {
                let rest = graph.select(&all_but(nodes, node), &all_but(edges, edges));
                let is_point = weak_components(&rest).count() > whole;
                prop_assert_eq!(cuts.articulation_points.get(node), is_point);
            }
        }
    }
}
