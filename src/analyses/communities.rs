//! `communities`: groups of nodes with many ties among themselves.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::options;
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Strength, Table, communities, modularity};
use crate::step::{Analysis, NamedGraph, Rows};

/// The analysis.
pub(crate) struct Communities;

/// Numbers groups of nodes that have more edges among themselves than chance would give
/// (`community`): 1 is the largest. `community_size` is how many nodes are in it, `modularity`, the
/// same in every row, how well the groups are told apart: from -0.5 to 1, none for a graph without
/// edges. The nodes of a community always hang together. Nearly linear.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "CommunitiesOptions")]
pub(crate) struct Options {
    /// Whether an edge counts as much as its weight.
    pub weighted: bool,
    /// Whether it matters which way edges point.
    pub directed: bool,
    /// Above 1 for smaller groups, below 1 for larger ones.
    #[serde(deserialize_with = "options::positive")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub resolution: f64,
}

impl Default for Options {
    fn default() -> Self {
        Options { weighted: false, directed: false, resolution: 1.0 }
    }
}

impl Analysis for Communities {
    const KIND: &'static str = "communities";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Finds groups of nodes with many ties among themselves";
    const ROWS: Rows = Rows::Nodes;
    type Options = Options;

    fn analyze(
        options: &Options,
        graph: &NamedGraph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Table, Failed> {
        let graph = &*graph.graph;
        options::weights(graph, options.weighted, false, diagnostics)?;
        let Options { weighted, directed, resolution } = *options;
        let strength = Strength { weighted, directed, resolution };
        let groups = communities(graph, strength);
        let modularity = modularity(graph, &groups, strength).unwrap_or(f64::NAN);
        let mut columns = super::group_columns("community", &groups);
        columns.push(super::numbers("modularity", vec![modularity; graph.node_count()]));
        super::table(columns, diagnostics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyses::testing::{check, column, run};
    use crate::graph::sketch::sketch;

    #[test]
    fn two_triangles_with_one_edge_between_are_two_communities() {
        let edges = ["a b *2", "b c *2", "c a *2", "d e *2", "e f *2", "f d *2", "c d"];
        let graph = || sketch(&["a", "b", "c", "d", "e", "f"], &edges);
        let table = run::<Communities>("{}", graph()).unwrap();
        check(&column(&table, "community"), &[1.0, 1.0, 1.0, 2.0, 2.0, 2.0]);
        check(&column(&table, "community_size"), &[3.0; 6]);
        check(&column(&table, "modularity"), &[6.0 / 7.0 - 0.5; 6]);
        let table = run::<Communities>(r#"{"weighted": true}"#, graph()).unwrap();
        check(&column(&table, "modularity"), &[12.0 / 13.0 - 0.5; 6]);
        let table = run::<Communities>("{}", sketch(&["a"], &[])).unwrap();
        assert!(column(&table, "modularity")[0].is_nan());
        let problem = run::<Communities>(r#"{"weighted": true}"#, sketch(&["a"], &["a a *-1"]));
        assert_eq!(problem.unwrap_err(), "the edge `a->a` has the weight -1");
    }
}
