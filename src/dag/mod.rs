//! Plan to Dag: dependencies, files and order; rejects cycles.
//!
//! Every step and file gets a number. Knows which files a pattern matches; does not know what is
//! in them, nor what is fresh.

mod compiled;
mod diagram;
mod folders;
mod outputs;
mod patterns;
mod references;

pub use compiled::{Bytes, Compiled};
pub use patterns::{list, listing_digest};

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::disk::{Disk, Node};
use crate::fan_out::PathPattern;
use crate::graph::topological_order;
use crate::plan::{Plan, PlanStep};
use crate::store::{FileRecord, Listing};
use folders::fill_folders;
use outputs::{check_baselines, check_fan_outs, check_outputs, fan_outs, stale_output};
use patterns::{Look, expand, find_program};
use references::{misshapen, unknown_name};

/// The steps of a plan with their dependencies.
pub struct Dag {
    /// The plan that it was made from.
    pub plan: Plan,
    /// What was read for it.
    pub reading: Reading,
    steps: Vec<Links>,
    files: Vec<String>,
    order: Vec<StepId>,
    /// The steps that write many files, with the paths these may have; of a part, none.
    fan_outs: Vec<(StepId, PathPattern)>,
    by_name: HashMap<String, StepId>,
    /// The whole, of which this is a part.
    whole: Option<Arc<Compiled>>,
    /// The steps' and files' numbers in the whole.
    numbers: Vec<StepId>,
    file_numbers: Vec<FileId>,
}

/// What was read to make a [`Dag`], and what it was then.
#[derive(Debug)]
pub struct Reading {
    /// When reading began.
    pub started: Instant,
    /// The files of the plan, relative to the project.
    pub files: Vec<(String, FileRecord)>,
    /// The folders that patterns were matched against.
    pub folders: Vec<(String, Listing)>,
}

/// Where files are looked for.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The project's folder.
    pub folder: &'a Path,
    /// The folders that programs are in, absolute.
    pub programs: &'a [String],
}

/// A step's number in a [`Dag`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepId(pub u32);

/// An input file's number in a [`Dag`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

#[derive(Default)]
struct Links {
    upstream: Vec<StepId>,
    /// The same, each once.
    uses: Vec<StepId>,
    downstream: Vec<StepId>,
    /// For each pattern of the step, the files that match it, in order of their paths.
    files: Vec<Vec<FileId>>,
}

impl Reading {
    /// Starts now, with nothing read.
    pub fn start() -> Reading {
        Reading { started: Instant::now(), files: Vec::new(), folders: Vec::new() }
    }
}

impl Dag {
    /// Finds every step's dependencies and files. `was_written` tells of a file whether it is an
    /// output of an earlier build as it was written.
    ///
    /// Problems are reported together; with any, what is returned must not be run.
    pub fn new(
        mut plan: Plan,
        mut reading: Reading,
        place: Place<'_>,
        disk: &dyn Disk,
        was_written: &dyn Fn(&str) -> bool,
        diagnostics: &mut Diagnostics,
    ) -> Dag {
        let mut steps: Vec<Links> = Vec::with_capacity(plan.steps.len());
        let mut files = Files::default();
        let mut listings = HashMap::new();
        let known: HashSet<String> = folders::outputs(&plan);
        let fan_outs = fan_outs(&plan);
        let is_item = |path: &str| fan_outs.iter().any(|(_, paths)| paths.matches(path));
        let mut look = Look {
            project: place.folder,
            disk,
            is_output: &|path| known.contains(path) || is_item(path),
            listings: &mut listings,
            reading: &mut reading,
        };
        fill_folders(&mut plan, &mut look, diagnostics);
        let names: HashMap<&str, u32> =
            plan.steps.iter().zip(0..).map(|(step, id)| (step.name.as_str(), id)).collect();
        check_outputs(&plan, &names, diagnostics);
        check_fan_outs(&plan, &fan_outs, diagnostics);
        let is_folder =
            |path: &str| matches!(disk.look(&place.folder.join(path)), Ok(Node::Folder));
        check_baselines(&plan, &names, &fan_outs, is_folder, diagnostics);
        for step in &plan.steps {
            let mut links = Links::default();
            for reference in &step.from {
                match names.get(reference.full_name.as_str()) {
                    Some(id) if plan.steps[*id as usize].work.is_export() => diagnostics.push(
                        Diagnostic::error(
                            "not-a-graph",
                            format!("`{}` is a file, not a graph or a table", reference.name),
                        )
                        .at(
                            plan.sources.excerpt(reference.span),
                            "nothing can be made from an export",
                        )
                        .help("use what that export is made from"),
                    ),
                    Some(id) => {
                        let used = &plan.steps[*id as usize];
                        let made = used.work.makes();
                        if let Some(made) = made.filter(|made| !reference.takes.contains(made)) {
                            diagnostics.push(misshapen(&plan, step, reference, made));
                        }
                        links.upstream.push(StepId(*id));
                    }
                    None if plan.is_broken(&reference.full_name) => {}
                    None => diagnostics.push_with(Severity::Error, || {
                        unknown_name(&plan, step, &reference.full_name, reference)
                    }),
                }
            }
            for (at, pattern) in step.files.iter().enumerate() {
                let program = step.work.program().filter(|_| at + 1 == step.files.len());
                let is_output = |path: &str| is_output(&names, &plan, path) || is_item(path);
                let mut look = Look {
                    project: place.folder,
                    disk,
                    is_output: &is_output,
                    listings: &mut listings,
                    reading: &mut reading,
                };
                let is_name = program.is_some_and(|word| !word.contains('/'));
                let matched = match step.is_pattern(pattern) {
                    false if is_name => find_program(&pattern.pattern, place, &mut look),
                    false => vec![pattern.pattern.clone()],
                    true => {
                        match expand(&pattern.pattern, &mut look) {
                            // Globs never match what the plan itself writes.
                            Ok(mut matched) => {
                                matched.retain(|file| !is_output(file));
                                for file in matched.iter().filter(|file| was_written(file)) {
                                    diagnostics.push(stale_output(&plan, pattern, file));
                                }
                                matched
                            }
                            Err((code, message)) => {
                                diagnostics.push(
                                    Diagnostic::error(code, message)
                                        .at(plan.sources.excerpt(pattern.span), ""),
                                );
                                Vec::new()
                            }
                        }
                    }
                };
                for file in &matched {
                    let item = || Some(fan_outs.iter().find(|(_, paths)| paths.matches(file))?.0.0);
                    if let Some(output) = names.get(file.as_str()).copied().or_else(item) {
                        diagnostics.push(
                            Diagnostic::error(
                                "output-as-input",
                                format!("`{file}` is written by this plan"),
                            )
                            .at(plan.sources.excerpt(pattern.span), "it is read here")
                            .at(
                                plan.sources.excerpt(plan.steps[output as usize].span),
                                "and written here",
                            )
                            .help("use the graph itself, by its name under `from`"),
                        );
                    }
                }
                links.files.push(matched.into_iter().map(|file| files.id(file)).collect());
            }
            steps.push(links);
        }
        let order = order(&plan, &steps, diagnostics);
        let by_name = plan.steps.iter().zip(0..).map(|(step, id)| (step.name.clone(), StepId(id)));
        let numbers = (0..steps.len() as u32).map(StepId).collect();
        let file_numbers = (0..files.paths.len() as u32).map(FileId).collect();
        let mut dag = Dag {
            by_name: by_name.collect(),
            plan,
            reading,
            steps,
            files: files.paths,
            order,
            fan_outs,
            whole: None,
            numbers,
            file_numbers,
        };
        dag.link_downstream();
        dag
    }

    /// Tells every step who uses it, from what each uses.
    fn link_downstream(&mut self) {
        for id in self.ids() {
            let mut uses = self.upstream(id).to_vec();
            uses.sort_unstable();
            uses.dedup();
            for used in &uses {
                self.steps[used.0 as usize].downstream.push(id);
            }
            self.steps[id.0 as usize].uses = uses;
        }
    }

    /// Returns all steps, in the order of the plan.
    pub fn ids(&self) -> impl Iterator<Item = StepId> + use<> {
        (0..self.steps.len() as u32).map(StepId)
    }

    /// Returns the number that a step has in the whole that this is a part of.
    pub fn number(&self, id: StepId) -> StepId {
        self.numbers[id.0 as usize]
    }

    /// Returns the number that an input file has in the whole that this is a part of.
    pub fn file_number(&self, id: FileId) -> FileId {
        self.file_numbers[id.0 as usize]
    }

    /// Returns the number of steps.
    pub fn step_count(&self) -> usize {
        self.steps.len()
    }

    /// Returns the steps, each after those it uses.
    pub fn order(&self) -> &[StepId] {
        &self.order
    }

    /// Returns a step of the plan.
    pub fn step(&self, id: StepId) -> &PlanStep {
        &self.plan.steps[id.0 as usize]
    }

    /// Returns the steps that a step uses, in the order of its `from`.
    pub fn upstream(&self, id: StepId) -> &[StepId] {
        &self.steps[id.0 as usize].upstream
    }

    /// Returns the steps that a step uses, each once, in no order that means anything.
    pub fn uses(&self, id: StepId) -> &[StepId] {
        &self.steps[id.0 as usize].uses
    }

    /// Returns the steps that use a step, each once.
    pub fn downstream(&self, id: StepId) -> &[StepId] {
        &self.steps[id.0 as usize].downstream
    }

    /// Returns the files of a step: for each of its patterns, those that match.
    pub fn files(&self, id: StepId) -> &[Vec<FileId>] {
        &self.steps[id.0 as usize].files
    }

    /// Returns the paths of all input files, relative to the project, by [`FileId`].
    pub fn file_paths(&self) -> &[String] {
        &self.files
    }

    /// Returns the path of an input file, relative to the project.
    pub fn file_path(&self, id: FileId) -> &str {
        &self.files[id.0 as usize]
    }

    /// Returns the step with this name.
    pub fn find(&self, name: &str) -> Option<StepId> {
        self.by_name.get(name).copied()
    }

    /// Returns whether a step of the whole plan writes this path.
    pub fn is_output(&self, path: &str) -> bool {
        match &self.whole {
            Some(whole) => whole.is_output(path),
            None => {
                self.fan_out_of(path).is_some()
                    || self.find(path).is_some_and(|id| self.step(id).work.is_export())
            }
        }
    }

    /// Returns the step that writes many files, if this path may be one of them; of a part, none.
    pub fn fan_out_of(&self, path: &str) -> Option<StepId> {
        self.fan_outs.iter().find(|(_, paths)| paths.matches(path)).map(|(id, _)| *id)
    }

    /// Returns whether a step of the whole plan that writes one file writes this path.
    pub fn is_single_output(&self, path: &str) -> bool {
        match &self.whole {
            Some(whole) => whole.is_single_output(path),
            None => self.find(path).is_some_and(|id| self.step(id).work.is_export()),
        }
    }

    /// Returns, for each step, whether one of `targets` is it or uses it; all are, without targets.
    pub fn cone(&self, targets: &[StepId]) -> Vec<bool> {
        if targets.is_empty() {
            return vec![true; self.steps.len()];
        }
        let mut wanted = vec![false; self.steps.len()];
        let mut rest = targets.to_vec();
        while let Some(id) = rest.pop() {
            if !std::mem::replace(&mut wanted[id.0 as usize], true) {
                rest.extend(self.upstream(id));
            }
        }
        wanted
    }
}

fn is_output(names: &HashMap<&str, u32>, plan: &Plan, path: &str) -> bool {
    names.get(path).is_some_and(|id| plan.steps[*id as usize].work.is_export())
}

/// Numbers files by their paths.
#[derive(Default)]
struct Files {
    paths: Vec<String>,
    ids: HashMap<String, FileId>,
}

impl Files {
    fn id(&mut self, path: String) -> FileId {
        if let Some(id) = self.ids.get(&path) {
            return *id;
        }
        let id = FileId(self.paths.len() as u32);
        self.ids.insert(path.clone(), id);
        self.paths.push(path);
        id
    }
}

fn order(plan: &Plan, steps: &[Links], diagnostics: &mut Diagnostics) -> Vec<StepId> {
    let pairs = steps.iter().zip(0..).flat_map(|(links, id): (&Links, u32)| {
        links.upstream.iter().map(move |upstream| (id, upstream.0))
    });
    match topological_order(steps.len(), pairs) {
        Ok(order) => order.into_iter().map(StepId).collect(),
        Err(cycle) => {
            let name = |id: u32| plan.steps[id as usize].name.as_str();
            let mut path: Vec<&str> = cycle.iter().map(|id| name(*id)).collect();
            path.extend(cycle.first().map(|id| name(*id)));
            let mut problem = Diagnostic::error(
                "cycle",
                format!("steps depend on each other: {}", path.join(" → ")),
            );
            for (place, id) in cycle.iter().enumerate().take(6) {
                let next = cycle[(place + 1) % cycle.len()];
                let step = &plan.steps[*id as usize];
                let span = step
                    .from
                    .iter()
                    .find(|reference| reference.full_name == name(next))
                    .map_or(step.span, |reference| reference.span);
                let label = format!("`{}` is made from `{}`", step.name, name(next));
                problem = problem.at(plan.sources.excerpt(span), label);
            }
            diagnostics.push(problem);
            Vec::new()
        }
    }
}
