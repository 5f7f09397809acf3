//! Puts bytes at an output's path: whole or not at all, and not when they are already there.
//!
//! It takes two moves. A worker writes the bytes to a temporary file beside the output; the build
//! moves that over the output once the store has the result and the bytes are safe on the disk.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::items::ItemList;
use super::reader::FileReader;
use super::sweep::FileState;
use crate::digest::Digest;
use crate::disk::{Disk, Node, Now, Stamp};
use crate::store::{FileRecord, Store, TEMPORARY};

/// The code of the warning that an output held what somebody else had written.
pub(super) const REPLACED: &str = "replaced";

/// Tells temporary files of one process apart.
static COUNTER: AtomicU64 = AtomicU64::new(0);

/// What became of an output.
pub(super) struct Written {
    /// The file's stamp now.
    pub(super) stamp: Stamp,
    /// Whether it may have changed since without its stamp changing.
    pub(super) is_racy: bool,
    /// Whether it was written.
    pub(super) has_changed: bool,
    /// Where what somebody else had written there is kept, relative to the project.
    pub(super) replaced: Option<String>,
}

/// The outputs of a step on their way.
pub(super) enum Outputs {
    /// Of an export that writes one file.
    One(Staged),
    /// Of a fan-out.
    Many(Many),
}

/// The outputs of a fan-out.
pub(super) struct Many {
    /// All items.
    pub(super) list: Arc<ItemList>,
    /// Those on their way, by their place in the list; the others are in their places.
    pub(super) staged: Vec<(u32, Staged)>,
    /// Whether files that somebody else has changed are left in the places of some.
    pub(super) is_kept: bool,
}

impl Outputs {
    /// Returns the files that are on their way.
    pub(super) fn staged(&self) -> impl Iterator<Item = &Staged> {
        let (one, many) = match self {
            Outputs::One(staged) => (Some(staged), &[][..]),
            Outputs::Many(many) => (None, many.staged.as_slice()),
        };
        one.into_iter().chain(many.iter().map(|(_, staged)| staged))
    }
}

/// An output on its way.
pub(super) enum Staged {
    /// It needs no more.
    Done(Written),
    /// Its bytes are in a temporary file.
    Ready {
        temporary: PathBuf,
        full: PathBuf,
        /// What the temporary file is.
        stamp: Stamp,
        /// Whether the bytes are safe from a power cut.
        is_safe: bool,
        replaced: Option<String>,
    },
}

/// Says whether bytes with this digest would change what is there.
pub(super) fn compare(before: Option<&FileState>, digest: Digest) -> io::Result<Written> {
    match before {
        Some(FileState::Unreadable(why)) => Err(io::Error::other(why.clone())),
        Some(FileState::Known(record)) => {
            let FileRecord { stamp, is_racy, digest: there } = *record;
            Ok(Written { stamp, is_racy, has_changed: there != digest, replaced: None })
        }
        _ => {
            let stamp = Stamp::default();
            Ok(Written { stamp, is_racy: true, has_changed: true, replaced: None })
        }
    }
}

/// What an output is known to be.
pub(super) struct Place<'p> {
    /// Its path, relative to the project.
    pub(super) path: &'p str,
    /// What was there when the build began.
    pub(super) before: Option<&'p FileState>,
    /// The digest of what layercake wrote there last.
    pub(super) ours: Option<Digest>,
}

/// Writes bytes beside their output, unless they are there already; with `is_safe`, waits until
/// they are safe from a power cut.
pub(super) fn stage(
    reader: &FileReader<'_>,
    store: &Store,
    place: &Place<'_>,
    bytes: &[u8],
    digest: Digest,
    is_safe: bool,
) -> io::Result<Staged> {
    let Place { path, before, ours } = *place;
    let full = reader.project.path(path);
    let disk = reader.disk;
    let there = match before {
        // What cannot be read cannot be kept either.
        Some(FileState::Unreadable(why)) => return Err(io::Error::other(why.clone())),
        Some(FileState::Known(record)) => Some(record),
        _ => None,
    };
    // Somebody may have written there since.
    let now = match disk.look(&full) {
        Ok(Node::File(stamp)) => Some(stamp),
        _ => None,
    };
    let read_again;
    let there = match now == there.map(|record| record.stamp) {
        true => there,
        false => {
            read_again = now.map(|_| reader.read(path, Now::default())).transpose()?;
            read_again.as_ref().map(|file| &file.record)
        }
    };
    let mut replaced = None;
    if let Some(record) = there {
        if record.digest == digest {
            let FileRecord { stamp, is_racy, .. } = *record;
            return Ok(Staged::Done(Written { stamp, is_racy, has_changed: false, replaced }));
        }
        // What is in the store by its digest is ours too, from a build that was ended.
        if ours != Some(record.digest) && !store.has(record.digest) {
            reader.check_inside(&full)?;
            let kept = store.keep_replaced(path, &disk.read(&full)?.bytes);
            replaced = Some(kept.map_err(|error| {
                let why = format!(
                    "it holds something else than layercake wrote, as far as the store tells, and \
                     that cannot be kept in `.layercake/replaced`: {error}"
                );
                io::Error::new(error.kind(), why)
            })?);
        }
    }
    reader.check_inside(&full)?;
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let (folder, name) = match (full.parent(), full.file_name().and_then(|name| name.to_str())) {
        (Some(folder), Some(name)) => (folder, name),
        _ => return Err(io::Error::other("the path names no file")),
    };
    // Long names must leave room for the rest of the temporary one.
    let name: String = name.chars().take(40).collect();
    let name = format!(".{name}.{}-{number}{TEMPORARY}", std::process::id());
    let temporary = folder.join(name);
    let created = match disk.create(&temporary, bytes, Some(&full), is_safe) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            disk.create_folder(folder)?;
            disk.create(&temporary, bytes, Some(&full), is_safe)
        }
        created => created,
    };
    match created {
        Ok(stamp) => Ok(Staged::Ready { temporary, full, stamp, is_safe, replaced }),
        Err(error) => {
            // It may not have been made at all.
            let _ = disk.remove(&temporary);
            Err(error)
        }
    }
}

/// Moves an output to its place.
pub(super) fn publish(disk: &dyn Disk, staged: Staged) -> io::Result<Written> {
    let (temporary, full, made, replaced) = match staged {
        Staged::Done(written) => return Ok(written),
        Staged::Ready { temporary, full, stamp, replaced, .. } => {
            (temporary, full, stamp, replaced)
        }
    };
    if let Err(error) = disk.rename(&temporary, &full) {
        // What cannot be removed now is swept by a later build.
        let _ = disk.remove(&temporary);
        return Err(error);
    }
    match disk.look(&full)? {
        // But for when its name changed, it is what was made.
        Node::File(stamp) if stamp == (Stamp { changed: stamp.changed, ..made }) => {
            Ok(Written { stamp, is_racy: true, has_changed: true, replaced })
        }
        _ => Err(io::Error::other("somebody else changed it just then")),
    }
}

impl Staged {
    /// Returns whether its bytes still have to be made safe from a power cut.
    pub(super) fn is_unsafe(&self) -> bool {
        matches!(self, Staged::Ready { is_safe: false, .. })
    }

    /// Returns the temporary file, if there is one.
    pub(super) fn temporary(&self) -> Option<&PathBuf> {
        match self {
            Staged::Ready { temporary, .. } => Some(temporary),
            Staged::Done(_) => None,
        }
    }
}
