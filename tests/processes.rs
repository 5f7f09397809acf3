//! Builds as processes: several at once, interrupted ones, killed ones.

use std::io::{BufRead, BufReader, Read as _};
use std::process::{Child, ChildStderr, ChildStdout, Stdio};

use layercake::disk::{Disk, RealDisk};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::support::Project;

/// How many steps of the project take their time.
const SLOW: usize = 6;

/// A command that runs, and ends with the test.
struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
    err: BufReader<ChildStderr>,
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    fn start(project: &Project, arguments: &[&str]) -> Running {
        let mut command = project.command(&[], arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let err = BufReader::new(child.stderr.take().unwrap());
        Running { child, out, err }
    }

    fn id(&self) -> u32 {
        self.child.id()
    }

    fn send(&self, signal: Signal) {
        kill(Pid::from_raw(self.id() as i32), signal).unwrap();
    }

    /// Reads on until an event of this name; `None` if there is none.
    fn next(&mut self, name: &str) -> Option<Value> {
        let events = self.out.by_ref().lines();
        let mut events = events.map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
        events.find(|event| event["event"] == name)
    }

    fn line_of_stderr(&mut self) -> String {
        let mut line = String::new();
        self.err.read_line(&mut line).unwrap();
        line
    }

    fn code(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

/// A project whose imports take some tenths of a second each.
fn slow() -> Project {
    let mut plan = "import:\n".to_owned();
    for at in 0..SLOW {
        plan += &format!("  g{at}: {{ nodes: [n.csv, {at}.csv], edges: e.csv }}\n");
    }
    plan += "export:\n";
    for at in 0..SLOW {
        plan += &format!("  out/{at}.dot: {{ from: g{at} }}\n");
    }
    let mut nodes = "id,label\n".to_owned();
    let mut edges = "source,target\n".to_owned();
    for at in 0..20_000 {
        nodes += &format!("node-{at},Node {at}\n");
        edges += &format!("node-{at},node-{}\n", at / 2);
    }
    let project = Project::of(&[("layercake.yaml", &plan), ("n.csv", &nodes), ("e.csv", &edges)]);
    for at in 0..SLOW {
        project.write(&format!("{at}.csv"), format!("id,label\nonly,The one of {at}\n"));
    }
    project
}

#[track_caller]
fn has_no_temporary_file(project: &Project) {
    let files = crate::support::files_below(&project.path(""));
    let left = files.keys().find(|path| path.contains(".tmp"));
    assert_eq!(left, None);
}

/// Builds the rest, and checks that it is what a build without a break makes; returns how many
/// steps were reused.
#[track_caller]
fn is_finished_by_the_next_build(project: &Project) -> usize {
    let build = project.build().succeeded();
    has_no_temporary_file(project);
    let clean = slow();
    clean.build().succeeded();
    assert!(project.files() == clean.files(), "the outputs are those of a clean build");
    build.reused().len()
}

#[test]
fn an_interrupted_build_ends_what_it_began_and_records_it() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let project = slow();
        let mut build = Running::start(&project, &["build", "--json", "--jobs", "1"]);
        build.next("step_finished").unwrap();
        build.send(signal);
        let summary = &build.next("build_finished").unwrap()["summary"];
        let built = summary["built"].as_u64().unwrap() as usize;
        assert!((1..2 * SLOW).contains(&built), "{summary}");
        assert_eq!(summary["skipped"].as_u64().unwrap() as usize, 2 * SLOW - built);
        assert_eq!(build.code(), Some(130));
        has_no_temporary_file(&project);
        let reused = is_finished_by_the_next_build(&project);
        assert_eq!(reused, built, "what was done is not done again");
    }
}

#[test]
fn a_second_interrupt_ends_a_build_at_once() {
    // The step that runs may come to its end between the two.
    let was_ended = (0..5).any(|_| {
        let project = slow();
        let mut build = Running::start(&project, &["build", "--json", "--jobs", "1"]);
        build.next("step_started").unwrap();
        build.send(Signal::SIGINT);
        let is_told = build.next("stopping").is_some_and(|event| event["running"] == 1);
        build.send(Signal::SIGINT);
        let is_ended = is_told && build.next("build_finished").is_none();
        assert_eq!(build.code(), Some(130));
        is_finished_by_the_next_build(&project);
        is_ended
    });
    assert!(was_ended);
}

#[test]
fn commands_that_run_no_step_end_at_the_first_interrupt() {
    let project = slow();
    let lock = project.path(".layercake/lock");
    std::fs::create_dir(project.path(".layercake")).unwrap();
    let locked = RealDisk.lock(&lock).unwrap().unwrap();
    let mut clean = Running::start(&project, &["clean"]);
    assert!(clean.line_of_stderr().starts_with("waiting for"));
    clean.send(Signal::SIGINT);
    assert_eq!(clean.code(), None, "the signal itself ends it");
    drop(locked);
}

#[test]
fn a_build_that_waits_says_for_whom_and_then_builds() {
    let project = slow();
    std::fs::create_dir(project.path(".layercake")).unwrap();
    let locked = RealDisk.lock(&project.path(".layercake/lock")).unwrap().unwrap();
    let mut build = Running::start(&project, &["build", "out/0.dot"]);
    let id = std::process::id();
    let expected = format!("waiting for another layercake (process {id}) to end its build\n");
    assert_eq!(build.line_of_stderr(), expected);
    assert!(project.bytes("out/0.dot").is_none(), "it waits");
    locked.lock.give_back().unwrap();
    assert_eq!(build.code(), Some(0));
    assert!(project.bytes("out/0.dot").is_some());
}

#[test]
fn a_build_that_waits_can_be_interrupted() {
    let project = slow();
    std::fs::create_dir(project.path(".layercake")).unwrap();
    let locked = RealDisk.lock(&project.path(".layercake/lock")).unwrap().unwrap();
    let mut build = Running::start(&project, &["build", "--json"]);
    assert_eq!(build.next("waiting").unwrap()["process"], std::process::id());
    build.send(Signal::SIGINT);
    assert_eq!(build.code(), Some(130));
    drop(locked);
}

#[test]
fn two_builds_at_once_both_succeed() {
    let project = slow();
    let mut first = Running::start(&project, &["build", "--json", "--jobs", "1"]);
    first.next("step_started").unwrap();
    let mut second = Running::start(&project, &["build", "--json"]);
    assert_eq!(second.next("waiting").unwrap()["process"], first.id());
    assert_eq!(first.next("build_finished").unwrap()["summary"]["built"], 2 * SLOW);
    assert_eq!(second.next("build_finished").unwrap()["summary"]["reused"], 2 * SLOW);
    assert_eq!((first.code(), second.code()), (Some(0), Some(0)));
}

#[test]
fn a_build_that_is_killed_is_waited_for_no_longer() {
    let project = slow();
    let mut first = Running::start(&project, &["build", "--json", "--jobs", "1"]);
    first.next("step_started").unwrap();
    let mut second = Running::start(&project, &["build", "--json"]);
    assert_eq!(second.next("waiting").unwrap()["process"], first.id());
    first.send(Signal::SIGKILL);
    assert_eq!(second.next("build_finished").unwrap()["summary"]["failed"], 0);
    assert_eq!(second.code(), Some(0));
    is_finished_by_the_next_build(&project);
}
