//! `cycles`: the cycles, shortest first.

use std::num::NonZeroU32;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{CycleCut, CycleLimits, NodeId, Table, cycles};
use crate::step::{Analysis, NamedGraph, Rows};

/// How many edges are looked at before the search is given up: seconds.
const EFFORT: u64 = 1_000_000_000;

/// The analysis.
pub(crate) struct Cycles;

/// Lists the elementary cycles: ways along edges back to where they start, which pass no node twice.
/// A row for each, the shortest first, with `cycle`, its number from 1, `length`, its number of
/// edges, and `nodes`, from the first in order of ids back to it. Cycles of the same nodes in the
/// same order are one, however many edges lie between these; a loop is a cycle of one node. A
/// warning says so if there are more than are listed.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "CyclesOptions")]
pub(crate) struct Options {
    /// The most cycles to list.
    pub limit: NonZeroU32,
    /// The most edges of a cycle that is listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<NonZeroU32>,
}

impl Default for Options {
    fn default() -> Self {
        Options { limit: NonZeroU32::MIN.saturating_add(999), max_length: None }
    }
}

impl Analysis for Cycles {
    const KIND: &'static str = "cycles";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Lists the cycles, shortest first";
    const ROWS: Rows = Rows::Own;
    type Options = Options;

    fn analyze(
        options: &Options,
        graph: &NamedGraph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Table, Failed> {
        let graph = &*graph.graph;
        let limits = CycleLimits {
            count: options.limit.get() as usize,
            length: options.max_length.map(NonZeroU32::get),
            effort: EFFORT,
        };
        let cycles = cycles(graph, limits);
        if let Some(warning) = cycles.cut.map(|cut| warning(cut, limits)) {
            diagnostics.push(warning);
        }
        let path = |cycle: &Vec<NodeId>| {
            let back = cycle.iter().chain(cycle.first()).map(|node| node.0);
            super::way(graph, back)
        };
        let paths: Vec<String> = cycles.found.iter().map(path).collect();
        let columns = vec![
            super::integers("cycle", 1..paths.len() + 1),
            super::integers("length", cycles.found.iter().map(Vec::len)),
            super::text("nodes", paths.iter().map(String::as_str)),
        ];
        super::table(columns, diagnostics)
    }
}

fn warning(cut: CycleCut, limits: CycleLimits) -> Diagnostic {
    match cut {
        CycleCut::Count => {
            let word = if limits.count == 1 { "cycle" } else { "cycles" };
            let message = format!("the graph has more than {} {word}", limits.count);
            Diagnostic::warning("more-cycles", message)
                .note("the shortest are listed")
                .help("raise `limit`, or break those that are listed first")
        }
        CycleCut::Effort(length) => {
            let message = format!("not all cycles of more than {length} edges are listed");
            Diagnostic::warning("more-cycles", message)
                .note("to find all would take too long")
                .help("break those that are listed, or give `max_length`")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyses::testing::{check, column, run, texts};
    use crate::graph::sketch::sketch;

    #[test]
    fn cycles_are_listed_from_their_first_node_back_to_it() {
        let graph = || sketch(&["a", "b", "c"], &["b c", "c a", "a b", "b a", "c c"]);
        let table = run::<Cycles>("{}", graph()).unwrap();
        assert_eq!(texts(&table, "nodes"), ["c -> c", "a -> b -> a", "a -> b -> c -> a"]);
        check(&column(&table, "length"), &[1.0, 2.0, 3.0]);
        let table = run::<Cycles>(r#"{"max_length": 2}"#, graph()).unwrap();
        check(&column(&table, "cycle"), &[1.0, 2.0]);
        let options = serde_json::from_str(r#"{"limit": 1}"#).unwrap();
        let mut diagnostics = Diagnostics::default();
        let table = Cycles::analyze(&options, &NamedGraph::new("g", graph()), &mut diagnostics);
        assert_eq!(table.unwrap().row_count(), 1);
        assert_eq!(diagnostics.list[0].message, "the graph has more than 1 cycle");
    }
}
