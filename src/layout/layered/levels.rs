//! Rows with all that stands in them: members, ports, and a dummy wherever a line passes a row.
//!
//! Between two rows there is a level of its own for labels and for turns (an edge between members
//! of one row goes down to such a level and up again), where there are any. Knows the order on
//! each level and what is joined to what, and no coordinates.

use super::problem::{Link, Problem};
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
}

/// A piece of a link, from one level to the next.
#[derive(Debug, Clone, Copy)]
pub struct Segment {
    /// Its upper end, as a place in the lists of [`Levels`].
    pub upper: u32,
    /// Its lower end.
    pub lower: u32,
    /// The link it is a piece of.
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
    /// The link of a dummy.
    pub link: Vec<u32>,
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
        for row in &rows.row {
            levels.add(level_of[*row as usize], Kind::Node, u32::MAX);
        }
        for (at, link) in problem.links.iter().enumerate() {
            let label = middles.of_link[at];
            let label = if label == u32::MAX { label } else { level_of[label as usize] + 1 };
            levels.add_chain(at as u32, link, label);
        }
        levels.chain_starts.push(levels.chains.len() as u32);
        levels.join();
        levels.line_up();
        levels
    }

    fn add(&mut self, level: u32, kind: Kind, link: u32) -> u32 {
        self.level.push(level);
        self.kind.push(kind);
        self.link.push(link);
        self.level.len() as u32 - 1
    }

    fn add_chain(&mut self, at: u32, link: &Link, label: u32) {
        self.chain_starts.push(self.chains.len() as u32);
        let levels = [link.source, link.target].map(|node| self.level[node as usize]);
        let segment =
            |upper, lower| Segment { upper, lower, link: at, upper_lean: 0.0, lower_lean: 0.0 };
        if levels[0] == levels[1] {
            let turn = self.add(label, Kind::Turn, at);
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
            let dummy = self.add(level, kind, at);
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

/// Below which rows there are labels and turns.
struct Middles {
    below: Vec<bool>,
    /// The row above the label or turn of each link, or `u32::MAX`.
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
        None => u32::MAX,
    });
    let of_link = of_link.collect();
    Middles { below, of_link }
}
