//! `allow_only`: where edges from some nodes may lead.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::conditions::{Exceptions, edges, nodes};
use crate::diagnostic::{Diagnostics, Failed};
use crate::expression::{EdgeCondition, NodeCondition};
use crate::finding::{Finding, Findings};
use crate::graph::EdgeId;
use crate::step::{NamedData, NamedGraph, Rule};

/// The rule.
pub(crate) struct AllowOnly;

/// Edges from such nodes lead only to such nodes. Nodes that may lead to each other are in both
/// conditions. Linear in nodes and edges.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AllowOnlyOptions")]
pub(crate) struct Options {
    /// Where such edges start; anywhere if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NodeCondition>,
    /// Where they may end.
    pub to: NodeCondition,
    /// Which edges it is about; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edges: Option<EdgeCondition>,
    /// Edges that are excused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<EdgeCondition>,
}

impl Rule for AllowOnly {
    const KIND: &'static str = "allow_only";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Edges from such nodes lead only to such nodes";
    type Of = NamedGraph;
    type Options = Options;

    fn check(
        options: &Options,
        NamedGraph { graph, .. }: &NamedGraph,
        _others: &[NamedData],
        findings: &mut Findings,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let from = nodes(options.from.as_ref(), graph, diagnostics)?;
        let to = options.to.select(graph, diagnostics)?;
        let edges = edges(options.edges.as_ref(), graph, diagnostics)?;
        let mut except = Exceptions::of(&options.except, graph, diagnostics)?;
        for edge in edges.ones() {
            let at = graph.edge(EdgeId(edge));
            let (source, target) = (at.source(), at.target());
            let is_wrong =
                from.get(source.index().0 as usize) && !to.get(target.index().0 as usize);
            if is_wrong && !except.excuse(edge) {
                let message = format!(
                    "`{}` leads to `{}`, which is not what it may lead to",
                    source.id(),
                    target.id()
                );
                findings.list.push(Finding::of_edge(graph, EdgeId(edge), message));
            }
        }
        except.finish(findings);
        Ok(())
    }
}
