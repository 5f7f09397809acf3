//! Commands whose output nobody reads, or that find nothing around them.

use std::process::{Command, Output};

use crate::support::{OUTPUTS, Project, showcase};

/// Runs a line of the shell, in which `$0` is the command.
fn shell(project: &Project, line: &str) -> Output {
    let mut command = Command::new("sh");
    command.args(["-c", line, env!("CARGO_BIN_EXE_layercake")]);
    command.current_dir(project.path("")).output().unwrap()
}

#[test]
fn streams_that_are_closed_or_full_stop_no_build() {
    let expected = showcase().clean_outputs(&OUTPUTS);
    for line in [
        "\"$0\" build >&-",
        "\"$0\" build 2>&-",
        "\"$0\" build >&- 2>&- <&-",
        "\"$0\" build >/dev/full",
        "\"$0\" build 2>/dev/full",
        "\"$0\" build --json >/dev/full",
        "\"$0\" build --json --verbose | head -n 1",
        "\"$0\" build --verbose | true",
        "\"$0\" plan | head -n 1; \"$0\" build",
        "\"$0\" plan >/dev/full; \"$0\" build",
        "\"$0\" schema | true; \"$0\" build",
        "\"$0\" --help >/dev/full; \"$0\" build",
        "\"$0\" build --explain --color always 2>&1 | true",
        "env -i \"$0\" build",
        "env -u HOME TERM=dumb LC_ALL=C COLUMNS=1 \"$0\" build --explain",
        "COLUMNS=0 \"$0\" build",
        "TMPDIR=/nowhere HOME=/nowhere \"$0\" build",
        "cd out 2>/dev/null || cd data; \"$0\" build",
        "umask 777; \"$0\" build; chmod -R u+rwX .",
        "umask 077; \"$0\" build",
    ] {
        let project = showcase();
        let output = shell(&project, &format!("({line}); echo \"code $?\" >&2"));
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(!complaint.contains("panicked"), "{line}: {complaint}");
        assert!(!complaint.contains("code 101"), "{line}: {complaint}");
        project.run_build(&[]);
        project.assert_outputs(&expected, line);
    }
}

#[test]
fn a_folder_that_is_removed_around_a_command_is_an_error() {
    let project = showcase();
    let line = "mkdir gone && cd gone && rmdir ../gone && \"$0\" build; echo \"code $?\" >&2";
    let complaint = String::from_utf8_lossy(&shell(&project, line).stderr).into_owned();
    assert!(complaint.contains("code 1") || complaint.contains("code 2"), "{complaint}");
    assert!(!complaint.contains("code 101"), "{complaint}");
}
