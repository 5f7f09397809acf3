//! Components: nodes that can be reached from each other.

use super::{Adjacency, Direction, Grouping};
use crate::graph::Graph;

/// Groups the nodes that edges join, whichever way these point.
///
/// Almost linear in nodes and edges (Galler and Fischer, An improved equivalence algorithm, 1964).
pub fn weak_components(graph: &Graph) -> Grouping {
    let mut above: Vec<u32> = (0..graph.node_count() as u32).collect();
    for edge in graph.edges() {
        let source = top(&mut above, edge.source().index().0);
        let target = top(&mut above, edge.target().index().0);
        // The lower node stays on top, so that the result does not depend on the order of edges.
        let (low, high) = (source.min(target), source.max(target));
        above[high as usize] = low;
    }
    Grouping::of_marks((0..graph.node_count() as u32).map(|node| top(&mut above, node)).collect())
}

/// Returns what stands above all, and halves the way there.
fn top(above: &mut [u32], mut node: u32) -> u32 {
    while above[node as usize] != node {
        let up = above[above[node as usize] as usize];
        above[node as usize] = up;
        node = up;
    }
    node
}

/// Groups the nodes that can be reached from each other along edges.
///
/// Linear in nodes and edges (Tarjan, Depth-first search and linear graph algorithms, 1972).
pub fn strong_components(graph: &Graph) -> Grouping {
    Adjacency::of(graph, Direction::Out).strong_components()
}

impl Adjacency {
    /// Does as [`strong_components`] for steps from node to node.
    pub(crate) fn strong_components(&self) -> Grouping {
        const UNSEEN: u32 = u32::MAX;
        let rows = self;
        let count = rows.node_count();
        let mut mark = vec![0; count];
        let mut is_open = vec![false; count];
        let mut seen_at = vec![UNSEEN; count];
        let mut lowest = vec![0; count];
        let mut next: Vec<usize> = (0..count as u32).map(|node| rows.range(node).start).collect();
        let (mut open, mut path, mut clock) = (Vec::new(), Vec::new(), 0);
        for root in 0..count as u32 {
            if seen_at[root as usize] != UNSEEN {
                continue;
            }
            path.push(root);
            while let Some(&node) = path.last() {
                let (at, range) = (node as usize, rows.range(node));
                if seen_at[at] == UNSEEN {
                    (seen_at[at], lowest[at], is_open[at]) = (clock, clock, true);
                    clock += 1;
                    open.push(node);
                }
                let target = rows.row(node).get(next[at] - range.start).copied();
                if let Some(target) = target {
                    next[at] += 1;
                    if seen_at[target as usize] == UNSEEN {
                        path.push(target);
                    } else if is_open[target as usize] {
                        lowest[at] = lowest[at].min(seen_at[target as usize]);
                    }
                    continue;
                }
                path.pop();
                if let Some(&before) = path.last() {
                    lowest[before as usize] = lowest[before as usize].min(lowest[at]);
                }
                if lowest[at] == seen_at[at] {
                    while let Some(member) = open.pop() {
                        is_open[member as usize] = false;
                        mark[member as usize] = node;
                        if member == node {
                            break;
                        }
                    }
                }
            }
        }
        Grouping::of_marks(mark)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{chain, rows, sketch, star};
    use crate::graph::{NodeId, reach};

    #[test]
    fn components_are_told_apart() {
        let edges = ["a b", "b a", "b c", "c d", "d c", "d d", "x y"];
        let graph = sketch(&["a", "b", "c", "d", "x", "y", "z"], &edges);
        assert_eq!(weak_components(&graph).numbers(), [0, 0, 0, 0, 1, 1, 2]);
        assert_eq!(strong_components(&graph).numbers(), [0, 0, 1, 1, 2, 3, 4]);
    }

    #[test]
    fn chains_and_stars_of_a_million_are_no_stack_overflow() {
        let count = 1_000_000;
        for graph in [chain(count), star(count)] {
            assert_eq!(weak_components(&graph).count(), 1);
            assert_eq!(strong_components(&graph).count(), count);
        }
    }

    proptest! {
        #[test]
        fn a_component_is_what_reaches_each_other((rows, _) in rows()) {
            let graph = rows.graph();
            let (weak, strong) = (weak_components(&graph), strong_components(&graph));
            let reached = |direction| -> Vec<Vec<bool>> {
                let from = |node| reach(&graph, &[NodeId(node)], direction, None);
                let all = (0..graph.node_count() as u32).map(from);
                all.map(|row| row.iter().map(Option::is_some).collect()).collect()
            };
            let (out, both) = (reached(Direction::Out), reached(Direction::Both));
            for a in 0..graph.node_count() {
                for b in 0..graph.node_count() {
                    let (x, y) = (a as u32, b as u32);
                    prop_assert_eq!(weak.of(x) == weak.of(y), both[a][b]);
                    prop_assert_eq!(strong.of(x) == strong.of(y), out[a][b] && out[b][a]);
                }
            }
        }
    }
}
