//! `relayer`: puts nodes and edges into layers by expressions.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostics, Failed};
use crate::expression::{EdgeExpression, Expression, NodeExpression};
use crate::graph::{Graph, TextColumn};
use crate::step::{NamedData, NamedGraph, Transform};

/// The transform.
pub(crate) struct Relayer;

/// Puts nodes and edges into layers by expressions, which give the ids of layers; null puts them
/// into none. Layers that are not there are made, without colors. Those that there are keep
/// their looks, and stay also where nothing is in them any more.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "RelayerOptions")]
pub(crate) struct Options {
    /// The layer of each node; as it was if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nodes: Option<NodeExpression>,
    /// The layer of each edge; as it was if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edges: Option<EdgeExpression>,
}

impl Transform for Relayer {
    const KIND: &'static str = "relayer";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Puts nodes and edges into layers by expressions";
    type Options = Options;

    fn transform(
        options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let nodes = options.nodes.as_deref().map(|by| layers(by, &graph, diagnostics)).transpose();
        let edges = options.edges.as_deref().map(|by| layers(by, &graph, diagnostics)).transpose();
        // What is wrong with either is told together.
        let (nodes, edges) = (nodes?, edges?);
        let mut graph = Arc::unwrap_or_clone(graph);
        if let Some(ids) = nodes {
            graph = graph.with_node_layers(&ids);
        }
        if let Some(ids) = edges {
            graph = graph.with_edge_layers(&ids);
        }
        Ok(graph)
    }
}

fn layers(
    by: &Expression,
    graph: &Graph,
    diagnostics: &mut Diagnostics,
) -> Result<TextColumn, Failed> {
    let column = by.column("layer", graph, diagnostics)?;
    let mut ids = TextColumn::with_capacity(column.len(), 0);
    for row in 0..column.len() {
        ids.push_fmt(format_args!("{}", column.get(row)));
    }
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{assert_whole, edge_words, node_words, rows, sketch};
    use crate::transforms::testing::run;

    #[test]
    fn layers_that_are_missing_are_made_and_the_others_stay() {
        let graph = sketch(&["a @m *2", "b", "c @z *3"], &["a b @m", "b c"]);
        let options = r#"{ "nodes": "weight > 1 ? 'w' + string(weight) : null",
            "edges": "coalesce(source.layer, 'm')" }"#;
        let result = run::<Relayer>(options, &graph).unwrap();
        assert_whole(&result);
        assert_eq!(node_words(&result), ["a @w2 *2", "b", "c @w3 *3"]);
        assert_eq!(edge_words(&result), ["a b @m", "b c @m"]);
        let ids: Vec<&str> = result.layers().iter().map(|layer| layer.id.as_str()).collect();
        assert_eq!(ids, ["m", "w2", "w3", "z"]);
    }

    proptest! {
        #[test]
        fn doing_it_again_changes_nothing((rows, turned) in rows()) {
            let options = r#"{ "nodes": "size", "edges": "target.id" }"#;
            let result = run::<Relayer>(options, &rows.graph()).unwrap();
            assert_whole(&result);
            prop_assert_eq!(&run::<Relayer>(options, &turned.graph()).unwrap(), &result);
            prop_assert_eq!(&run::<Relayer>(options, &result).unwrap(), &result);
        }
    }
}
