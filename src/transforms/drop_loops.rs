//! `drop_loops`: leaves out the edges from a node to itself.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Bits, Graph};
use crate::step::{NamedData, NamedGraph, Transform};

/// The transform.
pub(crate) struct DropLoops;

/// Leaves out the edges whose source is their target.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "DropLoopsOptions")]
pub(crate) struct Options {}

impl Transform for DropLoops {
    const KIND: &'static str = "drop_loops";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Leaves out the edges from a node to itself";
    type Options = Options;

    fn transform(
        _options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        _diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let is_loop: Vec<bool> =
            graph.edges().map(|edge| edge.source().index() == edge.target().index()).collect();
        if !is_loop.contains(&true) {
            return Ok(Arc::unwrap_or_clone(graph));
        }
        let stay: Bits = is_loop.into_iter().map(|is_loop| !is_loop).collect();
        Ok(graph.select(&Bits::all(graph.node_count(), true), &stay))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{assert_whole, edge_words, node_words, rows, sketch};
    use crate::transforms::testing::run;

    #[test]
    fn loops_go_and_cycles_stay() {
        let graph = sketch(&["a in p", "b", "p"], &["a a", "a b", "b a", "p p #e", "a p"]);
        let result = run::<DropLoops>("{}", &graph).unwrap();
        assert_eq!(edge_words(&result), ["a b", "a p", "b a"]);
        assert_eq!(node_words(&result), node_words(&graph));
    }

    proptest! {
        #[test]
        fn doing_it_again_changes_nothing((rows, turned) in rows()) {
            let result = run::<DropLoops>("{}", &rows.graph()).unwrap();
            assert_whole(&result);
            prop_assert_eq!(&run::<DropLoops>("{}", &turned.graph()).unwrap(), &result);
            prop_assert_eq!(&run::<DropLoops>("{}", &result).unwrap(), &result);
        }
    }
}
