//! The kinds of import; a kind is a file here and a line in [`KINDS`].

use crate::registry::ImporterKind;

/// Every kind, by name.
pub(crate) const KINDS: &[ImporterKind] = &[];
