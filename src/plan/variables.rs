//! `vars:` and `${name}`.
//!
//! Works on trees, before any step reads its options, so that every value keeps its span.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Sources, Span};
use crate::tree::{Tree, TreeNode};

/// The values of a plan's variables.
#[derive(Debug, Default)]
pub struct Variables(BTreeMap<String, String>);

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
        let entries = section.map_or(&[][..], Tree::entries);
        if let Some(section) = section
            && entries.is_empty()
            && !section.is_null()
        {
            let found = section.describe();
            diagnostics.push(
                Diagnostic::error(
                    "wrong-value",
                    format!("expected a map of values, found {found}"),
                )
                .at(sources.excerpt(section.span), ""),
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
                None => diagnostics.push(
                    Diagnostic::error("wrong-value", "a variable holds a text or a number")
                        .at(sources.excerpt(value.span), format!("this is {}", value.describe())),
                ),
            }
        }
        for (name, value) in overrides {
            match raw.get_mut(name) {
                Some(slot) => slot.0.clone_from(value),
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
        Variables::settle(raw, sources, diagnostics)
    }

    /// Replaces variables inside variables, until no value changes.
    fn settle(
        mut raw: BTreeMap<String, (String, Span)>,
        sources: &Sources,
        diagnostics: &mut Diagnostics,
    ) -> Variables {
        let mut settled = Variables::default();
        while !raw.is_empty() {
            let ready: Vec<String> = raw
                .iter()
                .filter(|(_, (text, _))| names(text).all(|name| !raw.contains_key(name)))
                .map(|(name, _)| name.clone())
                .collect();
            if ready.is_empty() {
                for (name, (_, span)) in &raw {
                    diagnostics.push(
                        Diagnostic::error("variable-cycle", format!("`{name}` depends on itself"))
                            .at(sources.excerpt(*span), "this value leads back to it"),
                    );
                }
                break;
            }
            for name in ready {
                let Some((text, span)) = raw.remove(&name) else { continue };
                let value = settled.replaced(&text, span, sources, diagnostics).unwrap_or(text);
                settled.0.insert(name, value);
            }
        }
        settled
    }

    /// Replaces `${name}` in every text and key of a tree.
    pub fn replace(&self, tree: &mut Tree, sources: &Sources, diagnostics: &mut Diagnostics) {
        let span = tree.span;
        match &mut tree.node {
            TreeNode::Scalar { text, .. } => {
                if let Some(replaced) = self.replaced(text, span, sources, diagnostics) {
                    *text = replaced;
                }
            }
            TreeNode::List(items) => {
                items.iter_mut().for_each(|item| self.replace(item, sources, diagnostics));
            }
            TreeNode::Map(entries) => {
                for (key, value) in entries {
                    if let Some(replaced) = self.replaced(&key.text, key.span, sources, diagnostics)
                    {
                        key.text = replaced;
                    }
                    self.replace(value, sources, diagnostics);
                }
            }
        }
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
    ) -> Option<String> {
        if !text.contains("${") {
            return None;
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
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
                return None;
            };
            let name = &rest[at + 2..at + end];
            match self.0.get(name) {
                Some(value) => out.push_str(value),
                None => diagnostics.push(
                    Diagnostic::error(
                        "unknown-variable",
                        format!("the plan has no variable `{name}`"),
                    )
                    .at(sources.excerpt(span), format!("`${{{name}}}` is used here"))
                    .did_you_mean(name, self.0.keys().map(String::as_str))
                    .help("give it a value under `vars:`, or write `$${` for the text `${`"),
                ),
            }
            rest = &rest[at + end + 1..];
        }
        out.push_str(rest);
        Some(out)
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
        vars.replace(&mut tree, &sources, &mut diagnostics);
        match diagnostics.list.first() {
            Some(problem) => Err(problem.message.clone()),
            None => Ok(tree.get("x").and_then(Tree::text).unwrap_or_default().to_owned()),
        }
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
        assert_eq!(cycle.unwrap_err(), "`a` depends on itself");
    }
}
