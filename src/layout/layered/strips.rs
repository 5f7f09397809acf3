//! Cuts wide rows into strips that stand below each other, each with all the rows of the whole.
//!
//! What is near each other in a line of all nodes stays in one strip: the line is the given order,
//! or that of E. Cuthill, J. McKee, "Reducing the Bandwidth of Sparse Symmetric Matrices",
//! Proceedings of the 24th ACM National Conference, 1969, whichever keeps edges shorter.

use super::problem::{Pin, Problem};

/// Returns rows for `count` strips, from those that all nodes have together.
pub fn cut(problem: &Problem, rows: &[u32], line: &[u32], count: u32) -> Vec<u32> {
    let height = 1 + rows.iter().copied().max().unwrap_or(0);
    let members: f64 =
        problem.nodes.iter().filter(|node| node.pin == Pin::Free).map(|node| node.size.width).sum();
    let mut result = rows.to_vec();
    let mut before = 0.0;
    for at in line {
        let width = problem.nodes[*at as usize].size.width;
        let strip = ((before + width / 2.0) / members.max(1.0) * f64::from(count)) as u32;
        result[*at as usize] += strip.min(count - 1) * height;
        before += width;
    }
    result
}

/// Returns all members in a line in which edges are short.
pub fn line(problem: &Problem) -> Vec<u32> {
    let count = problem.nodes.len() as u32;
    let is_free = |at: &u32| problem.nodes[*at as usize].pin == Pin::Free;
    let given: Vec<u32> = (0..count).filter(is_free).collect();
    let found = walk(problem, &given);
    if length(problem, &found) < length(problem, &given) { found } else { given }
}

/// The length of all edges in a line.
fn length(problem: &Problem, line: &[u32]) -> u64 {
    let mut place = vec![u32::MAX; problem.nodes.len()];
    for (at, node) in line.iter().enumerate() {
        place[*node as usize] = at as u32;
    }
    let ends = problem.links.iter().map(|link| [link.source, link.target]);
    let places = ends.map(|ends| ends.map(|end| place[end as usize]));
    places.filter(|ends| !ends.contains(&u32::MAX)).map(|[a, b]| u64::from(a.abs_diff(b))).sum()
}

/// Walks through all members, nearest first, those with few edges before others.
fn walk(problem: &Problem, members: &[u32]) -> Vec<u32> {
    let count = problem.nodes.len();
    let mut starts = vec![0u32; count + 1];
    for link in &problem.links {
        starts[link.source as usize + 1] += 1;
        starts[link.target as usize + 1] += 1;
    }
    for at in 0..count {
        starts[at + 1] += starts[at];
    }
    let mut next = starts.clone();
    let mut ends = vec![0u32; starts[count] as usize];
    for link in &problem.links {
        for (from, to) in [(link.source, link.target), (link.target, link.source)] {
            ends[next[from as usize] as usize] = to;
            next[from as usize] += 1;
        }
    }
    let degree = |at: u32| starts[at as usize + 1] - starts[at as usize];
    let mut is_seen = vec![false; count];
    let mut line: Vec<u32> = Vec::with_capacity(members.len());
    let mut around = Vec::new();
    let mut done = 0;
    for first in members {
        if !std::mem::replace(&mut is_seen[*first as usize], true) {
            line.push(*first);
        }
        while done < line.len() {
            let at = line[done] as usize;
            done += 1;
            around.clear();
            for to in &ends[starts[at] as usize..starts[at + 1] as usize] {
                let is_member = problem.nodes[*to as usize].pin == Pin::Free;
                if is_member && !std::mem::replace(&mut is_seen[*to as usize], true) {
                    around.push(*to);
                }
            }
            around.sort_unstable_by_key(|at| (degree(*at), *at));
            line.append(&mut around);
        }
    }
    line
}
