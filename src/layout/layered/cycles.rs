//! Breaks cycles: which edges are to lead against the direction, so that the others have no cycle.
//!
//! After P. Eades, X. Lin, W. F. Smyth, "A Fast and Effective Heuristic for the Feedback Arc Set
//! Problem", Information Processing Letters 47, 1993: sources first, sinks last, and between them
//! the node that sends most more than it gets. The given order decides between equals. Where a walk
//! from the sources, depth first, turns hardly more around, what it turns are the edges that lead
//! back to where one was: there readers look for them. Knows nothing of ranks.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// An edge between two places in a list of nodes, and what it costs to turn it around.
#[derive(Debug, Clone, Copy)]
pub struct Way {
    /// Where it starts.
    pub source: u32,
    /// Where it ends.
    pub target: u32,
    /// What turning it around costs.
    pub weight: i64,
}

/// How much more a walk may turn around.
const MORE: i64 = 2;

/// Returns for each edge whether it is to be turned around. Loops are left as they are.
pub fn reversed(count: usize, ways: &[Way]) -> Vec<bool> {
    let few = order(count, ways);
    let is_turned = |order: &[u32]| -> Vec<bool> {
        ways.iter().map(|way| order[way.source as usize] > order[way.target as usize]).collect()
    };
    let cost = |turned: &[bool]| -> i64 {
        ways.iter()
            .zip(turned)
            .filter(|(_, is_turned)| **is_turned)
            .map(|(way, _)| way.weight)
            .sum()
    };
    let fewest = is_turned(&few);
    let least = cost(&fewest);
    if least == 0 {
        return fewest;
    }
    let walked = is_turned(&walk(count, ways, &few));
    if cost(&walked) <= MORE * least { walked } else { fewest }
}

/// Returns the place of each node in an order in which all edges lead on but those that lead back to
/// what a walk is on its way from. Sources are walked from first, then what stands first in `before`.
fn walk(count: usize, ways: &[Way], before: &[u32]) -> Vec<u32> {
    let (starts, ends) = neighbors(count, ways);
    let around = |at: u32| starts[at as usize]..starts[at as usize + 1];
    let is_source = |at: u32| ends[around(at)].iter().all(|(_, _, leads_out)| *leads_out);
    let mut firsts: Vec<u32> = (0..count as u32).collect();
    firsts.sort_by_key(|at| (!is_source(*at), before[*at as usize]));
    let mut place = vec![u32::MAX; count];
    let mut is_seen = vec![false; count];
    let mut last = count as u32;
    // What is on the way, and the neighbor that is next.
    let mut way: Vec<(u32, usize)> = Vec::new();
    for first in firsts {
        if std::mem::replace(&mut is_seen[first as usize], true) {
            continue;
        }
        way.push((first, starts[first as usize]));
        while let Some((at, next)) = way.last_mut() {
            let Some((other, _, leads_out)) = ends[*next..around(*at).end].first() else {
                last -= 1;
                place[*at as usize] = last;
                way.pop();
                continue;
            };
            *next += 1;
            if *leads_out && !std::mem::replace(&mut is_seen[*other as usize], true) {
                way.push((*other, starts[*other as usize]));
            }
        }
    }
    place
}

/// Returns the place of each node in an order in which few edges lead backwards.
pub fn order(count: usize, ways: &[Way]) -> Vec<u32> {
    let (starts, ends) = neighbors(count, ways);
    let mut sent = vec![0i64; count];
    let mut got = vec![0i64; count];
    for way in ways.iter().filter(|way| way.source != way.target) {
        sent[way.source as usize] += way.weight;
        got[way.target as usize] += way.weight;
    }
    let mut sources = BinaryHeap::new();
    let mut sinks = BinaryHeap::new();
    let mut others = BinaryHeap::new();
    for at in 0..count {
        match (got[at], sent[at]) {
            (0, _) => sources.push(Reverse(at as u32)),
            (_, 0) => sinks.push(Reverse(at as u32)),
            _ => others.push((sent[at] - got[at], Reverse(at as u32))),
        }
    }
    let mut place = vec![u32::MAX; count];
    let (mut first, mut last) = (0, count as u32);
    loop {
        let (at, is_sink) = if let Some(Reverse(at)) = sinks.pop() {
            (at, true)
        } else if let Some(Reverse(at)) = sources.pop() {
            (at, false)
        } else if let Some((surplus, Reverse(at))) = others.pop() {
            let is_current = surplus == sent[at as usize] - got[at as usize];
            if !is_current || sent[at as usize] == 0 || got[at as usize] == 0 {
                continue;
            }
            (at, false)
        } else {
            break;
        };
        if place[at as usize] != u32::MAX {
            continue;
        }
        if is_sink {
            last -= 1;
            place[at as usize] = last;
        } else {
            place[at as usize] = first;
            first += 1;
        }
        for (other, weight, leads_out) in &ends[starts[at as usize]..starts[at as usize + 1]] {
            let other_at = *other as usize;
            if place[other_at] != u32::MAX {
                continue;
            }
            if *leads_out {
                got[other_at] -= weight;
            } else {
                sent[other_at] -= weight;
            }
            match (got[other_at], sent[other_at]) {
                (0, _) => sources.push(Reverse(*other)),
                (_, 0) => sinks.push(Reverse(*other)),
                (got, sent) => others.push((sent - got, Reverse(*other))),
            }
        }
    }
    place
}

/// Returns the neighbors of each node, with the weight of the edge and whether it leads there.
fn neighbors(count: usize, ways: &[Way]) -> (Vec<usize>, Vec<(u32, i64, bool)>) {
    let mut starts = vec![0; count + 1];
    for way in ways.iter().filter(|way| way.source != way.target) {
        starts[way.source as usize + 1] += 1;
        starts[way.target as usize + 1] += 1;
    }
    for at in 0..count {
        starts[at + 1] += starts[at];
    }
    let mut next = starts.clone();
    let mut ends = vec![(0, 0, false); starts[count]];
    for way in ways.iter().filter(|way| way.source != way.target) {
        ends[next[way.source as usize]] = (way.target, way.weight, true);
        next[way.source as usize] += 1;
        ends[next[way.target as usize]] = (way.source, way.weight, false);
        next[way.target as usize] += 1;
    }
    (starts, ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(count: usize, ways: &[(u32, u32)], expected: &[usize]) {
        let ways: Vec<Way> = ways
            .iter()
            .map(|(source, target)| Way { source: *source, target: *target, weight: 1 })
            .collect();
        let turned = reversed(count, &ways);
        let turned: Vec<usize> = (0..ways.len()).filter(|at| turned[*at]).collect();
        assert_eq!(turned, expected);
    }

    #[test]
    fn what_has_no_cycle_stays_as_it_is() {
        check(4, &[(0, 1), (1, 2), (0, 3), (3, 2)], &[]);
        check(4, &[(3, 1), (1, 2), (3, 0), (0, 2)], &[]);
    }

    #[test]
    fn the_edge_back_to_the_first_node_is_turned() {
        check(3, &[(0, 1), (1, 2), (2, 0)], &[2]);
        check(3, &[(0, 1), (1, 2), (2, 0), (2, 2)], &[2]);
    }

    #[test]
    fn what_a_reader_comes_to_first_stands_first() {
        // A loop with two ways back to its first node, which one edge leads into: the two are turned,
        // though turning that one alone would do.
        check(5, &[(0, 1), (1, 2), (2, 1), (2, 3), (3, 1), (3, 4)], &[2, 4]);
        check(4, &[(3, 0), (0, 1), (1, 2), (1, 0), (2, 0)], &[3, 4]);
    }

    #[test]
    fn of_two_opposite_edges_one_is_turned() {
        check(2, &[(1, 0), (0, 1)], &[0]);
    }
}
