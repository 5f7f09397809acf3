//! Horizontal places: first by alignment, then by the network simplex method.
//!
//! The second is the method of Gansner, Koutsofios, North and Vo 1993, section 4.2: each piece of a
//! line has a variable of its own at its left end, and long lines weigh more, so that they become
//! straight. It starts from the first, so that it may stop at any time.

use crate::layout::NONE;

use super::align;
use super::block::Block;
use super::boxes::{self, Distances};
use super::earlier;
use super::levels::{Kind, Levels, Segment};
use super::problem::{Gaps, Pin, Problem};
use super::relax::{self, Anchor, Field};
use super::simplex::{self, Arc};

/// Units of a pixel in which the second method counts.
const UNITS: f64 = 4.0;

/// Larger blocks are not given to the second method.
const MOST: usize = 3000;
/// Larger blocks are not aligned first.
const HUGE: usize = 300_000;
/// How often all levels are gone through.
const ROUNDS: u32 = 24;
/// How often frames are fitted to what is in them.
const FITS: u32 = 4;
/// How upright borders are while they may still lean, and how narrow frames are drawn.
const BORDER: i64 = 16;
const NARROW: i64 = 1;
/// How much a member stays where it is, and a port goes where its line goes on.
const FIRM: f64 = 1e6;
const PULL: f64 = 2.0;
/// How much wider a large picture may be than its widest level, and what is large.
const SLACK: f64 = 1.15;
const SMALL: f64 = 1000.0;

/// What placing needs to know of the things on levels.
#[derive(Debug, Default)]
pub struct Extents {
    /// How wide each is.
    pub width: Vec<f64>,
    /// Where each segment leaves its upper end, from the center of that.
    pub upper: Vec<f64>,
    /// Where each segment reaches its lower end.
    pub lower: Vec<f64>,
}

/// Returns the distance of each of [`Levels::order`] from the one before it.
pub fn apart(problem: &Problem, levels: &Levels, extents: &Extents, gaps: Gaps) -> Vec<f64> {
    let mut apart = vec![0.0; levels.order.len()];
    let is_member = |at: u32| {
        levels.kind[at as usize] == Kind::Node && problem.nodes[at as usize].pin == Pin::Free
    };
    for level in 0..levels.count() {
        let range = levels.range(level);
        for (step, pair) in levels.order[range.clone()].windows(2).enumerate() {
            let [left, right] = [pair[0], pair[1]];
            let insets = |frame: u32| problem.frames[frame as usize].insets;
            let gap = match [left, right].map(|at| boxes::side(levels, at)) {
                [Some((0, frame)), Some((1, _))] => insets(frame).left + insets(frame).right,
                [Some((0, frame)), _] => insets(frame).left,
                [_, Some((1, frame))] => insets(frame).right,
                [a, b] => {
                    let are_boxes =
                        (a.is_some() || is_member(left)) && (b.is_some() || is_member(right));
                    if are_boxes { gaps.node } else { gaps.edge }
                }
            };
            let widths = extents.width[left as usize] + extents.width[right as usize];
            apart[range.start + step + 1] = widths / 2.0 + gap;
        }
    }
    apart
}

/// Returns the centers of all that stands on levels.
pub fn place(
    problem: &Problem,
    levels: &Levels,
    extents: &Extents,
    gaps: Gaps,
    is_bounded: bool,
    effort: &mut u64,
) -> (Vec<f64>, bool) {
    let apart = apart(problem, levels, extents, gaps);
    let count = levels.level.len();
    let is_kept = problem.has_earlier();
    let mut xs = match (is_kept, count > HUGE) {
        (true, _) => earlier::targets(problem, levels),
        (_, true) => in_a_row(levels, &apart),
        (_, false) => align::align(levels, &apart),
    };
    let anchors = if is_kept { earlier::anchors(problem, count) } else { Vec::new() };
    let weights = weights(problem, levels);
    let narrowest = narrowest(levels, extents, &apart);
    let has_frames = !problem.frames.is_empty();
    let is_bounded = is_bounded && narrowest > SMALL && !has_frames && !is_kept;
    let width = if is_bounded { narrowest * SLACK } else { f64::INFINITY };
    let middle = f64::midpoint(
        xs.iter().copied().fold(f64::INFINITY, f64::min),
        xs.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    );
    let bounds = (middle - width / 2.0, middle + width / 2.0);
    let mut field =
        Field { levels, extents, apart: &apart, weights: &weights, fixes_borders: false };
    relax::relax(&field, &anchors, bounds, ROUNDS, &mut xs);
    let mut distances = Distances::default();
    if has_frames {
        distances = Distances::new(levels, &problem.frames, &apart);
        distances.keep(levels, &mut xs);
        field.fixes_borders = true;
        for _ in 0..FITS {
            boxes::tighten(levels, &problem.frames, &apart, &mut xs);
            relax::relax(&field, &anchors, bounds, ROUNDS / 4, &mut xs);
        }
        boxes::tighten(levels, &problem.frames, &apart, &mut xs);
    }
    let size = count + levels.segments.len();
    if is_kept {
        return (xs, true);
    }
    if size > MOST || *effort < 20 * size as u64 {
        return (xs, *effort >= 20 * size as u64);
    }
    let mut values = vec![0i64; size];
    let mut arcs = Vec::with_capacity(count + 2 * levels.segments.len());
    let units = |length: f64| (length * UNITS).ceil() as i64;
    if has_frames {
        for (at, x) in xs.iter().enumerate() {
            values[at] = (x * UNITS).round() as i64;
        }
        for at in &distances.sorted {
            for (other, length) in distances.from(*at) {
                let least = values[*at as usize] + units(length);
                values[other as usize] = values[other as usize].max(least);
            }
        }
        let arc = |(tail, head, length): &(u32, u32, f64)| Arc {
            tail: *tail,
            head: *head,
            length: units(*length),
            weight: 0,
        };
        arcs.extend(distances.arcs.iter().map(arc));
        arcs.extend(levels.spans.iter().map(|span| {
            let [tail, head] = span.borders(span.first);
            Arc { tail, head, length: 0, weight: NARROW }
        }));
    } else {
        bound(levels, extents, &apart, &xs, width, &mut values, &mut arcs);
    }
    for (place, segment) in levels.segments.iter().enumerate() {
        if segment.link == NONE {
            continue;
        }
        let tail = (count + place) as u32;
        let ends = [(segment.upper, extents.upper[place]), (segment.lower, extents.lower[place])];
        let weight = weights[place];
        let ends = ends.map(|(head, offset)| (head, -(offset * UNITS).round() as i64));
        values[tail as usize] =
            ends.iter().map(|(head, length)| values[*head as usize] - length).min().unwrap_or(0);
        for (head, length) in ends {
            arcs.push(Arc { tail, head, length, weight });
        }
    }
    let is_best = simplex::solve(&arcs, &mut values, true, effort);
    let x = |at: usize| values[at] as f64 / UNITS;
    if has_frames {
        return (distances.variable.iter().map(|at| x(*at as usize)).collect(), is_best);
    }
    ((0..count).map(x).collect(), is_best)
}

/// Adds the distances of neighbors on levels, and of all from the borders of the picture if it has a
/// `width`; the values are made to keep them.
fn bound(
    levels: &Levels,
    extents: &Extents,
    apart: &[f64],
    xs: &[f64],
    width: f64,
    values: &mut Vec<i64>,
    arcs: &mut Vec<Arc>,
) {
    let size = values.len();
    let borders = width.is_finite().then(|| {
        values.extend([i64::MAX, i64::MIN]);
        (size as u32, size as u32 + 1)
    });
    for level in 0..levels.count() {
        let range = levels.range(level);
        for place in range.clone() {
            let at = levels.order[place];
            let mut value = (xs[at as usize] * UNITS).round() as i64;
            if place > range.start {
                let tail = levels.order[place - 1];
                let length = (apart[place] * UNITS).ceil() as i64;
                value = value.max(values[tail as usize] + length);
                arcs.push(Arc { tail, head: at, length, weight: 0 });
            }
            values[at as usize] = value;
            let half = (extents.width[at as usize] / 2.0 * UNITS).ceil() as i64;
            if let Some((left, right)) = borders {
                let [low, high] = [left, right].map(|border| border as usize);
                values[low] = values[low].min(value - half);
                values[high] = values[high].max(value + half);
                if place == range.start {
                    arcs.push(Arc { tail: left, head: at, length: half, weight: 0 });
                }
                if place + 1 == range.end {
                    arcs.push(Arc { tail: at, head: right, length: half, weight: 0 });
                }
            }
        }
    }
    if let Some((left, right)) = borders {
        // What is as wide as this stays as wide: rounding may have made it a little wider.
        let most = values[right as usize] - values[left as usize];
        let length = -most.max((width * UNITS).ceil() as i64);
        arcs.push(Arc { tail: right, head: left, length, weight: 0 });
    }
}

/// Returns the centers of all with nothing but the least distances, each level in the middle.
fn in_a_row(levels: &Levels, apart: &[f64]) -> Vec<f64> {
    let mut xs = vec![0.0; levels.level.len()];
    for level in 0..levels.count() {
        let range = levels.range(level);
        let mut x = -apart[range.clone()].iter().sum::<f64>() / 2.0;
        for place in range {
            x += apart[place];
            xs[levels.order[place] as usize] = x;
        }
    }
    xs
}

/// Draws lines and ports towards where lines go on outside; members stay. `wanted` holds ports.
pub fn nudge(block: &mut Block, gaps: Gaps, wanted: &[(u32, f64)]) {
    let apart = apart(&block.problem, &block.levels, &block.extents, gaps);
    let weights = weights(&block.problem, &block.levels);
    let anchors = block.xs.iter().enumerate();
    let is_firm = |at: usize| block.is_member(at as u32) || block.levels.kind[at] == Kind::Border;
    let mut anchors: Vec<Anchor> =
        anchors.map(|(at, x)| (*x, if is_firm(at) { FIRM } else { 0.0 })).collect();
    for (port, x) in wanted {
        anchors[*port as usize] = (*x, PULL);
    }
    let bounds = (block.low, block.low + block.size.width);
    let (levels, extents) = (&block.levels, &block.extents);
    let field = Field { levels, extents, apart: &apart, weights: &weights, fixes_borders: true };
    relax::relax(&field, &anchors, bounds, ROUNDS / 2, &mut block.xs);
}

fn weights(problem: &Problem, levels: &Levels) -> Vec<i64> {
    let weight = |segment: &Segment| {
        if segment.link == NONE {
            return BORDER;
        }
        weight(levels, segment.upper, segment.lower) * problem.links[segment.link as usize].weight
    };
    levels.segments.iter().map(weight).collect()
}

/// Returns the width of the widest level with nothing but the least distances.
fn narrowest(levels: &Levels, extents: &Extents, apart: &[f64]) -> f64 {
    (0..levels.count()).fold(0.0, |most: f64, level| {
        let range = levels.range(level);
        let ends = [range.start, range.end - 1].map(|place| levels.order[place] as usize);
        let half = ends.iter().map(|at| extents.width[*at] / 2.0).sum::<f64>();
        most.max(apart[range].iter().sum::<f64>() + half)
    })
}

/// How much a piece of a line is to be upright: most within long lines.
fn weight(levels: &Levels, upper: u32, lower: u32) -> i64 {
    let is_node = |at: u32| levels.kind[at as usize] == Kind::Node;
    match (is_node(upper), is_node(lower)) {
        (true, true) => 1,
        (false, false) => 8,
        _ => 2,
    }
}
