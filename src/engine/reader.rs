//! Reads files whole, and none outside of the project's root but programs, which are absolute.

use std::cell::Cell;
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::sweep::is_racy;
use crate::digest::Digest;
use crate::disk::{Content, Disk, Now};
use crate::path;
use crate::project::Project;
use crate::store::FileRecord;

/// How often a file that changes while it is read is read again.
const MOST_TRIES: usize = 5;

/// A file that was read.
#[derive(Debug, Clone)]
pub(super) struct ReadFile {
    pub(super) bytes: Arc<[u8]>,
    pub(super) record: FileRecord,
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
        // No input of a plan is absolute; the programs that it runs are, and links to files.
        if !Path::new(path).is_absolute() {
            self.check_inside(&full)?;
            if !self.disk.canonical(&full)?.starts_with(self.project.root()) {
                return Err(io::Error::other("a link leads out of the project"));
            }
        }
        for _ in 0..MOST_TRIES {
            if let Some(file) = whole(self.disk.read(&full)?, now) {
                return Ok(file);
            }
        }
        Err(io::Error::other("it keeps changing while it is read"))
    }

    /// Reads files of one folder whole, and hands over each, by its place. They are given by their
    /// names and the digests that they had, if any.
    pub(super) fn read_in(
        &self,
        folder: &str,
        files: &[(&str, Option<Digest>)],
        now: Now,
        seen: &mut dyn FnMut(usize, io::Result<ReadFile>),
    ) {
        let full = self.project.path(folder);
        let read = |at: usize| self.read(&path::join(folder, files[at].0), now);
        if self.check_inside(&full.join("file")).is_err() {
            return (0..files.len()).for_each(|at| seen(at, read(at)));
        }
        let digest = Cell::new(None);
        let mut is_known = |at: usize, bytes: &[u8]| {
            digest.set(Some(Digest::of(bytes)));
            digest.get() == files[at].1
        };
        let mut names = files.iter().map(|(name, _)| *name);
        self.disk.read_in(&full, &mut names, &mut is_known, &mut |at, content| {
            match (content, digest.take()) {
                (Ok(Content { bytes, stamp, is_whole: true }), digest) => {
                    let digest = digest.unwrap_or_else(|| Digest::of(&bytes));
                    let record = FileRecord { stamp, digest, is_racy: is_racy(&stamp, now) };
                    seen(at, Ok(ReadFile { bytes: bytes.into(), record }));
                }
                (Err(error), _) if error.kind() == io::ErrorKind::NotFound => seen(at, Err(error)),
                // A link, or something wrong: the longer way follows it, and says what.
                _ => seen(at, read(at)),
            }
        });
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

/// Digests what was read; `None` if the file changed meanwhile.
pub(super) fn whole(content: Content, now: Now) -> Option<ReadFile> {
    let Content { bytes, stamp, is_whole } = content;
    let digest = is_whole.then(|| Digest::of(&bytes))?;
    let record = FileRecord { stamp, digest, is_racy: is_racy(&stamp, now) };
    Some(ReadFile { bytes: bytes.into(), record })
}
