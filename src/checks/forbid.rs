//! `forbid`: edges, or ways, that must not be.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::conditions::{Exceptions, edges, nodes, steps};
use super::ways::Ways;
use crate::diagnostic::{Diagnostics, Failed};
use crate::expression::{EdgeCondition, NodeCondition};
use crate::finding::{Finding, Findings};
use crate::graph::{Direction, EdgeId, NodeId};
use crate::step::{NamedData, NamedGraph, Rule};

/// The rule.
pub(crate) struct Forbid;

/// No edge leads from such a node to such a node.
///
/// With `indirect`, there is no way along edges either, however long: for each node that is
/// reached, the shortest way to it is shown. Linear in nodes and edges.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ForbidOptions")]
pub(crate) struct Options {
    /// Where such edges start; anywhere if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NodeCondition>,
    /// Where they end; anywhere if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NodeCondition>,
    /// Which edges it is about; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edges: Option<EdgeCondition>,
    /// Whether ways of several edges are forbidden too.
    #[serde(default)]
    pub indirect: bool,
    /// Edges that are excused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<EdgeCondition>,
}

impl Rule for Forbid {
    const KIND: &'static str = "forbid";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "No edge leads from such a node to such a node";
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
        let to = nodes(options.to.as_ref(), graph, diagnostics)?;
        let edges = edges(options.edges.as_ref(), graph, diagnostics)?;
        let mut except = Exceptions::of(&options.except, graph, diagnostics)?;
        if options.indirect {
            let steps = steps(graph, &except.without(edges), Direction::Out);
            let ways = Ways::find(&steps, from.ones(), |_| true);
            for (at, way) in to.ones().filter_map(|at| Some((at, ways.trail_of_steps(at)?))) {
                let (source, target) = (graph.edge(way[0]).source(), graph.node(NodeId(at)));
                let verb = if way.len() == 1 { "lead to" } else { "reach" };
                let message = format!("`{}` may not {verb} `{}`", source.id(), target.id());
                findings.list.push(Finding::of_way(graph, way, message));
            }
        } else {
            for edge in edges.ones() {
                let at = graph.edge(EdgeId(edge));
                let (source, target) = (at.source(), at.target());
                let is_such =
                    from.get(source.index().0 as usize) && to.get(target.index().0 as usize);
                if is_such && !except.excuse(edge) {
                    let message = format!("`{}` may not lead to `{}`", source.id(), target.id());
                    findings.list.push(Finding::of_edge(graph, EdgeId(edge), message));
                }
            }
        }
        except.finish(findings);
        Ok(())
    }
}
