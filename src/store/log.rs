//! A log on disk: records one after the other, each with its length, before it and after it, and
//! its checksum, so that it can be read from both ends.
//!
//! It is only ever added to. What is not whole at its end is where a crash left it, and the next
//! write cuts it off there; what is damaged before that is skipped.

use std::io;
use std::ops::Range;
use std::path::PathBuf;

use super::{WORTH_A_WRITE, checksum};
use crate::disk::{Disk, Node};

/// Before each record: its length (4 bytes), and its checksum (8 bytes).
const RECORD_HEADER: usize = 12;
/// After each record: its length again.
const RECORD_FOOTER: usize = 4;

/// How much of the end of a log is read for its last record, before it is known how long that is.
const MOST_AT_ONCE: usize = 4096;

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
        while let Some(next) = records.after_damage() {
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

    /// Reads the last record alone; `None` if it is not whole, and the log must be read.
    pub(super) fn read_last(&mut self, disk: &dyn Disk) -> Option<Vec<u8>> {
        let Node::File(stamp) = disk.look(&self.path).ok()? else { return None };
        if disk.read_part(&self.path, 0, self.header.len()).ok()? != self.header {
            return None;
        }
        let part = |size: usize| {
            let from = stamp.size.checked_sub(size as u64)?;
            disk.read_part(&self.path, from, size).ok().filter(|bytes| bytes.len() == size)
        };
        let end = part((stamp.size as usize).min(MOST_AT_ONCE))?;
        let size = RECORD_HEADER + length_at_end(&end)? + RECORD_FOOTER;
        let bytes = if size > end.len() { part(size)? } else { end };
        let start = last_start(&bytes, 0)?;
        let (_, record) = Records { bytes: &bytes, at: start, is_checked: true }.next()?;
        self.whole = Some(stamp.size);
        Some(record.to_vec())
    }

    /// Returns the records of what [`Log::read`] returned.
    pub(super) fn records<'a>(&self, bytes: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        records(bytes, self.header).map(|(_, record)| record)
    }

    /// Adds a record; it is on disk after [`Log::flush`].
    pub(super) fn push(&mut self, record: &[u8]) {
        let length = (record.len() as u32).to_le_bytes();
        self.pending.extend_from_slice(&length);
        self.pending.extend_from_slice(&checksum(record).to_le_bytes());
        self.pending.extend_from_slice(record);
        self.pending.extend_from_slice(&length);
    }

    /// Returns how many bytes a record takes on disk.
    pub(super) fn size_of(record: &[u8]) -> u64 {
        (RECORD_HEADER + record.len() + RECORD_FOOTER) as u64
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
    /// Returns where whole records begin again, where the next one is damaged.
    fn after_damage(self) -> Option<usize> {
        // Where only what is in it is damaged, the one after it begins where it should.
        let mut unchecked = Records { is_checked: false, ..self };
        if unchecked.next().is_some() && (Records { at: unchecked.at, ..self }).next().is_some() {
            return Some(unchecked.at);
        }
        let mut end = self.bytes.len();
        while let Some(start) = last_start(&self.bytes[..end], self.at) {
            end = start;
        }
        (end < self.bytes.len()).then_some(end)
    }
}

/// Returns where the last record begins, if it is whole and begins after `first`.
fn last_start(bytes: &[u8], first: usize) -> Option<usize> {
    let size = RECORD_HEADER + length_at_end(bytes)? + RECORD_FOOTER;
    let start = bytes.len().checked_sub(size).filter(|start| *start >= first)?;
    let mut records = Records { bytes, at: start, is_checked: true };
    (records.next().is_some() && records.at == bytes.len()).then_some(start)
}

/// Returns the length of the record that bytes end with.
fn length_at_end(bytes: &[u8]) -> Option<usize> {
    let length = bytes.last_chunk::<RECORD_FOOTER>()?;
    Some(u32::from_le_bytes(*length) as usize)
}

impl<'a> Iterator for Records<'a> {
    type Item = (usize, &'a [u8]);

    fn next(&mut self) -> Option<(usize, &'a [u8])> {
        let (header, rest) = self.bytes.get(self.at..)?.split_at_checked(RECORD_HEADER)?;
        let length = u32::from_le_bytes(header[..4].try_into().ok()?) as usize;
        let record = rest.get(..length)?;
        let footer = rest.get(length..length + RECORD_FOOTER)?;
        if self.is_checked
            && (header[..4] != *footer || header[4..] != checksum(record).to_le_bytes())
        {
            return None;
        }
        let start = self.at + RECORD_HEADER;
        self.at = start + length + RECORD_FOOTER;
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
        for at in 0..RECORD_HEADER + b"one".len() + RECORD_FOOTER {
            bytes[HEADER.len() + at] ^= 1;
            std::fs::write(&path, &bytes).unwrap();
            assert_eq!(read(&path), (vec![Vec::new(), b"three".to_vec()], true), "flipped at {at}");
            bytes[HEADER.len() + at] ^= 1;
        }
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
