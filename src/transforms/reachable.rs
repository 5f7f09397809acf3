//! `reachable`: all that some nodes lead to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::parts::{bits, chosen, keep};
use crate::diagnostic::{Diagnostics, Failed};
use crate::expression::NodeCondition;
use crate::graph::{Direction, Graph, reach};
use crate::step::{NamedData, NamedGraph, Transform};

/// The transform.
pub(crate) struct Reachable;

/// Keeps some nodes and all that can be reached from them along edges, with the partitions around
/// them: what a change touches, or, with `direction: in`, what it depends on.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ReachableOptions")]
pub(crate) struct Options {
    /// The nodes to begin with.
    pub from: NodeCondition,
    /// Along which edges to go; from their sources to their targets unless told otherwise.
    #[serde(default = "out")]
    pub direction: Direction,
}

fn out() -> Direction {
    Direction::Out
}

impl Transform for Reachable {
    const KIND: &'static str = "reachable";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Keeps what can be reached from some nodes";
    type Options = Options;

    fn transform(
        options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let from = chosen(&options.from, &graph, diagnostics)?;
        let reached = reach(&graph, &from, options.direction, None);
        Ok(keep(graph, &bits(&reached, Option::is_some)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{assert_whole, chain, edge_words, node_words, rows, sketch};
    use crate::transforms::testing::run;

    #[test]
    fn edges_lead_as_far_as_they_go() {
        let graph = sketch(&["a in p", "b", "c", "d", "p"], &["a b", "b c", "c b", "d b"]);
        let check = |options: &str, nodes: &[&str], edges: &[&str]| {
            let result = run::<Reachable>(options, &graph).unwrap();
            assert_eq!((node_words(&result), edge_words(&result)), {
                let owned = |words: &[&str]| words.iter().map(ToString::to_string).collect();
                (owned(nodes), owned(edges))
            });
        };
        check(r#"{ "from": "id == 'd'" }"#, &["b", "c", "d"], &["b c", "c b", "d b"]);
        let nodes = ["a in p", "b", "c", "d", "p"];
        let edges = ["a b", "b c", "c b", "d b"];
        check(r#"{ "from": "id == 'c'", "direction": "in" }"#, &nodes, &edges);
        check(r#"{ "from": "id == 'a'", "direction": "in" }"#, &["a in p", "p"], &[]);
    }

    #[test]
    fn a_chain_of_a_million_is_gone_along() {
        let graph = chain(1_000_000);
        let result = run::<Reachable>(r#"{ "from": "id == '0000001'" }"#, &graph).unwrap();
        assert_eq!(result.node_count(), 999_999);
    }

    proptest! {
        #[test]
        fn going_again_changes_nothing((rows, turned) in rows()) {
            let options = r#"{ "from": "id in ['a', 'c']" }"#;
            let result = run::<Reachable>(options, &rows.graph()).unwrap();
            assert_whole(&result);
            prop_assert_eq!(&run::<Reachable>(options, &turned.graph()).unwrap(), &result);
            prop_assert_eq!(&run::<Reachable>(options, &result).unwrap(), &result);
        }
    }
}
