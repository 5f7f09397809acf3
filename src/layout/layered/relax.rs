//! Draws together what is joined, as far as the order on levels and the distances allow.
//!
//! One level after the other is placed so that the squares of what its lines lack to be upright are
//! least (`pools`). Going down and up again, this comes near the least for all levels in linear time.

use super::levels::{Kind, Levels};
use super::place::Extents;
use super::pools::Pools;

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

/// A line to the level above or below.
#[derive(Debug, Clone, Copy)]
struct Pull {
    /// The place of what it leads to, among all in the order of levels.
    other: u32,
    /// How strongly it pulls.
    weight: u32,
    /// How far right of that it would be upright.
    offset: f64,
}

/// The lines of all on levels, in the order of levels, so that memory is read from end to end.
struct Pulls {
    starts: Vec<u32>,
    all: Vec<Pull>,
}

impl Pulls {
    fn new(field: &Field<'_>, is_above: bool) -> Self {
        let Field { levels, extents, weights, .. } = *field;
        let mut pulls = Pulls {
            starts: Vec::with_capacity(levels.order.len() + 1),
            all: Vec::with_capacity(levels.segments.len()),
        };
        for at in &levels.order {
            pulls.starts.push(pulls.all.len() as u32);
            let segments = if is_above { levels.above(*at) } else { levels.below(*at) };
            pulls.all.extend(segments.iter().map(|segment| {
                let ends = &levels.segments[*segment as usize];
                let other = if is_above { ends.upper } else { ends.lower } as usize;
                let start = levels.starts[levels.level[other] as usize];
                let right = extents.upper[*segment as usize] - extents.lower[*segment as usize];
                Pull {
                    other: start + levels.place[other],
                    weight: weights[*segment as usize] as u32,
                    offset: if is_above { right } else { -right },
                }
            }));
        }
        pulls.starts.push(pulls.all.len() as u32);
        pulls
    }

    fn of(&self, place: usize) -> &[Pull] {
        &self.all[self.starts[place] as usize..self.starts[place + 1] as usize]
    }
}

/// Moves the centers `xs`, which keep their distances. All comes to stand within `bounds`, if there
/// is room on its level, and near its anchor if it has one.
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
    let (above, below) = (Pulls::new(field, true), Pulls::new(field, false));
    let mut here: Vec<f64> = levels.order.iter().map(|at| xs[*at as usize]).collect();
    let mut pools = Pools::default();
    // The distances taken out, so that what is left only has to be in order.
    let mut shifts: Vec<f64> = Vec::new();
    let count = levels.count();
    for round in 0..rounds {
        let is_down = round % 2 == 0;
        // At first news travel far, from one end to the other; later both sides are heard.
        let one_sided = round < rounds / 2;
        let heard =
            [(!one_sided || is_down).then_some(&above), (!one_sided || !is_down).then_some(&below)];
        for step in 0..count {
            let level = if is_down { step } else { count - 1 - step };
            let range = levels.range(level);
            let line = &levels.order[range.clone()];
            let (Some(first), Some(last)) = (line.first(), line.last()) else { continue };
            shifts.clear();
            let mut shift = 0.0;
            shifts.extend(apart[range.clone()].iter().map(|apart| {
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
                let right = shifts.get(end).map_or(high, |shift| here[range.start + end] - shift);
                pools.clear();
                for place in start..end {
                    let anchor = anchors.get(line[place] as usize).copied().unwrap_or_default();
                    let (at, weight) = wanted(heard, anchor, range.start + place, &here);
                    pools.push(at - shifts[place], weight);
                }
                let mut place = start;
                for pool in pools.runs() {
                    let mean = pool.mean.clamp(left, right.max(left));
                    for _ in 0..pool.count {
                        here[range.start + place] = mean + shifts[place];
                        place += 1;
                    }
                }
                left = right;
                start = end + 1;
            }
        }
    }
    for (at, x) in levels.order.iter().zip(here) {
        xs[*at as usize] = x;
    }
}

/// Where something would best be, for itself, and how much that matters.
fn wanted(
    heard: [Option<&Pulls>; 2],
    (anchor, mut weight): Anchor,
    place: usize,
    here: &[f64],
) -> Anchor {
    let mut sum = anchor * weight;
    for pull in heard.into_iter().flatten().flat_map(|pulls| pulls.of(place)) {
        let by = f64::from(pull.weight);
        sum += by * (here[pull.other as usize] + pull.offset);
        weight += by;
    }
    if weight == 0.0 {
        weight = 0.01;
        sum = weight * here[place];
    }
    (sum / weight, weight)
}
