//! What `doctor` finds: each of these ills by its name, and none in a project that is well.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use layercake::disk::{Ground, Rights};
use layercake::doctor::{Finding, Verdict, examine};

use crate::support::{Fault, FaultyDisk, Ills, Project};

fn project() -> Project {
    let project = Project::of(&[
        (
            "layercake.yaml",
            "import:\n  g: { nodes: ['data/*.csv', more.csv] }\n\
             export:\n  out/a.dot: { from: g }\n  b.md: { from: g, template: t.tera }\n",
        ),
        ("data/n.csv", "id\na\n"),
        ("more.csv", "id\nb\n"),
        ("t.tera", "{{ nodes | length }}"),
    ]);
    project.build().succeeded();
    project
}

fn well() -> Ills {
    // The machine that runs the tests may have its own ills.
    let ground = Some(Ground { remote: None, free: Some(1 << 40) });
    Ills { ground, ..Ills::default() }
}

fn found(project: &Project, ills: Ills) -> Vec<Finding> {
    let found = examine(&project.path(""), None, vec![], &(Arc::new(FaultyDisk::with(ills)) as _));
    found.into_iter().filter(|finding| finding.verdict != Verdict::Ok).collect()
}

/// Checks that this is all that is found, by what it is about, and what its message holds.
#[track_caller]
fn check(project: &Project, ills: Ills, expected: &[(Verdict, &str, &str)]) {
    let found = found(project, ills);
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (finding, (verdict, about, part)) in found.iter().zip(expected) {
        assert_eq!((finding.verdict, finding.about.as_str()), (*verdict, *about), "{finding:?}");
        assert!(finding.message.contains(part), "{finding:?}");
        assert!(!finding.help.is_empty(), "{finding:?} has its mend");
    }
}

const NOTHING: Rights = Rights { is_readable: false, is_writable: false, is_own: false };

#[test]
fn a_project_that_is_well_has_no_findings() {
    check(&project(), well(), &[]);
    check(&project(), well(), &[]);
}

#[test]
fn what_is_wrong_with_the_plan_is_counted() {
    let project = project();
    project.edit("layercake.yaml", "from: g }\n  b.md", "frm: g }\n  b.md");
    check(&project, well(), &[(Verdict::Problem, "plan", "1 error")]);
    project.remove("layercake.yaml");
    check(&project, well(), &[(Verdict::Problem, "plan", "there is no `layercake.yaml`")]);
}

#[test]
fn inputs_that_are_missing_or_cannot_be_read_are_named() {
    let project = project();
    project.remove("t.tera");
    project.remove("data/n.csv");
    let missing = (Verdict::Problem, "inputs", "reads `t.tera`, which is missing");
    let pattern = (Verdict::Warning, "inputs", "no file matches `data/*.csv`");
    check(&project, well(), &[missing, pattern]);
    project.write("t.tera", "");
    project.write("data/n.csv", "id\n");
    let ills = Ills { rights: Some(("more.csv", NOTHING)), ..well() };
    check(&project, ills, &[(Verdict::Problem, "inputs", "may not read `more.csv`")]);
    project.remove("more.csv");
    std::fs::create_dir(project.path("more.csv")).unwrap();
    check(&project, well(), &[(Verdict::Problem, "inputs", "`more.csv` is no regular file")]);
}

#[test]
fn clocks_that_are_apart_and_files_from_the_future_are_told() {
    let project = project();
    let file = std::fs::File::options().append(true).open(project.path("more.csv")).unwrap();
    file.set_modified(SystemTime::now() + Duration::from_secs(600)).unwrap();
    check(
        &project,
        well(),
        &[(Verdict::Warning, "inputs", "`more.csv` was changed in the future")],
    );
    let ills = Ills { skew: 3_600_000_000_000, ..well() };
    let told = "the clock of the file system is 3600 seconds behind";
    check(&project, ills, &[(Verdict::Warning, "clock", told)]);
}

#[test]
fn outputs_that_cannot_be_written_are_told() {
    let project = project();
    let ills = Ills { rights: Some(("out", NOTHING)), ..well() };
    check(&project, ills, &[(Verdict::Problem, "outputs", "cannot be written to")]);
    let ills = Ills { rights: Some(("b.md", NOTHING)), ..well() };
    check(&project, ills, &[(Verdict::Warning, "outputs", "`b.md` is read-only")]);
    std::fs::remove_dir_all(project.path("out")).unwrap();
    check(&project, well(), &[]);
    project.write("out", "");
    check(&project, well(), &[(Verdict::Problem, "outputs", "/out` is in the way")]);
}

#[cfg(unix)]
#[test]
fn a_folder_of_outputs_that_is_a_link_out_of_the_project_is_told() {
    let (project, elsewhere) = (project(), tempfile::tempdir().unwrap());
    std::fs::remove_dir_all(project.path("out")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), project.path("out")).unwrap();
    check(&project, well(), &[(Verdict::Problem, "outputs", "out of the project")]);
    // Where a link stays inside, all is well.
    std::fs::remove_file(project.path("out")).unwrap();
    std::os::unix::fs::symlink("data", project.path("out")).unwrap();
    check(&project, well(), &[]);
}

#[test]
fn a_store_that_cannot_be_used_is_told() {
    let project = project();
    let check_rights = |rights, expected| {
        let ills = Ills { rights: Some((".layercake", rights)), ..well() };
        check(&project, ills, &[expected]);
    };
    check_rights(NOTHING, (Verdict::Problem, "store", "you may not write to"));
    let rights = Rights { is_readable: true, is_writable: true, is_own: false };
    check_rights(rights, (Verdict::Warning, "store", "belongs to another user"));
    let ground = Some(Ground { remote: Some("NFS"), free: Some(90_000_000) });
    check(
        &project,
        Ills { ground, ..well() },
        &[(Verdict::Warning, "store", "is on NFS"), (Verdict::Warning, "space", "90.0 MB left")],
    );
    let ground = Some(Ground { remote: None, free: Some(0) });
    let full = (Verdict::Problem, "space", "0 B left");
    check(&project, Ills { ground, ..well() }, &[full]);
    std::fs::rename(project.path(".layercake"), project.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink("elsewhere", project.path(".layercake")).unwrap();
    check(&project, well(), &[(Verdict::Problem, "store", "is a link")]);
}

#[test]
fn what_a_build_left_is_found_and_removed_by_the_next() {
    let project = project();
    project.write("out/a.dot.layercake.tmp", "half");
    project.write(".layercake/blobs/1.layercake.tmp", "half");
    let left = (Verdict::Warning, "leftovers", "`out/a.dot.layercake.tmp`");
    check(&project, well(), &[left]);
    check(&project, well(), &[left]);
    project.write("more.csv", "id\nc\n");
    project.build().succeeded();
    check(&project, well(), &[]);
}

#[test]
fn whatever_fails_the_examination_comes_to_its_end() {
    let project = project();
    let count = {
        let disk = Arc::new(FaultyDisk::new(Fault::Never));
        examine(&project.path(""), None, vec![], &(disk.clone() as _));
        disk.count()
    };
    for at in 0..count {
        for fault in [Fault::Once(at, std::io::ErrorKind::Other), Fault::Kill(at)] {
            assert!(
                !examine(&project.path(""), None, vec![], &(Arc::new(FaultyDisk::new(fault)) as _))
                    .is_empty()
            );
        }
    }
    assert_eq!(project.build().succeeded().built(), [""; 0]);
}
