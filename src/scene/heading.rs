//! The titles of partitions.

use super::draw::{Artist, MIDDLE};
use super::font::Weight;
use super::icon::{GAP, IN_TITLE};
use super::measure::{PARTITION_TEXT, TITLE_ROOM, block};
use super::path::{Path, point, rect};
use super::strips::Strips;
use super::style::letters;
use super::{Mark, Role, Style, Text};
use crate::graph::{Node, NodeId};
use crate::layout::{Point, Rect, Size};

impl Artist<'_> {
    /// Draws the titles of partitions at the left, or where no line passes; over lines if these leave
    /// no room.
    pub(super) fn headings(&mut self) {
        let titled: Vec<NodeId> = self
            .graph
            .nodes()
            .map(Node::index)
            .filter(|node| self.is_partition(*node) && self.heading_extent(*node).is_some())
            .collect();
        let strip = |node: &NodeId| self.strip(*node);
        let mut strips = Strips::new(titled.iter().map(strip).collect());
        for group in &self.groups {
            let is_over = matches!(group.role, Role::Edge | Role::EdgeLabel);
            for mark in group.marks.iter().filter(|_| is_over) {
                match mark {
                    Mark::Path(path, _) => strips.pass(path),
                    Mark::Box(of, ..) => strips.pass(&Path::rounded(*of, 0.0)),
                    Mark::Ellipse(..) | Mark::Text(_) => {}
                }
            }
        }
        for (place, id) in titled.into_iter().enumerate() {
            let (node, look) = (self.graph.node(id), self.partition_look(self.graph.node(id)));
            let (size, leading) = PARTITION_TEXT;
            let Some(Size { width, height }) = self.heading_extent(id) else { continue };
            let Rect { corner: Point { x, y }, .. } = self.strip(id);
            let x = if self.looks.are_circles() { x } else { x + strips.free(place, width) };
            let icon = self.looks.icon(self.graph, id.0 as usize);
            let lines = self.measured.nodes[id.0 as usize].clone();
            let style = self.class("heading", letters(look.text, Weight::Bold, size));
            let under = Style { fill: Some(look.fill), ..Style::default() };
            let under = self.class("under", under);
            let before = if icon.is_some() { IN_TITLE + GAP } else { 0.0 };
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

    /// The extent of a partition's title with its icon, if it has one and there is room for it.
    fn heading_extent(&self, node: NodeId) -> Option<Size> {
        let at = node.0 as usize;
        let lines = &self.measured.nodes[at];
        let Size { width, height } = block(lines, PARTITION_TEXT);
        let icon = self.looks.icon(self.graph, at);
        let width = width + if icon.is_some() { IN_TITLE + GAP } else { 0.0 };
        let of = self.rect(node).size;
        let is_blank = lines.iter().all(|line| line.width == 0.0);
        let has_room = width <= of.width && height <= of.height * 0.6;
        (!is_blank && has_room).then_some(Size { width, height })
    }

    /// Where a partition's title may stand.
    fn strip(&self, node: NodeId) -> Rect {
        let (of, title) = (self.rect(node), self.heading_extent(node).unwrap_or_default());
        if self.looks.are_circles() {
            let left = of.middle().x - title.width / 2.0;
            return rect(left, of.corner.y + 3.0, title.width, title.height);
        }
        let left = of.corner.x + TITLE_ROOM.width;
        let width = of.size.width - 2.0 * TITLE_ROOM.width;
        rect(left, of.corner.y + TITLE_ROOM.height, width, title.height)
    }
}
