//! Puts numbered items in an order in which each comes after those it depends on; the only file
//! that names petgraph.

use petgraph::algo::{kosaraju_scc, toposort};
use petgraph::graph::DiGraph;

/// Orders `count` items so that each comes after those it depends on.
///
/// `dependencies` holds pairs of an item and one that it depends on. Linear in items and pairs
/// (Kahn, Topological sorting of large networks, 1962, by depth-first search).
///
/// # Errors
///
/// Returns a shortest cycle through one of the items that depend on themselves: each item depends
/// on the next, and the last on the first.
pub fn topological_order(
    count: usize,
    dependencies: impl IntoIterator<Item = (u32, u32)>,
) -> Result<Vec<u32>, Vec<u32>> {
    let mut graph = DiGraph::<(), (), u32>::with_capacity(count, 0);
    for _ in 0..count {
        graph.add_node(());
    }
    for (item, dependency) in dependencies {
        graph.add_edge(dependency.into(), item.into(), ());
    }
    match toposort(&graph, None) {
        Ok(order) => Ok(order.into_iter().map(|index| index.index() as u32).collect()),
        Err(_) => Err(shortest_cycle(&graph)),
    }
}

/// Finds a cycle of the fewest items through the lowest item that is on any cycle.
fn shortest_cycle(graph: &DiGraph<(), (), u32>) -> Vec<u32> {
    let start = kosaraju_scc(graph)
        .into_iter()
        .filter(|part| part.len() > 1 || graph.contains_edge(part[0], part[0]))
        .flatten()
        .min();
    let Some(start) = start else { return Vec::new() };
    let mut before = vec![None; graph.node_count()];
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        let mut next: Vec<_> = graph.neighbors_directed(at, petgraph::Incoming).collect();
        next.sort_unstable();
        for dependency in next {
            if dependency == start {
                let mut cycle = vec![at.index() as u32];
                let mut at = at;
                while let Some(previous) = before[at.index()] {
                    at = previous;
                    cycle.push(at.index() as u32);
                }
                cycle.reverse();
                return cycle;
            }
            if before[dependency.index()].is_none() {
                before[dependency.index()] = Some(at);
                queue.push_back(dependency);
            }
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_come_first() {
        let order = topological_order(4, [(0, 1), (1, 3), (2, 3)]).unwrap();
        let place = |item| order.iter().position(|other| *other == item).unwrap();
        assert!(place(3) < place(1) && place(1) < place(0) && place(3) < place(2));
    }

    #[test]
    fn a_cycle_is_returned_with_its_path() {
        assert_eq!(topological_order(4, [(0, 1), (1, 2), (2, 1), (2, 3)]).unwrap_err(), [1, 2]);
        assert_eq!(topological_order(2, [(1, 1)]).unwrap_err(), [1]);
        assert_eq!(topological_order(3, [(0, 1), (1, 2), (2, 0)]).unwrap_err(), [0, 1, 2]);
    }

    #[test]
    fn a_chain_of_a_million_is_no_stack_overflow() {
        let count = 1_000_000;
        let order = topological_order(count, (1..count as u32).map(|at| (at, at - 1))).unwrap();
        assert_eq!((order[0], order[count - 1]), (0, count as u32 - 1));
    }
}
