//! `shortest_paths`: the shortest ways between nodes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::options;
use super::walk::{Walk, Ways};
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{Attribute, Bits, Direction, Graph, NodeId, Table, TextColumn, Values};
use crate::step::{Analysis, NamedGraph, Rows};

/// The most rows of a table of ways.
const MOST_PAIRS: usize = 5_000_000;

/// The most bytes that ways take, written out.
const MOST_BYTES: usize = 1 << 30;

/// The analysis.
pub(crate) struct ShortestPaths;

/// Lists the shortest ways from some nodes to others: a row for each pair of which one reaches the
/// other, in order of ids, with `source`, `target`, `distance` and `path`, the nodes on the way. Of
/// several ways, the first in order of ids is taken; by weights, one of them, always the same. In
/// sources × edges.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "ShortestPathsOptions")]
pub(crate) struct Options {
    /// The ids of the nodes where ways start; all unless given.
    pub from: Vec<String>,
    /// The ids of the nodes where ways end; all unless given.
    pub to: Vec<String>,
    /// Along which edges to go.
    pub direction: Direction,
    /// Whether an edge is as long as its weight, rather than 1.
    pub weighted: bool,
    /// Whether the nodes on the way are listed.
    pub paths: bool,
}

impl Default for Options {
    fn default() -> Self {
        let direction = Direction::Out;
        Options { from: Vec::new(), to: Vec::new(), direction, weighted: false, paths: true }
    }
}

impl Analysis for ShortestPaths {
    const KIND: &'static str = "shortest_paths";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Lists the shortest ways between nodes";
    const ROWS: Rows = Rows::Own;
    type Options = Options;

    fn analyze(
        options: &Options,
        graph: &NamedGraph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Table, Failed> {
        let graph = &*graph.graph;
        let weights = options::weights(graph, options.weighted, false, diagnostics)?;
        let from = nodes(graph, &options.from, diagnostics)?;
        let to = nodes(graph, &options.to, diagnostics)?;
        let help = "name the nodes that matter: `shortest_paths: { from: [id] }`";
        options::check_work(from.len(), graph, help, diagnostics)?;
        let ways = Ways::of(graph, options.direction, weights.as_deref());
        let mut walk = Walk::over(&ways);
        let mut pairs = Vec::new();
        let mut paths = TextColumn::default();
        for source in from {
            walk.from(&ways, source);
            for target in to.iter().copied().filter(|to| *to != source && walk.has_reached(*to)) {
                pairs.push((source, target, walk.distance(target)));
                if options.paths {
                    paths.push(&super::way(graph, walk.way_to(target).into_iter()));
                }
                if pairs.len() > MOST_PAIRS || paths.memory() > MOST_BYTES {
                    let error =
                        Diagnostic::error("too-many-paths", "there are too many paths to list")
                            .note("they may be 5,000,000, and take 1 GB")
                            .help(help)
                            .help("or leave out what is on the way: `paths: false`");
                    return Err(diagnostics.fail(error));
                }
            }
        }
        let ids = |name, of: fn(&(u32, u32, f64)) -> u32| {
            super::text(name, pairs.iter().map(|pair| graph.node(NodeId(of(pair))).id()))
        };
        let distances = || pairs.iter().map(|pair| pair.2);
        let mut columns = vec![
            ids("source", |pair| pair.0),
            ids("target", |pair| pair.1),
            match options.weighted {
                true => super::numbers("distance", distances()),
                false => super::integers("distance", distances().map(|distance| distance as usize)),
            },
        ];
        if options.paths {
            let present = Bits::all(paths.len(), true);
            columns.push(Attribute {
                name: "path".to_owned(),
                values: Values::Text(paths),
                present,
            });
        }
        super::table(columns, diagnostics)
    }
}

/// Returns the nodes of these ids in order, or all if there are none.
fn nodes(graph: &Graph, ids: &[String], diagnostics: &mut Diagnostics) -> Result<Vec<u32>, Failed> {
    if ids.is_empty() {
        return Ok((0..graph.node_count() as u32).collect());
    }
    let found = ids.iter().map(|id| options::node(graph, id, diagnostics));
    let mut nodes = found.collect::<Result<Vec<u32>, Failed>>()?;
    nodes.sort_unstable();
    nodes.dedup();
    Ok(nodes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyses::testing::{check, column, run, texts};
    use crate::graph::sketch::{chain, sketch};

    fn graph() -> Graph {
        sketch(&["a", "b", "c", "d"], &["a b *2", "b d", "a c", "c d *3", "a d *5", "d a"])
    }

    #[test]
    fn ways_are_listed_in_order_of_their_ends() {
        let table = run::<ShortestPaths>(r#"{"from": ["c", "a"]}"#, graph()).unwrap();
        let expected = ["a -> b", "a -> c", "a -> d", "c -> d -> a", "c -> d -> a -> b", "c -> d"];
        assert_eq!(texts(&table, "path"), expected);
        check(&column(&table, "distance"), &[1.0, 1.0, 1.0, 2.0, 3.0, 1.0]);
        let options = r#"{"from": ["a"], "to": ["d"], "weighted": true}"#;
        let table = run::<ShortestPaths>(options, graph()).unwrap();
        assert_eq!(texts(&table, "path"), ["a -> b -> d"]);
        check(&column(&table, "distance"), &[3.0]);
        let table =
            run::<ShortestPaths>(r#"{"direction": "in", "paths": false}"#, graph()).unwrap();
        assert_eq!((table.row_count(), table.columns().len()), (12, 3));
    }

    #[test]
    fn names_that_are_not_there_and_too_many_paths_are_told() {
        let problem = run::<ShortestPaths>(r#"{"from": ["x"]}"#, graph()).unwrap_err();
        assert_eq!(problem, "the graph has no node `x`");
        let far = r#"{"from": ["0000000"], "to": ["0999999"]}"#;
        let table = run::<ShortestPaths>(far, chain(1_000_000)).unwrap();
        check(&column(&table, "distance"), &[999_999.0]);
        let problem = run::<ShortestPaths>("{}", chain(20_000)).unwrap_err();
        assert_eq!(problem, "there are too many paths to list");
    }
}
