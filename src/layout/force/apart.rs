//! No box covers another: the whole grows or shrinks until few do, these push each other aside,
//! and what still covers another moves down.

use crate::layout::{Point, Size};

/// The gap between boxes, and between those that an edge joins, which is to be seen.
const GAP: f64 = 22.0;
const EDGE: f64 = 56.0;
/// The room beside a label on an edge, and the most that edges are made longer to.
const AROUND: f64 = 28.0;
const LONGEST: f64 = 140.0;
/// How many boxes of a hundred may cover others before any is moved by itself.
const FEW: usize = 12;
/// By how much the whole grows or shrinks at once, and how often at most.
const STEP: f64 = 1.15;
const STEPS: usize = 80;
/// How often boxes push each other.
const PUSHES: usize = 80;

/// Moves boxes until none covers another, and most edges can be seen, with labels so wide.
pub fn apart(sizes: &[Size], (edges, label): (&[(u32, u32)], f64), middles: &mut [Point]) {
    let gap = EDGE.max((label + AROUND).min(LONGEST));
    fit(sizes, (edges, gap), middles);
    for round in 0..PUSHES {
        // Edges give way where there is no room for all.
        let edges = if round < PUSHES / 2 { edges } else { &[] };
        if !push(sizes, (edges, gap), middles) {
            return;
        }
    }
    settle(sizes, middles);
}

/// Scales the whole to the least size at which few boxes cover others, and few edges are short.
fn fit(sizes: &[Size], (edges, gap): (&[(u32, u32)], f64), middles: &mut [Point]) {
    let most = (sizes.len() * FEW).div_ceil(100);
    let is_good = |middles: &[Point]| {
        let mut count =
            edges.iter().filter(|edge| is_short(sizes, middles, edge, gap)).take(most + 1).count();
        each_pair(sizes, middles, |_, _| {
            count += 1;
            count <= most
        });
        count <= most
    };
    let scale = |middles: &mut [Point], by: f64| {
        for middle in middles {
            (middle.x, middle.y) = (middle.x * by, middle.y * by);
        }
    };
    let was_good = is_good(middles);
    for _ in 0..STEPS {
        scale(middles, if was_good { 1.0 / STEP } else { STEP });
        if is_good(middles) != was_good {
            break;
        }
    }
    if was_good {
        scale(middles, STEP);
    }
}

/// How far two boxes reach into each other along each axis, and where the second one is.
struct Overlap {
    x: f64,
    y: f64,
    dx: f64,
    dy: f64,
}

fn overlap(sizes: &[Size], middles: &[Point], a: usize, b: usize, gap: f64) -> Option<Overlap> {
    let (dx, dy) = (middles[b].x - middles[a].x, middles[b].y - middles[a].y);
    let x = f64::midpoint(sizes[a].width, sizes[b].width) + gap - dx.abs();
    let y = f64::midpoint(sizes[a].height, sizes[b].height) + gap - dy.abs();
    (x > 1e-6 && y > 1e-6).then_some(Overlap { x, y, dx, dy })
}

/// Returns whether an edge is so short that it can hardly be seen.
fn is_short(sizes: &[Size], middles: &[Point], (a, b): &(u32, u32), gap: f64) -> bool {
    a != b && overlap(sizes, middles, *a as usize, *b as usize, gap).is_some()
}

/// Pushes each two boxes apart that are too near to each other, along the shorter way; says whether
/// there were any.
fn push(sizes: &[Size], (edges, long): (&[(u32, u32)], f64), middles: &mut [Point]) -> bool {
    let mut pairs = Vec::new();
    each_pair(sizes, middles, |a, b| {
        pairs.push((a, b, GAP));
        true
    });
    let short = edges.iter().filter(|edge| is_short(sizes, middles, edge, long));
    pairs.extend(short.map(|(a, b)| (*a, *b, long)));
    for (a, b, gap) in &pairs {
        let (a, b) = (*a as usize, *b as usize);
        let Some(Overlap { x, y, dx, dy }) = overlap(sizes, middles, a, b, *gap) else { continue };
        // A little more than needed, so that the next round finds less to do.
        if x < y {
            let by = (x / 2.0 + 0.01) * if dx < 0.0 { -1.0 } else { 1.0 };
            (middles[a].x, middles[b].x) = (middles[a].x - by, middles[b].x + by);
        } else {
            let by = (y / 2.0 + 0.01) * if dy < 0.0 { -1.0 } else { 1.0 };
            (middles[a].y, middles[b].y) = (middles[a].y - by, middles[b].y + by);
        }
    }
    !pairs.is_empty()
}

/// Finds boxes that cover each other, gap included, until it is told to stop: by a grid of squares
/// about as large as boxes, each of which lists what it touches.
fn each_pair(sizes: &[Size], middles: &[Point], mut tell: impl FnMut(u32, u32) -> bool) {
    let area: f64 = sizes.iter().map(|size| (size.width + GAP) * (size.height + GAP)).sum();
    let side = (area / sizes.len().max(1) as f64).sqrt();
    let cell = |at: f64| (at / side).floor() as i32;
    let corner = |at: usize| Point {
        x: middles[at].x - (sizes[at].width + GAP) / 2.0,
        y: middles[at].y - (sizes[at].height + GAP) / 2.0,
    };
    let mut touched: Vec<(i32, i32, u32)> = Vec::with_capacity(2 * sizes.len());
    for (at, size) in sizes.iter().enumerate() {
        let Point { x, y } = corner(at);
        for row in cell(y)..=cell(y + size.height + GAP) {
            let columns = cell(x)..=cell(x + size.width + GAP);
            touched.extend(columns.map(|column| (row, column, at as u32)));
        }
    }
    touched.sort_unstable();
    for here in touched.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        for (place, (row, column, a)) in here.iter().enumerate() {
            for (_, _, b) in &here[place + 1..] {
                let (one, two) = (corner(*a as usize), corner(*b as usize));
                // Of all squares that two boxes share, the first one counts.
                let is_first = cell(one.x.max(two.x)) == *column && cell(one.y.max(two.y)) == *row;
                let is_pair =
                    is_first && overlap(sizes, middles, *a as usize, *b as usize, GAP).is_some();
                if is_pair && !tell(*a, *b) {
                    return;
                }
            }
        }
    }
}

/// Moves boxes down to below those that they cover, from top to bottom.
fn settle(sizes: &[Size], middles: &mut [Point]) {
    let top = |at: u32, middles: &[Point]| middles[at as usize].y - sizes[at as usize].height / 2.0;
    let mut order: Vec<u32> = (0..sizes.len() as u32).collect();
    order.sort_by(|a, b| top(*a, middles).total_cmp(&top(*b, middles)).then(a.cmp(b)));
    let sides: Vec<[f64; 2]> = (middles.iter().zip(sizes))
        .map(|(Point { x, .. }, Size { width, .. })| {
            [x - (width + GAP) / 2.0, x + (width + GAP) / 2.0]
        })
        .collect();
    let mut strips = sides.concat();
    strips.sort_by(f64::total_cmp);
    strips.dedup();
    let mut ground = Ground::new(strips.len());
    for at in order.into_iter().map(|at| at as usize) {
        let [left, right] = sides[at].map(|x| strips.partition_point(|strip| *strip < x));
        let own = top(at as u32, middles).max(ground.lowest(left, right) + GAP);
        middles[at].y = own + sizes[at].height / 2.0;
        ground.cover(left, right, own + sizes[at].height);
    }
}

/// How far down boxes reach in each strip, as a tree of strips.
struct Ground {
    strips: usize,
    /// The lowest in each part of the tree, and what covers it wholly.
    lowest: Vec<f64>,
    whole: Vec<f64>,
}

impl Ground {
    fn new(strips: usize) -> Ground {
        let none = vec![f64::NEG_INFINITY; 2 * strips.max(1)];
        Ground { strips, lowest: none.clone(), whole: none }
    }

    /// Calls with each part that makes up a row of strips.
    fn parts(&self, left: usize, right: usize, mut with: impl FnMut(usize)) {
        let (mut left, mut right) = (left + self.strips, right + self.strips);
        while left < right {
            if left % 2 == 1 {
                with(left);
                left += 1;
            }
            if right % 2 == 1 {
                right -= 1;
                with(right);
            }
            (left, right) = (left / 2, right / 2);
        }
    }

    fn lowest(&self, left: usize, right: usize) -> f64 {
        let mut lowest = f64::NEG_INFINITY;
        self.parts(left, right, |part| {
            lowest = lowest.max(self.lowest[part]);
            let mut around = part / 2;
            while around > 0 {
                lowest = lowest.max(self.whole[around]);
                around /= 2;
            }
        });
        lowest
    }

    fn cover(&mut self, left: usize, right: usize, down: f64) {
        let mut parts = Vec::new();
        self.parts(left, right, |part| parts.push(part));
        for part in parts {
            self.whole[part] = self.whole[part].max(down);
            let mut around = part;
            while around > 0 {
                self.lowest[around] = self.lowest[around].max(down);
                around /= 2;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::levels::mixed;
    use super::*;

    /// Boxes of many sizes, all of them around one place.
    fn heap(count: u32) -> (Vec<Size>, Vec<Point>) {
        let part = |at: u32, most: u32| f64::from(mixed(at) % most);
        let size = |at| Size { width: 20.0 + part(at, 300), height: 10.0 + part(at + 7, 90) };
        let place = |at| Point { x: part(at + 99, 50), y: part(at + 50, 40) };
        ((0..count).map(size).collect(), (0..count).map(place).collect())
    }

    fn covers(sizes: &[Size], middles: &[Point]) -> usize {
        let all = 0..sizes.len();
        let pairs = all.clone().flat_map(|a| all.clone().skip(a + 1).map(move |b| (a, b)));
        pairs.filter(|(a, b)| overlap(sizes, middles, *a, *b, GAP).is_some()).count()
    }

    #[test]
    fn pairs_are_those_that_a_look_at_all_finds() {
        let (sizes, mut middles) = heap(60);
        for scale in [1.0, 7.0, 3.0] {
            for middle in &mut middles {
                (middle.x, middle.y) = (middle.x * scale, middle.y * scale - 100.0);
            }
            let mut count = 0;
            each_pair(&sizes, &middles, |_, _| {
                count += 1;
                true
            });
            assert_eq!(count, covers(&sizes, &middles));
        }
    }

    #[test]
    fn heaps_come_apart() {
        for count in [0, 1, 2, 30, 300] {
            let (sizes, mut middles) = heap(count);
            let edges: Vec<(u32, u32)> = (0..count).map(|at| (at, at * 7 % count)).collect();
            apart(&sizes, (&edges, 0.0), &mut middles);
            assert_eq!(covers(&sizes, &middles), 0);
        }
    }

    #[test]
    fn what_is_pushed_in_vain_moves_down() {
        let (sizes, mut middles) = heap(200);
        settle(&sizes, &mut middles);
        assert_eq!(covers(&sizes, &middles), 0);
        let (sizes, places) = ([Size { width: 10.0, height: 10.0 }; 2], [0.0, 500.0]);
        let mut middles = places.map(|y| Point { x: 0.0, y });
        settle(&sizes, &mut middles);
        assert_eq!(middles.map(|middle| middle.y), places);
    }
}
