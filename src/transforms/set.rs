//! `set`: fills fields and attributes by expressions.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::names::{Owner, wrong_name};
use super::regroup::Regroup;
use crate::diagnostic::{Diagnostic, Diagnostics, Failed, TextProblem, nearest};
use crate::expression::{EdgeCondition, EdgeExpression, Expression, NodeCondition, NodeExpression};
use crate::graph::{
    Attribute, Bits, EdgeRow, Graph, NodeRow, TextColumn, Type, UnionColumn, Value,
};
use crate::step::{NamedData, NamedGraph, Transform};

/// The transform.
pub(crate) struct Set;

/// Fills fields and attributes by expressions. All of them see the graph as it was.
///
/// A key is `label`, `layer`, `weight`, `comment`, for nodes also `belongs_to` and `is_partition`,
/// or an attribute, which is made if there is none. Null takes the value away: a label becomes the
/// id (of an edge: empty), a weight 1. Layers that are not there are made; `belongs_to` must name a
/// node.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "SetOptions")]
pub(crate) struct Options {
    /// What nodes get: fields and attributes, each with its expression.
    pub nodes: BTreeMap<String, NodeExpression>,
    /// Which nodes get it; the others stay as they are. All if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub where_nodes: Option<NodeCondition>,
    /// What edges get.
    pub edges: BTreeMap<String, EdgeExpression>,
    /// Which edges get it; all if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub where_edges: Option<EdgeCondition>,
}

impl Transform for Set {
    const KIND: &'static str = "set";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Fills fields and attributes by expressions";
    type Options = Options;

    fn transform(
        options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let condition = options.where_nodes.as_deref();
        let entries = options.nodes.iter().map(|(name, value)| (name.as_str(), &**value));
        let nodes = columns(Owner::Nodes, entries, condition, &graph, diagnostics);
        let condition = options.where_edges.as_deref();
        let entries = options.edges.iter().map(|(name, value)| (name.as_str(), &**value));
        let edges = columns(Owner::Edges, entries, condition, &graph, diagnostics);
        // What is wrong with both is told together.
        let (nodes, edges) = (nodes?, edges?);
        let mut result = Arc::unwrap_or_clone(graph);
        let mut moves = Vec::new();
        for (column, some) in nodes {
            result = match column.name.as_str() {
                "belongs_to" | "is_partition" => {
                    moves.push((column, some));
                    result
                }
                _ => with_nodes(result, column, some.as_ref()),
            };
        }
        for (column, some) in edges {
            result = with_edges(result, column, some.as_ref());
        }
        if moves.is_empty() { Ok(result) } else { moved(&result, &moves, options, diagnostics) }
    }
}

/// A column of new values, and for which rows they are; for all unless said.
type New = (Attribute, Option<Bits>);

fn columns<'e>(
    owner: Owner,
    entries: impl Iterator<Item = (&'e str, &'e Expression)>,
    condition: Option<&Expression>,
    graph: &Graph,
    diagnostics: &mut Diagnostics,
) -> Result<Vec<New>, Failed> {
    let some = match condition.map(|condition| condition.select(graph, diagnostics)) {
        Some(Ok(some)) => Some(some),
        Some(Err(failed)) => return Err(failed),
        None => None,
    };
    let mut made = Ok(Vec::new());
    for (name, expression) in entries {
        let column = check_name(owner, name, diagnostics).and_then(|()| {
            let column = expression.column_of(name, graph, some.as_ref(), diagnostics)?;
            check_type(owner, expression, &column, diagnostics)?;
            Ok((column, some.clone()))
        });
        made = match (made, column) {
            (Ok(mut list), Ok(column)) => {
                list.push(column);
                Ok(list)
            }
            _ => Err(Failed),
        };
    }
    made
}

fn check_name(owner: Owner, name: &str, diagnostics: &mut Diagnostics) -> Result<(), Failed> {
    let problem = match (owner, name) {
        (_, "id" | "source" | "target") if owner.fields().contains(&name) => {
            let message = format!("`{name}` cannot be set: it says which {} it is", owner.one());
            wrong_name(name, message).help("change it where the graph is imported, or by `sql`")
        }
        (Owner::Nodes, "parent") => {
            let message = "`parent` is a node, no field".to_owned();
            wrong_name(name, message).help("`belongs_to` takes the id of one")
        }
        _ if owner.fields().contains(&name) => return Ok(()),
        _ => return owner.check_new(name, diagnostics),
    };
    Err(diagnostics.fail(problem))
}

/// Checks that values are of the type that a field has; texts can be made of all.
fn check_type(
    owner: Owner,
    expression: &Expression,
    column: &Attribute,
    diagnostics: &mut Diagnostics,
) -> Result<(), Failed> {
    if column.present.count() == 0 || !owner.fields().contains(&column.name.as_str()) {
        return Ok(());
    }
    let (is_fine, wanted) = match column.name.as_str() {
        "weight" => (matches!(column.kind(), Type::Number | Type::Integer), "a number"),
        "is_partition" => (column.kind() == Type::Boolean, "`true` or `false`"),
        _ => return Ok(()),
    };
    if is_fine {
        return Ok(());
    }
    let name = &column.name;
    let message = format!("`{name}` is {wanted}, but this gives values of type {}", kind(column));
    let text = expression.text();
    let problem = TextProblem::new(0..text.len(), message);
    let problem = match name.as_str() {
        "weight" => problem.help("`double(…)` reads texts"),
        _ => problem.help("compare it: `… == \"text\"`"),
    };
    Err(diagnostics.fail(Diagnostic::of_text("wrong-type", text, problem)))
}

fn kind(column: &Attribute) -> &'static str {
    column.kind().name()
}

fn with_nodes(graph: Graph, column: Attribute, some: Option<&Bits>) -> Graph {
    let count = graph.node_count();
    let row = |at: usize| NodeRow::from(graph.node(crate::graph::NodeId(at as u32)));
    let is_set = |at: usize| some.is_none_or(|some| some.get(at));
    match column.name.as_str() {
        "label" => {
            let texts = texts(count, &column, is_set, |at| row(at).label.unwrap_or(""));
            let empty = (0..count).any(|at| texts.get(at).is_empty());
            // A label that is not given is the id; one that is given may be empty.
            let texts = match empty {
                true => (0..count)
                    .map(|at| match is_set(at) && column.get(at) == Value::Null {
                        true => row(at).id,
                        false => texts.get(at),
                    })
                    .collect(),
                false => texts,
            };
            graph.with_node_labels(texts)
        }
        "comment" => {
            let texts = texts(count, &column, is_set, |at| row(at).comment);
            graph.with_node_comments(texts)
        }
        "layer" => {
            let texts = texts(count, &column, is_set, |at| row(at).layer.unwrap_or(""));
            graph.with_node_layers(&texts)
        }
        "weight" => {
            let weights: Vec<f64> = (0..count)
                .map(|at| if is_set(at) { weight(column.get(at)) } else { row(at).weight })
                .collect();
            graph.with_node_weights(weights)
        }
        _ => {
            let column = mixed(graph.node_attributes(), column, is_set);
            graph.with_node_attribute(column)
        }
    }
}

fn with_edges(graph: Graph, column: Attribute, some: Option<&Bits>) -> Graph {
    let count = graph.edge_count();
    let row = |at: usize| EdgeRow::from(graph.edge(crate::graph::EdgeId(at as u32)));
    let is_set = |at: usize| some.is_none_or(|some| some.get(at));
    match column.name.as_str() {
        "label" => {
            let texts = texts(count, &column, is_set, |at| row(at).label);
            graph.with_edge_labels(texts)
        }
        "comment" => {
            let texts = texts(count, &column, is_set, |at| row(at).comment);
            graph.with_edge_comments(texts)
        }
        "layer" => {
            let texts = texts(count, &column, is_set, |at| row(at).layer.unwrap_or(""));
            graph.with_edge_layers(&texts)
        }
        "weight" => {
            let weights: Vec<f64> = (0..count)
                .map(|at| if is_set(at) { weight(column.get(at)) } else { row(at).weight })
                .collect();
            graph.with_edge_weights(weights)
        }
        _ => {
            let column = mixed(graph.edge_attributes(), column, is_set);
            graph.with_edge_attribute(column)
        }
    }
}

/// Returns the new texts where they are set, and the old ones elsewhere.
fn texts<'g>(
    count: usize,
    column: &Attribute,
    is_set: impl Fn(usize) -> bool,
    old: impl Fn(usize) -> &'g str,
) -> TextColumn {
    let mut texts = TextColumn::with_capacity(count, 0);
    for at in 0..count {
        match is_set(at) {
            true => texts.push_fmt(format_args!("{}", column.get(at))),
            false => texts.push(old(at)),
        }
    }
    texts
}

fn weight(value: Value<'_>) -> f64 {
    match value {
        Value::Number(number) => number,
        Value::Integer(number) => number as f64,
        _ => 1.0,
    }
}

/// Returns the new values where they are set, and elsewhere those of the column that had the name.
fn mixed(old: &[Attribute], new: Attribute, is_set: impl Fn(usize) -> bool) -> Attribute {
    if (0..new.len()).all(&is_set) {
        return new;
    }
    let old = old.iter().filter(|column| column.name == new.name);
    // Values that are written over have no say in the type of the column.
    let old: Vec<Attribute> = old
        .map(|column| {
            let row = |at| if is_set(at) { u32::MAX } else { at as u32 };
            column.gather(&(0..new.len()).map(row).collect::<Vec<_>>())
        })
        .collect();
    let columns = UnionColumn::of(&[std::slice::from_ref(&new), &old]);
    let Some(union) = columns.first() else { return new };
    union.collect((0..new.len()).map(|at| union.get(usize::from(!is_set(at)), at)))
}

/// Puts nodes into other partitions.
fn moved(
    graph: &Graph,
    moves: &[New],
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Result<Graph, Failed> {
    let mut groups = Regroup::of(graph);
    for (column, some) in moves {
        for at in 0..graph.node_count() {
            if !some.as_ref().is_none_or(|some| some.get(at)) {
                continue;
            }
            let node = at as u32;
            match (column.name.as_str(), column.get(at)) {
                ("is_partition", value) => {
                    groups.set_partition(node, value == Value::Boolean(true));
                }
                (_, Value::Null | Value::Text("")) => groups.set_parent(node, None),
                (_, value) => {
                    let id = value.to_string();
                    match graph.find_node(&id) {
                        Some(parent) => groups.set_parent(node, Some(parent.index().0)),
                        None => {
                            let own = graph.node(crate::graph::NodeId(node)).id();
                            let expression = options.nodes.get("belongs_to");
                            let text = expression.map_or("", |expression| expression.text());
                            diagnostics.push_with(crate::diagnostic::Severity::Error, || {
                                let message = format!(
                                    "node `{own}` would belong to `{id}`, which is no node"
                                );
                                let near = nearest(&id, graph.nodes().map(|node| node.id()));
                                let problem = TextProblem::new(0..text.len(), message);
                                let problem = match near {
                                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                                    None => problem.help("`partition_by` makes partitions"),
                                };
                                Diagnostic::of_text("unknown-partition", text, problem)
                            });
                        }
                    }
                }
            }
        }
    }
    if diagnostics.has_errors() {
        return Err(Failed);
    }
    groups.finish(diagnostics)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{assert_whole, edge_words, node_words, rows, sketch};
    use crate::transforms::testing::{attributes, run};

    fn check(options: &str, graph: &Graph, nodes: &[&str], edges: &[&str]) {
        let result = run::<Set>(options, graph).unwrap();
        assert_whole(&result);
        assert_eq!((node_words(&result), edge_words(&result)), (owned(nodes), owned(edges)));
    }

    fn owned(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn every_field_can_be_set_and_all_see_the_graph_as_it_was() {
        let graph = sketch(&["a =Apple @x", "b *2", "p +"], &["a b @x", "b a *3 #e"]);
        let options = r#"{
            "nodes": { "label": "layer", "layer": "id == 'a' ? 'new' : null", "weight": "weight + 1",
                       "comment": "label", "belongs_to": "id == 'b' ? 'p' : null" },
            "edges": { "label": "source.label", "layer": "'calls'", "weight": "7", "comment": "id" } }"#;
        let nodes = ["a =x @new *2 !Apple", "b in p *3 !b", "p *2 !p"];
        let edges = ["a b Apple @calls *7 !a->b", "b a b @calls *7 !e #e"];
        check(options, &graph, &nodes, &edges);
    }

    #[test]
    fn what_the_condition_leaves_out_stays_and_is_not_looked_at() {
        let graph = attributes(&[("a", "size", "12"), ("b", "size", "big"), ("c", "size", "3")]);
        let options = r#"{ "nodes": { "size": "int(size) * 2", "weight": "int(size)" },
            "where_nodes": "size != 'big'" }"#;
        let result = run::<Set>(options, &graph).unwrap();
        assert_whole(&result);
        assert_eq!(node_words(&result), ["a *12", "b", "c *3"]);
        let sizes: Vec<String> =
            (0..3).map(|at| result.node_attributes()[0].get(at).to_string()).collect();
        assert_eq!(sizes, ["24", "big", "6"]);
        let options = r#"{ "nodes": { "size": "int(size)" }, "where_nodes": "size != 'big'" }"#;
        let kind = run::<Set>(options, &graph).unwrap().node_attributes()[0].kind();
        assert_eq!(kind, Type::Text);
        let options = r#"{ "nodes": { "size": "1" }, "where_nodes": "true" }"#;
        let kind = run::<Set>(options, &graph).unwrap().node_attributes()[0].kind();
        assert_eq!(kind, Type::Integer);
    }

    #[test]
    fn null_takes_a_value_away() {
        let graph = sketch(&["a =Apple @x *2 !c in p", "p"], &["a p calls @x *2 !c"]);
        let fields = r#""label": "null", "layer": "null", "weight": "null", "comment": "null""#;
        let options = format!(
            r#"{{ "nodes": {{ {fields}, "belongs_to": "null" }}, "edges": {{ {fields} }} }}"#
        );
        check(&options, &graph, &["a", "p"], &["a p"]);
    }

    #[test]
    fn what_cannot_be_set_is_told_all_together() {
        let graph = sketch(&["a", "b"], &["a b"]);
        let told = |options| run::<Set>(options, &graph).unwrap_err();
        let options = r#"{ "nodes": { "id": "label", "weight": "label", "is_partition": "1" },
            "edges": { "target": "label", "": "label" } }"#;
        let expected = [
            "`id` cannot be set: it says which node it is",
            "`is_partition` is `true` or `false`, but this gives values of type integer",
            "`weight` is a number, but this gives values of type text",
            "an attribute without a name",
            "`target` cannot be set: it says which edge it is",
        ];
        assert_eq!(told(options), expected);
        let expected = ["node `a` would belong to `q`, which is no node"];
        assert_eq!(told(r#"{ "nodes": { "belongs_to": "id == 'a' ? 'q' : null" } }"#), expected);
        let message = told(r#"{ "nodes": { "belongs_to": "id == 'a' ? 'b' : 'a'" } }"#);
        assert_eq!(message, ["partitions would contain each other: `a` in `b` in `a`"]);
    }

    proptest! {
        #[test]
        fn setting_again_changes_nothing((rows, turned) in rows()) {
            let graph = rows.graph();
            let options = r#"{
                "nodes": { "label": "id", "layer": "size == 1 ? 'one' : null", "twice": "size * 2",
                           "weight": "2.5", "belongs_to": "null" },
                "where_nodes": "id != 'c'",
                "edges": { "layer": "target.id", "port": "string(port)" },
                "where_edges": "source != target" }"#;
            let result = run::<Set>(options, &graph).unwrap();
            assert_whole(&result);
            prop_assert_eq!(&run::<Set>(options, &turned.graph()).unwrap(), &result);
            prop_assert_eq!(&run::<Set>(options, &result).unwrap(), &result);
        }
    }
}
