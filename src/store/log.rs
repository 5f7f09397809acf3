//! A log on disk: records one after the other, each with its length and checksum.
//!
//! It is only ever added to. Reading stops at the first record that is not whole, which is where a
//! crash left it, and the next write cuts it off there.

use std::io;
use std::ops::Range;
use std::path::PathBuf;

use super::{WORTH_A_WRITE, checksum};
use crate::disk::Disk;

/// Before each record: its length (4 bytes), and its checksum (8 bytes).
const RECORD_HEADER: usize = 12;

/// A log, and what is to be added to it.
pub(super) struct Log {
    path: PathBuf,
    /// What the file starts with; another form has another first line.
    header: &'static [u8],
    /// Records that are not on disk yet.
    pending: Vec<u8>,
    /// How much of the file is whole; `None` until it is read.
    whole: Option<u64>,
    /// Whether something that is not ours stands after `whole`.
    has_torn_tail: bool,
}

impl Log {
    /// Names a log; nothing is read or made yet.
    pub(super) fn new(path: PathBuf, header: &'static [u8]) -> Log {
        Log { path, header, pending: Vec::new(), whole: None, has_torn_tail: false }
    }

    /// Reads the log; returns its bytes, of which [`records`] gives the records, and what was wrong
    /// with it, if anything. A log that is not there is empty.
    pub(super) fn read(&mut self, disk: &dyn Disk) -> (Vec<u8>, Option<String>) {
        (self.whole, self.has_torn_tail) = (Some(0), false);
        let bytes = match disk.read(&self.path) {
            Ok(content) => content.bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return (Vec::new(), None),
            Err(error) => {
                self.whole = None;
                return (Vec::new(), Some(format!("{} cannot be read: {error}", self.name())));
            }
        };
        if !bytes.starts_with(self.header) {
            self.has_torn_tail = true;
            return (Vec::new(), Some(format!("{} is damaged; starting over", self.name())));
        }
        let mut records = Records { bytes: &bytes, at: self.header.len(), is_checked: true };
        let mut skipped: Vec<Range<usize>> = Vec::new();
        records.by_ref().for_each(drop);
        // Where only what is in a record is damaged, the next one begins where it should.
        while let Some(next) = (Records { is_checked: false, ..records }).after_next()
            && (Records { at: next, ..records }).next().is_some()
        {
            skipped.push(records.at..next);
            records.at = next;
            records.by_ref().for_each(drop);
        }
        let whole = records.at;
        let torn = bytes.len() - whole;
        self.whole = Some(whole as u64);
        self.has_torn_tail = torn > 0;
        let damaged = torn + skipped.iter().map(Range::len).sum::<usize>();
        let damage = (damaged > 0).then(|| {
            let name = self.name();
            format!("{damaged} bytes of {name} were damaged and are ignored")
        });
        let mut bytes = bytes;
        bytes.truncate(whole);
        for range in skipped.into_iter().rev() {
            bytes.drain(range);
        }
        (bytes, damage)
    }

    /// Returns the records of what [`Log::read`] returned.
    pub(super) fn records<'a>(&self, bytes: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        records(bytes, self.header).map(|(_, record)| record)
    }

    /// Adds a record; it is on disk after [`Log::flush`].
    pub(super) fn push(&mut self, record: &[u8]) {
        self.pending.extend_from_slice(&(record.len() as u32).to_le_bytes());
        self.pending.extend_from_slice(&checksum(record).to_le_bytes());
        self.pending.extend_from_slice(record);
    }

    /// Returns how many bytes are not on disk yet.
    pub(super) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Writes what was added. The store must be locked, and the log have been read since.
    ///
    /// # Errors
    ///
    /// Those of the file system; what could not be written is tried again the next time.
    pub(super) fn flush(&mut self, disk: &dyn Disk) -> io::Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        if self.whole.is_none() {
            self.read(disk);
        }
        // What cannot be read must not be added to: where it ends is not known.
        let whole = self.whole.ok_or_else(|| io::Error::other("its log cannot be read"))?;
        if self.has_torn_tail {
            disk.cut(&self.path, whole)?;
            self.has_torn_tail = false;
        }
        let is_new = whole == 0;
        if is_new {
            self.pending.splice(0..0, self.header.iter().copied());
        }
        let added = disk.append(&self.path, &self.pending);
        if added.is_err() {
            // Part of it may be there; what is whole is still known.
            self.has_torn_tail = true;
            if is_new {
                self.pending.drain(..self.header.len());
            }
            return added;
        }
        self.whole = Some(whole + self.pending.len() as u64);
        self.pending.clear();
        Ok(())
    }

    /// Replaces the log by one with these records. The store must be locked.
    ///
    /// # Errors
    ///
    /// Those of the file system; the log is then as it was.
    pub(super) fn replace(
        &mut self,
        disk: &dyn Disk,
        records: impl Iterator<Item = Vec<u8>>,
    ) -> io::Result<()> {
        let mut name = self.path.clone().into_os_string();
        name.push(super::TEMPORARY);
        let mut new =
            Log { path: name.into(), whole: Some(0), ..Log::new(PathBuf::new(), self.header) };
        // One may be left from a process that was ended.
        let _ = disk.remove(&new.path);
        disk.create(&new.path, b"", None, false)?;
        for record in records {
            new.push(&record);
            if new.pending() >= WORTH_A_WRITE {
                new.flush(disk)?;
            }
        }
        new.flush(disk)?;
        disk.rename(&new.path, &self.path)?;
        (self.whole, self.has_torn_tail) = (None, false);
        Ok(())
    }

    fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        format!("`{}/{name}`", super::FOLDER)
    }
}

/// Returns the records of what [`Log::read`] returned for a log with this header, each with where
/// it begins.
pub(super) fn records<'a>(
    bytes: &'a [u8],
    header: &[u8],
) -> impl Iterator<Item = (usize, &'a [u8])> {
    Records { bytes, at: header.len(), is_checked: false }
}

/// The whole records in some bytes, from `at` on; what comes after the last is not whole.
#[derive(Clone, Copy)]
struct Records<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Whether checksums are compared.
    is_checked: bool,
}

impl Records<'_> {
    /// Returns where the record after the next begins, if there is one.
    fn after_next(mut self) -> Option<usize> {
        self.next()?;
        (self.at < self.bytes.len()).then_some(self.at)
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = (usize, &'a [u8]);

    fn next(&mut self) -> Option<(usize, &'a [u8])> {
        let (header, rest) = self.bytes.get(self.at..)?.split_at_checked(RECORD_HEADER)?;
        let length = u32::from_le_bytes(header[..4].try_into().ok()?) as usize;
        let record = rest.get(..length)?;
        if self.is_checked && header[4..] != checksum(record).to_le_bytes() {
            return None;
        }
        let start = self.at + RECORD_HEADER;
        self.at = start + length;
        Some((start, record))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::RealDisk;

    const HEADER: &[u8] = b"layercake test 1\n";

    fn written(folder: &tempfile::TempDir) -> (PathBuf, Vec<u8>) {
        let path = folder.path().join("log");
        let mut log = Log::new(path.clone(), HEADER);
        for record in [&b"one"[..], b"", b"three"] {
            log.push(record);
            log.flush(&RealDisk).unwrap();
        }
        let bytes = std::fs::read(&path).unwrap();
        (path, bytes)
    }

    fn read(path: &std::path::Path) -> (Vec<Vec<u8>>, bool) {
        let mut log = Log::new(path.to_owned(), HEADER);
        let (bytes, damage) = log.read(&RealDisk);
        (log.records(&bytes).map(<[u8]>::to_vec).collect(), damage.is_some())
    }

    #[test]
    fn what_was_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let (path, _) = written(&folder);
        assert_eq!(read(&path), (vec![b"one".to_vec(), Vec::new(), b"three".to_vec()], false));
    }

    #[test]
    fn a_log_cut_anywhere_keeps_what_is_before_and_can_be_added_to() {
        let folder = tempfile::tempdir().unwrap();
        let (path, bytes) = written(&folder);
        for length in 0..bytes.len() {
            std::fs::write(&path, &bytes[..length]).unwrap();
            let (before, _) = read(&path);
            assert!(before.len() < 3, "cut to {length}");
            let mut log = Log::new(path.clone(), HEADER);
            log.read(&RealDisk);
            log.push(b"new");
            log.flush(&RealDisk).unwrap();
            let expected: Vec<Vec<u8>> = before.into_iter().chain([b"new".to_vec()]).collect();
            assert_eq!(read(&path), (expected, false), "cut to {length}");
        }
    }

    #[test]
    fn a_record_that_is_damaged_costs_only_itself() {
        let folder = tempfile::tempdir().unwrap();
        let (path, mut bytes) = written(&folder);
        bytes[HEADER.len() + RECORD_HEADER] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(read(&path), (vec![Vec::new(), b"three".to_vec()], true));
    }

    #[test]
    fn a_flipped_byte_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let (path, bytes) = written(&folder);
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            std::fs::write(&path, &damaged).unwrap();
            let (records, is_damaged) = read(&path);
            assert!(is_damaged && records.len() < 3, "flipped at {at}");
        }
    }
}
