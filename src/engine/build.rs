//! A build under way: one loop that asks the scheduler, hands tasks to threads, and takes in what
//! they made.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use super::explain::{Look, Made};
use super::job::{Job, Report};
use super::output::Written;
use super::reasons;
use super::scheduler::{Scheduler, Task};
use super::survey::{FileState, Survey};
use super::worker::{self, Bench, Held, Ran};
use super::{BuildError, Event, Outcome, Request, Summary};
use crate::dag::{Dag, StepId};
use crate::diagnostic::{Diagnostic, Diagnostics, Label};
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
    emit: &'a mut dyn FnMut(Event),
    /// The digest of each step's result, once it is known.
    digests: Vec<Option<Digest>>,
    /// The digest of each step's result before, if something that decides it has changed since.
    before: Vec<Option<Digest>>,
    /// Is shown each step that has run.
    pub(super) look: Option<Look<'a>>,
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
    /// The ends of steps that had something to say.
    notices: Vec<Event>,
    summary: Summary,
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
        emit: &'a mut dyn FnMut(Event),
    ) -> Build<'a> {
        Build {
            dag,
            request,
            state,
            survey,
            store,
            wanted,
            emit,
            digests: vec![None; dag.step_count()],
            before: vec![None; dag.step_count()],
            look: None,
            held: vec![None; dag.step_count()],
            whys: vec![Vec::new(); dag.step_count()],
            kept_warnings: vec![Diagnostics::default(); dag.step_count()],
            is_recorded: true,
            outputs: Vec::new(),
            learned: BTreeMap::new(),
            notices: Vec::new(),
            summary: Summary::default(),
            stopped: false,
        }
    }

    /// Returns what came of it all.
    pub(super) fn into_results(self) -> Results {
        let Build { summary, outputs, learned, notices, .. } = self;
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
        if last.map(|last| &last.manifest) != expected.as_ref() {
            self.before[id.0 as usize] = self.state.last_result(&step.name).map(|old| old.digest);
        }
        let Some(manifest) = expected else {
            // The worker says what is wrong with the files; perhaps they are not needed any more.
            self.whys[id.0 as usize] = vec!["some of its files cannot be read".to_owned()];
            return scheduler.stale(id);
        };
        let Some(record) = self.state.results.get(&manifest.key()) else {
            self.whys[id.0 as usize] = reasons::why(last, &manifest);
            return scheduler.stale(id);
        };
        self.digests[id.0 as usize] = Some(record.digest);
        let warnings = match record.warnings.as_str() {
            "" => Diagnostics::default(),
            warnings => serde_json::from_str(warnings).unwrap_or_default(),
        };
        if self.survey.has_output(id, record.digest) {
            let why = self.before(id).map_or(Vec::new(), |_| reasons::why(last, &manifest));
            self.record_step(id, last, manifest, discovered.to_vec());
            self.adopt(id, record.digest);
            self.finished(id, Outcome::Reused, why, 0, false, warnings);
            return scheduler.fresh(id);
        }
        let ours = self.state.outputs.get(&step.name).map(|file| file.digest);
        let why = reasons::why_restored(last, &manifest, self.survey.output(id), ours);
        self.record_step(id, last, manifest, discovered.to_vec());
        self.kept_warnings[id.0 as usize] = warnings;
        if self.request.check {
            self.finished(id, Outcome::Stale, why, 0, false, Diagnostics::default());
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

    /// Returns the digest of a step's result before, if that was another than now.
    fn before(&self, id: StepId) -> Option<Digest> {
        let now = self.digests[id.0 as usize]?;
        self.before[id.0 as usize].filter(|before| *before != now)
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
                Job::Run(id, used.map(|used| self.held[used.0 as usize].clone()).collect())
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
                let mut diagnostics = std::mem::take(&mut self.kept_warnings[id.0 as usize]);
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
        self.store.record(&Fact::Result(manifest.key(), record));
        let last = self.state.steps.get(&self.dag.step(id).name);
        self.record_step(id, last, manifest, discovered);
        let mut has_changed = false;
        let is_export = written.is_some();
        if let Some(look) = self.look.as_mut().filter(|_| !is_again || is_export) {
            let before = self.before[id.0 as usize].filter(|before| *before != digest);
            let graph = self.held[id.0 as usize].as_ref().map(|held| &*held.graph);
            look(Made { step: id, why: &self.whys[id.0 as usize], before, graph });
        }
        if let Some(written) = &written
            && self.request.check
        {
            let why = reasons::why_checked(self.survey.output(id), written.has_changed);
            let outcome = if written.has_changed { Outcome::Stale } else { Outcome::Reused };
            self.finished(id, outcome, why, microseconds, false, diagnostics);
            return scheduler.ran(id);
        }
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
            (self.emit)(Event::Notice { diagnostic: worker::store_warning(error) });
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
        let (digest, before) = (self.digests[id.0 as usize], self.before(id));
        self.summary.count(outcome);
        self.summary.warnings += diagnostics.warnings;
        let omitted = diagnostics.omitted();
        if !diagnostics.list.is_empty() {
            self.notices.push(Event::StepFinished {
                step: step.name.clone(),
                kind: step.work.describe(),
                outcome: Outcome::Reused,
                why: Vec::new(),
                microseconds: 0,
                wrote: false,
                digest,
                before: None,
                diagnostics: diagnostics.list.clone(),
                omitted,
            });
        }
        (self.emit)(Event::StepFinished {
            step: step.name.clone(),
            kind: step.work.describe(),
            outcome,
            why,
            microseconds,
            wrote,
            digest,
            before,
            diagnostics: diagnostics.list,
            omitted,
        });
    }
}

pub(super) fn digests_of(dag: &Dag, id: StepId, digests: &[Option<Digest>]) -> Option<Vec<Digest>> {
    dag.upstream(id).iter().map(|used| digests[used.0 as usize]).collect()
}
