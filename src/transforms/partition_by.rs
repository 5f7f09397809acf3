//! `partition_by`: a hierarchy made from what nodes say of themselves.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::paths::Paths;
use super::regroup::Regroup;
use crate::diagnostic::{Diagnostics, Failed};
use crate::expression::{NodeCondition, NodeExpression};
use crate::graph::Graph;
use crate::step::{NamedData, NamedGraph, Transform};

/// The transform.
pub(crate) struct PartitionBy;

/// Puts nodes into partitions by what they say of themselves: one for each value of the first
/// expression, in it one for each value of the second, and so on.
///
/// The id of a partition is its values with `separator` between, its label is the last of them. A
/// partition that has the id already is used as it is. A node is put as deep as it has values; one
/// without the first stays where it is.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PartitionByOptions")]
pub(crate) struct Options {
    /// Expressions, such as attributes, for the outermost partitions first.
    pub by: Vec<NodeExpression>,
    /// Which nodes are put into partitions; all that are no partitions themselves if absent.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub only: Option<NodeCondition>,
    /// What stands before the ids of partitions.
    #[serde(default)]
    pub prefix: String,
    /// What stands between the values in an id.
    #[serde(default = "slash")]
    pub separator: String,
    /// The layer of the partitions that are made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
}

pub(super) fn slash() -> String {
    "/".to_owned()
}

impl Transform for PartitionBy {
    const KIND: &'static str = "partition_by";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Puts nodes into partitions by what they say of themselves";
    type Options = Options;

    fn transform(
        options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let nodes = match &options.only {
            Some(condition) => condition.select(&graph, diagnostics)?,
            None => graph.nodes().map(|node| !node.is_partition()).collect(),
        };
        let parts = (options.prefix.as_str(), options.separator.as_str());
        let mut paths = Paths::of(&options.by, &graph, &nodes, parts, diagnostics)?;
        let mut regroup = Regroup::of(&graph);
        let layer = options.layer.as_deref();
        let mut is_nothing = true;
        for node in nodes.ones() {
            let values = paths.values(node);
            let mut around = None;
            for (depth, label) in values.iter().enumerate() {
                let id = paths.id(&values[..=depth], diagnostics)?;
                let place = regroup.partition(&id, label, layer, around, diagnostics)?;
                around = Some(place);
            }
            if around.is_some_and(|around| around != node) {
                regroup.set_parent(node, around);
                is_nothing = false;
            }
        }
        if is_nothing { Ok(Arc::unwrap_or_clone(graph)) } else { regroup.finish(diagnostics) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{assert_whole, node_words, rows, sketch};
    use crate::transforms::testing::{attributes, run};

    #[test]
    fn each_level_is_in_the_one_before() {
        let graph = attributes(&[
            ("a", "region", "eu"),
            ("a", "zone", "north"),
            ("b", "region", "eu"),
            ("c", "region", "us"),
            ("c", "zone", "north"),
            ("d", "zone", "north"),
            ("e", "region", ""),
        ]);
        let options = r#"{ "by": ["region", "zone"], "layer": "place" }"#;
        let result = run::<PartitionBy>(options, &graph).unwrap();
        assert_whole(&result);
        let nodes = [
            "a in eu/north",
            "b in eu",
            "c in us/north",
            "d",
            "e",
            "eu @place",
            "eu/north =north in eu @place",
            "us @place",
            "us/north =north in us @place",
        ];
        assert_eq!(node_words(&result), nodes);
    }

    #[test]
    fn partitions_that_are_there_are_used() {
        let graph = sketch(&["a @x in q", "b @x", "c @y", "q", "x =Ex in q +"], &[]);
        let result = run::<PartitionBy>(r#"{ "by": ["layer"], "where": "id != 'c'" }"#, &graph);
        let nodes = ["a in x @x", "b in x @x", "c @y", "q", "x =Ex in q"];
        assert_eq!(node_words(&result.unwrap()), nodes);
    }

    #[test]
    fn ids_that_cannot_be_are_errors() {
        let graph = sketch(&["a @b", "b"], &[]);
        let message = "the partition `b` cannot be made: a node has this id";
        let result = run::<PartitionBy>(r#"{ "by": ["layer"] }"#, &graph);
        assert_eq!(result, Err(vec![message.to_owned()]));
        assert!(run::<PartitionBy>(r#"{ "by": ["layer"], "prefix": "l:" }"#, &graph).is_ok());
        let graph =
            attributes(&[("a", "x", "1/2"), ("a", "y", "3"), ("b", "x", "1"), ("b", "y", "2/3")]);
        let result = run::<PartitionBy>(r#"{ "by": ["x", "y"] }"#, &graph);
        let message = "`1/2`, `3` and `1`, `2/3` would have the same id `1/2/3`";
        assert_eq!(result, Err(vec![message.to_owned()]));
    }

    proptest! {
        #[test]
        fn doing_it_again_changes_nothing((rows, turned) in rows()) {
            let options = r#"{ "by": ["layer", "size"], "layer": "ui" }"#;
            let result = run::<PartitionBy>(options, &rows.graph()).unwrap();
            assert_whole(&result);
            prop_assert_eq!(&run::<PartitionBy>(options, &turned.graph()).unwrap(), &result);
            prop_assert_eq!(&run::<PartitionBy>(options, &result).unwrap(), &result);
        }
    }
}
