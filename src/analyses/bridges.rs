//! `bridges`: the edges that alone hold a part together.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Table, cuts};
use crate::step::{Analysis, NamedGraph, Rows};

/// The analysis.
pub(crate) struct Bridges;

/// Tells which edges alone hold a part of the graph together (`is_bridge`): without one, its two
/// ends are no longer joined, whichever way edges point. One of several parallel edges never is a
/// bridge, nor is a loop. Linear.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "BridgesOptions")]
pub(crate) struct Options {}

impl Analysis for Bridges {
    const KIND: &'static str = "bridges";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Finds the edges that alone hold a part together";
    const ROWS: Rows = Rows::Edges;
    type Options = Options;

    fn analyze(
        _options: &Options,
        graph: &NamedGraph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Table, Failed> {
        let graph = &*graph.graph;
        super::table(vec![super::booleans("is_bridge", cuts(graph).bridges)], diagnostics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyses::testing::{check, column, run};
    use crate::graph::sketch::sketch;

    #[test]
    fn what_lies_on_no_cycle_is_a_bridge() {
        let graph = sketch(&["a", "b", "c", "d"], &["a b", "b c", "c a", "c d", "d d"]);
        let table = run::<Bridges>("{}", graph).unwrap();
        check(&column(&table, "is_bridge"), &[0.0, 0.0, 0.0, 1.0, 0.0]);
    }
}
