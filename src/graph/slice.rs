//! A small part of a graph, made without looking at the rest.

use super::{Attribute, Edges, Graph, LayerId, NONE, Nodes};

impl Graph {
    /// Returns the graph of some nodes and some edges between them, both rising. In the time of
    /// what it takes, not of the whole (but for a logarithm).
    ///
    /// It has only the layers and attributes that something in it has. A node whose partition is
    /// not among `nodes` is in none. An edge with an end that is not among `nodes` is left out.
    #[must_use]
    pub fn slice(&self, nodes: &[u32], edges: &[u32]) -> Graph {
        debug_assert!(nodes.is_sorted_by(|a, b| a < b) && edges.is_sorted_by(|a, b| a < b));
        let place = |node: u32| nodes.binary_search(&node).map_or(NONE, |at| at as u32);
        let ends = |edge: &u32| {
            let at = *edge as usize;
            (place(self.edges.source[at]), place(self.edges.target[at]))
        };
        let is_whole =
            |edge: &u32| matches!(ends(edge), (source, target) if source != NONE && target != NONE);
        let edges: Vec<u32> = edges.iter().copied().filter(is_whole).collect();
        let layers = self.layers_of(nodes, &edges);
        let layer = |layer: u32| layers.binary_search(&LayerId(layer)).map_or(NONE, |at| at as u32);
        let (from, of) = (&self.nodes, |column: &[u32], row: &u32| column[*row as usize]);
        let parent = |row: &u32| match of(&from.parent, row) {
            NONE => NONE,
            parent => place(parent),
        };
        Graph {
            layers: layers.iter().map(|layer| self.layer(*layer).clone()).collect(),
            nodes: Nodes {
                id: from.id.gather(nodes),
                label: from.label.gather(nodes),
                layer: nodes.iter().map(|row| layer(of(&from.layer, row))).collect(),
                parent: nodes.iter().map(parent).collect(),
                weight: nodes.iter().map(|row| from.weight[*row as usize]).collect(),
                comment: from.comment.gather(nodes),
                partition: from.partition.gather(nodes),
                attributes: some_of(&from.attributes, nodes),
            },
            edges: Edges {
                id: self.edges.id.gather(&edges),
                source: edges.iter().map(|edge| ends(edge).0).collect(),
                target: edges.iter().map(|edge| ends(edge).1).collect(),
                label: self.edges.label.gather(&edges),
                layer: edges.iter().map(|row| layer(of(&self.edges.layer, row))).collect(),
                weight: edges.iter().map(|row| self.edges.weight[*row as usize]).collect(),
                comment: self.edges.comment.gather(&edges),
                attributes: some_of(&self.edges.attributes, &edges),
            },
        }
    }

    /// Returns the layers that some of these nodes and edges have, rising.
    pub fn layers_of(&self, nodes: &[u32], edges: &[u32]) -> Vec<LayerId> {
        let of_nodes = nodes.iter().map(|row| self.nodes.layer[*row as usize]);
        let of_edges = edges.iter().map(|row| self.edges.layer[*row as usize]);
        let mut layers: Vec<u32> =
            of_nodes.chain(of_edges).filter(|layer| *layer != NONE).collect();
        layers.sort_unstable();
        layers.dedup();
        layers.into_iter().map(LayerId).collect()
    }
}

/// Returns the cells of some rows, without the columns that have none there.
fn some_of(columns: &[Attribute], rows: &[u32]) -> Vec<Attribute> {
    let has_some = |column: &&Attribute| rows.iter().any(|row| column.present.get(*row as usize));
    columns.iter().filter(has_some).map(|column| column.gather(rows)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::graph::sketch::{assert_whole, edge_words, node_words, rows, sketch};

    #[test]
    fn a_slice_has_only_what_is_in_it() {
        let nodes = ["a in p @ui", "b in p @db", "c @db", "p +"];
        let graph = sketch(&nodes, &["a b @calls", "b c @reads", "c a"]);
        let slice = graph.slice(&[0, 2], &[1, 2]);
        assert_whole(&slice);
        assert_eq!(node_words(&slice), ["a @ui", "c @db"]);
        assert_eq!(edge_words(&slice), ["c a"]);
        let slice = graph.slice(&[0, 1, 3], &[0]);
        assert_eq!(node_words(&slice), ["a in p @ui", "b in p @db", "p"]);
        let layers: Vec<&str> = slice.layers().iter().map(|layer| layer.id.as_str()).collect();
        assert_eq!(layers, ["calls", "db", "ui"]);
    }

    proptest! {
        #[test]
        fn the_slice_of_everything_is_the_graph((rows, _) in rows(), kept in any::<u8>()) {
            let graph = rows.graph();
            let (nodes, edges) = (graph.node_count() as u32, graph.edge_count() as u32);
            let all: Vec<u32> = (0..nodes).collect();
            let whole = graph.slice(&all, &(0..edges).collect::<Vec<_>>());
            prop_assert_eq!(node_words(&whole), node_words(&graph));
            prop_assert_eq!(edge_words(&whole), edge_words(&graph));
            let some: Vec<u32> = all.into_iter().filter(|at| kept >> at & 1 == 1).collect();
            let slice = graph.slice(&some, &(0..edges).collect::<Vec<_>>());
            assert_whole(&slice);
        }
    }
}
