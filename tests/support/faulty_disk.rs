//! A disk that fails on demand: the real one with a fault in it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use layercake::disk::{Content, Disk, Entry, Ground, Locked, Node, RealDisk, Rights, Stamp};

/// Which operations fail, counted from 0, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// None.
    Never,
    /// One.
    Once(usize, io::ErrorKind),
    /// One and all after it.
    From(usize, io::ErrorKind),
    /// As if the machine lost power in the middle of one: of what that one writes the first half
    /// gets to the disk, and of what comes after it nothing.
    Kill(usize),
}

/// The real disk with a fault in it.
#[derive(Debug)]
pub struct FaultyDisk {
    fault: Fault,
    count: AtomicUsize,
    ills: Ills,
}

/// What it tells of itself that is not so.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ills {
    /// What it says that it stands on, instead of what it does.
    pub ground: Option<Ground>,
    /// What it allows for paths that end so.
    pub rights: Option<(&'static str, Rights)>,
    /// How far the system's clock is ahead of its own, in nanoseconds.
    pub skew: i64,
}

/// What becomes of an operation.
enum Fate {
    Done,
    Half,
    Failed(io::Error),
}

impl FaultyDisk {
    /// Makes a disk with a fault.
    pub fn new(fault: Fault) -> FaultyDisk {
        FaultyDisk { fault, count: AtomicUsize::new(0), ills: Ills::default() }
    }

    /// Makes a disk on which everything works, and which tells this of itself.
    pub fn with(ills: Ills) -> FaultyDisk {
        FaultyDisk { ills, ..FaultyDisk::new(Fault::Never) }
    }

    /// Returns how many operations were asked for.
    pub fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    fn fate(&self) -> Fate {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        match self.fault {
            Fault::Once(at, kind) if number == at => Fate::Failed(kind.into()),
            Fault::From(at, kind) if number >= at => Fate::Failed(kind.into()),
            Fault::Kill(at) if number == at => Fate::Half,
            Fault::Kill(at) if number > at => Fate::Failed(io::Error::other("killed")),
            _ => Fate::Done,
        }
    }

    /// Does an operation of which nothing can be half done.
    fn whole<T>(&self, work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        match self.fate() {
            Fate::Done => work(),
            Fate::Half => Err(io::Error::other("killed")),
            Fate::Failed(error) => Err(error),
        }
    }

    /// Does an operation that writes bytes.
    fn writing<T>(
        &self,
        bytes: &[u8],
        write: impl FnOnce(&[u8]) -> io::Result<T>,
    ) -> io::Result<T> {
        match self.fate() {
            Fate::Done => write(bytes),
            Fate::Half => {
                write(&bytes[..bytes.len() / 2])?;
                Err(io::Error::other("killed"))
            }
            // A full disk takes what still fits.
            Fate::Failed(error) if error.kind() == io::ErrorKind::StorageFull => {
                write(&bytes[..bytes.len() / 2])?;
                Err(error)
            }
            Fate::Failed(error) => Err(error),
        }
    }
}

impl Disk for FaultyDisk {
    fn look(&self, path: &Path) -> io::Result<Node> {
        self.whole(|| RealDisk.look(path))
    }

    fn look_at_folder(&self, path: &Path) -> io::Result<Stamp> {
        self.whole(|| RealDisk.look_at_folder(path))
    }

    fn read(&self, path: &Path) -> io::Result<Content> {
        self.whole(|| RealDisk.read(path))
    }

    fn read_part(&self, path: &Path, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        self.whole(|| RealDisk.read_part(path, offset, length))
    }

    fn list(&self, path: &Path) -> io::Result<Vec<Entry>> {
        self.whole(|| RealDisk.list(path))
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        self.whole(|| RealDisk.canonical(path))
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.whole(|| RealDisk.create_folder(path))
    }

    fn create(
        &self,
        path: &Path,
        bytes: &[u8],
        like: Option<&Path>,
        is_safe: bool,
    ) -> io::Result<Stamp> {
        self.writing(bytes, |bytes| RealDisk.create(path, bytes, like, is_safe))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.whole(|| RealDisk.rename(from, to))
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.writing(bytes, |bytes| RealDisk.append(path, bytes))
    }

    fn cut(&self, path: &Path, length: u64) -> io::Result<()> {
        self.whole(|| RealDisk.cut(path, length))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.whole(|| RealDisk.remove(path))
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.whole(|| RealDisk.remove_folder(path))
    }

    fn remove_empty_folder(&self, path: &Path) -> io::Result<()> {
        self.whole(|| RealDisk.remove_empty_folder(path))
    }

    fn sync_all(&self, folder: &Path) -> io::Result<()> {
        self.whole(|| RealDisk.sync_all(folder))
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        self.whole(|| RealDisk.sync(path))
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Locked>> {
        self.whole(|| RealDisk.lock(path))
    }

    fn rights(&self, path: &Path) -> io::Result<Rights> {
        match self.ills.rights {
            Some((end, rights)) if path.ends_with(end) => self.whole(|| Ok(rights)),
            _ => self.whole(|| RealDisk.rights(path)),
        }
    }

    fn ground(&self, folder: &Path) -> io::Result<Ground> {
        self.whole(|| self.ills.ground.map_or_else(|| RealDisk.ground(folder), Ok))
    }

    fn clock(&self) -> i64 {
        RealDisk.clock() + self.ills.skew
    }
}
