//! The record on disk: facts one after the other, each with its length and checksum.
//!
//! It is only ever added to, or replaced whole. Reading stops at the first record that is not
//! whole, which is where a crash left it, and the next write cuts it off there.

use std::io;
use std::path::PathBuf;

use super::{Fact, State, codec};
use crate::digest::Digest;
use crate::disk::{Disk, Node, Stamp};

/// What a journal starts with; another form has another first line.
const HEADER: &[u8] = b"layercake journal 1\n";
/// Before each record: its length, and the first bytes of its digest.
const RECORD_HEADER: usize = 8;
/// How much is gathered before it is written.
const WORTH_A_WRITE: usize = 64 << 10;
/// A journal smaller than this is never rewritten.
const WORTH_COMPACTING: u64 = 1 << 20;

/// The journal of one store.
pub(super) struct Journal {
    path: PathBuf,
    /// Facts that are not on disk yet.
    pending: Vec<u8>,
    /// How much of the file is whole.
    whole: u64,
    /// What stood there when it was read; a write of our own moves it along.
    seen: Option<(u64, u64)>,
    /// Whether something that is not ours stands after `whole`.
    has_torn_tail: bool,
}

impl Journal {
    pub(super) fn new(path: PathBuf) -> Journal {
        Journal { path, pending: Vec::new(), whole: 0, seen: None, has_torn_tail: false }
    }

    /// Reads all facts into `state`; returns what was wrong with the file, if anything.
    pub(super) fn load(&mut self, disk: &dyn Disk, state: &mut State) -> Option<String> {
        (self.whole, self.seen, self.has_torn_tail) = (0, None, false);
        let content = match disk.read(&self.path) {
            Ok(content) => content,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => return Some(format!("the store could not be read: {error}")),
        };
        let bytes = content.bytes.as_slice();
        self.seen = Some((content.stamp.inode, bytes.len() as u64));
        let Some(mut rest) = bytes.strip_prefix(HEADER) else {
            self.has_torn_tail = true;
            return Some("the store is damaged or of another version; starting over".to_owned());
        };
        while let Some((fact, after)) = next(rest) {
            state.apply(fact);
            rest = after;
        }
        self.whole = (bytes.len() - rest.len()) as u64;
        self.has_torn_tail = !rest.is_empty();
        self.has_torn_tail.then(|| {
            format!("the last {} bytes of the store were damaged and are ignored", rest.len())
        })
    }

    pub(super) fn has_moved(&self, disk: &dyn Disk) -> bool {
        let now = match disk.look(&self.path) {
            Ok(Node::File(Stamp { inode, size, .. })) => Some((inode, size)),
            _ => None,
        };
        now != self.seen
    }

    pub(super) fn push(&mut self, fact: &Fact) {
        let start = self.pending.len();
        self.pending.extend_from_slice(&[0; RECORD_HEADER]);
        codec::encode(fact, &mut self.pending);
        let record = &self.pending[start + RECORD_HEADER..];
        let length = (record.len() as u32).to_le_bytes();
        let check = checksum(record);
        self.pending[start..start + 4].copy_from_slice(&length);
        self.pending[start + 4..start + RECORD_HEADER].copy_from_slice(&check);
    }

    pub(super) fn flush(&mut self, disk: &dyn Disk, all: bool) -> io::Result<()> {
        if !all && self.pending.len() < WORTH_A_WRITE {
            return Ok(());
        }
        if self.has_torn_tail {
            disk.cut(&self.path, self.whole)?;
            self.has_torn_tail = false;
        }
        if self.pending.is_empty() {
            return Ok(());
        }
        if self.whole == 0 {
            self.pending.splice(0..0, HEADER.iter().copied());
        }
        let added = disk.append(&self.path, &self.pending);
        if added.is_err() {
            // Part of it may be there; what is whole is still known.
            self.has_torn_tail = true;
            if self.whole == 0 {
                self.pending.drain(..HEADER.len());
            }
            return added;
        }
        self.whole += self.pending.len() as u64;
        self.pending.clear();
        if let Ok(Node::File(Stamp { inode, size, .. })) = disk.look(&self.path) {
            self.seen = Some((inode, size));
        }
        Ok(())
    }

    pub(super) fn compact(&mut self, disk: &dyn Disk) -> io::Result<()> {
        if self.whole < WORTH_COMPACTING {
            return Ok(());
        }
        let mut state = State::default();
        let mut fresh = Journal::new(self.path.with_extension("new"));
        if self.load(disk, &mut state).is_some() {
            return Ok(());
        }
        state.facts().iter().for_each(|fact| fresh.push(fact));
        if self.whole < 4 * fresh.pending.len() as u64 {
            return Ok(());
        }
        match disk.remove(&fresh.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        fresh.flush(disk, true)?;
        disk.sync(&fresh.path)?;
        disk.rename(&fresh.path, &self.path)?;
        self.load(disk, &mut State::default());
        Ok(())
    }
}

/// Reads the first record; `None` when it is not whole.
fn next(bytes: &[u8]) -> Option<(Fact, &[u8])> {
    let (header, rest) = bytes.split_at_checked(RECORD_HEADER)?;
    let length = u32::from_le_bytes(header[..4].try_into().ok()?) as usize;
    let (record, rest) = rest.split_at_checked(length)?;
    if header[4..] != checksum(record) {
        return None;
    }
    Some((codec::decode(record)?, rest))
}

fn checksum(record: &[u8]) -> [u8; 4] {
    let digest = Digest::of(record);
    let bytes = digest.as_bytes();
    [bytes[0], bytes[1], bytes[2], bytes[3]]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::RealDisk;
    use crate::store::{FileRecord, Input, InputKind, Key, Manifest, ResultRecord, StepRecord};

    fn facts() -> Vec<Fact> {
        let file = FileRecord { stamp: Stamp::default(), digest: Digest::of(b"x"), is_racy: true };
        let result =
            ResultRecord { digest: Digest::of(b"y"), microseconds: 7, warnings: "[]".to_owned() };
        let input = Input {
            kind: InputKind::File,
            group: 3,
            name: "a.csv".to_owned(),
            digest: Digest::of(b"z"),
        };
        let manifest = Manifest {
            kind: "import csv 1".to_owned(),
            options: "{}".to_owned(),
            inputs: vec![input],
        };
        vec![
            Fact::File("a.csv".to_owned(), file.clone()),
            Fact::Output("b.dot".to_owned(), file.clone()),
            Fact::Result(Key(Digest::of(b"k")), result),
            Fact::Step(
                "a".to_owned(),
                StepRecord { manifest, discovered: vec!["t.tera".to_owned()] },
            ),
            Fact::Output("gone.dot".to_owned(), file),
            Fact::Forgotten("gone.dot".to_owned()),
        ]
    }

    fn written(folder: &std::path::Path) -> (Journal, State) {
        let mut journal = Journal::new(folder.join("journal"));
        let mut state = State::default();
        for fact in facts() {
            journal.push(&fact);
            state.apply(fact);
        }
        journal.flush(&RealDisk, true).unwrap();
        (journal, state)
    }

    #[test]
    fn facts_come_back_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let (_, expected) = written(folder.path());
        let mut state = State::default();
        let mut journal = Journal::new(folder.path().join("journal"));
        assert_eq!(journal.load(&RealDisk, &mut state), None);
        assert_eq!(state, expected);
        assert!(!journal.has_moved(&RealDisk));
    }

    #[test]
    fn a_journal_cut_at_any_length_still_serves() {
        let folder = tempfile::tempdir().unwrap();
        let (journal, expected) = written(folder.path());
        let bytes = std::fs::read(&journal.path).unwrap();
        for length in 0..bytes.len() {
            std::fs::write(&journal.path, &bytes[..length]).unwrap();
            let mut torn = Journal::new(journal.path.clone());
            torn.load(&RealDisk, &mut State::default());
            facts().iter().for_each(|fact| torn.push(fact));
            torn.flush(&RealDisk, true).unwrap();
            let mut state = State::default();
            assert_eq!(Journal::new(journal.path.clone()).load(&RealDisk, &mut state), None);
            assert_eq!(state, expected, "cut to {length}");
        }
    }

    #[test]
    fn any_flipped_byte_is_noticed_or_harmless() {
        let folder = tempfile::tempdir().unwrap();
        let (journal, expected) = written(folder.path());
        let bytes = std::fs::read(&journal.path).unwrap();
        for at in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[at] ^= 0x55;
            std::fs::write(&journal.path, &bytes).unwrap();
            let mut state = State::default();
            let damage = Journal::new(journal.path.clone()).load(&RealDisk, &mut state);
            assert!(damage.is_some(), "flipped at {at}");
            assert!(state.files.iter().all(|(path, file)| expected.files.get(path) == Some(file)));
        }
    }
}
