//! What diagrams with limits share: a graph divided into pieces, each of which fits into one.
//!
//! Every node is at home in one piece, and every edge is drawn in one piece: that of the node it
//! leaves. An end that is at home elsewhere is drawn there as a stub, dashed, that names the number
//! of its piece. Before the pieces comes an overview: a node for each, and an edge, with its count,
//! for all those that lead from one to another. Whether a piece fits is for the format to say.

mod cut;
mod overview;
mod piece;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::cut::Cutter;
use self::overview::overview;
use self::piece::Builder;
use crate::graph::{EdgeId, Graph, NodeId};

/// The levels of partitions that a piece shows around what is at home in it.
const MOST_LEVELS: usize = 8;
/// The characters of a piece's title.
const MOST_TITLE: usize = 60;

/// How a graph that is too large for one diagram is divided.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Split {
    /// It is not: there is one diagram, with a warning if it is too large.
    #[default]
    None,
    /// A diagram for each outermost partition; one that is too large, by the partitions in it.
    Partitions,
    /// As many connected parts in a diagram as fit; one that is too large, by its partitions.
    Components,
}

impl Split {
    pub(super) fn is_none(&self) -> bool {
        *self == Split::None
    }
}

/// One of the diagrams that a graph is divided into.
#[derive(Debug)]
pub(super) struct Diagram {
    /// Its number, counted from 1; none for the overview.
    pub(super) number: Option<usize>,
    /// What it shows; empty for the overview.
    pub(super) title: String,
    /// What is drawn.
    pub(super) graph: Graph,
}

impl Diagram {
    /// Returns its number and title, as its heading; nothing for the overview.
    pub(super) fn heading(&self) -> Option<String> {
        self.number.map(|number| format!("{number}. {}", self.title))
    }
}

/// What a piece is made of: a node that is at home in it, or an edge that is drawn in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    Node(NodeId),
    Edge(EdgeId),
}

/// A piece, before it is drawn.
#[derive(Debug)]
struct Piece {
    title: String,
    items: Vec<Item>,
}

/// Divides a graph that does not fit into diagrams of which each does, the overview first.
///
/// Only what cannot be divided, such as a node with a label that is too long, is not made to fit.
pub(super) fn split(
    graph: &Graph,
    how: Split,
    fits: &mut dyn FnMut(&Graph) -> bool,
) -> Vec<Diagram> {
    let pieces = Cutter::new(graph, fits).cut(how);
    let homes = homes(graph, &pieces);
    let mut diagrams = vec![overview(graph, &pieces, &homes, fits)];
    let mut builder = Builder::new(graph);
    for (piece, number) in pieces.into_iter().zip(1..) {
        let graph = builder.build(&piece.items, &mut |node| homes[node.0 as usize] + 1);
        diagrams.push(Diagram { number: Some(number), title: piece.title, graph });
    }
    diagrams
}

/// Returns the place of the piece that each node is at home in. A partition that none names, as
/// all it holds was divided, is where the first node in it is.
fn homes(graph: &Graph, pieces: &[Piece]) -> Vec<usize> {
    let mut homes = vec![usize::MAX; graph.node_count()];
    for (at, piece) in pieces.iter().enumerate() {
        for item in &piece.items {
            if let Item::Node(node) = item {
                homes[node.0 as usize] = at;
            }
        }
    }
    for at in 0..homes.len() {
        let home = homes[at];
        let mut above = graph.node(NodeId(at as u32)).parent().filter(|_| home != usize::MAX);
        while let Some(node) = above.filter(|node| homes[node.0 as usize] == usize::MAX) {
            homes[node.0 as usize] = home;
            above = graph.node(node).parent();
        }
    }
    homes
}

/// Makes one line of a label that is not too long.
fn line(label: &str, most: usize) -> String {
    let words: Vec<&str> = label.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(most) {
        Some(_) => line.chars().take(most - 1).chain(['…']).collect(),
        None => line,
    }
}

#[cfg(test)]
mod tests;
