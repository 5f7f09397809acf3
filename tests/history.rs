//! What the history knows of earlier builds, and what can be had back from it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use layercake::diagnostic::Diagnostics;
use layercake::digest::Digest;
use layercake::disk::{Disk, RealDisk};
use layercake::engine::{self, Explanation, Outcome, Request, RestoreError, Runs, TargetState};
use layercake::store::{BuildRecord, History, Key, ResultRecord, StepEnd, Store};

use crate::support::{Project, files_below};

const OUTPUTS: [&str; 3] = ["graph.json", "index.md", "out/short.dot"];

/// A chain of graphs, with outputs at its start and its end.
fn project() -> Project {
    Project::of(&[
        (
            "layercake.yaml",
            "import:\n  graph: { nodes: nodes.csv, edges: edges.csv }\n\
             transform:\n  short: { from: graph, ops: [labels: { max_length: 8 }] }\n\
             export:\n  out/short.dot: { from: short }\n  graph.json: { from: graph }\n  \
             index.md: { from: graph, template: index.tera }\n",
        ),
        ("nodes.csv", "id,label\na,The first node\nb,B\n"),
        ("edges.csv", "source,target\na,b\n"),
        ("index.tera", "{% for node in nodes %}{{ node.id }} {{ node.label }}\n{% endfor %}"),
    ])
}

fn disk() -> Arc<dyn Disk> {
    Arc::new(RealDisk)
}

fn found(project: &Project) -> layercake::project::Project {
    layercake::project::Project::find(&project.path(""), None, vec![], &RealDisk).unwrap()
}

fn store(project: &Project) -> Store {
    let project = found(project);
    Store::new(&project.folder, &project.plan, disk())
}

fn history(project: &Project) -> History {
    let (history, damage) = store(project).history();
    assert_eq!(damage, None);
    history
}

fn last(project: &Project) -> BuildRecord {
    history(project).newest_first().next().unwrap()
}

/// Returns how each step of a build ended.
fn ends(build: &BuildRecord) -> Vec<String> {
    let mut ends: Vec<String> =
        build.steps.iter().map(|end| format!("{} {}", end.outcome, end.step)).collect();
    ends.sort_unstable();
    ends
}

fn explain(project: &Project, target: &str) -> Explanation {
    let found = found(project);
    let mut problems = Diagnostics::default();
    let dag = engine::read_dag(&found, &disk(), &mut problems);
    assert!(problems.is_empty());
    let targets = [target.to_owned()];
    let (mut explanations, _) =
        engine::explain(&found, &dag, &targets, &Runs::default(), &disk(), &AtomicBool::new(false))
            .unwrap();
    explanations.remove(0)
}

/// Returns the causes of an explanation in words: each step with its reasons and differences.
fn causes(explanation: &Explanation) -> Vec<String> {
    let mut words = Vec::new();
    for cause in &explanation.causes {
        words.extend(cause.why.iter().map(|why| format!("{}: {why}", cause.step)));
        let changes = cause.difference.iter().flat_map(|difference| &difference.changes);
        words.extend(changes.map(ToString::to_string));
    }
    words
}

fn restore(project: &Project, output: &str, build: u64) -> Result<engine::PutBack, RestoreError> {
    let found = found(project);
    let earlier = engine::find_earlier(&found, &[output.to_owned()], build, &disk())?;
    engine::restore(&found, &earlier[0], &disk(), &AtomicBool::new(false), &mut |_| {})
}

#[test]
fn a_build_that_does_something_is_in_the_history_and_no_other() {
    let project = project();
    project.build().succeeded();
    let first = last(&project);
    assert_eq!((first.number, first.counts.clone()), (1, vec![("built".to_owned(), 5)]));
    assert!(first.steps.iter().all(|end| end.digest.is_some() && end.before.is_none()));
    let request = Request { check: true, ..Request::default() };
    project.build().succeeded();
    project.build_with(&request).succeeded();
    project.edit("nodes.csv", "B\n", "C\n");
    project.build_with(&request).succeeded();
    project.build_with(&Request { dry_run: true, ..Request::default() });
    assert_eq!(last(&project), first);
    let request = Request { targets: vec!["index.md".to_owned()], ..Request::default() };
    project.build_with(&request).succeeded();
    let second = last(&project);
    assert_eq!((second.number, second.targets.clone()), (2, vec!["index.md".to_owned()]));
    assert_eq!(ends(&second), ["built graph", "built index.md"]);
    assert!(second.time >= first.time);
    let graph = |build: &BuildRecord| build.steps.iter().find(|end| end.step == "graph").cloned();
    let (before, now) = (graph(&first).unwrap(), graph(&second).unwrap());
    assert_eq!(now.before, before.digest);
    assert_ne!(now.digest, before.digest);
}

#[test]
fn a_step_that_failed_is_in_the_history_with_its_first_error() {
    let project = project();
    project.write("edges.csv", "source,target\na,nowhere\n");
    assert!(!project.build().is_success());
    let build = last(&project);
    assert_eq!(build.counts, [("failed".to_owned(), 1), ("skipped".to_owned(), 4)]);
    let failed = build.steps.iter().find(|end| end.outcome == "failed").unwrap();
    assert!(failed.error.contains("`nowhere`") && failed.error.ends_with("(edges.csv:2)"));
    assert_eq!(failed.digest, None);
}

#[test]
fn the_digest_of_an_output_is_that_of_its_file() {
    let project = project();
    project.build().succeeded();
    for end in last(&project).steps.iter().filter(|end| end.is_export()) {
        assert_eq!(end.digest, Some(Digest::of(&project.bytes(&end.step).unwrap())));
    }
}

#[test]
fn an_output_comes_back_as_it_was_after_any_build() {
    let project = project();
    let mut after: BTreeMap<u64, Vec<Option<Vec<u8>>>> = BTreeMap::new();
    let edits: [&dyn Fn(); 8] = [
        &|| {},
        &|| project.edit("nodes.csv", "B\n", "C\n"),
        &|| project.edit("nodes.csv", "C\n", "B\n"),
        &|| project.edit("layercake.yaml", "{ from: short }", "{ from: short, orientation: LR }"),
        &|| project.remove("index.md"),
        &|| project.write("edges.csv", "source,target\nb,a\n"),
        &|| project.write("edges.csv", "source,target\nb,nowhere\n"),
        &|| project.write("edges.csv", "source,target\na,b\nb,a\n"),
    ];
    for edit in edits {
        edit();
        project.build();
        let outputs = OUTPUTS.iter().map(|path| project.bytes(path)).collect();
        after.insert(last(&project).number, outputs);
    }
    assert_eq!(after.len(), edits.len());
    for (build, outputs) in after.iter().rev() {
        for (path, bytes) in OUTPUTS.iter().zip(outputs) {
            restore(&project, path, *build).unwrap();
            assert_eq!(project.bytes(path), *bytes, "`{path}` of build {build}");
        }
    }
    let built = project.build().succeeded();
    assert_eq!(built.built(), [""; 0], "the store has what is fresh");
    assert_eq!(OUTPUTS.map(|path| project.bytes(path)).to_vec(), after[&8]);
}

#[test]
fn an_output_that_went_back_together_with_its_inputs_counts_as_made() {
    let project = project();
    project.build().succeeded();
    let (nodes, index) = (project.text("nodes.csv"), project.text("index.md"));
    project.edit("nodes.csv", "B\n", "C\n");
    project.build().succeeded();
    project.write("nodes.csv", nodes);
    project.write("index.md", &index);
    let build = project.build().succeeded();
    assert_eq!(build.ended(Outcome::Reused), ["graph", "index.md", "short"]);
    assert_eq!(explain(&project, "index.md").build.unwrap().0, 3);
    restore(&project, "index.md", 2).unwrap();
    assert_ne!(project.text("index.md"), index);
    restore(&project, "index.md", 3).unwrap();
    assert_eq!(project.text("index.md"), index);
}

#[test]
fn what_a_restored_output_is_put_in_place_of_is_kept_if_it_is_not_ours() {
    let project = project();
    project.build().succeeded();
    project.edit("nodes.csv", "B\n", "C\n");
    project.build().succeeded();
    let put = restore(&project, "index.md", 1).unwrap();
    assert_eq!((put.has_changed, put.replaced), (true, None));
    project.write("index.md", "written by hand");
    let put = restore(&project, "index.md", 1).unwrap();
    assert_eq!(project.text(&put.replaced.unwrap()), "written by hand");
    project.remove("index.md");
    assert!(restore(&project, "index.md", 2).unwrap().has_changed);
    let build = project.build().succeeded();
    assert_eq!(build.ended(Outcome::Restored), [""; 0], "build 2 made what is fresh now");
    restore(&project, "index.md", 1).unwrap();
    let clean = project.run(&["clean"]);
    assert!(clean.status.success() && project.bytes("index.md").is_none(), "it was ours");
}

#[test]
fn what_cannot_be_restored_is_an_error_and_changes_nothing() {
    let project = project();
    let none = restore(&project, "index.md", 1);
    assert!(matches!(none, Err(RestoreError::NoHistory)), "{none:?}");
    let request = Request { targets: vec!["index.md".to_owned()], ..Request::default() };
    project.build_with(&request).succeeded();
    project.build().succeeded();
    let files = project.files();
    let unknown = restore(&project, "indx.md", 1);
    assert!(matches!(&unknown, Err(RestoreError::UnknownOutput { nearest: Some(near), .. })
        if near == "index.md"));
    assert!(matches!(restore(&project, "graph", 1), Err(RestoreError::UnknownOutput { .. })));
    for build in [0, 3] {
        let unknown = restore(&project, "index.md", build);
        assert!(matches!(unknown, Err(RestoreError::UnknownBuild { known: (1, 2), .. })));
    }
    let early = restore(&project, "graph.json", 1);
    assert!(matches!(early, Err(RestoreError::TooEarly { first: 2, .. })), "{early:?}");
    std::fs::remove_file(project.path(".layercake/pack-1")).unwrap();
    let gone = restore(&project, "index.md", 2);
    assert!(matches!(gone, Err(RestoreError::Gone { build: 1, .. })), "{gone:?}");
    assert_eq!(project.files(), files);
}

#[test]
fn a_forged_history_leads_no_write_astray() {
    let project = project();
    project.build().succeeded();
    let bytes = b"forged";
    let paths = ["../above.txt", "/etc/forged", ".git/config", "layercake.yaml", "a/../b"];
    let store = store(&project);
    assert!(store.lock().unwrap().is_some());
    let place = store.keep(Digest::of(bytes), bytes).unwrap();
    let digest = Digest::of(bytes);
    let result = ResultRecord { digest, microseconds: 1, used: 1, place, warnings: String::new() };
    store.record(Key(digest), result);
    store.flush(true).unwrap();
    for path in paths {
        let end = StepEnd {
            step: path.to_owned(),
            kind: "export dot".to_owned(),
            outcome: "built".to_owned(),
            digest: Some(Digest::of(bytes)),
            ..StepEnd::default()
        };
        store.keep_build(&BuildRecord { steps: vec![end], ..BuildRecord::default() }).unwrap();
    }
    store.unlock().unwrap();
    let files = project.files();
    for path in paths {
        let refused = restore(&project, path, 6);
        assert!(matches!(refused, Err(RestoreError::Outside(_))), "{path}: {refused:?}");
    }
    assert_eq!(project.files(), files);
}

#[test]
fn an_explanation_leads_from_the_row_that_changed_to_the_output() {
    let project = project();
    project.build().succeeded();
    project.edit("nodes.csv", "B\n", "C\n");
    let told = [
        "graph: file `nodes.csv` changed",
        "node `b`: label \"B\" → \"C\"",
        "short: graph `graph` changed",
        "out/short.dot: graph `short` changed",
    ];
    let stale = explain(&project, "out/short.dot");
    assert_eq!((stale.state, causes(&stale)), (TargetState::Stale, told.map(str::to_owned).into()));
    project.build().succeeded();
    let fresh = explain(&project, "out/short.dot");
    assert_eq!(fresh.state, TargetState::Fresh);
    assert_eq!(fresh.build.unwrap().0, 2);
    assert_eq!(causes(&fresh), told);
    std::fs::remove_file(project.path(".layercake/pack-1")).unwrap();
    let known = causes(&explain(&project, "out/short.dot"));
    assert_eq!(known, [told[0], told[2], told[3]], "what is not known is not told");
}

#[test]
fn an_explanation_compares_with_what_was_there_last_and_not_with_what_was_built_last() {
    let project = project();
    project.build().succeeded();
    project.edit("nodes.csv", "B\n", "C\n");
    project.build().succeeded();
    project.edit("nodes.csv", "C\n", "B\n");
    let back = project.build().succeeded();
    assert_eq!(back.built(), [""; 0]);
    assert_eq!(causes(&explain(&project, "index.md"))[1], "node `b`: label \"C\" → \"B\"");
    project.edit("nodes.csv", "B\n", "D\n");
    assert_eq!(causes(&explain(&project, "index.md"))[1], "node `b`: label \"B\" → \"D\"");
    project.build().succeeded();
    assert_eq!(causes(&explain(&project, "index.md"))[1], "node `b`: label \"B\" → \"D\"");
}

#[test]
fn a_change_that_stops_on_the_way_is_no_cause() {
    let project = project();
    project.build().succeeded();
    project.edit("nodes.csv", "The first node", "The first nodes");
    let explanation = explain(&project, "out/short.dot");
    assert_eq!(explanation.state, TargetState::Fresh);
    let reruns: Vec<&str> = explanation.reruns.iter().map(|one| one.step.as_str()).collect();
    assert_eq!(reruns, ["graph", "short"]);
}

#[test]
fn a_result_that_no_build_in_the_history_made_is_not_said_to_be_of_one() {
    let project = project();
    project.build().succeeded();
    let history = project.bytes(".layercake/history-1").unwrap();
    project.edit("nodes.csv", "B\n", "C\n");
    project.build().succeeded();
    // As a build leaves it that is killed at its very end.
    project.write(".layercake/history-1", history);
    let explanation = explain(&project, "index.md");
    assert_eq!((explanation.state, explanation.build), (TargetState::Fresh, None));
    let explanation = explain(&project, "graph.json");
    assert_eq!(explanation.causes, []);
}

#[test]
fn a_fresh_clone_is_explained_without_a_store() {
    let project = project();
    project.build().succeeded();
    std::fs::remove_dir_all(project.path(".layercake")).unwrap();
    let explanation = explain(&project, "index.md");
    assert_eq!((explanation.state, explanation.build), (TargetState::Fresh, None));
    assert_eq!(explanation.reruns.len(), 2);
    assert_eq!(project.bytes(".layercake/history-1"), None, "nothing is written");
}

#[test]
fn many_changed_rows_are_counted() {
    let project = project();
    project.build().succeeded();
    let rows: String = (0..100).map(|row| format!("n{row:02},x\n")).collect();
    project.write("nodes.csv", format!("id,label\na,The first node\nb,B\n{rows}"));
    let explanation = explain(&project, "index.md");
    let difference = explanation.causes[0].difference.clone().unwrap();
    assert_eq!((difference.changes.len(), difference.omitted), (10, 90));
}

#[test]
fn readers_write_nothing_and_do_not_wait_for_a_build() {
    let project = project();
    project.build().succeeded();
    project.edit("nodes.csv", "B\n", "C\n");
    let store = store(&project);
    assert!(store.lock().unwrap().is_some());
    let files = files_below(&project.path(""));
    let started = Instant::now();
    for arguments in [
        &["log"][..],
        &["log", "1"],
        &["log", "--json"],
        &["plan"],
        &["why", "index.md", "out/short.dot"],
        &["why", "--upstream", "index.md"],
        &["restore", "index.md", "--build", "1", "--output", "-"],
    ] {
        let output = project.run(arguments);
        assert!(output.status.success() && !output.stdout.is_empty(), "{arguments:?}: {output:?}");
        assert!(output.stderr.is_empty(), "{arguments:?}: {output:?}");
    }
    assert!(started.elapsed() < Duration::from_secs(10));
    assert_eq!(files_below(&project.path("")), files);
    store.unlock().unwrap();
}

#[test]
fn a_damaged_history_is_a_warning_and_no_more() {
    let project = project();
    project.build().succeeded();
    project.edit("nodes.csv", "B\n", "C\n");
    project.build().succeeded();
    let whole = project.bytes(".layercake/history-1").unwrap();
    for (damaged, known) in [
        (&whole[..whole.len() - 1], Some((1, 1))),
        (&whole[..30], None),
        (b"something else", None),
        (b"", None),
    ] {
        project.write(".layercake/history-1", damaged);
        assert_eq!(store(&project).history().0.numbers(), known);
        for arguments in [&["log"][..], &["why", "index.md"]] {
            assert!(project.run(arguments).status.success());
        }
        project.edit("nodes.csv", "id,", "id ,");
        project.edit("nodes.csv", "id ,", "id,");
        project.remove("index.md");
        assert_eq!(project.build().succeeded().ended(Outcome::Restored), ["index.md"]);
        let next = known.map_or(1, |(_, last)| last + 1);
        assert_eq!(history(&project).numbers(), Some((known.map_or(1, |(first, _)| first), next)));
    }
}
