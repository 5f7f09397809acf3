//! Content-addressed files: bytes under their digest, verified when they are read.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::TEMPORARY;
use crate::digest::Digest;
use crate::disk::{Disk, Node};

/// Tells temporary files of one process apart.
static COUNTER: AtomicU64 = AtomicU64::new(0);

/// Keeps bytes under their digest, unless a file as long is there.
pub(super) fn keep(disk: &dyn Disk, store: &Path, digest: Digest, bytes: &[u8]) -> io::Result<()> {
    let path = path(store, digest);
    if let Ok(Node::File(stamp)) = disk.look(&path)
        && stamp.size == bytes.len() as u64
    {
        return Ok(());
    }
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let name = format!("{}-{number}{TEMPORARY}", std::process::id());
    let temporary = store.join("blobs").join(name);
    if let Err(error) = disk.create(&temporary, bytes, None, false) {
        if error.kind() != io::ErrorKind::NotFound {
            // What was written of it is no use.
            let _ = disk.remove(&temporary);
            return Err(error);
        }
        disk.create_folder(&store.join("blobs"))?;
        disk.create(&temporary, bytes, None, false)?;
    }
    let renamed = match disk.rename(&temporary, &path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => path
            .parent()
            .map_or(Ok(()), |folder| disk.create_folder(folder))
            .and_then(|()| disk.rename(&temporary, &path)),
        renamed => renamed,
    };
    if renamed.is_err() {
        let _ = disk.remove(&temporary);
    }
    renamed
}

/// Returns whether there is a file under this digest; what is in it may be damaged.
pub(super) fn has(disk: &dyn Disk, store: &Path, digest: Digest) -> bool {
    matches!(disk.look(&path(store, digest)), Ok(Node::File(_)))
}

/// Returns the bytes with this digest, if they are there and whole.
///
/// Bytes that are not whole are removed, so that they are kept anew.
pub(super) fn read(disk: &dyn Disk, store: &Path, digest: Digest) -> Option<Vec<u8>> {
    let path = path(store, digest);
    let bytes = disk.read(&path).ok()?.bytes;
    if Digest::of(&bytes) == digest {
        return Some(bytes);
    }
    let _ = disk.remove(&path);
    None
}

/// Returns the digest that the names of a blob's folder and file say.
pub(super) fn digest(folder: &str, name: &str) -> Option<Digest> {
    let hex = format!("{folder}{name}");
    let byte = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
    let bytes: Vec<u8> = (0..hex.len()).step_by(2).map(byte).collect::<Option<_>>()?;
    let digest = Digest::from_bytes(bytes.try_into().ok()?);
    (digest.to_string() == hex).then_some(digest)
}

fn path(store: &Path, digest: Digest) -> PathBuf {
    let hex = digest.to_string();
    store.join("blobs").join(&hex[..2]).join(&hex[2..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::RealDisk;

    #[test]
    fn damaged_bytes_are_not_returned_and_can_be_kept_anew() {
        let folder = tempfile::tempdir().unwrap();
        let digest = Digest::of(b"hello");
        keep(&RealDisk, folder.path(), digest, b"hello").unwrap();
        assert_eq!(read(&RealDisk, folder.path(), digest).unwrap(), b"hello");
        std::fs::write(path(folder.path(), digest), b"jello").unwrap();
        assert_eq!(read(&RealDisk, folder.path(), digest), None);
        keep(&RealDisk, folder.path(), digest, b"hello").unwrap();
        assert_eq!(read(&RealDisk, folder.path(), digest).unwrap(), b"hello");
    }
}
