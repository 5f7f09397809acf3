//! `build --trace FILE`: what each thread did, and when, in Chrome's trace event format, which
//! Perfetto, Speedscope and `chrome://tracing` open.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use layercake::dag::Dag;
use layercake::diagnostic::{Diagnostic, reason};
use layercake::disk::{Disk, Node};
use layercake::engine::Event;
use layercake::project::Project;
use layercake::store::TEMPORARY;
use serde_json::{Value, json};

use super::Context;

/// A trace under way.
pub struct Trace {
    path: PathBuf,
    /// When the command began, which is 0 in the trace.
    origin: Instant,
    /// When the build did, in microseconds since then: its events count from there.
    build: u64,
    workers: BTreeSet<usize>,
    spans: Vec<Value>,
}

/// The row of what is no worker's.
const MAIN: usize = 0;

impl Trace {
    /// Starts a trace that is to be written to this file.
    pub fn start(context: &Context, file: &Path) -> Trace {
        Trace {
            path: context.folder().join(file),
            origin: Instant::now(),
            build: 0,
            workers: BTreeSet::new(),
            spans: Vec::new(),
        }
    }

    /// Says what is wrong with the file: a trace must not replace what the plan reads or writes.
    pub fn problem(&self, context: &Context, project: &Project, dag: &Dag) -> Option<Diagnostic> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = context.disk.canonical(folder.unwrap_or(Path::new("."))).ok()?;
        let full = folder.join(self.path.file_name()?);
        let is_it = |path: &String| project.path(path) == full;
        let exports = dag.plan.steps.iter().filter(|step| step.work.is_export());
        let outputs = exports.map(|step| &step.name);
        let mut taken = dag.file_paths().iter().chain(&dag.plan.files).chain(outputs);
        let path = taken.find(|path| is_it(path))?;
        let message = format!("the trace would be written over `{path}`, a file of the plan");
        Some(Diagnostic::error("bad-path", message).help("name another file"))
    }

    /// Notes that the plan was read since the command began, and that the build begins now.
    pub fn begin_build(&mut self) {
        self.build = self.origin.elapsed().as_micros() as u64;
        self.spans.push(span("read the plan", "phase", MAIN, 0, self.build));
    }

    /// Takes in what an event tells about time.
    pub fn note(&mut self, event: &Event) {
        match event {
            Event::Span { what, step, worker, started, microseconds } => {
                let (name, category) = match step {
                    Some(step) => (step.as_str(), what.words()),
                    None => (what.words(), "phase"),
                };
                self.workers.extend(worker);
                let row = worker.map_or(MAIN, |worker| worker + 1);
                let started = self.build + started;
                self.spans.push(span(name, category, row, started, *microseconds));
            }
            // The end of a step is told right after the time it took.
            Event::StepFinished { step, kind, outcome, why, worker: Some(_), .. } => {
                if let Some(last) = self.spans.last_mut()
                    && last["name"] == **step
                {
                    last["args"] = json!({ "kind": kind, "outcome": outcome.word(), "why": why });
                }
            }
            _ => {}
        }
    }

    /// Writes the trace; returns why it cannot be.
    pub fn write(&self, disk: &dyn Disk) -> Option<Diagnostic> {
        let error = self.replace(disk).err()?;
        let (path, why) = (self.path.display(), reason(&error));
        let message = format!("the trace `{path}` cannot be written: {why}");
        Some(
            Diagnostic::error("unwritable", message)
                .note("what was built is as it is without a trace"),
        )
    }

    fn replace(&self, disk: &dyn Disk) -> io::Result<()> {
        if disk.look(&self.path).is_ok_and(|node| !matches!(node, Node::File(_))) {
            return Err(io::Error::other("it is not a regular file"));
        }
        let mut temporary = self.path.clone().into_os_string();
        temporary.push(TEMPORARY);
        let temporary = PathBuf::from(temporary);
        // One may be left from a build that was ended.
        let _ = disk.remove(&temporary);
        let written = disk
            .create(&temporary, self.text().as_bytes(), None, false)
            .and_then(|_| disk.rename(&temporary, &self.path));
        if written.is_err() {
            // What cannot be removed either is found by `doctor`.
            let _ = disk.remove(&temporary);
        }
        written
    }

    /// Returns the trace: one event a line, so that people and other tools find their way.
    fn text(&self) -> String {
        let name = |what: &str, row: usize, name: &str| json!({ "ph": "M", "pid": 1, "tid": row, "name": what, "args": { "name": name } });
        let mut events = vec![name("process_name", MAIN, "layercake")];
        events.push(name("thread_name", MAIN, "build"));
        for worker in &self.workers {
            events.push(name("thread_name", worker + 1, &format!("worker {worker}")));
        }
        let lines = events.iter().chain(&self.spans).map(Value::to_string);
        let lines: Vec<String> = lines.collect();
        format!("{{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n{}\n]}}\n", lines.join(",\n"))
    }
}

fn span(name: &str, category: &str, row: usize, started: u64, microseconds: u64) -> Value {
    json!({
        "ph": "X",
        "pid": 1,
        "tid": row,
        "ts": started,
        "dur": microseconds,
        "name": name,
        "cat": category,
    })
}
