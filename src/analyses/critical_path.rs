//! `critical_path`: which nodes have no time to spare.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::long::{self, Lengths, Measure};
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Links, NodeId, Table};
use crate::step::{Analysis, NamedGraph, Rows};

/// The analysis.
pub(crate) struct CriticalPath;

/// Tells when each node of a graph without cycles can begin, if nodes or edges take time and edges
/// lead to what comes later: at the earliest (`earliest`), and at the latest if the whole is not to
/// take longer (`latest`); `slack` is the time between, and `is_critical` whether there is none.
/// Linear.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "CriticalPathOptions")]
pub(crate) struct Options {
    /// What takes time.
    pub measure: Measure,
}

impl Analysis for CriticalPath {
    const KIND: &'static str = "critical_path";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Tells which nodes have no time to spare";
    const ROWS: Rows = Rows::Nodes;
    type Options = Options;

    fn analyze(
        options: &Options,
        graph: &NamedGraph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Table, Failed> {
        let graph = &*graph.graph;
        let order = long::order(graph, "critical_path", diagnostics)?;
        let lengths = Lengths::of(graph, options.measure, diagnostics)?;
        let links = Links::of(graph);
        let mut earliest = vec![0f64; graph.node_count()];
        for node in &order {
            let begin = earliest[*node as usize];
            for edge in links.leaving(NodeId(*node)) {
                let target = &mut earliest[graph.edge(edge).target().index().0 as usize];
                *target = target.max(begin + lengths.of_step(*node, edge));
            }
        }
        let ends = (0..).zip(&earliest).map(|(node, begin)| begin + lengths.of_node(node));
        let end = ends.fold(0.0, f64::max);
        let mut latest: Vec<f64> =
            (0..graph.node_count() as u32).map(|node| end - lengths.of_node(node)).collect();
        for node in order.iter().rev() {
            let after = links.leaving(NodeId(*node)).map(|edge| {
                let target = graph.edge(edge).target().index().0;
                latest[target as usize] - lengths.of_step(*node, edge)
            });
            latest[*node as usize] = after.fold(latest[*node as usize], f64::min);
        }
        // What rounding leaves is no time to spare.
        let slack = || {
            latest.iter().zip(&earliest).map(|(latest, earliest)| {
                let slack = latest - earliest;
                if slack > 1e-9 * end { slack } else { 0.0 }
            })
        };
        let columns = vec![
            super::numbers("earliest", earliest.iter().copied()),
            super::numbers("latest", latest.iter().copied()),
            super::numbers("slack", slack()),
            super::booleans("is_critical", slack().map(|slack| slack == 0.0).collect()),
        ];
        super::table(columns, diagnostics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyses::testing::{check, column, run};
    use crate::graph::sketch::{chain, sketch};

    #[test]
    fn what_has_time_to_spare_is_not_critical() {
        let nodes = ["a *3", "b *2", "c *4", "d *1"];
        let graph = || sketch(&nodes, &["a b *1", "a c *1", "b d *1", "c d *1"]);
        let table = run::<CriticalPath>(r#"{"measure": "node_weights"}"#, graph()).unwrap();
        check(&column(&table, "earliest"), &[0.0, 3.0, 3.0, 7.0]);
        check(&column(&table, "latest"), &[0.0, 5.0, 3.0, 7.0]);
        check(&column(&table, "slack"), &[0.0, 2.0, 0.0, 0.0]);
        check(&column(&table, "is_critical"), &[1.0, 0.0, 1.0, 1.0]);
        let table = run::<CriticalPath>("{}", chain(1_000_000)).unwrap();
        assert_eq!(column(&table, "latest")[999_999], 999_999.0);
        let problem = run::<CriticalPath>("{}", sketch(&["a", "b"], &["a b", "b a"])).unwrap_err();
        assert_eq!(problem, "the graph has a cycle: `a`, `b`");
    }
}
