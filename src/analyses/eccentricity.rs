//! `eccentricity`: how far the farthest node is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::walk::{Walk, Ways};
use super::{options, parallel};
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Direction, Table};
use crate::step::{Analysis, NamedGraph, Rows};

/// The analysis.
pub(crate) struct Eccentricity;

/// Tells how many edges away the farthest node is that can be reached from each (`eccentricity`); 0
/// if none can. In nodes × edges; a graph of more than 100,000,000,000 of these is refused.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "EccentricityOptions")]
pub(crate) struct Options {
    /// Along which edges to go.
    pub direction: Direction,
}

impl Default for Options {
    fn default() -> Self {
        Options { direction: Direction::Out }
    }
}

impl Analysis for Eccentricity {
    const KIND: &'static str = "eccentricity";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Tells how far the farthest node is from each";
    const ROWS: Rows = Rows::Nodes;
    type Options = Options;

    fn analyze(
        options: &Options,
        graph: &NamedGraph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Table, Failed> {
        let graph = &*graph.graph;
        let help = "take `levels`, or a part of the graph";
        options::check_work(graph.node_count(), graph, help, diagnostics)?;
        let ways = Ways::of(graph, options.direction, None);
        let all: Vec<u32> = (0..graph.node_count() as u32).collect();
        let farthest = parallel::each(
            &all,
            || Walk::over(&ways),
            |walk, node| {
                walk.from(&ways, node);
                walk.order.last().map_or(0, |last| walk.distance(*last) as usize)
            },
        );
        super::table(vec![super::integers("eccentricity", farthest.into_iter())], diagnostics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyses::testing::{check, column, run};
    use crate::graph::sketch::sketch;

    #[test]
    fn the_middle_is_nearest_to_the_farthest() {
        let graph = || sketch(&["a", "b", "c", "d"], &["a b", "b c"]);
        let found =
            |options| column(&run::<Eccentricity>(options, graph()).unwrap(), "eccentricity");
        check(&found("{}"), &[2.0, 1.0, 0.0, 0.0]);
        check(&found(r#"{"direction": "both"}"#), &[2.0, 1.0, 2.0, 0.0]);
        check(&found(r#"{"direction": "in"}"#), &[0.0, 1.0, 2.0, 0.0]);
    }
}
