//! The titles of partitions.

use super::draw::{Artist, MIDDLE};
use super::font::Weight;
use super::icon::{GAP, IN_TITLE};
use super::measure::{PARTITION_TEXT, TITLE_ROOM, block};
use super::path::{point, rect};
use super::style::letters;
use super::{Mark, Role, Style, Text};
use crate::graph::Node;
use crate::layout::{Point, Rect, Size};

impl Artist<'_> {
    /// Draws the titles of partitions, over lines that come too near.
    pub(super) fn headings(&mut self) {
        for node in self.graph.nodes() {
            let at = node.index().0 as usize;
            let Some(Rect { corner: Point { x, y }, size: Size { width, height } }) =
                self.heading_box(node)
            else {
                continue;
            };
            let look = self.partition_look(node);
            let (size, leading) = PARTITION_TEXT;
            let icon = self.looks.icon(self.graph, at);
            let before = if icon.is_some() { IN_TITLE + GAP } else { 0.0 };
            let lines = self.measured.nodes[at].clone();
            let style = self.class("heading", letters(look.text, Weight::Bold, size));
            let under = Style { fill: Some(look.fill), ..Style::default() };
            let under = self.class("under", under);
            let at = point(x + before, y + leading / 2.0 + size * MIDDLE);
            let behind = rect(x - 3.0, y, width + 6.0, height);
            let mut marks = vec![Mark::Box(behind, 3.0, under)];
            if let Some(icon) = icon {
                let side = IN_TITLE;
                let of = rect(x, y + (height - side) / 2.0, side, side);
                marks.extend(self.icon(icon, of, look.fill, look.text));
            }
            let is_centered = false;
            marks.push(Mark::Text(Text { lines, at, leading, is_centered, turn: 0.0, style }));
            self.push_node(Role::Heading, node, marks);
        }
    }

    /// Returns where a partition's title is, with its icon; nothing if it has none or no room.
    pub(super) fn heading_box(&self, node: Node<'_>) -> Option<Rect> {
        let at = node.index().0 as usize;
        let lines = &self.measured.nodes[at];
        let is_blank = lines.iter().all(|line| line.width == 0.0);
        if !self.is_partition(node.index()) || is_blank {
            return None;
        }
        let of = self.rect(node.index());
        let Size { width, height } = block(lines, PARTITION_TEXT);
        let has_icon = self.looks.icon(self.graph, at).is_some();
        let width = if has_icon { width + IN_TITLE + GAP } else { width };
        let (x, y) = match self.looks.are_circles() {
            true => (of.middle().x - width / 2.0, of.corner.y + 3.0),
            false => (of.corner.x + TITLE_ROOM.width, of.corner.y + TITLE_ROOM.height),
        };
        let has_room = width <= of.size.width && height <= of.size.height * 0.6;
        has_room.then(|| rect(x, y, width, height))
    }
}
