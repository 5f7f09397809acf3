//! Which edges leave and reach each node, as compact rows.

use std::ops::Range;

use super::{EdgeId, Graph, NodeId};

/// The edges of each node of a graph, both ways; parallel edges and loops are in it as often as
/// they are in the graph.
#[derive(Debug, Clone)]
pub struct Links<'g> {
    graph: &'g Graph,
    /// Where the edges that leave each node start among all edges, which lie in order of their
    /// sources; one more at the end.
    leaving: Vec<u32>,
    /// Where those that reach each node start in `reaching`; one more at the end.
    starts: Vec<u32>,
    /// Edges in order of their targets, then as they lie.
    reaching: Vec<u32>,
}

impl<'g> Links<'g> {
    /// Reads the edges off a graph; linear in nodes and edges.
    pub fn of(graph: &'g Graph) -> Links<'g> {
        let (nodes, edges) = (graph.node_count(), &graph.edges);
        let counted = |ends: &[u32]| {
            let mut starts = vec![0u32; nodes + 1];
            ends.iter().for_each(|end| starts[*end as usize + 1] += 1);
            for at in 1..starts.len() {
                starts[at] += starts[at - 1];
            }
            starts
        };
        let (leaving, starts) = (counted(&edges.source), counted(&edges.target));
        let mut next = starts.clone();
        let mut reaching = vec![0u32; edges.target.len()];
        for (edge, target) in (0u32..).zip(&edges.target) {
            let place = &mut next[*target as usize];
            reaching[*place as usize] = edge;
            *place += 1;
        }
        Links { graph, leaving, starts, reaching }
    }

    /// Returns the edges that leave a node, in order of their targets and ids.
    pub fn leaving(&self, node: NodeId) -> impl ExactSizeIterator<Item = EdgeId> + use<'g> {
        self.leaving_range(node).map(EdgeId)
    }

    /// Returns the edges that reach a node, in order of their sources and ids.
    pub fn reaching(&self, node: NodeId) -> impl ExactSizeIterator<Item = EdgeId> + '_ {
        let range =
            self.starts[node.0 as usize] as usize..self.starts[node.0 as usize + 1] as usize;
        self.reaching[range].iter().map(|edge| EdgeId(*edge))
    }

    /// Returns the nodes that edges lead to from a node; one as often as there are edges.
    pub fn targets(&self, node: NodeId) -> impl ExactSizeIterator<Item = NodeId> + use<'g> {
        let range = self.leaving_range(node);
        let edges = &self.graph.edges.target[range.start as usize..range.end as usize];
        edges.iter().map(|target| NodeId(*target))
    }

    /// Returns the nodes that edges come from to a node; one as often as there are edges.
    pub fn sources(&self, node: NodeId) -> impl ExactSizeIterator<Item = NodeId> + '_ {
        self.reaching(node).map(|edge| NodeId(self.graph.edges.source[edge.0 as usize]))
    }

    /// Returns the number of edges that leave a node.
    pub fn out_degree(&self, node: NodeId) -> usize {
        self.leaving_range(node).len()
    }

    /// Returns the number of edges that reach a node.
    pub fn in_degree(&self, node: NodeId) -> usize {
        (self.starts[node.0 as usize + 1] - self.starts[node.0 as usize]) as usize
    }

    fn leaving_range(&self, node: NodeId) -> Range<u32> {
        self.leaving[node.0 as usize]..self.leaving[node.0 as usize + 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::sketch::sketch;

    #[test]
    fn every_edge_is_at_both_its_ends() {
        let graph = sketch(&["a", "b", "c"], &["a b", "a b x #e", "b a", "c c", "a c"]);
        let links = Links::of(&graph);
        let ids = |edges: &mut dyn Iterator<Item = EdgeId>| -> Vec<&str> {
            edges.map(|edge| graph.edge(edge).id()).collect()
        };
        assert_eq!(ids(&mut links.leaving(NodeId(0))), ["a->b", "e", "a->c"]);
        assert_eq!(ids(&mut links.reaching(NodeId(2))), ["a->c", "c->c"]);
        assert_eq!(links.targets(NodeId(0)).collect::<Vec<_>>(), [NodeId(1), NodeId(1), NodeId(2)]);
        assert_eq!(links.sources(NodeId(1)).collect::<Vec<_>>(), [NodeId(0), NodeId(0)]);
        assert_eq!((links.out_degree(NodeId(2)), links.in_degree(NodeId(2))), (1, 2));
    }
}
