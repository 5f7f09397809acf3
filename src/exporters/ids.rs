//! Ids that a format cannot hold as they are, and what stands for them.

use std::collections::{BTreeMap, BTreeSet};

use super::substitutes::Substitutes;
use crate::graph::{Graph, Node, NodeId};

/// What stands for the ids of nodes in a file.
#[derive(Debug, Default)]
pub(super) struct Ids(BTreeMap<NodeId, String>);

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

/// Returns ids for the nodes whose own are not fit, each the node's alone: one that would equal
/// another gets `~2`, `~3` and so on after it.
pub(super) fn changed_ids(
    graph: &Graph,
    fit: impl Fn(&str) -> Option<String>,
) -> BTreeMap<NodeId, String> {
    let odd: Vec<(NodeId, String)> =
        graph.nodes().filter_map(|node| fit(node.id()).map(|id| (node.index(), id))).collect();
    if odd.is_empty() {
        return BTreeMap::new();
    }
    let mut taken: BTreeSet<String> = graph.nodes().map(|node| node.id().to_owned()).collect();
    let mut ids = BTreeMap::new();
    for (node, base) in odd {
        let mut id = base.clone();
        let mut count = 2;
        while !taken.insert(id.clone()) {
            id = format!("{base}~{count}");
            count += 1;
        }
        ids.insert(node, id);
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostics;
    use crate::graph::{GraphBuilder, NodeRow};

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
