//! Several commands at once in one project.

use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use layercake::engine::{Event, Request};

use crate::support::{Build, OUTPUTS, ObservedDisk, Operation, Project, STEPS, rounds, showcase};

/// How long a command may take that waits for nobody.
const SOON: Duration = Duration::from_secs(20);

fn start(project: &Project, arguments: &[&str]) -> Child {
    let mut command = project.command(&[], arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn finish(child: Child) -> Build {
    let output = child.wait_with_output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{complaint}");
    assert_eq!(complaint, "");
    Build::told_by(&output)
}

/// Builds, and does something once while the build has the store and is about to write an output.
fn in_the_middle(project: Project, act: impl Fn(&Project) + Send + Sync + 'static) -> Arc<Project> {
    let project = Arc::new(project);
    let outputs = project.path("").canonicalize().unwrap().join("out");
    let (again, is_done) = (project.clone(), Arc::new(AtomicBool::new(false)));
    let is_done_too = is_done.clone();
    let hear = move |_, operation, path: &Path| {
        let is_writing = operation == Operation::Change && path.starts_with(&outputs);
        if is_writing && !is_done_too.swap(true, Ordering::Relaxed) {
            act(&again);
        }
    };
    let one = Request { jobs: 1, ..Request::default() };
    project.build_on(Arc::new(ObservedDisk::new(hear)), &one).succeeded();
    assert!(is_done.load(Ordering::Relaxed), "the build wrote no output");
    project
}

#[test]
fn builds_at_once_all_succeed_and_each_step_runs_once() {
    for round in 0..rounds(6, 60) {
        let project = showcase();
        let before = if round % 2 == 1 {
            project.build().succeeded();
            project.edit("extra.csv", "Plant", "Plane");
            project.edit("data/edges.csv", "asks", "begs");
            let alone = Project::copy_of(&project.path(""), |_| false);
            alone.build().succeeded().built().len()
        } else {
            STEPS.len()
        };
        let jobs = ["1", "2", "4"][round % 3];
        let builds: Vec<Child> = (0..6)
            .map(|_| start(&project, &["build", "--json", "--verbose", "-j", jobs]))
            .collect();
        let builds: Vec<Build> = builds.into_iter().map(finish).collect();
        let ran: usize = builds.iter().map(|build| build.built().len()).sum();
        assert_eq!(ran, before, "round {round}: {builds:#?}");
        project.assert_as_clean(&OUTPUTS, &format!("round {round}"));
        assert_eq!(project.temporary_files(), [""; 0], "round {round}");
        assert_eq!(project.run_build(&[]).built(), [""; 0], "round {round}");
    }
}

#[test]
fn builds_of_different_targets_at_once_all_succeed() {
    for round in 0..rounds(3, 30) {
        let project = showcase();
        let builds: Vec<Child> =
            OUTPUTS.iter().map(|path| start(&project, &["build", "--json", path])).collect();
        builds.into_iter().for_each(|child| drop(finish(child)));
        project.assert_as_clean(&OUTPUTS, &format!("round {round}"));
        assert_eq!(project.run_build(&[]).built(), [""; 0], "round {round}");
    }
}

#[test]
fn a_second_build_waits_and_says_so() {
    let second = Arc::new(Mutex::new(None));
    let started = second.clone();
    let _project = in_the_middle(showcase(), move |project| {
        let mut child = start(project, &["build", "--json", "--verbose"]);
        std::thread::sleep(Duration::from_millis(300));
        assert!(child.try_wait().unwrap().is_none(), "it does not wait");
        *started.lock().unwrap() = Some(child);
    });
    let build = finish(second.lock().unwrap().take().unwrap());
    assert!(build.events.iter().any(|event| matches!(event, Event::Waiting { .. })), "{build:#?}");
    assert_eq!(build.built(), [""; 0], "the first has built everything");
}

#[test]
fn readers_never_wait() {
    let project = showcase();
    project.build().succeeded();
    project.edit("extra.csv", "Plant", "Plane");
    in_the_middle(project, |project| {
        for arguments in [
            &["plan"][..],
            &["plan", "--json"],
            &["plan", "--format", "dot"],
            &["schema", "graph"],
            &["build", "--dry-run"],
            &["build", "--check"],
            &["clean", "--dry-run"],
            &["--version"],
        ] {
            let started = Instant::now();
            let mut child = start(project, arguments);
            while child.try_wait().unwrap().is_none() {
                assert!(started.elapsed() < SOON, "{arguments:?} waits");
                std::thread::sleep(Duration::from_millis(1));
            }
            let output = child.wait_with_output().unwrap();
            assert!(output.status.code().is_some_and(|code| code <= 1), "{arguments:?}");
        }
    });
}

#[test]
fn a_build_and_a_clean_at_once_both_succeed() {
    for round in 0..rounds(4, 40) {
        let project = showcase();
        project.build().succeeded();
        project.edit("extra.csv", "Plant", "Plane");
        let commands = [&["build", "--json"][..], &["clean", "--quiet"], &["build", "--json"]];
        for child in commands.map(|arguments| start(&project, arguments)) {
            let output = child.wait_with_output().unwrap();
            assert_eq!(output.status.code(), Some(0), "round {round}: {output:?}");
        }
        project.run_build(&[]);
        project.assert_as_clean(&OUTPUTS, &format!("round {round}"));
    }
}

#[test]
fn a_build_whose_store_is_removed_meanwhile_succeeds() {
    let project = in_the_middle(showcase(), |project| {
        std::fs::remove_dir_all(project.path(".layercake")).unwrap();
    });
    project.assert_as_clean(&OUTPUTS, "removed meanwhile");
    project.run_build(&[]);
    project.assert_as_clean(&OUTPUTS, "the next build");
}
