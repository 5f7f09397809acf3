//! What the files of a project are now, read only where their stamps do not tell.
//!
//! A file is not read when everything the file system says of it is as it was recorded, and the
//! record was made after the clock had ticked on (as git's index does it).

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::dag::{Dag, StepId};
use crate::digest::Digest;
use crate::disk::{Content, Disk, Node, Now, Stamp};
use crate::project::Project;
use crate::store::{FileRecord, State};

/// How far the clocks of two file systems may be apart, in nanoseconds.
const SKEW: i64 = 2_000_000_000;
/// How many files one thread looks at before another helps.
const WORTH_A_THREAD: usize = 2_000;
/// How many bytes of inputs are held for the steps that will read them.
const MOST_HELD: usize = 256 << 20;
/// How often a file that changes while it is read is read again.
const MOST_TRIES: usize = 5;

/// What a file is now.
#[derive(Debug, Clone)]
pub(super) enum FileState {
    /// It is there.
    Known(FileRecord),
    /// It is there; what is in it has to be read.
    Changed,
    /// It is not there.
    Missing,
    /// It cannot be read, and why.
    Unreadable(String),
}

/// What the files of a project are now.
pub(super) struct Survey {
    paths: Vec<String>,
    numbers: HashMap<String, usize>,
    files: Vec<FileState>,
    held: Vec<Mutex<Option<Arc<[u8]>>>>,
    /// By step; only exports have one.
    outputs: Vec<Option<FileState>>,
}

/// A file that was read.
#[derive(Debug, Clone)]
pub(super) struct ReadFile {
    pub(super) bytes: Arc<[u8]>,
    pub(super) record: FileRecord,
}

impl Survey {
    /// Looks at every file that the wanted steps read or write, and reads none.
    pub(super) fn look(
        project: &Project,
        dag: &Dag,
        wanted: &[bool],
        state: &State,
        disk: &dyn Disk,
        threads: usize,
    ) -> Survey {
        let mut paths = dag.file_paths().to_vec();
        let mut numbers: HashMap<String, usize> = paths.iter().cloned().zip(0..).collect();
        let steps = || (0..dag.step_count() as u32).map(StepId).filter(|id| wanted[id.0 as usize]);
        for id in steps() {
            for path in state.steps.get(&dag.step(id).name).map_or(&[][..], |step| &step.discovered)
            {
                if !numbers.contains_key(path) {
                    numbers.insert(path.clone(), paths.len());
                    paths.push(path.clone());
                }
            }
        }
        let look = |path: &str, record: Option<&FileRecord>| match disk.look(&project.path(path)) {
            Ok(Node::File(stamp)) => match record {
                Some(record) if record.stamp == stamp && !record.is_racy => {
                    FileState::Known(record.clone())
                }
                _ => FileState::Changed,
            },
            Ok(Node::Folder) => FileState::Unreadable("it is a folder".to_owned()),
            Ok(Node::Other) => FileState::Unreadable("it is not a regular file".to_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => FileState::Missing,
            Err(error) => FileState::Unreadable(error.to_string()),
        };
        let files = in_parallel(&paths, threads, |path| look(path, state.files.get(path)));
        let exports: Vec<StepId> = steps().filter(|id| dag.step(*id).work.is_export()).collect();
        let found = in_parallel(&exports, threads, |id| {
            let path = &dag.step(*id).name;
            look(path, state.outputs.get(path))
        });
        let mut outputs = vec![None; dag.step_count()];
        for (id, state) in exports.into_iter().zip(found) {
            outputs[id.0 as usize] = Some(state);
        }
        let held = paths.iter().map(|_| Mutex::new(None)).collect();
        Survey { paths, numbers, files, held, outputs }
    }

    /// Returns whether every file is known, so that nothing has to be read.
    pub(super) fn is_complete(&self) -> bool {
        let outputs = self.outputs.iter().flatten();
        !self.files.iter().chain(outputs).any(|state| matches!(state, FileState::Changed))
    }

    /// Reads the files that have to be; returns what was learned about inputs and outputs.
    ///
    /// `now` is the file system's time before this call.
    pub(super) fn read_changed(
        &mut self,
        dag: &Dag,
        reader: &FileReader<'_>,
        threads: usize,
        now: Now,
    ) -> Vec<(bool, String, FileRecord)> {
        let is_changed = |state: &FileState| matches!(state, FileState::Changed);
        let inputs = (0..self.files.len()).filter(|at| is_changed(&self.files[*at]));
        let outputs =
            (0..self.outputs.len()).filter(|at| self.outputs[*at].as_ref().is_some_and(is_changed));
        let changed: Vec<(bool, usize)> =
            inputs.map(|at| (true, at)).chain(outputs.map(|at| (false, at))).collect();
        let held = AtomicUsize::new(0);
        let read = in_parallel(&changed, threads, |(is_input, at)| {
            let path = match is_input {
                true => &self.paths[*at],
                false => &dag.step(StepId(*at as u32)).name,
            };
            let (state, bytes) = match reader.read(path, now) {
                Ok(file) => (FileState::Known(file.record), Some(file.bytes)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => (FileState::Missing, None),
                Err(error) => (FileState::Unreadable(error.to_string()), None),
            };
            if let Some(bytes) = bytes.filter(|_| *is_input)
                && held.fetch_add(bytes.len(), Ordering::Relaxed) + bytes.len() < MOST_HELD
            {
                *self.held[*at].lock().unwrap_or_else(PoisonError::into_inner) = Some(bytes);
            }
            state
        });
        let mut learned = Vec::new();
        for ((is_input, at), state) in changed.into_iter().zip(read) {
            if let FileState::Known(record) = &state {
                let path = match is_input {
                    true => self.paths[at].clone(),
                    false => dag.step(StepId(at as u32)).name.clone(),
                };
                learned.push((is_input, path, record.clone()));
            }
            match is_input {
                true => self.files[at] = state,
                false => self.outputs[at] = Some(state),
            }
        }
        learned
    }

    /// Returns the paths of all input files.
    pub(super) fn paths(&self) -> &[String] {
        &self.paths
    }

    /// Returns what an input file is.
    pub(super) fn file(&self, path: &str) -> Option<&FileState> {
        self.numbers.get(path).map(|at| &self.files[*at])
    }

    /// Returns what the output of an export is.
    pub(super) fn output(&self, id: StepId) -> Option<&FileState> {
        self.outputs[id.0 as usize].as_ref()
    }

    /// Returns whether a step's result with this digest is where it belongs; a graph belongs nowhere.
    pub(super) fn has_output(&self, id: StepId, digest: Digest) -> bool {
        match self.output(id) {
            Some(FileState::Known(file)) => file.digest == digest,
            Some(_) => false,
            None => true,
        }
    }

    /// Returns the bytes of an input that was read for the survey; only once, to free the memory.
    pub(super) fn take(&self, path: &str) -> Option<ReadFile> {
        let at = *self.numbers.get(path)?;
        let FileState::Known(record) = &self.files[at] else { return None };
        let bytes = self.held[at].lock().unwrap_or_else(PoisonError::into_inner).take()?;
        Some(ReadFile { bytes, record: record.clone() })
    }
}

/// Reads files, and none outside of the project's root.
pub(super) struct FileReader<'a> {
    pub(super) project: &'a Project,
    pub(super) disk: &'a dyn Disk,
    /// Where links in folders lead, by folder.
    folders: Mutex<HashMap<PathBuf, Option<PathBuf>>>,
}

impl<'a> FileReader<'a> {
    pub(super) fn new(project: &'a Project, disk: &'a dyn Disk) -> FileReader<'a> {
        FileReader { project, disk, folders: Mutex::default() }
    }

    /// Reads a file whole; `now` is the file system's time at some moment before.
    pub(super) fn read(&self, path: &str, now: Now) -> io::Result<ReadFile> {
        let full = self.project.path(path);
        self.check_inside(&full)?;
        let canonical = self.disk.canonical(&full)?;
        if !canonical.starts_with(self.project.root()) {
            return Err(io::Error::other("a link leads out of the project"));
        }
        for _ in 0..MOST_TRIES {
            let Content { bytes, stamp, is_whole } = self.disk.read(&full)?;
            if is_whole {
                let digest = Digest::of(&bytes);
                let is_racy = is_racy(&stamp, now);
                let record = FileRecord { stamp, digest, is_racy };
                return Ok(ReadFile { bytes: bytes.into(), record });
            }
        }
        Err(io::Error::other("it keeps changing while it is read"))
    }

    /// Refuses a path whose folder is, through links, outside of the project's root.
    pub(super) fn check_inside(&self, path: &Path) -> io::Result<()> {
        let folder = path.parent().unwrap_or(path);
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if !folders.contains_key(folder) {
            // What is not there yet is made below the nearest folder that is.
            let real = folder.ancestors().find_map(|folder| self.disk.canonical(folder).ok());
            let inside = real.filter(|real| real.starts_with(self.project.root()));
            folders.insert(folder.to_owned(), inside);
        }
        match folders.get(folder) {
            Some(Some(_)) => Ok(()),
            _ => Err(io::Error::other("a link leads out of the project")),
        }
    }
}

/// Returns whether a file may have changed after `now` without its stamp changing.
///
/// A file system stamps by a clock that stands still for some milliseconds. Once the clock has
/// moved past a stamp, whatever changes the file changes its stamp as well; so `now` must be a
/// stamp of the same clock, taken before the file was read.
pub(super) fn is_racy(stamp: &Stamp, now: Now) -> bool {
    let latest = stamp.modified.max(stamp.changed);
    let skew = if stamp.device == now.device { 0 } else { SKEW };
    latest.saturating_add(skew) >= now.time
}

/// Applies `work` to all items, on several threads where there are many; results keep the order.
fn in_parallel<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let threads = threads.min(items.len() / WORTH_A_THREAD + 1);
    if threads < 2 {
        return items.iter().map(work).collect();
    }
    let share = items.len().div_ceil(threads);
    std::thread::scope(|scope| {
        let parts: Vec<_> = items
            .chunks(share)
            .map(|part| scope.spawn(|| part.iter().map(&work).collect::<Vec<R>>()))
            .collect();
        let joined = parts.into_iter().flat_map(|part| match part.join() {
            Ok(results) => results,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect()
    })
}
