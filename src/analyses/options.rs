//! What several analyses ask of their options and of graphs.

use serde::Deserialize;
use serde::de::{self, Deserializer};

use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::Graph;

/// The most nodes × edges that an analysis goes through: minutes.
const MOST_WORK: f64 = 1e11;

/// Reads a number from 0 to 1, both left out.
pub(super) fn fraction<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    match f64::deserialize(deserializer)? {
        number if number > 0.0 && number < 1.0 => Ok(number),
        _ => Err(de::Error::custom("it is a number between 0 and 1, such as 0.85")),
    }
}

/// Reads a finite number above 0.
pub(super) fn positive<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    match f64::deserialize(deserializer)? {
        number if number > 0.0 && number.is_finite() => Ok(number),
        _ => Err(de::Error::custom("it is a number above 0")),
    }
}

/// Returns the weights of edges; `None` where each counts as 1.
///
/// # Errors
///
/// An edge whose weight is below zero, or is zero where `least_above_zero`.
pub(super) fn weights(
    graph: &Graph,
    weighted: bool,
    least_above_zero: bool,
    diagnostics: &mut Diagnostics,
) -> Result<Option<Vec<f64>>, Failed> {
    if !weighted {
        return Ok(None);
    }
    let is_wrong = |weight: f64| weight < 0.0 || least_above_zero && weight == 0.0;
    if let Some(edge) = graph.edges().find(|edge| is_wrong(edge.weight())) {
        let message = format!("the edge `{}` has the weight {}", edge.id(), edge.weight());
        let wanted = if least_above_zero { "above 0" } else { "of 0 and more" };
        return Err(diagnostics.fail(
            Diagnostic::error("wrong-weight", message)
                .note(format!("what is worked out by weights needs weights {wanted}"))
                .help("correct the weight, or leave `weighted` out"),
        ));
    }
    Ok(Some(graph.edges().map(|edge| edge.weight()).collect()))
}

/// Checks that going over the whole graph from so many nodes ends within minutes.
///
/// # Errors
///
/// It would not.
pub(super) fn check_work(
    starts: usize,
    graph: &Graph,
    help: &str,
    diagnostics: &mut Diagnostics,
) -> Result<(), Failed> {
    let size = graph.node_count() + graph.edge_count();
    if starts as f64 * size as f64 <= MOST_WORK {
        return Ok(());
    }
    let message =
        format!("{starts} nodes are too many to go over {size} nodes and edges from each");
    Err(diagnostics.fail(
        Diagnostic::error("too-much-work", message)
            .note("that would take hours: nodes × (nodes + edges) may be 100,000,000,000")
            .help(help),
    ))
}

/// Tells that an iterative method did not come to an end.
pub(super) fn not_converged(what: &str, iterations: u32, help: &str) -> Diagnostic {
    let message = format!("{what} did not settle within {iterations} iterations");
    Diagnostic::error("not-converged", message).help(help)
}

/// Finds a node that the options name by its id.
///
/// # Errors
///
/// There is none.
pub(super) fn node(graph: &Graph, id: &str, diagnostics: &mut Diagnostics) -> Result<u32, Failed> {
    match graph.find_node(id) {
        Some(node) => Ok(node.index().0),
        None => Err(diagnostics.fail(
            Diagnostic::error("unknown-node", format!("the graph has no node `{id}`"))
                .did_you_mean(id, graph.nodes().map(|node| node.id())),
        )),
    }
}
