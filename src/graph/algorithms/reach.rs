//! What can be reached from some nodes, and how many edges away it is.

use super::{Adjacency, Direction};
use crate::graph::{Graph, NodeId};

/// Stands for the distance of what is not reached.
pub(super) const UNREACHED: u32 = u32::MAX;

/// Returns for each node the least number of edges on a way to it from some of these nodes, along
/// at most `hops` edges; `None` for what cannot be reached. Linear in nodes and edges.
pub fn reach(
    graph: &Graph,
    from: &[NodeId],
    direction: Direction,
    hops: Option<u32>,
) -> Vec<Option<u32>> {
    let rows = Adjacency::of(graph, direction);
    let found = rows.distances(from.iter().map(|node| node.0), hops.unwrap_or(UNREACHED));
    found.into_iter().map(|hops| (hops != UNREACHED).then_some(hops)).collect()
}

impl Adjacency {
    /// Returns the least number of steps to each node, breadth first (Moore, The shortest path
    /// through a maze, 1959).
    pub(super) fn distances(&self, from: impl Iterator<Item = u32>, most: u32) -> Vec<u32> {
        let mut distance = vec![UNREACHED; self.node_count()];
        let mut queue = Vec::new();
        for node in from {
            if distance[node as usize] == UNREACHED {
                distance[node as usize] = 0;
                queue.push(node);
            }
        }
        let mut next = 0;
        while let Some(&node) = queue.get(next) {
            next += 1;
            let hops = distance[node as usize];
            if hops == most {
                break;
            }
            for target in self.row(node) {
                if distance[*target as usize] == UNREACHED {
                    distance[*target as usize] = hops + 1;
                    queue.push(*target);
                }
            }
        }
        distance
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::sketch::{chain, sketch};

    #[test]
    fn distances_are_the_least_and_stop_where_told() {
        let graph = sketch(&["a", "b", "c", "d"], &["a b", "b c", "a c", "c a", "c c"]);
        let from = |node, direction, hops| reach(&graph, &[NodeId(node)], direction, hops);
        assert_eq!(from(0, Direction::Out, None), [Some(0), Some(1), Some(1), None]);
        assert_eq!(from(1, Direction::Out, None), [Some(2), Some(0), Some(1), None]);
        assert_eq!(from(1, Direction::Out, Some(1)), [None, Some(0), Some(1), None]);
        assert_eq!(from(1, Direction::In, None), [Some(1), Some(0), Some(2), None]);
        assert_eq!(from(1, Direction::Both, Some(0)), [None, Some(0), None, None]);
        let several = reach(&graph, &[NodeId(3), NodeId(1), NodeId(1)], Direction::Out, Some(1));
        assert_eq!(several, [None, Some(0), Some(1), Some(0)]);
        assert_eq!(reach(&graph, &[], Direction::Both, None), [None; 4]);
    }

    #[test]
    fn a_chain_of_a_million_is_gone_along() {
        let graph = chain(1_000_000);
        assert_eq!(reach(&graph, &[NodeId(0)], Direction::Out, None)[999_999], Some(999_999));
    }
}
