//! `top`: the first nodes in an order of values.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::parts::keep;
use crate::diagnostic::{Diagnostics, Failed};
use crate::expression::{NodeCondition, NodeExpression};
use crate::graph::{Bits, Graph};
use crate::step::{NamedData, NamedGraph, Transform};

/// The transform.
pub(crate) struct Top;

/// Keeps the nodes with the greatest values, such as the ten with the most edges, and the
/// partitions around them. Of equal ones, those that come first in order of ids stay.
///
/// A node without a value is never among them. In the time that sorting the nodes takes.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TopOptions")]
pub(crate) struct Options {
    /// How many nodes stay, besides the partitions around them.
    pub count: u32,
    /// What they are compared by: numbers, texts or dates.
    pub by: NodeExpression,
    /// Whether the greatest or the least values come first.
    #[serde(default)]
    pub first: First,
    /// Which nodes are compared; all that are no partitions if absent.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub only: Option<NodeCondition>,
}

/// Which values come first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "TopFirst")]
pub(crate) enum First {
    /// The greatest.
    #[default]
    Greatest,
    /// The least.
    Least,
}

impl Transform for Top {
    const KIND: &'static str = "top";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Keeps the nodes with the greatest values";
    type Options = Options;

    fn transform(
        options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let candidates = match &options.only {
            Some(condition) => condition.select(&graph, diagnostics)?,
            None => graph.nodes().map(|node| !node.is_partition()).collect(),
        };
        let values = options.by.column_of("by", &graph, Some(&candidates), diagnostics)?;
        let mut order: Vec<u32> =
            candidates.ones().filter(|node| values.present.get(*node as usize)).collect();
        // Equal ones stay in order of ids.
        order.sort_by(|a, b| {
            let by = values.compare(*a as usize, *b as usize);
            if options.first == First::Least { by } else { by.reverse() }
        });
        let mut kept = Bits::all(graph.node_count(), false);
        for node in order.into_iter().take(options.count as usize) {
            kept.set(node as usize, true);
        }
        Ok(keep(graph, &kept))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{assert_whole, node_words, rows, sketch};
    use crate::transforms::testing::run;

    fn check(options: &str, nodes: &[&str]) {
        let graph = sketch(
            &["a *2 in p", "b *3", "c *3 @x", "d *1", "p *9"],
            &["a b", "a c", "d a", "d d"],
        );
        assert_eq!(node_words(&run::<Top>(options, &graph).unwrap()), nodes);
    }

    #[test]
    fn the_greatest_stay_and_of_equal_ones_the_first() {
        check(r#"{ "count": 1, "by": "weight" }"#, &["b *3"]);
        check(r#"{ "count": 2, "by": "degree" }"#, &["a in p *2", "d", "p *9"]);
        check(r#"{ "count": 2, "by": "weight", "first": "least" }"#, &["a in p *2", "d", "p *9"]);
        check(r#"{ "count": 0, "by": "weight" }"#, &[]);
    }

    #[test]
    fn nodes_without_a_value_are_never_among_them() {
        check(r#"{ "count": 5, "by": "layer" }"#, &["c @x *3"]);
    }

    #[test]
    fn a_condition_says_what_is_compared() {
        check(r#"{ "count": 1, "by": "weight", "where": "is_partition" }"#, &["p *9"]);
    }

    proptest! {
        #[test]
        fn choosing_again_changes_nothing((rows, turned) in rows(), count in 0..5u32) {
            let options = format!(r#"{{ "count": {count}, "by": "size", "where": "true" }}"#);
            let result = run::<Top>(&options, &rows.graph()).unwrap();
            assert_whole(&result);
            prop_assert_eq!(&run::<Top>(&options, &turned.graph()).unwrap(), &result);
            let options = format!(r#"{{ "count": {count}, "by": "weight", "where": "depth == 0" }}"#);
            let result = run::<Top>(&options, &rows.graph()).unwrap();
            prop_assert_eq!(&run::<Top>(&options, &result).unwrap(), &result);
        }
    }
}
