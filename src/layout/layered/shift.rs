//! Moves within one level: neighbors change places, or one goes to where it crosses least.
//!
//! Transposition as in Gansner, Koutsofios, North and Vo 1993; moves further away are the sifting of
//! C. Matuszewski, R. Schönfeld, P. Molitor, "Using Sifting for k-Layer Straightline Crossing
//! Minimization", Graph Drawing 1999. Counts differences only, from sorted lists of neighbors.

use super::crossings::difference;
use super::levels::{Kind, Levels};
use super::order::Search;

/// Stands for borders among groups.
const BORDER: u32 = u32::MAX - 1;
/// How far one is moved at most.
const REACH: usize = 60;

/// Memory for moves, used again and again.
#[derive(Debug, Default)]
pub struct Shifter {
    up: Vec<u32>,
    down: Vec<u32>,
    /// Where the places above and below each of a level start, by its number there.
    up_starts: Vec<u32>,
    down_starts: Vec<u32>,
    /// The level's order, as numbers.
    line: Vec<u32>,
    names: Vec<u32>,
    /// What each number may change places with: those of its frame, and borders with nothing.
    group: Vec<u32>,
    /// Where each number stands in `line`.
    at: Vec<u32>,
    cost: u64,
    is_stale: Vec<bool>,
    /// Whether each of the first on levels keeps its order with others that do.
    is_known: Vec<bool>,
}

impl Shifter {
    /// A shifter that leaves the order of what is known as it is.
    pub fn keeping(is_known: Vec<bool>) -> Self {
        Shifter { is_known, ..Shifter::default() }
    }

    /// Lets neighbors change places while lines cross less for it; returns what it cost.
    pub fn swap_all(&mut self, levels: &mut Levels, search: Search, rounds: u32) -> u64 {
        self.cost = 0;
        let count = levels.count();
        self.is_stale.clear();
        self.is_stale.resize(count, true);
        for _ in 0..rounds {
            let mut has_changed = false;
            for level in 0..count {
                let is_kept =
                    level == 0 && search.keeps_first || level + 1 == count && search.keeps_last;
                if is_kept || !std::mem::replace(&mut self.is_stale[level], false) {
                    continue;
                }
                if self.swap(levels, level) {
                    has_changed = true;
                    self.is_stale[level] = true;
                    self.is_stale[level.saturating_sub(1)] = true;
                    self.is_stale[(level + 1).min(count - 1)] = true;
                }
            }
            if !has_changed {
                break;
            }
        }
        self.cost
    }

    /// Moves each of all to where it crosses least on its level; returns what it cost.
    pub fn shift_all(&mut self, levels: &mut Levels, search: Search) -> u64 {
        self.cost = 0;
        let count = levels.count();
        for step in 0..2 * count {
            let level = if step < count { step } else { 2 * count - 1 - step };
            let is_kept =
                level == 0 && search.keeps_first || level + 1 == count && search.keeps_last;
            if !is_kept {
                self.shift(levels, level);
            }
        }
        self.cost
    }

    /// Writes down the places above and below all of a level.
    fn load(&mut self, levels: &Levels, level: usize) {
        self.up.clear();
        self.down.clear();
        self.up_starts.clear();
        self.down_starts.clear();
        self.names.clear();
        self.names.extend_from_slice(&levels.order[levels.range(level)]);
        self.line.clear();
        self.line.extend(0..self.names.len() as u32);
        for at in &self.names {
            let start = self.up.len();
            self.up_starts.push(start as u32);
            self.up.extend(
                levels
                    .above(*at)
                    .iter()
                    .map(|segment| levels.place[levels.segments[*segment as usize].upper as usize]),
            );
            self.up[start..].sort_unstable();
            let start = self.down.len();
            self.down_starts.push(start as u32);
            self.down.extend(
                levels
                    .below(*at)
                    .iter()
                    .map(|segment| levels.place[levels.segments[*segment as usize].lower as usize]),
            );
            self.down[start..].sort_unstable();
        }
        self.up_starts.push(self.up.len() as u32);
        self.down_starts.push(self.down.len() as u32);
        self.cost += (self.up.len() + self.down.len() + self.names.len()) as u64 * 3;
        self.group.clear();
        self.group.extend(self.names.iter().map(|at| levels.frame_of(*at)));
        if !levels.spans.is_empty() {
            for (number, at) in self.names.iter().enumerate() {
                if levels.kind[*at as usize] == Kind::Border {
                    self.group[number] = BORDER;
                }
            }
        }
    }

    fn may_pass(&self, first: u32, second: u32) -> bool {
        let is_known = |number: u32| {
            let at = self.names[number as usize] as usize;
            self.is_known.get(at).copied().unwrap_or(false)
        };
        if is_known(first) && is_known(second) {
            return false;
        }
        let (first, second) = (self.group[first as usize], self.group[second as usize]);
        first == second && first != BORDER
    }

    fn store(&self, levels: &mut Levels, level: usize) {
        let range = levels.range(level);
        for (place, number) in self.line.iter().enumerate() {
            let at = self.names[*number as usize];
            levels.order[range.start + place] = at;
            levels.place[at as usize] = place as u32;
        }
    }

    /// How many crossings less there are if the second stands left of the first.
    fn gain(&mut self, first: u32, second: u32) -> i64 {
        let row = |starts: &[u32], at: u32| {
            starts[at as usize] as usize..starts[at as usize + 1] as usize
        };
        let ups = [first, second].map(|at| row(&self.up_starts, at));
        let downs = [first, second].map(|at| row(&self.down_starts, at));
        let size = ups.iter().chain(&downs).map(|range| range.len()).sum::<usize>();
        self.cost += size as u64 + 1;
        difference(&self.up[ups[0].clone()], &self.up[ups[1].clone()])
            + difference(&self.down[downs[0].clone()], &self.down[downs[1].clone()])
    }

    fn swap(&mut self, levels: &mut Levels, level: usize) -> bool {
        self.load(levels, level);
        let mut has_changed = false;
        for _ in 0..20 {
            let mut has_swapped = false;
            for place in 1..self.line.len() {
                let (left, right) = (self.line[place - 1], self.line[place]);
                if self.may_pass(left, right) && self.gain(left, right) > 0 {
                    self.line.swap(place - 1, place);
                    has_swapped = true;
                }
            }
            has_changed |= has_swapped;
            if !has_swapped {
                break;
            }
        }
        if has_changed {
            self.store(levels, level);
        }
        has_changed
    }

    fn shift(&mut self, levels: &mut Levels, level: usize) {
        self.load(levels, level);
        self.at.clone_from(&self.line);
        let mut has_changed = false;
        for number in 0..self.names.len() as u32 {
            let place = self.at[number as usize] as usize;
            self.cost += 1;
            let (mut best, mut target) = (0, place);
            let mut sum = 0;
            for other in place + 1..self.line.len().min(place + REACH) {
                if !self.may_pass(number, self.line[other]) {
                    break;
                }
                sum += self.gain(number, self.line[other]);
                if sum > best {
                    (best, target) = (sum, other);
                }
            }
            sum = 0;
            for other in (place.saturating_sub(REACH)..place).rev() {
                if !self.may_pass(number, self.line[other]) {
                    break;
                }
                sum += self.gain(self.line[other], number);
                if sum > best {
                    (best, target) = (sum, other);
                }
            }
            if target == place {
                continue;
            }
            has_changed = true;
            if target > place {
                self.line[place..=target].rotate_left(1);
            } else {
                self.line[target..=place].rotate_right(1);
            }
            for moved in place.min(target)..=place.max(target) {
                self.at[self.line[moved] as usize] = moved as u32;
            }
        }
        if has_changed {
            self.store(levels, level);
        }
    }
}
