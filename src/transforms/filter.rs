//! `filter`: keeps the nodes and edges for which a condition holds.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::drop_unconnected::EmptyPartitions;
use crate::diagnostic::{Diagnostics, Failed};
use crate::expression::{EdgeCondition, NodeCondition};
use crate::graph::{Bits, Graph, Hierarchy, NodeId};
use crate::step::{NamedData, NamedGraph, Transform};

/// The transform.
pub(crate) struct Filter;

/// Keeps the nodes and edges for which a condition holds. Both conditions see the graph as it
/// was. An edge goes with either of its ends; what a partition held that goes moves up to the
/// nearest one that stays.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "FilterOptions")]
pub(crate) struct Options {
    /// Which nodes stay; all if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nodes: Option<NodeCondition>,
    /// Which edges stay; all if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edges: Option<EdgeCondition>,
    /// What becomes of partitions of which no member is left. One that is itself the end of an
    /// edge that stays, or that held nothing before, stays.
    pub empty_partitions: EmptyPartitions,
}

impl Transform for Filter {
    const KIND: &'static str = "filter";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Keeps the nodes and edges for which a condition holds";
    type Options = Options;

    fn transform(
        options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let nodes = match &options.nodes {
            Some(condition) => condition.select(&graph, diagnostics),
            None => Ok(Bits::all(graph.node_count(), true)),
        };
        let edges = match &options.edges {
            Some(condition) => condition.select(&graph, diagnostics),
            None => Ok(Bits::all(graph.edge_count(), true)),
        };
        // What is wrong with either is told together.
        let (mut nodes, edges) = (nodes?, edges?);
        if options.empty_partitions == EmptyPartitions::Drop && nodes.count() < nodes.len() {
            drop_emptied(&graph, &mut nodes, &edges);
        }
        if nodes.count() == nodes.len() && edges.count() == edges.len() {
            return Ok(Arc::unwrap_or_clone(graph));
        }
        Ok(graph.select(&nodes, &edges))
    }
}

/// Takes away partitions that held something and hold nothing any more; linear.
fn drop_emptied(graph: &Graph, nodes: &mut Bits, edges: &Bits) {
    let mut is_end = Bits::all(graph.node_count(), false);
    for edge in graph.edges().filter(|edge| edges.get(edge.index().0 as usize)) {
        let ends = [edge.source().index(), edge.target().index()];
        if ends.iter().all(|end| nodes.get(end.0 as usize)) {
            ends.iter().for_each(|end| is_end.set(end.0 as usize, true));
        }
    }
    let hierarchy = Hierarchy::of(graph);
    let mut order: Vec<NodeId> = hierarchy.roots().to_vec();
    let mut at = 0;
    while let Some(node) = order.get(at) {
        order.extend(hierarchy.children(*node));
        at += 1;
    }
    // Whether a node stays, or something in it does.
    let mut is_left = Bits::all(graph.node_count(), false);
    for node in order.into_iter().rev() {
        let (at, children) = (node.0 as usize, hierarchy.children(node));
        let holds = children.iter().any(|child| is_left.get(child.0 as usize));
        if !holds && !children.is_empty() && !is_end.get(at) {
            nodes.set(at, false);
        }
        is_left.set(at, holds || nodes.get(at));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{assert_whole, edge_words, node_words, rows, sketch};

    fn filtered(options: &str, graph: &Graph) -> Result<Graph, Vec<String>> {
        let options: Options = serde_json::from_str(options).unwrap();
        let mut diagnostics = Diagnostics::default();
        let graph = NamedGraph::new("g", graph.clone());
        Filter::transform(&options, graph, &[], &mut diagnostics)
            .map_err(|_| diagnostics.list.into_iter().map(|problem| problem.message).collect())
    }

    fn check(options: &str, graph: &Graph, nodes: &[&str], edges: &[&str]) {
        let result = filtered(options, graph).unwrap();
        assert_eq!((node_words(&result), edge_words(&result)), (owned(nodes), owned(edges)));
    }

    fn owned(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn nodes_go_with_their_edges() {
        let graph = sketch(&["a @x", "b @y", "c @x"], &["a b", "b c", "a c"]);
        check(r#"{ "nodes": "layer == 'x'" }"#, &graph, &["a @x", "c @x"], &["a c"]);
    }

    #[test]
    fn edges_go_alone_and_see_the_graph_as_it_was() {
        let graph = sketch(&["a @x", "b @y", "c @x"], &["a b", "b c", "a c"]);
        let options = r#"{ "edges": "source.layer != target.layer" }"#;
        check(options, &graph, &["a @x", "b @y", "c @x"], &["a b", "b c"]);
        let options = r#"{ "nodes": "id != 'b'", "edges": "source.degree == 2" }"#;
        check(options, &graph, &["a @x", "c @x"], &["a c"]);
    }

    #[test]
    fn partitions_that_are_left_empty_go_unless_they_are_kept() {
        let nodes = ["a in p", "b in q", "p", "q in r", "r", "s +", "t in u", "u", "z"];
        let graph = sketch(&nodes, &["u z", "a p"]);
        let nodes = "id in ['a', 'p', 'q', 'r', 's', 'u', 'z']";
        let left = ["a in p", "p", "s", "u", "z"];
        check(&format!(r#"{{ "nodes": "{nodes}" }}"#), &graph, &left, &["a p", "u z"]);
        let left = ["a in p", "p", "q in r", "r", "s", "u", "z"];
        let options = format!(r#"{{ "nodes": "{nodes}", "empty_partitions": "keep" }}"#);
        check(&options, &graph, &left, &["a p", "u z"]);
    }

    #[test]
    fn members_of_a_partition_that_goes_move_up() {
        let graph = sketch(&["a in p", "p in q", "q"], &[]);
        check(r#"{ "nodes": "id != 'p'" }"#, &graph, &["a in q", "q"], &[]);
    }

    #[test]
    fn what_is_wrong_with_both_conditions_is_told_together() {
        let graph = sketch(&["a", "b"], &["a b"]);
        let told = filtered(r#"{ "nodes": "size == 1", "edges": "1 / 0 > 1" }"#, &graph);
        let expected =
            ["no node of this graph has an attribute `size`", "edge `a->b`: division by zero"];
        assert_eq!(told.unwrap_err(), expected);
    }

    proptest! {
        #[test]
        fn filtering_again_changes_nothing((rows, turned) in rows()) {
            let graph = rows.graph();
            let options = r#"{ "nodes": "layer == 'ui' || size != 1", "edges": "weight > 1" }"#;
            let result = filtered(options, &graph).unwrap();
            assert_whole(&result);
            prop_assert_eq!(&filtered(options, &result).unwrap(), &result);
            prop_assert_eq!(&filtered(options, &turned.graph()).unwrap(), &result);
        }
    }
}
