//! A build under way: one loop that asks the scheduler, hands tasks to threads, and takes in what
//! they made.

mod deciding;
mod staging;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Instant;

use super::critical::critical_path;
use super::event::Activity;
use super::explain::{Look, Made};
use super::items::ItemList;
use super::job::{Batch, Job, Report, Timing};
use super::output::Outputs;
use super::scheduler::{Scheduler, Task};
use super::survey::Survey;
use super::teller::{End, Teller};
use super::worker::{self, Bench, Held, Ran};
use super::{BuildError, Event, Outcome, Request, Summary};
use crate::dag::{Dag, StepId};
use crate::diagnostic::Diagnostics;
use crate::digest::Digest;
use crate::step::Data;
use crate::store::{FileRecord, Manifest, ResultRecord, Store};

use staging::Next;

/// How long the tasks take that a worker is given at once, in microseconds.
const BATCH_TIME: u64 = 400;
/// How many tasks a worker is given at once.
const MOST_IN_BATCH: u64 = 32;

/// A build under way.
pub(super) struct Build<'a> {
    dag: &'a Dag,
    request: &'a Request,
    survey: &'a Survey,
    store: &'a Store,
    wanted: &'a [bool],
    teller: Teller<'a>,
    /// When and where a worker last did something for each step.
    timings: Vec<Option<Timing>>,
    /// How long each step ran, in microseconds; 0 for not at all.
    spent: Vec<u64>,
    /// The digest of each step's result, once it is known.
    digests: Vec<Option<Digest>>,
    /// The digest of each step's result before, if something that decides it has changed since.
    before: Vec<Option<Digest>>,
    /// The step whose graph or table is wanted in memory.
    pub(super) kept: Option<StepId>,
    /// Is shown each step that has run.
    pub(super) look: Option<Look<'a>>,
    /// Graphs and tables in memory.
    held: Vec<Option<Held>>,
    /// Why each stale step is stale.
    whys: Vec<Vec<String>>,
    /// The warnings that the results of steps to be restored were made with.
    kept_warnings: Vec<Diagnostics>,
    /// Whether what happens is recorded: the store is locked, and can be written.
    pub(super) is_recorded: bool,
    /// Exports that ran: how long, and what they had to say.
    ran: Vec<Option<(u64, Diagnostics)>>,
    /// Outputs that are not in their places yet, and since when there are any.
    staged: Vec<(StepId, Outputs)>,
    staged_since: Option<Instant>,
    /// Whether nothing speaks for waiting with them: they need not be made safe together.
    is_urgent: bool,
    /// What became of each step that could be done.
    ended: Vec<Option<Ended>>,
    /// The file system's time when the build began, in nanoseconds since 1970.
    pub(super) now: i64,
    stopped: bool,
    /// How long tasks take of late, in microseconds.
    pace: u64,
}

/// A step that was decided on, and whose result is known and where it belongs.
#[derive(Debug, Clone)]
pub(super) struct Ended {
    pub(super) digest: Digest,
    pub(super) microseconds: u64,
    /// What decided the result.
    pub(super) manifest: Manifest,
    /// The files it found out that it needs; with what they were, if that was learned just now.
    pub(super) discovered: Vec<(String, Option<FileRecord>)>,
    /// What its output is now, if that is news.
    pub(super) output: Option<FileRecord>,
    /// Whether this build wrote the output, so that nobody else has for some time.
    pub(super) is_written: bool,
    /// The files of a fan-out.
    pub(super) items: Option<EndedItems>,
    /// Whether the output, if it has one, is there.
    pub(super) is_whole: bool,
    /// Its end as it is told when nothing is to be done, if it had something to say.
    pub(super) notice: Option<String>,
}

/// The files of a fan-out.
#[derive(Debug, Clone)]
pub(super) struct EndedItems {
    /// All of them.
    pub(super) list: Arc<ItemList>,
    /// What some are now, by their place in the list, and whether this build wrote them; the
    /// others are as they were.
    pub(super) news: Vec<(u32, FileRecord, bool)>,
}

/// What came of a build.
pub(super) struct Results {
    /// What became of the steps.
    pub(super) summary: Summary,
    /// The steps that were decided on and could be done, by number.
    pub(super) ended: Vec<Option<Ended>>,
    /// The graph or table that was wanted in memory, if it could be made.
    pub(super) kept: Option<Data>,
}

impl<'a> Build<'a> {
    /// Starts with nothing known.
    pub(super) fn new(
        dag: &'a Dag,
        request: &'a Request,
        survey: &'a Survey,
        store: &'a Store,
        wanted: &'a [bool],
        teller: Teller<'a>,
    ) -> Build<'a> {
        Build {
            dag,
            request,
            survey,
            store,
            wanted,
            teller,
            timings: vec![None; dag.step_count()],
            spent: vec![0; dag.step_count()],
            digests: vec![None; dag.step_count()],
            before: vec![None; dag.step_count()],
            kept: None,
            look: None,
            held: vec![None; dag.step_count()],
            whys: vec![Vec::new(); dag.step_count()],
            kept_warnings: vec![Diagnostics::default(); dag.step_count()],
            is_recorded: true,
            ran: vec![None; dag.step_count()],
            staged: Vec::new(),
            staged_since: None,
            is_urgent: false,
            ended: vec![None; dag.step_count()],
            now: 0,
            stopped: false,
            pace: BATCH_TIME,
        }
    }

    /// Returns what came of it all.
    pub(super) fn into_results(mut self) -> Results {
        let mut summary = self.teller.summary;
        summary.critical_path = critical_path(self.dag, &self.spent);
        let held = self.kept.and_then(|id| self.held[id.0 as usize].take());
        Results { summary, ended: self.ended, kept: held.map(|held| held.data) }
    }

    /// Makes every wanted step fresh, as far as that can be done.
    pub(super) fn go(
        &mut self,
        bench: &Bench<'_>,
        jobs: usize,
        stop: &AtomicBool,
    ) -> Result<(), BuildError> {
        let mut scheduler = Scheduler::new(self.dag, self.wanted);
        self.kept.into_iter().for_each(|id| scheduler.keep(id));
        let began = Instant::now();
        self.decide_all(&mut scheduler);
        if self.request.trace {
            self.teller.phase(Activity::Decide, began);
        }
        if scheduler.has_task() && !self.request.dry_run {
            // One step at a time takes as long in any order; that of the plan is the same always.
            scheduler.rank(|id| if jobs > 1 { self.last_time(id) } else { None });
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(jobs)
                .thread_name(|number| format!("worker {number}"))
                .build()
                .map_err(BuildError::Threads)?;
            let (send, reports) = mpsc::channel();
            pool.in_place_scope(|scope| {
                let (mut busy, mut running, mut was_told) = (0, 0, false);
                loop {
                    if !was_told && running > 0 && stop.load(Ordering::Relaxed) {
                        was_told = true;
                        self.teller.tell(Event::Stopping { running });
                    }
                    self.stopped |= stop.load(Ordering::Relaxed);
                    while busy < jobs && !self.stopped {
                        let batch = self.batch(&mut scheduler, jobs);
                        if batch.is_empty() {
                            break;
                        }
                        let (send, origin) = (send.clone(), self.teller.origin);
                        let ends_early = !self.request.keep_going;
                        busy += 1;
                        running += batch.len();
                        scope.spawn(move |_| {
                            // The receiver outlives the scope.
                            let _ = send.send(batch.run(bench, origin, ends_early));
                        });
                    }
                    let next = match busy {
                        0 if self.staged.is_empty() => break,
                        0 => Next::Publish,
                        _ => self.wait(&reports),
                    };
                    match next {
                        Next::Reports(batch) => {
                            busy -= 1;
                            running -= batch.count;
                            for (report, timing) in batch.reports {
                                self.take(report, timing, &mut scheduler);
                            }
                        }
                        Next::Publish => self.publish(bench, &mut scheduler),
                        Next::Patience => continue,
                    }
                    self.decide_all(&mut scheduler);
                    for id in scheduler.take_released() {
                        self.held[id.0 as usize] = None;
                    }
                    if self.is_recorded
                        && let Err(error) = self.store.flush(false)
                    {
                        self.store_failed(&error);
                    }
                }
            });
        }
        let is_new = self.request.dry_run && self.store.is_empty();
        for id in scheduler.unfinished() {
            let (outcome, why) = match self.request.dry_run {
                true => self.would(id, is_new),
                false => (Outcome::Skipped, vec!["the build stopped before its turn".to_owned()]),
            };
            self.finished(id, End { why, ..End::new(outcome) });
        }
        Ok(())
    }

    /// Returns the tasks that one worker does next: several, where each takes less time than it
    /// takes to hand it over.
    fn batch(&mut self, scheduler: &mut Scheduler<'_>, jobs: usize) -> Batch {
        let most = BATCH_TIME / self.pace.max(1);
        // Every worker gets its share.
        let share = scheduler.task_count().div_ceil(jobs) as u64;
        let count = most.min(share).clamp(1, MOST_IN_BATCH);
        let mut batch = Batch::default();
        while (batch.len() as u64) < count
            && let Some(task) = scheduler.next_task()
        {
            batch.push(self.job(task));
        }
        batch
    }

    /// Returns how long a step ran when it last did.
    fn last_time(&self, id: StepId) -> Option<u64> {
        let surveyed = self.survey.step(id);
        surveyed.last.as_ref().map(|_| surveyed.microseconds)
    }

    /// Gives a task all it needs.
    fn job(&mut self, task: Task) -> Job {
        match task {
            Task::Run(id) => {
                self.teller.tell(Event::StepStarted { step: self.dag.step(id).name.clone() });
                let used = self.dag.upstream(id).iter();
                Job::Run(id, used.map(|used| self.held[used.0 as usize].clone()).collect())
            }
            Task::Load(id) => Job::Load(id, self.digests[id.0 as usize]),
            Task::Restore(id) => Job::Restore(id, self.digests[id.0 as usize]),
        }
    }

    fn take(&mut self, report: Report, timing: Timing, scheduler: &mut Scheduler<'_>) {
        let (what, id) = report.about();
        self.pace = (7 * self.pace + timing.microseconds) / 8;
        self.timings[id.0 as usize] = Some(timing);
        if self.request.trace {
            self.teller.span(what, id, timing);
        }
        scheduler.made(id);
        match report {
            Report::Loaded(id, Some(held)) => {
                self.held[id.0 as usize] = Some(held);
                scheduler.loaded(id);
            }
            Report::Loaded(id, None) => {
                self.whys[id.0 as usize] =
                    vec!["what it makes is needed and was not kept".to_owned()];
                scheduler.stale(id);
            }
            Report::Restored(id, None) => scheduler.stale(id),
            Report::Restored(id, Some(Ok(outputs))) => self.stage(id, outputs),
            Report::Restored(id, Some(Err(error))) => self.unwritable(id, &error, scheduler),
            Report::Ran(id, ran) => match *ran {
                Ok(ran) => self.ran(id, ran, scheduler),
                Err(diagnostics) => self.fail(id, diagnostics, scheduler),
            },
        }
    }

    fn ran(&mut self, id: StepId, ran: Ran, scheduler: &mut Scheduler<'_>) {
        let Ran { manifest, discovered, digest, microseconds, place, data, outputs, .. } = ran;
        if let Some(error) = ran.unkept {
            self.store_failed(&error);
        }
        let diagnostics = ran.diagnostics;
        self.spent[id.0 as usize] = microseconds.max(1);
        let is_again = self.digests[id.0 as usize].is_some();
        self.digests[id.0 as usize] = Some(digest);
        self.held[id.0 as usize] = data.map(|data| Held::new(data, digest));
        if self.is_recorded {
            let warnings = match diagnostics.is_empty() {
                true => String::new(),
                false => serde_json::to_string(&diagnostics).unwrap_or_default(),
            };
            let record = ResultRecord { digest, microseconds, used: self.now, place, warnings };
            self.store.record(manifest.key(), record);
            for (key, record) in ran.results {
                self.store.record(key, record);
            }
            for key in ran.retired {
                self.store.retire(key, self.now);
            }
        }
        let discovered = discovered.into_iter().map(|(path, record)| (path, Some(record)));
        self.ended(id, digest, microseconds, manifest, discovered.collect());
        if let Some(look) = self.look.as_mut().filter(|_| !is_again || outputs.is_some()) {
            let before = self.before[id.0 as usize].filter(|before| *before != digest);
            let held = self.held[id.0 as usize].as_ref();
            let graph = held.and_then(|held| held.data.graph()).map(|graph| &**graph);
            look(Made { step: id, why: &self.whys[id.0 as usize], before, graph });
        }
        match outputs {
            Some(outputs) => {
                self.ran[id.0 as usize] = Some((microseconds, diagnostics));
                self.stage(id, outputs);
            }
            None => {
                // A graph made again for someone who needs it has been counted already.
                if !is_again {
                    let why = std::mem::take(&mut self.whys[id.0 as usize]);
                    let end = End::new(Outcome::Built);
                    self.finished(id, End { why, microseconds, diagnostics, ..end });
                }
                scheduler.ran(id);
            }
        }
    }

    /// Says, once, that the store cannot be written.
    fn store_failed(&mut self, error: &io::Error) {
        if std::mem::replace(&mut self.is_recorded, false) {
            self.teller.tell(Event::Notice { diagnostic: worker::store_warning(error) });
        }
    }

    fn fail(&mut self, id: StepId, diagnostics: Diagnostics, scheduler: &mut Scheduler<'_>) {
        self.ended[id.0 as usize] = None;
        if diagnostics.list.iter().any(|problem| problem.code == "internal") {
            self.teller.summary.bugs += 1;
        }
        let why = std::mem::take(&mut self.whys[id.0 as usize]);
        let microseconds = self.timings[id.0 as usize].map_or(0, |timing| timing.microseconds);
        self.spent[id.0 as usize] = microseconds.max(1);
        self.finished(id, End { why, microseconds, diagnostics, ..End::new(Outcome::Failed) });
        let name = &self.dag.step(id).name;
        for skipped in scheduler.failed(id) {
            let why = vec![format!("`{name}` failed")];
            self.finished(skipped, End { why, ..End::new(Outcome::Skipped) });
        }
        self.stopped |= !self.request.keep_going;
    }

    fn finished(&mut self, id: StepId, end: End) {
        let timing = self.timings[id.0 as usize].take();
        let (digest, before) = (self.digests[id.0 as usize], self.before(id));
        let notice = self.teller.finished(id, End { timing, digest, before, ..end });
        if let (Some(ended), Some(notice)) = (&mut self.ended[id.0 as usize], notice) {
            // Events are structs of texts and numbers, which JSON can always hold.
            ended.notice = serde_json::to_string(&notice).ok();
        }
    }
}
