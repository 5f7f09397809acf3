//! What users may rely on when nodes become one.

use proptest::prelude::*;

use super::*;
use crate::graph::Value;
use crate::graph::sketch::{assert_whole, edge_words, node_words, rows, sketch};
use crate::transforms::testing::{attributes, run};

fn with_numbers(cells: &[(&str, &str, Option<i64>)]) -> Graph {
    let teams: Vec<_> = cells.iter().map(|(id, team, _)| (*id, "team", *team)).collect();
    let graph = attributes(&teams);
    let present = cells.iter().map(|cell| cell.2.is_some()).collect();
    let values = Values::Integer(cells.iter().map(|cell| cell.2.unwrap_or_default()).collect());
    graph.with_node_attribute(Attribute { name: "cost".to_owned(), values, present })
}

#[test]
fn nodes_of_one_value_become_one_with_all_their_edges() {
    let graph = sketch(
        &["a @x *2 in p", "b @x *3 in q", "c @y", "d", "p in r", "q in r", "r"],
        &["a b #1", "b c calls", "a c", "c d", "d a", "a a #2"],
    );
    let result = run::<AggregateNodes>(r#"{ "by": ["layer"] }"#, &graph).unwrap();
    assert_whole(&result);
    assert_eq!(node_words(&result), ["d", "p in r", "q in r", "r", "x in r @x *5", "y @y"]);
    assert_eq!(edge_words(&result), ["d x", "x y", "x y calls #x->y#2", "y d"]);
    let options = r#"{ "by": ["layer"], "inside": "keep", "weight": "mean", "prefix": "l:" }"#;
    let result = run::<AggregateNodes>(options, &graph).unwrap();
    let nodes = ["d", "l:x =x in r @x *2.5", "l:y =y @y", "p in r", "q in r", "r"];
    assert_eq!(node_words(&result), nodes);
    let edges =
        ["d l:x", "l:x l:x #1", "l:x l:x #2", "l:x l:y", "l:x l:y calls #l:x->l:y#2", "l:y d"];
    assert_eq!(edge_words(&result), edges);
}

#[test]
fn attributes_become_one_as_told() {
    let graph = with_numbers(&[
        ("a", "red", Some(2)),
        ("b", "red", Some(5)),
        ("c", "red", None),
        ("d", "blue", Some(7)),
    ]);
    for (fold, blue, red) in [
        ("sum", Value::Integer(7), Value::Integer(7)),
        ("mean", Value::Number(7.0), Value::Number(3.5)),
        ("max", Value::Integer(7), Value::Integer(5)),
        ("min", Value::Integer(7), Value::Integer(2)),
        ("count", Value::Integer(1), Value::Integer(2)),
        ("first", Value::Integer(7), Value::Integer(2)),
        ("join", Value::Text("7"), Value::Text("2, 5")),
        ("agreed", Value::Integer(7), Value::Null),
    ] {
        let options =
            format!(r#"{{ "by": ["team"], "attributes": {{ "cost": "{fold}" }}, "count": "n" }}"#);
        let result = run::<AggregateNodes>(&options, &graph).unwrap();
        assert_whole(&result);
        let cells: Vec<Vec<_>> = result.nodes().map(|node| node.attributes().collect()).collect();
        let (one, three) = (Value::Integer(1), Value::Integer(3));
        let expected = [
            vec![("cost", blue), ("n", one), ("team", Value::Text("blue"))],
            vec![("cost", red), ("n", three), ("team", Value::Text("red"))],
        ];
        assert_eq!(cells, expected, "{fold}");
    }
}

#[test]
fn what_cannot_be_is_an_error() {
    let graph = with_numbers(&[("a", "red", Some(i64::MAX)), ("b", "red", Some(1))]);
    let told = |options, graph: &Graph| run::<AggregateNodes>(options, graph).unwrap_err();
    let message = "the values of `cost` add up too high: an integer has 64 bits";
    let options = r#"{ "by": ["team"], "attributes": { "cost": "sum" } }"#;
    assert_eq!(told(options, &graph), [message]);
    let messages = [
        "no node of this graph has an attribute `size`",
        "`team` is of type text, but this needs numbers",
    ];
    let options = r#"{ "by": ["team"], "attributes": { "team": "sum", "size": "sum" } }"#;
    assert_eq!(told(options, &graph), messages);
    let graph = sketch(&["a @b", "b"], &[]);
    let message = "the node `b` cannot be made: a node has this id";
    assert_eq!(told(r#"{ "by": ["layer"] }"#, &graph), [message]);
}

proptest! {
    #[test]
    fn doing_it_again_changes_nothing((rows, turned) in rows()) {
        let options = r#"{ "by": ["layer", "size"], "attributes": { "size": "max" } }"#;
        let result = run::<AggregateNodes>(options, &rows.graph()).unwrap();
        assert_whole(&result);
        prop_assert_eq!(&run::<AggregateNodes>(options, &turned.graph()).unwrap(), &result);
        prop_assert_eq!(&run::<AggregateNodes>(options, &result).unwrap(), &result);
        let weight = |graph: &Graph| graph.nodes().map(Node::weight).sum::<f64>();
        prop_assert_eq!(weight(&result), weight(&rows.graph()));
    }
}
