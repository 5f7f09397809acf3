//! Rows with all that stands in them: members, ports, and a dummy wherever a line passes a row.
//!
//! Between two rows there is a level of its own for labels and for turns (an edge between members
//! of one row goes down to such a level and up again), where there are any. A frame has two borders
//! on each of its levels, with nothing but what belongs to it between them. Knows the order on each
//! level and what is joined to what, and no coordinates.

use crate::layout::NONE;

use super::problem::{Frame, Link, Problem};
use super::ranks::Rows;

/// What stands on a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A member or a port.
    Node,
    /// A line that passes.
    Line,
    /// A line that passes, with its label.
    Label,
    /// The lowest point of an edge between two of one row, with its label if it has one.
    Turn,
    /// The left or the right border of a frame.
    Border,
}

/// Where a frame is.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// The frame around it, or [`NONE`].
    pub parent: u32,
    /// Its first level.
    pub first: u32,
    /// Its last level.
    pub last: u32,
    /// Its left border on the first level; the right one follows, then those of the next level.
    borders: u32,
}

impl Span {
    /// Whether it is on a level.
    pub fn contains(&self, level: u32) -> bool {
        self.first <= level && level <= self.last
    }

    /// Its left and its right border on one of its levels.
    pub fn borders(&self, level: u32) -> [u32; 2] {
        let left = self.borders + 2 * (level - self.first);
        [left, left + 1]
    }
}

/// A piece of a link, from one level to the next.
#[derive(Debug, Clone, Copy)]
pub struct Segment {
    /// Its upper end, as a place in the lists of [`Levels`].
    pub upper: u32,
    /// Its lower end.
    pub lower: u32,
    /// The link it is a piece of; [`NONE`] for a border.
    pub link: u32,
    /// Where it meets a wide upper end, from -0.5 at its left to 0.5 at its right.
    pub upper_lean: f32,
    /// Where it meets a wide lower end.
    pub lower_lean: f32,
}

/// Levels, from top to bottom. What stands on them begins with the nodes of the problem, in their
/// order; dummies follow.
#[derive(Debug, Default)]
pub struct Levels {
    /// The level of each.
    pub level: Vec<u32>,
    /// What each is.
    pub kind: Vec<Kind>,
    /// The link of a dummy; the frame of a border.
    pub link: Vec<u32>,
    /// The innermost frame around each, or [`NONE`]; a border is within its frame. Empty where there
    /// are no frames.
    pub frame: Vec<u32>,
    /// Where frames are.
    pub spans: Vec<Span>,
    /// All, level by level, from left to right.
    pub order: Vec<u32>,
    /// Where each level starts in `order`, and the end.
    pub starts: Vec<u32>,
    /// The place of each on its level.
    pub place: Vec<u32>,
    /// All pieces of links.
    pub segments: Vec<Segment>,
    /// The segments below each: where they start, and all.
    pub down_starts: Vec<u32>,
    /// Places in `segments`.
    pub down: Vec<u32>,
    /// The segments above each: where they start, and all.
    pub up_starts: Vec<u32>,
    /// Places in `segments`.
    pub up: Vec<u32>,
    /// What each link passes, from its upper to its lower end; where each link starts, and all.
    pub chain_starts: Vec<u32>,
    /// See `chain_starts`; of a turn, its two ends with the turn between them.
    pub chains: Vec<u32>,
    /// Whether each level is a row of members or ports, not one of labels and turns.
    pub is_row: Vec<bool>,
}

impl Levels {
    /// Puts dummies wherever links pass.
    pub fn new(problem: &Problem, rows: &Rows) -> Self {
        let middles = middles(problem, rows);
        // The level of each row; the one after it is for labels and turns, if it has any.
        let mut level_of = Vec::with_capacity(rows.count as usize);
        let mut levels = Levels::default();
        for row in 0..rows.count {
            level_of.push(levels.is_row.len() as u32);
            levels.is_row.push(true);
            if middles.contains(row) {
                levels.is_row.push(false);
            }
        }
        levels.spans = spans(&problem.frames, problem, rows, &level_of);
        for (node, row) in problem.nodes.iter().zip(&rows.row) {
            levels.add(level_of[*row as usize], Kind::Node, NONE, node.frame);
        }
        for (at, link) in problem.links.iter().enumerate() {
            let label = middles.of_link[at];
            let label = if label == NONE { label } else { level_of[label as usize] + 1 };
            levels.add_chain(at as u32, link, label);
        }
        levels.chain_starts.push(levels.chains.len() as u32);
        levels.add_borders();
        levels.join();
        levels.line_up();
        levels
    }

    fn add(&mut self, level: u32, kind: Kind, link: u32, frame: u32) -> u32 {
        self.level.push(level);
        self.kind.push(kind);
        self.link.push(link);
        if !self.spans.is_empty() {
            self.frame.push(frame);
        }
        self.level.len() as u32 - 1
    }

    /// The innermost frame around something, or [`NONE`].
    pub fn frame_of(&self, at: u32) -> u32 {
        self.frame.get(at as usize).copied().unwrap_or(NONE)
    }

    fn add_borders(&mut self) {
        for frame in 0..self.spans.len() {
            self.spans[frame].borders = self.level.len() as u32;
            let Span { first, last, .. } = self.spans[frame];
            for level in first..=last {
                for _ in 0..2 {
                    let border = self.add(level, Kind::Border, frame as u32, frame as u32);
                    if level > first {
                        let (upper, lower) = (border - 2, border);
                        let (upper_lean, lower_lean) = (0.0, 0.0);
                        let link = NONE;
                        self.segments.push(Segment { upper, lower, link, upper_lean, lower_lean });
                    }
                }
            }
        }
    }

    /// The frame of a line between `source` and `target` where it passes a level: it goes in at the
    /// top and out at the bottom where it can; where both ends are beside each other, it goes
    /// between their frames.
    fn passed(&self, level: u32, source: u32, target: u32) -> u32 {
        let innermost = |own: u32, other: u32| {
            let other_level = self.level[other as usize];
            let mut frame = self.frame_of(own);
            while frame != NONE {
                let span = &self.spans[frame as usize];
                let may_hold = !span.contains(other_level) || self.is_within(other, frame);
                if span.contains(level) && may_hold {
                    break;
                }
                frame = span.parent;
            }
            frame
        };
        let (mut a, mut b) = (innermost(source, target), innermost(target, source));
        if self.holds(b, a) {
            (a, b) = (b, a);
        }
        if self.holds(a, b) {
            return b;
        }
        while !self.holds(a, b) {
            a = self.spans[a as usize].parent;
        }
        a
    }

    /// Whether a frame is another or around it; [`NONE`] is around all.
    pub fn holds(&self, outer: u32, mut inner: u32) -> bool {
        while inner != outer && inner != NONE {
            inner = self.spans[inner as usize].parent;
        }
        inner == outer
    }

    /// Whether something is within a frame.
    pub fn is_within(&self, at: u32, frame: u32) -> bool {
        self.holds(frame, self.frame_of(at))
    }

    fn add_chain(&mut self, at: u32, link: &Link, label: u32) {
        self.chain_starts.push(self.chains.len() as u32);
        let levels = [link.source, link.target].map(|node| self.level[node as usize]);
        let segment =
            |upper, lower| Segment { upper, lower, link: at, upper_lean: 0.0, lower_lean: 0.0 };
        if levels[0] == levels[1] {
            let turn = self.add(label, Kind::Turn, at, NONE);
            self.chains.extend([link.source, turn, link.target]);
            self.segments.extend([segment(link.source, turn), segment(link.target, turn)]);
            return;
        }
        let is_down = levels[0] < levels[1];
        let (upper, lower) =
            if is_down { (link.source, link.target) } else { (link.target, link.source) };
        let mut last = upper;
        self.chains.push(upper);
        for level in self.level[upper as usize] + 1..self.level[lower as usize] {
            let kind = if level == label { Kind::Label } else { Kind::Line };
            let frame = if self.spans.is_empty() { NONE } else { self.passed(level, upper, lower) };
            let dummy = self.add(level, kind, at, frame);
            self.segments.push(segment(last, dummy));
            self.chains.push(dummy);
            last = dummy;
        }
        self.segments.push(segment(last, lower));
        self.chains.push(lower);
    }

    /// Lists the segments above and below each.
    fn join(&mut self) {
        let count = self.level.len();
        let rows = |end: fn(&Segment) -> u32, segments: &[Segment]| {
            let mut starts = vec![0u32; count + 1];
            for segment in segments {
                starts[end(segment) as usize + 1] += 1;
            }
            for at in 0..count {
                starts[at + 1] += starts[at];
            }
            let mut next = starts.clone();
            let mut all = vec![0u32; segments.len()];
            for (at, segment) in segments.iter().enumerate() {
                let slot = &mut next[end(segment) as usize];
                all[*slot as usize] = at as u32;
                *slot += 1;
            }
            (starts, all)
        };
        (self.down_starts, self.down) = rows(|segment| segment.upper, &self.segments);
        (self.up_starts, self.up) = rows(|segment| segment.lower, &self.segments);
    }

    /// Puts all on their levels in the order of the lists.
    fn line_up(&mut self) {
        let count = self.is_row.len();
        let mut starts = vec![0u32; count + 1];
        for level in &self.level {
            starts[*level as usize + 1] += 1;
        }
        for at in 0..count {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        self.order = vec![0; self.level.len()];
        for (at, level) in self.level.iter().enumerate() {
            let slot = &mut next[*level as usize];
            self.order[*slot as usize] = at as u32;
            *slot += 1;
        }
        self.starts = starts;
        self.place = vec![0; self.level.len()];
        self.number();
    }

    /// Notes places anew after `order` changed.
    pub fn number(&mut self) {
        for level in 0..self.count() {
            let range = self.range(level);
            for (place, at) in self.order[range].iter().enumerate() {
                self.place[*at as usize] = place as u32;
            }
        }
    }

    /// Returns how many levels there are.
    pub fn count(&self) -> usize {
        self.is_row.len()
    }

    /// Returns where a level is in `order`.
    pub fn range(&self, level: usize) -> std::ops::Range<usize> {
        self.starts[level] as usize..self.starts[level + 1] as usize
    }

    /// Returns the segments below what is given.
    pub fn below(&self, at: u32) -> &[u32] {
        &self.down
            [self.down_starts[at as usize] as usize..self.down_starts[at as usize + 1] as usize]
    }

    /// Returns the segments above what is given.
    pub fn above(&self, at: u32) -> &[u32] {
        &self.up[self.up_starts[at as usize] as usize..self.up_starts[at as usize + 1] as usize]
    }

    /// Returns what a link passes, from its upper to its lower end.
    pub fn chain(&self, link: u32) -> &[u32] {
        let link = link as usize;
        &self.chains[self.chain_starts[link] as usize..self.chain_starts[link + 1] as usize]
    }
}

/// Where frames are, by the rows of what is in them.
fn spans(frames: &[Frame], problem: &Problem, rows: &Rows, level_of: &[u32]) -> Vec<Span> {
    let span = |frame: &Frame| Span { parent: frame.parent, first: NONE, last: 0, borders: 0 };
    let mut spans: Vec<Span> = frames.iter().map(span).collect();
    let mut widen = |frame: u32, first: u32, last: u32| {
        if frame != NONE {
            let span = &mut spans[frame as usize];
            (span.first, span.last) = (span.first.min(first), span.last.max(last));
        }
    };
    for (node, row) in problem.nodes.iter().zip(&rows.row) {
        let level = level_of[*row as usize];
        widen(node.frame, level, level);
    }
    for at in (0..spans.len()).rev() {
        let Span { parent, first, last, .. } = spans[at];
        if parent != NONE {
            let around = &mut spans[parent as usize];
            (around.first, around.last) = (around.first.min(first), around.last.max(last));
        }
    }
    spans
}

/// Below which rows there are labels and turns.
struct Middles {
    below: Vec<bool>,
    /// The row above the label or turn of each link, or [`NONE`].
    of_link: Vec<u32>,
}

impl Middles {
    fn contains(&self, row: u32) -> bool {
        self.below[row as usize]
    }
}

/// Chooses a level for each label and each turn: the middle of the link.
fn middles(problem: &Problem, rows: &Rows) -> Middles {
    let mut below = vec![false; rows.count as usize];
    let place = |link: &Link| {
        let [a, b] = [link.source, link.target].map(|at| rows.row[at as usize]);
        let (upper, lower) = (a.min(b), a.max(b));
        (upper == lower || link.has_label()).then(|| upper + (lower - upper).saturating_sub(1) / 2)
    };
    let of_link = problem.links.iter().map(|link| match place(link) {
        Some(row) => {
            below[row as usize] = true;
            row
        }
        None => NONE,
    });
    let of_link = of_link.collect();
    Middles { below, of_link }
}
