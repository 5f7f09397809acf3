//! Disks that are full: by bytes, and by files.

use std::fs;

use super::{text, tmpfs, tool, with_own_mounts};
use crate::crashes::Journey;
use crate::support::{Project, needs, showcase_in};

/// Builds, where there may be no room, and says whether there was.
fn fits(journey: &Journey, when: &str) -> bool {
    let output = journey.project.run(&["build", "--quiet", "--keep-going"]);
    let complaint = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 1)), "{when}: {code:?} {complaint}");
    journey.assert_whole(when);
    assert_eq!(journey.project.temporary_files(), [""; 0], "{when}: {complaint}");
    if code == Some(0) {
        journey.assert_right(when);
    } else {
        assert!(complaint.contains("No space left"), "{when}: {complaint}");
    }
    code == Some(0)
}

/// Makes room step by step, until a build succeeds, and checks that each one before harmed nothing.
fn check(room: fn(usize) -> String) {
    if !needs(&["mount"]) {
        return;
    }
    with_own_mounts(move |folder| {
        let Some(place) = tmpfs(folder, "small", "size=10m") else { return };
        for is_first in [true, false] {
            let mut fitted = false;
            for more in 0..40 {
                let mut journey = Journey::start(showcase_in(&place));
                if !is_first {
                    journey.project.run_build(&[]);
                    journey.go_on();
                }
                let when = format!("first: {is_first}, room for {more} more");
                let remount = format!("remount,{}", room(used(&journey.project) + more));
                assert!(tool(&["mount", "-o", &remount, text(&place)]));
                fitted = fits(&journey, &when);
                assert!(tool(&["mount", "-o", "remount,size=10m,nr_inodes=10000", text(&place)]));
                journey.assert_sound(&when);
                if fitted {
                    break;
                }
            }
            assert!(fitted, "it never fits");
        }
    });
}

/// Returns how many files and folders there are, each of which takes a page as well.
fn used(project: &Project) -> usize {
    project.stamps().len()
}

#[test]
fn a_disk_that_is_full_of_bytes_is_said_clearly_and_harms_nothing() {
    check(|pages| format!("size={}k", 4 * pages));
}

#[test]
fn a_disk_that_is_full_of_files_is_said_clearly_and_harms_nothing() {
    check(|files| format!("nr_inodes={}", files + 1));
}

#[test]
fn a_disk_that_is_full_when_bytes_are_to_be_flushed_harms_nothing() {
    if !needs(&["mount", "mkfs.ext4"]) {
        return;
    }
    with_own_mounts(|folder| {
        // The image has holes, which the disk below it has no room to fill.
        let Some(below) = tmpfs(folder, "below", "size=12m") else { return };
        let make = ["mkfs.ext4", "-q", "-F", "-E", "nodiscard", "-m", "0"];
        let Some(place) = super::image(&below, "disk", &make, "loop") else { return };
        let mut journey = Journey::start(showcase_in(&place));
        journey.project.run_build(&[]);
        fs::write(below.join("rest"), vec![0; 16 << 20]).unwrap_err();
        for _ in 0..3 {
            // A file system that could not write may have come to be read-only by itself.
            if fs::write(place.join("probe"), "").is_err() {
                break;
            }
            journey.go_on();
            let output = journey.project.run(&["build", "--quiet", "--keep-going"]);
            assert!(output.status.code().is_some_and(|code| code < 2), "{output:?}");
            journey.assert_whole("a flush that fails");
        }
    });
}
