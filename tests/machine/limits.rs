//! Processes that may have little of something.

use crate::crashes::Journey;
use crate::support::{needs, showcase};

/// Builds within limits of the shell, and checks that whatever comes of it harms nothing.
fn check(limits: &[&str], may_end_by_signal: bool) {
    let mut journey = Journey::start(showcase());
    for is_first in [true, false] {
        for limit in limits {
            if is_first {
                journey.begin_anew();
            } else {
                journey.go_on();
            }
            let limited = format!("ulimit {limit}; exec \"$0\" \"$@\"");
            let mut command = journey.project.command(&["sh", "-c", &limited], &["build", "-q"]);
            let output = command.output().unwrap();
            let code = output.status.code();
            let complaint = String::from_utf8_lossy(&output.stderr);
            let is_fine = code.map_or(may_end_by_signal, |code| code < 128 && code != 101);
            assert!(is_fine, "ulimit {limit}: {code:?} {complaint}");
            if code == Some(0) {
                journey.assert_right(limit);
            }
            journey.assert_sound(&format!("ulimit {limit}"));
        }
    }
}

#[test]
fn few_file_handles_harm_nothing() {
    check(&["-n 4", "-n 5", "-n 6", "-n 7", "-n 8", "-n 9", "-n 10", "-n 12", "-n 16"], false);
}

#[test]
fn small_files_alone_harm_nothing() {
    // The system ends whoever writes more.
    check(&["-f 0", "-f 1", "-f 2", "-f 4"], true);
}

#[test]
fn little_memory_harms_nothing() {
    // Rust ends a program that gets no memory.
    check(&["-v 30000", "-v 40000", "-v 60000", "-v 100000", "-v 200000"], true);
}

#[test]
fn a_small_stack_is_enough() {
    check(&["-s 128", "-s 512"], false);
}

#[test]
fn a_machine_that_reports_no_file_events_builds() {
    if !needs(&["unshare"]) {
        return;
    }
    let journey = Journey::start(showcase());
    let script = "echo 0 > /proc/sys/user/max_inotify_instances; exec \"$0\" \"$@\"";
    if !super::tool(&["unshare", "-Ur", "true"]) {
        return;
    }
    let through = ["unshare", "-Ur", "sh", "-c", script];
    let output = journey.project.command(&through, &["build", "-q"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    journey.assert_right("without file events");
}
