//! Gives each node its row, so that edges lead down and are short.
//!
//! Network simplex as in Gansner, Koutsofios, North and Vo 1993, section 2, which starts from the
//! longest paths, made tight; then nodes that could stand in several rows go where there is most
//! room. Frames hold their members between two numbers of their own, as in G. Sander, "Layout of
//! Compound Directed Graphs", Saarbrücken 1996. Knows no order within rows.

use crate::layout::NONE;

use super::aspect::{self, Shape};
use super::cycles::{self, Way};
use super::earlier;
use super::problem::{Gaps, Link, Pin, Problem};
use super::simplex::{self, Arc};

/// How much a frame pulls its first and its last row together, beside an edge's one.
const COMPACT: i64 = 1;

/// The row of each node.
#[derive(Debug)]
pub struct Rows {
    /// Ports in the upper border, if any, are in row 0; those in the lower border in the last one.
    pub row: Vec<u32>,
    /// How many there are.
    pub count: u32,
}

/// Gives each node its row.
pub fn assign(problem: &Problem, gaps: Gaps, shape: Option<Shape>, effort: &mut u64) -> Rows {
    let has = |pin| problem.nodes.iter().any(|node| node.pin == pin);
    let members = natural(problem, effort);
    let mut rows = members;
    if let Some(shape) = shape.filter(|_| !problem.has_earlier()) {
        aspect::reshape(problem, gaps, shape, &mut rows);
    }
    close_gaps(problem, &mut rows);
    let count = 1 + problem
        .nodes
        .iter()
        .zip(&rows)
        .fold(
            None,
            |most: Option<u32>, (node, row)| {
                if node.pin == Pin::Free { most.max(Some(*row)) } else { most }
            },
        )
        .unwrap_or(0);
    let above = u32::from(has(Pin::Top));
    let row = problem.nodes.iter().zip(&rows).map(|(node, row)| match node.pin {
        Pin::Free => row + above,
        Pin::Top => 0,
        Pin::Bottom => count + above,
    });
    Rows { row: row.collect(), count: count + above + u32::from(has(Pin::Bottom)) }
}

/// The rows of least total edge length, of members only.
fn natural(problem: &Problem, effort: &mut u64) -> Vec<u32> {
    let count = problem.nodes.len();
    let is_free = |at: u32| problem.nodes[at as usize].pin == Pin::Free;
    let stood = earlier::rows(problem);
    // What led up, or stayed in its row, may do so again.
    let may_lead_up = |link: &&Link| {
        let [source, target] = [link.source, link.target].map(|at| stood[at as usize]);
        source != NONE && target != NONE && source >= target
    };
    let inner: Vec<Way> = problem
        .links
        .iter()
        .filter(|link| is_free(link.source) && is_free(link.target) && !may_lead_up(link))
        .map(|link| Way { source: link.source, target: link.target, weight: link.weight })
        .collect();
    let turned = cycles::reversed(count, &inner);
    let mut arcs: Vec<Arc> = Vec::with_capacity(problem.links.len());
    for (way, is_turned) in inner.iter().zip(turned) {
        let (tail, head) =
            if is_turned { (way.target, way.source) } else { (way.source, way.target) };
        arcs.push(Arc { tail, head, length: 1, weight: way.weight });
    }
    let (top, bottom) = (count as u32, count as u32 + 1);
    let mut total = count;
    if problem.nodes.iter().any(|node| node.pin != Pin::Free) {
        total += 2;
        for (at, node) in problem.nodes.iter().enumerate() {
            let at = at as u32;
            if node.pin == Pin::Free {
                arcs.push(Arc { tail: top, head: at, length: 1, weight: 0 });
                arcs.push(Arc { tail: at, head: bottom, length: 1, weight: 0 });
            } else {
                // Ports are not ranked; they hang somewhere.
                arcs.push(Arc { tail: top, head: at, length: 1, weight: 0 });
            }
        }
        for link in &problem.links {
            for (port, member) in [(link.source, link.target), (link.target, link.source)] {
                let weight = link.weight;
                match (problem.nodes[port as usize].pin, is_free(member)) {
                    (Pin::Top, true) => {
                        arcs.push(Arc { tail: top, head: member, length: 1, weight });
                    }
                    (Pin::Bottom, true) => {
                        arcs.push(Arc { tail: member, head: bottom, length: 1, weight });
                    }
                    _ => {}
                }
            }
        }
    }
    let first = total as u32;
    let ends = |frame: u32| (first + 2 * frame, first + 2 * frame + 1);
    total += 2 * problem.frames.len();
    let mut hold = |frame: u32, low: u32, high: u32| {
        if frame != NONE {
            let (top, bottom) = ends(frame);
            arcs.push(Arc { tail: top, head: low, length: 0, weight: 0 });
            arcs.push(Arc { tail: high, head: bottom, length: 0, weight: 0 });
        }
    };
    for (at, node) in problem.nodes.iter().enumerate() {
        hold(node.frame, at as u32, at as u32);
    }
    for (at, frame) in problem.frames.iter().enumerate() {
        let (top, bottom) = ends(at as u32);
        hold(frame.parent, top, bottom);
    }
    for at in 0..problem.frames.len() as u32 {
        let (tail, head) = ends(at);
        arcs.push(Arc { tail, head, length: 0, weight: COMPACT });
    }
    let total = earlier::stay(&stood, total as u32, &mut arcs) as usize;
    let mut rows = simplex::longest_paths(total, &arcs);
    simplex::solve(&arcs, &mut rows, false, effort);
    if !problem.has_earlier() {
        balance(problem, &arcs, &mut rows);
    }
    let least = rows[..count].iter().zip(&problem.nodes);
    let least = least.filter(|(_, node)| node.pin == Pin::Free).map(|(row, _)| *row).min();
    let least = least.unwrap_or(0);
    rows[..count].iter().map(|row| (row - least).max(0) as u32).collect()
}

/// Moves nodes whose edges would be as long in several rows to the row with the most room.
fn balance(problem: &Problem, arcs: &[Arc], rows: &mut [i64]) {
    let least = rows.iter().copied().min().unwrap_or(0);
    for row in rows.iter_mut() {
        *row -= least;
    }
    let most = rows.iter().copied().max().unwrap_or(0);
    let mut widths = vec![0.0; most as usize + 1];
    for (at, node) in problem.nodes.iter().enumerate() {
        if node.pin == Pin::Free {
            widths[rows[at] as usize] += node.size.width;
        }
    }
    let count = problem.nodes.len();
    let total = rows.len();
    let mut balance = vec![0i64; total];
    for arc in arcs {
        balance[arc.tail as usize] += arc.weight;
        balance[arc.head as usize] -= arc.weight;
    }
    let mut starts = vec![0usize; total + 1];
    for arc in arcs {
        starts[arc.tail as usize + 1] += 1;
        starts[arc.head as usize + 1] += 1;
    }
    for at in 0..total {
        starts[at + 1] += starts[at];
    }
    let mut next = starts.clone();
    let mut ends = vec![(0u32, false, 0i64); starts[total]];
    for arc in arcs {
        ends[next[arc.tail as usize]] = (arc.head, true, arc.length);
        next[arc.tail as usize] += 1;
        ends[next[arc.head as usize]] = (arc.tail, false, arc.length);
        next[arc.head as usize] += 1;
    }
    for at in 0..count {
        let around = &ends[starts[at]..starts[at + 1]];
        if balance[at] != 0 || around.is_empty() || problem.nodes[at].pin != Pin::Free {
            continue;
        }
        let (mut first, mut last) = (i64::MIN, i64::MAX);
        for (other, is_below, length) in around {
            let row = rows[*other as usize];
            if *is_below { last = last.min(row - length) } else { first = first.max(row + length) }
        }
        if first == i64::MIN || last == i64::MAX {
            continue;
        }
        let width = problem.nodes[at].size.width;
        let mut best = rows[at];
        for row in first..=last {
            if widths[row as usize] + width < widths[best as usize] {
                widths[best as usize] -= width;
                widths[row as usize] += width;
                best = row;
            }
        }
        rows[at] = best;
    }
}

/// Takes out rows that hold no member.
fn close_gaps(problem: &Problem, rows: &mut [u32]) {
    let last = rows.iter().copied().max().unwrap_or(0) as usize;
    let mut number = vec![0u32; last + 1];
    for (node, row) in problem.nodes.iter().zip(&*rows) {
        if node.pin == Pin::Free {
            number[*row as usize] = 1;
        }
    }
    let mut next = 0;
    for slot in &mut number {
        let is_used = *slot == 1;
        *slot = next;
        next += u32::from(is_used);
    }
    for row in rows.iter_mut() {
        *row = number[*row as usize];
    }
}
