//! `katz`: all ways that lead to a node.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::eigenvector::gathered;
use super::{options, parallel};
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Adjacency, Direction, Table};
use crate::step::{Analysis, NamedGraph, Rows};

/// The analysis.
pub(crate) struct Katz;

/// Ranks nodes by all ways that lead to them, each step of which makes a way count less (`katz`).
/// Parallel edges count each. Linear in edges for each iteration.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "KatzOptions")]
pub(crate) struct Options {
    /// What a way counts for each of its edges; less than one by the largest eigenvalue.
    #[serde(deserialize_with = "options::positive")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub alpha: f64,
    /// What each node has by itself.
    #[serde(deserialize_with = "options::positive")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub beta: f64,
    /// Whether the squares of all values sum to 1.
    pub normalized: bool,
    /// Whether importance comes along edges from what points to a node (`in`), from what it points
    /// to (`out`), or from both.
    pub direction: Direction,
    /// Whether an edge counts as much as its weight.
    pub weighted: bool,
    /// By how much all values together may change in the last iteration, as a part of their sum.
    #[serde(deserialize_with = "options::positive")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub tolerance: f64,
    /// The most iterations; not to settle within them is an error.
    pub iterations: u32,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            alpha: 0.1,
            beta: 1.0,
            normalized: true,
            direction: Direction::In,
            weighted: false,
            tolerance: 1e-12,
            iterations: 1000,
        }
    }
}

impl Analysis for Katz {
    const KIND: &'static str = "katz";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Ranks nodes by all ways that lead to them, long ones less";
    const ROWS: Rows = Rows::Nodes;
    type Options = Options;

    fn analyze(
        options: &Options,
        graph: &NamedGraph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Table, Failed> {
        let graph = &*graph.graph;
        let weights = options::weights(graph, options.weighted, false, diagnostics)?;
        let rows = Adjacency::of(graph, options.direction);
        let mut ranks = katz(&rows, options, weights.as_deref()).ok_or_else(|| {
            let help =
                "lower `alpha`: it must be less than 1 by the largest eigenvalue of the graph";
            diagnostics.fail(options::not_converged("katz", options.iterations, help))
        })?;
        if options.normalized {
            let length = parallel::sum(ranks.len(), |at| ranks[at] * ranks[at]).sqrt();
            ranks.iter_mut().for_each(|rank| *rank /= length);
        }
        super::table(vec![super::numbers("katz", ranks)], diagnostics)
    }
}

/// Lets longer and longer ways count (Katz, A new status index derived from sociometric analysis,
/// 1953).
fn katz(rows: &Adjacency, options: &Options, weights: Option<&[f64]>) -> Option<Vec<f64>> {
    let mut ranks = vec![0.0; rows.node_count()];
    let mut next = ranks.clone();
    for _ in 0..options.iterations {
        let sum = parallel::update(&mut next, |at, next| {
            *next = options.alpha * gathered(rows, weights, &ranks, at) + options.beta;
            *next
        });
        if !sum.is_finite() {
            return None;
        }
        let change = parallel::sum(next.len(), |at| (next[at] - ranks[at]).abs());
        std::mem::swap(&mut ranks, &mut next);
        if change <= options.tolerance * sum {
            return Some(ranks);
        }
    }
    ranks.is_empty().then_some(ranks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyses::testing::{check, column, run};
    use crate::graph::sketch::sketch;

    #[test]
    fn longer_ways_count_less() {
        let graph = || sketch(&["a", "b", "c"], &["a b", "b c"]);
        let ranks = |options| column(&run::<Katz>(options, graph()).unwrap(), "katz");
        check(&ranks(r#"{"normalized": false}"#), &[1.0, 1.1, 1.11]);
        check(&ranks(r#"{"normalized": false, "direction": "out"}"#), &[1.11, 1.1, 1.0]);
        let squares: f64 =
            ranks(r#"{"alpha": 0.5, "beta": 3}"#).iter().map(|rank| rank * rank).sum();
        assert!((squares - 1.0).abs() < 1e-12);
    }

    #[test]
    fn an_alpha_that_is_too_large_is_told() {
        let graph = sketch(&["a", "b"], &["a b", "b a"]);
        let problem = run::<Katz>(r#"{"alpha": 2}"#, graph).unwrap_err();
        assert_eq!(problem, "katz did not settle within 1000 iterations");
    }
}
