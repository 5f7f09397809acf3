//! Nodes and edges, as tables hold them.

use crate::graph::{Edge, Node};

/// One node, as a table holds it.
#[derive(Debug, Clone, Copy)]
pub struct NodeRow<'a> {
    /// The id; must not be empty.
    pub id: &'a str,
    /// The name for people; the id if absent.
    pub label: Option<&'a str>,
    /// The id of its layer.
    pub layer: Option<&'a str>,
    /// The id of the partition that holds it.
    pub parent: Option<&'a str>,
    /// Whether it is a partition even if it holds nothing.
    pub is_partition: bool,
    /// Its weight; finite.
    pub weight: f64,
    /// A comment, or an empty text.
    pub comment: &'a str,
}

/// One edge, as a table holds it.
#[derive(Debug, Clone, Copy)]
pub struct EdgeRow<'a> {
    /// The id; made from the ends if absent.
    pub id: Option<&'a str>,
    /// The id of the node that it leaves.
    pub source: &'a str,
    /// The id of the node that it reaches.
    pub target: &'a str,
    /// The name for people, or an empty text.
    pub label: &'a str,
    /// The id of its layer.
    pub layer: Option<&'a str>,
    /// Its weight; finite.
    pub weight: f64,
    /// A comment, or an empty text.
    pub comment: &'a str,
}

impl Default for NodeRow<'_> {
    fn default() -> Self {
        NodeRow {
            id: "",
            label: None,
            layer: None,
            parent: None,
            is_partition: false,
            weight: 1.0,
            comment: "",
        }
    }
}

impl Default for EdgeRow<'_> {
    fn default() -> Self {
        EdgeRow {
            id: None,
            source: "",
            target: "",
            label: "",
            layer: None,
            weight: 1.0,
            comment: "",
        }
    }
}

impl<'a> From<Node<'a>> for NodeRow<'a> {
    fn from(node: Node<'a>) -> Self {
        NodeRow {
            id: node.id(),
            label: Some(node.label()),
            layer: node.layer().map(|layer| node.graph.layer(layer).id.as_str()),
            parent: node.parent().map(|parent| node.graph.node(parent).id()),
            is_partition: node.is_partition(),
            weight: node.weight(),
            comment: node.comment(),
        }
    }
}

impl<'a> From<Edge<'a>> for EdgeRow<'a> {
    fn from(edge: Edge<'a>) -> Self {
        EdgeRow {
            id: Some(edge.id()),
            source: edge.source().id(),
            target: edge.target().id(),
            label: edge.label(),
            layer: edge.layer().map(|layer| edge.graph.layer(layer).id.as_str()),
            weight: edge.weight(),
            comment: edge.comment(),
        }
    }
}
