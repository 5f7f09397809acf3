//! `merge`: one graph of several.

mod edges;
mod nodes;
mod settle;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::edges::SameEdges;
use self::nodes::{SameNodes, merge_layers};
use self::settle::Settler;
use crate::diagnostic::{Diagnostics, Failed, Severity};
use crate::graph::{Graph, GraphBuilder, GraphProblem};
use crate::step::{Material, NamedData, NamedGraph, Shape, Transform};

/// The transform.
pub(crate) struct Merge;

/// Makes one graph of this one and others: all that is in one of them is in the result.
///
/// Nodes and layers with the same id are one; each of its fields and attributes is taken from the
/// graph that has it. A label that is the id, and a weight of 1, count as not given. What is a
/// partition in one graph is a partition in the result. Attributes of one name whose types differ
/// become numbers if all are, else text.
///
/// Edges with the same id are one too and must have the same ends. Ids that were made from the
/// ends (`a->b`) say nothing: such edges are one if they are alike in everything, and else lie
/// side by side under ids made anew.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "MergeOptions")]
pub(crate) struct Options {
    /// The names of the other graphs. Their order matters only for `on_conflict`.
    pub with: Vec<String>,
    /// What to do when two graphs have different values for one field.
    pub on_conflict: OnConflict,
}

/// What to do about different values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OnConflict {
    /// Fail.
    #[default]
    Error,
    /// Take that of the first graph that has one.
    First,
    /// Take that of the last graph that has one.
    Last,
}

impl Transform for Merge {
    const KIND: &'static str = "merge";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Makes one graph of several";
    type Options = Options;

    fn others(options: &Options) -> Vec<(String, Shape)> {
        options.with.iter().map(|name| (name.clone(), Shape::Graph)).collect()
    }

    fn transform(
        options: &Options,
        first: NamedGraph,
        others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        if others.is_empty() {
            return Ok(Arc::unwrap_or_clone(first.graph));
        }
        let others = others.iter().filter_map(NamedGraph::of);
        let named: Vec<NamedGraph> = std::iter::once(first).chain(others).collect();
        let graphs: Vec<&Graph> = named.iter().map(|named| &*named.graph).collect();
        let mut settler = Settler { on_conflict: options.on_conflict, named: &named, diagnostics };
        let mut builder = GraphBuilder::default();
        merge_layers(&graphs, &mut settler, &mut builder);
        let nodes = SameNodes::of(&graphs);
        nodes.add_to(&mut builder, &mut settler);
        let edges = SameEdges::of(&graphs, &nodes);
        edges.add_to(&mut builder, &mut settler);
        let built = builder.finish();
        for problem in &built.problems {
            settler.diagnostics.push_with(Severity::Error, || match problem {
                GraphProblem::HierarchyCycle { nodes: cycle } => nodes.cycle(cycle),
                GraphProblem::DuplicateEdge { edge, first } => {
                    edges.other_ends(*first, *edge, &named)
                }
                _ => super::too_much_text(),
            });
        }
        if settler.diagnostics.has_errors() { Err(Failed) } else { Ok(built.graph) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{assert_whole, edge_words, node_words, rows, sketch};
    use crate::graph::{Attribute, Color, EdgeRow, Layer, Type, Value, Values};

    fn merged(on_conflict: OnConflict, graphs: &[Graph]) -> Result<Graph, Vec<String>> {
        let name = |(at, graph): (usize, &Graph)| NamedGraph {
            name: format!("g{}", at + 1).into(),
            graph: graph.clone().into(),
        };
        let mut others: Vec<_> = graphs.iter().enumerate().map(name).collect();
        let first = others.remove(0);
        let with = others.iter().map(|other| other.name.to_string()).collect();
        let mut diagnostics = Diagnostics::default();
        let options = Options { with, on_conflict };
        let others: Vec<NamedData> = others.into_iter().map(NamedData::from).collect();
        Merge::transform(&options, first, &others, &mut diagnostics)
            .map_err(|Failed| diagnostics.list.into_iter().map(|d| d.message).collect())
    }

    fn check(on_conflict: OnConflict, graphs: &[Graph], nodes: &[&str], edges: &[&str]) {
        let graph = merged(on_conflict, graphs).unwrap();
        assert_whole(&graph);
        assert_eq!(
            (node_words(&graph), edge_words(&graph)),
            (
                nodes.iter().map(ToString::to_string).collect(),
                edges.iter().map(ToString::to_string).collect()
            )
        );
    }

    #[test]
    fn fields_are_filled_from_the_graph_that_has_them() {
        let one = sketch(&["a =Apple", "b @ui", "q +"], &["a b calls #x", "b a #y"]);
        let two = sketch(&["a *3 in p", "b !note", "p", "z"], &["a b @data *2 #x", "z a #w"]);
        let nodes = ["a =Apple in p *3", "b @ui !note", "p", "q", "z"];
        let edges = ["a b calls @data *2 #x", "b a #y", "z a #w"];
        check(OnConflict::Error, &[one.clone(), two.clone()], &nodes, &edges);
        check(OnConflict::Error, &[two, one], &nodes, &edges);
    }

    #[test]
    fn different_values_are_told_with_their_graphs() {
        let one = sketch(&["a =Apple @ui", "b"], &["a b calls #x"]);
        let two = sketch(&["a =Apple", "b in p", "p"], &["a b reads #x"]);
        let three = sketch(&["a =Avocado *2", "b in q", "q"], &[]);
        let messages = merged(OnConflict::Error, &[one, two, three]).unwrap_err();
        assert_eq!(
            messages,
            [
                "the node `a` has `label` `Apple` in `g1`, but `Avocado` in `g3`",
                "the node `b` has `belongs_to` `p` in `g2`, but `q` in `g3`",
                "the edge `x` has `label` `calls` in `g1`, but `reads` in `g2`",
            ]
        );
    }

    #[test]
    fn the_first_or_the_last_can_win_field_by_field() {
        let one = sketch(&["a =Apple *2"], &["a a calls #x"]);
        let two = sketch(&["a =Avocado !note"], &["a a reads *5 #x"]);
        let graphs = [one, two];
        check(OnConflict::First, &graphs, &["a =Apple *2 !note"], &["a a calls *5 #x"]);
        check(OnConflict::Last, &graphs, &["a =Avocado *2 !note"], &["a a reads *5 #x"]);
    }

    #[test]
    fn edges_without_ids_are_one_if_they_are_alike() {
        let one = sketch(&["a", "b"], &["a b calls", "a b calls", "a b"]);
        let two = sketch(&["a", "b"], &["a b reads", "a b calls"]);
        let edges = ["a b", "a b calls #a->b#2", "a b calls #a->b#3", "a b reads #a->b#4"];
        check(OnConflict::Error, &[one.clone(), two.clone()], &["a", "b"], &edges);
        check(OnConflict::Error, &[two, one], &["a", "b"], &edges);
    }

    #[test]
    fn edges_of_one_id_must_have_the_same_ends() {
        let one = sketch(&["a", "b"], &["a b #x"]);
        let two = sketch(&["a", "c"], &["a c #x"]);
        let messages = merged(OnConflict::Last, &[one, two]).unwrap_err();
        let message = "the edge `x` goes from `a` to `b` in `g1`, \
                       but from `a` to `c` in `g2`";
        assert_eq!(messages, [message]);
    }

    #[test]
    fn partitions_that_would_contain_each_other_are_an_error() {
        let graphs = [sketch(&["a in b", "b"], &[]), sketch(&["b in a", "a"], &[])];
        let messages = merged(OnConflict::Error, &graphs).unwrap_err();
        assert_eq!(messages, ["partitions contain each other once the graphs are one"]);
    }

    #[test]
    fn layers_are_filled_too() {
        let layer = |change: fn(&mut Layer)| {
            let mut layer = Layer::plain("ui");
            change(&mut layer);
            let mut builder = GraphBuilder::default();
            builder.layer(layer);
            builder.finish().graph
        };
        let one = layer(|layer| layer.background = Color::parse("fee"));
        let two = layer(|layer| {
            layer.label = "Screens".to_owned();
            layer.attributes.insert("shape".to_owned(), "box".to_owned());
        });
        let three = layer(|layer| layer.background = Color::parse("eee"));
        let graph = merged(OnConflict::Error, &[one.clone(), two.clone()]).unwrap();
        assert_eq!(
            graph.layers(),
            [Layer {
                background: Color::parse("fee"),
                label: "Screens".to_owned(),
                attributes: [("shape".to_owned(), "box".to_owned())].into(),
                ..Layer::plain("ui")
            }]
        );
        let messages = merged(OnConflict::Error, &[one, two, three]).unwrap_err();
        let message = "the layer `ui` has `background` `#ffeeee` in `g1`, but `#eeeeee` in `g3`";
        assert_eq!(messages, [message]);
    }

    #[test]
    fn attributes_of_different_types_become_one_type() {
        let with = |values: Values| {
            let mut builder = GraphBuilder::with_nodes_of(&sketch(&["a"], &[]));
            let present = [true].into_iter().collect();
            builder.node_attribute(Attribute { name: "size".to_owned(), values, present });
            builder.finish().graph
        };
        let whole = with(Values::Integer(vec![2]));
        let number = with(Values::Number(vec![2.0]));
        let text = with(Values::Text(["two"].into_iter().collect()));
        let graph = merged(OnConflict::Error, &[whole.clone(), number]).unwrap();
        assert_eq!(graph.node_attributes()[0].get(0), Value::Number(2.0));
        let graph = merged(OnConflict::First, &[whole.clone(), text.clone()]).unwrap();
        assert_eq!(graph.node_attributes()[0].kind(), Type::Text);
        let messages = merged(OnConflict::Error, &[whole, text]).unwrap_err();
        let message = "the node `a` has `size` `2` in `g1`, but `two` in `g2`";
        assert_eq!(messages, [message]);
    }

    /// Keeps some of a graph's edges, so that two such graphs never disagree.
    fn part(graph: &Graph, keep: impl Fn(EdgeRow<'_>) -> bool) -> Graph {
        let keep = graph.edges().map(|edge| keep(edge.into())).collect();
        graph.select(&graph.nodes().map(|_| true).collect(), &keep)
    }

    proptest! {
        #[test]
        fn a_graph_merged_with_itself_is_itself((rows, turned) in rows()) {
            let graph = rows.graph();
            let result = merged(OnConflict::Error, &[graph.clone(), turned.graph(), graph.clone()]);
            prop_assert_eq!(result, Ok(graph));
        }

        #[test]
        fn parts_make_the_whole_in_any_order((rows, _) in rows()) {
            let graph = rows.graph();
            let ui = part(&graph, |edge| edge.layer == Some("ui"));
            let data = part(&graph, |edge| edge.layer == Some("data"));
            let rest = part(&graph, |edge| edge.layer.is_none() || edge.label == "calls");
            let whole = merged(OnConflict::Error, &[ui.clone(), data.clone(), rest.clone()]);
            prop_assert_eq!(&whole, &Ok(graph));
            prop_assert_eq!(&whole, &merged(OnConflict::Error, &[rest, ui, data]));
        }

        #[test]
        fn any_two_graphs_make_a_whole_one((one, _) in rows(), (other, turned) in rows()) {
            for winner in [OnConflict::First, OnConflict::Last] {
                let Ok(result) = merged(winner, &[one.graph(), other.graph()]) else { continue };
                assert_whole(&result);
                prop_assert_eq!(Ok(result), merged(winner, &[one.graph(), turned.graph()]));
            }
            let forth = merged(OnConflict::Error, &[one.graph(), other.graph()]);
            let back = merged(OnConflict::Error, &[other.graph(), one.graph()]);
            prop_assert_eq!(forth.ok(), back.ok());
        }
    }
}
