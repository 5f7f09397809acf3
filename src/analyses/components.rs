//! `components`: the parts of a graph that hang together.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Table, weak_components};
use crate::step::{Analysis, NamedGraph, Rows};

/// The analysis.
pub(crate) struct Components;

/// Numbers the parts that edges join, whichever way these point (`component`): 1 is the largest, and
/// of parts of one size the one with the first node. `component_size` is how many nodes are in it.
/// Almost linear.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "ComponentsOptions")]
pub(crate) struct Options {}

impl Analysis for Components {
    const KIND: &'static str = "components";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Finds the parts of a graph that hang together";
    const ROWS: Rows = Rows::Nodes;
    type Options = Options;

    fn analyze(
        _options: &Options,
        graph: &NamedGraph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Table, Failed> {
        let graph = &*graph.graph;
        super::table(super::group_columns("component", &weak_components(graph)), diagnostics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyses::testing::{check, column, run};
    use crate::graph::sketch::sketch;

    #[test]
    fn the_largest_component_is_the_first() {
        let graph = sketch(&["a", "b", "c", "d", "e", "f"], &["b d", "e d", "c a", "d d"]);
        let table = run::<Components>("{}", graph).unwrap();
        check(&column(&table, "component"), &[2.0, 1.0, 2.0, 1.0, 1.0, 3.0]);
        check(&column(&table, "component_size"), &[2.0, 3.0, 2.0, 3.0, 3.0, 1.0]);
    }
}
