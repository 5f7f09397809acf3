//! The pack: small bytes one after the other in one file, since a file for each costs more than
//! what is in it.
//!
//! Where they are is told by the results that they belong to; whether they are still there, whole,
//! by their digest.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;

use super::Place;
use crate::digest::Digest;
use crate::disk::{Disk, Node};

/// The pack of one store.
pub(super) struct Pack {
    path: PathBuf,
    /// Where what was added is.
    places: HashMap<Digest, Place>,
    /// How long the file is, as far as it is ours to add to; `None` until it is looked at.
    length: Option<u64>,
    /// What comes after that, and is not on disk yet.
    pending: Vec<u8>,
    /// Whether something that is not ours stands after `length`.
    has_torn_tail: bool,
}

impl Pack {
    /// Names the file; nothing is read or made yet.
    pub(super) fn new(path: PathBuf) -> Pack {
        Pack {
            path,
            places: HashMap::new(),
            length: None,
            pending: Vec::new(),
            has_torn_tail: false,
        }
    }

    /// Forgets what was read: another process may have added to it. Nothing must be pending.
    pub(super) fn forget(&mut self) {
        self.places.clear();
        self.length = None;
    }

    /// Returns where bytes are that were added.
    pub(super) fn place(&self, digest: Digest) -> Option<Place> {
        self.places.get(&digest).copied()
    }

    /// Adds bytes, and returns where they are; they are on disk after [`Pack::flush`].
    pub(super) fn add(
        &mut self,
        disk: &dyn Disk,
        digest: Digest,
        bytes: &[u8],
    ) -> io::Result<Place> {
        let length = match self.length {
            Some(length) => length,
            None => match disk.look(&self.path) {
                Ok(Node::File(stamp)) => stamp.size,
                Ok(_) => return Err(io::Error::other("the pack of the store is not a file")),
                Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
                Err(error) => return Err(error),
            },
        };
        self.length = Some(length);
        let place =
            Place { offset: length + self.pending.len() as u64, length: bytes.len() as u32 };
        self.pending.extend_from_slice(bytes);
        self.places.insert(digest, place);
        Ok(place)
    }

    /// Returns the bytes at a place, if they are there and whole.
    pub(super) fn read(&self, disk: &dyn Disk, place: Place, digest: Digest) -> Option<Vec<u8>> {
        let bytes = match self.length.and_then(|length| place.offset.checked_sub(length)) {
            Some(at) => {
                let at = usize::try_from(at).ok()?;
                self.pending.get(at..at.checked_add(place.length as usize)?)?.to_vec()
            }
            None => disk.read_part(&self.path, place.offset, place.length as usize).ok()?,
        };
        (Digest::of(&bytes) == digest).then_some(bytes)
    }

    pub(super) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Writes what was added. The store must be locked.
    ///
    /// # Errors
    ///
    /// Those of the file system; what could not be written is tried again the next time.
    pub(super) fn flush(&mut self, disk: &dyn Disk) -> io::Result<()> {
        let (false, Some(length)) = (self.pending.is_empty(), self.length) else { return Ok(()) };
        if self.has_torn_tail {
            disk.cut(&self.path, length)?;
            self.has_torn_tail = false;
        }
        if let Err(error) = disk.append(&self.path, &self.pending) {
            self.has_torn_tail = true;
            return Err(error);
        }
        self.length = Some(length + self.pending.len() as u64);
        self.pending.clear();
        Ok(())
    }
}
