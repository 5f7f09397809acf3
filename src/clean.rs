//! Removes what earlier builds made, and never what a person wrote.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::digest::Digest;
use crate::disk::{Disk, Node};
use crate::path;
use crate::project::Project;
use crate::store::{FOLDER, Fact, Store};

/// What became of an output, or of the store.
#[derive(Debug)]
pub enum Cleaned {
    /// It is gone.
    Removed,
    /// Somebody else changed it since it was written, so it stays.
    Edited,
    /// Its path leads out of the project, so it stays.
    Outside,
    /// Files that outputs replaced are in it, so it stays.
    Replaced,
    /// It could not be removed.
    Failed(io::Error),
}

/// Removes the outputs with these names, or, without names, all outputs and the store.
///
/// Only what the store knows as written by layercake is removed, and only while it holds the
/// bytes that layercake wrote. Folders that become empty go too. `wait` is called, again and again,
/// while another process has the store, with that process's number where it can be told.
///
/// # Errors
///
/// Those of locking, changing and removing the store; what becomes of each output is reported.
pub fn clean(
    project: &Project,
    targets: Option<&[String]>,
    dry_run: bool,
    disk: &Arc<dyn Disk>,
    wait: &mut dyn FnMut(Option<u32>),
    report: &mut dyn FnMut(&str, Cleaned),
) -> io::Result<()> {
    let store = Store::new(&project.folder, disk.clone());
    if disk.look(&project.path(FOLDER)).is_err() {
        return Ok(());
    }
    if !dry_run {
        while store.lock()?.is_none() {
            wait(store.holder());
        }
    }
    let (state, _) = store.load();
    if !dry_run && targets.is_none() {
        let folders = state.outputs.keys().map(|path| project.path(path::folder(path)));
        store.sweep(folders.collect::<BTreeSet<_>>());
    }
    let mut outputs: Vec<_> = state.outputs.iter().collect();
    outputs.sort_by(|a, b| a.0.cmp(b.0));
    for (path, record) in outputs {
        if targets.is_some_and(|targets| !targets.contains(path)) {
            continue;
        }
        let full = project.path(path);
        if !is_inside(project, path, &**disk) {
            report(path, Cleaned::Outside);
            continue;
        }
        match disk.look(&full) {
            Ok(Node::File(stamp)) => {
                let is_ours = stamp == record.stamp && !record.is_racy
                    || disk.read(&full).is_ok_and(|c| Digest::of(&c.bytes) == record.digest);
                if !is_ours {
                    report(path, Cleaned::Edited);
                    continue;
                }
                if !dry_run && let Err(error) = disk.remove(&full) {
                    report(path, Cleaned::Failed(error));
                    continue;
                }
                report(path, Cleaned::Removed);
                if !dry_run {
                    remove_empty_folders(project, &full, &**disk);
                }
            }
            Ok(_) => continue,
            Err(_) => {}
        }
        store.record(&Fact::Forgotten(path.clone()));
    }
    match (dry_run, targets) {
        (true, _) => Ok(()),
        (false, Some(_)) => store.flush(true).and_then(|()| store.unlock()),
        (false, None) => {
            let cleaned = if store.remove()? { Cleaned::Replaced } else { Cleaned::Removed };
            report(&format!("{FOLDER}/"), cleaned);
            store.unlock()
        }
    }
}

/// Returns whether a path is one that a plan may write to, links followed: what the store says may
/// come from anybody.
fn is_inside(project: &Project, path: &str, disk: &dyn Disk) -> bool {
    let is_plain = path::resolve("", path, &project.above()).is_ok_and(|plain| plain == path);
    let folder = project.path(path::folder(path));
    is_plain
        && path::check_output(path).is_ok()
        && disk.canonical(&folder).map_or(true, |folder| folder.starts_with(project.root()))
}

/// Removes the folders above a removed file that hold nothing, up to the project's own.
fn remove_empty_folders(project: &Project, file: &Path, disk: &dyn Disk) {
    for folder in file.ancestors().skip(1) {
        let is_inside = folder.starts_with(project.root()) && !project.folder.starts_with(folder);
        // The first one that is not empty ends it.
        if !is_inside || disk.remove_empty_folder(folder).is_err() {
            return;
        }
    }
}
