//! The two large tables of an image, files and steps, as they lie in its bytes: every row has the
//! same length, so that any can be read, or written over, without the others.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::iter::repeat_n;
use std::ops::Range;

use super::FileRecord;
use super::codec::{Bytes, put_file, put_length, put_number, put_stamp, put_text};
use crate::digest::Digest;
use crate::disk::Stamp;
use crate::path;

/// Bytes of a file's row: where its name ends, its role and owner, whether it is there, and its
/// record.
const FILE: usize = 4 + 1 + 4 + 1 + RECORD;
/// Bytes of a [`FileRecord`].
const RECORD: usize = 40 + 32 + 1;
/// Bytes of a step's row.
const STEP: usize = 1 + 32 + 8;

/// The files that matter to a project, folder by folder, in order of their names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileTable<'a> {
    /// The folders, by their paths relative to the project; those in which no file matters but the
    /// names of all come last.
    pub folders: Vec<FolderRow<'a>>,
    rows: Cow<'a, [u8]>,
    names: Cow<'a, str>,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
        mut files: Vec<(&'a str, FileRow<'_>)>,
        mut listings: BTreeMap<&'a str, Listing>,
    ) -> FileTable<'a> {
        files.sort_unstable_by(|a, b| (a.0, a.1.name, a.1.role).cmp(&(b.0, b.1.name, b.1.role)));
        let mut folders: Vec<FolderRow<'a>> = Vec::new();
        let mut rows = Vec::with_capacity(FILE * files.len());
        let mut names = String::new();
        for (path, row) in files {
            match folders.last_mut() {
                Some(last) if last.path == path => last.count += 1,
                _ => folders.push(FolderRow { path, listing: listings.remove(path), count: 1 }),
            }
            names.push_str(row.name);
            put_length(&mut rows, names.len());
            let (role, owner) = match row.role {
                Role::Plan => (0, 0),
                Role::Input(id) => (1, id),
                Role::Output(id) => (2, id),
                Role::Discovered => (3, 0),
            };
            rows.push(role);
            put_length(&mut rows, owner as usize);
            put_record(&mut rows, row.record);
        }
        let rest = listings.into_iter().map(|(path, listing)| (path, Some(listing)));
        folders.extend(rest.map(|(path, listing)| FolderRow { path, listing, count: 0 }));
        FileTable { folders, rows: rows.into(), names: names.into() }
    }

    /// Returns the number of files.
    pub fn count(&self) -> usize {
        self.rows.len() / FILE
    }

    /// Returns a file by its place; the last one's is one less than [`FileTable::count`].
    ///
    /// # Panics
    ///
    /// If there are not that many files.
    pub fn row(&self, at: usize) -> FileRow<'_> {
        let start = if at == 0 { 0 } else { self.name_end(at - 1) };
        // Bytes of another writer than us may say anything; no file has an empty name.
        let name = self.names.get(start..self.name_end(at)).unwrap_or_default();
        let mut rest = Bytes(&self.rows[FILE * at + 4..FILE * (at + 1)]);
        let (role, owner) = (rest.byte(), rest.small().unwrap_or_default());
        let role = match role {
            Some(0) => Role::Plan,
            Some(1) => Role::Input(owner),
            Some(2) => Role::Output(owner),
            _ => Role::Discovered,
        };
        let is_there = rest.byte() == Some(1);
        FileRow { name, role, record: if is_there { rest.file() } else { None } }
    }

    fn name_end(&self, at: usize) -> usize {
        Bytes(&self.rows[FILE * at..]).small().unwrap_or_default() as usize
    }

    /// Puts down what a file is now.
    ///
    /// # Panics
    ///
    /// If there are not that many files.
    pub fn set(&mut self, at: usize, record: Option<FileRecord>) {
        let mut bytes = Vec::with_capacity(1 + RECORD);
        put_record(&mut bytes, record);
        let end = FILE * (at + 1);
        self.rows.to_mut()[end - bytes.len()..end].copy_from_slice(&bytes);
    }

    /// Returns the files at some places.
    pub fn range(&self, places: Range<usize>) -> impl Iterator<Item = FileRow<'_>> {
        places.map(|at| self.row(at))
    }

    /// Returns all files.
    pub fn files(&self) -> impl Iterator<Item = FileRow<'_>> {
        self.range(0..self.count())
    }

    /// Returns all files, each with the path of its folder.
    pub fn rows(&self) -> impl Iterator<Item = (&'a str, FileRow<'_>)> {
        let folders = self.folders.iter();
        folders.flat_map(|folder| repeat_n(folder.path, folder.count)).zip(self.files())
    }

    /// Returns all files, each with its path.
    pub fn paths(&self) -> impl Iterator<Item = (String, FileRow<'_>)> {
        self.rows().map(|(folder, row)| (path::join(folder, row.name), row))
    }

    /// Returns the outputs, each with its path.
    pub fn outputs(&self) -> impl Iterator<Item = (String, FileRow<'_>)> {
        let outputs = self.rows().filter(|(_, row)| matches!(row.role, Role::Output(_)));
        outputs.map(|(folder, row)| (path::join(folder, row.name), row))
    }

    /// Adds all but the rows, which are [`FileTable::bytes`].
    pub(super) fn encode_head(&self, out: &mut Vec<u8>) {
        put_length(out, self.folders.len());
        for folder in &self.folders {
            put_text(out, folder.path);
            match folder.listing {
                None => out.push(0),
                Some(Listing { stamp, digest }) => {
                    out.push(if stamp.is_some() { 2 } else { 1 });
                    out.extend_from_slice(digest.as_bytes());
                    put_stamp(out, &stamp.unwrap_or_default());
                }
            }
            put_length(out, folder.count);
        }
        put_text(out, &self.names);
    }

    /// Returns the rows as they lie.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.rows
    }

    /// Reads what [`FileTable::encode_head`] wrote.
    pub(super) fn decode_head(rest: &mut Bytes<'a>) -> Option<FileTable<'a>> {
        let mut folders = Vec::new();
        for _ in 0..rest.length()? {
            let path = rest.text()?;
            let listing = match rest.byte()? {
                0 => None,
                form => {
                    let (digest, stamp) = (rest.digest()?, rest.stamp()?);
                    Some(Listing { stamp: (form == 2).then_some(stamp), digest })
                }
            };
            folders.push(FolderRow { path, listing, count: rest.length()? });
        }
        Some(FileTable { folders, names: rest.text()?.into(), ..FileTable::default() })
    }

    /// Takes the rows, which the folders count.
    pub(super) fn with_rows(self, rest: &mut Bytes<'a>) -> Option<FileTable<'a>> {
        let count: usize = self.folders.iter().map(|folder| folder.count).sum();
        Some(FileTable { rows: rest.take(FILE.checked_mul(count)?)?.into(), ..self })
    }
}

fn put_record(out: &mut Vec<u8>, record: Option<FileRecord>) {
    out.push(u8::from(record.is_some()));
    match record {
        Some(record) => put_file(out, &record),
        None => out.extend_from_slice(&[0; RECORD]),
    }
}

/// The steps of a project, by their number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StepTable<'a>(Cow<'a, [u8]>);

impl<'a> StepTable<'a> {
    /// Returns the number of steps.
    pub fn count(&self) -> usize {
        self.0.len() / STEP
    }

    /// Returns a step by its number.
    ///
    /// # Panics
    ///
    /// If there are not that many steps.
    pub fn row(&self, number: u32) -> StepRow {
        let at = STEP * number as usize;
        let mut rest = Bytes(&self.0[at..at + STEP]);
        StepRow {
            is_fresh: rest.byte() == Some(1),
            digest: rest.digest().unwrap_or(Digest::from_bytes([0; 32])),
            microseconds: rest.number().unwrap_or_default(),
        }
    }

    /// Puts down what a step is now.
    ///
    /// # Panics
    ///
    /// If there are not that many steps.
    pub fn set(&mut self, number: u32, row: StepRow) {
        let mut bytes = Vec::with_capacity(STEP);
        put_row(&mut bytes, row);
        let at = STEP * number as usize;
        self.0.to_mut()[at..at + STEP].copy_from_slice(&bytes);
    }

    /// Returns all steps.
    pub fn rows(&self) -> impl Iterator<Item = StepRow> {
        (0..self.count() as u32).map(|number| self.row(number))
    }

    /// Returns the rows as they lie.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn decode(rest: &mut Bytes<'a>, count: usize) -> Option<StepTable<'a>> {
        Some(StepTable(rest.take(STEP.checked_mul(count)?)?.into()))
    }
}

impl FromIterator<StepRow> for StepTable<'_> {
    fn from_iter<I: IntoIterator<Item = StepRow>>(rows: I) -> Self {
        let mut bytes = Vec::new();
        rows.into_iter().for_each(|row| put_row(&mut bytes, row));
        StepTable(bytes.into())
    }
}

fn put_row(out: &mut Vec<u8>, row: StepRow) {
    out.push(u8::from(row.is_fresh));
    out.extend_from_slice(row.digest.as_bytes());
    put_number(out, row.microseconds);
}
