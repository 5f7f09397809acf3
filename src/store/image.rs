//! The image of a project: its files and steps as they were when a build last ended.
//!
//! It is one file, read in one go and used as it lies: a build that finds nothing changed needs
//! nothing else, and one that finds a change needs only what the change reaches. It is replaced
//! whole. Anything that does not fit, a damaged image too, means only that the plan and the files
//! are read again.

use std::collections::BTreeMap;
use std::iter::repeat_n;

use super::codec::{Bytes, put_file, put_length, put_number, put_stamp, put_step, put_text};
use super::{FileRecord, StepRecord, checksum};
use crate::digest::Digest;
use crate::disk::Stamp;
use crate::path;

/// What an image starts with; another form has another first line.
const HEADER: &[u8] = b"layercake state 1\n";
/// Bytes of a checksum, after the header.
const CHECKSUM: usize = 8;

/// A project as a build left it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Image<'a> {
    /// Whatever decides what a build does beside its files: the version, the plan, its variables.
    pub identity: &'a str,
    /// The plan's file name.
    pub plan: &'a str,
    /// The machine's start that the build ran after; empty where that is not known.
    pub boot: &'a str,
    /// The file system's time at the end of the build, in nanoseconds since 1970.
    pub time: i64,
    /// How much the store has grown since it was last collected, in bytes.
    pub grown: u64,
    /// The files that matter.
    pub table: FileTable<'a>,
    /// The steps, by their number.
    pub steps: Vec<StepRow>,
    /// What was true of steps when they were last built, where it does not follow from the files:
    /// of stale steps, and of those that found out about files.
    pub lasts: Vec<(u32, StepRecord)>,
    /// What steps had to say when they were last built, as the caller writes it.
    pub notices: Vec<(u32, &'a str)>,
    /// Outputs that no step writes any more.
    pub gone: Vec<(&'a str, FileRecord)>,
    /// The checksum of the steps and how they hang together, which are kept beside the image.
    pub dag: u64,
}

/// The files that matter to a project, folder by folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileTable<'a> {
    /// The folders, by their paths relative to the project; those in which no file matters but the
    /// names of all come last.
    pub folders: Vec<FolderRow<'a>>,
    /// The files, folder by folder, in order of their names.
    pub files: Vec<FileRow<'a>>,
}

/// A folder with files that matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FolderRow<'a> {
    /// Its path relative to the project; empty for the project's own.
    pub path: &'a str,
    /// What was in it, if a pattern was matched against that.
    pub listing: Option<Listing>,
    /// How many of the files are in it.
    pub count: usize,
}

/// What was in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listing {
    /// The folder's stamp; `None` if it was not there, or if the stamp proves nothing.
    pub stamp: Option<Stamp>,
    /// The digest of the names in it.
    pub digest: Digest,
}

/// A file that matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow<'a> {
    /// Its name in its folder.
    pub name: &'a str,
    /// What it is to the project.
    pub role: Role,
    /// What it was; `None` if it was not there.
    pub record: Option<FileRecord>,
}

/// What a file is to a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The plan, or a part of it.
    Plan,
    /// An input, by its number.
    Input(u32),
    /// The output of a step, by the step's number.
    Output(u32),
    /// A file that some step found out that it needs.
    Discovered,
}

/// A step as it was last built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepRow {
    /// Whether its result follows from the files and steps of this image, and its output, if it
    /// has one, is there.
    pub is_fresh: bool,
    /// The digest of its result; all zeros if it has none.
    pub digest: Digest,
    /// How long it took when it last ran, in microseconds.
    pub microseconds: u64,
}

impl<'a> FileTable<'a> {
    /// Sorts files, given with their folders, and puts them together with the folders whose
    /// entries matter.
    pub fn arrange(
        mut files: Vec<(&'a str, FileRow<'a>)>,
        mut listings: BTreeMap<&'a str, Listing>,
    ) -> FileTable<'a> {
        files.sort_unstable_by(|a, b| (a.0, a.1.name, a.1.role).cmp(&(b.0, b.1.name, b.1.role)));
        let mut folders: Vec<FolderRow<'a>> = Vec::new();
        let mut rows = Vec::with_capacity(files.len());
        for (path, row) in files {
            match folders.last_mut() {
                Some(last) if last.path == path => last.count += 1,
                _ => folders.push(FolderRow { path, listing: listings.remove(path), count: 1 }),
            }
            rows.push(row);
        }
        let rest = listings.into_iter().map(|(path, listing)| (path, Some(listing)));
        folders.extend(rest.map(|(path, listing)| FolderRow { path, listing, count: 0 }));
        FileTable { folders, files: rows }
    }

    /// Returns all files, each with the path of its folder.
    pub fn rows(&self) -> impl Iterator<Item = (&'a str, &FileRow<'a>)> {
        let folders = self.folders.iter();
        folders.flat_map(|folder| repeat_n(folder.path, folder.count)).zip(&self.files)
    }

    /// Returns all files, each with its path.
    pub fn paths(&self) -> impl Iterator<Item = (String, &FileRow<'a>)> {
        self.rows().map(|(folder, row)| (path::join(folder, row.name), row))
    }

    /// Returns the outputs, each with its path.
    pub fn outputs(&self) -> impl Iterator<Item = (String, &FileRow<'a>)> {
        let outputs = self.rows().filter(|(_, row)| matches!(row.role, Role::Output(_)));
        outputs.map(|(folder, row)| (path::join(folder, row.name), row))
    }
}

impl<'a> Image<'a> {
    /// Returns the bytes.
    pub(super) fn encode(&self) -> Vec<u8> {
        let room = 128 * self.table.files.len() + 41 * self.steps.len() + 4096;
        let mut out = Vec::with_capacity(room);
        out.extend_from_slice(HEADER);
        out.extend_from_slice(&[0; CHECKSUM]);
        put_text(&mut out, self.identity);
        put_text(&mut out, self.plan);
        put_text(&mut out, self.boot);
        put_number(&mut out, self.time as u64);
        put_number(&mut out, self.grown);
        put_length(&mut out, self.table.folders.len());
        put_length(&mut out, self.table.files.len());
        let mut files = self.table.files.iter();
        for folder in &self.table.folders {
            put_text(&mut out, folder.path);
            match folder.listing {
                None => out.push(0),
                Some(Listing { stamp, digest }) => {
                    out.push(if stamp.is_some() { 2 } else { 1 });
                    out.extend_from_slice(digest.as_bytes());
                    put_stamp(&mut out, &stamp.unwrap_or_default());
                }
            }
            put_length(&mut out, folder.count);
            files.by_ref().take(folder.count).for_each(|file| put_row(&mut out, file));
        }
        put_length(&mut out, self.steps.len());
        for step in &self.steps {
            out.push(u8::from(step.is_fresh));
            out.extend_from_slice(step.digest.as_bytes());
            put_number(&mut out, step.microseconds);
        }
        put_length(&mut out, self.lasts.len());
        for (step, record) in &self.lasts {
            put_length(&mut out, *step as usize);
            put_step(&mut out, record);
        }
        put_length(&mut out, self.notices.len());
        for (step, text) in &self.notices {
            put_length(&mut out, *step as usize);
            put_text(&mut out, text);
        }
        put_length(&mut out, self.gone.len());
        for (path, record) in &self.gone {
            put_text(&mut out, path);
            put_file(&mut out, record);
        }
        put_number(&mut out, self.dag);
        let check = checksum(&out[HEADER.len() + CHECKSUM..]);
        out[HEADER.len()..HEADER.len() + CHECKSUM].copy_from_slice(&check.to_le_bytes());
        out
    }

    /// Reads an image; `None` for bytes that are not a whole one.
    pub fn decode(bytes: &'a [u8]) -> Option<Image<'a>> {
        let (check, body) = bytes.strip_prefix(HEADER)?.split_at_checked(CHECKSUM)?;
        if checksum(body).to_le_bytes() != check {
            return None;
        }
        let mut rest = Bytes(body);
        let (identity, plan, boot) = (rest.text()?, rest.text()?, rest.text()?);
        let (time, grown) = (rest.number()? as i64, rest.number()?);
        let (folder_count, file_count) = (rest.length()?, rest.length()?);
        let mut folders = Vec::with_capacity(folder_count);
        let mut files = Vec::with_capacity(file_count);
        for _ in 0..folder_count {
            let path = rest.text()?;
            let listing = match rest.byte()? {
                0 => None,
                form => {
                    let (digest, stamp) = (rest.digest()?, rest.stamp()?);
                    Some(Listing { stamp: (form == 2).then_some(stamp), digest })
                }
            };
            let count = rest.length()?;
            for _ in 0..count {
                files.push(row(&mut rest)?);
            }
            folders.push(FolderRow { path, listing, count });
        }
        let step = |rest: &mut Bytes<'_>| {
            let is_fresh = rest.byte()? != 0;
            Some(StepRow { is_fresh, digest: rest.digest()?, microseconds: rest.number()? })
        };
        let steps = (0..rest.length()?).map(|_| step(&mut rest)).collect::<Option<_>>()?;
        let lasts = (0..rest.length()?)
            .map(|_| Some((rest.small()?, rest.step()?)))
            .collect::<Option<_>>()?;
        let notices = (0..rest.length()?)
            .map(|_| Some((rest.small()?, rest.text()?)))
            .collect::<Option<_>>()?;
        let gone = (0..rest.length()?)
            .map(|_| Some((rest.text()?, rest.file()?)))
            .collect::<Option<_>>()?;
        let dag = rest.number()?;
        let is_whole = rest.0.is_empty();
        is_whole.then_some(Image {
            identity,
            plan,
            boot,
            time,
            grown,
            table: FileTable { folders, files },
            steps,
            lasts,
            notices,
            gone,
            dag,
        })
    }
}

fn put_row(out: &mut Vec<u8>, file: &FileRow<'_>) {
    put_text(out, file.name);
    let (role, owner) = match file.role {
        Role::Plan => (0, 0),
        Role::Input(id) => (1, id),
        Role::Output(id) => (2, id),
        Role::Discovered => (3, 0),
    };
    out.push(role);
    put_length(out, owner as usize);
    out.push(u8::from(file.record.is_some()));
    if let Some(record) = &file.record {
        put_file(out, record);
    }
}

fn row<'a>(rest: &mut Bytes<'a>) -> Option<FileRow<'a>> {
    let name = rest.text()?;
    let (role, owner) = (rest.byte()?, rest.small()?);
    let role = match role {
        0 => Role::Plan,
        1 => Role::Input(owner),
        2 => Role::Output(owner),
        3 => Role::Discovered,
        _ => return None,
    };
    let record = match rest.byte()? {
        0 => None,
        _ => Some(rest.file()?),
    };
    Some(FileRow { name, role, record })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Input, InputKind, Manifest};

    fn image() -> Image<'static> {
        let record = |text: &str| FileRecord {
            stamp: Stamp { size: 3, modified: 5, changed: -7, inode: 11, device: 13 },
            digest: Digest::of(text.as_bytes()),
            is_racy: text == "b",
        };
        let listing = Listing { stamp: Some(Stamp::default()), digest: Digest::of(b"l") };
        let missing = Listing { stamp: None, digest: Digest::of(b"") };
        let input = Input {
            kind: InputKind::NamedGraph,
            group: 2,
            name: "n".to_owned(),
            digest: Digest::of(b"i"),
        };
        let manifest =
            Manifest { kind: "k".to_owned(), options: "{}".to_owned(), inputs: vec![input] };
        Image {
            identity: "i",
            plan: "p",
            boot: "b",
            time: -1,
            grown: 19,
            table: FileTable {
                folders: vec![
                    FolderRow { path: "", listing: None, count: 1 },
                    FolderRow { path: "data", listing: Some(listing), count: 2 },
                    FolderRow { path: "more", listing: Some(missing), count: 0 },
                ],
                files: vec![
                    FileRow { name: "plan", role: Role::Plan, record: Some(record("a")) },
                    FileRow { name: "b", role: Role::Input(7), record: Some(record("b")) },
                    FileRow { name: "c", role: Role::Discovered, record: None },
                ],
            },
            steps: vec![StepRow { is_fresh: true, digest: Digest::of(b"s"), microseconds: 9 }],
            lasts: vec![(0, StepRecord { manifest, discovered: vec!["data/c".to_owned()] })],
            notices: vec![(0, "[]")],
            gone: vec![("out", record("g"))],
            dag: 17,
        }
    }

    #[test]
    fn what_was_written_is_read() {
        assert_eq!(Image::decode(&image().encode()), Some(image()));
    }

    #[test]
    fn a_damaged_image_is_none() {
        let bytes = image().encode();
        for length in 0..bytes.len() {
            assert_eq!(Image::decode(&bytes[..length]), None, "cut to {length}");
        }
        for at in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[at] ^= 1;
            assert_eq!(Image::decode(&bytes), None, "flipped at {at}");
        }
    }
}
