//! A piece of a graph as a graph of its own, with stubs for what is elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::{Item, MOST_LEVELS};
use crate::graph::{Color, EdgeRow, Graph, GraphBuilder, Layer, LayerId, NodeId, NodeRow};

/// Makes graphs of pieces.
pub(super) struct Builder<'a> {
    graph: &'a Graph,
    /// The layer of stubs: an id that the graph does not have.
    elsewhere: String,
    /// Which nodes are drawn as they are: those marked with the current round.
    drawn: Vec<u32>,
    round: u32,
}

impl<'a> Builder<'a> {
    pub(super) fn new(graph: &'a Graph) -> Builder<'a> {
        let mut elsewhere = "elsewhere".to_owned();
        while graph.layers().iter().any(|layer| layer.id == elsewhere) {
            elsewhere.push('~');
        }
        Builder { graph, elsewhere, drawn: vec![0; graph.node_count()], round: 0 }
    }

    /// Makes the graph of a piece; `number` tells the number of the piece that a node is in.
    pub(super) fn build(
        &mut self,
        items: &[Item],
        number: &mut dyn FnMut(NodeId) -> usize,
    ) -> Graph {
        self.round += 1;
        let graph = self.graph;
        let mut nodes = Vec::new();
        for item in items {
            if let Item::Node(node) = item {
                self.draw(*node, &mut nodes);
            }
        }
        for item in items {
            if let Item::Node(node) = item {
                let mut above = graph.node(*node).parent();
                for _ in 0..MOST_LEVELS {
                    let Some(node) = above.filter(|node| !self.is_drawn(*node)) else { break };
                    self.draw(node, &mut nodes);
                    above = graph.node(node).parent();
                }
            }
        }
        let mut builder = GraphBuilder::default();
        let mut layers: BTreeSet<LayerId> = BTreeSet::new();
        for node in &nodes {
            let node = graph.node(*node);
            let parent = node.parent().filter(|parent| self.is_drawn(*parent));
            let parent = parent.map(|parent| graph.node(parent).id());
            builder.node(NodeRow { parent, ..node.into() });
            layers.extend(node.layer());
        }
        let mut stubs = BTreeMap::new();
        for item in items {
            if let Item::Edge(edge) = item {
                let edge = graph.edge(*edge);
                layers.extend(edge.layer());
                for end in [edge.source(), edge.target()] {
                    if !self.is_drawn(end.index()) {
                        stubs.insert(end.index(), end);
                    }
                }
            }
        }
        for stub in stubs.values() {
            let label = format!("{} (in {})", stub.label(), number(stub.index()));
            let (label, layer) = (Some(label.trim_start()), Some(self.elsewhere.as_str()));
            builder.node(NodeRow { id: stub.id(), label, layer, ..NodeRow::default() });
        }
        for item in items {
            if let Item::Edge(edge) = item {
                builder.edge(EdgeRow::from(graph.edge(*edge)));
            }
        }
        layers.into_iter().for_each(|layer| builder.layer(graph.layer(layer).clone()));
        if !stubs.is_empty() {
            let dashed = [("line".to_owned(), "dashed".to_owned())];
            let attributes = dashed.into_iter().collect();
            builder.layer(Layer {
                border: Color::parse("#94a3b8"),
                attributes,
                ..Layer::plain(&self.elsewhere)
            });
        }
        builder.finish().graph
    }

    fn draw(&mut self, node: NodeId, nodes: &mut Vec<NodeId>) {
        self.drawn[node.0 as usize] = self.round;
        nodes.push(node);
    }

    fn is_drawn(&self, node: NodeId) -> bool {
        self.drawn[node.0 as usize] == self.round
    }
}
