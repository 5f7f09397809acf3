//! From a project to a build of what is stale in it, and back to what is remembered of it.
//!
//! A build starts from what earlier ones left. Where the plan is as it was, it is not read: the
//! files are looked at, and only the steps that a change reaches are brought into memory.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::time::Instant;

use super::build::Build;
use super::closing::Closing;
use super::cone::{cone, stale_steps, with_upstream};
use super::explain::Look;
use super::known::{self, Known, Rows};
use super::locking::lock;
use super::reader::FileReader;
use super::record::Recorder;
use super::survey::Survey;
use super::sweep::{self, Sweep};
use super::teller::{Teller, notice};
use super::worker::{self, Bench};
use super::{Activity, BuildError, EVENT_VERSION, Event, Listener, Request, Summary, event};
use crate::dag::{Compiled, Dag, StepId};
use crate::diagnostic::Diagnostic;
use crate::disk::{Disk, Now, Stamp};
use crate::project::Project;
use crate::step::Data;
use crate::store::{FileTable, Image, Role, Store};

/// Makes the wanted steps of a plan, as it was just read, fresh; `listener` hears what happens, on
/// this thread. Once `stop` is set, no further step is started.
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
    listener: &mut dyn Listener,
) -> Result<Summary, BuildError> {
    build_and_show(project, dag, request, disk, stop, listener, &mut |_| {})
}

/// Does what [`build`] does, and shows each step that has run to `look`.
pub(super) fn build_and_show(
    project: &Project,
    dag: &Dag,
    request: &Request,
    disk: &Arc<dyn Disk>,
    stop: &AtomicBool,
    listener: &mut dyn Listener,
    look: Look<'_>,
) -> Result<Summary, BuildError> {
    let session = Session { project, request, disk, stop, kept: None, started: Instant::now() };
    session.build(dag, listener, look).map(|(summary, _)| summary)
}

/// Makes a step fresh, with all it uses, and returns its graph or table; nothing if that fails, or
/// if it makes a file.
///
/// # Errors
///
/// The reasons in [`BuildError`].
pub fn data(
    project: &Project,
    dag: &Dag,
    step: StepId,
    request: &Request,
    disk: &Arc<dyn Disk>,
    stop: &AtomicBool,
    listener: &mut dyn Listener,
) -> Result<(Summary, Option<Data>), BuildError> {
    let targets = vec![dag.step(step).name.clone()];
    // Where nothing has changed the steps are looked into all the same.
    let request = &Request { targets, every_step: true, ..request.clone() };
    let kept = Some(step);
    let session = Session { project, request, disk, stop, kept, started: Instant::now() };
    session.build(dag, listener, &mut |_| {})
}

/// Builds like [`build`] without reading the plan, which is as it was when it was last built.
///
/// `targets` are, for each target, the names that it may have. Returns `None`, and emits nothing,
/// if the plan has changed, a target is not known, or nothing is known of the project.
pub fn build_known(
    project: &Project,
    targets: &[Vec<String>],
    request: &Request,
    disk: &Arc<dyn Disk>,
    stop: &AtomicBool,
    listener: &mut dyn Listener,
) -> Option<Result<Summary, BuildError>> {
    let started = Instant::now();
    loop {
        let store = Store::new(&project.folder, &project.plan, disk.clone());
        let (bytes, stamp) = store.image()?;
        let image = Image::decode(&bytes)?;
        if image.identity != known::identity(project, &image.table) {
            return None;
        }
        let session = Session { project, request, disk, stop, kept: None, started };
        let trusted_until = known::trusted_until(&image, &**disk);
        let sweep = session.sweep(&image.table, trusted_until);
        if targets.is_empty() && !request.every_step {
            // Where nothing is to be done, nobody needs the steps.
            let is_fresh = sweep.is_empty() && image.steps.rows().all(|row| row.is_fresh);
            let mut notices = image.notices.iter().copied();
            if is_fresh {
                let wanted = vec![true; image.steps.count()];
                return Some(Ok(session.nothing_to_do(&mut notices, &wanted, listener)));
            }
        }
        let known = Known::of_image(image, trusted_until, &store)?;
        let find = |names: &Vec<String>| names.iter().find_map(|name| known.whole.find(name));
        let targets: Vec<StepId> = targets.iter().map(find).collect::<Option<_>>()?;
        let names = targets.iter().filter_map(|id| Some(known.whole.name(*id)?.into_owned()));
        let request = &Request { targets: names.collect(), ..request.clone() };
        let session = Session { project, request, disk, stop, kept: None, started };
        let scene = Scene { store: &store, image: Some(stamp), dag: None, sweep };
        match session.run(scene, known, &targets, listener, &mut |_| {}) {
            Ok(Run::Ended(summary, _)) => return Some(Ok(summary)),
            Ok(Run::Moved) => {}
            Ok(Run::OtherPlan) => return None,
            Err(error) => return Some(Err(error)),
        }
    }
}

/// One call for a build.
struct Session<'s> {
    project: &'s Project,
    request: &'s Request,
    disk: &'s Arc<dyn Disk>,
    stop: &'s AtomicBool,
    /// The step whose graph or table is wanted in memory.
    kept: Option<StepId>,
    started: Instant,
}

/// What a build starts from, beside what is known of the project.
struct Scene<'s> {
    store: &'s Store,
    /// The stamp of the image that was read.
    image: Option<Stamp>,
    /// The plan, if it was read.
    dag: Option<&'s Dag>,
    /// What the files are now.
    sweep: Sweep,
}

/// What came of an attempt.
enum Run {
    /// It came to its end, with the data that was wanted in memory.
    Ended(Summary, Option<Data>),
    /// Another build has ended meanwhile.
    Moved,
    /// The plan is not what it was.
    OtherPlan,
}

impl Session<'_> {
    /// Builds from a plan that was just read.
    fn build(
        &self,
        dag: &Dag,
        listener: &mut dyn Listener,
        look: Look<'_>,
    ) -> Result<(Summary, Option<Data>), BuildError> {
        let Session { project, request, disk, .. } = *self;
        let mut targets = Vec::new();
        for name in &request.targets {
            targets.push(dag.find(name).ok_or_else(|| BuildError::UnknownTarget(name.clone()))?);
        }
        let Some(whole) = Compiled::open(Compiled::encode(dag)).map(Arc::new) else {
            return Err(BuildError::Lock(io::Error::other("the plan has too many steps")));
        };
        loop {
            let store = Store::new(&project.folder, &project.plan, disk.clone());
            let kept = store.image();
            // A plan that got another name is known by that which it had.
            let renamed =
                if kept.is_none() { store.other_images(false).into_iter().next() } else { None };
            let bytes_before = kept.as_ref().map(|(bytes, _)| bytes).or(renamed.as_ref());
            let before = bytes_before.and_then(|bytes| Known::of_bytes(bytes, &store, &**disk));
            let known = Known::of_dag(dag, whole.clone(), before);
            let sweep = self.sweep(&known.table, known.trusted_until);
            let image = kept.as_ref().map(|kept| kept.1);
            let scene = Scene { store: &store, image, dag: Some(dag), sweep };
            match self.run(scene, known, &targets, listener, look)? {
                Run::Ended(summary, data) => return Ok((summary, data)),
                // Another build has ended meanwhile; what it left is news.
                Run::Moved | Run::OtherPlan => {}
            }
        }
    }

    /// Looks at all files.
    fn sweep(&self, table: &FileTable<'_>, trusted_until: i64) -> Sweep {
        let Session { project, request, disk, .. } = *self;
        sweep::sweep(project, table, trusted_until, &**disk, request.paranoid, self.threads())
    }

    /// Returns how many threads the build may use.
    fn threads(&self) -> usize {
        match self.request.jobs {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            jobs => jobs,
        }
    }

    fn run(
        &self,
        scene: Scene<'_>,
        mut known: Known<'_>,
        targets: &[StepId],
        listener: &mut dyn Listener,
        look: Look<'_>,
    ) -> Result<Run, BuildError> {
        let Session { project, request, stop, .. } = *self;
        let disk = &**self.disk;
        let Scene { store, image, dag, mut sweep } = scene;
        let threads = self.threads();
        let reader = FileReader::new(project, disk);
        let wanted = cone(&known.whole, targets);
        let steps = wanted.iter().filter(|wanted| **wanted).count();
        let is_same = sweep.is_empty();
        let is_plan = |at: &usize| known.table.row(*at).role == Role::Plan;
        let (plan, files): (Vec<usize>, Vec<usize>) =
            sweep.files.drain(..).partition(|at| is_plan(at));
        sweep.files = files;
        let is_same_plan = |now: Now| {
            let again = sweep::read_again(&known.table, &plan, &reader, threads, now);
            let mut states = again.states.iter();
            let is_same =
                states.all(|(at, state)| sweep::is_as_it_was(&known.table.row(*at), state));
            (is_same, again)
        };
        if dag.is_none() {
            if !is_same_plan(Now::default()).0 {
                return Ok(Run::OtherPlan);
            }
            for at in &sweep.folders {
                if sweep::list_again(project, &known, *at, disk).is_none() {
                    return Ok(Run::OtherPlan);
                }
            }
        }
        let is_stale =
            known.steps.rows().zip(&wanted).any(|(row, wanted)| *wanted && !row.is_fresh);
        if is_same && !is_stale && !request.every_step {
            let mut notices = known.notices.iter().map(|(step, text)| (*step, text.as_str()));
            let summary = self.nothing_to_do(&mut notices, &wanted, listener);
            return Ok(Run::Ended(summary, None));
        }
        listener.hear(Event::BuildStarted { version: EVENT_VERSION, steps });
        let writes = !request.dry_run && !request.check;
        let mut now = (Now::default(), Instant::now());
        let mut is_locked = false;
        if writes && (!is_same || is_stale) {
            match lock(store, stop, &mut |event| listener.hear(event)) {
                Ok(Some(locked)) => {
                    now = (locked.now, Instant::now());
                    is_locked = true;
                    if locked.was_abandoned {
                        store.sweep(sweep::output_folders(project, &known, disk));
                    }
                    if store.has_other_image(image) {
                        // It can only be taken back by whoever holds it; the next try locks anew.
                        let _ = store.unlock();
                        return Ok(Run::Moved);
                    }
                }
                Ok(None) => {
                    let summary = Summary { skipped: steps, ..Summary::default() };
                    listener.hear(Event::BuildFinished { summary: summary.clone() });
                    return Ok(Run::Ended(summary, None));
                }
                Err(error) if is_read_only(&error) => {
                    listener.hear(Event::Notice { diagnostic: worker::store_warning(&error) });
                }
                Err(error) => return Err(BuildError::Lock(error)),
            }
        }
        if request.trace {
            listener.hear(event::phase(Activity::Survey, self.started, sweep.began));
        }
        let began = Instant::now();
        // Once more, by a clock that is known; a plan that was just read is taken as it was then.
        let (is_same, mut plan) = is_same_plan(now.0);
        if dag.is_none() && !is_same {
            let _ = store.unlock();
            return Ok(Run::OtherPlan);
        }
        if let Some(damage) = store.damage() {
            let diagnostic = Diagnostic::warning("store", damage)
                .note("nothing is lost but the time to build again");
            listener.hear(Event::Notice { diagnostic });
        }
        if let Some(dag) = dag
            && is_locked
        {
            // The plan was read before the clock was looked at.
            let before = now.1.duration_since(dag.reading.started).as_nanos() as i64;
            known.distrust(Now { time: now.0.time - before, ..now.0 });
        }
        let mut again = sweep::read_again(&known.table, &sweep.files, &reader, threads, now.0);
        again.states.append(&mut plan.states);
        let stale = stale_steps(&known, &again);
        let wanted_stale: Vec<bool> =
            stale.iter().zip(&wanted).map(|(stale, wanted)| *stale && *wanted).collect();
        let part;
        let dag = match dag {
            Some(dag) => dag,
            None => {
                let chosen = match request.every_step {
                    true => wanted.clone(),
                    false => with_upstream(&known.whole, &wanted_stale),
                };
                part = known.whole.part(&chosen);
                // What is there is whole, but perhaps of a layercake that has other kinds.
                let Some(part) = &part else {
                    let _ = store.unlock();
                    return Ok(Run::OtherPlan);
                };
                part
            }
        };
        if request.trace {
            listener.hear(event::phase(Activity::ReadChanged, self.started, began));
        }
        let rows = Rows::of(&known);
        let survey = Survey::new(dag, &known, &rows, &wanted_stale, &mut again);
        listener.begins(dag);
        let in_part: BTreeSet<u32> = dag.ids().map(|id| dag.number(id).0).collect();
        let mut summary = Summary::default();
        let mut notices = known.notices.iter().map(|(step, text)| (*step, text.as_str()));
        let is_told = |step| in_part.contains(&step);
        tell_rest(&mut notices, &wanted, is_told, &mut summary, listener);
        let part_wanted: Vec<bool> =
            dag.ids().map(|id| wanted[dag.number(id).0 as usize]).collect();
        let record = RefCell::new(Recorder::new(self.started));
        let emit = &mut |event: Event| {
            record.borrow_mut().hear(&event);
            listener.hear(event);
        };
        let mut teller = Teller::new(dag, self.started, emit);
        teller.summary = summary;
        let mut build = Build::new(dag, request, &survey, store, &part_wanted, teller);
        build.look = Some(look);
        build.kept = self.kept;
        build.now = now.0.time;
        build.is_recorded = is_locked;
        let bench = Bench {
            dag,
            survey: &survey,
            store,
            reader: &reader,
            now: now.0,
            is_recorded: is_locked,
            check: request.check,
            keeps_edited: request.keep_edited,
            staged: AtomicUsize::new(0),
            runs: &request.runs,
            stop,
        };
        build.go(&bench, threads, stop)?;
        let is_recorded = is_locked && build.is_recorded;
        let results = build.into_results();
        let (mut summary, kept) = (results.summary, results.kept);
        let began = Instant::now();
        if is_recorded {
            let closing = Closing {
                project,
                store,
                disk,
                dag,
                known: &mut known,
                rows: &rows,
                survey: &survey,
                now: now.0,
                moved: HashMap::new(),
            };
            let closed = closing
                .close(&again, &stale, results.ended)
                .and_then(|()| record.borrow_mut().keep(store, project, request, now.0, &summary));
            if let Err(error) = closed {
                listener.hear(Event::Notice { diagnostic: worker::store_warning(&error) });
            }
        }
        if is_locked && let Err(error) = store.unlock() {
            listener.hear(Event::Notice { diagnostic: worker::store_warning(&error) });
        }
        if request.trace {
            listener.hear(event::phase(Activity::Close, self.started, began));
        }
        summary.microseconds = self.started.elapsed().as_micros() as u64;
        listener.hear(Event::BuildFinished { summary: summary.clone() });
        Ok(Run::Ended(summary, kept))
    }

    /// Ends a build that finds nothing changed.
    fn nothing_to_do(
        &self,
        notices: &mut dyn Iterator<Item = (u32, &str)>,
        wanted: &[bool],
        listener: &mut dyn Listener,
    ) -> Summary {
        let steps = wanted.iter().filter(|wanted| **wanted).count();
        listener.hear(Event::BuildStarted { version: EVENT_VERSION, steps });
        let mut summary = Summary::default();
        tell_rest(notices, wanted, |_| false, &mut summary, listener);
        summary.microseconds = self.started.elapsed().as_micros() as u64;
        listener.hear(Event::BuildFinished { summary: summary.clone() });
        summary
    }
}

/// Tells what the steps that are left alone have to say, and counts them.
fn tell_rest(
    notices: &mut dyn Iterator<Item = (u32, &str)>,
    wanted: &[bool],
    is_told: impl Fn(u32) -> bool,
    summary: &mut Summary,
    listener: &mut dyn Listener,
) {
    let left = wanted.iter().zip(0..).filter(|(wanted, step)| **wanted && !is_told(*step));
    summary.reused = left.count();
    for (step, text) in notices {
        if wanted.get(step as usize).is_some_and(|wanted| *wanted)
            && !is_told(step)
            && let Some(((warnings, findings), event)) = notice(text)
        {
            summary.warnings += warnings;
            summary.findings += findings;
            listener.hear(event);
        }
    }
}

fn is_read_only(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}
