//! What each edit reruns: the steps that it decides, and no others.

use std::fs;

use layercake::engine::{Outcome, Request};

use crate::support::{OUTPUTS, STEPS, showcase};

/// One edit: of which file, from what to what, and which steps it reruns.
type Row = (&'static str, &'static str, &'static str, &'static [&'static str]);

/// Everything below the import `shop`, but for the template.
const SHOP: [&str; 12] = [
    "all",
    "bundled",
    "lines",
    "linked",
    "out/all.edges.csv",
    "out/all.json",
    "out/all.matrix.csv",
    "out/all.nodes.csv",
    "out/lines.gv",
    "out/short.dot",
    "out/short.mmd",
    "short",
];

/// Makes each edit in a fresh project, and takes it back.
#[track_caller]
fn check(rows: &[Row]) {
    for (path, old, new, steps) in rows {
        let project = showcase();
        project.build().succeeded();
        let before = project.files();
        project.edit(path, old, new);
        let edit = format!("`{path}`: {old:?} to {new:?}");
        let build = project.run_build(&["--jobs", "1"]);
        assert_eq!(build.built(), *steps, "{edit}");
        assert_eq!(build.reused().len() + steps.len(), STEPS.len(), "{edit}");
        project.assert_as_clean(&OUTPUTS, &edit);
        project.write(path, &before[*path]);
        assert_eq!(project.run_build(&[]).built(), [""; 0], "{edit}, taken back");
        assert_eq!(project.files(), before, "{edit}, taken back");
    }
}

#[test]
fn an_edit_that_does_not_change_an_import_stops_there() {
    check(&[
        ("data/a.nodes.csv", "till,Till,front,shop\n", "till,Till,front,shop\n\n", &["shop"]),
        ("data/a.nodes.csv", "till,", "\"till\",", &["shop"]),
        ("data/edges.csv", "\n", "\r\n", &["shop"]),
        ("data/layers.csv", "#aabbcc", "AABBCC", &["shop"]),
        ("extra.csv", "id,label\nplant,Plant\n", "label,id\nPlant,plant\n", &["extra"]),
        ("parts/nodes.csv", "id,label", "\u{feff}id,label", &["parts/parts"]),
    ]);
}

#[test]
fn an_edit_that_a_transform_hides_stops_there() {
    let all: Vec<&str> = OUTPUTS[..4].iter().copied().chain(["all", "linked"]).collect();
    let mut with_template = all.clone();
    with_template.extend(["out/index.md", "shop"]);
    let sorted = |mut steps: Vec<&'static str>| -> &'static [&'static str] {
        steps.sort_unstable();
        steps.leak()
    };
    let mut extra = all;
    extra.push("extra");
    check(&[
        // `drop_unconnected` drops these nodes.
        ("data/a.nodes.csv", "lamp,Lamp", "lamp,Lump", sorted(with_template)),
        ("extra.csv", "Plant", "Plane", sorted(extra)),
        // `aggregate_edges` sums these weights.
        (
            "data/edges.csv",
            "asks,1\ntill,oven,pays,2",
            "asks,2\ntill,oven,pays,1",
            sorted(vec![
                "all",
                "bundled",
                "linked",
                "out/all.edges.csv",
                "out/all.json",
                "out/all.matrix.csv",
                "out/all.nodes.csv",
                "out/index.md",
                "shop",
            ]),
        ),
        // `labels` cuts this one.
        (
            "data/a.nodes.csv",
            "The big old oven",
            "The big old ovens",
            sorted(
                [&SHOP[..], &["out/index.md", "shop"]]
                    .concat()
                    .into_iter()
                    .filter(|step| {
                        !["out/short.dot", "out/short.mmd", "out/lines.gv"].contains(step)
                    })
                    .collect(),
            ),
        ),
    ]);
}

#[test]
fn an_edit_that_does_not_change_an_output_leaves_the_file_alone() {
    let project = showcase();
    project.build().succeeded();
    let before = project.stamps();
    project.edit("data/a.nodes.csv", "lamp,Lamp", "lamp,Lump");
    let build = project.build().succeeded();
    let same = ["out/all.edges.csv", "out/all.matrix.csv"];
    assert!(same.iter().all(|path| build.built().contains(path)));
    let after = project.stamps();
    for path in OUTPUTS {
        let is_same = before[&project.path(path)] == after[&project.path(path)];
        let is_shown = ["out/all.json", "out/all.nodes.csv", "out/index.md"].contains(&path);
        assert_eq!(is_same, !is_shown, "`{path}`");
    }
}

#[test]
fn a_changed_option_reruns_exactly_the_steps_it_decides() {
    check(&[
        ("layercake.yaml", "orientation: LR", "orientation: RL", &["out/short.mmd"]),
        (
            "layercake.yaml",
            "out/lines.gv: { from: lines }",
            "out/lines.gv: { from: lines, theme: dark }",
            &["out/lines.gv"],
        ),
        ("layercake.yaml", "by: us", "by: them", &["out/index.md"]),
        (
            "layercake.yaml",
            "out/all.json: { from: all }",
            "out/all.json: { from: all, title: All }",
            &["out/all.json"],
        ),
        (
            "layercake.yaml",
            "out/all.edges.csv: { from: all }",
            "out/all.edges.csv: { from: all, delimiter: ';' }",
            &["out/all.edges.csv"],
        ),
        (
            "layercake.yaml",
            "out/all.nodes.csv: { from: all }",
            "out/all.nodes.csv: { from: all, spreadsheet_safe: true }",
            &["out/all.nodes.csv"],
        ),
        (
            "layercake.yaml",
            "out/all.matrix.csv: { from: all }",
            "out/all.matrix.csv: { from: all, labels: true }",
            &["out/all.matrix.csv"],
        ),
        (
            "layercake.yaml",
            "weight: sum",
            "weight: max",
            &["bundled", "lines", "out/lines.gv", "out/short.dot", "out/short.mmd", "short"],
        ),
        (
            "layercake.yaml",
            "[drop_unconnected]",
            "[drop_unconnected: { partitions: keep }]",
            &["linked"],
        ),
        (
            "layercake.yaml",
            "edges: data/edges.csv",
            "edges: { path: data/edges.csv, trim: true }",
            &["shop"],
        ),
        (
            "layercake.yaml",
            "extra: { nodes: extra.csv }",
            "extra: { nodes: extra.csv, on_error: warn }",
            &["extra"],
        ),
        (
            "layercake.yaml",
            "out/all.json: { from: all }",
            "out/all.json: { from: linked }",
            &["out/all.json"],
        ),
    ]);
}

#[test]
fn a_changed_variable_reruns_exactly_the_steps_it_decides() {
    let short: &[&str] = &["out/short.dot", "out/short.mmd", "short"];
    check(&[("layercake.yaml", "longest: 12", "longest: 5", short)]);
    let project = showcase();
    project.build().succeeded();
    assert_eq!(project.run_build(&["--set", "longest=5"]).built(), short);
    assert_eq!(project.run_build(&["--set", "longest=5"]).built(), [""; 0]);
    let back = project.run_build(&[]);
    assert_eq!(back.built(), [""; 0]);
    assert_eq!(back.ended(Outcome::Restored), ["out/short.dot", "out/short.mmd"]);
    assert_eq!(project.run_build(&["--set", "longest=12"]).built(), [""; 0]);
}

#[test]
fn a_changed_template_reruns_exactly_the_steps_it_decides() {
    check(&[
        ("templates/index.md.tera", "body %}=", "body %}~", &["out/index.md"]),
        ("templates/base.md.tera", "by {{", "from {{", &["out/index.md"]),
        ("templates/row.tera", "- ", "* ", &["out/index.md"]),
        ("templates/row.tera", "\n", "{# a note #}\n", &["out/index.md"]),
    ]);
}

#[test]
fn a_changed_include_reruns_exactly_the_steps_it_decides() {
    check(&[
        ("parts/plan.yaml", "parts.json: {", "parts.json: { title: Parts,", &["parts/parts.json"]),
        ("parts/nodes.csv", "Bolt", "Belt", &["parts/parts", "parts/parts.json"]),
    ]);
}

#[test]
fn what_the_plan_says_about_itself_reruns_what_shows_it() {
    check(&[(
        "layercake.yaml",
        "name: Showcase",
        "name: Shown",
        &["out/all.json", "out/index.md", "out/lines.gv", "out/short.dot", "out/short.mmd"],
    )]);
}

#[test]
fn a_step_that_is_new_runs_alone() {
    let project = showcase();
    project.build().succeeded();
    project.edit(
        "layercake.yaml",
        "export:\n",
        "export:\n  new.dot: { from: lines, theme: dark }\n",
    );
    assert_eq!(project.run_build(&[]).built(), ["new.dot"]);
}

#[test]
fn a_renamed_output_or_step_runs_nothing_but_what_its_name_decides() {
    let project = showcase();
    project.build().succeeded();
    let dot = project.text("out/lines.gv");
    project.edit("layercake.yaml", "  out/lines.gv:", "  drawn/other.gv:");
    let build = project.run_build(&[]);
    assert_eq!(build.built(), [""; 0]);
    assert_eq!(build.ended(Outcome::Restored), ["drawn/other.gv"]);
    assert_eq!(project.text("drawn/other.gv"), dot);
}

#[test]
fn reformatting_the_plan_reruns_nothing() {
    let plan = showcase().text("layercake.yaml");
    let (before, exports) = plan.split_once("export:\n").unwrap();
    let (head, steps) = before.split_once("import:\n").unwrap();
    let mut lines: Vec<&str> = exports.lines().collect();
    lines.reverse();
    let json: serde_json::Value =
        serde_yaml::from_str(&plan.replace("${longest}", "'${longest}'")).unwrap();
    // A text is no number, which a variable alone may be.
    let json = serde_json::to_string(&json).unwrap().replace("\"${longest}\"", "12");
    let same = [
        ("a comment", format!("# A note.\n{plan}# Another.\n")),
        ("empty lines", plan.replace('\n', "\n\n")),
        ("line ends", plan.replace('\n', "\r\n")),
        ("a byte order mark", format!("\u{feff}{plan}")),
        ("sections in another order", format!("export:\n{exports}import:\n{steps}{head}")),
        ("steps in another order", format!("{before}export:\n{}\n", lines.join("\n"))),
        ("quotes", plan.replace("{ from: all }", "{ 'from': \"all\" }")),
        (
            "keys in another order",
            plan.replace("from: short, orientation: LR", "orientation: LR, from: short"),
        ),
        ("another style", plan.replace("{ from: all }\n", "\n    from:\n    - all\n")),
        (
            "a default in full",
            plan.replace("{ from: lines }", "{ from: lines, orientation: TB, format: dot }"),
        ),
        (
            "an alias",
            plan.replace("from: lines }", "from: &lines lines }")
                .replace("version: 1", "version: 1\nx-note: anything"),
        ),
        ("a value in place of a variable", plan.replace("${longest}", "12")),
        ("JSON", json),
    ];
    let project = showcase();
    project.build().succeeded();
    for (what, text) in same {
        assert_ne!(text, plan, "{what}");
        project.write("layercake.yaml", &text);
        let build = project.run_build(&["--explain"]);
        assert_eq!(build.built(), [""; 0], "{what}:\n{text}\n{build:#?}");
        assert_eq!(build.reused().len(), STEPS.len(), "{what}");
    }
}

#[test]
fn renaming_the_plan_reruns_nothing() {
    let project = showcase();
    project.build().succeeded();
    fs::rename(project.path("layercake.yaml"), project.path("layercake.yml")).unwrap();
    assert_eq!(project.run_build(&[]).built(), [""; 0]);
    fs::rename(project.path("layercake.yml"), project.path("other.yaml")).unwrap();
    assert_eq!(project.run_build(&["-f", "other.yaml"]).built(), [""; 0]);
}

#[test]
fn going_back_to_what_was_built_before_runs_nothing() {
    let edits = [
        ("data/a.nodes.csv", "Till", "Counter"),
        ("data/edges.csv", "oven,pays", "shop,pays"),
        ("templates/row.tera", "- ", "* "),
        ("layercake.yaml", "orientation: LR", "orientation: RL"),
        ("layercake.yaml", "longest: 12", "longest: 4"),
        ("layercake.yaml", "  out/lines.gv: { from: lines }\n", ""),
    ];
    let project = showcase();
    project.build().succeeded();
    for (path, old, new) in edits {
        let before = project.files();
        project.edit(path, old, new);
        project.build().succeeded();
        project.write(path, &before[path]);
        let build = project.run_build(&[]);
        assert_eq!(build.built(), [""; 0], "{new:?} and back to {old:?}");
        assert_eq!(project.files(), before, "{new:?} and back to {old:?}");
    }
}

#[test]
fn a_target_is_built_with_what_it_uses_and_no_more() {
    let project = showcase();
    let targets = vec!["out/lines.gv".to_owned()];
    let request = Request { targets, ..Request::default() };
    let build = project.build_with(&request).succeeded();
    let used = ["all", "bundled", "extra", "lines", "linked", "out/lines.gv", "shop"];
    assert_eq!(build.built(), used);
    assert_eq!(build.events.len(), 2 + 2 * used.len(), "nothing is told of other steps");
    let rest = project.build().succeeded();
    assert_eq!(rest.built().len(), STEPS.len() - used.len());
}
