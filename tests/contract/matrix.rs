//! One row for each thing that may happen between two builds, and what runs because of it.
//!
//! `cargo test matrix -- --nocapture` prints the table.

use std::fs::{self, File, FileTimes};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use layercake::engine::{Outcome, Request};

use crate::support::{Build, Fault, FaultyDisk, Project, files_below};

/// The chain: `b` drops the node that only `a` has, `c` draws the rest.
const CHAIN: [&str; 3] = ["a", "b", "c.dot"];

struct Row {
    name: &'static str,
    edit: fn(&Project),
    /// The steps that run, of `a`, `b` and `c.dot`.
    runs: &'static str,
    /// Whether the output is put back from the store.
    is_restored: bool,
}

const fn row(name: &'static str, edit: fn(&Project), runs: &'static str) -> Row {
    Row { name, edit, runs, is_restored: false }
}

const fn restored(name: &'static str, edit: fn(&Project)) -> Row {
    Row { name, edit, runs: "", is_restored: true }
}

const ROWS: [Row; 18] = [
    row("nothing", |_| {}, ""),
    row("touch", |project| set_time(project, SystemTime::now()), ""),
    row("edit", |project| project.edit("nodes.csv", "One", "First"), "abc"),
    row(
        "edit, same size and time",
        |project| {
            let time = fs::metadata(project.path("nodes.csv")).unwrap().modified().unwrap();
            project.edit("nodes.csv", "One", "Une");
            set_time(project, time);
        },
        "abc",
    ),
    row(
        "edit, older time",
        |project| {
            project.edit("nodes.csv", "One", "Une");
            set_time(project, SystemTime::UNIX_EPOCH + Duration::from_secs(9));
        },
        "abc",
    ),
    row(
        "8 quick edits, same size",
        |project| {
            for label in ["1ne", "2ne", "3ne", "4ne", "5ne", "6ne", "7ne"] {
                project
                    .write("nodes.csv", format!("id,label\none,{label}\ntwo,Two\nalone,Alone\n"));
                project.build().succeeded();
            }
            project.write("nodes.csv", "id,label\none,8ne\ntwo,Two\nalone,Alone\n");
        },
        "abc",
    ),
    row("edit that `a` hides", |project| project.edit("nodes.csv", "Two\n", "Two\n\n"), "a"),
    row("edit that `b` hides", |project| project.edit("nodes.csv", "Alone", "Lonely"), "ab"),
    restored("output deleted", |project| project.remove("c.dot")),
    restored("output edited", |project| project.write("c.dot", "by hand")),
    row(
        "option changed",
        |project| project.edit("layercake.yaml", "from: b", "from: b, theme: dark"),
        "c",
    ),
    row("plan reformatted", |project| project.edit("layercake.yaml", "\n", "\n\n# A note.\n"), ""),
    restored("A, B, A", |project| {
        project.edit("nodes.csv", "One", "First");
        project.build().succeeded();
        project.edit("nodes.csv", "First", "One");
    }),
    row(
        "killed inside `b`",
        |project| {
            project.edit("nodes.csv", "One", "First");
            let disk = FaultyDisk::new(Fault::Kill(12));
            project.build_on(Arc::new(disk), &Request::default());
        },
        "*",
    ),
    row(
        "failed, then mended",
        |project| {
            let text = project.text("nodes.csv");
            project.edit("nodes.csv", "two", "one");
            assert!(!project.build().is_success());
            project.write("nodes.csv", text);
        },
        "",
    ),
    row("store removed", |project| fs::remove_dir_all(project.path(".layercake")).unwrap(), "abc"),
    row(
        "every file of the store cut by 3 bytes",
        |project| {
            damage(project, |bytes| {
                bytes.truncate(bytes.len().saturating_sub(3));
            })
        },
        "*",
    ),
    row(
        "4 bytes garbled in every file of the store",
        |project| {
            damage(project, |bytes| {
                let at = bytes.len() / 2;
                bytes.iter_mut().skip(at).take(4).for_each(|byte| *byte ^= 0x55);
            })
        },
        "*",
    ),
];

fn set_time(project: &Project, time: SystemTime) {
    let file = File::options().append(true).open(project.path("nodes.csv")).unwrap();
    file.set_times(FileTimes::new().set_modified(time)).unwrap();
}

fn damage(project: &Project, damage: fn(&mut Vec<u8>)) {
    for (path, mut bytes) in files_below(&project.path(".layercake")) {
        damage(&mut bytes);
        project.write(&format!(".layercake/{path}"), bytes);
    }
}

fn runs(build: &Build) -> String {
    let built = build.built();
    CHAIN.iter().filter(|step| built.contains(step)).map(|step| &step[..1]).collect()
}

#[test]
fn the_matrix_of_edits_has_every_row_right() {
    let mut table = format!("{:<44} runs  output\n", "between two builds");
    let mut wrong = Vec::new();
    for Row { name, edit, runs: expected, is_restored } in &ROWS {
        let project = Project::of(&[
            (
                "layercake.yaml",
                "import: { a: { nodes: nodes.csv, edges: edges.csv } }\n\
                 transform: { b: { from: a, ops: [drop_unconnected] } }\n\
                 export: { c.dot: { from: b } }\n",
            ),
            ("nodes.csv", "id,label\none,One\ntwo,Two\nalone,Alone\n"),
            ("edges.csv", "source,target\none,two\n"),
        ]);
        assert_eq!(runs(&project.run_build(&[])), "abc");
        edit(&project);
        let build = project.run_build(&[]);
        let runs = runs(&build);
        let is_back = !build.ended(Outcome::Restored).is_empty();
        table += &format!("{name:<44} {runs:<4}  {}\n", if is_back { "restored" } else { "" });
        // What a fault costs is the store's own affair; the output is right in any case.
        if *expected != "*" && (runs != *expected || is_back != *is_restored) {
            wrong.push(format!("{name}: runs {runs:?}, not {expected:?}"));
        }
        project.assert_as_clean(&["c.dot"], name);
        assert_eq!(project.run_build(&[]).built(), [""; 0], "{name}: the build after");
    }
    println!("{table}");
    assert!(wrong.is_empty(), "{}\n{table}", wrong.join("\n"));
}

#[test]
fn the_matrix_of_two_at_once_runs_each_step_once() {
    let project = Project::of(&[
        ("layercake.yaml", "import: { a: { nodes: nodes.csv } }\nexport: { c.dot: { from: a } }\n"),
        ("nodes.csv", "id\none\n"),
    ]);
    let start = || {
        let mut command = project.command(&[], &["build", "--json", "--verbose"]);
        command.stdout(Stdio::piped()).spawn().unwrap()
    };
    let builds = [start(), start()].map(|child| child.wait_with_output().unwrap());
    assert!(builds.iter().all(|output| output.status.code() == Some(0)));
    let ran: usize = builds.iter().map(|output| Build::told_by(output).built().len()).sum();
    assert_eq!(ran, 2);
}
