//! A task with all it needs, as a thread of the build gets it, and what comes back.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::output::Staged;
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

impl Job {
    /// Does the task; a panic on the way is an error of the step.
    pub(super) fn run(self, bench: &Bench<'_>) -> Report {
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
    Restored(StepId, Option<io::Result<Staged>>),
    Ran(StepId, Box<Result<Ran, Diagnostics>>),
}
