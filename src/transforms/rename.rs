//! `rename`: gives attributes other names.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::names::{Owner, wrong_name};
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Attribute, Graph};
use crate::step::{NamedData, NamedGraph, Transform};

/// The transform.
pub(crate) struct Rename;

/// Gives attributes other names, all at once, so that two may change theirs for each other's. An
/// attribute that is not there is an error, and so is a name that another attribute or a field has.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "RenameOptions")]
pub(crate) struct Options {
    /// Attributes of nodes: their names as they are, each with the name to have.
    pub nodes: BTreeMap<String, String>,
    /// Attributes of edges.
    pub edges: BTreeMap<String, String>,
}

impl Transform for Rename {
    const KIND: &'static str = "rename";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Gives attributes other names";
    type Options = Options;

    fn transform(
        options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let nodes = renamed(Owner::Nodes, &graph, &options.nodes, diagnostics);
        let edges = renamed(Owner::Edges, &graph, &options.edges, diagnostics);
        let (nodes, edges) = (nodes?, edges?);
        let graph = Arc::unwrap_or_clone(graph);
        Ok(graph.with_node_attributes(nodes).with_edge_attributes(edges))
    }
}

fn renamed(
    owner: Owner,
    graph: &Graph,
    names: &BTreeMap<String, String>,
    diagnostics: &mut Diagnostics,
) -> Result<Vec<Attribute>, Failed> {
    let mut columns = owner.attributes(graph).to_vec();
    let mut is_fine = true;
    for (old, new) in names {
        let found = owner.find(old, graph, diagnostics);
        is_fine &= owner.check_new(new, diagnostics).is_ok() && found.is_ok();
        if let Ok(at) = found {
            columns[at].name.clone_from(new);
        }
    }
    let mut taken = HashSet::with_capacity(columns.len());
    for column in &columns {
        if is_fine && !taken.insert(column.name.as_str()) {
            let name = &column.name;
            let message = format!("two attributes of {}s would be called `{name}`", owner.one());
            diagnostics.push(wrong_name(name, message).help("`drop` one of them first"));
            is_fine = false;
        }
    }
    if is_fine { Ok(columns) } else { Err(Failed) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::Value;
    use crate::graph::sketch::{assert_whole, rows};
    use crate::transforms::testing::{attributes, run};

    #[test]
    fn attributes_can_change_names_for_each_other() {
        let graph = attributes(&[("a", "x", "1"), ("a", "y", "2")]);
        let result = run::<Rename>(r#"{ "nodes": { "x": "y", "y": "x" } }"#, &graph).unwrap();
        assert_whole(&result);
        let cells: Vec<_> = result.nodes().flat_map(|node| node.attributes()).collect();
        assert_eq!(cells, [("x", Value::Text("2")), ("y", Value::Text("1"))]);
    }

    #[test]
    fn names_that_are_taken_are_errors() {
        let graph = attributes(&[("a", "x", "1"), ("a", "y", "2")]);
        let told = |options| run::<Rename>(options, &graph).unwrap_err();
        let two = "two attributes of nodes would be called `y`";
        assert_eq!(told(r#"{ "nodes": { "x": "y" } }"#), [two]);
        let field = "`label` is a field of every node, no attribute";
        assert_eq!(told(r#"{ "nodes": { "x": "label" } }"#), [field]);
        let unknown = "no node of this graph has an attribute `z`";
        assert_eq!(told(r#"{ "nodes": { "z": "w", "x": "label" } }"#), [field, unknown]);
    }

    proptest! {
        #[test]
        fn there_and_back_changes_nothing((rows, turned) in rows()) {
            let graph = rows.graph();
            let there = r#"{ "nodes": { "size": "α" }, "edges": { "port": "a b" } }"#;
            let back = r#"{ "nodes": { "α": "size" }, "edges": { "a b": "port" } }"#;
            let result = run::<Rename>(there, &graph).unwrap();
            assert_whole(&result);
            prop_assert_eq!(&run::<Rename>(there, &turned.graph()).unwrap(), &result);
            prop_assert_eq!(run::<Rename>(back, &result).unwrap(), graph);
        }
    }
}
