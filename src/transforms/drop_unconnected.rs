//! `drop_unconnected`: leaves out the nodes that no edge touches.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Bits, Graph};
use crate::step::{NamedData, NamedGraph, Transform};

/// The transform.
pub(crate) struct DropUnconnected;

/// Leaves out the nodes that are no edge's end. A node with an edge to itself stays.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "DropUnconnectedOptions")]
pub(crate) struct Options {
    /// What becomes of partitions that then hold no node. A partition that holds one, however
    /// deep inside, stays, and so does one that is itself the end of an edge.
    pub partitions: EmptyPartitions,
}

/// What becomes of empty partitions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EmptyPartitions {
    /// They are left out.
    #[default]
    Drop,
    /// They stay.
    Keep,
}

impl Transform for DropUnconnected {
    const KIND: &'static str = "drop_unconnected";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Leaves out the nodes that no edge touches";
    type Options = Options;

    fn transform(
        options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        _diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let keep = connected(&graph, options.partitions);
        if keep.count() == graph.node_count() {
            return Ok(Arc::unwrap_or_clone(graph));
        }
        Ok(graph.select(&keep, &Bits::all(graph.edge_count(), true)))
    }
}

/// Returns which nodes stay; linear, as no partition is climbed into twice.
fn connected(graph: &Graph, partitions: EmptyPartitions) -> Bits {
    let mut keep = Bits::all(graph.node_count(), false);
    for edge in graph.edges() {
        for end in [edge.source(), edge.target()] {
            let mut at = Some(end.index());
            while let Some(node) = at.filter(|node| !keep.get(node.0 as usize)) {
                keep.set(node.0 as usize, true);
                at = graph.node(node).parent();
            }
        }
    }
    if partitions == EmptyPartitions::Keep {
        for node in graph.nodes().filter(|node| node.is_partition()) {
            keep.set(node.index().0 as usize, true);
        }
    }
    keep
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{assert_whole, node_words, rows, sketch};

    fn dropped(graph: &Graph, partitions: EmptyPartitions) -> Graph {
        let graph = NamedGraph::new("g", graph.clone());
        let options = Options { partitions };
        DropUnconnected::transform(&options, graph, &[], &mut Diagnostics::default()).unwrap()
    }

    fn check(nodes: &[&str], edges: &[&str], partitions: EmptyPartitions, left: &[&str]) {
        assert_eq!(node_words(&dropped(&sketch(nodes, edges), partitions)), left);
    }

    #[test]
    fn nodes_without_edges_go_and_loops_count_as_edges() {
        check(&["a", "b", "c", "d"], &["a b", "d d"], EmptyPartitions::Drop, &["a", "b", "d"]);
    }

    #[test]
    fn partitions_left_empty_go_with_all_that_held_them() {
        let nodes = ["a in p", "b in q", "c in r", "p", "q", "r in s", "s", "t +"];
        let left = ["a in p", "b in q", "p", "q"];
        check(&nodes, &["a b"], EmptyPartitions::Drop, &left);
    }

    #[test]
    fn partitions_can_be_kept() {
        let nodes = ["a", "c in r", "r in s", "s", "t +"];
        let left = ["a", "r in s", "s", "t"];
        check(&nodes, &["a a"], EmptyPartitions::Keep, &left);
    }

    #[test]
    fn a_partition_that_an_edge_reaches_stays_without_its_members() {
        check(&["a", "b in p", "p"], &["a p"], EmptyPartitions::Drop, &["a", "p"]);
    }

    proptest! {
        #[test]
        fn doing_it_again_changes_nothing((rows, turned) in rows()) {
            for partitions in [EmptyPartitions::Drop, EmptyPartitions::Keep] {
                let result = dropped(&rows.graph(), partitions);
                assert_whole(&result);
                prop_assert_eq!(result.edge_count(), rows.graph().edge_count());
                prop_assert_eq!(&dropped(&result, partitions), &result);
                prop_assert_eq!(&result, &dropped(&turned.graph(), partitions));
            }
        }
    }
}
