//! `require`: edges, or ways, that must be.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::conditions::{Exceptions, edges, leaves, nodes, steps};
use super::ways::Ways;
use crate::diagnostic::{Diagnostics, Failed};
use crate::expression::{EdgeCondition, NodeCondition};
use crate::finding::{Finding, Findings};
use crate::graph::{Direction, NodeId};
use crate::step::{NamedData, NamedGraph, Rule};

/// The rule.
pub(crate) struct Require;

/// From each such node an edge leads to such a node, such as from each service to a team.
///
/// With `indirect`, a way of several edges will do. Linear in nodes and edges.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RequireOptions")]
pub(crate) struct Options {
    /// The nodes that must have such an edge; all that are no partitions if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NodeCondition>,
    /// Where it leads; anywhere if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NodeCondition>,
    /// Which edges count; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edges: Option<EdgeCondition>,
    /// Whether a way of several edges will do.
    #[serde(default)]
    pub indirect: bool,
    /// Nodes that are excused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<NodeCondition>,
}

impl Rule for Require {
    const KIND: &'static str = "require";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "From each such node an edge leads to such a node";
    type Of = NamedGraph;
    type Options = Options;

    fn check(
        options: &Options,
        NamedGraph { graph, .. }: &NamedGraph,
        _others: &[NamedData],
        findings: &mut Findings,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let from = leaves(options.from.as_ref(), graph, diagnostics)?;
        let to = nodes(options.to.as_ref(), graph, diagnostics)?;
        let edges = edges(options.edges.as_ref(), graph, diagnostics)?;
        let mut except = Exceptions::of(&options.except, graph, diagnostics)?;
        // From where it must lead to, backwards: a node has what it must if it is met there.
        let steps = steps(graph, &edges, Direction::In);
        let is_met: Box<dyn Fn(u32) -> bool> = match options.indirect {
            true => {
                let ways = Ways::find(&steps, to.ones(), |_| true);
                Box::new(move |node| ways.trail_of_steps(node).is_some())
            }
            false => {
                let mut met = vec![false; graph.node_count()];
                for node in to.ones() {
                    steps.row(node).iter().for_each(|from| met[*from as usize] = true);
                }
                Box::new(move |node| met[node as usize])
            }
        };
        for node in from.ones() {
            if !is_met(node) && !except.excuse(node) {
                let id = graph.node(NodeId(node)).id();
                let verb = if options.indirect { "reaches" } else { "leads to" };
                let what =
                    if options.to.is_some() { "nothing that it must lead to" } else { "nothing" };
                let message = format!("`{id}` {verb} {what}");
                findings.list.push(Finding::of_node(graph, NodeId(node), message));
            }
        }
        except.finish(findings);
        Ok(())
    }
}
