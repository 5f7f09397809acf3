//! What earlier builds left: key to result, digest to bytes, and what files were when last seen.
//!
//! Everything here may be lost or damaged at any time and costs only time: what is read is
//! verified, and what cannot be is not there. Knows nothing of plans or graphs.

mod blobs;
mod codec;
mod journal;
#[expect(dead_code, reason = "taken into use with the next commits")]
mod log;
mod manifest;
mod snapshot;

pub use manifest::{Change, Input, InputKind, Key, Manifest};
pub use snapshot::{Snapshot, SnapshotFolder, Unchanged};

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::digest::Digest;
use crate::disk::{Disk, Lock, Node, Now, Stamp};
use crate::path;
use journal::Journal;

/// The folder of the store in a project.
pub const FOLDER: &str = ".layercake";
/// The folder in it for what others had written where outputs are now; it is never removed.
const REPLACED: &str = "replaced";
/// How the names of temporary files end, in the store and beside outputs.
pub const TEMPORARY: &str = ".layercake.tmp";

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

    /// Returns what the snapshot tells, if there is one and nothing in it has changed.
    pub fn unchanged(&self, identity: &str, project: &Path) -> Option<Unchanged> {
        let bytes = self.disk.read(&self.folder.join("snapshot")).ok()?.bytes;
        snapshot::compare(&bytes, identity, project, &*self.disk)
    }

    /// Replaces the snapshot. The store must be locked.
    ///
    /// # Errors
    ///
    /// Those of the file system; the old snapshot then stays, which does no harm.
    pub fn keep_snapshot(&self, snapshot: &Snapshot) -> io::Result<()> {
        let new = self.folder.join(format!("snapshot{TEMPORARY}"));
        // One may be left from a build that was ended.
        let _ = self.disk.remove(&new);
        self.disk.create(&new, &snapshot.encode(), None)?;
        self.disk.rename(&new, &self.folder.join("snapshot"))
    }

    /// Returns whether another process has added to the store since it was loaded.
    pub fn has_moved(&self) -> bool {
        held(&self.journal).has_moved(&*self.disk)
    }

    /// Makes the store's folder and locks it for writing; returns the file system's time, and
    /// whether the last writer was ended before its time. `None` when another process writes.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn lock(&self) -> io::Result<Option<(Now, bool)>> {
        self.make_folder()?;
        let locked = match self.disk.lock(&self.folder.join("lock")) {
            // Somebody removed the store just then.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            locked => locked?,
        };
        Ok(locked.map(|locked| {
            *held(&self.lock) = Some(locked.lock);
            (locked.now, locked.was_abandoned)
        }))
    }

    /// Returns the number of the process that has the store locked, where it can be told.
    pub fn holder(&self) -> Option<u32> {
        let content = self.disk.read(&self.folder.join("lock")).ok()?;
        std::str::from_utf8(&content.bytes).ok()?.trim().parse().ok()
    }

    /// Returns the file system's time just now. The store must be locked.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn now(&self) -> io::Result<Now> {
        held(&self.lock).as_ref().map_or(Ok(Now::default()), Lock::now)
    }

    /// Lets other processes write.
    ///
    /// # Errors
    ///
    /// Those of the file system; others may write all the same.
    pub fn unlock(&self) -> io::Result<()> {
        held(&self.lock).take().map_or(Ok(()), Lock::give_back)
    }

    /// Removes the temporary files that a writer left in these folders, and in the store, when it
    /// was ended before its time. The store must be locked.
    pub fn sweep(&self, folders: impl IntoIterator<Item = PathBuf>) {
        for folder in folders.into_iter().chain([self.folder.join("blobs")]) {
            for entry in self.disk.list(&folder).unwrap_or_default() {
                if entry.name.ends_with(TEMPORARY) && !entry.is_folder {
                    // What cannot be removed now may be the next time.
                    let _ = self.disk.remove(&folder.join(entry.name));
                }
            }
        }
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

    /// Returns whether bytes with this digest were ever kept, and not removed since.
    pub fn has(&self, digest: Digest) -> bool {
        blobs::has(&*self.disk, &self.folder, digest)
    }

    /// Keeps what somebody else had written at an output's path, where even [`Store::remove`]
    /// leaves it; returns the path relative to the project.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn keep_replaced(&self, output: &str, bytes: &[u8]) -> io::Result<String> {
        let name: String = path::file_name(output).chars().take(60).collect();
        let name = format!("{REPLACED}/{}-{name}", Digest::of(bytes).short());
        self.disk.create_folder(&self.folder.join(REPLACED))?;
        match self.disk.create(&self.folder.join(&name), bytes, None) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => Ok(format!("{FOLDER}/{name}")),
        }
    }

    /// Returns the bytes with this digest, if they are there and whole.
    pub fn bytes(&self, digest: Digest) -> Option<Vec<u8>> {
        blobs::read(&*self.disk, &self.folder, digest)
    }

    /// Removes the store, but for what others had written where outputs are now; returns whether
    /// there is any of that. The store must be locked.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn remove(&self) -> io::Result<bool> {
        let is_gone = |removed: io::Result<()>| match removed {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
        is_gone(self.disk.remove(&self.folder.join("snapshot")))?;
        is_gone(self.disk.remove(&self.folder.join("journal")))?;
        is_gone(self.disk.remove_folder(&self.folder.join("blobs")))?;
        if self.disk.look(&self.folder.join(REPLACED)).is_ok() {
            return Ok(true);
        }
        is_gone(self.disk.remove_folder(&self.folder))?;
        Ok(false)
    }

    /// Makes the folder, with the marks that keep it out of git and of backups.
    fn make_folder(&self) -> io::Result<()> {
        if self.disk.look(&self.folder.join(".gitignore")).is_err() {
            if self.disk.look(&self.folder).is_ok_and(|node| node != Node::Folder) {
                return Err(io::Error::other("it is not a folder"));
            }
            self.disk.create_folder(&self.folder)?;
        }
        // Whoever made a link here may lead every write elsewhere.
        let project = self.folder.parent().unwrap_or(&self.folder);
        if self.disk.canonical(&self.folder)? != self.disk.canonical(project)?.join(FOLDER) {
            return Err(io::Error::other("it is a link, which the store must not be"));
        }
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

/// Returns a checksum (XXH3-64; Collet, xxHash) that tells whole bytes from damaged ones.
fn checksum(bytes: &[u8]) -> u64 {
    twox_hash::XxHash3_64::oneshot(bytes)
}
