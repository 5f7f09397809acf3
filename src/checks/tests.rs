//! What rules find, beside what can be seen by looking at every pair of nodes.

use proptest::prelude::*;

use super::rule_kind;
use crate::diagnostic::Diagnostics;
use crate::finding::{Finding, Findings, Subject};
use crate::graph::sketch::{chain, rows, sketch};
use crate::graph::{Attribute, Direction, EdgeId, Graph, NodeId, Table, Type, Value, reach};
use crate::step::{Data, NamedData};

/// Returns what a rule with options as JSON finds.
fn findings(kind: &str, options: &str, data: impl Into<Data>) -> Result<Findings, String> {
    let of = NamedData { name: "g".into(), data: data.into() };
    let (mut found, mut told) = (Findings::default(), Diagnostics::default());
    let check = rule_kind(kind).unwrap().check;
    match check(options, &of, &[], &mut found, &mut told) {
        Ok(()) => {
            assert!(told.is_empty(), "{told:?}");
            Ok(found)
        }
        Err(_) => {
            let messages: Vec<&str> = told.list.iter().map(|one| &*one.message).collect();
            Err(messages.join("; "))
        }
    }
}

/// Returns what the findings of a rule are about.
#[track_caller]
fn abouts(kind: &str, options: &str, data: impl Into<Data>) -> Vec<String> {
    let found = findings(kind, options, data).unwrap();
    found.list.into_iter().map(|finding| finding.about).collect()
}

fn table(columns: &[(&str, &[&str])]) -> Table {
    let column = |(name, cells): &(&str, &[&str])| {
        let value = |cell: &&'static str| Value::Text(cell);
        let cells: Vec<Value<'_>> = cells
            .iter()
            .map(|cell| if cell.is_empty() { Value::Null } else { value(&leak(cell)) })
            .collect();
        Attribute::of_cells(name, Type::Text, cells.into_iter())
    };
    Table::new(columns.iter().map(column).collect()).unwrap()
}

fn leak(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

/// Checks that the way of a finding is one, and returns its ends.
#[track_caller]
fn ends(graph: &Graph, finding: &Finding) -> (u32, u32) {
    let end = |edge: &EdgeId, is_source: bool| {
        let edge = graph.edge(*edge);
        if is_source { edge.source().index().0 } else { edge.target().index().0 }
    };
    for pair in finding.trail.windows(2) {
        assert_eq!(end(&pair[0], false), end(&pair[1], true), "{finding:?}");
    }
    assert_eq!(finding.subject, Subject::Edge(finding.trail[0]));
    (end(&finding.trail[0], true), end(finding.trail.last().unwrap(), false))
}

/// Returns for each node how many steps of one edge or more lead there from some nodes at least.
fn steps_from(graph: &Graph, from: &[NodeId]) -> Vec<Option<u32>> {
    let near = reach(graph, from, Direction::Out, None);
    let mut steps = vec![None; graph.node_count()];
    for edge in graph.edges() {
        let Some(hops) = near[edge.source().index().0 as usize] else { continue };
        let target: &mut Option<u32> = &mut steps[edge.target().index().0 as usize];
        *target = Some(target.map_or(hops + 1, |known: u32| known.min(hops + 1)));
    }
    steps
}

/// Returns the nodes whose ids are in a list.
fn of_ids(graph: &Graph, ids: &[&str]) -> Vec<NodeId> {
    graph.nodes().filter(|node| ids.contains(&node.id())).map(|node| node.index()).collect()
}

proptest! {
    #[test]
    fn what_must_not_be_reached_is_found_by_a_shortest_way((rows, turned) in rows()) {
        let graph = rows.graph();
        let options = r#"{ "from": "id in ['a', 'c']", "to": "id in ['b', 'c', 'd']", "indirect": true }"#;
        let found = findings("forbid", options, graph.clone()).unwrap().list;
        let steps = steps_from(&graph, &of_ids(&graph, &["a", "c"]));
        let expected: Vec<(u32, usize)> = of_ids(&graph, &["b", "c", "d"])
            .into_iter()
            .filter_map(|node| Some((node.0, steps[node.0 as usize]? as usize)))
            .collect();
        let ways = found.iter().map(|finding| (ends(&graph, finding).1, finding.trail.len()));
        prop_assert_eq!(ways.collect::<Vec<_>>(), expected);
        prop_assert_eq!(findings("forbid", options, turned.graph()).unwrap().list, found);
    }

    #[test]
    fn an_edge_is_forbidden_or_allowed((rows, _) in rows()) {
        let graph = rows.graph();
        let forbidden = r#"{ "from": "id <= 'b'", "to": "id > 'b'" }"#;
        let allowed = r#"{ "from": "id <= 'b'", "to": "id <= 'b'" }"#;
        let found = findings("forbid", forbidden, graph.clone()).unwrap().list;
        let same = findings("allow_only", allowed, graph.clone()).unwrap().list;
        let subjects = |found: &[Finding]| found.iter().map(|one| one.subject).collect::<Vec<_>>();
        prop_assert_eq!(subjects(&found), subjects(&same));
        let expected = graph.edges().filter(|edge| edge.source().id() <= "b" && edge.target().id() > "b");
        let expected: Vec<_> = expected.map(|edge| Subject::Edge(edge.index())).collect();
        prop_assert_eq!(subjects(&found), expected);
    }

    #[test]
    fn a_graph_is_acyclic_if_it_has_an_order((rows, turned) in rows()) {
        let graph = rows.graph();
        let pairs = graph.edges().map(|edge| (edge.source().index().0, edge.target().index().0));
        let pairs: Vec<_> = pairs.collect();
        let has_order =
            crate::graph::topological_order(graph.node_count(), pairs.iter().copied()).is_ok();
        let found = findings("acyclic", "{}", graph.clone()).unwrap().list;
        prop_assert_eq!(found.is_empty(), has_order);
        for finding in &found {
            let (source, target) = ends(&graph, &Finding {
                trail: match finding.subject {
                    Subject::Edge(edge) if finding.trail.is_empty() => vec![edge],
                    _ => finding.trail.clone(),
                },
                ..finding.clone()
            });
            prop_assert_eq!(source, target);
        }
        prop_assert_eq!(findings("acyclic", "{}", turned.graph()).unwrap().list, found);
    }

    #[test]
    fn sets_are_independent_if_none_reaches_another((rows, _) in rows()) {
        let graph = rows.graph();
        let options = r#"{ "sets": ["id == 'a'", "id in ['b', 'c']", "id == 'd'"] }"#;
        let found = findings("independent", options, graph.clone()).unwrap().list;
        let sets = [&["a"][..], &["b", "c"], &["d"]].map(|ids| of_ids(&graph, ids));
        let mut expected = Vec::new();
        for (at, set) in sets.iter().enumerate() {
            let near = reach(&graph, set, Direction::Out, None);
            for (to, other) in sets.iter().enumerate().filter(|(to, _)| *to != at) {
                let hops = other.iter().filter_map(|node| near[node.0 as usize]).min();
                expected.extend(hops.map(|hops| (at, to, hops as usize)));
            }
        }
        let set_of = |node: u32| sets.iter().position(|set| set.contains(&NodeId(node))).unwrap();
        let ways = found.iter().map(|finding| {
            let (source, target) = ends(&graph, finding);
            (set_of(source), set_of(target), finding.trail.len())
        });
        prop_assert_eq!(ways.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_required_is_there_or_told((rows, _) in rows()) {
        let graph = rows.graph();
        for is_indirect in [false, true] {
            let options = format!(r#"{{ "from": "id != 'a'", "to": "id in ['a', 'b']", "indirect": {is_indirect} }}"#);
            let found = abouts("require", &options, graph.clone());
            let to = of_ids(&graph, &["a", "b"]);
            let has = |from: NodeId| match is_indirect {
                true => to.iter().any(|to| steps_from(&graph, &[from])[to.0 as usize].is_some()),
                false => graph.edges().any(|edge| edge.source().index() == from && to.contains(&edge.target().index())),
            };
            let lacking = graph.nodes().filter(|node| node.id() != "a" && !has(node.index()));
            prop_assert_eq!(found, lacking.map(|node| node.id().to_owned()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn layers_are_in_order_if_no_edge_leads_up((rows, _) in rows()) {
        let graph = rows.graph();
        let options = r#"{ "order": ["a", ["b", "c"]], "by": "id" }"#;
        let found = findings("layers", options, graph.clone()).unwrap().list;
        let is_up = |source: &str, target: &str| matches!((source, target), ("b" | "c", "a"));
        let up = graph.edges().filter(|edge| is_up(edge.source().id(), edge.target().id()));
        let up: Vec<_> = up.map(|edge| Subject::Edge(edge.index())).collect();
        prop_assert_eq!(found.iter().map(|one| one.subject).collect::<Vec<_>>(), up);
    }

    #[test]
    fn degrees_and_orphans_are_counted((rows, _) in rows()) {
        let graph = rows.graph();
        let degree = |node: NodeId| graph.edges().filter(|edge| {
            edge.source().index() == node || edge.target().index() == node
        }).count();
        let large = graph.nodes().filter(|node| degree(node.index()) > 2);
        let large: Vec<_> = large.map(|node| node.id().to_owned()).collect();
        prop_assert_eq!(abouts("max_degree", r#"{ "most": 2 }"#, graph.clone()), large);
        let has_edge = |node: NodeId| graph.edges().any(|edge| {
            let (source, target) = (edge.source().index(), edge.target().index());
            source != target && (source == node || target == node)
        });
        let alone = graph.nodes().filter(|node| !node.is_partition() && !has_edge(node.index()));
        let alone: Vec<_> = alone.map(|node| node.id().to_owned()).collect();
        prop_assert_eq!(abouts("no_orphans", "{}", graph.clone()), alone);
    }
}

#[test]
fn a_way_through_nodes_of_no_layer_leads_up_too() {
    let graph = sketch(&["a", "b", "x", "y"], &["b x", "x y", "y a", "x b"]);
    let options =
        |indirect| format!(r#"{{ "order": ["a", "b"], "by": "id", "indirect": {indirect} }}"#);
    assert_eq!(abouts("layers", &options(false), graph.clone()), [""; 0]);
    assert_eq!(abouts("layers", &options(true), graph), ["b -> a"]);
}

#[test]
fn exceptions_that_excuse_nothing_are_told() {
    let graph = sketch(&["a", "b", "c"], &["a b", "b c"]);
    let options = r#"{ "except": ["target.id == 'b'", "source.id == 'c'", "source.id == 'a'"] }"#;
    let found = findings("forbid", options, graph.clone()).unwrap();
    assert_eq!(found.unused, ["source.id == 'c'"]);
    assert_eq!(found.list.len(), 1);
    let options = r#"{ "order": ["a", "b", "d"], "by": "id" }"#;
    assert_eq!(findings("layers", options, graph.clone()).unwrap().unused, ["d"]);
    let options = r#"{ "from": "id == 'z'", "nodes": "id == 'a'" }"#;
    assert_eq!(findings("reachable", options, graph).unwrap().unused, ["id == 'z'"]);
}

#[test]
fn rows_are_known_by_their_id_and_what_is_wrong_with_them() {
    let people = || table(&[("name", &["Ada", "Bo", "", "Bo"]), ("team", &["x", "", "x", "y"])]);
    assert_eq!(
        abouts("not_null", r#"{ "columns": ["name", "team"] }"#, people()),
        ["Bo: team", "row 3: name"]
    );
    assert_eq!(abouts("unique", r#"{ "columns": "name" }"#, people()), ["Bo: Bo"]);
    assert_eq!(abouts("unique", r#"{ "columns": ["name", "team"] }"#, people()), [""; 0]);
    let options = r#"{ "column": "team", "values": ["x"], "where": "name == 'Bo'" }"#;
    assert_eq!(abouts("accepted_values", options, people()), ["Bo: y"]);
    assert_eq!(
        abouts("matches", r#"{ "column": "name", "pattern": "A|Bo" }"#, people()),
        ["Ada: Ada"]
    );
    assert_eq!(abouts("row_count", r#"{ "least": 5 }"#, people()), ["rows"]);
    assert_eq!(abouts("row_count", r#"{ "least": 4, "most": 4 }"#, people()), [""; 0]);
    assert_eq!(
        abouts("expect", r#"{ "rows": "has(name) && name != 'Bo'" }"#, people()),
        ["Bo", "row 3", "Bo"]
    );
}

#[test]
fn what_does_not_fit_is_told() {
    let error = |kind, options, data: Data| findings(kind, options, data).unwrap_err();
    let (people, graph) = (|| table(&[("name", &["Ada"])]), || sketch(&["a"], &[]));
    let message = error("not_null", r#"{ "columns": ["nam", "tem"] }"#, people().into());
    assert_eq!(message, "there is no column `nam`; there is no column `tem`");
    let message = error("matches", r#"{ "column": "name", "pattern": "(" }"#, people().into());
    assert_eq!(message, "this is no regular expression");
    assert_eq!(error("row_count", "{}", people().into()), "`row_count` does not say how many");
    let message = error("expect", r#"{ "rows": "true" }"#, graph().into());
    assert_eq!(message, "of a graph, nodes or edges are looked at");
    let message = error("expect", r#"{ "nodes": "true" }"#, people().into());
    assert_eq!(message, "of a table, rows are looked at");
    let message = error("independent", r#"{ "sets": ["true"] }"#, graph().into());
    assert_eq!(message, "two sets or more are independent of each other, or not");
}

#[test]
fn chains_of_a_million_are_no_stack_overflow() {
    let graph = chain(1_000_000);
    let options = r#"{ "from": "id == '0000000'", "to": "id == '0999999'", "indirect": true }"#;
    assert_eq!(findings("forbid", options, graph.clone()).unwrap().list[0].trail.len(), 999_999);
    assert_eq!(abouts("acyclic", "{}", graph.clone()), [""; 0]);
    let deep: Vec<String> = (0..2000).map(|at| format!("n{at} in n{}", at + 1)).collect();
    let mut deep: Vec<&str> = deep.iter().map(String::as_str).collect();
    deep.push("n2000 +");
    let found = abouts("max_depth", r#"{ "most": 1990 }"#, sketch(&deep, &[]));
    assert_eq!(found.len(), 10);
}
