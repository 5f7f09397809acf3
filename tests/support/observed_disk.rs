//! The real disk, with somebody who hears of every operation before it is done.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use layercake::disk::{Content, Disk, Entry, Locked, Node, RealDisk, Stamp};

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// It asks for no bytes and changes nothing.
    Look,
    /// It reads bytes.
    Read,
    /// It changes something.
    Change,
}

/// The real disk; `hear` gets the number of each operation, from 0, what it does, and where.
pub struct ObservedDisk<F> {
    hear: F,
    count: AtomicUsize,
}

impl<F: Fn(usize, Operation, &Path) + Send + Sync> ObservedDisk<F> {
    /// Makes a disk that tells.
    pub fn new(hear: F) -> ObservedDisk<F> {
        ObservedDisk { hear, count: AtomicUsize::new(0) }
    }

    /// Returns how many operations were asked for.
    pub fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    fn tell(&self, operation: Operation, path: &Path) -> RealDisk {
        (self.hear)(self.count.fetch_add(1, Ordering::Relaxed), operation, path);
        RealDisk
    }
}

impl<F: Fn(usize, Operation, &Path) + Send + Sync> Disk for ObservedDisk<F> {
    fn look(&self, path: &Path) -> io::Result<Node> {
        self.tell(Operation::Look, path).look(path)
    }

    fn look_at_folder(&self, path: &Path) -> io::Result<Stamp> {
        self.tell(Operation::Look, path).look_at_folder(path)
    }

    fn read(&self, path: &Path) -> io::Result<Content> {
        self.tell(Operation::Read, path).read(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<Entry>> {
        self.tell(Operation::Look, path).list(path)
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        self.tell(Operation::Look, path).canonical(path)
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.tell(Operation::Change, path).create_folder(path)
    }

    fn read_part(&self, path: &Path, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        self.tell(Operation::Read, path).read_part(path, offset, length)
    }

    fn create(
        &self,
        path: &Path,
        bytes: &[u8],
        like: Option<&Path>,
        is_safe: bool,
    ) -> io::Result<Stamp> {
        self.tell(Operation::Change, path).create(path, bytes, like, is_safe)
    }

    fn sync_all(&self, folder: &Path) -> io::Result<()> {
        self.tell(Operation::Look, folder).sync_all(folder)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.tell(Operation::Change, to).rename(from, to)
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.tell(Operation::Change, path).append(path, bytes)
    }

    fn cut(&self, path: &Path, length: u64) -> io::Result<()> {
        self.tell(Operation::Change, path).cut(path, length)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.tell(Operation::Change, path).remove(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.tell(Operation::Change, path).remove_folder(path)
    }

    fn remove_empty_folder(&self, path: &Path) -> io::Result<()> {
        self.tell(Operation::Change, path).remove_empty_folder(path)
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        self.tell(Operation::Change, path).sync(path)
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Locked>> {
        self.tell(Operation::Change, path).lock(path)
    }
}
