//! Draws a hierarchy as rings: every node a piece of one, with as much of its label as fits.

use super::draw::{Artist, NODE_LINE, PARTITION_LINE};
use super::fit::{Wanted, fit};
use super::font::Weight;
use super::measure::{NODE_TEXT, PARTITION_TEXT};
use super::name::name_of;
use super::sector::{outline, places};
use super::style::{filled, letters};
use super::text::{Owner, Texts};
use super::{Mark, Role};
use crate::graph::Node;
use crate::layout::Sector;

/// The most lines of a label.
const MOST_LINES: usize = 3;

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
            let wanted = Wanted {
                label: &name_of(node),
                weight,
                letters: letter,
                lines: MOST_LINES,
                owner: Owner::Node(node.index()),
            };
            let inside = |lines: usize, leading: f64| places(sector, lines, leading).to_vec();
            if let Some(fitted) = fit(wanted, &[&inside], texts) {
                let style = self.class("label", letters(look.text, weight, fitted.size()));
                marks.push(Mark::Text(fitted.text(style)));
            }
            let role = if is_partition { Role::Partition } else { Role::Node };
            self.push_node(role, node, marks);
        }
    }
}
