//! Builds that end, or that the system refuses something, at a given call of the system.
//!
//! `strace` counts calls by thread; with `--jobs 1` there are two that matter.

use std::collections::BTreeMap;

use super::{Journey, finish, start};
use crate::support::{Random, cannot, is_thorough, needs, showcase};

/// Calls that change something.
const CHANGES: [&str; 24] = [
    "openat",
    "write",
    "pwrite64",
    "writev",
    "fsync",
    "fdatasync",
    "syncfs",
    "sync_file_range",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "unlink",
    "unlinkat",
    "rmdir",
    "mkdir",
    "mkdirat",
    "ftruncate",
    "fallocate",
    "flock",
    "fchmod",
    "chmod",
    "copy_file_range",
];
/// Calls that a file system may refuse.
const REFUSED: [&str; 21] = [
    "openat",
    "read",
    "pread64",
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "syncfs",
    "rename",
    "renameat2",
    "linkat",
    "unlink",
    "unlinkat",
    "mkdir",
    "ftruncate",
    "flock",
    "statx",
    "newfstatat",
    "getdents64",
    "fchmod",
    "readlink",
];
const REASONS: [&str; 5] = ["EIO", "ENOSPC", "EACCES", "EDQUOT", "EINTR"];

/// Says whether programs can be traced here.
fn can_trace() -> bool {
    if !needs(&["strace"]) {
        return false;
    }
    let tried =
        std::process::Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).output();
    let can = tried.is_ok_and(|output| output.status.success());
    if !can {
        cannot("strace", "programs may not be traced");
    }
    can
}

/// Returns how often one thread of a build calls each of these.
fn calls(journey: &Journey, names: &[&str]) -> BTreeMap<String, usize> {
    let log = tempfile::NamedTempFile::new().unwrap();
    let trace = format!("trace=?{}", names.join(",?"));
    let through = ["strace", "-f", "-qq", "-e", &trace, "-o", log.path().to_str().unwrap()];
    let output = finish(start(&journey.project, &through, &["--quiet", "-j1"]), "a traced build");
    assert!(output.status.success(), "{output:?}");
    let mut counts = BTreeMap::<(String, String), usize>::new();
    for line in std::fs::read_to_string(log.path()).unwrap().lines() {
        let mut words = line.split_whitespace();
        let thread = words.next().unwrap_or_default().to_owned();
        if let Some((name, _)) = words.next().and_then(|call| call.split_once('(')) {
            *counts.entry((name.to_owned(), thread)).or_default() += 1;
        }
    }
    let mut most = BTreeMap::<String, usize>::new();
    for ((name, _), count) in counts {
        let most = most.entry(name).or_default();
        *most = count.max(*most);
    }
    most
}

/// Returns all of them, or some that are spread over all.
fn some<T>(all: Vec<T>, few: usize, seed: u64) -> Vec<T> {
    if is_thorough() || all.len() <= few {
        return all;
    }
    let mut random = Random::new(seed);
    let (count, mut at) = (all.len(), 0);
    let mut next = random.below(count / few + 1);
    let mut some = Vec::new();
    for item in all {
        if at == next {
            some.push(item);
            next = at + 1 + random.below(2 * count / few);
        }
        at += 1;
    }
    some
}

/// Goes to the next state, for a first build or a later one.
fn prepare(journey: &mut Journey, is_first: bool) {
    match is_first {
        true => journey.begin_anew(),
        false => journey.go_on(),
    }
}

fn inject(journey: &Journey, call: &str, fault: &str) -> std::process::Output {
    let trace = format!("trace={call}");
    let fault = format!("inject={call}:{fault}");
    let through = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &fault];
    finish(start(&journey.project, &through, &["--quiet", "-j1"]), &fault)
}

fn kill_at_each_call(is_first: bool) {
    if !can_trace() {
        return;
    }
    let mut journey = Journey::start(showcase());
    prepare(&mut journey, is_first);
    let calls = calls(&journey, &CHANGES);
    let points = calls.iter().flat_map(|(call, count)| (1..=*count).map(move |at| (call, at)));
    let mut killed = 0;
    let points = some(points.collect(), 40, 1);
    for (call, at) in &points {
        prepare(&mut journey, is_first);
        let output = inject(&journey, call, &format!("signal=KILL:when={at}"));
        killed += usize::from(output.status.code().is_none());
        journey.assert_sound(&format!("killed at {call} {at}"));
    }
    assert!(killed * 4 > points.len(), "{killed} of {} were killed", points.len());
}

#[test]
fn a_first_build_killed_at_each_call_leaves_outputs_whole_and_the_next_build_right() {
    kill_at_each_call(true);
}

#[test]
fn a_later_build_killed_at_each_call_leaves_outputs_whole_and_the_next_build_right() {
    kill_at_each_call(false);
}

fn refuse_each_call(is_first: bool) {
    if !can_trace() {
        return;
    }
    let mut journey = Journey::start(showcase());
    prepare(&mut journey, is_first);
    let calls = calls(&journey, &REFUSED);
    let mut points = Vec::new();
    for (call, count) in &calls {
        for reason in REASONS {
            for at in 1..=*count {
                points.push((call, reason, format!("{at}")));
                // Nobody is interrupted for ever.
                if reason != "EINTR" {
                    points.push((call, reason, format!("{at}+")));
                }
            }
        }
    }
    for (call, reason, at) in some(points, 60, 2) {
        prepare(&mut journey, is_first);
        let output = inject(&journey, call, &format!("error={reason}:when={at}"));
        let when = format!("{reason} at {call} {at}");
        let complaint = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code();
        assert!(code.is_some_and(|code| code < 128 && code != 101), "{when}: {code:?} {complaint}");
        if code == Some(0) {
            journey.assert_right(&when);
        }
        journey.assert_sound(&when);
    }
}

#[test]
fn a_first_build_refused_each_call_fails_clearly_or_succeeds_and_the_next_build_is_right() {
    refuse_each_call(true);
}

#[test]
fn a_later_build_refused_each_call_fails_clearly_or_succeeds_and_the_next_build_is_right() {
    refuse_each_call(false);
}
