//! What earlier builds left: key to result, digest to bytes, and what files were when last seen.
//!
//! Everything here may be lost or damaged at any time and costs only time: what is read is
//! verified, and what cannot be is not there. Knows nothing of plans or graphs.

mod blobs;
mod codec;
mod journal;
mod manifest;

pub use manifest::{Change, Input, InputKind, Key, Manifest};

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::digest::Digest;
use crate::disk::{Disk, Lock, Now, Stamp};
use journal::Journal;

/// The folder of the store in a project.
pub const FOLDER: &str = ".layercake";

/// A file as a build saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRecord {
    /// What the file system said of it.
    pub stamp: Stamp,
    /// The digest of its bytes.
    pub digest: Digest,
    /// Whether it may have changed since within the same tick of the clock, so that its stamp
    /// proves nothing.
    pub is_racy: bool,
}

/// What a step made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultRecord {
    /// The digest of the result.
    pub digest: Digest,
    /// How long the step took, in microseconds.
    pub microseconds: u64,
    /// The warnings it gave, as JSON; empty for none.
    pub warnings: String,
}

/// A step as it was last built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRecord {
    /// What decided its result.
    pub manifest: Manifest,
    /// The files it found out that it needs, relative to the project.
    pub discovered: Vec<String>,
}

/// One fact of the journal; a later one replaces an earlier one of the same subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// An input file, by its path.
    File(String, FileRecord),
    /// An output file, by its path, as it was written.
    Output(String, FileRecord),
    /// A result, by its key.
    Result(Key, ResultRecord),
    /// A step, by its name.
    Step(String, StepRecord),
    /// An output, by its path, that is no longer layercake's.
    Forgotten(String),
}

/// The facts of all earlier builds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// Input files by path.
    pub files: HashMap<String, FileRecord>,
    /// Outputs by path.
    pub outputs: HashMap<String, FileRecord>,
    /// Results by key.
    pub results: HashMap<Key, ResultRecord>,
    /// Steps by name.
    pub steps: HashMap<String, StepRecord>,
}

/// The store of one project.
pub struct Store {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    journal: Mutex<Journal>,
    lock: Mutex<Option<Lock>>,
}

impl Store {
    /// Opens the store of a project; nothing is read or made yet.
    pub fn new(project: &Path, disk: Arc<dyn Disk>) -> Store {
        let folder = project.join(FOLDER);
        let journal = Mutex::new(Journal::new(folder.join("journal")));
        Store { disk, folder, journal, lock: Mutex::new(None) }
    }

    /// Reads what earlier builds left, and says whether some of it was damaged.
    pub fn load(&self) -> (State, Option<String>) {
        let mut state = State::default();
        let damage = held(&self.journal).load(&*self.disk, &mut state);
        (state, damage)
    }

    /// Returns whether another process has added to the store since it was loaded.
    pub fn has_moved(&self) -> bool {
        held(&self.journal).has_moved(&*self.disk)
    }

    /// Makes the store's folder and locks it for writing; returns the file system's time.
    /// `None` when another process writes and `wait` is not set.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn lock(&self, wait: bool) -> io::Result<Option<Now>> {
        self.make_folder()?;
        match self.disk.lock(&self.folder.join("lock"), wait)? {
            Some((lock, now)) => {
                *held(&self.lock) = Some(lock);
                Ok(Some(now))
            }
            None => Ok(None),
        }
    }

    /// Lets other processes write.
    pub fn unlock(&self) {
        *held(&self.lock) = None;
    }

    /// Records a fact; it is on disk after [`Store::flush`].
    pub fn record(&self, fact: &Fact) {
        held(&self.journal).push(fact);
    }

    /// Writes what was recorded, if that is worth a write or `all` is set. The store must be
    /// locked.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn flush(&self, all: bool) -> io::Result<()> {
        held(&self.journal).flush(&*self.disk, all)
    }

    /// Rewrites the journal when most of it is out of date. The store must be locked.
    ///
    /// # Errors
    ///
    /// Those of the file system; the old journal then stays.
    pub fn compact(&self) -> io::Result<()> {
        held(&self.journal).compact(&*self.disk)
    }

    /// Keeps bytes under their digest.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn keep(&self, digest: Digest, bytes: &[u8]) -> io::Result<()> {
        blobs::keep(&*self.disk, &self.folder, digest, bytes)
    }

    /// Returns the bytes with this digest, if they are there and whole.
    pub fn bytes(&self, digest: Digest) -> Option<Vec<u8>> {
        blobs::read(&*self.disk, &self.folder, digest)
    }

    /// Removes the whole store. It must be locked.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn remove(&self) -> io::Result<()> {
        for name in ["journal", "CACHEDIR.TAG"] {
            match self.disk.remove(&self.folder.join(name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        match self.disk.remove_folder(&self.folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Makes the folder, and the marks that keep it out of git and of backups.
    fn make_folder(&self) -> io::Result<()> {
        if self.disk.look(&self.folder.join(".gitignore")).is_ok() {
            return Ok(());
        }
        self.disk.create_folder(&self.folder)?;
        let tag = "Signature: 8a477f597d28d172789f06886806bc55\n\
                   # This is the cache of layercake; it can be removed at any time.\n";
        for (name, text) in [("CACHEDIR.TAG", tag), (".gitignore", "*\n")] {
            match self.disk.create(&self.folder.join(name), text.as_bytes(), None) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

impl State {
    fn apply(&mut self, fact: Fact) {
        match fact {
            Fact::File(path, record) => drop(self.files.insert(path, record)),
            Fact::Output(path, record) => drop(self.outputs.insert(path, record)),
            Fact::Result(key, record) => drop(self.results.insert(key, record)),
            Fact::Step(name, record) => drop(self.steps.insert(name, record)),
            Fact::Forgotten(path) => drop(self.outputs.remove(&path)),
        }
    }

    /// Returns the facts that make this state, in a fixed order.
    fn facts(&self) -> Vec<Fact> {
        fn sorted<K: Ord, V>(map: &HashMap<K, V>) -> Vec<(&K, &V)> {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by(|a, b| a.0.cmp(b.0));
            entries
        }
        let mut facts = Vec::new();
        for (path, record) in sorted(&self.files) {
            facts.push(Fact::File(path.clone(), record.clone()));
        }
        for (path, record) in sorted(&self.outputs) {
            facts.push(Fact::Output(path.clone(), record.clone()));
        }
        for (key, record) in sorted(&self.results) {
            facts.push(Fact::Result(*key, record.clone()));
        }
        for (name, record) in sorted(&self.steps) {
            facts.push(Fact::Step(name.clone(), record.clone()));
        }
        facts
    }
}

/// Locks a mutex whose holder cannot leave it half-changed.
fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
