//! Runs one step: reads what it needs, calls its function, keeps and writes what it made.
//!
//! Runs on many threads at once and changes nothing that others see but files and the store. A
//! panic in a step function becomes an error of that step.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use super::checking;
use super::key;
use super::many::{self, FanOutJob};
use super::output::{self, Outputs, Place as OutputPlace, Staged};
use super::pointing;
use super::reader::{FileReader, ReadFile};
use super::steps::{analyze, named, transform};
use super::survey::{Survey, Surveyed};
use super::through::{Runs, Through};
use crate::dag::{Dag, FileId, StepId};
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::digest::Digest;
use crate::disk::Now;
use crate::fan_out::Digests;
use crate::path;
use crate::plan::{PlanStep, Work};
use crate::registry::ExporterKind;
use crate::step::{Data, InputFile};
use crate::store::{FileRecord, Key, MOST_PACKED, Manifest, Place, ResultRecord, Store};

/// How many files a step may find out that it needs.
const MOST_DISCOVERED: usize = 1_000;

/// How many outputs are made safe from a power cut one by one.
const MOST_SAFE: usize = 64;

/// What all workers of a build share.
pub(super) struct Bench<'a> {
    pub(super) dag: &'a Dag,
    pub(super) survey: &'a Survey,
    pub(super) store: &'a Store,
    pub(super) reader: &'a FileReader<'a>,
    pub(super) now: Now,
    /// Whether the store is locked, and so can be written.
    pub(super) is_recorded: bool,
    /// Whether outputs are only compared.
    pub(super) check: bool,
    /// Whether outputs that somebody else has changed are left.
    pub(super) keeps_edited: bool,
    /// How many outputs were staged.
    pub(super) staged: AtomicUsize,
    /// Which programs may be run.
    pub(super) runs: &'a Runs,
    /// Set when the build is to stop.
    pub(super) stop: &'a AtomicBool,
}

/// What a worker hands back.
pub(super) struct Ran {
    /// What decided the result, as it was when the step ran.
    pub(super) manifest: Manifest,
    /// The files it found out that it needs.
    pub(super) discovered: Vec<(String, FileRecord)>,
    /// The digest of the result.
    pub(super) digest: Digest,
    /// How long its own work took, in microseconds.
    pub(super) microseconds: u64,
    /// Where the result's bytes are in the pack of the store, if they are there.
    pub(super) place: Option<Place>,
    /// The graph or table, unless it is an export.
    pub(super) data: Option<Data>,
    /// The outputs, if it is an export.
    pub(super) outputs: Option<Outputs>,
    /// The results of the items of a fan-out, each with its key.
    pub(super) results: Vec<(Key, ResultRecord)>,
    /// The keys of the results of items that are not in use any more.
    pub(super) retired: Vec<Key>,
    /// Why the result could not be kept in the store.
    pub(super) unkept: Option<io::Error>,
    /// What it had to say.
    pub(super) diagnostics: Diagnostics,
}

/// A step's graph or table in memory, with its digest.
#[derive(Clone)]
pub(super) struct Held {
    pub(super) data: Data,
    pub(super) digest: Digest,
    /// The digests of a graph's rows, once a fan-out has asked for them.
    rows: Arc<OnceLock<Digests>>,
}

impl Held {
    pub(super) fn new(data: Data, digest: Digest) -> Held {
        Held { data, digest, rows: Arc::default() }
    }

    /// Returns the digests of a graph's rows, worked out by whoever asks first.
    pub(super) fn rows(&self) -> Option<&Digests> {
        let graph = self.data.graph()?;
        Some(self.rows.get_or_init(|| Digests::of(graph)))
    }
}

impl Bench<'_> {
    /// Runs a step whose upstream data is given in the order of its `from`.
    pub(super) fn run(&self, id: StepId, from: &[Held]) -> Result<Ran, Diagnostics> {
        let mut diagnostics = Diagnostics::default();
        let result = catch_unwind(AssertUnwindSafe(|| self.attempt(id, from, &mut diagnostics)));
        pointing::point(&self.dag.plan.sources, self.dag.step(id), None, &mut diagnostics);
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

    /// Brings a step's graph or table from the store into memory.
    pub(super) fn load(&self, digest: Digest) -> Option<Held> {
        let bytes = self.store.bytes(digest)?;
        let data = Data::from_canonical_bytes(&bytes).ok()?;
        Some(Held::new(data, digest))
    }

    /// Puts an export's output back from the store; `None` when the store does not have it.
    pub(super) fn restore(&self, id: StepId, digest: Digest) -> Option<io::Result<Outputs>> {
        if self.dag.step(id).work.each().is_some() {
            return Some(self.restore_many(id, digest)?.map(Outputs::Many));
        }
        let bytes = self.store.bytes(digest)?;
        Some(self.stage(id, &bytes, digest).map(Outputs::One))
    }

    fn stage(&self, id: StepId, bytes: &[u8], digest: Digest) -> io::Result<Staged> {
        let path = &self.dag.step(id).name;
        let Surveyed { output: before, ours, .. } = self.survey.step(id);
        if self.check {
            return output::compare(before.as_ref(), digest).map(Staged::Done);
        }
        let place = OutputPlace { path, before: before.as_ref(), ours: *ours };
        // A few files are made safe one by one, while others are worked on; many all at once.
        let is_safe = self.staged.fetch_add(1, Ordering::Relaxed) < MOST_SAFE;
        output::stage(self.reader, self.store, &place, bytes, digest, is_safe)
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
        let mut files: Vec<Vec<(String, Digest)>> = Vec::with_capacity(groups.len());
        let mut given: Vec<Vec<InputFile>> = Vec::with_capacity(groups.len());
        for read in groups {
            let of_group = read.iter().map(|(path, file)| (path.clone(), file.record.digest));
            files.push(of_group.collect());
            let bytes = read
                .into_iter()
                .map(|(path, file)| InputFile { path: path.into(), bytes: file.bytes });
            given.push(bytes.collect());
        }
        let mut discovered = Vec::new();
        let started = Instant::now();
        let (mut many, mut results, mut retired) = (None, Vec::new(), Vec::new());
        let (data, bytes) = match &step.work {
            Work::Import { kind, options } => {
                let data = (kind.import)(options, &given, diagnostics)?;
                // The files' bytes are as much memory as the graph, and not needed any more.
                drop(given);
                (Some(data), Vec::new())
            }
            Work::Transform { ops } => {
                let sources = &self.dag.plan.sources;
                let graph = transform(sources, step, ops, from, diagnostics)?;
                (Some(graph.into()), Vec::new())
            }
            Work::Check { check } => {
                let plan = &self.dag.plan;
                let table = checking::check(plan, step, check, from, &given, diagnostics)?;
                (Some(table), Vec::new())
            }
            Work::Items { each } => {
                let items = many::items(each, from, diagnostics)?;
                let all: Vec<usize> = (0..items.len()).collect();
                (Some(items.table(&all).into()), Vec::new())
            }
            Work::Analyze { metrics, annotate } => {
                (Some(analyze(step, metrics, *annotate, from, diagnostics)?), Vec::new())
            }
            Work::Export { kind, options, each, .. } => {
                let through = Through::of(self.dag, id, self.runs, self.reader, diagnostics)?;
                if through.is_some() {
                    // The program itself is not for the exporter.
                    given.pop();
                }
                let mut all: Vec<InputFile> = given.into_iter().flatten().collect();
                let found = self.discover(step, kind, options, &mut all, diagnostics)?;
                discovered = found.into_iter().map(|(path, file)| (path, file.record)).collect();
                match each {
                    Some(each) => {
                        let found = discovered.iter().map(|(path, file)| (path, file.digest));
                        let found = found.map(|(path, digest)| (path.clone(), digest));
                        let file_digests: Vec<_> =
                            files.iter().flatten().cloned().chain(found).collect();
                        let (file_digests, through) = (&file_digests, through.as_ref());
                        let files = &all;
                        let job = FanOutJob {
                            id,
                            step,
                            kind,
                            options,
                            each,
                            from,
                            files,
                            file_digests,
                            through,
                        };
                        let ran = self.run_many(&job, diagnostics)?;
                        (many, results, retired) = (Some(ran.many), ran.results, ran.retired);
                        (None, ran.bytes)
                    }
                    None => {
                        let mut out = Vec::new();
                        (kind.export)(options, &named(step, from), &all, &mut out, diagnostics)?;
                        if let Some(through) = through {
                            out = through.pass(out, self.reader, self.stop, diagnostics)?;
                        }
                        (None, out)
                    }
                }
            }
        };
        let microseconds = started.elapsed().as_micros() as u64;
        let bytes = data.as_ref().map_or(bytes, Data::to_canonical_bytes);
        let digest = Digest::of(&bytes);
        // Small data costs next to nothing to keep, and tell later what was different.
        let is_kept = data.is_none()
            || step.work.is_check()
            || bytes.len() <= MOST_PACKED
            || costs_more_than_reading(microseconds, bytes.len());
        // Before the output: what is there and in the store is known to be ours.
        let (place, unkept) = match is_kept && self.is_recorded {
            true => match self.store.keep(digest, &bytes) {
                Ok(place) => (place, None),
                Err(error) => (None, Some(error)),
            },
            false => (None, None),
        };
        let outputs = match (&data, many) {
            (Some(_), _) => None,
            (None, Some(many)) => Some(Outputs::Many(many)),
            (None, None) => {
                let staged = self.stage(id, &bytes, digest);
                let failed = |error| diagnostics.fail(unwritable(&step.name, &error));
                Some(Outputs::One(staged.map_err(failed)?))
            }
        };
        let found: Vec<(String, Digest)> =
            discovered.iter().map(|(path, record)| (path.clone(), record.digest)).collect();
        Ok(Ran {
            manifest: key::manifest(step, &digests, &files, &found),
            discovered,
            digest,
            microseconds,
            place,
            data,
            outputs,
            results,
            retired,
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
                match self.read(*file) {
                    Ok(file) => read.push((path.to_owned(), file)),
                    Err(error) => diagnostics.push(self.unreadable(id, path, &error)),
                }
            }
            groups.push(read);
        }
        if diagnostics.has_errors() { Err(Failed) } else { Ok(groups) }
    }

    fn read(&self, id: FileId) -> io::Result<ReadFile> {
        match self.survey.take(id) {
            Some(file) => Ok(file),
            None => self.reader.read(self.dag.file_path(id), self.now),
        }
    }

    fn read_discovered(&self, path: &str) -> io::Result<ReadFile> {
        match self.survey.take_discovered(path) {
            Some(file) => Ok(file),
            None => self.reader.read(path, self.now),
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
                let file = self.read_discovered(&path).map_err(|error| {
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

/// Returns whether data is worth keeping: making it again would take longer than reading it.
fn costs_more_than_reading(microseconds: u64, bytes: usize) -> bool {
    // Reading, verifying and decoding goes at some 500 bytes a microsecond, after a start.
    microseconds > 200 + bytes as u64 / 500
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
