//! Exports to folders: which files there are is decided by the templates that are there.

use crate::support::Project;

const PLAN: &str = "import: { g: { nodes: n.csv } }\n\
                    export: { site/: { from: g, template: pages/ } }\n";

fn project() -> Project {
    let project = Project::of(&[
        ("layercake.yaml", PLAN),
        ("n.csv", "id\na\n"),
        ("pages/_part.tera", "part"),
        ("pages/a.md.tera", "{% include '_part.tera' %} {{ nodes | length }}"),
        ("pages/deep/b.md.tera", "b {{ nodes | length }}"),
    ]);
    assert_eq!(built(&project), ["g", "site/a.md", "site/deep/b.md"]);
    project
}

fn built(project: &Project) -> Vec<String> {
    let build = project.run_build(&[]);
    let mut built: Vec<String> = build.built().iter().map(ToString::to_string).collect();
    built.sort();
    built
}

#[test]
fn each_template_is_a_file_of_its_own() {
    let project = project();
    assert_eq!(
        (project.text("site/a.md"), project.text("site/deep/b.md")),
        ("part 1".into(), "b 1".into())
    );
    assert!(built(&project).is_empty());
    project.write("pages/deep/b.md.tera", "c");
    assert_eq!(built(&project), ["site/deep/b.md"]);
    project.write("pages/_part.tera", "other");
    assert_eq!(built(&project), ["site/a.md"]);
    project.write("n.csv", "id\na\nb\n");
    assert_eq!(built(&project), ["g", "site/a.md", "site/deep/b.md"]);
    project.write("pages/notes.txt", "no template");
    assert!(built(&project).is_empty());
}

#[test]
fn a_template_that_comes_brings_a_file_and_one_that_goes_leaves_it_stale() {
    let project = project();
    project.write("pages/new/c.txt.tera", "c");
    assert_eq!(built(&project), ["site/new/c.txt"]);
    project.remove("pages/a.md.tera");
    assert!(built(&project).is_empty());
    // As with a step that left the plan.
    assert!(project.bytes("site/a.md").is_some());
    let output = project.run(&["clean", "--stale"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(project.bytes("site/a.md").is_none() && project.bytes("site/new/c.txt").is_some());
}

#[test]
fn a_folder_as_a_target_is_all_outputs_in_it() {
    let plan = "import: { site: { nodes: n.csv } }\n\
                export: { site/: { from: site, template: pages/ }, other.dot: { from: site } }\n";
    let project = project();
    let are_there = || ["site/a.md", "site/deep/b.md"].map(|path| project.bytes(path).is_some());
    // A graph may have the same name, as far as that goes.
    project.write("layercake.yaml", plan);
    for (arguments, expected) in [
        (&["build", "site/"][..], [true, true]),
        (&["build", "./site/"], [true, true]),
        (&["build", "site/deep/"], [false, true]),
        (&["build", "-C", "pages", "../site/"], [true, true]),
    ] {
        assert_eq!(project.run(&["clean", "site/"]).status.code(), Some(0));
        assert_eq!(are_there(), [false, false]);
        assert_eq!(project.run(arguments).status.code(), Some(0), "{arguments:?}");
        assert_eq!((are_there(), project.bytes("other.dot")), (expected, None), "{arguments:?}");
    }
    assert_eq!(project.run(&["build", "sit/"]).status.code(), Some(2));
}

#[test]
fn a_folder_is_a_target_of_what_was_built_as_well() {
    let project = project();
    project.write("n.csv", "id\na\nb\n");
    assert_eq!(project.run(&["build", "site/deep/"]).status.code(), Some(0));
    let told = |arguments: &[&str]| {
        let output = project.run(arguments);
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, log) = told(&["log", "--json", "--target", "site/deep/"]);
    assert_eq!((code, log.lines().count()), (Some(0), 2), "{log}");
    let (code, log) = told(&["log", "--json", "--target", "../site/", "-C", "pages"]);
    assert_eq!((code, log.lines().count()), (Some(0), 2), "{log}");
    assert_eq!(told(&["log", "--target", "sit/"]).0, Some(2));
    for command in ["why", "plan"] {
        assert_eq!(told(&[command, "site/"]).0, Some(0), "{command}");
    }
    assert_eq!(project.text("site/deep/b.md"), "b 2");
    let (code, said) = told(&["restore", "site/", "--build", "1"]);
    assert_eq!(code, Some(0));
    assert!(
        said.contains("restored  site/deep/b.md") && said.contains("makes them fresh"),
        "{said}"
    );
    assert_eq!(project.text("site/deep/b.md"), "b 1");
    assert_eq!(told(&["restore", "site/", "--build", "1", "--output", "x"]).0, Some(2));
    assert_eq!(told(&["restore", "sit/", "--build", "1"]).0, Some(2));
    assert_eq!(project.bytes("x"), None);
}

#[test]
fn hidden_templates_are_templates() {
    let project = project();
    project.write("pages/.gitignore.tera", "/target");
    project.write("pages/.github/ci.yml.tera", "on: push");
    // Folders of other tools are no folders of templates, and an editor's lock is none.
    project.write("pages/.git/x.tera", "");
    project.write("pages/.layercake/x.tera", "");
    std::os::unix::fs::symlink("me@here.1", project.path("pages/.#a.md.tera")).unwrap();
    assert_eq!(built(&project), ["site/.github/ci.yml", "site/.gitignore"]);
    project.write("pages/.github/_part.tera", "");
    assert!(built(&project).is_empty());
    project.write("pages/.github/ci.yml.tera", "on: tag");
    assert_eq!(built(&project), ["site/.github/ci.yml"]);
}

#[test]
fn a_template_must_not_have_an_invisible_name() {
    for name in ["a\nb", "a\tb", "a\u{2028}b"] {
        let project = project();
        project.write(&format!("pages/{name}.md.tera"), "");
        let output = project.run(&["build"]);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains("invisible character") && !told.contains(name), "{told}");
    }
}

#[test]
fn templates_are_no_patterns() {
    let project = Project::of(&[
        (
            "layercake.yaml",
            "import: { g: { nodes: n.csv } }\n\
             export:\n  \
             site/: { from: g, template: 'a[1]*/' }\n  \
             one.md: { from: g, template: 'tt/[y].md.tera' }\n  \
             two.md: { from: g, template: 'tt/{open[.tera' }\n",
        ),
        ("n.csv", "id\na\n"),
        ("a[1]*/[x].md.tera", "x"),
        ("a[1]*/[open.md.tera", "open"),
        ("a1b/y.md.tera", "never"),
        ("tt/[y].md.tera", "{% include '[part]' %}"),
        ("tt/[part]", "part"),
        ("tt/{open[.tera", "two"),
    ]);
    assert_eq!(built(&project), ["g", "one.md", "site/[open.md", "site/[x].md", "two.md"]);
    assert_eq!(project.text("one.md") + &project.text("site/[x].md"), "partx");
    assert!(built(&project).is_empty());
    project.write("tt/[part]", "other");
    assert_eq!(built(&project), ["one.md"]);
}

#[test]
fn a_file_of_a_folder_is_a_target() {
    let project = project();
    project.remove("site/a.md");
    project.remove("site/deep/b.md");
    assert_eq!(project.run(&["build", "site/deep/b.md"]).status.code(), Some(0));
    assert!(project.bytes("site/a.md").is_none() && project.bytes("site/deep/b.md").is_some());
}
