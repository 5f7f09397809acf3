//! What users may rely on when queries make graphs.

use proptest::prelude::*;

use super::*;
use crate::graph::sketch::{assert_whole, edge_words, node_words, rows, sketch};
use crate::graph::{Attribute, Bits, Date, Type, Values};
use crate::transforms::testing::{attributes, run, run_with, table};

fn check(options: &str, graph: &Graph, nodes: &[&str], edges: &[&str]) {
    let result = run::<Sql>(options, graph).unwrap();
    assert_whole(&result);
    let owned = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!((node_words(&result), edge_words(&result)), (owned(nodes), owned(edges)));
}

#[test]
fn nodes_that_a_query_leaves_out_go_with_their_edges() {
    let graph = sketch(&["a @x in p", "b @y", "c @x *3", "p in q", "q"], &["a b", "b c", "a c #e"]);
    let options = r#"{ "nodes": "SELECT * FROM nodes WHERE layer = 'x' OR id = 'q'" }"#;
    check(options, &graph, &["a in q @x", "c @x *3", "q"], &["a c #e"]);
}

#[test]
fn a_query_gives_edges_with_ids_of_their_own_or_made_ones() {
    let graph = sketch(&["a", "b", "c"], &["a b", "b c"]);
    let options = r#"{ "edges": "SELECT x.source, y.target, 'far' AS label, 2 AS weight, 'new' AS layer
        FROM edges x JOIN edges y ON x.target = y.source" }"#;
    check(options, &graph, &["a", "b", "c"], &["a c far @new *2"]);
    let options = r#"{ "edges": "SELECT id, target AS source, source AS target FROM edges" }"#;
    check(options, &graph, &["a", "b", "c"], &["b a #a->b", "c b #b->c"]);
}

#[test]
fn queries_may_be_recursive_and_make_nodes_and_edges_together() {
    let graph = sketch(&["a", "b", "c", "d"], &["a b", "b c", "d d"]);
    let options = r#"{
        "nodes": "WITH RECURSIVE reached(id) AS (VALUES ('a') UNION
            SELECT target FROM edges JOIN reached ON source = reached.id)
            SELECT upper(id) AS id, id AS comment FROM reached",
        "edges": "SELECT upper(source) AS source, upper(target) AS target FROM edges
            WHERE source <> target" }"#;
    check(options, &graph, &["A !a", "B !b", "C !c"], &["A B", "B C"]);
}

#[test]
fn tables_of_the_plan_are_seen() {
    let graph = sketch(&["a", "b"], &[]);
    let owners = table(&["node", "who"], &[&["a", "ann"], &["a", "bo"]]);
    let options = r#"{ "tables": ["owners"], "nodes":
        "SELECT id, group_concat(who, '+') AS label, count(who) AS n
         FROM nodes LEFT JOIN owners ON node = id GROUP BY id" }"#;
    let (result, _) = run_with::<Sql>(options, &graph, &[("owners", owners)]).unwrap();
    assert_eq!(node_words(&result), ["a =ann+bo", "b"]);
    let n = &result.node_attributes()[0];
    assert_eq!(
        (n.kind(), n.get(0).to_string(), n.get(1).to_string()),
        (Type::Integer, "2".into(), "0".into())
    );
}

#[test]
fn types_come_back_as_they_were() {
    let column = |name: &str, values, present: &[bool]| Attribute {
        name: name.to_owned(),
        values,
        present: present.iter().copied().collect(),
    };
    let bits: Bits = [true, false, false].into_iter().collect();
    let days = vec![Date::parse("2024-02-29").unwrap(), Date::default(), Date::default()];
    let graph = sketch(&["a", "b", "c"], &["a b"])
        .with_node_attribute(column("bit", Values::Boolean(bits), &[true, true, false]))
        .with_node_attribute(column("day", Values::Date(days), &[true, false, false]))
        .with_node_attribute(column("n", Values::Number(vec![1.0, 2.0, 0.0]), &[true, true, false]))
        .with_node_attribute(column("i", Values::Integer(vec![0; 3]), &[false; 3]))
        .with_edge_attribute(column("ID", Values::Integer(vec![7]), &[true]));
    let options = r#"{ "nodes": "SELECT * FROM nodes", "edges": "SELECT *, attribute_ID AS 'ID ' FROM edges" }"#;
    let result = run::<Sql>(options, &graph).unwrap();
    assert_eq!(result.node_attributes(), graph.node_attributes());
    let names: Vec<_> = result.edge_attributes().iter().map(|column| &column.name).collect();
    assert_eq!(names, ["ID ", "attribute_ID"]);
}

#[test]
fn what_is_wrong_is_told() {
    let graph = sketch(&["a", "b"], &["a b"]);
    let check = |options: &str, expected: &[&str]| {
        assert_eq!(run::<Sql>(options, &graph).unwrap_err(), expected, "{options}");
    };
    check(
        r#"{ "nodes": "SELECT idd FROM nodes", "edges": "SELECT id FROM edges WHERE" }"#,
        &[
            "the query cannot be run: no such column: idd",
            "the query cannot be run: incomplete input",
        ],
    );
    check(r#"{ "nodes": "SELECT label FROM nodes" }"#, &["the query gives no column `id`"]);
    check(
        r#"{ "nodes": "SELECT 'x' AS id FROM nodes" }"#,
        &["the rows 1 and 2 of the nodes have one id: `x`"],
    );
    check(
        r#"{ "nodes": "SELECT id, 'heavy' AS weight, 'z' AS belongs_to FROM nodes WHERE id = 'a'" }"#,
        &["row 1 of the nodes belongs to `z`, which is no node"],
    );
    check(
        r#"{ "edges": "SELECT 'a' AS source, 'z' AS target, 'heavy' AS weight" }"#,
        &["row 1 of the edges has the target `z`, which is no node"],
    );
    check(
        r#"{ "edges": "SELECT 'a' AS source, 'b' AS target, 'heavy' AS weight" }"#,
        &["row 1: `weight` is `heavy`, no number"],
    );
    check(
        r#"{ "nodes": "SELECT id, CASE id WHEN 'a' THEN 'b' ELSE 'a' END AS belongs_to FROM nodes" }"#,
        &["partitions would contain each other: `a` in `b` in `a`"],
    );
    check(
        r#"{ "nodes": "SELECT id, id FROM nodes" }"#,
        &["the query gives two columns of the name `id`"],
    );
}

#[test]
fn queries_only_read_and_know_no_time_and_no_chance() {
    let graph = sketch(&["a"], &[]);
    for query in [
        "DELETE FROM nodes",
        "SELECT random() AS id",
        "SELECT date('now') AS id",
        "SELECT CURRENT_TIMESTAMP AS id",
        "ATTACH '/tmp/x' AS x",
        "PRAGMA table_info(nodes)",
        "SELECT name AS id FROM pragma_table_info('nodes')",
        "SELECT id FROM nodes; DELETE FROM nodes",
    ] {
        let options = serde_json::json!({ "nodes": query }).to_string();
        assert!(run::<Sql>(&options, &graph).is_err(), "{query}");
    }
}

#[test]
fn names_that_sqlite_sees_as_one_are_told() {
    let graph = attributes(&[("a", "Owner", "1"), ("a", "owner", "2"), ("a", "x\"y", "3")]);
    let options =
        r#"{ "nodes": "SELECT id, Owner || attribute_owner || \"x\"\"y\" AS label FROM nodes" }"#;
    assert_eq!(node_words(&run::<Sql>(options, &graph).unwrap()), ["a =123"]);
    let options = r#"{ "nodes": "SELECT * FROM nodes", "tables": ["Nodes"] }"#;
    let told = run_with::<Sql>(options, &graph, &[("Nodes", table(&["x"], &[]))]).unwrap_err();
    assert_eq!(told, ["two tables have the name `Nodes`, as SQLite sees no case"]);
}

proptest! {
    #[test]
    fn all_that_there_is_comes_back((rows, turned) in rows()) {
        let options = r#"{ "nodes": "SELECT * FROM nodes", "edges": "SELECT * FROM edges" }"#;
        let graph = rows.graph();
        let result = run::<Sql>(options, &graph).unwrap();
        assert_whole(&result);
        prop_assert_eq!(&result, &graph);
        prop_assert_eq!(&run::<Sql>(options, &turned.graph()).unwrap(), &graph);
    }
}
