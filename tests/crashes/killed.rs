//! Builds that get a signal at any moment.

use std::time::{Duration, Instant};

use layercake::store::FOLDER;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{Journey, finish, start};
use crate::support::{Random, rounds, showcase};

/// Builds again and again, with a signal at a random moment of each.
fn check(signal: Signal, jobs: &str, is_first: bool, rounds: usize) {
    let mut journey = Journey::start(showcase());
    let mut random = Random::new(jobs.len() as u64 + 2 * u64::from(is_first) + 7);
    let arguments = ["--quiet", "--jobs", jobs];
    let mut usual = Duration::MAX;
    let mut landed = 0;
    for round in 0..rounds {
        if is_first {
            journey.begin_anew();
        } else {
            journey.go_on();
        }
        if round < 3 {
            let started = Instant::now();
            finish(start(&journey.project, &[], &arguments), "a build to measure");
            usual = usual.min(started.elapsed());
            continue;
        }
        // Now and then the build that recovers is ended as well.
        let times = if random.below(4) == 0 { 2 } else { 1 };
        for _ in 0..times {
            let delay = random.below(usual.as_micros() as usize) as u64;
            let child = start(&journey.project, &[], &arguments);
            std::thread::sleep(Duration::from_micros(delay));
            // It may have ended by itself.
            let _ = kill(Pid::from_raw(child.id() as i32), signal);
            let output = finish(child, "a build that got a signal");
            let code = output.status.code();
            landed += usize::from(code != Some(0));
            let is_fine = match signal {
                Signal::SIGKILL => matches!(code, None | Some(0)),
                // Before it listens to signals, it ends by them as any program does.
                _ => matches!(code, None | Some(0 | 130)),
            };
            let complaint = String::from_utf8_lossy(&output.stderr);
            assert!(is_fine, "round {round}: {code:?}: {complaint}");
            journey.assert_whole(&format!("round {round}, after {delay} µs"));
            if code == Some(130) {
                assert_eq!(journey.project.temporary_files(), [""; 0], "round {round}");
            }
        }
        journey.assert_sound(&format!("round {round}, {signal}, --jobs {jobs}"));
    }
    let enough = if signal == Signal::SIGKILL { rounds / 8 } else { 1 };
    assert!(landed >= enough, "{landed} of {rounds} signals came in time");
}

#[test]
fn a_first_build_killed_at_any_moment_leaves_outputs_whole_and_the_next_build_right() {
    check(Signal::SIGKILL, "1", true, rounds(40, 600));
    check(Signal::SIGKILL, "4", true, rounds(40, 600));
}

#[test]
fn a_later_build_killed_at_any_moment_leaves_outputs_whole_and_the_next_build_right() {
    check(Signal::SIGKILL, "1", false, rounds(40, 600));
    check(Signal::SIGKILL, "4", false, rounds(40, 600));
}

#[test]
fn an_interrupted_build_ends_with_130_and_leaves_nothing_behind() {
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        check(signal, "1", true, rounds(8, 150));
        check(signal, "4", false, rounds(8, 150));
    }
}

#[test]
fn a_store_that_a_killed_clean_was_removing_is_gone_after_the_next_build() {
    let project = showcase();
    let gone = format!("{FOLDER}.77.layercake.tmp");
    project.write(&format!("{gone}/blobs/a"), "large");
    project.run_build(&[]).succeeded();
    assert!(!project.path(&gone).exists());
}
