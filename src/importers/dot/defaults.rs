//! The defaults of nodes and of edges, as statements of graphs and subgraphs set them.
//!
//! There is one table for what holds now, and a list of what held before: a subgraph that ends
//! takes back what it set.

use super::super::graph_file::{NOWHERE, Part};

/// What defaults are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Nodes,
    Edges,
}

/// A default: of what, its column and its value.
type Default_ = (Of, u32, u32);

/// The defaults that hold.
#[derive(Debug, Default)]
pub(super) struct Defaults {
    nodes: Table,
    edges: Table,
    /// What held before, latest last.
    before: Vec<Default_>,
    /// How often a default, or a node of a subgraph, was looked at.
    work: u64,
}

#[derive(Debug, Default)]
struct Table {
    /// For each column its default.
    values: Vec<u32>,
    /// The columns that have had one.
    columns: Vec<u32>,
}

impl Defaults {
    /// Sets a default.
    pub fn set(&mut self, of: Of, column: u32, value: u32) {
        let table = self.table(of);
        let at = column as usize;
        if table.values.len() <= at {
            table.values.resize(at + 1, NOWHERE);
        }
        let before = std::mem::replace(&mut table.values[at], value);
        if before == NOWHERE && !table.columns.contains(&column) {
            table.columns.push(column);
        }
        self.before.push((of, column, before));
        self.work += self.table(of).columns.len() as u64;
    }

    /// Gives a new row the defaults.
    pub fn apply(&mut self, of: Of, part: &mut Part, row: u32) {
        let table = match of {
            Of::Nodes => &self.nodes,
            Of::Edges => &self.edges,
        };
        if part.is_full() {
            return;
        }
        for column in &table.columns {
            let value = table.values[*column as usize];
            if value != NOWHERE {
                part.share(*column, row, value);
            }
        }
        self.work += table.columns.len() as u64;
    }

    /// Returns a mark to come back to.
    pub fn mark(&self) -> usize {
        self.before.len()
    }

    /// Takes back what was set since a mark, and returns it.
    pub fn take_back(&mut self, mark: usize) -> Vec<Default_> {
        let mut set = Vec::new();
        while self.before.len() > mark {
            let Some((of, column, before)) = self.before.pop() else { break };
            let value = std::mem::replace(&mut self.table(of).values[column as usize], before);
            set.push((of, column, value));
        }
        set.reverse();
        set
    }

    /// Adds work that something else made.
    pub fn add_work(&mut self, work: u64) {
        self.work += work;
    }

    /// Returns how much work there was.
    pub fn work(&self) -> u64 {
        self.work
    }

    fn table(&mut self, of: Of) -> &mut Table {
        match of {
            Of::Nodes => &mut self.nodes,
            Of::Edges => &mut self.edges,
        }
    }
}
