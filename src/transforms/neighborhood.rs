//! `neighborhood`: what is near to some nodes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::parts::{bits, chosen, keep};
use crate::diagnostic::{Diagnostics, Failed};
use crate::expression::NodeCondition;
use crate::graph::{Direction, Graph, reach};
use crate::step::{NamedData, NamedGraph, Transform};

/// The transform.
pub(crate) struct Neighborhood;

/// Keeps some nodes and those that are at most so many edges away, with all edges between the nodes
/// that stay, and the partitions around them.
///
/// A partition is a node like others: what it holds is near to it only by edges. `inside("core")`
/// is true of all that the partition `core` holds.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NeighborhoodOptions")]
pub(crate) struct Options {
    /// The nodes in the middle.
    pub of: NodeCondition,
    /// How many edges away a node may be.
    #[serde(default = "one")]
    pub hops: u32,
    /// Along which edges to go.
    #[serde(default)]
    pub direction: Direction,
}

fn one() -> u32 {
    1
}

impl Transform for Neighborhood {
    const KIND: &'static str = "neighborhood";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Keeps what is near to some nodes";
    type Options = Options;

    fn transform(
        options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let middle = chosen(&options.of, &graph, diagnostics)?;
        let hops = reach(&graph, &middle, options.direction, Some(options.hops));
        Ok(keep(graph, &bits(&hops, Option::is_some)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{assert_whole, edge_words, node_words, rows, sketch};
    use crate::transforms::testing::{run, run_with};

    fn check(options: &str, nodes: &[&str], edges: &[&str]) {
        let graph = sketch(
            &["a", "b in p", "c", "d", "e", "p in q", "q"],
            &["a b", "b c", "c d", "d a", "c c", "e a"],
        );
        let result = run::<Neighborhood>(options, &graph).unwrap();
        assert_eq!((node_words(&result), edge_words(&result)), (owned(nodes), owned(edges)));
    }

    fn owned(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn what_is_near_stays_with_its_partitions() {
        let edges = ["a b", "d a", "e a"];
        let nodes = ["a", "b in p", "d", "e", "p in q", "q"];
        check(r#"{ "of": "id == 'a'" }"#, &nodes, &edges);
        let nodes = ["a", "b in p", "p in q", "q"];
        check(r#"{ "of": "id == 'a'", "direction": "out" }"#, &nodes, &["a b"]);
        check(r#"{ "of": "id == 'c'", "hops": 0 }"#, &["c"], &["c c"]);
        let nodes = ["a", "c", "d", "e"];
        let edges = ["c c", "c d", "d a", "e a"];
        check(r#"{ "of": "id == 'a'", "direction": "in", "hops": 2 }"#, &nodes, &edges);
    }

    #[test]
    fn a_condition_that_is_true_of_nothing_gives_a_warning() {
        let graph = sketch(&["a"], &[]);
        let (graph, told) =
            run_with::<Neighborhood>(r#"{ "of": "id == 'A'" }"#, &graph, &[]).unwrap();
        assert_eq!((graph.node_count(), told), (0, owned(&["this is true of no node"])));
    }

    proptest! {
        #[test]
        fn looking_again_changes_nothing((rows, turned) in rows(), hops in 0..3u32) {
            let options =
                format!(r#"{{ "of": "id == 'a' || layer == 'ui'", "hops": {hops} }}"#);
            let result = run::<Neighborhood>(&options, &rows.graph()).unwrap();
            assert_whole(&result);
            prop_assert_eq!(&run::<Neighborhood>(&options, &turned.graph()).unwrap(), &result);
            // A partition that was kept around others may be nearer to none: it stays all the same.
            prop_assert_eq!(&run::<Neighborhood>(&options, &result).unwrap(), &result);
        }
    }
}
