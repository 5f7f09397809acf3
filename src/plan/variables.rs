//! `vars:` and `${name}`.
//!
//! Works on trees, before any step reads its options, so that every value keeps its span.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Sources, Span};
use crate::tree::{Tree, TreeNode};

/// How many bytes the values of variables may take where they are used, all uses together.
const MOST_BYTES: usize = 64 << 20;

/// The values of a plan's variables.
#[derive(Debug, Default)]
pub struct Variables {
    values: BTreeMap<String, String>,
    /// Those that are there and have no value, for a reason that was told.
    broken: BTreeSet<String>,
    /// Whether `vars:` itself is wrong, so that no name can be called unknown.
    is_broken: bool,
    /// How many bytes were put in the place of names.
    spent: Cell<usize>,
}

/// A text uses a variable that has no value; why was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken;

impl Variables {
    /// Reads `vars:` and puts the values of `overrides` in their place.
    ///
    /// A value may use other variables, in any order, but not itself.
    pub fn read(
        section: Option<&Tree>,
        overrides: &[(String, String)],
        sources: &Sources,
        diagnostics: &mut Diagnostics,
    ) -> Variables {
        let mut variables = Variables::default();
        let entries = section.map_or(&[][..], Tree::entries);
        if let Some(section) = section
            && !matches!(section.node, TreeNode::Map(_))
            && !section.is_null()
        {
            variables.is_broken = true;
            let found = section.describe();
            diagnostics.push(
                Diagnostic::error("wrong-value", "`vars` is a map from names to values")
                    .at(sources.excerpt(section.span), format!("this is {found}")),
            );
        }
        let mut raw = BTreeMap::new();
        for (key, value) in entries {
            match value.text() {
                Some(text) => {
                    raw.insert(key.text.clone(), (text.to_owned(), value.span));
                }
                None if value.is_null() => {
                    raw.insert(key.text.clone(), (String::new(), value.span));
                }
                None => {
                    variables.broken.insert(key.text.clone());
                    diagnostics.push(
                        Diagnostic::error("wrong-value", "a variable holds a text or a number").at(
                            sources.excerpt(value.span),
                            format!("this is {}", value.describe()),
                        ),
                    );
                }
            }
        }
        for (name, value) in overrides {
            match raw.get_mut(name) {
                Some(slot) => slot.0.clone_from(value),
                None if variables.is_broken || variables.broken.contains(name) => {}
                None => diagnostics.push(
                    Diagnostic::error(
                        "unknown-variable",
                        format!("the plan has no variable `{name}`"),
                    )
                    .note(format!("`--set {name}=…` changes one of `vars:`"))
                    .did_you_mean(name, raw.keys().map(String::as_str)),
                ),
            }
        }
        variables.settle(raw, sources, diagnostics);
        variables
    }

    /// Replaces variables inside variables, until no value changes.
    fn settle(
        &mut self,
        mut raw: BTreeMap<String, (String, Span)>,
        sources: &Sources,
        diagnostics: &mut Diagnostics,
    ) {
        while !raw.is_empty() {
            let ready: Vec<String> = raw
                .iter()
                .filter(|(_, (text, _))| names(text).all(|name| !raw.contains_key(name)))
                .map(|(name, _)| name.clone())
                .collect();
            if ready.is_empty() {
                return self.break_cycles(raw, sources, diagnostics);
            }
            for name in ready {
                let Some((text, span)) = raw.remove(&name) else { continue };
                match self.replaced(&text, span, sources, diagnostics) {
                    Ok(value) => drop(self.values.insert(name, value.unwrap_or(text))),
                    Err(Broken) => drop(self.broken.insert(name)),
                }
            }
        }
    }

    /// Reports the variables that depend on themselves; those that only use them are broken too.
    fn break_cycles(
        &mut self,
        mut raw: BTreeMap<String, (String, Span)>,
        sources: &Sources,
        diagnostics: &mut Diagnostics,
    ) {
        self.broken.extend(raw.keys().cloned());
        loop {
            let used: BTreeSet<&str> = raw.values().flat_map(|(text, _)| names(text)).collect();
            let unused = raw.keys().filter(|name| !used.contains(name.as_str())).cloned();
            let unused: Vec<String> = unused.collect();
            if unused.is_empty() {
                break;
            }
            unused.iter().for_each(|name| drop(raw.remove(name)));
        }
        for (name, (_, span)) in &raw {
            diagnostics.push(
                Diagnostic::error("variable-cycle", format!("`{name}` depends on itself"))
                    .at(sources.excerpt(*span), "this value leads back to it"),
            );
        }
    }

    /// Replaces `${name}` in every text and key of a tree.
    ///
    /// # Errors
    ///
    /// Fails if something has no value; all the rest is looked at just the same.
    pub fn replace(
        &self,
        tree: &mut Tree,
        sources: &Sources,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Broken> {
        let span = tree.span;
        let mut result = Ok(());
        match &mut tree.node {
            TreeNode::Scalar { text, .. } => {
                result = self.replace_text(text, span, sources, diagnostics);
            }
            TreeNode::List(items) => {
                for item in items {
                    result = self.replace(item, sources, diagnostics).and(result);
                }
            }
            TreeNode::Map(entries) => {
                for (key, value) in entries {
                    let text = &mut key.text;
                    let key = self.replace_text(text, key.span, sources, diagnostics);
                    result = self.replace(value, sources, diagnostics).and(key).and(result);
                }
            }
        }
        result
    }

    /// Replaces `${name}` in a text.
    ///
    /// # Errors
    ///
    /// Fails if something has no value.
    pub fn replace_text(
        &self,
        text: &mut String,
        span: Span,
        sources: &Sources,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Broken> {
        if let Some(replaced) = self.replaced(text, span, sources, diagnostics)? {
            *text = replaced;
        }
        Ok(())
    }

    /// Returns the text with its variables replaced, or `None` when it has none.
    ///
    /// `$${` stands for `${` itself.
    fn replaced(
        &self,
        text: &str,
        span: Span,
        sources: &Sources,
        diagnostics: &mut Diagnostics,
    ) -> Result<Option<String>, Broken> {
        if !text.contains("${") {
            return Ok(None);
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        let mut is_whole = true;
        while let Some(at) = rest.find("${") {
            if rest[..at].ends_with('$') {
                out.push_str(&rest[..at - 1]);
                out.push_str("${");
                rest = &rest[at + 2..];
                continue;
            }
            out.push_str(&rest[..at]);
            let Some(end) = rest[at..].find('}') else {
                diagnostics.push(
                    Diagnostic::error("unknown-variable", "`${` is not closed")
                        .at(sources.excerpt(span), "`}` is missing")
                        .help("write `$${` for the text `${`"),
                );
                return Err(Broken);
            };
            let name = &rest[at + 2..at + end];
            match self.values.get(name) {
                Some(value) => {
                    self.spend(value.len(), span, sources, diagnostics)?;
                    out.push_str(value);
                }
                None => {
                    is_whole = false;
                    self.unknown(name, span, sources, diagnostics);
                }
            }
            rest = &rest[at + end + 1..];
        }
        out.push_str(rest);
        if is_whole { Ok(Some(out)) } else { Err(Broken) }
    }

    fn unknown(&self, name: &str, span: Span, sources: &Sources, diagnostics: &mut Diagnostics) {
        if self.is_broken || self.broken.contains(name) {
            return;
        }
        let known = self.values.keys().chain(&self.broken);
        diagnostics.push(
            Diagnostic::error("unknown-variable", format!("the plan has no variable `{name}`"))
                .at(sources.excerpt(span), format!("`${{{name}}}` is used here"))
                .did_you_mean(name, known.map(String::as_str))
                .help("give it a value under `vars:`, or write `$${` for the text `${`"),
        );
    }

    /// Counts what a value takes where it is used, since uses of uses multiply.
    fn spend(
        &self,
        bytes: usize,
        span: Span,
        sources: &Sources,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Broken> {
        let before = self.spent.get();
        self.spent.set(before.saturating_add(bytes));
        if self.spent.get() <= MOST_BYTES {
            return Ok(());
        }
        if before <= MOST_BYTES {
            let message = "variables repeat too much text";
            diagnostics.push(
                Diagnostic::error("variable-too-long", message)
                    .at(sources.excerpt(span), "this one is past the budget")
                    .note(format!("the budget is {} MiB in all", MOST_BYTES >> 20)),
            );
        }
        Err(Broken)
    }
}

/// Returns the names of the variables in a text.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let at = rest.find("${")?;
            let escaped = rest[..at].ends_with('$');
            rest = &rest[at + 2..];
            if !escaped {
                return rest.find('}').map(|end| &rest[..end]);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::syntax;
    use crate::source::Source;

    fn check(text: &str, overrides: &[(&str, &str)]) -> Result<String, String> {
        let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
        let mut tree = syntax::parse(Source::new("p", text), &mut sources, &mut diagnostics)
            .expect("the text is YAML");
        let overrides: Vec<_> =
            overrides.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let vars = Variables::read(tree.get("vars"), &overrides, &sources, &mut diagnostics);
        if let TreeNode::Map(entries) = &mut tree.node {
            for (_, value) in entries.iter_mut().filter(|(key, _)| key.text == "x") {
                let _ = vars.replace(value, &sources, &mut diagnostics);
            }
        }
        match diagnostics.has_errors() {
            true => Err(list_of(&diagnostics)),
            false => Ok(tree.get("x").and_then(Tree::text).unwrap_or_default().to_owned()),
        }
    }

    fn list_of(diagnostics: &Diagnostics) -> String {
        let messages: Vec<_> = diagnostics.list.iter().map(|one| one.message.as_str()).collect();
        messages.join("; ")
    }

    #[test]
    fn a_variable_without_a_value_is_told_once() {
        let cycle = check("vars: {a: '${b}', b: '${b}', c: '${a}'}\nx: ${a} ${b} ${c}", &[]);
        assert_eq!(cycle.unwrap_err(), "`b` depends on itself");
        let wrong = check("vars: {a: [1], b: '${a}'}\nx: ${a} ${b}", &[("a", "1")]);
        assert_eq!(wrong.unwrap_err(), "a variable holds a text or a number");
        let wrong = check("vars: [a]\nx: ${a}", &[("a", "1")]);
        assert_eq!(wrong.unwrap_err(), "`vars` is a map from names to values");
        let unknown = check("vars: {a: '${b}'}\nx: ${a}", &[]);
        assert_eq!(unknown.unwrap_err(), "the plan has no variable `b`");
    }

    #[test]
    fn variables_that_double_each_other_are_stopped() {
        let doubles = (1..60).map(|at| format!("  v{at}: '${{v{0}}}${{v{0}}}'\n", at - 1));
        let text = format!("vars:\n  v0: xxxxxxxx\n{}x: ${{v59}}", doubles.collect::<String>());
        assert_eq!(check(&text, &[]).unwrap_err(), "variables repeat too much text");
    }

    #[test]
    fn variables_are_replaced_in_texts() {
        let text = "vars: {env: prod, dir: 'out/${env}'}\nx: a/${dir}/$${env}.${env}";
        assert_eq!(check(text, &[]).unwrap(), "a/out/prod/${env}.prod");
        assert_eq!(check(text, &[("env", "test")]).unwrap(), "a/out/test/${env}.test");
    }

    #[test]
    fn what_is_not_there_is_an_error() {
        assert_eq!(check("x: ${a}", &[]).unwrap_err(), "the plan has no variable `a`");
        assert_eq!(check("x: ${a", &[]).unwrap_err(), "`${` is not closed");
        assert_eq!(check("x: 1", &[("a", "1")]).unwrap_err(), "the plan has no variable `a`");
        let cycle = check("vars: {a: '${b}', b: '${a}'}\nx: 1", &[]);
        assert_eq!(cycle.unwrap_err(), "`a` depends on itself; `b` depends on itself");
    }
}
