//! Runs one step: reads what it needs, calls its function, keeps and writes what it made.
//!
//! Runs on many threads at once and changes nothing that others see but files and the store. A
//! panic in a step function becomes an error of that step.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use super::output::{self, Written};
use super::survey::{FileReader, FileState, ReadFile, Survey};
use crate::dag::{Dag, StepId};
use crate::diagnostic::{Diagnostic, Diagnostics, Failed, nearest, reason};
use crate::digest::Digest;
use crate::disk::Now;
use crate::graph::Graph;
use crate::path;
use crate::plan::{Op, PlanStep, Work};
use crate::registry::ExporterKind;
use crate::step::{InputFile, NamedGraph};
use crate::store::{FileRecord, Input, InputKind, Manifest, ResultRecord, State, Store};

/// How many files a step may find out that it needs.
const MOST_DISCOVERED: usize = 1_000;

/// How long the canonical bytes of a graph are that is always kept.
const MOST_KEPT_ANYWAY: usize = 64 << 10;

/// What all workers of a build share.
pub(super) struct Bench<'a> {
    pub(super) dag: &'a Dag,
    pub(super) survey: &'a Survey,
    pub(super) state: &'a State,
    pub(super) store: &'a Store,
    pub(super) reader: &'a FileReader<'a>,
    pub(super) now: Now,
    /// Whether the store is locked, and so can be written.
    pub(super) is_recorded: bool,
    /// Whether outputs are only compared.
    pub(super) check: bool,
}

/// What a worker hands back.
pub(super) struct Ran {
    /// What decided the result, as it was when the step ran.
    pub(super) manifest: Manifest,
    /// The files it found out that it needs.
    pub(super) discovered: Vec<String>,
    /// What was learned of its input files.
    pub(super) files: Vec<(String, FileRecord)>,
    /// The result.
    pub(super) record: ResultRecord,
    /// The graph, unless it is an export.
    pub(super) graph: Option<Arc<Graph>>,
    /// What became of the output, if it is an export.
    pub(super) written: Option<Written>,
    /// Why the result could not be kept in the store.
    pub(super) unkept: Option<io::Error>,
    /// What it had to say.
    pub(super) diagnostics: Diagnostics,
}

/// A step's graph in memory, with its digest.
#[derive(Clone)]
pub(super) struct Held {
    pub(super) graph: Arc<Graph>,
    pub(super) digest: Digest,
}

impl Bench<'_> {
    /// Runs a step whose upstream graphs are given in the order of its `from`.
    pub(super) fn run(&self, id: StepId, from: &[Held]) -> Result<Ran, Diagnostics> {
        let mut diagnostics = Diagnostics::default();
        let result = catch_unwind(AssertUnwindSafe(|| self.attempt(id, from, &mut diagnostics)));
        match result {
            Ok(Ok(ran)) => Ok(Ran { diagnostics, ..ran }),
            Ok(Err(Failed)) => {
                if !diagnostics.has_errors() {
                    diagnostics.push(bug("the step failed and did not say why"));
                }
                Err(diagnostics)
            }
            Err(panic) => {
                diagnostics.push(panicked(&*panic));
                Err(diagnostics)
            }
        }
    }

    /// Brings a step's graph from the store into memory.
    pub(super) fn load(&self, digest: Digest) -> Option<Held> {
        let bytes = self.store.bytes(digest)?;
        let graph = Arc::new(Graph::from_canonical_bytes(&bytes).ok()?);
        Some(Held { graph, digest })
    }

    /// Puts an export's output back from the store; `None` when the store does not have it.
    pub(super) fn restore(&self, id: StepId, digest: Digest) -> Option<io::Result<Written>> {
        let bytes = self.store.bytes(digest)?;
        Some(self.put(id, &bytes, digest))
    }

    fn put(&self, id: StepId, bytes: &[u8], digest: Digest) -> io::Result<Written> {
        let path = &self.dag.step(id).name;
        let before = self.survey.output(id);
        if self.check {
            return output::compare(before, digest);
        }
        let ours = self.state.outputs.get(path).map(|record| record.digest);
        output::put(self.reader, self.store, path, bytes, digest, before, ours)
    }

    fn attempt(
        &self,
        id: StepId,
        from: &[Held],
        diagnostics: &mut Diagnostics,
    ) -> Result<Ran, Failed> {
        let step = self.dag.step(id);
        let groups = self.read_inputs(id, diagnostics)?;
        let digests: Vec<Digest> = from.iter().map(|held| held.digest).collect();
        let mut inputs = graph_inputs(step, &digests);
        let mut files = Vec::new();
        let mut given: Vec<Vec<InputFile>> = Vec::with_capacity(groups.len());
        for (group, read) in groups.into_iter().enumerate() {
            let mut bytes = Vec::with_capacity(read.len());
            for (path, ReadFile { bytes: content, record }) in read {
                inputs.push(file_input(group, &path, record.digest));
                bytes.push(InputFile { path: path.as_str().into(), bytes: content });
                files.push((path, record));
            }
            given.push(bytes);
        }
        let mut discovered = Vec::new();
        let started = Instant::now();
        let (graph, bytes) = match &step.work {
            Work::Import { kind, options } => {
                let graph = (kind.import)(options, &given, diagnostics)?;
                // The files' bytes are as much memory as the graph, and not needed any more.
                drop(given);
                (Some(graph), Vec::new())
            }
            Work::Transform { ops } => (Some(transform(step, ops, from, diagnostics)?), Vec::new()),
            Work::Export { kind, options } => {
                let mut all: Vec<InputFile> = given.into_iter().flatten().collect();
                let found = self.discover(step, kind, options, &mut all, diagnostics)?;
                for (path, file) in found {
                    inputs.push(file_input(groups_of(step), &path, file.record.digest));
                    files.push((path.clone(), file.record));
                    discovered.push(path);
                }
                let mut out = Vec::new();
                (kind.export)(options, &named(step, from), &all, &mut out, diagnostics)?;
                (None, out)
            }
        };
        let microseconds = started.elapsed().as_micros() as u64;
        let (graph, bytes) = match graph {
            Some(graph) => {
                let bytes = graph.to_canonical_bytes();
                (Some(Arc::new(graph)), bytes)
            }
            None => (None, bytes),
        };
        let digest = Digest::of(&bytes);
        let is_kept = graph.is_none() || costs_more_than_reading(microseconds, bytes.len());
        // Before the output: what is there and in the store is known to be ours.
        let unkept = match is_kept && self.is_recorded {
            true => self.store.keep(digest, &bytes).err(),
            false => None,
        };
        let written = match graph {
            Some(_) => None,
            None => Some(
                self.put(id, &bytes, digest)
                    .map_err(|error| diagnostics.fail(unwritable(&step.name, &error)))?,
            ),
        };
        let warnings = match diagnostics.is_empty() {
            true => String::new(),
            false => serde_json::to_string(diagnostics).unwrap_or_default(),
        };
        Ok(Ran {
            manifest: Manifest { inputs, ..manifest_head(step) },
            discovered,
            files,
            record: ResultRecord { digest, microseconds, warnings },
            graph,
            written,
            unkept,
            diagnostics: Diagnostics::default(),
        })
    }

    /// Reads the files of a step's patterns.
    fn read_inputs(
        &self,
        id: StepId,
        diagnostics: &mut Diagnostics,
    ) -> Result<Vec<Vec<(String, ReadFile)>>, Failed> {
        let mut groups = Vec::new();
        for files in self.dag.files(id) {
            let mut read = Vec::new();
            for file in files {
                let path = self.dag.file_path(*file);
                match self.read(path) {
                    Ok(file) => read.push((path.to_owned(), file)),
                    Err(error) => diagnostics.push(self.unreadable(id, path, &error)),
                }
            }
            groups.push(read);
        }
        if diagnostics.has_errors() { Err(Failed) } else { Ok(groups) }
    }

    fn read(&self, path: &str) -> io::Result<ReadFile> {
        match self.survey.take(path) {
            Some(file) => Ok(file),
            None => self.reader.read(path, self.now),
        }
    }

    /// Says that a file of a step cannot be read, at its place in the plan.
    pub(super) fn unreadable(&self, id: StepId, path: &str, error: &io::Error) -> Diagnostic {
        let step = self.dag.step(id);
        let span = step
            .files
            .iter()
            .zip(self.dag.files(id))
            .find(|(_, files)| files.iter().any(|file| self.dag.file_path(*file) == path))
            .map_or(step.span, |(pattern, _)| pattern.span);
        let at = self.dag.plan.sources.excerpt(span);
        if error.kind() != io::ErrorKind::NotFound {
            let message = format!("`{path}` cannot be read: {}", reason(error));
            return Diagnostic::error("unreadable", message).at(at, "it is read here");
        }
        let folder = path::folder(path);
        let entries = self.reader.disk.list(&self.reader.project.path(folder));
        let problem = Diagnostic::error("no-such-file", format!("there is no file `{path}`"))
            .at(at, "it is read here");
        match entries {
            Ok(mut entries) => {
                entries.sort_unstable();
                let names = entries.iter().map(|entry| entry.name.as_str());
                match nearest(path::file_name(path), names) {
                    Some(near) if folder.is_empty() => {
                        problem.help(format!("did you mean `{near}`?"))
                    }
                    Some(near) => problem.help(format!("did you mean `{folder}/{near}`?")),
                    None => problem,
                }
            }
            Err(_) => problem.note(format!("there is no folder `{folder}` either")),
        }
    }

    /// Reads the files that the files of an export ask for, and those that these ask for.
    fn discover(
        &self,
        step: &PlanStep,
        kind: &ExporterKind,
        options: &str,
        files: &mut Vec<InputFile>,
        diagnostics: &mut Diagnostics,
    ) -> Result<Vec<(String, ReadFile)>, Failed> {
        let mut found: Vec<(String, ReadFile)> = Vec::new();
        let mut at = 0;
        while let Some(file) = files.get(at) {
            let asker = file.path.clone();
            for asked in (kind.includes)(options, file) {
                let at = self.dag.plan.sources.excerpt(step.span);
                let resolved = path::resolve("", &asked, &self.reader.project.above());
                let path = resolved.map_err(|error| {
                    let message = format!("`{asker}` includes `{asked}`: {error}");
                    diagnostics.fail(Diagnostic::error("bad-path", message).at(at.clone(), ""))
                })?;
                // Its includer knows it by the name it asked for.
                if files.iter().any(|file| *file.path == *asked) {
                    continue;
                }
                if self.dag.is_output(&path) {
                    let message = format!("`{asker}` includes `{path}`, which this plan writes");
                    let problem = Diagnostic::error("output-as-input", message)
                        .at(at, "in this export")
                        .help("include a file that no step writes");
                    return Err(diagnostics.fail(problem));
                }
                if found.len() >= MOST_DISCOVERED {
                    let message = format!("more than {MOST_DISCOVERED} files are included");
                    return Err(
                        diagnostics.fail(Diagnostic::error("too-many-files", message).at(at, ""))
                    );
                }
                let file = self.read(&path).map_err(|error| {
                    let (code, why) = match error.kind() {
                        io::ErrorKind::NotFound => {
                            ("no-such-file", "which is not there".to_owned())
                        }
                        _ => ("unreadable", format!("which cannot be read: {error}")),
                    };
                    let message = format!("`{asker}` includes `{path}`, {why}");
                    diagnostics.fail(Diagnostic::error(code, message).at(at, "in this export"))
                })?;
                files.push(InputFile { path: asked.as_str().into(), bytes: file.bytes.clone() });
                found.push((path, file));
            }
            at += 1;
        }
        Ok(found)
    }
}

/// Works out what decides a step's result from what is known before it runs; `None` if one of its
/// files is not there, cannot be read, or has come to be an output of the plan.
pub(super) fn expected_manifest(
    dag: &Dag,
    id: StepId,
    survey: &Survey,
    discovered: &[String],
    digests: &[Digest],
) -> Option<Manifest> {
    let step = dag.step(id);
    let mut inputs = graph_inputs(step, digests);
    let input = |group: usize, path: &str| match survey.file(path) {
        Some(FileState::Known(record)) => Some(file_input(group, path, record.digest)),
        _ => None,
    };
    for (group, files) in dag.files(id).iter().enumerate() {
        for file in files {
            inputs.push(input(group, dag.file_path(*file))?);
        }
    }
    for path in discovered.iter() {
        inputs.push(input(groups_of(step), path).filter(|_| !dag.is_output(path))?);
    }
    Some(Manifest { inputs, ..manifest_head(step) })
}

/// Returns a step's manifest without its inputs.
fn manifest_head(step: &PlanStep) -> Manifest {
    let (kind, options) = match &step.work {
        Work::Import { kind, options } => {
            (format!("import {} {}", kind.kind.name, kind.kind.revision), options.clone())
        }
        Work::Export { kind, options } => {
            (format!("export {} {}", kind.kind.name, kind.kind.revision), options.clone())
        }
        Work::Transform { ops } => {
            let kinds =
                ops.iter().map(|op| format!(" {} {}", op.kind.kind.name, op.kind.kind.revision));
            let options = ops.iter().map(|op| {
                format!("{{\"{}\":{},\"others\":{:?}}}", op.kind.kind.name, op.options, op.others)
            });
            let options = options.collect::<Vec<_>>().join(",");
            (format!("transform{}", kinds.collect::<String>()), format!("[{options}]"))
        }
    };
    Manifest { kind, options, inputs: Vec::new() }
}

fn graph_inputs(step: &PlanStep, digests: &[Digest]) -> Vec<Input> {
    let kind = match &step.work {
        Work::Export { kind, .. } if kind.from_many => InputKind::NamedGraph,
        Work::Transform { .. } if step.from.len() > 1 => InputKind::NamedGraph,
        _ => InputKind::Graph,
    };
    let pairs = step.from.iter().zip(digests);
    pairs
        .map(|(from, digest)| Input { kind, group: 0, name: from.name.clone(), digest: *digest })
        .collect()
}

fn file_input(group: usize, path: &str, digest: Digest) -> Input {
    Input { kind: InputKind::File, group: group as u32, name: path.to_owned(), digest }
}

/// Returns the group of the files that a step finds out about, after those of its patterns.
fn groups_of(step: &PlanStep) -> usize {
    step.files.len()
}

fn named(step: &PlanStep, from: &[Held]) -> Vec<NamedGraph> {
    let pairs = step.from.iter().zip(from);
    pairs
        .map(|(from, held)| NamedGraph {
            name: from.name.as_str().into(),
            graph: held.graph.clone(),
        })
        .collect()
}

fn transform(
    step: &PlanStep,
    ops: &[Op],
    from: &[Held],
    diagnostics: &mut Diagnostics,
) -> Result<Graph, Failed> {
    let named = named(step, from);
    let Some(first) = named.first() else {
        return Err(diagnostics.fail(bug("a transform has nothing to work on")));
    };
    let mut current = first.clone();
    for op in ops {
        let others: Vec<NamedGraph> =
            op.others.iter().filter_map(|at| named.get(*at).cloned()).collect();
        let name = current.name.clone();
        let graph = (op.kind.transform)(&op.options, current, &others, diagnostics)?;
        current = NamedGraph { name, graph: Arc::new(graph) };
    }
    Ok(Arc::unwrap_or_clone(current.graph))
}

/// Returns whether a graph is worth keeping: making it again would take longer than reading it.
fn costs_more_than_reading(microseconds: u64, bytes: usize) -> bool {
    // Reading, verifying and decoding goes at some 500 bytes a microsecond, after a start. A small
    // graph is kept in any case, so that `why` can compare it with a later one.
    bytes <= MOST_KEPT_ANYWAY || microseconds > 200 + bytes as u64 / 500
}

/// Says what a panic said.
pub(super) fn panicked(panic: &(dyn Any + Send)) -> Diagnostic {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let said = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    bug(&format!("the step panicked: {said}"))
}

pub(super) fn bug(message: &str) -> Diagnostic {
    Diagnostic::error("internal", message).note("this is a bug in layercake; please report it")
}

pub(super) fn unwritable(path: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error("unwritable", format!("`{path}` cannot be written: {error}"))
        .note("what was there before is as it was")
}

pub(super) fn store_warning(error: &io::Error) -> Diagnostic {
    Diagnostic::warning("store", format!("the store cannot be written: {error}"))
        .note("the build goes on; the next one may have to do more")
}
