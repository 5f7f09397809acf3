//! Tree and registry to plan; reports every problem together.

use std::collections::HashMap;
use std::io::ErrorKind;

use super::variables::Variables;
use super::{FilePattern, Plan, PlanStep, Reference, Work, older, syntax};
use crate::diagnostic::{Diagnostic, Diagnostics, reason};
use crate::path;
use crate::source::{Excerpt, Source, Span};
use crate::step::Meta;
use crate::tree::{Key, Tree, TreeNode, unknown_key};

/// The version of the plan format that is read here.
const VERSION: &str = "1";

/// The keys of a plan.
const SECTIONS: &[&str] = &[
    "version",
    "meta",
    "vars",
    "pools",
    "include",
    "import",
    "transform",
    "analyze",
    "check",
    "export",
];

/// How keys of a plan begin that nothing reads: what is under them is there to be aliased.
const UNREAD: &str = "x-";

/// Reads the text of a file, given by its path relative to the project.
pub type PlanReader<'a> = dyn Fn(&str) -> std::io::Result<Vec<u8>> + 'a;

/// Reads a plan and the plans it includes.
///
/// `file` is relative to the project, `above` are the names of the folders from the project's root
/// down to its own, and `overrides` come from `--set`.
///
/// The sources are returned even without a plan, since messages were made from them.
pub fn read_plan(
    file: &str,
    above: &[String],
    overrides: &[(String, String)],
    read: &PlanReader<'_>,
    diagnostics: &mut Diagnostics,
) -> Plan {
    let mut resolver =
        Resolver { plan: Plan::default(), above, read, diagnostics, takes_no_more: false };
    let place = Place { file: file.to_owned(), prefix: String::new() };
    resolver.file(&place, None, overrides, &mut vec![]);
    resolver.check_names();
    resolver.list_items();
    resolver.check_baselines();
    resolver.find_origins();
    resolver.plan
}

/// Which plan is being read, and what its steps are called in the whole.
pub(super) struct Place {
    pub(super) file: String,
    /// `payments/` inside an include named `payments`.
    pub(super) prefix: String,
}

impl Place {
    /// Returns what a step of the plan is called in the whole.
    pub(super) fn name(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// Returns whether no other plan includes it.
    pub(super) fn is_outermost(&self) -> bool {
        self.prefix.is_empty()
    }

    /// Returns the name of the plan itself in the whole; the outermost has none.
    fn own_name(&self) -> &str {
        self.prefix.trim_end_matches('/')
    }
}

pub(super) struct Resolver<'a> {
    pub(super) plan: Plan,
    pub(super) above: &'a [String],
    read: &'a PlanReader<'a>,
    diagnostics: &'a mut Diagnostics,
    /// Whether a limit of includes was passed: one problem is enough.
    pub(super) takes_no_more: bool,
}

impl Resolver<'_> {
    /// Reads one plan file, included at `asker`; `within` holds the files that include it.
    pub(super) fn file(
        &mut self,
        place: &Place,
        asker: Option<Span>,
        overrides: &[(String, String)],
        within: &mut Vec<String>,
    ) {
        self.plan.files.push(place.file.clone());
        let Some(mut tree) = self.parse(&place.file, asker) else {
            self.plan.broken.insert(place.own_name().to_owned());
            return;
        };
        if !matches!(tree.node, TreeNode::Map(_)) {
            self.plan.broken.insert(place.own_name().to_owned());
            let message = "a plan is a map with sections such as `import` and `export`";
            self.push(
                Diagnostic::error("wrong-value", message)
                    .at(self.excerpt(tree.span), format!("this is {}", tree.describe())),
            );
            return;
        }
        if older::is_older(&tree) {
            tree = older::translate(&tree, &self.plan.sources, self.diagnostics);
        }
        if let TreeNode::Map(entries) = &mut tree.node {
            entries.retain(|(key, _)| !key.text.starts_with(UNREAD));
        }
        self.replace_variables(place, &mut tree, overrides);
        for (key, value) in tree.entries() {
            if !SECTIONS.contains(&key.text.as_str()) {
                self.push(unknown_key(&self.plan.sources, key.span, &key.text, None, SECTIONS));
                // It may be meant for a section, whose names are used elsewhere.
                let names = value.entries().iter().map(|(name, _)| place.name(&name.text));
                self.plan.broken.extend(names);
            }
        }
        self.version(&tree);
        let meta = self.meta(&tree);
        if place.is_outermost() {
            self.plan.meta = meta.clone();
        }
        self.pools(place, &tree);
        within.push(place.file.clone());
        for (key, value) in self.section(place, &tree, "include") {
            self.include(place, &key, &value, within);
        }
        within.pop();
        for (key, value) in self.section(place, &tree, "import") {
            self.keep_name(place, &key, |resolver| resolver.import(place, &key, &value));
        }
        for (key, value) in self.section(place, &tree, "transform") {
            self.keep_name(place, &key, |resolver| resolver.transform(place, &key, &value));
        }
        for (key, value) in self.section(place, &tree, "analyze") {
            self.keep_name(place, &key, |resolver| resolver.analyze(place, &key, &value));
        }
        for (key, value) in self.section(place, &tree, "check") {
            self.keep_name(place, &key, |resolver| resolver.check(place, &key, &value));
        }
        for (key, value) in self.section(place, &tree, "export") {
            self.export(place, &key, &value, &meta);
        }
    }

    /// Reads a step, and keeps its name if it is wrong: what uses it is not wrong for that.
    fn keep_name(&mut self, place: &Place, key: &Key, read: impl FnOnce(&mut Self)) {
        let before = self.plan.steps.len();
        read(self);
        if self.plan.steps.len() == before {
            self.plan.broken.insert(place.name(&key.text));
        }
    }

    /// Replaces variables, and leaves out each step with one that has no value.
    fn replace_variables(
        &mut self,
        place: &Place,
        tree: &mut Tree,
        overrides: &[(String, String)],
    ) {
        let Resolver { plan, diagnostics, .. } = self;
        let Plan { sources, broken, .. } = plan;
        let vars = Variables::read(tree.get("vars"), overrides, sources, diagnostics);
        let TreeNode::Map(sections) = &mut tree.node else { return };
        sections.retain_mut(|(section, value)| match &mut value.node {
            _ if section.text == "vars" => true,
            TreeNode::Map(entries) => {
                entries.retain_mut(|(key, value)| {
                    let name = vars.replace_text(&mut key.text, key.span, sources, diagnostics);
                    let is_whole = vars.replace(value, sources, diagnostics).is_ok();
                    if name.is_err() {
                        broken.insert(place.own_name().to_owned());
                    } else if !is_whole {
                        broken.insert(place.name(&key.text));
                    }
                    name.is_ok() && is_whole
                });
                true
            }
            _ => vars.replace(value, sources, diagnostics).is_ok(),
        });
    }

    fn parse(&mut self, file: &str, asker: Option<Span>) -> Option<Tree> {
        let bytes = match (self.read)(file) {
            Ok(bytes) => bytes,
            Err(error) => {
                let problem = match error.kind() {
                    ErrorKind::NotFound => {
                        Diagnostic::error("no-such-file", format!("there is no plan `{file}`"))
                    }
                    _ => Diagnostic::error(
                        "unreadable",
                        format!("the plan `{file}` cannot be read: {}", reason(&error)),
                    ),
                };
                self.push(match asker {
                    Some(span) => problem.at(self.excerpt(span), "it is included here"),
                    None => problem,
                });
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
    fn section(&mut self, place: &Place, tree: &Tree, name: &str) -> Vec<(Key, Tree)> {
        match tree.get(name) {
            Some(section) if matches!(section.node, TreeNode::Map(_)) => section.entries().to_vec(),
            Some(section) if !section.is_null() => {
                self.plan.broken.insert(place.own_name().to_owned());
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

    pub(super) fn step(
        &mut self,
        place: &Place,
        key: &Key,
        from: Vec<Reference>,
        files: Vec<FilePattern>,
        work: Work,
    ) {
        self.plan.steps.push(PlanStep {
            name: place.name(&key.text),
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

#[cfg(test)]
mod tests {
    use super::super::testing::{problems, read};

    #[test]
    fn a_step_that_is_wrong_is_still_known_by_name() {
        let text = "import: { a: { nods: n.csv, edges: e.csv }, b: 3 }\n\
                    transform: { c: { from: a }, d: 3 }\nimports: { e: {} }";
        let (plan, told) = read(&[("p.yaml", text)]);
        assert_eq!(told.len(), 4, "{told:?}");
        for name in ["a", "b", "d", "e"] {
            assert!(plan.is_broken(name), "{name}");
        }
        assert!(!plan.is_broken("c") && !plan.is_broken("f"));
        let (plan, _) = read(&[("p.yaml", "import: [a]")]);
        assert!(plan.is_broken("any"));
    }

    #[test]
    fn a_variable_without_a_value_makes_no_further_problem() {
        let text = "vars: { a: '${b}', b: '${a}' }\n\
                    import: { g: { nodes: '${a}' }, h: { nodes: n.csv, edges: '${typo}' } }\n\
                    export: { '${b}/x.dot': { from: g }, 'x.dot': { from: '${a}' } }";
        let (plan, told) = read(&[("p.yaml", text)]);
        let codes: Vec<_> = told.iter().map(|one| one.split(' ').next().unwrap()).collect();
        assert_eq!(codes, ["variable-cycle", "variable-cycle", "unknown-variable"]);
        assert!(plan.steps.is_empty() && plan.is_broken("g"));
    }

    #[test]
    fn keys_with_an_x_hold_what_is_aliased_elsewhere() {
        let text = "x-look: &look { orientation: LR, title: '${no}$' }\n\
                    import: { g: { nodes: n.csv } }\n\
                    export: { a.dot: { <<: *look, from: [g], title: t } }";
        let (plan, told) = read(&[("p.yaml", text)]);
        assert!(told.is_empty(), "{told:?}");
        assert_eq!(plan.steps.len(), 2);
        let schema = super::super::plan_schema();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let check = |plan: serde_json::Value| validator.is_valid(&plan);
        let export = |from: &[&str]| serde_json::json!({ "export": { "a.dot": { "from": from } } });
        assert!(check(serde_json::json!({ "x-look": { "a": [1] } })));
        assert!(!check(serde_json::json!({ "look": 1 })));
        assert!(check(export(&["g"])) && !check(export(&["g", "h"])));
    }

    #[test]
    fn a_file_of_tables_is_not_named_as_a_graph() {
        let check = |entry: &str, help: &str| {
            let text = format!("import: {{ g: {entry} }}");
            let mut told = crate::diagnostic::Diagnostics::default();
            let find = |_: &str| Ok(text.as_bytes().to_vec());
            super::super::read_plan("p.yaml", &[], &[], &find, &mut told);
            let [told] = &told.list[..] else { panic!("{told:?}") };
            assert_eq!(
                (&*told.message, &told.help[..]),
                ("unknown key `graph`", &[help.into()][..])
            );
        };
        check("{ graph: ok.xlsx }", "say `nodes: ok.xlsx`");
        check("{ nodes: a.csv, graph: b.ods }", "say `edges: b.ods`");
    }

    #[test]
    fn a_misspelled_from_is_not_called_missing() {
        let check = |entry: &str| problems(&[("p.yaml", &format!("export: {{ a.dot: {entry} }}"))]);
        assert_eq!(
            check("{ frm: g }"),
            ["unknown-key p.yaml:1 unknown key `frm` (did you mean `from`?)"]
        );
        assert_eq!(
            check("{ form: g }"),
            ["unknown-key p.yaml:1 unknown key `form` (did you mean `from`?)"]
        );
        assert_eq!(
            check("{ from: { a: b } }"),
            ["wrong-value p.yaml:1 `from` takes a name or a list of names"]
        );
        assert!(check("{}")[0].starts_with("missing-key"));
    }
}
