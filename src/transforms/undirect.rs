//! `undirect`: makes edges point one way, whichever way they pointed.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{EdgeRow, Graph, GraphBuilder, has_made_id};
use crate::step::{NamedData, NamedGraph, Transform};

/// The transform.
pub(crate) struct Undirect;

/// Turns edges so that each goes from the end that comes first in order of ids to the other. What
/// went there and back is then parallel, and `aggregate_edges` makes one edge of it.
///
/// Ids that were made from the ends (`b->a`) are made anew (`a->b`); other ids stay.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "UndirectOptions")]
pub(crate) struct Options {}

impl Transform for Undirect {
    const KIND: &'static str = "undirect";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Makes edges point one way, whichever way they pointed";
    type Options = Options;

    fn transform(
        _options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        if graph.edges().all(|edge| edge.source().index() <= edge.target().index()) {
            return Ok(Arc::unwrap_or_clone(graph));
        }
        let mut builder = GraphBuilder::with_nodes_of(&graph);
        builder.reserve(0, graph.edge_count());
        for edge in graph.edges() {
            let (source, target) = (edge.source().index().0, edge.target().index().0);
            let id = (!has_made_id(edge)).then_some(edge.id());
            let row = EdgeRow { id, ..edge.into() };
            builder.edge_between(source.min(target), source.max(target), row);
        }
        for column in graph.edge_attributes() {
            builder.edge_attribute(column.clone());
        }
        super::finish(builder, diagnostics)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{assert_whole, edge_words, node_words, rows, sketch};
    use crate::transforms::testing::run;

    #[test]
    fn all_edges_go_up_and_only_made_ids_change() {
        let graph =
            sketch(&["a", "b", "c"], &["b a calls", "a b", "c a reads #e", "c c", "c b *2", "b c"]);
        let result = run::<Undirect>("{}", &graph).unwrap();
        assert_whole(&result);
        let edges = ["a b", "a b calls #a->b#2", "a c reads #e", "b c", "b c *2 #b->c#2", "c c"];
        assert_eq!(edge_words(&result), edges);
        assert_eq!(node_words(&result), node_words(&graph));
    }

    proptest! {
        #[test]
        fn doing_it_again_changes_nothing((rows, turned) in rows()) {
            let graph = rows.graph();
            let result = run::<Undirect>("{}", &graph).unwrap();
            assert_whole(&result);
            prop_assert_eq!(result.edge_count(), graph.edge_count());
            prop_assert_eq!(&run::<Undirect>("{}", &turned.graph()).unwrap(), &result);
            prop_assert_eq!(&run::<Undirect>("{}", &result).unwrap(), &result);
        }
    }
}
