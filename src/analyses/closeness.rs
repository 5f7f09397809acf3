//! `closeness`: how near the others are.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::walk::{Walk, Ways};
use super::{options, parallel};
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Direction, Table};
use crate::step::{Analysis, NamedGraph, Rows};

/// The analysis.
pub(crate) struct Closeness;

/// Ranks nodes by how near they are to what reaches them. `closeness` is one by the mean distance,
/// times the part of all nodes that reach it (0 if none does); `harmonic` is the sum of one by each
/// distance. Of parallel edges the shortest counts. In nodes × edges; a graph of more than
/// 100,000,000,000 of these is refused.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "ClosenessOptions")]
pub(crate) struct Options {
    /// Whether distances are those to a node (`in`), from it (`out`), or along edges whichever way
    /// they point.
    pub direction: Direction,
    /// Whether an edge is as long as its weight, rather than 1.
    pub weighted: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options { direction: Direction::In, weighted: false }
    }
}

impl Analysis for Closeness {
    const KIND: &'static str = "closeness";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Ranks nodes by how near the others are";
    const ROWS: Rows = Rows::Nodes;
    type Options = Options;

    fn analyze(
        options: &Options,
        graph: &NamedGraph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Table, Failed> {
        let graph = &*graph.graph;
        let weights = options::weights(graph, options.weighted, true, diagnostics)?;
        let help = "take `pagerank`, or a part of the graph";
        options::check_work(graph.node_count(), graph, help, diagnostics)?;
        let ways = Ways::of(graph, options.direction, weights.as_deref());
        let all: Vec<u32> = (0..graph.node_count() as u32).collect();
        let near = parallel::each(
            &all,
            || Walk::over(&ways),
            |walk, node| {
                walk.from(&ways, node);
                let distances = || walk.order[1..].iter().map(|other| walk.distance(*other));
                let (reached, sum) = ((walk.order.len() - 1) as f64, distances().sum::<f64>());
                let part = reached / (graph.node_count() - 1).max(1) as f64;
                let closeness = if sum > 0.0 { reached / sum * part } else { 0.0 };
                (closeness, distances().map(f64::recip).sum::<f64>())
            },
        );
        let closeness = super::numbers("closeness", near.iter().map(|near| near.0));
        let harmonic = super::numbers("harmonic", near.iter().map(|near| near.1));
        super::table(vec![closeness, harmonic], diagnostics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyses::testing::{check, column, run};
    use crate::graph::sketch::{chain, sketch};

    #[test]
    fn what_is_reached_by_few_is_less_close() {
        let edges = ["a b *2", "b c *0.5", "b b *9", "a b x *4 #e"];
        let graph = || sketch(&["a", "b", "c", "d"], &edges);
        let found = |options: &str| {
            let table = run::<Closeness>(options, graph()).unwrap();
            (column(&table, "closeness"), column(&table, "harmonic"))
        };
        let (closeness, harmonic) = found("{}");
        check(&closeness, &[0.0, 1.0 / 3.0, 4.0 / 9.0, 0.0]);
        check(&harmonic, &[0.0, 1.0, 1.5, 0.0]);
        check(&found(r#"{"direction": "out"}"#).0, &[4.0 / 9.0, 1.0 / 3.0, 0.0, 0.0]);
        check(&found(r#"{"direction": "both"}"#).0, &[4.0 / 9.0, 2.0 / 3.0, 4.0 / 9.0, 0.0]);
        check(&found(r#"{"weighted": true}"#).0, &[0.0, 1.0 / 6.0, 4.0 / 9.0, 0.0]);
        assert!(run::<Closeness>("{}", chain(1_000_000)).unwrap_err().contains("too many"));
    }
}
