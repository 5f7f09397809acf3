//! A digest of each row of a graph, and of each of its layers: of all that its slice shows of it.

use rayon::prelude::*;

use crate::digest::{Digest, Digester};
use crate::graph::{Edge, EdgeId, Graph, LayerId, Node, NodeId, Value};

/// How many rows one thread takes at once.
const CHUNK: usize = 4 << 10;

/// The digests of a graph's rows.
pub struct Digests {
    nodes: Vec<Digest>,
    edges: Vec<Digest>,
    layers: Vec<Digest>,
}

impl Digests {
    /// Digests every row, in parallel; linear in the graph.
    pub fn of(graph: &Graph) -> Digests {
        let nodes = 0..graph.node_count() as u32;
        let edges = 0..graph.edge_count() as u32;
        let nodes = nodes.into_par_iter().with_min_len(CHUNK);
        let edges = edges.into_par_iter().with_min_len(CHUNK);
        Digests {
            nodes: nodes.map(|at| of_node(graph, graph.node(NodeId(at)))).collect(),
            edges: edges.map(|at| of_edge(graph, graph.edge(EdgeId(at)))).collect(),
            layers: graph.layers().iter().map(of_layer).collect(),
        }
    }

    /// Returns the digest of a node: its fields, the ids of its layer and partition, its attributes.
    pub fn node(&self, node: NodeId) -> Digest {
        self.nodes[node.0 as usize]
    }

    /// Returns the digest of an edge: its fields, the ids of its ends and layer, its attributes.
    pub fn edge(&self, edge: EdgeId) -> Digest {
        self.edges[edge.0 as usize]
    }

    /// Returns the digest of a layer.
    pub fn layer(&self, layer: LayerId) -> Digest {
        self.layers[layer.0 as usize]
    }
}

fn of_node(graph: &Graph, node: Node<'_>) -> Digest {
    let mut digester = Digester::new("node");
    digester.bytes(node.id().as_bytes()).bytes(node.label().as_bytes());
    layer_id(&mut digester, graph, node.layer());
    match node.parent() {
        None => digester.number(0),
        Some(parent) => digester.number(1).bytes(graph.node(parent).id().as_bytes()),
    };
    digester.number(node.weight().to_bits()).bytes(node.comment().as_bytes());
    digester.number(u64::from(node.is_partition()));
    cells(&mut digester, node.attributes());
    digester.finish()
}

fn of_edge(graph: &Graph, edge: Edge<'_>) -> Digest {
    let mut digester = Digester::new("edge");
    digester.bytes(edge.id().as_bytes());
    digester.bytes(edge.source().id().as_bytes()).bytes(edge.target().id().as_bytes());
    digester.bytes(edge.label().as_bytes());
    layer_id(&mut digester, graph, edge.layer());
    digester.number(edge.weight().to_bits()).bytes(edge.comment().as_bytes());
    cells(&mut digester, edge.attributes());
    digester.finish()
}

fn of_layer(layer: &crate::graph::Layer) -> Digest {
    let mut digester = Digester::new("layer");
    digester.bytes(layer.id.as_bytes()).bytes(layer.label.as_bytes());
    for color in [layer.background, layer.text, layer.border] {
        digester.bytes(color.map(|color| color.to_string()).unwrap_or_default().as_bytes());
    }
    for (name, value) in &layer.attributes {
        digester.bytes(name.as_bytes()).bytes(value.as_bytes());
    }
    digester.finish()
}

fn layer_id(digester: &mut Digester, graph: &Graph, layer: Option<LayerId>) {
    match layer {
        None => digester.number(0),
        Some(layer) => digester.number(1).bytes(graph.layer(layer).id.as_bytes()),
    };
}

/// Adds the cells that have a value, each with its column's name and its type.
pub fn cells<'a>(digester: &mut Digester, cells: impl Iterator<Item = (&'a str, Value<'a>)>) {
    for (name, value) in cells {
        let kind = match value {
            Value::Null => continue,
            Value::Text(_) => 0,
            Value::Integer(_) => 1,
            Value::Number(_) => 2,
            Value::Boolean(_) => 3,
            Value::Date(_) => 4,
        };
        digester.bytes(name.as_bytes()).number(kind);
        match value {
            Value::Null => {}
            Value::Text(text) => drop(digester.bytes(text.as_bytes())),
            Value::Integer(number) => drop(digester.number(number as u64)),
            Value::Number(number) => drop(digester.number(number.to_bits())),
            Value::Boolean(truth) => drop(digester.number(u64::from(truth))),
            Value::Date(date) => drop(digester.number(i64::from(date.days()) as u64)),
        }
    }
}
