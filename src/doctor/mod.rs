//! What is wrong with a project or the machine it is on, and how to mend it.
//!
//! Looks, and changes no file but the lock, which it takes for a moment. Builds find most of this out too, but one at a time, and late.

mod machine;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::dag::{Dag, StepId};
use crate::diagnostic::{Diagnostics, counted};
use crate::disk::{Disk, Node};
use crate::engine;
use crate::path;
use crate::project::{Project, ProjectError};

/// How far ahead of the clock an input's time may be, in nanoseconds.
const MOST_AHEAD: i64 = 60_000_000_000;
/// How many names a finding lists.
const MOST_NAMES: usize = 3;

/// Something that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// How it is.
    pub verdict: Verdict,
    /// What was looked at: a stable name such as `inputs`.
    pub about: String,
    /// What was found: lower case, no full stop, names in backticks.
    pub message: String,
    /// What to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub help: Vec<String>,
}

/// How something is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// Builds work, but may be slow, or may not go on working.
    Warning,
    /// Builds do not work, or not all of them.
    Problem,
}

/// Examines the project of a folder, as [`Project::find`] finds it, and the machine.
pub fn examine(
    folder: &Path,
    plan: Option<&Path>,
    overrides: Vec<(String, String)>,
    disk: &Arc<dyn Disk>,
) -> Vec<Finding> {
    let mut doctor = Doctor { disk, findings: Vec::new() };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let noun = if threads == 1 { "step" } else { "steps" };
    doctor.ok(
        "machine",
        format!("layercake {} runs {threads} {noun} at once here", env!("CARGO_PKG_VERSION")),
    );
    match Project::find(folder, plan, overrides, &**disk) {
        Ok(project) => doctor.project(&project),
        Err(error) => doctor.no_project(&error),
    }
    doctor.findings
}

/// An examination under way.
struct Doctor<'a> {
    disk: &'a Arc<dyn Disk>,
    findings: Vec<Finding>,
}

impl Doctor<'_> {
    fn find(&mut self, verdict: Verdict, about: &str, message: String, help: &[String]) {
        let (about, help) = (about.to_owned(), help.to_vec());
        self.findings.push(Finding { verdict, about, message, help });
    }

    fn ok(&mut self, about: &str, message: impl Into<String>) {
        self.find(Verdict::Ok, about, message.into(), &[]);
    }

    fn warning(&mut self, about: &str, message: impl Into<String>, help: impl Into<String>) {
        self.find(Verdict::Warning, about, message.into(), &[help.into()]);
    }

    fn problem(&mut self, about: &str, message: impl Into<String>, help: impl Into<String>) {
        self.find(Verdict::Problem, about, message.into(), &[help.into()]);
    }

    fn no_project(&mut self, error: &ProjectError) {
        let help = match error {
            ProjectError::NoPlan(_) => {
                "`layercake init` makes one; `-f FILE` names one with another name"
            }
            _ => "name a folder with `-C`, or a plan in it with `-f`",
        };
        self.problem("plan", error.to_string(), help);
    }

    fn project(&mut self, project: &Project) {
        let mut problems = Diagnostics::default();
        let dag = engine::read_dag(project, self.disk, &mut problems);
        self.plan(project, &dag, &problems);
        self.inputs(project, &dag);
        self.outputs(project, &dag);
        self.store(project, &dag);
        self.space(project);
        self.watches(project, &dag);
    }

    fn plan(&mut self, project: &Project, dag: &Dag, problems: &Diagnostics) {
        let plan = project.path(&project.plan);
        let plan = plan.display();
        let warned = match problems.warnings {
            0 => String::new(),
            count => format!(" and {}", counted(count, "warning")),
        };
        if problems.has_errors() {
            let errors = counted(problems.errors, "error");
            let message = format!("the plan `{plan}` has {errors}{warned}");
            self.problem("plan", message, "`layercake plan` shows them");
        } else if problems.warnings > 0 {
            let warnings = counted(problems.warnings, "warning");
            let message = format!("the plan `{plan}` has {warnings}");
            self.warning("plan", message, "`layercake plan` shows them");
        } else {
            let steps = counted(dag.step_count(), "step");
            self.ok("plan", format!("the plan `{plan}` has {steps}"));
        }
    }

    fn inputs(&mut self, project: &Project, dag: &Dag) {
        let before = self.findings.len();
        let now = self.disk.clock();
        let (mut missing, mut odd, mut locked, mut ahead) = (vec![], vec![], vec![], vec![]);
        for path in dag.file_paths() {
            let full = project.path(path);
            match self.disk.look(&full) {
                Ok(Node::File(stamp)) => {
                    if !self.disk.rights(&full).is_ok_and(|rights| rights.is_readable) {
                        locked.push(path.as_str());
                    } else if stamp.modified > now + MOST_AHEAD {
                        ahead.push(path.as_str());
                    }
                }
                Ok(_) => odd.push(path.as_str()),
                Err(_) => missing.push(path.as_str()),
            }
        }
        if !missing.is_empty() {
            let message =
                format!("the plan reads {}, which {} missing", listed(&missing), are(&missing));
            self.problem(
                "inputs",
                message,
                "make what is missing, or correct the path in the plan",
            );
        }
        if !odd.is_empty() {
            let message =
                format!("{} {} no regular file, and cannot be read", listed(&odd), are(&odd));
            self.problem("inputs", message, "name files, or patterns such as `data/*.csv`");
        }
        if !locked.is_empty() {
            let message = format!("you may not read {}", listed(&locked));
            self.problem("inputs", message, "`chmod u+r` lets their owner read them");
        }
        if !ahead.is_empty() {
            self.warning(
                "inputs",
                format!("by the clock of this machine, {} was changed in the future: it is read in every build", listed(&ahead)),
                "set the clock right, or `touch` what was made by one that was wrong",
            );
        }
        let patterns = (0..dag.step_count() as u32).map(StepId).flat_map(|id| {
            let step = dag.step(id);
            let files = step.files.iter().zip(dag.files(id));
            let empty = files.filter(|(file, found)| {
                found.is_empty() && step.is_pattern(file) && !step.is_baseline(file)
            });
            empty.map(|(file, _)| file.pattern.as_str())
        });
        let patterns: BTreeSet<&str> = patterns.collect();
        if !patterns.is_empty() {
            let patterns: Vec<&str> = patterns.into_iter().collect();
            let message = format!("no file matches {}", listed(&patterns));
            self.warning("inputs", message, "correct the pattern, or leave it out");
        }
        if self.findings.len() == before {
            let files = counted(dag.file_paths().len(), "file");
            self.ok("inputs", format!("{files} to read"));
        }
    }

    fn outputs(&mut self, project: &Project, dag: &Dag) {
        let before = self.findings.len();
        let exports = || dag.plan.steps.iter().filter(|step| step.work.is_export());
        let (mut in_the_way, mut barred) = (BTreeSet::new(), BTreeSet::new());
        let (mut fixed, mut outside) = (vec![], BTreeSet::new());
        for step in exports() {
            let full = project.path(&step.name);
            match self.disk.look(&full) {
                Ok(Node::File(_)) => {
                    if self.disk.rights(&full).is_ok_and(|rights| !rights.is_writable) {
                        fixed.push(step.name.as_str());
                    }
                }
                Ok(_) => drop(in_the_way.insert(full.display().to_string())),
                Err(_) => {}
            }
        }
        let folders: BTreeSet<&str> = exports().map(|step| path::folder(&step.name)).collect();
        for folder in folders {
            let full = project.path(folder);
            let there = full.ancestors().find(|folder| self.disk.look(folder).is_ok());
            let Some(there) = there else { continue };
            let is_folder = matches!(self.disk.look(there), Ok(Node::Folder));
            let here = there.display().to_string();
            let is_inside = self.disk.canonical(there).map(|real| real.starts_with(project.root()));
            if is_inside.is_ok_and(|is_inside| !is_inside) {
                outside.insert(here);
            } else if !is_folder {
                in_the_way.insert(here);
            } else if !self.disk.rights(there).is_ok_and(|rights| rights.is_writable) {
                barred.insert(here);
            }
        }
        let texts = |paths: &BTreeSet<String>| {
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            (listed(&paths), are(&paths))
        };
        if !in_the_way.is_empty() {
            let (paths, are) = texts(&in_the_way);
            let message = format!("{paths} {are} in the way of outputs");
            self.problem("outputs", message, "move away what is there, or export to another path");
        }
        if !outside.is_empty() {
            let (paths, _) = texts(&outside);
            let verb = if outside.len() == 1 { "leads" } else { "lead" };
            let message = format!("{paths}, where outputs go, {verb} out of the project");
            let help = "put a folder in place of the link, or export to another path";
            self.problem("outputs", message, help);
        }
        if !barred.is_empty() {
            let message = format!("outputs cannot be written to {}", texts(&barred).0);
            self.problem("outputs", message, "`chmod u+w` lets a folder's owner write to it");
        }
        if !fixed.is_empty() {
            let message = format!(
                "{} {} read-only; a build replaces outputs all the same",
                listed(&fixed),
                are(&fixed)
            );
            self.warning("outputs", message, "`chmod u+w` says what is so");
        }
        if self.findings.len() == before {
            self.ok("outputs", format!("{} to write", counted(exports().count(), "file")));
        }
    }
}

/// Lists names, the first few of them.
fn listed(names: &[&str]) -> String {
    let shown: Vec<String> =
        names.iter().take(MOST_NAMES).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(MOST_NAMES) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn are(names: &[&str]) -> &'static str {
    if names.len() == 1 { "is" } else { "are" }
}
