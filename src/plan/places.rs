//! Where a setting of a step stands in its plan: looked for when a step that ran has to tell of it.

use std::borrow::Cow;

use super::{Plan, PlanStep, syntax};
use crate::diagnostic::Diagnostics;
use crate::source::{Sources, Span};
use crate::tree::Tree;

impl Plan {
    /// Returns the place of a setting of a step, from the outermost key inward; that of what holds
    /// it, or of the step, if it does not stand there.
    ///
    /// A list of one item may be written as the item alone. Of a word with its options, that is the
    /// word.
    pub fn place_of(&self, step: &PlanStep, setting: &[Cow<'static, str>]) -> Span {
        let Some(source) = self.sources.get(step.span.source) else { return step.span };
        let (mut sources, mut ignored) = (Sources::default(), Diagnostics::default());
        let tree = syntax::parse(source.clone(), &mut sources, &mut ignored);
        let own = tree.as_ref().and_then(|tree| own_tree(tree, step.span));
        let Some(mut at) = own else { return step.span };
        let mut is_item = false;
        for key in setting {
            let item = key.parse().ok().and_then(|number: usize| at.items().get(number));
            is_item = item.is_some();
            at = item.or_else(|| at.get(key)).unwrap_or(at);
        }
        let span = match at.entries() {
            [(word, _)] if is_item => word.span,
            _ => at.span,
        };
        Span { source: step.span.source, ..span }
    }
}

/// Returns the value of the entry whose key stands at a span: one of a section of the plan.
fn own_tree(tree: &Tree, span: Span) -> Option<&Tree> {
    let sections = tree.entries().iter().map(|(_, section)| section);
    let mut entries = sections.flat_map(Tree::entries);
    let found = entries.find(|(key, _)| (key.span.start, key.span.end) == (span.start, span.end));
    found.map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;

    #[track_caller]
    fn check(plan: &str, setting: &[&str], place: &str) {
        let (plan, _) = read(&[("p.yaml", plan)]);
        let setting: Vec<_> = setting.iter().map(|key| key.to_string().into()).collect();
        let span = plan.place_of(&plan.steps[0], &setting);
        let text = plan.sources.get(span.source).unwrap().text();
        assert_eq!(&text[span.start as usize..span.end as usize], place);
    }

    #[test]
    fn a_setting_is_found_in_a_map_a_list_and_alone() {
        let map = "import: { g: { nodes: { path: a.xlsx, sheet: one } } }";
        check(map, &["nodes", "0", "sheet"], "one");
        let list = "import: { g: { nodes: [b.csv, { path: a.xlsx, sheet: one }] } }";
        check(list, &["nodes", "1", "sheet"], "one");
        check("import: { g: { nodes: a.xlsx } }", &["nodes", "0", "path"], "a.xlsx");
        let words =
            "import: { g: { nodes: a.xlsx, edges: [{ path: e.xlsx, sheet: one }, { path: f }] } }";
        check(words, &["edges", "0"], "{ path: e.xlsx, sheet: one }");
        check(words, &["edges", "1"], "path");
        check("import: { g: { nodes: a.xlsx } }", &["edges", "0", "path"], "{ nodes: a.xlsx }");
    }
}
