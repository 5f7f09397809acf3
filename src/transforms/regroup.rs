//! A graph with other partitions: nodes put into others, and new partitions around them.
//!
//! Knows which node belongs to which; why is the transforms' knowledge.

use std::collections::HashMap;

use super::finish;
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{Bits, Graph, GraphBuilder, NodeId, NodeRow, topological_order};

/// A graph whose hierarchy is being changed. Nodes have the places that they have in the graph,
/// and partitions that are made the places after them.
pub(super) struct Regroup<'g> {
    graph: &'g Graph,
    parents: Vec<Option<u32>>,
    partition: Bits,
    made: Vec<Made>,
    by_id: HashMap<String, u32>,
}

/// A partition that is made.
struct Made {
    id: String,
    label: String,
    layer: Option<String>,
}

impl<'g> Regroup<'g> {
    pub(super) fn of(graph: &'g Graph) -> Regroup<'g> {
        Regroup {
            graph,
            parents: graph.nodes().map(|node| node.parent().map(|parent| parent.0)).collect(),
            partition: graph.nodes().map(|node| node.is_partition()).collect(),
            made: Vec::new(),
            by_id: HashMap::new(),
        }
    }

    pub(super) fn set_parent(&mut self, node: u32, parent: Option<u32>) {
        self.parents[node as usize] = parent;
    }

    pub(super) fn set_partition(&mut self, node: u32, is_partition: bool) {
        self.partition.set(node as usize, is_partition);
    }

    /// Returns the partition with this id: one that there is, which stays where it is, or a new one
    /// in `parent`.
    ///
    /// # Errors
    ///
    /// A node that is no partition has the id.
    pub(super) fn partition(
        &mut self,
        id: &str,
        label: &str,
        layer: Option<&str>,
        parent: Option<u32>,
        diagnostics: &mut Diagnostics,
    ) -> Result<u32, Failed> {
        if let Some(node) = self.graph.find_node(id) {
            if node.is_partition() {
                return Ok(node.index().0);
            }
            let message = format!("the partition `{id}` cannot be made: a node has this id");
            let problem = Diagnostic::error("taken-id", message)
                .help("give `prefix` a text to stand before the ids of partitions");
            return Err(diagnostics.fail(problem));
        }
        if let Some(place) = self.by_id.get(id) {
            return Ok(*place);
        }
        let place = self.parents.len() as u32;
        self.by_id.insert(id.to_owned(), place);
        self.parents.push(parent);
        self.partition.push(true);
        let layer = layer.map(str::to_owned);
        self.made.push(Made { id: id.to_owned(), label: label.to_owned(), layer });
        Ok(place)
    }

    fn id(&self, place: u32) -> &str {
        match self.made.get((place as usize).wrapping_sub(self.graph.node_count())) {
            Some(made) => &made.id,
            None => self.graph.node(NodeId(place)).id(),
        }
    }

    /// Makes the graph.
    ///
    /// # Errors
    ///
    /// Partitions contain each other.
    pub(super) fn finish(self, diagnostics: &mut Diagnostics) -> Result<Graph, Failed> {
        let inside = (0..).zip(&self.parents).filter_map(|(node, parent)| Some((node, (*parent)?)));
        if let Err(cycle) = topological_order(self.parents.len(), inside) {
            let around =
                cycle.iter().chain(cycle.first()).map(|node| format!("`{}`", self.id(*node)));
            let names: Vec<String> = around.collect();
            let message = format!("partitions would contain each other: {}", names.join(" in "));
            return Err(diagnostics.fail(
                Diagnostic::error("partition-cycle", message)
                    .help("let one of them be in none, or in another"),
            ));
        }
        let graph = self.graph;
        let (count, made) = (graph.node_count(), self.made.len());
        let mut builder = GraphBuilder::default();
        builder.reserve(count + made, graph.edge_count());
        graph.layers().iter().for_each(|layer| builder.layer(layer.clone()));
        for layer in self.made.iter().filter_map(|made| made.layer.as_deref()) {
            add_layer(&mut builder, graph, layer);
        }
        for place in 0..(count + made) as u32 {
            let parent = self.parents[place as usize].map(|parent| self.id(parent));
            let is_partition = self.partition.get(place as usize);
            match self.made.get((place as usize).wrapping_sub(count)) {
                Some(Made { id, label, layer }) => builder.node(NodeRow {
                    id,
                    label: Some(label),
                    layer: layer.as_deref(),
                    parent,
                    is_partition,
                    ..NodeRow::default()
                }),
                None => {
                    let row = NodeRow::from(graph.node(NodeId(place)));
                    builder.node(NodeRow { parent, is_partition, ..row });
                }
            }
        }
        let rows: Vec<u32> = (0..(count + made) as u32).collect();
        for column in graph.node_attributes() {
            builder.node_attribute(column.gather(&rows));
        }
        for edge in graph.edges() {
            let (source, target) = (edge.source().index().0, edge.target().index().0);
            builder.edge_between(source, target, edge.into());
        }
        for column in graph.edge_attributes() {
            builder.edge_attribute(column.clone());
        }
        finish(builder, diagnostics)
    }
}

/// Adds a layer that a transform names, unless the graph has it. It may be added more than once.
pub(super) fn add_layer(builder: &mut GraphBuilder, graph: &Graph, id: &str) {
    if graph.layers().binary_search_by(|layer| layer.id.as_str().cmp(id)).is_err() {
        builder.replace_layer(crate::graph::Layer::plain(id));
    }
}
