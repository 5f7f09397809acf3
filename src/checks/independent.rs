//! `independent`: sets of nodes that must not reach each other.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::conditions::{Exceptions, edges, steps};
use super::ways::Ways;
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::expression::{EdgeCondition, NodeCondition, NodeExpression};
use crate::finding::{Finding, Findings};
use crate::graph::{Bits, Direction, Graph, Value};
use crate::step::{NamedData, NamedGraph, Rule};

/// The rule.
pub(crate) struct Independent;

/// No way leads from one set of nodes to another, through whatever nodes. Of each set that reaches
/// another the shortest way is shown. Linear in nodes and edges, once for each set.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "IndependentOptions")]
pub(crate) struct Options {
    /// The sets, each by a condition.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sets: Vec<NodeCondition>,
    /// What tells sets apart, in place of `sets`: those with one value are a set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<NodeExpression>,
    /// Which edges ways go along; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edges: Option<EdgeCondition>,
    /// Whether only single edges count, no ways through other nodes.
    #[serde(default)]
    pub direct: bool,
    /// Edges that are excused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<EdgeCondition>,
}

impl Rule for Independent {
    const KIND: &'static str = "independent";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "No way leads from one set of nodes to another";
    type Of = NamedGraph;
    type Options = Options;

    fn check(
        options: &Options,
        NamedGraph { graph, .. }: &NamedGraph,
        _others: &[NamedData],
        findings: &mut Findings,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let sets = sets(options, graph, diagnostics)?;
        let edges = edges(options.edges.as_ref(), graph, diagnostics)?;
        let mut except = Exceptions::of(&options.except, graph, diagnostics)?;
        let steps = steps(graph, &except.without(edges), Direction::Out);
        for (name, set) in &sets {
            let ways = Ways::find(&steps, set.ones(), |_| !options.direct);
            for (other_name, other) in sets.iter().filter(|(other, _)| other != name) {
                let is_met = |node: &&u32| other.get(**node as usize) && !set.get(**node as usize);
                let Some(node) = ways.reached().iter().find(is_met) else { continue };
                let way = ways.trail(*node);
                let message = format!("`{name}` reaches `{other_name}`");
                let about = format!("{name} -> {other_name}");
                let finding = Finding::of_way(graph, way, message);
                findings.list.push(Finding { about, ..finding });
            }
        }
        except.finish(findings);
        Ok(())
    }
}

/// Returns the sets, each with its name.
fn sets(
    options: &Options,
    graph: &Graph,
    diagnostics: &mut Diagnostics,
) -> Result<Vec<(String, Bits)>, Failed> {
    let Some(by) = &options.by else {
        if options.sets.len() < 2 {
            let message = "two sets or more are independent of each other, or not";
            let error = Diagnostic::error("missing-key", message)
                .help("give `sets:` as a list of conditions, or `by:`, such as `by: team`");
            return Err(diagnostics.fail(error));
        }
        let sets = options.sets.iter();
        let set =
            |one: &NodeCondition| Ok((one.text().to_owned(), one.select(graph, diagnostics)?));
        return sets.map(set).collect();
    };
    let column = by.column("set", graph, diagnostics)?;
    let mut sets: BTreeMap<String, Bits> = BTreeMap::new();
    for row in 0..graph.node_count() {
        match column.get(row) {
            Value::Null => {}
            value => {
                let empty = || Bits::all(graph.node_count(), false);
                sets.entry(value.to_string()).or_insert_with(empty).set(row, true);
            }
        }
    }
    Ok(sets.into_iter().collect())
}
