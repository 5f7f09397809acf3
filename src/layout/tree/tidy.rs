//! Trees as narrow as they can be: a parent over the middle of its children, no two boxes of a level
//! nearer than a gap.
//!
//! Buchheim, Jünger, Leipert: Improving Walker's Algorithm to Run in Linear Time, 2002; with boxes of
//! different widths. Knows nothing of heights.

use super::super::NONE;
use super::BESIDE;

/// Trees of boxes, each after its parent in these lists.
#[derive(Debug, Default)]
pub(super) struct Slots {
    /// How wide each is.
    pub widths: Vec<f64>,
    /// What each is below, or [`NONE`].
    pub parents: Vec<u32>,
    /// What is below each, from left to right.
    pub children: Vec<Vec<u32>>,
    /// Where trees begin, from left to right.
    pub roots: Vec<u32>,
}

impl Slots {
    /// Adds a box, and returns its place.
    pub fn push(&mut self, width: f64, parent: u32) -> u32 {
        let at = self.widths.len() as u32;
        self.widths.push(width);
        self.parents.push(parent);
        self.children.push(Vec::new());
        match self.children.get_mut(parent as usize) {
            Some(siblings) => siblings.push(at),
            None => self.roots.push(at),
        }
        at
    }
}

/// Returns how far from the left the middle of each box is; some may be left of 0.
pub(super) fn middles(slots: &Slots) -> Vec<f64> {
    let mut tidy = Tidy::of(slots);
    tidy.walk();
    tidy.sums()
}

/// The state of the algorithm, by boxes; its names are those of the paper.
struct Tidy<'a> {
    slots: &'a Slots,
    prelim: Vec<f64>,
    modifier: Vec<f64>,
    shift: Vec<f64>,
    change: Vec<f64>,
    thread: Vec<u32>,
    ancestor: Vec<u32>,
    /// The place of each among its siblings.
    number: Vec<u32>,
}

impl<'a> Tidy<'a> {
    fn of(slots: &'a Slots) -> Tidy<'a> {
        let count = slots.widths.len();
        let mut number = vec![0; count];
        for children in slots.children.iter().chain([&slots.roots]) {
            for (place, child) in children.iter().enumerate() {
                number[*child as usize] = place as u32;
            }
        }
        Tidy {
            slots,
            prelim: vec![0.0; count],
            modifier: vec![0.0; count],
            shift: vec![0.0; count],
            change: vec![0.0; count],
            thread: vec![NONE; count],
            ancestor: (0..count as u32).collect(),
            number,
        }
    }

    /// The first walk: places children beside each other, from the leaves upwards.
    fn walk(&mut self) {
        let slots = self.slots;
        for (at, children) in slots.children.iter().enumerate().rev() {
            self.place(children);
            if let (Some(first), Some(last)) = (children.first(), children.last()) {
                let middle =
                    f64::midpoint(self.prelim[*first as usize], self.prelim[*last as usize]);
                // Kept until its own siblings are placed.
                self.modifier[at] = middle;
            }
        }
        self.place(&slots.roots);
    }

    /// Places siblings whose subtrees are done.
    fn place(&mut self, siblings: &[u32]) {
        let mut default = siblings.first().copied().unwrap_or(0);
        for (place, at) in siblings.iter().copied().enumerate() {
            let middle = self.modifier[at as usize];
            let has_children = !self.slots.children[at as usize].is_empty();
            if place == 0 {
                self.prelim[at as usize] = middle;
                self.modifier[at as usize] = 0.0;
                continue;
            }
            let left = siblings[place - 1];
            self.prelim[at as usize] = self.prelim[left as usize] + self.distance(left, at);
            self.modifier[at as usize] =
                if has_children { self.prelim[at as usize] - middle } else { 0.0 };
            default = self.apportion(at, left, siblings[0], default, siblings);
        }
        let (mut shift, mut change) = (0.0, 0.0);
        for at in siblings.iter().rev() {
            let at = *at as usize;
            self.prelim[at] += shift;
            self.modifier[at] += shift;
            change += self.change[at];
            shift += self.shift[at] + change;
        }
    }

    /// Moves a subtree as far from those to its left as it must be.
    fn apportion(&mut self, at: u32, left: u32, first: u32, default: u32, siblings: &[u32]) -> u32 {
        let mut default = default;
        let (mut inner_right, mut outer_right, mut inner_left, mut outer_left) =
            (at, at, left, first);
        let of = |values: &[f64], at: u32| values[at as usize];
        let (mut sir, mut sor) = (of(&self.modifier, inner_right), of(&self.modifier, outer_right));
        let (mut sil, mut sol) = (of(&self.modifier, inner_left), of(&self.modifier, outer_left));
        loop {
            let (next_left, next_right) =
                (self.next_right(inner_left), self.next_left(inner_right));
            if next_left == NONE || next_right == NONE {
                break;
            }
            (inner_left, inner_right) = (next_left, next_right);
            outer_left = self.next_left(outer_left);
            outer_right = self.next_right(outer_right);
            if outer_left == NONE || outer_right == NONE {
                break;
            }
            self.ancestor[outer_right as usize] = at;
            let shift = (of(&self.prelim, inner_left) + sil)
                - (of(&self.prelim, inner_right) + sir)
                + self.distance(inner_left, inner_right);
            if shift > 0.0 {
                let own = self.ancestor[inner_left as usize];
                let is_sibling = siblings.get(self.number[own as usize] as usize) == Some(&own);
                let from = if is_sibling { own } else { default };
                self.move_subtree(from, at, shift);
                sir += shift;
                sor += shift;
            }
            sil += of(&self.modifier, inner_left);
            sir += of(&self.modifier, inner_right);
            sol += of(&self.modifier, outer_left);
            sor += of(&self.modifier, outer_right);
        }
        let (down_left, down_right) = (self.next_right(inner_left), self.next_left(inner_right));
        if down_left != NONE && self.next_right(outer_right) == NONE {
            self.thread[outer_right as usize] = down_left;
            self.modifier[outer_right as usize] += sil - sor;
        }
        if down_right != NONE && outer_left != NONE && self.next_left(outer_left) == NONE {
            self.thread[outer_left as usize] = down_right;
            self.modifier[outer_left as usize] += sir - sol;
            default = at;
        }
        default
    }

    fn move_subtree(&mut self, from: u32, at: u32, shift: f64) {
        let between = f64::from(self.number[at as usize]) - f64::from(self.number[from as usize]);
        let (from, at) = (from as usize, at as usize);
        let share = shift / between.max(1.0);
        self.change[at] -= share;
        self.shift[at] += shift;
        self.change[from] += share;
        self.prelim[at] += shift;
        self.modifier[at] += shift;
    }

    fn next_left(&self, at: u32) -> u32 {
        let first = self.slots.children[at as usize].first().copied();
        first.unwrap_or(self.thread[at as usize])
    }

    fn next_right(&self, at: u32) -> u32 {
        let last = self.slots.children[at as usize].last().copied();
        last.unwrap_or(self.thread[at as usize])
    }

    fn distance(&self, a: u32, b: u32) -> f64 {
        let width = |at: u32| self.slots.widths[at as usize];
        f64::midpoint(width(a), width(b)) + BESIDE
    }

    /// The second walk: adds up what was put off.
    fn sums(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.prelim.len()];
        let mut middles = Vec::with_capacity(sums.len());
        for (at, parent) in self.slots.parents.iter().enumerate() {
            let before = if *parent == NONE { 0.0 } else { sums[*parent as usize] };
            sums[at] = before + self.modifier[at];
            middles.push(self.prelim[at] + before);
        }
        middles
    }
}
