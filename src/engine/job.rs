//! A task with all it needs, as a thread of the build gets it, and what comes back.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use super::event::Activity;
use super::output::Outputs;
use super::worker::{self, Bench, Held, Ran};
use crate::dag::StepId;
use crate::diagnostic::Diagnostics;
use crate::digest::Digest;

/// A task with all it needs, ready for a thread.
pub(super) enum Job {
    /// With the graphs it uses; `None` if one of them is not there, which would be a bug.
    Run(StepId, Option<Vec<Held>>),
    Load(StepId, Option<Digest>),
    Restore(StepId, Option<Digest>),
}

/// When and where a task was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Timing {
    /// The number of the thread, from 0.
    pub(super) worker: usize,
    /// When it began, in microseconds since the build did.
    pub(super) started: u64,
    /// How long it took, in microseconds.
    pub(super) microseconds: u64,
}

/// Tasks for one thread, one after the other.
#[derive(Default)]
pub(super) struct Batch(Vec<Job>);

/// What came of a batch.
pub(super) struct Done {
    /// How many tasks there were.
    pub(super) count: usize,
    /// What came of those that were done.
    pub(super) reports: Vec<(Report, Timing)>,
}

impl Batch {
    /// Adds a task at the end.
    pub(super) fn push(&mut self, job: Job) {
        self.0.push(job);
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Does the tasks; with `ends_early`, none after one that fails.
    pub(super) fn run(self, bench: &Bench<'_>, origin: Instant, ends_early: bool) -> Done {
        let count = self.0.len();
        let mut reports = Vec::with_capacity(count);
        for job in self.0 {
            let done = job.timed(bench, origin);
            let has_failed = matches!(&done.0, Report::Ran(_, ran) if ran.is_err());
            reports.push(done);
            if has_failed && ends_early {
                break;
            }
        }
        Done { count, reports }
    }
}

impl Job {
    /// Does the task, and takes the time; the build began at `origin`.
    fn timed(self, bench: &Bench<'_>, origin: Instant) -> (Report, Timing) {
        let began = Instant::now();
        let report = self.run(bench);
        let worker = rayon::current_thread_index().unwrap_or(0);
        // Both ends from one clock, each cut to whole microseconds: what follows begins no earlier.
        let started = began.duration_since(origin).as_micros() as u64;
        let ended = origin.elapsed().as_micros() as u64;
        (report, Timing { worker, started, microseconds: ended - started })
    }

    /// Does the task; a panic on the way is an error of the step.
    fn run(self, bench: &Bench<'_>) -> Report {
        let id = match &self {
            Job::Run(id, _) | Job::Load(id, _) | Job::Restore(id, _) => *id,
        };
        catch_unwind(AssertUnwindSafe(|| self.attempt(bench))).unwrap_or_else(|panic| {
            let mut diagnostics = Diagnostics::default();
            diagnostics.push(worker::panicked(&*panic));
            Report::Ran(id, Box::new(Err(diagnostics)))
        })
    }

    fn attempt(self, bench: &Bench<'_>) -> Report {
        match self {
            Job::Run(id, Some(from)) => Report::Ran(id, Box::new(bench.run(id, &from))),
            Job::Run(id, None) => {
                let mut diagnostics = Diagnostics::default();
                diagnostics.push(worker::bug("a graph that the step uses is not in memory"));
                Report::Ran(id, Box::new(Err(diagnostics)))
            }
            Job::Load(id, digest) => Report::Loaded(id, digest.and_then(|d| bench.load(d))),
            Job::Restore(id, digest) => {
                Report::Restored(id, digest.and_then(|d| bench.restore(id, d)))
            }
        }
    }
}

/// What a worker has done.
pub(super) enum Report {
    Loaded(StepId, Option<Held>),
    Restored(StepId, Option<io::Result<Outputs>>),
    Ran(StepId, Box<Result<Ran, Diagnostics>>),
}

impl Report {
    /// Returns what was done, and for which step.
    pub(super) fn about(&self) -> (Activity, StepId) {
        match self {
            Report::Loaded(id, _) => (Activity::Load, *id),
            Report::Restored(id, _) => (Activity::Restore, *id),
            Report::Ran(id, _) => (Activity::Run, *id),
        }
    }
}
