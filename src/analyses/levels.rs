//! `levels`: how many steps deep each node lies.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Table, levels};
use crate::step::{Analysis, NamedGraph, Rows};

/// The analysis.
pub(crate) struct Levels;

/// Tells how deep each node lies (`level`): 0 where nothing leads to it, else one more than the
/// deepest of what leads to it. Nodes that all reach each other share a level, so that a graph with
/// cycles has levels too. Linear.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "LevelsOptions")]
pub(crate) struct Options {}

impl Analysis for Levels {
    const KIND: &'static str = "levels";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Tells how many steps deep each node lies";
    const ROWS: Rows = Rows::Nodes;
    type Options = Options;

    fn analyze(
        _options: &Options,
        graph: &NamedGraph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Table, Failed> {
        let graph = &*graph.graph;
        let levels = levels(graph);
        let column = super::integers("level", levels.iter().map(|level| *level as usize));
        super::table(vec![column], diagnostics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyses::testing::{check, column, run};
    use crate::graph::sketch::sketch;

    #[test]
    fn the_longest_way_counts() {
        let graph = sketch(&["a", "b", "c", "d"], &["a b", "b c", "a c", "c d", "d c"]);
        check(&column(&run::<Levels>("{}", graph).unwrap(), "level"), &[0.0, 1.0, 2.0, 2.0]);
    }
}
