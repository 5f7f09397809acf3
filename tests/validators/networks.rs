//! Metrics of real graphs, beside those that networkx works out.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use layercake::diagnostic::Diagnostics;
use layercake::graph::{
    EdgeRow, Graph, GraphBuilder, Grouping, NodeRow, Strength, Table, Value, communities,
    modularity, strong_components, weak_components,
};
use layercake::registry;
use layercake::step::NamedGraph;
use serde_json::{Value as Json, json};

use super::{consume, finish};
use crate::support::{repository, skip};

/// How far a number may be from that of networkx.
const NEAR: f64 = 1e-9;

#[test]
fn metrics_of_real_graphs_are_those_of_networkx() {
    let Some(first) = networkx(&json!({})) else { return };
    let graphs: Vec<Graph> = first.iter().map(graph).collect();
    let found = graphs.iter().map(|graph| communities(graph, Strength::default()));
    let partitions: Vec<Grouping> = found.collect();
    let named = first.iter().zip(&graphs).zip(&partitions).map(|((known, graph), partition)| {
        (known["name"].as_str().unwrap().to_owned(), json!(parts(graph, partition)))
    });
    // Once more, now with our communities: networkx tells how good they are.
    let Some(answers) = networkx(&Json::Object(named.collect())) else { return };
    let (mut wrong, mut count) = (Vec::new(), 0);
    for ((known, graph), partition) in answers.iter().zip(&graphs).zip(&partitions) {
        let name = known["name"].as_str().unwrap();
        for metric in known["metrics"].as_array().unwrap() {
            let problems = compare(graph, metric);
            count += 1;
            wrong.extend(problems.into_iter().map(|problem| format!("{name}: {problem}")));
        }
        assert_eq!(json!(parts(graph, &weak_components(graph))), known["weak"], "{name}");
        assert_eq!(json!(parts(graph, &strong_components(graph))), known["strong"], "{name}");
        assert_eq!(json!(bridges(graph)), known["bridges"], "{name}");
        if let Some(expected) = known["cycles"].as_array() {
            assert_eq!(cycles(graph), expected.iter().map(turned).collect(), "{name}");
            assert!(!expected.is_empty());
        }
        for (directed, key) in [(false, "modularity"), (true, "directed_modularity")] {
            let strength = Strength { directed, ..Strength::default() };
            let ours = modularity(graph, partition, strength).unwrap();
            assert!((ours - known[key].as_f64().unwrap()).abs() < NEAR, "{name}: {key}");
        }
        let (ours, louvain) = (known["modularity"].as_f64().unwrap(), known["louvain"].as_f64());
        assert!(ours > louvain.unwrap() - 0.01, "{name}: {ours} is worse than {louvain:?}");
    }
    assert!(count > 150, "only {count} metrics were compared");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Asks networkx, if it is there.
fn networkx(communities: &Json) -> Option<Vec<Json>> {
    let own = repository("target/python/bin/python");
    let mut command = Command::new(if own.exists() { own } else { "python3".into() });
    command.arg(repository("tests/validators/networks.py"));
    let request = json!({ "lock": repository("Cargo.lock"), "communities": communities });
    let answer: Json =
        serde_json::from_str(&consume("networkx", &mut command, &request.to_string())?).unwrap();
    match answer["missing"].as_str() {
        Some(what) => skip("networkx", &format!("there is no {what}")),
        None => Some(answer["graphs"].as_array().unwrap().clone()),
    }
}

fn graph(known: &Json) -> Graph {
    let mut builder = GraphBuilder::default();
    for node in known["nodes"].as_array().unwrap() {
        builder.node(NodeRow { id: node.as_str().unwrap(), ..NodeRow::default() });
    }
    for edge in known["edges"].as_array().unwrap() {
        let (source, target) = (edge[0].as_str().unwrap(), edge[1].as_str().unwrap());
        let weight = edge[2].as_f64().unwrap();
        builder.edge(EdgeRow { source, target, weight, ..EdgeRow::default() });
    }
    finish(builder)
}

fn run(graph: &Graph, kind: &str, options: &str) -> Table {
    let row = registry::analyses().iter().find(|row| row.kind.name == kind).unwrap();
    let mut diagnostics = Diagnostics::default();
    let table = (row.analyze)(options, &NamedGraph::new("g", graph.clone()), &mut diagnostics);
    assert!(diagnostics.is_empty(), "{kind}: {diagnostics:?}");
    table.unwrap()
}

/// Returns in what a metric differs from what is known of it.
fn compare(graph: &Graph, metric: &Json) -> Vec<String> {
    let (kind, column) = (metric[0].as_str().unwrap(), metric[2].as_str().unwrap());
    let table = run(graph, kind, &metric[1].to_string());
    let values = table.column(column).unwrap();
    let number = |row| match values.get(row) {
        Value::Integer(number) => number as f64,
        Value::Number(number) => number,
        Value::Boolean(is_so) => f64::from(u8::from(is_so)),
        other => panic!("{kind}: {other:?}"),
    };
    let text = |column: &str, row| match table.column(column).unwrap().get(row) {
        Value::Text(text) => text.to_owned(),
        other => panic!("{kind}: {other:?}"),
    };
    let rows = 0..table.row_count();
    let found: BTreeMap<String, f64> = match kind {
        "summary" | "diameter" => [("only".to_owned(), number(0))].into(),
        "longest_path" => [("longest".to_owned(), rows.map(number).fold(0.0, f64::max))].into(),
        "shortest_paths" => rows
            .map(|row| (text("source", row) + "\t" + &text("target", row), number(row)))
            .collect(),
        _ => {
            graph.nodes().zip(rows).map(|(node, row)| (node.id().to_owned(), number(row))).collect()
        }
    };
    let known = metric[3].as_object().unwrap();
    let mut wrong = Vec::new();
    if found.len() != known.len() {
        wrong.push(format!("{kind} {}: {} values, not {}", metric[1], found.len(), known.len()));
    }
    for (key, expected) in known {
        let expected = expected.as_f64().unwrap();
        let is_near = found.get(key).is_some_and(|found| (found - expected).abs() < NEAR);
        if !is_near {
            let found = found.get(key);
            wrong.push(format!(
                "{kind} {}: {column} of {key} is {found:?}, not {expected}",
                metric[1]
            ));
        }
    }
    wrong
}

/// Returns the ids in each group, all in order.
fn parts(graph: &Graph, groups: &Grouping) -> BTreeSet<Vec<String>> {
    let ids: Vec<&str> = graph.nodes().map(|node| node.id()).collect();
    let sorted = |members: Vec<u32>| {
        let mut members: Vec<String> =
            members.iter().map(|node| ids[*node as usize].to_owned()).collect();
        members.sort_unstable();
        members
    };
    groups.members().into_iter().map(sorted).collect()
}

fn bridges(graph: &Graph) -> BTreeSet<Vec<String>> {
    let table = run(graph, "bridges", "{}");
    let column = table.column("is_bridge").unwrap();
    let bridges =
        graph.edges().zip(0..).filter(|(_, row)| column.get(*row) == Value::Boolean(true));
    let ends = |(edge, _): (layercake::graph::Edge<'_>, usize)| {
        let mut ends = vec![edge.source().id().to_owned(), edge.target().id().to_owned()];
        ends.sort_unstable();
        ends
    };
    bridges.map(ends).collect()
}

/// Returns all cycles of up to six edges, each from its least id on.
fn cycles(graph: &Graph) -> BTreeSet<Vec<String>> {
    let table = run(graph, "cycles", r#"{"limit": 100000, "max_length": 6}"#);
    let column = table.column("nodes").unwrap();
    let cycle = |row| match column.get(row) {
        Value::Text(text) => {
            let ids: Vec<&str> = text.split(" -> ").collect();
            turned(&json!(ids[..ids.len() - 1]))
        }
        other => panic!("{other:?}"),
    };
    let found: BTreeSet<_> = (0..table.row_count()).map(cycle).collect();
    assert_eq!(found.len(), table.row_count());
    found
}

/// Turns a cycle so that its least id comes first.
fn turned(cycle: &Json) -> Vec<String> {
    let ids = cycle.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned());
    let mut ids: Vec<String> = ids.collect();
    let least = (0..ids.len()).min_by_key(|at| ids[*at].clone()).unwrap();
    ids.rotate_left(least);
    ids
}
