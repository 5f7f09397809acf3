//! Patterns to the files that match them, and what folders held when that was found out.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use globset::GlobBuilder;

use super::Reading;
use crate::digest::{Digest, Digester};
use crate::disk::{Disk, Entry};
use crate::path;
use crate::store::{self, Listing};

/// What patterns are matched against.
pub(super) struct Look<'a> {
    pub(super) project: &'a Path,
    pub(super) disk: &'a dyn Disk,
    pub(super) is_output: &'a dyn Fn(&str) -> bool,
    pub(super) listings: &'a mut HashMap<String, Vec<Entry>>,
    pub(super) reading: &'a mut Reading,
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

/// Returns the files that match a pattern, in order of their paths.
///
/// Hidden files and folders match only where the pattern names them; links to folders are not
/// entered.
pub(super) fn expand(
    pattern: &str,
    look: &mut Look<'_>,
) -> Result<Vec<String>, (&'static str, String)> {
    let Look { project, disk, is_output, listings, reading } = look;
    let glob = GlobBuilder::new(pattern)
        .literal_separator(true)
        .backslash_escape(false)
        .build()
        .map_err(|error| ("bad-pattern", format!("`{pattern}` is no pattern: {}", error.kind())))?
        .compile_matcher();
    let depth = pattern.split('/').count();
    let deep = pattern.contains("**");
    let hidden = pattern.split('/').any(|part| part.starts_with('.') && part != "..");
    let mut found = Vec::new();
    let mut rest = vec![path::fixed_folder(pattern).to_owned()];
    while let Some(folder) = rest.pop() {
        if !listings.contains_key(&folder) {
            // Before the entries: what comes after the stamp changes it.
            let stamp = disk.look_at_folder(&project.join(&folder)).ok();
            let entries = list(*disk, &project.join(&folder)).map_err(|error| {
                ("unreadable", format!("the folder `{folder}` cannot be listed: {error}"))
            })?;
            let digest = listing_digest(&folder, &entries, &**is_output);
            reading.folders.push((folder.clone(), Listing { stamp, digest }));
            listings.insert(folder.clone(), entries);
        }
        for entry in listings.get(&folder).map_or(&[][..], Vec::as_slice) {
            if entry.name.starts_with('.') && !hidden || entry.name == ".layercake" {
                continue;
            }
            let path = path::join(&folder, &entry.name);
            if entry.is_folder {
                if deep || path.split('/').count() < depth {
                    rest.push(path);
                }
            } else if glob.is_match(&path) {
                found.push(path);
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}
