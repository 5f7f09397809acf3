//! The diagram: nodes, edges and layers, kept as columns.
//!
//! A [`Graph`] is directed; parallel edges and loops are allowed. It is made by a
//! [`GraphBuilder`] alone, which sorts it, so that the order of rows changes nothing: nodes and
//! layers by id, edges by source, target and id. Knows nothing of plans, steps or files.

mod algorithms;
mod builder;
mod canonical;
mod color;
mod column;
mod date;
mod difference;
mod hierarchy;
mod links;
pub(crate) mod natural;
#[cfg(test)]
pub(crate) mod sketch;
mod slice;
mod table;
mod union;
mod with;

pub use algorithms::{
    Adjacency, Cuts, CycleCut, CycleLimits, Cycles, Direction, Grouping, Strength, communities,
    cuts, cycles, levels, modularity, reach, strong_components, topological_order,
    transitive_closure, transitive_reduction, weak_components,
};
pub use builder::{Built, EdgeRow, GraphBuilder, GraphProblem, NodeRow, has_made_id};
pub use canonical::CanonicalError;
pub use color::Color;
pub use column::{Attribute, Bits, TextColumn, Type, Value, Values};
pub use date::Date;
pub use difference::{Change, Difference, FieldChange, How, Part};
pub use hierarchy::{Hierarchy, Visit};
pub use links::Links;
pub use table::{Table, TableProblem};
pub use union::UnionColumn;

use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Stands in a column of numbers for "none".
const NONE: u32 = u32::MAX;

/// A diagram.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Graph {
    layers: Vec<Layer>,
    nodes: Nodes,
    edges: Edges,
}

/// A node's place in a [`Graph`], counted from 0 in the order of ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// An edge's place in a [`Graph`], counted from 0 in the order of sources, targets and ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EdgeId(pub u32);

/// A layer's place in a [`Graph`], counted from 0 in the order of ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LayerId(pub u32);

/// What nodes and edges of one sort have in common, above all their look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layer {
    /// The id; unique in a graph.
    pub id: String,
    /// The name for people; the id unless given.
    pub label: String,
    /// The fill color.
    pub background: Option<Color>,
    /// The color of text.
    pub text: Option<Color>,
    /// The color of lines.
    pub border: Option<Color>,
    /// Further style attributes, such as `shape`.
    pub attributes: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Nodes {
    id: TextColumn,
    label: TextColumn,
    layer: Vec<u32>,
    parent: Vec<u32>,
    weight: Vec<f64>,
    comment: TextColumn,
    partition: Bits,
    attributes: Vec<Attribute>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Edges {
    id: TextColumn,
    source: Vec<u32>,
    target: Vec<u32>,
    label: TextColumn,
    layer: Vec<u32>,
    weight: Vec<f64>,
    comment: TextColumn,
    attributes: Vec<Attribute>,
}

/// A look at one node.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    graph: &'a Graph,
    at: u32,
}

/// A look at one edge.
#[derive(Clone, Copy)]
pub struct Edge<'a> {
    graph: &'a Graph,
    at: u32,
}

impl Graph {
    /// Returns the number of nodes, partitions included.
    pub fn node_count(&self) -> usize {
        self.nodes.id.len()
    }

    /// Returns the number of edges.
    pub fn edge_count(&self) -> usize {
        self.edges.id.len()
    }

    /// Returns the nodes in order of their ids.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = Node<'_>> + DoubleEndedIterator {
        (0..self.node_count() as u32).map(|at| Node { graph: self, at })
    }

    /// Returns the edges in order of source, target and id.
    pub fn edges(&self) -> impl ExactSizeIterator<Item = Edge<'_>> + DoubleEndedIterator {
        (0..self.edge_count() as u32).map(|at| Edge { graph: self, at })
    }

    /// Returns the layers in order of their ids.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Returns a node.
    ///
    /// The id must come from this graph.
    pub fn node(&self, node: NodeId) -> Node<'_> {
        debug_assert!((node.0 as usize) < self.node_count());
        Node { graph: self, at: node.0 }
    }

    /// Returns the node that users know by this id.
    pub fn find_node(&self, id: &str) -> Option<Node<'_>> {
        let (mut low, mut high) = (0, self.node_count());
        while low < high {
            let middle = low.midpoint(high);
            match self.nodes.id.get(middle).cmp(id) {
                Ordering::Equal => return Some(Node { graph: self, at: middle as u32 }),
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// Returns an edge.
    ///
    /// The id must come from this graph.
    pub fn edge(&self, edge: EdgeId) -> Edge<'_> {
        debug_assert!((edge.0 as usize) < self.edge_count());
        Edge { graph: self, at: edge.0 }
    }

    /// Returns a layer.
    ///
    /// The id must come from this graph.
    pub fn layer(&self, layer: LayerId) -> &Layer {
        &self.layers[layer.0 as usize]
    }

    /// Returns the further columns of nodes, in order of their names.
    pub fn node_attributes(&self) -> &[Attribute] {
        &self.nodes.attributes
    }

    /// Returns the further columns of edges, in order of their names.
    pub fn edge_attributes(&self) -> &[Attribute] {
        &self.edges.attributes
    }

    /// Returns the graph of the kept nodes and edges; layers stay.
    ///
    /// An edge goes with either of its ends. A node whose partition goes moves up to the nearest
    /// partition that stays.
    #[must_use]
    pub fn select(&self, keep_nodes: &Bits, keep_edges: &Bits) -> Graph {
        let rows: Vec<u32> = keep_nodes.ones().collect();
        let mut moved = vec![NONE; self.node_count()];
        for (to, from) in rows.iter().enumerate() {
            moved[*from as usize] = to as u32;
        }
        let edge_rows: Vec<u32> = keep_edges
            .ones()
            .filter(|edge| {
                let edge = *edge as usize;
                moved[self.edges.source[edge] as usize] != NONE
                    && moved[self.edges.target[edge] as usize] != NONE
            })
            .collect();
        let kept_parent = |node: u32| {
            let mut parent = self.nodes.parent[node as usize];
            while parent != NONE && moved[parent as usize] == NONE {
                parent = self.nodes.parent[parent as usize];
            }
            if parent == NONE { NONE } else { moved[parent as usize] }
        };
        let pick = |column: &[u32], rows: &[u32]| -> Vec<u32> {
            rows.iter().map(|row| column[*row as usize]).collect()
        };
        let weigh = |column: &[f64], rows: &[u32]| -> Vec<f64> {
            rows.iter().map(|row| column[*row as usize]).collect()
        };
        let nodes = &self.nodes;
        let edges = &self.edges;
        Graph {
            layers: self.layers.clone(),
            nodes: Nodes {
                id: nodes.id.gather(&rows),
                label: nodes.label.gather(&rows),
                layer: pick(&nodes.layer, &rows),
                parent: rows.iter().map(|node| kept_parent(*node)).collect(),
                weight: weigh(&nodes.weight, &rows),
                comment: nodes.comment.gather(&rows),
                partition: nodes.partition.gather(&rows),
                attributes: nodes.attributes.iter().map(|column| column.gather(&rows)).collect(),
            },
            edges: Edges {
                id: edges.id.gather(&edge_rows),
                source: edge_rows
                    .iter()
                    .map(|e| moved[edges.source[*e as usize] as usize])
                    .collect(),
                target: edge_rows
                    .iter()
                    .map(|e| moved[edges.target[*e as usize] as usize])
                    .collect(),
                label: edges.label.gather(&edge_rows),
                layer: pick(&edges.layer, &edge_rows),
                weight: weigh(&edges.weight, &edge_rows),
                comment: edges.comment.gather(&edge_rows),
                attributes: edges
                    .attributes
                    .iter()
                    .map(|column| column.gather(&edge_rows))
                    .collect(),
            },
        }
    }

    /// Returns how many bytes the graph takes in memory, spare room not counted.
    pub fn memory(&self) -> usize {
        let (nodes, edges) = (&self.nodes, &self.edges);
        let texts =
            [&nodes.id, &nodes.label, &nodes.comment, &edges.id, &edges.label, &edges.comment];
        let attributes = nodes.attributes.iter().chain(&edges.attributes);
        texts.iter().map(|column| column.memory()).sum::<usize>()
            + attributes.map(Attribute::memory).sum::<usize>()
            + self.node_count() * (4 + 4 + 8)
            + nodes.partition.len().div_ceil(8)
            + self.edge_count() * (4 + 4 + 4 + 8)
    }
}

impl<'a> Node<'a> {
    /// Returns its place in the graph.
    pub fn index(self) -> NodeId {
        NodeId(self.at)
    }

    /// Returns the id that users know it by.
    pub fn id(self) -> &'a str {
        self.graph.nodes.id.get(self.at as usize)
    }

    /// Returns the name for people.
    pub fn label(self) -> &'a str {
        self.graph.nodes.label.get(self.at as usize)
    }

    /// Returns its layer.
    pub fn layer(self) -> Option<LayerId> {
        some(self.graph.nodes.layer[self.at as usize]).map(LayerId)
    }

    /// Returns the partition that holds it.
    pub fn parent(self) -> Option<NodeId> {
        some(self.graph.nodes.parent[self.at as usize]).map(NodeId)
    }

    /// Returns its weight, 1 unless given.
    pub fn weight(self) -> f64 {
        self.graph.nodes.weight[self.at as usize]
    }

    /// Returns its comment, or an empty text.
    pub fn comment(self) -> &'a str {
        self.graph.nodes.comment.get(self.at as usize)
    }

    /// Returns whether it holds nodes, or is meant to.
    pub fn is_partition(self) -> bool {
        self.graph.nodes.partition.get(self.at as usize)
    }

    /// Returns its further values: the column's name and the cell.
    pub fn attributes(self) -> impl Iterator<Item = (&'a str, Value<'a>)> {
        let at = self.at as usize;
        self.graph.nodes.attributes.iter().map(move |column| (column.name.as_str(), column.get(at)))
    }
}

impl<'a> Edge<'a> {
    /// Returns its place in the graph.
    pub fn index(self) -> EdgeId {
        EdgeId(self.at)
    }

    /// Returns the id that users know it by.
    pub fn id(self) -> &'a str {
        self.graph.edges.id.get(self.at as usize)
    }

    /// Returns the node that it leaves.
    pub fn source(self) -> Node<'a> {
        Node { graph: self.graph, at: self.graph.edges.source[self.at as usize] }
    }

    /// Returns the node that it reaches.
    pub fn target(self) -> Node<'a> {
        Node { graph: self.graph, at: self.graph.edges.target[self.at as usize] }
    }

    /// Returns the name for people, or an empty text.
    pub fn label(self) -> &'a str {
        self.graph.edges.label.get(self.at as usize)
    }

    /// Returns its layer.
    pub fn layer(self) -> Option<LayerId> {
        some(self.graph.edges.layer[self.at as usize]).map(LayerId)
    }

    /// Returns its weight, 1 unless given.
    pub fn weight(self) -> f64 {
        self.graph.edges.weight[self.at as usize]
    }

    /// Returns its comment, or an empty text.
    pub fn comment(self) -> &'a str {
        self.graph.edges.comment.get(self.at as usize)
    }

    /// Returns its further values: the column's name and the cell.
    pub fn attributes(self) -> impl Iterator<Item = (&'a str, Value<'a>)> {
        let at = self.at as usize;
        self.graph.edges.attributes.iter().map(move |column| (column.name.as_str(), column.get(at)))
    }
}

impl Layer {
    /// Makes a layer without a look of its own.
    pub fn plain(id: &str) -> Layer {
        Layer { id: id.to_owned(), label: id.to_owned(), ..Layer::default() }
    }
}

fn some(number: u32) -> Option<u32> {
    (number != NONE).then_some(number)
}
