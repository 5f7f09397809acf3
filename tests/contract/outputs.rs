//! Outputs are what the plan says, whatever becomes of them, and nobody's work is lost.

use std::fs::{self, File, FileTimes};

use layercake::engine::{Outcome, Request};

use crate::support::{OUTPUTS, Project, showcase};

/// Harms each output in turn, then all at once; no step may run to make them right.
#[track_caller]
fn check(harm: impl Fn(&Project, &str)) {
    let project = showcase();
    project.build().succeeded();
    let before = project.files();
    let alone = OUTPUTS.iter().map(std::slice::from_ref);
    for harmed in alone.chain([&OUTPUTS[..]]) {
        harmed.iter().for_each(|path| harm(&project, path));
        let build = project.run_build(&[]);
        assert_eq!(build.built(), [""; 0], "{harmed:?}");
        assert_eq!(build.ended(Outcome::Restored), harmed, "{harmed:?}");
        assert_eq!(project.files(), before, "{harmed:?}");
        assert_eq!(project.run_build(&[]).ended(Outcome::Restored), [""; 0], "{harmed:?}, again");
    }
}

#[test]
fn a_deleted_output_comes_back_without_running_a_step() {
    check(|project, path| project.remove(path));
}

#[test]
fn an_output_whose_folder_is_gone_comes_back_without_running_a_step() {
    let project = showcase();
    project.build().succeeded();
    let before = project.files();
    fs::remove_dir_all(project.path("out")).unwrap();
    assert_eq!(project.run_build(&[]).built(), [""; 0]);
    assert_eq!(project.files(), before);
}

#[test]
fn an_edited_output_is_put_right_without_running_a_step() {
    check(|project, path| project.write(path, "by hand"));
    check(|project, path| project.write(path, ""));
}

#[test]
fn an_output_edited_in_its_own_size_and_time_is_put_right() {
    check(|project, path| {
        let mut bytes = project.bytes(path).unwrap();
        let time = fs::metadata(project.path(path)).unwrap().modified().unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        project.write(path, bytes);
        let file = File::options().append(true).open(project.path(path)).unwrap();
        file.set_times(FileTimes::new().set_modified(time)).unwrap();
    });
}

#[test]
fn an_output_in_place_of_which_there_is_a_link_is_put_right_and_the_link_s_end_left_alone() {
    let project = showcase();
    project.build().succeeded();
    let before = project.files();
    for path in OUTPUTS {
        project.write("precious.txt", "mine");
        project.remove(path);
        std::os::unix::fs::symlink(project.path("precious.txt"), project.path(path)).unwrap();
        project.run_build(&[]);
        assert_eq!(project.text("precious.txt"), "mine", "`{path}`");
        assert_eq!(project.bytes(path).as_ref(), before.get(path), "`{path}`");
    }
}

#[test]
fn an_output_in_place_of_which_there_is_a_folder_is_an_error_that_names_it() {
    let project = showcase();
    project.build().succeeded();
    for path in OUTPUTS {
        project.remove(path);
        project.write(&format!("{path}/mine"), "mine");
        let output = project.run(&["build", "--keep-going"]);
        assert_eq!(output.status.code(), Some(1), "`{path}`");
        assert!(String::from_utf8_lossy(&output.stderr).contains(path), "`{path}`");
        assert_eq!(project.text(&format!("{path}/mine")), "mine");
        fs::remove_dir_all(project.path(path)).unwrap();
        assert_eq!(project.run_build(&[]).built(), [""; 0], "`{path}`");
    }
}

#[test]
fn what_somebody_wrote_into_an_output_is_kept() {
    let project = showcase();
    project.build().succeeded();
    for path in OUTPUTS {
        let text = format!("by hand, in {path}");
        project.write(path, &text);
        let build = project.run_build(&[]);
        let said: Vec<_> =
            build.diagnostics().into_iter().filter(|said| said.code == "replaced").collect();
        assert_eq!(said.len(), 1, "{said:#?}");
        let kept = said[0].notes.iter().find_map(|note| note.split('`').nth(1)).unwrap();
        assert_eq!(project.text(kept), text);
    }
}

#[test]
fn an_output_whose_step_left_the_plan_stays() {
    let project = showcase();
    project.build().succeeded();
    let before = project.files();
    project.edit("layercake.yaml", "  out/lines.gv: { from: lines }\n", "");
    project.run_build(&[]);
    assert_eq!(project.bytes("out/lines.gv").as_ref(), before.get("out/lines.gv"));
    project.write("out/lines.gv", "mine now");
    project.run_build(&[]);
    assert_eq!(project.text("out/lines.gv"), "mine now");
}

#[test]
fn a_path_exported_by_two_steps_is_an_error_and_nothing_runs() {
    for twice in [
        "  ./out/lines.gv: { from: lines }\n",
        "  out//lines.gv: { from: lines }\n",
        "  out/x/../lines.gv: { from: lines }\n",
        "  out/lines.gv: { from: all }\n",
        "  parts/parts.json: { from: all }\n",
    ] {
        let project = showcase();
        project.edit("layercake.yaml", "export:\n", &format!("export:\n{twice}"));
        let before = project.files();
        let output = project.run(&["build"]);
        assert_eq!(output.status.code(), Some(2), "{twice}: {output:?}");
        assert_eq!(project.files(), before, "{twice}");
    }
}

#[test]
fn a_check_writes_nothing_and_names_the_outputs_that_are_not_as_they_should_be() {
    let project = showcase();
    project.build().succeeded();
    let clone = Project::copy_of(&project.path(""), |path| path.starts_with(".layercake"));
    let request = Request { check: true, ..Request::default() };
    let check = |project: &Project, stale: &[&str], what: &str| {
        let before = project.stamps();
        let build = project.build_with(&request).succeeded();
        assert_eq!(build.ended(Outcome::Stale), stale, "{what}");
        let output = project.run(&["build", "--check"]);
        assert_eq!(output.status.code(), Some(i32::from(!stale.is_empty())), "{what}");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(stale.iter().all(|path| said.contains(path)), "{what}: {said}");
        assert_eq!(project.stamps(), before, "{what}");
    };
    // The second is elsewhere, with the outputs and without the store, as in CI.
    for project in [&project, &clone] {
        check(project, &[], "as it was built");
        for path in OUTPUTS {
            let bytes = project.bytes(path).unwrap();
            project.write(path, "by hand");
            check(project, &[path], "edited");
            project.remove(path);
            check(project, &[path], "missing");
            project.write(path, bytes);
        }
        project.edit("data/a.nodes.csv", "Lamp", "Lump");
        check(project, &["out/all.json", "out/all.nodes.csv", "out/index.md"], "stale");
        project.edit("data/a.nodes.csv", "Lump", "Lamp");
        check(project, &[], "taken back");
    }
}

#[test]
fn a_dry_run_writes_nothing_and_says_what_would_run() {
    let project = showcase();
    let before = project.stamps();
    let request = Request { dry_run: true, ..Request::default() };
    assert_eq!(project.build_with(&request).succeeded().ended(Outcome::Stale).len(), 17);
    project.run_build(&["--dry-run"]);
    assert_eq!(project.stamps(), before);
}

#[test]
fn what_a_step_wrote_that_left_the_plan_is_no_input_of_a_pattern() {
    let project = Project::of(&[
        (
            "layercake.yaml",
            "import:\n  g: { nodes: 'data/*.csv' }\nexport:\n  data/old.csv: { from: g, format: csv_nodes }\n",
        ),
        ("data/nodes.csv", "id\na\n"),
    ]);
    project.run_build(&[]);
    project.edit("layercake.yaml", "data/old.csv", "data/new.csv");
    let output = project.run(&["build"]);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{complaint}");
    assert!(complaint.contains("`layercake clean --stale` removes it"), "{complaint}");
    assert_eq!(project.run(&["clean", "--stale"]).status.code(), Some(0));
    project.run_build(&[]);
    assert_eq!(project.bytes("data/old.csv"), None);
    // What somebody else made of it is theirs.
    project.edit("layercake.yaml", "data/new.csv", "data/last.csv");
    project.write("data/new.csv", "id\nb\n");
    project.run_build(&[]);
    let text = project.text("data/last.csv");
    assert!(text.contains("\na,") && text.contains("\nb,"), "{text}");
}

#[test]
fn two_plans_in_one_folder_leave_each_other_s_outputs_and_results_alone() {
    let plan = |output: &str| {
        format!("import:\n  g: {{ nodes: nodes.csv }}\nexport:\n  {output}: {{ from: g }}\n")
    };
    let (one, other) = (plan("one.dot"), plan("other.dot"));
    let project =
        Project::of(&[("layercake.yaml", &one), ("other.yaml", &other), ("nodes.csv", "id\na\n")]);
    project.run_build(&[]);
    project.run_build(&["-f", "other.yaml"]);
    assert_eq!(project.run_build(&[]).built(), [""; 0]);
    for arguments in [&["clean", "--stale"][..], &["clean", "--stale", "-f", "other.yaml"]] {
        assert_eq!(project.run(arguments).status.code(), Some(0));
        assert!(project.bytes("one.dot").is_some() && project.bytes("other.dot").is_some());
    }
    assert_eq!(project.run(&["clean", "-f", "other.yaml"]).status.code(), Some(0));
    assert!(project.bytes("one.dot").is_some() && project.bytes("other.dot").is_none());
    assert_eq!(project.run_build(&[]).built(), [""; 0]);
}
