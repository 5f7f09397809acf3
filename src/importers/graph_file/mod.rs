//! Imports of one file that holds a whole graph, whatever its format.
//!
//! A [`Format`] reads text and tells a [`Draft`] what it finds, with places; the rest, from bytes
//! to the graph and the messages, is here and alike for all of them.

mod columns;
mod draft;
mod finish;
mod locate;
mod names;
#[cfg(test)]
pub(super) mod testing;

pub(super) use columns::{COMMENT, ID, LABEL, LAYER, Part, Sort, WEIGHT};
pub(super) use draft::{Draft, NOWHERE, PartOf, Role};
pub(super) use names::{Partitions, own_name};

use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::decode::{Encoding, decode};
use super::report::{OnError, Report};
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::origin::{Places, Wanted};
use crate::step::{Data, Importer, InputFile};

/// What a reader returns once the rest of a file cannot be read.
pub(super) type Read<T = ()> = Result<T, Box<Diagnostic>>;

/// A file format that holds a whole graph.
pub(super) trait Format {
    /// See [`Importer::KIND`].
    const KIND: &'static str;
    /// See [`Importer::REVISION`].
    const REVISION: u32 = 1;
    /// See [`Importer::ABOUT`].
    const ABOUT: &'static str;
    /// See [`Importer::EXTENSIONS`].
    const EXTENSIONS: &'static [&'static str];

    /// Returns the encoding that the file names itself, if it does.
    fn encoding(_bytes: &[u8]) -> Option<Encoding> {
        None
    }

    /// Reads the text of the draft.
    ///
    /// # Errors
    ///
    /// Fails where the text is not of the format, so that what follows means nothing.
    fn read(draft: &mut Draft<'_>) -> Read;
}

/// Reads a graph from one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "GraphFile")]
pub struct GraphFile {
    /// The path of the file, relative to the plan.
    graph: String,
    /// Its encoding, if it is neither UTF-8 nor named in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    encoding: Option<Encoding>,
    /// What to do about nodes, edges and values that do not fit. Files that are not of their
    /// format are always errors.
    #[serde(default)]
    on_error: OnError,
}

/// The importer of a format.
pub(super) struct GraphImport<F>(PhantomData<F>);

impl<F: Format> Importer for GraphImport<F> {
    const KIND: &'static str = F::KIND;
    const REVISION: u32 = F::REVISION;
    const ABOUT: &'static str = F::ABOUT;
    const EXTENSIONS: &'static [&'static str] = F::EXTENSIONS;
    type Options = GraphFile;

    fn files(options: &GraphFile) -> Vec<String> {
        vec![options.graph.clone()]
    }

    fn import(
        options: &GraphFile,
        files: &[Vec<InputFile>],
        diagnostics: &mut Diagnostics,
    ) -> Result<Data, Failed> {
        let (path, text) =
            text_of::<F>(options, files).map_err(|error| diagnostics.fail(*error))?;
        let report = Report::of_elements(diagnostics, options.on_error);
        let mut draft = Draft::new(path.clone(), &text, report);
        match F::read(&mut draft) {
            Ok(()) => draft.finish().map(Data::from),
            Err(error) => {
                draft.report.file(*error);
                Err(Failed)
            }
        }
    }

    fn locate(options: &GraphFile, files: &[Vec<InputFile>], wanted: &Wanted) -> Places {
        let Ok((path, text)) = text_of::<F>(options, files) else {
            return Places::nowhere(wanted);
        };
        let mut diagnostics = Diagnostics::default();
        let report = Report::of_elements(&mut diagnostics, options.on_error);
        let mut draft = Draft::new(path.clone(), &text, report);
        draft.keep_origins();
        match F::read(&mut draft) {
            Ok(()) => draft.locate(wanted),
            Err(_) => Places::nowhere(wanted),
        }
    }
}

/// Returns the path and the text of the file to read.
fn text_of<'f, F: Format>(
    options: &GraphFile,
    files: &'f [Vec<InputFile>],
) -> Result<(&'f Arc<str>, Cow<'f, str>), Box<Diagnostic>> {
    let file = only_file(options, files)?;
    let encoding = options.encoding.or_else(|| F::encoding(&file.bytes));
    Ok((&file.path, decode(file, encoding)?))
}

/// Returns the file that the pattern stands for.
fn only_file<'a>(
    options: &GraphFile,
    files: &'a [Vec<InputFile>],
) -> Result<&'a InputFile, Box<Diagnostic>> {
    let pattern = &options.graph;
    let error = match files.first().map(Vec::as_slice) {
        Some([file]) => return Ok(file),
        Some([first, second, ..]) => {
            let message = format!("`{pattern}` stands for more than one file");
            Diagnostic::error("several-files", message)
                .note(format!("such as `{}` and `{}`", first.path, second.path))
                .help("import each of them, and name all the imports in `from` of a transform")
        }
        _ => Diagnostic::error("no-file", format!("no file matches `{pattern}`"))
            .note("the plan looks for a graph there")
            .help("a pattern matches whole names; `**/` goes into folders"),
    };
    Err(Box::new(error))
}
