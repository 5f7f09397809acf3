//! `between`: all that lies on a way from some nodes to others.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::parts::{bits, chosen, keep};
use crate::diagnostic::{Diagnostics, Failed};
use crate::expression::NodeCondition;
use crate::graph::{Direction, Graph, reach};
use crate::step::{NamedData, NamedGraph, Transform};

/// The transform.
pub(crate) struct Between;

/// Keeps what lies on a way from some nodes to others along edges, both ends and the partitions
/// around all of it included: nothing, if no way leads from here to there.
///
/// A way may pass a node more than once, so that a cycle which one can go around on the way is in
/// it too: to find the ways that pass no node twice is known to be hard.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BetweenOptions")]
pub(crate) struct Options {
    /// Where ways begin.
    pub from: NodeCondition,
    /// Where they end.
    pub to: NodeCondition,
}

impl Transform for Between {
    const KIND: &'static str = "between";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Keeps what lies on a way from some nodes to others";
    type Options = Options;

    fn transform(
        options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let from = chosen(&options.from, &graph, diagnostics);
        let to = chosen(&options.to, &graph, diagnostics);
        // What is wrong with either is told together.
        let (from, to) = (from?, to?);
        let after = reach(&graph, &from, Direction::Out, None);
        let before = reach(&graph, &to, Direction::In, None);
        let both: Vec<bool> =
            after.iter().zip(&before).map(|(a, b)| a.is_some() && b.is_some()).collect();
        Ok(keep(graph, &bits(&both, |both| *both)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{assert_whole, edge_words, node_words, rows, sketch};
    use crate::transforms::testing::run;

    fn check(options: &str, nodes: &[&str], edges: &[&str]) {
        let graph = sketch(
            &["a", "b in p", "c", "d", "e", "f", "p"],
            &["a b", "b d", "a c", "c d", "d e", "c f", "d d", "e a #back"],
        );
        let result = run::<Between>(options, &graph).unwrap();
        let owned = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!((node_words(&result), edge_words(&result)), (owned(nodes), owned(edges)));
    }

    #[test]
    fn all_ways_are_kept_with_their_ends() {
        let nodes = ["a", "b in p", "c", "d", "e", "p"];
        let edges = ["a b", "a c", "b d", "c d", "d d", "d e", "e a #back"];
        check(r#"{ "from": "id == 'a'", "to": "id == 'e'" }"#, &nodes, &edges);
        check(r#"{ "from": "id == 'f'", "to": "id == 'a'" }"#, &[], &[]);
        check(r#"{ "from": "id == 'f'", "to": "id == 'f'" }"#, &["f"], &[]);
    }

    proptest! {
        #[test]
        fn looking_again_changes_nothing((rows, turned) in rows()) {
            let options = r#"{ "from": "id == 'a'", "to": "layer == 'data'" }"#;
            let result = run::<Between>(options, &rows.graph()).unwrap();
            assert_whole(&result);
            prop_assert_eq!(&run::<Between>(options, &turned.graph()).unwrap(), &result);
            prop_assert_eq!(&run::<Between>(options, &result).unwrap(), &result);
        }
    }
}
