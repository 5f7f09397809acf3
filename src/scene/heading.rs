//! The titles of partitions.

use super::draw::{Artist, MIDDLE};
use super::font::Weight;
use super::icon::{GAP, IN_TITLE};
use super::measure::{PARTITION_TEXT, TITLE_ROOM, block};
use super::path::{Path, point, rect};
use super::strips::Strips;
use super::style::letters;
use super::text::{Owner, Room, Texts};
use super::{Mark, Role, Style, Text};
use crate::graph::Node;
use crate::layout::{Point, Rect, Size};

/// The least room for a title.
const NARROWEST: f64 = 26.0;

impl Artist<'_> {
    /// Draws the titles of partitions at the left, or where no line passes; over lines if these leave
    /// no room.
    pub(super) fn headings(&mut self, texts: &mut Texts<'_>) {
        let titled: Vec<(Node<'_>, Rect)> =
            self.graph.nodes().filter_map(|node| Some((node, self.heading_box(node)?))).collect();
        let strip = |(node, of): &(Node<'_>, Rect)| match self.looks.are_circles() {
            true => *of,
            false => {
                let width = self.rect(node.index()).size.width - 2.0 * TITLE_ROOM.width;
                Rect { size: Size { width, ..of.size }, ..*of }
            }
        };
        let mut strips = Strips::new(titled.iter().map(strip).collect());
        for group in &self.groups {
            let is_over = matches!(group.role, Role::Edge | Role::EdgeLabel);
            for mark in group.marks.iter().filter(|_| is_over) {
                match mark {
                    Mark::Path(path, _) => strips.pass(path),
                    Mark::Box(of, ..) => strips.pass(&Path::rounded(*of, 0.0)),
                    _ => {}
                }
            }
        }
        for (place, (node, of)) in titled.into_iter().enumerate() {
            let Rect { corner: Point { x, y }, size: Size { width, height } } = of;
            let x = x + strips.free(place, width);
            let at = node.index().0 as usize;
            let look = self.partition_look(node);
            let (size, leading) = PARTITION_TEXT;
            let icon = self.looks.icon(self.graph, at);
            let before = if icon.is_some() { IN_TITLE + GAP } else { 0.0 };
            let mut lines = self.measured.nodes[at].clone();
            let room = Room { width: (width - before) / size, lines: 1 };
            if lines.iter().any(|line| line.width > room.width + 1e-6) {
                let owner = Owner::Node(node.index());
                lines = texts.wrap(&lines[0].text, Weight::Bold, room, owner);
            }
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

    /// Returns where a partition's title is best, with its icon; nothing if it has none or no room.
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
        // A layout by area may leave less room than the title wants, but not nothing.
        let most = match self.looks.are_circles() {
            true => of.size.width * 0.6,
            false => of.size.width - 2.0 * TITLE_ROOM.width,
        };
        let width = width.min(most);
        let (x, y) = match self.looks.are_circles() {
            true => (of.middle().x - width / 2.0, of.corner.y + 3.0),
            false => (of.corner.x + TITLE_ROOM.width, of.corner.y + TITLE_ROOM.height),
        };
        let has_room = width >= NARROWEST && height <= of.size.height * 0.6;
        has_room.then(|| rect(x, y, width, height))
    }
}
