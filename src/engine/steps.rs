//! Calls the functions of steps that work on the data of others: transforms and analyses.

use std::sync::Arc;

use super::pointing;
use super::worker::{Held, bug};
use crate::analyses;
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::Graph;
use crate::plan::{Metric, Op, PlanStep};
use crate::source::Sources;
use crate::step::{Data, Material, NamedData, NamedGraph};

/// Returns what a step uses, by the names that the plan gives it.
pub(super) fn named(step: &PlanStep, from: &[Held]) -> Vec<NamedData> {
    let pairs = step.from.iter().zip(from);
    pairs
        .map(|(from, held)| NamedData { name: from.name.as_str().into(), data: held.data.clone() })
        .collect()
}

/// Returns the graph that a step works on.
fn first_graph(
    step: &PlanStep,
    from: &[Held],
    diagnostics: &mut Diagnostics,
) -> Result<NamedGraph, Failed> {
    let first = named(step, from).first().and_then(NamedGraph::of);
    first.ok_or_else(|| diagnostics.fail(bug("the step has no graph to work on")))
}

/// Makes the graph of a transform: what its operations make, one after the other.
pub(super) fn transform(
    sources: &Sources,
    step: &PlanStep,
    ops: &[Op],
    from: &[Held],
    diagnostics: &mut Diagnostics,
) -> Result<Graph, Failed> {
    let named = named(step, from);
    let mut current = first_graph(step, from, diagnostics)?;
    for (at, op) in ops.iter().enumerate() {
        let others: Vec<NamedData> =
            op.others.iter().filter_map(|at| named.get(*at).cloned()).collect();
        let name = current.name.clone();
        let graph = (op.kind.transform)(&op.options, current, &others, diagnostics);
        pointing::point(sources, step, Some(ops.len() - at), diagnostics);
        current = NamedGraph { name, graph: Arc::new(graph?) };
    }
    Ok(Arc::unwrap_or_clone(current.graph))
}

/// Makes the table of an analysis, or the graph with it as attributes.
pub(super) fn analyze(
    step: &PlanStep,
    metrics: &[Metric],
    annotate: bool,
    from: &[Held],
    diagnostics: &mut Diagnostics,
) -> Result<Data, Failed> {
    let graph = first_graph(step, from, diagnostics)?;
    let metrics = metrics.iter().map(|metric| (metric.kind, metric.options.as_str()));
    analyses::analyze(&metrics.collect::<Vec<_>>(), annotate, &graph, diagnostics)
}
