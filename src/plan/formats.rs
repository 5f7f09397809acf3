//! The format of a file, by the end of its name.

use crate::path;
use crate::registry::{self, ExporterKind};

/// Returns the kind of export that the end of a path means: the longest one.
pub(super) fn exporter_of(path: &str) -> Option<&'static ExporterKind> {
    let name = path::file_name(path).to_ascii_lowercase();
    let kinds = registry::exporters().iter();
    kinds
        .flat_map(|kind| kind.extensions.iter().map(move |end| (*end, kind)))
        .filter(|(end, _)| has_end(&name, end))
        .max_by_key(|(end, _)| end.len())
        .map(|(_, kind)| kind)
}

/// Returns whether a file name ends so, at the start of a word.
fn has_end(name: &str, end: &str) -> bool {
    let Some(before) = name.strip_suffix(end) else { return false };
    match end.contains('.') {
        true => before.is_empty() || before.ends_with(['.', '-', '_', ' ']),
        false => before.ends_with('.'),
    }
}
