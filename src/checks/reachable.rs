//! `reachable`: nodes that some others must lead to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::conditions::{Exceptions, edges, leaves, steps};
use super::ways::Ways;
use crate::diagnostic::{Diagnostics, Failed};
use crate::expression::{EdgeCondition, NodeCondition};
use crate::finding::{Finding, Findings};
use crate::graph::{Direction, NodeId};
use crate::step::{NamedData, NamedGraph, Rule};

/// The rule.
pub(crate) struct Reachable;

/// A way leads to each such node from some others, such as to each page from the index. Linear in
/// nodes and edges.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ReachableRuleOptions")]
pub(crate) struct Options {
    /// Where ways begin.
    pub from: NodeCondition,
    /// The nodes that must be reached; all that are no partitions if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes: Option<NodeCondition>,
    /// Which edges ways go along; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edges: Option<EdgeCondition>,
    /// Along which edges to go; from their sources to their targets unless told otherwise.
    #[serde(default = "out")]
    pub direction: Direction,
    /// Nodes that are excused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<NodeCondition>,
}

fn out() -> Direction {
    Direction::Out
}

impl Rule for Reachable {
    const KIND: &'static str = "reachable";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "A way leads to each such node from some others";
    type Of = NamedGraph;
    type Options = Options;

    fn check(
        options: &Options,
        NamedGraph { graph, .. }: &NamedGraph,
        _others: &[NamedData],
        findings: &mut Findings,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let from = options.from.select(graph, diagnostics)?;
        let nodes = leaves(options.nodes.as_ref(), graph, diagnostics)?;
        let edges = edges(options.edges.as_ref(), graph, diagnostics)?;
        let mut except = Exceptions::of(&options.except, graph, diagnostics)?;
        let ways = Ways::find(&steps(graph, &edges, options.direction), from.ones(), |_| true);
        if from.count() == 0 {
            findings.unused.push(options.from.text().to_owned());
        }
        for node in nodes.ones() {
            if !ways.reaches(node) && !except.excuse(node) {
                let id = graph.node(NodeId(node)).id();
                let message = format!("no way leads to `{id}`");
                findings.list.push(Finding::of_node(graph, NodeId(node), message));
            }
        }
        except.finish(findings);
        Ok(())
    }
}
