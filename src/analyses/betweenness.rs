//! `betweenness`: on how many shortest ways a node lies.

use std::num::NonZeroU32;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::walk::{Walk, Ways};
use super::{options, parallel};
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{Adjacency, Direction, Graph, Table};
use crate::step::{Analysis, NamedGraph, Rows};

/// How likely all sampled values are within the error that is stated for them.
const CONFIDENCE: f64 = 0.95;

/// The analysis.
pub(crate) struct Betweenness;

/// Ranks nodes by how many shortest ways between others lead over them (`betweenness`): for each two
/// nodes, the part of the shortest ways between them that do. Of parallel edges the shortest counts,
/// once. In nodes × edges; a graph of more than 100,000,000,000 of these is refused.
///
/// With `samples`, only the ways from so many nodes are counted, drawn by `seed`. Then
/// `betweenness_error`, the same in every row, is how far off values are at most: with a probability
/// of 95% none is farther off.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "BetweennessOptions")]
pub(crate) struct Options {
    /// Along which edges ways lead; `both` counts each pair of nodes once.
    pub direction: Direction,
    /// Whether an edge is as long as its weight, which is above 0, rather than 1.
    pub weighted: bool,
    /// Whether values are divided by the number of pairs of other nodes.
    pub normalized: bool,
    /// From how many nodes to go; all unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub samples: Option<NonZeroU32>,
    /// Decides which nodes are drawn.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        let direction = Direction::Out;
        Options { direction, weighted: false, normalized: true, samples: None, seed: 0 }
    }
}

impl Analysis for Betweenness {
    const KIND: &'static str = "betweenness";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Ranks nodes by how many shortest ways lead over them";
    const ROWS: Rows = Rows::Nodes;
    type Options = Options;

    fn analyze(
        options: &Options,
        graph: &NamedGraph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Table, Failed> {
        let graph = &*graph.graph;
        let weights = options::weights(graph, options.weighted, true, diagnostics)?;
        let count = graph.node_count();
        let starts = match options.samples {
            Some(samples) if (samples.get() as usize) < count => {
                drawn(count as u32, samples.get(), options.seed)
            }
            _ => (0..count as u32).collect(),
        };
        let help = "go from some nodes only: `betweenness: { samples: 1000 }`";
        options::check_work(starts.len(), graph, help, diagnostics)?;
        let mut values = sums(graph, options.direction, weights.as_deref(), &starts);
        if values.iter().any(|value| !value.is_finite()) {
            let message = "there are more shortest ways between two nodes than can be counted";
            let error = Diagnostic::error("too-many-paths", message)
                .note("that happens in large grids, where almost every way is a shortest one")
                .help("give edges weights that differ a little, and say `weighted: true`");
            return Err(diagnostics.fail(error));
        }
        // Whichever way edges point, each pair was counted from both its ends.
        let pairs = match (options.normalized, options.direction) {
            (true, _) => (count.saturating_sub(1) as f64 * count.saturating_sub(2) as f64).max(1.0),
            (false, Direction::Both) => 2.0,
            (false, Direction::In | Direction::Out) => 1.0,
        };
        let scale = count as f64 / starts.len().max(1) as f64 / pairs;
        values.iter_mut().for_each(|value| *value *= scale);
        let mut columns = vec![super::numbers("betweenness", values)];
        if options.samples.is_some() {
            let all = count.saturating_sub(2) as f64 * count as f64 / pairs;
            let error = error(count, starts.len()) * all;
            columns.push(super::numbers("betweenness_error", vec![error; count]));
        }
        super::table(columns, diagnostics)
    }
}

/// Returns how far the mean of what a node gets from so many others can be from the mean of what it
/// gets from all, as a part of the most that it can get from one.
///
/// By the inequality of Hoeffding (Probability inequalities for sums of bounded random variables,
/// 1963) for each node, and for all of them together by adding up what is left to chance.
fn error(nodes: usize, samples: usize) -> f64 {
    if samples >= nodes {
        return 0.0;
    }
    let error = (2.0 * nodes as f64 / (1.0 - CONFIDENCE)).ln() / (2.0 * samples as f64);
    // Rounded up: the last bits of a logarithm are not the same everywhere.
    ((error.sqrt() * 1e6).ceil() / 1e6).min(1.0)
}

/// Draws so many different numbers below `count`, all equally likely; returns them in order.
fn drawn(count: u32, samples: u32, seed: u64) -> Vec<u32> {
    let mut state = seed;
    let mut next = || {
        // Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    };
    let mut numbers: Vec<u32> = (0..count).collect();
    for at in 0..samples.min(count) {
        let left = u64::from(count - at);
        // The upper half of a product is a number below `left`, with no bias that could be seen.
        let pick = ((u128::from(next()) * u128::from(left)) >> 64) as u32;
        numbers.swap(at as usize, (at + pick) as usize);
    }
    numbers.truncate(samples as usize);
    numbers.sort_unstable();
    numbers
}

/// Sums for each node the parts of shortest ways from these nodes that lead over it (Brandes, A
/// faster algorithm for betweenness centrality, 2001).
fn sums(graph: &Graph, direction: Direction, weights: Option<&[f64]>, starts: &[u32]) -> Vec<f64> {
    let ways = Ways::of(graph, direction, weights);
    let count = graph.node_count();
    if ways.is_weighted() {
        let room = || (Walk::over(&ways), vec![Share::default(); count]);
        return parallel::totals(starts, count, room, |(walk, shares), start, totals| {
            walk.from(&ways, start);
            add_weighted(&ways, walk, shares, start, totals);
        });
    }
    let room = || (Vec::with_capacity(count), vec![Share::default(); count]);
    parallel::totals(starts, count, room, |(order, shares), start, totals| {
        add(&ways.rows, order, shares, start, totals);
    })
}

/// What is known of a node while ways from one start are counted.
#[derive(Clone, Copy, Default)]
struct Share {
    /// One more than the distance from the start; 0 for what is not reached.
    depth: u32,
    /// The number of shortest ways from the start.
    ways: f64,
    /// What each way to it stands for: the way to itself, and its part of those that lead on.
    each: f64,
}

/// Adds what nodes get from the ways that start at one of them.
fn add(
    rows: &Adjacency,
    order: &mut Vec<u32>,
    shares: &mut [Share],
    start: u32,
    totals: &mut [f64],
) {
    order.clear();
    order.push(start);
    shares[start as usize] = Share { depth: 1, ways: 1.0, each: 0.0 };
    let mut at = 0;
    while let Some(&node) = order.get(at) {
        at += 1;
        let Share { depth, ways, .. } = shares[node as usize];
        for other in rows.row(node) {
            let share = &mut shares[*other as usize];
            if share.depth == 0 {
                *share = Share { depth: depth + 1, ways, each: 0.0 };
                order.push(*other);
            } else if share.depth == depth + 1 {
                share.ways += ways;
            }
        }
    }
    for node in order.iter().rev() {
        let Share { depth, ways, .. } = shares[*node as usize];
        let mut each = 0.0;
        for other in rows.row(*node) {
            let share = &shares[*other as usize];
            if share.depth == depth + 1 {
                each += share.each;
            }
        }
        give(shares, *node, ways * each, start, totals);
    }
    order.iter().for_each(|node| shares[*node as usize].depth = 0);
}

/// Does the same by weights, once the walk from the start is done.
fn add_weighted(ways: &Ways, walk: &Walk, shares: &mut [Share], start: u32, totals: &mut [f64]) {
    walk.order.iter().for_each(|node| shares[*node as usize] = Share::default());
    shares[start as usize].ways = 1.0;
    let next = |node: u32| {
        let here = walk.distance(node);
        let steps = ways.steps(node);
        steps.filter(move |(other, step)| here + step == walk.distance(*other)).map(|step| step.0)
    };
    for node in &walk.order {
        let ways = shares[*node as usize].ways;
        next(*node).for_each(|other| shares[other as usize].ways += ways);
    }
    for node in walk.order.iter().rev() {
        let each: f64 = next(*node).map(|other| shares[other as usize].each).sum();
        give(shares, *node, shares[*node as usize].ways * each, start, totals);
    }
}

/// Gives a node what it gets of the ways that lead on from it.
fn give(shares: &mut [Share], node: u32, gets: f64, start: u32, totals: &mut [f64]) {
    let share = &mut shares[node as usize];
    share.each = (1.0 + gets) / share.ways;
    if node != start {
        totals[node as usize] += if share.ways.is_finite() { gets } else { f64::INFINITY };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyses::testing::{check, column, run};
    use crate::graph::sketch::{chain, numbered, sketch, star};

    fn values(options: &str, graph: Graph) -> Vec<f64> {
        column(&run::<Betweenness>(options, graph).unwrap(), "betweenness")
    }

    fn diamond() -> Graph {
        let edges = ["a b *1", "a c *2", "b d *1", "c d *2", "d e *1", "a b x #e *7", "b b"];
        sketch(&["a", "b", "c", "d", "e"], &edges)
    }

    #[test]
    fn nodes_share_the_ways_that_lead_over_them() {
        let found = values(r#"{"normalized": false}"#, diamond());
        check(&found, &[0.0, 1.0, 1.0, 3.0, 0.0]);
        check(&values("{}", diamond()), &[0.0, 1.0 / 12.0, 1.0 / 12.0, 0.25, 0.0]);
        let found = values(r#"{"normalized": false, "direction": "in"}"#, diamond());
        check(&found, &[0.0, 1.0, 1.0, 3.0, 0.0]);
        let found = values(r#"{"normalized": false, "direction": "both"}"#, diamond());
        check(&found, &[0.5, 1.0, 1.0, 3.5, 0.0]);
        let found = values(r#"{"normalized": false, "weighted": true}"#, diamond());
        check(&found, &[0.0, 2.0, 0.0, 3.0, 0.0]);
        for graph in [sketch(&[], &[]), sketch(&["a", "b"], &["a b"])] {
            assert!(values("{}", graph).iter().all(|value| *value == 0.0));
        }
    }

    #[test]
    fn samples_are_off_by_no_more_than_they_say() {
        let around = |count: u32| {
            (0..count).flat_map(move |a| [(a, (a * 7 + 1) % count), (a, (a + 1) % count)])
        };
        let graph = || numbered(300, around(300));
        let exact = values("{}", graph());
        let table = run::<Betweenness>(r#"{"samples": 100, "seed": 3}"#, graph()).unwrap();
        let error = column(&table, "betweenness_error")[0];
        assert!(error > 0.0 && error < 0.3, "{error}");
        let sampled = column(&table, "betweenness");
        assert!(exact.iter().zip(&sampled).all(|(a, b)| (a - b).abs() <= error));
        assert_ne!(exact, sampled);
        assert_ne!(sampled, values(r#"{"samples": 100, "seed": 4}"#, graph()));
        let all = run::<Betweenness>(r#"{"samples": 300}"#, graph()).unwrap();
        assert_eq!(
            (column(&all, "betweenness"), column(&all, "betweenness_error")[0]),
            (exact, 0.0)
        );
    }

    #[test]
    fn drawn_numbers_are_different_and_all_are_drawn_at_times() {
        let mut times = [0; 10];
        for seed in 0..1000 {
            let numbers = drawn(10, 3, seed);
            assert!(numbers.len() == 3 && numbers.is_sorted_by(|a, b| a < b));
            numbers.into_iter().for_each(|number| times[number as usize] += 1);
        }
        assert!(times.iter().all(|times| (250..350).contains(times)), "{times:?}");
    }

    #[test]
    fn what_would_take_hours_or_cannot_be_counted_is_told() {
        assert!(run::<Betweenness>("{}", chain(1_000_000)).unwrap_err().contains("too many"));
        let table = run::<Betweenness>(r#"{"samples": 3}"#, star(1_000_000)).unwrap();
        assert_eq!(table.row_count(), 1_000_000);
        // Two ways at each of 1100 places make more ways than a number can hold.
        let fork =
            |at: u32| [(0, 1), (0, 2), (1, 3), (2, 3)].map(move |(a, b)| (3 * at + a, 3 * at + b));
        let problem =
            run::<Betweenness>("{}", numbered(3301, (0..1100).flat_map(fork))).unwrap_err();
        assert_eq!(problem, "there are more shortest ways between two nodes than can be counted");
        let problem = run::<Betweenness>(r#"{"weighted": true}"#, sketch(&["a"], &["a a *0"]));
        assert_eq!(problem.unwrap_err(), "the edge `a->a` has the weight 0");
    }
}
