//! Builds: makes every wanted step of a Dag fresh.
//!
//! A build looks at all files, decides step by step what is stale (its key has no result in the
//! store), and runs that on a pool of threads. Where nothing is stale it takes no lock and writes
//! nothing.

mod event;
mod output;
mod scheduler;
mod survey;
mod worker;

pub use event::{Event, Outcome, Summary, event_schema};

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Instant;

use thiserror::Error;

use crate::dag::{Dag, StepId};
use crate::diagnostic::{Diagnostic, Diagnostics, Label};
use crate::digest::Digest;
use crate::disk::{Disk, Node, Now};
use crate::plan;
use crate::project::Project;
use crate::store::{Fact, FileRecord, Key, Manifest, State, StepRecord, Store};
use output::Written;
use scheduler::{Scheduler, Task};
use survey::{FileReader, FileState, Survey};
use worker::{Bench, Held, Ran};

/// The version of the events' form.
const EVENT_VERSION: u32 = 1;

/// What is asked of a build.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The names of the steps to make fresh, with all they use; empty for every step.
    pub targets: Vec<String>,
    /// How many steps may run at once; 0 for as many as the machine has cores.
    pub jobs: usize,
    /// Whether to go on with what does not depend on a failed step.
    pub keep_going: bool,
    /// Whether to find out what would run, and run and write nothing.
    pub dry_run: bool,
}

/// Why a build could not even start.
#[derive(Debug, Error)]
pub enum BuildError {
    /// The store could not be locked.
    #[error("the store of the project cannot be locked")]
    Lock(#[source] io::Error),
    /// The threads could not be started.
    #[error("the threads of the build cannot be started")]
    Threads(#[source] rayon::ThreadPoolBuildError),
    /// A target is not in the plan.
    #[error("the plan has no step `{0}`")]
    UnknownTarget(String),
}

/// Reads a project's plan and finds its steps, files and order.
///
/// Problems are in `diagnostics`, all of them; with an error, the Dag must not be built.
pub fn read_dag(project: &Project, disk: &dyn Disk, diagnostics: &mut Diagnostics) -> Dag {
    let read = |path: &str| disk.read(&project.path(path)).map(|content| content.bytes);
    let plan =
        plan::read_plan(&project.plan, project.depth(), &project.overrides, &read, diagnostics);
    Dag::new(plan, &project.folder, disk, diagnostics)
}

/// Makes the wanted steps fresh; `emit` hears what happens, on this thread. Once `stop` is set, no
/// further step is started.
///
/// # Errors
///
/// The reasons in [`BuildError`]. A step that fails is no error of the build: the summary counts
/// it, and its event says why.
pub fn build(
    project: &Project,
    dag: &Dag,
    request: &Request,
    disk: &Arc<dyn Disk>,
    stop: &AtomicBool,
    emit: &mut dyn FnMut(Event),
) -> Result<Summary, BuildError> {
    let started = Instant::now();
    let targets = request
        .targets
        .iter()
        .map(|name| dag.find(name).ok_or_else(|| BuildError::UnknownTarget(name.clone())))
        .collect::<Result<Vec<_>, _>>()?;
    let wanted = dag.cone(&targets);
    let steps = wanted.iter().filter(|wanted| **wanted).count();
    emit(Event::BuildStarted { version: EVENT_VERSION, steps });

    let store = Store::new(&project.folder, disk.clone());
    let jobs = match request.jobs {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        jobs => jobs,
    };
    let (mut state, mut damage) = store.load();
    let mut survey = Survey::look(project, dag, &wanted, &state, &**disk, jobs);
    let mut now = Now::default();
    let is_untouched =
        survey.is_complete() && damage.is_none() && all_fresh(dag, &wanted, &survey, &state);
    let mut is_locked = false;
    if !is_untouched && !request.dry_run {
        match lock(&store, emit) {
            Ok(locked_at) => {
                now = locked_at;
                is_locked = true;
            }
            Err(error) if is_read_only(&error) => {
                emit(Event::Notice { diagnostic: worker::store_warning(&error) });
            }
            Err(error) => return Err(BuildError::Lock(error)),
        }
        if store.has_moved() {
            (state, damage) = store.load();
            survey = Survey::look(project, dag, &wanted, &state, &**disk, jobs);
        }
    }
    if let Some(damage) = damage {
        let diagnostic = Diagnostic::warning("store", damage)
            .note("nothing is lost but the time to build again");
        emit(Event::Notice { diagnostic });
    }
    let reader = FileReader::new(project, &**disk);
    let learned = survey.read_changed(dag, &reader, jobs, now);
    let mut build = Build {
        dag,
        request,
        state: &state,
        survey: &survey,
        store: &store,
        wanted: &wanted,
        emit,
        digests: vec![None; dag.step_count()],
        held: vec![None; dag.step_count()],
        whys: vec![Vec::new(); dag.step_count()],
        outputs: Vec::new(),
        summary: Summary::default(),
        stopped: false,
    };
    if is_locked {
        for (is_input, path, record) in learned {
            if is_input {
                store.record(&Fact::File(path, record));
            } else if state.outputs.get(&path).is_some_and(|old| old.digest == record.digest) {
                store.record(&Fact::Output(path, record));
            }
        }
    }
    let bench = Bench { dag, survey: &survey, state: &state, store: &store, reader: &reader, now };
    build.go(&bench, jobs, stop)?;
    let outputs = std::mem::take(&mut build.outputs);
    let mut summary = build.summary;
    if is_locked && let Err(error) = close(project, &store, &**disk, outputs) {
        emit(Event::Notice { diagnostic: worker::store_warning(&error) });
    }
    summary.microseconds = started.elapsed().as_micros() as u64;
    emit(Event::BuildFinished { summary });
    Ok(summary)
}

/// Locks the store, and says so if that takes waiting.
fn lock(store: &Store, emit: &mut dyn FnMut(Event)) -> io::Result<Now> {
    if let Some(now) = store.lock(false)? {
        return Ok(now);
    }
    emit(Event::Waiting);
    store.lock(true)?.ok_or_else(|| io::ErrorKind::WouldBlock.into())
}

fn is_read_only(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

/// Writes what the build recorded; outputs last, once the clock tells which of them are settled.
fn close(
    project: &Project,
    store: &Store,
    disk: &dyn Disk,
    outputs: Vec<(String, FileRecord)>,
) -> io::Result<()> {
    store.flush(true)?;
    let journal = project.path(crate::store::FOLDER).join("journal");
    let now = match disk.look(&journal) {
        Ok(Node::File(stamp)) => Now { time: stamp.modified, device: stamp.device },
        _ => Now::default(),
    };
    for (path, record) in outputs {
        let is_racy = survey::is_racy(&record.stamp, now);
        store.record(&Fact::Output(path, FileRecord { is_racy, ..record }));
    }
    store.flush(true)?;
    store.compact()?;
    store.unlock();
    Ok(())
}

/// Returns whether every wanted step is fresh, as far as stamps and records tell.
fn all_fresh(dag: &Dag, wanted: &[bool], survey: &Survey, state: &State) -> bool {
    let mut digests: Vec<Option<Digest>> = vec![None; dag.step_count()];
    dag.order().iter().filter(|id| wanted[id.0 as usize]).all(|id| {
        let step = dag.step(*id);
        let Some(last) = state.steps.get(&step.name) else { return false };
        let Some(upstream) = digests_of(dag, *id, &digests) else { return false };
        let manifest = worker::expected_manifest(dag, *id, survey, &last.discovered, &upstream);
        let Ok(manifest) = manifest else { return false };
        let Some(record) = state.results.get(&manifest.key()) else { return false };
        digests[id.0 as usize] = Some(record.digest);
        let is_there = match survey.output(*id) {
            Some(FileState::Known(file)) => file.digest == record.digest,
            Some(_) => false,
            None => true,
        };
        is_there && last.manifest == manifest
    })
}

fn digests_of(dag: &Dag, id: StepId, digests: &[Option<Digest>]) -> Option<Vec<Digest>> {
    dag.upstream(id).iter().map(|used| digests[used.0 as usize]).collect()
}

/// A build under way.
struct Build<'a> {
    dag: &'a Dag,
    request: &'a Request,
    state: &'a State,
    survey: &'a Survey,
    store: &'a Store,
    wanted: &'a [bool],
    emit: &'a mut dyn FnMut(Event),
    /// The digest of each step's result, once it is known.
    digests: Vec<Option<Digest>>,
    /// Graphs in memory.
    held: Vec<Option<Held>>,
    /// Why each stale step is stale.
    whys: Vec<Vec<String>>,
    /// Outputs as they were written, to be recorded at the end.
    outputs: Vec<(String, FileRecord)>,
    summary: Summary,
    stopped: bool,
}

/// What a worker has done.
enum Report {
    Loaded(StepId, Option<Held>),
    Restored(StepId, Option<io::Result<Written>>),
    Ran(StepId, Box<Result<Ran, Diagnostics>>),
}

impl Build<'_> {
    fn go(&mut self, bench: &Bench<'_>, jobs: usize, stop: &AtomicBool) -> Result<(), BuildError> {
        let mut scheduler = Scheduler::new(self.dag, self.wanted);
        self.decide_all(&mut scheduler);
        if scheduler.has_task() && !self.request.dry_run {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(jobs)
                .thread_name(|number| format!("worker {number}"))
                .build()
                .map_err(BuildError::Threads)?;
            let (send, reports) = mpsc::channel();
            pool.in_place_scope(|scope| {
                let mut running = 0;
                loop {
                    self.stopped |= stop.load(Ordering::Relaxed);
                    while running < jobs && !self.stopped {
                        let Some(task) = scheduler.next_task() else { break };
                        let job = self.job(task);
                        let send = send.clone();
                        running += 1;
                        scope.spawn(move |_| {
                            // The receiver outlives the scope.
                            let _ = send.send(job.run(bench));
                        });
                    }
                    if running == 0 {
                        break;
                    }
                    let Ok(report) = reports.recv() else { break };
                    running -= 1;
                    self.take(report, &mut scheduler);
                    self.decide_all(&mut scheduler);
                    for id in scheduler.take_released() {
                        self.held[id.0 as usize] = None;
                    }
                    if let Err(error) = self.store.flush(false) {
                        (self.emit)(Event::Notice { diagnostic: worker::store_warning(&error) });
                    }
                }
            });
        }
        for id in scheduler.unfinished() {
            let outcome = if self.request.dry_run { Outcome::Stale } else { Outcome::Skipped };
            let why = match self.whys[id.0 as usize].as_slice() {
                [] if self.request.dry_run => vec!["something it uses is stale".to_owned()],
                why => why.to_vec(),
            };
            self.finished(id, outcome, why, 0, false, Diagnostics::default());
        }
        Ok(())
    }

    /// Decides on every step that can be decided on now.
    fn decide_all(&mut self, scheduler: &mut Scheduler<'_>) {
        while let Some(id) = scheduler.next_to_decide() {
            self.decide(id, scheduler);
        }
    }

    fn decide(&mut self, id: StepId, scheduler: &mut Scheduler<'_>) {
        let step = self.dag.step(id);
        let last = self.state.steps.get(&step.name);
        let upstream = digests_of(self.dag, id, &self.digests).unwrap_or_default();
        let discovered = last.map_or(&[][..], |last| &last.discovered);
        let expected = worker::expected_manifest(self.dag, id, self.survey, discovered, &upstream);
        let Ok(manifest) = expected else {
            // The worker says what is wrong with the files; perhaps they are not needed any more.
            self.whys[id.0 as usize] = vec!["some of its files cannot be read".to_owned()];
            return scheduler.stale(id);
        };
        let key = manifest.key();
        let why = why(last, &manifest);
        let Some(record) = self.state.results.get(&key) else {
            self.whys[id.0 as usize] = why;
            return scheduler.stale(id);
        };
        self.digests[id.0 as usize] = Some(record.digest);
        self.record_step(id, last, manifest, discovered.to_vec());
        let is_there = match self.survey.output(id) {
            None => true,
            Some(FileState::Known(file)) => file.digest == record.digest,
            Some(_) => false,
        };
        if is_there {
            let diagnostics = serde_json::from_str(&record.warnings).unwrap_or_default();
            self.adopt(id, record.digest);
            self.finished(id, Outcome::Reused, Vec::new(), 0, false, diagnostics);
            return scheduler.fresh(id);
        }
        let was_ours = self.state.outputs.get(&step.name).map(|file| file.digest);
        self.whys[id.0 as usize] = match self.survey.output(id) {
            Some(FileState::Known(file)) if Some(file.digest) == was_ours => why,
            Some(FileState::Known(_)) => vec!["the output was changed by somebody else".to_owned()],
            _ => vec!["the output is missing".to_owned()],
        };
        scheduler.restore(id);
    }

    /// Records an output that was there already, with the right bytes.
    fn adopt(&mut self, id: StepId, digest: Digest) {
        let path = &self.dag.step(id).name;
        if let Some(FileState::Known(file)) = self.survey.output(id)
            && self.state.outputs.get(path).is_none_or(|old| old.digest != digest)
        {
            self.outputs.push((path.clone(), file.clone()));
        }
    }

    fn record_step(
        &self,
        id: StepId,
        last: Option<&StepRecord>,
        manifest: Manifest,
        discovered: Vec<String>,
    ) {
        let record = StepRecord { manifest, discovered };
        if last != Some(&record) {
            self.store.record(&Fact::Step(self.dag.step(id).name.clone(), record));
        }
    }

    /// Gives a task all it needs.
    fn job(&mut self, task: Task) -> Job {
        match task {
            Task::Run(id) => {
                (self.emit)(Event::StepStarted { step: self.dag.step(id).name.clone() });
                let used = self.dag.upstream(id).iter();
                let from = used.filter_map(|used| self.held[used.0 as usize].clone()).collect();
                Job::Run(id, from)
            }
            Task::Load(id) => Job::Load(id, self.digests[id.0 as usize]),
            Task::Restore(id) => Job::Restore(id, self.digests[id.0 as usize]),
        }
    }

    fn take(&mut self, report: Report, scheduler: &mut Scheduler<'_>) {
        match report {
            Report::Loaded(id, Some(held)) => {
                self.held[id.0 as usize] = Some(held);
                scheduler.loaded(id);
            }
            Report::Loaded(id, None) => {
                self.whys[id.0 as usize] = vec!["its graph is needed and was not kept".to_owned()];
                scheduler.stale(id);
            }
            Report::Restored(id, None) => scheduler.stale(id),
            Report::Restored(id, Some(Ok(written))) => {
                let digest = self.digests[id.0 as usize];
                let mut diagnostics = Diagnostics::default();
                self.wrote(id, digest, &written, &mut diagnostics);
                let why = std::mem::take(&mut self.whys[id.0 as usize]);
                let wrote = written.has_changed;
                self.finished(id, Outcome::Restored, why, 0, wrote, diagnostics);
                scheduler.restored(id);
            }
            Report::Restored(id, Some(Err(error))) => {
                let mut diagnostics = Diagnostics::default();
                diagnostics.push(worker::unwritable(&self.dag.step(id).name, &error));
                self.fail(id, diagnostics, scheduler);
            }
            Report::Ran(id, ran) => match *ran {
                Ok(ran) => self.ran(id, ran, scheduler),
                Err(diagnostics) => self.fail(id, diagnostics, scheduler),
            },
        }
    }

    fn ran(&mut self, id: StepId, ran: Ran, scheduler: &mut Scheduler<'_>) {
        let Ran { manifest, discovered, files, record, graph, written, mut diagnostics } = ran;
        let digest = record.digest;
        let is_again = self.digests[id.0 as usize].is_some();
        self.digests[id.0 as usize] = Some(digest);
        self.held[id.0 as usize] = graph.map(|graph| Held { graph, digest });
        for (path, record) in files {
            if self.state.files.get(&path) != Some(&record) {
                self.store.record(&Fact::File(path, record));
            }
        }
        let microseconds = record.microseconds;
        self.store.record(&Fact::Result(Key(manifest.key().0), record));
        let last = self.state.steps.get(&self.dag.step(id).name);
        self.record_step(id, last, manifest, discovered);
        let mut has_changed = false;
        let is_export = written.is_some();
        if let Some(written) = written {
            has_changed = written.has_changed;
            self.wrote(id, Some(digest), &written, &mut diagnostics);
        }
        // A graph made again for someone who needs it has been counted already.
        if !is_again || is_export {
            let why = std::mem::take(&mut self.whys[id.0 as usize]);
            self.finished(id, Outcome::Built, why, microseconds, has_changed, diagnostics);
        }
        scheduler.ran(id);
    }

    fn wrote(
        &mut self,
        id: StepId,
        digest: Option<Digest>,
        written: &Written,
        diagnostics: &mut Diagnostics,
    ) {
        let path = self.dag.step(id).name.clone();
        if let Some(replaced) = written.replaced {
            diagnostics.push(
                Diagnostic::warning(
                    "replaced",
                    format!("`{path}` had been changed by somebody else"),
                )
                .note(format!("what was there is kept in the store as {}", replaced.short())),
            );
        }
        if let Some(digest) = digest {
            let record = FileRecord { stamp: written.stamp, digest, is_racy: true };
            self.outputs.push((path, record));
        }
    }

    fn fail(&mut self, id: StepId, diagnostics: Diagnostics, scheduler: &mut Scheduler<'_>) {
        if diagnostics.list.iter().any(|problem| problem.code == "internal") {
            self.summary.bugs += 1;
        }
        let why = std::mem::take(&mut self.whys[id.0 as usize]);
        self.finished(id, Outcome::Failed, why, 0, false, diagnostics);
        let name = &self.dag.step(id).name;
        for skipped in scheduler.failed(id) {
            let why = vec![format!("`{name}` failed")];
            self.finished(skipped, Outcome::Skipped, why, 0, false, Diagnostics::default());
        }
        self.stopped |= !self.request.keep_going;
    }

    fn finished(
        &mut self,
        id: StepId,
        outcome: Outcome,
        why: Vec<String>,
        microseconds: u64,
        wrote: bool,
        mut diagnostics: Diagnostics,
    ) {
        let step = self.dag.step(id);
        for problem in diagnostics.list.iter_mut().filter(|problem| problem.labels.is_empty()) {
            // A problem without a place of its own is the step's.
            let at = self.dag.plan.sources.excerpt(step.span);
            problem.labels.push(Label { at, message: "in this step".to_owned() });
        }
        self.summary.count(outcome);
        self.summary.warnings += diagnostics.warnings;
        let omitted = diagnostics.omitted();
        (self.emit)(Event::StepFinished {
            step: step.name.clone(),
            kind: step.work.describe(),
            outcome,
            why,
            microseconds,
            wrote,
            diagnostics: diagnostics.list,
            omitted,
        });
    }
}

/// A task with all it needs, ready for a thread.
enum Job {
    Run(StepId, Vec<Held>),
    Load(StepId, Option<Digest>),
    Restore(StepId, Option<Digest>),
}

impl Job {
    fn run(self, bench: &Bench<'_>) -> Report {
        match self {
            Job::Run(id, from) => Report::Ran(id, Box::new(bench.run(id, &from))),
            Job::Load(id, digest) => Report::Loaded(id, digest.and_then(|d| bench.load(d))),
            Job::Restore(id, digest) => {
                Report::Restored(id, digest.and_then(|d| bench.restore(id, d)))
            }
        }
    }
}

/// Says why a step is stale, by what is different from when it was last built.
fn why(last: Option<&StepRecord>, manifest: &Manifest) -> Vec<String> {
    let Some(last) = last else { return vec!["it was never built".to_owned()] };
    let changes = manifest.changes_since(&last.manifest);
    match changes.as_slice() {
        [] => vec!["its result is not in the store".to_owned()],
        changes => changes.iter().map(ToString::to_string).collect(),
    }
}

/// Returns the files that the steps found out they need when they were last built.
pub fn discovered_files(project: &Project, dag: &Dag, disk: &Arc<dyn Disk>) -> Vec<String> {
    let (state, _) = Store::new(&project.folder, disk.clone()).load();
    let steps = dag.plan.steps.iter().filter_map(|step| state.steps.get(&step.name));
    steps.flat_map(|step| step.discovered.clone()).collect()
}
