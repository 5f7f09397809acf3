//! A graph with one column changed: what transforms do that leave nodes and edges as they are.

use super::{Attribute, Color, Graph, TextColumn};

impl Graph {
    /// Returns the same graph with other node labels, one for each node in order.
    #[must_use]
    pub fn with_node_labels(mut self, labels: TextColumn) -> Graph {
        debug_assert_eq!(labels.len(), self.node_count());
        self.nodes.label = labels;
        self
    }

    /// Returns the same graph with other edge labels, one for each edge in order.
    #[must_use]
    pub fn with_edge_labels(mut self, labels: TextColumn) -> Graph {
        debug_assert_eq!(labels.len(), self.edge_count());
        self.edges.label = labels;
        self
    }

    /// Returns the same graph with one weight, which is finite, for all nodes.
    #[must_use]
    pub fn with_node_weight(mut self, weight: f64) -> Graph {
        self.nodes.weight.fill(weight + 0.0);
        self
    }

    /// Returns the same graph with one weight, which is finite, for all edges.
    #[must_use]
    pub fn with_edge_weight(mut self, weight: f64) -> Graph {
        self.edges.weight.fill(weight + 0.0);
        self
    }

    /// Returns the same graph with the same colors for all layers.
    #[must_use]
    pub fn with_layer_colors(
        mut self,
        background: Option<Color>,
        text: Option<Color>,
        border: Option<Color>,
    ) -> Graph {
        for layer in &mut self.layers {
            (layer.background, layer.text, layer.border) = (background, text, border);
        }
        self
    }

    /// Returns the same graph with a further column of nodes, in place of one of the same name.
    #[must_use]
    pub fn with_node_attribute(mut self, attribute: Attribute) -> Graph {
        debug_assert_eq!(attribute.len(), self.node_count());
        put(&mut self.nodes.attributes, attribute);
        self
    }

    /// Returns the same graph with a further column of edges, in place of one of the same name.
    #[must_use]
    pub fn with_edge_attribute(mut self, attribute: Attribute) -> Graph {
        debug_assert_eq!(attribute.len(), self.edge_count());
        put(&mut self.edges.attributes, attribute);
        self
    }
}

/// Puts a column where its name belongs.
fn put(columns: &mut Vec<Attribute>, column: Attribute) {
    match columns.binary_search_by(|other| other.name.cmp(&column.name)) {
        Ok(at) => columns[at] = column,
        Err(at) => columns.insert(at, column),
    }
}
