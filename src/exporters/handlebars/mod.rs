//! The export kind `handlebars`: whatever a template of the earlier layercake tool makes of a graph.
//!
//! Reads what such templates are written in: values, `if`, `unless`, `each`, `with`, partials, those
//! within the template, and the helpers there were. New templates are better written for Tera.
//! A template may come from anyone: it sees the graph and nothing else, and its work is counted.

mod context;
mod helpers;
mod parse;
mod render;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::parse::{Part, Wrong, parse};
use self::render::Renderer;
use super::template::on_a_big_stack;
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::source::Source;
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

/// How much work a template may do: about one for each part that is written.
const MOST_WORK: u64 = 20_000_000;

/// Exports by a template of the earlier tool.
pub(super) struct Handlebars;

/// Settings of the `handlebars` export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HandlebarsOptions {
    /// The template's path, relative to the plan.
    template: String,
    /// Further templates, by the names that templates call them by.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    partials: BTreeMap<String, String>,
    /// What the template sees as `graph_name`; the plan's name unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<String>,
}

impl Exporter for Handlebars {
    const KIND: &'static str = "handlebars";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes any text, by a Handlebars template of the earlier tool";
    const EXTENSIONS: &'static [&'static str] = &[];
    type Options = HandlebarsOptions;
    type From = NamedGraph;

    fn apply_meta(options: &mut HandlebarsOptions, meta: &Meta) {
        if options.title.is_none() {
            options.title.clone_from(&meta.name);
        }
    }

    fn files(options: &HandlebarsOptions) -> Vec<String> {
        [&options.template].into_iter().chain(options.partials.values()).cloned().collect()
    }

    fn export(
        options: &HandlebarsOptions,
        from: &[NamedGraph],
        files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        on_a_big_stack(diagnostics, |diagnostics| {
            write(options, from, files, MOST_WORK, out, diagnostics)
        })
    }
}

fn write(
    options: &HandlebarsOptions,
    from: &[NamedGraph],
    files: &[InputFile],
    work: u64,
    out: &mut Vec<u8>,
    diagnostics: &mut Diagnostics,
) -> Result<(), Failed> {
    let mut templates: Vec<(Source, Vec<Part>)> = Vec::new();
    for file in files {
        let text = String::from_utf8_lossy(&file.bytes);
        let source = Source::new(file.path.clone(), text.trim_start_matches('\u{feff}'));
        match parse(source.text()) {
            Ok(parts) => templates.push((source, parts)),
            Err(wrong) => diagnostics.push(problem("template-syntax", &wrong, &source)),
        }
    }
    if diagnostics.has_errors() {
        return Err(Failed);
    }
    let Some(((source, main), partials)) = templates.split_first() else { return Err(Failed) };
    for NamedGraph { graph, .. } in from {
        let root = context::context(graph, options.title.as_deref().unwrap_or_default());
        let mut renderer = Renderer::new(work);
        for (name, (_, parts)) in options.partials.keys().zip(partials) {
            renderer.partials.insert(name, parts);
        }
        match renderer.render(main, &root) {
            Ok(text) => out.extend_from_slice(text.as_bytes()),
            Err((partial, wrong)) => {
                let places = options.partials.keys().zip(partials);
                let place = places.filter(|(name, _)| Some(name.as_str()) == partial);
                let source = place.map(|(_, (source, _))| source).next().unwrap_or(source);
                return Err(diagnostics.fail(problem("template-failed", &wrong, source)));
            }
        }
    }
    Ok(())
}

fn problem(code: &'static str, wrong: &Wrong, source: &Source) -> Diagnostic {
    let at = wrong.at.min(source.text().len());
    let end = source.text()[at..].find('\n').map_or(source.text().len(), |length| at + length);
    Diagnostic::error(code, wrong.message.clone())
        .at(source.excerpt(at..end.max(at)), "")
        .note("this is a Handlebars template of the earlier tool")
        .help("write it for Tera: `template:` without `format: handlebars`")
}

#[cfg(test)]
mod tests;
