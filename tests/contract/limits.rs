//! Long chains, wide fans and many outputs need no more of the machine than short ones.

use std::fmt::Write as _;

use crate::support::{Build, Project, rounds};

/// A project with a plan that goes on and on.
fn project(plan: &str) -> Project {
    Project::of(&[("layercake.yaml", plan), ("nodes.csv", "id,label\na,A\n")])
}

/// Builds with little of something, then again.
#[track_caller]
fn check(project: &Project, limit: &str, steps: usize) {
    let limited = format!("ulimit {limit}; exec \"$0\" \"$@\"");
    for built in [steps, 0] {
        let output =
            project.command(&["sh", "-c", &limited], &["build", "--json"]).output().unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{complaint}");
        let summary = Build::told_by(&output).result.unwrap();
        assert_eq!(summary.built, built);
        assert_eq!(summary.reused, steps - built);
    }
}

#[test]
fn a_chain_of_many_steps_does_not_overflow_a_stack() {
    let count = rounds(3_000, 1_000_000);
    let mut plan = "import: { s0: { nodes: nodes.csv } }\ntransform:\n".to_owned();
    for at in 1..=count {
        writeln!(plan, "  s{at}: {{ from: s{} }}", at - 1).unwrap();
    }
    write!(plan, "export: {{ last.json: {{ from: s{count} }} }}").unwrap();
    check(&project(&plan), "-s 512", count + 2);
}

#[test]
fn a_fan_of_many_steps_does_not_overflow_a_stack() {
    let count = rounds(3_000, 1_000_000);
    let mut plan = "import: { s0: { nodes: nodes.csv } }\ntransform:\n".to_owned();
    let mut names = String::from("s0");
    for at in 1..=count {
        writeln!(plan, "  s{at}: {{ from: s0 }}").unwrap();
        write!(names, ", s{at}").unwrap();
    }
    write!(plan, "  all: {{ from: [{names}] }}\nexport: {{ last.json: {{ from: all }} }}").unwrap();
    check(&project(&plan), "-s 512", count + 3);
}

#[test]
fn many_outputs_do_not_exhaust_file_handles() {
    let count = rounds(500, 100_000);
    let mut plan = "import: { s0: { nodes: nodes.csv } }\nexport:\n".to_owned();
    for at in 1..=count {
        writeln!(plan, "  out/{}/{at}.json: {{ from: s0, title: '{at}' }}", at % 100).unwrap();
    }
    check(&project(&plan), "-n 32", count + 1);
}
