//! The neighbors of each node as compact rows: what walks over a graph read.

use super::Direction;
use crate::graph::{EdgeId, Graph, Links, NodeId};

/// For each node, where one step leads from it and along which edge, in order of the nodes that it
/// leads to.
///
/// Whichever way edges point, a loop is in the row of its node once, and an edge between two nodes
/// is in the rows of both.
#[derive(Debug, Clone)]
pub struct Adjacency {
    /// Where the row of each node starts; one more at the end.
    starts: Vec<u32>,
    nodes: Vec<u32>,
    edges: Vec<u32>,
}

impl Adjacency {
    /// Reads the rows off a graph; linear in nodes and edges.
    pub fn of(graph: &Graph, direction: Direction) -> Adjacency {
        let links = Links::of(graph);
        let all = || (0..graph.node_count() as u32).map(NodeId);
        let (goes_out, goes_in) = (direction != Direction::In, direction != Direction::Out);
        let mut starts = Vec::with_capacity(graph.node_count() + 1);
        let mut end = 0u32;
        starts.push(end);
        for node in all() {
            let loops = || links.targets(node).filter(|target| *target == node).count();
            end += if goes_out { links.out_degree(node) as u32 } else { 0 };
            end += if goes_in { links.in_degree(node) as u32 } else { 0 };
            end -= if goes_out && goes_in { loops() as u32 } else { 0 };
            starts.push(end);
        }
        let mut next = starts.clone();
        let (mut nodes, mut edges) = (vec![0; end as usize], vec![0; end as usize]);
        let mut put = |row: NodeId, node: NodeId, edge: EdgeId| {
            let place = &mut next[row.0 as usize];
            (nodes[*place as usize], edges[*place as usize]) = (node.0, edge.0);
            *place += 1;
        };
        // Each node is put into the rows of its neighbors in turn, which leaves every row sorted.
        for node in all() {
            if goes_in {
                for (edge, target) in links.leaving(node).zip(links.targets(node)) {
                    put(target, node, edge);
                }
            }
            if goes_out {
                for (edge, source) in links.reaching(node).zip(links.sources(node)) {
                    if !goes_in || source != node {
                        put(source, node, edge);
                    }
                }
            }
        }
        Adjacency { starts, nodes, edges }
    }

    /// Makes rows of steps, each from a node to a node along an edge, in the order given; linear.
    pub(crate) fn of_steps<S: Iterator<Item = (u32, u32, u32)>>(
        node_count: usize,
        steps: impl Fn() -> S,
    ) -> Adjacency {
        let mut starts = vec![0u32; node_count + 1];
        steps().for_each(|(from, ..)| starts[from as usize + 1] += 1);
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let end = starts[node_count] as usize;
        let (mut nodes, mut edges) = (vec![0; end], vec![0; end]);
        let mut next = starts.clone();
        for (from, to, edge) in steps() {
            let place = &mut next[from as usize];
            (nodes[*place as usize], edges[*place as usize]) = (to, edge);
            *place += 1;
        }
        Adjacency { starts, nodes, edges }
    }

    /// Reads off where one step leads to another node, each once however many edges go there; these
    /// rows have no loops. Their edges are the first between each two nodes.
    pub fn distinct(graph: &Graph, direction: Direction) -> Adjacency {
        Adjacency::of(graph, direction).kept(|a, b| a != b)
    }

    /// Keeps the steps from one node to another that a condition keeps, each once, along the first
    /// of their edges.
    pub(crate) fn kept(&self, keep: impl Fn(u32, u32) -> bool) -> Adjacency {
        let mut kept = Adjacency { starts: vec![0], nodes: Vec::new(), edges: Vec::new() };
        for node in 0..self.node_count() as u32 {
            let start = kept.nodes.len();
            for (other, edge) in self.row(node).iter().zip(self.edges(node)) {
                if keep(node, *other) && kept.nodes[start..].last() != Some(other) {
                    kept.nodes.push(*other);
                    kept.edges.push(*edge);
                }
            }
            kept.starts.push(kept.nodes.len() as u32);
        }
        kept
    }

    /// Returns the number of nodes.
    pub fn node_count(&self) -> usize {
        self.starts.len() - 1
    }

    /// Returns the length of all rows together.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Returns whether no step leads anywhere.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Returns where steps lead from a node, rising; a node as often as there are edges to it.
    pub fn row(&self, node: u32) -> &[u32] {
        &self.nodes[self.range(node)]
    }

    /// Returns along which edges they go, in the same order.
    pub fn edges(&self, node: u32) -> &[u32] {
        &self.edges[self.range(node)]
    }

    /// Returns the place in all rows together where that of a node lies.
    pub fn range(&self, node: u32) -> std::ops::Range<usize> {
        self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::sketch::sketch;

    #[test]
    fn rows_hold_neighbors_in_order_and_loops_once() {
        let graph = sketch(&["a", "b", "c"], &["b b", "c b", "b a", "a b", "a b x #e"]);
        let rows = |adjacency: &Adjacency| -> Vec<Vec<u32>> {
            (0..3).map(|node| adjacency.row(node).to_vec()).collect()
        };
        let of = |direction| rows(&Adjacency::of(&graph, direction));
        assert_eq!(of(Direction::Out), [vec![1, 1], vec![0, 1], vec![1]]);
        assert_eq!(of(Direction::In), [vec![1], vec![0, 0, 1, 2], vec![]]);
        assert_eq!(of(Direction::Both), [vec![1, 1, 1], vec![0, 0, 0, 1, 2], vec![1]]);
        assert_eq!(
            rows(&Adjacency::distinct(&graph, Direction::Both)),
            [vec![1], vec![0, 2], vec![1]]
        );
        let both = Adjacency::of(&graph, Direction::Both);
        for node in 0..3 {
            for (other, edge) in both.row(node).iter().zip(both.edges(node)) {
                let edge = graph.edge(EdgeId(*edge));
                let ends = [edge.source().index().0, edge.target().index().0];
                assert!(ends == [node, *other] || ends == [*other, node]);
            }
        }
        assert!(Adjacency::of(&sketch(&[], &[]), Direction::Both).is_empty());
    }
}
