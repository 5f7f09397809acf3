//! What the longest ways through a graph without cycles need: an order, and lengths.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{EdgeId, Graph, NodeId, topological_order};

/// How many nodes of a cycle are named.
const MOST_NAMED: usize = 10;

/// What makes a way long.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(super) enum Measure {
    /// The number of its edges.
    #[default]
    Edges,
    /// The weights of its edges.
    EdgeWeights,
    /// The weights of its nodes.
    NodeWeights,
}

/// How long the parts of ways are.
pub(super) struct Lengths<'g> {
    graph: &'g Graph,
    measure: Measure,
}

impl<'g> Lengths<'g> {
    /// Measures a graph.
    ///
    /// # Errors
    ///
    /// Something has a length below zero.
    pub fn of(
        graph: &'g Graph,
        measure: Measure,
        diagnostics: &mut Diagnostics,
    ) -> Result<Lengths<'g>, Failed> {
        let wrong = match measure {
            Measure::Edges => None,
            Measure::EdgeWeights => {
                let edge = graph.edges().find(|edge| edge.weight() < 0.0);
                edge.map(|edge| ("edge", edge.id(), edge.weight()))
            }
            Measure::NodeWeights => {
                let node = graph.nodes().find(|node| node.weight() < 0.0);
                node.map(|node| ("node", node.id(), node.weight()))
            }
        };
        if let Some((what, id, weight)) = wrong {
            let message = format!("the {what} `{id}` has the weight {weight}");
            let error = Diagnostic::error("wrong-weight", message)
                .note("what is measured by weights needs weights of 0 and more")
                .help("correct the weight, or leave `measure` out");
            return Err(diagnostics.fail(error));
        }
        Ok(Lengths { graph, measure })
    }

    /// Returns how long it takes from the beginning of a node along an edge.
    pub fn of_step(&self, node: u32, edge: EdgeId) -> f64 {
        match self.measure {
            Measure::Edges => 1.0,
            Measure::EdgeWeights => self.graph.edge(edge).weight(),
            Measure::NodeWeights => self.of_node(node),
        }
    }

    /// Returns how long a node itself takes.
    pub fn of_node(&self, node: u32) -> f64 {
        match self.measure {
            Measure::NodeWeights => self.graph.node(NodeId(node)).weight(),
            Measure::Edges | Measure::EdgeWeights => 0.0,
        }
    }
}

/// Returns the nodes in an order in which edges lead to later ones.
///
/// # Errors
///
/// There is none, because of a cycle.
pub(super) fn order(
    graph: &Graph,
    kind: &str,
    diagnostics: &mut Diagnostics,
) -> Result<Vec<u32>, Failed> {
    let ends = graph.edges().map(|edge| (edge.target().index().0, edge.source().index().0));
    topological_order(graph.node_count(), ends).map_err(|mut cycle| {
        cycle[1..].reverse();
        let ids = cycle.iter().take(MOST_NAMED).map(|node| graph.node(NodeId(*node)).id());
        let mut message = format!("the graph has a cycle: {}", list(ids));
        if cycle.len() > MOST_NAMED {
            message.push_str(&format!(" and {} more", cycle.len() - MOST_NAMED));
        }
        let error = Diagnostic::error("cycle", message)
            .note(format!("`{kind}` needs a graph in which no way leads back"))
            .help("`cycles` lists all of them; leave out an edge of each");
        diagnostics.fail(error)
    })
}

fn list<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    let ids: Vec<String> = ids.map(|id| format!("`{id}`")).collect();
    ids.join(", ")
}
