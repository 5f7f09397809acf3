//! What expressions mean, what is told of wrong ones, and that hostile ones do no harm.

use super::*;
use crate::graph::{Attribute, Bits, Date, EdgeRow, GraphBuilder, NodeRow, Values};

fn texts(name: &str, cells: &[Option<&str>]) -> Attribute {
    Attribute {
        name: name.to_owned(),
        present: cells.iter().map(Option::is_some).collect(),
        values: Values::Text(cells.iter().map(|cell| cell.unwrap_or_default()).collect()),
    }
}

fn integers(name: &str, cells: &[Option<i64>]) -> Attribute {
    Attribute {
        name: name.to_owned(),
        present: cells.iter().map(Option::is_some).collect(),
        values: Values::Integer(cells.iter().map(|cell| cell.unwrap_or_default()).collect()),
    }
}

/// Nodes `api`, `db` and `web`; `api` and `db` are in the partition `core`, that in `all`.
fn graph() -> Graph {
    let mut builder = GraphBuilder::default();
    let node = |id, parent, layer, weight| NodeRow {
        id,
        label: Some(match id {
            "api" => "Payments API",
            "db" => "Ledger",
            "web" => "Web shop",
            other => other,
        }),
        parent,
        layer,
        weight,
        ..NodeRow::default()
    };
    builder.node(node("all", None, None, 1.0));
    builder.node(node("api", Some("core"), Some("service"), 3.0));
    builder.node(node("core", Some("all"), None, 1.0));
    builder.node(node("db", Some("core"), Some("data"), 2.5));
    builder.node(node("web", None, Some("service"), 1.0));
    for (source, target, layer) in
        [("web", "api", Some("calls")), ("api", "db", Some("reads")), ("api", "api", None)]
    {
        builder.edge(EdgeRow { source, target, layer, ..EdgeRow::default() });
    }
    builder.node_attribute(texts("owner", &[None, Some("ann"), None, Some("bo"), Some("ann")]));
    builder.node_attribute(texts("on-call", &[None, Some("cy"), None, None, Some("")]));
    builder.node_attribute(texts("degree", &[None, Some("high"), None, None, None]));
    builder.node_attribute(integers("port", &[None, Some(80), None, Some(5432), None]));
    builder.node_attribute(Attribute {
        name: "since".to_owned(),
        present: [false, true, false, true, false].into_iter().collect(),
        values: Values::Date(
            ["1970-01-01", "2026-01-31", "1970-01-01", "2020-02-29", "1970-01-01"]
                .map(|text| Date::parse(text).unwrap())
                .into(),
        ),
    });
    builder.node_attribute(Attribute {
        name: "critical".to_owned(),
        present: [false, true, false, true, false].into_iter().collect(),
        values: Values::Boolean([false, true, false, false, false].into_iter().collect()),
    });
    builder.edge_attribute(integers("port", &[Some(1), None, Some(3)]));
    let built = builder.finish();
    assert_eq!(built.problems, []);
    built.graph
}

/// The nodes for which a condition holds.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let graph = graph();
    let expression = Expression::parse(text, Subject::Node).unwrap_or_else(|p| panic!("{p:?}"));
    let bound = expression.bind(&graph).unwrap_or_else(|problems| panic!("{problems:?}"));
    let chosen: Bits = bound.select().unwrap();
    let found: Vec<&str> =
        chosen.ones().map(|at| graph.node(crate::graph::NodeId(at)).id()).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn a_condition_chooses_nodes() {
    check("layer == \"service\" && weight > 2", &["api"]);
    check("layer != \"service\"", &["all", "core", "db"]);
    check("layer in [\"service\", 'data']", &["api", "db", "web"]);
    check("weight >= 2.5 || id == 'web'", &["api", "db", "web"]);
    check("owner == \"ann\"", &["api", "web"]);
}
