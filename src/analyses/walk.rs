//! Walks from one node to all that it reaches, by the fewest edges or by the least weight.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::graph::{Adjacency, Direction, Graph};

/// Stands for no node, and for the distance of what is not reached.
pub(super) const NONE: u32 = u32::MAX;

/// Where steps lead, and how long they are: each node once, by the shortest of the edges there.
pub(super) struct Ways {
    pub rows: Adjacency,
    lengths: Option<Vec<f64>>,
}

/// The shortest ways from one node, and room for those from the next.
pub(super) struct Walk {
    /// The nodes that are reached, the start first, the farthest last.
    pub order: Vec<u32>,
    /// The node before each one on the way to it.
    pub before: Vec<u32>,
    hops: Vec<u32>,
    lengths: Vec<f64>,
    is_weighted: bool,
    queue: BinaryHeap<Reverse<(u64, u32)>>,
}

impl Ways {
    /// Reads the steps off a graph; by weights, none of which is negative, if they are given.
    pub fn of(graph: &Graph, direction: Direction, weights: Option<&[f64]>) -> Ways {
        let rows = Adjacency::distinct(graph, direction);
        let Some(weights) = weights else { return Ways { rows, lengths: None } };
        let all = Adjacency::of(graph, direction);
        let mut lengths = Vec::with_capacity(rows.len());
        for node in 0..rows.node_count() as u32 {
            let mut edges = all.row(node).iter().zip(all.edges(node)).peekable();
            for other in rows.row(node) {
                let mut least = f64::INFINITY;
                while let Some((next, edge)) = edges.next_if(|(next, _)| *next <= other) {
                    if next == other {
                        least = least.min(weights[*edge as usize]);
                    }
                }
                lengths.push(least);
            }
        }
        Ways { rows, lengths: Some(lengths) }
    }

    /// Returns whether steps have lengths of their own.
    pub fn is_weighted(&self) -> bool {
        self.lengths.is_some()
    }

    /// Returns where steps lead from a node, and how long they are.
    pub fn steps(&self, node: u32) -> impl Iterator<Item = (u32, f64)> {
        let lengths = self.lengths.as_deref().map_or(&[][..], |all| &all[self.rows.range(node)]);
        let lengths = lengths.iter().copied().chain(std::iter::repeat(1.0));
        self.rows.row(node).iter().copied().zip(lengths)
    }
}

impl Walk {
    /// Makes room for walks.
    pub fn over(ways: &Ways) -> Walk {
        let count = ways.rows.node_count();
        let is_weighted = ways.is_weighted();
        Walk {
            order: Vec::with_capacity(count),
            before: vec![NONE; count],
            hops: if is_weighted { Vec::new() } else { vec![NONE; count] },
            lengths: if is_weighted { vec![f64::INFINITY; count] } else { Vec::new() },
            is_weighted,
            queue: BinaryHeap::new(),
        }
    }

    /// Walks from a node. Of several shortest ways to a node, the one whose nodes come first in
    /// order of ids is taken where edges count, and always the same one where weights do.
    pub fn from(&mut self, ways: &Ways, start: u32) {
        for node in self.order.drain(..) {
            self.before[node as usize] = NONE;
            if self.is_weighted {
                self.lengths[node as usize] = f64::INFINITY;
            } else {
                self.hops[node as usize] = NONE;
            }
        }
        if self.is_weighted {
            self.by_weight(ways, start)
        } else {
            self.by_edges(&ways.rows, start)
        }
    }

    /// Returns how far a node that is reached is.
    pub fn distance(&self, node: u32) -> f64 {
        if self.is_weighted {
            self.lengths[node as usize]
        } else {
            f64::from(self.hops[node as usize])
        }
    }

    /// Returns whether a node is reached.
    pub fn has_reached(&self, node: u32) -> bool {
        if self.is_weighted {
            self.lengths[node as usize].is_finite()
        } else {
            self.hops[node as usize] != NONE
        }
    }

    /// Returns the nodes on the way to a node that is reached, the start first.
    pub fn way_to(&self, node: u32) -> Vec<u32> {
        let mut way = vec![node];
        let mut at = node;
        while self.before[at as usize] != NONE {
            at = self.before[at as usize];
            way.push(at);
        }
        way.reverse();
        way
    }

    fn by_edges(&mut self, rows: &Adjacency, start: u32) {
        self.hops[start as usize] = 0;
        self.order.push(start);
        let mut at = 0;
        while let Some(&node) = self.order.get(at) {
            at += 1;
            let hops = self.hops[node as usize] + 1;
            for other in rows.row(node) {
                if self.hops[*other as usize] == NONE {
                    self.hops[*other as usize] = hops;
                    self.before[*other as usize] = node;
                    self.order.push(*other);
                }
            }
        }
    }

    /// The method of Dijkstra (A note on two problems in connexion with graphs, 1959).
    fn by_weight(&mut self, ways: &Ways, start: u32) {
        // The bits of numbers that are not negative are in the order of the numbers.
        self.lengths[start as usize] = 0.0;
        self.queue.push(Reverse((0f64.to_bits(), start)));
        while let Some(Reverse((bits, node))) = self.queue.pop() {
            let length = self.lengths[node as usize];
            if length.to_bits() != bits {
                continue;
            }
            self.order.push(node);
            for (other, step) in ways.steps(node) {
                if length + step < self.lengths[other as usize] {
                    self.lengths[other as usize] = length + step;
                    self.before[other as usize] = node;
                    self.queue.push(Reverse(((length + step).to_bits(), other)));
                }
            }
        }
    }
}
