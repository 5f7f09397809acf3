//! `through`: programs of the user's own, harmless and hostile.

use std::os::unix::fs::PermissionsExt;
use std::process::{Output, Stdio};
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::support::Project;

/// A project with an export that goes through `words`, and `script` as the program `fix`.
fn project(words: &str, script: &str) -> Project {
    let plan = format!(
        "import: {{ g: {{ nodes: n.csv }} }}\n\
         export: {{ out.txt: {{ from: g, format: csv_nodes, through: {words} }} }}\n"
    );
    let project = Project::of(&[("layercake.yaml", &plan), ("n.csv", "id\nb\na\n")]);
    program(&project, "fix", script);
    project
}

/// Writes a program for the shell.
fn program(project: &Project, path: &str, script: &str) {
    project.write(path, format!("#!/bin/sh\n{script}\n"));
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(project.path(path), mode).unwrap();
}

/// Builds with permission, and returns how that ended and what was printed.
fn build(project: &Project, arguments: &[&str]) -> (Option<i32>, String) {
    told(&project.run(&[&["build", "--allow-run"], arguments].concat()))
}

fn told(output: &Output) -> (Option<i32>, String) {
    let printed = [output.stdout.as_slice(), &output.stderr].concat();
    (output.status.code(), String::from_utf8(printed).unwrap())
}

/// Checks that a build fails with these words, and leaves no output.
#[track_caller]
fn fails(project: &Project, words: &[&str]) -> String {
    let (code, told) = build(project, &[]);
    assert_eq!(code, Some(1), "{told}");
    for word in words {
        assert!(told.contains(word), "`{word}` is not in:\n{told}");
    }
    assert_eq!(project.bytes("out.txt"), None);
    told
}

#[test]
fn without_permission_no_program_runs() {
    let project = project("[./fix, x]", "echo ran > ran");
    let (code, told) = told(&project.run(&["build"]));
    assert_eq!(code, Some(1));
    for word in ["error[not-allowed]", "layercake.yaml:2", "--allow-run", "config.yaml"] {
        assert!(told.contains(word), "{told}");
    }
    assert!(project.bytes("ran").is_none() && project.bytes("out.txt").is_none());
}

#[test]
fn what_a_program_puts_out_is_the_output() {
    let project = project("[./fix, '1 2']", "echo \"$# $1\"; tail -n +2");
    assert_eq!(build(&project, &[]).0, Some(0));
    assert_eq!(project.text("out.txt"), "1 1 2\na,a,,false,,1,\nb,b,,false,,1,\n");
    // What is fresh needs no permission, as nothing runs.
    assert_eq!(project.run(&["build"]).status.code(), Some(0));
    project.remove("out.txt");
    assert_eq!(project.run(&["build"]).status.code(), Some(0));
    assert!(project.text("out.txt").starts_with("1 1 2\n"));
}

#[test]
fn another_program_or_argument_makes_another_output() {
    let project = project("[./fix, one]", "echo \"$1\"");
    let built = |expected: &str| {
        let (code, told) = build(&project, &["--verbose"]);
        assert_eq!((code, project.text("out.txt").as_str()), (Some(0), expected), "{told}");
        told.contains("built") && told.contains("out.txt")
    };
    assert!(built("one\n"));
    assert!(!build(&project, &[]).1.contains("built  "));
    program(&project, "fix", "echo \"$1!\"");
    assert!(built("one!\n"));
    project.edit("layercake.yaml", "one", "two");
    assert!(built("two!\n"));
    project.edit("n.csv", "a", "c");
    assert!(built("two!\n"));
}

#[test]
fn a_program_is_found_where_the_shell_finds_it() {
    let project = project("[shout]", "true");
    for folder in ["first", "second"] {
        project.write(&format!("{folder}/other"), "");
    }
    program(&project, "second/shout", "echo second");
    let path = format!(
        "relative:{}:{}:/usr/bin:/bin",
        project.path("first").display(),
        project.path("second").display()
    );
    let built = |expected: &str| {
        let mut command = project.command(&[], &["build", "--allow-run"]);
        let (code, told) = told(&command.env("PATH", &path).output().unwrap());
        assert_eq!((code, project.text("out.txt").as_str()), (Some(0), expected), "{told}");
    };
    built("second\n");
    built("second\n");
    program(&project, "first/shout", "echo first");
    built("first\n");
    project.remove("first/shout");
    built("second\n");
    program(&project, "second/shout", "echo third");
    built("third\n");
}

#[test]
fn a_user_allows_programs_by_name() {
    let project = project("[shout]", "true");
    let elsewhere = Project::of(&[]);
    program(&elsewhere, "bin/shout", "echo allowed");
    let path = format!("{}:/usr/bin:/bin", elsewhere.path("bin").display());
    let run = |config: &str| {
        project.write("home/layercake/config.yaml", config);
        let mut command = project.command(&[], &["build"]);
        let command = command.env("PATH", &path).env("XDG_CONFIG_HOME", project.path("home"));
        told(&command.output().unwrap())
    };
    let (code, told) = run("allow_run: [other]");
    assert!(code == Some(1) && told.contains("not-allowed"), "{told}");
    let (code, told) = run("allow_runs: [shout]");
    assert!(code == Some(2) && told.contains("did you mean `allow_run`?"), "{told}");
    assert_eq!(run("allow_run: [shout]\n").0, Some(0));
    assert_eq!(project.text("out.txt"), "allowed\n");
    // A program that comes with the project is not the one that the user knows.
    program(&project, "bin/shout", "echo no");
    project.edit("layercake.yaml", "[shout]", "[bin/shout]");
    let (code, told) = run("allow_run: [shout]\n");
    assert!(code == Some(1) && told.contains("not-allowed"), "{told}");
    assert_eq!(run("allow_run: true").0, Some(0));
}

#[test]
fn a_program_of_the_project_is_not_allowed_by_its_name() {
    let project = project("[shout]", "true");
    let elsewhere = Project::of(&[("n.csv", "")]);
    program(&project, "bin/shout", "echo hostile");
    std::os::unix::fs::symlink(project.path("bin"), elsewhere.path("bin")).unwrap();
    std::os::unix::fs::symlink(project.path("bin/shout"), elsewhere.path("shout")).unwrap();
    let file = project.path("bin/shout").canonicalize().unwrap();
    let folders = [project.path("bin"), elsewhere.path("bin"), elsewhere.path("")];
    for (at, folder) in folders.iter().enumerate() {
        let run = |known: &str| {
            project.write("home/layercake/config.yaml", format!("allow_run: [{known}]"));
            let mut command = project.command(&[], &["build"]);
            command.env("PATH", format!("{}:/usr/bin:/bin", folder.display()));
            told(&command.env("XDG_CONFIG_HOME", project.path("home")).output().unwrap())
        };
        let (code, told) = run("shout");
        assert!(code == Some(1) && told.contains("error[not-allowed]"), "{at}: {told}");
        assert_eq!(project.bytes("out.txt"), None);
        let (_, help) = told.split_once("`allow_run: [").unwrap();
        let (path, _) = help.split_once(']').unwrap();
        assert_eq!(std::fs::canonicalize(path).unwrap(), file);
        assert_eq!(run(path).0, Some(0));
        project.remove("out.txt");
        std::fs::remove_dir_all(project.path(".layercake")).unwrap();
    }
}

#[test]
fn a_program_of_the_project_is_allowed_by_its_absolute_path() {
    let project = project("[./fix]", "echo allowed");
    let run = |known: &str| {
        project.write("home/layercake/config.yaml", format!("allow_run: [{known}]"));
        let mut command = project.command(&[], &["build"]);
        told(&command.env("XDG_CONFIG_HOME", project.path("home")).output().unwrap())
    };
    let (code, told) = run("./fix");
    let file = project.path("fix").canonicalize().unwrap();
    let help = format!("`allow_run: [{}]`", file.display());
    assert!(code == Some(1) && told.contains(&help), "{told}");
    assert_eq!(run(file.to_str().unwrap()).0, Some(0));
    assert_eq!(project.text("out.txt"), "allowed\n");
}

#[test]
fn programs_see_little_of_the_environment() {
    let project =
        project("[./fix]", "cat > /dev/null; env | sed 's/=.*//' | sort | tr '\\n' ' '; pwd");
    let mut command = project.command(&[], &["build", "--allow-run"]);
    let output = command.env("SECRET", "1").env("HOME", "/h").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let text = project.text("out.txt");
    let words: Vec<&str> = text.split_whitespace().collect();
    assert!(words.contains(&"HOME") && words.contains(&"LC_ALL"), "{text}");
    assert!(!text.contains("SECRET") && !text.contains("CARGO"), "{text}");
    let folder = project.path("").canonicalize().unwrap();
    assert_eq!(words.last().copied(), folder.to_str());
}

#[test]
fn a_program_that_is_not_there_is_named() {
    fails(
        &project("[no-such-program-here]", ""),
        &["there is no program `no-such-program-here`", "PATH"],
    );
    fails(&project("[./fixx]", ""), &["there is no file `fixx`", "did you mean `fix`?"]);
}

#[test]
fn a_file_that_is_no_program_cannot_be_run() {
    let project = project("[./n.csv]", "");
    fails(&project, &["`./n.csv` cannot be run", "layercake.yaml:2"]);
}

#[test]
fn what_a_failed_program_said_is_shown() {
    let script = "echo out; echo 'line one' >&2; printf 'two \\033[31mred\\n' >&2; exit 3";
    let told =
        fails(&project("[./fix]", script), &["`./fix` failed: exit status: 3", "= note: line one"]);
    assert!(told.contains("two  [31mred") && !told.contains('\u{1b}'), "{told:?}");
    let script = "i=0; while [ $i -lt 5000 ]; do echo \"line $i\" >&2; i=$((i+1)); done; exit 1";
    let told = fails(&project("[./fix]", script), &["line 4999"]);
    assert!(!told.contains("line 4900"), "{told}");
}

#[test]
fn a_program_that_puts_out_nothing_has_failed() {
    fails(&project("[./fix]", "cat > /dev/null; echo why >&2"), &["put out nothing", "why"]);
}

#[test]
fn a_program_need_not_read_what_it_gets() {
    let project = project("[./fix]", "exec <&-; sleep 0.1; echo done");
    let rows: String = (0..20_000).map(|at| format!("node-{at}\n")).collect();
    project.write("n.csv", format!("id\n{rows}"));
    assert_eq!(build(&project, &[]).0, Some(0));
    assert_eq!(project.text("out.txt"), "done\n");
}

#[test]
fn a_program_that_puts_out_without_end_is_ended() {
    fails(&project("[./fix]", "yes"), &["`./fix` put out too much", "256 MiB"]);
}

#[test]
fn a_program_that_hangs_is_ended_with_all_it_started() {
    let script = "sleep 300 & echo $! > child; echo waiting >&2; wait; echo never";
    let project = project("[./fix]", script);
    project.write("home/layercake/config.yaml", "run_seconds: 1");
    let mut command = project.command(&[], &["build", "--allow-run"]);
    let output = command.env("XDG_CONFIG_HOME", project.path("home")).output().unwrap();
    let (code, told) = told(&output);
    assert_eq!(code, Some(1));
    for word in ["longer than 1 s", "waiting", "run_seconds"] {
        assert!(told.contains(word), "{told}");
    }
    assert_ended(&project.text("child"));
}

#[test]
fn a_build_that_is_stopped_ends_its_programs() {
    let project = project("[./fix]", "sleep 300 & echo $! > child.new; mv child.new child; wait");
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let mut command = project.command(&[], &["build", "--allow-run"]);
        let build = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        while project.bytes("child").is_none() {
            std::thread::sleep(Duration::from_millis(5));
        }
        kill(Pid::from_raw(build.id() as i32), signal).unwrap();
        let (code, told) = told(&build.wait_with_output().unwrap());
        assert_eq!(code, Some(130), "{told}");
        assert!(told.contains("was ended, as the build was"), "{told}");
        assert_ended(&project.text("child"));
        project.remove("child");
    }
}

#[test]
fn a_second_interrupt_ends_the_programs_first() {
    let project = project("[./fix]", "echo $$ > child.new; mv child.new child; exec sleep 300");
    for _ in 0..5 {
        let mut command = project.command(&[], &["build", "--allow-run"]);
        let mut build = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while project.bytes("child").is_none() {
            std::thread::sleep(Duration::from_millis(5));
        }
        for _ in 0..2 {
            kill(Pid::from_raw(build.id() as i32), Signal::SIGINT).unwrap();
            std::thread::sleep(Duration::from_millis(1));
        }
        assert_eq!(build.wait().unwrap().code(), Some(130));
        assert_ended(&project.text("child"));
        project.remove("child");
    }
}

#[test]
fn what_a_program_started_ends_with_it() {
    for (script, code) in [
        ("sleep 300 > /dev/null 2>&1 & echo $! > child; echo done", 0),
        ("sleep 300 > /dev/null 2>&1 & echo $! > child; exit 3", 1),
        // One that keeps what it was to put out open does not hold up the failure.
        ("sleep 300 & echo $! > child; echo why >&2; exit 3", 1),
    ] {
        let project = project("[./fix]", script);
        let (ended, told) = build(&project, &[]);
        assert_eq!(ended, Some(code), "{script}: {told}");
        assert!(code == 0 || told.contains("exit status: 3"), "{script}: {told}");
        assert_ended(&project.text("child"));
    }
}

/// Waits until a process is gone, or is only waited for.
fn assert_ended(id: &str) {
    let id = id.trim();
    let is_there = || {
        let state = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        let is_alive = kill(Pid::from_raw(id.parse().unwrap()), None) != Err(Errno::ESRCH);
        is_alive && !state.contains(") Z ") && !state.is_empty()
    };
    for _ in 0..400 {
        if !is_there() {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("the process {id} is still there");
}
