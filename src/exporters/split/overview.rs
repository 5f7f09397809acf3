//! The diagram before all others: which piece leads to which, and how often.

use std::collections::BTreeMap;

use super::{Diagram, Piece, line};
use crate::graph::{EdgeRow, Graph, GraphBuilder, NodeRow};

/// The characters of a title in a node that stands for several pieces.
const MOST_NAME: usize = 24;

/// Makes the overview. Where a node for each piece would be too many, one stands for 2 pieces, 4
/// or more, until it fits, so that no edge is left out.
pub(super) fn overview(
    graph: &Graph,
    pieces: &[Piece],
    homes: &[usize],
    fits: &mut dyn FnMut(&Graph) -> bool,
) -> Diagram {
    let mut links: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for edge in graph.edges() {
        let home = |node: u32| homes[node as usize];
        let ends = (home(edge.source().index().0), home(edge.target().index().0));
        *links.entry(ends).or_default() += 1;
    }
    let mut size = 1;
    loop {
        let graph = draw(pieces, &links, size);
        if size >= pieces.len() || fits(&graph) {
            return Diagram { number: None, title: String::new(), graph };
        }
        size *= 2;
    }
}

fn draw(pieces: &[Piece], links: &BTreeMap<(usize, usize), usize>, size: usize) -> Graph {
    let mut builder = GraphBuilder::default();
    // So many digits that the order of ids is that of numbers.
    let width = pieces.len().to_string().len();
    let id = |at: usize| format!("diagram{:0width$}", at / size * size + 1);
    for (at, group) in pieces.chunks(size).enumerate() {
        let first = at * size + 1;
        let label = match group {
            [one] => format!("{first}. {}", one.title),
            [one, .., last] => {
                let [one, other] = [one, last].map(|piece| line(&piece.title, MOST_NAME));
                format!("{first} to {}\n{one} …\n{other}", first + group.len() - 1)
            }
            [] => continue,
        };
        builder.node(NodeRow { id: &id(at * size), label: Some(&label), ..NodeRow::default() });
    }
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for ((source, target), count) in links {
        if source / size != target / size {
            *counts.entry((id(*source), id(*target))).or_default() += count;
        }
    }
    for ((source, target), count) in &counts {
        let label = if *count == 1 { String::new() } else { count.to_string() };
        builder.edge(EdgeRow { source, target, label: &label, ..EdgeRow::default() });
    }
    builder.finish().graph
}
