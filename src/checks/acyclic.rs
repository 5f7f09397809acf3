//! `acyclic`: no way leads back to where it began.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::conditions::{Exceptions, edges};
use super::ways::Ways;
use crate::diagnostic::{Diagnostics, Failed};
use crate::expression::{EdgeCondition, NodeExpression};
use crate::finding::{Finding, Findings};
use crate::graph::{Adjacency, EdgeId, Value};
use crate::step::{NamedData, NamedGraph, Rule};

/// The rule.
pub(crate) struct Acyclic;

/// No way along edges leads back to where it began.
///
/// Of nodes that all reach each other, a shortest cycle through the first of them is shown. With
/// `by`, nodes of one value count as one, and edges within it are left out: teams, say, do not
/// depend on each other in a circle. Linear in nodes and edges.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "AcyclicOptions")]
pub(crate) struct Options {
    /// Which edges ways go along; all if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edges: Option<EdgeCondition>,
    /// What makes several nodes count as one: an expression, such as an attribute. Nodes without a
    /// value are left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<NodeExpression>,
    /// Whether an edge from a node to itself is no cycle.
    pub allow_loops: bool,
    /// Edges that are excused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<EdgeCondition>,
}

/// The group of nodes that are left out.
const NONE: u32 = u32::MAX;

impl Rule for Acyclic {
    const KIND: &'static str = "acyclic";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "No way along edges leads back to where it began";
    type Of = NamedGraph;
    type Options = Options;

    fn check(
        options: &Options,
        NamedGraph { graph, .. }: &NamedGraph,
        _others: &[NamedData],
        findings: &mut Findings,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let edges = edges(options.edges.as_ref(), graph, diagnostics)?;
        let mut except = Exceptions::of(&options.except, graph, diagnostics)?;
        let edges = except.without(edges);
        let mut names: Vec<String> = Vec::new();
        let groups: Vec<u32> = match &options.by {
            Some(by) => {
                let column = by.column("group", graph, diagnostics)?;
                let mut known: HashMap<String, u32> = HashMap::new();
                let mut group = |value: Value<'_>| match value {
                    Value::Null => NONE,
                    value => *known.entry(value.to_string()).or_insert_with_key(|name| {
                        names.push(name.clone());
                        names.len() as u32 - 1
                    }),
                };
                (0..graph.node_count()).map(|row| group(column.get(row))).collect()
            }
            None => (0..graph.node_count() as u32).collect(),
        };
        let group = |node: crate::graph::NodeId| groups[node.0 as usize];
        let ends = |edge: u32| {
            let edge = graph.edge(EdgeId(edge));
            (group(edge.source().index()), group(edge.target().index()))
        };
        let count = if options.by.is_some() { names.len() } else { graph.node_count() };
        let is_way =
            |(source, target): &(u32, u32)| *source != NONE && *target != NONE && source != target;
        let steps = || {
            let each = edges.ones().map(|edge| (ends(edge), edge));
            each.filter(|(ends, _)| is_way(ends)).map(|((from, to), edge)| (from, to, edge))
        };
        let steps = Adjacency::of_steps(count, steps);
        if options.by.is_none() && !options.allow_loops {
            for edge in edges.ones() {
                let at = graph.edge(EdgeId(edge));
                if at.source().index() == at.target().index() {
                    let message = format!("`{}` leads to itself", at.source().id());
                    findings.list.push(Finding::of_edge(graph, EdgeId(edge), message));
                }
            }
        }
        let circles = steps.strong_components();
        for members in circles.members().into_iter().filter(|members| members.len() > 1) {
            let (first, circle) = (members[0], circles.of(members[0]));
            let ways = Ways::find(&steps, std::iter::once(first), |at| circles.of(at) == circle);
            // In a strong component a way leads back to every member.
            let Some(way) = ways.trail_of_steps(first) else { continue };
            let name = |edge: &EdgeId| match options.by.is_some() {
                true => names[ends(edge.0).0 as usize].clone(),
                false => graph.edge(*edge).source().id().to_owned(),
            };
            let mut shown: Vec<String> = way.iter().map(name).collect();
            shown.push(shown[0].clone());
            let others = members.len() - way.len();
            let mut message = format!("`{}` leads back to itself", shown[0]);
            if others > 0 {
                let lie = if others == 1 { "lies" } else { "lie" };
                message += &format!("; {others} more {lie} on ways from it and back");
            }
            let finding = Finding::of_way(graph, way, message);
            findings.list.push(Finding { about: shown.join(" -> "), ..finding });
        }
        except.finish(findings);
        Ok(())
    }
}
