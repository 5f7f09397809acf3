//! The snapshot: every file of a project as it was when all was fresh.
//!
//! When nothing has changed since, a build needs nothing else: no plan is read, no fact, no key
//! made. It is one file, read in one go and checked as it lies, folder by folder. Anything that
//! does not fit, a damaged snapshot too, means only that the build has to look closer.

use std::path::Path;

use super::codec::{Bytes, put_length, put_number, put_stamp, put_text};
use crate::digest::Digest;
use crate::disk::{Disk, Node, Stamp};

/// What a snapshot starts with; another form has another first line.
const HEADER: &[u8] = b"layercake snapshot 1\n";
/// Bytes of a digest, at the end of a snapshot.
const DIGEST: usize = 32;
/// Stands for the stamp of a folder that does not matter.
const ANY: u8 = 0;
/// Stands for a folder that was not there.
const MISSING: u8 = 1;
/// Stands before the stamp of a folder whose entries matter.
const LISTED: u8 = 2;

/// A project whose steps are all fresh.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// Whatever else decides what a build does: the version, the plan, its variables.
    pub identity: String,
    /// How many steps there are.
    pub steps: u64,
    /// What the steps had to say, as the caller writes it.
    pub notices: String,
    /// The folders with files that matter, in order of their paths relative to the project.
    pub folders: Vec<SnapshotFolder>,
}

/// A folder, and the files in it that matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SnapshotFolder {
    /// Its path relative to the project; empty for the project's own.
    pub path: String,
    /// What it was, if its entries matter because a pattern was matched against them.
    pub listing: Option<Option<Stamp>>,
    /// Names and stamps of files.
    pub files: Vec<(String, Stamp)>,
}

/// What a snapshot that still holds has to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unchanged {
    /// How many steps are fresh.
    pub steps: u64,
    /// What they had to say when they were built.
    pub notices: String,
}

impl Snapshot {
    /// Returns the bytes.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = HEADER.to_vec();
        put_text(&mut out, &self.identity);
        put_number(&mut out, self.steps);
        put_text(&mut out, &self.notices);
        put_length(&mut out, self.folders.len());
        for folder in &self.folders {
            put_text(&mut out, &folder.path);
            match &folder.listing {
                None => out.push(ANY),
                Some(None) => out.push(MISSING),
                Some(Some(stamp)) => {
                    out.push(LISTED);
                    put_stamp(&mut out, stamp);
                }
            }
            put_length(&mut out, folder.files.len());
            for (name, stamp) in &folder.files {
                put_text(&mut out, name);
                put_stamp(&mut out, stamp);
            }
        }
        let digest = Digest::of(&out);
        out.extend_from_slice(digest.as_bytes());
        out
    }
}

/// Compares a snapshot with what the files are now; `None` unless all are the same.
pub(super) fn compare(
    bytes: &[u8],
    identity: &str,
    project: &Path,
    disk: &dyn Disk,
) -> Option<Unchanged> {
    let (content, digest) = bytes.split_at_checked(bytes.len().checked_sub(DIGEST)?)?;
    let mut rest = Bytes(content.strip_prefix(HEADER)?);
    if rest.text()? != identity || Digest::of(content).as_bytes() != digest {
        return None;
    }
    let steps = rest.number()?;
    let notices = rest.text()?.to_owned();
    for _ in 0..rest.length()? {
        let folder = project.join(rest.text()?);
        let is_same = match rest.take(1)? {
            [ANY] => true,
            [MISSING] => disk.look_at_folder(&folder).is_err(),
            [LISTED] => {
                let stamp = rest.stamp()?;
                disk.look_at_folder(&folder).is_ok_and(|now| now == stamp)
            }
            _ => return None,
        };
        if !is_same {
            return None;
        }
        let count = rest.length()?;
        let mut files = Vec::with_capacity(count);
        for _ in 0..count {
            files.push((rest.text()?, rest.stamp()?));
        }
        if files.is_empty() {
            continue;
        }
        let mut is_same = true;
        disk.look_in(&folder, &mut files.iter().map(|(name, _)| *name), &mut |at, node| {
            is_same = matches!(node, Ok(Node::File(stamp)) if stamp == files[at].1);
            is_same
        });
        if !is_same {
            return None;
        }
    }
    rest.0.is_empty().then_some(Unchanged { steps, notices })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::RealDisk;

    /// Makes a folder with two files, and its snapshot.
    fn project() -> (tempfile::TempDir, Snapshot) {
        let project = tempfile::tempdir().unwrap();
        let data = project.path().join("data");
        std::fs::create_dir(&data).unwrap();
        let file = |name: &str| {
            std::fs::write(data.join(name), name).unwrap();
            let Ok(Node::File(stamp)) = RealDisk.look(&data.join(name)) else { panic!() };
            (name.to_owned(), stamp)
        };
        let files = vec![file("a.csv"), file("b.csv")];
        let listing = Some(Some(RealDisk.look_at_folder(&data).unwrap()));
        let listed = SnapshotFolder { path: "data".to_owned(), listing, files };
        let missing =
            SnapshotFolder { path: "more".to_owned(), listing: Some(None), files: Vec::new() };
        let snapshot = Snapshot {
            identity: "i".to_owned(),
            steps: 7,
            notices: "n".to_owned(),
            folders: vec![listed, missing],
        };
        (project, snapshot)
    }

    fn holds(project: &Path, snapshot: &Snapshot) -> bool {
        compare(&snapshot.encode(), "i", project, &RealDisk).is_some()
    }

    #[test]
    fn a_snapshot_holds_until_something_changes() {
        type Case = (&'static str, fn(&Path));
        let changes: [Case; 6] = [
            ("an edit", |p| std::fs::write(p.join("data/a.csv"), "other").unwrap()),
            ("a file that is gone", |p| std::fs::remove_file(p.join("data/b.csv")).unwrap()),
            ("a new file", |p| std::fs::write(p.join("data/c.csv"), "").unwrap()),
            ("a new folder", |p| std::fs::create_dir(p.join("more")).unwrap()),
            ("a folder that is gone", |p| std::fs::remove_dir_all(p.join("data")).unwrap()),
            ("a rename", |p| std::fs::rename(p.join("data/a.csv"), p.join("data/b.csv")).unwrap()),
        ];
        for (what, change) in changes {
            let (project, snapshot) = project();
            assert!(holds(project.path(), &snapshot), "before {what}");
            change(project.path());
            assert!(!holds(project.path(), &snapshot), "after {what}");
        }
    }

    #[test]
    fn a_damaged_snapshot_holds_nothing() {
        let (project, snapshot) = project();
        let bytes = snapshot.encode();
        let compare = |bytes: &[u8]| compare(bytes, "i", project.path(), &RealDisk);
        assert_eq!(compare(&bytes), Some(Unchanged { steps: 7, notices: "n".to_owned() }));
        for length in 0..bytes.len() {
            assert_eq!(compare(&bytes[..length]), None, "cut to {length}");
        }
        for at in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[at] ^= 1;
            assert_eq!(compare(&bytes), None, "flipped at {at}");
        }
    }
}
