//! `cluster`: nodes with many edges among themselves become partitions.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize};

use super::groups::{Style, group};
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Graph, Strength, communities};
use crate::step::{NamedData, NamedGraph, Transform};

/// The transform.
pub(crate) struct Cluster;

/// Puts nodes with more edges among themselves than chance would give into a partition.
///
/// The communities are found by the method of Traag, Waltman and van Eck (From Louvain to Leiden,
/// 2019) without drawing lots: a graph always has the same. The id of a partition is `prefix` and
/// the id of its first node; it is in the innermost partition that held all its nodes before. Nearly
/// linear.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "ClusterOptions")]
pub(crate) struct Options {
    /// Above 1 makes more and smaller clusters, below 1 fewer and larger ones.
    #[serde(deserialize_with = "positive")]
    #[schemars(range(min = 0.0))]
    pub resolution: f64,
    /// Whether an edge counts as much as its weight.
    pub weighted: bool,
    /// How many nodes a cluster has at least; those of smaller ones stay where they are.
    pub smallest: u32,
    /// What stands before the ids of the partitions.
    pub prefix: String,
    /// The layer of the partitions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    /// An attribute that says which cluster a node is in; no partitions are made then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
}

fn positive<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    match f64::deserialize(deserializer)? {
        number if number.is_finite() && number >= 0.0 => Ok(number),
        _ => Err(de::Error::custom("a resolution is a finite number, and not below 0")),
    }
}

impl Default for Options {
    fn default() -> Self {
        Options {
            resolution: 1.0,
            weighted: true,
            smallest: 2,
            prefix: "cluster/".to_owned(),
            layer: None,
            attribute: None,
        }
    }
}

impl Transform for Cluster {
    const KIND: &'static str = "cluster";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Puts nodes with many edges among themselves into partitions";
    type Options = Options;

    fn transform(
        options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let strength = Strength {
            weighted: options.weighted,
            directed: false,
            resolution: options.resolution,
        };
        let style = Style {
            prefix: &options.prefix,
            layer: options.layer.as_deref(),
            attribute: options.attribute.as_deref(),
            smallest: options.smallest as usize,
        };
        let groups = communities(&graph, strength);
        if graph.node_count() == 0 {
            return Ok(Arc::unwrap_or_clone(graph));
        }
        group(Arc::unwrap_or_clone(graph), &groups, &style, diagnostics)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{assert_whole, node_words, rows, sketch};
    use crate::transforms::testing::run;

    #[test]
    fn two_triangles_are_two_clusters() {
        let nodes = ["a in p", "b in p", "c in p", "x", "y", "z", "w", "p"];
        let edges = ["a b", "b c", "c a", "x y", "y z", "z x", "c x"];
        let result = run::<Cluster>("{}", &sketch(&nodes, &edges)).unwrap();
        assert_whole(&result);
        let expected = [
            "a in cluster/a",
            "b in cluster/a",
            "c in cluster/a",
            "cluster/a =a, b and 1 more in p",
            "cluster/x =x, y and 1 more",
            "p",
            "w",
            "x in cluster/x",
            "y in cluster/x",
            "z in cluster/x",
        ];
        assert_eq!(node_words(&result), expected);
        let few = run::<Cluster>(r#"{ "smallest": 4 }"#, &sketch(&nodes, &edges)).unwrap();
        assert_eq!(node_words(&few), node_words(&sketch(&nodes, &edges)));
    }

    #[test]
    fn a_resolution_is_a_number_that_is_not_below_zero() {
        let read = |text| serde_json::from_str::<Options>(text).is_ok();
        assert!(read(r#"{ "resolution": 0 }"#) && read(r#"{ "resolution": 2.5 }"#));
        assert!(!read(r#"{ "resolution": -1 }"#));
    }

    proptest! {
        #[test]
        fn the_result_is_whole_and_the_same_for_all_orders((rows, turned) in rows(), weighted: bool) {
            for more in ["", r#", "attribute": "cluster""#] {
                let options = format!(r#"{{ "weighted": {weighted} {more} }}"#);
                let result = run::<Cluster>(&options, &rows.graph()).unwrap();
                assert_whole(&result);
                prop_assert_eq!(&run::<Cluster>(&options, &turned.graph()).unwrap(), &result);
                prop_assert_eq!(&run::<Cluster>(&options, &result).unwrap(), &result);
            }
        }
    }
}
