//! Disks that fail: whatever breaks and whenever, no output is torn, and the next build is right.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::sync::Arc;

use layercake::disk::Disk;
use layercake::engine::{Outcome, Request};

use crate::support::{Build, Fault, FaultyDisk, Project, rounds};

const OUTPUTS: [&str; 6] = [
    "out/graph.dot",
    "out/graph.json",
    "out/index.md",
    "graph.edges.csv",
    "each/a.md",
    "each/b.md",
];

/// Makes a project that reads, globs, includes, transforms and writes, also many files from one
/// export.
fn project() -> Project {
    Project::of(&[
        (
            "layercake.yaml",
            "import:\n  graph: { nodes: 'data/*.nodes.csv', edges: data/edges.csv }\n\
             transform:\n  short: { from: graph, ops: [labels: { max_length: 8 }] }\n\
             export:\n  out/graph.dot: { from: short }\n  out/graph.json: { from: graph }\n  \
             out/index.md: { from: graph, template: index.tera }\n  \
             graph.edges.csv: { from: graph }\n  \
             'each/{id}.md': { from: graph, for_each: nodes, template: each.tera }\n",
        ),
        ("data/a.nodes.csv", "id,label\na,The first node\nb,B\n"),
        ("data/edges.csv", "source,target\na,b\n"),
        ("index.tera", "{% include 'row.tera' %}\n"),
        ("row.tera", "{{ nodes | length }} nodes"),
        ("each.tera", "{{ item.label }}: {{ edges | length }} edges"),
    ])
}

/// Changes inputs, and what became of outputs: one is gone, one has been changed by hand.
fn change(project: &Project) {
    project.write("data/edges.csv", "source,target\na,b\nb,a\n");
    project.write("row.tera", "{{ nodes | length }} nodes!");
    project.remove("out/graph.dot");
    project.remove("each/a.md");
    project.write("graph.edges.csv", "by hand\n");
}

type Outputs = BTreeMap<&'static str, Option<Vec<u8>>>;

fn outputs(project: &Project) -> Outputs {
    OUTPUTS.into_iter().map(|path| (path, project.bytes(path))).collect()
}

/// One step at a time, so that the operations come in the same order every time.
fn build(project: &Project, disk: Arc<dyn Disk>) -> Build {
    project.build_on(disk, &Request { jobs: 1, keep_going: true, ..Request::default() })
}

/// Returns how many operations a build without faults does, and what it makes.
fn count(prepare: fn() -> Project) -> (usize, Outputs) {
    let disk = Arc::new(FaultyDisk::new(Fault::Never));
    let project = prepare();
    build(&project, disk.clone()).succeeded();
    (disk.count(), outputs(&project))
}

/// Builds with a fault, then without, and checks what must hold.
#[track_caller]
fn check(prepare: fn() -> Project, expected: &Outputs, fault: Fault) {
    let project = prepare();
    let before = outputs(&project);
    let built = build(&project, Arc::new(FaultyDisk::new(fault)));
    let after = outputs(&project);
    for path in OUTPUTS {
        let is_whole = after[path] == before[path] || after[path] == expected[path];
        assert!(is_whole, "{fault:?}: `{path}` is neither old nor new: {:?}", after[path]);
    }
    let bug = built.diagnostics().into_iter().find(|problem| problem.code == "internal");
    assert!(bug.is_none(), "{fault:?}: {bug:#?}");
    if built.is_success() {
        assert_eq!(&after, expected, "{fault:?}: it says that all is fresh");
    }
    if matches!(fault, Fault::Once(..)) {
        let files = project.files();
        let left = files.keys().find(|path| path.ends_with(".tmp"));
        assert_eq!(left, None, "{fault:?}: a temporary file is left");
    }
    let next = project.build();
    assert!(next.is_success(), "{fault:?}: the next build fails: {:#?}", next);
    assert_eq!(&outputs(&project), expected, "{fault:?}: after the next build");
    let again = project.build().succeeded();
    assert_eq!(again.built(), [""; 0], "{fault:?}: the build after the next builds again");
    assert_eq!(again.ended(Outcome::Restored), [""; 0], "{fault:?}");
}

/// Tries each operation, or one of a few.
fn check_all(prepare: fn() -> Project, fault: impl Fn(usize) -> Fault) {
    let (count, expected) = count(prepare);
    for at in (0..count).step_by(rounds(3, 1)) {
        check(prepare, &expected, fault(at));
    }
}

fn changed() -> Project {
    let project = project();
    project.build().succeeded();
    change(&project);
    project
}

#[test]
fn a_first_build_survives_any_one_failure() {
    check_all(project, |at| Fault::Once(at, ErrorKind::Other));
}

#[test]
fn a_first_build_survives_a_disk_that_dies() {
    check_all(project, |at| Fault::From(at, ErrorKind::Other));
}

#[test]
fn a_later_build_survives_any_one_failure() {
    check_all(changed, |at| Fault::Once(at, ErrorKind::Other));
}

#[test]
fn a_later_build_survives_a_disk_that_dies() {
    check_all(changed, |at| Fault::From(at, ErrorKind::Other));
}

#[test]
fn a_later_build_survives_a_full_disk() {
    check_all(changed, |at| Fault::Once(at, ErrorKind::StorageFull));
    check_all(changed, |at| Fault::From(at, ErrorKind::StorageFull));
}

#[test]
fn a_later_build_survives_a_refusal() {
    check_all(changed, |at| Fault::Once(at, ErrorKind::PermissionDenied));
    check_all(changed, |at| Fault::From(at, ErrorKind::PermissionDenied));
}

#[test]
fn a_build_killed_at_any_moment_harms_nothing() {
    check_all(project, Fault::Kill);
    check_all(changed, Fault::Kill);
}
