//! Shortest ways from some nodes to all others, with the edges they go along.

use std::collections::BTreeMap;

use crate::graph::{Adjacency, EdgeId};

/// Stands for a node that is not reached.
const UNREACHED: u32 = u32::MAX;
/// Stands for the step to a node that a way begins at.
const START: u32 = u32::MAX - 1;

/// What was reached, and how.
pub(super) struct Ways {
    /// For each node the node before it.
    before: Vec<u32>,
    /// For each node the edge of the last step to it.
    by: Vec<u32>,
    /// The nodes that were reached, nearest first.
    reached: Vec<u32>,
    /// For nodes that ways begin at the first step back to them: its node and edge.
    again: BTreeMap<u32, (u32, u32)>,
}

impl Ways {
    /// Goes along steps, breadth first (Moore, The shortest path through a maze, 1959), from some
    /// nodes and from all that is reached for which `goes_on` holds. Linear.
    pub(super) fn find(
        steps: &Adjacency,
        from: impl Iterator<Item = u32>,
        goes_on: impl Fn(u32) -> bool,
    ) -> Ways {
        let count = steps.node_count();
        let mut ways = Ways {
            before: vec![UNREACHED; count],
            by: vec![UNREACHED; count],
            reached: Vec::new(),
            again: BTreeMap::new(),
        };
        for node in from {
            if ways.before[node as usize] == UNREACHED {
                ways.before[node as usize] = START;
                ways.reached.push(node);
            }
        }
        let starts = ways.reached.len();
        let mut at = 0;
        while let Some(&node) = ways.reached.get(at) {
            at += 1;
            if at > starts && !goes_on(node) {
                continue;
            }
            for (next, edge) in steps.row(node).iter().zip(steps.edges(node)) {
                if ways.before[*next as usize] == UNREACHED {
                    (ways.before[*next as usize], ways.by[*next as usize]) = (node, *edge);
                    ways.reached.push(*next);
                } else if ways.before[*next as usize] == START {
                    ways.again.entry(*next).or_insert((node, *edge));
                }
            }
        }
        ways
    }

    /// Returns the nodes that were reached, nearest first; the first are those it began with.
    pub(super) fn reached(&self) -> &[u32] {
        &self.reached
    }

    /// Returns whether a node was reached, or begun with.
    pub(super) fn reaches(&self, node: u32) -> bool {
        self.before[node as usize] != UNREACHED
    }

    /// Returns the edges of a shortest way of at least one step to a node, if there is one: where
    /// ways begin at it, one that leads back to it.
    pub(super) fn trail_of_steps(&self, node: u32) -> Option<Vec<EdgeId>> {
        match self.before[node as usize] {
            UNREACHED => None,
            START => {
                let (before, edge) = *self.again.get(&node)?;
                let mut trail = self.trail(before);
                trail.push(EdgeId(edge));
                Some(trail)
            }
            _ => Some(self.trail(node)),
        }
    }

    /// Returns the edges of a shortest way to a node that was reached; none to where it begins.
    pub(super) fn trail(&self, node: u32) -> Vec<EdgeId> {
        let mut trail = Vec::new();
        let mut at = node;
        while self.before[at as usize] < START {
            trail.push(EdgeId(self.by[at as usize]));
            at = self.before[at as usize];
        }
        trail.reverse();
        trail
    }
}
