//! A block: members of one container that edges join, on levels, with what becomes of them.

use crate::layout::{NONE, Size};

use super::lanes::{self, Lanes};
use super::levels::{Kind, Levels};
use super::place::{self, Extents};
use super::problem::{Gaps, Link, Node, Pin, Problem};
use super::ranks::Rows;

/// Where lines go far sideways, ranks stand further apart: by this share of the way, but no further
/// than so many times the usual distance.
const SLOPE: f64 = 0.3;
const STRETCH: f64 = 1.75;
/// The distance of lanes, by that of lines side by side.
const LANE: f64 = 0.6;

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
    pub fn add(&mut self, item: u32, size: Size, pin: Pin) -> u32 {
        self.items.push(item);
        self.problem.nodes.push(Node { size, pin });
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

    /// Returns the extent of something on a level.
    pub fn extent(&self, at: u32) -> Size {
        match self.levels.kind[at as usize] {
            Kind::Node => self.problem.nodes[at as usize].size,
            Kind::Line => Size::default(),
            Kind::Label | Kind::Turn => {
                self.problem.links[self.levels.link[at as usize] as usize].label
            }
        }
    }

    /// Places all from side to side, then from top to bottom. Returns whether that is the best.
    pub fn place(
        &mut self,
        gaps: Gaps,
        is_bounded: bool,
        is_orthogonal: bool,
        effort: &mut u64,
    ) -> bool {
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
        let has_turns = self.levels.kind.contains(&Kind::Turn);
        if has_turns || is_orthogonal {
            self.lanes = lanes::assign(self);
        }
        self.stack(gaps, is_orthogonal);
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
        let (mut start, mut end) = (self.bands[level - 1].1, self.bands[level].0);
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

    /// Places levels below each other. The first row of members starts at zero.
    fn stack(&mut self, gaps: Gaps, is_orthogonal: bool) {
        let mut bands: Vec<(f64, f64)> = Vec::with_capacity(self.levels.count());
        let last = self.levels.count() - 1;
        let is_port_level = |level: usize| {
            let first = self.levels.order[self.levels.starts[level] as usize];
            (level == 0 || level == last)
                && first < self.items.len() as u32
                && self.problem.nodes[first as usize].pin != Pin::Free
        };
        let mut y = 0.0;
        for level in 0..=last {
            let all = &self.levels.order[self.levels.range(level)];
            let height = all.iter().fold(0.0f64, |most, at| most.max(self.extent(*at).height));
            // The place of ports is that of the border, which the container knows.
            if is_port_level(level) {
                bands.push((y, y));
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
            bands.push((y, y + height));
            y += height;
        }
        self.size.height = y;
        self.bands = bands;
    }
}
