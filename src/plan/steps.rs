//! The entries of `import` and `export` to steps.

use std::collections::BTreeMap;

use super::formats::{exporter_of, importer_of};
use super::resolve::{Place, Resolver};
use super::{FilePattern, PlanStep, Reference, Work};
use crate::diagnostic::{Diagnostic, is_misspelled, names};
use crate::path::{self, PathError};
use crate::registry::{self, ExporterKind, ImporterKind, Kind};
use crate::source::Span;
use crate::step::{Material, Meta, Misfit, NamedGraph, Shape};
use crate::tree::{Key, Tree, TreeNode};

impl Resolver<'_> {
    pub(super) fn import(&mut self, place: &Place, key: &Key, value: &Tree) {
        self.check_name(key);
        let (common, options) = split(value, &["format"]);
        if !self.is_map(key, value, "an import is a map such as `{ nodes: …, edges: … }`") {
            return;
        }
        let paths = paths_in(&options);
        let Some(kind) = self.importer(key, common.get("format"), &paths) else { return };
        if kind.kind.name == "csv" && self.tell_of_tables(&options) {
            return;
        }
        let Some(options) = self.normalize(&kind.kind, &options, key, &["format"]) else { return };
        let files = (kind.files)(&options);
        let files = self.files(place, files, value);
        let work = Work::Import { kind, options };
        self.step(place, key, Vec::new(), files, work);
    }

    fn importer(
        &mut self,
        key: &Key,
        format: Option<&Tree>,
        paths: &[(String, Span)],
    ) -> Option<&'static ImporterKind> {
        let kinds = registry::importers();
        if let Some(format) = format {
            let found = kinds.iter().find(|kind| Some(kind.kind.name) == format.text());
            return self.known_format(found, format, kinds.iter().map(|kind| kind.kind.name));
        }
        let Some((path, span)) = paths.first() else {
            let message = format!("the import `{}` names no file", key.text);
            self.push(
                Diagnostic::error("missing-key", message)
                    .at(self.excerpt(key.span), "which files?")
                    .help("add `nodes: path.csv` and `edges: path.csv`, or `graph: path.graphml`"),
            );
            return None;
        };
        let found = importer_of(path);
        if found.is_none() {
            let known: Vec<&str> = kinds.iter().flat_map(|kind| kind.extensions).copied().collect();
            self.push(
                Diagnostic::error(
                    "unknown-format",
                    format!("no format is known by the name of `{path}`"),
                )
                .at(self.excerpt(*span), "what is in this file?")
                .note(format!("known extensions: {}", dotted(&known)))
                .help("say what it is: `format: csv`"),
            );
        }
        found
    }

    pub(super) fn export(&mut self, place: &Place, key: &Key, value: &Tree, meta: &Meta) {
        const COMMON: &[&str] = &["from", "format", "through", "for_each", "slice"];
        if !self.is_map(key, value, "an export is a map such as `{ from: … }`") {
            return;
        }
        let (common, options) = split(value, COMMON);
        let Ok(pattern) = self.paths_of(key, &common) else { return };
        let path = match &pattern {
            Some(_) => self.output_of_many(place, key),
            None => self.output(place, key),
        };
        let mut from = self.from(place, key, value);
        if !self.template_fits(key, &options) {
            return;
        }
        let Some(kind) = self.exporter(key, &common, &options) else { return };
        if from.len() > 1 && !kind.from_many {
            self.push(
                Diagnostic::error(
                    "too-many-graphs",
                    format!("the format `{}` shows one {}", kind.kind.name, one_of(kind.takes)),
                )
                .at(self.excerpt(from[1].span), "this is one more")
                .help("merge them first: a transform takes several under `from`"),
            );
        }
        from.iter_mut().for_each(|from| from.takes = kind.takes);
        let each = match (pattern, &path) {
            (Some(_), Some(path)) => match self.each(place, key, path, &common, &mut from) {
                Some(each) => Some(Box::new(each)),
                None => return,
            },
            _ => None,
        };
        // The title of many files is that of each item.
        let title = each.as_ref().map(|each| format!("{{{}}}", each.title()));
        let of_item = Meta { name: title, ..meta.clone() };
        let meta = if each.is_some() { &of_item } else { meta };
        let sources = &self.plan.sources;
        let normalized = match (kind.kind.normalize)(&options, meta) {
            Ok(options) => options,
            Err(errors) => {
                let problems: Vec<_> = errors
                    .iter()
                    .map(|error| error.diagnostic(sources, key.span, COMMON))
                    .collect();
                problems.into_iter().for_each(|problem| self.push(problem));
                return;
            }
        };
        if let Some(Misfit { option, message, help }) = (kind.misfit)(&normalized, &key.text) {
            let span = options.get(option).map_or(key.span, |value| value.span);
            let place = self.excerpt(span);
            self.push(Diagnostic::error("wrong-value", message).at(place, "").help(help));
            return;
        }
        let mut files = match key.text.ends_with('/') {
            true => self.templates(place, &options).into_iter().collect(),
            false => self.files(place, (kind.files)(&normalized), value),
        };
        let through = match common.get("through") {
            Some(words) => self.through(place, words),
            None => Some((Vec::new(), None)),
        };
        let (Some(path), Some((through, program))) = (path, through) else { return };
        files.extend(program);
        let work = Work::Export { kind, options: normalized, through, each };
        self.plan.steps.push(PlanStep {
            name: path,
            span: key.span,
            from,
            files,
            folder: path::folder(&place.file).to_owned(),
            work,
        });
    }

    fn exporter(
        &mut self,
        key: &Key,
        common: &BTreeMap<&str, Tree>,
        options: &Tree,
    ) -> Option<&'static ExporterKind> {
        let kinds = registry::exporters();
        if let Some(format) = common.get("format") {
            let found = kinds.iter().find(|kind| Some(kind.kind.name) == format.text());
            return self.known_format(found, format, kinds.iter().map(|kind| kind.kind.name));
        }
        if options.get("template").is_some() {
            return kinds.iter().find(|kind| kind.kind.name == "template");
        }
        let found = exporter_of(&key.text);
        if found.is_none() {
            let name = path::file_name(&key.text).to_ascii_lowercase();
            let last = name.rsplit_once('.').map_or("", |(_, end)| end);
            let near: Vec<&str> = kinds
                .iter()
                .filter(|kind| kind.extensions.iter().any(|end| end.ends_with(&format!(".{last}"))))
                .map(|kind| kind.kind.name)
                .collect();
            let known = kinds.iter().flat_map(|kind| kind.extensions).copied();
            // `mindmap.mmd` is one of the many things that `.mmd` may be.
            let known: Vec<&str> = known.filter(|end| !end[1..].contains('.')).collect();
            let problem = Diagnostic::error(
                "unknown-format",
                format!("no format is known by the name of `{}`", key.text),
            )
            .at(self.excerpt(key.span), "which format?");
            self.push(match near.as_slice() {
                [] => problem
                    .note(format!("known ends: {}", dotted(&known)))
                    .help("say which: `format: dot`, or give a `template:`"),
                near => {
                    problem.help(format!("say which: `format: {}`", near.join("` or `format: ")))
                }
            });
        }
        found
    }

    /// Reads `from`: one name or a list of names.
    pub(super) fn from(&mut self, place: &Place, key: &Key, value: &Tree) -> Vec<Reference> {
        let mut found: Vec<(&str, Span)> = Vec::new();
        match value.get("from").map(|from| (from, &from.node)) {
            Some((from, TreeNode::Scalar { .. })) if !from.is_null() => {
                found.extend(from.text().map(|text| (text, from.span)));
            }
            Some((_, TreeNode::List(items))) if !items.is_empty() => {
                for item in items {
                    match item.text() {
                        Some(text) => found.push((text, item.span)),
                        None => {
                            let what = item.describe();
                            self.push(
                                Diagnostic::error("wrong-value", "`from` names steps")
                                    .at(self.excerpt(item.span), format!("this is {what}")),
                            );
                        }
                    }
                }
            }
            Some((from, TreeNode::Map(_))) => {
                self.push(
                    Diagnostic::error("wrong-value", "`from` takes a name or a list of names")
                        .at(self.excerpt(from.span), "this is a map"),
                );
            }
            // The key is there, misspelled; that is told as an unknown key.
            None if value.entries().iter().any(|(key, _)| is_misspelled(&key.text, "from")) => {}
            other => {
                let span = other.map_or(key.span, |(from, _)| from.span);
                self.push(
                    Diagnostic::error(
                        "missing-key",
                        format!("`{}` does not say what it is made from", key.text),
                    )
                    .at(self.excerpt(span), "`from` is needed")
                    .help("add `from:` and the name of an import or a transform"),
                );
            }
        }
        found
            .into_iter()
            .map(|(name, span)| Reference {
                name: name.to_owned(),
                full_name: format!("{}{name}", place.prefix),
                span,
                takes: NamedGraph::TAKES,
            })
            .collect()
    }

    pub(super) fn normalize(
        &mut self,
        kind: &Kind,
        options: &Tree,
        key: &Key,
        also_known: &[&str],
    ) -> Option<String> {
        match (kind.normalize)(options, &self.plan.meta) {
            Ok(options) => Some(options),
            Err(errors) => {
                for error in errors {
                    self.push(error.diagnostic(&self.plan.sources, key.span, also_known));
                }
                None
            }
        }
    }

    fn known_format<T>(
        &mut self,
        found: Option<&'static T>,
        format: &Tree,
        known: impl Iterator<Item = &'static str>,
    ) -> Option<&'static T> {
        if found.is_none() {
            let known: Vec<&str> = known.collect();
            let text = format.text().unwrap_or_default();
            self.push(
                Diagnostic::error(
                    "unknown-format",
                    format!("there is no format {}", format.describe()),
                )
                .at(self.excerpt(format.span), "not known here")
                .did_you_mean(text, known.iter().copied())
                .note(format!("known formats: {}", names(known))),
            );
        }
        found
    }

    fn files(&mut self, place: &Place, patterns: Vec<String>, value: &Tree) -> Vec<FilePattern> {
        let places = value.texts();
        patterns
            .into_iter()
            .filter_map(|pattern| {
                let span = places.get(pattern.as_str()).copied().unwrap_or(value.span);
                let pattern = self.path(place, &pattern, span)?;
                Some(FilePattern { pattern, span })
            })
            .collect()
    }

    pub(super) fn path(&mut self, place: &Place, text: &str, span: Span) -> Option<String> {
        match path::resolve(path::folder(&place.file), text, self.above) {
            Ok(path) => Some(path),
            Err(error) => {
                let message = format!("`{text}` cannot be used: {error}");
                let mut problem = Diagnostic::error("bad-path", message).at(self.excerpt(span), "");
                if error == PathError::Outside {
                    let project = match self.above.len() {
                        0 => "the project is the folder of the plan",
                        _ => "the project is the git work tree that the plan is in",
                    };
                    problem = problem
                        .note(format!("{project}; nothing outside of it is read or written"))
                        .help("put the plan and its files into one git work tree");
                }
                self.push(problem);
                None
            }
        }
    }
}

/// Parts the entries of a step into those that all kinds have and the kind's own options.
pub(super) fn split<'a>(value: &Tree, common: &[&'a str]) -> (BTreeMap<&'a str, Tree>, Tree) {
    let mut shared = BTreeMap::new();
    let mut own = Vec::new();
    for (key, value) in value.entries() {
        match common.iter().find(|name| **name == key.text) {
            Some(name) => {
                shared.insert(*name, value.clone());
            }
            None => own.push((key.clone(), value.clone())),
        }
    }
    (shared, Tree { span: value.span, node: TreeNode::Map(own) })
}

/// Returns the template that an export names, and where.
pub(super) fn template_of(options: &Tree) -> Option<(&str, Span)> {
    let template = options.get("template")?;
    Some((template.text()?, template.span))
}

/// Returns the texts under the entries of an import that look like paths, to tell its format.
fn paths_in(options: &Tree) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    let mut rest: Vec<&Tree> = options.entries().iter().rev().map(|(_, value)| value).collect();
    while let Some(tree) = rest.pop() {
        match &tree.node {
            TreeNode::Scalar { text, .. } if text.contains('.') => {
                found.push((text.clone(), tree.span));
            }
            TreeNode::Scalar { .. } => {}
            TreeNode::List(items) => rest.extend(items.iter().rev()),
            TreeNode::Map(_) => rest.extend(tree.get("path")),
        }
    }
    found
}

/// Returns the words for what is taken: `graph or table`.
fn one_of(takes: &[Shape]) -> String {
    takes.iter().map(|shape| shape.word()).collect::<Vec<_>>().join(" or ")
}

fn dotted(ends: &[&str]) -> String {
    let mut ends: Vec<String> = ends.iter().map(|end| format!("`.{end}`")).collect();
    ends.sort_unstable();
    ends.dedup();
    ends.join(", ")
}
