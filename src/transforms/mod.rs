//! The kinds of transform; a kind is a file here and a line in [`KINDS`].

mod aggregate_edges;
mod collapse;
mod drop_unconnected;
mod edges_from_hierarchy;
mod filter;
mod hierarchy_from_edges;
mod invert;
mod labels;
mod limit_members;
mod merge;
mod recolor;
mod weights;

use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{Graph, GraphBuilder, GraphProblem};
use crate::registry::{TransformKind, transform};

/// Every kind, by name.
pub(crate) const KINDS: &[TransformKind] = &[
    transform::<aggregate_edges::AggregateEdges>(),
    transform::<collapse::Collapse>(),
    transform::<drop_unconnected::DropUnconnected>(),
    transform::<edges_from_hierarchy::EdgesFromHierarchy>(),
    transform::<filter::Filter>(),
    transform::<hierarchy_from_edges::HierarchyFromEdges>(),
    transform::<invert::Invert>(),
    transform::<labels::Labels>(),
    transform::<limit_members::LimitMembers>(),
    transform::<merge::Merge>(),
    transform::<recolor::Recolor>(),
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
    use crate::step::NamedGraph;

    #[test]
    fn every_kind_takes_no_options_at_all() {
        for kind in KINDS {
            let graph = Graph::default();
            let mut diagnostics = Diagnostics::default();
            let result =
                (kind.transform)("{}", NamedGraph::new("g", graph.clone()), &[], &mut diagnostics);
            assert_eq!((result, diagnostics.list), (Ok(graph), Vec::new()), "{}", kind.kind.name);
        }
    }

    #[test]
    fn kinds_are_listed_by_name() {
        assert!(KINDS.is_sorted_by(|a, b| a.kind.name < b.kind.name));
    }
}
