//! What happened, for displays and tests.
//!
//! `layercake build --json` prints these, one a line; `docs/events.md` and
//! `schema/events.schema.json` say what they mean.

use std::time::Instant;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};

use crate::dag::Dag;
use crate::diagnostic::Diagnostic;
use crate::digest::Digest;

/// Returns the JSON Schema (2020-12) of one event, as `--json` prints it.
///
/// Later versions may add keys and events, never take one away without a new `version`.
pub fn event_schema() -> serde_json::Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<Event>().to_value()
}

/// Hears what happens in a build.
pub trait Listener {
    /// The build is about to decide on these steps, of which some may have to run.
    fn begins(&mut self, _: &Dag) {}
    /// Something happened.
    fn hear(&mut self, event: Event);
}

impl<F: FnMut(Event)> Listener for F {
    fn hear(&mut self, event: Event) {
        self(event);
    }
}

/// Something that happened in a build.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The build knows what it is about to look at.
    BuildStarted {
        /// The version of the event format.
        version: u32,
        /// How many steps are asked for.
        steps: usize,
    },
    /// Another process writes to the project's store; this one waits until it has ended.
    Waiting {
        /// The number of the other process, where it can be told.
        process: Option<u32>,
    },
    /// The build was asked to stop: it starts no further step, and lets what runs come to its end.
    Stopping {
        /// How many steps run.
        running: usize,
    },
    /// A step has started to run.
    StepStarted {
        /// Its name.
        step: String,
    },
    /// A step has ended.
    StepFinished {
        /// Its name.
        step: String,
        /// What it does, such as `export dot`.
        kind: String,
        /// How it ended.
        outcome: Outcome,
        /// Why, most telling first; empty for steps whose result is what it was.
        why: Vec<String>,
        /// How long it ran, in microseconds; 0 for steps that did not.
        microseconds: u64,
        /// When a thread took it up, in microseconds since the build began; absent if none did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        started: Option<u64>,
        /// Which thread did, from 0.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worker: Option<usize>,
        /// Whether it changed a file.
        wrote: bool,
        /// The digest of its result, if there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        digest: Option<Digest>,
        /// The digest of its result before, if that was another.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Digest>,
        /// What it had to say.
        diagnostics: Vec<Diagnostic>,
        /// How many more problems it found than are in `diagnostics`.
        omitted: usize,
        /// How many errors a check found; absent if none.
        #[serde(default, skip_serializing_if = "is_zero")]
        findings: usize,
    },
    /// Something took its time; told where a trace is asked for.
    Span {
        /// What it was.
        what: Activity,
        /// The step that it was for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<String>,
        /// The thread that did it, from 0; absent for the build's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worker: Option<usize>,
        /// When it began, in microseconds since the build did.
        started: u64,
        /// How long it took, in microseconds.
        microseconds: u64,
    },
    /// Something about the build as a whole needs saying.
    Notice {
        /// What.
        diagnostic: Diagnostic,
    },
    /// The build has ended.
    BuildFinished {
        /// What became of the steps.
        summary: Summary,
    },
}

/// Tells that the build, which began at `origin`, has done something since `began`.
pub(super) fn phase(what: Activity, origin: Instant, began: Instant) -> Event {
    Event::Span {
        what,
        step: None,
        worker: None,
        started: began.duration_since(origin).as_micros() as u64,
        microseconds: began.elapsed().as_micros() as u64,
    }
}

/// What a build spends time on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// A step runs: its inputs are read, its function is called, what it made is kept and written.
    Run,
    /// A step's graph comes from the store into memory.
    Load,
    /// A step's output is put back from the store.
    Restore,
    /// What earlier builds left is read, and the stamps of all files are.
    Survey,
    /// Files whose stamps are new are read.
    ReadChanged,
    /// What is stale is decided on, as far as that can be before anything runs.
    Decide,
    /// What was done is recorded.
    Close,
}

impl Activity {
    /// Returns the words for it.
    pub fn words(self) -> &'static str {
        match self {
            Activity::Run => "run",
            Activity::Load => "load",
            Activity::Restore => "restore",
            Activity::Survey => "look at files",
            Activity::ReadChanged => "read changed files",
            Activity::Decide => "decide",
            Activity::Close => "record",
        }
    }
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It ran.
    Built,
    /// Nothing that decides its result has changed.
    Reused,
    /// Its output was put back from the store.
    Restored,
    /// It could not be done.
    Failed,
    /// Something it depends on could not be done, or the build stopped before its turn.
    Skipped,
    /// It would run, or come back from the store (`--dry-run`).
    Stale,
    /// It may run: that is known once what it uses was built (`--dry-run`).
    Unsure,
    /// Somebody else changed its output, which is left as it is (`--keep-edited`).
    Kept,
}

/// What became of the steps of a build.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Steps that ran.
    pub built: usize,
    /// Steps that nothing had changed for.
    pub reused: usize,
    /// Outputs put back from the store.
    pub restored: usize,
    /// Steps that could not be done.
    pub failed: usize,
    /// Steps that depend on one that failed, or that were left when the build stopped.
    pub skipped: usize,
    /// Steps that would run, or come back from the store (`--dry-run`).
    pub stale: usize,
    /// Steps that may run (`--dry-run`).
    #[serde(default)]
    pub unsure: usize,
    /// Steps whose outputs somebody else changed, and that are left so (`--keep-edited`).
    pub kept: usize,
    /// Warnings in all.
    pub warnings: usize,
    /// Errors that checks found.
    #[serde(default)]
    pub findings: usize,
    /// Steps that failed by a bug in layercake.
    pub bugs: usize,
    /// How long the build took, in microseconds.
    pub microseconds: u64,
    /// The steps on the longest way, by time, through what ran: more threads make it no shorter.
    pub critical_path: Vec<StepTime>,
}

/// A step, and how long it ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepTime {
    /// Its name.
    pub step: String,
    /// How long, in microseconds.
    pub microseconds: u64,
}

impl Summary {
    /// Counts one more step.
    pub(super) fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Built => self.built += 1,
            Outcome::Reused => self.reused += 1,
            Outcome::Restored => self.restored += 1,
            Outcome::Failed => self.failed += 1,
            Outcome::Skipped => self.skipped += 1,
            Outcome::Stale => self.stale += 1,
            Outcome::Unsure => self.unsure += 1,
            Outcome::Kept => self.kept += 1,
        }
    }

    /// Returns whether everything asked for is fresh now, and as the checks want it.
    pub fn is_success(&self) -> bool {
        self.failed == 0 && self.skipped == 0 && self.findings == 0
    }
}

impl Outcome {
    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Built => "built",
            Outcome::Reused => "reused",
            Outcome::Restored => "restored",
            Outcome::Failed => "failed",
            Outcome::Skipped => "skipped",
            Outcome::Stale => "stale",
            Outcome::Unsure => "unsure",
            Outcome::Kept => "kept",
        }
    }
}
