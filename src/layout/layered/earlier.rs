//! Keeps a picture like an earlier one: rows, orders and places of what was there already.
//!
//! What to keep of a drawing when its graph changes a little is the mental map of K. Misue, P. Eades,
//! W. Lai, K. Sugiyama, "Layout Adjustment and the Mental Map", Journal of Visual Languages and
//! Computing 6(2), 1995: the order from side to side and from top to bottom, and what is near what.
//! Rows pull what stood in them, orders are taken over, and places stay where distances allow.

use crate::layout::{Direction, Layout, NONE, Point};

use super::levels::Levels;
use super::order::Known;
use super::problem::Problem;
use super::simplex::Arc;

/// How much a row pulls what stood in it, beside an edge's one.
const STAY: i64 = 8;
/// How often the places of what is new are worked out from those of its neighbors.
const ROUNDS: u32 = 8;
/// Middles closer than this, in pixels, are in one row.
const SAME: f64 = 1.0;
/// How firmly places are kept, and those of what is pinned.
const FIRM: f64 = 1e7;
const PINNED: f64 = 1e11;

/// Where something was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Earlier {
    /// Its middle.
    pub middle: Point,
    /// Whether others are to move rather than this.
    pub is_pinned: bool,
}

impl Earlier {
    /// Turns a place so that edges lead down.
    pub(super) fn turned(self, direction: Direction) -> Earlier {
        let Point { x, y } = self.middle;
        let middle = match direction {
            Direction::Down => Point { x, y },
            Direction::Up => Point { x, y: -y },
            Direction::Right => Point { x: y, y: x },
            Direction::Left => Point { x: y, y: -x },
        };
        Earlier { middle, ..self }
    }
}

/// How far things moved, on average and at most, in pixels: what all have in common is no movement.
pub fn movement(earlier: &[Option<Earlier>], layout: &Layout) -> (f64, f64) {
    let pairs = earlier
        .iter()
        .zip(&layout.nodes)
        .filter_map(|(earlier, now)| Some(((*earlier)?.middle, now.middle())));
    distances(pairs).unwrap_or_default()
}

/// Returns the distances of places from those that they were at, on average and at most, but for what
/// all have in common; nothing if there are none.
pub fn distances(pairs: impl Iterator<Item = (Point, Point)>) -> Option<(f64, f64)> {
    let moves: Vec<Point> =
        pairs.map(|(from, to)| Point { x: to.x - from.x, y: to.y - from.y }).collect();
    if moves.is_empty() {
        return None;
    }
    let middle = |of: fn(&Point) -> f64| {
        let mut all: Vec<f64> = moves.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    let (x, y) = (middle(|by| by.x), middle(|by| by.y));
    let lengths = moves.iter().map(|by| ((by.x - x).powi(2) + (by.y - y).powi(2)).sqrt());
    let most = lengths.clone().fold(0.0, f64::max);
    Some((lengths.sum::<f64>() / moves.len() as f64, most))
}

/// Returns the row that each node stood in, counted from the top.
pub fn rows(problem: &Problem) -> Vec<u32> {
    let mut rows = vec![NONE; problem.nodes.len()];
    let mut known: Vec<(f64, u32)> = problem
        .nodes
        .iter()
        .enumerate()
        .filter_map(|(at, node)| Some((node.earlier?.middle.y, at as u32)))
        .collect();
    known.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut row = 0;
    for (place, (y, at)) in known.iter().enumerate() {
        if place > 0 && y - known[place - 1].0 > SAME {
            row += 1;
        }
        rows[*at as usize] = row;
    }
    rows
}

/// Adds arcs that pull nodes to the rows that they stood in; `next` is the first variable that is
/// free. Returns the next one after those that were added.
pub fn stay(rows: &[u32], mut next: u32, arcs: &mut Vec<Arc>) -> u32 {
    let Some(last) = rows.iter().copied().filter(|row| *row != NONE).max() else { return next };
    let first = next;
    next += last + 1;
    for row in 0..last {
        arcs.push(Arc { tail: first + row, head: first + row + 1, length: 1, weight: 1 });
    }
    for (at, row) in rows.iter().enumerate().filter(|(_, row)| **row != NONE) {
        for head in [at as u32, first + row] {
            arcs.push(Arc { tail: next, head, length: 0, weight: STAY });
        }
        next += 1;
    }
    next
}

/// Returns where, from side to side, everything on levels is to be: where it was, or else between
/// what its lines lead to.
pub fn targets(problem: &Problem, levels: &Levels) -> Vec<f64> {
    let known = |at: usize| problem.nodes.get(at).and_then(|node| node.earlier);
    let all = problem.nodes.iter().filter_map(|node| node.earlier);
    let count = all.clone().count().max(1) as f64;
    let middle = all.map(|earlier| earlier.middle.x).sum::<f64>() / count;
    let mut xs: Vec<f64> =
        (0..levels.level.len()).map(|at| known(at).map_or(middle, |own| own.middle.x)).collect();
    for round in 0..ROUNDS * 2 {
        // Down and up again, so that what is known comes along long lines.
        for step in 0..levels.count() {
            let level = if round % 2 == 0 { step } else { levels.count() - 1 - step };
            for at in &levels.order[levels.range(level)] {
                if known(*at as usize).is_some() {
                    continue;
                }
                let above = levels.above(*at).iter().map(|s| levels.segments[*s as usize].upper);
                let below = levels.below(*at).iter().map(|s| levels.segments[*s as usize].lower);
                let (mut sum, mut count) = (0.0, 0.0);
                for other in above.chain(below) {
                    sum += xs[other as usize];
                    count += 1.0;
                }
                if count > 0.0 {
                    xs[*at as usize] = sum / count;
                }
            }
        }
    }
    xs
}

/// Returns what keeps its order on levels.
pub fn known(problem: &Problem, levels: &Levels) -> Known {
    let is_known = problem.nodes.iter().map(|node| node.earlier.is_some()).collect();
    Known { targets: targets(problem, levels), is_known }
}

/// Returns the places that are to be kept, and how firmly.
pub fn anchors(problem: &Problem, count: usize) -> Vec<(f64, f64)> {
    let mut anchors = vec![(0.0, 0.0); count];
    for (anchor, node) in anchors.iter_mut().zip(&problem.nodes) {
        if let Some(Earlier { middle, is_pinned }) = node.earlier {
            *anchor = (middle.x, if is_pinned { PINNED } else { FIRM });
        }
    }
    anchors
}
