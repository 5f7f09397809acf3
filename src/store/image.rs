//! The image of a project: its files and steps as they were when a build last ended.
//!
//! It is one file, read in one go and used as it lies: a build that finds nothing changed needs
//! nothing else, and one that finds a change needs only what the change reaches. It is replaced
//! whole. Anything that does not fit, a damaged image too, means only that the plan and the files
//! are read again.

use super::codec::{Bytes, put_file, put_length, put_number, put_step, put_text};
use super::{FileRecord, FileTable, StepRecord, StepTable, checksum, checksum_of};

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
    pub steps: StepTable<'a>,
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

impl<'a> Image<'a> {
    /// Returns the bytes in three parts: the tables are written as they lie.
    pub(super) fn encode(&self) -> (Vec<u8>, [&[u8]; 2]) {
        let mut out = Vec::new();
        out.extend_from_slice(HEADER);
        out.extend_from_slice(&[0; CHECKSUM]);
        put_text(&mut out, self.identity);
        put_text(&mut out, self.plan);
        put_text(&mut out, self.boot);
        put_number(&mut out, self.time as u64);
        put_number(&mut out, self.grown);
        self.table.encode_head(&mut out);
        put_length(&mut out, self.steps.count());
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
        let rows = [self.table.bytes(), self.steps.bytes()];
        let check = checksum_of(&[&out[HEADER.len() + CHECKSUM..], rows[0], rows[1]]);
        out[HEADER.len()..HEADER.len() + CHECKSUM].copy_from_slice(&check.to_le_bytes());
        (out, rows)
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
        let (table, steps) = (FileTable::decode_head(&mut rest)?, rest.length()?);
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
        let (table, steps) = (table.with_rows(&mut rest)?, StepTable::decode(&mut rest, steps)?);
        let is_whole = rest.0.is_empty();
        is_whole.then_some(Image {
            identity,
            plan,
            boot,
            time,
            grown,
            table,
            steps,
            lasts,
            notices,
            gone,
            dag,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::digest::Digest;
    use crate::disk::Stamp;
    use crate::store::{FileRow, Input, InputKind, Listing, Manifest, Role, StepRow};

    fn image() -> Image<'static> {
        let record = |text: &str| FileRecord {
            stamp: Stamp { size: 3, modified: 5, changed: -7, inode: 11, device: 13 },
            digest: Digest::of(text.as_bytes()),
            is_racy: text == "b",
        };
        let file = |name, role, record| FileRow { name, role, record };
        let step = StepRow { is_fresh: true, digest: Digest::of(b"s"), microseconds: 9 };
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
            table: FileTable::arrange(
                vec![
                    ("data", file("c", Role::Discovered, None)),
                    ("", file("plan", Role::Plan, Some(record("a")))),
                    ("data", file("b", Role::Input(7), Some(record("b")))),
                ],
                BTreeMap::from([("data", listing), ("more", missing)]),
            ),
            steps: StepTable::from_iter([step]),
            lasts: vec![(0, StepRecord { manifest, discovered: vec!["data/c".to_owned()] })],
            notices: vec![(0, "[]")],
            gone: vec![("out", record("g"))],
            dag: 17,
        }
    }

    fn encoded() -> Vec<u8> {
        let image = image();
        let (head, tables) = image.encode();
        [&head, tables[0], tables[1]].concat()
    }

    #[test]
    fn what_was_written_is_read() {
        assert_eq!(Image::decode(&encoded()), Some(image()));
    }

    #[test]
    fn a_damaged_image_is_none() {
        let bytes = encoded();
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
