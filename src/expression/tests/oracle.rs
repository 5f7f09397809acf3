//! The `cel` crate as a judge: where an expression means something in CEL, it means the same here.

use std::sync::{Arc, LazyLock};

use cel::{Context, Env, Value as Judged};
use proptest::prelude::*;

use super::*;
use crate::graph::Value;

static STANDARD: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// Expressions of a type, with parentheses around every part: precedence is asked elsewhere.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Integer,
    Number,
    Text,
    Boolean,
}

fn leaf(kind: Kind) -> BoxedStrategy<String> {
    let one_of = |words: &'static [&'static str]| {
        proptest::sample::select(words).prop_map(str::to_owned).boxed()
    };
    match kind {
        Kind::Integer => one_of(&["0", "1", "-2", "3", "9223372036854775807", "i", "j"]),
        Kind::Number => one_of(&["0.0", "1.5", "-2.25", "1e3", "d", "e"]),
        Kind::Text => one_of(&["''", "'a'", "'ab'", "'é'", "'1'", "s", "t"]),
        Kind::Boolean => one_of(&["true", "false", "b", "c"]),
    }
}

fn expression(kind: Kind, depth: u32) -> BoxedStrategy<String> {
    if depth == 0 {
        return leaf(kind);
    }
    let of = |kind| expression(kind, depth - 1);
    let pair = |kind, signs: &'static [&'static str]| {
        let sign = proptest::sample::select(signs);
        (of(kind), sign, of(kind)).prop_map(|(a, sign, b)| format!("({a} {sign} {b})")).boxed()
    };
    let choice = (of(Kind::Boolean), of(kind), of(kind))
        .prop_map(|(condition, yes, no)| format!("({condition} ? {yes} : {no})"));
    let deeper = match kind {
        Kind::Integer => prop_oneof![
            pair(Kind::Integer, &["+", "-", "*", "/", "%"]),
            of(Kind::Integer).prop_map(|a| format!("-({a})")),
            of(Kind::Text).prop_map(|a| format!("size({a})")),
            of(Kind::Text).prop_map(|a| format!("int({a})")),
            of(Kind::Number).prop_map(|a| format!("int({a})")),
        ]
        .boxed(),
        Kind::Number => prop_oneof![
            pair(Kind::Number, &["+", "-", "*"]),
            of(Kind::Number).prop_map(|a| format!("-({a})")),
            of(Kind::Integer).prop_map(|a| format!("double({a})")),
        ]
        .boxed(),
        Kind::Text => prop_oneof![
            pair(Kind::Text, &["+"]),
            of(Kind::Integer).prop_map(|a| format!("string({a})")),
        ]
        .boxed(),
        Kind::Boolean => {
            const ORDER: &[&str] = &["==", "!=", "<", "<=", ">", ">="];
            let call = proptest::sample::select(&["contains", "startsWith", "endsWith"][..]);
            let list = |kind| {
                let walk = proptest::sample::select(&["all", "exists", "exists_one"][..]);
                let items = proptest::collection::vec(of(kind), 0..4);
                (items, walk, leaf(kind)).prop_map(|(items, walk, other)| {
                    format!("[{}].{walk}(x, x == {other})", items.join(", "))
                })
            };
            // The crate rounds large integers to compare them with numbers; here that is exact.
            let small = proptest::sample::select(&["0", "1", "-2", "3", "j", "size(s)"][..]);
            let mixed = (small, proptest::sample::select(ORDER), of(Kind::Number));
            prop_oneof![
                pair(Kind::Boolean, &["&&", "||", "==", "!="]),
                pair(Kind::Integer, ORDER),
                pair(Kind::Number, ORDER),
                pair(Kind::Text, ORDER),
                mixed.prop_map(|(a, sign, b)| format!("({a} {sign} {b})")),
                of(Kind::Boolean).prop_map(|a| format!("!({a})")),
                (of(Kind::Text), call, of(Kind::Text))
                    .prop_map(|(a, call, b)| format!("({a}).{call}({b})")),
                (of(Kind::Text), proptest::collection::vec(of(Kind::Text), 0..4))
                    .prop_map(|(a, items)| format!("({a} in [{}])", items.join(", "))),
                list(Kind::Integer),
                list(Kind::Text),
            ]
            .boxed()
        }
    };
    prop_oneof![1 => leaf(kind), 4 => deeper, 1 => choice].boxed()
}

fn any_expression() -> impl Strategy<Value = String> {
    const KINDS: &[Kind] = &[Kind::Integer, Kind::Number, Kind::Text, Kind::Boolean];
    proptest::sample::select(KINDS).prop_flat_map(|kind| expression(kind, 3))
}

fn table(integer: i64, number: f64, text: &str) -> Table {
    let present: Bits = [true].into_iter().collect();
    let column =
        |name: &str, values| Attribute { name: name.to_owned(), present: present.clone(), values };
    let boolean = |truth: bool| Values::Boolean([truth].into_iter().collect());
    let columns = vec![
        column("i", Values::Integer(vec![integer])),
        column("j", Values::Integer(vec![7])),
        column("d", Values::Number(vec![number])),
        column("e", Values::Number(vec![-0.5])),
        column("s", Values::Text([text].into_iter().collect())),
        column("t", Values::Text(["ab"].into_iter().collect())),
        column("b", boolean(integer > 0)),
        column("c", boolean(false)),
    ];
    Table::new(columns).unwrap()
}

/// What CEL makes of it: a value in words, or nothing for an error.
fn judged(text: &str, table: &Table) -> Option<String> {
    let program = STANDARD.compile(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let mut context = Context::with_env(STANDARD.clone());
    for column in table.columns() {
        let name = column.name.as_str();
        match column.get(0) {
            Value::Integer(number) => context.add_variable_from_value(name, number),
            Value::Number(number) => context.add_variable_from_value(name, number),
            Value::Text(text) => context.add_variable_from_value(name, text),
            Value::Boolean(truth) => context.add_variable_from_value(name, truth),
            _ => {}
        }
    }
    match program.execute(&context).ok()? {
        Judged::Int(number) => Some(number.to_string()),
        // A number that is not finite is an error here.
        Judged::Float(number) => number.is_finite().then(|| format!("{:?}", number + 0.0)),
        Judged::String(text) => Some(format!("{text:?}")),
        Judged::Bool(truth) => Some(truth.to_string()),
        other => panic!("{text}: {other:?}"),
    }
}

fn ours(text: &str, table: &Table) -> Option<String> {
    let expression = Expression::parse(text, Subject::Row).unwrap_or_else(|p| panic!("{p:?}"));
    let bound = expression.bind_table(table).unwrap_or_else(|p| panic!("{text}: {p:?}"));
    Some(match bound.value(0).ok()? {
        Cell::Integer(number) => number.to_string(),
        Cell::Number(number) => format!("{number:?}"),
        Cell::Text(text) => format!("{:?}", text.as_ref()),
        Cell::Boolean(truth) => truth.to_string(),
        other => panic!("{text}: {other:?}"),
    })
}

proptest! {
    #[test]
    fn expressions_mean_what_they_mean_in_cel(
        text in any_expression(),
        integer in prop_oneof![-3..4i64, Just(i64::MIN), Just(i64::MAX)],
        number in prop_oneof![Just(0.0), Just(2.5), Just(-1e30), Just(9.3e18)],
        word in "[ab1é]{0,3}",
    ) {
        let table = table(integer, number, &word);
        prop_assert_eq!(ours(&text, &table), judged(&text, &table), "{}", text);
    }

    #[test]
    fn operators_bind_as_in_cel(
        first in leaf(Kind::Integer),
        rest in proptest::collection::vec(
            (proptest::sample::select(&["+", "-", "*", "/", "%"][..]), leaf(Kind::Integer)), 1..6),
        other in leaf(Kind::Integer),
        truth in leaf(Kind::Boolean),
    ) {
        let mut sum = first;
        for (sign, number) in rest {
            sum = format!("{sum} {sign} {number}");
        }
        let text = format!("{truth} || {sum} < {other} && !{truth} || {sum} == {other}");
        let text = format!("{text} ? {sum} : {text} ? {other} : 1");
        let table = table(2, 0.5, "a");
        prop_assert_eq!(ours(&text, &table), judged(&text, &table), "{}", text);
    }
}
