//! Groups of nodes become partitions or an attribute: what `condense` and `cluster` have in common.

use super::names::Owner;
use super::regroup::Regroup;
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{
    Attribute, Bits, Graph, Grouping, Hierarchy, NodeId, TextColumn, Values, Visit,
};

/// How many members the label of a group names.
const MOST_NAMED: usize = 2;

/// What becomes of groups.
pub(super) struct Style<'a> {
    /// What stands before the ids of groups.
    pub prefix: &'a str,
    /// The layer of partitions.
    pub layer: Option<&'a str>,
    /// The attribute that says which group a node is in; partitions are made if there is none.
    pub attribute: Option<&'a str>,
    /// How many nodes a group has at least.
    pub smallest: usize,
}

/// Puts the nodes of each group that is large enough into a partition, or gives them an attribute.
///
/// A group is called by its first node, so that it keeps its name while others come and go. Its
/// partition is in the innermost one that held all its members before. What a member held stays in
/// it. Linear, but for the depth of partitions.
pub(super) fn group(
    graph: Graph,
    groups: &Grouping,
    style: &Style<'_>,
    diagnostics: &mut Diagnostics,
) -> Result<Graph, Failed> {
    let members = groups.members();
    let id = |members: &[u32]| {
        let first = members.first().map_or("", |first| graph.node(NodeId(*first)).id());
        format!("{}{first}", style.prefix)
    };
    let is_large = |members: &&Vec<u32>| members.len() >= style.smallest;
    if let Some(name) = style.attribute {
        Owner::Nodes.check_new(name, diagnostics)?;
        let mut ids = vec![String::new(); members.len()];
        for (place, members) in members.iter().enumerate().filter(|(_, list)| is_large(list)) {
            ids[place] = id(members);
        }
        let of = |group: &u32| ids[*group as usize].as_str();
        let texts: TextColumn = groups.numbers().iter().map(of).collect();
        if texts.has_overflowed() {
            return Err(diagnostics.fail(super::too_much_text()));
        }
        let present: Bits = groups.numbers().iter().map(|group| !of(group).is_empty()).collect();
        let name = name.to_owned();
        return Ok(graph.with_node_attribute(Attribute {
            name,
            values: Values::Text(texts),
            present,
        }));
    }
    let (is_outermost, depths) = outermost(&graph, groups, style.smallest);
    let mut regroup = Regroup::of(&graph);
    for members in members.iter().filter(is_large) {
        let moved = members.iter().copied().filter(|node| is_outermost.get(*node as usize));
        let around = innermost(&graph, &depths, moved.clone());
        let (id, label) = (id(members), label(&graph, members));
        let made = regroup.partition(&id, &label, style.layer, around, diagnostics)?;
        for node in moved.filter(|node| *node != made) {
            regroup.set_parent(node, Some(made));
        }
    }
    regroup.finish(diagnostics)
}

/// Returns which nodes are moved, and how deep all lie: those of a group that is large enough, but
/// for those that another node of the group takes along.
fn outermost(graph: &Graph, groups: &Grouping, smallest: usize) -> (Bits, Vec<u32>) {
    let sizes = groups.sizes();
    let mut is_outermost = Bits::all(graph.node_count(), false);
    let mut depths = vec![0; graph.node_count()];
    // The group in whose partition each node will be, if in any.
    let mut inside: Vec<Option<u32>> = vec![None; graph.node_count()];
    Hierarchy::of(graph).walk(graph, |visit, depth| {
        let (Visit::Enter(node) | Visit::Leaf(node)) = visit else { return };
        let at = node.0 as usize;
        let around = graph.node(node).parent().and_then(|parent| inside[parent.0 as usize]);
        let group = groups.of(node.0);
        let is_large = sizes[group as usize] as usize >= smallest;
        is_outermost.set(at, is_large && around != Some(group));
        inside[at] = if is_large { Some(group) } else { around };
        depths[at] = depth as u32;
    });
    (is_outermost, depths)
}

/// Returns the depth of each node: how many partitions are around it.
pub(super) fn depths(graph: &Graph) -> Vec<u32> {
    let mut depths = vec![0; graph.node_count()];
    Hierarchy::of(graph).walk(graph, |visit, depth| {
        if let Visit::Enter(node) | Visit::Leaf(node) = visit {
            depths[node.0 as usize] = depth as u32;
        }
    });
    depths
}

/// Returns the innermost partition that holds all of these nodes.
pub(super) fn innermost(
    graph: &Graph,
    depths: &[u32],
    nodes: impl Iterator<Item = u32>,
) -> Option<u32> {
    let parent = |node: u32| graph.node(NodeId(node)).parent().map(|parent| parent.0);
    let meet = |a: Option<u32>, b: Option<u32>| {
        let (mut a, mut b) = (a, b);
        while a != b {
            let (one, other) = (a?, b?);
            let (deep, flat) = (depths[one as usize], depths[other as usize]);
            if deep >= flat {
                a = parent(one);
            }
            if flat >= deep {
                b = parent(other);
            }
        }
        a
    };
    nodes.map(parent).reduce(meet).flatten()
}

fn label(graph: &Graph, members: &[u32]) -> String {
    let named = members.iter().take(MOST_NAMED).map(|node| graph.node(NodeId(*node)).label());
    let named: Vec<&str> = named.collect();
    match members.len() - named.len() {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}
