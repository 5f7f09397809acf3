//! Which partition contains what.

use super::{Graph, NONE, NodeId};

/// The forest of partitions of a graph: who contains whom, in order of ids.
#[derive(Debug, Clone)]
pub struct Hierarchy {
    /// Where the children of each node start in `children`; one more at the end. The node after
    /// the last stands for the outside, whose children are the roots.
    starts: Vec<u32>,
    children: Vec<NodeId>,
}

/// A step of a walk through the forest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visit {
    /// A partition begins; its members follow.
    Enter(NodeId),
    /// A node that is no partition.
    Leaf(NodeId),
    /// A partition ends.
    Leave(NodeId),
}

impl Hierarchy {
    /// Reads the forest off a graph; linear in its nodes.
    pub fn of(graph: &Graph) -> Hierarchy {
        let count = graph.node_count();
        let parents = &graph.nodes.parent;
        let slot = |parent: u32| if parent == NONE { count } else { parent as usize };
        let mut starts = vec![0u32; count + 2];
        for parent in parents {
            starts[slot(*parent) + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut children = vec![NodeId(0); count];
        for (node, parent) in parents.iter().enumerate() {
            let place = &mut next[slot(*parent)];
            children[*place as usize] = NodeId(node as u32);
            *place += 1;
        }
        Hierarchy { starts, children }
    }

    /// Returns the nodes that a partition holds directly, in order of ids.
    pub fn children(&self, node: NodeId) -> &[NodeId] {
        self.range(node.0 as usize)
    }

    /// Returns the nodes that nothing holds, in order of ids.
    pub fn roots(&self) -> &[NodeId] {
        self.range(self.starts.len() - 2)
    }

    fn range(&self, at: usize) -> &[NodeId] {
        &self.children[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// Calls `visit` for every node, members inside their partitions, with the depth (a root's
    /// is 0). Uses no recursion, so that depth is no danger.
    pub fn walk(&self, graph: &Graph, mut visit: impl FnMut(Visit, usize)) {
        let mut open: Vec<(NodeId, std::slice::Iter<'_, NodeId>)> = Vec::new();
        let mut rest = self.roots().iter();
        loop {
            let depth = open.len();
            match rest.next() {
                Some(node) if graph.node(*node).is_partition() => {
                    visit(Visit::Enter(*node), depth);
                    open.push((*node, std::mem::replace(&mut rest, self.children(*node).iter())));
                }
                Some(node) => visit(Visit::Leaf(*node), depth),
                None => match open.pop() {
                    Some((node, outer)) => {
                        visit(Visit::Leave(node), depth - 1);
                        rest = outer;
                    }
                    None => return,
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{GraphBuilder, NodeRow};

    #[test]
    fn a_walk_visits_members_inside_their_partition() {
        let mut builder = GraphBuilder::default();
        for (id, parent) in [("c", Some("b")), ("b", Some("a")), ("a", None), ("z", None)] {
            builder.node(NodeRow { id, parent, ..NodeRow::default() });
        }
        let graph = builder.finish().graph;
        let mut seen = Vec::new();
        Hierarchy::of(&graph).walk(&graph, |visit, depth| {
            let (word, node) = match visit {
                Visit::Enter(node) => ("enter", node),
                Visit::Leaf(node) => ("leaf", node),
                Visit::Leave(node) => ("leave", node),
            };
            seen.push(format!("{word} {} {depth}", graph.node(node).id()));
        });
        assert_eq!(
            seen,
            ["enter a 0", "enter b 1", "leaf c 2", "leave b 1", "leave a 0", "leaf z 0"]
        );
    }
}
