//! Files that are none, and names that nobody expects.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;

use super::{text, tool};
use crate::crashes::{Journey, finish, start};
use crate::support::{INPUTS, OUTPUTS, Project, needs, showcase};

/// Puts something where a file should be, or says that it cannot.
type Put = fn(&Project, &str) -> bool;

/// What may stand where a file should be.
const STRANGE: [(&str, Put); 9] = [
    ("a pipe", |project, path| tool(&["mkfifo", text(&project.path(path))])),
    ("a socket", |project, path| UnixListener::bind(project.path(path)).is_ok()),
    ("a device", |project, path| tool(&["mknod", text(&project.path(path)), "c", "1", "5"])),
    ("a folder", |project, path| fs::create_dir(project.path(path)).is_ok()),
    ("a link that leads nowhere", |project, path| symlink("nowhere", project.path(path)).is_ok()),
    ("a link to itself", |project, path| {
        let full = project.path(path);
        symlink(full.file_name().unwrap(), &full).is_ok()
    }),
    ("a link to a device", |project, path| symlink("/dev/zero", project.path(path)).is_ok()),
    ("a link out of the project", |project, path| {
        symlink("/etc/hostname", project.path(path)).is_ok()
    }),
    ("a link to a folder", |project, path| {
        symlink(project.path("data"), project.path(path)).is_ok()
    }),
];

#[test]
fn what_is_no_file_is_an_error_in_bounded_time_and_harms_nothing() {
    if !needs(&["mkfifo", "mknod"]) {
        return;
    }
    let mut journey = Journey::start(showcase());
    journey.assert_sound("before");
    let plans = ["layercake.yaml", "parts/plan.yaml"];
    for path in INPUTS.iter().chain(&OUTPUTS).chain(&plans) {
        // The program looks at paths alone, so that one output and one input of each sort will do.
        let some =
            if ["extra.csv", "out/all.json", "templates/row.tera"].contains(path) { 1 } else { 3 };
        for (what, put) in STRANGE.iter().step_by(some) {
            journey.go_on();
            let bytes = journey.project.bytes(path).unwrap();
            journey.project.remove(path);
            let when = format!("`{path}` is {what}");
            if put(&journey.project, path) {
                let output = finish(start(&journey.project, &[], &["--quiet", "-k"]), &when);
                let code = output.status.code();
                let complaint = String::from_utf8_lossy(&output.stderr);
                assert!(code.is_some_and(|code| code <= 2), "{when}: {code:?} {complaint}");
                assert!(code == Some(0) || complaint.contains("error"), "{when}: {complaint}");
                let there = journey.project.path(path);
                if there.is_dir() && !there.is_symlink() {
                    fs::remove_dir(&there).unwrap();
                } else {
                    fs::remove_file(&there).unwrap();
                }
            }
            journey.project.write(path, bytes);
            let output = journey.project.run(&["build", "--quiet"]);
            assert_eq!(output.status.code(), Some(0), "{when}: {output:?}");
            journey.assert_right(&when);
        }
    }
}

#[test]
fn a_link_never_leads_a_write_out_of_the_project() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("all.json"), "precious").unwrap();
    let project = showcase();
    symlink(outside.path(), project.path("out")).unwrap();
    let output = project.run(&["build", "--keep-going", "--quiet"]);
    assert_eq!(output.status.code(), Some(1));
    let there: Vec<_> = fs::read_dir(outside.path()).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(there, [outside.path().join("all.json")]);
    assert_eq!(fs::read_to_string(&there[0]).unwrap(), "precious");
    fs::remove_file(project.path("out")).unwrap();
    symlink(outside.path().join("all.json"), project.path("extra.csv.link")).unwrap();
    project.run_build(&[]);
    project.assert_as_clean(&OUTPUTS, "without the link");
}

#[test]
fn names_that_nobody_expects_are_read_or_refused() {
    let names: [&[u8]; 9] = [
        b"-x.nodes.csv",
        b"a b.nodes.csv",
        b"line\nbreak.nodes.csv",
        b"'quo\"ted.nodes.csv",
        b"{brace}.nodes.csv",
        b"[a-z]*.nodes.csv",
        b"back\\slash.nodes.csv",
        "\u{202e}reversed\u{e9}.nodes.csv".as_bytes(),
        b"\xff\xfe.nodes.csv",
    ];
    for name in names {
        let project = showcase();
        project.run_build(&[]);
        let path = project.path("data").join(OsStr::from_bytes(name));
        fs::write(&path, "id,label\nnew,New\n").unwrap();
        let when = String::from_utf8_lossy(name);
        let output = project.run(&["build", "--quiet"]);
        let code = output.status.code();
        assert!(matches!(code, Some(0..=2)), "{when:?}: {output:?}");
        let is_read = project.text("out/all.json").contains("New");
        // A name that is no text is like none.
        assert_eq!(is_read, code == Some(0) && std::str::from_utf8(name).is_ok(), "{when:?}");
        fs::remove_file(path).unwrap();
        project.run_build(&[]);
        project.assert_as_clean(&OUTPUTS, &when);
    }
}

#[test]
fn outputs_that_a_plan_must_not_write_are_refused_and_nothing_runs() {
    let refused = [
        "'../../etc/x.json'",
        "/etc/x.json",
        "out/../../x.json",
        "\"out/a\\0b.json\"",
        ".git/hooks/post-checkout",
        ".git/config",
        ".layercake/x.json",
        "layercake.yaml",
        "extra.csv",
        "''",
        ".",
        "out/",
    ];
    for path in refused {
        let project = showcase();
        project.edit(
            "layercake.yaml",
            "export:\n",
            &format!("export:\n  {path}: {{ from: all, format: json }}\n"),
        );
        let before = project.stamps();
        let output = project.run(&["build"]);
        assert_eq!(output.status.code(), Some(2), "{path}: {output:?}");
        assert_eq!(project.stamps(), before, "{path}");
    }
}

#[test]
fn plans_that_are_meant_to_harm_end_in_an_error_in_bounded_time() {
    let nest = |open: &str, close: &str, count: usize| open.repeat(count) + &close.repeat(count);
    let mut laughs = format!("a0: &a0 [{}]\n", ["\"lol\""; 9].join(","));
    for at in 1..9 {
        laughs += &format!("a{at}: &a{at} [{}]\n", vec![format!("*a{}", at - 1); 9].join(","));
    }
    let quadratic =
        format!("a: &a \"{}\"\nb: [{}]\n", "x".repeat(100_000), ["*a"; 20_000].join(","));
    let deep: String = (0..3_000).map(|at| " ".repeat(at) + "a:\n").collect();
    let variables: String =
        (1..40).map(|at| format!("  v{at}: '${{v{0}}}${{v{0}}}'\n", at - 1)).collect();
    let plans = [
        ("laughs", laughs.clone()),
        ("laughs that nobody reads", laughs.replace("a0:", "x-a0:").replace("\na", "\nx-a")),
        ("quadratic", quadratic),
        ("deep flow", nest("[", "]", 100_000)),
        ("deep block", deep),
        ("a circle of aliases", "a: &a\n  b: *a\n".to_owned()),
        ("a key given twice", "version: 1\nversion: 1\n".to_owned()),
        ("a tab", "import:\n\tb: 1\n".to_owned()),
        ("two documents", "version: 1\n---\nversion: 1\n".to_owned()),
        ("NUL", "version: \"1\0\"\n".to_owned()),
        (
            "doubling variables",
            format!("vars:\n  v0: 'xxxxxxxxxx'\n{variables}meta: {{ name: '${{v39}}' }}\n"),
        ),
        ("a circle of variables", "vars: { a: '${b}', b: '${a}' }\n".to_owned()),
        ("a plan that includes itself", "include: { again: layercake.yaml }\n".to_owned()),
        ("no YAML", "\u{1}\u{2}%%%\n@`".to_owned()),
        ("no text", "\u{fffd}".repeat(1_000)),
    ];
    for (what, plan) in plans {
        let project = Project::of(&[("layercake.yaml", &plan)]);
        // A gigabyte of addresses, and a minute.
        let limited = "ulimit -v 1000000; exec \"$0\" \"$@\"";
        let output = finish(start(&project, &["sh", "-c", limited], &["--quiet"]), what);
        let complaint = String::from_utf8_lossy(&output.stderr);
        let is_fine = matches!(output.status.code(), Some(0 | 2));
        assert!(
            is_fine,
            "{what}: {:?} {}",
            output.status,
            complaint.chars().take(500).collect::<String>()
        );
        assert!(complaint.len() < 100_000, "{what}: it says too much");
    }
}
