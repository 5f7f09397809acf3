//! The entries of `check` to steps.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::ops::Item;
use super::resolve::{Place, Resolver};
use super::steps::split;
use super::{FilePattern, Reference, Work};
use crate::checks::{Check, Origin, RuleEntry, Stale, rule_kind};
use crate::diagnostic::{Diagnostic, Severity, names};
use crate::path;
use crate::registry::{self, RuleKind};
use crate::source::Span;
use crate::step::{Material, NamedData, Shape};
use crate::tree::{Key, Tree, TreeNode, unknown_key};

const RULE: Item = Item {
    key: "rules",
    one: "a rule",
    example: "such as `- acyclic` or `- forbid: { from: 'layer == \"ui\"', to: 'layer == \"data\"' }`",
};

/// What every rule may have besides the options of its kind.
pub(super) const COMMON: &[&str] = &["name", "severity", "because"];

impl Resolver<'_> {
    pub(super) fn check(&mut self, place: &Place, key: &Key, value: &Tree) {
        const KEYS: &[&str] = &["from", "rules", "baseline", "stale"];
        self.check_name(key);
        if !self.is_map(key, value, "a check is a map such as `{ from: …, rules: […] }`") {
            return;
        }
        for (entry, _) in value.entries() {
            if !KEYS.contains(&entry.text.as_str()) {
                let mut problem =
                    unknown_key(&self.plan.sources, entry.span, &entry.text, None, KEYS);
                if rule_kind(&entry.text).is_some() {
                    problem =
                        problem.help(format!("rules stand in a list: `rules: [{}]`", entry.text));
                }
                self.push(problem);
            }
        }
        let mut from = self.from(place, key, value);
        if let Some(second) = from.get(1) {
            let error = Diagnostic::error("too-many-graphs", "a check is of one graph or table")
                .at(self.excerpt(second.span), "this is one more")
                .help("merge them first, or give each a check of its own");
            return self.push(error);
        }
        let mut rules: Vec<(RuleEntry, &RuleKind, Span)> = Vec::new();
        for item in self.items(value, &RULE) {
            rules.extend(self.rule(place, item, &mut from));
        }
        if value.get(RULE.key).is_none_or(Tree::is_empty) {
            let message = format!("`{}` has no rules", key.text);
            let error = Diagnostic::error("missing-key", message)
                .at(self.excerpt(key.span), "`rules` is needed")
                .help(format!("add `rules:`, {}", RULE.example));
            return self.push(error);
        }
        let Some(takes) = self.takes(&rules) else { return };
        if let Some(first) = from.first_mut() {
            first.takes = takes;
        }
        let stale = self.stale(value);
        let baseline = value.get("baseline").map(|path| self.baseline(place, path));
        if let Some(Some(_)) = &baseline {
            self.check_rule_names(&rules);
        }
        if rules.is_empty() || matches!(baseline, Some(None)) {
            return;
        }
        let check = Check {
            rules: rules.into_iter().map(|(rule, ..)| rule).collect(),
            has_baseline: baseline.is_some(),
            stale,
            origins: Vec::new(),
        };
        let files = baseline.flatten().into_iter().collect();
        self.step(place, key, from, files, Work::Check { check: Box::new(check) });
    }

    /// Reads one rule.
    fn rule(
        &mut self,
        place: &Place,
        item: &Tree,
        from: &mut Vec<Reference>,
    ) -> Option<(RuleEntry, &'static RuleKind, Span)> {
        let (word, tree) = self.word(item, &RULE)?;
        let Some(kind) = rule_kind(&word.text) else {
            let known: Vec<&str> = registry::rules().iter().map(|kind| kind.kind.name).collect();
            let message = format!("there is no rule `{}`", word.text);
            self.push(
                Diagnostic::error("unknown-rule", message)
                    .at(self.excerpt(word.span), "not known")
                    .did_you_mean(&word.text, known.iter().copied())
                    .note(format!("known rules: {}", names(known))),
            );
            return None;
        };
        let (common, own) = match &tree.node {
            TreeNode::Map(_) => split(&tree, COMMON),
            _ => (BTreeMap::new(), tree.clone()),
        };
        let options = self.normalize(&kind.kind, &own, &word, COMMON);
        let name = match common.get("name") {
            Some(name) => self.text_of(name, "name")?,
            None => word.text.clone(),
        };
        let because = match common.get("because") {
            Some(because) => Some(self.text_of(because, "because")?),
            None => None,
        };
        let severity = match common.get("severity") {
            None => Severity::Error,
            Some(tree) => {
                let words = [("error", Severity::Error), ("warning", Severity::Warning)];
                self.word_of(tree, "severity", &words)?
            }
        };
        let options = options?;
        let others = (kind.others)(&options)
            .into_iter()
            .map(|(name, takes)| {
                let span = tree.find_text(&name).unwrap_or(word.span);
                let full_name = place.name(&name);
                from.push(Reference { name, full_name, span, takes });
                from.len() - 1
            })
            .collect();
        let (kind_name, revision) = (kind.kind.name.to_owned(), kind.kind.revision);
        let rule =
            RuleEntry { kind: kind_name, revision, options, name, severity, because, others };
        Some((rule, kind, word.span))
    }

    /// Returns what all rules look at.
    fn takes(&mut self, rules: &[(RuleEntry, &RuleKind, Span)]) -> Option<&'static [Shape]> {
        let narrow = rules.iter().filter(|(_, kind, _)| kind.takes.len() == 1);
        let mut narrow = narrow.map(|(rule, kind, span)| (rule, kind.takes, *span));
        let Some((first, takes, first_span)) = narrow.next() else {
            return Some(NamedData::TAKES);
        };
        if let Some((other, its, span)) = narrow.find(|(_, its, _)| *its != takes) {
            let (a, b) = (takes[0].word(), its[0].word());
            let message = format!("a check is of a {a} or of a {b}, not of both");
            let error = Diagnostic::error("two-kinds", message)
                .at(self.excerpt(span), format!("`{}` looks at a {b}", other.kind))
                .at(self.excerpt(first_span), format!("`{}` looks at a {a}", first.kind))
                .help("give each a check of its own");
            self.push(error);
            return None;
        }
        Some(takes)
    }

    /// Checks that a baseline can tell rules apart.
    fn check_rule_names(&mut self, rules: &[(RuleEntry, &RuleKind, Span)]) {
        let mut seen: HashMap<&str, Span> = HashMap::new();
        for (rule, _, span) in rules {
            if let Some(first) = seen.insert(&rule.name, *span) {
                let message = format!("two rules have the name `{}`", rule.name);
                let error = Diagnostic::error("duplicate-name", message)
                    .at(self.excerpt(*span), "this one")
                    .at(self.excerpt(first), "and this one")
                    .note("an entry of the baseline says by name which rule it is for")
                    .help("give each a `name:`");
                self.push(error);
            }
        }
    }

    fn stale(&mut self, value: &Tree) -> Stale {
        let stale = value.get("stale");
        stale.and_then(|tree| self.word_of(tree, "stale", &Stale::WORDS)).unwrap_or_default()
    }

    /// Reads the path of a baseline, which need not be there.
    fn baseline(&mut self, place: &Place, tree: &Tree) -> Option<FilePattern> {
        let text = self.text_of(tree, "baseline")?;
        if path::is_pattern(&text) {
            let error = Diagnostic::error("bad-path", "a baseline is one file, not a pattern")
                .at(self.excerpt(tree.span), "");
            self.push(error);
            return None;
        }
        let pattern = self.path(place, &text, tree.span)?;
        if let Err(why) = path::check_output(&pattern) {
            let message = format!("`{text}` cannot be used: {why}");
            let error = Diagnostic::error("bad-path", message)
                .at(self.excerpt(tree.span), "")
                .help("a baseline is kept beside the plan, such as in `checks/known.csv`");
            self.push(error);
            return None;
        }
        Some(FilePattern { pattern, span: tree.span })
    }

    fn text_of(&mut self, tree: &Tree, key: &str) -> Option<String> {
        let text = tree.text().filter(|text| !text.trim().is_empty());
        if text.is_none() {
            let found = tree.describe();
            let error = Diagnostic::error("wrong-value", format!("`{key}` is a text"))
                .at(self.excerpt(tree.span), format!("this is {found}"));
            self.push(error);
        }
        text.map(str::to_owned)
    }

    /// Reads one of a few words.
    fn word_of<T: Copy>(&mut self, tree: &Tree, key: &str, words: &[(&str, T)]) -> Option<T> {
        let text = tree.text().unwrap_or_default();
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*value);
        }
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let message = format!("`{key}` is one of {}", names(known.iter().copied()));
        let error = Diagnostic::error("wrong-value", message)
            .at(self.excerpt(tree.span), format!("this is {}", tree.describe()))
            .did_you_mean(text, known.iter().copied());
        self.push(error);
        None
    }

    /// Reports baselines that two checks have: what one of them accepts, the other finds gone.
    pub(super) fn check_baselines(&mut self) {
        let mut seen: HashMap<&str, Span> = HashMap::new();
        let mut twice = Vec::new();
        for step in &self.plan.steps {
            let baseline = match &step.work {
                Work::Check { check } if check.has_baseline => step.files.first(),
                _ => None,
            };
            let Some(FilePattern { pattern, span }) = baseline else { continue };
            if let Some(first) = seen.insert(pattern, *span) {
                twice.push((pattern.clone(), *span, first));
            }
        }
        for (path, span, first) in twice {
            let message = format!("two checks have the baseline `{path}`");
            let error = Diagnostic::error("same-baseline", message)
                .at(self.excerpt(span), "this one")
                .at(self.excerpt(first), "and this one")
                .help("give each a baseline of its own");
            self.push(error);
        }
    }

    /// Finds the imports that the data of each check comes from, whose files say where its rows
    /// stand.
    pub(super) fn find_origins(&mut self) {
        let steps = &self.plan.steps;
        let numbers: HashMap<&str, usize> =
            steps.iter().enumerate().map(|(at, step)| (step.name.as_str(), at)).collect();
        let mut found: Vec<(usize, Vec<usize>)> = Vec::new();
        for (at, step) in steps.iter().enumerate().filter(|(_, step)| step.work.is_check()) {
            let mut imports = BTreeSet::new();
            let (mut seen, mut rest) = (BTreeSet::from([at]), Vec::new());
            // What the rules compare with is not what they are about.
            rest.extend(step.from.first());
            while let Some(reference) = rest.pop() {
                let Some(used) = numbers.get(reference.full_name.as_str()) else { continue };
                if seen.insert(*used) {
                    rest.extend(&steps[*used].from);
                    imports.extend(steps[*used].work.is_import().then_some(*used));
                }
            }
            found.push((at, imports.into_iter().collect()));
        }
        for (at, imports) in found {
            let first = self.plan.steps[at].from.first().map(|from| from.full_name.clone());
            let mut files = Vec::new();
            let mut origins = Vec::new();
            for import in imports {
                let import = &self.plan.steps[import];
                let is_direct = first.as_deref() == Some(import.name.as_str());
                if let Work::Import { kind, options } = &import.work {
                    let (format, options) = (kind.kind.name.to_owned(), options.clone());
                    let patterns = import.files.len();
                    origins.push(Origin { format, options, patterns, is_direct });
                    files.extend(import.files.iter().cloned());
                }
            }
            let step = &mut self.plan.steps[at];
            step.files.extend(files);
            if let Work::Check { check } = &mut step.work {
                check.origins = origins;
            }
        }
    }
}
