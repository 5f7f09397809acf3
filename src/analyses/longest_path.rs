//! `longest_path`: the longest way through a graph without cycles.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::long::{self, Lengths, Measure};
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Links, NodeId, Table};
use crate::step::{Analysis, NamedGraph, Rows};

/// The analysis.
pub(crate) struct LongestPath;

/// Finds the longest way through a graph without cycles: a row for each node on it, with `step`, `id`,
/// `label` and `length`, how far it is from the start. Of several, one is taken, always the same.
/// Linear.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "LongestPathOptions")]
pub(crate) struct Options {
    /// What makes a way long.
    pub measure: Measure,
}

impl Analysis for LongestPath {
    const KIND: &'static str = "longest_path";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Finds the longest way through a graph without cycles";
    const ROWS: Rows = Rows::Own;
    type Options = Options;

    fn analyze(
        options: &Options,
        graph: &NamedGraph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Table, Failed> {
        let graph = &*graph.graph;
        let order = long::order(graph, "longest_path", diagnostics)?;
        let lengths = Lengths::of(graph, options.measure, diagnostics)?;
        let links = Links::of(graph);
        let count = graph.node_count();
        let (mut length, mut before) = (vec![0f64; count], vec![None; count]);
        for node in order {
            let so_far = length[node as usize];
            for edge in links.leaving(NodeId(node)) {
                let target = graph.edge(edge).target().index().0 as usize;
                let there = so_far + lengths.of_step(node, edge);
                let is_first =
                    there == length[target] && before[target].is_none_or(|before| before > node);
                if there > length[target] || is_first {
                    (length[target], before[target]) = (there, Some(node));
                }
            }
        }
        let whole = |node: u32| length[node as usize] + lengths.of_node(node);
        let end = (0..count as u32)
            .reduce(|most, node| if whole(node) > whole(most) { node } else { most });
        let mut way: Vec<u32> = std::iter::successors(end, |node| before[*node as usize]).collect();
        way.reverse();
        let node = |node: &u32| graph.node(NodeId(*node));
        let columns = vec![
            super::integers("step", 0..way.len()),
            super::text("id", way.iter().map(|at| node(at).id())),
            super::text("label", way.iter().map(|at| node(at).label())),
            super::numbers("length", way.iter().map(|at| whole(*at))),
        ];
        super::table(columns, diagnostics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyses::testing::{check, column, run, texts};
    use crate::graph::sketch::{chain, sketch};

    #[test]
    fn the_longest_way_is_listed_node_by_node() {
        let nodes = ["a *3", "b *9", "c *4", "d *1", "e"];
        let graph = || sketch(&nodes, &["a b *1", "a c *7", "b d *1", "c d *1", "a b x *5 #e"]);
        let found = |options: &str| {
            let table = run::<LongestPath>(options, graph()).unwrap();
            (texts(&table, "id").concat(), column(&table, "length"))
        };
        let (ids, lengths) = found("{}");
        assert_eq!(ids, "abd");
        check(&lengths, &[0.0, 1.0, 2.0]);
        let (ids, lengths) = found(r#"{"measure": "edge_weights"}"#);
        assert_eq!(ids, "acd");
        check(&lengths, &[0.0, 7.0, 8.0]);
        let (ids, lengths) = found(r#"{"measure": "node_weights"}"#);
        assert_eq!(ids, "abd");
        check(&lengths, &[3.0, 12.0, 13.0]);
        assert_eq!(run::<LongestPath>("{}", chain(1_000_000)).unwrap().row_count(), 1_000_000);
        assert_eq!(run::<LongestPath>("{}", sketch(&[], &[])).unwrap().row_count(), 0);
        let problem = run::<LongestPath>("{}", sketch(&["a"], &["a a"])).unwrap_err();
        assert_eq!(problem, "the graph has a cycle: `a`");
    }
}
