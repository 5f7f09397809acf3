//! The kinds of export; a kind is a file here and a line in [`KINDS`].

use crate::registry::ExporterKind;

/// Every kind, by name.
pub(crate) const KINDS: &[ExporterKind] = &[];
