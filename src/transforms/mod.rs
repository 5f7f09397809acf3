//! The kinds of transform; a kind is a file here and a line in [`KINDS`].

use crate::registry::TransformKind;

/// Every kind, by name.
pub(crate) const KINDS: &[TransformKind] = &[];
