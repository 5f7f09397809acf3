//! Which part of a graph each item shows, and a digest of it.

use std::collections::HashMap;

use super::digests::Digests;
use super::items::Start;
use super::options::{FanOut, Hops, Slice};
use crate::digest::{Digest, Digester};
use crate::graph::{Direction, EdgeId, Graph, Hierarchy, Links, NodeId};

/// Finds the slices of one graph.
pub struct Slicer<'g> {
    graph: &'g Graph,
    slice: &'g Slice,
    hops: Hops,
    links: Links<'g>,
    hierarchy: Hierarchy,
    digests: &'g Digests,
    /// For a fan-out over layers: the nodes of each.
    by_layer: Vec<Vec<u32>>,
    /// For a fan-out over rows: the nodes that have some values.
    by_value: HashMap<String, Vec<u32>>,
    /// The digest of the whole graph.
    whole: Digest,
}

/// What finding a slice needs, used again for the next one.
pub struct Scratch {
    /// The number of the slice that last had each node.
    seen: Vec<u32>,
    number: u32,
    /// The nodes of the slice, rising.
    nodes: Vec<u32>,
    /// The edges of the slice, rising.
    edges: Vec<u32>,
    is_whole: bool,
}

impl Scratch {
    /// Makes room for the slices of a graph.
    pub fn of(graph: &Graph) -> Scratch {
        Scratch {
            seen: vec![0; graph.node_count()],
            number: 0,
            nodes: Vec::new(),
            edges: Vec::new(),
            is_whole: false,
        }
    }

    fn add(&mut self, node: NodeId) -> bool {
        let seen = &mut self.seen[node.0 as usize];
        let is_new = *seen != self.number;
        if is_new {
            *seen = self.number;
            self.nodes.push(node.0);
        }
        is_new
    }

    fn extend(&mut self, nodes: impl Iterator<Item = NodeId>) {
        for node in nodes {
            self.add(node);
        }
    }

    fn has(&self, node: NodeId) -> bool {
        self.seen[node.0 as usize] == self.number
    }
}

impl<'g> Slicer<'g> {
    /// Looks at a graph once; linear in it. `digest` is the graph's own, `digests` are its rows'.
    pub fn new(
        fan_out: &'g FanOut,
        graph: &'g Graph,
        digest: Digest,
        digests: &'g Digests,
        starts: &[Start],
    ) -> Slicer<'g> {
        let mut by_layer = Vec::new();
        if starts.iter().any(|start| matches!(start, Start::Layer(_))) {
            by_layer = vec![Vec::new(); graph.layers().len()];
            for node in graph.nodes() {
                if let Some(layer) = node.layer() {
                    by_layer[layer.0 as usize].push(node.index().0);
                }
            }
        }
        let by_value = super::items::nodes_by_value(fan_out, graph);
        Slicer {
            graph,
            slice: &fan_out.slice,
            hops: fan_out.hops(),
            links: Links::of(graph),
            hierarchy: Hierarchy::of(graph),
            digests,
            by_layer,
            by_value,
            whole: digest,
        }
    }

    /// Finds the slice of an item, in about the time of its size.
    pub fn find(&self, start: &Start, scratch: &mut Scratch) {
        scratch.nodes.clear();
        scratch.edges.clear();
        scratch.number += 1;
        scratch.is_whole = self.slice.whole || matches!(start, Start::Everything);
        if scratch.is_whole {
            return;
        }
        match start {
            Start::Node(node) => match self.graph.node(*node).parent() {
                Some(parent) if self.slice.partition => self.add_members(parent, scratch),
                _ => self.add_members(*node, scratch),
            },
            Start::Edge(edge) => {
                let edge = self.graph.edge(*edge);
                scratch.add(edge.source().index());
                scratch.add(edge.target().index());
            }
            Start::Layer(layer) => {
                let members = self.by_layer.get(layer.0 as usize);
                scratch.extend(members.into_iter().flatten().map(|node| NodeId(*node)));
            }
            Start::Value(value) => {
                let nodes = self.by_value.get(value);
                scratch.extend(nodes.into_iter().flatten().map(|node| NodeId(*node)));
            }
            Start::Everything => {}
        }
        self.spread(scratch);
        // Edges of partitions that are there only for what is in them are not shown.
        for at in 0..scratch.nodes.len() {
            let node = NodeId(scratch.nodes[at]);
            for (edge, target) in self.links.leaving(node).zip(self.links.targets(node)) {
                if scratch.has(target) {
                    scratch.edges.push(edge.0);
                }
            }
        }
        let shown = scratch.nodes.len();
        for at in 0..shown {
            let mut parent = self.graph.node(NodeId(scratch.nodes[at])).parent();
            while let Some(node) = parent.filter(|node| scratch.add(*node)) {
                parent = self.graph.node(node).parent();
            }
        }
        scratch.nodes.sort_unstable();
        scratch.edges.sort_unstable();
    }

    /// Returns the digest of all that the slice shows.
    pub fn digest(&self, scratch: &Scratch) -> Digest {
        if scratch.is_whole {
            return self.whole;
        }
        let mut digester = Digester::new("slice");
        digester.number(scratch.nodes.len() as u64).number(scratch.edges.len() as u64);
        for node in &scratch.nodes {
            digester.digest(self.digests.node(NodeId(*node)));
        }
        for edge in &scratch.edges {
            digester.digest(self.digests.edge(EdgeId(*edge)));
        }
        for layer in self.graph.layers_of(&scratch.nodes, &scratch.edges) {
            digester.digest(self.digests.layer(layer));
        }
        digester.finish()
    }

    /// Returns the slice as a graph of its own; `None` for the whole graph.
    pub fn graph(&self, scratch: &Scratch) -> Option<Graph> {
        (!scratch.is_whole).then(|| self.graph.slice(&scratch.nodes, &scratch.edges))
    }

    /// Adds a node with all that is in it.
    fn add_members(&self, node: NodeId, scratch: &mut Scratch) {
        let mut next = scratch.nodes.len();
        scratch.add(node);
        while let Some(node) = scratch.nodes.get(next) {
            next += 1;
            for child in self.hierarchy.children(NodeId(*node)) {
                scratch.add(*child);
            }
        }
    }

    /// Adds the nodes that are near enough.
    fn spread(&self, scratch: &mut Scratch) {
        let most = match self.hops {
            Hops::Most(most) => most,
            Hops::All => u32::MAX,
        };
        let mut next = 0;
        for _ in 0..most {
            let end = scratch.nodes.len();
            if next == end {
                break;
            }
            for at in next..end {
                let node = NodeId(scratch.nodes[at]);
                if self.slice.direction != Direction::In {
                    scratch.extend(self.links.targets(node));
                }
                if self.slice.direction != Direction::Out {
                    scratch.extend(self.links.sources(node));
                }
            }
            next = end;
        }
    }
}
