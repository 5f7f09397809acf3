//! The contracts between the engine and what a plan can do.
//!
//! Step functions are pure: they get options, graphs and the bytes the engine digested, and give
//! back a graph or bytes. They touch no disk, clock, environment or thread.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::Graph;

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

/// A graph under the name that the plan gives it.
#[derive(Debug, Clone)]
pub struct NamedGraph {
    /// The name in the plan.
    pub name: Arc<str>,
    /// The graph.
    pub graph: Arc<Graph>,
}

impl NamedGraph {
    /// Names a graph.
    pub fn new(name: &str, graph: impl Into<Arc<Graph>>) -> NamedGraph {
        NamedGraph { name: name.into(), graph: graph.into() }
    }
}

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

/// Makes a graph from files.
pub trait Importer {
    /// The word for it in plans.
    const KIND: &'static str;
    /// Raised when the same options and files give another graph than before.
    const REVISION: u32;
    /// One line about it.
    const ABOUT: &'static str;
    /// The extensions of files that it reads unless the plan says otherwise.
    const EXTENSIONS: &'static [&'static str];
    /// Its settings.
    type Options: Options;

    /// Returns the patterns of the files to read, relative to the plan.
    fn files(options: &Self::Options) -> Vec<String>;

    /// Makes the graph. `files` holds, for each pattern, the files that match it, in order.
    ///
    /// # Errors
    ///
    /// Fails when the files make no graph; why is in `diagnostics`, all of it.
    fn import(
        options: &Self::Options,
        files: &[Vec<InputFile>],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed>;
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

    /// Returns the names of the further graphs that it needs.
    fn others(_options: &Self::Options) -> Vec<String> {
        Vec::new()
    }

    /// Makes the graph. `others` holds the further graphs, in the order asked for.
    ///
    /// # Errors
    ///
    /// Fails when the graphs do not allow it; why is in `diagnostics`.
    fn transform(
        options: &Self::Options,
        graph: NamedGraph,
        others: &[NamedGraph],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed>;
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

/// Makes the bytes of a file from graphs.
pub trait Exporter {
    /// The word for it in plans.
    const KIND: &'static str;
    /// Raised when the same options and graphs give other bytes than before.
    const REVISION: u32;
    /// One line about it.
    const ABOUT: &'static str;
    /// The ends of file names that mean it unless the plan says otherwise, without their dot.
    const EXTENSIONS: &'static [&'static str];
    /// Whether it takes several graphs at once.
    const FROM_MANY: bool = false;
    /// Its settings.
    type Options: Options;

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

    /// Returns the paths of the files that a file it reads asks for, relative to the plan.
    fn includes(_options: &Self::Options, _file: &InputFile) -> Vec<String> {
        Vec::new()
    }

    /// Writes the bytes to `out`. `from` holds one graph, or more if [`Exporter::FROM_MANY`];
    /// `files` holds those of [`Exporter::files`] first, then those they include.
    ///
    /// # Errors
    ///
    /// Fails when the graphs cannot be written so; why is in `diagnostics`.
    fn export(
        options: &Self::Options,
        from: &[NamedGraph],
        files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed>;
}
