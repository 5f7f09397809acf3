//! Checks in builds: they fail until what they find is mended or accepted, and keep nothing back.

use layercake::engine::{Event, Request};

use crate::support::{Project, Random, repository, rounds};

const PLAN: &str = "\
version: 1
import:
  shop: { nodes: nodes.csv, edges: edges.csv }
transform:
  services: { from: shop, ops: [filter: { nodes: 'id != \"test\"' }] }
check:
  order:
    from: services
    baseline: known.csv
    rules:
      - forbid: { name: ui, from: 'layer == \"ui\"', to: 'layer == \"data\"' }
      - no_orphans: { severity: warning }
export:
  shop.dot: { from: services }
  found.csv: { from: order }
  found.sarif: { from: order }
";

const NODES: &str = "id,layer\nweb,ui\napi,service\ndb,data\ntest,service\n";

fn project(edges: &str) -> Project {
    let edges = format!("source,target\n{edges}");
    let layers = PLAN.replace("edges: edges.csv }", "edges: edges.csv, layers: layers.csv }");
    Project::of(&[
        ("layercake.yaml", &layers),
        ("nodes.csv", NODES),
        ("edges.csv", &edges),
        ("layers.csv", "id\nui\nservice\ndata\n"),
    ])
}

/// Returns the findings that a build told of, each with its place.
fn told(build: &crate::support::Build) -> Vec<String> {
    let diagnostics = build.diagnostics();
    let place = |at: &layercake::source::Excerpt| format!("{}:{}", at.path, at.line);
    diagnostics
        .iter()
        .map(|one| {
            let at = one.labels.first().map_or_else(String::new, |label| place(&label.at));
            format!("{} {at} {}", one.code, one.message)
        })
        .collect()
}

#[test]
fn a_finding_fails_every_build_until_it_is_mended_and_keeps_nothing_back() {
    let project = project("web,api\nweb,db\n");
    let expected = ["ui edges.csv:3 `web` may not lead to `db`"];
    for _ in 0..3 {
        let build = project.build();
        let summary = build.result.as_ref().unwrap();
        assert_eq!((summary.findings, summary.failed, build.is_success()), (1, 0, false));
        assert_eq!(told(&build), expected);
        assert!(
            project.text("shop.dot").contains("web")
                && project.text("found.csv").contains("web -> db")
        );
    }
    // Another export does not hide it, nor does asking for every step.
    let request = Request { targets: vec!["shop.dot".to_owned()], ..Request::default() };
    assert!(project.build_with(&request).is_success(), "the export does not need the check");
    let request = Request { every_step: true, ..Request::default() };
    assert_eq!(told(&project.build_with(&request)), expected);
    let request = Request { check: true, ..Request::default() };
    assert_eq!(told(&project.build_with(&request)), expected);
    project.write("edges.csv", b"source,target\nweb,api\napi,db\n");
    let build = project.build();
    assert!(build.is_success() && told(&build).is_empty());
    assert!(project.build().is_success());
}

#[test]
fn a_finding_moves_with_its_line() {
    let project = project("web,api\nweb,db\n");
    assert_eq!(told(&project.build()), ["ui edges.csv:3 `web` may not lead to `db`"]);
    // The graph is the same; only the check runs, and what is made of it.
    project.write("edges.csv", b"source,target\n\nweb,db\nweb,api\n");
    let build = project.build();
    assert_eq!(told(&build), ["ui edges.csv:3 `web` may not lead to `db`"]);
    project.write("edges.csv", b"source,target\nweb,db\nweb,api\n");
    let build = project.build();
    assert_eq!(told(&build), ["ui edges.csv:2 `web` may not lead to `db`"]);
    assert_eq!(build.built(), ["found.csv", "found.sarif", "order", "shop"]);
}

#[test]
fn what_is_accepted_is_no_finding_and_what_is_gone_is_told() {
    let project = project("web,api\nweb,db\n");
    let accept = || {
        let output = project.run(&["check", "--accept"]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(accept(), "known.csv: 1 known finding, 1 accepted, 0 taken out\n");
    assert_eq!(project.text("known.csv"), "rule,about\nui,web -> db\n");
    let build = project.build();
    assert!(build.is_success() && told(&build).is_empty());
    assert!(project.text("found.csv").contains("ui,known,"));
    assert_eq!(accept(), "known.csv: 1 known finding, as before\n");
    project.write("edges.csv", b"source,target\nweb,api\napi,db\n");
    let build = project.build();
    assert!(build.is_success());
    assert_eq!(told(&build), ["gone known.csv:2 `ui` does not find `web -> db` any more"]);
    assert_eq!(accept(), "known.csv: 0 known findings, 0 accepted, 1 taken out\n");
    assert!(told(&project.build()).is_empty());
}

#[test]
fn a_baseline_that_is_none_is_an_error_and_stays() {
    let project = project("web,db\n");
    project.write("known.csv", b"a,b\n1,2\n");
    let build = project.build();
    assert_eq!(build.result.as_ref().unwrap().failed, 1);
    assert_eq!(told(&build), ["bad-baseline known.csv:1 the baseline has no column `rule`"]);
    let output = project.run(&["check", "--accept"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(project.text("known.csv"), "a,b\n1,2\n");
}

#[test]
fn a_check_runs_on_any_number_of_threads_and_in_watch_mode_alike() {
    let edges: String = (0..500).map(|at| format!("web,db{}\n", at % 250)).collect();
    let nodes: String = (0..250).map(|at| format!("db{at},data\n")).collect();
    let mut made: Option<String> = None;
    for jobs in [1, 2, 8] {
        let project = project(&edges);
        project.write("nodes.csv", format!("{NODES}{nodes}").as_bytes());
        let build = project.build_with(&Request { jobs, ..Request::default() });
        assert_eq!(build.result.as_ref().unwrap().findings, 500);
        let text = project.text("found.sarif");
        assert_eq!(*made.get_or_insert_with(|| text.clone()), text);
    }
}

#[test]
fn sarif_obeys_its_schema() {
    let schema = std::fs::read(repository("tests/schemas/sarif-2.1.0.json")).unwrap();
    let mut schema: serde_json::Value = serde_json::from_slice(&schema).unwrap();
    // As published it is no regular expression: a bracket stands where a parenthesis should.
    for holder in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][holder]["properties"]["language"];
        language["pattern"] = "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$".into();
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong = serde_json::json!({ "version": "2.1.0", "runs": [{ "results": [] }] });
    assert!(!validator.is_valid(&wrong), "the schema sees that a run has no tool");
    let project = project("web,db\n");
    project.build();
    let golden = repository("tests/exporters/sarif/two_checks/expected/findings.sarif");
    for text in [project.text("found.sarif"), std::fs::read_to_string(golden).unwrap()] {
        let log: serde_json::Value = serde_json::from_str(&text).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&log).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0]);
    }
}

#[test]
fn findings_are_in_events_of_every_build() {
    let project = project("web,db\n");
    for _ in 0..2 {
        let output = project.run(&["build", "--json"]);
        assert_eq!(output.status.code(), Some(1));
        let events = String::from_utf8(output.stdout).unwrap();
        let events = events.lines().map(|line| serde_json::from_str::<Event>(line).unwrap());
        let found = events.filter_map(|event| match event {
            Event::StepFinished { findings, step, .. } if findings > 0 => Some((step, findings)),
            _ => None,
        });
        assert_eq!(found.collect::<Vec<_>>(), [("order".to_owned(), 1)]);
    }
}

#[test]
fn rows_of_a_table_have_places() {
    let project = Project::of(&[
        (
            "layercake.yaml",
            "import: { people: { table: people.csv }, more: { nodes: more.csv } }\n\
             analyze: { degrees: { from: more, metrics: [degree] } }\n\
             check:\n  staff:\n    from: people\n    rules: [not_null: { columns: team }]\n\
             \x20 joined:\n    from: degrees\n    rules: [expect: { rows: 'degree > 0' }]\n",
        ),
        ("people.csv", "name,team\nAda,x\n\"B\no\",\n"),
        ("more.csv", "id\nx\ny\n"),
    ]);
    let mut told = told(&project.build());
    told.sort();
    let expected = [
        "expect more.csv:2 `x` is not as expected: degree > 0",
        "expect more.csv:3 `y` is not as expected: degree > 0",
        "not_null people.csv:3 `B\\no` has no `team`",
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_hostile_finding_comes_back_whole_from_a_baseline() {
    let project = Project::of(&[
        (
            "layercake.yaml",
            "import: { g: { nodes: n.csv, edges: e.csv } }\n\
             check: { c: { from: g, baseline: k.csv, rules: [forbid] } }\n\
             export: { f.csv: { from: c }, f.sarif: { from: c }, f.xml: { from: c, format: junit } }\n",
        ),
        ("n.csv", "id\n\"a\n\"\"b\"\"\"\n\"=x, \u{202e}\"\n\"#\"\n"),
        ("e.csv", "source,target\n\"a\n\"\"b\"\"\",\"=x, \u{202e}\"\n\"#\",\"#\"\n"),
    ]);
    assert_eq!(project.run(&["check", "--accept"]).status.code(), Some(0));
    let build = project.build();
    assert!(build.is_success(), "{:?}", told(&build));
    assert!(project.text("f.csv").matches(",known,").count() == 2);
}

#[test]
fn a_table_that_is_not_of_a_check_is_refused_by_exports_of_findings() {
    let project = Project::of(&[
        (
            "layercake.yaml",
            "import: { people: { table: people.csv } }\nexport: { f.sarif: { from: people } }\n",
        ),
        ("people.csv", "name\nAda\n"),
    ]);
    let build = project.build();
    assert_eq!(
        told(&build),
        ["not-a-check layercake.yaml:2 `sarif` tells what checks find, and `people` is none"]
    );
}

/// What is told of a check after any edits is what a clean build tells, places and all.
#[test]
fn findings_after_edits_are_those_of_a_clean_build() {
    let mut random = Random::new(7);
    let project = project("web,api\nweb,db\n");
    for round in 0..rounds(25, 1000) {
        let mut pick = |words: &[&'static str]| words[random.below(words.len())];
        match pick(&["edges", "nodes", "known", "out"]) {
            "edges" => {
                let count = 1 + round % 5;
                let edge = |_| {
                    let mut node = || pick(&["web", "api", "db", "test"]);
                    format!("{},{}\n{}", node(), node(), pick(&["", "\n"]))
                };
                let edges: String = (0..count).map(edge).collect();
                project.write("edges.csv", format!("source,target\n{edges}"));
            }
            "nodes" => {
                let more = pick(&["", "x,ui\n", "x,data\n"]);
                project.write("nodes.csv", format!("{NODES}{more}"));
            }
            "known" => match pick(&["none", "some"]) {
                "none" if project.bytes("known.csv").is_some() => project.remove("known.csv"),
                _ => project.write("known.csv", "rule,about\nui,web -> db\nno_orphans,x\n"),
            },
            _ => drop(project.bytes("found.csv").map(|_| project.remove("found.csv"))),
        }
        let build = project.build();
        let clean = project.without_results(&["shop.dot", "found.csv", "found.sarif"]);
        let clean_build = clean.build();
        assert_eq!(told(&build), told(&clean_build), "round {round}");
        for output in ["shop.dot", "found.csv", "found.sarif"] {
            assert_eq!(project.bytes(output), clean.bytes(output), "round {round}: {output}");
        }
    }
}
