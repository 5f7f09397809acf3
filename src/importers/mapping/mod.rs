//! The import kind `mapping`: any JSON, NDJSON, YAML, XML or TOML, with paths that say what in it
//! is a node, an edge, a layer or a partition; and the kinds that are rules for it, kept as data.

mod apply;
mod data;
mod deb822;
mod ends;
mod json;
mod options;
mod path;
mod presets;
mod rules;
mod select;
mod sql;
mod sql_tokens;
mod syntax;
mod tell;
mod toml;
mod unfound;
mod value;
mod xml;
mod yaml;
#[cfg(test)]
mod tests;

pub use presets::*;

use std::borrow::Cow;
use std::sync::Arc;

use super::decode::{Encoding, decode};
use super::graph_file::Draft;
use super::report::{OnError, Report};
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::Graph;
use crate::origin::{Places, Wanted};
use crate::step::{Data as Made, Importer, InputFile};
use data::Data;
use options::{MissingNodes, Options, Preset, PresetOptions, Syntax};
use path::Path;
use select::{Found, Select};

/// Reads a graph by rules that the plan has.
pub struct Mapping;

impl Importer for Mapping {
    const KIND: &'static str = "mapping";
    const REVISION: u32 = 2;
    const ABOUT: &'static str = "Reads any JSON, NDJSON, YAML, XML or TOML by paths";
    const EXTENSIONS: &'static [&'static str] = &[];
    type Options = Options;

    fn files(options: &Options) -> Vec<String> {
        options.graph.0.iter().chain(&options.preset).cloned().collect()
    }

    fn import(
        options: &Options,
        files: &[Vec<InputFile>],
        diagnostics: &mut Diagnostics,
    ) -> Result<Made, Failed> {
        let (files, preset) = files.split_at(files.len().min(options.graph.0.len()));
        let rules = rules_of(options, preset, diagnostics)?;
        import(&rules, &Request::of(options), files, diagnostics).map(Made::from)
    }

    fn locate(options: &Options, files: &[Vec<InputFile>], wanted: &Wanted) -> Places {
        let (files, preset) = files.split_at(files.len().min(options.graph.0.len()));
        match rules_of(options, preset, &mut Diagnostics::default()) {
            Ok(rules) => locate(&rules, &Request::of(options), files, wanted),
            Err(Failed) => Places::nowhere(wanted),
        }
    }
}

/// Returns the rules of the plan, after those of the preset that it names.
fn rules_of(
    options: &Options,
    preset: &[Vec<InputFile>],
    diagnostics: &mut Diagnostics,
) -> Result<Preset, Failed> {
    let mut rules = Preset::default();
    if let Some(path) = &options.preset {
        rules = match preset.first().and_then(|files| files.first()) {
            Some(file) => rules::read(file, diagnostics)?,
            None => {
                let message = format!("there is no preset `{path}`");
                return Err(diagnostics.fail(Diagnostic::error("no-file", message)));
            }
        };
    }
    rules.syntax = options.syntax.or(rules.syntax);
    rules.documents = options.documents.clone().or(rules.documents);
    rules.nodes.extend(options.nodes.iter().cloned());
    rules.edges.extend(options.edges.iter().cloned());
    rules.layers.extend(options.layers.iter().cloned());
    if rules.nodes.is_empty() && rules.edges.is_empty() {
        let error = Diagnostic::error("missing-key", "the mapping has no rules")
            .help("add `nodes: [{ each: …, id: … }]`, or name a `preset:`");
        return Err(diagnostics.fail(error));
    }
    Ok(rules)
}

/// What an import says beside its rules.
struct Request {
    encoding: Option<Encoding>,
    missing_nodes: Option<MissingNodes>,
    on_error: OnError,
}

impl Request {
    fn of(options: &Options) -> Request {
        let Options { encoding, missing_nodes, on_error, .. } = *options;
        Request { encoding, missing_nodes, on_error }
    }

    fn of_preset(options: &PresetOptions) -> Request {
        let PresetOptions { encoding, missing_nodes, on_error, .. } = *options;
        Request { encoding, missing_nodes, on_error }
    }
}

/// Reads a graph.
fn import(
    rules: &Preset,
    request: &Request,
    files: &[Vec<InputFile>],
    diagnostics: &mut Diagnostics,
) -> Result<Graph, Failed> {
    read(rules, request, files, diagnostics, |_| (), |draft| draft.finish())
}

/// Finds nodes and edges.
fn locate(rules: &Preset, request: &Request, files: &[Vec<InputFile>], wanted: &Wanted) -> Places {
    let mut diagnostics = Diagnostics::default();
    let begin = |draft: &mut Draft<'_>| draft.keep_origins();
    let found =
        read(rules, request, files, &mut diagnostics, begin, |draft| Ok(draft.locate(wanted)));
    found.unwrap_or_else(|Failed| Places::nowhere(wanted))
}

/// Reads files into a draft that `begin` made ready, and makes of it what `finish` does.
fn read<T>(
    rules: &Preset,
    request: &Request,
    files: &[Vec<InputFile>],
    diagnostics: &mut Diagnostics,
    begin: impl FnOnce(&mut Draft<'_>),
    finish: impl FnOnce(Draft<'_>) -> Result<T, Failed>,
) -> Result<T, Failed> {
    let texts = texts(rules, request, files, diagnostics)?;
    let report = Report::of_elements(diagnostics, request.on_error);
    let Some(((path, text, _), _)) = texts.split_first() else { return Err(Failed) };
    let mut draft = Draft::new(path.clone(), text, report);
    begin(&mut draft);
    let mut all = Vec::new();
    for (at, (path, text, syntax)) in texts.iter().enumerate() {
        if at > 0 {
            draft.next_file(path.clone(), text);
        }
        let mut data = Data::new(text.len(), draft.base);
        let read = syntax::read(*syntax, &draft, &mut data);
        let read = read.and_then(|()| match data.overflow {
            None => Ok(()),
            Some(place) => {
                let place = draft.base.saturating_add(place) as usize;
                Err(draft.error(place, "too-many-values", "the file holds too many values"))
            }
        });
        match read {
            Ok(()) => {
                data.drop_empty_documents();
                if let Some(documents) = &rules.documents {
                    data.roots = documents_in(&data, &documents.path);
                }
                all.push(data);
            }
            Err(error) => draft.report.file(*error),
        }
    }
    if !draft.report.has_failed() {
        apply::apply(rules, request.missing_nodes, &all, &mut draft);
    }
    // The trees take more memory than what is made of them.
    drop(all);
    finish(draft)
}

/// Returns what a path finds in each document, or the document itself.
fn documents_in(data: &Data, path: &Path) -> Vec<u32> {
    let select = Select::new(data);
    let within = |root: &u32| match select.find(path, *root, *root) {
        found if found.is_empty() => vec![*root],
        found => found.into_iter().map(Found::item).collect(),
    };
    data.roots.iter().flat_map(within).collect()
}

/// A file: its path, what is in it, and what that is written in.
type Text<'f> = (Arc<str>, Cow<'f, str>, Syntax);

/// Decodes all files.
fn texts<'f>(
    rules: &Preset,
    request: &Request,
    files: &'f [Vec<InputFile>],
    diagnostics: &mut Diagnostics,
) -> Result<Vec<Text<'f>>, Failed> {
    let mut files: Vec<&InputFile> = files.iter().flatten().collect();
    let mut seen = std::collections::BTreeSet::new();
    files.retain(|file| seen.insert(file.path.clone()));
    if files.is_empty() {
        let error = Diagnostic::error("no-file", "no file matches")
            .note("the plan looks for data there")
            .help("a pattern matches whole names; `**/` goes into folders");
        return Err(diagnostics.fail(error));
    }
    let total: usize = files.iter().map(|file| file.bytes.len() + 1).sum();
    if u32::try_from(total).is_err() {
        let error = Diagnostic::error("too-long", "the files hold more than 4 GiB");
        return Err(diagnostics.fail(error));
    }
    let mut texts = Vec::new();
    for file in files {
        let text = syntax::of(rules, file).and_then(|syntax| {
            let encoding = request.encoding.or_else(|| syntax::encoding(syntax, &file.bytes));
            Ok((file.path.clone(), decode(file, encoding)?, syntax))
        });
        match text {
            Ok(text) => texts.push(text),
            Err(error) => diagnostics.push(*error),
        }
    }
    if diagnostics.has_errors() { Err(Failed) } else { Ok(texts) }
}
