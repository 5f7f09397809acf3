//! Transitive closure and reduction: every way as an edge, and no edge that other ways make
//! needless.

use super::reach::UNREACHED;
use super::{Adjacency, Direction, levels, strong_components};
use crate::graph::{Bits, Graph, NodeId};

/// Lists each node with each that a way of one edge or more leads to, in order of both; a node on a
/// cycle leads to itself. `None` if there are more than `most` such pairs.
///
/// In nodes × edges.
pub fn transitive_closure(graph: &Graph, most: usize) -> Option<Vec<(NodeId, NodeId)>> {
    let rows = Adjacency::of(graph, Direction::Out);
    let mut seen = vec![UNREACHED; rows.node_count()];
    let (mut pairs, mut found) = (Vec::new(), Vec::new());
    for start in 0..rows.node_count() as u32 {
        found.clear();
        let (mut node, mut next) = (start, 0);
        loop {
            for target in rows.row(node) {
                if seen[*target as usize] != start {
                    seen[*target as usize] = start;
                    found.push(*target);
                }
            }
            if pairs.len() + found.len() > most {
                return None;
            }
            let Some(after) = found.get(next) else { break };
            (node, next) = (*after, next + 1);
        }
        found.sort_unstable();
        pairs.extend(found.iter().map(|target| (NodeId(start), NodeId(*target))));
    }
    Some(pairs)
}

/// Tells for each edge whether the graph needs it for nodes to reach what they reach.
///
/// An edge is needless if another way leads around it, by way of a third strong component; edges
/// within a strong component all stay, as do parallel ones. For a graph without cycles this is
/// *the* reduction (Aho, Garey and Ullman, The transitive reduction of a directed graph, 1972).
/// In components × edges at worst, and much less where edges span few levels.
pub fn transitive_reduction(graph: &Graph) -> Bits {
    let rows = Adjacency::of(graph, Direction::Out);
    let (parts, levels) = (strong_components(graph), levels(graph));
    let members = parts.members();
    let level = |part: u32| levels[members[part as usize][0] as usize];
    let mut needed = Bits::all(graph.edge_count(), true);
    let mut seen = vec![UNREACHED; parts.count()];
    let (mut ends, mut stack) = (Vec::new(), Vec::new());
    for start in 0..parts.count() as u32 {
        let edges_of = |part: u32| {
            let nodes = members[part as usize].iter();
            nodes.flat_map(|node| rows.row(*node).iter().zip(rows.edges(*node)))
        };
        ends.clear();
        ends.extend(edges_of(start).map(|(node, _)| parts.of(*node)).filter(|end| *end != start));
        ends.sort_unstable_by_key(|end| (level(*end), *end));
        ends.dedup();
        let Some(deepest) = ends.last().map(|end| level(*end)) else { continue };
        // Nearer ends first: what leads on from them makes an edge to a deeper one needless.
        let mut direct = Vec::with_capacity(ends.len());
        for end in &ends {
            if seen[*end as usize] == start {
                continue;
            }
            direct.push(*end);
            seen[*end as usize] = start;
            stack.push(*end);
            while let Some(part) = stack.pop() {
                for (node, _) in edges_of(part) {
                    let target = parts.of(*node);
                    if seen[target as usize] != start && level(target) <= deepest {
                        seen[target as usize] = start;
                        stack.push(target);
                    }
                }
            }
        }
        direct.sort_unstable();
        for (node, edge) in edges_of(start) {
            let end = parts.of(*node);
            if end != start && direct.binary_search(&end).is_err() {
                needed.set(*edge as usize, false);
            }
        }
    }
    needed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{chain, edge_words, rows, sketch};

    #[test]
    fn every_way_becomes_a_pair() {
        let graph = sketch(&["a", "b", "c", "d"], &["a b", "b c", "c b", "d d"]);
        let pairs = [(0, 1), (0, 2), (1, 1), (1, 2), (2, 1), (2, 2), (3, 3)];
        let expected = pairs.map(|(a, b)| (NodeId(a), NodeId(b)));
        assert_eq!(transitive_closure(&graph, 7), Some(expected.to_vec()));
        assert_eq!(transitive_closure(&graph, 6), None);
    }

    #[test]
    fn an_edge_that_a_longer_way_replaces_is_needless() {
        let edges = ["a b", "b c", "a c", "c d", "d c", "a d", "a b x #e", "c c"];
        let graph = sketch(&["a", "b", "c", "d"], &edges);
        let all = Bits::all(4, true);
        let left = edge_words(&graph.select(&all, &transitive_reduction(&graph)));
        assert_eq!(left, ["a b", "a b x #e", "b c", "c c", "c d", "d c"]);
    }

    #[test]
    fn a_chain_of_a_million_has_no_needless_edge() {
        assert_eq!(transitive_reduction(&chain(1_000_000)).ones().count(), 999_999);
    }

    proptest! {
        #[test]
        fn a_reduction_reaches_the_same_and_no_edge_less_would((rows, _) in rows()) {
            let graph = rows.graph();
            let needed = transitive_reduction(&graph);
            let nodes = Bits::all(graph.node_count(), true);
            let reduced = graph.select(&nodes, &needed);
            let closure = transitive_closure(&graph, 1000);
            prop_assert_eq!(transitive_closure(&reduced, 1000), closure.clone());
            let parts = strong_components(&reduced);
            for edge in reduced.edges() {
                let ends = |edge: crate::graph::Edge<'_>| {
                    (parts.of(edge.source().index().0), parts.of(edge.target().index().0))
                };
                let (source, target) = ends(edge);
                // Without all edges between these two components, less is reached.
                let rest: Bits = reduced.edges().map(|other| ends(other) != (source, target)).collect();
                let rest = transitive_closure(&reduced.select(&nodes, &rest), 1000);
                prop_assert!(source == target || rest != closure);
            }
        }
    }
}
