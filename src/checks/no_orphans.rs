//! `no_orphans`: every node has an edge.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::conditions::{Exceptions, edges, leaves};
use crate::diagnostic::{Diagnostics, Failed};
use crate::expression::{EdgeCondition, NodeCondition};
use crate::finding::{Finding, Findings};
use crate::graph::{Bits, EdgeId, NodeId};
use crate::step::{NamedData, NamedGraph, Rule};

/// The rule.
pub(crate) struct NoOrphans;

/// Every node has an edge to or from another node. Linear in nodes and edges.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "NoOrphansOptions")]
pub(crate) struct Options {
    /// Which nodes it is about; all that are no partitions if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nodes: Option<NodeCondition>,
    /// Which edges count; all if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edges: Option<EdgeCondition>,
    /// Nodes that are excused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<NodeCondition>,
}

impl Rule for NoOrphans {
    const KIND: &'static str = "no_orphans";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Every node has an edge to or from another node";
    type Of = NamedGraph;
    type Options = Options;

    fn check(
        options: &Options,
        NamedGraph { graph, .. }: &NamedGraph,
        _others: &[NamedData],
        findings: &mut Findings,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let nodes = leaves(options.nodes.as_ref(), graph, diagnostics)?;
        let edges = edges(options.edges.as_ref(), graph, diagnostics)?;
        let mut except = Exceptions::of(&options.except, graph, diagnostics)?;
        let mut has_edge = Bits::all(graph.node_count(), false);
        for edge in edges.ones() {
            let edge = graph.edge(EdgeId(edge));
            let (source, target) = (edge.source().index(), edge.target().index());
            if source != target {
                has_edge.set(source.0 as usize, true);
                has_edge.set(target.0 as usize, true);
            }
        }
        for node in nodes.ones() {
            if !has_edge.get(node as usize) && !except.excuse(node) {
                let message = format!("`{}` has no edge", graph.node(NodeId(node)).id());
                findings.list.push(Finding::of_node(graph, NodeId(node), message));
            }
        }
        except.finish(findings);
        Ok(())
    }
}
