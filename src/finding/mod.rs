//! What a rule finds in a graph or a table that is not as it should be.
//!
//! A [`Finding`] names what it is about by its place in the graph or table. What is told of a check
//! is a table of [`Told`] rows, which exports read back. Knows no rules, plans or files.

mod told;

pub use told::{Status, Told, told_of, told_table};

use crate::graph::{EdgeId, Graph, NodeId};

/// Something that is not as a rule wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub subject: Subject,
    /// What it is about in words that stay the same from build to build, as far as the data does:
    /// by the rule and these words a finding is known again.
    pub about: String,
    /// What is wrong: lower case, no full stop, names in backticks.
    pub message: String,
    /// The way through the graph that it is about, if there is one.
    pub trail: Vec<EdgeId>,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The graph or table as a whole.
    Whole,
    /// A node.
    Node(NodeId),
    /// An edge.
    Edge(EdgeId),
    /// A row of the table, from 0.
    Row(u32),
}

/// What a rule has found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// The findings, in an order that depends on the data alone.
    pub list: Vec<Finding>,
    /// The texts of exceptions, and of other parts of the rule, that fit nothing any more.
    pub unused: Vec<String>,
}

impl Finding {
    /// Makes a finding about a graph or a table as a whole.
    pub fn of_whole(about: impl Into<String>, message: impl Into<String>) -> Finding {
        Finding {
            subject: Subject::Whole,
            about: about.into(),
            message: message.into(),
            trail: Vec::new(),
        }
    }

    /// Makes a finding about a node.
    pub fn of_node(graph: &Graph, node: NodeId, message: impl Into<String>) -> Finding {
        let about = graph.node(node).id();
        Finding { subject: Subject::Node(node), ..Finding::of_whole(about, message) }
    }

    /// Makes a finding about an edge.
    pub fn of_edge(graph: &Graph, edge: EdgeId, message: impl Into<String>) -> Finding {
        Finding { subject: Subject::Edge(edge), ..Finding::of_whole(ends(graph, &[edge]), message) }
    }

    /// Makes a finding about a way of one edge or more, of which the first is shown before others.
    pub fn of_way(graph: &Graph, trail: Vec<EdgeId>, message: impl Into<String>) -> Finding {
        let subject = trail.first().map_or(Subject::Whole, |edge| Subject::Edge(*edge));
        Finding { subject, trail: trail.clone(), ..Finding::of_whole(ends(graph, &trail), message) }
    }

    /// Makes a finding about a row of a table; `key` is what the row is known by.
    pub fn of_row(row: u32, key: impl Into<String>, message: impl Into<String>) -> Finding {
        Finding { subject: Subject::Row(row), ..Finding::of_whole(key, message) }
    }
}

/// Returns the ends of a way: `a -> c`.
fn ends(graph: &Graph, trail: &[EdgeId]) -> String {
    match (trail.first(), trail.last()) {
        (Some(first), Some(last)) => {
            let (source, target) = (graph.edge(*first).source(), graph.edge(*last).target());
            format!("{} -> {}", source.id(), target.id())
        }
        _ => String::new(),
    }
}

/// How many nodes of a long way are named at each of its ends.
const MOST_NAMED: usize = 10;

/// Returns the nodes on a way: `a -> b -> c`. Of a long one, those in the middle are counted.
pub fn way(graph: &Graph, trail: &[EdgeId]) -> String {
    let target = |edge: &EdgeId| graph.edge(*edge).target().id().to_owned();
    let first = trail.first().map(|edge| graph.edge(*edge).source().id().to_owned());
    let mut names: Vec<String> = first.into_iter().collect();
    if trail.len() <= 2 * MOST_NAMED {
        names.extend(trail.iter().map(target));
    } else {
        let (start, end) = (&trail[..MOST_NAMED], &trail[trail.len() - MOST_NAMED..]);
        names.extend(start.iter().map(target));
        names.push(format!("… {} more …", trail.len() - 2 * MOST_NAMED));
        names.extend(end.iter().map(target));
    }
    names.join(" -> ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::sketch::chain;

    #[test]
    fn a_long_way_is_shortened() {
        let graph = chain(100);
        let trail: Vec<EdgeId> = (0..99).map(EdgeId).collect();
        assert_eq!(way(&graph, &trail[..2]), "0000000 -> 0000001 -> 0000002");
        let long = way(&graph, &trail);
        assert!(long.contains("0000010 -> … 79 more … -> 0000090"), "{long}");
    }
}
