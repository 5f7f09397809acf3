//! `max_degree`: how many edges a node may have.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::conditions::{Exceptions, edges, nodes, steps};
use crate::diagnostic::{Diagnostics, Failed};
use crate::expression::{EdgeCondition, NodeCondition};
use crate::finding::{Finding, Findings};
use crate::graph::{Direction, NodeId};
use crate::step::{NamedData, NamedGraph, Rule};

/// The rule.
pub(crate) struct MaxDegree;

/// No node has more edges than so many; parallel ones count each, a loop once. Linear in nodes and
/// edges.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MaxDegreeOptions")]
pub(crate) struct Options {
    /// The most edges that a node may have.
    pub most: u32,
    /// Whether edges that leave it count, or those that reach it, or both.
    #[serde(default)]
    pub direction: Direction,
    /// Which nodes it is about; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes: Option<NodeCondition>,
    /// Which edges count; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edges: Option<EdgeCondition>,
    /// Nodes that are excused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<NodeCondition>,
}

impl Rule for MaxDegree {
    const KIND: &'static str = "max_degree";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "No node has more edges than so many";
    type Of = NamedGraph;
    type Options = Options;

    fn check(
        options: &Options,
        NamedGraph { graph, .. }: &NamedGraph,
        _others: &[NamedData],
        findings: &mut Findings,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let nodes = nodes(options.nodes.as_ref(), graph, diagnostics)?;
        let edges = edges(options.edges.as_ref(), graph, diagnostics)?;
        let mut except = Exceptions::of(&options.except, graph, diagnostics)?;
        let steps = steps(graph, &edges, options.direction);
        let which = match options.direction {
            Direction::Out => " that leave it",
            Direction::In => " that reach it",
            Direction::Both => "",
        };
        for node in nodes.ones() {
            let degree = steps.row(node).len();
            if degree > options.most as usize && !except.excuse(node) {
                let (id, most) = (graph.node(NodeId(node)).id(), options.most);
                let message = format!("`{id}` has {degree} edges{which}, more than {most}");
                findings.list.push(Finding::of_node(graph, NodeId(node), message));
            }
        }
        except.finish(findings);
        Ok(())
    }
}
