//! What is told of expressions that are written wrong.

use super::*;

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
