//! Graphs between steps are made again where they are needed and were not kept.

use std::fs;

use layercake::engine::{Outcome, Request};

use crate::support::{OUTPUTS, Project, files_below, showcase};

#[test]
fn a_new_export_gets_its_graph_whatever_of_the_store_is_gone() {
    let project = showcase();
    project.build().succeeded();
    let plan = project.text("layercake.yaml");
    let with_new = plan + "  new.mmd: { from: short, theme: dark }\n  new.json: { from: linked }\n";
    let store = files_below(&project.path(".layercake"));
    for name in store.keys() {
        drop(fs::remove_dir_all(project.path(".layercake")));
        for (other, bytes) in store.iter().filter(|(other, _)| *other != name) {
            project.write(&format!(".layercake/{other}"), bytes);
        }
        project.write("layercake.yaml", &with_new);
        project.run_build(&[]);
        let outputs = [&OUTPUTS[..], &["new.mmd", "new.json"]].concat();
        project.assert_as_clean(&outputs, &format!("without `{name}`"));
        project.remove("new.mmd");
        project.remove("new.json");
    }
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
    let project = showcase();
    project.build().succeeded();
    project.edit(
        "layercake.yaml",
        "export:\n",
        "export:\n  templates/row.tera: { from: shop, format: json }\n",
    );
    for _ in 0..2 {
        let build = project.build();
        assert!(build.ended(Outcome::Failed).contains(&"out/index.md"));
        assert!(build.diagnostics().iter().any(|problem| problem.code == "output-as-input"));
    }
}
