//! `articulation_points`: the nodes that alone hold a part together.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Table, cuts};
use crate::step::{Analysis, NamedGraph, Rows};

/// The analysis.
pub(crate) struct ArticulationPoints;

/// Tells which nodes alone hold a part of the graph together (`is_articulation_point`): without one,
/// it falls apart, whichever way edges point. Linear.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "ArticulationPointsOptions")]
pub(crate) struct Options {}

impl Analysis for ArticulationPoints {
    const KIND: &'static str = "articulation_points";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Finds the nodes that alone hold a part together";
    const ROWS: Rows = Rows::Nodes;
    type Options = Options;

    fn analyze(
        _options: &Options,
        graph: &NamedGraph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Table, Failed> {
        let graph = &*graph.graph;
        let points = cuts(graph).articulation_points;
        super::table(vec![super::booleans("is_articulation_point", points)], diagnostics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyses::testing::{check, column, run};
    use crate::graph::sketch::sketch;

    #[test]
    fn a_node_between_two_cycles_holds_them_together() {
        let edges = ["a b", "b c", "c a", "c d", "d e", "e c"];
        let table =
            run::<ArticulationPoints>("{}", sketch(&["a", "b", "c", "d", "e"], &edges)).unwrap();
        check(&column(&table, "is_articulation_point"), &[0.0, 0.0, 1.0, 0.0, 0.0]);
    }
}
