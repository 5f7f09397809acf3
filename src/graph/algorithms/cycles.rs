//! Elementary cycles: ways along edges back to where they start, which pass no node twice.

use std::collections::BTreeMap;

use super::reach::UNREACHED;
use super::{Adjacency, Direction, Grouping, strong_components};
use crate::graph::{Graph, NodeId};

/// How many cycles to look for, and how hard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CycleLimits {
    /// The most cycles to list.
    pub count: usize,
    /// The most edges of a cycle, if that is limited.
    pub length: Option<u32>,
    /// How many edges to look at before giving up.
    pub effort: u64,
}

/// The cycles that were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycles {
    /// Their nodes in order of the edges, each from its first node on: the shortest cycles first,
    /// those of one length in order of their nodes.
    pub found: Vec<Vec<NodeId>>,
    /// Why there may be more.
    pub cut: Option<CycleCut>,
}

/// Why a list of cycles ends before all are in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CycleCut {
    /// There are more than [`CycleLimits::count`].
    Count,
    /// [`CycleLimits::effort`] was spent; all cycles of up to this many edges are listed.
    Effort(u32),
}

/// Lists the elementary cycles of a graph, shortest first. Cycles of the same nodes in the same
/// order are one, however many edges lie between these; a loop is a cycle of one node.
///
/// From each node, the way back is sought among the nodes after it (as in Johnson, Finding all the
/// elementary circuits of a directed graph, 1975), deeper each time by what the last search cut off
/// (Korf, Depth-first iterative-deepening, 1985), and never where the distance back is too far.
pub fn cycles(graph: &Graph, limits: CycleLimits) -> Cycles {
    Search::of(graph, limits).run(graph)
}

struct Search {
    parts: Grouping,
    out: Adjacency,
    back: Adjacency,
    /// Up to which start each node can be on a cycle; nodes before the start are left out.
    last: Vec<u32>,
    limits: CycleLimits,
    spent: u64,
    found: Vec<Vec<NodeId>>,
    distance: Vec<u32>,
    is_on_path: Vec<bool>,
}

impl Search {
    fn of(graph: &Graph, limits: CycleLimits) -> Search {
        let parts = strong_components(graph);
        let is_inside = |a: u32, b: u32| a != b && parts.of(a) == parts.of(b);
        let out = Adjacency::of(graph, Direction::Out).kept(is_inside);
        let back = Adjacency::of(graph, Direction::In).kept(is_inside);
        let last = last_starts(&out, &back);
        let count = graph.node_count();
        Search {
            out,
            back,
            last,
            limits,
            parts,
            spent: 0,
            found: Vec::new(),
            distance: vec![UNREACHED; count],
            is_on_path: vec![false; count],
        }
    }

    fn run(mut self, graph: &Graph) -> Cycles {
        let most = self.limits.length.unwrap_or(u32::MAX);
        if most > 0 {
            self.found = loops(graph).into_iter().map(|node| vec![node]).collect();
        }
        // The starts by the least length that a cycle from them can have.
        let mut starts: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let all = 0..graph.node_count() as u32;
        let is_start =
            |node: &u32| self.last[*node as usize] == *node && !self.out.row(*node).is_empty();
        starts.insert(2, all.filter(is_start).collect());
        let mut cut = None;
        'lengths: while let Some((length, mut nodes)) = starts.pop_first() {
            if length > most || self.found.len() > self.limits.count {
                break;
            }
            nodes.sort_unstable();
            for node in nodes {
                let next = self.from(node, length);
                if self.spent > self.limits.effort {
                    cut = Some(CycleCut::Effort(length - 1));
                    self.found.retain(|cycle| cycle.len() < length as usize);
                    break 'lengths;
                }
                if self.found.len() > self.limits.count {
                    break 'lengths;
                }
                if let Some(next) = next {
                    starts.entry(next).or_default().push(node);
                }
            }
        }
        if self.found.len() > self.limits.count {
            self.found.truncate(self.limits.count);
            cut = Some(CycleCut::Count);
        }
        Cycles { found: self.found, cut }
    }

    fn is_left(&self, node: u32, start: u32) -> bool {
        node >= start
            && self.last[node as usize] >= start
            && self.parts.of(node) == self.parts.of(start)
    }

    /// Finds the cycles of this length that start at a node, and returns the least length that a
    /// longer one can have, if there can be one.
    fn from(&mut self, start: u32, length: u32) -> Option<u32> {
        // Looking further than needed now saves many searches that would find nothing.
        let depth = length.saturating_mul(2);
        let (near, is_all) = self.measure_back(start, depth);
        let mut next: Option<u32> = None;
        let mut path = vec![(start, 0usize)];
        self.is_on_path[start as usize] = true;
        while let Some((node, at)) = path.last_mut() {
            let Some(&target) = self.out.row(*node).get(*at) else {
                self.is_on_path[*node as usize] = false;
                path.pop();
                continue;
            };
            *at += 1;
            self.spent += 1;
            if self.spent > self.limits.effort || self.found.len() > self.limits.count {
                break;
            }
            let so_far = path.len() as u32;
            if target == start {
                if so_far == length {
                    self.found.push(path.iter().map(|(node, _)| NodeId(*node)).collect());
                }
                continue;
            }
            if !self.is_left(target, start) || self.is_on_path[target as usize] {
                continue;
            }
            let least = match self.distance[target as usize] {
                UNREACHED if is_all => continue,
                UNREACHED => so_far + depth + 1,
                distance => so_far + distance,
            };
            if least > length {
                next = Some(next.map_or(least, |next| next.min(least)));
            } else {
                self.is_on_path[target as usize] = true;
                path.push((target, 0));
            }
        }
        path.iter().for_each(|(node, _)| self.is_on_path[*node as usize] = false);
        near.iter().for_each(|node| self.distance[*node as usize] = UNREACHED);
        next
    }

    /// Measures how far it is back to the start, up to this many edges; returns the nodes that
    /// have a distance, and whether these are all.
    fn measure_back(&mut self, start: u32, depth: u32) -> (Vec<u32>, bool) {
        let mut near = vec![start];
        self.distance[start as usize] = 0;
        let mut at = 0;
        while let Some(&node) = near.get(at) {
            at += 1;
            let distance = self.distance[node as usize];
            if distance == depth {
                return (near, false);
            }
            self.spent += self.back.row(node).len() as u64;
            for source in self.back.row(node) {
                if self.distance[*source as usize] == UNREACHED && self.is_left(*source, start) {
                    self.distance[*source as usize] = distance + 1;
                    near.push(*source);
                }
            }
        }
        (near, true)
    }
}

/// Returns the nodes that have an edge to themselves.
fn loops(graph: &Graph) -> Vec<NodeId> {
    let ends = graph.edges().map(|edge| (edge.source().index(), edge.target().index()));
    let mut loops: Vec<NodeId> = ends.filter(|(a, b)| a == b).map(|(a, _)| a).collect();
    loops.dedup();
    loops
}

/// Takes the nodes away in order, and with each those that have no way in or out any more; returns
/// for each node with which it goes.
fn last_starts(out: &Adjacency, back: &Adjacency) -> Vec<u32> {
    let all = 0..out.node_count() as u32;
    let mut ways_out: Vec<usize> = all.clone().map(|node| out.row(node).len()).collect();
    let mut ways_in: Vec<usize> = all.clone().map(|node| back.row(node).len()).collect();
    let mut last = vec![UNREACHED; out.node_count()];
    let mut going = Vec::new();
    for start in all {
        if last[start as usize] == UNREACHED {
            last[start as usize] = start;
            going.push(start);
        }
        while let Some(node) = going.pop() {
            for (rows, ways) in [(out, &mut ways_in), (back, &mut ways_out)] {
                for other in rows.row(node) {
                    let at = *other as usize;
                    ways[at] -= 1;
                    if ways[at] == 0 && last[at] == UNREACHED {
                        last[at] = start;
                        going.push(*other);
                    }
                }
            }
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{chain, numbered, rows, sketch};

    const ALL: CycleLimits = CycleLimits { count: 10_000, length: None, effort: 100_000_000 };

    fn words(graph: &Graph, limits: CycleLimits) -> (Vec<String>, Option<CycleCut>) {
        let Cycles { found, cut } = cycles(graph, limits);
        let name = |cycle: &Vec<NodeId>| cycle.iter().map(|node| graph.node(*node).id()).collect();
        (found.iter().map(name).collect(), cut)
    }

    #[test]
    fn cycles_are_listed_shortest_first() {
        let edges = ["a b", "b c", "c a", "b a", "a b x #e", "c c", "c d", "d a", "d e"];
        let graph = sketch(&["a", "b", "c", "d", "e"], &edges);
        let all = |limits| words(&graph, limits);
        assert_eq!(all(ALL), (["c", "ab", "abc", "abcd"].map(str::to_owned).to_vec(), None));
        let (two, cut) = all(CycleLimits { count: 2, ..ALL });
        assert_eq!((two.len(), cut), (2, Some(CycleCut::Count)));
        let (short, cut) = all(CycleLimits { length: Some(3), ..ALL });
        assert_eq!((short.len(), cut), (3, None));
        assert_eq!(all(CycleLimits { count: 4, ..ALL }).1, None);
        let (some, cut) = all(CycleLimits { effort: 20, ..ALL });
        assert!(matches!(cut, Some(CycleCut::Effort(length)) if
            some.len() < 4 && some.iter().all(|cycle| cycle.len() <= length as usize)));
    }

    #[test]
    fn a_ring_of_a_million_with_a_short_cut_has_two_cycles() {
        let count = 1_000_000;
        let ring = (0..count).map(|node| (node, (node + 1) % count)).chain([(10, 500_000)]);
        let lengths: Vec<usize> =
            cycles(&numbered(count as usize, ring), ALL).found.iter().map(Vec::len).collect();
        assert_eq!(lengths, [count as usize - 499_989, count as usize]);
        assert_eq!(cycles(&chain(count as usize), ALL).found.len(), 0);
    }

    /// All cycles, by trying every way.
    fn tried(graph: &Graph) -> BTreeSet<Vec<NodeId>> {
        let rows = Adjacency::of(graph, Direction::Out);
        let mut found = BTreeSet::new();
        let mut paths: Vec<Vec<u32>> =
            (0..rows.node_count() as u32).map(|node| vec![node]).collect();
        while let Some(path) = paths.pop() {
            for target in rows.row(path[path.len() - 1]) {
                if *target == path[0] {
                    found.insert(path.iter().copied().map(NodeId).collect());
                } else if *target > path[0] && !path.contains(target) {
                    paths.push([&path[..], &[*target]].concat());
                }
            }
        }
        found
    }

    proptest! {
        #[test]
        fn every_cycle_is_found_once_and_in_order((rows, _) in rows()) {
            let graph = rows.graph();
            let Cycles { found, cut } = cycles(&graph, ALL);
            prop_assert_eq!(cut, None);
            prop_assert!(found.is_sorted_by(|a, b| (a.len(), a) < (b.len(), b)));
            prop_assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), tried(&graph));
        }
    }
}
