//! The format of a file, by the end of its name.

use super::resolve::Resolver;
use crate::diagnostic::Diagnostic;
use crate::path;
use crate::registry::{self, ExporterKind, ImporterKind};
use crate::tree::Tree;

/// Returns the kind of export that the end of a path means.
pub(super) fn exporter_of(path: &str) -> Option<&'static ExporterKind> {
    by_end(registry::exporters(), path, |kind| kind.extensions)
}

/// Returns the kind of import that the end of a path means.
pub fn importer_of(path: &str) -> Option<&'static ImporterKind> {
    by_end(registry::importers(), path, |kind| kind.extensions)
}

/// Returns the kind with the longest end that a path has.
pub(super) fn by_end<T>(
    kinds: &'static [T],
    path: &str,
    ends: fn(&T) -> &'static [&'static str],
) -> Option<&'static T> {
    let name = path::file_name(path).to_ascii_lowercase();
    let ends = kinds.iter().flat_map(|kind| ends(kind).iter().map(move |end| (*end, kind)));
    let found = ends.filter(|(end, _)| has_end(&name, end));
    found.max_by_key(|(end, _)| end.len()).map(|(_, kind)| kind)
}

/// Returns whether a file name ends so, at the start of a word.
fn has_end(name: &str, end: &str) -> bool {
    let Some(before) = name.strip_suffix(end) else { return false };
    match end.contains('.') {
        true => before.is_empty() || before.ends_with(['.', '-', '_', ' ']),
        false => before.ends_with('.'),
    }
}

impl Resolver<'_> {
    /// Tells of a file of tables that is named as one that holds a graph; returns whether it is.
    pub(super) fn tell_of_tables(&mut self, options: &Tree) -> bool {
        let graph = options.entries().iter().find(|(key, _)| key.text == "graph");
        let Some((key, path)) = graph.and_then(|(key, path)| Some((key, path.text()?))) else {
            return false;
        };
        let field = if options.get("nodes").is_some() { "edges" } else { "nodes" };
        self.push(
            Diagnostic::error("unknown-key", "unknown key `graph`")
                .at(self.excerpt(key.span), "not known here")
                .note(format!("`{path}` holds tables, one of nodes and perhaps one of edges"))
                .help(format!("say `{field}: {path}`")),
        );
        true
    }
}
