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
fn a_mistake_in_writing_is_told_with_what_to_write() {
    let check = |text: &str, expected: &[(&str, &str, &str)]| {
        check_wrong(Subject::Node, text, expected);
    };
    check(
        "",
        &[("", "an expression is missing", "write a condition such as `layer == \"service\"`")],
    );
    check("layer = \"a\"", &[("=", "expected an operator, found `=`", "equality is `==`")]);
    check("= 1", &[("=", "expected a value, found `=`", "equality is `==`")]);
    check(
        "a and b or c",
        &[("and", "expected an operator, found `and`", "both conditions hold: `&&`")],
    );
    check("a or b", &[("or", "expected an operator, found `or`", "one condition holds: `||`")]);
    check("a & b", &[("&", "expected an operator, found `&`", "both conditions hold: `&&`")]);
    check("a | b", &[("|", "expected an operator, found `|`", "one condition holds: `||`")]);
    check("not a", &[("not", "`not` is no operator", "write `!`")]);
    check("a not in [1]", &[("not", "expected an operator, found `not`", "write `!(x in […])`")]);
    check("a is null", &[("is", "expected an operator, found `is`", "equality is `==`")]);
    check(
        "label like 'a'",
        &[("like", "expected an operator, found `like`", "write `text.contains(\"part\")`")],
    );
    check("a IN [1]", &[("IN", "expected an operator, found `IN`", "write `in`")]);
    check("a 'b'", &[("'b'", "expected an operator, found `'b'`", "")]);
    check("weight >", &[("", "expected a value, found the end", "")]);
    check("(weight > 1", &[("", "expected `)` to close the parenthesis, found the end", "")]);
    check("[1, 2", &[("", "expected `]` to close the list, found the end", "")]);
    check("size([1]", &[("", "expected `)` to close the call, found the end", "")]);
    check("children[0", &[("", "expected `]` to close the index, found the end", "")]);
    check("weight > 1)", &[(")", "`)` closes nothing", "")]);
    check("a.1", &[("1", "expected a name after `.`, found `1`", "")]);
    check("in [1]", &[("in", "expected a value, found `in`", "")]);
    check(
        "true ? 1",
        &[
            (
                "",
                "expected `:` and the other value, found the end",
                "write `condition ? value : other`",
            ),
            ("", "expected a value, found the end", ""),
        ],
    );
    check("label == \"a", &[("\"a", "this text does not end", "close it with `\"`")]);
    check("label == 'a\\", &[("'a\\", "this text does not end", "close it with `'`")]);
    let escape = "write `\\\\` for a backslash, or put `r` before the text's quote";
    check("'\\d'", &[("\\d", "`\\d` is no escape", escape)]);
    let digits = "write 4 hexadecimal digits of a character after it";
    check("'\\ud800'", &[("\\u", "`\\u` is no escape", digits)]);
    check("'\\u12'", &[("\\u", "`\\u` is no escape", digits)]);
    check("2x", &[("2x", "`2x` is neither a number nor a name", "")]);
    check("1.5x", &[("1.5x", "`1.5x` is no number", "")]);
    check("0x", &[("0x", "`0x` is no number", "")]);
    check("1e999", &[("1e999", "`1e999` is too large for a number", "")]);
    let large = "is too large for an integer of 64 bits";
    check(
        "9223372036854775808",
        &[("9223372036854775808", &format!("`9223372036854775808` {large}"), "")],
    );
    check(
        "99999999999999999999",
        &[("99999999999999999999", &format!("`99999999999999999999` {large}"), "")],
    );
    check(
        "“a”",
        &[
            ("“", "`“` has no meaning here", "write `\"`, the straight quote"),
            ("”", "`”` has no meaning here", "write `\"`, the straight quote"),
        ],
    );
    check(
        "`a`",
        &[
            ("`", "``` has no meaning here", "texts stand in `\"` or `'`"),
            ("`", "``` has no meaning here", "texts stand in `\"` or `'`"),
        ],
    );
    check("$a", &[("$", "`$` has no meaning here", "names stand as they are, without `$`")]);
    check("a ≠ 1", &[("≠", "`≠` has no meaning here", "write `!=`")]);
    check("a ≤ 1", &[("≤", "`≤` has no meaning here", "write `<=`")]);
    check("a ≥ 1", &[("≥", "`≥` has no meaning here", "write `>=`")]);
    check(
        "a in {1}",
        &[
            ("{", "`{` has no meaning here", "a list stands in `[` and `]`"),
            ("}", "`}` has no meaning here", "a list stands in `[` and `]`"),
        ],
    );
    check(
        "a;",
        &[(
            ";",
            "`;` has no meaning here",
            "an expression is one value; join conditions with `&&`",
        )],
    );
    check("a # b", &[("#", "`#` has no meaning here", "")]);
}

#[test]
fn every_mistake_is_told_at_once() {
    check_wrong(
        Subject::Node,
        "(weight >) && lable.contain('x') || layer = 'a' && [1, * 2] == 1",
        &[
            (")", "expected a value, found `)`", ""),
            ("contain", "there is no function `contain`", "did you mean `contains`?"),
            ("=", "expected an operator, found `=`", "equality is `==`"),
            ("*", "expected a value, found `*`", ""),
        ],
    );
    check_wrong(
        Subject::Node,
        "weight == 'x' || label > 2 || depth && true",
        &[
            (
                "weight == 'x'",
                "a number and a text cannot be compared",
                "a number stands without quotes",
            ),
            (
                "label > 2",
                "a text and an integer cannot be compared",
                "`double(text)` reads a number, `int(text)` an integer",
            ),
            ("depth", "a condition is wanted here, this is an integer", "compare it: `… > 0`"),
        ],
    );
}

#[test]
fn functions_that_are_called_wrong_say_how_they_are_called() {
    let check = |text: &str, place: &str, message: &str, help: &str| {
        check_wrong(Subject::Node, text, &[(place, message, help)]);
    };
    check("len(label) > 1", "len", "there is no function `len`", "write `size(…)`");
    check("label.lower()", "lower", "there is no function `lower`", "write `text.lowerAscii()`");
    check(
        "label.uppercase()",
        "uppercase",
        "there is no function `uppercase`",
        "write `text.upperAscii()`",
    );
    check("not(true)", "not", "there is no function `not`", "write `!`");
    check("zebra(1)", "zebra", "there is no function `zebra`", "");
    check(
        "contains(label, 'a')",
        "contains",
        "`contains` is called on a value",
        "write `text.contains(\"part\")`",
    );
    check("weight.abs()", "abs", "`abs` is not called on a value", "write `abs(number)`");
    check("abs()", "abs", "`abs` got the wrong number of arguments", "write `abs(number)`");
    check(
        "label.substring(1, 2, 3)",
        "substring",
        "`substring` got the wrong number of arguments",
        "write `text.substring(0, 3)`",
    );
    check(
        "exists(children, true)",
        "exists",
        "`exists` is called on a list: `list.exists(x, …)`",
        "",
    );
    let usage = "takes a name for an item, and what it asks of it";
    check(
        "children.exists(true)",
        "exists",
        &format!("`exists` {usage}"),
        "write `list.exists(x, x.weight > 1)`",
    );
    check(
        "children.map(1, 2) == []",
        "map",
        &format!("`map` {usage}"),
        "write `list.map(x, x.label)`",
    );
    check(
        "label.matches(owner)",
        "owner",
        "a pattern is a text in quotes",
        "write `text.matches(\"^a.*\")`, or `text.contains(other)`",
    );
    check(
        "label.matches('a(')",
        "'a('",
        "the pattern is wrong: unclosed group",
        "a backslash is written `\\\\`, or `r\"…\"` is used",
    );
    check(
        "label.matches('(a{1000}){1000}')",
        "'(a{1000}){1000}'",
        "the pattern is wrong: it stands for too much",
        "a backslash is written `\\\\`, or `r\"…\"` is used",
    );
    check(
        "inside(label)",
        "label",
        "`inside` needs the id of a partition in quotes",
        "write `inside(\"payments\")`",
    );
    check("inside('cor')", "'cor'", "there is no node `cor`", "did you mean `core`?");
    check("inside('zebra')", "'zebra'", "there is no node `zebra`", "");
    check(
        "date('2026-02-30') > since",
        "'2026-02-30'",
        "`2026-02-30` is no date",
        "a date is written `2026-01-31`",
    );
    check("since > 'May'", "'May'", "`May` is no date", "a date is written `2026-01-31`");
    check("size(weight) > 1", "weight", "`size` needs a text or a list, this is a number", "");
    check(
        "children.join('') == ''",
        "children",
        "`join` needs a list of texts, this is a list of nodes",
        "`list.map(x, string(x))` makes texts",
    );
    check("abs(label) > 1", "label", "`abs` needs an integer or a number, this is a text", "");
    check(
        "int(true) > 1",
        "true",
        "`int` needs a text, an integer or a number, this is a boolean",
        "",
    );
    check("weight.trim() == ''", "weight", "`trim` needs a text, this is a number", "");
    check("min(children) == 1", "children", "a node has no order", "");
    check_wrong(
        Subject::Edge,
        "inside('core')",
        &[("inside('core')", "which node is meant?", "write `source.inside(\"…\")`")],
    );
    check_wrong(
        Subject::Row,
        "inside('core')",
        &[("inside('core')", "which node is meant?", "a table has no nodes")],
    );
}

#[test]
fn names_and_types_that_the_data_shows_to_be_wrong_are_told() {
    let check = |text: &str, place: &str, message: &str, help: &str| {
        check_wrong(Subject::Node, text, &[(place, message, help)]);
    };
    let unknown = |name: &str| format!("no node of this graph has an attribute `{name}`");
    check("ownr == 'a'", "ownr", &unknown("ownr"), "did you mean `owner`?");
    check("wieght > 1", "wieght", &unknown("wieght"), "did you mean `weight`?");
    check("parent.lable == ''", "lable", &unknown("lable"), "did you mean `label`?");
    check("zebra == 'a'", "zebra", &unknown("zebra"), "");
    check(
        "layer == service",
        "service",
        &unknown("service"),
        "a text stands in quotes: `\"service\"`",
    );
    check(
        "has(attributes['on-cal'])",
        "'on-cal'",
        &unknown("on-cal"),
        "did you mean `attributes[\"on-call\"]`?",
    );
    check("has(on)", "on", &unknown("on"), "write `attributes[\"on-call\"]`");
    check(
        "attributes",
        "attributes",
        "`attributes` needs the name of one",
        "write `attributes[\"name\"]`",
    );
    check(
        "attributes[owner] == ''",
        "owner",
        "the name of an attribute is a text in quotes",
        "write `attributes[\"name\"]`",
    );
    check(
        "label.attributes['a'] == ''",
        "label",
        "`attributes` are those of a node, this is a text",
        "",
    );
    let compared = |a: &str, b: &str| format!("{a} and {b} cannot be compared");
    check(
        "owner > 2",
        "owner > 2",
        &compared("a text", "an integer"),
        "`double(text)` reads a number, `int(text)` an integer",
    );
    check("owner == 2", "owner == 2", &compared("a text", "an integer"), "a text stands in quotes");
    check(
        "port == owner",
        "port == owner",
        &compared("an integer", "a text"),
        "`double(text)` reads a number, `int(text)` an integer",
    );
    check(
        "since == owner",
        "since == owner",
        &compared("a date", "a text"),
        "`date(text)` reads a date",
    );
    check(
        "critical == 'yes'",
        "critical == 'yes'",
        &compared("a boolean", "a text"),
        "write `true` or `false`, without quotes",
    );
    check(
        "parent == 'core'",
        "parent == 'core'",
        &compared("a node", "a text"),
        "a node's id is `.id`, its name `.label`",
    );
    check("since == 3", "since == 3", &compared("a date", "an integer"), "");
    check(
        "1 < port < 3",
        "1 < port < 3",
        &compared("a boolean", "an integer"),
        "join two comparisons with `&&`: `1 < x && x < 3`",
    );
    check("parent < parent", "parent < parent", "a node has no order", "compare a value of it");
    check(
        "owner in [1, 2]",
        "owner in [1, 2]",
        "a text is never in a list of which each is an integer",
        "",
    );
    check(
        "'a' in owner",
        "owner",
        "`in` needs a list, this is a text",
        "a part of a text is found by `text.contains(\"part\")`",
    );
    check(
        "1 in port",
        "port",
        "`in` needs a list, this is an integer",
        "write `x in [\"a\", \"b\"]`",
    );
    check(
        "[1, 'a'] == []",
        "'a'",
        "the values of this list are of different types: an integer and a text",
        "",
    );
    check(
        "(critical ? 1 : 'a') == 1",
        "'a'",
        "the two values are of different types: an integer and a text",
        "",
    );
    check(
        "label + port == ''",
        "label + port",
        "a text and an integer cannot be added",
        "`string(value)` makes a text",
    );
    check("critical - 1 == 0", "critical - 1", "a boolean and an integer cannot be subtracted", "");
    check("label * 2 == ''", "label * 2", "a text and an integer cannot be multiplied", "");
    check("since / 2 == 1", "since / 2", "a date and an integer cannot be divided", "");
    check("weight % 2 == 1", "weight % 2", "`%` needs two integers", "`int(number)` cuts a number");
    check("-label == ''", "label", "`-` needs an integer or a number, this is a text", "");
    check(
        "!label",
        "label",
        "a condition is wanted here, this is a text",
        "compare it: `… == \"text\"`, or ask `has(…)`",
    );
    check(
        "true && children",
        "children",
        "a condition is wanted here, this is a list of nodes",
        "ask for its size: `size(…) > 0`",
    );
    check(
        "parent || true",
        "parent",
        "a condition is wanted here, this is a node",
        "ask whether it is there: `has(…)`",
    );
    check(
        "label.owner == ''",
        "owner",
        "a text has no `owner`",
        "only a node has fields: `parent.label`, `source.layer`",
    );
    check(
        "children.label == ''",
        "label",
        "a list of nodes has no `label`",
        "write `size(list)` or `list.exists(x, …)`",
    );
    check("label[0] == ''", "label", "only a list has places, this is a text", "");
    check("children['a'] == null", "'a'", "a place in a list is an integer, this is a text", "");
    check(
        "label.exists(x, true)",
        "label",
        "only a list can be walked, this is a text",
        "such as `children.exists(c, c.layer == \"db\")`",
    );
    let deep = "[1].all(a, [1].all(b, [1].all(c, [1].all(d, [1].all(e, true)))))";
    check(deep, "e", "more than 4 walks over lists stand in each other", "");
    check_wrong(
        Subject::Edge,
        "sorce.label == ''",
        &[("sorce", "no edge of this graph has an attribute `sorce`", "did you mean `source`?")],
    );
}

#[test]
fn another_type_than_the_wanted_one_is_told_as_early_as_can_be() {
    let graph = graph();
    let wrong = |text: &str, kind: Type| {
        let expression = Expression::parse(text, Subject::Node).unwrap();
        match expression.must_be(kind) {
            Ok(expression) => (expression.bind(&graph).err().unwrap().remove(0), "late"),
            Err(mut problems) => (problems.remove(0), "early"),
        }
    };
    let check = |text: &str, kind: Type, message: &str, help: &str, when: &str| {
        let (problem, told) = wrong(text, kind);
        let found = (problem.message.as_str(), problem.help.as_deref().unwrap_or_default(), told);
        assert_eq!(found, (message, help, when), "{text}");
    };
    let condition = "a condition is wanted here, this is";
    check(
        "weight",
        Type::Boolean,
        &format!("{condition} a number"),
        "compare it: `… > 0`",
        "early",
    );
    check(
        "owner",
        Type::Boolean,
        &format!("{condition} a text"),
        "compare it: `… == \"text\"`",
        "late",
    );
    check(
        "weight",
        Type::Text,
        "a text is wanted here, this is a number",
        "`string(…)` makes a text",
        "early",
    );
    check(
        "parent",
        Type::Text,
        "a text is wanted here, this is a node",
        "a node's id is `.id`, its name `.label`",
        "early",
    );
    check(
        "children",
        Type::Text,
        "a text is wanted here, this is a list of nodes",
        "`list.join(\", \")` makes a text",
        "early",
    );
    check(
        "owner",
        Type::Number,
        "a number is wanted here, this is a text",
        "`double(…)`, `int(…)` and `date(…)` read texts",
        "late",
    );
    check("weight", Type::Integer, "an integer is wanted here, this is a number", "", "early");
    for (text, kind) in
        [("port", Type::Number), ("null", Type::Boolean), ("critical", Type::Boolean)]
    {
        let expression = Expression::parse(text, Subject::Node).unwrap().must_be(kind).unwrap();
        assert!(expression.bind(&graph).is_ok(), "{text}");
    }
    assert_eq!(Expression::parse("port + 1", Subject::Node).unwrap().kind(), None);
    assert_eq!(Expression::parse("degree + 1", Subject::Node).unwrap().kind(), Some(Type::Integer));
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
fn hostile_expressions_end_in_an_error() {
    let nested = |open: &str, close: &str, count| open.repeat(count) + "1" + &close.repeat(count);
    let deep = "this nests deeper than 100 levels";
    for text in [
        nested("(", ")", 10_000),
        nested("[", "]", 10_000),
        nested("!", "", 10_000),
        nested("-", "", 10_000),
        nested("size(", ")", 5_000),
        nested("children.exists(x, ", ")", 2_000),
        nested("true ? 1 : ", "", 5_000),
        nested("", " + 1", 10_000),
        nested("", " == 1", 10_000),
        "parent.".repeat(9_000) + "id",
        "children".to_owned() + &"[0]".repeat(10_000),
        "label".to_owned() + &".trim()".repeat(9_000),
        "(".repeat(60_000),
    ] {
        let problems = Expression::parse(&text, Subject::Node).unwrap_err();
        assert_eq!(problems.len(), 1, "{}", &text[..20]);
        assert_eq!(problems[0].message, deep, "{}", &text[..20]);
    }
    let long = "label == '".to_owned() + &"x".repeat(1 << 20) + "'";
    let problems = Expression::parse(&long, Subject::Node).unwrap_err();
    assert_eq!(problems[0].message, "an expression has at most 65536 bytes, this one 1048587");
    // Chains of conditions are no nesting.
    let many = vec!["weight == 2"; 2_000].join(" || ");
    let many = format!("({many}) && ({})", vec!["true"; 1_000].join(" && "));
    check(&many, &[]);
    let many = format!("id in ['{}']", vec!["web"; 9_000].join("', '"));
    check(&many, &["web"]);
    let problems = Expression::parse(&"# ".repeat(30_000), Subject::Node).unwrap_err();
    assert_eq!(problems.len(), 20);
    let whole = format!("{}1{}", "(".repeat(98), ")".repeat(98));
    assert!(Expression::parse(&whole, Subject::Node).is_ok());
}

#[test]
fn too_much_work_is_an_error() {
    let longer = "label".to_owned() + &".replace('', 'xxxxxxxxxx')".repeat(8) + " == ''";
    let graph = graph();
    let faults = |text: &str| {
        let expression = Expression::parse(text, Subject::Node).unwrap();
        expression.bind(&graph).unwrap().select().unwrap_err()
    };
    let found = faults(&longer);
    assert_eq!((found.count, found.list.len()), (5, 5));
    assert_eq!(found.list[0].1.message, "the text would be longer than 1 MiB");
    let doubled = "[label.replace('', 'aaaaaaaaaa').replace('', 'bbbbbbbbbb')]";
    let list = format!("{doubled}[0].split('')");
    let text = format!("{list}.all(a, {list}.all(b, {list}.all(c, a != b || b != c || true)))");
    assert_eq!(faults(&text).list[0].1.message, "this is too much work for one row");
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

#[test]
fn many_rows_are_the_same_on_any_number_of_threads() {
    let mut builder = GraphBuilder::default();
    let ids: Vec<String> = (0..70_001).map(|at| format!("n{at:06}")).collect();
    for (id, at) in ids.iter().zip(0..) {
        let layer = if at % 3 == 0 { "service" } else { "data" };
        let row =
            NodeRow { id, layer: Some(layer), weight: f64::from(at % 5), ..NodeRow::default() };
        builder.node(row);
    }
    let graph = builder.finish().graph;
    let expression = Expression::parse("layer == 'service' && weight > 2", Subject::Node).unwrap();
    let bound = expression.bind(&graph).unwrap();
    let chosen = bound.select().unwrap();
    let one_by_one: Bits = (0..70_001).map(|row| bound.test(row).unwrap()).collect();
    assert_eq!(chosen, one_by_one);
    assert_eq!(chosen.count(), 9_334);
    let faults = Expression::parse("1 / int(weight - 4.0) < 1", Subject::Node).unwrap();
    let faults = faults.bind(&graph).unwrap().select().unwrap_err();
    assert_eq!(faults.count, 14_000);
    let rows: Vec<u32> = faults.list.iter().filter_map(|(row, _)| *row).collect();
    assert_eq!(rows, (0..20).map(|at| 5 * at + 4).collect::<Vec<_>>());
}
