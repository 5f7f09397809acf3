//! A block: members of one container that edges join, on levels, with what becomes of them.

use rayon::prelude::*;

use crate::layout::{NONE, Size};

use super::lanes::{self, Lanes};
use super::levels::{Kind, Levels};
use super::place::{self, Extents};
use super::problem::{Frame, Gaps, Link, Node, Pin, Problem};
use super::ranks::Rows;

/// Where lines go far sideways, ranks stand further apart: by this share of the way, but no further
/// than so many times the usual distance.
const SLOPE: f64 = 0.3;
const STRETCH: f64 = 1.75;
/// The distance of lanes, by that of lines side by side.
const LANE: f64 = 0.6;
/// Blocks of so few nodes and links together are not worth several threads.
const FEW: usize = 100;

/// Members of one container that are joined by edges, and the ports of their container if they are
/// joined to any.
#[derive(Debug, Default)]
pub struct Block {
    /// Members and ports, and what joins them.
    pub problem: Problem,
    /// The item of each node of the problem; [`NONE`] for a port.
    pub items: Vec<u32>,
    /// The leg of each link.
    pub legs: Vec<u32>,
    /// What stands where.
    pub levels: Levels,
    /// The horizontal centers of all on levels.
    pub xs: Vec<f64>,
    /// Where segments meet what they join.
    pub extents: Extents,
    /// Where each level starts and ends.
    pub bands: Vec<(f64, f64)>,
    /// The same with the room of frames that start or end there.
    pub zones: Vec<(f64, f64)>,
    /// How far frames reach above their first and below their last level.
    pub rooms: Vec<(f64, f64)>,
    /// How much of its first and its last band each frame leaves free.
    slacks: Vec<(f64, f64)>,
    /// Where the block starts within its container.
    pub left: f64,
    /// Where its first row of members starts.
    pub top: f64,
    /// The extent of its members and lines, ports left out.
    pub size: Size,
    /// The room between the border and the first row, and between the last row and the border,
    /// where there are ports.
    pub room: (f64, f64),
    /// How lines go sideways.
    pub lanes: Lanes,
    /// Where it starts by its own measure.
    pub low: f64,
}

impl Block {
    /// Adds a member or a port; returns its place.
    pub fn add(&mut self, item: u32, node: Node) -> u32 {
        self.items.push(item);
        self.problem.nodes.push(node);
        self.items.len() as u32 - 1
    }

    /// Adds a link.
    pub fn join(&mut self, leg: u32, link: Link) {
        self.legs.push(leg);
        self.problem.links.push(link);
    }

    /// Whether there are ports in a border.
    pub fn has(&self, pin: Pin) -> bool {
        // Ports stand behind all members; those of one border may stand before the other's.
        self.problem
            .nodes
            .iter()
            .rev()
            .take_while(|node| node.pin != Pin::Free)
            .any(|node| node.pin == pin)
    }

    /// Puts all on levels.
    pub fn stand(&mut self, rows: &Rows) {
        self.levels = Levels::new(&self.problem, rows);
    }

    /// Whether something on a level is a member.
    pub fn is_member(&self, at: u32) -> bool {
        self.items.get(at as usize).is_some_and(|item| *item != NONE)
    }

    /// Returns the places of its members.
    pub fn members(&self) -> impl Iterator<Item = u32> {
        (0..self.items.len() as u32).filter(|at| self.is_member(*at))
    }

    /// Returns the extent of something on a level.
    pub fn extent(&self, at: u32) -> Size {
        match self.levels.kind[at as usize] {
            Kind::Node => self.problem.nodes[at as usize].size,
            Kind::Line | Kind::Border => Size::default(),
            Kind::Label | Kind::Turn => {
                self.problem.links[self.levels.link[at as usize] as usize].label
            }
        }
    }

    /// Places all from side to side. Returns whether that is the best.
    pub fn place(&mut self, gaps: Gaps, is_bounded: bool, effort: &mut u64) -> bool {
        let count = self.levels.level.len();
        self.extents.width = (0..count as u32).map(|at| self.extent(at).width).collect();
        let (xs, is_best) =
            place::place(&self.problem, &self.levels, &self.extents, gaps, is_bounded, effort);
        self.xs = xs;
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for (x, width) in self.xs.iter().zip(&self.extents.width) {
            low = low.min(x - width / 2.0);
            high = high.max(x + width / 2.0);
        }
        self.low = low;
        self.size.width = high - low;
        is_best
    }

    /// How much room the lanes above a level need.
    pub fn lane_room(&self, level: usize, gaps: Gaps) -> f64 {
        let count = self.lanes.count.get(level).copied().unwrap_or(0);
        f64::from(count + 1) * gaps.edge * LANE
    }

    /// The height of the lane of a segment.
    pub fn lane_y(&self, segment: usize) -> f64 {
        let level = self.levels.level[self.levels.segments[segment].lower as usize] as usize;
        let (mut start, mut end) = (self.zones[level - 1].1, self.zones[level].0);
        if level == 1 && self.has(Pin::Top) {
            start = end - self.room.0;
        } else if level + 1 == self.levels.count() && self.has(Pin::Bottom) {
            end = start + self.room.1;
        }
        let share = f64::from(self.lanes.of[segment] + 1) / f64::from(self.lanes.count[level] + 1);
        start + (end - start) * share
    }

    /// How far lines go sideways on their way down to a level, on average.
    fn lean(&self, level: usize) -> f64 {
        let (mut sum, mut count) = (0.0, 0.0);
        for at in &self.levels.order[self.levels.range(level)] {
            if self.levels.kind[*at as usize] == Kind::Border {
                continue;
            }
            for segment in self.levels.above(*at) {
                let ends = &self.levels.segments[*segment as usize];
                let upper = self.xs[ends.upper as usize] + self.extents.upper[*segment as usize];
                let lower = self.xs[ends.lower as usize] + self.extents.lower[*segment as usize];
                sum += (upper - lower).abs();
                count += 1.0;
            }
        }
        if count > 0.0 { sum / count } else { 0.0 }
    }

    /// Places levels below each other. The first row of members starts at zero, with its frames.
    pub fn stack(&mut self, gaps: Gaps, is_orthogonal: bool) {
        if is_orthogonal || self.levels.kind.contains(&Kind::Turn) {
            self.lanes = lanes::assign(self);
        }
        let height = |level: usize| {
            let all = &self.levels.order[self.levels.range(level)];
            all.iter().fold(0.0f64, |most, at| most.max(self.extent(*at).height))
        };
        let heights: Vec<f64> = (0..self.levels.count()).map(height).collect();
        self.find_slacks(&heights);
        let none = vec![0.0; self.problem.frames.len()];
        self.stack_once(gaps, is_orthogonal, &heights, &none);
        // A frame that is too short for its title reaches further down.
        let lacks = |(at, frame): (usize, &Frame)| {
            let (top, bottom) = self.frame_rows(at);
            (frame.least.height - (bottom - top)).max(0.0)
        };
        let longer: Vec<f64> = self.problem.frames.iter().enumerate().map(lacks).collect();
        if longer != none {
            self.stack_once(gaps, is_orthogonal, &heights, &longer);
        }
    }

    /// Where a frame starts and ends.
    pub fn frame_rows(&self, frame: usize) -> (f64, f64) {
        let span = &self.levels.spans[frame];
        let ((above, below), (upper, lower)) = (self.rooms[frame], self.slacks[frame]);
        let (first, last) = (self.bands[span.first as usize].0, self.bands[span.last as usize].1);
        (first + upper - above, last - lower + below)
    }

    fn stack_once(&mut self, gaps: Gaps, is_orthogonal: bool, heights: &[f64], longer: &[f64]) {
        self.bands.clear();
        self.zones.clear();
        let rooms = self.frame_rooms(longer);
        let last = heights.len() - 1;
        let is_port_level = |level: usize| {
            let first = self.levels.order[self.levels.starts[level] as usize];
            (level == 0 || level == last)
                && first < self.items.len() as u32
                && self.problem.nodes[first as usize].pin != Pin::Free
        };
        let mut y = 0.0;
        for (level, (above, below)) in rooms.into_iter().enumerate() {
            let height = heights[level];
            // The place of ports is that of the border, which the container knows.
            if is_port_level(level) {
                self.bands.push((y, y));
                self.zones.push((y, y));
                continue;
            }
            if level > 0 && !is_port_level(level - 1) {
                let are_rows = self.levels.is_row[level] && self.levels.is_row[level - 1];
                let gap = if are_rows { gaps.rank } else { gaps.rank / 2.0 };
                y += if is_orthogonal {
                    gap.max(self.lane_room(level, gaps))
                } else {
                    gap.max((self.lean(level) * SLOPE).min(gap * STRETCH))
                };
            }
            self.zones.push((y, y + above + height + below));
            self.bands.push((y + above, y + above + height));
            y += above + height + below;
        }
        self.size.height = y;
    }

    /// Finds how far each frame is from the ends of its first and its last band, since what is in it
    /// there is less tall than what stands beside it.
    fn find_slacks(&mut self, heights: &[f64]) {
        let spans = &self.levels.spans;
        let height = |level: u32| heights[level as usize];
        self.slacks.clear();
        self.slacks
            .extend(spans.iter().map(|span| (height(span.first) / 2.0, height(span.last) / 2.0)));
        for at in 0..self.levels.level.len() as u32 {
            let level = self.levels.level[at as usize];
            let mut frame = self.levels.frame_of(at);
            if frame == NONE || self.levels.kind[at as usize] == Kind::Border {
                continue;
            }
            let slack = (height(level) - self.extent(at).height) / 2.0;
            while frame != NONE {
                let (span, own) = (&spans[frame as usize], &mut self.slacks[frame as usize]);
                if span.first == level {
                    own.0 = own.0.min(slack);
                }
                if span.last == level {
                    own.1 = own.1.min(slack);
                }
                frame = span.parent;
            }
        }
    }

    /// The room that frames need above and below each level; notes that of each frame. `longer` tells
    /// how much taller each is to be.
    fn frame_rooms(&mut self, longer: &[f64]) -> Vec<(f64, f64)> {
        let spans = &self.levels.spans;
        let mut rooms = vec![(0.0f64, 0.0f64); self.levels.count()];
        self.rooms.clear();
        self.rooms.resize(spans.len(), (0.0, 0.0));
        for at in (0..spans.len()).rev() {
            let insets = self.problem.frames[at].insets;
            // What is in it and starts or ends with it is known already.
            self.rooms[at].0 += insets.top;
            self.rooms[at].1 += insets.bottom + longer[at];
            let (above, below) = self.rooms[at];
            let (first, last) = (spans[at].first as usize, spans[at].last as usize);
            let slack = self.slacks[at];
            rooms[first].0 = rooms[first].0.max(above - slack.0);
            rooms[last].1 = rooms[last].1.max(below - slack.1);
            if spans[at].parent != NONE {
                let parent = spans[at].parent as usize;
                let around = &mut self.rooms[parent];
                if spans[parent].first == spans[at].first {
                    around.0 = around.0.max(above);
                }
                if spans[parent].last == spans[at].last {
                    around.1 = around.1.max(below);
                }
            }
        }
        rooms
    }
}

/// Does something to all blocks, at once where that is worth it; returns what it gives for each.
pub fn of_each<T: Send>(
    blocks: &mut [Block],
    act: impl Fn(&mut Block) -> T + Send + Sync,
) -> Vec<T> {
    let size = |block: &Block| block.problem.nodes.len() + block.problem.links.len();
    if blocks.len() < 2 || blocks.iter().map(size).sum::<usize>() < FEW {
        return blocks.iter_mut().map(act).collect();
    }
    blocks.par_iter_mut().map(act).collect()
}
