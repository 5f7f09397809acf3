//! `eigenvector`: the rank of what points to a node.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{options, parallel};
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{Adjacency, Direction, Graph, Table, strong_components};
use crate::step::{Analysis, NamedGraph, Rows};

/// The analysis.
pub(crate) struct Eigenvector;

/// Ranks nodes by the ranks of the nodes that point to them (`eigenvector`): the values are those of
/// the largest eigenvector, whose length is 1, and those below `tolerance` are 0. Parallel edges count each. A graph without cycles has
/// none but zeros, and is refused unless `direction` is `both`. Linear in edges for each iteration.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "EigenvectorOptions")]
pub(crate) struct Options {
    /// Whether importance comes along edges from what points to a node (`in`), from what it points
    /// to (`out`), or from both.
    pub direction: Direction,
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
        let direction = Direction::In;
        Options { direction, weighted: false, tolerance: 1e-12, iterations: 10_000 }
    }
}

impl Analysis for Eigenvector {
    const KIND: &'static str = "eigenvector";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Ranks nodes by the rank of what points to them";
    const ROWS: Rows = Rows::Nodes;
    type Options = Options;

    fn analyze(
        options: &Options,
        graph: &NamedGraph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Table, Failed> {
        let graph = &*graph.graph;
        let weights = options::weights(graph, options.weighted, false, diagnostics)?;
        if options.direction != Direction::Both && graph.edge_count() > 0 && is_acyclic(graph) {
            return Err(diagnostics.fail(
                Diagnostic::error(
                    "no-cycle",
                    "a graph without cycles has no eigenvector centrality",
                )
                .note("rank flows out of such a graph, and none is left")
                .help("take `pagerank` or `katz`, or `direction: both`"),
            ));
        }
        let rows = Adjacency::of(graph, options.direction);
        let ranks = eigenvector(&rows, options, weights.as_deref()).ok_or_else(|| {
            let help =
                "raise `iterations` or `tolerance`, or take `pagerank`, which always settles";
            diagnostics.fail(options::not_converged("eigenvector", options.iterations, help))
        })?;
        super::table(vec![super::numbers("eigenvector", ranks)], diagnostics)
    }
}

fn is_acyclic(graph: &Graph) -> bool {
    strong_components(graph).count() == graph.node_count()
        && graph.edges().all(|edge| edge.source().index() != edge.target().index())
}

/// Multiplies by the matrix of neighbors again and again (von Mises and Pollaczek-Geiringer,
/// Praktische Verfahren der Gleichungsauflösung, 1929). Each node counts as its own neighbor once
/// more, which changes no eigenvector, and lets graphs of two sides settle too.
fn eigenvector(rows: &Adjacency, options: &Options, weights: Option<&[f64]>) -> Option<Vec<f64>> {
    let count = rows.node_count();
    let mut ranks = vec![(count as f64).sqrt().recip(); count];
    let mut next = ranks.clone();
    for _ in 0..options.iterations {
        let length = parallel::update(&mut next, |at, next| {
            *next = ranks[at] + gathered(rows, weights, &ranks, at);
            *next * *next
        });
        let scale = length.sqrt().recip();
        let change = parallel::update(&mut ranks, |at, rank| {
            let before = std::mem::replace(rank, next[at] * scale);
            (*rank - before).abs()
        });
        if change <= options.tolerance {
            // So little is what is left of a rank that is none.
            let is_none = |rank: &&mut f64| **rank < options.tolerance;
            ranks.iter_mut().filter(is_none).for_each(|rank| *rank = 0.0);
            return Some(ranks);
        }
    }
    (count == 0).then_some(ranks)
}

/// Sums what a node's neighbors have, as the edges weigh.
pub(super) fn gathered(
    rows: &Adjacency,
    weights: Option<&[f64]>,
    values: &[f64],
    at: usize,
) -> f64 {
    let others = rows.row(at as u32).iter().map(|other| values[*other as usize]);
    match weights {
        None => others.sum(),
        Some(weights) => {
            let edges = rows.edges(at as u32).iter();
            others.zip(edges).map(|(value, edge)| value * weights[*edge as usize]).sum()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyses::testing::{check, column, run};
    use crate::graph::sketch::sketch;

    #[test]
    fn the_middle_of_a_star_ranks_highest() {
        let graph = || sketch(&["a", "b", "c"], &["a b", "a c"]);
        let table = run::<Eigenvector>(r#"{"direction": "both"}"#, graph()).unwrap();
        let half = 0.5f64.sqrt();
        check(&column(&table, "eigenvector"), &[half, 0.5, 0.5]);
        let problem = run::<Eigenvector>("{}", graph()).unwrap_err();
        assert_eq!(problem, "a graph without cycles has no eigenvector centrality");
        let table =
            run::<Eigenvector>("{}", sketch(&["a", "b", "c"], &["a b", "b a", "a c"])).unwrap();
        check(&column(&table, "eigenvector"), &[1.0 / 3f64.sqrt(); 3]);
        assert_eq!(run::<Eigenvector>("{}", sketch(&[], &[])).unwrap().row_count(), 0);
    }
}
