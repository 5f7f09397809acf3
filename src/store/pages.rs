//! A file whose front is read at once and whose rest is read page by page, where it is needed; all
//! of it is verified.
//!
//! The front holds the checksum of every page, and the checksum of the front is its name: two files
//! of different content never pass for one another.

use std::borrow::Cow;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use super::checksum;
use super::codec::{Bytes, put_number};
use crate::disk::{Disk, Node};

/// Bytes of a page.
const PAGE: usize = 16 << 10;
/// Bytes before the front: its length, and that of the rest.
const LENGTHS: usize = 16;

/// Puts together a file; returns its bytes and the checksum that [`Paged::open`] asks for.
pub(super) fn encode(front: &[u8], rest: &[u8]) -> (Vec<u8>, u64) {
    let mut out = Vec::with_capacity(LENGTHS + front.len() + rest.len() * 17 / 16 + 8);
    put_number(&mut out, front.len() as u64);
    put_number(&mut out, rest.len() as u64);
    rest.chunks(PAGE).for_each(|page| put_number(&mut out, checksum(page)));
    out.extend_from_slice(front);
    let check = checksum(&out);
    out.extend_from_slice(rest);
    (out, check)
}

/// A file that was opened.
pub struct Paged {
    disk: Arc<dyn Disk>,
    path: PathBuf,
    front: Vec<u8>,
    /// Where in `front` what was put there begins.
    front_start: usize,
    /// The number of bytes in the rest.
    length: usize,
    pages: Vec<OnceLock<Option<Box<[u8]>>>>,
}

impl Paged {
    /// Reads the front of a file; `None` if it is not there, not whole, or another one.
    pub(super) fn open(disk: &Arc<dyn Disk>, path: PathBuf, check: u64) -> Option<Paged> {
        let Node::File(stamp) = disk.look(&path).ok()? else { return None };
        let lengths = disk.read_part(&path, 0, LENGTHS).ok()?;
        let mut bytes = Bytes(&lengths);
        let front = usize::try_from(bytes.number()?).ok()?;
        let length = usize::try_from(bytes.number()?).ok()?;
        let count = length.div_ceil(PAGE);
        let front_start = LENGTHS + 8 * count;
        let rest_start = front_start.checked_add(front)?;
        if rest_start.checked_add(length)? as u64 != stamp.size {
            return None;
        }
        let front = disk.read_part(&path, 0, rest_start).ok()?;
        let pages = std::iter::repeat_with(OnceLock::new).take(count).collect();
        let is_it = front.len() == rest_start && checksum(&front) == check;
        is_it.then(|| Paged { disk: disk.clone(), path, front, front_start, length, pages })
    }

    /// Returns the front.
    pub fn front(&self) -> &[u8] {
        &self.front[self.front_start..]
    }

    /// Returns some bytes of the rest; `None` if they are not there or not whole.
    pub fn get(&self, range: Range<usize>) -> Option<Cow<'_, [u8]>> {
        if range.is_empty() {
            return (range.end <= self.length).then_some(Cow::Borrowed(&[]));
        }
        let (first, last) = (range.start / PAGE, (range.end - 1) / PAGE);
        if first == last {
            let page = self.page(first)?;
            return page.get(range.start - first * PAGE..range.end - first * PAGE).map(Cow::from);
        }
        if range.end > self.length {
            return None;
        }
        let mut bytes = Vec::with_capacity(range.len());
        for at in first..=last {
            let (start, page) = (at * PAGE, self.page(at)?);
            let part = range.start.max(start) - start..range.end.min(start + page.len()) - start;
            bytes.extend_from_slice(page.get(part)?);
        }
        Some(bytes.into())
    }

    /// Returns whether every page is there and whole.
    pub(super) fn is_whole(&self) -> bool {
        (0..self.pages.len()).all(|at| self.page(at).is_some())
    }

    fn page(&self, at: usize) -> Option<&[u8]> {
        let read = || {
            let start = self.front.len() + at * PAGE;
            let length = PAGE.min(self.length - at * PAGE);
            let page = self.disk.read_part(&self.path, start as u64, length).ok()?;
            let check = Bytes(&self.front[LENGTHS + 8 * at..]).number()?;
            (page.len() == length && checksum(&page) == check).then(|| page.into_boxed_slice())
        };
        self.pages.get(at)?.get_or_init(read).as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::RealDisk;

    fn rest() -> Vec<u8> {
        (0..2 * PAGE as u32 + 9).flat_map(|at| at.to_le_bytes()).collect()
    }

    fn open(bytes: &[u8], check: u64) -> Option<(Vec<u8>, Option<Vec<u8>>)> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, bytes).unwrap();
        let disk: Arc<dyn Disk> = Arc::new(RealDisk);
        let file = Paged::open(&disk, path, check)?;
        let all = file.get(0..rest().len()).map(Cow::into_owned);
        assert_eq!(file.is_whole(), all.is_some() || file.length == 0);
        Some((file.front().to_vec(), all))
    }

    #[test]
    fn any_part_is_read_as_it_was_written() {
        let (bytes, check) = encode(b"front", &rest());
        assert_eq!(open(&bytes, check), Some((b"front".to_vec(), Some(rest()))));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, &bytes).unwrap();
        let disk: Arc<dyn Disk> = Arc::new(RealDisk);
        let file = Paged::open(&disk, path, check).unwrap();
        let rest = rest();
        for start in [0, 1, PAGE - 1, PAGE, 3 * PAGE + 5, rest.len() - 1, rest.len()] {
            for length in [0, 1, 7, PAGE, 3 * PAGE, rest.len(), rest.len() + 1] {
                let range = start..start + length;
                let part = file.get(range.clone());
                assert_eq!(part.as_deref(), rest.get(range), "{start}, {length}");
            }
        }
    }

    #[test]
    fn what_is_damaged_is_not_there() {
        let (bytes, check) = encode(b"front", &rest());
        let whole = || Some((b"front".to_vec(), Some(rest())));
        for at in (0..bytes.len()).step_by(997).chain(0..200) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert_ne!(
                open(&damaged, check).and_then(|read| read.1),
                Some(rest()),
                "flipped at {at}"
            );
            assert_ne!(open(&bytes[..at], check), whole(), "cut to {at}");
        }
        assert_eq!(open(&bytes, check ^ 1), None);
        let empty = encode(b"", b"");
        assert_eq!(open(&empty.0, empty.1), Some((Vec::new(), None)));
    }
}
