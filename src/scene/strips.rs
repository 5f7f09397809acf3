//! Strips on which titles stand, and what lines and labels leave free of them.

use super::path::{Path, Segment, on_curve};
use crate::layout::{Point, Rect};

/// How far titles stand from lines.
const CLEAR: f64 = 5.0;
/// Of how many straight pieces curves are taken to be.
const PIECES: u32 = 8;

/// Strips, each with the parts of its width that are covered.
pub struct Strips {
    shelf: Shelf,
    covered: Vec<Vec<(f64, f64)>>,
}

/// Strips in the order in which they are looked for.
struct Shelf {
    strips: Vec<Rect>,
    /// The strips from top to bottom, and the height of the tallest.
    by_top: Vec<u32>,
    tallest: f64,
}

impl Shelf {
    /// Returns the strips that a box comes near to.
    fn near(&self, x: (f64, f64), y: (f64, f64)) -> impl Iterator<Item = u32> {
        let top = |at: &u32| self.strips[*at as usize].corner.y;
        let first = self.by_top.partition_point(|at| top(at) + self.tallest < y.0);
        let upper = self.by_top[first..].iter().take_while(move |at| top(at) <= y.1);
        let is_near = move |at: &&u32| {
            let Rect { corner, size } = self.strips[**at as usize];
            corner.y + size.height >= y.0
                && x.0 - CLEAR < corner.x + size.width
                && x.1 + CLEAR > corner.x
        };
        upper.filter(is_near).copied()
    }
}

impl Strips {
    pub fn new(strips: Vec<Rect>) -> Strips {
        let mut by_top: Vec<u32> = (0..strips.len() as u32).collect();
        by_top
            .sort_by(|a, b| strips[*a as usize].corner.y.total_cmp(&strips[*b as usize].corner.y));
        let tallest = strips.iter().map(|strip| strip.size.height).fold(0.0, f64::max);
        Strips { covered: vec![Vec::new(); strips.len()], shelf: Shelf { strips, by_top, tallest } }
    }

    /// Covers what an outline passes.
    pub fn pass(&mut self, path: &Path) {
        let (mut start, mut from) = (Point::default(), Point::default());
        for segment in &path.0 {
            match *segment {
                Segment::Move(to) => start = to,
                Segment::Line(to) => self.line(from, to),
                Segment::Curve(a, b, to) => {
                    // No curve leaves the box of its points and handles.
                    let [x, y] = [[from.x, a.x, b.x, to.x], [from.y, a.y, b.y, to.y]].map(span);
                    if self.shelf.near(x, y).next().is_some() {
                        let mut last = from;
                        for step in 1..=PIECES {
                            let by = f64::from(step) / f64::from(PIECES);
                            let next = on_curve([from, a, b, to], by);
                            self.line(last, next);
                            last = next;
                        }
                    }
                }
                Segment::Close => self.line(from, start),
            }
            from = match *segment {
                Segment::Move(to) | Segment::Line(to) | Segment::Curve(.., to) => to,
                Segment::Close => start,
            };
        }
    }

    fn line(&mut self, a: Point, b: Point) {
        let (a, b) = if a.y <= b.y { (a, b) } else { (b, a) };
        for at in self.shelf.near(span([a.x, b.x]), (a.y, b.y)) {
            let Rect { corner, size } = self.shelf.strips[at as usize];
            let (low, high) = (corner.y.max(a.y), (corner.y + size.height).min(b.y));
            let x = |y: f64| match b.y - a.y {
                0.0 => span([a.x, b.x]),
                height => span([a.x + (b.x - a.x) * (y - a.y) / height; 2]),
            };
            let (left, right) = span([x(low).0, x(high).0, x(low).1, x(high).1]);
            if left - CLEAR < corner.x + size.width && right + CLEAR > corner.x {
                self.covered[at as usize].push((left - CLEAR, right + CLEAR));
            }
        }
    }

    /// Returns how far right of the start of a strip something of that width stands free: as little as
    /// can be, and not at all if it can stand nowhere.
    pub fn free(&mut self, at: usize, width: f64) -> f64 {
        let strip = self.shelf.strips[at];
        let (start, most) = (strip.corner.x, strip.size.width - width);
        let covered = &mut self.covered[at];
        covered.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut by = 0.0_f64;
        for (left, right) in covered {
            if start + by + width <= *left {
                break;
            }
            by = by.max(*right - start);
        }
        if by <= most { by } else { 0.0 }
    }
}

/// Returns the least and the greatest of some numbers.
fn span<const N: usize>(numbers: [f64; N]) -> (f64, f64) {
    numbers
        .into_iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)))
}

#[cfg(test)]
mod tests {
    use super::super::path::rect;
    use super::*;

    #[test]
    fn a_title_stands_where_no_line_passes() {
        let mut strips =
            Strips::new(vec![rect(0.0, 100.0, 200.0, 20.0), rect(0.0, 0.0, 50.0, 20.0)]);
        assert_eq!(strips.free(0, 60.0), 0.0);
        let mut line = Path::default();
        line.start(30.0, 0.0).line(30.0, 300.0);
        strips.pass(&line);
        assert_eq!([strips.free(0, 20.0), strips.free(0, 60.0)], [0.0, 35.0]);
        let mut line = Path::default();
        line.start(80.0, 0.0).curve((80.0, 100.0), (80.0, 100.0), (80.0, 200.0));
        strips.pass(&line);
        assert_eq!([strips.free(0, 40.0), strips.free(0, 60.0)], [35.0, 85.0]);
        assert_eq!([strips.free(0, 190.0), strips.free(1, 40.0)], [0.0, 0.0]);
        assert_eq!(strips.free(1, 10.0), 0.0);
    }
}
