//! Many leaves around one node: they stand on both sides of spokes, lines that lead outwards.
//!
//! Between two spokes another one begins to be used where there is room for it, so that outer parts
//! are nearly as full as inner ones. What stands on a spoke keeps within its wedge; so no line runs through a box.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::f64::consts::TAU;

use super::super::{Point, Size};

/// The gap between boxes, and between a spoke and the boxes on it.
const GAP: f64 = 14.0;
const BRANCH: f64 = 14.0;
/// The room beside the label of a branch, with that of heads.
const AROUND_LABEL: f64 = 24.0;
/// How many spokes begin at the inside are tried.
const COUNTS: [u32; 16] = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 32, 48];
/// How often spokes may begin: further ones would run through what stands on the first.
const MOST_RINGS: usize = 2;

/// A part of the plane around the point 0, 0, from a radius outwards.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wedge {
    /// Where it starts, clockwise from the right, and how wide it is, in radians.
    pub start: f64,
    pub width: f64,
    /// Where it begins.
    pub from: f64,
}

/// Where a leaf is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spot {
    /// Its middle.
    pub middle: Point,
    /// Where the line to it leaves the spoke.
    pub leaves: Point,
    /// The angle of the spoke.
    pub angle: f64,
}

/// Places leaves to which lines lead with labels so large; returns where each is.
pub(super) fn spokes(sizes: &[Size], label: Size, wedge: Wedge) -> Vec<Spot> {
    let count = sizes.len().max(1) as f64;
    let mean = Size {
        width: sizes.iter().map(|size| size.width).sum::<f64>() / count,
        height: sizes.iter().map(|size| size.height).sum::<f64>() / count,
    };
    let least = if wedge.width > TAU * 0.8 { 4 } else { 1 };
    let mut best: Option<(f64, Rings, Vec<Spoke>)> = None;
    for first in COUNTS.into_iter().filter(|count| *count >= least) {
        let rings = Rings::of(wedge, first, mean, sizes.len());
        let mut all = rings.spokes(label);
        let far = share(&rings, &mut all, mean, sizes.len());
        if best.as_ref().is_none_or(|(least, ..)| far < *least) {
            best = Some((far, rings, all));
        }
    }
    let Some((_, rings, mut all)) = best else { return Vec::new() };
    all.sort_by(|a, b| a.angle.total_cmp(&b.angle));
    let mut spots = Vec::with_capacity(sizes.len());
    for spoke in &mut all {
        let mut left = spoke.counts;
        spoke.last = [None; 2];
        while let (true, Some(size)) = (left != [0, 0], sizes.get(spots.len()).copied()) {
            let side = usize::from(left[1] > left[0]);
            left[side] -= 1;
            let along = rings.next(spoke, side, size);
            spoke.last[side] = Some((along, size));
            let leaves = Point { x: spoke.way.x * along, y: spoke.way.y * along };
            let aside = spoke.aside(side, size);
            let middle = Point { x: leaves.x + aside.x, y: leaves.y + aside.y };
            spots.push(Spot { middle, leaves, angle: spoke.angle });
        }
    }
    spots
}

/// How spokes divide a wedge: from each radius on, there are twice as many.
#[derive(Debug, Clone)]
struct Rings {
    wedge: Wedge,
    first: u32,
    /// From where on each generation of spokes is there, and half of how wide its wedges are.
    begins: Vec<(f64, f64)>,
}

impl Rings {
    fn of(wedge: Wedge, first: u32, mean: Size, count: usize) -> Rings {
        let reach = (mean.width * mean.width + mean.height * mean.height).sqrt() + BRANCH + GAP;
        let mut begins = Vec::new();
        let mut half = wedge.width / f64::from(first) / 2.0;
        let mut spokes = first as usize;
        for ring in 0..MOST_RINGS {
            let own = half.min(1.2);
            let begin = if ring == 0 { wedge.from } else { reach / libm::tan(own) };
            begins.push((begin.max(wedge.from), own));
            (half, spokes) = (half / 2.0, spokes * 2);
            if spokes > count {
                break;
            }
        }
        Rings { wedge, first, begins }
    }

    /// Returns all spokes, with nothing on them: at first in the middle of wedges, then where two
    /// wedges meet.
    fn spokes(&self, label: Size) -> Vec<Spoke> {
        let is_round = self.wedge.width > TAU - 1e-6;
        let mut all = Vec::new();
        for ring in 0..self.begins.len() {
            let step = self.wedge.width / f64::from(self.first);
            let shift = if ring == 1 { 0.0 } else { 0.5 };
            // The borders of a wedge that is not round have room on one side only.
            let from = u32::from(ring == 1 && !is_round);
            for place in from..self.first {
                let angle = self.wedge.start + step * (f64::from(place) + shift);
                all.push(Spoke::of(ring, angle, label));
            }
        }
        all
    }

    /// Returns how far out the middle of a box must be at least, along its spoke: beyond the inner
    /// end, after what stands before it, and within the wedge.
    fn next(&self, spoke: &Spoke, side: usize, size: Size) -> f64 {
        let corners = spoke.corners(side, size);
        let inner = corners.iter().map(|(along, _)| *along).fold(f64::INFINITY, f64::min);
        let outer = corners.iter().map(|(along, _)| *along).fold(f64::NEG_INFINITY, f64::max);
        let mut least = spoke.after(side, size).max(self.begins[spoke.ring].0 - inner);
        // Where more spokes have begun, wedges are narrower.
        for (begin, half) in &self.begins[spoke.ring..] {
            let is_beyond = (least + outer) / libm::cos(*half).max(0.3) > *begin;
            if *half == self.begins[spoke.ring].1 || is_beyond {
                let slope = libm::tan(*half);
                for (along, aside) in &corners {
                    least = least.max((aside + GAP / 2.0) / slope - along);
                }
            }
        }
        least
    }
}

/// A line that leads outwards, and what stands on it.
#[derive(Debug, Clone)]
struct Spoke {
    /// Which generation it is of.
    ring: usize,
    angle: f64,
    way: Point,
    /// How large labels on branches are.
    label: Size,
    /// The last on either side: how far out its middle is, and how large it is.
    last: [Option<(f64, Size)>; 2],
    /// How many are to stand on either side.
    counts: [usize; 2],
}

impl Spoke {
    fn of(ring: usize, angle: f64, label: Size) -> Spoke {
        let way = Point { x: libm::cos(angle), y: libm::sin(angle) };
        Spoke { ring, angle, way, label, last: [None; 2], counts: [0; 2] }
    }

    /// Returns whether boxes stand to the left and the right of it, or else above and below.
    fn is_upright(&self) -> bool {
        self.way.y.abs() >= self.way.x.abs() * FLAT
    }

    /// Returns how far beside the spoke the middle of a box is, along an axis.
    fn aside(&self, side: usize, size: Size) -> Point {
        let sign = if side == 0 { -1.0 } else { 1.0 };
        let Point { x, y } = self.way;
        let Size { width, height } = size;
        let branch = |long: f64| if long > 0.0 { long + AROUND_LABEL } else { BRANCH };
        if self.is_upright() {
            let off = branch(self.label.width) + height / 2.0 * (x / y).abs() + width / 2.0;
            Point { x: sign * off, y: 0.0 }
        } else {
            let off = branch(self.label.height) + width / 2.0 * (y / x).abs() + height / 2.0;
            Point { x: 0.0, y: sign * off }
        }
    }

    /// Returns how far along the spoke, and how far beside it, the corners of a box are whose branch
    /// begins at the inner end.
    fn corners(&self, side: usize, size: Size) -> [(f64, f64); 4] {
        let (Point { x, y }, aside) = (self.way, self.aside(side, size));
        [(-0.5, -0.5), (0.5, -0.5), (-0.5, 0.5), (0.5, 0.5)].map(|(dx, dy)| {
            let (dx, dy) = (aside.x + dx * size.width, aside.y + dy * size.height);
            (dx * x + dy * y, (dy * x - dx * y).abs())
        })
    }

    /// Returns how far out a box is that stands right after the last one of a side.
    fn after(&self, side: usize, size: Size) -> f64 {
        let Some((along, before)) = self.last[side] else { return 0.0 };
        let (one, two, part) = match self.is_upright() {
            true => (before.height, size.height, self.way.y.abs()),
            false => (before.width, size.width, self.way.x.abs()),
        };
        let label = if self.is_upright() { self.label.height } else { self.label.width };
        let (one, two) = (one.max(label), two.max(label));
        along + (f64::midpoint(one, two) + GAP) / part
    }
}

/// How many times as steep as they are flat spokes must be for boxes to stand beside them.
const FLAT: f64 = 0.6;

/// Shares leaves of a usual size out, those places first that are furthest in; returns how far out
/// the last one is.
fn share(rings: &Rings, all: &mut [Spoke], mean: Size, count: usize) -> f64 {
    let mut open: BinaryHeap<Place> = BinaryHeap::new();
    let place = |all: &[Spoke], spoke: usize, side: usize| {
        let along = rings.next(&all[spoke], side, mean);
        let corners = all[spoke].corners(side, mean);
        let outer = corners.iter().map(|(own, _)| own + along).fold(0.0, f64::max);
        Place { outer, along, spoke, side }
    };
    for spoke in 0..all.len() {
        open.extend([place(all, spoke, 0), place(all, spoke, 1)]);
    }
    let mut far = 0.0_f64;
    for _ in 0..count {
        let Some(Place { outer, along, spoke, side }) = open.pop() else { break };
        far = far.max(outer);
        all[spoke].last[side] = Some((along, mean));
        all[spoke].counts[side] += 1;
        open.push(place(all, spoke, side));
    }
    far
}

/// Where the next leaf of a side of a spoke would stand.
struct Place {
    outer: f64,
    along: f64,
    spoke: usize,
    side: usize,
}

impl Ord for Place {
    fn cmp(&self, other: &Place) -> Ordering {
        // The heap gives the greatest first.
        let rest = || (other.spoke, other.side).cmp(&(self.spoke, self.side));
        other.outer.total_cmp(&self.outer).then_with(rest)
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Place) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Place) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Place {}
