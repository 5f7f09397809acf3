//! Results by key: a log that is only added to.
//!
//! It alone decides whether a step has to run. All else that the store remembers of a project may
//! be lost, and costs no more than reading its files again.
//!
//! The log is used as it lies. A few results are looked for from its start to its end; an index is
//! made only for many.

use std::path::PathBuf;

use foldhash::fast::RandomState;
use hashbrown::{HashMap, HashSet};

use super::codec::{Bytes, put_length, put_number, put_text};
use super::log::{Log, records};
use super::{Key, Place, ResultRecord};
use crate::digest::Digest;
use crate::disk::Disk;

const HEADER: &[u8] = b"layercake results 1\n";
/// About the bytes of a record, to guess how many there are.
const RECORD: usize = 112;
/// Bytes of a key, and of a digest.
const DIGEST: usize = 32;
/// How many lookups are made without an index.
const WORTH_AN_INDEX: usize = 32;

/// The results of one store.
pub(super) struct Results {
    log: Log,
    /// The log, as it was read; `None` until somebody asks.
    bytes: Option<Vec<u8>>,
    damage: Option<String>,
    /// What was added since.
    newer: HashMap<Key, ResultRecord, RandomState>,
    /// The keys of results that were made by this process.
    made: HashSet<Key, RandomState>,
    /// Where in `bytes` the latest record of each key begins and ends.
    by_key: Index<Key, (usize, usize)>,
    by_digest: Index<Digest, Place>,
}

/// An index that is made once there are enough questions.
struct Index<K, V> {
    map: Option<HashMap<K, V, RandomState>>,
    lookups: usize,
}

impl<K, V> Default for Index<K, V> {
    fn default() -> Index<K, V> {
        Index { map: None, lookups: 0 }
    }
}

impl Results {
    /// Names the log; nothing is read yet.
    pub(super) fn new(path: PathBuf) -> Results {
        Results {
            log: Log::new(path, HEADER),
            bytes: None,
            damage: None,
            newer: HashMap::default(),
            made: HashSet::default(),
            by_key: Index::default(),
            by_digest: Index::default(),
        }
    }

    /// Forgets what was read: another process may have added to it. Nothing must be pending.
    pub(super) fn forget(&mut self) {
        (self.bytes, self.damage) = (None, None);
        self.newer.clear();
        (self.by_key, self.by_digest) = (Index::default(), Index::default());
    }

    /// Returns what was wrong with the log, if anything; only the first time.
    pub(super) fn damage(&mut self, disk: &dyn Disk) -> Option<String> {
        self.read(disk);
        self.damage.take()
    }

    /// Returns the result under a key, unless it was made by this process: which of two steps with
    /// one key finds a result must not depend on which is faster.
    pub(super) fn get(&mut self, disk: &dyn Disk, key: Key) -> Option<ResultRecord> {
        if self.made.contains(&key) { None } else { self.find(disk, key) }
    }

    /// Returns the result under a key.
    pub(super) fn find(&mut self, disk: &dyn Disk, key: Key) -> Option<ResultRecord> {
        if let Some(record) = self.newer.get(&key) {
            return Some(record.clone());
        }
        self.read(disk);
        let bytes = self.bytes.as_deref().unwrap_or_default();
        self.by_key.lookups += 1;
        if self.by_key.lookups > WORTH_AN_INDEX && self.by_key.map.is_none() {
            let mut map =
                HashMap::with_capacity_and_hasher(bytes.len() / RECORD, RandomState::default());
            for (at, record) in records(bytes, HEADER) {
                if let Some(key) = Bytes(record).digest() {
                    map.insert(Key(key), (at, at + record.len()));
                }
            }
            self.by_key.map = Some(map);
        }
        let record = match &self.by_key.map {
            Some(map) => map.get(&key).and_then(|(start, end)| bytes.get(*start..*end)),
            None => all(bytes).filter(|record| record.starts_with(key.0.as_bytes())).last(),
        };
        decode(record?).map(|(_, record)| record)
    }

    /// Returns all results.
    pub(super) fn all(&mut self, disk: &dyn Disk) -> HashMap<Key, ResultRecord, RandomState> {
        self.read(disk);
        let bytes = self.bytes.as_deref().unwrap_or_default();
        let mut all: HashMap<_, _, _> = all(bytes).filter_map(decode).collect();
        all.extend(self.newer.iter().map(|(key, record)| (*key, record.clone())));
        all
    }

    /// Returns where bytes are in the pack, by their digest: the latest place, which is there
    /// because what is at an earlier one was not whole.
    pub(super) fn place(&mut self, disk: &dyn Disk, digest: Digest) -> Option<Place> {
        self.read(disk);
        let bytes = self.bytes.as_deref().unwrap_or_default();
        let placed = |record: &[u8]| {
            let mut rest = Bytes(record.get(DIGEST..)?);
            let digest = rest.digest()?;
            rest.take(16)?;
            Some((digest, place(&mut rest)??))
        };
        self.by_digest.lookups += 1;
        if self.by_digest.lookups > WORTH_AN_INDEX && self.by_digest.map.is_none() {
            let mut map: HashMap<Digest, Place, RandomState> = HashMap::default();
            for (digest, place) in all(bytes).filter_map(placed) {
                let latest = map.entry(digest).or_insert(place);
                *latest = if place.offset > latest.offset { place } else { *latest };
            }
            self.by_digest.map = Some(map);
        }
        match &self.by_digest.map {
            Some(map) => map.get(&digest).copied(),
            None => all(bytes)
                .filter(|record| record.get(DIGEST..2 * DIGEST) == Some(digest.as_bytes()))
                .filter_map(|record| Some(placed(record)?.1))
                .max_by_key(|place| place.offset),
        }
    }

    /// Adds a result that was just made; it is on disk after [`Results::flush`].
    pub(super) fn add(&mut self, disk: &dyn Disk, key: Key, record: ResultRecord) {
        self.push(disk, key, record);
        self.made.insert(key);
    }

    /// Adds a result, or what is different of it now.
    pub(super) fn push(&mut self, disk: &dyn Disk, key: Key, record: ResultRecord) {
        self.read(disk);
        let mut bytes = Vec::with_capacity(RECORD);
        encode(key, &record, &mut bytes);
        self.log.push(&bytes);
        self.newer.insert(key, record);
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
        let records = results.iter().map(|(key, record)| {
            let mut bytes = Vec::with_capacity(RECORD);
            encode(*key, record, &mut bytes);
            bytes
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

    fn read(&mut self, disk: &dyn Disk) {
        if self.bytes.is_none() {
            let (bytes, damage) = self.log.read(disk);
            (self.bytes, self.damage) = (Some(bytes), damage);
        }
    }
}

fn all(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    records(bytes, HEADER).map(|(_, record)| record)
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
    let place = place(&mut bytes)?;
    let warnings = bytes.owned()?;
    Some((key, ResultRecord { digest, microseconds, used, place, warnings }))
}

fn place(bytes: &mut Bytes<'_>) -> Option<Option<Place>> {
    Some(match bytes.byte()? {
        0 => None,
        _ => Some(Place { offset: bytes.number()?, length: bytes.small()? }),
    })
}
