//! The titles of partitions.

use super::draw::{Artist, MIDDLE};
use super::font::Weight;
use super::icon::{GAP, IN_TITLE};
use super::measure::{PARTITION_TEXT, TITLE_ROOM, block};
use super::path::{point, rect};
use super::style::letters;
use super::{Mark, Role, Style, Text};
use crate::layout::Size;

impl Artist<'_> {
    /// Draws the titles of partitions, over lines that come too near.
    pub(super) fn headings(&mut self) {
        for node in self.graph.nodes() {
            let at = node.index().0 as usize;
            let lines = &self.measured.nodes[at];
            let is_blank = lines.iter().all(|line| line.width == 0.0);
            if !self.is_partition(node.index()) || is_blank {
                continue;
            }
            let (of, look) = (self.rect(node.index()), self.partition_look(node));
            let (size, leading) = PARTITION_TEXT;
            let Size { width, height } = block(lines, PARTITION_TEXT);
            let icon = self.looks.icon(self.graph, at);
            let before = if icon.is_some() { IN_TITLE + GAP } else { 0.0 };
            let width = width + before;
            let (x, y) = match self.looks.are_circles() {
                true => (of.middle().x - width / 2.0, of.corner.y + 3.0),
                false => (of.corner.x + TITLE_ROOM.width, of.corner.y + TITLE_ROOM.height),
            };
            if width > of.size.width || height > of.size.height * 0.6 {
                continue;
            }
            let lines = lines.clone();
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
}
