//! Where in the files of an import its nodes, edges and rows stand.
//!
//! An import remembers none of it: whoever has to point at a row asks for it, and the files are
//! looked through once more. Knows no format.

use crate::source::Excerpt;

/// What is looked for in the files of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Nodes, by their ids.
    pub nodes: Vec<String>,
    /// Edges.
    pub edges: Vec<EdgeName>,
    /// Rows of a table, by their numbers in it, from 0.
    pub rows: Vec<u32>,
}

/// What tells an edge from others.
///
/// An edge whose id is not in the files, as the import made it or a transform gave it another, is
/// known by its ends alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct EdgeName {
    /// Its id.
    pub id: String,
    /// The id of the node that it leaves.
    pub source: String,
    /// The id of the node that it reaches.
    pub target: String,
}

/// Where what was looked for stands: a place for each, in the same order.
///
/// Marked is the id of a node, the source of an edge, and the first cell of a row; where a format
/// does not write these so, what says that they are there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// The places of [`Wanted::nodes`].
    pub nodes: Vec<Option<Excerpt>>,
    /// The places of [`Wanted::edges`].
    pub edges: Vec<Option<Excerpt>>,
    /// The places of [`Wanted::rows`].
    pub rows: Vec<Option<Excerpt>>,
}

impl Places {
    /// Returns what is to be said where nothing is found.
    pub fn nowhere(wanted: &Wanted) -> Places {
        Places {
            nodes: vec![None; wanted.nodes.len()],
            edges: vec![None; wanted.edges.len()],
            rows: vec![None; wanted.rows.len()],
        }
    }
}
