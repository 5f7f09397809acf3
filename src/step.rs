//! The contracts between the engine and what a plan can do.
//!
//! Step functions are pure: they get options, graphs, tables and the bytes the engine digested, and
//! give back a graph, a table or bytes. They touch no disk, clock, environment or thread.

mod material;

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostics, Failed};
use crate::finding::Findings;
use crate::graph::{CanonicalError, Graph, Table};
use crate::origin::{Places, Wanted};

pub use self::material::{Material, NamedData, NamedGraph, NamedTable};

/// The settings of a kind of step.
///
/// They must refuse unknown keys (`deny_unknown_fields`), take defaults for what is absent, and
/// serialize to the same JSON for the same meaning: they are part of the step's key.
pub trait Options: DeserializeOwned + Serialize + JsonSchema + Send + Sync + 'static {}

impl<T: DeserializeOwned + Serialize + JsonSchema + Send + Sync + 'static> Options for T {}

/// A file that a step reads.
#[derive(Debug, Clone)]
pub struct InputFile {
    /// The path that messages call it by.
    pub path: Arc<str>,
    /// What is in it, as it was digested.
    pub bytes: Arc<[u8]>,
}

/// What flows from step to step.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// A graph.
    Graph(Arc<Graph>),
    /// A table.
    Table(Arc<Table>),
}

/// What data is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A graph.
    Graph,
    /// A table.
    Table,
}

impl Shape {
    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Shape::Graph => "graph",
            Shape::Table => "table",
        }
    }
}

impl Data {
    /// Returns what it is.
    pub fn shape(&self) -> Shape {
        match self {
            Data::Graph(_) => Shape::Graph,
            Data::Table(_) => Shape::Table,
        }
    }

    /// Returns the graph, if it is one.
    pub fn graph(&self) -> Option<&Arc<Graph>> {
        match self {
            Data::Graph(graph) => Some(graph),
            Data::Table(_) => None,
        }
    }

    /// Returns the table, if it is one.
    pub fn table(&self) -> Option<&Arc<Table>> {
        match self {
            Data::Table(table) => Some(table),
            Data::Graph(_) => None,
        }
    }

    /// Takes the graph out, if it is one.
    pub fn into_graph(self) -> Option<Graph> {
        match self {
            Data::Graph(graph) => Some(Arc::unwrap_or_clone(graph)),
            Data::Table(_) => None,
        }
    }

    /// Returns how many bytes it takes in memory, spare room not counted.
    pub fn memory(&self) -> usize {
        match self {
            Data::Graph(graph) => graph.memory(),
            Data::Table(table) => table.memory(),
        }
    }

    /// Returns the canonical bytes: equal data, equal bytes.
    pub fn to_canonical_bytes(&self) -> Vec<u8> {
        match self {
            Data::Graph(graph) => graph.to_canonical_bytes(),
            Data::Table(table) => table.to_canonical_bytes(),
        }
    }

    /// Reads canonical bytes back.
    ///
    /// # Errors
    ///
    /// Any bytes that [`Data::to_canonical_bytes`] could not have written.
    pub fn from_canonical_bytes(bytes: &[u8]) -> Result<Data, CanonicalError> {
        match Graph::from_canonical_bytes(bytes) {
            Ok(graph) => Ok(graph.into()),
            Err(_) => Table::from_canonical_bytes(bytes).map(Data::from),
        }
    }
}

impl From<Graph> for Data {
    fn from(graph: Graph) -> Data {
        Data::Graph(Arc::new(graph))
    }
}

impl From<Table> for Data {
    fn from(table: Table) -> Data {
        Data::Table(Arc::new(table))
    }
}

/// The name of the table of one row that an export to many files gets besides the rest: the item
/// that a file is of. No step has such a name.
pub const ITEM: &str = "{item}";

/// The end of the names of files that keep the places of a picture.
pub const LOCK: &str = ".lock.csv";

/// What a plan says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Meta {
    /// The name of what the graphs show; diagrams have it as their title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A sentence about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Further values, for templates.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
}

impl Meta {
    /// Fills a title that a plan leaves open.
    pub fn give_title(&self, title: &mut Option<String>) {
        if title.is_none() {
            title.clone_from(&self.name);
        }
    }
}

/// Makes a graph, or a table, from files.
pub trait Importer {
    /// The word for it in plans.
    const KIND: &'static str;
    /// Raised when the same options and files give other data than before.
    const REVISION: u32;
    /// One line about it.
    const ABOUT: &'static str;
    /// The extensions of files that it reads unless the plan says otherwise.
    const EXTENSIONS: &'static [&'static str];
    /// Its settings.
    type Options: Options;

    /// Returns what it makes.
    fn makes(_options: &Self::Options) -> Shape {
        Shape::Graph
    }

    /// Returns the patterns of the files to read, relative to the plan.
    fn files(options: &Self::Options) -> Vec<String>;

    /// Makes the graph or table. `files` holds, for each pattern, the files that match it, in order.
    ///
    /// # Errors
    ///
    /// Fails when the files make no graph or table; why is in `diagnostics`, all of it.
    fn import(
        options: &Self::Options,
        files: &[Vec<InputFile>],
        diagnostics: &mut Diagnostics,
    ) -> Result<Data, Failed>;

    /// Finds where what is looked for stands in the files: those that [`Importer::import`] was given.
    ///
    /// What is not there, or cannot be found because the files do not fit, has no place.
    fn locate(options: &Self::Options, files: &[Vec<InputFile>], wanted: &Wanted) -> Places;
}

/// Makes a graph from a graph: one entry of `ops`.
pub trait Transform {
    /// The word for it in plans.
    const KIND: &'static str;
    /// Raised when the same options and graphs give another graph than before.
    const REVISION: u32;
    /// One line about it.
    const ABOUT: &'static str;
    /// Its settings.
    type Options: Options;

    /// Returns the names of the further graphs and tables that it needs.
    fn others(_options: &Self::Options) -> Vec<(String, Shape)> {
        Vec::new()
    }

    /// Makes the graph. `others` holds what it needs further, in the order asked for.
    ///
    /// # Errors
    ///
    /// Fails when the graphs do not allow it; why is in `diagnostics`.
    fn transform(
        options: &Self::Options,
        graph: NamedGraph,
        others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed>;
}

/// Makes a table from a graph: one entry of `metrics`.
pub trait Analysis {
    /// The word for it in plans.
    const KIND: &'static str;
    /// Raised when the same options and graph give another table than before.
    const REVISION: u32;
    /// One line about it.
    const ABOUT: &'static str;
    /// What each row of its table is about.
    const ROWS: Rows;
    /// Its settings.
    type Options: Options;

    /// Makes the table: of [`Rows::Nodes`] and [`Rows::Edges`] with a row for each, in the order of
    /// the graph, and with the columns of this analysis alone.
    ///
    /// # Errors
    ///
    /// Fails when the graph does not allow it; why is in `diagnostics`.
    fn analyze(
        options: &Self::Options,
        graph: &NamedGraph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Table, Failed>;
}

/// The names of graphs and tables that a step needs further, and what each may be.
pub type Needs = Vec<(String, &'static [Shape])>;

/// Finds what is not as it should be: one entry of `rules`.
pub trait Rule {
    /// The word for it in plans.
    const KIND: &'static str;
    /// Raised when the same options and data give other findings than before.
    const REVISION: u32;
    /// One line about it.
    const ABOUT: &'static str;
    /// What it looks at.
    type Of: Material;
    /// Its settings.
    type Options: Options;

    /// Returns what it needs besides what it looks at.
    fn others(_options: &Self::Options) -> Needs {
        Vec::new()
    }

    /// Looks for what is not as it should be. `others` holds what it needs further, in the order
    /// asked for.
    ///
    /// # Errors
    ///
    /// Fails when it does not fit the data, so that nothing can be said; why is in `diagnostics`.
    fn check(
        options: &Self::Options,
        of: &Self::Of,
        others: &[NamedData],
        findings: &mut Findings,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed>;
}

/// What the rows of a table of an analysis are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// Each is a node's: such tables are put side by side, and can become attributes.
    Nodes,
    /// Each is an edge's, in the same way.
    Edges,
    /// Whatever the analysis says: the table stands alone.
    Own,
}

/// A setting that does not fit the name of the file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// The setting.
    pub option: &'static str,
    /// What does not fit.
    pub message: String,
    /// What would.
    pub help: String,
}

/// Makes the bytes of a file from graphs or tables.
pub trait Exporter {
    /// The word for it in plans.
    const KIND: &'static str;
    /// Raised when the same options and graphs give other bytes than before.
    const REVISION: u32;
    /// One line about it.
    const ABOUT: &'static str;
    /// The ends of file names that mean it unless the plan says otherwise, without their dot.
    const EXTENSIONS: &'static [&'static str];
    /// Whether it takes several graphs or tables at once.
    const FROM_MANY: bool = false;
    /// The ends of the paths, without their dot, that are patterns if they look like one; all others
    /// of [`Exporter::files`] are paths, whatever is in them.
    const PATTERNS: &'static [&'static str] = &[];
    /// Its settings.
    type Options: Options;
    /// What it is made from.
    type From: Material;

    /// Fills settings that the plan leaves open from what it says about itself.
    fn apply_meta(_options: &mut Self::Options, _meta: &Meta) {}

    /// Returns the setting that makes no sense in a file of this name, if there is one.
    fn misfit(_options: &Self::Options, _path: &str) -> Option<Misfit> {
        None
    }

    /// Returns the paths of the files that it reads, relative to the plan.
    fn files(_options: &Self::Options) -> Vec<String> {
        Vec::new()
    }

    /// Returns the path of the file that keeps the places of its picture, if it has one: the last of
    /// [`Exporter::files`], which need not be there. Its name ends in [`LOCK`].
    fn lock(_options: &Self::Options) -> Option<String> {
        None
    }

    /// Writes that file anew to `out`: where everything is now.
    ///
    /// # Errors
    ///
    /// Fails as [`Exporter::export`] does.
    fn write_lock(
        _options: &Self::Options,
        _from: &[Self::From],
        _files: &[InputFile],
        _out: &mut Vec<u8>,
        _diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        Ok(())
    }

    /// Returns the paths of the files that a file it reads asks for, relative to the plan.
    fn includes(_options: &Self::Options, _file: &InputFile) -> Vec<String> {
        Vec::new()
    }

    /// Writes the bytes to `out`. `from` holds one graph or table, or more if [`Exporter::FROM_MANY`];
    /// `files` holds those of [`Exporter::files`] first, then those they include.
    ///
    /// # Errors
    ///
    /// Fails when they cannot be written so; why is in `diagnostics`.
    fn export(
        options: &Self::Options,
        from: &[Self::From],
        files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed>;
}
