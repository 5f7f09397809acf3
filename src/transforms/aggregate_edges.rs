//! `aggregate_edges`: parallel edges become one.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{Attribute, Edge, EdgeId, EdgeRow, Graph, GraphBuilder};
use crate::step::{NamedData, NamedGraph, Transform};

/// How many labels are joined; the rest are counted.
const MOST_LABELS: usize = 3;

/// The row of no edge.
const NO_ROW: u32 = u32::MAX;

/// The transform.
pub(crate) struct AggregateEdges;

/// Makes one edge of those with the same source, the same target and, unless told otherwise, the
/// same layer.
///
/// The one edge has the first id in order of ids. What else all of them agree on it has too:
/// layer, comment and attributes that differ are left empty, unless told otherwise. An edge
/// without parallels stays as it is.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "AggregateEdgesOptions")]
pub(crate) struct Options {
    /// What edges must have in common beside their ends; `[]` for nothing.
    pub by: BTreeSet<Field>,
    /// How weights become one.
    pub weight: Weight,
    /// How labels that differ become one.
    pub label: Label,
    /// What becomes of layers, comments and attributes that differ.
    #[serde(skip_serializing_if = "Differing::is_default")]
    pub differing: Differing,
}

/// What becomes of layers, comments and attributes that differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "AggregateEdgesDiffering")]
pub(crate) enum Differing {
    /// They are left empty.
    #[default]
    Drop,
    /// Those of the first edge in order of ids stay.
    First,
}

impl Differing {
    fn is_default(&self) -> bool {
        *self == Differing::Drop
    }
}

/// What edges can have in common.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Field {
    /// The layer.
    Layer,
    /// The label.
    Label,
}

/// How weights become one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Weight {
    /// Their sum.
    #[default]
    Sum,
    /// The greatest.
    Max,
    /// The least.
    Min,
    /// Their arithmetic mean.
    Mean,
    /// The number of edges, 1 for an edge without parallels.
    Count,
    /// That of the first edge in order of ids.
    First,
}

/// How labels that differ become one. An edge without a label does not count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Label {
    /// Each one once, in order: `audits, calls`. Past three, the rest are counted.
    #[default]
    Join,
    /// The number of edges: `3 edges`.
    Count,
    /// That of the first edge that has one, in order of ids.
    First,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            by: [Field::Layer].into(),
            weight: Weight::Sum,
            label: Label::Join,
            differing: Differing::Drop,
        }
    }
}

impl Transform for AggregateEdges {
    const KIND: &'static str = "aggregate_edges";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Makes one edge of parallel edges";
    type Options = Options;

    fn transform(
        options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let groups = Groups::of(&graph, &options.by);
        if groups.ranges.len() == graph.edge_count() && options.weight != Weight::Count {
            return Ok(Arc::unwrap_or_clone(graph));
        }
        let mut builder = GraphBuilder::with_nodes_of(&graph);
        let mut label = String::new();
        for edges in groups.iter(&graph) {
            let first = edges.clone().next();
            let Some(first) = first else { continue };
            let weight = options.weight.of(edges.clone());
            if !weight.is_finite() {
                diagnostics.push(too_heavy(first));
            }
            options.label.of(edges.clone(), &mut label);
            let row = EdgeRow::from(first);
            let keeps_first = options.differing == Differing::First;
            let layer = row
                .layer
                .filter(|_| keeps_first || edges.clone().all(|edge| edge.layer() == first.layer()));
            let is_shared =
                keeps_first || edges.clone().all(|edge| edge.comment() == first.comment());
            let comment = if is_shared { first.comment() } else { "" };
            let (source, target) = (first.source().index().0, first.target().index().0);
            let row = EdgeRow { label: &label, layer, weight, comment, ..row };
            builder.edge_between(source, target, row);
        }
        for column in graph.edge_attributes() {
            builder.edge_attribute(groups.agreed(column, options.differing));
        }
        if diagnostics.has_errors() {
            return Err(Failed);
        }
        super::finish(builder, diagnostics)
    }
}

/// Which edges become one.
struct Groups {
    /// All edges, those of a group side by side in order of their ids.
    order: Vec<u32>,
    /// The groups, as ranges of `order`.
    ranges: Vec<Range<u32>>,
}

impl Groups {
    /// Finds the groups; a graph keeps parallel edges side by side in order of their ids.
    fn of(graph: &Graph, by: &BTreeSet<Field>) -> Groups {
        let edge = |row: u32| graph.edge(EdgeId(row));
        let ends = |row: u32| (edge(row).source().index(), edge(row).target().index());
        let key = |row: u32| {
            let layer = by.contains(&Field::Layer).then(|| edge(row).layer());
            (layer, by.contains(&Field::Label).then(|| edge(row).label()))
        };
        let mut order: Vec<u32> = (0..graph.edge_count() as u32).collect();
        let mut ranges = Vec::with_capacity(order.len());
        let mut start = 0;
        for parallel in order.chunk_by_mut(|a, b| ends(*a) == ends(*b)) {
            if parallel.len() > 1 {
                parallel.sort_by_key(|row| key(*row));
            }
            for group in parallel.chunk_by(|a, b| key(*a) == key(*b)) {
                ranges.push(start..start + group.len() as u32);
                start += group.len() as u32;
            }
        }
        Groups { order, ranges }
    }

    fn rows(&self) -> impl Iterator<Item = &[u32]> {
        self.ranges.iter().map(|range| &self.order[range.start as usize..range.end as usize])
    }

    fn iter<'a>(
        &'a self,
        graph: &'a Graph,
    ) -> impl Iterator<Item = impl Iterator<Item = Edge<'a>> + Clone> {
        self.rows().map(|rows| rows.iter().map(|row| graph.edge(EdgeId(*row))))
    }

    /// Returns a column with one cell for each group: the one that all of it has, or the first.
    fn agreed(&self, column: &Attribute, differing: Differing) -> Attribute {
        let agreed = |rows: &[u32]| {
            let first = rows[0];
            let is_shared =
                || rows.iter().all(|row| column.compare(first as usize, *row as usize).is_eq());
            if differing == Differing::First || is_shared() { first } else { NO_ROW }
        };
        column.gather(&self.rows().map(agreed).collect::<Vec<_>>())
    }
}

impl Weight {
    fn of<'a>(self, edges: impl Iterator<Item = Edge<'a>> + Clone) -> f64 {
        let mut weights = edges.clone().map(Edge::weight);
        match self {
            Weight::Sum => weights.sum(),
            Weight::Max => weights.fold(f64::NEG_INFINITY, f64::max),
            Weight::Min => weights.fold(f64::INFINITY, f64::min),
            Weight::Mean => weights.sum::<f64>() / edges.count() as f64,
            Weight::Count => edges.count() as f64,
            Weight::First => weights.next().unwrap_or(1.0),
        }
    }
}

impl Label {
    fn of<'a>(self, edges: impl Iterator<Item = Edge<'a>> + Clone, out: &mut String) {
        out.clear();
        let labels = || edges.clone().map(Edge::label).filter(|label| !label.is_empty());
        let first = labels().next().unwrap_or_default();
        if self == Label::First || labels().all(|label| label == first) {
            out.push_str(first);
            return;
        }
        // Writing to a text cannot fail.
        if self == Label::Count {
            let _ = write!(out, "{} edges", edges.count());
            return;
        }
        let mut labels: Vec<&str> = labels().collect();
        labels.sort_unstable();
        labels.dedup();
        for (at, label) in labels.iter().take(MOST_LABELS).enumerate() {
            out.push_str(if at > 0 { ", " } else { "" });
            out.push_str(label);
        }
        if labels.len() > MOST_LABELS {
            let _ = write!(out, " and {} more", labels.len() - MOST_LABELS);
        }
    }
}

fn too_heavy(edge: Edge<'_>) -> Diagnostic {
    let (source, target) = (edge.source().id(), edge.target().id());
    let message = format!("the weights of the edges from `{source}` to `{target}` add up too high");
    Diagnostic::error("weight-overflow", message).help("use another `weight`, such as `max`")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{assert_whole, edge_words, rows, sketch};
    use crate::graph::{Bits, Value, Values};

    fn aggregated(options: &Options, graph: Graph) -> Graph {
        let graph = NamedGraph::new("g", graph);
        AggregateEdges::transform(options, graph, &[], &mut Diagnostics::default()).unwrap()
    }

    fn check(options: &str, edges: &[&str], expected: &[&str]) {
        let options: Options = serde_json::from_str(options).unwrap();
        assert_eq!(edge_words(&aggregated(&options, sketch(&["a", "b"], edges))), expected);
    }

    #[test]
    fn parallel_edges_of_a_layer_become_one() {
        let edges = ["a b x @l *2 #1", "a b x @l *3 #2", "a b x @m #3", "b a x @l #4", "a a #5"];
        let expected = ["a a #5", "a b x @l *5 #1", "a b x @m #3", "b a x @l #4"];
        check("{}", &edges, &expected);
    }

    #[test]
    fn layers_can_be_ignored_and_labels_told_apart() {
        let edges = ["a b x @l !c #1", "a b y @l !c #2", "a b x @m !c #3", "a b x @m !d #4"];
        check(r#"{"by": []}"#, &edges, &["a b x, y *4 #1"]);
        check(r#"{"by": ["label"]}"#, &edges, &["a b x *3 #1", "a b y @l !c #2"]);
        let expected = ["a b x @l !c #1", "a b y @l !c #2", "a b x @m *2 #3"];
        check(r#"{"by": ["layer", "label"]}"#, &edges, &expected);
    }

    #[test]
    fn weights_become_one_as_told() {
        let edges = ["a b *3 #1", "a b *2 #2", "a b *7 #3", "b b *5 #4"];
        for (weight, joined, alone) in [
            ("sum", "a b *12 #1", "b b *5 #4"),
            ("max", "a b *7 #1", "b b *5 #4"),
            ("min", "a b *2 #1", "b b *5 #4"),
            ("mean", "a b *4 #1", "b b *5 #4"),
            ("count", "a b *3 #1", "b b #4"),
            ("first", "a b *3 #1", "b b *5 #4"),
        ] {
            check(&format!(r#"{{"weight": "{weight}"}}"#), &edges, &[joined, alone]);
        }
    }

    #[test]
    fn labels_that_differ_become_one_as_told() {
        let edges = ["a b #0", "a b z #1", "a b y #2", "a b x #3", "a b z #4", "a b w #5"];
        check("{}", &edges[..4], &["a b x, y, z *4 #0"]);
        check("{}", &edges, &["a b w, x, y and 1 more *6 #0"]);
        check(r#"{"label": "count"}"#, &edges, &["a b 6 edges *6 #0"]);
        check(r#"{"label": "first"}"#, &edges, &["a b z *6 #0"]);
        check(r#"{"label": "count"}"#, &edges[..2], &["a b z *2 #0"]);
    }

    #[test]
    fn what_differs_may_be_that_of_the_first() {
        let edges = ["a b x @l !c #1", "a b y @m !d #2"];
        let first = r#"{"by": [], "differing": "first"}"#;
        check(first, &edges, &["a b x, y @l *2 !c #1"]);
        let plain = sketch(&["a", "b"], &edges);
        let mut builder = GraphBuilder::with_nodes_of(&plain);
        plain.edges().for_each(|edge| builder.edge(edge.into()));
        let (values, present) = (Values::Integer(vec![7, 8]), Bits::all(2, true));
        builder.edge_attribute(Attribute { name: "port".to_owned(), values, present });
        let options: Options = serde_json::from_str(first).unwrap();
        let graph = aggregated(&options, builder.finish().graph);
        assert_eq!(graph.edge_attributes()[0].get(0), Value::Integer(7));
    }

    #[test]
    fn attributes_stay_where_all_agree() {
        let ids = sketch(&["a", "b"], &["a b #1", "a b #2", "b a #3"]);
        let mut builder = GraphBuilder::with_nodes_of(&ids);
        ids.edges().for_each(|edge| builder.edge(edge.into()));
        for (name, cells) in [("same", vec![1, 1, 2]), ("other", vec![1, 2, 3])] {
            let (name, present) = (name.to_owned(), Bits::all(3, true));
            builder.edge_attribute(Attribute { name, values: Values::Integer(cells), present });
        }
        let graph = aggregated(&Options::default(), builder.finish().graph);
        let first: Vec<_> = graph.edges().flat_map(|edge| edge.attributes()).collect();
        assert_eq!(
            first,
            [
                ("other", Value::Null),
                ("same", Value::Integer(1)),
                ("other", Value::Integer(3)),
                ("same", Value::Integer(2)),
            ]
        );
        assert_whole(&graph);
    }

    #[test]
    fn a_sum_that_is_no_number_is_an_error() {
        let edge = format!("a a *{} #1", f64::MAX);
        let graph = sketch(&["a"], &[&edge, &edge.replace("#1", "#2")]);
        let mut diagnostics = Diagnostics::default();
        let options = Options::default();
        let result =
            AggregateEdges::transform(&options, NamedGraph::new("g", graph), &[], &mut diagnostics);
        assert_eq!(result, Err(Failed));
        assert_eq!(
            diagnostics.list[0].message,
            "the weights of the edges from `a` to `a` add up too high"
        );
    }

    proptest! {
        #[test]
        fn the_result_is_whole_and_weighs_the_same((rows, turned) in rows(), by_layer: bool) {
            let by = if by_layer { [Field::Layer].into() } else { BTreeSet::new() };
            let options = Options { by, ..Options::default() };
            let graph = rows.graph();
            let result = aggregated(&options, graph.clone());
            assert_whole(&result);
            let weight = |graph: &Graph| graph.edges().map(Edge::weight).sum::<f64>();
            prop_assert_eq!(weight(&result), weight(&graph));
            prop_assert_eq!(&aggregated(&options, result.clone()), &result);
            prop_assert_eq!(&result, &aggregated(&options, turned.graph()));
        }
    }
}
