//! Builds: makes every wanted step of a Dag fresh.
//!
//! A build looks at all files, decides step by step what is stale (its key has no result in the
//! store), and runs that on a pool of threads. Where nothing is stale it takes no lock and writes
//! nothing.

mod build;
mod critical;
mod event;
mod job;
mod output;
mod ready;
mod scheduler;
mod survey;
mod teller;
mod unchanged;
mod worker;

pub use event::{Activity, Event, Outcome, StepTime, Summary, event_schema};
pub use unchanged::build_unchanged;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use thiserror::Error;

use crate::dag::{Dag, Reading};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::digest::Digest;
use crate::disk::{Disk, Now};
use crate::path;
use crate::plan;
use crate::project::Project;
use crate::store::{Fact, FileRecord, State, Store};
use build::{Build, Output, Results, digests_of};
use survey::{FileReader, Survey};
use teller::Teller;
use worker::Bench;

/// The version of the events' form.
const EVENT_VERSION: u32 = 1;

/// How long the clock that stamps files is waited for; most stand still for 4 ms.
const LONGEST_TICK: Duration = Duration::from_millis(20);

/// How often a build that waits looks whether what it waits for has ended, or it is to stop.
const PATIENCE: Duration = Duration::from_millis(20);

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
    /// Whether to find out which outputs are not what they should be, running what that takes, and
    /// write nothing. Needs no store: outputs that were made elsewhere are compared.
    pub check: bool,
    /// Whether to tell how long everything takes, by [`Event::Span`].
    pub trace: bool,
}

/// Why a build could not even start.
#[derive(Debug, Error)]
pub enum BuildError {
    /// The store could not be locked.
    #[error("`.layercake`, the store of the project, cannot be used")]
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
    let mut reading = Reading::start();
    let files = RefCell::new(Vec::new());
    let reader = FileReader::new(project, disk);
    let read = |path: &str| {
        // A person named the outermost plan; what it includes must not lead out of the project.
        let (bytes, stamp) = match path == project.plan {
            true => {
                let content = disk.read(&project.path(path))?;
                if !content.is_whole {
                    return Err(io::Error::other("it changes while it is read"));
                }
                (content.bytes, content.stamp)
            }
            false => {
                let file = reader.read(path, Now::default())?;
                (file.bytes.to_vec(), file.record.stamp)
            }
        };
        files.borrow_mut().push((path.to_owned(), stamp));
        Ok(bytes)
    };
    let plan =
        plan::read_plan(&project.plan, &project.above(), &project.overrides, &read, diagnostics);
    reading.files = files.into_inner();
    Dag::new(plan, reading, &project.folder, disk, diagnostics)
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
    let began = Instant::now();
    let (mut state, mut damage) = store.load();
    let mut survey = Survey::look(project, dag, &wanted, &state, &**disk, jobs);
    let mut now = (Now::default(), Instant::now());
    let is_untouched =
        survey.is_complete() && damage.is_none() && all_fresh(dag, &wanted, &survey, &state);
    let mut is_locked = false;
    if !is_untouched && !request.dry_run && !request.check {
        let mut was_waited_for = false;
        match lock(&store, stop, emit) {
            Ok(Some(locked)) => {
                now = (locked.now, Instant::now());
                is_locked = true;
                was_waited_for = locked.was_waited_for;
                if locked.was_abandoned {
                    store.sweep(output_folders(project, dag, &state));
                }
            }
            Ok(None) => {
                let summary = Summary { skipped: steps, ..Summary::default() };
                emit(Event::BuildFinished { summary: summary.clone() });
                return Ok(summary);
            }
            Err(error) if is_read_only(&error) => {
                emit(Event::Notice { diagnostic: worker::store_warning(&error) });
            }
            Err(error) => return Err(BuildError::Lock(error)),
        }
        if was_waited_for || store.has_moved() {
            (state, damage) = store.load();
            survey = Survey::look(project, dag, &wanted, &state, &**disk, jobs);
        }
    }
    if request.trace {
        emit(event::phase(Activity::Survey, started, began));
    }
    if let Some(damage) = damage {
        let diagnostic = Diagnostic::warning("store", damage)
            .note("nothing is lost but the time to build again");
        emit(Event::Notice { diagnostic });
    }
    let reader = FileReader::new(project, &**disk);
    let began = Instant::now();
    let learned = survey.read_changed(dag, &reader, jobs, now.0);
    if request.trace {
        emit(event::phase(Activity::ReadChanged, started, began));
    }
    let teller = Teller::new(dag, started, emit);
    let mut build = Build::new(dag, request, &state, &survey, &store, &wanted, teller);
    build.is_recorded = is_locked;
    for (is_input, path, record) in learned {
        build.learned.insert(path.clone(), record.clone());
        if !is_locked {
            continue;
        }
        if is_input {
            store.record(&Fact::File(path, record));
        } else if state.outputs.get(&path).is_some_and(|old| old.digest == record.digest) {
            store.record(&Fact::Output(path, record));
        }
    }
    let bench = Bench {
        dag,
        survey: &survey,
        state: &state,
        store: &store,
        reader: &reader,
        now: now.0,
        is_recorded: is_locked,
        check: request.check,
    };
    build.go(&bench, jobs, stop)?;
    is_locked &= build.is_recorded;
    let Results { mut summary, outputs, mut learned, notices } = build.into_results();
    let is_whole = summary.is_success() && targets.is_empty() && !request.dry_run && !request.check;
    if is_untouched
        && is_whole
        && store.unchanged(&unchanged::identity(project), &project.folder).is_none()
    {
        // Only what makes the next build shorter is missing; nobody waits for that.
        if let Ok(Some((locked_at, _))) = store.lock() {
            now = (locked_at, Instant::now());
            is_locked = true;
        }
    }
    let began = Instant::now();
    if is_locked {
        let closed = close(&store, outputs, &mut learned).and_then(|()| {
            let snapshot = || unchanged::snapshot(project, dag, &survey, &learned, &notices, now);
            match is_whole.then(snapshot).flatten() {
                Some(snapshot) => store.keep_snapshot(&snapshot),
                None => Ok(()),
            }
        });
        if let Err(error) = closed.and(store.unlock()) {
            emit(Event::Notice { diagnostic: worker::store_warning(&error) });
        }
    }
    if request.trace {
        emit(event::phase(Activity::Close, started, began));
    }
    summary.microseconds = started.elapsed().as_micros() as u64;
    emit(Event::BuildFinished { summary: summary.clone() });
    Ok(summary)
}

/// The store, locked.
struct Locked {
    now: Now,
    was_abandoned: bool,
    /// Whether another process held it first.
    was_waited_for: bool,
}

/// Locks the store, and says so if that takes waiting; `None` if the build is stopped meanwhile.
fn lock(
    store: &Store,
    stop: &AtomicBool,
    emit: &mut dyn FnMut(Event),
) -> io::Result<Option<Locked>> {
    let mut was_waited_for = false;
    loop {
        if let Some((now, was_abandoned)) = store.lock()? {
            return Ok(Some(Locked { now, was_abandoned, was_waited_for }));
        }
        if !std::mem::replace(&mut was_waited_for, true) {
            emit(Event::Waiting { process: store.holder() });
        }
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        std::thread::sleep(PATIENCE);
    }
}

/// Returns the folders that outputs are in, or were.
fn output_folders(project: &Project, dag: &Dag, state: &State) -> BTreeSet<PathBuf> {
    let exports = dag.plan.steps.iter().filter(|step| step.work.is_export());
    let outputs = exports.map(|step| &step.name).chain(state.outputs.keys());
    outputs.map(|path| project.path(path::folder(path))).collect()
}

fn is_read_only(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

/// Writes what the build recorded; outputs last, once the clock tells that they are settled.
fn close(
    store: &Store,
    outputs: Vec<Output>,
    learned: &mut BTreeMap<String, FileRecord>,
) -> io::Result<()> {
    let written = outputs.iter().filter(|output| output.is_written);
    let stamps = written.map(|output| output.record.stamp);
    let latest = stamps.map(|stamp| stamp.modified.max(stamp.changed)).max();
    let now = match latest {
        Some(latest) => settled(store, latest)?,
        None => Now::default(),
    };
    for Output { path, mut record, is_written } in outputs {
        if is_written {
            record.is_racy = survey::is_racy(&record.stamp, now);
        }
        learned.insert(path.clone(), record.clone());
        store.record(&Fact::Output(path, record));
    }
    store.flush(true)?;
    store.compact()
}

/// Waits, some milliseconds at most, until the file system's clock has moved past a stamp, so that
/// whatever changes the file from now on changes its stamp.
fn settled(store: &Store, latest: i64) -> io::Result<Now> {
    let started = Instant::now();
    loop {
        let now = store.now()?;
        if now.time > latest || started.elapsed() > LONGEST_TICK {
            return Ok(now);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Returns whether every wanted step is fresh, as far as stamps and records tell.
fn all_fresh(dag: &Dag, wanted: &[bool], survey: &Survey, state: &State) -> bool {
    let mut digests: Vec<Option<Digest>> = vec![None; dag.step_count()];
    dag.order().iter().filter(|id| wanted[id.0 as usize]).all(|id| {
        let step = dag.step(*id);
        let Some(last) = state.steps.get(&step.name) else { return false };
        let Some(upstream) = digests_of(dag, *id, &digests) else { return false };
        let manifest = worker::expected_manifest(dag, *id, survey, &last.discovered, &upstream);
        let Some(manifest) = manifest else { return false };
        let Some(record) = state.results.get(&manifest.key()) else { return false };
        digests[id.0 as usize] = Some(record.digest);
        survey.has_output(*id, record.digest) && last.manifest == manifest
    })
}

/// Returns the files that the steps found out they need when they were last built.
pub fn discovered_files(project: &Project, dag: &Dag, disk: &Arc<dyn Disk>) -> Vec<String> {
    let (state, _) = Store::new(&project.folder, disk.clone()).load();
    let steps = dag.plan.steps.iter().filter_map(|step| state.steps.get(&step.name));
    steps.flat_map(|step| step.discovered.clone()).collect()
}
