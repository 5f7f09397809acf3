//! Makes rows wider or narrower, for a picture of about the shape that is asked for.
//!
//! Rows that would make it too wide are split, first what has more edges from above than to below,
//! in the spirit of N. S. Nikolov, A. Tarassov, J. Branke, "In Search for Efficient Heuristics for
//! Minimum-Width Graph Layering with Consideration of Dummy Nodes", ACM Journal of Experimental
//! Algorithmics 10, 2005. Rows of a picture that would be too tall are joined, if it has no frames;
//! edges within a row are then turned below it.

use crate::layout::{Diagram, Layout, NONE};

use super::problem::{Gaps, Pin, Problem};
use super::strips;
use super::{Layered, Nesting};

/// Pictures up to so many times wider, or taller, than asked are near enough: from 1:3 to 3:1, as
/// usually asked.
const WIDER: f64 = 1.875;
const TALLER: f64 = 4.8;
/// Pictures whose longer side is shorter, in pixels, may have any shape.
const SMALL: f64 = 1000.0;
/// How often a picture of another shape is laid out again, and of how many items at most.
const RESHAPES: u32 = 4;
const RESHAPED: usize = 5_000;
/// How many rows lines may pass, by nodes and edges, for the sake of a shape; how many in any case,
/// and how many at most.
const PASSING: u64 = 6;
const FEW: u64 = 20_000;
const MANY: u64 = 800_000;
/// A shape is as asked if it is at most so many times wider or taller.
const NEAR: f64 = 1.15;
/// How tall a rank is at most, in pixels, unless it holds whole partitions or is full of lines: where
/// edges lead down, and where they lead to a side.
const TALL: f64 = 100.0;
const WIDE: f64 = 250.0;
/// Wide pictures of more nodes are cut into strips.
const LARGE: usize = 300;

/// Lays out a diagram by `lay_out`, in about the shape that is asked for. How wide and how tall ranks
/// become is guessed before all has its place; a guess that was wrong is made good by asking for more.
pub fn shaped(
    diagram: &Diagram,
    options: &Layered,
    lay_out: impl Fn(&Diagram, &Layered) -> Layout,
) -> Layout {
    let mut best = lay_out(diagram, options);
    let follows = options.earlier.iter().any(Option::is_some);
    let Some(ratio) = options.ratio.filter(|_| !follows && diagram.nodes.len() <= RESHAPED) else {
        return best;
    };
    // More than one where it is wider, less where it is taller.
    let by = |layout: &Layout| layout.size.width / layout.size.height.max(1.0) / ratio;
    let far = |by: f64| (by / WIDER).max(1.0 / (by.max(1e-6) * TALLER)).max(1.0);
    let (mut asked, mut nesting) = (ratio, options.nesting);
    for _ in 0..RESHAPES {
        let now = by(&best);
        if far(now) == 1.0 || best.size.width.max(best.size.height) < SMALL {
            break;
        }
        asked /= now;
        // Rows may be taller than guessed, since lines fill the room between them.
        let is_long = best.size.width.max(best.size.height) > longest(options);
        let unfolded = if is_long { 0 } else { options.unfolded };
        let next =
            lay_out(diagram, &Layered { ratio: Some(asked), unfolded, nesting, ..options.clone() });
        if far(by(&next)) < far(now) {
            best = next;
        } else if nesting == Nesting::Auto {
            // Rows with partitions side by side are not joined.
            (asked, nesting) = (ratio, Nesting::Apart);
        } else {
            break;
        }
    }
    best
}

/// How long pictures may be, in pixels, that are not to be folded.
pub fn longest(options: &Layered) -> f64 {
    f64::from(options.unfolded) * if options.direction.is_sideways() { WIDE } else { TALL }
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
    /// So few rows are not joined, unless they are longer together than so many pixels.
    pub unfolded: u32,
    /// See `unfolded`.
    pub longest: f64,
}

/// How wide and how tall rows are about to be.
#[derive(Debug, Clone, Copy)]
struct Extent {
    width: f64,
    height: f64,
    rows: u32,
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
    let height = height + last as f64 * (gaps.rank + label);
    Extent { width, height, rows: last as u32 + 1, passing: total + turns }
}

/// Splits or joins rows until the picture has about the shape it is to have.
pub fn reshape(problem: &Problem, gaps: Gaps, shape: Shape, rows: &mut Vec<u32>) {
    let now = extent(problem, gaps, rows);
    if now.width.max(now.height) < SMALL {
        return;
    }
    let is_wide = now.ratio() > shape.widest;
    let has_frames = !problem.frames.is_empty();
    let is_tall = !has_frames
        && now.ratio() < shape.tallest
        && (now.rows > shape.unfolded || now.height > shape.longest);
    if !is_wide && !is_tall {
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
            if count > 1 && problem.nodes.len() > LARGE && !has_frames {
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
    let mut parent = vec![NONE; count];
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
        parent[lower] = upper as u32;
        active += i64::from(problem.nodes[upper].pin == Pin::Top);
    }
    let mut members: Vec<u32> =
        (0..count as u32).filter(|at| problem.nodes[*at as usize].pin == Pin::Free).collect();
    let surplus = |at: u32| below[at as usize] - above[at as usize];
    // What is in one frame, or has one and the same above it, stays together as far as it fits into
    // a row: the frame, that one, or itself.
    let group_of = |at: usize| match problem.outermost(problem.nodes[at].frame) {
        NONE if above[at] == 1 => problem.frames.len() + parent[at] as usize,
        NONE => problem.frames.len() + count + at,
        frame => frame as usize,
    };
    let groups: Vec<usize> = (0..count).map(group_of).collect();
    let mut sums = vec![0i64; problem.frames.len() + 2 * count];
    for at in &members {
        sums[groups[*at as usize]] += surplus(*at);
    }
    members.sort_by_key(|at| {
        let group = groups[*at as usize];
        (rows[*at as usize], sums[group], group, surplus(*at), *at)
    });
    let width_of = |at: u32| problem.nodes[at as usize].size.width + gaps.node;
    // The width of each group in a row, where it begins.
    let mut together = vec![0.0; count];
    for group in members.chunk_by(|a, b| {
        rows[*a as usize] == rows[*b as usize] && groups[*a as usize] == groups[*b as usize]
    }) {
        together[group[0] as usize] = group.iter().map(|at| width_of(*at)).sum();
    }
    let mut result = rows.to_vec();
    let (mut row, mut old) = (0, members.first().map_or(0, |at| rows[*at as usize]));
    let (mut width, mut ending, mut starting) = (0.0, 0i64, 0i64);
    for at in members {
        let own = width_of(at);
        let at = at as usize;
        let lines = (active - ending - above[at]).max(0) as f64 * gaps.edge;
        let room = (most - lines).max(most / 3.0);
        // A group that would fit into a row of its own begins one.
        let needed = if together[at] <= room { own.max(together[at]) } else { own };
        let is_full = width > 0.0 && width + needed > room;
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
