//! `aggregate_nodes`: nodes with the same values become one.

mod fold;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::fold::Fold;
use super::groups::{depths, innermost};
use super::names::{Owner, wrong_name};
use super::partition_by::slash;
use super::paths::Paths;
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::expression::{NodeCondition, NodeExpression};
use crate::graph::{
    Attribute, Bits, EdgeRow, Graph, GraphBuilder, Node, NodeId, NodeRow, Values, has_made_id,
};
use crate::step::{NamedData, NamedGraph, Transform};

/// The transform.
pub(crate) struct AggregateNodes;

/// Makes one node of those for which expressions give the same values, such as one for each team.
/// Its edges are theirs: parallel ones stay, and `aggregate_edges` makes one of them and counts
/// them.
///
/// The node's id and label are the values with `separator` between. It is in the innermost partition
/// that held all of them. What else all of them agree on it has too: layer, comment and attributes
/// that differ are left empty, unless `attributes` says what becomes of them. A node without all
/// values stays as it is.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AggregateNodesOptions")]
pub(crate) struct Options {
    /// Expressions, such as attributes.
    pub by: Vec<NodeExpression>,
    /// Which nodes become one; all that are no partitions if absent.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub only: Option<NodeCondition>,
    /// How weights become one.
    #[serde(default)]
    pub weight: Weight,
    /// How attributes become one, each by its name.
    #[serde(default)]
    pub attributes: BTreeMap<String, Fold>,
    /// An attribute to be made, for how many nodes became one; 1 for those that stay as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<String>,
    /// What becomes of edges between nodes that become one.
    #[serde(default)]
    pub inside: Inside,
    /// What stands before the ids.
    #[serde(default)]
    pub prefix: String,
    /// What stands between the values.
    #[serde(default = "slash")]
    pub separator: String,
}

/// How the weights of nodes become one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "AggregateNodesWeight")]
pub(crate) enum Weight {
    /// Their sum.
    #[default]
    Sum,
    /// Their arithmetic mean.
    Mean,
    /// The greatest.
    Max,
    /// The least.
    Min,
    /// The number of nodes.
    Count,
}

/// What becomes of edges between nodes that become one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "AggregateNodesInside")]
pub(crate) enum Inside {
    /// They are left out; an edge from one of the nodes to itself too.
    #[default]
    Drop,
    /// They become edges from the node to itself.
    Keep,
}

impl Transform for AggregateNodes {
    const KIND: &'static str = "aggregate_nodes";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Makes one node of those with the same values";
    type Options = Options;

    fn transform(
        options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        check(options, &graph, diagnostics)?;
        let nodes = match &options.only {
            Some(condition) => condition.select(&graph, diagnostics)?,
            None => graph.nodes().map(|node| !node.is_partition()).collect(),
        };
        let groups = Groups::of(options, &graph, &nodes, diagnostics)?;
        if groups.is_nothing() && options.count.is_none() && options.attributes.is_empty() {
            return Ok(Arc::unwrap_or_clone(graph));
        }
        groups.graph(options, &graph, diagnostics)
    }
}

/// Checks the attributes that the options name; tells all that is wrong with them.
fn check(options: &Options, graph: &Graph, diagnostics: &mut Diagnostics) -> Result<(), Failed> {
    let mut is_fine = true;
    for (name, fold) in &options.attributes {
        let found = Owner::Nodes.find(name, graph, diagnostics);
        is_fine &= found.is_ok();
        let Ok(at) = found else { continue };
        let column = &graph.node_attributes()[at];
        if let Some(wanted) = fold.wants(column) {
            let found = column.kind().name();
            let message = format!("`{name}` is of type {found}, but this needs {wanted}");
            let help = "`set` makes other values; `min`, `max`, `count` and `join` take any";
            diagnostics.push(wrong_name(name, message).help(help));
            is_fine = false;
        }
    }
    if let Some(name) = &options.count {
        is_fine &= Owner::Nodes.check_new(name, diagnostics).is_ok();
    }
    if is_fine { Ok(()) } else { Err(Failed) }
}

/// Which nodes become one. A node that stays is a group of its own.
struct Groups {
    /// The members of each, rising; groups are in order of their first members.
    members: Vec<Vec<u32>>,
    /// The id and label of each that is made.
    names: Vec<Option<(String, String)>>,
    /// The group of each node.
    of: Vec<u32>,
}

impl Groups {
    fn of(
        options: &Options,
        graph: &Graph,
        nodes: &Bits,
        diagnostics: &mut Diagnostics,
    ) -> Result<Groups, Failed> {
        let parts = (options.prefix.as_str(), options.separator.as_str());
        let mut paths = Paths::of(&options.by, graph, nodes, parts, diagnostics)?;
        let mut groups = Groups { members: Vec::new(), names: Vec::new(), of: Vec::new() };
        let mut by_id: HashMap<String, u32> = HashMap::new();
        for node in 0..graph.node_count() as u32 {
            let values = if nodes.get(node as usize) { paths.values(node) } else { Vec::new() };
            let fresh = groups.members.len() as u32;
            let (group, name) = if paths.is_whole(&values) {
                let id = paths.id(&values, diagnostics)?;
                let group = *by_id.entry(id.clone()).or_insert(fresh);
                (group, Some((id, values.join(&options.separator))))
            } else {
                (fresh, None)
            };
            if group == fresh {
                groups.members.push(Vec::new());
                groups.names.push(name);
            }
            groups.members[group as usize].push(node);
            groups.of.push(group);
        }
        Ok(groups)
    }

    fn is_nothing(&self) -> bool {
        self.names.iter().all(Option::is_none)
    }

    fn graph(
        &self,
        options: &Options,
        graph: &Graph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let mut builder = GraphBuilder::default();
        builder.reserve(self.members.len(), graph.edge_count());
        graph.layers().iter().for_each(|layer| builder.layer(layer.clone()));
        self.add_nodes(options, graph, &mut builder, diagnostics);
        for column in graph.node_attributes() {
            let fold = options.attributes.get(&column.name).copied();
            let fold = fold.unwrap_or(Fold::Agreed);
            let made = fold.of(column, &self.members).map_err(|sum| {
                let message = format!("the values of `{}` add up too high", column.name);
                let message = format!("{message}: {sum}");
                diagnostics.fail(wrong_name(&column.name, message).help("use another, as `max`"))
            });
            // A count that has the name of an attribute takes its place.
            match made {
                Ok(made) if options.count.as_ref() != Some(&made.name) => {
                    builder.node_attribute(made);
                }
                _ => {}
            }
        }
        if let Some(name) = &options.count {
            let counts = self.members.iter().map(|members| members.len() as i64).collect();
            builder.node_attribute(Attribute {
                name: name.clone(),
                values: Values::Integer(counts),
                present: Bits::all(self.members.len(), true),
            });
        }
        let mut rows = Vec::new();
        for edge in graph.edges() {
            let ends = [edge.source().index().0, edge.target().index().0];
            let [source, target] = ends.map(|end| self.of[end as usize]);
            let is_inside = source == target && self.names[source as usize].is_some();
            if is_inside && options.inside == Inside::Drop {
                continue;
            }
            // An id that was made from the ends is made from the new ones.
            let id = (!has_made_id(edge)).then_some(edge.id());
            builder.edge_between(source, target, EdgeRow { id, ..edge.into() });
            rows.push(edge.index().0);
        }
        for column in graph.edge_attributes() {
            builder.edge_attribute(column.gather(&rows));
        }
        if diagnostics.has_errors() {
            return Err(Failed);
        }
        super::finish(builder, diagnostics)
    }

    fn add_nodes(
        &self,
        options: &Options,
        graph: &Graph,
        builder: &mut GraphBuilder,
        diagnostics: &mut Diagnostics,
    ) {
        let depths = depths(graph);
        let id = |group: u32| match &self.names[group as usize] {
            Some((id, _)) => id.as_str(),
            None => graph.node(NodeId(self.members[group as usize][0])).id(),
        };
        let mut ids = BTreeSet::new();
        for (group, members) in (0..).zip(&self.members) {
            let all = || members.iter().map(|node| graph.node(NodeId(*node)));
            let Some(first) = all().next() else { continue };
            let row = NodeRow::from(first);
            let parent = innermost(graph, &depths, members.iter().copied());
            let parent = parent.map(|parent| id(self.of[parent as usize]));
            let weight = options.weight.of(all());
            if !weight.is_finite() {
                let message = format!("the weights of `{}` add up too high", id(group));
                let problem = Diagnostic::error("weight-overflow", message);
                diagnostics.push(problem.help("use another `weight`, such as `max`"));
            }
            if !ids.insert(id(group)) {
                let message =
                    format!("the node `{}` cannot be made: a node has this id", id(group));
                let help = "give `prefix` a text to stand before the ids of nodes that are made";
                diagnostics.push(Diagnostic::error("taken-id", message).help(help));
            }
            let row = match &self.names[group as usize] {
                None => NodeRow { parent, ..row },
                Some((id, label)) => NodeRow {
                    id,
                    label: Some(label),
                    layer: row.layer.filter(|_| all().all(|node| node.layer() == first.layer())),
                    parent,
                    is_partition: all().any(Node::is_partition),
                    weight,
                    comment: match all().all(|node| node.comment() == first.comment()) {
                        true => row.comment,
                        false => "",
                    },
                },
            };
            builder.node(row);
        }
    }
}

impl Weight {
    fn of<'g>(self, nodes: impl Iterator<Item = Node<'g>>) -> f64 {
        let weights: Vec<f64> = nodes.map(Node::weight).collect();
        let (sum, count) = (weights.iter().sum::<f64>(), weights.len() as f64);
        match self {
            Weight::Sum => sum,
            Weight::Mean => weights.iter().map(|weight| weight / count).sum(),
            Weight::Max => weights.into_iter().fold(f64::NEG_INFINITY, f64::max),
            Weight::Min => weights.into_iter().fold(f64::INFINITY, f64::min),
            Weight::Count => count,
        }
    }
}

#[cfg(test)]
mod tests;
