//! A part of a graph: some nodes, the partitions around them, and the edges between them.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Failed, TextProblem};
use crate::expression::Expression;
use crate::graph::{Bits, Graph, NodeId};

/// Returns the graph of these nodes, of the partitions around them, and of the edges between all
/// of them. Linear.
pub(super) fn keep(graph: Arc<Graph>, nodes: &Bits) -> Graph {
    let nodes = with_partitions(&graph, nodes);
    if nodes.count() == nodes.len() {
        return Arc::unwrap_or_clone(graph);
    }
    graph.select(&nodes, &Bits::all(graph.edge_count(), true))
}

/// Adds the partitions around nodes.
fn with_partitions(graph: &Graph, nodes: &Bits) -> Bits {
    let mut all = Bits::all(nodes.len(), false);
    for node in nodes.ones() {
        let mut at = Some(NodeId(node));
        // What is in it already has its partitions in it too.
        while let Some(node) = at.filter(|node| !all.get(node.0 as usize)) {
            all.set(node.0 as usize, true);
            at = graph.node(node).parent();
        }
    }
    all
}

/// Returns the nodes for which a condition holds, and warns if there are none in a graph of some.
pub(super) fn chosen(
    condition: &Expression,
    graph: &Graph,
    diagnostics: &mut Diagnostics,
) -> Result<Vec<NodeId>, Failed> {
    let nodes: Vec<NodeId> = condition.select(graph, diagnostics)?.ones().map(NodeId).collect();
    if nodes.is_empty() && graph.node_count() > 0 {
        let text = condition.text();
        let problem = TextProblem::new(0..text.len(), "this is true of no node")
            .help("nothing is left; `label == \"…\"` and `id == \"…\"` tell upper case from lower");
        let mut warning = Diagnostic::of_text("no-such-node", text, problem);
        warning.severity = crate::diagnostic::Severity::Warning;
        diagnostics.push(warning);
    }
    Ok(nodes)
}

/// Returns bits for the nodes for which it is so.
pub(super) fn bits<T>(nodes: &[T], is_so: impl Fn(&T) -> bool) -> Bits {
    nodes.iter().map(is_so).collect()
}
