//! `limit_members`: what a partition holds too many of becomes one node.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashSet};
use std::num::NonZeroU32;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Diagnostics, Failed, is_misspelled};
use crate::graph::{
    Color, EdgeId, EdgeRow, Graph, GraphBuilder, Hierarchy, Layer, LayerId, Node, NodeId, NodeRow,
};
use crate::step::{NamedData, NamedGraph, Transform};

/// Stands for "none" among rows.
const NO_ROW: u32 = u32::MAX;

/// The transform.
pub(crate) struct LimitMembers;

/// Limits how many plain nodes a partition holds: the first stay, in order of ids, and the rest
/// become one node. Partitions in a partition do not count, nor do nodes that nothing holds.
///
/// Edges of the rest become edges of that node; those between them are left out, and edges with
/// the same ends and layer become one, which has the sum of their weights and is the first of
/// them otherwise.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "LimitMembersOptions")]
pub(crate) struct Options {
    /// The most plain nodes that a partition holds afterwards, the one for the rest included. Two
    /// always stay. No limit if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<NonZeroU32>,
    /// The label of the node for the rest: `{count}` is how many it stands for, `{partition}` the
    /// label of the partition.
    #[serde(deserialize_with = "form")]
    pub label: String,
    /// The id of the layer of the node for the rest; made, with a dark background, if no layer has
    /// it. It has none if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Options { max: None, label: "{count} more".to_owned(), layer: None }
    }
}

/// Reads the form of a label, in which what resembles a name in braces is one.
fn form<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    const KNOWN: [&str; 2] = ["count", "partition"];
    let form = String::deserialize(deserializer)?;
    let names = form.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0));
    for name in names.filter(|name| !KNOWN.contains(name)) {
        if let Some(near) = KNOWN.into_iter().find(|known| is_misspelled(name, known)) {
            let message = format!("a label has no `{{{name}}}`; did you mean `{{{near}}}`?");
            return Err(D::Error::custom(message));
        }
    }
    Ok(form)
}

impl Transform for LimitMembers {
    const KIND: &'static str = "limit_members";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Makes one node of what a partition holds too many of";
    type Options = Options;

    fn transform(
        options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let rests = options.max.map_or_else(Vec::new, |most| rests(&graph, most.get() as usize));
        if rests.is_empty() {
            return Ok(Arc::unwrap_or_clone(graph));
        }
        limited(options, &graph, &rests, diagnostics)
    }
}

/// The members of a partition that become one node.
struct Rest {
    partition: NodeId,
    members: Vec<NodeId>,
}

/// Returns what each partition has too much of.
fn rests(graph: &Graph, most: usize) -> Vec<Rest> {
    let hierarchy = Hierarchy::of(graph);
    let rest = |partition: Node<'_>| {
        let partition = partition.index();
        let members = hierarchy.children(partition).iter().copied();
        let plain: Vec<NodeId> =
            members.filter(|member| !graph.node(*member).is_partition()).collect();
        let members = plain.get(most - 1..).filter(|_| plain.len() > most.max(2))?.to_vec();
        Some(Rest { partition, members })
    };
    graph.nodes().filter(|node| node.is_partition()).filter_map(rest).collect()
}

fn limited(
    options: &Options,
    graph: &Graph,
    rests: &[Rest],
    diagnostics: &mut Diagnostics,
) -> Result<Graph, Failed> {
    let mut builder = GraphBuilder::default();
    graph.layers().iter().for_each(|layer| builder.layer(layer.clone()));
    let layer = options.layer.as_deref().filter(|id| !id.is_empty());
    if let Some(id) = layer.filter(|id| graph.layers().iter().all(|layer| layer.id != *id)) {
        builder.layer(dark_layer(id));
    }
    let count = graph.node_count();
    // The row of each node in the result.
    let mut row = vec![0; count];
    let is_rest = |row: &u32| *row == NO_ROW;
    rests.iter().flat_map(|rest| &rest.members).for_each(|node| row[node.0 as usize] = NO_ROW);
    let mut rows = Vec::with_capacity(count);
    for node in graph.nodes() {
        let at = node.index().0;
        if !is_rest(&row[at as usize]) {
            row[at as usize] = rows.len() as u32;
            rows.push(at);
            builder.node(node.into());
        }
    }
    let ids: HashSet<&str> = graph.nodes().map(|node| node.id()).collect();
    let mut made = vec![false; count];
    for rest in rests {
        let partition = graph.node(rest.partition);
        let weight: f64 = rest.members.iter().map(|node| graph.node(*node).weight()).sum();
        if !weight.is_finite() {
            diagnostics.push(too_heavy(partition.id()));
        }
        let id = free_id(partition.id(), &ids);
        let label = label(&options.label, partition.label(), rest.members.len());
        for member in &rest.members {
            row[member.0 as usize] = rows.len() as u32;
            made[member.0 as usize] = true;
        }
        rows.push(NO_ROW);
        builder.node(NodeRow {
            id: &id,
            label: Some(&label),
            layer,
            parent: Some(partition.id()),
            is_partition: false,
            weight,
            comment: partition.comment(),
        });
    }
    let edge_rows = add_edges(graph, &row, &made, &mut builder);
    for column in graph.node_attributes() {
        builder.node_attribute(column.gather(&rows));
    }
    for column in graph.edge_attributes() {
        builder.edge_attribute(column.gather(&edge_rows));
    }
    if diagnostics.has_errors() {
        return Err(Failed);
    }
    super::finish(builder, diagnostics)
}

/// Adds the edges, and returns which edge of the graph each is.
fn add_edges(graph: &Graph, row: &[u32], made: &[bool], builder: &mut GraphBuilder) -> Vec<u32> {
    let mut edges: Vec<(u32, f64)> = Vec::with_capacity(graph.edge_count());
    let mut first: BTreeMap<(u32, u32, Option<LayerId>), usize> = BTreeMap::new();
    for edge in graph.edges() {
        let ends = [edge.source().index().0, edge.target().index().0].map(|end| end as usize);
        let is_moved = ends.iter().any(|end| made[*end]);
        let [source, target] = ends.map(|end| row[end]);
        if is_moved && source == target {
            continue;
        }
        if is_moved {
            match first.entry((source, target, edge.layer())) {
                Entry::Occupied(first) => {
                    edges[*first.get()].1 += edge.weight();
                    continue;
                }
                Entry::Vacant(place) => drop(place.insert(edges.len())),
            }
        }
        edges.push((edge.index().0, edge.weight()));
    }
    for (at, weight) in &edges {
        let edge = graph.edge(EdgeId(*at));
        let [source, target] =
            [edge.source(), edge.target()].map(|end| row[end.index().0 as usize]);
        builder.edge_between(source, target, EdgeRow { weight: *weight, ..edge.into() });
    }
    edges.into_iter().map(|(at, _)| at).collect()
}

/// Returns an id that no node has. Those made for other partitions differ: ids of partitions do.
fn free_id(partition: &str, taken: &HashSet<&str>) -> String {
    let mut counter = 1;
    loop {
        let id = format!("agg_{partition}_{counter}");
        if !taken.contains(id.as_str()) {
            return id;
        }
        counter += 1;
    }
}

fn label(form: &str, partition: &str, count: usize) -> String {
    let mut label = String::new();
    let mut rest = form;
    while let Some(at) = rest.find('{') {
        label.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("{count}") {
            label.push_str(&count.to_string());
            rest = after;
        } else if let Some(after) = rest.strip_prefix("{partition}") {
            label.push_str(partition);
            rest = after;
        } else {
            label.push('{');
            rest = &rest[1..];
        }
    }
    label + rest
}

fn dark_layer(id: &str) -> Layer {
    Layer {
        background: Color::parse("222222"),
        text: Color::parse("ffffff"),
        border: Color::parse("dddddd"),
        ..Layer::plain(id)
    }
}

fn too_heavy(id: &str) -> Diagnostic {
    Diagnostic::error("weight-overflow", format!("the weights in `{id}` add up too high"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{assert_whole, edge_words, node_words, rows, sketch};

    fn limited(graph: &Graph, most: u32) -> Graph {
        let options = Options { max: NonZeroU32::new(most), ..Options::default() };
        let graph = NamedGraph::new("g", graph.clone());
        LimitMembers::transform(&options, graph, &[], &mut Diagnostics::default()).unwrap()
    }

    #[test]
    fn the_first_stay_and_the_rest_are_one_node() {
        let nodes = ["a in p", "b in p *2", "c in p *3", "d in q", "q in p", "p !why", "z"];
        let edges = ["a b", "b c", "b z x *2", "c z y", "z b @l", "c d", "a z"];
        let graph = limited(&sketch(&nodes, &edges), 2);
        assert_eq!(
            node_words(&graph),
            ["a in p", "agg_p_1 =2 more in p *5 !why", "d in q", "p !why", "q in p", "z"]
        );
        assert_eq!(
            edge_words(&graph),
            [
                "a agg_p_1 #a->b",
                "a z",
                "agg_p_1 d #c->d",
                "agg_p_1 z x *3 #b->z",
                "z agg_p_1 @l #z->b"
            ]
        );
    }

    #[test]
    fn two_members_stay_and_outermost_nodes_do_not_count() {
        let graph = sketch(&["a in p", "b in p", "p", "x", "y", "z"], &[]);
        assert_eq!(limited(&graph, 1), graph);
        let graph = sketch(&["a in p", "b in p", "c in p", "p"], &[]);
        assert_eq!(node_words(&limited(&graph, 1)), ["agg_p_1 =3 more in p *3", "p"]);
    }

    #[test]
    fn the_rest_is_named_and_layered_as_asked() {
        let options = Options {
            max: NonZeroU32::new(1),
            label: "{partition} - {count} {nodes".to_owned(),
            layer: Some("more".to_owned()),
        };
        let nodes = ["a in p", "b in p", "c in p", "p ={count}", "agg_p_1"];
        let graph = NamedGraph::new("g", sketch(&nodes, &[]));
        let graph = LimitMembers::transform(&options, graph, &[], &mut Diagnostics::default());
        let graph = graph.unwrap();
        let rest = "agg_p_2 ={count} - 3 {nodes in p @more *3";
        assert_eq!(node_words(&graph)[1], rest);
        assert_eq!(graph.layers()[0].background, Color::parse("#222222"));
    }

    proptest! {
        #[test]
        fn the_result_is_whole((rows, turned) in rows(), most in 1..3u32) {
            let result = limited(&rows.graph(), most);
            assert_whole(&result);
            let total = |graph: &Graph| graph.nodes().map(|node| node.weight()).sum::<f64>();
            prop_assert!((total(&result) - total(&rows.graph())).abs() < 1e-9);
            prop_assert_eq!(&result, &limited(&turned.graph(), most));
        }
    }
}
