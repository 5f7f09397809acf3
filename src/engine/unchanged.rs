//! The shortest way through a build: nothing has changed since all was fresh.
//!
//! Decides by the stamps of files alone, and only for the project as a whole.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use super::survey::{FileState, Survey};
use super::{EVENT_VERSION, Event, Summary, survey};
use crate::dag::{Dag, StepId};
use crate::disk::{Disk, Now, Stamp};
use crate::path;
use crate::project::Project;
use crate::registry::{self, Kind};
use crate::store::{FileRecord, Snapshot, SnapshotFolder, Store};

/// How long the clock that stamps files may stand still, in nanoseconds.
const TICK: i64 = 20_000_000;

/// Ends a build at once if nothing has changed since every step of the project was fresh.
///
/// Returns `None`, and emits nothing, when that cannot be told from the stamps of files alone. The
/// events of steps that have nothing to say are left out.
pub fn build_unchanged(
    project: &Project,
    disk: &Arc<dyn Disk>,
    emit: &mut dyn FnMut(Event),
) -> Option<Summary> {
    let started = Instant::now();
    let store = Store::new(&project.folder, disk.clone());
    let unchanged = store.unchanged(&identity(project), &project.folder)?;
    let notices: Vec<Event> = match unchanged.notices.as_str() {
        "" => Vec::new(),
        notices => serde_json::from_str(notices).ok()?,
    };
    let steps = unchanged.steps as usize;
    emit(Event::BuildStarted { version: EVENT_VERSION, steps });
    let mut summary = Summary { reused: steps, ..Summary::default() };
    for notice in notices {
        if let Event::StepFinished { diagnostics, omitted, .. } = &notice {
            summary.warnings += diagnostics.len() + omitted;
        }
        emit(notice);
    }
    summary.microseconds = started.elapsed().as_micros() as u64;
    emit(Event::BuildFinished { summary: summary.clone() });
    Some(summary)
}

/// Makes the snapshot of a project whose steps are all fresh; `None` when a file is so recent that
/// its stamp proves nothing yet.
///
/// `learned` are files that were read or written by the build itself, `now` the file system's time
/// and the moment when it was that, after the plan was read.
pub(super) fn snapshot(
    project: &Project,
    dag: &Dag,
    survey: &Survey,
    learned: &BTreeMap<String, FileRecord>,
    notices: &[Event],
    now: (Now, Instant),
) -> Option<Snapshot> {
    let mut folders = Folders::default();
    let read_at = Now {
        time: now.0.time - now.1.duration_since(dag.reading.started).as_nanos() as i64 - TICK,
        ..now.0
    };
    for (path, stamp) in &dag.reading.files {
        if survey::is_racy(stamp, read_at) {
            return None;
        }
        folders.add(path, *stamp);
    }
    for (path, stamp) in &dag.reading.folders {
        if stamp.is_some_and(|stamp| survey::is_racy(&stamp, read_at)) {
            return None;
        }
        folders.0.entry(path.clone()).or_default().listing = Some(*stamp);
    }
    let mut known = |path: &str, state: Option<&FileState>| {
        let record = learned.get(path).or(match state {
            Some(FileState::Known(record)) => Some(record),
            _ => None,
        });
        let record = record.filter(|record| !record.is_racy)?;
        folders.add(path, record.stamp);
        Some(())
    };
    for path in survey.paths() {
        known(path, survey.file(path))?;
    }
    // Files that a step found out about just now; outputs come again below.
    for path in learned.keys() {
        known(path, None)?;
    }
    for id in (0..dag.step_count() as u32).map(StepId) {
        let step = dag.step(id);
        if step.work.is_export() {
            known(&step.name, survey.output(id))?;
        }
    }
    let notices = match notices {
        [] => String::new(),
        notices => serde_json::to_string(notices).ok()?,
    };
    Some(Snapshot {
        identity: identity(project),
        steps: dag.step_count() as u64,
        notices,
        folders: folders.into_list(),
    })
}

/// Folders by path, each with its files by name.
#[derive(Default)]
struct Folders(BTreeMap<String, Gathered>);

#[derive(Default)]
struct Gathered {
    listing: Option<Option<Stamp>>,
    files: BTreeMap<String, Stamp>,
}

impl Folders {
    fn add(&mut self, path: &str, stamp: Stamp) {
        let name = path::file_name(path).to_owned();
        let folder = path::folder(path);
        match self.0.get_mut(folder) {
            Some(folder) => drop(folder.files.insert(name, stamp)),
            None => {
                self.0.entry(folder.to_owned()).or_default().files.insert(name, stamp);
            }
        }
    }

    fn into_list(self) -> Vec<SnapshotFolder> {
        let folders = self.0.into_iter();
        folders
            .map(|(path, Gathered { listing, files })| SnapshotFolder {
                path,
                listing,
                files: files.into_iter().collect(),
            })
            .collect()
    }
}

/// Returns all that decides what a build does beside its files.
pub(super) fn identity(project: &Project) -> String {
    let importers = registry::importers().iter().map(|kind| &kind.kind);
    let transforms = registry::transforms().iter().map(|kind| &kind.kind);
    let exporters = registry::exporters().iter().map(|kind| &kind.kind);
    let kinds = importers.chain(transforms).chain(exporters);
    let mut identity = format!("{} {}", env!("CARGO_PKG_VERSION"), project.plan);
    for Kind { name, revision, .. } in kinds {
        identity += &format!(" {name} {revision}");
    }
    for (name, value) in &project.overrides {
        identity += &format!("\n{name:?} {value:?}");
    }
    identity
}
