//! What is far away pushes as one: a quadtree of all places, in flat lists.
//!
//! Barnes, Hut: A hierarchical O(N log N) force-calculation algorithm, 1986.

use crate::layout::Point;

/// How fine the grid is that places are sorted by: so many bits for each axis.
const BITS: u32 = 20;
/// A cell of so many places or fewer is not divided.
const FEW: u32 = 8;
/// How wide a cell may seem, as its width by its distance, to push as one.
const WIDE: f64 = 1.2;
/// The square of the least distance that counts.
const NEAREST: f64 = 1e-9;

/// How pushes get weaker with distance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fading {
    /// By distance.
    Slow,
    /// By the square of distance.
    Fast,
}

impl Fading {
    /// Returns the mass of what keeps others so far away.
    pub fn mass(self, reach: f64) -> f64 {
        match self {
            Fading::Slow => reach,
            Fading::Fast => reach * reach.sqrt(),
        }
    }

    /// Returns how much larger the whole must be so that pushes are as strong as pulls, by how much
    /// stronger they are.
    pub fn scale(self, stronger: f64) -> f64 {
        match self {
            // Of what forces do along the way from the middle, pulls grow by the third power, and
            // pushes not at all, or they get less.
            Fading::Slow => cube_root(stronger),
            Fading::Fast => stronger.max(0.0).sqrt().sqrt(),
        }
    }
}

/// Returns the cube root of a number (Newton), from a power of two of about its size.
fn cube_root(of: f64) -> f64 {
    if !(1e-300..1e300).contains(&of) {
        return 1.0;
    }
    let exponent = (of.to_bits() >> 52) as i64 - 1_023;
    let mut root = f64::from_bits(((1_023 + exponent / 3) as u64) << 52);
    for _ in 0..12 {
        root -= (root - of / (root * root)) / 3.0;
    }
    root
}

/// A square with what is in it.
#[derive(Debug, Clone, Copy)]
struct Cell {
    /// The middle of its masses, and their sum.
    x: f64,
    y: f64,
    mass: f64,
    /// The square of the distance from which on it pushes as one.
    far: f64,
    /// What is in it, as a piece of the list of places.
    start: u32,
    end: u32,
    /// The cell after it that is not in it.
    after: u32,
    is_whole: bool,
}

/// A place with its mass.
#[derive(Debug, Clone, Copy)]
struct Body {
    x: f64,
    y: f64,
    mass: f64,
}

/// All places, by where they are.
#[derive(Debug)]
pub(super) struct Tree {
    fading: Fading,
    /// Every cell before those in it.
    cells: Vec<Cell>,
    bodies: Vec<Body>,
    keys: Vec<(u64, u32)>,
}

impl Tree {
    /// Makes a tree of nothing.
    pub fn new(fading: Fading) -> Tree {
        Tree { fading, cells: Vec::new(), bodies: Vec::new(), keys: Vec::new() }
    }

    /// Sorts places in.
    pub fn fill(&mut self, places: &[Point], masses: &[f64]) {
        let (mut left, mut top) = (f64::INFINITY, f64::INFINITY);
        let (mut right, mut lower) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        for Point { x, y } in places {
            (left, right) = (left.min(*x), right.max(*x));
            (top, lower) = (top.min(*y), lower.max(*y));
        }
        let width = (right - left).max(lower - top).max(1e-9);
        let steps = f64::from(1u32 << BITS);
        let scale = steps / width * (1.0 - 1e-12);
        let step = |length: f64| (length * scale).clamp(0.0, steps - 1.0) as u32;
        self.keys.clear();
        self.keys.extend((0u32..).zip(places).map(|(at, place)| {
            (spread(step(place.x - left)) | (spread(step(place.y - top)) << 1), at)
        }));
        self.keys.sort_unstable();
        self.bodies.clear();
        self.bodies.extend(self.keys.iter().map(|(_, at)| {
            let Point { x, y } = places[*at as usize];
            Body { x, y, mass: masses[*at as usize] }
        }));
        self.divide(width);
    }

    /// Returns places in the order of the tree, each after its key.
    pub fn order(&self) -> &[(u64, u32)] {
        &self.keys
    }

    fn divide(&mut self, width: f64) {
        self.cells.clear();
        // What is open: a piece of the list, and how many levels are below it.
        let mut open: Vec<(u32, u32, u32)> = vec![(0, self.bodies.len() as u32, BITS)];
        let mut closed: Vec<(u32, u32)> = Vec::new();
        while let Some((start, end, level)) = open.pop() {
            let own = self.cells.len() as u32;
            // A cell ends where the next one begins that does not lie in it.
            while let Some((cell, _)) = closed.pop_if(|(_, until)| *until <= start) {
                self.cells[cell as usize].after = own;
            }
            closed.push((own, end));
            let bodies = &self.bodies[start as usize..end as usize];
            let (mut x, mut y, mut mass) = (0.0, 0.0, 0.0);
            for body in bodies {
                (x, y, mass) = (x + body.x * body.mass, y + body.y * body.mass, mass + body.mass);
            }
            let wide = width / f64::from(1u32 << (BITS - level)) / WIDE;
            let is_whole = end - start <= FEW || level == 0;
            let far = wide * wide;
            let (x, y) = (x / mass, y / mass);
            self.cells.push(Cell { x, y, mass, far, start, end, after: 0, is_whole });
            if is_whole {
                continue;
            }
            let keys = &self.keys[start as usize..end as usize];
            let quarter = |key: u64| (key >> (2 * (level - 1))) & 3;
            let mut until = end;
            for part in (0..4).rev() {
                let from = start + keys.partition_point(|(key, _)| quarter(*key) < part) as u32;
                if from < until {
                    open.push((from, until, level - 1));
                }
                until = from;
            }
        }
        let count = self.cells.len() as u32;
        for (cell, _) in closed {
            self.cells[cell as usize].after = count;
        }
    }

    /// Returns how all others push at a place, for each unit of its own mass.
    pub fn push(&self, at: Point) -> Point {
        match self.fading {
            Fading::Slow => self.push_by(at, |mass, apart| mass / apart),
            Fading::Fast => self.push_by(at, |mass, apart| mass / (apart * apart.sqrt())),
        }
    }

    /// Adds pushes up, each by a mass and the square of its distance.
    fn push_by(&self, at: Point, by: impl Fn(f64, f64) -> f64) -> Point {
        let mut push = Point::default();
        let mut next = 0;
        while let Some(cell) = self.cells.get(next) {
            let (dx, dy) = (at.x - cell.x, at.y - cell.y);
            let apart = dx * dx + dy * dy;
            if apart > cell.far {
                let by = by(cell.mass, apart);
                (push.x, push.y) = (push.x + dx * by, push.y + dy * by);
                next = cell.after as usize;
            } else if cell.is_whole {
                for body in &self.bodies[cell.start as usize..cell.end as usize] {
                    let (dx, dy) = (at.x - body.x, at.y - body.y);
                    let by = by(body.mass, (dx * dx + dy * dy).max(NEAREST));
                    (push.x, push.y) = (push.x + dx * by, push.y + dy * by);
                }
                next = cell.after as usize;
            } else {
                next += 1;
            }
        }
        push
    }
}

/// Puts a gap of one bit after every bit.
fn spread(step: u32) -> u64 {
    let mut bits = u64::from(step);
    bits = (bits | (bits << 16)) & 0x0000_ffff_0000_ffff;
    bits = (bits | (bits << 8)) & 0x00ff_00ff_00ff_00ff;
    bits = (bits | (bits << 4)) & 0x0f0f_0f0f_0f0f_0f0f;
    bits = (bits | (bits << 2)) & 0x3333_3333_3333_3333;
    (bits | (bits << 1)) & 0x5555_5555_5555_5555
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_pushed_nearly_as_by_each_other_one() {
        let places: Vec<Point> = (0..3_000u32)
            .map(|at| {
                let part =
                    |seed: u32| f64::from(super::super::levels::mixed(at * 2 + seed) % 9_973);
                Point { x: part(0), y: part(1) * part(0) / 5_000.0 }
            })
            .collect();
        let masses: Vec<f64> = (0..3_000).map(|at| 1.0 + f64::from(at % 7)).collect();
        let mut tree = Tree::new(Fading::Slow);
        tree.fill(&places, &masses);
        let (mut wrong, mut all) = (0.0, 0.0);
        for at in &places {
            let mut exact = Point::default();
            for (place, mass) in places.iter().zip(&masses) {
                let (dx, dy) = (at.x - place.x, at.y - place.y);
                let by = mass / (dx * dx + dy * dy).max(1e-12);
                (exact.x, exact.y) = (exact.x + dx * by, exact.y + dy * by);
            }
            let own = tree.push(*at);
            let (dx, dy) = (own.x - exact.x, own.y - exact.y);
            wrong += (dx * dx + dy * dy).sqrt();
            all += (exact.x * exact.x + exact.y * exact.y).sqrt();
        }
        assert!(wrong < 0.05 * all, "{wrong} {all}");
    }

    #[test]
    fn cube_roots_are_those() {
        for (of, root) in [(27.0, 3.0), (1e-12, 1e-4), (8e30, 2e10), (1.0, 1.0), (0.7, 0.887_904)] {
            assert!((cube_root(of) / root - 1.0).abs() < 1e-6, "{of}");
        }
        assert_eq!([0.0, -1.0, f64::NAN].map(cube_root), [1.0; 3]);
    }

    #[test]
    fn places_that_are_one_do_no_harm() {
        let mut tree = Tree::new(Fading::Slow);
        tree.fill(&[Point { x: 5.0, y: 5.0 }; 50], &[1.0; 50]);
        assert_eq!(tree.push(Point { x: 5.0, y: 5.0 }), Point::default());
        assert!((tree.push(Point { x: 7.0, y: 5.0 }).x - 25.0).abs() < 1e-9);
    }
}
