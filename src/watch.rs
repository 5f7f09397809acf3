//! File events to batches of changed files; the only file that names the events' crate.
//!
//! Folders are watched, never files: an editor that saves by renaming would end a file's watch.
//! Knows no steps; whether a change matters is the next build's finding.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use notify::event::EventKind;
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use thiserror::Error;

use crate::disk::{Disk, RealDisk};
use crate::path::{self, PathError};
use crate::store;

/// A batch ends when nothing has happened for this long.
const QUIET: Duration = Duration::from_millis(50);
/// A batch ends after this long, whatever happens.
const LONGEST: Duration = Duration::from_millis(500);
/// How often a wait looks whether it is to end.
const PATIENCE: Duration = Duration::from_millis(100);

/// Why files cannot be watched.
#[derive(Debug, Error)]
pub enum WatchError {
    /// The system refuses more watches.
    #[error("the system's limit of file watches is reached")]
    Limit(#[source] notify::Error),
    /// Anything else.
    #[error("files cannot be watched")]
    Other(#[source] notify::Error),
}

/// Watches the folders of files.
pub struct Watcher {
    watcher: RecommendedWatcher,
    events: Receiver<notify::Result<notify::Event>>,
    /// The files that matter.
    files: BTreeSet<PathBuf>,
    /// Folders in which any new file may matter, each with how many levels below it count.
    trees: BTreeMap<PathBuf, usize>,
    watched: BTreeSet<PathBuf>,
}

impl Watcher {
    /// Makes a watcher that watches nothing yet.
    ///
    /// # Errors
    ///
    /// When the system offers no more watchers.
    pub fn new() -> Result<Watcher, WatchError> {
        let (send, events) = mpsc::channel();
        let watcher = notify::recommended_watcher(move |event| {
            // The watcher lives as long as the receiver, or is about to end with it.
            let _ = send.send(event);
        })
        .map_err(watch_error)?;
        Ok(Watcher {
            watcher,
            events,
            files: BTreeSet::new(),
            trees: BTreeMap::new(),
            watched: BTreeSet::new(),
        })
    }

    /// Watches these files, and whatever comes or goes in the folders of `trees` and so many levels
    /// below them, and nothing else.
    ///
    /// # Errors
    ///
    /// When the system offers no more watches.
    pub fn watch(
        &mut self,
        files: BTreeSet<PathBuf>,
        trees: BTreeMap<PathBuf, usize>,
    ) -> Result<(), WatchError> {
        (self.files, self.trees) = (files, trees);
        self.rescan()
    }

    /// Watches the folders that there are now, until no further one has come meanwhile.
    fn rescan(&mut self) -> Result<(), WatchError> {
        loop {
            let mut wanted = self.folders();
            for gone in self.watched.difference(&wanted) {
                // A folder that is gone took its watch along.
                let _ = self.watcher.unwatch(gone);
            }
            let new: Vec<PathBuf> = wanted.difference(&self.watched).cloned().collect();
            for folder in &new {
                match self.watcher.watch(folder, RecursiveMode::NonRecursive) {
                    Err(error) if is_gone(&error) => drop(wanted.remove(folder)),
                    watched => watched.map_err(watch_error)?,
                }
            }
            self.watched = wanted;
            if new.is_empty() {
                return Ok(());
            }
        }
    }

    /// Returns the folders to watch, of those that there are.
    fn folders(&self) -> BTreeSet<PathBuf> {
        let files = self.files.iter().filter_map(|file| file.parent());
        let mut found: BTreeSet<PathBuf> = files.map(nearest_folder).collect();
        let trees = self.trees.iter().map(|(tree, levels)| (nearest_folder(tree), *levels));
        let mut rest: Vec<(PathBuf, usize)> = trees.collect();
        while let Some((folder, levels)) = rest.pop() {
            if levels > 0 {
                rest.extend(folders_in(&folder).into_iter().map(|below| (below, levels - 1)));
            }
            found.insert(folder);
        }
        found
    }

    /// Waits for the next batch of changes and returns the files in it. Empty when `is_over` says
    /// that there is nothing more to wait for.
    ///
    /// Folders that came with the batch are watched when it returns, so that who looks into them
    /// afterwards misses nothing.
    ///
    /// # Errors
    ///
    /// When the system offers no more watches.
    pub fn wait(&mut self, is_over: &dyn Fn() -> bool) -> Result<BTreeSet<PathBuf>, WatchError> {
        let mut batch = BTreeSet::new();
        let mut started: Option<Instant> = None;
        loop {
            let patience = match started {
                Some(started) => QUIET.min(LONGEST.saturating_sub(started.elapsed())),
                None => PATIENCE,
            };
            match self.events.recv_timeout(patience) {
                Ok(event) => {
                    if self.note(event, &mut batch) {
                        started.get_or_insert_with(Instant::now);
                    }
                }
                Err(RecvTimeoutError::Timeout) if started.is_some() => break,
                Err(RecvTimeoutError::Timeout) if !is_over() => {}
                Err(_) => return Ok(BTreeSet::new()),
            }
            if started.is_some_and(|started| started.elapsed() >= LONGEST) {
                break;
            }
        }
        self.rescan().map(|()| batch)
    }

    /// Adds what an event is about to the batch; returns whether any of it matters.
    fn note(&self, event: notify::Result<notify::Event>, batch: &mut BTreeSet<PathBuf>) -> bool {
        let Ok(event) = event else {
            // Something was missed: everything may have changed.
            batch.extend(self.files.iter().cloned());
            return true;
        };
        if event.need_rescan() {
            batch.extend(self.files.iter().cloned());
            return true;
        }
        if matches!(event.kind, EventKind::Access(_)) {
            return false;
        }
        let before = batch.len();
        let matters = |path: &PathBuf| {
            let is_tree = self.trees.iter().any(|(tree, levels)| {
                path.strip_prefix(tree)
                    .is_ok_and(|below| below.components().count() <= levels.saturating_add(1))
            });
            // A folder that comes or goes may bring or take a file along. Paths below it come next.
            let next = self.files.range(path.clone()..).next();
            let is_above = next.is_some_and(|file| file.starts_with(path));
            let is_own = path.components().any(|part| part.as_os_str() == store::FOLDER)
                || path.extension().is_some_and(|end| end == "tmp");
            !is_own && (is_tree || is_above)
        };
        batch.extend(event.paths.into_iter().filter(matters));
        batch.len() > before
    }
}

/// Returns the folder, or the nearest one above it that is there.
fn nearest_folder(folder: &Path) -> PathBuf {
    folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(folder).to_owned()
}

/// Returns the folders in a folder, but for links and those of other tools.
fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let entries = RealDisk.list(folder).unwrap_or_default().into_iter();
    let is_private = |name: &str| path::check_output(name) == Err(PathError::Private);
    let folders = entries.filter(|entry| entry.is_folder && !is_private(&entry.name));
    folders.map(|entry| folder.join(entry.name)).collect()
}

fn is_gone(error: &notify::Error) -> bool {
    match &error.kind {
        notify::ErrorKind::PathNotFound => true,
        notify::ErrorKind::Io(error) => error.kind() == std::io::ErrorKind::NotFound,
        _ => false,
    }
}

fn watch_error(error: notify::Error) -> WatchError {
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => WatchError::Limit(error),
        notify::ErrorKind::Io(inner) if matches!(inner.raw_os_error(), Some(24 | 28)) => {
            WatchError::Limit(error)
        }
        _ => WatchError::Other(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watching(folder: &Path, files: &[&str], trees: &[&str]) -> Watcher {
        let files = files.iter().map(|name| folder.join(name)).collect();
        let trees = trees.iter().map(|name| (folder.join(name), 1)).collect();
        let mut watcher = Watcher::new().unwrap();
        watcher.watch(files, trees).unwrap();
        watcher
    }

    fn next(watcher: &mut Watcher) -> Vec<String> {
        let started = Instant::now();
        let batch = watcher.wait(&|| started.elapsed() > Duration::from_secs(3)).unwrap();
        let name = |path: PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
        batch.into_iter().map(name).collect()
    }

    #[test]
    fn a_save_by_rename_is_seen_every_time() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.csv"), "1").unwrap();
        let mut watcher = watching(folder.path(), &["a.csv"], &[]);
        for round in 0..3 {
            std::fs::write(folder.path().join("a.csv~"), format!("{round}")).unwrap();
            std::fs::rename(folder.path().join("a.csv~"), folder.path().join("a.csv")).unwrap();
            assert_eq!(next(&mut watcher), ["a.csv"], "round {round}");
        }
    }

    #[test]
    fn reading_and_other_files_are_nothing() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.csv"), "1").unwrap();
        let mut watcher = watching(folder.path(), &["a.csv"], &[]);
        std::fs::read(folder.path().join("a.csv")).unwrap();
        std::fs::write(folder.path().join("other.txt"), "1").unwrap();
        let started = Instant::now();
        let batch = watcher.wait(&|| started.elapsed() > Duration::from_millis(300)).unwrap();
        assert!(batch.is_empty(), "{batch:?}");
    }

    #[test]
    fn a_new_file_below_a_tree_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("data")).unwrap();
        let mut watcher = watching(folder.path(), &[], &["data"]);
        std::fs::write(folder.path().join("data/new.csv"), "1").unwrap();
        assert_eq!(next(&mut watcher), ["new.csv"]);
    }

    #[test]
    fn the_first_file_in_a_new_folder_is_seen_whenever_it_comes() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("data")).unwrap();
        let mut watcher = Watcher::new().unwrap();
        watcher.watch(BTreeSet::new(), BTreeMap::from([(folder.path().join("data"), 9)])).unwrap();
        for name in ["new", "new/below", ".hidden"] {
            std::fs::create_dir(folder.path().join("data").join(name)).unwrap();
            assert_eq!(next(&mut watcher).len(), 1, "{name}");
            // The folder was empty when it was looked into.
            std::fs::write(folder.path().join("data").join(name).join("a.tera"), "1").unwrap();
            assert_eq!(next(&mut watcher), ["a.tera"], "{name}");
        }
    }
}
