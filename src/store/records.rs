//! What is kept of files, results and steps.

use super::Manifest;
use crate::digest::Digest;
use crate::disk::Stamp;

/// A file as a build saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileRecord {
    /// What the file system said of it.
    pub stamp: Stamp,
    /// The digest of its bytes.
    pub digest: Digest,
    /// Whether it may have changed since within the same tick of the clock, so that its stamp
    /// proves nothing.
    pub is_racy: bool,
}

/// What a step made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultRecord {
    /// The digest of the result.
    pub digest: Digest,
    /// How long the step took, in microseconds.
    pub microseconds: u64,
    /// When the result was last made, or taken out of use, in nanoseconds since 1970.
    pub used: i64,
    /// Where its bytes are in the pack, if they are there.
    pub place: Option<Place>,
    /// The warnings it gave, as JSON; empty for none.
    pub warnings: String,
}

/// A place in the pack, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Where it begins.
    pub offset: u64,
    /// How long it is.
    pub length: u32,
}

/// What [`Store::remove`](super::Store::remove) removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removed {
    /// All of the store.
    Whole,
    /// All but what others had written where outputs are now.
    Results,
    /// What was of the one plan.
    Own,
}

/// A step as it was last built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRecord {
    /// What decided its result.
    pub manifest: Manifest,
    /// The files it found out that it needs, relative to the project.
    pub discovered: Vec<String>,
}
