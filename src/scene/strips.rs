//! Strips on which titles stand, and what lines and labels leave free of them.

use super::path::Path;
use crate::layout::{Point, Rect};

/// How far titles stand from lines.
const CLEAR: f64 = 5.0;
/// Of how many straight pieces curves are taken to be.
const PIECES: usize = 8;

/// Strips, each with the parts of its width that are covered.
pub struct Strips {
    strips: Vec<Rect>,
    covered: Vec<Vec<(f64, f64)>>,
    /// The strips from top to bottom, and the height of the tallest.
    by_top: Vec<u32>,
    tallest: f64,
}

impl Strips {
    pub fn new(strips: Vec<Rect>) -> Strips {
        let mut by_top: Vec<u32> = (0..strips.len() as u32).collect();
        by_top
            .sort_by(|a, b| strips[*a as usize].corner.y.total_cmp(&strips[*b as usize].corner.y));
        let tallest = strips.iter().map(|strip| strip.size.height).fold(0.0, f64::max);
        Strips { covered: vec![Vec::new(); strips.len()], strips, by_top, tallest }
    }

    /// Covers what an outline passes.
    pub fn pass(&mut self, path: &Path) {
        for piece in path.flat(PIECES) {
            piece.windows(2).for_each(|ends| self.line(ends[0], ends[1]));
        }
    }

    fn line(&mut self, a: Point, b: Point) {
        let (a, b) = if a.y <= b.y { (a, b) } else { (b, a) };
        let top = |at: &u32| self.strips[*at as usize].corner.y;
        let first = self.by_top.partition_point(|at| top(at) + self.tallest < a.y);
        for at in &self.by_top[first..] {
            let Rect { corner, size } = self.strips[*at as usize];
            if corner.y > b.y {
                break;
            }
            let (low, high) = (corner.y.max(a.y), (corner.y + size.height).min(b.y));
            if low > high {
                continue;
            }
            let x = |y: f64| match b.y - a.y {
                0.0 => [a.x, b.x],
                height => [a.x + (b.x - a.x) * (y - a.y) / height; 2],
            };
            let ends = [x(low), x(high)].concat();
            let left = ends.iter().copied().fold(f64::INFINITY, f64::min) - CLEAR;
            let right = ends.iter().copied().fold(f64::NEG_INFINITY, f64::max) + CLEAR;
            if left < corner.x + size.width && right > corner.x {
                self.covered[*at as usize].push((left, right));
            }
        }
    }

    /// Returns how far right of the start of a strip something of that width stands free: as little as
    /// can be, and not at all if it can stand nowhere.
    pub fn free(&mut self, at: usize, width: f64) -> f64 {
        let (start, most) = (self.strips[at].corner.x, self.strips[at].size.width - width);
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
