//! A graph with one column changed: what transforms do that leave nodes and edges as they are.

use std::collections::BTreeSet;

use super::{Attribute, Color, Graph, Layer, NONE, TextColumn};

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

    /// Returns the same graph with other comments of nodes, one for each node in order.
    #[must_use]
    pub fn with_node_comments(mut self, comments: TextColumn) -> Graph {
        debug_assert_eq!(comments.len(), self.node_count());
        self.nodes.comment = comments;
        self
    }

    /// Returns the same graph with other comments of edges, one for each edge in order.
    #[must_use]
    pub fn with_edge_comments(mut self, comments: TextColumn) -> Graph {
        debug_assert_eq!(comments.len(), self.edge_count());
        self.edges.comment = comments;
        self
    }

    /// Returns the same graph with other weights of nodes, which are finite, one for each in order.
    #[must_use]
    pub fn with_node_weights(mut self, weights: impl IntoIterator<Item = f64>) -> Graph {
        self.nodes.weight = weights.into_iter().map(|weight| weight + 0.0).collect();
        debug_assert_eq!(self.nodes.weight.len(), self.node_count());
        self
    }

    /// Returns the same graph with other weights of edges, which are finite, one for each in order.
    #[must_use]
    pub fn with_edge_weights(mut self, weights: impl IntoIterator<Item = f64>) -> Graph {
        self.edges.weight = weights.into_iter().map(|weight| weight + 0.0).collect();
        debug_assert_eq!(self.edges.weight.len(), self.edge_count());
        self
    }

    /// Returns the same graph with other layers of nodes, by their ids: one for each node in order,
    /// empty for none. Layers that are not there are made.
    #[must_use]
    pub fn with_node_layers(mut self, ids: &TextColumn) -> Graph {
        debug_assert_eq!(ids.len(), self.node_count());
        self.nodes.layer = self.layers_named(ids);
        self
    }

    /// Returns the same graph with other layers of edges, as [`Graph::with_node_layers`] does it.
    #[must_use]
    pub fn with_edge_layers(mut self, ids: &TextColumn) -> Graph {
        debug_assert_eq!(ids.len(), self.edge_count());
        self.edges.layer = self.layers_named(ids);
        self
    }

    /// Returns the places of layers, and makes those that are not there.
    fn layers_named(&mut self, ids: &TextColumn) -> Vec<u32> {
        let place = |layers: &[Layer], id: &str| {
            layers.binary_search_by(|layer| layer.id.as_str().cmp(id)).map(|at| at as u32)
        };
        let named: BTreeSet<&str> = ids.iter().filter(|id| !id.is_empty()).collect();
        let is_new = |id: &&&str| place(&self.layers, id).is_err();
        let made: Vec<Layer> = named.iter().filter(is_new).map(|id| Layer::plain(id)).collect();
        if !made.is_empty() {
            let before: Vec<String> = self.layers.iter().map(|layer| layer.id.clone()).collect();
            self.layers.extend(made);
            self.layers.sort_by(|a, b| a.id.cmp(&b.id));
            let moved: Vec<u32> =
                before.iter().map(|id| place(&self.layers, id).unwrap_or(NONE)).collect();
            for layer in self.nodes.layer.iter_mut().chain(&mut self.edges.layer) {
                *layer = moved.get(*layer as usize).copied().unwrap_or(NONE);
            }
        }
        ids.iter().map(|id| place(&self.layers, id).unwrap_or(NONE)).collect()
    }

    /// Returns the same graph with these further columns of nodes and no others.
    #[must_use]
    pub fn with_node_attributes(mut self, mut attributes: Vec<Attribute>) -> Graph {
        debug_assert!(attributes.iter().all(|column| column.len() == self.node_count()));
        attributes.sort_by(|a, b| a.name.cmp(&b.name));
        self.nodes.attributes = attributes;
        self
    }

    /// Returns the same graph with these further columns of edges and no others.
    #[must_use]
    pub fn with_edge_attributes(mut self, mut attributes: Vec<Attribute>) -> Graph {
        debug_assert!(attributes.iter().all(|column| column.len() == self.edge_count()));
        attributes.sort_by(|a, b| a.name.cmp(&b.name));
        self.edges.attributes = attributes;
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
