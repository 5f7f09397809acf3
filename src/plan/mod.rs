//! Plan text to a checked plan.
//!
//! A plan is read in two passes: first a tree with spans, then each step's options for its kind.
//! Every problem is found before anything runs, and all are reported together. Knows the words of
//! a plan; does not know which files exist.

mod checks;
mod convert;
mod each;
mod folders;
mod formats;
mod includes;
mod older;
mod ops;
mod places;
mod pools;
mod resolve;
mod schema;
mod steps;
pub mod syntax;
#[cfg(test)]
mod testing;
mod through;
mod variables;

pub use convert::convert_plan;
pub use formats::importer_of;
pub use resolve::{PlanReader, read_plan};
pub use schema::plan_schema;

use std::collections::BTreeSet;

use crate::checks::Check;
use crate::fan_out::{FanOut, PathPattern};
use crate::path;
use crate::registry::{AnalysisKind, ExporterKind, ImporterKind, TransformKind};
use crate::source::{Sources, Span};
use crate::step::{LOCK, Meta, Shape};

/// What a person asked for, checked and complete.
#[derive(Default)]
pub struct Plan {
    /// What it says about itself.
    pub meta: Meta,
    /// The steps, in the order written; their order means nothing.
    pub steps: Vec<PlanStep>,
    /// How many steps of some kinds may run at once; no part of any key.
    pub pools: Vec<Pool>,
    /// The names of steps that are wrong, and of includes and whole plans (`` for the outermost)
    /// that could not be read: what is under them cannot be called unknown.
    pub broken: BTreeSet<String>,
    /// The texts it was read from, for messages.
    pub sources: Sources,
    /// The files it was read from, relative to the project.
    pub files: Vec<String>,
}

/// One entry of a plan.
pub struct PlanStep {
    /// Its name, with the names of the includes that it came through: `payments/current`. An
    /// export's name is its path, relative to the project; with a `/` at its end, it stands for
    /// one export for each template in the folder that is the first of its files. That of a
    /// fan-out has names in braces.
    pub name: String,
    /// Where its name stands.
    pub span: Span,
    /// The steps it uses, in the order given.
    pub from: Vec<Reference>,
    /// The files it reads, in the order its kind asks for them.
    pub files: Vec<FilePattern>,
    /// The folder that its paths are relative to, itself relative to the project.
    pub folder: String,
    /// What it does.
    pub work: Work,
}

/// A limit of how many steps of a kind run at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// The kind, or its section and the kind: `dot`, `export dot`.
    pub name: String,
    /// The limit, at least 1.
    pub most: usize,
}

/// A step, as another step names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The name as written.
    pub name: String,
    /// The name in the whole plan.
    pub full_name: String,
    /// Where it stands.
    pub span: Span,
    /// What it may be.
    pub takes: &'static [Shape],
}

/// A path of input files, and of an import perhaps a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePattern {
    /// The path or pattern, relative to the project.
    pub pattern: String,
    /// Where it stands.
    pub span: Span,
}

/// What a step does. Options are JSON with every default filled in.
pub enum Work {
    /// Makes a graph or a table from files.
    Import {
        /// How.
        kind: &'static ImporterKind,
        /// Its options.
        options: String,
    },
    /// Makes a graph from graphs.
    Transform {
        /// What is done, one after the other.
        ops: Vec<Op>,
    },
    /// Makes a table from a graph, or the graph with what was found as attributes.
    Analyze {
        /// What is worked out.
        metrics: Vec<Metric>,
        /// Whether the graph is made.
        annotate: bool,
    },
    /// Makes the table of what rules find in a graph or a table. A baseline, if there is one, is
    /// the first of [`PlanStep::files`]; those of the imports that the data comes from follow.
    Check {
        /// The rules.
        check: Box<Check>,
    },
    /// Makes the table of the items of an export to many files: where each goes, and its cells.
    Items {
        /// The items.
        each: Box<FanOut>,
    },
    /// Makes a file from graphs and tables.
    Export {
        /// How.
        kind: &'static ExporterKind,
        /// Its options.
        options: String,
        /// The program that the file's text goes through, and its arguments; empty for none. Its
        /// name or path is the last of [`PlanStep::files`].
        through: Vec<String>,
        /// The items that it writes a file for each of; `None` for one file. A table of items is
        /// then the last of [`PlanStep::from`].
        each: Option<Box<FanOut>>,
    },
}

/// One operation of a transform.
pub struct Op {
    /// What it does.
    pub kind: &'static TransformKind,
    /// Its options.
    pub options: String,
    /// The further graphs it uses, as places in [`PlanStep::from`].
    pub others: Vec<usize>,
}

/// One thing that an analysis works out.
pub struct Metric {
    /// What it is.
    pub kind: &'static AnalysisKind,
    /// Its options.
    pub options: String,
}

impl Plan {
    /// Returns the paths that its exports write to; those of a fan-out have names in braces.
    pub fn outputs(&self) -> BTreeSet<String> {
        let exports = self.steps.iter().filter(|step| step.work.is_export());
        exports.map(|step| step.name.clone()).collect()
    }

    /// Returns whether a name may be that of a step which is wrong, as was told.
    pub fn is_broken(&self, name: &str) -> bool {
        let ends = name.match_indices('/').map(|(at, _)| at).chain([0, name.len()]);
        !self.broken.is_empty() && ends.into_iter().any(|end| self.broken.contains(&name[..end]))
    }
}

impl PlanStep {
    /// Returns the paths that a fan-out writes to.
    pub fn paths(&self) -> Option<PathPattern> {
        self.work.each().and_then(|each| PathPattern::parse(&each.path).ok())
    }

    /// Returns the baseline of a check, if it has one.
    pub fn baseline(&self) -> Option<&FilePattern> {
        match &self.work {
            Work::Check { check } if check.has_baseline => self.files.first(),
            _ => None,
        }
    }

    /// Returns whether one of its files is its baseline.
    pub fn is_baseline(&self, file: &FilePattern) -> bool {
        self.baseline().is_some_and(|baseline| std::ptr::eq(baseline, file))
    }

    /// Returns whether one of its files is a pattern. Those of an export, such as templates and a
    /// program, are paths, whatever is in their names, unless its kind says otherwise; a baseline,
    /// and a file of places, may not be there.
    pub fn is_pattern(&self, file: &FilePattern) -> bool {
        let may_be_pattern = match &self.work {
            Work::Import { .. } | Work::Check { .. } => true,
            Work::Export { kind, .. } => {
                let parts = file.pattern.rsplit_once('.');
                let is_own =
                    |own: &str| kind.patterns.iter().any(|end| own.eq_ignore_ascii_case(end));
                parts.is_some_and(|(_, own)| is_own(own))
            }
            _ => false,
        };
        let is_lock = self.work.is_export() && file.pattern.ends_with(LOCK);
        let may_be_gone = is_lock || self.is_baseline(file);
        may_be_gone || may_be_pattern && path::is_pattern(&file.pattern)
    }
}

impl Work {
    /// Returns the section of the plan that such steps stand in.
    pub fn section(&self) -> &'static str {
        match self {
            Work::Import { .. } => "import",
            Work::Transform { .. } => "transform",
            Work::Analyze { .. } => "analyze",
            Work::Check { .. } => "check",
            Work::Items { .. } => "export",
            Work::Export { .. } => "export",
        }
    }

    /// Returns the word for what the step does, for people.
    pub fn describe(&self) -> String {
        match self {
            Work::Import { kind, .. } => format!("import {}", kind.kind.name),
            Work::Transform { ops } => {
                let names: Vec<&str> = ops.iter().map(|op| op.kind.kind.name).collect();
                format!("transform {}", names.join(", ")).trim_end().to_owned()
            }
            Work::Analyze { metrics, .. } => {
                let names: Vec<&str> = metrics.iter().map(|metric| metric.kind.kind.name).collect();
                format!("analyze {}", names.join(", "))
            }
            Work::Check { check } => {
                let kinds: Vec<&str> = check.rules.iter().map(|rule| &*rule.kind).collect();
                format!("check {}", kinds.join(", "))
            }
            Work::Items { .. } => "list of items".to_owned(),
            Work::Export { kind, .. } => format!("export {}", kind.kind.name),
        }
    }

    /// Returns what the step makes; `None` for a file.
    pub fn makes(&self) -> Option<Shape> {
        match self {
            Work::Import { kind, options } => Some((kind.makes)(options)),
            Work::Transform { .. } => Some(Shape::Graph),
            Work::Analyze { annotate: true, .. } => Some(Shape::Graph),
            Work::Analyze { annotate: false, .. } | Work::Check { .. } | Work::Items { .. } => {
                Some(Shape::Table)
            }
            Work::Export { .. } => None,
        }
    }

    /// Returns the program that an output goes through.
    pub fn program(&self) -> Option<&str> {
        match self {
            Work::Export { through, .. } => through.first().map(String::as_str),
            _ => None,
        }
    }

    /// Returns the items that it writes a file for each of, if there are many.
    pub fn each(&self) -> Option<&FanOut> {
        match self {
            Work::Export { each, .. } => each.as_deref(),
            _ => None,
        }
    }

    /// Returns whether it reads its data from files.
    pub fn is_import(&self) -> bool {
        matches!(self, Work::Import { .. })
    }

    /// Returns whether what it has to say decides whether the build succeeds.
    pub fn is_check(&self) -> bool {
        matches!(self, Work::Check { .. })
    }

    /// Returns whether it writes a file.
    pub fn is_export(&self) -> bool {
        matches!(self, Work::Export { .. })
    }
}
