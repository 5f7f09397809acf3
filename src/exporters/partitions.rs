//! What formats of diagrams ask about partitions beside who contains whom.

use crate::graph::{Bits, Edge, Graph, Hierarchy, NodeId, Visit};

/// Returns the nodes that a diagram without nesting draws: those that are no partitions, the
/// empty partitions, and those that an edge ends at.
pub(super) fn drawn_flat(graph: &Graph, hierarchy: &Hierarchy) -> Bits {
    let mut drawn = Bits::all(graph.node_count(), true);
    for node in graph.nodes().filter(|node| node.is_partition()) {
        drawn.set(node.index().0 as usize, hierarchy.children(node.index()).is_empty());
    }
    for edge in graph.edges() {
        drawn.set(edge.source().index().0 as usize, true);
        drawn.set(edge.target().index().0 as usize, true);
    }
    drawn
}

/// Where partitions begin and end in a walk, to tell what is inside.
#[derive(Debug, Default)]
pub(super) struct Spans(Vec<(u32, u32)>);

impl Spans {
    /// Walks the hierarchy, if an edge ends at a partition at all; else nobody will ask.
    pub(super) fn of(graph: &Graph, hierarchy: &Hierarchy) -> Spans {
        if !graph.edges().any(ends_at_partition) {
            return Spans::default();
        }
        let mut spans = vec![(0, 0); graph.node_count()];
        let mut clock = 0;
        hierarchy.walk(graph, |visit, _| {
            clock += 1;
            match visit {
                Visit::Enter(node) => spans[node.0 as usize].0 = clock,
                Visit::Leaf(node) => spans[node.0 as usize] = (clock, clock),
                Visit::Leave(node) => spans[node.0 as usize].1 = clock,
            }
        });
        Spans(spans)
    }

    /// Returns whether a node is in a partition, or is the partition itself.
    pub(super) fn contains(&self, partition: NodeId, node: NodeId) -> bool {
        let span = |node: NodeId| self.0.get(node.0 as usize).copied().unwrap_or_default();
        let (outer, inner) = (span(partition), span(node));
        outer.0 <= inner.0 && inner.1 <= outer.1
    }

    /// Returns whether no edge ends at a partition.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Returns whether an edge leaves or reaches a partition.
pub(super) fn ends_at_partition(edge: Edge<'_>) -> bool {
    edge.source().is_partition() || edge.target().is_partition()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{EdgeRow, GraphBuilder, NodeRow};

    #[test]
    fn a_partition_contains_itself_and_what_is_in_it() {
        let mut builder = GraphBuilder::default();
        for (id, parent) in [("a", None), ("b", Some("a")), ("c", Some("b")), ("d", Some("a"))] {
            builder.node(NodeRow { id, parent, ..NodeRow::default() });
        }
        builder.edge(EdgeRow { source: "a", target: "b", ..EdgeRow::default() });
        let graph = builder.finish().graph;
        let hierarchy = Hierarchy::of(&graph);
        let spans = Spans::of(&graph, &hierarchy);
        let inside = |a, b| spans.contains(NodeId(a), NodeId(b));
        assert!(inside(0, 0) && inside(0, 2) && inside(1, 2));
        assert!(!inside(1, 0) && !inside(1, 3) && !inside(2, 1));
        assert_eq!(drawn_flat(&graph, &hierarchy).count(), 4);
    }
}
