//! `strong_components`: the parts of a graph whose nodes all reach each other.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Table, strong_components};
use crate::step::{Analysis, NamedGraph, Rows};

/// The analysis.
pub(crate) struct StrongComponents;

/// Numbers the parts whose nodes all reach each other along edges (`strong_component`): 1 is the
/// largest, and of parts of one size the one with the first node. `strong_component_size` is how
/// many nodes are in it: more than one means a cycle. Linear.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "StrongComponentsOptions")]
pub(crate) struct Options {}

impl Analysis for StrongComponents {
    const KIND: &'static str = "strong_components";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Finds the parts of a graph whose nodes all reach each other";
    const ROWS: Rows = Rows::Nodes;
    type Options = Options;

    fn analyze(
        _options: &Options,
        graph: &NamedGraph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Table, Failed> {
        let graph = &*graph.graph;
        super::table(
            super::group_columns("strong_component", &strong_components(graph)),
            diagnostics,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyses::testing::{check, column, run};
    use crate::graph::sketch::sketch;

    #[test]
    fn a_cycle_is_one_component_and_what_it_leads_to_another() {
        let graph = sketch(&["a", "b", "c", "d"], &["b c", "c b", "c d", "a b"]);
        let table = run::<StrongComponents>("{}", graph).unwrap();
        check(&column(&table, "strong_component"), &[2.0, 1.0, 1.0, 3.0]);
        check(&column(&table, "strong_component_size"), &[1.0, 2.0, 2.0, 1.0]);
    }
}
