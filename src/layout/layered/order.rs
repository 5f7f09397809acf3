//! Orders each level so that few lines cross.
//!
//! Sweeps down and up, in which each level is sorted by the medians of its neighbors (Gansner,
//! Koutsofios, North, Vo 1993, section 3) or by their means (K. Sugiyama, S. Tagawa, M. Toda,
//! "Methods for Visual Understanding of Hierarchical System Structures", IEEE Transactions on
//! Systems, Man and Cybernetics 11(2), 1981), from several first orders; what is best is made better
//! by moves within levels. Knows no coordinates.

use super::crossings::Counter;
use super::frames::{self, Sorter};
use super::levels::Levels;
use super::pools::Pools;
use super::shift::Shifter;

/// Sweeps that bring nothing better before a start is given up.
const PATIENCE: u32 = 8;
/// Starts that bring nothing better before no more are tried.
const IN_VAIN: u32 = 5;
/// Sweeps of one start at most.
const SWEEPS: u32 = 60;

/// How an order is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Search {
    /// Whether the first level stays as it is.
    pub keeps_first: bool,
    /// Whether the last level stays as it is.
    pub keeps_last: bool,
    /// From how many first orders.
    pub starts: u32,
}

/// Orders each level; `effort` is what may be spent and becomes what is left.
pub fn arrange(levels: &mut Levels, search: Search, effort: &mut u64) {
    Arranger::new(levels, search).run(effort);
}

/// What keeps its order from side to side.
#[derive(Debug, Default)]
pub struct Known {
    /// Where everything is to be at first.
    pub targets: Vec<f64>,
    /// Whether each, of the first on levels, stays in that order.
    pub is_known: Vec<bool>,
}

/// Orders each level; what is known stays in the order of its targets.
pub fn take_over(levels: &mut Levels, search: Search, known: Known, effort: &mut u64) {
    let mut sorter = Sorter::default();
    for level in 0..levels.count() {
        let is_last = level + 1 == levels.count();
        if !(level == 0 && search.keeps_first || is_last && search.keeps_last) {
            sorter.sort(levels, level, true, false, |_, at| Some(known.targets[at as usize]));
        }
    }
    let shifter = Shifter::keeping(known.is_known.clone());
    let mut arranger = Arranger { shifter, known, ..Arranger::new(levels, search) };
    arranger.follow(effort);
}

struct Arranger<'a> {
    levels: &'a mut Levels,
    search: Search,
    counter: Counter,
    shifter: Shifter,
    sorter: Sorter,
    /// What a level is sorted by.
    values: Vec<(f64, u32)>,
    /// The places of those that are sorted.
    slots: Vec<u32>,
    best: Vec<u32>,
    least: u64,
    known: Known,
    /// What is known on a level, and pools of what it is sorted by.
    line: Vec<u32>,
    pools: Pools,
    keys: Vec<Option<f64>>,
}

impl<'a> Arranger<'a> {
    fn new(levels: &'a mut Levels, search: Search) -> Self {
        Arranger {
            levels,
            search,
            counter: Counter::default(),
            shifter: Shifter::default(),
            sorter: Sorter::default(),
            values: Vec::new(),
            slots: Vec::new(),
            best: Vec::new(),
            least: u64::MAX,
            known: Known::default(),
            line: Vec::new(),
            pools: Pools::default(),
            keys: Vec::new(),
        }
    }

    /// Makes the given order better, without a change to what is known.
    fn follow(&mut self, effort: &mut u64) {
        self.best.clone_from(&self.levels.order);
        if self.levels.count() < 2 {
            return;
        }
        self.keep_best();
        self.sweep_until_calm(0, effort);
        self.polish(effort);
    }

    fn run(&mut self, effort: &mut u64) {
        self.take(self.levels.order.clone());
        self.best.clone_from(&self.levels.order);
        if self.levels.count() < 2 {
            return;
        }
        let given = self.levels.order.clone();
        let mut in_vain = 0;
        for start in 0..self.search.starts {
            let least = self.least;
            self.levels.order.clone_from(&given);
            self.levels.number();
            match start {
                0 => self.walk(true),
                1 => self.walk(false),
                2 => {}
                _ => self.shuffle(u64::from(start)),
            }
            self.sweep_until_calm(start, effort);
            in_vain = if self.least < least { 0 } else { in_vain + 1 };
            if self.least == 0 || *effort == 0 || in_vain == IN_VAIN {
                break;
            }
        }
        self.polish(effort);
    }

    fn is_kept(&self, level: usize) -> bool {
        level == 0 && self.search.keeps_first
            || level + 1 == self.levels.count() && self.search.keeps_last
    }

    /// Spends what going over all segments once costs.
    fn spend(&self, times: u64, effort: &mut u64) {
        let size = (self.levels.segments.len() + self.levels.order.len()) as u64;
        *effort = effort.saturating_sub(size * times);
    }

    /// How bad the order is: lines through frames count more than all crossings.
    fn cost(&mut self) -> u64 {
        let crossings = self.counter.all(self.levels);
        let passed: u32 = frames::passed(self.levels).iter().sum();
        crossings + (u64::from(passed) << 40)
    }

    fn keep_best(&mut self) -> bool {
        let crossings = self.cost();
        let is_better = crossings < self.least;
        if is_better {
            self.least = crossings;
            self.best.clone_from(&self.levels.order);
        }
        is_better
    }

    fn sweep_until_calm(&mut self, start: u32, effort: &mut u64) {
        let mut own_least = u64::MAX;
        let mut calm = 0;
        for sweep in 0..SWEEPS {
            if *effort == 0 && self.least < u64::MAX {
                return;
            }
            let is_down = (sweep + start).is_multiple_of(2);
            let takes_median = (sweep / 2 + start / 2).is_multiple_of(2);
            self.sweep(is_down, takes_median, sweep % 4 >= 2);
            self.spend(6, effort);
            if *effort > 0 {
                let cost = self.shifter.swap_all(self.levels, self.search, 4);
                *effort = effort.saturating_sub(cost);
            }
            self.spend(4, effort);
            let crossings = self.cost();
            if crossings < self.least {
                self.least = crossings;
                self.best.clone_from(&self.levels.order);
            }
            if crossings < own_least {
                own_least = crossings;
                calm = 0;
            } else {
                calm += 1;
            }
            if calm == PATIENCE || crossings == 0 {
                return;
            }
        }
    }

    /// Sorts level after level by what is joined to each on the level before.
    fn sweep(&mut self, is_down: bool, takes_median: bool, turns_ties: bool) {
        let count = self.levels.count();
        for step in 1..count {
            let level = if is_down { step } else { count - 1 - step };
            if !self.is_kept(level) {
                self.sort(level, is_down, takes_median, turns_ties);
            }
        }
    }

    fn sort(&mut self, level: usize, is_down: bool, takes_median: bool, turns_ties: bool) {
        let mut around: Vec<f64> = Vec::new();
        let mut value = |levels: &Levels, at: u32| {
            let segments = if is_down { levels.above(at) } else { levels.below(at) };
            around.clear();
            around.extend(segments.iter().map(|segment| {
                let segment = &levels.segments[*segment as usize];
                let (end, lean) = if is_down {
                    (segment.upper, segment.upper_lean)
                } else {
                    (segment.lower, segment.lower_lean)
                };
                f64::from(levels.place[end as usize]) + f64::from(lean)
            }));
            match around.is_empty() {
                true => None,
                false if takes_median => Some(median(&mut around)),
                false => Some(mean(&around)),
            }
        };
        let levels = &mut *self.levels;
        if !self.known.is_known.is_empty() {
            self.keys.resize(levels.level.len(), None);
            for at in &levels.order[levels.range(level)] {
                self.keys[*at as usize] = value(levels, *at);
            }
            self.pool_known(level);
            let value = |_: &Levels, at: u32| self.keys[at as usize];
            return self.sorter.sort(self.levels, level, is_down, false, value);
        }
        if !levels.spans.is_empty() {
            return self.sorter.sort(levels, level, is_down, turns_ties, value);
        }
        let range = levels.range(level);
        self.values.clear();
        self.slots.clear();
        for place in range.clone() {
            let at = levels.order[place];
            if let Some(value) = value(levels, at) {
                self.slots.push(place as u32);
                self.values.push((value, at));
            }
        }
        if turns_ties {
            self.values.reverse();
        }
        self.values.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (slot, (_, at)) in self.slots.iter().zip(&self.values) {
            levels.order[*slot as usize] = *at;
        }
        for (place, slot) in range.clone().enumerate() {
            levels.place[levels.order[slot] as usize] = place as u32;
        }
    }

    /// Makes the keys of what is known rise in the order in which it stands, within each frame: values
    /// that do not are pooled.
    fn pool_known(&mut self, level: usize) {
        let levels = &*self.levels;
        let line = &levels.order[levels.range(level)];
        self.line.clear();
        let is_known = |at: u32| self.known.is_known.get(at as usize) == Some(&true);
        self.line.extend(line.iter().filter(|at| is_known(**at)));
        let frame = |at: &u32| levels.frame_of(*at);
        self.line.sort_by_key(frame);
        for group in self.line.chunk_by(|a, b| frame(a) == frame(b)) {
            self.pools.clear();
            let mut last = f64::NEG_INFINITY;
            for at in group {
                // What no line leads to stays behind what it stands behind.
                let key = self.keys[*at as usize].unwrap_or(last);
                last = key;
                self.pools.push(key, 1.0);
            }
            for (at, key) in group.iter().zip(self.pools.means()) {
                self.keys[*at as usize] = Some(key);
            }
        }
    }

    /// Puts all in the order in which a walk along the lines, depth first, comes to them.
    fn walk(&mut self, is_down: bool) {
        let levels = &mut *self.levels;
        let count = levels.count();
        let mut seen = vec![false; levels.level.len()];
        let mut next: Vec<u32> = levels.starts[..count].to_vec();
        let mut order = levels.order.clone();
        let mut stack: Vec<u32> = Vec::new();
        for step in 0..count {
            let level = if is_down { step } else { count - 1 - step };
            for place in levels.range(level) {
                stack.push(levels.order[place]);
                while let Some(at) = stack.pop() {
                    if std::mem::replace(&mut seen[at as usize], true) {
                        continue;
                    }
                    let slot = &mut next[levels.level[at as usize] as usize];
                    order[*slot as usize] = at;
                    *slot += 1;
                    let segments = |at: u32| {
                        let above = levels.above(at).iter();
                        let below = levels.below(at).iter();
                        let above = above.map(|segment| levels.segments[*segment as usize].upper);
                        let below = below.map(|segment| levels.segments[*segment as usize].lower);
                        (above, below)
                    };
                    let (above, below) = segments(at);
                    // What is pushed last is visited first: along the walk, in the order of the list.
                    if is_down {
                        stack.extend(above.rev());
                        stack.extend(below.rev());
                    } else {
                        stack.extend(below.rev());
                        stack.extend(above.rev());
                    }
                }
            }
        }
        self.take(order);
    }

    /// Puts all in an order that has nothing to do with any other.
    fn shuffle(&mut self, start: u64) {
        let mut state = start.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut order = self.levels.order.clone();
        for level in 0..self.levels.count() {
            let range = self.levels.range(level);
            for place in (range.start + 1..range.end).rev() {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                let other = range.start + (state % (place - range.start + 1) as u64) as usize;
                order.swap(place, other);
            }
        }
        self.take(order);
    }

    /// Takes an order, but for the levels that are kept.
    fn take(&mut self, mut order: Vec<u32>) {
        for level in 0..self.levels.count() {
            if self.is_kept(level) {
                let range = self.levels.range(level);
                order[range.clone()].copy_from_slice(&self.levels.order[range]);
            }
        }
        self.levels.order = order;
        self.levels.number();
        if !self.levels.spans.is_empty() {
            self.sorter.group(self.levels);
        }
    }

    /// Makes the best order better by moves within levels, and sweeps again from there.
    fn polish(&mut self, effort: &mut u64) {
        self.levels.order.clone_from(&self.best);
        self.levels.number();
        let mut calm = 0;
        while *effort > 0 && self.least > 0 && calm < 3 {
            let cost = self.shifter.shift_all(self.levels, self.search);
            *effort = effort.saturating_sub(cost);
            let cost = self.shifter.swap_all(self.levels, self.search, 4);
            *effort = effort.saturating_sub(cost);
            self.spend(4, effort);
            calm = if self.keep_best() { 0 } else { calm + 1 };
        }
        self.levels.order.clone_from(&self.best);
        self.levels.number();
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The median; between two, nearer to the side on which the others are closer together.
fn median(values: &mut [f64]) -> f64 {
    let count = values.len();
    if count == 1 {
        return values[0];
    }
    values.sort_by(f64::total_cmp);
    let middle = count / 2;
    if count % 2 == 1 {
        return values[middle];
    }
    if count == 2 {
        return (values[0] + values[1]) / 2.0;
    }
    let left = values[middle - 1] - values[0];
    let right = values[count - 1] - values[middle];
    if left + right == 0.0 {
        return (values[middle - 1] + values[middle]) / 2.0;
    }
    (values[middle - 1] * right + values[middle] * left) / (left + right)
}
