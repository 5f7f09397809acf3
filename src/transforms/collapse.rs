//! `collapse`: partitions at a depth become nodes that stand for all they hold.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::expression::NodeCondition;
use crate::graph::{Bits, EdgeRow, Graph, GraphBuilder, Hierarchy, NodeId, NodeRow, Visit};
use crate::step::{NamedData, NamedGraph, Transform};

/// The transform.
pub(crate) struct Collapse;

/// Makes one node of each partition at a depth, or of each that a condition holds for, and of all
/// that it holds. Edges of what it holds become its own, side by side: `aggregate_edges` counts
/// them. Those that lie inside are left out, but a loop of the partition itself stays.
///
/// Such a node has the id, label, layer, comment and attributes of its partition.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "CollapseOptions")]
pub(crate) struct Options {
    /// How many partitions may be left around a node: 0 leaves the outermost nodes alone.
    pub depth: u32,
    /// Which partitions become nodes, whatever their depth; those at `depth` if absent.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    pub only: Option<NodeCondition>,
    /// The weight of a node that stands for others.
    pub weight: Weight,
}

/// The weight of a node that stands for others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "CollapseWeight")]
pub(crate) enum Weight {
    /// That of the partition and of all it held, together.
    #[default]
    Sum,
    /// That of the partition alone.
    First,
}

impl Default for Options {
    fn default() -> Self {
        Options { depth: 1, only: None, weight: Weight::Sum }
    }
}

impl Transform for Collapse {
    const KIND: &'static str = "collapse";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Makes one node of each partition at a depth and all it holds";
    type Options = Options;

    fn transform(
        options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let chosen = options.only.as_deref().map(|only| only.select(&graph, diagnostics));
        let plan = Collapsed::of(&graph, options.depth, chosen.transpose()?.as_ref());
        if plan.is_nothing {
            return Ok(Arc::unwrap_or_clone(graph));
        }
        plan.graph(&graph, options.weight, diagnostics)
    }
}

/// What becomes of each node.
struct Collapsed {
    /// The node that stands for it; itself if it stays.
    stands: Vec<u32>,
    /// Whether it becomes a plain node: it is a partition at the depth.
    closed: Vec<bool>,
    is_nothing: bool,
}

impl Collapsed {
    fn of(graph: &Graph, most: u32, chosen: Option<&Bits>) -> Collapsed {
        let count = graph.node_count();
        let mut plan = Collapsed {
            stands: (0..count as u32).collect(),
            closed: vec![false; count],
            is_nothing: true,
        };
        let most = most as usize;
        // The partition that stands for what is deeper.
        let mut outer: Option<(u32, usize)> = None;
        Hierarchy::of(graph).walk(graph, |visit, depth| {
            let (node, is_partition) = match visit {
                Visit::Enter(node) => (node.0, true),
                Visit::Leaf(node) => (node.0, false),
                Visit::Leave(_) => return,
            };
            outer = outer.filter(|(_, at)| depth > *at);
            let is_chosen = match chosen {
                Some(chosen) => chosen.get(node as usize),
                None => depth == most,
            };
            if let Some((outer, _)) = outer {
                plan.stands[node as usize] = outer;
            } else if is_partition && is_chosen {
                outer = Some((node, depth));
                plan.closed[node as usize] = true;
                plan.is_nothing = false;
            }
        });
        plan
    }

    fn graph(
        &self,
        graph: &Graph,
        weight: Weight,
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let stays = |node: u32| self.stands[node as usize] == node;
        let mut weights: Vec<f64> = graph.nodes().map(|node| node.weight()).collect();
        if weight == Weight::Sum {
            for node in 0..graph.node_count() as u32 {
                if !stays(node) {
                    weights[self.stands[node as usize] as usize] += weights[node as usize];
                }
            }
        }
        let mut builder = GraphBuilder::default();
        graph.layers().iter().for_each(|layer| builder.layer(layer.clone()));
        let rows: Vec<u32> = (0..graph.node_count() as u32).filter(|node| stays(*node)).collect();
        let mut moved = vec![0; graph.node_count()];
        for (to, from) in rows.iter().enumerate() {
            moved[*from as usize] = to as u32;
            let node = graph.node(NodeId(*from));
            let weight = weights[*from as usize];
            if !weight.is_finite() {
                diagnostics.push(too_heavy(node.id()));
            }
            let is_partition = node.is_partition() && !self.closed[*from as usize];
            builder.node(NodeRow { is_partition, weight, ..node.into() });
        }
        let mut edge_rows = Vec::new();
        for edge in graph.edges() {
            let ends = [edge.source().index().0, edge.target().index().0];
            let [source, target] = ends.map(|end| self.stands[end as usize]);
            if source != target || ends == [source, target] {
                let (source, target) = (moved[source as usize], moved[target as usize]);
                builder.edge_between(source, target, EdgeRow::from(edge));
                edge_rows.push(edge.index().0);
            }
        }
        for column in graph.node_attributes() {
            builder.node_attribute(column.gather(&rows));
        }
        for column in graph.edge_attributes() {
            builder.edge_attribute(column.gather(&edge_rows));
        }
        if diagnostics.has_errors() {
            return Err(Failed);
        }
        super::finish(builder, diagnostics)
    }
}

fn too_heavy(id: &str) -> Diagnostic {
    Diagnostic::error("weight-overflow", format!("the weights in `{id}` add up too high"))
        .help("`weight: first` keeps that of the partition")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{assert_whole, edge_words, node_words, rows, sketch};
    use crate::transforms::testing::run;

    fn collapsed(graph: &Graph, depth: u32) -> Graph {
        let graph = NamedGraph::new("g", graph.clone());
        let options = Options { depth, ..Options::default() };
        Collapse::transform(&options, graph, &[], &mut Diagnostics::default()).unwrap()
    }

    const NODES: &[&str] =
        &["a in p", "b in q *3", "c in q", "p in top", "q in top *2", "top", "z", "e in top +"];
    const EDGES: &[&str] =
        &["a b calls #1", "b c #2", "b z *4 #3", "z c #4", "q q #5", "q b #6", "b b #7"];

    #[test]
    fn what_lies_deeper_is_its_partition() {
        let graph = collapsed(&sketch(NODES, EDGES), 1);
        let nodes = ["e in top", "p in top *2", "q in top *6", "top", "z"];
        assert_eq!(node_words(&graph), nodes);
        let edges = ["p q calls #1", "q q #5", "q z *4 #3", "z q #4"];
        assert_eq!(edge_words(&graph), edges);
        let partitions = graph.nodes().filter(|node| node.is_partition());
        assert_eq!(partitions.map(|node| node.id()).collect::<Vec<_>>(), ["top"]);
    }

    #[test]
    fn at_no_depth_the_outermost_nodes_are_left() {
        let graph = collapsed(&sketch(NODES, EDGES), 0);
        assert_eq!(node_words(&graph), ["top *10", "z"]);
        assert_eq!(edge_words(&graph), ["top z *4 #3", "z top #4"]);
    }

    #[test]
    fn a_depth_that_nothing_has_changes_nothing() {
        let graph = sketch(NODES, EDGES);
        assert_eq!(collapsed(&graph, 2), graph);
    }

    #[test]
    fn a_condition_chooses_partitions_of_any_depth() {
        let options = r#"{ "where": "id == 'q' || id == 'z'" }"#;
        let graph = run::<Collapse>(options, &sketch(NODES, EDGES)).unwrap();
        let nodes = ["a in p", "e in top", "p in top", "q in top *6", "top", "z"];
        assert_eq!(node_words(&graph), nodes);
        let edges = ["a q calls #1", "q q #5", "q z *4 #3", "z q #4"];
        assert_eq!(edge_words(&graph), edges);
        let all = run::<Collapse>(r#"{ "where": "true" }"#, &sketch(NODES, EDGES)).unwrap();
        assert_eq!(node_words(&all), ["top *10", "z"]);
    }

    #[test]
    fn weights_may_stay() {
        let options = Options { depth: 0, weight: Weight::First, ..Options::default() };
        let graph = NamedGraph::new("g", sketch(NODES, &[]));
        let graph = Collapse::transform(&options, graph, &[], &mut Diagnostics::default());
        assert_eq!(node_words(&graph.unwrap()), ["top", "z"]);
    }

    #[test]
    fn weights_without_bound_are_an_error() {
        let heavy = format!("a in p *{}", f64::MAX);
        let graph = NamedGraph::new("g", sketch(&[&heavy, &heavy.replace('a', "b"), "p"], &[]));
        let mut diagnostics = Diagnostics::default();
        let options = Options { depth: 0, ..Options::default() };
        assert_eq!(Collapse::transform(&options, graph, &[], &mut diagnostics), Err(Failed));
        assert_eq!(diagnostics.list[0].code, "weight-overflow");
    }

    proptest! {
        #[test]
        fn doing_it_again_changes_nothing((rows, turned) in rows(), depth in 0..3u32) {
            let result = collapsed(&rows.graph(), depth);
            assert_whole(&result);
            prop_assert_eq!(&collapsed(&result, depth), &result);
            prop_assert_eq!(&result, &collapsed(&turned.graph(), depth));
        }
    }
}
