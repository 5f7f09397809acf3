//! First horizontal places: long lines straight, all else near the median of its neighbors.
//!
//! After U. Brandes, B. Köpf, "Fast and Simple Horizontal Coordinate Assignment", Graph Drawing
//! 2001 (LNCS 2265, 2002): four alignments, from above and below and to the left and right, and the
//! mean of the middle two. Blocks are placed by longest paths over all of them and then drawn
//! together, so that the classes of the original, and with them the flaw that the erratum of 2020
//! (U. Brandes, J. Walter, J. Zink, arXiv:2008.01252) mends, do not arise.

use super::levels::{Kind, Levels};

const NONE: u32 = u32::MAX;

/// Returns the centers of all that stands on levels, at least `apart` from what is left of it.
///
/// `apart` holds for each of [`Levels::order`] its distance from the one before it on its level.
pub fn align(levels: &Levels, apart: &[f64]) -> Vec<f64> {
    let count = levels.level.len();
    let conflicts = conflicts(levels);
    let mut all: Vec<Vec<f64>> = Vec::with_capacity(4);
    for is_down in [true, false] {
        for is_left in [true, false] {
            let root = blocks(levels, &conflicts, is_down, is_left);
            all.push(compact(levels, apart, &root, is_left));
        }
    }
    // All four are moved to the narrowest: left ones by their left borders, right ones by the right.
    let bounds = |xs: &[f64]| {
        xs.iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(*x), high.max(*x)))
    };
    let extents: Vec<(f64, f64)> = all.iter().map(|xs| bounds(xs)).collect();
    let narrowest = (0..4)
        .min_by(|a, b| (extents[*a].1 - extents[*a].0).total_cmp(&(extents[*b].1 - extents[*b].0)));
    let (low, high) = extents[narrowest.unwrap_or(0)];
    for (at, xs) in all.iter_mut().enumerate() {
        let by = if at % 2 == 0 { low - extents[at].0 } else { high - extents[at].1 };
        xs.iter_mut().for_each(|x| *x += by);
    }
    (0..count)
        .map(|at| {
            let mut four = [all[0][at], all[1][at], all[2][at], all[3][at]];
            four.sort_by(f64::total_cmp);
            (four[1] + four[2]) / 2.0
        })
        .collect()
}

/// Marks segments that cross a piece of a long line, which is to be straight.
fn conflicts(levels: &Levels) -> Vec<bool> {
    let mut is_marked = vec![false; levels.segments.len()];
    let is_line =
        |at: u32| matches!(levels.kind[at as usize], Kind::Line | Kind::Label | Kind::Border);
    for level in 1..levels.count() {
        let upper_width = levels.range(level - 1).len() as u32;
        let lower = &levels.order[levels.range(level)];
        let mut before = 0;
        let mut first = 0;
        for (place, at) in lower.iter().enumerate() {
            let inner = levels.above(*at).iter().map(|s| levels.segments[*s as usize].upper);
            let inner = inner.rev().find(|upper| is_line(*at) && is_line(*upper));
            if inner.is_none() && place + 1 < lower.len() {
                continue;
            }
            let limit = inner.map_or(upper_width, |upper| levels.place[upper as usize]);
            for between in &lower[first..=place] {
                for segment in levels.above(*between) {
                    let upper = levels.segments[*segment as usize].upper;
                    let other = levels.place[upper as usize];
                    let is_inner = is_line(*between) && is_line(upper);
                    if !is_inner && (other < before || other > limit) {
                        is_marked[*segment as usize] = true;
                    }
                }
            }
            first = place;
            before = limit;
        }
    }
    is_marked
}

/// Aligns each with a median neighbor where that crosses no other alignment. Returns what each is
/// aligned with, by one of them.
fn blocks(levels: &Levels, conflicts: &[bool], is_down: bool, is_left: bool) -> Vec<u32> {
    let count = levels.level.len();
    let mut root: Vec<u32> = (0..count as u32).collect();
    let mut is_taken = vec![false; count];
    let mut around: Vec<(u32, u32, bool)> = Vec::new();
    let depth = levels.count();
    for step in 1..depth {
        let level = if is_down { step } else { depth - 1 - step };
        let range = levels.range(level);
        let mut reached: i64 = if is_left { -1 } else { i64::from(NONE) };
        for step in 0..range.len() {
            let place = if is_left { range.start + step } else { range.end - 1 - step };
            let at = levels.order[place];
            let segments = if is_down { levels.above(at) } else { levels.below(at) };
            if segments.is_empty() {
                continue;
            }
            around.clear();
            around.extend(segments.iter().map(|segment| {
                let ends = &levels.segments[*segment as usize];
                let other = if is_down { ends.upper } else { ends.lower };
                (levels.place[other as usize], other, conflicts[*segment as usize])
            }));
            around.sort_unstable();
            let (low, high) = ((around.len() - 1) / 2, around.len() / 2);
            let medians = if is_left { [low, high] } else { [high, low] };
            for median in medians {
                let (place, other, is_marked) = around[median];
                let place = i64::from(place);
                let is_free = if is_left { reached < place } else { place < reached };
                if !is_marked && is_free && !is_taken[other as usize] {
                    is_taken[other as usize] = true;
                    root[at as usize] = root[other as usize];
                    reached = place;
                    break;
                }
            }
        }
    }
    root
}

/// Places blocks as far to one side as they go, then back towards what is beyond them.
fn compact(levels: &Levels, apart: &[f64], root: &[u32], is_left: bool) -> Vec<f64> {
    let count = levels.level.len();
    // Pairs of blocks that are neighbors on a level: from the left one to the right one.
    let mut starts = vec![0u32; count + 1];
    let mut waits = vec![0u32; count];
    let pairs = |visit: &mut dyn FnMut(u32, u32, f64)| {
        for level in 0..levels.count() {
            let range = levels.range(level);
            for place in range.start + 1..range.end {
                let apart = apart[place];
                let [left, right] =
                    [place - 1, place].map(|place| root[levels.order[place] as usize]);
                if is_left { visit(left, right, apart) } else { visit(right, left, apart) }
            }
        }
    };
    pairs(&mut |from, to, _| {
        starts[from as usize + 1] += 1;
        waits[to as usize] += 1;
    });
    for at in 0..count {
        starts[at + 1] += starts[at];
    }
    let mut next = starts.clone();
    let mut ends = vec![(0u32, 0.0); starts[count] as usize];
    pairs(&mut |from, to, apart| {
        ends[next[from as usize] as usize] = (to, apart);
        next[from as usize] += 1;
    });
    let mut xs = vec![0.0f64; count];
    let mut sorted: Vec<u32> = (0..count as u32)
        .filter(|at| root[*at as usize] == *at && waits[*at as usize] == 0)
        .collect();
    let mut done = 0;
    while done < sorted.len() {
        let at = sorted[done] as usize;
        done += 1;
        for (to, apart) in &ends[starts[at] as usize..starts[at + 1] as usize] {
            let to_at = *to as usize;
            xs[to_at] = xs[to_at].max(xs[at] + apart);
            waits[to_at] -= 1;
            if waits[to_at] == 0 {
                sorted.push(*to);
            }
        }
    }
    for at in sorted.iter().rev() {
        let at = *at as usize;
        let beyond = ends[starts[at] as usize..starts[at + 1] as usize].iter();
        let least =
            beyond.fold(f64::INFINITY, |least, (to, apart)| least.min(xs[*to as usize] - apart));
        if least.is_finite() && least > xs[at] {
            xs[at] = least;
        }
    }
    let sign = if is_left { 1.0 } else { -1.0 };
    (0..count).map(|at| sign * xs[root[at] as usize]).collect()
}
