//! Results by key: a log that is only added to.
//!
//! It alone decides whether a step has to run. All else that the store remembers of a project may
//! be lost, and costs no more than reading its files again.

use std::path::PathBuf;

use foldhash::fast::RandomState;
use hashbrown::{HashMap, HashSet};

use super::codec::{Bytes, put_length, put_number, put_text};
use super::log::Log;
use super::{Key, Place, ResultRecord};
use crate::digest::Digest;
use crate::disk::Disk;

const HEADER: &[u8] = b"layercake results 1\n";
/// About the bytes of a record, to guess how many there are.
const RECORD: usize = 112;

/// Places in the pack by the digests of what is there.
pub(super) type Places = HashMap<Digest, Place, RandomState>;

/// The results of one store.
pub(super) struct Results {
    log: Log,
    /// What is in the log and what was added since; `None` until somebody asks.
    known: Option<HashMap<Key, ResultRecord, RandomState>>,
    damage: Option<String>,
    /// The keys of results that were added by this process.
    added: HashSet<Key, RandomState>,
}

impl Results {
    /// Names the log; nothing is read yet.
    pub(super) fn new(path: PathBuf) -> Results {
        Results {
            log: Log::new(path, HEADER),
            known: None,
            damage: None,
            added: HashSet::default(),
        }
    }

    /// Forgets what was read: another process may have added to it. Nothing must be pending.
    pub(super) fn forget(&mut self) {
        (self.known, self.damage) = (None, None);
    }

    /// Returns what was wrong with the log, if anything.
    pub(super) fn damage(&mut self, disk: &dyn Disk) -> Option<String> {
        self.known(disk);
        self.damage.take()
    }

    /// Returns all results.
    pub(super) fn known(
        &mut self,
        disk: &dyn Disk,
    ) -> &mut HashMap<Key, ResultRecord, RandomState> {
        self.known.get_or_insert_with(|| {
            let (bytes, damage) = self.log.read(disk);
            self.damage = damage;
            let mut known =
                HashMap::with_capacity_and_hasher(bytes.len() / RECORD, RandomState::default());
            known.extend(self.log.records(&bytes).filter_map(decode));
            known
        })
    }

    /// Returns where bytes are in the pack, by their digest.
    pub(super) fn places(&mut self, disk: &dyn Disk) -> Places {
        let mut places = Places::default();
        for record in self.known(disk).values() {
            if let Some(place) = record.place {
                // The latest is there because an earlier one was not whole.
                let latest = places.entry(record.digest).or_insert(place);
                *latest = if place.offset > latest.offset { place } else { *latest };
            }
        }
        places
    }

    /// Returns the result under a key, unless it was added by this process: which of two steps
    /// with one key finds a result must not depend on which is faster.
    pub(super) fn get(&mut self, disk: &dyn Disk, key: Key) -> Option<ResultRecord> {
        match self.added.contains(&key) {
            true => None,
            false => self.known(disk).get(&key).cloned(),
        }
    }

    /// Adds a result that was just made; it is on disk after [`Results::flush`].
    pub(super) fn add(&mut self, disk: &dyn Disk, key: Key, record: ResultRecord) {
        self.push(disk, key, record);
        self.added.insert(key);
    }

    /// Adds a result, or what is different of it now.
    pub(super) fn push(&mut self, disk: &dyn Disk, key: Key, record: ResultRecord) {
        let mut bytes = Vec::with_capacity(RECORD);
        encode(key, &record, &mut bytes);
        self.log.push(&bytes);
        self.known(disk).insert(key, record);
    }

    /// Replaces all results by these.
    ///
    /// # Errors
    ///
    /// Those of the file system; the earlier ones then stay.
    pub(super) fn replace(
        &mut self,
        disk: &dyn Disk,
        results: &[(Key, ResultRecord)],
    ) -> std::io::Result<()> {
        let mut bytes = Vec::with_capacity(RECORD);
        let records = results.iter().map(|(key, record)| {
            bytes.clear();
            encode(*key, record, &mut bytes);
            bytes.clone()
        });
        self.log.replace(disk, records)?;
        self.forget();
        Ok(())
    }

    pub(super) fn pending(&self) -> usize {
        self.log.pending()
    }

    pub(super) fn flush(&mut self, disk: &dyn Disk) -> std::io::Result<()> {
        self.log.flush(disk)
    }
}

fn encode(key: Key, record: &ResultRecord, out: &mut Vec<u8>) {
    out.extend_from_slice(key.0.as_bytes());
    out.extend_from_slice(record.digest.as_bytes());
    put_number(out, record.microseconds);
    put_number(out, record.used as u64);
    match record.place {
        None => out.push(0),
        Some(Place { offset, length }) => {
            out.push(1);
            put_number(out, offset);
            put_length(out, length as usize);
        }
    }
    put_text(out, &record.warnings);
}

fn decode(record: &[u8]) -> Option<(Key, ResultRecord)> {
    let mut bytes = Bytes(record);
    let key = Key(bytes.digest()?);
    let digest = bytes.digest()?;
    let (microseconds, used) = (bytes.number()?, bytes.number()? as i64);
    let place = match bytes.byte()? {
        0 => None,
        _ => Some(Place { offset: bytes.number()?, length: bytes.small()? }),
    };
    let warnings = bytes.owned()?;
    Some((key, ResultRecord { digest, microseconds, used, place, warnings }))
}
