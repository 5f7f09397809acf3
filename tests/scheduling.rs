//! Which steps run when, and what is told about it: pools, traces, the critical path.

use std::collections::{BTreeMap, BTreeSet};

use layercake::engine::{Event, Request};
use serde_json::Value;

use crate::support::Project;

const STEPS: usize = 12;

/// A project with many exports by template, and as many to DOT.
fn project(head: &str) -> Project {
    let mut plan = format!("{head}import:\n  g: {{ nodes: n.csv }}\nexport:\n");
    for at in 0..STEPS {
        plan += &format!("  {at}.md: {{ from: g, template: t.tera, values: {{ at: {at} }} }}\n");
        plan += &format!("  {at}.dot: {{ from: g }}\n");
    }
    let rows: String = (0..400).map(|at| format!("n{at},Node {at}\n")).collect();
    let template = "{{ values.at }}{% for n in nodes %}{{ n.label | upper }}{% endfor %}";
    Project::of(&[
        ("layercake.yaml", &plan),
        ("n.csv", &format!("id,label\n{rows}")),
        ("t.tera", template),
    ])
}

/// Returns the most steps whose names end so that were at work at one time.
fn most_at_once(events: &[Event], end: &str) -> usize {
    let mut spans: Vec<(u64, i32)> = Vec::new();
    for event in events {
        if let Event::Span { step: Some(step), started, microseconds, .. } = event
            && step.ends_with(end)
        {
            spans.extend([(*started, 1), (started + microseconds, -1)]);
        }
    }
    // One that ends in the microsecond in which another begins was there before it.
    spans.sort_unstable();
    let counts = spans.iter().scan(0, |count, (_, change)| {
        *count += change;
        Some(*count)
    });
    counts.max().unwrap_or(0) as usize
}

#[test]
fn a_pool_limits_how_many_steps_of_its_kind_run_at_once() {
    let request = Request { jobs: 6, trace: true, ..Request::default() };
    let limited = project("pools: { template: 1, export dot: 2 }\n");
    let build = limited.build_with(&request).succeeded();
    assert_eq!(build.built().len(), 1 + 2 * STEPS);
    assert_eq!(most_at_once(&build.events, ".md"), 1);
    assert!(most_at_once(&build.events, ".dot") <= 2);
    // The plan is as it was, and is not read again.
    limited.edit("t.tera", "upper", "lower");
    let build = limited.build_with(&request).succeeded();
    assert_eq!(build.built().len(), STEPS);
    assert_eq!(most_at_once(&build.events, ".md"), 1);
}

#[test]
fn changing_pools_builds_nothing() {
    let project = project("pools: { template: 1 }\n");
    project.build().succeeded();
    project.edit("layercake.yaml", "pools: { template: 1 }", "pools: { template: 3, dot: 1 }");
    assert_eq!(project.build().succeeded().built(), [""; 0]);
    project.edit("layercake.yaml", "pools: { template: 3, dot: 1 }", "");
    assert_eq!(project.build().succeeded().built(), [""; 0]);
}

#[test]
fn the_critical_path_is_the_longest_chain_of_what_ran() {
    let project = Project::of(&[
        (
            "layercake.yaml",
            "import:\n  g: { nodes: n.csv }\n  other: { nodes: m.csv }\n\
             transform:\n  t: { from: g, ops: [invert] }\n\
             export:\n  a.dot: { from: t }\n  b.dot: { from: other }\n",
        ),
        (
            "n.csv",
            &("id\n".to_owned() + &(0..3000).map(|at| format!("n{at}\n")).collect::<String>()),
        ),
        ("m.csv", "id\na\n"),
    ]);
    let path = |build: crate::support::Build| {
        let path = build.result.unwrap().critical_path;
        assert!(path.iter().all(|at| at.microseconds > 0));
        path.into_iter().map(|at| at.step).collect::<Vec<_>>()
    };
    assert_eq!(path(project.build().succeeded()), ["g", "t", "a.dot"]);
    project.write("m.csv", "id\nb\n");
    assert_eq!(path(project.build().succeeded()), ["other", "b.dot"]);
    assert_eq!(path(project.build().succeeded()), [""; 0]);
}

/// Reads a trace and checks what any trace must hold; returns its spans, by name and category.
#[track_caller]
fn read_trace(project: &Project, file: &str) -> BTreeSet<(String, String)> {
    let trace: Value = serde_json::from_str(&project.text(file)).unwrap();
    let events = trace["traceEvents"].as_array().unwrap();
    let mut rows: BTreeMap<u64, Vec<(u64, u64, &str)>> = BTreeMap::new();
    let mut named = BTreeSet::new();
    let mut found = BTreeSet::new();
    for event in events {
        assert_eq!(event["pid"], 1);
        let row = event["tid"].as_u64().unwrap();
        let name = event["name"].as_str().unwrap();
        if event["ph"] == "M" {
            assert!(event["args"]["name"].is_string());
            named.insert(row);
            continue;
        }
        assert_eq!(event["ph"], "X");
        let started = event["ts"].as_u64().unwrap();
        let ended = started + event["dur"].as_u64().unwrap();
        rows.entry(row).or_default().push((started, ended, name));
        assert!(found.insert((name.to_owned(), event["cat"].as_str().unwrap().to_owned())));
    }
    for (row, mut spans) in rows {
        assert!(named.contains(&row), "row {row} has a name");
        spans.sort_unstable();
        for pair in spans.windows(2) {
            assert!(pair[0].1 <= pair[1].0, "{pair:?} overlap on row {row}");
        }
    }
    found
}

#[test]
fn a_trace_shows_what_each_thread_did() {
    let project = project("");
    assert!(project.run(&["build", "--trace", "t.json", "--jobs", "3"]).status.success());
    let first = read_trace(&project, "t.json");
    let count = |spans: &BTreeSet<(String, String)>, what: &str| {
        spans.iter().filter(|(_, category)| category == what).count()
    };
    assert_eq!((count(&first, "run"), count(&first, "phase")), (1 + 2 * STEPS, 5));
    project.remove("3.dot");
    project.edit("t.tera", "upper", "lower");
    assert!(project.run(&["build", "--trace", "t.json"]).status.success());
    let second = read_trace(&project, "t.json");
    assert_eq!((count(&second, "run"), count(&second, "restore")), (STEPS, 1));
    assert!(project.text("t.json").contains("file `t.tera` changed"));
    assert!(project.run(&["build", "--trace", "t.json"]).status.success());
    let third = read_trace(&project, "t.json");
    assert_eq!((count(&third, "run"), count(&third, "phase")), (0, 5));
}

#[test]
fn a_trace_is_written_when_a_step_fails() {
    let project = project("");
    project.write("t.tera", "{{ nothing.here }}");
    let output = project.run(&["build", "--keep-going", "--trace", "t.json"]);
    assert_eq!(output.status.code(), Some(1));
    let spans = read_trace(&project, "t.json");
    assert!(spans.contains(&("0.md".to_owned(), "run".to_owned())));
    assert!(project.text("t.json").contains(r#""outcome":"failed""#));
}

#[test]
fn a_trace_that_cannot_be_written_is_told_after_the_build() {
    let project = project("");
    let output = project.run(&["build", "--trace", "no/t.json"]);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("no/t.json` cannot be written"), "{told}");
    assert!(project.bytes("0.md").is_some() && project.bytes("0.dot").is_some());
    std::fs::create_dir(project.path("no")).unwrap();
    assert_eq!(project.run(&["build", "--trace", "no"]).status.code(), Some(1));
    assert!(project.run(&["build", "--trace", "no/t.json"]).status.success());
}

#[test]
fn a_trace_is_not_written_over_a_file_of_the_plan() {
    let project = project("");
    for file in ["n.csv", "t.tera", "layercake.yaml", "0.dot", "../PROJECT/n.csv"] {
        let name = project.path("").file_name().unwrap().to_str().unwrap().to_owned();
        let before = project.bytes("n.csv");
        let output = project.run(&["build", "--trace", &file.replace("PROJECT", &name)]);
        assert_eq!(output.status.code(), Some(2), "{file}");
        assert!(project.bytes("0.dot").is_none(), "nothing ran");
        assert_eq!(project.bytes("n.csv"), before);
    }
}

#[test]
fn twenty_thousand_transforms_in_a_row_are_built() {
    let count = 20_000;
    let mut plan = "import:\n  t0: { nodes: n.csv }\ntransform:\n".to_owned();
    for at in 1..=count {
        plan += &format!("  t{at}: {{ from: t{} }}\n", at - 1);
    }
    plan += &format!("export:\n  a.json: {{ from: t{count} }}\n");
    let project = Project::of(&[("layercake.yaml", &plan), ("n.csv", "id\na\n")]);
    let run = |arguments: &[&str]| {
        let output = project.run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(run(&["plan"]).lines().count() > count);
    assert!(run(&["plan", "--format", "dot"]).lines().count() > 2 * count);
    let said = run(&["build", "--verbose", "--trace", "t.json"]);
    assert!(said.contains("critical path: t0 → t1 → "), "{}", said.lines().last().unwrap());
    assert!(run(&["build", "--explain"]).starts_with("nothing to do: 20002 steps are fresh"));
    project.write("n.csv", "id\nb\n");
    assert!(run(&["build", "--dry-run"]).contains("\n1 stale, 20001 unsure in "));
}
