//! Draws a hierarchy as rings: every node a piece of one, with as much of its label as fits.

use super::draw::{Artist, MIDDLE, NODE_LINE, PARTITION_LINE};
use super::font::Weight;
use super::measure::{NODE_TEXT, PARTITION_TEXT};
use super::name::name_of;
use super::path::{point, turned};
use super::sector::{Place, outline, places, way};
use super::style::{filled, letters};
use super::text::{Line, Owner, Room, Texts};
use super::{Mark, Role, Text};
use crate::graph::Node;
use crate::layout::Sector;

/// The most lines of a label.
const MOST_LINES: usize = 3;
/// The least room for a line, in ems.
const NARROWEST: f64 = 1.8;

impl Artist<'_> {
    /// Draws all nodes, partitions before what is in them.
    pub(super) fn rings(&mut self, sectors: &[Sector], texts: &mut Texts<'_>) {
        let graph = self.graph;
        let mut order: Vec<(Node<'_>, &Sector)> = graph.nodes().zip(sectors).collect();
        order.sort_by_key(|(node, _)| self.depth(node.index()));
        for (node, sector) in order {
            let is_partition = self.is_partition(node.index());
            let (look, word, width, weight, letter) = match is_partition {
                true => {
                    let look = self.partition_look(node);
                    (look, "partition", PARTITION_LINE, Weight::Bold, PARTITION_TEXT)
                }
                false => (self.node_look(node), "node", NODE_LINE, Weight::Regular, NODE_TEXT),
            };
            let line = self.looks.line(node.layer());
            let body = self.class(word, filled(look, width, line));
            let mut marks = vec![Mark::Path(outline(sector), body)];
            if let Some((lines, place)) = label(node, sector, (weight, letter), texts) {
                let (size, leading) = letter;
                let style = self.class("label", letters(look.text, weight, size));
                let first = leading * (lines.len() as f64 - 1.0) / 2.0 - size * MIDDLE;
                let at = point(place.middle.x, place.middle.y - first);
                let at = turned(at, place.middle, way(place.turn));
                let text = Text { lines, at, leading, is_centered: true, turn: place.turn, style };
                marks.push(Mark::Text(text));
            }
            let role = if is_partition { Role::Partition } else { Role::Node };
            self.push_node(role, node, marks);
        }
    }
}

/// Returns the label of a node in the fewest lines that hold all of it, or else where most of it
/// is seen; and where it stands.
fn label(
    node: Node<'_>,
    sector: &Sector,
    (weight, (size, leading)): (Weight, (f64, f64)),
    texts: &mut Texts<'_>,
) -> Option<(Vec<Line>, Place)> {
    let label = name_of(node);
    let mut best: Option<(usize, Vec<Line>, Place)> = None;
    for count in 1..=MOST_LINES {
        for place in places(sector, count, leading) {
            let is_small = place.height < count as f64 * leading;
            if is_small || place.width < NARROWEST * size {
                continue;
            }
            let room = Room { width: place.width / size, lines: count };
            let lines = texts.wrap(&label, weight, room, Owner::Node(node.index()));
            let is_cut = lines.last().is_some_and(|line| line.text.ends_with('…'));
            if !is_cut || label.ends_with('…') {
                let is_blank = lines.iter().all(|line| line.width == 0.0);
                return (!is_blank).then_some((lines, place));
            }
            let seen = lines.iter().map(|line| line.text.len()).sum();
            if best.as_ref().is_none_or(|(most, ..)| seen > *most) {
                best = Some((seen, lines, place));
            }
        }
    }
    best.map(|(_, lines, place)| (lines, place))
}
