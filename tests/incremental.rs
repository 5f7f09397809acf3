//! What is built again after an edit, and what is not.

use layercake::engine::{Outcome, Request};

use crate::support::{Project, files_below};

/// A chain of graphs, with an export at its end and one at its start.
fn project() -> Project {
    Project::of(&[
        (
            "layercake.yaml",
            "import:\n  graph: { nodes: nodes.csv, edges: edges.csv }\n\
             transform:\n  joined: { from: graph, ops: [aggregate_edges] }\n  \
             short: { from: joined, ops: [labels: { max_length: 8 }] }\n\
             export:\n  out/short.dot: { from: short }\n  graph.json: { from: graph }\n  \
             index.md: { from: graph, template: index.tera }\n",
        ),
        ("nodes.csv", "id,label\na,The first node\nb,B\n"),
        ("edges.csv", "source,target\na,b\n"),
        ("index.tera", "{% include 'row.tera' %}\n"),
        ("row.tera", "{{ nodes | length }} nodes"),
    ])
}

/// A project that has been built.
fn built() -> Project {
    let project = project();
    assert_eq!(project.build().succeeded().built().len(), 6);
    project
}

#[track_caller]
fn check(project: &Project, built: &[&str]) {
    let build = project.build().succeeded();
    assert_eq!(build.built(), built);
    assert_eq!(build.reused().len() + built.len(), 6);
    assert_eq!(project.build().succeeded().built(), [""; 0], "a second build builds nothing");
}

#[test]
fn a_second_build_builds_nothing_and_writes_nothing() {
    let project = built();
    // Files are trusted by their stamps only once the clock has moved past them.
    std::thread::sleep(std::time::Duration::from_millis(20));
    project.build().succeeded();
    let settled = files_below(&project.path("."));
    check(&project, &[]);
    assert_eq!(files_below(&project.path(".")), settled);
}

#[test]
fn reordering_rows_keeps_everything_downstream_fresh() {
    let project = built();
    project.write("nodes.csv", "id,label\nb,B\na,The first node\n");
    check(&project, &["graph"]);
}

#[test]
fn an_edit_that_a_transform_hides_stops_there() {
    let project = built();
    project.edit("nodes.csv", "The first node", "The first nodes");
    check(&project, &["graph", "graph.json", "index.md", "joined", "short"]);
}

#[test]
fn an_option_of_an_export_makes_that_export_alone() {
    let project = built();
    project.edit("layercake.yaml", "{ from: short }", "{ from: short, orientation: LR }");
    check(&project, &["out/short.dot"]);
}

#[test]
fn graphs_that_were_not_kept_are_made_again_all_the_way_up() {
    let project = built();
    project.remove(".layercake/pack-1");
    project.edit("layercake.yaml", "{ from: short }", "{ from: short, orientation: LR }");
    check(&project, &["out/short.dot"]);
}

#[test]
fn a_new_export_needs_what_was_not_kept() {
    let project = built();
    project.remove(".layercake/pack-1");
    let plan = project.text("layercake.yaml");
    project.write(
        "layercake.yaml",
        plan + "  more.mmd: { from: short }\n  more.json: { from: joined }\n",
    );
    assert_eq!(project.build().succeeded().built(), ["more.json", "more.mmd"]);
}

#[test]
fn an_included_file_is_an_input() {
    let project = built();
    project.edit("row.tera", "nodes", "parts");
    project.edit("row.tera", "parts |", "nodes |");
    check(&project, &["index.md"]);
    assert_eq!(project.text("index.md"), "2 parts\n");
}

#[test]
fn going_back_to_what_was_built_before_builds_nothing() {
    let project = built();
    let before = project.files();
    project.edit("edges.csv", "a,b", "b,a");
    project.build().succeeded();
    project.edit("edges.csv", "b,a", "a,b");
    let build = project.build().succeeded();
    assert_eq!(build.built(), [""; 0]);
    assert_eq!(build.ended(Outcome::Restored), ["graph.json", "out/short.dot"]);
    assert_eq!(project.files(), before);
}

#[test]
fn an_output_that_is_gone_or_edited_is_put_back() {
    let project = built();
    let before = project.files();
    project.remove("graph.json");
    project.write("out/short.dot", "by hand");
    let build = project.build().succeeded();
    assert_eq!(build.built(), [""; 0]);
    assert_eq!(build.ended(Outcome::Restored), ["graph.json", "out/short.dot"]);
    assert_eq!(project.files(), before);
}

#[test]
fn a_target_is_built_with_what_it_uses_and_no_more() {
    let project = project();
    let targets = vec!["graph.json".to_owned()];
    let build = project.build_with(&Request { targets, ..Request::default() }).succeeded();
    assert_eq!(build.built(), ["graph", "graph.json"]);
    assert_eq!(build.reused(), [""; 0]);
}

#[test]
fn a_dry_run_writes_nothing_and_says_what_would_run() {
    let project = project();
    let before = project.files();
    let request = Request { dry_run: true, ..Request::default() };
    let build = project.build_with(&request).succeeded();
    assert_eq!(build.ended(Outcome::Stale).len(), 6);
    assert_eq!(project.files(), before);
    assert!(!project.path(".layercake").exists());
}

#[test]
fn a_step_that_fails_leaves_what_was_there() {
    let project = built();
    let before = project.bytes("graph.json");
    project.write("edges.csv", "source,target\na,nowhere\n");
    let build = project.build_with(&Request { keep_going: true, ..Request::default() });
    assert_eq!(build.ended(Outcome::Failed), ["graph"]);
    assert_eq!(build.ended(Outcome::Skipped).len(), 5);
    assert_eq!(project.bytes("graph.json"), before);
    assert_eq!(project.build().ended(Outcome::Failed), ["graph"], "and fails again");
    project.write("edges.csv", "source,target\na,b\n");
    check(&project, &[]);
}

#[test]
fn a_graph_that_is_used_twice_by_one_step_stays_for_the_others() {
    let project = Project::of(&[
        (
            "layercake.yaml",
            "import: { a: { nodes: a.csv }, b: { nodes: b.csv }, c: { nodes: c.csv } }\n\
             transform:\n  s1: { from: a, ops: [merge: { with: [b] }, merge: { with: [a] }] }\n  \
             s2: { from: [a, c] }\n\
             export:\n  s1.json: { from: s1 }\n  s2.json: { from: s2 }\n  \
             s3.txt: { from: [a, c], template: t.tera }\n",
        ),
        ("a.csv", "id\nx1\nx2\n"),
        ("b.csv", "id\ny1\n"),
        ("c.csv", "id\nz1\n"),
        (
            "t.tera",
            "{% for name, g in graphs %}{{ name }}:{% for n in g.nodes %} {{ n.id }}{% endfor %}|{% endfor %}",
        ),
    ]);
    let request = Request { jobs: 1, ..Request::default() };
    project.build_with(&request).succeeded();
    assert_eq!(project.text("s3.txt"), "a: x1 x2|c: z1|");
    assert_eq!(project.build().succeeded().built(), [""; 0]);
}

#[test]
fn an_included_file_that_a_step_has_come_to_write_is_an_error_as_in_a_clean_build() {
    let project = built();
    project.edit(
        "layercake.yaml",
        "  index.md:",
        "  row.tera: { from: graph, format: json }\n  index.md:",
    );
    for _ in 0..2 {
        let build = project.build();
        assert!(build.ended(Outcome::Failed).contains(&"index.md"));
        assert!(build.diagnostics().iter().any(|problem| problem.code == "output-as-input"));
    }
}

#[test]
fn a_check_writes_nothing_and_names_what_is_not_as_it_should_be() {
    let project = built();
    let is_store = |path: &str| path.starts_with(".layercake");
    // Elsewhere, with the outputs and without the store, as in CI.
    let clone = Project::copy_of(&project.path(""), is_store);
    let request = Request { check: true, ..Request::default() };
    let stale = |project: &Project| {
        let before = project.files();
        let build = project.build_with(&request).succeeded();
        assert_eq!(project.files(), before, "a check writes nothing");
        build.ended(Outcome::Stale).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    for project in [&project, &clone] {
        assert_eq!(stale(project), [""; 0]);
        project.write("graph.json", "edited");
        project.remove("index.md");
        assert_eq!(stale(project), ["graph.json", "index.md"]);
    }
    project.build().succeeded();
    project.edit("nodes.csv", "The first node", "Another");
    // `index.md` counts nodes, and is run to find out that it stays as it is.
    assert_eq!(stale(&project), ["graph.json", "out/short.dot"]);
    assert_eq!(project.run(&["build", "--check", "-q"]).status.code(), Some(1));
    project.build().succeeded();
    assert_eq!(project.run(&["build", "--check"]).status.code(), Some(0));
}
