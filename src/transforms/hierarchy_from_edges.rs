//! `hierarchy_from_edges`: what an edge reaches belongs to where the edge comes from.

use std::collections::VecDeque;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Graph, GraphBuilder, NodeId, NodeRow};
use crate::step::{NamedData, NamedGraph, Transform};

/// The transform.
pub(crate) struct HierarchyFromEdges;

/// Makes a hierarchy of edges, for trees such as mindmaps: each node belongs to the node that an
/// edge first reaches it from, on the shortest way from a node that no edge reaches.
///
/// Where several are as near, the first in order of ids counts; where edges go round without a
/// beginning, the first node does. The hierarchy there was is gone, and so are partitions that no
/// edge touches. Edges stay. A graph without edges stays as it is.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "HierarchyFromEdgesOptions")]
pub(crate) struct Options {}

impl Transform for HierarchyFromEdges {
    const KIND: &'static str = "hierarchy_from_edges";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Makes a hierarchy of edges: what they reach, under where from";
    type Options = Options;

    fn transform(
        _options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        if graph.edge_count() == 0 {
            return Ok(Arc::unwrap_or_clone(graph));
        }
        let parents = parents(&graph);
        let mut is_touched = vec![false; graph.node_count()];
        for edge in graph.edges() {
            is_touched[edge.source().index().0 as usize] = true;
            is_touched[edge.target().index().0 as usize] = true;
        }
        let mut builder = GraphBuilder::default();
        graph.layers().iter().for_each(|layer| builder.layer(layer.clone()));
        let mut rows = Vec::with_capacity(graph.node_count());
        let mut moved = vec![0; graph.node_count()];
        for node in graph.nodes() {
            let at = node.index().0 as usize;
            if node.is_partition() && !is_touched[at] {
                continue;
            }
            moved[at] = rows.len() as u32;
            rows.push(at as u32);
            let parent = parents[at].map(|parent| graph.node(parent).id());
            builder.node(NodeRow { parent, is_partition: false, ..node.into() });
        }
        for edge in graph.edges() {
            let [source, target] =
                [edge.source(), edge.target()].map(|end| moved[end.index().0 as usize]);
            builder.edge_between(source, target, edge.into());
        }
        for column in graph.node_attributes() {
            builder.node_attribute(column.gather(&rows));
        }
        graph.edge_attributes().iter().for_each(|column| builder.edge_attribute(column.clone()));
        super::finish(builder, diagnostics)
    }
}

/// Returns where each node is reached from first; linear in nodes and edges.
fn parents(graph: &Graph) -> Vec<Option<NodeId>> {
    let count = graph.node_count();
    let mut targets = vec![Vec::new(); count];
    let mut is_reached = vec![false; count];
    for edge in graph.edges() {
        let (source, target) = (edge.source().index(), edge.target().index());
        if source != target {
            targets[source.0 as usize].push(target);
            is_reached[target.0 as usize] = true;
        }
    }
    let all = || (0..count as u32).map(NodeId);
    let starts = all().filter(|node| !is_reached[node.0 as usize]);
    let mut is_seen = vec![false; count];
    let mut parents = vec![None; count];
    let mut rest: VecDeque<NodeId> = starts.collect();
    rest.iter().for_each(|node| is_seen[node.0 as usize] = true);
    let mut others = all();
    loop {
        while let Some(node) = rest.pop_front() {
            for target in &targets[node.0 as usize] {
                let at = target.0 as usize;
                if !std::mem::replace(&mut is_seen[at], true) {
                    parents[at] = Some(node);
                    rest.push_back(*target);
                }
            }
        }
        match others.find(|node| !is_seen[node.0 as usize]) {
            Some(node) => {
                is_seen[node.0 as usize] = true;
                rest.push_back(node);
            }
            None => return parents,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{assert_whole, edge_words, node_words, rows, sketch};

    fn done(graph: &Graph) -> Graph {
        let graph = NamedGraph::new("g", graph.clone());
        HierarchyFromEdges::transform(&Options {}, graph, &[], &mut Diagnostics::default()).unwrap()
    }

    fn check(nodes: &[&str], edges: &[&str], expected: &[&str]) {
        let graph = sketch(nodes, edges);
        let result = done(&graph);
        assert_eq!(node_words(&result), expected);
        assert_eq!(edge_words(&result), edge_words(&graph));
    }

    #[test]
    fn a_node_belongs_to_where_it_is_reached_from_first() {
        let nodes = ["a", "b", "c", "d", "z"];
        check(
            &nodes,
            &["a b", "b d", "a c", "c d", "d a", "z d"],
            &["a in d", "b in a", "c in a", "d in z", "z"],
        );
        check(&nodes, &["a b", "b d", "a c", "c d"], &["a", "b in a", "c in a", "d in b", "z"]);
    }

    #[test]
    fn a_round_begins_at_its_first_node() {
        check(&["a", "b", "c"], &["c a", "a b", "b c", "b b"], &["a", "b in a", "c in b"]);
    }

    #[test]
    fn partitions_that_no_edge_touches_go() {
        let nodes = ["a in p", "b in q", "p", "q in p"];
        check(&nodes, &["a q", "q b"], &["a", "b in q", "q in a"]);
        let graph = sketch(&nodes, &[]);
        assert_eq!(done(&graph), graph);
    }

    proptest! {
        #[test]
        fn the_result_is_whole((rows, turned) in rows()) {
            let result = done(&rows.graph());
            assert_whole(&result);
            prop_assert_eq!(result.edge_count(), rows.graph().edge_count());
            prop_assert_eq!(&result, &done(&turned.graph()));
        }
    }
}
