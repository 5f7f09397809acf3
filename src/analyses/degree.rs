//! `degree`: how many edges touch each node.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::integers;
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Links, Table};
use crate::step::{Analysis, NamedGraph, Rows};

/// The analysis.
pub(crate) struct Degree;

/// Counts, for each node, the edges that reach it (`in_degree`), those that leave it
/// (`out_degree`) and both together (`degree`); a loop counts in both. Linear.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "DegreeOptions")]
pub(crate) struct Options {}

impl Analysis for Degree {
    const KIND: &'static str = "degree";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Counts the edges that touch each node";
    const ROWS: Rows = Rows::Nodes;
    type Options = Options;

    fn analyze(
        _options: &Options,
        graph: &NamedGraph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Table, Failed> {
        let graph = &*graph.graph;
        let links = Links::of(graph);
        let nodes = || graph.nodes().map(|node| node.index());
        let columns = vec![
            integers("degree", nodes().map(|node| links.in_degree(node) + links.out_degree(node))),
            integers("in_degree", nodes().map(|node| links.in_degree(node))),
            integers("out_degree", nodes().map(|node| links.out_degree(node))),
        ];
        super::table(columns, diagnostics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Value;
    use crate::graph::sketch::sketch;

    #[test]
    fn loops_and_parallel_edges_count_as_often_as_they_are_there() {
        let graph = NamedGraph::new("g", sketch(&["a", "b", "c"], &["a b", "a b x #e", "b b"]));
        let table = Degree::analyze(&Options {}, &graph, &mut Diagnostics::default()).unwrap();
        let rows = (0..3).map(|row| table.row(row).collect::<Vec<_>>());
        let numbers = |all: [i64; 3]| all.map(Value::Integer).to_vec();
        let expected = [numbers([2, 0, 2]), numbers([4, 3, 1]), numbers([0, 0, 0])];
        assert_eq!(rows.collect::<Vec<_>>(), expected);
    }
}
