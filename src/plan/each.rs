//! `for_each` and `slice`: one export that writes many files.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::resolve::{Place, Resolver};
use super::{PlanStep, Reference, Work};
use crate::diagnostic::Diagnostic;
use crate::fan_out::{FanOut, PathPattern};
use crate::path;
use crate::step::{Material, NamedTable};
use crate::tree::{Key, Tree, TreeNode};

/// What the name of a table of items has after that of its export; no name is written so.
const ITEMS: &str = " items";

impl Resolver<'_> {
    /// Gives each export to many files, where others use it by name, a step that makes the table of
    /// its items.
    pub(super) fn list_items(&mut self) {
        let many = self.plan.steps.iter().filter(|step| step.work.each().is_some());
        let many: HashMap<String, usize> = many.map(|step| step.name.clone()).zip(0..).collect();
        if many.is_empty() {
            return;
        }
        let mut wanted = BTreeSet::new();
        for reference in self.plan.steps.iter_mut().flat_map(|step| &mut step.from) {
            if many.contains_key(&reference.full_name) {
                wanted.insert(reference.full_name.clone());
                reference.full_name.push_str(ITEMS);
            }
        }
        for name in wanted {
            let Some(step) = self.plan.steps.iter().find(|step| step.name == name) else {
                continue;
            };
            let Some(each) = step.work.each() else { continue };
            let last = if each.table().is_some() { step.from.last() } else { None };
            let from = step.from.first().into_iter().chain(last).cloned().collect();
            let items = PlanStep {
                name: format!("{name}{ITEMS}"),
                span: step.span,
                from,
                files: Vec::new(),
                folder: step.folder.clone(),
                work: Work::Items { each: Box::new(each.clone()) },
            };
            self.plan.steps.push(items);
        }
    }

    /// Reads the path of an export with names in braces; `None` for a plain one.
    ///
    /// # Errors
    ///
    /// What does not fit together was told.
    pub(super) fn paths_of(
        &mut self,
        key: &Key,
        common: &BTreeMap<&str, Tree>,
    ) -> Result<Option<PathPattern>, ()> {
        let has_names = key.text.contains(['{', '}']);
        let for_each = common.get("for_each");
        let problem = match (has_names, for_each) {
            (false, None) => match common.get("slice") {
                None => return Ok(None),
                Some(slice) => Diagnostic::error("missing-key", "a `slice` is of an item of many")
                    .at(self.excerpt(slice.span), "there is no `for_each`")
                    .help("say what the items are: `for_each: { nodes: all }`"),
            },
            (true, None) => {
                let message = format!("`{}` has names in braces, and no items", key.text);
                Diagnostic::error("missing-key", message)
                    .at(self.excerpt(key.span), "`for_each` is needed")
                    .help("say what the items are: `for_each: { nodes: all }`")
            }
            (false, Some(for_each)) => {
                let message = format!("all items would be written to `{}`", key.text);
                Diagnostic::error("same-path", message)
                    .at(self.excerpt(key.span), "a path for many items needs a name in braces")
                    .at(self.excerpt(for_each.span), "there are many items")
                    .help("such as `docs/{id}.svg`, between quotes")
            }
            (true, Some(_)) => match PathPattern::parse(&key.text) {
                Ok(pattern) => return Ok(Some(pattern)),
                Err(why) => {
                    let message = format!("`{}` is no path: {why}", key.text);
                    Diagnostic::error("bad-path", message).at(self.excerpt(key.span), "")
                }
            },
        };
        self.push(problem);
        Err(())
    }

    /// Reads where many files go: a path whose text, between the names, is one for outputs.
    pub(super) fn output_of_many(&mut self, place: &Place, key: &Key) -> Option<String> {
        let path = self.path(place, &key.text, key.span)?;
        let filled =
            PathPattern::parse(&path).ok()?.fill(|_| Ok::<_, String>("x".to_owned())).ok()?;
        match path::check_output(&filled) {
            Ok(()) => Some(path),
            Err(error) => {
                let message = format!("nothing may be written to `{}`: {error}", key.text);
                self.push(Diagnostic::error("bad-path", message).at(self.excerpt(key.span), ""));
                None
            }
        }
    }

    /// Reads `for_each` and `slice` of an export to `path`.
    pub(super) fn each(
        &mut self,
        place: &Place,
        key: &Key,
        path: &str,
        common: &BTreeMap<&str, Tree>,
        from: &mut Vec<Reference>,
    ) -> Option<FanOut> {
        let for_each = common.get("for_each")?;
        let scalar = |text: &str, span| Tree {
            span,
            node: TreeNode::Scalar { text: text.to_owned(), quoted: true },
        };
        let named = |name: &str, value: Tree, span| (Key { text: name.to_owned(), span }, value);
        let mut spelled = for_each.clone();
        // `nodes` alone is short for all of them.
        if let TreeNode::Scalar { text, .. } = &for_each.node {
            let all = named(text, scalar("all", for_each.span), for_each.span);
            spelled.node = TreeNode::Map(vec![all]);
        }
        if let TreeNode::Map(entries) = &mut spelled.node {
            for (key, value) in entries {
                // `rows: owners` is short for the table of that name.
                if key.text == "rows" && matches!(value.node, TreeNode::Scalar { .. }) {
                    let table = named("table", value.clone(), value.span);
                    value.node = TreeNode::Map(vec![table]);
                }
            }
        }
        let mut entries = vec![
            named("path", scalar(path, key.span), key.span),
            named("for_each", spelled, for_each.span),
        ];
        if let Some(slice) = common.get("slice") {
            entries.push(named("slice", slice.clone(), slice.span));
        }
        let tree = Tree { span: for_each.span, node: TreeNode::Map(entries) };
        let each = match tree.read::<FanOut>() {
            Ok(each) => each,
            Err(errors) => {
                for error in errors {
                    self.push(error.diagnostic(&self.plan.sources, for_each.span, &[]));
                }
                return None;
            }
        };
        if let Some(name) = each.table() {
            let span = for_each.find_text(name).unwrap_or(for_each.span);
            from.push(Reference {
                name: name.to_owned(),
                full_name: place.name(name),
                span,
                takes: NamedTable::TAKES,
            });
        }
        Some(each)
    }
}
