//! `transitive_reduction`: leaves out the edges that a longer way stands for.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{Bits, Graph, Grouping, NodeId, strong_components, topological_order};
use crate::step::{NamedData, NamedGraph, Transform};

/// How many nodes of a cycle a message names.
const MOST_NAMED: usize = 10;

/// The transform.
pub(crate) struct TransitiveReduction;

/// Leaves out each edge between two nodes that a longer way leads between as well: what is left is
/// the least that reaches the same (Aho, Garey and Ullman, 1972). Parallel edges go or stay
/// together.
///
/// In the worst case it takes time for each node and edge together; a graph in which few nodes have
/// several edges to what is far apart takes about the time of its edges.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "TransitiveReductionOptions")]
pub(crate) struct Options {
    /// What to do about cycles, in which it is not clear which edge is too much.
    pub cycles: Cycles,
}

/// What to do about cycles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "TransitiveReductionCycles")]
pub(crate) enum Cycles {
    /// Fail, and name one.
    #[default]
    Error,
    /// Keep all edges inside a strong component, and reduce those between components.
    Keep,
}

impl Transform for TransitiveReduction {
    const KIND: &'static str = "transitive_reduction";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Leaves out the edges that a longer way stands for";
    type Options = Options;

    fn transform(
        options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        if options.cycles == Cycles::Error {
            let ends = graph.edges().map(|edge| (edge.target().index().0, edge.source().index().0));
            topological_order(graph.node_count(), ends)
                .map_err(|cycle| diagnostics.fail(cyclic(&graph, cycle)))?;
        }
        let stay = Parts::of(&graph).needed(&graph);
        if stay.count() == stay.len() {
            return Ok(Arc::unwrap_or_clone(graph));
        }
        Ok(graph.select(&Bits::all(graph.node_count(), true), &stay))
    }
}

/// Makes the message for a cycle, whose nodes each depend on the next.
fn cyclic(graph: &Graph, mut cycle: Vec<u32>) -> Diagnostic {
    // Along the edges, and from the first node in order of ids.
    cycle.reverse();
    let first = (0..cycle.len()).min_by_key(|at| cycle[*at]).unwrap_or(0);
    cycle.rotate_left(first);
    let name = |node: &u32| format!("`{}`", graph.node(NodeId(*node)).id());
    let mut named: Vec<String> = cycle.iter().take(MOST_NAMED).map(name).collect();
    if cycle.len() > MOST_NAMED {
        named.push(format!("{} more", cycle.len() - MOST_NAMED));
    }
    named.extend(cycle.first().map(name));
    let message = format!("the graph has a cycle: {}", named.join(" -> "));
    Diagnostic::error("cycle", message)
        .help("`cycles: keep` leaves cycles as they are; `drop_loops` takes loops away")
}

/// The strong components of a graph, each with those that an edge leads to.
struct Parts {
    of: Grouping,
    /// Where the targets of each component start in `targets`; one more at the end.
    starts: Vec<usize>,
    /// In order of their places, each once.
    targets: Vec<u32>,
    /// The place of each component in an order in which edges lead on.
    places: Vec<u32>,
}

impl Parts {
    fn of(graph: &Graph) -> Parts {
        let of = strong_components(graph);
        let ends = graph
            .edges()
            .map(|edge| (of.of(edge.source().index().0), of.of(edge.target().index().0)));
        let mut pairs: Vec<(u32, u32)> = ends.filter(|(source, target)| source != target).collect();
        let turned = pairs.iter().map(|(source, target)| (*target, *source));
        // Components have no cycle among them.
        let order = topological_order(of.count(), turned).unwrap_or_default();
        let mut places = vec![0; of.count()];
        for (place, part) in (0..).zip(&order) {
            places[*part as usize] = place;
        }
        pairs.sort_unstable_by_key(|(source, target)| (*source, places[*target as usize]));
        pairs.dedup();
        let mut starts = vec![0; of.count() + 1];
        pairs.iter().for_each(|(source, _)| starts[*source as usize + 1] += 1);
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Parts { of, starts, targets: pairs.into_iter().map(|(_, target)| target).collect(), places }
    }

    fn row(&self, part: u32) -> &[u32] {
        &self.targets[self.starts[part as usize]..self.starts[part as usize + 1]]
    }

    /// Returns the edges that no longer way stands for.
    fn needed(&self, graph: &Graph) -> Bits {
        let mut is_needed = vec![true; self.targets.len()];
        // The number of the component from which each was last reached.
        let mut seen = vec![u32::MAX; self.of.count()];
        let mut rest = Vec::new();
        for part in 0..self.of.count() as u32 {
            let row = self.row(part);
            let [_, .., last] = row else { continue };
            let last = self.places[*last as usize];
            // What a target leads to comes after it, so the nearest are gone along first.
            for (at, target) in row.iter().enumerate() {
                if seen[*target as usize] == part {
                    is_needed[self.starts[part as usize] + at] = false;
                    continue;
                }
                seen[*target as usize] = part;
                rest.push(*target);
                while let Some(node) = rest.pop() {
                    for next in self.row(node) {
                        if self.places[*next as usize] > last {
                            break;
                        }
                        if seen[*next as usize] != part {
                            seen[*next as usize] = part;
                            rest.push(*next);
                        }
                    }
                }
            }
        }
        let needs = |source: u32, target: u32| {
            let place = self.places[target as usize];
            let row = self.row(source);
            let found = row.binary_search_by_key(&place, |part| self.places[*part as usize]);
            found.is_ok_and(|at| is_needed[self.starts[source as usize] + at])
        };
        let edges = graph.edges().map(|edge| {
            let (a, b) = (edge.source().index().0, edge.target().index().0);
            let (source, target) = (self.of.of(a), self.of.of(b));
            source == target || needs(source, target)
        });
        edges.collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{assert_whole, chain, edge_words, rows, sketch};
    use crate::graph::{Direction, reach};
    use crate::transforms::testing::run;

    const KEEP: &str = r#"{ "cycles": "keep" }"#;

    #[test]
    fn edges_that_a_longer_way_stands_for_go() {
        let nodes = ["a", "b", "c", "d"];
        let edges = ["a b", "b c", "a c", "a c x #e", "c d", "a d", "b d"];
        let result = run::<TransitiveReduction>("{}", &sketch(&nodes, &edges)).unwrap();
        assert_eq!(edge_words(&result), ["a b", "b c", "c d"]);
        let edges = ["a b", "a b x #e", "b d", "a c", "c d"];
        let result = run::<TransitiveReduction>("{}", &sketch(&nodes, &edges)).unwrap();
        assert_eq!(edge_words(&result), ["a b", "a b x #e", "a c", "b d", "c d"]);
    }

    #[test]
    fn a_cycle_is_an_error_that_names_it_unless_cycles_are_kept() {
        let nodes = ["a", "b", "c", "d", "e"];
        let edges = ["d b", "b c", "c d", "a b", "a d", "d e", "a e", "e e"];
        let graph = sketch(&nodes, &edges);
        let message = "the graph has a cycle: `b` -> `c` -> `d` -> `b`";
        assert_eq!(run::<TransitiveReduction>("{}", &graph), Err(vec![message.to_owned()]));
        let result = run::<TransitiveReduction>(KEEP, &graph).unwrap();
        assert_eq!(edge_words(&result), ["a b", "a d", "b c", "c d", "d b", "d e", "e e"]);
        let message = "the graph has a cycle: `a` -> `a`";
        let result = run::<TransitiveReduction>("{}", &sketch(&["a"], &["a a"]));
        assert_eq!(result, Err(vec![message.to_owned()]));
    }

    #[test]
    fn a_chain_of_a_million_stays() {
        let graph = chain(1_000_000);
        assert_eq!(run::<TransitiveReduction>("{}", &graph).unwrap().edge_count(), 999_999);
    }

    proptest! {
        #[test]
        fn the_same_is_reached_and_no_edge_between_components_is_too_much((rows, turned) in rows()) {
            let graph = rows.graph();
            let result = run::<TransitiveReduction>(KEEP, &graph).unwrap();
            assert_whole(&result);
            prop_assert_eq!(&run::<TransitiveReduction>(KEEP, &turned.graph()).unwrap(), &result);
            prop_assert_eq!(&run::<TransitiveReduction>(KEEP, &result).unwrap(), &result);
            let reached = |graph: &Graph| -> Vec<Vec<bool>> {
                let all = 0..graph.node_count() as u32;
                let from = |node| reach(graph, &[NodeId(node)], Direction::Out, None);
                all.map(|node| from(node).iter().map(Option::is_some).collect()).collect()
            };
            prop_assert_eq!(reached(&result), reached(&graph));
            let parts = strong_components(&graph);
            for edge in result.edges() {
                let ends = (parts.of(edge.source().index().0), parts.of(edge.target().index().0));
                let is_parallel = |other: crate::graph::Edge<'_>| {
                    let (a, b) = (other.source().index().0, other.target().index().0);
                    (parts.of(a), parts.of(b)) == ends
                };
                if ends.0 != ends.1 {
                    let rest = result.edges().map(|edge| !is_parallel(edge)).collect();
                    let less = result.select(&Bits::all(graph.node_count(), true), &rest);
                    prop_assert_ne!(reached(&less), reached(&graph));
                }
            }
        }
    }
}
