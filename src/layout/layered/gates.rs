//! The gates of lines: what is free on a level, beside what stands there, and between levels.

use crate::layout::{Direction, NONE};

use super::block::Block;
use super::boxes;
use super::curves::Gate;
use super::levels::Kind;

/// How far lines stay away from the borders of frames, in pixels.
const CLEAR: f64 = 3.0;
/// How far a line goes aside at most for the title of a frame that it goes into.
const DETOUR: f64 = 16.0;

/// The room between neighbors on a level; lines side by side share theirs.
pub fn free(block: &Block, at: u32, edge_gap: f64) -> (f64, f64) {
    let levels = &block.levels;
    let range = levels.range(levels.level[at as usize] as usize);
    let all = &levels.order[range];
    let place = levels.place[at as usize] as usize;
    let x = block.xs[at as usize];
    let side = |other: Option<&u32>, sign: f64| {
        let Some(other) = other else {
            return if sign < 0.0 { block.low } else { block.low + block.size.width };
        };
        let other_x = block.xs[*other as usize];
        match levels.kind[*other as usize] {
            Kind::Line => f64::midpoint(x, other_x),
            Kind::Node if !block.is_member(*other) => f64::midpoint(x, other_x),
            _ => {
                let border = other_x - sign * block.extents.width[*other as usize] / 2.0;
                border - sign * (edge_gap / 3.0).min((border - x).abs() / 2.0)
            }
        }
    };
    let left = place.checked_sub(1).and_then(|place| all.get(place));
    (side(left, -1.0), side(all.get(place + 1), 1.0))
}

/// The bounds of a line between two levels: frames on both that hold neither of its ends.
pub fn room(block: &Block, at: u32, other: Option<u32>) -> (f64, f64) {
    let whole = (block.low - 2.0, block.low + block.size.width + 2.0);
    let levels = &block.levels;
    let Some(other) = other.filter(|_| !levels.spans.is_empty()) else { return whole };
    let other_level = levels.level[other as usize];
    bounds(block, at, |side, is_left, frame| {
        side == usize::from(is_left)
            && levels.spans[frame as usize].contains(other_level)
            && !levels.is_within(at, frame)
            && !levels.is_within(other, frame)
    })
}

/// The bounds of a line within a frame, or within none, on a level: its borders, and frames that do
/// not hold what the line belongs to.
fn within(block: &Block, at: u32, around: u32) -> (f64, f64) {
    let levels = &block.levels;
    bounds(block, at, |side, is_left, frame| {
        let is_foreign = side == usize::from(is_left) && !levels.is_within(at, frame);
        is_foreign || frame == around
    })
}

/// The places of the nearest borders on a level that are to bound something. `is_bound` is told which
/// border one is, whether it is left of what is bounded, and its frame.
fn bounds(block: &Block, at: u32, is_bound: impl Fn(usize, bool, u32) -> bool) -> (f64, f64) {
    let levels = &block.levels;
    let line = &levels.order[levels.range(levels.level[at as usize] as usize)];
    let place = levels.place[at as usize] as usize;
    let is_bound = |border: u32, is_left: bool| {
        boxes::side(levels, border).is_some_and(|(side, frame)| is_bound(side, is_left, frame))
    };
    let left = line[..place].iter().rev().find(|border| is_bound(**border, true));
    let right = line[place + 1..].iter().find(|border| is_bound(**border, false));
    let x = |border: &u32, by: f64| block.xs[*border as usize] + by;
    (
        left.map_or(block.low - 2.0, |border| x(border, CLEAR)),
        right.map_or(block.low + block.size.width + 2.0, |border| x(border, -CLEAR)),
    )
}

/// Appends the gates of a line above its level's band, or below it, from top to bottom: through the
/// borders of frames that start or end there, beside their titles where that is near. `room` bounds
/// them on their way to the next level.
pub fn append(
    block: &Block,
    at: u32,
    (x, room): (f64, (f64, f64)),
    is_above: bool,
    title: (Direction, impl Fn(u32) -> (f64, f64)),
    gates: &mut Vec<Gate>,
) {
    let levels = &block.levels;
    if levels.spans.is_empty() {
        return;
    }
    let level = levels.level[at as usize];
    let (zone, band) = (block.zones[level as usize], block.bands[level as usize]);
    // From the outside to the inside; heights are counted from there.
    let (outer, inner) = if is_above { (zone.0, band.0) } else { (-zone.1, -band.1) };
    if inner - outer <= 0.0 {
        return;
    }
    let mut frames = Vec::new();
    let mut frame = levels.frame_of(at);
    while frame != NONE {
        let span = &levels.spans[frame as usize];
        if (if is_above { span.first } else { span.last }) != level {
            break;
        }
        frames.push(frame);
        frame = span.parent;
    }
    let first = gates.len();
    let mut push = |start: f64, end: f64, (low, high): (f64, f64)| {
        if end > start {
            let (start, end) = if is_above { (start, end) } else { (-end, -start) };
            let x = x.max(low).min(high.max(low));
            gates.push(Gate { x, low, high, reach: f64::INFINITY, start, end, rooms: [room; 2] });
        }
    };
    let (direction, title) = title;
    let has_title =
        matches!((direction, is_above), (Direction::Down, true) | (Direction::Up, false));
    let mut y = outer;
    let mut bounds = within(block, at, frame);
    for frame in frames.into_iter().rev() {
        let (top, bottom) = block.frame_rows(frame as usize);
        // What is less tall than the band has its border within that, where the line is bounded.
        let border = if is_above { top } else { -bottom }.min(inner);
        push(y, border, bounds);
        y = border;
        bounds = within(block, at, frame);
        let (width, height) = title(block.problem.frames[frame as usize].item);
        let left =
            block.xs[levels.spans[frame as usize].borders(level)[0] as usize] + width + CLEAR;
        if has_title && x < left && left < (x + DETOUR).min(bounds.1 - CLEAR) {
            let end = (y + height).min(inner);
            push(y, end, (left, bounds.1));
            y = end;
        }
    }
    push(y, inner, bounds);
    if !is_above {
        gates[first..].reverse();
    }
}
