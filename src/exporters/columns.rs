//! What formats that hold a graph as data ask about its columns: which of them have anything in
//! them, and what those that users add are called.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::graph::{Attribute, Bits, EdgeId, Graph, Node, TextColumn, Values};

/// Which fields any node, or any edge, has; the others need no place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Uses {
    pub label: bool,
    pub layer: bool,
    pub belongs_to: bool,
    pub is_partition: bool,
    /// Whether any weight is not 1. If so, readers want all of them.
    pub weight: bool,
    pub comment: bool,
}

/// How a format lets attributes be called.
#[derive(Debug, Clone, Copy)]
pub(super) struct Naming<'a> {
    /// The names that mean something else to the format or its readers, whatever their case.
    pub reserved: &'a [&'a str],
    /// What comes before a name that is reserved, until it is free.
    pub prefix: &'a str,
    /// Whether names that differ in case only are the same to the format.
    pub ignores_case: bool,
    /// Why a name is changed, for those who wonder.
    pub because: &'static str,
}

impl Uses {
    /// Looks at all nodes.
    pub(super) fn of_nodes(graph: &Graph) -> Uses {
        Uses {
            label: true,
            layer: graph.nodes().any(|node| node.layer().is_some()),
            belongs_to: graph.nodes().any(|node| node.parent().is_some()),
            is_partition: graph.nodes().any(Node::is_partition),
            weight: graph.nodes().any(|node| node.weight() != 1.0),
            comment: graph.nodes().any(|node| !node.comment().is_empty()),
        }
    }

    /// Looks at all edges.
    pub(super) fn of_edges(graph: &Graph) -> Uses {
        Uses {
            label: graph.edges().any(|edge| !edge.label().is_empty()),
            layer: graph.edges().any(|edge| edge.layer().is_some()),
            belongs_to: false,
            is_partition: false,
            weight: graph.edges().any(|edge| edge.weight() != 1.0),
            comment: graph.edges().any(|edge| !edge.comment().is_empty()),
        }
    }
}

impl Naming<'_> {
    /// Returns the names of attributes in a file, in their order; a warning tells of each that is
    /// not the attribute's own. `fit` makes a name that the format can write of one that it cannot.
    pub(super) fn names(
        &self,
        attributes: &[Attribute],
        fit: impl Fn(&str) -> Option<String>,
        diagnostics: &mut Diagnostics,
    ) -> Vec<String> {
        let mut names: Vec<String> = Vec::with_capacity(attributes.len());
        for Attribute { name: own, .. } in attributes {
            let mut name = fit(own).unwrap_or_else(|| own.clone());
            while self.is_taken(&name, own, attributes, &names) {
                name.insert_str(0, self.prefix);
            }
            if name != *own {
                let message = format!("the attribute `{own}` is written as `{name}`");
                diagnostics.push(Diagnostic::warning("renamed-column", message).note(self.because));
            }
            names.push(name);
        }
        names
    }

    fn is_taken(&self, name: &str, own: &str, all: &[Attribute], before: &[String]) -> bool {
        let same = |other: &str| {
            if self.ignores_case { other.eq_ignore_ascii_case(name) } else { other == name }
        };
        name.trim().is_empty()
            || self.reserved.iter().any(|word| name.eq_ignore_ascii_case(word))
            || (name != own || self.ignores_case) && before.iter().any(|other| same(other))
            || name != own && all.iter().any(|other| same(&other.name))
    }
}

/// Returns whether parallel edges are in a graph.
pub(super) fn has_parallel_edges(graph: &Graph) -> bool {
    // Edges come by source and target.
    let ends = |at: usize| {
        let edge = graph.edge(EdgeId(at as u32));
        (edge.source().index(), edge.target().index())
    };
    (1..graph.edge_count()).any(|at| ends(at) == ends(at - 1))
}

/// Returns the names of the style attributes that any layer has, in order.
pub(super) fn layer_attribute_names(graph: &Graph) -> BTreeSet<&str> {
    graph.layers().iter().flat_map(|layer| layer.attributes.keys()).map(String::as_str).collect()
}

/// Returns those attributes as columns without rows.
pub(super) fn layer_attributes(graph: &Graph) -> Vec<Attribute> {
    let column = |name: &str| Attribute {
        name: name.to_owned(),
        values: Values::Text(TextColumn::default()),
        present: Bits::default(),
    };
    layer_attribute_names(graph).into_iter().map(column).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{EdgeRow, GraphBuilder, NodeRow};

    fn names(own: &[&str], ignores_case: bool) -> Vec<String> {
        let attribute = |name: &&str| Attribute {
            name: (*name).to_owned(),
            values: Values::Boolean(Bits::all(1, true)),
            present: Bits::all(1, true),
        };
        let attributes: Vec<Attribute> = own.iter().map(attribute).collect();
        let naming =
            Naming { reserved: &["label"], prefix: "attribute_", ignores_case, because: "so" };
        let fit = |name: &str| name.contains(' ').then(|| name.replace(' ', "_"));
        let mut problems = Diagnostics::default();
        let names = naming.names(&attributes, fit, &mut problems);
        let changed = names.iter().zip(own).filter(|(name, own)| name != own).count();
        assert_eq!(problems.warnings, changed);
        names
    }

    #[test]
    fn a_changed_name_is_nobody_elses() {
        let own = ["a b", "a_b", "Label", "attribute_Label", ""];
        let changed =
            ["attribute_a_b", "a_b", "attribute_attribute_Label", "attribute_Label", "attribute_"];
        assert_eq!(names(&own, false), changed);
        assert_eq!(names(&["A", "a"], false), ["A", "a"]);
        assert_eq!(names(&["A", "a"], true), ["A", "attribute_a"]);
    }

    #[test]
    fn parallel_edges_are_those_of_one_source_and_one_target() {
        let graph = |ends: &[(&str, &str)]| {
            let mut builder = GraphBuilder::default();
            for id in ["a", "b"] {
                builder.node(NodeRow { id, ..NodeRow::default() });
            }
            for (source, target) in ends {
                builder.edge(EdgeRow { source, target, ..EdgeRow::default() });
            }
            builder.finish().graph
        };
        assert!(!has_parallel_edges(&graph(&[("a", "b"), ("b", "a"), ("a", "a")])));
        assert!(has_parallel_edges(&graph(&[("a", "b"), ("b", "a"), ("a", "b")])));
    }
}
