//! Ids of nodes in formats that number them: what people call a node is its id, if it can be.

use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};

use super::columns::ID;
use super::draft::{Draft, NOWHERE, Role};
use crate::graph::TextColumn;

/// Nodes, and the names of the partitions that hold them, by the ids that people know.
#[derive(Debug, Default)]
pub(in super::super) struct Partitions {
    rows: Vec<(u32, u32)>,
    names: TextColumn,
}

impl Partitions {
    /// Keeps that a node is in a partition, until all ids are known.
    pub fn push(&mut self, node: u32, partition: &str, place: u32) {
        if node != NOWHERE && !partition.is_empty() {
            self.rows.push((node, place));
            self.names.push(partition);
        }
    }

    /// Puts the nodes into their partitions.
    pub fn set(&self, draft: &mut Draft<'_>) {
        if self.rows.is_empty() {
            return;
        }
        let mut by_id: HashMap<String, u32, FixedState> = HashMap::default();
        for node in 0..draft.node_count() as u32 {
            if let Some(id) = draft.nodes.get(ID, node) {
                by_id.entry(id.to_owned()).or_insert(node);
            }
        }
        for ((node, place), name) in self.rows.iter().zip(self.names.iter()) {
            let parent = match by_id.get(name) {
                Some(parent) => *parent,
                None => draft.mention(name, *place, Role::Partition),
            };
            draft.set_parent(*node, parent);
        }
    }
}

impl Draft<'_> {
    /// Makes the texts of a column the ids of nodes, if every node has one of its own; returns
    /// whether it did.
    pub fn take_ids(&mut self, column: u32) -> bool {
        let nodes: Vec<u32> =
            (0..self.node_count() as u32).filter(|node| self.is_declared(*node)).collect();
        let mut taken: HashSet<&str, FixedState> =
            HashSet::with_capacity_and_hasher(nodes.len(), FixedState::default());
        let is_own = |node: &u32| {
            self.nodes.get(column, *node).is_some_and(|text| !text.is_empty() && taken.insert(text))
        };
        let are_ids = !nodes.is_empty() && nodes.iter().all(is_own);
        drop(taken);
        if are_ids {
            self.nodes.move_column(column, ID);
        }
        are_ids
    }
}

impl Draft<'_> {
    /// Returns whether no two edges have one id.
    pub fn has_own_edge_ids(&self) -> bool {
        let edges = 0..self.edge_count() as u32;
        let ids = edges.filter_map(|edge| self.edges.get(ID, edge));
        let mut taken: HashSet<&str, FixedState> = HashSet::default();
        ids.into_iter().all(|id| taken.insert(id))
    }
}

/// Returns the name of an attribute, without what layercake put before it as the format uses the
/// name for something else.
pub(in super::super) fn own_name<'n>(name: &'n str, prefix: &str, reserved: &[&str]) -> &'n str {
    let Some(rest) = name.strip_prefix(prefix) else { return name };
    let own = rest.trim_start_matches(prefix);
    let is_reserved = reserved.iter().any(|word| word.eq_ignore_ascii_case(own));
    if is_reserved || own.trim().is_empty() { rest } else { name }
}
