//! The network simplex method: the numbers that keep least distances and cost the least.
//!
//! After E. R. Gansner, E. Koutsofios, S. C. North, K.-P. Vo, "A Technique for Drawing Directed
//! Graphs", IEEE Transactions on Software Engineering 19(3), 1993, section 2.3. The cut value of a
//! tree arc is the sum of a balance over the part of the tree below it, so that a pivot touches the
//! smaller part of the tree and two paths, and nothing is searched again. The tree is kept as its
//! preorder, in which each part is one piece. Knows neither ranks nor coordinates.

mod spanning;

const NONE: u32 = u32::MAX;
/// As many arcs that may leave the tree are looked at before the best of them is taken.
const CANDIDATES: usize = 24;

/// A least distance between two numbers, and what each unit above it costs.
#[derive(Debug, Clone, Copy)]
pub struct Arc {
    /// The lesser number.
    pub tail: u32,
    /// The greater number.
    pub head: u32,
    /// How far apart they are at least.
    pub length: i64,
    /// The cost of each unit of distance.
    pub weight: i64,
}

/// Finds numbers for `count` variables at the least total cost.
///
/// `values` keep all distances when it is called, and afterwards. Returns whether the least cost is
/// reached; otherwise `effort` ran out. Where several numbers cost the same, `is_centered` asks for
/// the middle ones.
pub fn solve(arcs: &[Arc], values: &mut [i64], is_centered: bool, effort: &mut u64) -> bool {
    let mut tree = Tree::new(arcs, values);
    tree.span();
    let mut from = 0;
    while let Some(leaving) = tree.leaving(&mut from) {
        if *effort == 0 {
            break;
        }
        let cost = tree.pivot(leaving);
        *effort = effort.saturating_sub(cost);
    }
    let optimal = *effort > 0;
    if is_centered {
        tree.center(effort);
    }
    optimal
}

/// Returns least values for all variables: each as small as the arcs into it allow.
///
/// The arcs have no cycle; what lies on one keeps zero.
pub fn longest_paths(count: usize, arcs: &[Arc]) -> Vec<i64> {
    let (starts, out) = rows(count, arcs, |arc| arc.tail);
    let mut waits = vec![0u32; count];
    for arc in arcs {
        waits[arc.head as usize] += 1;
    }
    let mut values = vec![0; count];
    let mut ready: Vec<u32> = (0..count as u32).filter(|at| waits[*at as usize] == 0).collect();
    let mut next = 0;
    while next < ready.len() {
        let at = ready[next] as usize;
        next += 1;
        for arc in &out[starts[at] as usize..starts[at + 1] as usize] {
            let arc = &arcs[*arc as usize];
            let head = arc.head as usize;
            values[head] = values[head].max(values[at] + arc.length);
            waits[head] -= 1;
            if waits[head] == 0 {
                ready.push(arc.head);
            }
        }
    }
    values
}

/// Groups the places of arcs by one of their ends: where each group starts, and all groups.
fn rows(count: usize, arcs: &[Arc], end: impl Fn(&Arc) -> u32) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0u32; count + 1];
    for arc in arcs {
        starts[end(arc) as usize + 1] += 1;
    }
    for at in 0..count {
        starts[at + 1] += starts[at];
    }
    let mut next = starts.clone();
    let mut all = vec![0u32; arcs.len()];
    for (place, arc) in arcs.iter().enumerate() {
        let slot = &mut next[end(arc) as usize];
        all[*slot as usize] = place as u32;
        *slot += 1;
    }
    (starts, all)
}

/// A spanning tree of tight arcs (a forest where the arcs do not connect everything).
struct Tree<'a> {
    arcs: &'a [Arc],
    values: &'a mut [i64],
    out_starts: Vec<u32>,
    out: Vec<u32>,
    in_starts: Vec<u32>,
    into: Vec<u32>,
    /// The tree, by variable; a root has neither parent nor arc.
    parent: Vec<u32>,
    arc: Vec<u32>,
    /// The variables so that each stands before what is below it, and where each stands.
    preorder: Vec<u32>,
    place: Vec<u32>,
    /// How many variables are at and below each.
    size: Vec<u32>,
    /// The weight of arcs that leave the part at and below each, less that of arcs into it.
    net: Vec<i64>,
    scratch: Vec<u32>,
}

impl<'a> Tree<'a> {
    fn new(arcs: &'a [Arc], values: &'a mut [i64]) -> Self {
        let count = values.len();
        let (out_starts, out) = rows(count, arcs, |arc| arc.tail);
        let (in_starts, into) = rows(count, arcs, |arc| arc.head);
        let mut net = vec![0; count];
        for arc in arcs {
            net[arc.tail as usize] += arc.weight;
            net[arc.head as usize] -= arc.weight;
        }
        Tree {
            arcs,
            values,
            out_starts,
            out,
            in_starts,
            into,
            parent: vec![NONE; count],
            arc: vec![NONE; count],
            preorder: Vec::with_capacity(count),
            place: vec![0; count],
            size: vec![1; count],
            net,
            scratch: Vec::new(),
        }
    }

    fn slack(&self, arc: u32) -> i64 {
        let arc = &self.arcs[arc as usize];
        self.values[arc.head as usize] - self.values[arc.tail as usize] - arc.length
    }

    fn out_of(&self, at: u32) -> std::ops::Range<usize> {
        self.out_starts[at as usize] as usize..self.out_starts[at as usize + 1] as usize
    }

    fn in_to(&self, at: u32) -> std::ops::Range<usize> {
        self.in_starts[at as usize] as usize..self.in_starts[at as usize + 1] as usize
    }

    fn head(&self, arc: u32) -> usize {
        self.arcs[arc as usize].head as usize
    }

    fn tail(&self, arc: u32) -> usize {
        self.arcs[arc as usize].tail as usize
    }

    /// The cut value of the arc above a variable: below zero, it is worth being longer.
    fn cut(&self, at: u32) -> i64 {
        let net = self.net[at as usize];
        if self.tail(self.arc[at as usize]) == at as usize { net } else { -net }
    }

    /// Looks for a variable whose arc to its parent is to leave the tree.
    fn leaving(&self, from: &mut usize) -> Option<u32> {
        let count = self.values.len();
        let mut best = None;
        let mut seen = 0;
        for step in 0..count {
            let at = (*from + step) % count;
            if self.parent[at] == NONE {
                continue;
            }
            let cut = self.cut(at as u32);
            if cut < 0 {
                if best.is_none_or(|(least, _)| cut < least) {
                    best = Some((cut, at as u32));
                }
                seen += 1;
                if seen == CANDIDATES {
                    *from = (at + 1) % count;
                    break;
                }
            }
        }
        best.map(|(_, at)| at)
    }

    fn is_below(&self, at: usize, top: u32) -> bool {
        let start = self.place[top as usize];
        self.place[at].wrapping_sub(start) < self.size[top as usize]
    }

    /// Finds the arc with the least slack between the part below `top` and the rest, against the
    /// direction of the arc above `top`; and what it cost to look.
    fn entering(&self, top: u32) -> (Option<(i64, u32)>, u64) {
        let is_outward = self.tail(self.arc[top as usize]) == top as usize;
        let start = self.place[top as usize] as usize;
        let end = start + self.size[top as usize] as usize;
        let mut best: Option<(i64, u32)> = None;
        let mut cost = 0;
        let mut look = |at: u32, is_inside: bool| {
            // Arcs that lead into the part if the leaving one leads out of it, and the reverse.
            let uses_in = is_outward == is_inside;
            let range = if uses_in { self.in_to(at) } else { self.out_of(at) };
            cost += range.len() as u64 + 1;
            for place in range {
                let arc = if uses_in { self.into[place] } else { self.out[place] };
                let other = if uses_in { self.tail(arc) } else { self.head(arc) };
                if self.is_below(other, top) != is_inside {
                    let key = (self.slack(arc), arc);
                    if best.is_none_or(|best| key < best) {
                        best = Some(key);
                    }
                }
            }
        };
        if (end - start) * 2 <= self.preorder.len() {
            self.preorder[start..end].iter().for_each(|at| look(*at, true));
        } else {
            self.preorder[..start].iter().for_each(|at| look(*at, false));
            self.preorder[end..].iter().for_each(|at| look(*at, false));
        }
        (best, cost)
    }

    /// Moves the part below `top` by a distance, or the rest the other way if that is less.
    fn shift(&mut self, top: u32, by: i64) {
        let start = self.place[top as usize] as usize;
        let end = start + self.size[top as usize] as usize;
        if (end - start) * 2 <= self.preorder.len() {
            for at in &self.preorder[start..end] {
                self.values[*at as usize] += by;
            }
        } else {
            for at in self.preorder[..start].iter().chain(&self.preorder[end..]) {
                self.values[*at as usize] -= by;
            }
        }
    }

    /// Replaces the arc above `top`; returns what it cost.
    fn pivot(&mut self, top: u32) -> u64 {
        let (entering, mut cost) = self.entering(top);
        let Some((slack, entering)) = entering else {
            // The cost has no least value along this arc; it is taken for what it is.
            let net = self.net[top as usize];
            self.settle(top, net);
            return cost;
        };
        let is_outward = self.tail(self.arc[top as usize]) == top as usize;
        self.shift(top, if is_outward { -slack } else { slack });
        let (tail, head) = (self.tail(entering) as u32, self.head(entering) as u32);
        let (inner, outer) =
            if self.is_below(tail as usize, top) { (tail, head) } else { (head, tail) };
        cost += u64::from(self.size[top as usize]);
        cost += self.exchange(top, inner, outer, entering);
        cost
    }

    /// Takes a balance out of all that contains `top`, so that its arc does not leave again.
    fn settle(&mut self, top: u32, net: i64) {
        let mut at = top;
        while at != NONE {
            self.net[at as usize] -= net;
            at = self.parent[at as usize];
        }
    }

    /// Cuts the part below `top` off and hangs it by `inner` below `outer`.
    fn exchange(&mut self, top: u32, inner: u32, outer: u32, entering: u32) -> u64 {
        let (size, net) = (self.size[top as usize], self.net[top as usize]);
        let start = self.place[top as usize] as usize;
        let mut steps = 0;
        // The part in its new preorder: piece by piece along the path from `inner` up to `top`.
        let mut part = std::mem::take(&mut self.scratch);
        part.clear();
        let (mut at, mut below) = (inner, None::<u32>);
        let (mut parent, mut arc) = (outer, entering);
        let (mut size_below, mut net_below) = (0, 0);
        loop {
            let first = self.place[at as usize] as usize;
            let end = first + self.size[at as usize] as usize;
            match below {
                None => part.extend_from_slice(&self.preorder[first..end]),
                Some(below) => {
                    let hole = self.place[below as usize] as usize;
                    part.extend_from_slice(&self.preorder[first..hole]);
                    part.extend_from_slice(&self.preorder[hole + size_below as usize..end]);
                }
            }
            let old = (self.size[at as usize], self.net[at as usize]);
            self.size[at as usize] = size - size_below;
            self.net[at as usize] = net - net_below;
            let next = std::mem::replace(&mut self.parent[at as usize], parent);
            let next_arc = std::mem::replace(&mut self.arc[at as usize], arc);
            (size_below, net_below) = old;
            steps += 1;
            if at == top {
                at = next;
                break;
            }
            below = Some(at);
            // The sizes below are read above as they were before.
            (parent, arc, at) = (at, next_arc, next);
        }
        let old_parent = at;
        self.carry(old_parent, outer, size, net, &mut steps);
        // The place behind `outer`, as if the part were not there.
        let target = self.place[outer as usize] as usize + 1;
        let length = size as usize;
        let (from, to) = if target <= start {
            self.preorder.copy_within(target..start, target + length);
            self.preorder[target..target + length].copy_from_slice(&part);
            (target, start + length)
        } else {
            self.preorder.copy_within(start + length..target, start);
            self.preorder[target - length..target].copy_from_slice(&part);
            (start, target)
        };
        for place in from..to {
            self.place[self.preorder[place] as usize] = place as u32;
        }
        self.scratch = part;
        steps + (to - from) as u64
    }

    /// Moves size and balance from what contains `old` to what contains `new`.
    fn carry(&mut self, old: u32, new: u32, size: u32, net: i64, steps: &mut u64) {
        let mut at = old;
        while at != NONE {
            self.size[at as usize] -= size;
            self.net[at as usize] -= net;
            at = self.parent[at as usize];
            *steps += 1;
        }
        at = new;
        while at != NONE {
            self.size[at as usize] += size;
            self.net[at as usize] += net;
            at = self.parent[at as usize];
            *steps += 1;
        }
    }

    /// Moves parts that cost the same wherever they are to the middle of where they may be.
    fn center(&mut self, effort: &mut u64) {
        for at in 0..self.values.len() as u32 {
            if *effort == 0 {
                return;
            }
            if self.parent[at as usize] == NONE || self.cut(at) != 0 {
                continue;
            }
            let is_outward = self.tail(self.arc[at as usize]) == at as usize;
            let (entering, cost) = self.entering(at);
            *effort = effort.saturating_sub(cost);
            if let Some((slack, _)) = entering
                && slack > 1
            {
                let half = slack / 2;
                self.shift(at, if is_outward { -half } else { half });
            }
        }
    }
}
