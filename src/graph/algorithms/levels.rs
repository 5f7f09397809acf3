//! Topological levels: how many steps deep a node lies.

use super::{Adjacency, Direction, strong_components};
use crate::graph::Graph;

/// Returns the level of each node: the most edges between strong components on a way to it.
///
/// Nodes that nothing outside their own component leads to are on level 0; an edge between two
/// components leads to a higher level, and the nodes of a cycle share theirs. Linear in nodes and
/// edges (Kahn, Topological sorting of large networks, 1962, over strong components).
pub fn levels(graph: &Graph) -> Vec<u32> {
    let rows = Adjacency::of(graph, Direction::Out);
    let parts = strong_components(graph);
    let members = parts.members();
    let mut open = vec![0u32; parts.count()];
    for edge in graph.edges() {
        let target = parts.of(edge.target().index().0);
        open[target as usize] += u32::from(parts.of(edge.source().index().0) != target);
    }
    let mut level = vec![0; parts.count()];
    let all = 0..parts.count() as u32;
    let mut ready: Vec<u32> = all.filter(|part| open[*part as usize] == 0).collect();
    while let Some(part) = ready.pop() {
        let below = level[part as usize] + 1;
        for node in &members[part as usize] {
            for target in rows.row(*node).iter().map(|target| parts.of(*target)) {
                if target != part {
                    let at = target as usize;
                    level[at] = below.max(level[at]);
                    open[at] -= 1;
                    if open[at] == 0 {
                        ready.push(target);
                    }
                }
            }
        }
    }
    parts.numbers().iter().map(|part| level[*part as usize]).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{chain, rows, sketch};

    #[test]
    fn a_level_is_the_longest_way_and_a_cycle_is_on_one() {
        let edges = ["a b", "b c", "a c", "c d", "d c", "d e", "e e", "a b x #e"];
        let graph = sketch(&["a", "b", "c", "d", "e", "f"], &edges);
        assert_eq!(levels(&graph), [0, 1, 2, 2, 3, 0]);
    }

    #[test]
    fn a_chain_of_a_million_has_a_million_levels() {
        let levels = levels(&chain(1_000_000));
        assert!((0..).zip(&levels).all(|(node, level)| node == *level));
    }

    proptest! {
        #[test]
        fn edges_between_components_rise_and_none_rises_without_need((rows, _) in rows()) {
            let graph = rows.graph();
            let (levels, parts) = (levels(&graph), strong_components(&graph));
            let mut lowest = vec![0; parts.count()];
            for edge in graph.edges() {
                let (a, b) = (edge.source().index().0, edge.target().index().0);
                if parts.of(a) != parts.of(b) {
                    prop_assert!(levels[a as usize] < levels[b as usize]);
                    let lowest = &mut lowest[parts.of(b) as usize];
                    *lowest = (levels[a as usize] + 1).max(*lowest);
                } else {
                    prop_assert_eq!(levels[a as usize], levels[b as usize]);
                }
            }
            for (node, level) in (0..).zip(&levels) {
                prop_assert_eq!(*level, lowest[parts.of(node) as usize]);
            }
        }
    }
}
