//! Keeps frames rectangular: the borders of a frame have one place on all its levels.
//!
//! All that bounds places from side to side are least distances, and such a system of differences
//! is convex: the places pushed only to the right and those pushed only to the left keep it, and so
//! does their mean. Knows no rows and no edges.

use super::levels::{Kind, Levels};
use super::problem::Frame;

/// Least distances between things on levels, of which the borders of one side of a frame are one.
#[derive(Debug, Default)]
pub struct Distances {
    /// What stands for each: itself but for borders.
    pub variable: Vec<u32>,
    /// From what is left to what is right, and how far.
    pub arcs: Vec<(u32, u32, f64)>,
    /// The variables so that what is left of others stands before them.
    pub sorted: Vec<u32>,
    /// The arcs from each variable: where they start, and all.
    starts: Vec<u32>,
    out: Vec<u32>,
}

impl Distances {
    /// Gathers the distances of neighbors on levels, and the least widths of frames.
    ///
    /// `apart` holds for each of [`Levels::order`] its distance from the one before it.
    pub fn new(levels: &Levels, frames: &[Frame], apart: &[f64]) -> Self {
        let count = levels.level.len();
        let mut variable: Vec<u32> = (0..count as u32).collect();
        for span in &levels.spans {
            let [left, right] = span.borders(span.first);
            for level in span.first..=span.last {
                let borders = span.borders(level);
                variable[borders[0] as usize] = left;
                variable[borders[1] as usize] = right;
            }
        }
        let mut arcs = Vec::with_capacity(count + levels.spans.len());
        for level in 0..levels.count() {
            let range = levels.range(level);
            let line = levels.order[range.clone()].iter().map(|at| variable[*at as usize]);
            let pairs = line.clone().zip(line.skip(1)).zip(&apart[range][1..]);
            arcs.extend(pairs.map(|((left, right), apart)| (left, right, *apart)));
        }
        for (span, frame) in levels.spans.iter().zip(frames) {
            let [left, right] = span.borders(span.first);
            arcs.push((left, right, frame.least.width));
        }
        let mut distances = Distances { variable, arcs, ..Distances::default() };
        distances.sort();
        distances
    }

    fn sort(&mut self) {
        let count = self.variable.len();
        let mut starts = vec![0u32; count + 1];
        let mut waits = vec![0u32; count];
        for (left, right, _) in &self.arcs {
            starts[*left as usize + 1] += 1;
            waits[*right as usize] += 1;
        }
        for at in 0..count {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        self.out = vec![0; self.arcs.len()];
        for (at, (left, _, _)) in self.arcs.iter().enumerate() {
            self.out[next[*left as usize] as usize] = at as u32;
            next[*left as usize] += 1;
        }
        let is_first = |at: &u32| self.variable[*at as usize] == *at && waits[*at as usize] == 0;
        self.sorted = (0..count as u32).filter(is_first).collect();
        let mut done = 0;
        while done < self.sorted.len() {
            let at = self.sorted[done] as usize;
            done += 1;
            for arc in &self.out[starts[at] as usize..starts[at + 1] as usize] {
                let right = self.arcs[*arc as usize].1;
                waits[right as usize] -= 1;
                if waits[right as usize] == 0 {
                    self.sorted.push(right);
                }
            }
        }
        self.starts = starts;
    }

    /// The arcs from a variable to the right.
    pub fn from(&self, at: u32) -> impl Iterator<Item = (u32, f64)> {
        let range = self.starts[at as usize] as usize..self.starts[at as usize + 1] as usize;
        self.out[range].iter().map(|arc| {
            let (_, right, length) = self.arcs[*arc as usize];
            (right, length)
        })
    }

    /// Moves what does not keep its distances, as far to the left as to the right.
    pub fn keep(&self, levels: &Levels, xs: &mut [f64]) {
        let mut wanted = xs.to_vec();
        for span in &levels.spans {
            let firsts = span.borders(span.first);
            for side in 0..2 {
                let all =
                    (span.first..=span.last).map(|level| xs[span.borders(level)[side] as usize]);
                wanted[firsts[side] as usize] =
                    all.sum::<f64>() / f64::from(span.last - span.first + 1);
            }
        }
        let mut right = wanted.clone();
        for at in &self.sorted {
            let x = right[*at as usize];
            for (other, length) in self.from(*at) {
                right[other as usize] = right[other as usize].max(x + length);
            }
        }
        let mut left = wanted;
        for at in self.sorted.iter().rev() {
            let bounds = self.from(*at).map(|(other, length)| left[other as usize] - length);
            left[*at as usize] = bounds.fold(left[*at as usize], f64::min);
        }
        for (at, x) in xs.iter_mut().enumerate() {
            let variable = self.variable[at] as usize;
            *x = f64::midpoint(left[variable], right[variable]);
        }
    }
}

/// Draws the borders of frames as close to what is in them as distances allow, the innermost first.
pub fn tighten(levels: &Levels, frames: &[Frame], apart: &[f64], xs: &mut [f64]) {
    for (span, frame) in levels.spans.iter().zip(frames).rev() {
        let [left, right] = span.borders(span.first).map(|border| xs[border as usize]);
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for level in span.first..=span.last {
            let start = levels.starts[level as usize];
            let [from, to] =
                span.borders(level).map(|border| (start + levels.place[border as usize]) as usize);
            if to > from + 1 {
                low = low.min(xs[levels.order[from + 1] as usize] - apart[from + 1]);
                high = high.max(xs[levels.order[to - 1] as usize] + apart[to]);
            }
        }
        if low > high {
            continue;
        }
        let low = low.min((high - frame.least.width).max(left));
        let high = high.max(low + frame.least.width).min(right);
        for level in span.first..=span.last {
            let borders = span.borders(level);
            xs[borders[0] as usize] = low;
            xs[borders[1] as usize] = high;
        }
    }
}

/// Whether something is the left border of a frame (0), the right one (1), or neither.
pub fn side(levels: &Levels, at: u32) -> Option<(usize, u32)> {
    if levels.kind[at as usize] != Kind::Border {
        return None;
    }
    let frame = levels.link[at as usize];
    let [left, _] = levels.spans[frame as usize].borders(levels.level[at as usize]);
    Some((usize::from(at != left), frame))
}
