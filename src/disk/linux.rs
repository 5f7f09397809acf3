//! Many files of one folder at once: with the folder open, a look at a file in it is a third cheaper
//! than by its whole path.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat, fstat, openat, statat};

use super::{Content, Node, Stamp, nanoseconds};

/// See [`super::Disk::look_in`].
pub(super) fn look_in(
    folder: &Path,
    names: &mut dyn Iterator<Item = &str>,
    seen: &mut dyn FnMut(usize, io::Result<Node>) -> bool,
) {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let folder = match rustix::fs::open(folder, flags, Mode::empty()) {
        Ok(folder) => folder,
        Err(error) => {
            let mut places = names.enumerate().map(|(at, _)| at);
            return while places.next().is_some_and(|at| seen(at, Err(error.into()))) {};
        }
    };
    for (at, name) in names.enumerate() {
        let node = statat(&folder, name, AtFlags::empty());
        let node = node.map(|data| match FileType::from_raw_mode(data.st_mode) {
            FileType::RegularFile => Node::File(stamp_of(&data)),
            FileType::Directory => Node::Folder,
            _ => Node::Other,
        });
        if !seen(at, node.map_err(io::Error::from)) {
            return;
        }
    }
}

/// See [`super::Disk::read_in`]. A file is asked what it is once it is open: four calls for one that
/// is known, five for another.
pub(super) fn read_in(
    folder: &Path,
    names: &mut dyn Iterator<Item = &str>,
    is_known: &mut dyn FnMut(usize, &[u8]) -> bool,
    seen: &mut dyn FnMut(usize, io::Result<Content>),
) {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let opened = rustix::fs::open(folder, flags, Mode::empty());
    // A pipe would be waited for when it is opened, were it not for the last of these.
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let mut read = |place: usize, name: &str| {
        let folder = opened.as_ref().map_err(|error| *error)?;
        let mut file = File::from(openat(folder, name, flags, Mode::empty())?);
        let data = fstat(&file)?;
        if FileType::from_raw_mode(data.st_mode) != FileType::RegularFile {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
        }
        let before = stamp_of(&data);
        let size = usize::try_from(before.size).unwrap_or(usize::MAX);
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(size)?;
        bytes.resize(size, 0);
        let mut at = 0;
        while at < size {
            match file.read(&mut bytes[at..]) {
                Ok(0) => break,
                Ok(count) => at += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        bytes.truncate(at);
        // Whatever was added or cut while it was read shows in its stamp.
        let is_whole =
            at == size && (is_known(place, &bytes) || stamp_of(&fstat(&file)?) == before);
        Ok(Content { bytes, stamp: before, is_whole })
    };
    names.enumerate().for_each(|(at, name)| seen(at, read(at, name)));
}

fn stamp_of(data: &Stat) -> Stamp {
    Stamp {
        size: data.st_size as u64,
        modified: nanoseconds(data.st_mtime, data.st_mtime_nsec as i64),
        changed: nanoseconds(data.st_ctime, data.st_ctime_nsec as i64),
        inode: data.st_ino,
        device: data.st_dev,
    }
}
