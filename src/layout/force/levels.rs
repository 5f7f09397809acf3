//! Smaller and smaller graphs of the same shape: pairs of neighbors become one.
//!
//! Walshaw: A Multilevel Algorithm for Force-Directed Graph-Drawing, 2003. What stays alone there
//! is joined in pairs as well if both hang on the same one, so that stars become small too.

use crate::layout::nest::Members;

/// The most nodes of the smallest level.
const LEAST: usize = 3;
const FREE: u32 = u32::MAX;

/// A graph of places: neighbors with what pulls them together, and how much room each one takes.
#[derive(Debug, Clone, Default)]
pub(super) struct Level {
    /// Where the neighbors of each begin in `near`; one more at the end.
    pub starts: Vec<u32>,
    /// The neighbors of all, in order.
    pub near: Vec<u32>,
    /// How many edges stand for each of `near`.
    pub pull: Vec<f64>,
    /// How far each keeps others away.
    pub reach: Vec<f64>,
    /// What each becomes on the next level; nothing on the last.
    pub into: Vec<u32>,
}

impl Level {
    /// Makes the first level: parallel edges are one, and loops none.
    pub fn of(members: &Members, reach: Vec<f64>) -> Level {
        let edges = members.edges.iter().flat_map(|(a, b)| [(*a, *b, 1.0), (*b, *a, 1.0)]);
        let mut level = Level::with(edges, reach);
        level.pull.fill(1.0);
        level
    }

    /// Makes a level of edges that are named from both ends.
    fn with(edges: impl Iterator<Item = (u32, u32, f64)> + Clone, reach: Vec<f64>) -> Level {
        let count = reach.len();
        let mut starts = vec![0u32; count + 1];
        for (a, b, _) in edges.clone() {
            starts[a as usize + 1] += u32::from(a != b);
        }
        for at in 0..count {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut all = vec![(0u32, 0.0f64); starts[count] as usize];
        for (a, b, pull) in edges.filter(|(a, b, _)| a != b) {
            all[next[a as usize] as usize] = (b, pull);
            next[a as usize] += 1;
        }
        let mut level = Level { reach, starts: vec![0], ..Level::default() };
        for at in 0..count {
            let own = &mut all[starts[at] as usize..starts[at + 1] as usize];
            own.sort_by_key(|(other, _)| *other);
            for group in own.chunk_by(|a, b| a.0 == b.0) {
                level.near.push(group[0].0);
                level.pull.push(group.iter().map(|(_, pull)| pull).sum());
            }
            level.starts.push(level.near.len() as u32);
        }
        level
    }

    /// Returns how many nodes there are.
    pub fn count(&self) -> usize {
        self.reach.len()
    }

    /// Returns the neighbors of a node, each with what pulls it there.
    pub fn pulls(&self, at: usize) -> impl Iterator<Item = (usize, f64)> + Clone {
        let own = self.starts[at] as usize..self.starts[at + 1] as usize;
        let pulls = self.pull[own.clone()].iter().copied();
        self.near[own].iter().map(|other| *other as usize).zip(pulls)
    }

    /// Makes the next level.
    fn coarser(&mut self) -> Level {
        let partner = self.partners();
        let mut into = vec![FREE; self.count()];
        let mut reach = Vec::with_capacity(self.count() * 3 / 4);
        for (at, other) in partner.into_iter().enumerate() {
            if into[at] != FREE {
                continue;
            }
            into[at] = reach.len() as u32;
            // Room is an area: two places of one size need a place that is larger by the root of 2.
            let mut area = self.reach[at] * self.reach[at];
            if other != FREE {
                into[other as usize] = into[at];
                area += self.reach[other as usize] * self.reach[other as usize];
            }
            reach.push(area.sqrt());
        }
        let edges = (0..self.count()).flat_map(|at| {
            let into = &into;
            self.pulls(at).map(move |(other, pull)| (into[at], into[other], pull))
        });
        let next = Level::with(edges, reach);
        self.into = into;
        next
    }

    /// Returns with which other each node becomes one.
    fn partners(&self) -> Vec<u32> {
        let mut partner = vec![FREE; self.count()];
        // The smallest first, and in an order that has nothing to do with that of the nodes.
        let mut order: Vec<u32> = (0..self.count() as u32).collect();
        order.sort_by_cached_key(|at| (self.reach[*at as usize].to_bits(), mixed(*at)));
        for at in order {
            if partner[at as usize] != FREE {
                continue;
            }
            let free = self.pulls(at as usize).filter(|(other, _)| partner[*other] == FREE);
            let worth = |(other, pull): &(usize, f64)| pull / self.reach[*other];
            let best = free.max_by(|a, b| worth(a).total_cmp(&worth(b)).then(b.0.cmp(&a.0)));
            if let Some((best, _)) = best {
                (partner[at as usize], partner[best]) = (best as u32, at);
            }
        }
        // Two that are left and hang on the same one, so that at most a quarter of all stay alone.
        for own in self.starts.windows(2) {
            let mut waiting = None;
            for other in &self.near[own[0] as usize..own[1] as usize] {
                if partner[*other as usize] != FREE {
                    continue;
                }
                match waiting.take() {
                    None => waiting = Some(*other),
                    Some(first) => {
                        partner[first as usize] = *other;
                        partner[*other as usize] = first;
                    }
                }
            }
        }
        partner
    }
}

/// Returns all levels, the whole graph first.
pub(super) fn levels(first: Level) -> Vec<Level> {
    let mut levels = vec![first];
    while let Some(last) = levels.last_mut().filter(|last| last.count() > LEAST) {
        let next = last.coarser();
        levels.push(next);
    }
    levels
}

/// Mixes the bits of a number (the finalizer of MurmurHash3).
pub(super) fn mixed(at: u32) -> u32 {
    let at = (at ^ (at >> 16)).wrapping_mul(0x85eb_ca6b);
    let at = (at ^ (at >> 13)).wrapping_mul(0xc2b2_ae35);
    at ^ (at >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Size;

    fn first(count: u32, edges: Vec<(u32, u32)>) -> Level {
        let sizes = vec![Size::default(); count as usize];
        let members = Members { ids: (0..count).collect(), sizes, edges, label: 0.0 };
        Level::of(&members, vec![1.0; count as usize])
    }

    #[test]
    fn edges_are_named_once_from_both_ends() {
        let level = first(3, vec![(0, 1), (1, 0), (2, 2), (1, 2), (0, 1)]);
        assert_eq!((level.starts, level.near), (vec![0, 1, 3, 4], vec![1, 0, 2, 1]));
        assert_eq!(level.pull, [1.0; 4]);
    }

    #[test]
    fn levels_get_smaller_by_a_quarter_at_least_and_keep_the_room() {
        let chain = first(500, (1..500).map(|at| (at - 1, at)).collect());
        let star = first(500, (1..500).map(|at| (0, at)).collect());
        let combs = first(500, (1..500).map(|at| (at % 2 * (at - 1), at)).collect());
        for first in [chain, star, combs] {
            let levels = levels(first);
            for pair in levels.windows(2) {
                assert!(pair[1].count() * 4 <= pair[0].count() * 3, "{}", pair[0].count());
                let room: f64 = pair[1].reach.iter().map(|reach| reach * reach).sum();
                assert!((room - 500.0).abs() < 1e-6, "{room}");
            }
            assert!(levels.last().unwrap().count() <= LEAST);
        }
    }
}
