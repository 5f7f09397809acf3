//! Expressions that would take all memory, stack or time, and many rows.

use super::*;

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
    let mut builder = GraphBuilder::default();
    builder.node(NodeRow { id: "a", label: Some("Payments API"), ..NodeRow::default() });
    let graph = builder.finish().graph;
    let faults = |text: &str| {
        let expression = Expression::parse(text, Subject::Node).unwrap();
        expression.bind(&graph).unwrap().select().unwrap_err()
    };
    let found = faults(&longer);
    assert_eq!((found.count, found.list.len()), (1, 1));
    assert_eq!(found.list[0].1.message, "the text would be longer than 1 MiB");
    let doubled = "[label.replace('', 'aaaaaaaaaa').replace('', 'bbbbbbbbbb')]";
    let list = format!("{doubled}[0].split('')");
    let text = format!("{list}.all(a, {list}.all(b, {list}.all(c, a != b || b != c || true)))");
    assert_eq!(faults(&text).list[0].1.message, "this is too much work for one row");
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
