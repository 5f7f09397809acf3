//! Dependency matrices: every node a row and a column, every edge a square where they meet.
//!
//! Steward: The Design Structure System: A Method for Managing the Design of Complex Systems, 1981.
//! The order of rows is that of columns. Partitions are kept together, as blocks on the diagonal;
//! within each, what leads to others comes before them, and what is in a cycle together stands
//! together, so that as few edges as can be found lie below the diagonal. Boxes of nodes are on the
//! diagonal: a node's row is as high, and its column as wide as its box.

use super::layered::cycles::{Way, order};
use super::nest::Forest;
use super::{Diagram, Form, Layout, NONE, Point, Rect, Route, Size};

/// How high rows are, and how many of them there may be before they are lower.
const SIDE: f64 = 20.0;
const SMALL_SIDE: f64 = 14.0;
const MANY: usize = 150;

/// Lays a diagram out along the diagonal of a matrix.
pub fn matrix(diagram: &Diagram) -> Layout {
    let count = diagram.nodes.len();
    let rows = rows(diagram);
    let side = if rows.len() > MANY { SMALL_SIDE } else { SIDE };
    let mut first = vec![usize::MAX; count];
    let mut last = vec![0; count];
    for (row, at) in rows.iter().enumerate() {
        let mut around = *at;
        while around != NONE {
            let around_at = around as usize;
            first[around_at] = first[around_at].min(row);
            last[around_at] = last[around_at].max(row);
            around = diagram.nodes[around_at].parent;
        }
    }
    let rect = |(first, last): (&usize, &usize)| {
        let (at, long) = (*first as f64 * side, (last - first + 1) as f64 * side);
        Rect { corner: Point { x: at, y: at }, size: Size { width: long, height: long } }
    };
    let nodes = first.iter().zip(&last).map(rect).collect();
    let whole = rows.len() as f64 * side;
    Layout {
        size: Size { width: whole, height: whole },
        nodes,
        routes: vec![Route::default(); diagram.edges.len()],
        form: Form::Matrix { side },
        ..Layout::default()
    }
}

/// Returns what has a row, from the first to the last: nodes, and partitions that edges lead to or
/// from, each before what is in it.
fn rows(diagram: &Diagram) -> Vec<u32> {
    let forest = Forest::of(diagram);
    let mut is_end = vec![false; diagram.nodes.len()];
    for line in &diagram.edges {
        is_end[line.source as usize] = true;
        is_end[line.target as usize] = true;
    }
    let inside = |at: usize| {
        let members = &forest.members[at];
        let sorted = sorted(members.len(), &forest.edges[at]);
        sorted.into_iter().rev().map(move |place| members[place as usize])
    };
    let mut rows = Vec::new();
    let mut open: Vec<u32> = inside(diagram.nodes.len()).collect();
    while let Some(at) = open.pop() {
        if forest.members[at as usize].is_empty() || is_end[at as usize] {
            rows.push(at);
        }
        open.extend(inside(at as usize));
    }
    rows
}

/// Returns places in an order in which few edges lead backwards, and each cycle is in one piece.
fn sorted(count: usize, edges: &[(u32, u32)]) -> Vec<u32> {
    let mut sorted = Vec::with_capacity(count);
    let mut place = vec![0u32; count];
    let groups = cycles(count, edges);
    let mut group = vec![0u32; count];
    for (at, members) in groups.iter().enumerate() {
        for member in members {
            group[*member as usize] = at as u32;
        }
    }
    let mut ways: Vec<Vec<Way>> = vec![Vec::new(); groups.len()];
    for members in &groups {
        for (at, member) in members.iter().enumerate() {
            place[*member as usize] = at as u32;
        }
    }
    for (source, target) in edges {
        let own = group[*source as usize];
        if own == group[*target as usize] {
            let [source, target] = [source, target].map(|end| place[*end as usize]);
            ways[own as usize].push(Way { source, target, weight: 1 });
        }
    }
    for (members, ways) in groups.iter().zip(&ways) {
        let mut own: Vec<(u32, u32)> =
            order(members.len(), ways).into_iter().zip(members.iter().copied()).collect();
        own.sort_unstable();
        sorted.extend(own.into_iter().map(|(_, member)| member));
    }
    sorted
}

/// Returns what is in cycles together, each in order: what leads to others before them.
///
/// Tarjan: Depth-first search and linear graph algorithms, 1972.
fn cycles(count: usize, edges: &[(u32, u32)]) -> Vec<Vec<u32>> {
    const NEW: u32 = u32::MAX;
    let mut near: Vec<Vec<u32>> = vec![Vec::new(); count];
    for (source, target) in edges {
        near[*source as usize].push(*target);
    }
    for targets in &mut near {
        targets.sort_unstable();
        targets.dedup();
    }
    // When each was found, and the first of those it leads back to; then which group it is in.
    let (mut found, mut low) = (vec![NEW; count], vec![NEW; count]);
    let mut is_waiting = vec![false; count];
    let (mut waiting, mut way, mut groups) = (Vec::new(), Vec::new(), Vec::new());
    let mut next = 0;
    // Groups come out backwards, so the first is looked at last.
    for root in (0..count as u32).rev() {
        if found[root as usize] != NEW {
            continue;
        }
        way.push((root, near[root as usize].len()));
        while let Some((at, rest)) = way.last_mut() {
            let own = *at as usize;
            if found[own] == NEW {
                (found[own], low[own]) = (next, next);
                next += 1;
                waiting.push(*at);
                is_waiting[own] = true;
            }
            if *rest > 0 {
                *rest -= 1;
                let target = near[own][*rest];
                if found[target as usize] == NEW {
                    way.push((target, near[target as usize].len()));
                } else if is_waiting[target as usize] {
                    low[own] = low[own].min(found[target as usize]);
                }
                continue;
            }
            let done = *at;
            way.pop();
            if let Some((before, _)) = way.last() {
                low[*before as usize] = low[*before as usize].min(low[own]);
            }
            if low[own] == found[own] {
                let mut group = Vec::new();
                while let Some(member) = waiting.pop() {
                    is_waiting[member as usize] = false;
                    group.push(member);
                    if member == done {
                        break;
                    }
                }
                group.sort_unstable();
                groups.push(group);
            }
        }
    }
    groups.reverse();
    groups
}

#[cfg(test)]
mod tests {
    use super::super::testing::{item, line, nested};
    use super::*;

    #[test]
    fn cycles_are_together_and_what_leads_to_others_is_before_them() {
        let edges = [(3, 1), (1, 0), (0, 4), (4, 1), (4, 2), (5, 2)];
        assert_eq!(cycles(6, &edges), [vec![3], vec![0, 1, 4], vec![5], vec![2]]);
        let sorted = sorted(6, &edges);
        let place = |at: u32| sorted.iter().position(|other| *other == at).unwrap();
        let back = edges.iter().filter(|(a, b)| place(*a) > place(*b)).count();
        assert_eq!(back, 1, "{sorted:?}");
    }

    #[test]
    fn rows_of_a_partition_are_together_and_those_with_edges_have_their_own() {
        // 0 holds 1 and 3, 2 holds 4; 1 leads to 4, and 4 to the partition 0.
        let nodes = vec![
            item(NONE, true),
            item(0, false),
            item(NONE, true),
            item(0, false),
            item(2, false),
        ];
        let diagram = Diagram { nodes, edges: vec![line(1, 4), line(4, 0), line(3, 1)] };
        assert_eq!(rows(&diagram), [0, 3, 1, 4]);
        let layout = matrix(&diagram);
        let sides: Vec<(f64, f64)> =
            layout.nodes.iter().map(|of| (of.corner.x / SIDE, of.size.height / SIDE)).collect();
        assert_eq!(sides, [(0.0, 3.0), (2.0, 1.0), (3.0, 1.0), (1.0, 1.0), (3.0, 1.0)]);
    }

    #[test]
    fn every_node_has_a_row_of_its_own() {
        for count in [0, 1, 2, 7, 60, 1_000] {
            let mut rows = rows(&nested(count));
            let all = rows.len();
            rows.sort_unstable();
            rows.dedup();
            let leaves = (0..count).filter(|at| at % 5 != 0 || at + 1 == count);
            assert!(all == rows.len() && leaves.into_iter().all(|at| rows.contains(&at)));
        }
    }
}
