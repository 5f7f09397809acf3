//! Power that is cut during a build, or soon after it.
//!
//! The file system is told to forget what it has not written, as it does when the power is cut;
//! unlike a kill, that finds what was never made safe.

use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use super::{image, text, tool, with_own_mounts};
use crate::crashes::{Journey, finish, start};
use crate::support::{Project, is_thorough, needs, showcase};

/// How long after the start of a build the power is cut, in milliseconds. File systems write what
/// they put off after five seconds.
const MOMENTS: [u64; 10] = [5, 10, 15, 20, 30, 100, 300, 1_000, 3_000, 6_500];

/// Cuts the power at each moment, with the file system's own journal written before and not.
fn check(make: &'static [&'static str], options: &'static str) {
    let (send, wrong) = mpsc::channel();
    for flags in ["", "-f"] {
        cut(make, options, flags, send.clone());
    }
    drop(send);
    let wrong: Vec<String> = wrong.iter().collect();
    assert!(wrong.is_empty(), "{} were wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Cuts the power at each moment, and sends what was wrong.
fn cut(
    make: &'static [&'static str],
    options: &'static str,
    flags: &'static str,
    wrong: mpsc::Sender<String>,
) {
    if !needs(&["mount", "sync", "xfs_io", make[0]]) {
        return;
    }
    with_own_mounts(move |folder| {
        let Some(place) = image(folder, "disk", make, options) else { return };
        let file = folder.join("disk.img");
        let root = place.join("project");
        copy(&showcase(), &root);
        let mut journey = Journey::start(Project::at(&root));
        let some = MOMENTS.iter().filter(|moment| is_thorough() || **moment <= 100);
        for (moment, is_first) in some.flat_map(|moment| [(moment, true), (moment, false)]) {
            let when =
                format!("{} {options}, shutdown {flags}, {moment} ms, first: {is_first}", make[0]);
            if is_first {
                journey.begin_anew();
            } else {
                journey.go_on();
            }
            // What a person wrote is safe; what is at stake is what the build writes.
            assert!(tool(&["sync"]));
            let child = start(&journey.project, &[], &["--quiet"]);
            std::thread::sleep(Duration::from_millis(*moment));
            let shutdown = format!("shutdown {flags}");
            let is_cut = tool(&["xfs_io", "-x", "-c", shutdown.trim(), text(&place)]);
            let output = finish(child, &when);
            if !is_cut {
                return;
            }
            assert!(
                output.status.code().is_some_and(|code| code < 128 && code != 101),
                "{when}: {output:?}"
            );
            assert!(tool(&["umount", text(&place)]));
            assert!(tool(&["mount", "-o", options, text(&file), text(&place)]));
            let check = std::panic::AssertUnwindSafe(|| {
                journey.assert_whole(&when);
                journey.write_again();
                journey.assert_sound(&when);
            });
            if std::panic::catch_unwind(check).is_err() {
                wrong.send(when).unwrap();
                std::fs::remove_dir_all(&root).unwrap();
                copy(&showcase(), &root);
                journey.begin_anew();
                journey.assert_sound("made anew");
            }
        }
    });
}

fn copy(project: &Project, root: &Path) {
    for (path, bytes) in project.files() {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

#[test]
fn a_power_cut_on_ext4_leaves_outputs_whole_and_the_next_build_right() {
    check(&["mkfs.ext4", "-q", "-F"], "loop");
}

#[test]
fn a_power_cut_on_ext4_that_orders_nothing_leaves_outputs_whole_and_the_next_build_right() {
    check(&["mkfs.ext4", "-q", "-F"], "loop,noauto_da_alloc,data=writeback");
}

#[test]
fn a_power_cut_on_xfs_leaves_outputs_whole_and_the_next_build_right() {
    check(&["mkfs.xfs", "-q", "-f"], "loop");
}
