//! The upkeep of a store: what is in it, whether it is whole, and what may go.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::atomic::Ordering;

use super::history::{FILE as HISTORY, MOST_BUILDS};
use super::image::Image;
use super::{Key, Place, ResultRecord};
use super::{PACK, REPLACED, RESULTS, Store, TEMPORARY, blobs, held};
use crate::digest::Digest;
use crate::disk::Node;

/// How much of a pack is copied at a time, in bytes.
const CHUNK: usize = 1 << 20;

/// What is in a store, in bytes where nothing else is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    /// How many results there are.
    pub results: usize,
    /// How many of them are in use by the project as it was last built.
    pub results_in_use: usize,
    /// The log of results.
    pub log: u64,
    /// The pack of small results.
    pub pack: u64,
    /// How many large results have files of their own.
    pub blobs: usize,
    /// The files of large results.
    pub blob_bytes: u64,
    /// What is remembered of the project's files and steps.
    pub image: u64,
    /// How many builds are in the history.
    pub builds: usize,
    /// The history of builds.
    pub history: u64,
    /// How many files there are that outputs replaced.
    pub replaced: usize,
    /// The files that outputs replaced.
    pub replaced_bytes: u64,
    /// When the oldest result was made or last in use, in nanoseconds since 1970.
    pub oldest: Option<i64>,
}

/// What [`Store::collect`] is to leave.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Results that were not in use for longer than this go, in nanoseconds.
    pub age: i64,
    /// Results go, those first that were not in use for longest, until what the others take is no
    /// more than this, in bytes.
    pub size: u64,
    /// Builds of the history go, the oldest first, until there are no more than this.
    pub builds: u32,
}

impl Default for Limits {
    /// 90 days, 1 GiB, and 1,000 builds.
    fn default() -> Limits {
        Limits { age: 90 * 86_400 * 1_000_000_000, size: 1 << 30, builds: MOST_BUILDS }
    }
}

/// What [`Store::collect`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Collected {
    /// How many results went.
    pub results: usize,
    /// How many builds of the history went.
    pub builds: usize,
    /// How many bytes went.
    pub bytes: u64,
    /// How many bytes are left.
    pub left: u64,
}

/// Something in a store that is not whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The file, relative to the store.
    pub file: String,
    /// What is wrong with it.
    pub what: String,
}

impl Store {
    /// Returns how many bytes of results were added since the store was opened.
    pub fn grown(&self) -> u64 {
        self.grown.load(Ordering::Relaxed)
    }

    /// Returns what is in the store. Other processes may write meanwhile.
    pub fn stats(&self) -> Stats {
        let (in_use, _) = self.in_use();
        let known = held(&self.results).all(&*self.disk);
        let (blobs, blob_bytes) =
            self.blobs().iter().fold((0, 0), |(count, bytes), blob| (count + 1, bytes + blob.size));
        let replaced = self.sizes(&self.folder.join(REPLACED));
        Stats {
            results: known.len(),
            results_in_use: known.values().filter(|record| in_use.contains(&record.digest)).count(),
            log: self.size(RESULTS),
            pack: self.size(PACK),
            blobs,
            blob_bytes,
            image: self.size(&self.state) + self.size(&self.dag),
            builds: self.history().0.len(),
            history: self.size(HISTORY),
            replaced: replaced.len(),
            replaced_bytes: replaced.iter().map(|(_, size)| size).sum(),
            oldest: known.values().map(|record| record.used).min(),
        }
    }

    /// Reads everything, and returns what is not whole. The store must be locked.
    pub fn verify(&self) -> Vec<Damage> {
        let mut damage = Vec::new();
        let mut found = |file: String, what: &str| {
            damage.push(Damage { file, what: what.to_owned() });
        };
        if let Some((bytes, _)) = self.image() {
            match Image::decode(&bytes) {
                None => found(self.state.clone(), "it is damaged, or not whole"),
                Some(image) if self.dag(image.dag).is_none_or(|dag| !dag.is_whole()) => {
                    found(self.dag.clone(), "it is damaged, not whole, or of another state");
                }
                Some(_) => {}
            }
        }
        if let (_, Some(what)) = self.history() {
            found(HISTORY.to_owned(), &what);
        }
        let mut results = held(&self.results);
        if let Some(what) = results.damage(&*self.disk) {
            found(RESULTS.to_owned(), &what);
        }
        let all = results.all(&*self.disk).into_values();
        let mut places: Vec<(Place, Digest)> =
            all.filter_map(|record| Some((record.place?, record.digest))).collect();
        places.sort_unstable_by_key(|(place, _)| (place.offset, place.length));
        places.dedup();
        let pack = held(&self.pack);
        let is_whole = |place, digest| pack.read(&*self.disk, place, digest).is_some();
        let torn = places.iter().filter(|(place, digest)| !is_whole(*place, *digest)).count();
        match torn {
            0 => {}
            1 => found(PACK.to_owned(), "1 result in it is damaged"),
            _ => found(PACK.to_owned(), &format!("{torn} results in it are damaged")),
        }
        for blob in self.blobs() {
            let bytes = self.disk.read(&self.folder.join(&blob.path)).ok();
            if bytes.is_none_or(|content| Some(Digest::of(&content.bytes)) != blob.digest) {
                found(blob.path, "it is damaged");
            }
        }
        damage
    }

    /// Removes results that are not in use, as far as the limits ask for it, with what belongs to
    /// none; `now` is the file system's time. The store must be locked, and nothing be pending.
    ///
    /// # Errors
    ///
    /// Those of the file system; what could not be removed stays.
    pub fn collect(&self, limits: Limits, now: i64, dry_run: bool) -> io::Result<Collected> {
        let before = self.stats();
        let (in_use, since) = self.in_use();
        let blobs = self.blobs();
        let sizes: BTreeMap<Digest, u64> =
            blobs.iter().filter_map(|blob| Some((blob.digest?, blob.size))).collect();
        let mut results = held(&self.results);
        let mut all: Vec<(Key, ResultRecord)> = results.all(&*self.disk).into_iter().collect();
        // In use first, then the latest; the key makes the order certain.
        all.sort_unstable_by_key(|(key, record)| {
            (!in_use.contains(&record.digest), std::cmp::Reverse(record.used), *key)
        });
        let mut kept = BTreeMap::new();
        let mut bytes = 0;
        let mut left = Vec::new();
        for (key, record) in all {
            let size = match record.place {
                _ if kept.contains_key(&record.digest) => 0,
                Some(place) => u64::from(place.length),
                None => sizes.get(&record.digest).copied().unwrap_or(0),
            };
            let is_young = record.used >= now.saturating_sub(limits.age);
            // A build that was ended before its time has told of no use yet.
            let is_left = in_use.contains(&record.digest)
                || record.used > since
                || is_young && bytes + size <= limits.size;
            if is_left {
                bytes += size;
                kept.insert(record.digest, record.place);
                left.push((key, record));
            }
        }
        let mut collected =
            Collected { results: before.results - left.len(), ..Collected::default() };
        let gone =
            blobs.into_iter().filter(|blob| blob.digest.is_none_or(|d| !kept.contains_key(&d)));
        let total = |stats: &Stats| stats.log + stats.pack + stats.blob_bytes + stats.history;
        let (builds, history) = self.trim_history(limits.builds, dry_run)?;
        collected.builds = builds;
        if dry_run {
            let packed = kept.values().flatten().map(|place| u64::from(place.length)).sum::<u64>();
            let blob_bytes = gone.fold(before.blob_bytes, |bytes, blob| bytes - blob.size);
            let share = left.len() as u64 * before.log / before.results.max(1) as u64;
            collected.left = packed + blob_bytes + share + before.history - history;
            collected.bytes = total(&before).saturating_sub(collected.left);
            return Ok(collected);
        }
        let places =
            self.repack(kept.iter().filter_map(|(digest, place)| Some((*digest, (*place)?))))?;
        for (_, record) in &mut left {
            record.place = record.place.and_then(|_| places.get(&record.digest).copied());
        }
        left.sort_unstable_by_key(|(key, _)| *key);
        results.replace(&*self.disk, &left)?;
        drop(results);
        held(&self.pack).forget();
        for blob in gone {
            self.disk.remove(&self.folder.join(blob.path))?;
        }
        let after = self.stats();
        collected.left = total(&after);
        collected.bytes = total(&before).saturating_sub(collected.left);
        Ok(collected)
    }

    /// Writes the pack anew with what is at these places, and returns where that is now; what is
    /// damaged is left out.
    fn repack(
        &self,
        kept: impl Iterator<Item = (Digest, Place)>,
    ) -> io::Result<BTreeMap<Digest, Place>> {
        let mut kept: Vec<(Digest, Place)> = kept.collect();
        kept.sort_unstable_by_key(|(_, place)| place.offset);
        let new = self.folder.join(format!("{PACK}{TEMPORARY}"));
        // One may be left from a process that was ended.
        let _ = self.disk.remove(&new);
        self.disk.create(&new, b"", None, false)?;
        let pack = held(&self.pack);
        let mut places = BTreeMap::new();
        let (mut chunk, mut written) = (Vec::new(), 0);
        for (digest, place) in kept {
            let Some(bytes) = pack.read(&*self.disk, place, digest) else { continue };
            let offset = written + chunk.len() as u64;
            places.insert(digest, Place { offset, length: place.length });
            chunk.extend_from_slice(&bytes);
            if chunk.len() >= CHUNK {
                self.disk.append(&new, &chunk)?;
                written += chunk.len() as u64;
                chunk.clear();
            }
        }
        self.disk.append(&new, &chunk)?;
        self.disk.rename(&new, &self.folder.join(PACK))?;
        Ok(places)
    }

    /// Returns the digests of the results that the plans of the project's folder are made of as
    /// they were last built, and when the first of those builds was.
    fn in_use(&self) -> (BTreeSet<Digest>, i64) {
        let own = self.image().map(|(bytes, _)| bytes);
        let mut in_use = BTreeSet::new();
        let mut since: Option<i64> = None;
        for bytes in self.other_images(true).into_iter().chain(own) {
            if let Some(image) = Image::decode(&bytes) {
                in_use.extend(image.steps.rows().map(|step| step.digest));
                since = Some(since.map_or(image.time, |since| since.min(image.time)));
            }
        }
        (in_use, since.unwrap_or(0))
    }

    fn size(&self, name: &str) -> u64 {
        match self.disk.look(&self.folder.join(name)) {
            Ok(Node::File(stamp)) => stamp.size,
            _ => 0,
        }
    }

    /// Returns the files in a folder with their sizes, in order of their names.
    fn sizes(&self, folder: &Path) -> Vec<(String, u64)> {
        let mut entries = self.disk.list(folder).unwrap_or_default();
        entries.sort_unstable();
        let size = |name: &String| match self.disk.look(&folder.join(name)) {
            Ok(Node::File(stamp)) => Some(stamp.size),
            _ => None,
        };
        let files = entries.into_iter().filter(|entry| !entry.is_folder);
        files
            .filter_map(|entry| Some((size(&entry.name)?, entry.name)))
            .map(|(a, b)| (b, a))
            .collect()
    }

    fn blobs(&self) -> Vec<Blob> {
        let mut folders = self.disk.list(&self.folder.join("blobs")).unwrap_or_default();
        folders.sort_unstable();
        let mut found = Vec::new();
        for folder in folders.into_iter().filter(|entry| entry.is_folder) {
            let below = format!("blobs/{}", folder.name);
            for (name, size) in self.sizes(&self.folder.join(&below)) {
                let digest = blobs::digest(&folder.name, &name);
                found.push(Blob { path: format!("{below}/{name}"), digest, size });
            }
        }
        found
    }
}

/// A file below `blobs`.
struct Blob {
    /// Relative to the store.
    path: String,
    /// What its name says is in it; `None` if that is no digest.
    digest: Option<Digest>,
    size: u64,
}
