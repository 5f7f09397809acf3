//! Communities: groups of nodes with more ties among themselves than chance would give.
//!
//! Found by the method of Traag, Waltman and van Eck (From Louvain to Leiden: guaranteeing
//! well-connected communities, 2019), with nodes taken in order and the best place taken each time
//! where they draw lots, so that a graph always has the same communities.

use std::collections::VecDeque;

use super::{Adjacency, Direction, Grouping};
use crate::graph::Graph;

/// What counts as a tie, and how much.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Strength {
    /// Whether an edge counts as much as its weight, nothing if that is below zero; else as 1.
    pub weighted: bool,
    /// Whether nodes are compared by the edges that leave and reach them, each apart.
    pub directed: bool,
    /// How much more ties than by chance it takes: above 1 makes smaller communities, below 1
    /// larger ones.
    pub resolution: f64,
}

impl Default for Strength {
    fn default() -> Strength {
        Strength { weighted: false, directed: false, resolution: 1.0 }
    }
}

/// How often the search starts again from what it found.
const MOST_ROUNDS: usize = 10;

/// Groups the nodes so that [`modularity`] is high; the nodes of a community hang together.
///
/// Nearly linear in nodes and edges. To find the highest there is is known to be hard.
pub fn communities(graph: &Graph, strength: Strength) -> Grouping {
    let network = Network::of(graph, strength);
    let mut marks: Vec<u32> = (0..graph.node_count() as u32).collect();
    if network.total > 0.0 {
        for _ in 0..MOST_ROUNDS {
            let before = Grouping::of_marks(marks.clone());
            marks = network.connected(&network.search(marks));
            if Grouping::of_marks(marks.clone()) == before {
                break;
            }
        }
    }
    Grouping::of_marks(marks)
}

/// Returns the part of all ties that is inside groups, less the part that would be by chance;
/// `None` for a graph without ties.
///
/// The formula is that of Newman (Analysis of weighted networks, 2004), and, for directed ties, of
/// Leicht and Newman (Community structure in directed networks, 2008).
pub fn modularity(graph: &Graph, groups: &Grouping, strength: Strength) -> Option<f64> {
    let (out, into, total) = degrees(graph, strength);
    if total == 0.0 {
        return None;
    }
    let mut sums = vec![(0.0, 0.0, 0.0); groups.count()];
    for (node, group) in groups.numbers().iter().enumerate() {
        let sum = &mut sums[*group as usize];
        (sum.1, sum.2) = (sum.1 + out[node], sum.2 + into[node]);
    }
    for (source, target, tie) in ties(graph, strength) {
        if groups.of(source) == groups.of(target) {
            sums[groups.of(source) as usize].0 += tie;
        }
    }
    let chance = |out: f64, into: f64| strength.resolution * (out / total) * (into / total);
    Some(sums.iter().map(|(inside, out, into)| inside / total - chance(*out, *into)).sum())
}

fn ties(graph: &Graph, strength: Strength) -> impl Iterator<Item = (u32, u32, f64)> {
    graph.edges().map(move |edge| {
        let tie = if strength.weighted { edge.weight().max(0.0) } else { 1.0 };
        (edge.source().index().0, edge.target().index().0, tie)
    })
}

/// Returns the ties that leave and reach each node, and all of them; half of both for each where
/// their direction means nothing.
fn degrees(graph: &Graph, strength: Strength) -> (Vec<f64>, Vec<f64>, f64) {
    let mut out = vec![0.0; graph.node_count()];
    let mut into = out.clone();
    let mut total = 0.0;
    for (source, target, tie) in ties(graph, strength) {
        out[source as usize] += tie;
        into[target as usize] += tie;
        total += tie;
    }
    if !strength.directed {
        for (out, into) in out.iter_mut().zip(&mut into) {
            *out = f64::midpoint(*out, *into);
            *into = *out;
        }
    }
    (out, into, total)
}

/// Nodes, or groups of them, with the ties between different ones, both ways together.
struct Network {
    starts: Vec<usize>,
    others: Vec<u32>,
    ties: Vec<f64>,
    out: Vec<f64>,
    into: Vec<f64>,
    total: f64,
    resolution: f64,
}

/// What the nodes of a group have together.
#[derive(Clone, Copy, Default)]
struct Sum {
    out: f64,
    into: f64,
    nodes: u32,
}

/// Ties from one node to each group, and the groups in the order in which they were met.
struct Tally {
    to: Vec<f64>,
    met: Vec<u32>,
    is_met: Vec<bool>,
}

impl Network {
    fn of(graph: &Graph, strength: Strength) -> Network {
        let (out, into, total) = degrees(graph, strength);
        let rows = Adjacency::of(graph, Direction::Both);
        let weights: Vec<f64> = ties(graph, strength).map(|(_, _, tie)| tie).collect();
        let mut network = Network {
            starts: vec![0],
            others: Vec::with_capacity(rows.len()),
            ties: Vec::with_capacity(rows.len()),
            out,
            into,
            total,
            resolution: strength.resolution,
        };
        for node in 0..rows.node_count() as u32 {
            let row = rows.row(node).iter().zip(rows.edges(node));
            for (other, edge) in row.filter(|(other, _)| **other != node) {
                network.others.push(*other);
                network.ties.push(weights[*edge as usize]);
            }
            network.starts.push(network.others.len());
        }
        network
    }

    fn count(&self) -> usize {
        self.out.len()
    }

    fn row(&self, node: u32) -> impl Iterator<Item = (u32, f64)> {
        let range = self.starts[node as usize]..self.starts[node as usize + 1];
        self.others[range.clone()].iter().copied().zip(self.ties[range].iter().copied())
    }

    /// Returns the ties that chance would give a node and a group.
    fn chance(&self, node: u32, sum: &Sum) -> f64 {
        let (out, into) = (self.out[node as usize], self.into[node as usize]);
        self.resolution * (out * sum.into + into * sum.out) / self.total
    }

    /// Returns what is too little to count as better.
    fn least_gain(&self) -> f64 {
        1e-12 * self.total
    }

    fn sums(&self, marks: &[u32]) -> Vec<Sum> {
        let mut sums = vec![Sum::default(); self.count()];
        for (node, mark) in (0..).zip(marks) {
            self.join(&mut sums[*mark as usize], node);
        }
        sums
    }

    fn join(&self, sum: &mut Sum, node: u32) {
        sum.out += self.out[node as usize];
        sum.into += self.into[node as usize];
        sum.nodes += 1;
    }

    fn leave(&self, sum: &mut Sum, node: u32) {
        sum.nodes -= 1;
        sum.out -= self.out[node as usize];
        sum.into -= self.into[node as usize];
        if sum.nodes == 0 {
            // What is left by rounding would count as a tie.
            *sum = Sum::default();
        }
    }

    /// Betters a grouping: moves nodes, then groups of nodes, and so on.
    fn search(&self, mut marks: Vec<u32>) -> Vec<u32> {
        self.move_nodes(&mut marks);
        let mut place: Vec<u32> = (0..self.count() as u32).collect();
        let (mut smaller, mut current) = (None, self);
        loop {
            let refined = Grouping::of_marks(current.refine(&marks));
            if refined.count() == current.count() {
                break;
            }
            let mut above = vec![0; refined.count()];
            for (node, mark) in (0..).zip(&marks) {
                above[refined.of(node) as usize] = *mark;
            }
            place.iter_mut().for_each(|place| *place = refined.of(*place));
            let next = current.joined(&refined);
            // Marks are less than the number of nodes.
            marks = Grouping::of_marks(dense(&above)).numbers().to_vec();
            next.move_nodes(&mut marks);
            current = smaller.insert(next);
        }
        place.iter().map(|place| marks[*place as usize]).collect()
    }

    /// Moves each node to the group that gains most by it, until none gains.
    fn move_nodes(&self, marks: &mut [u32]) {
        let mut sums = self.sums(marks);
        let mut empty: Vec<u32> =
            (0..self.count() as u32).filter(|group| sums[*group as usize].nodes == 0).collect();
        let mut queue: VecDeque<u32> = (0..self.count() as u32).collect();
        let mut is_queued = vec![true; self.count()];
        let mut tally = Tally::new(self.count());
        while let Some(node) = queue.pop_front() {
            is_queued[node as usize] = false;
            let own = marks[node as usize];
            self.leave(&mut sums[own as usize], node);
            tally.count(self.row(node).map(|(other, tie)| (marks[other as usize], tie)));
            let gain =
                |group: u32| tally.to[group as usize] - self.chance(node, &sums[group as usize]);
            let (mut best, mut most) = (own, gain(own));
            let alone = empty.last().copied().filter(|_| sums[own as usize].nodes > 0);
            for group in tally.met.iter().copied().chain(alone) {
                let gain = gain(group);
                if gain > most + self.least_gain() {
                    (best, most) = (group, gain);
                }
            }
            self.join(&mut sums[best as usize], node);
            if best == own {
                continue;
            }
            marks[node as usize] = best;
            if Some(best) == alone {
                empty.pop();
            }
            if sums[own as usize].nodes == 0 {
                empty.push(own);
            }
            for (other, _) in self.row(node) {
                if marks[other as usize] != best && !is_queued[other as usize] {
                    is_queued[other as usize] = true;
                    queue.push_back(other);
                }
            }
        }
    }

    /// Splits each group into parts that hang well together: nodes alone at first, which join the
    /// part of their group that gains most by it.
    fn refine(&self, marks: &[u32]) -> Vec<u32> {
        let sums = self.sums(marks);
        let mut parts: Vec<u32> = (0..self.count() as u32).collect();
        let mut part_sums = self.sums(&parts);
        // The ties of each part to the rest of its group.
        let mut cut: Vec<f64> = (0..self.count() as u32)
            .map(|node| {
                let is_inside = |other: u32| marks[other as usize] == marks[node as usize];
                self.row(node).filter(|(other, _)| is_inside(*other)).map(|(_, tie)| tie).sum()
            })
            .collect();
        let holds = |cut: f64, part: &Sum, group: &Sum| {
            let (out, into) = (group.out - part.out, group.into - part.into);
            let chance = self.resolution * (part.out * into + part.into * out) / self.total;
            cut >= chance - self.least_gain()
        };
        let mut tally = Tally::new(self.count());
        for node in 0..self.count() as u32 {
            let at = node as usize;
            let group = &sums[marks[at] as usize];
            if part_sums[at].nodes != 1
                || parts[at] != node
                || !holds(cut[at], &part_sums[at], group)
            {
                continue;
            }
            let inside = self.row(node).filter(|(other, _)| marks[*other as usize] == marks[at]);
            tally.count(inside.map(|(other, tie)| (parts[other as usize], tie)));
            let (mut best, mut most) = (node, self.least_gain());
            for part in tally.met.iter().copied().filter(|part| *part != node) {
                let sum = &part_sums[part as usize];
                let gain = tally.to[part as usize] - self.chance(node, sum);
                if gain > most && holds(cut[part as usize], sum, group) {
                    (best, most) = (part, gain);
                }
            }
            if best != node {
                parts[at] = best;
                self.join(&mut part_sums[best as usize], node);
                self.leave(&mut part_sums[at], node);
                cut[best as usize] += cut[at] - 2.0 * tally.to[best as usize];
            }
        }
        parts
    }

    /// Makes the network whose nodes are the groups of this one.
    fn joined(&self, groups: &Grouping) -> Network {
        let mut network = Network {
            starts: vec![0],
            others: Vec::new(),
            ties: Vec::new(),
            out: vec![0.0; groups.count()],
            into: vec![0.0; groups.count()],
            ..*self
        };
        let mut tally = Tally::new(groups.count());
        for (group, members) in groups.members().iter().enumerate() {
            for node in members {
                network.out[group] += self.out[*node as usize];
                network.into[group] += self.into[*node as usize];
            }
            let rows = members.iter().flat_map(|node| self.row(*node));
            tally.count(rows.map(|(other, tie)| (groups.of(other), tie)));
            for other in tally.met.iter().filter(|other| **other as usize != group) {
                network.others.push(*other);
                network.ties.push(tally.to[*other as usize]);
            }
            network.starts.push(network.others.len());
        }
        network
    }

    /// Splits groups that do not hang together.
    fn connected(&self, marks: &[u32]) -> Vec<u32> {
        const UNSEEN: u32 = u32::MAX;
        let mut first = vec![UNSEEN; self.count()];
        let mut stack = Vec::new();
        for start in 0..self.count() as u32 {
            if first[start as usize] != UNSEEN {
                continue;
            }
            first[start as usize] = start;
            stack.push(start);
            while let Some(node) = stack.pop() {
                for (other, tie) in self.row(node) {
                    let is_same = marks[other as usize] == marks[start as usize] && tie > 0.0;
                    if is_same && first[other as usize] == UNSEEN {
                        first[other as usize] = start;
                        stack.push(other);
                    }
                }
            }
        }
        first
    }
}

impl Tally {
    fn new(groups: usize) -> Tally {
        Tally { to: vec![0.0; groups], met: Vec::new(), is_met: vec![false; groups] }
    }

    /// Counts ties by group, in place of those counted before.
    fn count(&mut self, ties: impl Iterator<Item = (u32, f64)>) {
        for group in self.met.drain(..) {
            (self.to[group as usize], self.is_met[group as usize]) = (0.0, false);
        }
        for (group, tie) in ties {
            if !std::mem::replace(&mut self.is_met[group as usize], true) {
                self.met.push(group);
            }
            self.to[group as usize] += tie;
        }
    }
}

/// Renumbers marks from 0, in their own order.
fn dense(marks: &[u32]) -> Vec<u32> {
    let mut known = marks.to_vec();
    known.sort_unstable();
    known.dedup();
    marks.iter().map(|mark| known.partition_point(|known| known < mark) as u32).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{chain, numbered, rows, sketch, star};
    use crate::graph::weak_components;

    /// Rings of five nodes that all have edges to each other, joined to a circle.
    fn rings(count: u32) -> Graph {
        let ring = |ring: u32| {
            let pairs = (0..5).flat_map(|a| (0..a).map(move |b| (a, b)));
            pairs.map(move |(a, b)| (ring * 5 + a, ring * 5 + b))
        };
        let joints = (0..count).map(move |ring| (ring * 5, (ring + 1) % count * 5 + 1));
        numbered(count as usize * 5, (0..count).flat_map(ring).chain(joints))
    }

    #[test]
    fn cliques_in_a_circle_are_the_communities() {
        for directed in [false, true] {
            let strength = Strength { directed, ..Strength::default() };
            let groups = communities(&rings(6), strength);
            let expected: Vec<u32> = (0..30).map(|node| node / 5).collect();
            assert_eq!(groups.numbers(), expected);
            let modularity = modularity(&rings(6), &groups, strength).unwrap();
            assert!((modularity - (60.0 / 66.0 - 1.0 / 6.0)).abs() < 1e-12, "{modularity}");
        }
    }

    #[test]
    fn weights_and_resolution_decide_what_belongs_together() {
        let graph = sketch(&["a", "b", "c", "d"], &["a b *9", "b c", "c d *9", "d a", "a c *-3"]);
        let weighted = Strength { weighted: true, ..Strength::default() };
        assert_eq!(communities(&graph, weighted).numbers(), [0, 0, 1, 1]);
        let fine = Strength { resolution: 100.0, ..weighted };
        assert_eq!(communities(&graph, fine).count(), 4);
        let coarse = Strength { resolution: 0.0, ..weighted };
        assert_eq!(communities(&graph, coarse).count(), 1);
    }

    #[test]
    fn without_ties_each_node_is_alone_and_modularity_is_undefined() {
        for graph in [sketch(&[], &[]), sketch(&["a", "b"], &[])] {
            let groups = communities(&graph, Strength::default());
            assert_eq!(groups.count(), graph.node_count());
            assert_eq!(modularity(&graph, &groups, Strength::default()), None);
        }
    }

    #[test]
    fn chains_and_stars_are_no_stack_overflow() {
        let count = 200_000;
        assert_eq!(communities(&star(count), Strength::default()).count(), 1);
        let groups = communities(&chain(count), Strength::default());
        assert!(modularity(&chain(count), &groups, Strength::default()).unwrap() > 0.99);
    }

    proptest! {
        #[test]
        fn communities_are_better_than_components_and_than_none(
            (rows, turned) in rows(), weighted in any::<bool>(), directed in any::<bool>(),
        ) {
            let graph = rows.graph();
            let strength = Strength { weighted, directed, resolution: 1.0 };
            let found = communities(&graph, strength);
            prop_assert_eq!(&found, &communities(&turned.graph(), strength));
            let worth = |groups: &Grouping| modularity(&graph, groups, strength).unwrap_or(0.0);
            let alone = Grouping::of_marks((0..graph.node_count() as u32).collect());
            prop_assert!(worth(&found) >= worth(&alone) - 1e-9);
            prop_assert!(worth(&found) >= -1e-9);
            let parts = weak_components(&graph);
            for a in 0..graph.node_count() as u32 {
                for b in 0..a {
                    prop_assert!(found.of(a) != found.of(b) || parts.of(a) == parts.of(b));
                }
            }
        }
    }
}
