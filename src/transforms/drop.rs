//! `drop`: takes attributes away.

use std::collections::BTreeSet;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::names::Owner;
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Attribute, Graph};
use crate::step::{NamedData, NamedGraph, Transform};

/// The transform.
pub(crate) struct Drop;

/// Takes attributes away. What no later step needs then decides no later result: an edit to such a
/// column builds nothing that comes after. An attribute that is not there is an error.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "DropOptions")]
pub(crate) struct Options {
    /// Attributes of nodes.
    pub nodes: BTreeSet<String>,
    /// Attributes of edges.
    pub edges: BTreeSet<String>,
}

impl Transform for Drop {
    const KIND: &'static str = "drop";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Takes attributes away";
    type Options = Options;

    fn transform(
        options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let lists = [&options.nodes, &options.edges];
        for (owner, names) in Owner::ALL.into_iter().zip(lists) {
            for name in names {
                // What is wrong with all of them is told together.
                let _: Result<usize, Failed> = owner.find(name, &graph, diagnostics);
            }
        }
        if diagnostics.has_errors() {
            return Err(Failed);
        }
        let rest = |owner: Owner, names: &BTreeSet<String>| -> Vec<Attribute> {
            let columns = owner.attributes(&graph).iter();
            columns.filter(|column| !names.contains(&column.name)).cloned().collect()
        };
        let (nodes, edges) =
            (rest(Owner::Nodes, &options.nodes), rest(Owner::Edges, &options.edges));
        let graph = Arc::unwrap_or_clone(graph);
        Ok(graph.with_node_attributes(nodes).with_edge_attributes(edges))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{assert_whole, rows};
    use crate::transforms::testing::{attributes, run};

    #[test]
    fn only_what_is_named_goes() {
        let graph = attributes(&[("a", "cost", "1"), ("a", "owner", "ann")]);
        let result = run::<Drop>(r#"{ "nodes": ["cost"] }"#, &graph).unwrap();
        let names: Vec<_> = result.node_attributes().iter().map(|column| &column.name).collect();
        assert_eq!(names, ["owner"]);
    }

    #[test]
    fn what_is_not_there_is_told_all_together() {
        let graph = attributes(&[("a", "cost", "1")]);
        let told = run::<Drop>(r#"{ "nodes": ["cots", "label"], "edges": ["cost"] }"#, &graph);
        let expected = [
            "no node of this graph has an attribute `cots`",
            "`label` is a field of every node, no attribute",
            "no edge of this graph has an attribute `cost`",
        ];
        assert_eq!(told.unwrap_err(), expected);
    }

    proptest! {
        #[test]
        fn nothing_else_changes((rows, turned) in rows()) {
            let graph = rows.graph();
            let result = run::<Drop>(r#"{ "nodes": ["size"], "edges": ["port"] }"#, &graph).unwrap();
            assert_whole(&result);
            let mut back = result.clone();
            for column in graph.node_attributes() {
                back = back.with_node_attribute(column.clone());
            }
            for column in graph.edge_attributes() {
                back = back.with_edge_attribute(column.clone());
            }
            prop_assert_eq!(back, graph);
            let turned = run::<Drop>(r#"{ "nodes": ["size"], "edges": ["port"] }"#, &turned.graph());
            prop_assert_eq!(turned.unwrap(), result);
        }
    }
}
