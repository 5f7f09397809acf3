//! `layers`: an order that edges must follow.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::conditions::{Exceptions, edges, steps};
use super::ways::Ways;
use crate::diagnostic::{Diagnostics, Failed};
use crate::expression::{EdgeCondition, NodeExpression};
use crate::finding::{Finding, Findings};
use crate::graph::{Direction, EdgeId, Graph, NodeId, Value};
use crate::step::{NamedData, NamedGraph, Rule};

/// The rule.
pub(crate) struct Layers;

/// Edges lead from layers above to layers below, or stay in their own.
///
/// Nodes of layers that are not in the order are not looked at. With `indirect`, no way leads
/// upwards through such nodes either. Linear in nodes and edges; with `indirect`, once for each
/// layer of the order.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LayersRuleOptions")]
pub(crate) struct Options {
    /// The ids of layers, the topmost first. A list of several stands for one level, whose layers
    /// lead to each other as they like.
    pub order: Vec<Level>,
    /// What tells a node's layer, in place of `layer`: an expression, such as an attribute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<NodeExpression>,
    /// Whether an edge may go down one level only.
    #[serde(default)]
    pub strict: bool,
    /// Which edges it is about; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edges: Option<EdgeCondition>,
    /// Whether ways through nodes that are in no layer of the order count too.
    #[serde(default)]
    pub indirect: bool,
    /// Edges that are excused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<EdgeCondition>,
}

/// A level of the order.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub(crate) enum Level {
    /// A layer.
    One(String),
    /// Several side by side.
    Several(Vec<String>),
}

impl Level {
    fn names(&self) -> &[String] {
        match self {
            Level::One(name) => std::slice::from_ref(name),
            Level::Several(names) => names,
        }
    }
}

/// The level of a node in no layer of the order.
const NOWHERE: u32 = u32::MAX;

impl Rule for Layers {
    const KIND: &'static str = "layers";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Edges lead from layers above to layers below";
    type Of = NamedGraph;
    type Options = Options;

    fn check(
        options: &Options,
        NamedGraph { graph, .. }: &NamedGraph,
        _others: &[NamedData],
        findings: &mut Findings,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let levels = levels(options, graph, findings, diagnostics)?;
        let edges = edges(options.edges.as_ref(), graph, diagnostics)?;
        let mut except = Exceptions::of(&options.except, graph, diagnostics)?;
        let level = |node: NodeId| levels[node.0 as usize];
        let name = |node: NodeId| {
            let names = options.order[level(node) as usize].names();
            names.join("`, `")
        };
        for edge in edges.ones() {
            let at = graph.edge(EdgeId(edge));
            let (source, target) = (at.source(), at.target());
            let (above, below) = (level(source.index()), level(target.index()));
            if above == NOWHERE || below == NOWHERE || above == below {
                continue;
            }
            let is_skip = options.strict && below > above + 1;
            if (below < above || is_skip) && !except.excuse(edge) {
                let (a, b) = (name(source.index()), name(target.index()));
                let way = match is_skip {
                    true => format!("from `{a}` past the level below to `{b}`"),
                    false => format!("from `{a}` up to `{b}`"),
                };
                let message = format!("`{}` leads to `{}`: {way}", source.id(), target.id());
                findings.list.push(Finding::of_edge(graph, EdgeId(edge), message));
            }
        }
        if options.indirect {
            let steps = steps(graph, &except.without(edges), Direction::Out);
            for lower in 1..options.order.len() as u32 {
                let nodes = (0..levels.len() as u32).filter(|node| levels[*node as usize] == lower);
                let ways = Ways::find(&steps, nodes, |node| levels[node as usize] == NOWHERE);
                let mut upper: Vec<u32> = ways.reached().to_vec();
                upper.retain(|node| levels[*node as usize] < lower);
                upper.sort_unstable();
                for node in upper {
                    let way = ways.trail(node);
                    // A single edge is told already.
                    if way.len() > 1 {
                        let (source, target) =
                            (graph.edge(way[0]).source(), graph.node(NodeId(node)));
                        let (a, b) = (name(source.index()), name(target.index()));
                        let message = format!(
                            "`{}` reaches `{}`: from `{a}` up to `{b}`",
                            source.id(),
                            target.id()
                        );
                        findings.list.push(Finding::of_way(graph, way, message));
                    }
                }
            }
        }
        except.finish(findings);
        Ok(())
    }
}

/// Returns the level of each node, and tells of layers of the order that no node is in.
fn levels(
    options: &Options,
    graph: &Graph,
    findings: &mut Findings,
    diagnostics: &mut Diagnostics,
) -> Result<Vec<u32>, Failed> {
    let mut known: HashMap<&str, (u32, bool)> = HashMap::new();
    for (level, number) in options.order.iter().zip(0..) {
        known.extend(level.names().iter().map(|name| (name.as_str(), (number, false))));
    }
    let mut level = |name: &str| {
        let (level, is_used) = known.get_mut(name)?;
        *is_used = true;
        Some(*level)
    };
    let levels = match &options.by {
        Some(by) => {
            let column = by.column("layer", graph, diagnostics)?;
            let cells = (0..graph.node_count()).map(|row| match column.get(row) {
                Value::Null => NOWHERE,
                Value::Text(name) => level(name).unwrap_or(NOWHERE),
                other => level(&other.to_string()).unwrap_or(NOWHERE),
            });
            cells.collect()
        }
        None => {
            let mut of_layer: Vec<Option<Option<u32>>> = vec![None; graph.layers().len()];
            let cells = graph.nodes().map(|node| {
                let layer = node.layer()?;
                let known = &mut of_layer[layer.0 as usize];
                *known.get_or_insert_with(|| level(&graph.layer(layer).id))
            });
            cells.map(|level| level.unwrap_or(NOWHERE)).collect::<Vec<_>>()
        }
    };
    let names = options.order.iter().flat_map(Level::names);
    let unused = names.filter(|name| known.get(name.as_str()).is_some_and(|(_, used)| !used));
    findings.unused.extend(unused.cloned());
    Ok(levels)
}
