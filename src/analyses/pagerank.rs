//! `pagerank`: how often a walk at random comes by.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{options, parallel};
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Adjacency, Direction, Graph, Table};
use crate::step::{Analysis, NamedGraph, Rows};

/// The analysis.
pub(crate) struct PageRank;

/// Ranks nodes by how often somebody comes by who follows edges at random, and now and then starts
/// again at any node (`pagerank`); the values of all nodes sum to 1. From a node without edges out,
/// the walk goes on at any node. Parallel edges count each. Linear in edges for each iteration.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "PageRankOptions")]
pub(crate) struct Options {
    /// How likely the walk goes on along an edge rather than start again.
    #[serde(deserialize_with = "options::fraction")]
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1))]
    pub damping: f64,
    /// Whether an edge counts as much as its weight.
    pub weighted: bool,
    /// By how much all values together may change in the last iteration.
    #[serde(deserialize_with = "options::positive")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub tolerance: f64,
    /// The most iterations; not to settle within them is an error.
    pub iterations: u32,
}

impl Default for Options {
    fn default() -> Self {
        Options { damping: 0.85, weighted: false, tolerance: 1e-12, iterations: 1000 }
    }
}

impl Analysis for PageRank {
    const KIND: &'static str = "pagerank";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Ranks nodes by how often a walk at random comes by";
    const ROWS: Rows = Rows::Nodes;
    type Options = Options;

    fn analyze(
        options: &Options,
        graph: &NamedGraph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Table, Failed> {
        let graph = &*graph.graph;
        let weights = options::weights(graph, options.weighted, false, diagnostics)?;
        let ranks = pagerank(graph, options, weights.as_deref()).ok_or_else(|| {
            let help = "raise `iterations` or `tolerance`, or lower `damping`";
            diagnostics.fail(options::not_converged("pagerank", options.iterations, help))
        })?;
        super::table(vec![super::numbers("pagerank", ranks)], diagnostics)
    }
}

/// Iterates until the ranks settle (Page, Brin, Motwani and Winograd, The PageRank citation ranking:
/// bringing order to the web, 1999).
fn pagerank(graph: &Graph, options: &Options, weights: Option<&[f64]>) -> Option<Vec<f64>> {
    let count = graph.node_count();
    let rows = Adjacency::of(graph, Direction::In);
    let mut leaving = vec![0.0; count];
    for (at, edge) in graph.edges().enumerate() {
        leaving[edge.source().index().0 as usize] += weights.map_or(1.0, |weights| weights[at]);
    }
    let share: Vec<f64> =
        leaving.iter().map(|all| if *all > 0.0 { all.recip() } else { 0.0 }).collect();
    let mut ranks = vec![1.0 / count as f64; count];
    let mut passed = vec![0.0; count];
    for _ in 0..options.iterations {
        let stuck = parallel::update(&mut passed, |at, passed| {
            *passed = ranks[at] * share[at];
            if share[at] == 0.0 { ranks[at] } else { 0.0 }
        });
        let base = (1.0 - options.damping + options.damping * stuck) / count as f64;
        let change = parallel::update(&mut ranks, |at, rank| {
            let sources = rows.row(at as u32).iter().map(|source| passed[*source as usize]);
            let reaching: f64 = match weights {
                None => sources.sum(),
                Some(weights) => {
                    let edges = rows.edges(at as u32).iter();
                    sources.zip(edges).map(|(rank, edge)| rank * weights[*edge as usize]).sum()
                }
            };
            let before = std::mem::replace(rank, base + options.damping * reaching);
            (*rank - before).abs()
        });
        if change <= options.tolerance {
            return Some(ranks);
        }
    }
    (count == 0).then_some(ranks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyses::testing::{check, column, run};
    use crate::graph::sketch::{sketch, star};

    #[test]
    fn ranks_sum_to_one_and_follow_edges() {
        let graph = || sketch(&["a", "b", "c"], &["a b *3", "a c", "b a", "c a"]);
        let ranks = |options: &str| column(&run::<PageRank>(options, graph()).unwrap(), "pagerank");
        let found = ranks("{}");
        assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!((found[1] - found[2]).abs() < 1e-12 && found[0] > found[1]);
        // a = 0.05 + 0.85 (1 - a), b = 0.05 + 0.85 a / 2
        let expected = 0.9 / 1.85;
        check(&found, &[expected, 0.05 + 0.425 * expected, 0.05 + 0.425 * expected]);
        let heavy = ranks(r#"{"weighted": true}"#);
        check(&heavy, &[expected, 0.05 + 0.6375 * expected, 0.05 + 0.2125 * expected]);
    }

    #[test]
    fn a_node_without_edges_out_passes_on_to_all() {
        let table = run::<PageRank>("{}", sketch(&["a", "b"], &["a b"])).unwrap();
        // b = a + 0.85 a and a + b = 1
        check(&column(&table, "pagerank"), &[1.0 / 2.85, 1.85 / 2.85]);
        assert_eq!(run::<PageRank>("{}", sketch(&[], &[])).unwrap().row_count(), 0);
        let all = column(&run::<PageRank>("{}", star(1_000_000)).unwrap(), "pagerank");
        assert!((all.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn what_does_not_settle_is_told() {
        let problem = run::<PageRank>(r#"{"iterations": 1}"#, sketch(&["a", "b"], &["a b"]));
        assert_eq!(problem.unwrap_err(), "pagerank did not settle within 1 iterations");
    }
}
