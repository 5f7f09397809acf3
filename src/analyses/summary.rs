//! `summary`: the whole graph in a row.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{
    Adjacency, Bits, Direction, Grouping, Links, Table, levels, strong_components, weak_components,
};
use crate::step::{Analysis, NamedGraph, Rows};

/// The analysis.
pub(crate) struct Summary;

/// Sums up the whole graph in a table of one row.
///
/// `nodes`, `partitions`, `layers`, `edges`, `loops` and `parallel_edges` (those beyond the first
/// between two nodes, the same way) are counted, and the nodes that have no edge (`isolated`), none
/// in (`sources`) or none out (`sinks`). `density` is the edges by the pairs of nodes, `reciprocity`
/// the part of edges that have one back. `transitivity` is the part of the ways over three nodes that
/// are closed to triangles, whichever way edges point, `mean_clustering` the mean of `clustering`.
/// `components` and `strong_components` are counted, with the largest of each, and `levels`.
/// `is_acyclic` is whether no way leads back. What is a part of nothing is missing.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "SummaryOptions")]
pub(crate) struct Options {}

impl Analysis for Summary {
    const KIND: &'static str = "summary";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Sums up the whole graph";
    const ROWS: Rows = Rows::Own;
    type Options = Options;

    fn analyze(
        _options: &Options,
        graph: &NamedGraph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Table, Failed> {
        let graph = &*graph.graph;
        let links = Links::of(graph);
        let (nodes, edges) = (graph.node_count(), graph.edge_count());
        let ends: Vec<(u32, u32)> =
            graph.edges().map(|edge| (edge.source().index().0, edge.target().index().0)).collect();
        let loops = ends.iter().filter(|(source, target)| source == target).count();
        let repeated = ends.windows(2).filter(|pair| pair[0] == pair[1]).count();
        let has_back =
            |(source, target): &&(u32, u32)| ends.binary_search(&(*target, *source)).is_ok();
        let backed =
            ends.iter().filter(|(source, target)| source != target).filter(has_back).count();
        let count = |is_so: fn(usize, usize) -> bool| {
            let all = graph.nodes().map(|node| node.index());
            all.filter(|node| is_so(links.in_degree(*node), links.out_degree(*node))).count()
        };
        let rows = Adjacency::distinct(graph, Direction::Both);
        let triangles = super::triangles::counts(&rows);
        let pairs: Vec<usize> = (0..nodes as u32)
            .map(|node| rows.row(node).len())
            .map(|near| near * near.saturating_sub(1) / 2)
            .collect();
        let part = |some: f64, all: usize| if all == 0 { f64::NAN } else { some / all as f64 };
        let clustering: f64 = triangles
            .iter()
            .zip(&pairs)
            .filter(|(_, pairs)| **pairs > 0)
            .map(|(some, pairs)| part(*some as f64, *pairs))
            .sum();
        let (weak, strong) = (weak_components(graph), strong_components(graph));
        let largest = |groups: &Grouping| groups.sizes().into_iter().max().unwrap_or(0) as usize;
        let deepest = levels(graph).into_iter().max().map_or(0, |most| most as usize + 1);
        let is_acyclic = strong.count() == nodes && loops == 0;
        let whole = |name, number: usize| super::integers(name, std::iter::once(number));
        let ratio = |name, number: f64| super::numbers(name, [number]);
        let columns = vec![
            whole("nodes", nodes),
            whole("partitions", graph.nodes().filter(|node| node.is_partition()).count()),
            whole("layers", graph.layers().len()),
            whole("edges", edges),
            whole("loops", loops),
            whole("parallel_edges", repeated),
            whole("isolated", count(|into, out| into + out == 0)),
            whole("sources", count(|into, _| into == 0)),
            whole("sinks", count(|_, out| out == 0)),
            ratio("density", part(edges as f64, nodes * nodes.saturating_sub(1))),
            ratio("reciprocity", part(backed as f64, edges - loops)),
            ratio("transitivity", part(triangles.iter().sum::<usize>() as f64, pairs.iter().sum())),
            ratio("mean_clustering", part(clustering, nodes)),
            whole("components", weak.count()),
            whole("largest_component", largest(&weak)),
            whole("strong_components", strong.count()),
            whole("largest_strong_component", largest(&strong)),
            whole("levels", deepest),
            super::booleans("is_acyclic", Bits::all(1, is_acyclic)),
        ];
        super::table(columns, diagnostics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyses::testing::{check, column, run};
    use crate::graph::sketch::sketch;

    #[test]
    fn a_graph_is_summed_up_in_a_row() {
        let edges = ["a b", "b c", "c a", "a c", "c d", "c d x #e", "d d"];
        let table =
            run::<Summary>("{}", sketch(&["a", "b", "c", "d in p", "p +", "z @ui"], &edges))
                .unwrap();
        let is = |name: &str, expected: f64| check(&column(&table, name), &[expected]);
        for (name, expected) in [
            ("nodes", 6.0),
            ("partitions", 1.0),
            ("layers", 1.0),
            ("edges", 7.0),
            ("loops", 1.0),
            ("parallel_edges", 1.0),
            ("isolated", 2.0),
            ("sources", 2.0),
            ("sinks", 2.0),
            ("density", 7.0 / 30.0),
            ("reciprocity", 2.0 / 6.0),
            ("transitivity", 3.0 / 5.0),
            ("mean_clustering", (1.0 + 1.0 + 1.0 / 3.0) / 6.0),
            ("components", 3.0),
            ("largest_component", 4.0),
            ("strong_components", 4.0),
            ("largest_strong_component", 3.0),
            ("levels", 2.0),
            ("is_acyclic", 0.0),
        ] {
            is(name, expected);
        }
        let table = run::<Summary>("{}", sketch(&[], &[])).unwrap();
        assert!(column(&table, "density")[0].is_nan() && column(&table, "is_acyclic") == [1.0]);
    }
}
