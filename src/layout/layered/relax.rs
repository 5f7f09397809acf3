//! Draws together what is joined, as far as the order on levels and the distances allow.
//!
//! One level after the other is placed so that the squares of what its lines lack to be upright are
//! least: an isotonic regression, for which M. J. Best and N. Chakravarti, "Active Set Algorithms for
//! Isotonic Regression", Mathematical Programming 47, 1990, pool adjacent violators. Going down and
//! up again, this comes near the least for all levels in linear time.

use super::levels::{Kind, Levels};
use super::place::Extents;

/// A run of neighbors that touch.
#[derive(Debug, Clone, Copy)]
struct Pool {
    weight: f64,
    mean: f64,
    count: u32,
}

/// Where something is to be, and how much; a weight of zero where it does not matter.
pub type Anchor = (f64, f64);

/// What stands where, and how strongly it is joined.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    /// What stands on levels.
    pub levels: &'a Levels,
    /// How wide it is, and where lines meet it.
    pub extents: &'a Extents,
    /// The least distance of each of [`Levels::order`] from the one before it.
    pub apart: &'a [f64],
    /// How strongly each segment pulls.
    pub weights: &'a [i64],
    /// Whether the borders of frames stay where they are.
    pub fixes_borders: bool,
}

/// Moves the centers `xs`, which keep their distances. All
/// comes to stand within `bounds`, if there is room on its level, and near its anchor if it has one.
pub fn relax(
    field: &Field<'_>,
    anchors: &[Anchor],
    bounds: (f64, f64),
    rounds: u32,
    xs: &mut [f64],
) {
    let Field { levels, extents, apart, .. } = *field;
    let half = |at: u32| extents.width[at as usize] / 2.0;
    let is_fixed = |at: u32| field.fixes_borders && levels.kind[at as usize] == Kind::Border;
    let mut pools: Vec<Pool> = Vec::new();
    // The distances taken out, so that what is left only has to be in order.
    let mut shifts: Vec<f64> = Vec::new();
    let count = levels.count();
    for round in 0..rounds {
        let is_down = round % 2 == 0;
        // At first news travel far, from one end to the other; later both sides are heard.
        let one_sided = round < rounds / 2;
        let heard = (!one_sided || is_down, !one_sided || !is_down);
        for step in 0..count {
            let level = if is_down { step } else { count - 1 - step };
            let range = levels.range(level);
            let line = &levels.order[range.clone()];
            let (Some(first), Some(last)) = (line.first(), line.last()) else { continue };
            shifts.clear();
            let mut shift = 0.0;
            shifts.extend(apart[range].iter().map(|apart| {
                shift += apart;
                shift
            }));
            let low = bounds.0 + half(*first) - shifts[0];
            let high = (bounds.1 - half(*last) - shift).max(low);
            let mut start = 0;
            let mut left = low;
            while start < line.len() {
                let fixed = line[start..].iter().position(|at| is_fixed(*at));
                let end = fixed.map_or(line.len(), |by| start + by);
                let right = line.get(end).map_or(high, |at| xs[*at as usize] - shifts[end]);
                pools.clear();
                for place in start..end {
                    let own = wanted(field, anchors, heard, line[place], xs);
                    let mut pool = Pool { mean: own.mean - shifts[place], ..own };
                    while let Some(last) = pools.last().filter(|last| last.mean > pool.mean) {
                        let weight = last.weight + pool.weight;
                        pool = Pool {
                            weight,
                            mean: (last.mean * last.weight + pool.mean * pool.weight) / weight,
                            count: last.count + pool.count,
                        };
                        pools.pop();
                    }
                    pools.push(pool);
                }
                let mut place = start;
                for pool in &pools {
                    let mean = pool.mean.clamp(left, right.max(left));
                    for _ in 0..pool.count {
                        xs[line[place] as usize] = mean + shifts[place];
                        place += 1;
                    }
                }
                left = right;
                start = end + 1;
            }
        }
    }
}

/// Where something would best be, for itself, and how much that matters.
fn wanted(
    field: &Field<'_>,
    anchors: &[Anchor],
    (hears_above, hears_below): (bool, bool),
    at: u32,
    xs: &[f64],
) -> Pool {
    let Field { levels, extents, weights, .. } = *field;
    let (anchor, mut weight) = anchors.get(at as usize).copied().unwrap_or_default();
    let mut sum = anchor * weight;
    if hears_above {
        for segment in levels.above(at) {
            let ends = &levels.segments[*segment as usize];
            let by = weights[*segment as usize] as f64;
            let offset = extents.upper[*segment as usize] - extents.lower[*segment as usize];
            sum += by * (xs[ends.upper as usize] + offset);
            weight += by;
        }
    }
    if hears_below {
        for segment in levels.below(at) {
            let ends = &levels.segments[*segment as usize];
            let by = weights[*segment as usize] as f64;
            let offset = extents.lower[*segment as usize] - extents.upper[*segment as usize];
            sum += by * (xs[ends.lower as usize] + offset);
            weight += by;
        }
    }
    if weight == 0.0 {
        weight = 0.01;
        sum = weight * xs[at as usize];
    }
    Pool { weight, mean: sum / weight, count: 1 }
}
