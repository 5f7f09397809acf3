//! The pieces that all files of the store are made of. Numbers are little-endian, texts have their
//! length before them.

use super::{FileRecord, Input, InputKind, Manifest, StepRecord};
use crate::digest::Digest;
use crate::disk::Stamp;

/// Adds a number.
pub(super) fn put_number(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(&number.to_le_bytes());
}

/// Adds a length, or a number as small as one.
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

/// Adds what is known of a file.
pub(super) fn put_file(out: &mut Vec<u8>, record: &FileRecord) {
    put_stamp(out, &record.stamp);
    out.extend_from_slice(record.digest.as_bytes());
    out.push(u8::from(record.is_racy));
}

/// Adds a step as it was last built.
pub(super) fn put_step(out: &mut Vec<u8>, record: &StepRecord) {
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

/// What is left of some bytes. Every method takes something off their start, and returns `None`
/// where it is not there.
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    pub(super) fn small(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    /// Takes a length; never more than there are bytes, since all that is counted takes some.
    pub(super) fn length(&mut self) -> Option<usize> {
        let length = self.small()? as usize;
        (length <= self.0.len()).then_some(length)
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = self.length()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    pub(super) fn owned(&mut self) -> Option<String> {
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

    pub(super) fn file(&mut self) -> Option<FileRecord> {
        let stamp = self.stamp()?;
        Some(FileRecord { stamp, digest: self.digest()?, is_racy: self.byte()? != 0 })
    }

    pub(super) fn step(&mut self) -> Option<StepRecord> {
        let (kind, options) = (self.owned()?, self.owned()?);
        let inputs = (0..self.length()?).map(|_| self.input()).collect::<Option<_>>()?;
        let discovered = (0..self.length()?).map(|_| self.owned()).collect::<Option<_>>()?;
        Some(StepRecord { manifest: Manifest { kind, options, inputs }, discovered })
    }

    fn input(&mut self) -> Option<Input> {
        let kind = match self.byte()? {
            0 => InputKind::File,
            1 => InputKind::Graph,
            2 => InputKind::NamedGraph,
            _ => return None,
        };
        let group = self.small()?;
        Some(Input { kind, group, name: self.owned()?, digest: self.digest()? })
    }
}
