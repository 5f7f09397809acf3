//! Lines whose pieces run along the axes in turn.

use super::places::CELL;

/// From this part of a cell on, two places of a line are not the same.
const NEAR: f64 = 0.05;

/// A range along one axis.
pub(super) type Range = [f64; 2];

/// A line with its bends.
pub(super) struct Way {
    /// The ends and the bends.
    pub points: Vec<[f64; 2]>,
    /// The axis that each piece runs along.
    pub along: Vec<usize>,
    /// The node at each end, and whether its border there is the farther one.
    pub ends: [(usize, bool); 2],
}

impl Way {
    /// Makes of a route a line whose pieces run along the axes in turn; `None` for none.
    pub fn of(points: Vec<[f64; 2]>, nodes: [usize; 2], borders: &[[Range; 2]]) -> Option<Way> {
        let mut bends: Vec<[f64; 2]> = Vec::with_capacity(points.len());
        for mut point in points {
            let Some(last) = bends.last().copied() else {
                bends.push(point);
                continue;
            };
            let far = [0, 1].map(|axis| f64::abs(last[axis] - point[axis]) > NEAR);
            // What is nearly straight is straight; nothing runs aslant.
            match far {
                [true, true] => bends.push([last[0], point[1]]),
                [false, false] => continue,
                _ => point[usize::from(far[0])] = last[usize::from(far[0])],
            }
            if let [.., before, last] = bends.as_slice() {
                let goes_on = |axis: usize| {
                    before[1 - axis] == last[1 - axis]
                        && last[1 - axis] == point[1 - axis]
                        && (last[axis] - before[axis]) * (point[axis] - last[axis]) > 0.0
                };
                if goes_on(0) || goes_on(1) {
                    bends.pop();
                }
            }
            bends.push(point);
        }
        // A piece that runs along the border which it ends at is none.
        if is_beside(&bends, borders[nodes[0]]) {
            bends.remove(0);
        }
        bends.reverse();
        if is_beside(&bends, borders[nodes[1]]) {
            bends.remove(0);
        }
        bends.reverse();
        if bends.len() < 2 {
            return None;
        }
        let axis = |a: [f64; 2], b: [f64; 2]| {
            usize::from(f64::abs(a[1] - b[1]) * CELL[1] >= f64::abs(a[0] - b[0]) * CELL[0])
        };
        // A line that goes on the same way, or back, does so by a piece without length.
        let (mut all, mut along) = (vec![bends[0]], Vec::new());
        for pair in bends.windows(2) {
            let own = axis(pair[0], pair[1]);
            if along.last() == Some(&own) {
                along.push(1 - own);
                all.push(pair[0]);
            }
            along.push(own);
            all.push(pair[1]);
        }
        let side = |node: usize, point: [f64; 2], along: usize| {
            let [low, high] = borders[node][along];
            (node, f64::abs(point[along] - low) > f64::abs(point[along] - high))
        };
        let last = all.len() - 1;
        let ends = [side(nodes[0], all[0], along[0]), side(nodes[1], all[last], along[last - 1])];
        Some(Way { points: all, along, ends })
    }

    /// Returns the ends of the line that a piece has.
    pub fn ends_of(&self, piece: usize) -> impl Iterator<Item = (usize, bool)> {
        let last = self.along.len() - 1;
        let [source, target] = self.ends;
        let source = (piece == 0).then_some(source);
        source.into_iter().chain((piece == last).then_some(target))
    }
}

/// Returns whether the first piece of a line starts at none of the borders that it runs across.
fn is_beside(bends: &[[f64; 2]], borders: [Range; 2]) -> bool {
    let [first, second, _, ..] = bends else { return false };
    let along = usize::from(first[0] == second[0]);
    borders[along].iter().all(|border| f64::abs(border - first[along]) > NEAR)
}
