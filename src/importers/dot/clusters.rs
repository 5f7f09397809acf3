//! Clusters of DOT, which become partitions.
//!
//! A cluster is called as its subgraph is. What layercake writes as `cluster_a` for a partition
//! `a` becomes `a` again, together with the point in it that stands for the partition, unless
//! another node has that id.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::super::graph_file::{Draft, NOWHERE, Part, Sort};

/// What stands before the id of a partition in the name of its cluster.
const PREFIX: &str = "cluster_";

/// How often each name was given to another cluster.
type Counts = HashMap<String, u32, FixedState>;

/// The clusters of a file.
#[derive(Debug, Default)]
pub(super) struct Clusters {
    list: Vec<Cluster>,
    /// For each node the cluster that holds it.
    members: Vec<u32>,
    /// Clusters, columns and values.
    cells: Vec<(u32, u32, u32)>,
}

#[derive(Debug)]
struct Cluster {
    name: String,
    place: u32,
    parent: u32,
    is_open: bool,
}

impl Clusters {
    /// Adds a cluster and returns its number.
    pub fn add(&mut self, name: &str, place: u32, parent: u32) -> u32 {
        self.list.push(Cluster { name: name.to_owned(), place, parent, is_open: false });
        self.list.len() as u32 - 1
    }

    /// Says whether a cluster is open.
    pub fn set_open(&mut self, cluster: u32, is_open: bool) {
        if let Some(cluster) = self.list.get_mut(cluster as usize) {
            cluster.is_open = is_open;
        }
    }

    /// Puts a node that is named in a cluster into it. It stays in the first one, or goes deeper.
    pub fn put(&mut self, node: u32, cluster: u32) {
        if cluster == NOWHERE {
            return;
        }
        let at = node as usize;
        if self.members.len() <= at {
            self.members.resize(at + 1, NOWHERE);
        }
        let other = self.members[at];
        if other == NOWHERE || self.list[other as usize].is_open {
            self.members[at] = cluster;
        }
    }

    /// Keeps an attribute of a cluster.
    pub fn set(&mut self, cluster: u32, column: u32, value: u32) {
        self.cells.push((cluster, column, value));
    }

    /// Makes partitions of all clusters.
    pub fn finish(mut self, draft: &mut Draft<'_>, shape: u32) {
        let mut counts = Counts::default();
        let rows: Vec<u32> =
            (0..self.list.len()).map(|at| self.row(at as u32, draft, shape, &mut counts)).collect();
        let row_of = |cluster: u32| rows.get(cluster as usize).copied().unwrap_or(NOWHERE);
        for (at, cluster) in self.list.iter().enumerate() {
            draft.set_partition(rows[at]);
            let parent = row_of(cluster.parent);
            if parent != rows[at] && draft.parent_of(rows[at]) == NOWHERE {
                draft.set_parent(rows[at], parent);
            }
        }
        for (node, cluster) in self.members.iter().enumerate() {
            let (node, partition) = (node as u32, row_of(*cluster));
            if !draft.is_partition(node) && partition != node {
                draft.set_parent(node, partition);
            }
        }
        for (cluster, column, value) in std::mem::take(&mut self.cells) {
            draft.nodes.share(column, row_of(cluster), value);
        }
    }

    /// Returns the node that a cluster becomes.
    fn row(&self, at: u32, draft: &mut Draft<'_>, shape: u32, counts: &mut Counts) -> u32 {
        let Cluster { name, place, .. } = &self.list[at as usize];
        if let Some(id) = name.strip_prefix(PREFIX).filter(|id| !id.is_empty()) {
            match draft.find(id) {
                None => return draft.node(id, *place),
                Some(node) if self.is_anchor(node, at, &draft.nodes, shape) => {
                    draft.nodes.clear_row(node);
                    return node;
                }
                Some(_) => {}
            }
        }
        if draft.find(name).is_none() {
            return draft.node(name, *place);
        }
        // A node may have the name, too.
        let count = counts.entry(name.clone()).or_insert(1);
        loop {
            *count += 1;
            let id = format!("{name}~{count}");
            if draft.find(&id).is_none() {
                return draft.node(&id, *place);
            }
        }
    }

    /// Returns whether a node is the point in a cluster that edges to the cluster meet.
    fn is_anchor(&self, node: u32, cluster: u32, nodes: &Part, shape: u32) -> bool {
        self.members.get(node as usize) == Some(&cluster) && nodes.get(shape, node) == Some("point")
    }
}

/// Returns whether a subgraph of this name is a cluster.
pub(super) fn is_cluster(name: &str) -> bool {
    name.starts_with("cluster")
}

/// The sort of all values in DOT.
pub(super) const SORT: Sort = Sort::Untyped;
