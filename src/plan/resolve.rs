//! Tree and registry to plan; reports every problem together.

use std::collections::HashMap;

use super::variables::Variables;
use super::{FilePattern, Plan, PlanStep, Reference, Work, syntax};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::path;
use crate::source::{Excerpt, Source, Span};
use crate::step::Meta;
use crate::tree::{Key, Tree, TreeNode, unknown_key};

/// The version of the plan format that is read here.
const VERSION: &str = "1";

/// The keys of a plan.
const SECTIONS: &[&str] = &["version", "meta", "vars", "include", "import", "transform", "export"];

/// Reads the text of a file, given by its path relative to the project.
pub type PlanReader<'a> = dyn Fn(&str) -> std::io::Result<Vec<u8>> + 'a;

/// Reads a plan and the plans it includes.
///
/// `file` is relative to the project, `up` how many folders above the project are still inside
/// its root, and `overrides` come from `--set`.
///
/// The sources are returned even without a plan, since messages were made from them.
pub fn read_plan(
    file: &str,
    up: usize,
    overrides: &[(String, String)],
    read: &PlanReader<'_>,
    diagnostics: &mut Diagnostics,
) -> Plan {
    let mut resolver = Resolver { plan: Plan::default(), up, read, diagnostics };
    resolver.file(
        &Place { file: file.to_owned(), prefix: String::new(), at: None },
        overrides,
        &mut vec![],
    );
    resolver.check_names();
    resolver.plan
}

/// Which plan is being read, and what its steps are called in the whole.
pub(super) struct Place {
    pub(super) file: String,
    /// `payments/` inside an include named `payments`.
    pub(super) prefix: String,
    /// Where it is included.
    at: Option<Span>,
}

pub(super) struct Resolver<'a> {
    pub(super) plan: Plan,
    pub(super) up: usize,
    read: &'a PlanReader<'a>,
    diagnostics: &'a mut Diagnostics,
}

impl Resolver<'_> {
    /// Reads one plan file; `within` holds the files that include it.
    fn file(&mut self, place: &Place, overrides: &[(String, String)], within: &mut Vec<String>) {
        self.plan.files.push(place.file.clone());
        let Some(mut tree) = self.parse(place) else { return };
        if !matches!(tree.node, TreeNode::Map(_)) {
            let message = "a plan is a map with sections such as `import` and `export`";
            self.push(
                Diagnostic::error("wrong-value", message)
                    .at(self.excerpt(tree.span), format!("this is {}", tree.describe())),
            );
            return;
        }
        let vars =
            Variables::read(tree.get("vars"), overrides, &self.plan.sources, self.diagnostics);
        if let TreeNode::Map(entries) = &mut tree.node {
            for (_, value) in entries.iter_mut().filter(|(key, _)| key.text != "vars") {
                vars.replace(value, &self.plan.sources, self.diagnostics);
            }
        }
        for (key, _) in tree.entries() {
            if !SECTIONS.contains(&key.text.as_str()) {
                self.push(unknown_key(&self.plan.sources, key.span, &key.text, SECTIONS));
            }
        }
        self.version(&tree);
        let meta = self.meta(&tree);
        if place.prefix.is_empty() {
            self.plan.meta = meta.clone();
        }
        within.push(place.file.clone());
        for (key, value) in self.section(&tree, "include") {
            let (count, errors) = (self.plan.steps.len(), self.diagnostics.errors);
            self.include(place, &key, &value, within);
            if self.diagnostics.errors > errors {
                self.note_unread(count, || format!("{}{}/", place.prefix, key.text));
            }
        }
        within.pop();
        for (key, value) in self.section(&tree, "import") {
            let count = self.plan.steps.len();
            self.import(place, &key, &value);
            self.note_unread(count, || format!("{}{}", place.prefix, key.text));
        }
        for (key, value) in self.section(&tree, "transform") {
            let count = self.plan.steps.len();
            self.transform(place, &key, &value);
            self.note_unread(count, || format!("{}{}", place.prefix, key.text));
        }
        for (key, value) in self.section(&tree, "export") {
            self.export(place, &key, &value, &meta);
        }
    }

    /// Remembers a name that added no step to those there were.
    fn note_unread(&mut self, count: usize, name: impl Fn() -> String) {
        if self.plan.steps.len() == count {
            self.plan.unread.push(name());
        }
    }

    fn parse(&mut self, place: &Place) -> Option<Tree> {
        let file = place.file.as_str();
        let bytes = match (self.read)(file) {
            Ok(bytes) => bytes,
            Err(error) => {
                let message = format!("the plan `{file}` could not be read: {error}");
                let mut problem = Diagnostic::error("unreadable", message);
                if let Some(at) = place.at {
                    problem = problem.at(self.excerpt(at), "it is included here");
                }
                self.push(problem);
                return None;
            }
        };
        if bytes.len() > u32::MAX as usize / 2 {
            self.push(Diagnostic::error("yaml", format!("the plan `{file}` is over 2 GiB")));
            return None;
        }
        match std::str::from_utf8(&bytes) {
            Ok(text) => {
                let text = text.strip_prefix('\u{feff}').unwrap_or(text);
                let source = Source::new(file, text);
                syntax::parse(source, &mut self.plan.sources, self.diagnostics)
            }
            Err(error) => {
                let before = &bytes[..error.valid_up_to()];
                let line = memchr::memchr_iter(b'\n', before).count() + 1;
                let mut at = Excerpt::whole_file(file);
                at.line = line;
                self.push(Diagnostic::error("yaml", "the plan is not UTF-8").at(at, ""));
                None
            }
        }
    }

    fn version(&mut self, tree: &Tree) {
        let Some(version) = tree.get("version") else { return };
        if version.text() != Some(VERSION) {
            let found = version.describe();
            self.push(
                Diagnostic::error(
                    "version",
                    format!("this layercake reads version {VERSION} of the plan format"),
                )
                .at(self.excerpt(version.span), format!("found {found}"))
                .help(format!("write `version: {VERSION}`, or use a newer layercake")),
            );
        }
    }

    fn meta(&mut self, tree: &Tree) -> Meta {
        let Some((key, meta)) = tree.entry("meta") else { return Meta::default() };
        match meta.read::<Option<Meta>>() {
            Ok(meta) => meta.unwrap_or_default(),
            Err(errors) => {
                for error in errors {
                    self.push(error.diagnostic(&self.plan.sources, key.span, &[]));
                }
                Meta::default()
            }
        }
    }

    /// Returns the entries of a section, which must be a map or nothing.
    fn section(&mut self, tree: &Tree, name: &str) -> Vec<(Key, Tree)> {
        match tree.get(name) {
            Some(section) if matches!(section.node, TreeNode::Map(_)) => section.entries().to_vec(),
            Some(section) if !section.is_null() => {
                let found = section.describe();
                self.push(
                    Diagnostic::error(
                        "wrong-value",
                        format!("`{name}` is a map from names to steps"),
                    )
                    .at(self.excerpt(section.span), format!("this is {found}")),
                );
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn include(&mut self, place: &Place, key: &Key, value: &Tree, within: &mut Vec<String>) {
        self.check_name(key);
        let Some(text) = value.text() else {
            let found = value.describe();
            self.push(
                Diagnostic::error("wrong-value", "an include is the path of a plan")
                    .at(self.excerpt(value.span), format!("this is {found}")),
            );
            return;
        };
        let Some(file) = self.path(place, text, value.span) else { return };
        if within.contains(&file) {
            self.push(
                Diagnostic::error("include-cycle", format!("`{file}` includes itself"))
                    .at(self.excerpt(value.span), "this include leads back to it")
                    .note(format!("the way there: {} → {file}", within.join(" → "))),
            );
            return;
        }
        let prefix = format!("{}{}/", place.prefix, key.text);
        self.file(&Place { file, prefix, at: Some(value.span) }, &[], within);
    }

    pub(super) fn step(
        &mut self,
        place: &Place,
        key: &Key,
        from: Vec<Reference>,
        files: Vec<FilePattern>,
        work: Work,
    ) {
        self.plan.steps.push(PlanStep {
            name: format!("{}{}", place.prefix, key.text),
            span: key.span,
            from,
            files,
            folder: path::folder(&place.file).to_owned(),
            work,
        });
    }

    pub(super) fn is_map(&mut self, key: &Key, value: &Tree, message: &str) -> bool {
        let fits = matches!(value.node, TreeNode::Map(_));
        if !fits {
            let span = if value.is_null() { key.span } else { value.span };
            let found = value.describe();
            self.push(
                Diagnostic::error("wrong-value", message)
                    .at(self.excerpt(span), format!("this is {found}")),
            );
        }
        fits
    }

    pub(super) fn check_name(&mut self, key: &Key) {
        let bad = key.text.chars().find(|c| *c == '/' || c.is_control());
        if key.text.trim().is_empty() || bad.is_some() {
            self.push(
                Diagnostic::error("bad-name", "a step's name is a text without `/`")
                    .at(self.excerpt(key.span), ""),
            );
        }
    }

    /// Reports names that are used twice, or that differ only in case where a path must not.
    fn check_names(&mut self) {
        let mut seen: HashMap<String, usize> = HashMap::with_capacity(self.plan.steps.len());
        let mut problems = Vec::new();
        for (at, step) in self.plan.steps.iter().enumerate() {
            let key = match step.work.is_export() {
                true => step.name.to_lowercase(),
                false => step.name.clone(),
            };
            let Some(first) = seen.insert(key, at).map(|first| &self.plan.steps[first]) else {
                continue;
            };
            let message = match first.name == step.name {
                true => format!("two steps have the name `{}`", step.name),
                false => {
                    format!("`{}` and `{}` are one file on some systems", first.name, step.name)
                }
            };
            problems.push(
                Diagnostic::error("duplicate-name", message)
                    .at(self.excerpt(step.span), "this one")
                    .at(self.excerpt(first.span), "and this one"),
            );
        }
        problems.into_iter().for_each(|problem| self.push(problem));
    }

    pub(super) fn excerpt(&self, span: Span) -> Excerpt {
        self.plan.sources.excerpt(span)
    }

    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}
