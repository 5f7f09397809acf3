//! Work over all nodes on several threads; the only file of analyses that knows them.
//!
//! Numbers are summed in chunks of a fixed size, and these in order, so that a sum is the same to
//! the last bit however many threads there are.

use rayon::prelude::*;

/// How many values a chunk has.
const CHUNK: usize = 4096;

/// How many sources one thread takes at once.
const BATCH: usize = 64;

/// How many batches are under way at once; each has totals of its own.
const WAVE: usize = 16;

/// Changes each value, told its place, and returns the sum of what that gives.
pub(super) fn update(
    values: &mut [f64],
    change: impl Fn(usize, &mut f64) -> f64 + Sync + Send,
) -> f64 {
    let change_chunk = |(chunk, values): (usize, &mut [f64])| -> f64 {
        let places = chunk * CHUNK..;
        values.iter_mut().zip(places).map(|(value, at)| change(at, value)).sum()
    };
    let chunks = values.par_chunks_mut(CHUNK).enumerate();
    chunks.map(change_chunk).collect::<Vec<f64>>().into_iter().sum()
}

/// Sums a number for each place.
pub(super) fn sum(count: usize, number: impl Fn(usize) -> f64 + Sync + Send) -> f64 {
    let chunks = (0..count.div_ceil(CHUNK)).into_par_iter();
    let sum_chunk = |chunk: usize| -> f64 {
        (chunk * CHUNK..count.min((chunk + 1) * CHUNK)).map(&number).sum()
    };
    chunks.map(sum_chunk).collect::<Vec<f64>>().into_iter().sum()
}

/// Works something out for each of these nodes, with room to work in that serves many of them.
pub(super) fn each<S, T: Send>(
    nodes: &[u32],
    room: impl Fn() -> S + Sync + Send,
    work_out: impl Fn(&mut S, u32) -> T + Sync + Send,
) -> Vec<T> {
    let nodes = nodes.par_iter().with_min_len(16);
    nodes.map_init(room, |room, node| work_out(room, *node)).collect()
}

/// Adds up what each of these nodes gives to totals, of which there are `count`.
pub(super) fn totals<S>(
    nodes: &[u32],
    count: usize,
    room: impl Fn() -> S + Sync + Send,
    add: impl Fn(&mut S, u32, &mut [f64]) + Sync + Send,
) -> Vec<f64> {
    let mut totals = vec![0.0; count];
    for wave in nodes.chunks(BATCH * WAVE) {
        let batch = |batch: &[u32]| {
            let (mut room, mut totals) = (room(), vec![0.0; count]);
            batch.iter().for_each(|node| add(&mut room, *node, &mut totals));
            totals
        };
        let parts: Vec<Vec<f64>> = wave.par_chunks(BATCH).map(batch).collect();
        update(&mut totals, |at, total| {
            parts.iter().for_each(|part| *total += part[at]);
            0.0
        });
    }
    totals
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyses::KINDS;
    use crate::diagnostic::Diagnostics;
    use crate::graph::sketch::numbered;
    use crate::step::NamedGraph;

    #[test]
    fn sums_are_the_same_to_the_last_bit_on_any_number_of_threads() {
        let run = || {
            let nodes: Vec<u32> = (0..30_000).collect();
            let number = |at: usize| 1.0 / (at + 1) as f64;
            let mut values = vec![1.0; 30_000];
            let updated = update(&mut values, |at, value| {
                *value = number(at);
                *value
            });
            let all = totals(
                &nodes,
                3,
                || (),
                |(), node, totals| {
                    totals[node as usize % 3] += number(node as usize);
                },
            );
            assert_eq!(each(&nodes, || (), |(), node| node), nodes);
            (sum(30_000, number), updated, all)
        };
        let with = |threads| {
            rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(run)
        };
        assert_eq!(with(1), with(7));
        let (sum, updated, totals) = with(2);
        assert_eq!(sum, updated);
        assert!((sum - totals.iter().sum::<f64>()).abs() < 1e-9);
    }

    #[test]
    fn metrics_are_the_same_to_the_last_bit_on_any_number_of_threads() {
        let count = 5_000;
        let edges = (0..3 * count).map(|at: u32| (at * 7 % count, at.wrapping_mul(at) % count));
        let graph = NamedGraph::new("g", numbered(count as usize, edges));
        let metrics = [
            ("pagerank", "{}"),
            ("katz", r#"{"alpha": 0.01}"#),
            ("eigenvector", r#"{"direction": "both", "tolerance": 1e-6}"#),
            ("betweenness", r#"{"samples": 200}"#),
            ("betweenness", r#"{"samples": 100, "weighted": true}"#),
        ];
        for (name, options) in metrics {
            let kind = KINDS.iter().find(|kind| kind.kind.name == name).unwrap();
            let run = || {
                let table = (kind.analyze)(options, &graph, &mut Diagnostics::default());
                table.unwrap().to_canonical_bytes()
            };
            let with = |threads| {
                rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(run)
            };
            assert_eq!(with(1), with(5), "{name}");
        }
    }
}
