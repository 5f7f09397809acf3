//! `diameter`: the two nodes that are farthest from each other.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::walk::{Walk, Ways};
use super::{options, parallel};
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Direction, NodeId, Table};
use crate::step::{Analysis, NamedGraph, Rows};

/// The analysis.
pub(crate) struct Diameter;

/// Finds the two nodes that are farthest from each other of those of which one reaches the other: a
/// table of one row. `diameter` is how far they are, `source` and `target` which they are (the first
/// ones of several), `path` a shortest way between them. `radius` is the least distance within which
/// a node has all that it reaches, among nodes that reach any; `mean_distance` is that of all pairs
/// of which one reaches the other. In nodes × edges; a graph of more than 100,000,000,000 of these is
/// refused.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "DiameterOptions")]
pub(crate) struct Options {
    /// Along which edges to go.
    pub direction: Direction,
    /// Whether an edge is as long as its weight, rather than 1.
    pub weighted: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options { direction: Direction::Out, weighted: false }
    }
}

impl Analysis for Diameter {
    const KIND: &'static str = "diameter";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Finds the two nodes that are farthest from each other";
    const ROWS: Rows = Rows::Own;
    type Options = Options;

    fn analyze(
        options: &Options,
        graph: &NamedGraph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Table, Failed> {
        let graph = &*graph.graph;
        let weights = options::weights(graph, options.weighted, false, diagnostics)?;
        let help = "take `levels`, or a part of the graph";
        options::check_work(graph.node_count(), graph, help, diagnostics)?;
        let ways = Ways::of(graph, options.direction, weights.as_deref());
        let all: Vec<u32> = (0..graph.node_count() as u32).collect();
        let reaches = parallel::each(
            &all,
            || Walk::over(&ways),
            |walk, node| {
                walk.from(&ways, node);
                let distance = |node: u32| walk.distance(node);
                let farthest = walk.order.last().map_or(0.0, |last| distance(*last));
                let targets = walk.order[1..].iter().copied();
                let target = targets.clone().filter(|node| distance(*node) == farthest).min();
                let sum: f64 = targets.map(distance).sum();
                (target.map(|target| (farthest, node, target)), sum, walk.order.len() - 1)
            },
        );
        let far = || reaches.iter().filter_map(|(far, ..)| *far);
        let widest = far().reduce(|most, far| if far.0 > most.0 { far } else { most });
        let radius = far().map(|far| far.0).reduce(f64::min);
        let (sum, pairs) =
            reaches.iter().fold((0.0, 0), |(sum, pairs), (_, s, p)| (sum + s, pairs + p));
        let path = widest.map(|(_, source, target)| {
            let mut walk = Walk::over(&ways);
            walk.from(&ways, source);
            super::way(graph, walk.way_to(target).into_iter())
        });
        let id = |node: Option<u32>| node.map_or("", |node| graph.node(NodeId(node)).id());
        let number = |name, value: Option<f64>| match options.weighted {
            true => super::numbers(name, [value.unwrap_or(f64::NAN)]),
            false => super::some_integers(name, [value.map(|value| value as usize)].into_iter()),
        };
        let columns = vec![
            number("diameter", widest.map(|widest| widest.0)),
            number("radius", radius),
            super::numbers("mean_distance", [sum / pairs as f64]),
            super::text("source", [id(widest.map(|widest| widest.1))].into_iter()),
            super::text("target", [id(widest.map(|widest| widest.2))].into_iter()),
            super::text("path", [path.unwrap_or_default()].iter().map(String::as_str)),
        ];
        super::table(columns, diagnostics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyses::testing::{check, column, run, texts};
    use crate::graph::sketch::{chain, sketch};

    #[test]
    fn the_longest_of_the_shortest_ways_is_found() {
        let edges = ["a b *2", "b c *2", "a c *5", "c d"];
        let graph = || sketch(&["a", "b", "c", "d", "e"], &edges);
        let table = run::<Diameter>("{}", graph()).unwrap();
        assert_eq!(texts(&table, "path"), ["a -> c -> d"]);
        assert_eq!((texts(&table, "source"), texts(&table, "target")), (vec!["a"], vec!["d"]));
        check(&column(&table, "diameter"), &[2.0]);
        check(&column(&table, "radius"), &[1.0]);
        check(&column(&table, "mean_distance"), &[8.0 / 6.0]);
        let table = run::<Diameter>(r#"{"weighted": true}"#, graph()).unwrap();
        assert_eq!(texts(&table, "path"), ["a -> b -> c -> d"]);
        check(&column(&table, "diameter"), &[5.0]);
    }

    #[test]
    fn without_edges_there_is_no_diameter() {
        let table = run::<Diameter>("{}", sketch(&["a"], &[])).unwrap();
        assert!(column(&table, "diameter")[0].is_nan() && texts(&table, "path") == [""]);
        assert!(run::<Diameter>("{}", chain(1_000_000)).is_err());
    }
}
