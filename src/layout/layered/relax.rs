//! Draws together what is joined, as far as the order on levels and the distances allow.
//!
//! One level after the other is placed so that the squares of what its lines lack to be upright are
//! least: an isotonic regression, for which M. J. Best and N. Chakravarti, "Active Set Algorithms for
//! Isotonic Regression", Mathematical Programming 47, 1990, pool adjacent violators. Going down and
//! up again, this comes near the least for all levels in linear time.

use super::levels::Levels;
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
    let Field { levels, extents, apart, weights } = *field;
    let half = |at: u32| extents.width[at as usize] / 2.0;
    let mut pools: Vec<Pool> = Vec::new();
    let count = levels.count();
    for round in 0..rounds {
        let is_down = round % 2 == 0;
        // At first news travel far, from one end to the other; later both sides are heard.
        let one_sided = round < rounds / 2;
        for step in 0..count {
            let level = if is_down { step } else { count - 1 - step };
            pools.clear();
            let range = levels.range(level);
            // Distances are taken out, so that what is left only has to be in order.
            let mut shift = 0.0;
            for place in range.clone() {
                let at = levels.order[place];
                shift += apart[place];
                let (anchor, mut weight) = anchors.get(at as usize).copied().unwrap_or_default();
                let mut sum = anchor * weight;
                if !one_sided || is_down {
                    for segment in levels.above(at) {
                        let ends = &levels.segments[*segment as usize];
                        let by = weights[*segment as usize] as f64;
                        let offset =
                            extents.upper[*segment as usize] - extents.lower[*segment as usize];
                        sum += by * (xs[ends.upper as usize] + offset);
                        weight += by;
                    }
                }
                if !one_sided || !is_down {
                    for segment in levels.below(at) {
                        let ends = &levels.segments[*segment as usize];
                        let by = weights[*segment as usize] as f64;
                        let offset =
                            extents.lower[*segment as usize] - extents.upper[*segment as usize];
                        sum += by * (xs[ends.lower as usize] + offset);
                        weight += by;
                    }
                }
                if weight == 0.0 {
                    weight = 0.01;
                    sum = weight * xs[at as usize];
                }
                let mut pool = Pool { weight, mean: sum / weight - shift, count: 1 };
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
            let mut place = range.start;
            let (Some(first), Some(last)) =
                (levels.order[range.clone()].first(), levels.order[range].last())
            else {
                continue;
            };
            let low = bounds.0 + half(*first);
            let high = (bounds.1 - half(*last) - shift).max(low);
            shift = 0.0;
            for pool in &pools {
                let mean = pool.mean.clamp(low, high);
                for _ in 0..pool.count {
                    shift += apart[place];
                    xs[levels.order[place] as usize] = mean + shift;
                    place += 1;
                }
            }
        }
    }
}
