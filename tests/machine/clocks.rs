//! Clocks that are wrong, or set while nobody looks.

use std::fs::{self, File, FileTimes};
use std::time::{Duration, SystemTime};

use crate::crashes::{Journey, finish, start};
use crate::support::{INPUTS, OUTPUTS, STEPS, needs, showcase};

const CLOCKS: [&str; 5] = ["-2d", "+2d", "-40y", "+40y", "-1s x100"];

#[test]
fn a_changed_clock_runs_nothing() {
    if !needs(&["faketime"]) {
        return;
    }
    let project = showcase();
    project.run_build(&[]);
    for clock in CLOCKS {
        let through = ["faketime", "-f", clock];
        let output = project.command(&through, &["build", "--json", "--verbose"]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{clock}: {output:?}");
        let build = crate::support::Build::told_by(&output);
        assert_eq!(build.result.unwrap().reused, STEPS.len(), "{clock}");
    }
}

#[test]
fn an_edit_is_seen_whatever_the_clock_says() {
    if !needs(&["faketime"]) {
        return;
    }
    let mut journey = Journey::start(showcase());
    for clock in CLOCKS.iter().cycle().take(10) {
        journey.go_on();
        let through = ["faketime", "-f", clock];
        let output = finish(start(&journey.project, &through, &["--quiet"]), clock);
        assert_eq!(output.status.code(), Some(0), "{clock}: {output:?}");
        journey.assert_right(clock);
        journey.assert_sound(clock);
    }
}

#[test]
fn a_clock_that_is_set_back_during_a_build_harms_nothing() {
    if !needs(&["faketime"]) {
        return;
    }
    let mut journey = Journey::start(showcase());
    for delay in (0..20).map(|step| Duration::from_millis(step * 2)) {
        journey.go_on();
        let clock = journey.project.path("clock");
        fs::write(&clock, "+0\n").unwrap();
        let through = [
            "env",
            "FAKETIME_NO_CACHE=1",
            &format!("FAKETIME_TIMESTAMP_FILE={}", clock.display()),
            "faketime",
            "-f",
            "+0",
        ];
        let child = start(&journey.project, &through, &["--quiet"]);
        std::thread::sleep(delay);
        fs::write(&clock, "-2d\n").unwrap();
        let output = finish(child, "a clock that is set back");
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        fs::remove_file(clock).unwrap();
        journey.assert_sound(&format!("after {delay:?}"));
    }
}

#[test]
fn files_from_long_ago_or_times_to_come_are_built_once() {
    for seconds in [0, 1, 2_147_483_648, 4_102_444_800] {
        let project = showcase();
        let stamp = |paths: &[&str]| {
            for path in paths {
                let file = File::options().append(true).open(project.path(path)).unwrap();
                let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
                file.set_times(FileTimes::new().set_modified(time)).unwrap();
            }
        };
        stamp(&INPUTS);
        stamp(&["layercake.yaml"]);
        assert_eq!(project.run_build(&[]).built(), STEPS, "{seconds}");
        stamp(&OUTPUTS);
        for _ in 0..3 {
            assert_eq!(project.run_build(&[]).built(), [""; 0], "{seconds}");
        }
        project.assert_as_clean(&OUTPUTS, &format!("{seconds}"));
    }
}
