//! Ids that a format cannot hold as they are, and what stands for them.

use std::collections::{BTreeMap, BTreeSet};

use super::substitutes::Substitutes;
use crate::graph::{Edge, EdgeId, Graph, LayerId, Node, NodeId};

/// What stands for the ids of nodes in a file.
#[derive(Debug, Default)]
pub(super) struct Ids(BTreeMap<NodeId, String>);

/// What stands for the ids of edges in a file.
#[derive(Debug, Default)]
pub(super) struct EdgeIds(BTreeMap<EdgeId, String>);

/// What stands for the ids of layers in a file.
#[derive(Debug, Default)]
pub(super) struct LayerIds(BTreeMap<LayerId, String>);

impl Ids {
    /// Finds the ids that a format cannot hold. `fit` returns one that it can, character for
    /// character; those that differ are counted.
    pub(super) fn of(
        graph: &Graph,
        fit: impl Fn(&str) -> Option<String>,
        substitutes: &mut Substitutes,
    ) -> Ids {
        let ids = changed_ids(graph, fit);
        for (node, id) in &ids {
            substitutes.compare(graph.node(*node).id(), id);
        }
        Ids(ids)
    }

    /// Returns the id of a node in the file.
    pub(super) fn get<'a>(&'a self, node: Node<'a>) -> &'a str {
        if self.0.is_empty() {
            return node.id();
        }
        self.0.get(&node.index()).map_or(node.id(), String::as_str)
    }
}

impl EdgeIds {
    /// Finds the ids that a format cannot hold, as [`Ids::of`] does.
    pub(super) fn of(
        graph: &Graph,
        fit: impl Fn(&str) -> Option<String>,
        substitutes: &mut Substitutes,
    ) -> EdgeIds {
        let ids = unlike(|| graph.edges().map(|edge| (edge.index(), edge.id())), fit);
        for (edge, id) in &ids {
            substitutes.compare(graph.edge(*edge).id(), id);
        }
        EdgeIds(ids)
    }

    /// Returns the id of an edge in the file.
    pub(super) fn get<'a>(&'a self, edge: Edge<'a>) -> &'a str {
        if self.0.is_empty() {
            return edge.id();
        }
        self.0.get(&edge.index()).map_or(edge.id(), String::as_str)
    }
}

impl LayerIds {
    /// Finds the ids that a format cannot hold, as [`Ids::of`] does.
    pub(super) fn of(
        graph: &Graph,
        fit: impl Fn(&str) -> Option<String>,
        substitutes: &mut Substitutes,
    ) -> LayerIds {
        let layers = || graph.layers().iter().zip(0..);
        let ids = unlike(|| layers().map(|(layer, at)| (LayerId(at), layer.id.as_str())), fit);
        for (layer, id) in &ids {
            substitutes.compare(&graph.layer(*layer).id, id);
        }
        LayerIds(ids)
    }

    /// Returns the id of a layer in the file.
    pub(super) fn get<'a>(&'a self, graph: &'a Graph, layer: LayerId) -> &'a str {
        self.0.get(&layer).map_or(&graph.layer(layer).id, String::as_str)
    }
}

/// Returns ids for the nodes whose own are not fit, each the node's alone: one that would equal
/// another gets `~2`, `~3` and so on after it.
pub(super) fn changed_ids(
    graph: &Graph,
    fit: impl Fn(&str) -> Option<String>,
) -> BTreeMap<NodeId, String> {
    unlike(|| graph.nodes().map(|node| (node.index(), node.id())), fit)
}

/// Returns ids for the rows whose own are not fit, each the row's alone.
fn unlike<'g, R: Ord, I: Iterator<Item = (R, &'g str)>>(
    rows: impl Fn() -> I,
    fit: impl Fn(&str) -> Option<String>,
) -> BTreeMap<R, String> {
    let odd: Vec<(R, String)> =
        rows().filter_map(|(row, id)| fit(id).map(|id| (row, id))).collect();
    if odd.is_empty() {
        return BTreeMap::new();
    }
    let mut taken: BTreeSet<String> = rows().map(|(_, id)| id.to_owned()).collect();
    let mut ids = BTreeMap::new();
    for (row, base) in odd {
        let mut id = base.clone();
        let mut count = 2;
        while !taken.insert(id.clone()) {
            id = format!("{base}~{count}");
            count += 1;
        }
        ids.insert(row, id);
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostics;
    use crate::graph::{EdgeRow, GraphBuilder, NodeRow};

    #[test]
    fn a_changed_id_of_an_edge_is_nobody_elses() {
        let mut builder = GraphBuilder::default();
        builder.node(NodeRow { id: "a", ..NodeRow::default() });
        for id in ["x\u{1}", "x\u{2401}", "y"] {
            let ends = EdgeRow { source: "a", target: "a", ..EdgeRow::default() };
            builder.edge(EdgeRow { id: Some(id), ..ends });
        }
        let graph = builder.finish().graph;
        let fit = |id: &str| Some(id.replace('\u{1}', "\u{2401}")).filter(|fit| fit != id);
        let ids = EdgeIds::of(&graph, fit, &mut Substitutes::default());
        let written: Vec<&str> = graph.edges().map(|edge| ids.get(edge)).collect();
        assert_eq!(written, ["x\u{2401}~2", "x\u{2401}", "y"]);
    }

    #[test]
    fn a_changed_id_is_nobody_elses() {
        let mut builder = GraphBuilder::default();
        for id in ["A", "a", "b", "a~2"] {
            builder.node(NodeRow { id, ..NodeRow::default() });
        }
        let graph = builder.finish().graph;
        let mut counted = Substitutes::default();
        let ids = Ids::of(&graph, |id| (id == "A").then(|| "a".to_owned()), &mut counted);
        let mut problems = Diagnostics::default();
        counted.tell("It", &graph, &mut problems);
        assert_eq!(problems.warnings, 1);
        let written: Vec<&str> = graph.nodes().map(|node| ids.get(node)).collect();
        assert_eq!(written, ["a~3", "a", "a~2", "b"]);
    }
}
