//! A build under way: one loop that asks the scheduler, hands tasks to threads, and takes in what
//! they made.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Instant;

use super::critical::critical_path;
use super::event::Activity;
use super::job::{Job, Report, Timing};
use super::output::Written;
use super::scheduler::{Scheduler, Task};
use super::survey::{FileState, Survey};
use super::teller::{End, Teller};
use super::worker::{self, Bench, Held, Ran};
use super::{BuildError, Event, Outcome, PATIENCE, Request, Summary};
use crate::dag::{Dag, StepId};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::digest::Digest;
use crate::store::{Fact, FileRecord, Manifest, State, StepRecord, Store};

/// A build under way.
pub(super) struct Build<'a> {
    dag: &'a Dag,
    request: &'a Request,
    state: &'a State,
    survey: &'a Survey,
    store: &'a Store,
    wanted: &'a [bool],
    teller: Teller<'a>,
    /// How long each step ran, in microseconds; 0 for not at all.
    spent: Vec<u64>,
    /// The digest of each step's result, once it is known.
    digests: Vec<Option<Digest>>,
    /// Graphs in memory.
    held: Vec<Option<Held>>,
    /// Why each stale step is stale.
    whys: Vec<Vec<String>>,
    /// The warnings that the results of steps to be restored were made with.
    kept_warnings: Vec<Diagnostics>,
    /// Whether what happens is recorded: the store is locked, and can be written.
    pub(super) is_recorded: bool,
    /// Outputs to be recorded at the end.
    outputs: Vec<Output>,
    /// Files that this build has read, by path.
    pub(super) learned: BTreeMap<String, FileRecord>,
    stopped: bool,
}

/// An output whose file is to be recorded.
pub(super) struct Output {
    pub(super) path: String,
    pub(super) record: FileRecord,
    /// Whether this build wrote it, so that nobody else has for some time.
    pub(super) is_written: bool,
}

/// What came of a build.
pub(super) struct Results {
    /// What became of the steps.
    pub(super) summary: Summary,
    /// Outputs as they are now.
    pub(super) outputs: Vec<Output>,
    /// Files that were read, by path.
    pub(super) learned: BTreeMap<String, FileRecord>,
    /// The ends of steps that had something to say, as they are told when nothing is to be done.
    pub(super) notices: Vec<Event>,
}

impl<'a> Build<'a> {
    /// Starts with nothing known.
    pub(super) fn new(
        dag: &'a Dag,
        request: &'a Request,
        state: &'a State,
        survey: &'a Survey,
        store: &'a Store,
        wanted: &'a [bool],
        teller: Teller<'a>,
    ) -> Build<'a> {
        Build {
            dag,
            request,
            state,
            survey,
            store,
            wanted,
            teller,
            spent: vec![0; dag.step_count()],
            digests: vec![None; dag.step_count()],
            held: vec![None; dag.step_count()],
            whys: vec![Vec::new(); dag.step_count()],
            kept_warnings: vec![Diagnostics::default(); dag.step_count()],
            is_recorded: true,
            outputs: Vec::new(),
            learned: BTreeMap::new(),
            stopped: false,
        }
    }

    /// Returns what came of it all.
    pub(super) fn into_results(self) -> Results {
        let Build { dag, teller, spent, outputs, learned, .. } = self;
        let Teller { mut summary, notices, .. } = teller;
        summary.critical_path = critical_path(dag, &spent);
        Results { summary, outputs, learned, notices }
    }

    /// Makes every wanted step fresh, as far as that can be done.
    pub(super) fn go(
        &mut self,
        bench: &Bench<'_>,
        jobs: usize,
        stop: &AtomicBool,
    ) -> Result<(), BuildError> {
        let mut scheduler = Scheduler::new(self.dag, self.wanted);
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
                let (mut running, mut was_told) = (0, false);
                loop {
                    if !was_told && running > 0 && stop.load(Ordering::Relaxed) {
                        was_told = true;
                        self.teller.tell(Event::Stopping { running });
                    }
                    self.stopped |= stop.load(Ordering::Relaxed);
                    while running < jobs && !self.stopped {
                        let Some(task) = scheduler.next_task() else { break };
                        let job = self.job(task);
                        let (send, origin) = (send.clone(), self.teller.origin);
                        running += 1;
                        scope.spawn(move |_| {
                            // The receiver outlives the scope.
                            let _ = send.send(job.timed(bench, origin));
                        });
                    }
                    if running == 0 {
                        break;
                    }
                    // Now and then it is looked whether the build is to stop.
                    let (report, timing) = match reports.recv_timeout(PATIENCE) {
                        Ok(report) => report,
                        Err(RecvTimeoutError::Timeout) => continue,
                        Err(RecvTimeoutError::Disconnected) => break,
                    };
                    running -= 1;
                    self.take(report, timing, &mut scheduler);
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
        for id in scheduler.unfinished() {
            let outcome = if self.request.dry_run { Outcome::Stale } else { Outcome::Skipped };
            let why = match self.whys[id.0 as usize].as_slice() {
                [] if self.request.dry_run => vec!["something it uses is stale".to_owned()],
                _ if !self.request.dry_run => vec!["the build stopped before its turn".to_owned()],
                why => why.to_vec(),
            };
            self.teller.finished(id, End { why, ..End::new(outcome) });
        }
        Ok(())
    }

    /// Returns how long a step ran when it last did.
    fn last_time(&self, id: StepId) -> Option<u64> {
        let last = self.state.steps.get(&self.dag.step(id).name)?;
        Some(self.state.results.get(&last.manifest.key())?.microseconds)
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
        let Some(manifest) = expected else {
            // The worker says what is wrong with the files; perhaps they are not needed any more.
            self.whys[id.0 as usize] = vec!["some of its files cannot be read".to_owned()];
            return scheduler.stale(id);
        };
        let Some(record) = self.state.results.get(&manifest.key()) else {
            self.whys[id.0 as usize] = why(last, &manifest);
            return scheduler.stale(id);
        };
        self.digests[id.0 as usize] = Some(record.digest);
        let warnings = match record.warnings.as_str() {
            "" => Diagnostics::default(),
            warnings => serde_json::from_str(warnings).unwrap_or_default(),
        };
        if self.survey.has_output(id, record.digest) {
            self.record_step(id, last, manifest, discovered.to_vec());
            self.adopt(id, record.digest);
            self.teller.finished(id, End { diagnostics: warnings, ..End::new(Outcome::Reused) });
            return scheduler.fresh(id);
        }
        let why = why(last, &manifest);
        self.record_step(id, last, manifest, discovered.to_vec());
        self.kept_warnings[id.0 as usize] = warnings;
        let was_ours = self.state.outputs.get(&step.name).map(|file| file.digest);
        let why = match self.survey.output(id) {
            Some(FileState::Known(file)) if Some(file.digest) == was_ours => why,
            Some(FileState::Known(_)) => vec!["the output was changed by somebody else".to_owned()],
            _ => vec!["the output is missing".to_owned()],
        };
        if self.request.check {
            self.teller.finished(id, End { why, ..End::new(Outcome::Stale) });
            return scheduler.fresh(id);
        }
        self.whys[id.0 as usize] = why;
        scheduler.restore(id);
    }

    /// Records an output that was there already, with the right bytes.
    fn adopt(&mut self, id: StepId, digest: Digest) {
        let path = &self.dag.step(id).name;
        if let Some(FileState::Known(file)) = self.survey.output(id)
            && self.state.outputs.get(path).is_none_or(|old| old.digest != digest)
        {
            let (path, record) = (path.clone(), file.clone());
            self.outputs.push(Output { path, record, is_written: false });
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
                self.teller.tell(Event::StepStarted { step: self.dag.step(id).name.clone() });
                let used = self.dag.upstream(id).iter();
                Job::Run(id, used.map(|used| self.held[used.0 as usize].clone()).collect())
            }
            Task::Load(id) => Job::Load(id, self.digests[id.0 as usize]),
            Task::Restore(id) => Job::Restore(id, self.digests[id.0 as usize]),
        }
    }

    fn take(&mut self, report: Report, timing: Timing, scheduler: &mut Scheduler<'_>) {
        if self.request.trace {
            let (what, id) = report.about();
            self.teller.span(what, id, timing);
        }
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
                let mut diagnostics = std::mem::take(&mut self.kept_warnings[id.0 as usize]);
                self.wrote(id, digest, &written, &mut diagnostics);
                let why = std::mem::take(&mut self.whys[id.0 as usize]);
                let (wrote, timing) = (written.has_changed, Some(timing));
                let end = End { why, wrote, diagnostics, timing, ..End::new(Outcome::Restored) };
                self.teller.finished(id, end);
                scheduler.restored(id);
            }
            Report::Restored(id, Some(Err(error))) => {
                let mut diagnostics = Diagnostics::default();
                diagnostics.push(worker::unwritable(&self.dag.step(id).name, &error));
                self.fail(id, diagnostics, timing, scheduler);
            }
            Report::Ran(id, ran) => match *ran {
                Ok(ran) => self.ran(id, ran, timing, scheduler),
                Err(diagnostics) => self.fail(id, diagnostics, timing, scheduler),
            },
        }
    }

    fn ran(&mut self, id: StepId, ran: Ran, timing: Timing, scheduler: &mut Scheduler<'_>) {
        let Ran { manifest, discovered, files, record, graph, written, unkept, mut diagnostics } =
            ran;
        if let Some(error) = unkept {
            self.store_failed(&error);
        }
        let digest = record.digest;
        let is_again = self.digests[id.0 as usize].is_some();
        self.digests[id.0 as usize] = Some(digest);
        self.held[id.0 as usize] = graph.map(|graph| Held { graph, digest });
        for (path, record) in files {
            if self.state.files.get(&path) != Some(&record) {
                self.store.record(&Fact::File(path.clone(), record.clone()));
            }
            self.learned.insert(path, record);
        }
        let microseconds = record.microseconds;
        self.spent[id.0 as usize] = microseconds.max(1);
        let timing = Some(timing);
        self.store.record(&Fact::Result(manifest.key(), record));
        let last = self.state.steps.get(&self.dag.step(id).name);
        self.record_step(id, last, manifest, discovered);
        let mut has_changed = false;
        let is_export = written.is_some();
        if let Some(written) = &written
            && self.request.check
        {
            let why = match self.survey.output(id) {
                _ if !written.has_changed => Vec::new(),
                Some(FileState::Known(_)) => vec!["the output is out of date".to_owned()],
                _ => vec!["the output is missing".to_owned()],
            };
            let outcome = if written.has_changed { Outcome::Stale } else { Outcome::Reused };
            let end = End { why, microseconds, diagnostics, timing, ..End::new(outcome) };
            self.teller.finished(id, end);
            return scheduler.ran(id);
        }
        if let Some(written) = written {
            has_changed = written.has_changed;
            self.wrote(id, Some(digest), &written, &mut diagnostics);
        }
        // A graph made again for someone who needs it has been counted already.
        if !is_again || is_export {
            let why = std::mem::take(&mut self.whys[id.0 as usize]);
            let (outcome, wrote) = (Outcome::Built, has_changed);
            self.teller
                .finished(id, End { outcome, why, microseconds, wrote, diagnostics, timing });
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
        if let Some(replaced) = &written.replaced {
            diagnostics.push(
                Diagnostic::warning(
                    "replaced",
                    format!("`{path}` held something that layercake had not written"),
                )
                .note(format!("it is replaced; what was there is kept as `{replaced}`")),
            );
        }
        if let Some(digest) = digest {
            let Written { stamp, is_racy, has_changed, .. } = *written;
            let record = FileRecord { stamp, digest, is_racy };
            self.outputs.push(Output { path, record, is_written: has_changed });
        }
    }

    /// Says, once, that the store cannot be written.
    fn store_failed(&mut self, error: &io::Error) {
        if std::mem::replace(&mut self.is_recorded, false) {
            self.teller.tell(Event::Notice { diagnostic: worker::store_warning(error) });
        }
    }

    fn fail(
        &mut self,
        id: StepId,
        diagnostics: Diagnostics,
        timing: Timing,
        scheduler: &mut Scheduler<'_>,
    ) {
        if diagnostics.list.iter().any(|problem| problem.code == "internal") {
            self.teller.summary.bugs += 1;
        }
        let why = std::mem::take(&mut self.whys[id.0 as usize]);
        let microseconds = timing.microseconds;
        self.spent[id.0 as usize] = microseconds.max(1);
        let (outcome, timing) = (Outcome::Failed, Some(timing));
        let wrote = false;
        self.teller.finished(id, End { outcome, why, microseconds, wrote, diagnostics, timing });
        let name = &self.dag.step(id).name;
        for skipped in scheduler.failed(id) {
            let why = vec![format!("`{name}` failed")];
            self.teller.finished(skipped, End { why, ..End::new(Outcome::Skipped) });
        }
        self.stopped |= !self.request.keep_going;
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

pub(super) fn digests_of(dag: &Dag, id: StepId, digests: &[Option<Digest>]) -> Option<Vec<Digest>> {
    dag.upstream(id).iter().map(|used| digests[used.0 as usize]).collect()
}
