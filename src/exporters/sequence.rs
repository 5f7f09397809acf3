//! A graph read as a sequence: edges are messages in a stated order, nodes take part.
//!
//! Knows no format's syntax.

use std::cmp::Ordering;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::style::Theme;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::graph::{Attribute, EdgeId, Graph, NodeId, Value, natural};
use crate::step::Meta;

/// How a sequence is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SequenceOptions {
    /// The title above the picture; the plan's name unless given.
    pub title: Option<String>,
    /// What orders the messages: `id`, `weight`, or an attribute of edges. Numbers within texts
    /// count as numbers: `step 2` is before `step 10`. Edges that are equal in it are in the
    /// order of their ids; those without a value come last.
    pub order: String,
    /// The look of whatever no layer colors.
    pub theme: Theme,
    /// Whether a box is drawn around the nodes of a partition.
    pub contain: bool,
}

impl Default for SequenceOptions {
    fn default() -> Self {
        SequenceOptions {
            title: None,
            order: "id".to_owned(),
            theme: Theme::default(),
            contain: true,
        }
    }
}

impl SequenceOptions {
    pub(super) fn apply_meta(&mut self, meta: &Meta) {
        meta.give_title(&mut self.title);
    }
}

/// Messages and those who send and get them.
pub(super) struct Sequence {
    /// The nodes that take part, side by side under the partition that holds them; in the order
    /// of their first message, but for those of a partition, which stand together.
    pub groups: Vec<(Option<NodeId>, Vec<NodeId>)>,
    pub messages: Vec<EdgeId>,
}

impl Sequence {
    pub(super) fn of(
        graph: &Graph,
        options: &SequenceOptions,
        diagnostics: &mut Diagnostics,
    ) -> Sequence {
        let messages = ordered(graph, &options.order, diagnostics);
        let mut group_of = vec![None; graph.node_count()];
        let mut seen = vec![false; graph.node_count()];
        let mut groups: Vec<(Option<NodeId>, Vec<NodeId>)> = Vec::new();
        for message in &messages {
            let edge = graph.edge(*message);
            for node in [edge.source(), edge.target()] {
                if std::mem::replace(&mut seen[node.index().0 as usize], true) {
                    continue;
                }
                let Some(parent) = node.parent().filter(|_| options.contain) else {
                    groups.push((None, vec![node.index()]));
                    continue;
                };
                match group_of[parent.0 as usize] {
                    Some(group) => {
                        let (_, members): &mut (_, Vec<NodeId>) = &mut groups[group];
                        members.push(node.index());
                    }
                    None => {
                        group_of[parent.0 as usize] = Some(groups.len());
                        groups.push((Some(parent), vec![node.index()]));
                    }
                }
            }
        }
        Sequence { groups, messages }
    }

    /// Returns how many nodes take part.
    pub(super) fn participant_count(&self) -> usize {
        self.groups.iter().map(|(_, members)| members.len()).sum()
    }
}

/// Returns the edges in the order that the plan asks for.
fn ordered(graph: &Graph, order: &str, diagnostics: &mut Diagnostics) -> Vec<EdgeId> {
    let mut edges: Vec<EdgeId> = graph.edges().map(|edge| edge.index()).collect();
    let by_id = |a: &EdgeId, b: &EdgeId| {
        let (a, b) = (graph.edge(*a).id(), graph.edge(*b).id());
        natural::compare(a, b)
    };
    match order {
        "id" => edges.sort_by(by_id),
        "weight" => edges.sort_by(|a, b| {
            let weight = |edge: &EdgeId| graph.edge(*edge).weight();
            weight(a).total_cmp(&weight(b)).then_with(|| by_id(a, b))
        }),
        name => match graph.edge_attributes().iter().find(|column| column.name == name) {
            Some(column) => {
                edges.sort_by(|a, b| by_value(column, *a, *b).then_with(|| by_id(a, b)))
            }
            None => {
                let known = graph.edge_attributes().iter().map(|column| column.name.as_str());
                let message = format!("no edge has an attribute `{name}` to order messages by");
                diagnostics.push(
                    Diagnostic::warning("unknown-order", message)
                        .note("they are in the order of the edges' ids")
                        .did_you_mean(name, ["id", "weight"].into_iter().chain(known)),
                );
                edges.sort_by(by_id);
            }
        },
    }
    edges
}

fn by_value(column: &Attribute, a: EdgeId, b: EdgeId) -> Ordering {
    match (column.get(a.0 as usize), column.get(b.0 as usize)) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Greater,
        (_, Value::Null) => Ordering::Less,
        (Value::Text(a), Value::Text(b)) => natural::compare(a, b),
        (Value::Integer(a), Value::Integer(b)) => a.cmp(&b),
        (Value::Number(a), Value::Number(b)) => a.total_cmp(&b),
        (Value::Boolean(a), Value::Boolean(b)) => a.cmp(&b),
        (Value::Date(a), Value::Date(b)) => a.cmp(&b),
        // A column is of one type.
        _ => Ordering::Equal,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::graph;
    use super::*;
    use crate::graph::{EdgeRow, NodeRow};

    fn sequence(order: &str) -> (Vec<String>, String, usize) {
        let graph = graph(|builder| {
            for (id, parent) in [("a", Some("p")), ("b", None), ("c", Some("p")), ("p", None)] {
                builder.node(NodeRow::test(id, id, parent));
            }
            for (id, source, target, weight) in
                [("step 10", "a", "b", 1.0), ("step 2", "b", "a", 3.0), ("step 1", "b", "c", 2.0)]
            {
                builder.edge(EdgeRow {
                    id: Some(id),
                    weight,
                    source,
                    target,
                    ..EdgeRow::default()
                });
            }
        });
        let options = SequenceOptions { order: order.to_owned(), ..SequenceOptions::default() };
        let mut diagnostics = Diagnostics::default();
        let sequence = Sequence::of(&graph, &options, &mut diagnostics);
        let messages = sequence.messages.iter();
        let messages = messages.map(|edge| graph.edge(*edge).id().to_owned()).collect();
        let nodes = sequence.groups.iter().flat_map(|(_, members)| members);
        let nodes = nodes.map(|node| graph.node(*node).id()).collect();
        (messages, nodes, diagnostics.list.len())
    }

    #[test]
    fn messages_are_in_the_order_asked_for() {
        let (messages, nodes, _) = sequence("id");
        assert_eq!(messages, ["step 1", "step 2", "step 10"]);
        assert_eq!(nodes, "bca", "members of a partition stand together");
        assert_eq!(sequence("weight").0, ["step 10", "step 1", "step 2"]);
        assert_eq!(sequence("since").2, 1, "an unknown attribute is a warning");
    }
}
