//! What expressions mean, what is told of wrong ones, and that hostile ones do no harm.

mod hostile;
mod oracle;
mod types;
mod writing;

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

/// The value that an expression gives for the node `api`, shown.
#[track_caller]
fn check_value(text: &str, expected: &str) {
    let graph = graph();
    let expression = Expression::parse(text, Subject::Node).unwrap_or_else(|p| panic!("{p:?}"));
    let bound = expression.bind(&graph).unwrap_or_else(|problems| panic!("{problems:?}"));
    let shown = match bound.value(1) {
        Ok(Cell::Null) => "null".to_owned(),
        Ok(Cell::Text(text)) => format!("\"{text}\""),
        Ok(Cell::Number(number)) => format!("{number:?}"),
        Ok(cell) => cell.shown(&graph),
        Err(problem) => format!("{} at {}", problem.message, &text[problem.range]),
    };
    assert_eq!(shown, expected, "{text}");
}

/// What is told of an expression, before or after it is bound: the place, the message, the help.
#[track_caller]
fn check_wrong(subject: Subject, text: &str, expected: &[(&str, &str, &str)]) {
    let problems = match Expression::parse(text, subject) {
        Ok(expression) => expression.bind(&graph()).map(|_| ()).unwrap_err(),
        Err(problems) => problems,
    };
    let told: Vec<(&str, &str, &str)> = problems
        .iter()
        .map(|problem| {
            let help = problem.help.as_deref().unwrap_or_default();
            (&text[problem.range.clone()], problem.message.as_str(), help)
        })
        .collect();
    assert_eq!(told, expected, "{text}");
}

#[test]
fn null_is_equal_to_null_alone_and_has_no_order() {
    check("layer == null", &["all", "core"]);
    check("null == layer", &["all", "core"]);
    check("port != 80", &["all", "core", "db", "web"]);
    check("port < 9999 || port >= 9999", &["api", "db"]);
    check("!(port < 100)", &["all", "core", "db", "web"]);
    check("!critical", &["all", "core", "db", "web"]);
    check("critical == false", &["db"]);
    check("!(layer in [\"data\"])", &["all", "api", "core", "web"]);
    check("layer in [null, \"data\"]", &["all", "core", "db"]);
    check("!owner.contains(\"n\")", &["all", "core", "db"]);
    check("has(port) && !has(attributes[\"on-call\"]) && has(layer)", &["db"]);
    check("null", &[]);
    check_value("port + null", "null");
    check_value("parent.port + 1", "null");
    check_value("parent.parent.parent.label", "null");
    check_value("coalesce(parent.port, port, 1)", "80");
    check_value("null.label", "null");
}

#[test]
fn every_comparison_of_every_type_is_as_written() {
    for (left, constant, less, equal) in [
        ("port", "80", false, true),
        ("port", "80.5", true, false),
        ("port", "80.0", false, true),
        ("port", "1e300", true, false),
        ("port", "9007199254740993", true, false),
        ("weight", "3", false, true),
        ("weight", "3.5", true, false),
        ("weight", "9223372036854775807", true, false),
        ("label", "'Payments API'", false, true),
        ("label", "'Q'", true, false),
        ("layer", "'service'", false, true),
        ("layer", "'t'", true, false),
        ("since", "'2026-01-31'", false, true),
        ("since", "date('2026-02-01')", true, false),
        ("critical", "true", false, true),
        ("depth", "2", false, true),
        ("attributes['degree']", "'high'", false, true),
        ("parent.id", "'core'", false, true),
        ("[1, 2][1]", "2", false, true),
        ("port + 1", "82", true, false),
    ] {
        for (sign, truth) in [
            ("<", less),
            ("<=", less || equal),
            ("==", equal),
            ("!=", !equal),
            (">=", !less),
            (">", !less && !equal),
        ] {
            check_value(&format!("{left} {sign} {constant}"), &truth.to_string());
            let turned = sign.replace('<', "\u{1}").replace('>', "<").replace('\u{1}', ">");
            check_value(&format!("{constant} {turned} {left}"), &truth.to_string());
            check_value(&format!("({constant} {turned} {left}) == {truth}"), "true");
        }
    }
}

#[test]
fn an_error_counts_only_where_it_decides() {
    check_value("1 / 0 == 1 || true", "true");
    check_value("true || 1 / 0 == 1", "true");
    check_value("1 / 0 == 1 && false", "false");
    check_value("1 / 0 == 1 && false && true", "false");
    check_value("false || 1 / 0 == 1", "division by zero at 1 / 0");
    check_value("1 / 0 == 1 || 2 % 0 == 1 || false", "division by zero at 1 / 0");
    check_value("[1, 0].exists(x, 1 / x == 1)", "true");
    check_value("[0, 1].exists(x, 1 / x == 1)", "true");
    check_value("[0, 1].all(x, 1 / x == 2)", "false");
    check_value("[0, 1].all(x, 1 / x == 1)", "division by zero at 1 / x");
    check_value("[0, 1].exists_one(x, 1 / x == 1)", "division by zero at 1 / x");
    check_value("true ? 1 : 1 / 0", "1");
    check_value("coalesce(1, 1 / 0)", "1");
}

#[test]
fn arithmetic_is_exact_or_an_error() {
    check_value("7 / 2", "3");
    check_value("-7 / 2", "-3");
    check_value("-7 % 3", "-1");
    check_value("7 / 2.0", "3.5");
    check_value("1 + 2 * 3 - -4", "11");
    check_value("(1 + 2) * 3", "9");
    check_value("0x1F", "31");
    check_value("0.1 + 0.2", "0.30000000000000004");
    check_value("-0.0", "0.0");
    check_value("-(0.0)", "0.0");
    check_value("-9223372036854775808", "-9223372036854775808");
    let too_large = "the result is too large for an integer of 64 bits at";
    for text in [
        "9223372036854775807 + 1",
        "-9223372036854775808 - 1",
        "9223372036854775807 * 2",
        "-9223372036854775808 / -1",
        "-9223372036854775808 % -1",
        "-(-9223372036854775808)",
        "abs(-9223372036854775808)",
        "round(1e19)",
        "int(-1e19)",
    ] {
        check_value(text, &format!("{too_large} {text}"));
    }
    check_value("1.0 / 0", "division by zero at 1.0 / 0");
    check_value("5 % 0", "division by zero at 5 % 0");
    check_value("1e308 * 10", "the result is too large for a number at 1e308 * 10");
    check_value("round(2.5) + round(-2.5) + round(1)", "1");
    check_value("int(2.9) + int('-4')", "-2");
    check_value("abs(-2.5)", "2.5");
    check_value("double('1e3') + 1", "1001.0");
    check_value("int('4x')", "`4x` is no integer at int('4x')");
    check_value("double('inf')", "`inf` is no number at double('inf')");
}

#[test]
fn dates_count_days() {
    check("since > \"2026-01-01\"", &["api"]);
    check("since in ['2020-02-29']", &["db"]);
    check("since - date('2020-02-29') >= 0", &["api", "db"]);
    check_value("since + 1", "2026-02-01");
    check_value("1 + since == date('2026-02-01')", "true");
    check_value("since - 31", "2025-12-31");
    check_value("date('2026-03-01') - since", "29");
    check_value("date(string(since)) == since", "true");
    check_value("date(label)", "`Payments API` is no date at date(label)");
    let outside = "the date is outside the years 0 to 9999 at";
    for text in ["since + 9223372036854775807", "since - 9999999", "date('9999-12-31') + 1"] {
        check_value(text, &format!("{outside} {text}"));
    }
    check_value("date('0000-01-01') - 1", &format!("{outside} date('0000-01-01') - 1"));
    check_value("date('9999-12-30') + 1", "9999-12-31");
}

#[test]
fn functions_of_texts_do_what_their_names_say() {
    check_value("label + ' (' + owner + ')'", "\"Payments API (ann)\"");
    check_value("label + attributes['on-call'] + parent.owner", "null");
    check_value("size('äöü')", "3");
    check_value("'äöü'.size()", "3");
    check_value(
        "label.startsWith('Pay') && label.endsWith('API') && label.contains('ts A')",
        "true",
    );
    check_value("label.contains(owner)", "false");
    check_value("label.matches('^Pay.*API$')", "true");
    check_value("matches(label, r'\\d')", "false");
    check_value("'ÄbC'.lowerAscii() + 'äbC'.upperAscii()", "\"ÄbcäBC\"");
    check_value("'  a b\t'.trim()", "\"a b\"");
    check_value("label.substring(9)", "\"API\"");
    check_value("'äöü'.substring(1, 2)", "\"ö\"");
    check_value("'abc'.substring(2, 1) + 'abc'.substring(9) + 'abc'.substring(-1, 1)", "\"a\"");
    check_value("label.replace('a', '-')", "\"P-yments API\"");
    check_value("'a,b,,c'.split(',')", "a, b, , c");
    check_value("'a,b'.split(',')[1]", "\"b\"");
    check_value("'a,b'.split(',')[7]", "null");
    check_value("'äb'.split('').join('-')", "\"ä-b\"");
    check_value("''.split('').join() + ''.split(',').join('x')", "\"\"");
    check_value("['b', 'a'].map(x, x + '!').join(' ')", "\"b! a!\"");
    check_value(
        "string(1) + string(2.0) + string(0.5) + string(true) + string(since)",
        "\"120.5true2026-01-31\"",
    );
    check_value("\"a\\n\\t\\\\\\\"\\u00e9\\x41\\U0001F600\"", "\"a\n\t\\\"éA😀\"");
    check_value("min(3, 1.5, 2)", "1.5");
    check_value("max('a', owner, 'b')", "\"b\"");
    check_value("min(null, 4)", "4");
    check_value("max(parent.children.map(c, c.weight))", "3.0");
    check_value("min([])", "null");
}

#[test]
fn a_node_knows_its_place() {
    check("parent == null", &["all", "web"]);
    check("parent.id == \"core\"", &["api", "db"]);
    check("parent.layer != 'x' && parent.parent.label == 'all'", &["api", "db"]);
    check("depth == 2", &["api", "db"]);
    check("is_partition", &["all", "core"]);
    check("degree > 1 && in_degree == 2 && out_degree == 2", &["api"]);
    check("degree == 0", &["all", "core"]);
    check("inside(\"all\")", &["api", "core", "db"]);
    check("parent.inside(\"all\")", &["api", "db"]);
    check("size(children) == 2", &["core"]);
    check("children.exists(c, c.layer == \"data\")", &["core"]);
    check("children.exists_one(c, has(c.owner) && c.owner == owner)", &[]);
    check("children.exists(c, c.children.exists(d, d.parent == c && d.id == 'db'))", &["all"]);
    check("size(children) > 0 && children.all(c, c.depth > 1)", &["core"]);
    check("ancestors.exists(a, a.id == 'all') && size(ancestors) == 2", &["api", "db"]);
    check("parent.children.filter(c, c.weight > 2.5).map(c, c.id) == ['api']", &["api", "db"]);
    check("children.map(c, has(c.owner), c.owner) == ['ann', 'bo']", &["core"]);
    check("children[0].label == 'core'", &["all"]);
    check("attributes[\"degree\"] == 'high' && attributes['on-call'] == 'cy'", &["api"]);
    check("parent.attributes['on-call'] == null && has(attributes['on-call'])", &["api", "web"]);
    check("children.exists(id, id.id == 'db')", &["core"]);
    check("(has(parent) ? parent : children[0]).id == 'core'", &["all", "api", "db"]);
    check(
        "children.all(c, children.all(d, d.weight + c.weight > 1)) // a comment",
        &["all", "api", "core", "db", "web"],
    );
}

#[test]
fn an_edge_knows_its_ends() {
    let graph = graph();
    let check = |text: &str, expected: &[&str]| {
        let expression = Expression::parse(text, Subject::Edge).unwrap();
        let bound = expression.bind(&graph).unwrap();
        let chosen = bound.select().unwrap();
        let names: Vec<String> = chosen.ones().map(|row| bound.row_name(row)).collect();
        assert_eq!(names, expected, "{text}");
    };
    check("source.layer == target.layer", &["edge `api->api`", "edge `web->api`"]);
    check("source.layer != target.layer", &["edge `api->db`"]);
    check("source == target", &["edge `api->api`"]);
    check("layer == 'reads' || port == 3", &["edge `api->api`", "edge `api->db`"]);
    check("source.owner == 'ann' && !target.inside('core')", &[]);
    check(
        "target.parent.id == 'core' && target.weight > 2.6 && label == ''",
        &["edge `api->api`", "edge `web->api`"],
    );
    check("source.degree > target.degree && weight == 1 && comment == ''", &["edge `api->db`"]);
    check(
        "source.parent.layer == target.parent.layer",
        &["edge `api->api`", "edge `api->db`", "edge `web->api`"],
    );
    check("layer in ['calls', 'reads'] && id.startsWith('api')", &["edge `api->db`"]);
}

#[test]
fn rows_of_a_table_have_columns() {
    let columns = vec![
        texts("owner", &[Some("ann"), None]),
        integers("a b", &[Some(1), Some(2)]),
        integers("id", &[Some(1), Some(2)]),
    ];
    let table = Table::new(columns).unwrap();
    let check = |text: &str, expected: &[u32]| {
        let expression = Expression::parse(text, Subject::Row).unwrap();
        let bound = expression.bind_table(&table).unwrap();
        assert_eq!(bound.select().unwrap().ones().collect::<Vec<_>>(), expected, "{text}");
    };
    check("owner == \"ann\"", &[0]);
    check("!has(owner)", &[1]);
    check("attributes['a b'] == 2 && id > 1", &[1]);
    let expression = Expression::parse("idd > 1", Subject::Row).unwrap();
    let problems = expression.bind_table(&table).unwrap_err();
    assert_eq!(problems[0].message, "the table has no column `idd`");
    assert_eq!(problems[0].help.as_deref(), Some("did you mean `id`?"));
    assert!(expression.bind(&graph()).is_err());
}

#[test]
fn the_attributes_that_are_named_are_known() {
    let text =
        "owner == 'a' && source.owner == target.attributes['on call'] && weight > 1 || owner != ''";
    let expression = Expression::parse(text, Subject::Edge).unwrap();
    let names = expression.names();
    assert_eq!(names, [(Owner::Node, "on call"), (Owner::Node, "owner"), (Owner::Edge, "owner")]);
}

#[test]
fn all_rows_become_a_column() {
    let graph = graph();
    let column = |text: &str| {
        let expression = Expression::parse(text, Subject::Node).unwrap();
        expression.bind(&graph).unwrap().column("x")
    };
    let cells = |text: &str| -> Vec<String> {
        let column = column(text).unwrap();
        (0..column.len()).map(|row| column.get(row).to_string()).collect()
    };
    assert_eq!(cells("label + '!'")[1], "Payments API!");
    assert_eq!(cells("port + 1"), ["", "81", "", "5433", ""]);
    assert_eq!(column("port + 1").unwrap().kind(), Type::Integer);
    assert_eq!(cells("has(port) ? port : weight"), ["1", "80", "1", "5432", "1"]);
    assert_eq!(column("has(port) ? port : weight").unwrap().kind(), Type::Number);
    assert_eq!(cells("since + 1"), ["", "2026-02-01", "", "2020-03-01", ""]);
    assert_eq!(cells("critical"), ["", "true", "", "false", ""]);
    assert_eq!(column("null").unwrap(), texts("x", &[None; 5]));
    assert_eq!(column("parent.id").unwrap().get(0), crate::graph::Value::Null);
    let message = |text: &str| column(text).unwrap_err().list.remove(0).1.message;
    assert_eq!(message("parent"), "a node does not fit into a column");
    assert_eq!(message("1 / (port - 80)"), "division by zero");
    let faults = column("int(label)").unwrap_err();
    assert_eq!((faults.count, faults.list[1].0), (5, Some(1)));
    let empty = Graph::default();
    let expression = Expression::parse("weight > 1", Subject::Node).unwrap();
    assert_eq!(expression.bind(&empty).unwrap().select(), Ok(Bits::default()));
}
