//! The kinds of export; a kind is a file here and a line in [`KINDS`].

mod dot;
mod mermaid;
mod partitions;
mod style;
mod text;

use crate::registry::{ExporterKind, exporter};

/// Every kind, by name.
pub(crate) const KINDS: &[ExporterKind] = &[exporter::<dot::Dot>(), exporter::<mermaid::Mermaid>()];
