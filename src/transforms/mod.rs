//! The kinds of transform; a kind is a file here and a line in [`KINDS`].

mod aggregate_edges;
mod aggregate_nodes;
mod between;
mod cluster;
mod collapse;
mod condense;
mod drop;
mod drop_loops;
mod drop_unconnected;
mod edges_from_hierarchy;
mod filter;
mod groups;
mod hierarchy_from_edges;
mod invert;
mod join;
mod labels;
mod largest_component;
mod limit_members;
mod merge;
mod names;
mod neighborhood;
mod partition_by;
mod parts;
mod paths;
mod reachable;
mod recolor;
mod regroup;
mod relayer;
mod rename;
mod set;
#[cfg(feature = "sql")]
mod sql;
#[cfg(test)]
mod testing;
mod top;
mod transitive_reduction;
mod undirect;
mod weights;

use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{Graph, GraphBuilder, GraphProblem};
use crate::registry::{TransformKind, transform};

/// Every kind, by name.
pub(crate) const KINDS: &[TransformKind] = &[
    transform::<aggregate_edges::AggregateEdges>(),
    transform::<aggregate_nodes::AggregateNodes>(),
    transform::<between::Between>(),
    transform::<cluster::Cluster>(),
    transform::<collapse::Collapse>(),
    transform::<condense::Condense>(),
    transform::<drop::Drop>(),
    transform::<drop_loops::DropLoops>(),
    transform::<drop_unconnected::DropUnconnected>(),
    transform::<edges_from_hierarchy::EdgesFromHierarchy>(),
    transform::<filter::Filter>(),
    transform::<hierarchy_from_edges::HierarchyFromEdges>(),
    transform::<invert::Invert>(),
    transform::<join::Join>(),
    transform::<labels::Labels>(),
    transform::<largest_component::LargestComponent>(),
    transform::<limit_members::LimitMembers>(),
    transform::<merge::Merge>(),
    transform::<neighborhood::Neighborhood>(),
    transform::<partition_by::PartitionBy>(),
    transform::<reachable::Reachable>(),
    transform::<recolor::Recolor>(),
    transform::<relayer::Relayer>(),
    transform::<rename::Rename>(),
    transform::<set::Set>(),
    #[cfg(feature = "sql")]
    transform::<sql::Sql>(),
    transform::<top::Top>(),
    transform::<transitive_reduction::TransitiveReduction>(),
    transform::<undirect::Undirect>(),
    transform::<weights::Weights>(),
];

/// Makes the graph of rows that a transform knows to fit together.
fn finish(builder: GraphBuilder, diagnostics: &mut Diagnostics) -> Result<Graph, Failed> {
    let built = builder.finish();
    for problem in &built.problems {
        diagnostics.push(match problem {
            GraphProblem::TooMuchText => too_much_text(),
            other => Diagnostic::error("internal", format!("rows do not fit together: {other:?}"))
                .note("this is a bug in layercake"),
        });
    }
    if built.problems.is_empty() { Ok(built.graph) } else { Err(Failed) }
}

/// Makes the message for a column that its graph cannot hold.
fn too_much_text() -> Diagnostic {
    Diagnostic::error("too-much-text", "the result would hold more than 4 GiB of text in a column")
        .help("filter the graph first, or make its texts shorter")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;
    use crate::step::{Meta, NamedGraph};
    use crate::tree::{Tree, TreeError, TreeNode};

    #[test]
    fn every_kind_leaves_nothing_as_it_is_or_says_which_options_it_needs() {
        let span = Span { source: 0, start: 0, end: 0 };
        let none = Tree { node: TreeNode::Map(Vec::new()), span };
        for kind in KINDS {
            let name = kind.kind.name;
            let options = match (kind.kind.normalize)(&none, &Meta::default()) {
                Ok(options) => options,
                Err(errors) => {
                    let is_needed = |error: &TreeError| error.to_string().contains("missing");
                    assert!(errors.iter().all(is_needed), "{name}: {errors:?}");
                    continue;
                }
            };
            let graph = Graph::default();
            let mut diagnostics = Diagnostics::default();
            let named = NamedGraph::new("g", graph.clone());
            let result = (kind.transform)(&options, named, &[], &mut diagnostics);
            assert_eq!((result, diagnostics.list), (Ok(graph), Vec::new()), "{name}");
        }
    }

    #[test]
    fn kinds_are_listed_by_name() {
        assert!(KINDS.is_sorted_by(|a, b| a.kind.name < b.kind.name));
    }
}
