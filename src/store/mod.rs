//! What earlier builds left: key to result, digest to bytes, and what a project was when it was last
//! built.
//!
//! Everything here may be lost or damaged at any time and costs only time: what is read is
//! verified, and what cannot be is not there. Knows nothing of plans or graphs.

mod blobs;
mod codec;
mod history;
mod image;
mod log;
mod manifest;
mod pack;
mod pages;
mod records;
mod results;
mod tables;
mod upkeep;

pub use history::{BuildRecord, History, StepEnd};
pub use image::Image;
pub use manifest::{Change, Input, InputKind, Key, Manifest};
pub use pages::Paged;
pub use records::{FileRecord, Place, Removed, ResultRecord, StepRecord};
pub use tables::{FileRow, FileTable, FolderRow, Listing, Role, StepRow, StepTable};
pub use upkeep::{Collected, Damage, Limits, Stats};

use std::hash::Hasher;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::digest::Digest;
use crate::disk::{Disk, Lock, Node, Now, Stamp};
use crate::path;
use pack::Pack;
use results::Results;

/// The folder of the store in a project.
pub const FOLDER: &str = ".layercake";
/// The folder in it for what others had written where outputs are now; it is never removed.
const REPLACED: &str = "replaced";
/// How the names of temporary files end, in the store and beside outputs.
pub const TEMPORARY: &str = ".layercake.tmp";
/// The files of the store. Their names hold the version of their form, so that two versions of
/// layercake leave each other's alone.
const STATE: &str = "state-1";
const DAG: &str = "dag-1";
const RESULTS: &str = "results-1";
const PACK: &str = "pack-1";
/// Bytes up to this size go into the pack, larger ones into files of their own.
pub const MOST_PACKED: usize = 64 << 10;
/// How often a store that vanishes while it is made is made again, or removed while it is used.
const MOST_TRIES: usize = 100;
/// How much is gathered before it is written.
const WORTH_A_WRITE: usize = 256 << 10;

/// The store of one project.
pub struct Store {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    /// The names of the files that are this plan's alone.
    state: String,
    dag: String,
    results: Mutex<Results>,
    pack: Mutex<Pack>,
    lock: Mutex<Option<Lock>>,
    grown: AtomicU64,
}

impl Store {
    /// Opens the store of a project, for one of the plans in its folder; nothing is read or made
    /// yet.
    pub fn new(project: &Path, plan: &str, disk: Arc<dyn Disk>) -> Store {
        let folder = project.join(FOLDER);
        // A plan's name may be as long as names can be.
        let of_plan = |name: &str| match plan {
            "layercake.yaml" => name.to_owned(),
            plan => format!("{name}-{}", Digest::of(plan.as_bytes()).short()),
        };
        let (state, dag) = (of_plan(STATE), of_plan(DAG));
        let results = Mutex::new(Results::new(folder.join(RESULTS)));
        let pack = Mutex::new(Pack::new(folder.join(PACK)));
        Store {
            disk,
            folder,
            state,
            dag,
            results,
            pack,
            lock: Mutex::new(None),
            grown: AtomicU64::new(0),
        }
    }

    /// Returns the bytes of the image of the project and the stamp of its file, for
    /// [`Image::decode`]; `None` if there is none.
    pub fn image(&self) -> Option<(Vec<u8>, Stamp)> {
        let content = self.disk.read(&self.folder.join(&self.state)).ok()?;
        Some((content.bytes, content.stamp))
    }

    /// Returns whether the image's file is another one than that with this stamp.
    pub fn has_other_image(&self, stamp: Option<Stamp>) -> bool {
        let now = match self.disk.look(&self.folder.join(&self.state)) {
            Ok(Node::File(stamp)) => Some(stamp),
            _ => None,
        };
        now != stamp
    }

    /// Replaces the image. The store must be locked.
    ///
    /// # Errors
    ///
    /// Those of the file system; the old image then stays, which does no harm.
    pub fn keep_image(&self, image: &Image<'_>) -> io::Result<()> {
        let (head, tables) = image.encode();
        self.replace(&self.state, &head, &tables)
    }

    /// Returns the steps that belong to an image, by its [`Image::dag`], if they are there and
    /// whole.
    pub fn dag(&self, check: u64) -> Option<Paged> {
        let open = |name: &String| Paged::open(&self.disk, self.folder.join(name), check);
        // It may be that of a plan with another name.
        open(&self.dag).or_else(|| self.names(DAG).iter().find_map(open))
    }

    /// Replaces the steps, of which `rest` will not be read all at once; returns their checksum for
    /// [`Image::dag`]. The store must be locked.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn keep_dag(&self, front: &[u8], rest: &[u8]) -> io::Result<u64> {
        let (bytes, check) = pages::encode(front, rest);
        self.replace(&self.dag, &bytes, &[])?;
        Ok(check)
    }

    /// Replaces a file by one of these bytes, one part after the other.
    fn replace(&self, name: &str, first: &[u8], more: &[&[u8]]) -> io::Result<()> {
        let new = self.folder.join(format!("{name}{TEMPORARY}"));
        // One may be left from a build that was ended.
        let _ = self.disk.remove(&new);
        let created = self.disk.create(&new, first, None, false);
        let added = |_| more.iter().try_for_each(|part| self.disk.append(&new, part));
        let written = created.and_then(added);
        let replaced = written.and_then(|()| self.disk.rename(&new, &self.folder.join(name)));
        if replaced.is_err() {
            // It may not have been made at all.
            let _ = self.disk.remove(&new);
        }
        replaced
    }

    /// Makes the store's folder and locks it for writing; returns the file system's time, and
    /// whether the last writer was ended before its time. `None` when another process writes.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn lock(&self) -> io::Result<Option<(Now, bool)>> {
        let mut tries = 0;
        let locked = loop {
            let locked =
                self.make_folder().and_then(|()| self.disk.lock(&self.folder.join("lock")));
            match locked {
                // Somebody removed the store just then.
                Err(error) if error.kind() == io::ErrorKind::NotFound && tries < MOST_TRIES => {
                    tries += 1;
                }
                locked => break locked?,
            }
        };
        Ok(locked.map(|locked| {
            held(&self.results).forget();
            held(&self.pack).forget();
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
        for folder in folders.into_iter().chain([self.folder.join("blobs"), self.folder.clone()]) {
            for entry in self.disk.list(&folder).unwrap_or_default() {
                if entry.name.ends_with(TEMPORARY) && !entry.is_folder {
                    // What cannot be removed now may be the next time.
                    let _ = self.disk.remove(&folder.join(entry.name));
                }
            }
        }
    }

    /// Returns what was wrong with the results, if anything; only the first time.
    pub fn damage(&self) -> Option<String> {
        held(&self.results).damage(&*self.disk)
    }

    /// Returns the result under a key, unless it was added by [`Store::record`].
    pub fn result(&self, key: Key) -> Option<ResultRecord> {
        held(&self.results).get(&*self.disk, key)
    }

    /// Returns whether it has no result at all.
    pub fn is_empty(&self) -> bool {
        held(&self.results).all(&*self.disk).is_empty()
    }

    /// Adds a result; it is on disk after [`Store::flush`].
    pub fn record(&self, key: Key, record: ResultRecord) {
        held(&self.results).add(&*self.disk, key, record);
    }

    /// Notes that a result is not in use any more from now on.
    pub fn retire(&self, key: Key, now: i64) {
        let mut results = held(&self.results);
        if let Some(record) = results.find(&*self.disk, key) {
            results.push(&*self.disk, key, ResultRecord { used: now, ..record });
        }
    }

    /// Writes what was added, if that is worth a write or `all` is set. The store must be locked.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn flush(&self, all: bool) -> io::Result<()> {
        let (mut pack, mut results) = (held(&self.pack), held(&self.results));
        if !all && results.pending() + pack.pending() < WORTH_A_WRITE {
            return Ok(());
        }
        // A result that is there tells of bytes that are.
        pack.flush(&*self.disk)?;
        results.flush(&*self.disk)
    }

    /// Keeps bytes under their digest, and returns where, if that is in the pack.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn keep(&self, digest: Digest, bytes: &[u8]) -> io::Result<Option<Place>> {
        if bytes.len() > MOST_PACKED {
            self.grown.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            return blobs::keep(&*self.disk, &self.folder, digest, bytes).map(|()| None);
        }
        let mut pack = held(&self.pack);
        let place = self.place(&pack, digest);
        // Bytes that were damaged are kept anew.
        if let Some(place) = place.filter(|at| pack.read(&*self.disk, *at, digest).is_some()) {
            return Ok(Some(place));
        }
        self.grown.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        pack.add(&*self.disk, digest, bytes).map(Some)
    }

    /// Returns whether bytes with this digest were ever kept, and not removed since.
    pub fn has(&self, digest: Digest) -> bool {
        self.place(&held(&self.pack), digest).is_some()
            || blobs::has(&*self.disk, &self.folder, digest)
    }

    /// Returns the bytes with this digest, if they are there and whole.
    pub fn bytes(&self, digest: Digest) -> Option<Vec<u8>> {
        let packed = {
            let pack = held(&self.pack);
            let place = self.place(&pack, digest);
            place.and_then(|place| pack.read(&*self.disk, place, digest))
        };
        packed.or_else(|| blobs::read(&*self.disk, &self.folder, digest))
    }

    fn place(&self, pack: &Pack, digest: Digest) -> Option<Place> {
        pack.place(digest).or_else(|| held(&self.results).place(&*self.disk, digest))
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
        match self.disk.create(&self.folder.join(&name), bytes, None, true) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => Ok(format!("{FOLDER}/{name}")),
        }
    }

    /// Returns the bytes of the images of other plans in the project's folder, for
    /// [`Image::decode`]: of those that are there, or of those that are there no more.
    pub fn other_images(&self, is_there: bool) -> Vec<Vec<u8>> {
        let names = self.names(STATE).into_iter().filter(|name| *name != self.state);
        let images = names.filter_map(|name| {
            let bytes = self.disk.read(&self.folder.join(name)).ok()?.bytes;
            let plan = self.folder.with_file_name(Image::decode(&bytes)?.plan);
            (self.disk.look(&plan).is_ok() == is_there).then_some(bytes)
        });
        images.collect()
    }

    /// Returns the names of the files of a sort that each plan has its own of, in order.
    fn names(&self, sort: &str) -> Vec<String> {
        let entries = self.disk.list(&self.folder).unwrap_or_default().into_iter();
        let names = entries.filter(|entry| !entry.is_folder).map(|entry| entry.name);
        let of_plan = format!("{sort}-");
        let mut names: Vec<String> =
            names.filter(|name| name == sort || name.starts_with(&of_plan)).collect();
        names.retain(|name| !name.ends_with(TEMPORARY));
        names.sort_unstable();
        names
    }

    /// Removes the store, but for what others had written where outputs are now, and for what other
    /// plans need. The store must be locked.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn remove(&self) -> io::Result<Removed> {
        let is_gone = |removed: io::Result<()>| match removed {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
        let is_shared = !self.other_images(true).is_empty();
        if !is_shared && self.disk.look(&self.folder.join(REPLACED)).is_err() {
            // Nobody comes in while it is emptied.
            let gone = format!("{FOLDER}.{}{TEMPORARY}", std::process::id());
            let gone = self.folder.with_file_name(gone);
            is_gone(self.disk.rename(&self.folder, &gone))?;
            is_gone(self.disk.remove_folder(&gone))?;
            return Ok(Removed::Whole);
        }
        for name in [&self.state, &self.dag] {
            is_gone(self.disk.remove(&self.folder.join(name)))?;
        }
        if is_shared {
            return Ok(Removed::Own);
        }
        for name in [RESULTS, PACK] {
            is_gone(self.disk.remove(&self.folder.join(name)))?;
        }
        is_gone(self.remove_history())?;
        is_gone(self.disk.remove_folder(&self.folder.join("blobs")))?;
        Ok(Removed::Results)
    }

    /// Removes earlier stores that somebody who was ended was about to remove.
    fn remove_earlier(&self) {
        let project = self.folder.parent().unwrap_or(&self.folder);
        for entry in self.disk.list(project).unwrap_or_default() {
            let is_earlier = entry.name.starts_with(&format!("{FOLDER}."));
            if is_earlier && entry.name.ends_with(TEMPORARY) && entry.is_folder {
                // What cannot be removed is in nobody's way.
                let _ = self.disk.remove_folder(&project.join(entry.name));
            }
        }
    }

    /// Makes the folder, with the marks that keep it out of git and of backups.
    fn make_folder(&self) -> io::Result<()> {
        if self.disk.look(&self.folder.join(".gitignore")).is_err() {
            if self.disk.look(&self.folder).is_ok_and(|node| node != Node::Folder) {
                return Err(io::Error::other("it is not a folder"));
            }
            self.disk.create_folder(&self.folder)?;
            self.remove_earlier();
        }
        // Whoever made a link here may lead every write elsewhere.
        let project = self.folder.parent().unwrap_or(&self.folder);
        if self.disk.canonical(&self.folder)? != self.disk.canonical(project)?.join(FOLDER) {
            return Err(io::Error::other("it is a link, which the store must not be"));
        }
        let tag = "Signature: 8a477f597d28d172789f06886806bc55\n\
                   # This is the cache of layercake; it can be removed at any time.\n";
        for (name, text) in [("CACHEDIR.TAG", tag), (".gitignore", "*\n")] {
            match self.disk.create(&self.folder.join(name), text.as_bytes(), None, false) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Locks a mutex whose holder cannot leave it half-changed.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns a checksum (XXH3-64; Collet, xxHash) that tells whole bytes from damaged ones.
fn checksum(bytes: &[u8]) -> u64 {
    twox_hash::XxHash3_64::oneshot(bytes)
}

/// Returns the checksum of some parts, as if they were one.
fn checksum_of(parts: &[&[u8]]) -> u64 {
    let mut hasher = twox_hash::XxHash3_64::new();
    parts.iter().for_each(|part| hasher.write(part));
    hasher.finish()
}
