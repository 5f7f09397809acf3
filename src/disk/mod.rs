//! The file system, behind one trait; nothing else uses `std::fs`.
//!
//! Knows files, folders and locks. Does not know what they hold, nor which paths are allowed.

mod ground;
#[cfg(target_os = "linux")]
mod linux;
pub use ground::{Ground, Rights};

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// What a file system says of a file without reading it: equal stamps, equal bytes, but for files
/// changed within one tick of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// When the bytes last changed, in nanoseconds since 1970.
    pub modified: i64,
    /// When bytes or properties last changed, in nanoseconds since 1970; nobody can set it.
    pub changed: i64,
    /// Which file it is on its device.
    pub inode: u64,
    /// The device.
    pub device: u64,
}

/// The time by the clock that stamps files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Now {
    /// Nanoseconds since 1970; 0 when it is not known, which makes every file look recent.
    pub time: i64,
    /// The device whose clock it is.
    pub device: u64,
}

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Node {
    /// A regular file.
    File(Stamp),
    /// A folder.
    Folder,
    /// A pipe, a socket, a device, or a link that leads nowhere.
    Other,
}

/// An entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Whether it is a folder itself and no link to one.
    pub is_folder: bool,
}

/// What was read, and what the file was when reading began and when it ended.
#[derive(Debug)]
pub struct Content {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The stamp before the first byte was read.
    pub stamp: Stamp,
    /// Whether the file was the same when the last byte was read.
    pub is_whole: bool,
}

/// Holds a lock until it is dropped, or its process ends.
#[derive(Debug)]
pub struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Said aloud: a process that is being started just now holds all open files for a moment.
        let _ = self.0.unlock();
    }
}

/// A lock that was taken.
#[derive(Debug)]
pub struct Locked {
    /// What holds it.
    pub lock: Lock,
    /// The file system's time just then.
    pub now: Now,
    /// Whether the last one to hold it ended without giving it back.
    pub was_abandoned: bool,
}

impl Lock {
    /// Returns the file system's time just now.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn now(&self) -> io::Result<Now> {
        // Writing moves the stamp; the file system's own clock is the one that stamps files.
        let mut file = &self.0;
        let line = format!("{}\n", std::process::id());
        file.rewind()?;
        file.write_all(line.as_bytes())?;
        file.set_len(line.len() as u64)?;
        let Stamp { modified: time, device, .. } = stamp(&file.metadata()?);
        Ok(Now { time, device })
    }

    /// Gives the lock back, as its holder's work is done.
    ///
    /// # Errors
    ///
    /// Those of the file system; the lock is given back in any case.
    pub fn give_back(self) -> io::Result<()> {
        self.0.set_len(0)
    }
}

/// All that layercake does to a file system. Every method is one small operation, so that a test
/// can make each one fail.
pub trait Disk: Send + Sync {
    /// Returns what stands at a path, links followed.
    fn look(&self, path: &Path) -> io::Result<Node>;
    /// Returns the stamp of a folder: it changes when an entry comes, goes or gets another name.
    fn look_at_folder(&self, path: &Path) -> io::Result<Stamp>;
    /// Looks at files of one folder, links followed, and tells what stands there, by the place of
    /// the name, until `seen` returns `false`.
    fn look_in(
        &self,
        folder: &Path,
        names: &mut dyn Iterator<Item = &str>,
        seen: &mut dyn FnMut(usize, io::Result<Node>) -> bool,
    ) {
        for (at, name) in names.enumerate() {
            if !seen(at, self.look(&folder.join(name))) {
                return;
            }
        }
    }
    /// Reads a whole file.
    fn read(&self, path: &Path) -> io::Result<Content>;
    /// Reads whole files of one folder, and hands over each, by the place of the name. A link may
    /// be an error here though [`Disk::read`] follows it. Bytes that `is_known` knows are whole:
    /// nobody can have changed them while they were read.
    fn read_in(
        &self,
        folder: &Path,
        names: &mut dyn Iterator<Item = &str>,
        is_known: &mut dyn FnMut(usize, &[u8]) -> bool,
        seen: &mut dyn FnMut(usize, io::Result<Content>),
    ) {
        for (at, name) in names.enumerate() {
            let content = self.read(&folder.join(name));
            seen(
                at,
                content.map(|content| Content {
                    is_whole: content.is_whole || is_known(at, &content.bytes),
                    ..content
                }),
            );
        }
    }
    /// Reads `length` bytes of a file, from `offset` on; fewer where it ends.
    fn read_part(&self, path: &Path, offset: u64, length: usize) -> io::Result<Vec<u8>>;
    /// Lists a folder in no order; names that are no UTF-8 are left out.
    fn list(&self, path: &Path) -> io::Result<Vec<Entry>>;
    /// Returns the path with every link resolved.
    fn canonical(&self, path: &Path) -> io::Result<PathBuf>;
    /// Makes a folder and those above it.
    fn create_folder(&self, path: &Path) -> io::Result<()>;
    /// Makes a file that was not there, with these bytes and the permissions of `like`; with
    /// `is_safe`, waits until the bytes are safe from a power cut. Returns what it is then.
    fn create(
        &self,
        path: &Path,
        bytes: &[u8],
        like: Option<&Path>,
        is_safe: bool,
    ) -> io::Result<Stamp>;
    /// Moves a file over another, in one step.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Adds bytes to the end of a file, which is made if it is not there.
    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Cuts a file to a length.
    fn cut(&self, path: &Path, length: u64) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Removes a folder and all in it.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;
    /// Removes a folder that is empty.
    fn remove_empty_folder(&self, path: &Path) -> io::Result<()>;
    /// Waits until the bytes of all files of a folder's file system are safe from a power cut.
    ///
    /// # Errors
    ///
    /// Those of the file system; `Unsupported` where the system offers no such call.
    fn sync_all(&self, folder: &Path) -> io::Result<()>;
    /// Waits until a file's bytes are safe from a power cut.
    fn sync(&self, path: &Path) -> io::Result<()>;
    /// Returns a name for the time since the machine was started, where the system has one.
    fn boot(&self) -> Option<String> {
        None
    }
    /// Locks a file for this process. `None` when another holds it.
    fn lock(&self, path: &Path) -> io::Result<Option<Locked>>;
    /// Returns what this process may do with a file or a folder, links followed.
    fn rights(&self, path: &Path) -> io::Result<Rights> {
        ground::rights(path)
    }
    /// Returns what a folder stands on.
    fn ground(&self, folder: &Path) -> io::Result<Ground> {
        ground::ground(folder)
    }
    /// Returns the time by the system's clock, in nanoseconds since 1970.
    fn clock(&self) -> i64 {
        ground::clock()
    }
}

/// The real file system.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn look(&self, path: &Path) -> io::Result<Node> {
        let data = fs::metadata(path)?;
        Ok(match data.file_type() {
            kind if kind.is_file() => Node::File(stamp(&data)),
            kind if kind.is_dir() => Node::Folder,
            _ => Node::Other,
        })
    }

    fn look_at_folder(&self, path: &Path) -> io::Result<Stamp> {
        let data = fs::metadata(path)?;
        if data.is_dir() { Ok(stamp(&data)) } else { Err(io::ErrorKind::NotADirectory.into()) }
    }

    #[cfg(target_os = "linux")]
    fn look_in(
        &self,
        folder: &Path,
        names: &mut dyn Iterator<Item = &str>,
        seen: &mut dyn FnMut(usize, io::Result<Node>) -> bool,
    ) {
        linux::look_in(folder, names, seen);
    }

    fn read(&self, path: &Path) -> io::Result<Content> {
        // A pipe would be waited for when it is opened; only a file is read.
        if !fs::metadata(path)?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
        }
        let mut file = File::open(path)?;
        let before = stamp(&file.metadata()?);
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(usize::try_from(before.size).unwrap_or(usize::MAX))?;
        file.read_to_end(&mut bytes)?;
        let is_whole = bytes.len() as u64 == before.size && stamp(&file.metadata()?) == before;
        Ok(Content { bytes, stamp: before, is_whole })
    }

    #[cfg(target_os = "linux")]
    fn read_in(
        &self,
        folder: &Path,
        names: &mut dyn Iterator<Item = &str>,
        is_known: &mut dyn FnMut(usize, &[u8]) -> bool,
        seen: &mut dyn FnMut(usize, io::Result<Content>),
    ) {
        linux::read_in(folder, names, is_known, seen);
    }

    fn read_part(&self, path: &Path, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut file = open_file(OpenOptions::new().read(true), path)?;
        file.seek(io::SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(length)?;
        file.take(length as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            if let Ok(name) = entry.file_name().into_string() {
                entries.push(Entry { name, is_folder: entry.file_type()?.is_dir() });
            }
        }
        Ok(entries)
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        fs::canonicalize(path)
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    fn create(
        &self,
        path: &Path,
        bytes: &[u8],
        like: Option<&Path>,
        is_safe: bool,
    ) -> io::Result<Stamp> {
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(bytes)?;
        if let Some(data) = like.and_then(|like| fs::symlink_metadata(like).ok())
            && data.is_file()
        {
            file.set_permissions(data.permissions())?;
        }
        if is_safe {
            file.sync_data()?;
        }
        Ok(stamp(&file.metadata()?))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        open_file(OpenOptions::new().append(true).create(true), path)?.write_all(bytes)
    }

    fn cut(&self, path: &Path, length: u64) -> io::Result<()> {
        open_file(OpenOptions::new().write(true), path)?.set_len(length)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir_all(path)
    }

    fn remove_empty_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    #[cfg(target_os = "linux")]
    fn sync_all(&self, folder: &Path) -> io::Result<()> {
        Ok(rustix::fs::syncfs(File::open(folder)?)?)
    }

    #[cfg(not(target_os = "linux"))]
    fn sync_all(&self, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_data()
    }

    #[cfg(target_os = "linux")]
    fn boot(&self) -> Option<String> {
        let name = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        Some(name.trim().to_owned())
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Locked>> {
        let file = open_file(OpenOptions::new().write(true).create(true).truncate(false), path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Ok(None),
            Err(fs::TryLockError::Error(error)) => return Err(error),
        }
        // A lock on a file that was removed meanwhile keeps nobody out.
        if stamp(&file.metadata()?).inode != stamp(&fs::metadata(path)?).inode {
            return Ok(None);
        }
        // The file is never empty between here and the end: whoever is killed leaves it abandoned.
        let was_abandoned = file.metadata()?.len() > 0;
        let lock = Lock(file);
        let now = lock.now()?;
        Ok(Some(Locked { lock, now, was_abandoned }))
    }
}

/// Opens a file, and nothing else: a pipe would be waited for.
fn open_file(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    let file = options.open(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")),
    }
}

#[cfg(unix)]
fn stamp(data: &fs::Metadata) -> Stamp {
    use std::os::unix::fs::MetadataExt;
    Stamp {
        size: data.len(),
        modified: nanoseconds(data.mtime(), data.mtime_nsec()),
        changed: nanoseconds(data.ctime(), data.ctime_nsec()),
        inode: data.ino(),
        device: data.dev(),
    }
}

/// Returns a time in nanoseconds since 1970.
#[cfg(unix)]
fn nanoseconds(seconds: i64, rest: i64) -> i64 {
    seconds.wrapping_mul(1_000_000_000).wrapping_add(rest)
}

#[cfg(not(unix))]
fn stamp(data: &fs::Metadata) -> Stamp {
    let modified = data
        .modified()
        .ok()
        .and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok())
        .map_or(0, |since| since.as_nanos() as i64);
    Stamp { size: data.len(), modified, changed: modified, inode: 0, device: 0 }
}
