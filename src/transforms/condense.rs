//! `condense`: what goes round in cycles becomes partitions.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::groups::{Style, group};
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Graph, strong_components};
use crate::step::{NamedData, NamedGraph, Transform};

/// The transform.
pub(crate) struct Condense;

/// Puts the nodes of each strong component, which can be reached from each other along edges, into
/// a partition. A node that is alone stays where it is, also with an edge to itself.
///
/// The id of such a partition is `prefix` and the id of its first node. It is in the innermost
/// partition that held all its nodes before; what they held themselves stays in them. With
/// `collapse: { where: 'id.startsWith("cycle/")' }` after it, the graph has no cycle but loops.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "CondenseOptions")]
pub(crate) struct Options {
    /// What stands before the ids of the partitions.
    pub prefix: String,
    /// The layer of the partitions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    /// An attribute that says which component a node is in; no partitions are made then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Options { prefix: "cycle/".to_owned(), layer: None, attribute: None }
    }
}

impl Transform for Condense {
    const KIND: &'static str = "condense";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Puts what goes round in cycles into partitions";
    type Options = Options;

    fn transform(
        options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let style = Style {
            prefix: &options.prefix,
            layer: options.layer.as_deref(),
            attribute: options.attribute.as_deref(),
            smallest: 2,
        };
        let components = strong_components(&graph);
        if components.count() == graph.node_count() && style.attribute.is_none() {
            return Ok(Arc::unwrap_or_clone(graph));
        }
        group(Arc::unwrap_or_clone(graph), &components, &style, diagnostics)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::Value;
    use crate::graph::sketch::{assert_whole, edge_words, node_words, rows, sketch};
    use crate::transforms::testing::run;

    #[test]
    fn cycles_become_partitions_where_their_nodes_were() {
        let nodes = ["a in p", "b in q", "c in p", "d", "e", "p in o", "q in o", "o", "x in q"];
        let edges = ["a b", "b c", "c a", "d e", "e e"];
        let result = run::<Condense>(r#"{ "layer": "cycles" }"#, &sketch(&nodes, &edges)).unwrap();
        assert_whole(&result);
        let expected = [
            "a in cycle/a",
            "b in cycle/a",
            "c in cycle/a",
            "cycle/a =a, b and 1 more in o @cycles",
            "d",
            "e",
            "o",
            "p in o",
            "q in o",
            "x in q",
        ];
        assert_eq!(node_words(&result), expected);
        assert_eq!(edge_words(&result), ["a b", "b c", "c a", "d e", "e e"]);
    }

    #[test]
    fn what_a_node_of_a_cycle_holds_stays_in_it() {
        let graph = sketch(&["a in p", "b in p", "p"], &["a p", "p a"]);
        let nodes = ["a in p", "b in p", "cycle/a =a, p", "p in cycle/a"];
        assert_eq!(node_words(&run::<Condense>("{}", &graph).unwrap()), nodes);
    }

    #[test]
    fn an_attribute_will_do() {
        let graph = sketch(&["a", "b", "c"], &["a b", "b a"]);
        let result = run::<Condense>(r#"{ "attribute": "cycle" }"#, &graph).unwrap();
        assert_eq!(node_words(&result), ["a", "b", "c"]);
        let cells: Vec<_> = (0..3).map(|at| result.node_attributes()[0].get(at)).collect();
        assert_eq!(cells, [Value::Text("cycle/a"), Value::Text("cycle/a"), Value::Null]);
    }

    #[test]
    fn an_id_that_a_node_has_is_an_error() {
        let graph = sketch(&["a", "b", "cycle/a"], &["a b", "b a"]);
        let message = "the partition `cycle/a` cannot be made: a node has this id";
        assert_eq!(run::<Condense>("{}", &graph), Err(vec![message.to_owned()]));
        assert!(run::<Condense>(r#"{ "prefix": "c:" }"#, &graph).is_ok());
    }

    proptest! {
        #[test]
        fn doing_it_again_changes_nothing((rows, turned) in rows(), attribute: bool) {
            let options = if attribute { r#"{ "attribute": "cycle" }"# } else { "{}" };
            let result = run::<Condense>(options, &rows.graph()).unwrap();
            assert_whole(&result);
            prop_assert_eq!(&run::<Condense>(options, &turned.graph()).unwrap(), &result);
            prop_assert_eq!(&run::<Condense>(options, &result).unwrap(), &result);
        }
    }
}
