//! Facts to bytes and back, and the pieces that all files of the store are made of. Numbers are
//! little-endian, texts have their length before them.

use super::{Fact, FileRecord, Input, InputKind, Key, Manifest, ResultRecord, StepRecord};
use crate::digest::Digest;
use crate::disk::Stamp;

/// Adds the bytes of a fact to `out`.
pub(super) fn encode(fact: &Fact, out: &mut Vec<u8>) {
    match fact {
        Fact::File(path, record) => {
            out.push(0);
            put_text(out, path);
            put_file(out, record);
        }
        Fact::Output(path, record) => {
            out.push(1);
            put_text(out, path);
            put_file(out, record);
        }
        Fact::Result(key, record) => {
            out.push(2);
            out.extend_from_slice(key.0.as_bytes());
            out.extend_from_slice(record.digest.as_bytes());
            put_number(out, record.microseconds);
            put_text(out, &record.warnings);
        }
        Fact::Step(name, record) => {
            out.push(3);
            put_text(out, name);
            put_text(out, &record.manifest.kind);
            put_text(out, &record.manifest.options);
            put_length(out, record.manifest.inputs.len());
            for input in &record.manifest.inputs {
                out.push(input.kind as u8);
                put_length(out, input.group as usize);
                put_text(out, &input.name);
                out.extend_from_slice(input.digest.as_bytes());
            }
            put_length(out, record.discovered.len());
            record.discovered.iter().for_each(|path| put_text(out, path));
        }
        Fact::Forgotten(path) => {
            out.push(4);
            put_text(out, path);
        }
    }
}

/// Reads a fact; `None` for bytes that [`encode`] could not have made.
pub(super) fn decode(bytes: &[u8]) -> Option<Fact> {
    let mut bytes = Bytes(bytes);
    let fact = match bytes.byte()? {
        0 => Fact::File(bytes.owned()?, bytes.file()?),
        1 => Fact::Output(bytes.owned()?, bytes.file()?),
        2 => Fact::Result(
            Key(bytes.digest()?),
            ResultRecord {
                digest: bytes.digest()?,
                microseconds: bytes.number()?,
                warnings: bytes.owned()?,
            },
        ),
        3 => {
            let name = bytes.owned()?;
            let (kind, options) = (bytes.owned()?, bytes.owned()?);
            let inputs = (0..bytes.length()?).map(|_| bytes.input()).collect::<Option<_>>()?;
            let discovered = (0..bytes.length()?).map(|_| bytes.owned()).collect::<Option<_>>()?;
            let manifest = Manifest { kind, options, inputs };
            Fact::Step(name, StepRecord { manifest, discovered })
        }
        4 => Fact::Forgotten(bytes.owned()?),
        _ => return None,
    };
    bytes.0.is_empty().then_some(fact)
}

/// Adds a number.
pub(super) fn put_number(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(&number.to_le_bytes());
}

/// Adds a length.
pub(super) fn put_length(out: &mut Vec<u8>, length: usize) {
    out.extend_from_slice(&(length as u32).to_le_bytes());
}

/// Adds a text.
pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_length(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

/// Adds a stamp.
pub(super) fn put_stamp(out: &mut Vec<u8>, stamp: &Stamp) {
    let Stamp { size, modified, changed, inode, device } = *stamp;
    for number in [size, modified as u64, changed as u64, inode, device] {
        put_number(out, number);
    }
}

fn put_file(out: &mut Vec<u8>, record: &FileRecord) {
    put_stamp(out, &record.stamp);
    out.extend_from_slice(record.digest.as_bytes());
    out.push(u8::from(record.is_racy));
}

/// What is left of some bytes.
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    /// Takes a length; never more than there are bytes, since all that is counted takes some.
    pub(super) fn length(&mut self) -> Option<usize> {
        let length = u32::from_le_bytes(self.take(4)?.try_into().ok()?) as usize;
        (length <= self.0.len()).then_some(length)
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = self.length()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    fn owned(&mut self) -> Option<String> {
        self.text().map(str::to_owned)
    }

    pub(super) fn stamp(&mut self) -> Option<Stamp> {
        Some(Stamp {
            size: self.number()?,
            modified: self.number()? as i64,
            changed: self.number()? as i64,
            inode: self.number()?,
            device: self.number()?,
        })
    }

    pub(super) fn digest(&mut self) -> Option<Digest> {
        Some(Digest::from_bytes(self.take(32)?.try_into().ok()?))
    }

    fn file(&mut self) -> Option<FileRecord> {
        let stamp = self.stamp()?;
        Some(FileRecord { stamp, digest: self.digest()?, is_racy: self.byte()? != 0 })
    }

    fn input(&mut self) -> Option<Input> {
        let kind = match self.byte()? {
            0 => InputKind::File,
            1 => InputKind::Graph,
            2 => InputKind::NamedGraph,
            _ => return None,
        };
        let group = u32::from_le_bytes(self.take(4)?.try_into().ok()?);
        Some(Input { kind, group, name: self.owned()?, digest: self.digest()? })
    }
}
