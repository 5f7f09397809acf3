//! What a build did, gathered from what it tells, for the history.

use std::io;
use std::time::Instant;

use super::{Event, Outcome, Request, Summary};
use crate::diagnostic::{Diagnostic, Severity};
use crate::disk::Now;
use crate::project::Project;
use crate::store::{BuildRecord, StepEnd, Store};

/// Listens to a build.
pub(super) struct Recorder {
    started: Instant,
    steps: Vec<StepEnd>,
    /// Whether there is something to record: a step ran, was restored or failed.
    has_done_something: bool,
}

impl Recorder {
    /// Starts with nothing heard.
    pub(super) fn new(started: Instant) -> Recorder {
        Recorder { started, steps: Vec::new(), has_done_something: false }
    }

    /// Hears what happened.
    pub(super) fn hear(&mut self, event: &Event) {
        let Event::StepFinished { outcome, before, .. } = event else { return };
        self.has_done_something |=
            matches!(outcome, Outcome::Built | Outcome::Restored | Outcome::Failed);
        if *outcome != Outcome::Reused || before.is_some() {
            self.steps.extend(step_end(event));
        }
    }

    /// Adds the build to the history, if it did something. The store must be locked.
    pub(super) fn keep(
        &mut self,
        store: &Store,
        project: &Project,
        request: &Request,
        now: Now,
        summary: &Summary,
    ) -> io::Result<()> {
        if !self.has_done_something {
            return Ok(());
        }
        let Summary { built, reused, restored, failed, skipped, warnings, findings, .. } = *summary;
        let counts = [
            (Outcome::Built, built),
            (Outcome::Restored, restored),
            (Outcome::Reused, reused),
            (Outcome::Failed, failed),
            (Outcome::Skipped, skipped),
        ];
        let counts = counts.map(|(how, count)| (how.word(), count)).into_iter();
        let counts = counts.chain([("findings", findings)]).filter(|(_, count)| *count > 0);
        let build = BuildRecord {
            number: 0,
            time: now.time,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            plan: project.plan.clone(),
            targets: request.targets.clone(),
            overrides: project.overrides.clone(),
            keep_going: request.keep_going,
            microseconds: self.started.elapsed().as_micros() as u64,
            counts: counts.map(|(word, count)| (word.to_owned(), count as u64)).collect(),
            warnings: warnings as u64,
            steps: std::mem::take(&mut self.steps),
        };
        store.keep_build(&build).map(drop)
    }
}

/// Returns how a step ended, if an event tells of that.
pub(super) fn step_end(event: &Event) -> Option<StepEnd> {
    let Event::StepFinished {
        step,
        kind,
        outcome,
        why,
        microseconds,
        digest,
        before,
        diagnostics,
        ..
    } = event
    else {
        return None;
    };
    Some(StepEnd {
        step: step.clone(),
        kind: kind.clone(),
        outcome: outcome.word().to_owned(),
        why: why.clone(),
        microseconds: *microseconds,
        digest: *digest,
        before: *before,
        error: first_error(diagnostics),
    })
}

/// Returns the message of the first error, with its place; empty for none.
fn first_error(diagnostics: &[Diagnostic]) -> String {
    let Some(error) = diagnostics.iter().find(|problem| problem.severity == Severity::Error) else {
        return String::new();
    };
    match error.labels.first() {
        Some(label) if label.at.line > 0 => {
            format!("{} ({}:{})", error.message, label.at.path, label.at.line)
        }
        Some(label) => format!("{} ({})", error.message, label.at.path),
        None => error.message.clone(),
    }
}
