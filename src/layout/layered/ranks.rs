//! Gives each node its row, so that edges lead down and are short.
//!
//! Network simplex as in Gansner, Koutsofios, North and Vo 1993, section 2, which starts from the
//! longest paths, made tight; then nodes that could stand in several rows go where there is most
//! room. Rows that would make the picture too wide are split, first what has more edges from above
//! than to below, in the spirit of N. S. Nikolov, A. Tarassov, J. Branke, "In Search for Efficient
//! Heuristics for Minimum-Width Graph Layering with Consideration of Dummy Nodes", ACM Journal of
//! Experimental Algorithmics 10, 2005. Rows of a picture that would be too tall are joined; edges
//! within a row are then turned below it. Frames hold their members between two numbers of their own,
//! as in G. Sander, "Layout of Compound Directed Graphs", Saarbrücken 1996; there the rows stay as
//! edges make them. Knows no order within rows.

use crate::layout::NONE;

use super::cycles::{self, Way};
use super::earlier;
use super::problem::{Gaps, Link, Pin, Problem};
use super::simplex::{self, Arc};
use super::strips;

/// How many rows lines may pass, by nodes and edges, for the sake of a shape; how many in any case,
/// and how many at most.
const PASSING: u64 = 6;
const FEW: u64 = 20_000;
const MANY: u64 = 800_000;
/// A shape is as asked if it is at most so many times wider or taller.
const NEAR: f64 = 1.15;
/// Wide pictures of more nodes are cut into strips.
const LARGE: usize = 300;

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

/// What the rows are to make of the picture.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Width by height.
    pub ratio: f64,
    /// A greater one is made less.
    pub widest: f64,
    /// A lesser one is made greater.
    pub tallest: f64,
    /// Smaller pictures may have any shape.
    pub least: f64,
}

/// Gives each node its row.
pub fn assign(problem: &Problem, gaps: Gaps, shape: Option<Shape>, effort: &mut u64) -> Rows {
    let has = |pin| problem.nodes.iter().any(|node| node.pin == pin);
    let members = natural(problem, effort);
    let mut rows = members;
    if let Some(shape) = shape.filter(|_| problem.frames.is_empty() && !problem.has_earlier()) {
        reshape(problem, gaps, shape, &mut rows);
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

/// How wide and how tall rows are about to be.
#[derive(Debug, Clone, Copy)]
struct Extent {
    width: f64,
    height: f64,
    /// How often lines pass rows.
    passing: u64,
}

impl Extent {
    fn ratio(self) -> f64 {
        self.width / self.height.max(1.0)
    }
}

fn extent(problem: &Problem, gaps: Gaps, rows: &[u32]) -> Extent {
    let count = problem.nodes.len();
    let last = rows.iter().copied().max().unwrap_or(0) as usize;
    let mut widths = vec![0.0; last + 2];
    let mut heights = vec![0.0f64; last + 1];
    // Lines that pass a row: counted where they start to, taken back where they end.
    let mut passing = vec![0i64; last + 2];
    let mut turns = 0;
    for (node, row) in problem.nodes.iter().zip(rows).take(count) {
        if node.pin == Pin::Free {
            widths[*row as usize] += node.size.width + gaps.node;
            heights[*row as usize] = heights[*row as usize].max(node.size.height);
        }
    }
    for link in &problem.links {
        let [a, b] = [link.source, link.target].map(|at| match problem.nodes[at as usize].pin {
            Pin::Free => i64::from(rows[at as usize]),
            Pin::Top => -1,
            Pin::Bottom => last as i64 + 1,
        });
        let (upper, lower) = (a.min(b) + 1, a.max(b));
        if upper < lower {
            passing[upper as usize] += 1;
            passing[lower as usize] -= 1;
        }
        turns += u64::from(a == b);
    }
    let (mut width, mut height, mut lines, mut total) = (0.0f64, 0.0, 0, 0);
    for row in 0..=last {
        lines += passing[row];
        total += lines.max(0) as u64;
        width = width.max(widths[row] + lines as f64 * gaps.edge);
        height += heights[row];
    }
    let labels = problem.links.iter().filter(|link| link.has_label());
    let label = labels.fold(0.0f64, |most, link| most.max(link.label.height));
    Extent { width, height: height + last as f64 * (gaps.rank + label), passing: total + turns }
}

/// Splits or joins rows until the picture has about the shape it is to have.
fn reshape(problem: &Problem, gaps: Gaps, shape: Shape, rows: &mut Vec<u32>) {
    let now = extent(problem, gaps, rows);
    if now.width.max(now.height) < shape.least {
        return;
    }
    let is_wide = now.ratio() > shape.widest;
    if !is_wide && now.ratio() >= shape.tallest {
        return;
    }
    let members = problem.nodes.iter().filter(|node| node.pin == Pin::Free);
    let area: f64 =
        members.map(|node| (node.size.width + gaps.node) * (node.size.height + gaps.rank)).sum();
    let mut choice = Choice { problem, gaps, shape, best: (f64::INFINITY, rows.clone()) };
    choice.offer(rows.clone());
    let line = strips::line(problem);
    if is_wide {
        let count = (now.ratio() / shape.ratio).sqrt().ceil() as u32;
        for count in [count + 1, count, count / 2, count / 4] {
            if count > 1 && problem.nodes.len() > LARGE {
                choice.offer(strips::cut(problem, rows, &line, count));
            }
        }
        if now.passing > most(problem) {
            *rows = choice.best.1;
            return;
        }
    }
    // Wider rows make wider pictures: the width is found by halving steps.
    let mut by_row = line.clone();
    by_row.sort_by_key(|at| (rows[*at as usize], *at));
    let orders: &[&[u32]] = if is_wide { &[&by_row] } else { &[&by_row, &line] };
    for order in orders {
        let mut width = (area * shape.ratio).sqrt();
        let mut step = 2.0;
        for _ in 0..10 {
            let tried = if is_wide {
                split(problem, gaps, rows, width)
            } else {
                join(problem, gaps, rows, order, width)
            };
            let extent = choice.offer(tried);
            width = if extent.ratio() > shape.ratio { width / step } else { width * step };
            step = f64::sqrt(step);
        }
    }
    *rows = choice.best.1;
}

/// How many rows lines may pass: each costs time and room.
fn most(problem: &Problem) -> u64 {
    (PASSING * (problem.nodes.len() + problem.links.len()) as u64 + FEW).min(MANY)
}

/// The best of several rows: those that lines pass least, of about the shape that is asked for.
struct Choice<'a> {
    problem: &'a Problem,
    gaps: Gaps,
    shape: Shape,
    best: (f64, Vec<u32>),
}

impl Choice<'_> {
    fn offer(&mut self, rows: Vec<u32>) -> Extent {
        let extent = extent(self.problem, self.gaps, &rows);
        let ratio = extent.ratio() / self.shape.ratio;
        let far = if ratio < 1.0 { 1.0 / ratio } else { ratio };
        let size = (self.problem.nodes.len() + self.problem.links.len()) as u64;
        let mut cost = (extent.passing + size) as f64 * (far / NEAR).max(1.0).powi(2);
        if extent.passing > most(self.problem) {
            cost *= extent.passing as f64 / most(self.problem) as f64;
        }
        if cost < self.best.0 {
            self.best = (cost, rows);
        }
        extent
    }
}

/// Splits rows that are wider than asked.
fn split(problem: &Problem, gaps: Gaps, rows: &[u32], most: f64) -> Vec<u32> {
    let count = problem.nodes.len();
    let (mut above, mut below) = (vec![0i64; count], vec![0i64; count]);
    let mut active = 0i64;
    for link in &problem.links {
        let (source, target) = (link.source as usize, link.target as usize);
        let row = |at: usize| match problem.nodes[at].pin {
            Pin::Free => i64::from(rows[at]),
            Pin::Top => -1,
            Pin::Bottom => i64::MAX,
        };
        if row(source) == row(target) {
            continue;
        }
        let (upper, lower) =
            if row(source) < row(target) { (source, target) } else { (target, source) };
        below[upper] += 1;
        above[lower] += 1;
        active += i64::from(problem.nodes[upper].pin == Pin::Top);
    }
    let mut members: Vec<u32> =
        (0..count as u32).filter(|at| problem.nodes[*at as usize].pin == Pin::Free).collect();
    let surplus = |at: u32| below[at as usize] - above[at as usize];
    members.sort_by_key(|at| (rows[*at as usize], surplus(*at), *at));
    let mut result = rows.to_vec();
    let (mut row, mut old) = (0, members.first().map_or(0, |at| rows[*at as usize]));
    let (mut width, mut ending, mut starting) = (0.0, 0i64, 0i64);
    for at in members {
        let at = at as usize;
        let own = problem.nodes[at].size.width + gaps.node;
        let lines = (active - ending - above[at]).max(0) as f64 * gaps.edge;
        let is_full = width > 0.0 && width + own > (most - lines).max(most / 3.0);
        if rows[at] != old || is_full {
            active += starting - ending;
            (width, ending, starting) = (0.0, 0, 0);
            row += 1;
            old = rows[at];
        }
        width += own;
        ending += above[at];
        starting += below[at];
        result[at] = row;
    }
    result
}

/// Fills rows up to a width with what stood in several.
fn join(problem: &Problem, gaps: Gaps, rows: &[u32], line: &[u32], most: f64) -> Vec<u32> {
    let mut result = rows.to_vec();
    let (mut row, mut width) = (0, 0.0);
    for at in line {
        let own = problem.nodes[*at as usize].size.width + gaps.node;
        if width > 0.0 && width + own > most {
            row += 1;
            width = 0.0;
        }
        width += own;
        result[*at as usize] = row;
    }
    result
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
