//! Kinds of step by name, each as a row of function pointers.
//!
//! The plan reader, the schema, the command's help and the case runner all read these rows, so a
//! new kind is one file and one line in its folder's list.

use schemars::{Schema, SchemaGenerator};

use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::finding::Findings;
use crate::graph::{Graph, Table};
use crate::origin::{Places, Wanted};
use crate::step::{
    Analysis, Data, Exporter, Importer, InputFile, Material, Meta, Misfit, NamedData, NamedGraph,
    Needs, Options, Rows, Rule, Shape, Transform,
};
use crate::tree::{Tree, TreeError};
use crate::{analyses, checks, exporters, importers, transforms};

/// What all kinds have.
pub struct Kind {
    /// The word for it in plans.
    pub name: &'static str,
    /// Part of the key of every step of this kind.
    pub revision: u32,
    /// One line about it.
    pub about: &'static str,
    /// The schema of its options.
    pub schema: fn(&mut SchemaGenerator) -> Schema,
    /// Reads options from a plan and returns them as JSON with every default filled in: the form
    /// that keys digest and that step functions are called with.
    pub normalize: fn(&Tree, &Meta) -> Result<String, Vec<TreeError>>,
}

/// The form of [`Importer::import`] with options as JSON.
pub type ImportFn = fn(&str, &[Vec<InputFile>], &mut Diagnostics) -> Result<Data, Failed>;

/// The form of [`Importer::locate`] with options as JSON.
pub type LocateFn = fn(&str, &[Vec<InputFile>], &Wanted) -> Places;

/// The form of [`Transform::transform`] with options as JSON.
pub type TransformFn =
    fn(&str, NamedGraph, &[NamedData], &mut Diagnostics) -> Result<Graph, Failed>;

/// The form of [`Analysis::analyze`] with options as JSON.
pub type AnalyzeFn = fn(&str, &NamedGraph, &mut Diagnostics) -> Result<Table, Failed>;

/// The form of [`Rule::check`] with options as JSON.
pub type CheckFn =
    fn(&str, &NamedData, &[NamedData], &mut Findings, &mut Diagnostics) -> Result<(), Failed>;

/// The form of [`Exporter::export`] with options as JSON.
pub type ExportFn =
    fn(&str, &[NamedData], &[InputFile], &mut Vec<u8>, &mut Diagnostics) -> Result<(), Failed>;

/// A kind of import.
pub struct ImporterKind {
    /// What all kinds have.
    pub kind: Kind,
    /// The extensions that mean it.
    pub extensions: &'static [&'static str],
    /// See [`Importer::makes`].
    pub makes: fn(&str) -> Shape,
    /// See [`Importer::files`].
    pub files: fn(&str) -> Vec<String>,
    /// See [`Importer::import`].
    pub import: ImportFn,
    /// See [`Importer::locate`].
    pub locate: LocateFn,
}

/// A kind of transform.
pub struct TransformKind {
    /// What all kinds have.
    pub kind: Kind,
    /// See [`Transform::others`].
    pub others: fn(&str) -> Vec<(String, Shape)>,
    /// See [`Transform::transform`].
    pub transform: TransformFn,
}

/// A kind of analysis.
pub struct AnalysisKind {
    /// What all kinds have.
    pub kind: Kind,
    /// See [`Analysis::ROWS`].
    pub rows: Rows,
    /// See [`Analysis::analyze`].
    pub analyze: AnalyzeFn,
}

/// A kind of rule.
pub struct RuleKind {
    /// What all kinds have.
    pub kind: Kind,
    /// What it looks at.
    pub takes: &'static [Shape],
    /// See [`Rule::others`].
    pub others: fn(&str) -> Needs,
    /// See [`Rule::check`].
    pub check: CheckFn,
}

/// A kind of export.
pub struct ExporterKind {
    /// What all kinds have.
    pub kind: Kind,
    /// The ends of file names that mean it.
    pub extensions: &'static [&'static str],
    /// Whether it takes several graphs or tables at once.
    pub from_many: bool,
    /// The ends of the paths of files that may be patterns, without their dot.
    pub patterns: &'static [&'static str],
    /// What it can be made from.
    pub takes: &'static [Shape],
    /// See [`Exporter::misfit`].
    pub misfit: fn(&str, &str) -> Option<Misfit>,
    /// See [`Exporter::files`].
    pub files: fn(&str) -> Vec<String>,
    /// See [`Exporter::lock`].
    pub lock: fn(&str) -> Option<String>,
    /// See [`Exporter::write_lock`].
    pub write_lock: ExportFn,
    /// See [`Exporter::includes`].
    pub includes: fn(&str, &InputFile) -> Vec<String>,
    /// See [`Exporter::export`].
    pub export: ExportFn,
}

/// Returns every kind of import.
pub fn importers() -> &'static [ImporterKind] {
    importers::KINDS
}

/// Returns every kind of transform.
pub fn transforms() -> &'static [TransformKind] {
    transforms::KINDS
}

/// Returns every kind of analysis.
pub fn analyses() -> &'static [AnalysisKind] {
    analyses::KINDS
}

/// Returns every kind of rule.
pub fn rules() -> &'static [RuleKind] {
    checks::KINDS
}

/// Returns every kind of export.
pub fn exporters() -> &'static [ExporterKind] {
    exporters::KINDS
}

/// Makes what the rows of all kinds have.
const fn kind<O: Options>(name: &'static str, revision: u32, about: &'static str) -> Kind {
    Kind {
        name,
        revision,
        about,
        schema: SchemaGenerator::subschema_for::<O>,
        normalize: |tree, _| Ok(to_json(&tree.read::<O>()?)),
    }
}

/// Makes the row of an importer.
pub(crate) const fn importer<T: Importer>() -> ImporterKind {
    ImporterKind {
        kind: kind::<T::Options>(T::KIND, T::REVISION, T::ABOUT),
        extensions: T::EXTENSIONS,
        makes: |options| from_json(options).map_or(Shape::Graph, |o| T::makes(&o)),
        files: |options| from_json(options).map_or_else(|_| Vec::new(), |o| T::files(&o)),
        import: |options, files, diagnostics| {
            let options = from_json(options).map_err(|error| diagnostics.fail(unread(&error)))?;
            T::import(&options, files, diagnostics)
        },
        locate: |options, files, wanted| match from_json(options) {
            Ok(options) => T::locate(&options, files, wanted),
            Err(_) => Places::nowhere(wanted),
        },
    }
}

/// Makes the row of a transform.
pub(crate) const fn transform<T: Transform>() -> TransformKind {
    TransformKind {
        kind: kind::<T::Options>(T::KIND, T::REVISION, T::ABOUT),
        others: |options| from_json(options).map_or_else(|_| Vec::new(), |o| T::others(&o)),
        transform: |options, graph, others, diagnostics| {
            let options = from_json(options).map_err(|error| diagnostics.fail(unread(&error)))?;
            T::transform(&options, graph, others, diagnostics)
        },
    }
}

/// Makes the row of an analysis.
pub(crate) const fn analysis<T: Analysis>() -> AnalysisKind {
    AnalysisKind {
        kind: kind::<T::Options>(T::KIND, T::REVISION, T::ABOUT),
        rows: T::ROWS,
        analyze: |options, graph, diagnostics| {
            let options = from_json(options).map_err(|error| diagnostics.fail(unread(&error)))?;
            T::analyze(&options, graph, diagnostics)
        },
    }
}

/// Makes the row of a rule.
pub(crate) const fn rule<T: Rule>() -> RuleKind {
    RuleKind {
        kind: kind::<T::Options>(T::KIND, T::REVISION, T::ABOUT),
        takes: T::Of::TAKES,
        others: |options| from_json(options).map_or_else(|_| Vec::new(), |o| T::others(&o)),
        check: |options, of, others, findings, diagnostics| {
            let options = from_json(options).map_err(|error| diagnostics.fail(unread(&error)))?;
            let of = T::Of::of(of).ok_or_else(|| diagnostics.fail(misshapen()))?;
            T::check(&options, &of, others, findings, diagnostics)
        },
    }
}

/// Makes the row of an exporter.
pub(crate) const fn exporter<T: Exporter>() -> ExporterKind {
    ExporterKind {
        kind: Kind {
            normalize: |tree, meta| {
                let mut options = tree.read::<T::Options>()?;
                T::apply_meta(&mut options, meta);
                Ok(to_json(&options))
            },
            ..kind::<T::Options>(T::KIND, T::REVISION, T::ABOUT)
        },
        extensions: T::EXTENSIONS,
        from_many: T::FROM_MANY,
        patterns: T::PATTERNS,
        takes: T::From::TAKES,
        misfit: |options, path| T::misfit(&from_json(options).ok()?, path),
        files: |options| from_json(options).map_or_else(|_| Vec::new(), |o| T::files(&o)),
        lock: |options| T::lock(&from_json(options).ok()?),
        write_lock: |options, from, files, out, diagnostics| {
            let (options, taken) = taken::<T>(options, from, diagnostics)?;
            T::write_lock(&options, &taken, files, out, diagnostics)
        },
        includes: |options, file| {
            from_json(options).map_or_else(|_| Vec::new(), |o| T::includes(&o, file))
        },
        export: |options, from, files, out, diagnostics| {
            let (options, taken) = taken::<T>(options, from, diagnostics)?;
            T::export(&options, &taken, files, out, diagnostics)
        },
    }
}

/// Reads the options of an exporter, and takes what it is made from as it wants it.
fn taken<T: Exporter>(
    options: &str,
    from: &[NamedData],
    diagnostics: &mut Diagnostics,
) -> Result<(T::Options, Vec<T::From>), Failed> {
    let options = from_json(options).map_err(|error| diagnostics.fail(unread(&error)))?;
    let taken: Option<Vec<T::From>> = from.iter().map(T::From::of).collect();
    Ok((options, taken.ok_or_else(|| diagnostics.fail(misshapen()))?))
}

fn to_json<T: serde::Serialize>(options: &T) -> String {
    // Options are structs of texts, numbers and lists, which JSON can always hold.
    serde_json::to_string(options).unwrap_or_default()
}

fn from_json<T: serde::de::DeserializeOwned>(options: &str) -> serde_json::Result<T> {
    serde_json::from_str(options)
}

fn misshapen() -> Diagnostic {
    Diagnostic::error("internal", "the step got what it cannot be made from")
        .note("this is a bug in layercake; please report it")
}

fn unread(error: &serde_json::Error) -> Diagnostic {
    Diagnostic::error("internal", format!("options could not be read back: {error}"))
        .note("this is a bug in layercake; please report it")
}
