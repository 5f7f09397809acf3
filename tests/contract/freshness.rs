//! What does not change a result runs nothing.

use std::collections::BTreeSet;
use std::fs::{self, File, FileTimes, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use layercake::disk::Disk;
use layercake::engine::{Outcome, Request};

use crate::support::{INPUTS, OUTPUTS, ObservedDisk, Operation, Project, STEPS, showcase};

/// A project that was built, and whose files are older than the tick of the clock that stamps files.
fn settled() -> Project {
    let project = showcase();
    assert_eq!(project.build().succeeded().built(), STEPS);
    std::thread::sleep(Duration::from_millis(30));
    project.build().succeeded();
    project
}

#[track_caller]
fn assert_nothing_runs(project: &Project, after: &str) {
    let command = project.run_build(&[]);
    assert_eq!(command.built(), [""; 0], "{after}");
    assert_eq!(command.ended(Outcome::Restored), [""; 0], "{after}");
    let library = project.build().succeeded();
    assert_eq!(library.reused(), STEPS, "{after}");
}

#[test]
fn nothing_changed_nothing_runs() {
    let project = settled();
    for round in 0..3 {
        assert_nothing_runs(&project, &format!("round {round}"));
    }
}

#[test]
fn nothing_changed_no_input_is_read() {
    let project = settled();
    let read = Arc::new(Mutex::new(Vec::<PathBuf>::new()));
    let heard = read.clone();
    let disk: Arc<dyn Disk> = Arc::new(ObservedDisk::new(move |_, operation, path| {
        assert_ne!(operation, Operation::Change, "{path:?}");
        if operation == Operation::Read {
            heard.lock().unwrap().push(path.to_owned());
        }
    }));
    let root = project.path("").canonicalize().unwrap();
    let beside_the_store = || {
        let read = std::mem::take(&mut *read.lock().unwrap());
        let outside = read.into_iter().filter(|path| !path.starts_with(root.join(".layercake")));
        outside.collect::<BTreeSet<_>>()
    };
    let build = project.build_shortest(disk.clone()).succeeded();
    assert_eq!(build.result.unwrap().reused, STEPS.len());
    assert_eq!(beside_the_store(), BTreeSet::new());
    project.build_on(disk, &Request::default()).succeeded();
    assert_eq!(beside_the_store(), BTreeSet::new(), "not even the plan is read");
}

#[test]
fn nothing_changed_nothing_is_written() {
    let project = settled();
    let before = project.stamps();
    for arguments in [&[][..], &["--explain"], &["--jobs", "1"], &["out/short.dot"], &["--check"]] {
        project.run_build(arguments);
        assert_eq!(project.stamps(), before, "{arguments:?}");
    }
    project.build().succeeded();
    assert_eq!(project.stamps(), before);
}

#[test]
fn touching_any_file_runs_nothing() {
    let project = settled();
    let far = Duration::from_secs(200_000);
    for time in [SystemTime::now(), SystemTime::now() - far, SystemTime::now() + far] {
        for path in INPUTS.iter().chain(&OUTPUTS).chain(&["layercake.yaml", "parts/plan.yaml"]) {
            let file = File::options().append(true).open(project.path(path)).unwrap();
            file.set_times(FileTimes::new().set_modified(time)).unwrap();
            assert_nothing_runs(&project, path);
        }
    }
}

#[test]
fn writing_the_same_bytes_again_runs_nothing() {
    let project = settled();
    for path in INPUTS.iter().chain(&OUTPUTS).chain(&["layercake.yaml", "parts/plan.yaml"]) {
        let bytes = project.bytes(path).unwrap();
        project.write(path, &bytes);
        assert_nothing_runs(&project, path);
        project.write("new", &bytes);
        fs::rename(project.path("new"), project.path(path)).unwrap();
        assert_nothing_runs(&project, path);
    }
}

#[test]
fn changing_permissions_runs_nothing_and_they_stay() {
    let project = settled();
    for path in INPUTS.iter().chain(&OUTPUTS) {
        fs::set_permissions(project.path(path), Permissions::from_mode(0o600)).unwrap();
    }
    assert_nothing_runs(&project, "permissions");
    project.edit("data/a.nodes.csv", "Till", "Tills");
    project.build().succeeded();
    let mode = |path| fs::metadata(project.path(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("out/all.json"), 0o600, "of an output that was replaced");
}

#[test]
fn copying_the_project_elsewhere_runs_nothing() {
    let project = settled();
    let copy = Project::copy_of(&project.path(""), |_| false);
    assert_nothing_runs(&copy, "copied");
}

#[test]
fn a_fresh_clone_with_a_copied_store_runs_nothing() {
    let project = settled();
    let clone = Project::copy_of(&project.path(""), |path| OUTPUTS.contains(&path));
    let build = clone.run_build(&[]);
    assert_eq!(build.built(), [""; 0]);
    assert_eq!(build.ended(Outcome::Restored), OUTPUTS);
    assert_eq!(clone.files(), project.files());
    assert_nothing_runs(&clone, "restored");
}

#[test]
fn unrelated_files_run_nothing() {
    let project = settled();
    for path in ["notes.txt", "data/b.csv", "data/c.nodes.csv.bak", "templates/other.tera", "out/x"]
    {
        project.write(path, "anything");
        assert_nothing_runs(&project, path);
    }
}
