//! How large a picture of PlantUML will be, told from the graph: an estimate, on the safe side.

use super::super::style::Orientation;
use super::PlantUmlOptions;
use crate::graph::{Graph, Hierarchy, Node, NodeId};

/// The pixels of a character, at most, of those that are as wide as high, and of a line.
const CHARACTER: usize = 9;
const WIDE_CHARACTER: usize = 15;
const LINE: usize = 18;
/// The pixels of a box around its label, and of a shape that needs the most for it.
const AROUND: usize = 50;
/// The pixels between boxes side by side, between those above each other, and between ranks.
const BETWEEN: usize = 40;
const BETWEEN_LYING: usize = 70;
const BETWEEN_RANKS: usize = 80;
/// The pixels that a level of partitions adds on two sides.
const PARTITION: usize = 70;
/// The pixels of a line that passes a rank.
const PASSING: usize = 30;

/// A width and a height in pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    width: usize,
    height: usize,
}

impl Extent {
    /// Estimates the picture of a graph: nodes stand in ranks, each below those that lead to it.
    pub(super) fn of(graph: &Graph, options: &PlantUmlOptions) -> Extent {
        let is_lying = matches!(options.orientation, Orientation::LR | Orientation::RL);
        let between = if is_lying { BETWEEN_LYING } else { BETWEEN };
        let hierarchy = Hierarchy::of(graph);
        let mut linked = vec![false; graph.node_count()];
        let mut labels = 0;
        for edge in graph.edges() {
            let ends = [edge.source().index(), edge.target().index()];
            ends.iter().for_each(|end| linked[end.0 as usize] = true);
            let (width, height) = text(edge.label());
            labels = labels.max(if is_lying { width } else { height });
        }
        let mut loose = Vec::new();
        let mut drawn = Vec::new();
        for node in graph.nodes() {
            let (width, height) = size(node, options);
            if !hierarchy.children(node.index()).is_empty() {
                continue;
            }
            if !linked[node.index().0 as usize] {
                loose.push((width, height));
                continue;
            }
            let (along, across) = if is_lying { (height, width) } else { (width, height) };
            drawn.push((node.index(), along + between, across));
        }
        let (mut along, mut across) = (0, 0);
        for ranks in ranks(graph) {
            let count = ranks.iter().max().map_or(0, |rank| *rank as usize + 1);
            // Along a rank, and across.
            let mut rows = vec![(0_usize, 0_usize); count];
            for edge in graph.edges() {
                let ends = [edge.source().index(), edge.target().index()];
                let [source, target] = ends.map(|end| ranks[end.0 as usize] as usize);
                let (width, height) = text(edge.label());
                for row in &mut rows[source.min(target)..source.max(target)] {
                    row.0 += PASSING + if is_lying { height } else { width };
                }
            }
            for (node, own, deep) in &drawn {
                let row = &mut rows[ranks[node.0 as usize] as usize];
                *row = (row.0 + own, row.1.max(*deep));
            }
            along = along.max(rows.iter().map(|row| row.0).max().unwrap_or(0));
            let deep = rows.iter().filter(|row| row.1 > 0);
            across = across.max(deep.map(|row| row.1 + BETWEEN_RANKS + labels).sum());
        }
        let (mut width, mut height) = if is_lying { (across, along) } else { (along, across) };
        // What no edge touches stands in a square, beside the rest.
        let side = loose.len().isqrt() + usize::from(!loose.is_empty());
        let widest = loose.iter().map(|one| one.0).max().unwrap_or(0);
        let highest = loose.iter().map(|one| one.1).max().unwrap_or(0);
        width += side * (widest + BETWEEN);
        height = height.max(side * (highest + BETWEEN_RANKS));
        if options.contain {
            let (side, deep) = partitions(graph, &hierarchy);
            width += side * PARTITION;
            height += deep * PARTITION;
        }
        Extent { width, height }
    }

    /// Returns whether neither side is longer, with some room to spare.
    pub(super) fn is_within(self, pixels: usize) -> bool {
        self.width.max(self.height) <= pixels / 8 * 7
    }
}

/// Returns the width and the height of a node, with its note.
fn size(node: Node<'_>, options: &PlantUmlOptions) -> (usize, usize) {
    let (width, height) = text(node.label());
    let own = (width + AROUND, height + AROUND);
    if options.notes.word().is_none() || node.comment().is_empty() {
        return own;
    }
    let (width, height) = text(node.comment());
    (own.0 + width + AROUND + BETWEEN, own.1 + height + AROUND + BETWEEN)
}

fn text(text: &str) -> (usize, usize) {
    let width = |line: &str| {
        let width = |c: char| if c < '\u{1100}' { CHARACTER } else { WIDE_CHARACTER };
        line.chars().map(width).sum::<usize>()
    };
    let widest = text.lines().map(width).max().unwrap_or(0);
    (widest, text.lines().count() * LINE)
}

/// Returns how many partitions there may be side by side, and how many inside each other.
fn partitions(graph: &Graph, hierarchy: &Hierarchy) -> (usize, usize) {
    let (mut side, mut deep) = (0, 0);
    hierarchy.walk(graph, |visit, depth| {
        if let crate::graph::Visit::Enter(node) = visit {
            side += usize::from(!hierarchy.children(node).is_empty());
            deep = deep.max(depth + 1);
        }
    });
    (side, deep)
}

/// Returns the ranks of nodes, cycles left aside, in both ways between which Graphviz chooses: as
/// soon after what leads to a node as can be, and as late before what it leads to.
fn ranks(graph: &Graph) -> [Vec<u32>; 2] {
    let count = graph.node_count();
    let mut next: Vec<Vec<u32>> = vec![Vec::new(); count];
    for edge in graph.edges() {
        next[edge.source().index().0 as usize].push(edge.target().index().0);
    }
    // A node is left after all that it leads to, but for what leads back.
    let mut left = Vec::with_capacity(count);
    let mut state = vec![0_u8; count];
    for start in 0..count as u32 {
        let mut open = Vec::new();
        if state[start as usize] == 0 {
            state[start as usize] = 1;
            open.push((start, 0));
        }
        while let Some((node, at)) = open.last_mut() {
            match next[*node as usize].get(*at) {
                Some(other) => {
                    *at += 1;
                    if state[*other as usize] == 0 {
                        state[*other as usize] = 1;
                        open.push((*other, 0));
                    }
                }
                None => {
                    state[*node as usize] = 2;
                    left.push(NodeId(*node));
                    open.pop();
                }
            }
        }
    }
    let mut places = vec![0; count];
    left.iter().rev().zip(0..).for_each(|(node, place)| places[node.0 as usize] = place);
    let mut early = vec![0_u32; count];
    for at in left.iter().rev().map(|node| node.0 as usize) {
        for other in next[at].iter().map(|other| *other as usize) {
            if places[other] > places[at] {
                early[other] = early[other].max(early[at] + 1);
            }
        }
    }
    let last = early.iter().max().copied().unwrap_or(0);
    let mut late = vec![last; count];
    for at in left.iter().map(|node| node.0 as usize) {
        for other in next[at].iter().map(|other| *other as usize) {
            if places[other] > places[at] {
                late[at] = late[at].min(late[other].saturating_sub(1));
            }
        }
    }
    [early, late]
}
