//! The kinds of import; a kind is a file or folder here and a line in [`KINDS`].

mod csv;

use crate::registry::{ImporterKind, importer};

/// Every kind, by name.
pub(crate) const KINDS: &[ImporterKind] = &[importer::<csv::Csv>()];
