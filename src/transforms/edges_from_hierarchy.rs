//! `edges_from_hierarchy`: partitions become nodes, with an edge to each of their members.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{EdgeRow, Graph, GraphBuilder, NodeRow};
use crate::step::{NamedData, NamedGraph, Transform};

/// The transform.
pub(crate) struct EdgesFromHierarchy;

/// Makes plain nodes of partitions, and an edge from each to every member, in the layer of the
/// partition: a tree of what contains what.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "EdgesFromHierarchyOptions")]
pub(crate) struct Options {
    /// What becomes of the edges there were.
    pub edges: Edges,
}

/// What becomes of the edges there were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "EdgesFromHierarchyEdges")]
pub(crate) enum Edges {
    /// They are left out.
    #[default]
    Drop,
    /// They stay.
    Keep,
}

impl Transform for EdgesFromHierarchy {
    const KIND: &'static str = "edges_from_hierarchy";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Makes nodes of partitions, with an edge to each of their members";
    type Options = Options;

    fn transform(
        options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let mut builder = GraphBuilder::default();
        graph.layers().iter().for_each(|layer| builder.layer(layer.clone()));
        for node in graph.nodes() {
            builder.node(NodeRow { parent: None, is_partition: false, ..node.into() });
        }
        let mut rows = Vec::new();
        if options.edges == Edges::Keep {
            for edge in graph.edges() {
                let (source, target) = (edge.source().index().0, edge.target().index().0);
                builder.edge_between(source, target, edge.into());
                rows.push(edge.index().0);
            }
        }
        for node in graph.nodes() {
            let Some(parent) = node.parent() else { continue };
            let layer = NodeRow::from(graph.node(parent)).layer;
            let row = EdgeRow { layer, ..EdgeRow::default() };
            builder.edge_between(parent.0, node.index().0, row);
            rows.push(u32::MAX);
        }
        graph.node_attributes().iter().for_each(|column| builder.node_attribute(column.clone()));
        for column in graph.edge_attributes() {
            builder.edge_attribute(column.gather(&rows));
        }
        super::finish(builder, diagnostics)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{assert_whole, edge_words, node_words, rows, sketch};

    fn done(graph: &Graph, edges: Edges) -> Graph {
        let graph = NamedGraph::new("g", graph.clone());
        let options = Options { edges };
        EdgesFromHierarchy::transform(&options, graph, &[], &mut Diagnostics::default()).unwrap()
    }

    fn check(edges: Edges, expected: &[&str]) {
        let nodes = ["a in q @x", "b in p *2", "p @l", "q in p", "z", "e +"];
        let graph = done(&sketch(&nodes, &["a b calls *3", "p b #p->b"]), edges);
        assert_eq!(node_words(&graph), ["a @x", "b *2", "e", "p @l", "q", "z"]);
        assert_eq!(edge_words(&graph), expected);
        assert!(graph.nodes().all(|node| !node.is_partition()));
    }

    #[test]
    fn partitions_point_at_their_members() {
        check(Edges::Drop, &["p b @l", "p q @l", "q a"]);
    }

    #[test]
    fn other_edges_may_stay() {
        check(Edges::Keep, &["a b calls *3", "p b", "p b @l #p->b#2", "p q @l", "q a"]);
    }

    proptest! {
        #[test]
        fn there_are_as_many_edges_as_members((rows, turned) in rows()) {
            let graph = rows.graph();
            let result = done(&graph, Edges::Drop);
            assert_whole(&result);
            let members = graph.nodes().filter(|node| node.parent().is_some()).count();
            prop_assert_eq!(result.edge_count(), members);
            prop_assert_eq!(&result, &done(&turned.graph(), Edges::Drop));
        }
    }
}
