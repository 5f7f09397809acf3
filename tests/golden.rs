//! Every case, every ready-made plan and every example: builds, and gives what is expected.
//!
//! A case is a folder `tests/<importers|transforms|analyses|checks|exporters>/<kind>/<case>/` with a plan, its
//! inputs and `expected/`: the outputs; `stderr.txt`, what the command has to say, if anything;
//! `exit-code.txt`, how it ends, if not well. The viewer in pages is left out. `BLESS=1` writes
//! `expected/` anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use layercake::diagnostic::Diagnostics;
use layercake::disk::{Disk, RealDisk};
use layercake::engine::{self, Request};
use layercake::plan::{Plan, Work};
use layercake::registry;

use crate::support::{Project, check_file, files_below, repository};

#[path = "../examples/big/generate.rs"]
#[allow(dead_code, unfulfilled_lint_expectations, reason = "a program whose main is not run here")]
mod big;

/// The folders of cases, with the kinds that each needs a case for.
fn sections() -> [(&'static str, Vec<&'static str>); 5] {
    [
        ("importers", registry::importers().iter().map(|kind| kind.kind.name).collect()),
        ("transforms", registry::transforms().iter().map(|kind| kind.kind.name).collect()),
        ("analyses", registry::analyses().iter().map(|kind| kind.kind.name).collect()),
        ("checks", registry::rules().iter().map(|kind| kind.kind.name).collect()),
        ("exporters", registry::exporters().iter().map(|kind| kind.kind.name).collect()),
    ]
}

#[test]
fn every_case_gives_what_is_expected() {
    let mut wrong = Vec::new();
    for case in cases() {
        let problems = check_case(&case);
        let name = case.strip_prefix(repository("tests")).unwrap().display().to_string();
        wrong.extend(problems.into_iter().map(|problem| format!("{name}: {problem}")));
    }
    assert!(wrong.is_empty(), "{} problems\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_kind_has_a_case_that_uses_it() {
    for (section, kinds) in sections() {
        for kind in kinds {
            let folder = repository("tests").join(section).join(kind);
            let uses = |case: &PathBuf| uses(&plan_of(case), section, kind);
            let count = folders(&folder).iter().filter(|case| uses(case)).count();
            assert!(count > 0, "tests/{section}/{kind}/ has no case that uses `{kind}`");
        }
        let known: BTreeSet<_> = sections().into_iter().flat_map(|(_, kinds)| kinds).collect();
        for folder in folders(&repository("tests").join(section)) {
            let name = folder.file_name().unwrap().to_str().unwrap();
            assert!(known.contains(name), "tests/{section}/{name}: no kind has this name");
        }
    }
}

#[test]
fn every_ready_made_plan_and_example_builds_and_then_has_nothing_to_do() {
    for folder in folders(&repository("plans")).into_iter().chain(folders(&repository("examples")))
    {
        let is_made = |path: &str| path.starts_with("out/") || path.starts_with(".layercake/");
        let project = Project::copy_of(&folder, is_made);
        if folder.ends_with("examples/big") {
            big::generate(&project.path("data"), 200).unwrap();
        }
        let output = project.run(&["build"]);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{folder:?}: {complaint}");
        check_laws(&project, &folder).unwrap_or_else(|problem| panic!("{folder:?}: {problem}"));
    }
}

fn check_case(case: &Path) -> Vec<String> {
    let is_expected = |path: &str| path.starts_with("expected/");
    let project = Project::copy_of(case, is_expected);
    let inputs = project.files();
    // One at a time, so that messages keep their order.
    let output = project.run(&["build", "--quiet", "--keep-going", "--jobs", "1"]);
    let mut made = project.files();
    made.retain(|path, bytes| inputs.get(path) != Some(bytes));
    made.iter_mut().for_each(|(path, bytes)| leave_viewer_out(path, bytes));
    if !output.stderr.is_empty() {
        made.insert("stderr.txt".to_owned(), output.stderr);
    }
    let code = output.status.code().unwrap();
    if code != 0 {
        made.insert("exit-code.txt".to_owned(), format!("{code}\n").into_bytes());
    }
    let mut problems = compare(&case.join("expected"), &made);
    if code == 0 {
        problems.extend(check_laws(&project, case).err());
    }
    problems
}

/// Writes names for the parts of the viewer in a page, so that an edit of it shows once.
fn leave_viewer_out(path: &str, bytes: &mut Vec<u8>) {
    if !path.ends_with(".html") {
        return;
    }
    let mut text = String::from_utf8(std::mem::take(bytes)).unwrap();
    for (name, part) in files_below(&repository("src/render/viewer")) {
        if !name.ends_with(".rs") {
            let part = String::from_utf8(part).unwrap();
            text = text.replace(&part, &format!("[{name}]\n"));
        }
    }
    *bytes = text.into_bytes();
}

/// Compares the files of a folder with those that should be there.
pub fn compare(folder: &Path, made: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let there = if folder.is_dir() { files_below(folder) } else { BTreeMap::new() };
    let paths: BTreeSet<&String> = there.keys().chain(made.keys()).collect();
    let check = |path: &String| check_file(&folder.join(path), made.get(path).map(Vec::as_slice));
    paths.into_iter().filter_map(check).collect()
}

/// Checks what holds for every project that builds: `project` is built, a copy of `folder`.
fn check_laws(project: &Project, folder: &Path) -> Result<(), String> {
    let made = project.files();
    let outputs: BTreeSet<String> = plan_of(folder)
        .steps
        .into_iter()
        .filter(|step| step.work.is_export())
        .map(|step| step.name)
        .collect();
    let again = project.build();
    if !again.is_success() || again.reused().len() != again.result.as_ref().unwrap().reused {
        return Err(format!("a second build fails: {:?}", again.diagnostics()));
    }
    let ran = [again.built(), again.ended(engine::Outcome::Restored)].concat();
    if !ran.is_empty() {
        return Err(format!("a second build runs {ran:?}"));
    }
    for jobs in [1, 8] {
        let clean = Project::of(&[]);
        for (path, bytes) in &made {
            if !outputs.contains(path) {
                clean.write(path, bytes);
            }
        }
        let build = clean.build_with(&Request { jobs, ..Request::default() });
        if !build.is_success() {
            return Err(format!("with {jobs} jobs it fails: {:?}", build.diagnostics()));
        }
        let other = clean.files();
        if let Some(path) = made.keys().find(|path| other.get(*path) != made.get(*path)) {
            return Err(format!("with {jobs} jobs, elsewhere, `{path}` has other bytes"));
        }
        if other.len() != made.len() {
            return Err(format!("with {jobs} jobs there are other files: {:?}", other.keys()));
        }
    }
    Ok(())
}

/// Returns the folders of all cases.
pub fn cases() -> Vec<PathBuf> {
    let sections = sections().map(|(section, _)| repository("tests").join(section));
    sections.iter().flat_map(|section| folders(section)).flat_map(|kind| folders(&kind)).collect()
}

/// Returns the folders in a folder, by name.
pub fn folders(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let mut folders: Vec<PathBuf> = paths.collect();
    folders.sort();
    folders
}

/// Reads the plan in a folder, as far as it can be read.
pub fn plan_of(folder: &Path) -> Plan {
    let project = layercake::project::Project::find(folder, None, vec![], &RealDisk).unwrap();
    assert_eq!(project.folder, folder.canonicalize().unwrap(), "no plan in it");
    engine::read_dag(&project, &(Arc::new(RealDisk) as Arc<dyn Disk>), &mut Diagnostics::default())
        .plan
}

fn uses(plan: &Plan, section: &str, kind: &str) -> bool {
    plan.steps.iter().any(|step| match &step.work {
        Work::Import { kind: used, .. } => section == "importers" && used.kind.name == kind,
        Work::Export { kind: used, .. } => section == "exporters" && used.kind.name == kind,
        Work::Items { .. } => false,
        Work::Check { check } => {
            section == "checks" && check.rules.iter().any(|rule| rule.kind == kind)
        }
        Work::Analyze { metrics, .. } => {
            section == "analyses" && metrics.iter().any(|metric| metric.kind.kind.name == kind)
        }
        Work::Transform { ops } => {
            section == "transforms" && ops.iter().any(|op| op.kind.kind.name == kind)
        }
    })
}
