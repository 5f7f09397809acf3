//! The schemas: current, valid, and of one mind with the programs that read and write the formats.
//!
//! `BLESS=1` writes `schema/` anew.

use std::fs;
use std::path::PathBuf;

use jsonschema::Validator;
use layercake::diagnostic::Diagnostics;
use layercake::engine::event_schema;
use layercake::plan::{plan_schema, read_plan};
use layercake::{graph_schema, project::PLAN_NAMES};
use serde_json::Value;

use crate::golden::{cases, folders};
use crate::support::{Project, check_file, files_below, repository};

fn schemas() -> [(&'static str, Value); 3] {
    [("plan", plan_schema()), ("graph", graph_schema()), ("events", event_schema())]
}

#[test]
fn schemas_are_current() {
    for (name, schema) in schemas() {
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        let path = repository("schema").join(format!("{name}.schema.json"));
        assert_eq!(check_file(&path, Some(text.as_bytes())), None);
        let printed = Project::of(&[]).run(&["schema", name]).stdout;
        assert_eq!(String::from_utf8_lossy(&printed), text, "`layercake schema {name}`");
    }
}

#[test]
fn schemas_are_schemas() {
    for (name, schema) in schemas() {
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
        let checked = jsonschema::draft202012::meta::validate(&schema);
        assert!(checked.is_ok(), "{name}: {checked:?}");
        assert!(schema["description"].is_string(), "{name} says what it is for");
    }
}

#[test]
fn all_plans_that_are_right_obey_the_schema() {
    let schema = validator(&plan_schema());
    let is_wrong = |case: &PathBuf| {
        fs::read_to_string(case.join("expected/exit-code.txt")).is_ok_and(|code| code == "2\n")
    };
    let right = cases().into_iter().filter(|case| !is_wrong(case));
    let ready = [repository("plans"), repository("examples")];
    for folder in ready.iter().flat_map(|folder| folders(folder)).chain(right) {
        let files = files_below(&folder);
        let plan = PLAN_NAMES.iter().find_map(|name| files.get(*name)).unwrap();
        let plan: Value = serde_yaml::from_slice(plan).unwrap();
        let wrong: Vec<String> = schema.iter_errors(&plan).map(|e| shown(&e)).collect();
        assert!(wrong.is_empty(), "{folder:?}: {wrong:#?}");
    }
}

#[test]
fn the_schema_refuses_what_the_plan_reader_refuses() {
    const WRONG: &[&str] = &[
        "version: 2",
        "imports: {}",
        "- import",
        "meta: { title: x }",
        "vars: [a]",
        "vars: { a: [b] }",
        "pools: [dot]",
        "pools: { dto: 1 }",
        "pools: { import template: 1 }",
        "pools: { dot: 0 }",
        "pools: { dot: 1.5 }",
        "pools: { dot: many }",
        "include: { a: [b] }",
        "import: [a]",
        "import: { a: n.csv }",
        "import: { a/b: { nodes: n.csv } }",
        "import: { a: { nodes: n.csv, format: cvs } }",
        "import: { a: { nodes: n.csv, edge: e.csv } }",
        "import: { a: { nodes: { path: n.csv, skip_rows: -1 } } }",
        "import: { a: { nodes: { path: n.csv, columns: { name: x } } } }",
        "import: { a: { nodes: n.csv, on_error: ignore } }",
        "transform: { a: { ops: [invert] } }",
        "transform: { a: { from: [] } }",
        "transform: { a: { from: b, ops: invert } }",
        "transform: { a: { from: b, ops: [inverted] } }",
        "transform: { a: { from: b, ops: [{ invert: {}, labels: {} }] } }",
        "transform: { a: { from: b, ops: [labels: { max_length: 0 }] } }",
        "transform: { a: { from: b, ops: [labels: { max: 3 }] } }",
        "transform: { a: { from: b, ops: [aggregate_edges: { weight: total }] } }",
        "transform: { a: { from: b, op: [] } }",
        "export: { x.dot: {} }",
        "export: { x.dot: { from: a, orientation: UP } }",
        "export: { x.dot: { from: a, delimiter: ';' } }",
        "export: { x.dot: { from: [a, b] } }",
        "export: { x.dot: { from: a, format: svgg } }",
        "export: { x.dot: { from: a, contain: maybe } }",
        "export: { x.nodes.csv: { from: a, delimiter: dot } }",
        "export: { x.matrix.csv: { from: a, label: true } }",
        "export: { x.md: { from: a, template: [t] } }",
        "export: { x.md: { from: a, template: t, escape: json } }",
    ];
    const RIGHT: &[&str] = &[
        "version: 1",
        "meta: { name: x, values: { a: b } }",
        "pools:",
        "pools: { dot: 1, export json: 2, labels: 3 }",
        "import:",
        "import: { a: { nodes: n.csv, edges: [e.csv, { path: f.csv, delimiter: tab }] } }",
        "import: { a: { nodes: n.txt, format: csv } }",
        "transform: { a: { from: b, ops: [invert, labels: { max_length: 3 }] } }",
        "transform: { a: { from: b, ops: [invert: ] } }",
        "transform: { a: { from: b, ops: } }",
        "transform: { a: { from: [b, c] } }",
        "export: { x.dot: { from: a, orientation: LR, graph: { splines: ortho } } }",
        "export: { x.dot: { from: a, format: mermaid } }",
        "export: { x.dot: { from: [a, b], template: t } }",
        "export: { x.nodes.csv: { from: a, delimiter: semicolon } }",
        "export: { x.matrix.csv: { from: a, labels: true } }",
        "export: { matrix.csv: { from: a, labels: true } }",
        "export: { x.md: { from: [a, b], template: t, values: { a: b } } }",
    ];
    let schema = validator(&plan_schema());
    for (plans, is_right) in [(WRONG, false), (RIGHT, true)] {
        for plan in plans {
            let value: Value = serde_yaml::from_str(plan).unwrap();
            let found: Vec<String> = schema.iter_errors(&value).map(|e| shown(&e)).collect();
            assert_eq!(found.is_empty(), is_right, "{plan}: the schema says {found:?}");
            let mut problems = Diagnostics::default();
            read_plan("p", &[], &[], &|_| Ok(plan.as_bytes().to_vec()), &mut problems);
            let said: Vec<&str> = problems.list.iter().map(|p| p.message.as_str()).collect();
            assert_eq!(said.is_empty(), is_right, "{plan}: the reader says {said:?}");
        }
    }
}

#[test]
fn every_event_obeys_the_schema() {
    let schema = validator(&event_schema());
    let project = Project::copy_of(&repository("plans/starter"), |_| false);
    let mut seen = Vec::new();
    let mut check = |arguments: &[&str]| {
        let output = project.run(&[&["--json"], arguments].concat());
        assert!(output.stderr.is_empty(), "with `--json`, everything is an event");
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            let event: Value = serde_json::from_str(line).unwrap();
            let wrong: Vec<String> = schema.iter_errors(&event).map(|e| shown(&e)).collect();
            assert!(wrong.is_empty(), "{line}: {wrong:#?}");
            seen.extend(
                [&event["event"], &event["outcome"]].map(|word| word.as_str().map(str::to_owned)),
            );
        }
    };
    check(&["build", "--dry-run"]);
    check(&["build", "--check", "--trace", "trace.json"]);
    check(&["build"]);
    check(&["build"]);
    project.remove("out/shop.dot");
    check(&["build"]);
    project.write("data/edges.csv", "source,target\ncart,nowhere\n");
    check(&["build", "--keep-going"]);
    check(&["build", "nowhere"]);
    project.write("layercake.yaml", "import: 3\nexport: 4\n");
    check(&["build"]);
    let words = [
        "build_started",
        "step_started",
        "step_finished",
        "span",
        "notice",
        "build_finished",
        "stale",
        "built",
        "reused",
        "restored",
        "failed",
        "skipped",
    ];
    for word in words {
        assert!(seen.contains(&Some(word.to_owned())), "{word} was never seen");
    }
    for wrong in [r#"{"event": "other"}"#, r#"{"event": "notice"}"#, "3"] {
        assert!(!schema.is_valid(&serde_json::from_str(wrong).unwrap()), "{wrong}");
    }
}

#[test]
fn every_exported_graph_obeys_the_schema() {
    let schema = validator(&graph_schema());
    let mut count = 0;
    for case in cases() {
        for (path, bytes) in files_below(&case) {
            // What ends in `.node-link.json`, say, is of another form.
            let is_ours = path.strip_suffix(".json").is_some_and(|name| !name.contains('.'));
            if path.starts_with("expected/") && is_ours {
                let graph: Value = serde_json::from_slice(&bytes).unwrap();
                // A table is a list of its rows.
                if graph.is_array() {
                    continue;
                }
                let wrong: Vec<String> = schema.iter_errors(&graph).map(|e| shown(&e)).collect();
                assert!(wrong.is_empty(), "{case:?} {path}: {wrong:#?}");
                count += 1;
            }
        }
    }
    assert!(count > 0);
}

fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::new(schema).unwrap()
}

fn shown(error: &jsonschema::ValidationError<'_>) -> String {
    format!("{}: {error}", error.instance_path())
}
