//! Projects that may be read and not written, as a whole or in part.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use super::{text, tool, with_own_mounts};
use crate::crashes::Journey;
use crate::support::{OUTPUTS, Project, needs, showcase, showcase_in};

/// Builds what cannot be written and checks that it is said, and that nothing changes.
#[track_caller]
fn check_refused(journey: &Journey, through: &[&str], when: &str) {
    let before = journey.project.files();
    let output = journey.project.command(through, &["build", "--keep-going"]).output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{when}: {output:?}");
    assert!(complaint.contains("error"), "{when}: {complaint}");
    assert_eq!(journey.project.files(), before, "{when}");
    for arguments in [&["plan"][..], &["build", "--dry-run"]] {
        let output = journey.project.command(through, arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{when}: {arguments:?} {output:?}");
    }
}

#[test]
fn a_project_that_may_only_be_read_is_left_alone_and_said_so() {
    if !needs(&["mount"]) {
        return;
    }
    with_own_mounts(|folder| {
        let mut journey = Journey::start(showcase_in(folder));
        let place = journey.project.path("");
        let place = text(&place);
        let only_read = |is: bool| {
            let mode = if is { "remount,bind,ro" } else { "remount,bind,rw" };
            tool(&["mount", "-o", mode, place])
        };
        if !tool(&["mount", "--bind", place, place]) || !only_read(true) {
            return;
        }
        check_refused(&journey, &[], "nothing built yet");
        assert!(only_read(false));
        journey.assert_sound("writable again");
        assert!(only_read(true));
        assert_eq!(journey.project.run_build(&[]).built(), [""; 0], "nothing to do");
        assert!(only_read(false));
        journey.go_on();
        assert!(only_read(true));
        check_refused(&journey, &[], "something to do");
        assert!(only_read(false));
        journey.assert_sound("writable at last");
    });
}

#[test]
fn a_store_that_may_only_be_read_is_said_once_and_nothing_of_anybody_is_lost() {
    if !needs(&["mount"]) {
        return;
    }
    with_own_mounts(|folder| {
        let mut journey = Journey::start(showcase_in(folder));
        journey.assert_sound("before");
        let store = journey.project.path(".layercake");
        let store = text(&store);
        if !tool(&["mount", "--bind", store, store])
            || !tool(&["mount", "-o", "remount,bind,ro", store])
        {
            return;
        }
        journey.go_on();
        let output = journey.project.run(&["build"]);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{complaint}");
        assert_eq!(complaint.matches("warning").count(), 1, "{complaint}");
        journey.assert_right("a store that may only be read");
        // What it wrote there is not known to be its own: that could not be recorded.
        let before = journey.project.files();
        journey.go_on();
        let output = journey.project.run(&["build", "--keep-going"]);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{complaint}");
        assert!(complaint.contains("cannot be kept in `.layercake/replaced`"), "{complaint}");
        for path in OUTPUTS {
            let found = journey.project.bytes(path);
            if found.as_ref() == before.get(path) {
                journey.project.remove(path);
            }
        }
        assert_eq!(journey.project.run(&["build"]).status.code(), Some(0));
        journey.assert_right("without the outputs that were in the way");
        assert!(tool(&["umount", store]));
        journey.assert_sound("after");
    });
}

#[test]
fn a_folder_that_nothing_may_change_in_is_said_and_harms_nothing() {
    if !needs(&["chattr"]) {
        return;
    }
    for (folder, said) in [("out", "`out/"), ("parts", "`parts/"), (".layercake", "the store")] {
        let mut journey = Journey::start(showcase());
        journey.assert_sound("before");
        journey.go_on();
        let path = journey.project.path(folder);
        if !tool(&["chattr", "+i", text(&path)]) {
            return;
        }
        let output = journey.project.run(&["build", "--keep-going"]);
        let is_writable = tool(&["chattr", "-i", text(&path)]);
        assert!(is_writable, "{path:?} cannot be removed");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{folder}: {complaint}");
        assert!(complaint.contains(said), "{folder}: {complaint}");
        journey.assert_sound(folder);
    }
}

#[test]
fn somebody_who_may_not_write_there_is_told_so() {
    if !needs(&["setpriv"]) {
        return;
    }
    let mut journey = Journey::start(showcase());
    journey.assert_sound("before");
    journey.go_on();
    let open = |path: &std::path::Path| fs::set_permissions(path, Permissions::from_mode(0o755));
    open(&journey.project.path("")).unwrap();
    // Where the program was built, nobody else may look.
    let program = journey.project.path("program");
    fs::copy(env!("CARGO_BIN_EXE_layercake"), &program).unwrap();
    open(&program).unwrap();
    let as_nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
    if !tool(&[&as_nobody[..], &["true"]].concat()) {
        return;
    }
    let run = |project: &Project, arguments: &[&str]| {
        let words = [&as_nobody[1..], &[text(&program)], arguments].concat();
        let mut command = std::process::Command::new(as_nobody[0]);
        command.args(words).current_dir(project.path("")).output().unwrap()
    };
    let before = journey.project.stamps();
    let output = run(&journey.project, &["build", "--keep-going"]);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{complaint}");
    assert!(complaint.contains("Permission denied"), "{complaint}");
    assert_eq!(journey.project.stamps(), before);
    for arguments in [&["plan"][..], &["build", "--dry-run"]] {
        assert_eq!(run(&journey.project, arguments).status.code(), Some(0), "{arguments:?}");
    }
    journey.assert_sound("as root again");
    let output = run(&journey.project, &["build"]);
    assert_eq!(output.status.code(), Some(0), "nothing to do: {output:?}");
    // An input that nobody else may read.
    fs::set_permissions(journey.project.path("extra.csv"), Permissions::from_mode(0o000)).unwrap();
    let output = run(&journey.project, &["build"]);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
    journey.assert_sound("as root at last");
}
