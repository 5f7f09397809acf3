//! Sizes, from the inside to the outside, and places, back again.

use std::ops::Range;

use crate::layout::{NONE, Point, Routing, Size, pack};

use super::block::{self, Block};
use super::build::{Build, PLACE_MOST};
use super::levels::Kind;
use super::place;
use super::problem::Pin;
use super::tree::Leg;

/// More blocks are packed anew.
const MOST_BLOCKS: usize = 500;
/// How much closer than usual blocks may stand that stood there before, in pixels.
const CLOSER: f64 = 1.0;

impl Build<'_> {
    /// Places the members of containers of one depth.
    pub fn place(&mut self, containers: Range<usize>) {
        let range = self.block_range(containers);
        let mut blocks = std::mem::take(&mut self.blocks);
        let build = &*self;
        let is_best = block::of_each(&mut blocks[range], |block| build.place_block(block));
        self.blocks = blocks;
        self.is_best &= !is_best.contains(&false);
    }

    /// Places the members of a block. Returns whether that is the best.
    fn place_block(&self, block: &mut Block) -> bool {
        for (node, item) in block.problem.nodes.iter_mut().zip(&block.items) {
            if *item != NONE {
                node.size = self.taken(*item);
            }
        }
        let (gaps, share) = (self.gaps, self.shares.place);
        (block.extents.upper, block.extents.lower) = self.spread(block);
        let size = (block.levels.order.len() + block.levels.segments.len()) as u64;
        let mut effort = (share * size).min(PLACE_MOST * size);
        let is_best = block.place(gaps, self.options.ratio.is_some(), &mut effort);
        let is_orthogonal = self.options.routing == Routing::Orthogonal;
        if is_orthogonal {
            (block.extents.upper, block.extents.lower) = self.straighten(block);
        }
        block.stack(gaps, is_orthogonal);
        is_best
    }

    /// Places a container's blocks beside each other; returns the container's size.
    pub fn pack(&mut self, container: usize) -> Size {
        let range = self.blocks_of(container);
        let sizes: Vec<Size> = self.blocks[range.clone()].iter().map(|block| block.size).collect();
        let sizes = &sizes[..];
        let gap = self.gaps.node.max(self.gaps.rank / 2.0);
        let insets = self.insets[container];
        let has = |at: &usize, pin| self.blocks[range.start + at].has(pin);
        let main = (0..sizes.len()).find(|at| has(at, Pin::Top) || has(at, Pin::Bottom));
        // Lines between ports and the first row need room to spread.
        let room = self.gaps.rank * 0.4;
        let (mut above, mut below) = (0.0, 0.0);
        if let Some(main) = main {
            let block = &self.blocks[range.start + main];
            let is_orthogonal = self.options.routing == Routing::Orthogonal;
            let room = |level: usize| {
                if is_orthogonal { room.max(block.lane_room(level, self.gaps)) } else { room }
            };
            above = if has(&main, Pin::Top) { room(1) } else { 0.0 };
            below = if has(&main, Pin::Bottom) { room(block.levels.count() - 1) } else { 0.0 };
            self.blocks[range.start + main].room = (above, below);
        }
        let ratio = self.options.ratio.unwrap_or(1.6);
        let ratio = if self.options.direction.is_sideways() { 1.0 / ratio } else { ratio };
        let (corners, inner) = match main {
            None => (self.as_before(range.clone(), sizes, gap))
                .unwrap_or_else(|| pack::pack(sizes, gap, ratio)),
            Some(main) => pack::pack_beside(main, sizes, gap, ratio),
        };
        let (mut width, mut height) = (inner.width, inner.height + above + below);
        let mut size = Size {
            width: width + insets.left + insets.right,
            height: height + insets.top + insets.bottom,
        };
        let item = self.tree.item[container] as usize;
        if item < self.count {
            let title = self.diagram.nodes[item].size;
            let least = self.options.direction.least(self.options.padding, title.width);
            size.width = size.width.max(least.width);
            size.height = size.height.max(least.height);
        }
        width = (size.width - insets.left - insets.right - width) / 2.0;
        height = (size.height - insets.top - insets.bottom - height) / 2.0;
        for (at, corner) in corners.iter().enumerate() {
            let block = &mut self.blocks[range.start + at];
            block.left = insets.left + width + corner.x;
            block.top = insets.top + above + height + corner.y;
        }
        if let Some(main) = main {
            let block = &self.blocks[range.start + main];
            for (leg, link) in block.legs.iter().zip(&block.problem.links) {
                for end in [link.source, link.target] {
                    if block.problem.nodes[end as usize].pin != Pin::Free {
                        let x = block.left + block.xs[end as usize] - block.low;
                        self.port[*leg as usize] = x - size.width / 2.0;
                    }
                }
            }
        }
        size
    }

    /// The corners of a container's blocks as they were, and their extent; nothing if one is new, or
    /// has become too large for its place.
    fn as_before(
        &self,
        range: Range<usize>,
        sizes: &[Size],
        gap: f64,
    ) -> Option<(Vec<Point>, Size)> {
        if !(2..=MOST_BLOCKS).contains(&sizes.len()) {
            return None;
        }
        let corner = |block: &Block| {
            let mut nodes = block.problem.nodes.iter().enumerate();
            let (at, earlier) = nodes.find_map(|(at, node)| Some((at, node.earlier?)))?;
            let (start, end) = block.bands[block.levels.level[at] as usize];
            Some(Point { x: block.low, y: earlier.middle.y - f64::midpoint(start, end) })
        };
        let corners: Option<Vec<Point>> = self.blocks[range].iter().map(corner).collect();
        let corners = corners?;
        let boxes = || corners.iter().zip(sizes);
        for (at, (a, size)) in boxes().enumerate() {
            let is_clear = |(b, other): (&Point, &Size)| {
                let by = gap - CLOSER;
                a.x + size.width + by <= b.x
                    || b.x + other.width + by <= a.x
                    || a.y + size.height + by <= b.y
                    || b.y + other.height + by <= a.y
            };
            if !boxes().skip(at + 1).all(is_clear) {
                return None;
            }
        }
        let least = |of: fn(&Point) -> f64| corners.iter().map(of).fold(f64::INFINITY, f64::min);
        let (left, top) = (least(|at| at.x), least(|at| at.y));
        let corners: Vec<Point> =
            corners.iter().map(|at| Point { x: at.x - left, y: at.y - top }).collect();
        let extent = corners.iter().zip(sizes).fold(Size::default(), |extent, (at, size)| Size {
            width: extent.width.max(at.x + size.width),
            height: extent.height.max(at.y + size.height),
        });
        Some((corners, extent))
    }

    /// Puts the members of a container where they are in the picture.
    pub fn settle(&mut self, container: usize) {
        let corner = match self.tree.item[container] {
            NONE => Point::default(),
            item => self.corner[item as usize],
        };
        for index in self.blocks_of(container) {
            // Lanes are given already to lines as they are.
            if self.options.routing != Routing::Orthogonal {
                self.meet(index, corner.x);
            }
            let block = &mut self.blocks[index];
            let (left, top) = (corner.x + block.left - block.low, corner.y + block.top);
            for x in &mut block.xs {
                *x += left;
            }
            block.low += left;
            for band in &mut block.bands {
                *band = (band.0 + top, band.1 + top);
            }
            for zone in &mut block.zones {
                *zone = (zone.0 + top, zone.1 + top);
            }
            for (frame, span) in block.levels.spans.iter().enumerate() {
                let item = block.problem.frames[frame].item as usize;
                let [left, right] = span.borders(span.first).map(|at| block.xs[at as usize]);
                let (top, bottom) = block.frame_rows(frame);
                self.corner[item] = Point { x: left, y: top };
                self.size[item] = Size { width: right - left, height: bottom - top };
            }
            for (at, item) in block.items.iter().enumerate() {
                if *item == NONE {
                    continue;
                }
                debug_assert!(block.levels.kind[at] == Kind::Node);
                let (size, halo) = (self.size[*item as usize], self.halo[*item as usize]);
                let (start, end) = block.bands[block.levels.level[at] as usize];
                self.corner[*item as usize] = Point {
                    x: block.xs[at] - (size.width + halo.width) / 2.0,
                    y: (start + end - size.height) / 2.0,
                };
            }
        }
    }

    /// Moves the ports of a block to where its lines go on outside, which is decided. The block's
    /// container starts at `left`.
    fn meet(&mut self, index: usize, left: f64) {
        let mut wanted: Vec<(u32, f64)> = Vec::new();
        let mut outside: Vec<(u32, u32, usize, bool, u32)> = Vec::new();
        let block = &self.blocks[index];
        let start = left + block.left - block.low;
        for (leg, link) in block.legs.iter().zip(&block.problem.links) {
            let Leg { edge, source, .. } = self.legs.all[*leg as usize];
            let is_port = |at: u32| block.problem.nodes[at as usize].pin != Pin::Free;
            if !is_port(link.source) && !is_port(link.target)
                || self.legs.main[edge as usize] == *leg
            {
                continue;
            }
            // Towards the outside: the next leg from the source, or the one before the target.
            let (port, outer, is_source) = if source == NONE {
                (link.source, leg - 1, false)
            } else {
                (link.target, leg + 1, true)
            };
            let (around, outer_link) = self.leg_place[outer as usize];
            let other = &self.blocks[around as usize];
            let levels = &other.levels;
            let link = other.problem.links[outer_link as usize];
            let member = if is_source { link.source } else { link.target };
            let first = (levels.chain_starts[outer_link as usize] - outer_link) as usize;
            let last = first + levels.chain(outer_link).len() - 2;
            let is_turn =
                levels.segments[first].lower == levels.segments[last].lower && first != last;
            let is_upper = is_turn || levels.segments[first].upper == member;
            let segment = if is_turn && levels.segments[first].upper != member {
                last
            } else if is_upper {
                first
            } else {
                last
            };
            let ends = levels.segments[segment];
            let x = if is_upper {
                other.xs[ends.lower as usize] + other.extents.lower[segment]
            } else {
                other.xs[ends.upper as usize] + other.extents.upper[segment]
            };
            wanted.push((port, x - start));
            outside.push((port, around, segment, is_upper, member));
        }
        if wanted.is_empty() {
            return;
        }
        place::nudge(&mut self.blocks[index], self.gaps, &wanted);
        for (port, around, segment, is_upper, member) in outside {
            let x = self.blocks[index].xs[port as usize] + start;
            let other = &mut self.blocks[around as usize];
            let offset = x - other.xs[member as usize];
            if is_upper {
                other.extents.upper[segment] = offset;
            } else {
                other.extents.lower[segment] = offset;
            }
        }
    }
}
