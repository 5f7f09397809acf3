//! Exports whatever a Tera template makes of graphs.
//!
//! A template may come from anyone: it reads nothing but the graphs, the plan's values and the
//! files that it includes; what it puts out is limited in size, and its work is counted and
//! limited (see `metered.rs`). What it sees is told in `context.rs`.

mod context;
mod filters;
mod includes;
mod meter;
mod metered;
mod problems;
mod scan;
mod shapes;
mod shipped;

use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tera::Tera;

use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::source::{Excerpt, Source};
use crate::step::{Exporter, InputFile, Meta, NamedData};
pub(super) use filters::md;
use meter::{Limits, Meter};
use metered::Edited;

/// The ends of names of templates whose output is escaped unless the plan says otherwise.
const ESCAPED: [&str; 5] = [".html", ".htm", ".xhtml", ".xml", ".svg"];

/// The stack that a template is rendered on. Files that include files and components that call
/// components take up to 64 KiB for each level in a build without optimization, and there are at
/// most [`includes::DEEPEST`] levels of the one in each of 20 of the other.
const STACK: usize = 128 << 20;

/// Exports by a template.
pub struct Template;

/// Settings of the `template` export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateOptions {
    /// The template's path, relative to the plan, or one that comes with layercake:
    /// `builtin:graph.html`, `builtin:index.md` or `builtin:report.html`. Of an output that is a
    /// folder, as in `docs/`, a folder of templates.
    #[serde(deserialize_with = "shipped::read")]
    template: String,
    /// Whether `&`, `<`, `>` and quotes in what the template prints are escaped for HTML and XML.
    #[serde(default)]
    escape: Escape,
    /// The name that the template sees as `meta.name`; the plan's unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// What the template sees as `meta.description`; the plan's unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// What the template sees as `values`, besides the plan's own values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    values: BTreeMap<String, String>,
}

/// When to escape for HTML and XML.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Escape {
    /// If the template's name, without `.tera`, ends in `.html`, `.htm`, `.xhtml`, `.xml` or
    /// `.svg`.
    #[default]
    Auto,
    /// Always.
    Html,
    /// Never.
    None,
}

impl Exporter for Template {
    const KIND: &'static str = "template";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes any text, by a Tera template";
    const EXTENSIONS: &'static [&'static str] = &[];
    const FROM_MANY: bool = true;
    type Options = TemplateOptions;
    type From = NamedData;

    fn apply_meta(options: &mut TemplateOptions, meta: &Meta) {
        meta.give_title(&mut options.title);
        if options.description.is_none() {
            options.description.clone_from(&meta.description);
        }
        for (name, value) in &meta.values {
            options.values.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }

    fn files(options: &TemplateOptions) -> Vec<String> {
        match shipped::find(&options.template) {
            Some(_) => Vec::new(),
            None => vec![options.template.clone()],
        }
    }

    fn includes(_options: &TemplateOptions, file: &InputFile) -> Vec<String> {
        let source = String::from_utf8_lossy(&file.bytes);
        let mut paths: Vec<String> = includes::names(&source)
            .into_iter()
            .filter_map(|(name, _)| includes::resolve(&file.path, name))
            .collect();
        paths.sort_unstable();
        paths.dedup();
        paths
    }

    fn export(
        options: &TemplateOptions,
        from: &[NamedData],
        files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let shipped = shipped::find(&options.template).map(|text| InputFile {
            path: options.template.as_str().into(),
            bytes: text.as_bytes().into(),
        });
        let files = shipped.as_ref().map_or(files, std::slice::from_ref);
        on_a_big_stack(diagnostics, |diagnostics| {
            render(options, from, files, Limits::default(), out, diagnostics)
        })
    }
}

/// Runs what Tera does by recursion, which is bounded, with more stack than it can use.
///
/// The thread is joined at once, so this is a call like any other.
pub(super) fn on_a_big_stack(
    diagnostics: &mut Diagnostics,
    run: impl FnOnce(&mut Diagnostics) -> Result<(), Failed> + Send,
) -> Result<(), Failed> {
    let done = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let joined = thread.spawn_scoped(scope, || run(&mut *diagnostics)).map(|run| run.join());
        joined.map_err(|error| error.to_string())
    });
    match done {
        Ok(Ok(done)) => done,
        Ok(Err(panic)) => std::panic::resume_unwind(panic),
        Err(error) => Err(diagnostics.fail(Diagnostic::error(
            "no-memory",
            format!("there is no memory to render a template: {error}"),
        ))),
    }
}

/// A template's file: as it was written, and as Tera gets it.
struct File {
    /// The name that Tera knows it by.
    name: String,
    source: Source,
    edited: Edited,
}

fn render(
    options: &TemplateOptions,
    from: &[NamedData],
    files: &[InputFile],
    limits: Limits,
    out: &mut Vec<u8>,
    diagnostics: &mut Diagnostics,
) -> Result<(), Failed> {
    let mut sources = sources(files, diagnostics)?;
    let Some(main) = sources.first().map(|file| file.name.clone()) else {
        let message = format!("the template `{}` is missing", options.template);
        return Err(diagnostics.fail(Diagnostic::error("template-missing", message)));
    };
    check_depth(&sources, diagnostics)?;
    let meter = Meter::new(limits);
    let mut fail =
        |error: &tera::Error, sources: &[File]| problems::report(error, sources, &mut *diagnostics);
    // The first time for what is wrong in the templates, with what they are called by.
    for file in &mut sources {
        file.edited = metered::with_paths(&file.name, file.source.text());
    }
    engine(options, &meter, &sources).map_err(|error| fail(&error, &sources))?;
    let captures = sources.iter().any(|file| metered::captures(file.source.text()));
    for file in &mut sources {
        file.edited = metered::metered(&file.name, file.source.text(), captures);
    }
    let tera = engine(options, &meter, &sources).map_err(|error| fail(&error, &sources))?;
    let meta = Meta {
        name: options.title.clone(),
        description: options.description.clone(),
        values: options.values.clone(),
    };
    let texts: Vec<&str> = sources.iter().map(|file| &**file.source.text()).collect();
    let context = context::context(&meta, from, &texts);
    let mut output = Bounded { room: limits.output, out };
    match tera.render_to(&main, &context, &mut output) {
        Ok(()) => Ok(()),
        Err(_) if output.room == 0 => Err(diagnostics.fail(
            Diagnostic::error("template-output-too-big", "the template makes too much output")
                .at(Excerpt::whole_file(main.as_str()), "")
                .note(format!("a template may put out {} MiB", limits.output >> 20)),
        )),
        Err(error) => Err(fail(&error, &sources)),
    }
}

/// Reads the files; each has its path as its name.
fn sources(files: &[InputFile], diagnostics: &mut Diagnostics) -> Result<Vec<File>, Failed> {
    let mut sources: Vec<File> = Vec::with_capacity(files.len());
    for file in files {
        let name = includes::normal(&file.path);
        if sources.iter().any(|source| source.name == name) {
            continue;
        }
        let Ok(text) = std::str::from_utf8(&file.bytes) else {
            diagnostics.push(
                Diagnostic::error("not-utf-8", format!("`{}` is not UTF-8 text", file.path))
                    .at(Excerpt::whole_file(file.path.clone()), ""),
            );
            continue;
        };
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let source = Source::new(file.path.clone(), text);
        problems::forbid(&source, diagnostics);
        sources.push(File { name, source, edited: Edited::default() });
    }
    if diagnostics.has_errors() { Err(Failed) } else { Ok(sources) }
}

/// Refuses files that include each other too deeply.
fn check_depth(sources: &[File], diagnostics: &mut Diagnostics) -> Result<(), Failed> {
    let files = sources.iter().map(|file| (&*file.name, &**file.source.text()));
    match includes::too_deep(&files.collect::<Vec<_>>()) {
        None => Ok(()),
        Some((file, range)) => {
            let most = includes::DEEPEST;
            let message = format!("files include each other more than {most} deep");
            let place = sources[file].source.excerpt(range);
            Err(diagnostics.fail(Diagnostic::error("template-includes", message).at(place, "")))
        }
    }
}

fn engine(
    options: &TemplateOptions,
    meter: &std::sync::Arc<Meter>,
    files: &[File],
) -> tera::TeraResult<Tera> {
    let mut tera = Tera::new();
    let name = options.template.strip_suffix(".tera").unwrap_or(&options.template);
    let escapes = match options.escape {
        Escape::Auto => ESCAPED.iter().any(|end| name.to_ascii_lowercase().ends_with(end)),
        Escape::Html => true,
        Escape::None => false,
    };
    // Every name ends with nothing.
    let escaped: &[&'static str] = if escapes { &[""] } else { &[] };
    tera.autoescape_on(escaped.iter().copied());
    filters::register(&mut tera);
    shapes::register(&mut tera, meter);
    meter.register(&mut tera);
    tera.add_raw_templates(files.iter().map(|file| (&file.name, &file.edited.text)))?;
    Ok(tera)
}

/// Takes so many bytes and then no more.
struct Bounded<'a> {
    room: usize,
    out: &'a mut Vec<u8>,
}

impl Write for Bounded<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(room) = self.room.checked_sub(bytes.len()).filter(|room| *room > 0) else {
            self.room = 0;
            return Err(io::ErrorKind::FileTooLarge.into());
        };
        self.room = room;
        self.out.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
