//! What is told of names that nothing has and values that do not fit together.

use super::*;

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
