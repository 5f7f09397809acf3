//! Looks at every file that matters, and reads those whose stamps do not tell that they are as
//! they were.
//!
//! A file is not read when everything the file system says of it is as it was recorded, and the
//! record was made after the clock had ticked on (as git's index does it).

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use super::known::Known;
use super::reader::{FileReader, ReadFile};
use crate::dag;
use crate::digest::Digest;
use crate::disk::{Content, Disk, Node, Now, Stamp};
use crate::path;
use crate::project::Project;
use crate::store::{FileRecord, FileRow, FileTable, Listing, Role};

/// How far the clocks of two file systems may be apart, in nanoseconds.
const SKEW: i64 = 2_000_000_000;
/// How many files one thread looks at before another helps.
const WORTH_A_THREAD: usize = 2_000;
/// How many files one thread reads before another helps.
const WORTH_A_READER: usize = 50;
/// How many bytes of inputs are held for the steps that will read them.
const MOST_HELD: usize = 256 << 20;

/// What a file is now.
#[derive(Debug, Clone)]
pub(super) enum FileState {
    /// It is there.
    Known(FileRecord),
    /// It is not there.
    Missing,
    /// It cannot be read, and why.
    Unreadable(String),
}

/// What a look at all files found.
#[derive(Debug)]
pub(super) struct Sweep {
    /// When the look began.
    pub(super) began: Instant,
    /// The files, by their place in the files of [`Known::table`], that may not be as they were.
    pub(super) files: Vec<usize>,
    /// The folders, by their place in the folders of [`Known::table`], whose entries may not be as they were.
    pub(super) folders: Vec<usize>,
}

impl Sweep {
    /// Returns whether everything is as it was.
    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty() && self.folders.is_empty()
    }
}

/// Looks at every file, and reads none unless `is_paranoid`. No stamp later than `trusted_until` is
/// believed.
pub(super) fn sweep(
    project: &Project,
    table: &FileTable<'_>,
    trusted_until: i64,
    disk: &dyn Disk,
    is_paranoid: bool,
    threads: usize,
) -> Sweep {
    let began = Instant::now();
    let looks_different = |row: FileRow<'_>, node: io::Result<Node>| match (node, &row.record) {
        (Ok(Node::File(stamp)), Some(record)) => {
            let latest = stamp.modified.max(stamp.changed);
            let is_same = record.stamp == stamp && !record.is_racy && latest < trusted_until;
            !is_same
        }
        (Err(error), None) => error.kind() != io::ErrorKind::NotFound,
        _ => true,
    };
    let look = |folder: &str, rows: Range<usize>, found: &mut Vec<usize>| {
        let mut next = rows.start;
        let mut names = table.range(rows.clone()).map(|row| row.name);
        let mut see = |at: usize, node| {
            if looks_different(table.row(rows.start + at), node) {
                found.push(rows.start + at);
            }
            next = rows.start + at + 1;
            true
        };
        let path = project.path(folder);
        if !is_paranoid {
            disk.look_in(&path, &mut names, &mut see);
        } else {
            let is_same = Cell::new(false);
            let mut is_known = |at: usize, bytes: &[u8]| {
                let record = table.row(rows.start + at).record;
                is_same.set(record.is_some_and(|record| record.digest == Digest::of(bytes)));
                is_same.get()
            };
            disk.read_in(&path, &mut names, &mut is_known, &mut |at, content| {
                let node = |content: Content| match is_same.take() {
                    true => Node::File(content.stamp),
                    false => Node::Other,
                };
                see(at, content.map(node));
            });
        }
        // Where the folder itself cannot be looked at, neither can what is in it.
        found.extend(next..rows.end);
    };
    let worth_a_thread = if is_paranoid { WORTH_A_READER } else { WORTH_A_THREAD };
    let files = in_shares(table, None, worth_a_thread, threads, look);
    let changed = table.folders.iter().zip(0..).filter_map(|(folder, at)| {
        let Listing { stamp, .. } = folder.listing?;
        let now = disk.look_at_folder(&project.path(folder.path)).ok();
        (now.is_none() || now != stamp || is_paranoid).then_some(at)
    });
    Sweep { began, files, folders: changed.collect() }
}

/// Lists a folder that a pattern was matched against; `None` if there are other names in it.
pub(super) fn list_again(
    project: &Project,
    known: &Known<'_>,
    folder: usize,
    disk: &dyn Disk,
) -> Option<Listing> {
    let row = &known.table.folders[folder];
    let path = project.path(row.path);
    // Before the entries: what comes after the stamp changes it.
    let stamp = disk.look_at_folder(&path).ok();
    let entries = dag::list(disk, &path).ok()?;
    let digest = dag::listing_digest(row.path, &entries, |path| known.whole.is_output(path));
    (digest == row.listing?.digest).then_some(Listing { stamp, digest })
}

/// What was read of files that may have changed.
#[derive(Default)]
pub(super) struct Reread {
    /// What each is now, by its place in the files of [`Known::table`].
    pub(super) states: BTreeMap<usize, FileState>,
    /// The bytes of inputs that are not as they were, for the steps that will read them.
    pub(super) bytes: BTreeMap<usize, Arc<[u8]>>,
}

/// Reads files, given by their places in order; `now` is the file system's time before this call.
pub(super) fn read_again(
    table: &FileTable<'_>,
    files: &[usize],
    reader: &FileReader<'_>,
    threads: usize,
    now: Now,
) -> Reread {
    let held = AtomicUsize::new(0);
    let read = in_shares(table, Some(files), WORTH_A_READER, threads, |folder, part, found| {
        let rows = &files[part];
        let file = |at: &usize| {
            let row = table.row(*at);
            (row.name, row.record.map(|record| record.digest))
        };
        let named: Vec<_> = rows.iter().map(file).collect();
        reader.read_in(folder, &named, now, &mut |place, read| {
            let at = rows[place];
            let row = table.row(at);
            let (state, bytes) = match read {
                Ok(ReadFile { bytes, record }) => (FileState::Known(record), Some(bytes)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => (FileState::Missing, None),
                Err(error) => (FileState::Unreadable(error.to_string()), None),
            };
            let is_input = matches!(row.role, Role::Input(_) | Role::Discovered);
            let bytes = bytes.filter(|bytes| {
                is_input
                    && !is_as_it_was(&row, &state)
                    && held.fetch_add(bytes.len(), Ordering::Relaxed) + bytes.len() < MOST_HELD
            });
            found.push((at, state, bytes));
        });
    });
    let mut again = Reread::default();
    for (at, state, bytes) in read {
        again.states.insert(at, state);
        again.bytes.extend(bytes.map(|bytes| (at, bytes)));
    }
    again
}

/// Returns whether a file holds what it held.
pub(super) fn is_as_it_was(row: &FileRow<'_>, now: &FileState) -> bool {
    match (&row.record, now) {
        (Some(before), FileState::Known(now)) => before.digest == now.digest,
        (None, FileState::Missing) => true,
        _ => false,
    }
}

/// Returns whether a file may have changed after `now` without its stamp changing.
///
/// A file system stamps by a clock that stands still for some milliseconds. Once the clock has
/// moved past a stamp, whatever changes the file changes its stamp as well; so `now` must be a
/// stamp of the same clock, taken before the file was read. Only the time that nobody can set
/// counts: where a file says of itself that it was modified in the next century, it is not racy.
pub(super) fn is_racy(stamp: &Stamp, now: Now) -> bool {
    let skew = if stamp.device == now.device { 0 } else { SKEW };
    stamp.changed.saturating_add(skew) >= now.time
}

/// Applies `work` to files folder by folder, on several threads where there are many; what was
/// found keeps the order of the files. `work` gets places in `chosen`, or among all files.
fn in_shares<R: Send>(
    table: &FileTable<'_>,
    chosen: Option<&[usize]>,
    worth_a_thread: usize,
    threads: usize,
    work: impl Fn(&str, Range<usize>, &mut Vec<R>) + Sync,
) -> Vec<R> {
    let count = chosen.map_or(table.count(), <[usize]>::len);
    let threads = threads.min(count / worth_a_thread + 1).max(1);
    let share = count.div_ceil(threads).max(1);
    // Each part is of one folder and one thread.
    let mut parts: Vec<(usize, &str, Range<usize>)> = Vec::new();
    let (mut start, mut first) = (0, 0);
    for folder in &table.folders {
        first += folder.count;
        let end = match chosen {
            Some(chosen) => start + chosen[start..].partition_point(|at| *at < first),
            None => first,
        };
        while start < end {
            let stop = end.min((start / share + 1) * share);
            parts.push((start / share, folder.path, start..stop));
            start = stop;
        }
    }
    let run = |thread: usize| {
        let mut found = Vec::new();
        for (_, folder, range) in parts.iter().filter(|part| part.0 == thread) {
            work(folder, range.clone(), &mut found);
        }
        found
    };
    if threads < 2 {
        return run(0);
    }
    std::thread::scope(|scope| {
        let run = &run;
        let running: Vec<_> = (0..threads).map(|at| scope.spawn(move || run(at))).collect();
        let joined = running.into_iter().flat_map(|thread| match thread.join() {
            Ok(found) => found,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect()
    })
}

/// Returns the folders that outputs are in, or were, and those that they may be in.
pub(super) fn output_folders(
    project: &Project,
    known: &Known<'_>,
    disk: &dyn Disk,
) -> BTreeSet<PathBuf> {
    let paths = known.table.outputs().map(|(path, _)| path).chain(known.gone.keys().cloned());
    let mut folders: BTreeSet<PathBuf> =
        paths.map(|path| project.path(path::folder(&path))).collect();
    // Where a fan-out was to put new files is not known.
    for folder in known.whole.fan_out_folders() {
        add_folders(&project.path(folder), disk, &mut folders);
    }
    folders
}

/// Adds a folder with all that are below it.
fn add_folders(folder: &Path, disk: &dyn Disk, found: &mut BTreeSet<PathBuf>) {
    let mut rest = vec![folder.to_owned()];
    while let Some(folder) = rest.pop() {
        if let Ok(entries) = disk.list(&folder)
            && found.insert(folder.clone())
        {
            let folders = entries.iter().filter(|entry| entry.is_folder);
            rest.extend(folders.map(|entry| folder.join(&entry.name)));
        }
    }
}
