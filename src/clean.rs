//! Removes what earlier builds made, and never what a person wrote.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::digest::Digest;
use crate::disk::{Disk, Node};
use crate::fan_out::PathPattern;
use crate::path;
use crate::project::Project;
use crate::store::{FOLDER, FileRecord, Image, Removed, Role, StepRow, Store};

/// What is to be removed.
#[derive(Debug, Clone, Copy)]
pub enum What<'a> {
    /// All outputs, and the store.
    All,
    /// The outputs with these names; that of a fan-out stands for all its files.
    Outputs(&'a [String]),
    /// The outputs that are not among these, the ones of the plan as it is now.
    Except(&'a BTreeSet<String>),
}

/// What became of an output, or of the store.
#[derive(Debug)]
pub enum Cleaned {
    /// It is gone.
    Removed,
    /// Somebody else changed it since it was written, so it stays.
    Edited,
    /// It was not there any more.
    Missing,
    /// Its path leads out of the project, so it stays.
    Outside,
    /// Other plans need it, so it stays.
    Shared,
    /// Files that outputs replaced are in it, so it stays.
    Replaced,
    /// It could not be removed.
    Failed(io::Error),
}

/// Removes outputs.
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
    what: What<'_>,
    dry_run: bool,
    disk: &Arc<dyn Disk>,
    wait: &mut dyn FnMut(Option<u32>),
    report: &mut dyn FnMut(&str, Cleaned),
) -> io::Result<()> {
    let store = Store::new(&project.folder, &project.plan, disk.clone());
    if disk.look(&project.path(FOLDER)).is_err() {
        return Ok(());
    }
    if !dry_run {
        while store.lock()?.is_none() {
            wait(store.holder());
        }
    }
    let kept = store.image();
    let mut image = kept.as_ref().and_then(|(bytes, _)| Image::decode(bytes)).unwrap_or_default();
    // Each with its place among the image's files, if it is there.
    let mut outputs: Vec<(String, FileRecord, Option<usize>)> =
        image.gone.iter().map(|(path, record)| ((*path).to_owned(), *record, None)).collect();
    for ((path, row), at) in image.table.paths().zip(0..) {
        if let (Role::Output(_), Some(record)) = (row.role, row.record) {
            outputs.push((path, record, Some(at)));
        }
    }
    outputs.sort_by(|a, b| a.0.cmp(&b.0));
    if !dry_run && matches!(what, What::All) {
        let folders = outputs.iter().map(|(path, ..)| project.path(path::folder(path)));
        store.sweep(folders.collect::<BTreeSet<_>>());
    }
    let names: Vec<&String> = match what {
        What::All => Vec::new(),
        What::Outputs(names) => names.iter().collect(),
        What::Except(names) => names.iter().collect(),
    };
    let items = names.into_iter().filter(|name| name.contains('{'));
    let items: Vec<PathPattern> = items.filter_map(|name| PathPattern::parse(name).ok()).collect();
    let is_item = |path: &str, at: Option<usize>| {
        at.is_some() && items.iter().any(|paths| paths.matches(path))
    };
    let mut forgotten = BTreeSet::new();
    let others = other_outputs(&store);
    for (path, record, at) in outputs {
        if others.contains(&path) {
            // Another plan writes it as well.
            continue;
        }
        let is_meant = match what {
            What::All => true,
            What::Outputs(names) => names.contains(&path) || is_item(&path, at),
            // What a fan-out does not write any more is not among the files of the table.
            What::Except(names) => !names.contains(&path) && !is_item(&path, at),
        };
        if !is_meant {
            continue;
        }
        match remove(project, &path, &record, dry_run, &**disk) {
            Some(cleaned @ (Cleaned::Removed | Cleaned::Missing)) => {
                if matches!(cleaned, Cleaned::Removed) {
                    report(&path, cleaned);
                }
                if let Some(at) = at {
                    image.table.set(at, None);
                    if let Role::Output(step) = image.table.row(at).role {
                        let row = image.steps.row(step);
                        image.steps.set(step, StepRow { is_fresh: false, ..row });
                    }
                }
                forgotten.insert(path);
            }
            Some(cleaned) => report(&path, cleaned),
            None => {}
        }
    }
    match (dry_run, what) {
        (true, _) => Ok(()),
        (false, What::All) => {
            let cleaned = match store.remove()? {
                Removed::Whole => Cleaned::Removed,
                Removed::Results => Cleaned::Replaced,
                Removed::Own => Cleaned::Shared,
            };
            report(&format!("{FOLDER}/"), cleaned);
            store.unlock()
        }
        (false, _) => {
            image.gone.retain(|(path, _)| !forgotten.contains(*path));
            if !forgotten.is_empty() {
                store.keep_image(&image)?;
            }
            store.unlock()
        }
    }
}

/// Returns the outputs of other plans in the project's folder.
fn other_outputs(store: &Store) -> BTreeSet<String> {
    let mut outputs = BTreeSet::new();
    for bytes in store.other_images(true) {
        let Some(image) = Image::decode(&bytes) else { continue };
        outputs.extend(image.table.outputs().map(|(path, _)| path));
    }
    outputs
}

/// Removes one output; `None` if something that is no file is there.
fn remove(
    project: &Project,
    path: &str,
    record: &FileRecord,
    dry_run: bool,
    disk: &dyn Disk,
) -> Option<Cleaned> {
    let full = project.path(path);
    if !is_inside(project, path, disk) {
        return Some(Cleaned::Outside);
    }
    match disk.look(&full) {
        Ok(Node::File(stamp)) => {
            let is_ours = stamp == record.stamp && !record.is_racy
                || disk.read(&full).is_ok_and(|c| Digest::of(&c.bytes) == record.digest);
            if !is_ours {
                return Some(Cleaned::Edited);
            }
            if !dry_run {
                if let Err(error) = disk.remove(&full) {
                    return Some(Cleaned::Failed(error));
                }
                remove_empty_folders(project, &full, disk);
            }
            Some(Cleaned::Removed)
        }
        Ok(_) => None,
        Err(_) => Some(Cleaned::Missing),
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
