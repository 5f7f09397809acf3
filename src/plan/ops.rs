//! The entries of `transform` and `analyze` to steps: lists of words, each with its options.

use super::resolve::{Place, Resolver};
use super::{Metric, Op, Reference, Work};
use crate::diagnostic::{Diagnostic, names};
use crate::registry::{self, AnalysisKind, TransformKind};
use crate::source::Span;
use crate::step::{Material, NamedGraph, NamedTable, Rows, Shape};
use crate::tree::{Key, Tree, TreeNode, unknown_key};

/// How messages call the items of a list.
pub(super) struct Item {
    /// The key of the list.
    pub(super) key: &'static str,
    pub(super) one: &'static str,
    pub(super) example: &'static str,
}

const OPERATION: Item = Item {
    key: "ops",
    one: "an operation",
    example: "such as `- invert` or `- labels: { max_length: 24 }`",
};

const METRIC: Item = Item {
    key: "metrics",
    one: "a metric",
    example: "such as `[degree, pagerank]` or `[betweenness: { samples: 500 }]`",
};

impl Resolver<'_> {
    pub(super) fn transform(&mut self, place: &Place, key: &Key, value: &Tree) {
        const KEYS: &[&str] = &["from", "ops"];
        self.check_name(key);
        if !self.is_map(key, value, "a transform is a map such as `{ from: …, ops: […] }`") {
            return;
        }
        for (entry, _) in value.entries() {
            if !KEYS.contains(&entry.text.as_str()) {
                let mut problem =
                    unknown_key(&self.plan.sources, entry.span, &entry.text, None, KEYS);
                if transform_kind(&entry.text).is_some() {
                    problem = problem
                        .help(format!("operations stand in a list: `ops: [{}: {{}}]`", entry.text));
                }
                self.push(problem);
            }
        }
        let mut from = self.from(place, key, value);
        let mut ops = Vec::new();
        if from.len() > 1
            && let Some(kind) = transform_kind("merge")
        {
            let with: Vec<_> = from[1..].iter().map(|other| other.name.as_str()).collect();
            let tree = merge_options(value.span, &with);
            if let Ok(options) = (kind.kind.normalize)(&tree, &self.plan.meta) {
                ops.push(Op { kind, options, others: (1..from.len()).collect() });
            }
        }
        for item in self.items(value, &OPERATION) {
            if let Some(op) = self.op(place, item, &mut from) {
                ops.push(op);
            }
        }
        self.step(place, key, from, Vec::new(), Work::Transform { ops });
    }

    /// Reads an entry of `analyze`.
    pub(super) fn analyze(&mut self, place: &Place, key: &Key, value: &Tree) {
        const KEYS: &[&str] = &["from", "metrics", "annotate"];
        self.check_name(key);
        if !self.is_map(key, value, "an analysis is a map such as `{ from: …, metrics: […] }`")
        {
            return;
        }
        for (entry, _) in value.entries() {
            if !KEYS.contains(&entry.text.as_str()) {
                let mut problem =
                    unknown_key(&self.plan.sources, entry.span, &entry.text, None, KEYS);
                if analysis_kind(&entry.text).is_some() {
                    problem = problem
                        .help(format!("metrics stand in a list: `metrics: [{}]`", entry.text));
                }
                self.push(problem);
            }
        }
        let from = self.from(place, key, value);
        if let Some(second) = from.get(1) {
            let error = Diagnostic::error("too-many-graphs", "an analysis is of one graph")
                .at(self.excerpt(second.span), "this is one more")
                .help("merge them first: a transform takes several under `from`");
            self.push(error);
        }
        let annotate = match value.get("annotate") {
            None => false,
            Some(tree) => match tree.text() {
                Some("true") => true,
                Some("false") => false,
                _ => {
                    let found = tree.describe();
                    let error = Diagnostic::error("wrong-value", "`annotate` is `true` or `false`")
                        .at(self.excerpt(tree.span), format!("this is {found}"));
                    return self.push(error);
                }
            },
        };
        let mut metrics: Vec<(Metric, Span)> = Vec::new();
        for item in self.items(value, &METRIC) {
            let Some((word, options)) = self.word(item, &METRIC) else { continue };
            let Some(kind) = analysis_kind(&word.text) else {
                let known: Vec<&str> =
                    registry::analyses().iter().map(|kind| kind.kind.name).collect();
                let message = format!("there is no metric `{}`", word.text);
                self.push(
                    Diagnostic::error("unknown-metric", message)
                        .at(self.excerpt(word.span), "not known")
                        .did_you_mean(&word.text, known.iter().copied())
                        .note(format!("known metrics: {}", names(known))),
                );
                continue;
            };
            if let Some(options) = self.normalize(&kind.kind, &options, &word, &[]) {
                metrics.push((Metric { kind, options }, word.span));
            }
        }
        if value.get(METRIC.key).is_none_or(Tree::is_empty) {
            let message = format!("`{}` does not say what it works out", key.text);
            let error = Diagnostic::error("missing-key", message)
                .at(self.excerpt(key.span), "`metrics` is needed")
                .help(format!("add `metrics:`, {}", METRIC.example));
            return self.push(error);
        }
        self.check_rows(&metrics, annotate);
        let metrics: Vec<Metric> = metrics.into_iter().map(|(metric, _)| metric).collect();
        if !metrics.is_empty() {
            self.step(place, key, from, Vec::new(), Work::Analyze { metrics, annotate });
        }
    }

    /// Checks that the tables of several metrics can stand side by side.
    fn check_rows(&mut self, metrics: &[(Metric, Span)], annotate: bool) {
        let Some((first, first_span)) = metrics.first() else { return };
        for (at, (metric, span)) in metrics.iter().enumerate() {
            let (name, rows) = (metric.kind.kind.name, metric.kind.rows);
            let problem = match (rows, annotate) {
                (Rows::Own, true) => {
                    let message = format!("`{name}` says nothing of single nodes or edges");
                    Diagnostic::error("other-rows", message)
                        .at(self.excerpt(*span), "it cannot become an attribute")
                        .help("leave `annotate` out, and give it an analysis of its own")
                }
                (_, false) if at > 0 && (rows != first.kind.rows || rows == Rows::Own) => {
                    let message =
                        format!("the tables of `{}` and `{name}` differ", first.kind.kind.name);
                    Diagnostic::error("other-rows", message)
                        .at(self.excerpt(*span), "this cannot stand beside")
                        .at(self.excerpt(*first_span), "this")
                        .help("give each an analysis of its own")
                }
                _ => continue,
            };
            self.push(problem);
        }
    }

    /// Returns the items of a list, which may be left out.
    pub(super) fn items<'t>(&mut self, value: &'t Tree, item: &Item) -> &'t [Tree] {
        match value.get(item.key).map(|list| (list, &list.node)) {
            Some((_, TreeNode::List(items))) => items.as_slice(),
            Some((list, _)) if !list.is_null() => {
                let found = list.describe();
                let message = format!("`{}` is a list", item.key);
                self.push(
                    Diagnostic::error("wrong-value", message)
                        .at(self.excerpt(list.span), format!("this is {found}"))
                        .help(format!("each item is {}, {}", item.one, item.example)),
                );
                &[]
            }
            _ => &[],
        }
    }

    /// Reads an item of a list: a word, or a map from the word to its options.
    pub(super) fn word(&mut self, tree: &Tree, item: &Item) -> Option<(Key, Tree)> {
        let nothing =
            Tree { span: tree.span, node: TreeNode::Scalar { text: String::new(), quoted: false } };
        match &tree.node {
            TreeNode::Scalar { text, .. } if !tree.is_null() => {
                Some((Key { text: text.clone(), span: tree.span }, nothing))
            }
            TreeNode::Map(entries) if entries.len() == 1 => Some(entries[0].clone()),
            _ => {
                let found = tree.describe();
                let message = format!("{} is a word, or one word with its options", item.one);
                self.push(
                    Diagnostic::error("wrong-value", message)
                        .at(self.excerpt(tree.span), format!("this is {found}"))
                        .help(item.example),
                );
                None
            }
        }
    }

    /// Reads one operation.
    fn op(&mut self, place: &Place, item: &Tree, from: &mut Vec<Reference>) -> Option<Op> {
        let (key, options) = self.word(item, &OPERATION)?;
        let (word, span) = (&key.text, key.span);
        let Some(kind) = transform_kind(word) else {
            let known: Vec<&str> =
                registry::transforms().iter().map(|kind| kind.kind.name).collect();
            self.push(
                Diagnostic::error("unknown-operation", format!("there is no operation `{word}`"))
                    .at(self.excerpt(span), "not known")
                    .did_you_mean(word, known.iter().copied())
                    .note(format!("known operations: {}", names(known))),
            );
            return None;
        };
        let normalized = self.normalize(&kind.kind, &options, &key, &[])?;
        let others = (kind.others)(&normalized)
            .into_iter()
            .map(|(name, shape)| {
                let span = options.find_text(&name).unwrap_or(span);
                let full_name = format!("{}{name}", place.prefix);
                let takes = match shape {
                    Shape::Graph => NamedGraph::TAKES,
                    Shape::Table => NamedTable::TAKES,
                };
                from.push(Reference { name, full_name, span, takes });
                from.len() - 1
            })
            .collect();
        Some(Op { kind, options: normalized, others })
    }
}

fn analysis_kind(word: &str) -> Option<&'static AnalysisKind> {
    registry::analyses().iter().find(|kind| kind.kind.name == word)
}

fn transform_kind(word: &str) -> Option<&'static TransformKind> {
    registry::transforms().iter().find(|kind| kind.kind.name == word)
}

/// Makes the options of the merge that several `from` stand for.
fn merge_options(span: Span, with: &[&str]) -> Tree {
    let text =
        |text: &str| Tree { span, node: TreeNode::Scalar { text: text.to_owned(), quoted: true } };
    let names = Tree { span, node: TreeNode::List(with.iter().map(|name| text(name)).collect()) };
    let key = Key { text: "with".to_owned(), span };
    Tree { span, node: TreeNode::Map(vec![(key, names)]) }
}
