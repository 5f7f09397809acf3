//! `max_depth`: how deep partitions may lie in each other.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::conditions::Exceptions;
use crate::diagnostic::{Diagnostics, Failed};
use crate::expression::NodeCondition;
use crate::finding::{Finding, Findings};
use crate::graph::{Hierarchy, Visit};
use crate::step::{NamedData, NamedGraph, Rule};

/// The rule.
pub(crate) struct MaxDepth;

/// No node lies in more partitions than so many. Linear in nodes.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MaxDepthOptions")]
pub(crate) struct Options {
    /// The most partitions that a node may lie in; 0 where nothing lies in any.
    pub most: u32,
    /// Nodes that are excused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<NodeCondition>,
}

impl Rule for MaxDepth {
    const KIND: &'static str = "max_depth";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "No node lies in more partitions than so many";
    type Of = NamedGraph;
    type Options = Options;

    fn check(
        options: &Options,
        NamedGraph { graph, .. }: &NamedGraph,
        _others: &[NamedData],
        findings: &mut Findings,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let mut except = Exceptions::of(&options.except, graph, diagnostics)?;
        let mut deep = Vec::new();
        Hierarchy::of(graph).walk(graph, |visit, depth| {
            let node = match visit {
                Visit::Leaf(node) | Visit::Enter(node) => node,
                Visit::Leave(_) => return,
            };
            if depth > options.most as usize {
                deep.push((node, depth));
            }
        });
        deep.sort_unstable();
        for (node, depth) in deep {
            if !except.excuse(node.0) {
                let (id, most) = (graph.node(node).id(), options.most);
                let message = format!("`{id}` lies in {depth} partitions, more than {most}");
                findings.list.push(Finding::of_node(graph, node, message));
            }
        }
        except.finish(findings);
        Ok(())
    }
}
