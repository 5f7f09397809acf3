//! Brings an output back as it was after an earlier build, while the store has its bytes.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use thiserror::Error;

use super::Event;
use super::known::{Known, Rows, trusted_until};
use super::locking::lock;
use super::output::{self, Written};
use super::reader::FileReader;
use crate::diagnostic::nearest;
use crate::digest::Digest;
use crate::disk::Disk;
use crate::path;
use crate::project::Project;
use crate::store::{FileRecord, History, Image, StepEnd, StepRow, Store};

/// How many builds are named that can be restored from.
const MOST_NAMED: usize = 5;

/// An output as it was after an earlier build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// The output's path, relative to the project.
    pub output: String,
    /// The number of the build that made it.
    pub build: u64,
    /// When that build began, in nanoseconds since 1970.
    pub time: i64,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What became of the file that an earlier output was put in place of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutBack {
    /// Whether the file was another.
    pub has_changed: bool,
    /// Where what somebody else had written there is kept, relative to the project.
    pub replaced: Option<String>,
}

/// Why an earlier output cannot be brought back.
#[derive(Debug, Error)]
pub enum RestoreError {
    /// No build is in the history.
    #[error("no build of this project is in its history")]
    NoHistory,
    /// There is no such build.
    #[error("there is no build {build}")]
    UnknownBuild {
        /// The number asked for.
        build: u64,
        /// The first and the last build that there are.
        known: (u64, u64),
    },
    /// No build made such an output.
    #[error("no build made `{output}`")]
    UnknownOutput {
        /// What was asked for.
        output: String,
        /// An output with a name like it.
        nearest: Option<String>,
    },
    /// The output was made by later builds only.
    #[error("`{output}` was not made until build {first}")]
    TooEarly {
        /// The output.
        output: String,
        /// The first build that made it.
        first: u64,
    },
    /// The bytes are not in the store any more.
    #[error("the store does not have `{output}` any more as build {build} made it")]
    Gone {
        /// The output.
        output: String,
        /// The build that made it.
        build: u64,
        /// The last builds whose bytes are there.
        others: Vec<u64>,
    },
    /// The path is none that a plan could write to.
    #[error("`{0}` is not a path in the project that can be written to")]
    Outside(String),
    /// The store could not be locked.
    #[error("`.layercake`, the store of the project, cannot be used")]
    Lock(#[source] io::Error),
    /// The file could not be written.
    #[error("`{0}` cannot be written")]
    Unwritable(String, #[source] io::Error),
    /// It was interrupted while another build ran.
    #[error("interrupted while another build ran; nothing was restored")]
    Interrupted,
}

impl RestoreError {
    /// Says what to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            RestoreError::UnknownBuild { known: (first, last), .. } if first == last => {
                Some(format!("the only build there is has the number {first}"))
            }
            RestoreError::UnknownBuild { known: (first, last), .. } => {
                Some(format!("there are builds {first} to {last}; `layercake log` shows them"))
            }
            RestoreError::UnknownOutput { nearest: Some(near), .. } => {
                Some(format!("did you mean `{near}`?"))
            }
            RestoreError::Gone { others, .. } if !others.is_empty() => {
                let others: Vec<String> = others.iter().map(u64::to_string).collect();
                Some(format!("it has what these builds made: {}", others.join(", ")))
            }
            _ => None,
        }
    }

    /// Returns whether what was asked for is wrong, rather than something that could not be done.
    pub fn is_usage(&self) -> bool {
        matches!(
            self,
            RestoreError::NoHistory
                | RestoreError::UnknownBuild { .. }
                | RestoreError::UnknownOutput { .. }
                | RestoreError::TooEarly { .. }
        )
    }
}

/// Finds an output as it was after a build, or all outputs in a folder, for a name that ends in
/// `/`. `names` are the ways to write its path, of which the first that is known counts. Takes no
/// lock.
///
/// # Errors
///
/// The reasons in [`RestoreError`].
pub fn find_earlier(
    project: &Project,
    names: &[String],
    build: u64,
    disk: &Arc<dyn Disk>,
) -> Result<Vec<Earlier>, RestoreError> {
    let store = Store::new(&project.folder, &project.plan, disk.clone());
    let (history, _) = store.history();
    let known = history.numbers().ok_or(RestoreError::NoHistory)?;
    let outputs = match names.iter().any(|name| name.ends_with('/')) {
        true => outputs_in(&history, names, build),
        false => vec![known_output(&history, names)?],
    };
    if build < known.0 || build > known.1 {
        return Err(RestoreError::UnknownBuild { build, known });
    }
    if outputs.is_empty() {
        let output = names.first().cloned().unwrap_or_default();
        return Err(RestoreError::UnknownOutput { output, nearest: None });
    }
    outputs.into_iter().map(|output| find_one(&store, &history, output, build)).collect()
}

/// Returns the outputs in the first of some folders that has any which a build made, up to that
/// with this number.
fn outputs_in(history: &History, folders: &[String], build: u64) -> Vec<String> {
    let builds = history.newest_first().filter(|record| record.number <= build);
    let made = builds.flat_map(|record| record.steps).filter(is_made_output);
    let outputs: BTreeSet<String> = made.map(|end| end.step).collect();
    let in_folder = |folder: &String| -> Vec<String> {
        outputs.iter().filter(|output| output.starts_with(folder.as_str())).cloned().collect()
    };
    folders.iter().map(in_folder).find(|outputs| !outputs.is_empty()).unwrap_or_default()
}

fn find_one(
    store: &Store,
    history: &History,
    output: String,
    build: u64,
) -> Result<Earlier, RestoreError> {
    // A build that had nothing to do for an output left it as the one before it did.
    let made = history.newest_first().filter_map(|record| {
        let mut ends = record.steps.iter();
        let digest = ends.find(|end| end.step == output && is_made_output(end))?.digest?;
        Some((record.number, record.time, digest))
    });
    let made: Vec<(u64, i64, Digest)> = made.collect();
    let Some((build, time, digest)) = made.iter().find(|(number, ..)| *number <= build) else {
        let first = made.last().map_or(build, |(number, ..)| *number);
        return Err(RestoreError::TooEarly { output, first });
    };
    match store.bytes(*digest) {
        Some(bytes) => Ok(Earlier { output, build: *build, time: *time, bytes }),
        None => {
            let others = made.iter().filter(|(.., digest)| store.bytes(*digest).is_some());
            let others = others.map(|(number, ..)| *number).take(MOST_NAMED).collect();
            Err(RestoreError::Gone { output, build: *build, others })
        }
    }
}

/// Returns the first of the names that a build made.
fn known_output(history: &History, names: &[String]) -> Result<String, RestoreError> {
    let mut outputs = BTreeSet::new();
    for record in history.newest_first() {
        let made = record.steps.into_iter().filter(is_made_output);
        outputs.extend(made.map(|end| end.step));
        // Nearly always the last build that there was; older ones need not be read.
        if names.first().is_some_and(|name| outputs.contains(name)) {
            break;
        }
    }
    match names.iter().find(|name| outputs.contains(*name)) {
        Some(name) => Ok(name.clone()),
        None => {
            let output = names.first().cloned().unwrap_or_default();
            let nearest = nearest(&output, outputs.iter().map(String::as_str)).map(str::to_owned);
            Err(RestoreError::UnknownOutput { output, nearest })
        }
    }
}

fn is_made_output(end: &StepEnd) -> bool {
    end.is_export() && end.is_made()
}

/// Puts an earlier output in its place, whole, and keeps what somebody else had written there.
/// Waits for a build that is running, and tells `emit`.
///
/// # Errors
///
/// The reasons in [`RestoreError`]; what was there before is then as it was.
pub fn restore(
    project: &Project,
    earlier: &Earlier,
    disk: &Arc<dyn Disk>,
    stop: &AtomicBool,
    emit: &mut dyn FnMut(Event),
) -> Result<PutBack, RestoreError> {
    let output = &earlier.output;
    // The history may come from anybody.
    let is_plain = path::resolve("", output, &project.above()).is_ok_and(|plain| plain == *output);
    if !is_plain || path::check_output(output).is_err() || *output == project.plan {
        return Err(RestoreError::Outside(output.clone()));
    }
    let store = Store::new(&project.folder, &project.plan, disk.clone());
    if lock(&store, stop, emit).map_err(RestoreError::Lock)?.is_none() {
        return Err(RestoreError::Interrupted);
    }
    let put = put_back(project, earlier, &store, &**disk);
    let unwritable = |error| RestoreError::Unwritable(output.clone(), error);
    let unlocked = store.unlock();
    put.and_then(|put| unlocked.map(|()| put)).map_err(unwritable)
}

fn put_back(
    project: &Project,
    earlier: &Earlier,
    store: &Store,
    disk: &dyn Disk,
) -> io::Result<PutBack> {
    let output = earlier.output.as_str();
    let kept = store.image();
    let image = kept.as_ref().and_then(|(bytes, _)| Image::decode(bytes));
    // What an earlier layercake made fresh is not made so by a later one.
    let identity = image.as_ref().map_or("", |image| image.identity);
    let mut known = image.and_then(|image| {
        let trusted_until = trusted_until(&image, disk);
        Known::of_image(image, trusted_until, store)
    });
    let rows = known.as_ref().map(Rows::of);
    let step = known.as_ref().and_then(|known| known.whole.find(output));
    let row = rows.as_ref().zip(step).and_then(|(rows, step)| rows.output(step));
    let ours = match (&known, row) {
        (Some(known), Some(row)) => known.table.row(row).record.map(|record| record.digest),
        (Some(known), None) => known.gone.get(output).map(|record| record.digest),
        (None, _) => None,
    };
    let reader = FileReader::new(project, disk);
    let digest = Digest::of(&earlier.bytes);
    let place = output::Place { path: output, before: None, ours };
    let staged = output::stage(&reader, store, &place, &earlier.bytes, digest, true)?;
    let Written { stamp, is_racy, has_changed, replaced } = output::publish(disk, staged)?;
    if let (Some(known), Some(rows), Some(step), Some(row)) = (&mut known, &rows, step, row)
        && let Some(check) = known.kept
    {
        // It is ours, and not what the step makes now.
        if let Some(last) = known.last(step, rows) {
            known.lasts.insert(step.0, last);
        }
        known.steps.set(step.0, StepRow { is_fresh: false, ..known.steps.row(step.0) });
        known.table.set(row, Some(FileRecord { stamp, digest, is_racy }));
        let boot = disk.boot().unwrap_or_default();
        let table = std::mem::take(&mut known.table);
        let steps = std::mem::take(&mut known.steps);
        let (plan, time) = (&*project.plan, store.now()?.time);
        let image = Image {
            identity,
            plan,
            boot: &boot,
            time,
            table,
            steps,
            dag: check,
            ..Image::default()
        };
        store.keep_image(&known.image(image))?;
    }
    Ok(PutBack { has_changed, replaced })
}
