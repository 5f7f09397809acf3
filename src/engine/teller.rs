//! Tells what became of each step, and counts it.

use std::time::Instant;

use super::event::{self, Activity};
use super::job::Timing;
use super::output;
use super::{Event, Outcome, Summary};
use crate::dag::{Dag, StepId};
use crate::diagnostic::{Diagnostic, Diagnostics, Label};
use crate::digest::Digest;

/// Tells what became of each step, and counts it.
pub(super) struct Teller<'a> {
    dag: &'a Dag,
    emit: &'a mut dyn FnMut(Event),
    /// When the build began.
    pub(super) origin: Instant,
    /// What became of the steps so far.
    pub(super) summary: Summary,
}

/// How a step ended.
pub(super) struct End {
    pub(super) outcome: Outcome,
    pub(super) why: Vec<String>,
    pub(super) microseconds: u64,
    pub(super) wrote: bool,
    pub(super) diagnostics: Diagnostics,
    /// When and where it was done, if a worker did it.
    pub(super) timing: Option<Timing>,
    /// The digest of its result.
    pub(super) digest: Option<Digest>,
    /// The digest of its result before, if that was another.
    pub(super) before: Option<Digest>,
}

impl End {
    /// Starts with nothing but how.
    pub(super) fn new(outcome: Outcome) -> End {
        End {
            outcome,
            why: Vec::new(),
            microseconds: 0,
            wrote: false,
            diagnostics: Diagnostics::default(),
            timing: None,
            digest: None,
            before: None,
        }
    }

    /// A step whose output somebody else has changed, and that is left so.
    pub(super) fn kept(path: &str) -> End {
        let mut diagnostics = Diagnostics::default();
        let message = format!("`{path}` was changed by somebody else");
        diagnostics.push(
            Diagnostic::warning("edited", message)
                .note("it is left as it is, and is not what the plan makes")
                .help("`layercake build` without `--keep-edited` replaces it, and keeps what was there"),
        );
        End { diagnostics, ..End::new(Outcome::Kept) }
    }
}

impl<'a> Teller<'a> {
    /// Starts with nothing told.
    pub(super) fn new(dag: &'a Dag, origin: Instant, emit: &'a mut dyn FnMut(Event)) -> Teller<'a> {
        Teller { dag, emit, origin, summary: Summary::default() }
    }

    /// Tells what is not the end of a step.
    pub(super) fn tell(&mut self, event: Event) {
        (self.emit)(event);
    }

    /// Tells what the build itself has done since `began`.
    pub(super) fn phase(&mut self, what: Activity, began: Instant) {
        (self.emit)(event::phase(what, self.origin, began));
    }

    /// Tells how long a task of a worker took.
    pub(super) fn span(&mut self, what: Activity, id: StepId, timing: Timing) {
        let step = Some(self.dag.step(id).name.clone());
        let Timing { worker, started, microseconds } = timing;
        let worker = Some(worker);
        (self.emit)(Event::Span { what, step, worker, started, microseconds });
    }

    /// Tells that a step has come to its end; if it had something to say, returns how that is told
    /// when nothing is to be done.
    pub(super) fn finished(&mut self, id: StepId, end: End) -> Option<Event> {
        let End { outcome, why, microseconds, wrote, mut diagnostics, timing, digest, before } =
            end;
        let step = self.dag.step(id);
        for problem in diagnostics.list.iter_mut().filter(|problem| !problem.setting.is_empty()) {
            let at = self.dag.plan.place_of(step, &std::mem::take(&mut problem.setting));
            let at = self.dag.plan.sources.excerpt(at);
            problem.labels.insert(0, Label { at, message: String::new() });
        }
        for problem in diagnostics.list.iter_mut().filter(|problem| problem.labels.is_empty()) {
            // A problem without a place of its own is the step's.
            let at = self.dag.plan.sources.excerpt(step.span);
            problem.labels.push(Label { at, message: "in this step".to_owned() });
        }
        self.summary.count(outcome);
        self.summary.warnings += diagnostics.warnings;
        // What a rule that does not fit has to say is no finding.
        let is_told = step.work.is_check() && outcome != Outcome::Failed;
        let findings = if is_told { diagnostics.errors } else { 0 };
        self.summary.findings += findings;
        let omitted = diagnostics.omitted();
        let event = |outcome, why, diagnostics| Event::StepFinished {
            step: step.name.clone(),
            kind: step.work.describe(),
            outcome,
            why,
            microseconds: 0,
            started: None,
            worker: None,
            wrote: false,
            digest,
            before: None,
            diagnostics,
            omitted,
            findings,
        };
        // What was in the way of the output is no news the next time.
        let lasting = diagnostics.list.iter().filter(|problem| problem.code != output::REPLACED);
        let lasting: Vec<Diagnostic> = lasting.cloned().collect();
        let notice = (!lasting.is_empty()).then(|| event(Outcome::Reused, Vec::new(), lasting));
        (self.emit)(Event::StepFinished {
            step: step.name.clone(),
            kind: step.work.describe(),
            outcome,
            why,
            microseconds,
            started: timing.map(|timing| timing.started),
            worker: timing.map(|timing| timing.worker),
            wrote,
            digest,
            before,
            diagnostics: diagnostics.list,
            omitted,
            findings,
        });
        notice
    }
}

/// Reads what a step had to say when it was last built, with how many warnings and findings that
/// are.
pub(super) fn notice(text: &str) -> Option<((usize, usize), Event)> {
    let event: Event = serde_json::from_str(text).ok()?;
    match &event {
        Event::StepFinished { diagnostics, omitted, findings, .. } => {
            Some(((diagnostics.len() + omitted - findings, *findings), event))
        }
        _ => None,
    }
}
