//! Patterns to the files that match them, and what folders held when that was found out.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use globset::GlobBuilder;

use super::{Place, Reading};
use crate::digest::{Digest, Digester};
use crate::disk::{Disk, Entry, Node};
use crate::path::{self, PathError};
use crate::store::{self, Listing};

/// What patterns are matched against.
pub(super) struct Look<'a> {
    pub(super) project: &'a Path,
    pub(super) disk: &'a dyn Disk,
    pub(super) is_output: &'a dyn Fn(&str) -> bool,
    pub(super) listings: &'a mut HashMap<String, Vec<Entry>>,
    pub(super) reading: &'a mut Reading,
}

impl Look<'_> {
    /// Returns what is in a folder, and remembers what that was.
    fn list(&mut self, folder: &str) -> io::Result<&[Entry]> {
        if !self.listings.contains_key(folder) {
            let path = self.project.join(folder);
            // Before the entries: what comes after the stamp changes it.
            let stamp = self.disk.look_at_folder(&path).ok();
            let entries = list(self.disk, &path)?;
            let digest = listing_digest(folder, &entries, self.is_output);
            self.reading.folders.push((folder.to_owned(), Listing { stamp, digest }));
            self.listings.insert(folder.to_owned(), entries);
        }
        Ok(self.listings.get(folder).map_or(&[], Vec::as_slice))
    }
}

/// Lists a folder in order; one that is not there holds nothing.
///
/// # Errors
///
/// Those of the file system.
pub fn list(disk: &dyn Disk, folder: &Path) -> io::Result<Vec<Entry>> {
    match disk.list(folder) {
        Ok(mut entries) => {
            entries.sort_unstable();
            Ok(entries)
        }
        Err(error)
            if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
        {
            Ok(Vec::new())
        }
        Err(error) => Err(error),
    }
}

/// Returns the digest of the entries of a folder, but for what layercake itself makes there: a
/// pattern that was matched against these matches the same files while it stays.
pub fn listing_digest(folder: &str, entries: &[Entry], is_output: impl Fn(&str) -> bool) -> Digest {
    let mut digester = Digester::new("layercake listing 1");
    for Entry { name, is_folder } in entries {
        let is_ours = name == store::FOLDER
            || name.ends_with(store::TEMPORARY)
            || is_output(&path::join(folder, name));
        if !is_ours {
            digester.bytes(name.as_bytes()).number(u64::from(*is_folder));
        }
    }
    digester.finish()
}

/// Returns the file of a program: the first with its name in the folders of programs, if any.
pub(super) fn find_program(name: &str, place: Place<'_>, look: &mut Look<'_>) -> Vec<String> {
    for folder in place.programs {
        // It may come or go there, before the one that is found. What cannot be listed is empty.
        let _ = look.list(folder);
        let file = path::join(folder, name);
        if matches!(look.disk.look(Path::new(&file)), Ok(Node::File(_))) {
            return vec![file];
        }
    }
    Vec::new()
}

/// Returns the files that match a pattern, in order of their paths.
///
/// Hidden files and folders match only where the pattern names them; links to folders are not
/// entered.
pub(super) fn expand(
    pattern: &str,
    look: &mut Look<'_>,
) -> Result<Vec<String>, (&'static str, String)> {
    let glob = GlobBuilder::new(pattern)
        .literal_separator(true)
        .backslash_escape(false)
        .build()
        .map_err(|error| ("bad-pattern", format!("`{pattern}` is no pattern: {}", error.kind())))?
        .compile_matcher();
    let depth = pattern.split('/').count();
    let deep = pattern.contains("**");
    let hidden = pattern.split('/').any(|part| part.starts_with('.') && part != "..");
    walk(path::fixed_folder(pattern), look, |entry, path| {
        if entry.name.starts_with('.') && !hidden || entry.name == ".layercake" {
            return false;
        }
        match entry.is_folder {
            true => deep || path.split('/').count() < depth,
            false => glob.is_match(path),
        }
    })
}

/// Returns all files below a folder, hidden ones as well, in order of their paths; links to folders
/// are not entered, nor folders of other tools.
pub(super) fn below(
    folder: &str,
    look: &mut Look<'_>,
) -> Result<Vec<String>, (&'static str, String)> {
    walk(folder, look, |entry, _| match entry.is_folder {
        true => path::check_output(&entry.name) != Err(PathError::Private),
        // An editor has the file open whose name follows.
        false => !entry.name.starts_with(".#"),
    })
}

/// Returns the files below a folder that are wanted, in order of their paths, from the folders
/// that are.
fn walk(
    folder: &str,
    look: &mut Look<'_>,
    is_wanted: impl Fn(&Entry, &str) -> bool,
) -> Result<Vec<String>, (&'static str, String)> {
    let mut found = Vec::new();
    let mut rest = vec![folder.to_owned()];
    while let Some(folder) = rest.pop() {
        let entries = look.list(&folder).map_err(|error| {
            ("unreadable", format!("the folder `{folder}` cannot be listed: {error}"))
        })?;
        for entry in entries {
            let path = path::join(&folder, &entry.name);
            if is_wanted(entry, &path) {
                if entry.is_folder { &mut rest } else { &mut found }.push(path);
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}
