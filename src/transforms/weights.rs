//! `weights`: one weight for all nodes or edges.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::Graph;
use crate::step::{NamedData, NamedGraph, Transform};

/// The transform.
pub(crate) struct Weights;

/// Gives all nodes, or all edges, the same weight.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "WeightsOptions")]
pub(crate) struct Options {
    /// The weight of every node; they keep their own if absent.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "finite")]
    pub nodes: Option<f64>,
    /// The weight of every edge; they keep their own if absent.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "finite")]
    pub edges: Option<f64>,
}

fn finite<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    match f64::deserialize(deserializer)? {
        number if number.is_finite() => Ok(Some(number)),
        _ => Err(de::Error::custom("a weight is a finite number")),
    }
}

impl Transform for Weights {
    const KIND: &'static str = "weights";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Gives all nodes, or all edges, the same weight";
    type Options = Options;

    fn transform(
        options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        _diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let mut graph = Arc::unwrap_or_clone(graph);
        if let Some(weight) = options.nodes {
            graph = graph.with_node_weight(weight);
        }
        if let Some(weight) = options.edges {
            graph = graph.with_edge_weight(weight);
        }
        Ok(graph)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::sketch::{edge_words, node_words, sketch};

    fn check(options: &str, nodes: [&str; 2], edge: &str) {
        let options = serde_json::from_str(options).unwrap();
        let graph = NamedGraph::new("g", sketch(&["a *2", "b *3"], &["a b *4"]));
        let graph = Weights::transform(&options, graph, &[], &mut Diagnostics::default()).unwrap();
        assert_eq!(
            (node_words(&graph).as_slice(), edge_words(&graph)),
            (&nodes.map(str::to_owned)[..], vec![edge.to_owned()])
        );
    }

    #[test]
    fn nodes_and_edges_get_the_same_weight() {
        check("{}", ["a *2", "b *3"], "a b *4");
        check(r#"{"nodes": 1}"#, ["a", "b"], "a b *4");
        check(r#"{"edges": 0.5}"#, ["a *2", "b *3"], "a b *0.5");
    }
}
