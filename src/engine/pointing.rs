//! Finds the texts of options in the plan, for messages of steps, which do not know the plan.
//!
//! What is kept of a plan has no places of single options. So the plan's text is read once more,
//! which happens only where something is wrong.

use crate::diagnostic::{Diagnostics, InText, Label};
use crate::plan::{PlanStep, syntax};
use crate::source::{Source, Sources, Span};
use crate::tree::{Tree, TreeNode};

/// Gives every message about a text of a step's options its place. `from_last` says which of the
/// operations of a transform it was, counted from the last one, which is 1.
pub(super) fn point(
    sources: &Sources,
    step: &PlanStep,
    from_last: Option<usize>,
    diagnostics: &mut Diagnostics,
) {
    if diagnostics.list.iter().all(|problem| problem.in_text.is_none()) {
        return;
    }
    let options = options(sources, step.span, from_last);
    for problem in &mut diagnostics.list {
        let Some(in_text) = problem.in_text.take() else { continue };
        let InText { text, range, label } = *in_text;
        let found = options
            .as_ref()
            .and_then(|options| options.find_text(&text).or_else(|| options.find_key(&text)));
        let span = match found {
            Some(found) => {
                let found = Span { source: step.span.source, ..found };
                sources.part(found, &text, &range)
            }
            // Variables stand in it, or it is no text of the plan's.
            None => {
                problem.notes.push(format!("in `{text}`"));
                step.span
            }
        };
        problem.labels.insert(0, Label { at: sources.excerpt(span), message: label });
    }
}

/// Reads the options of a step whose name stands at `span`, or of one of its operations.
fn options(sources: &Sources, span: Span, from_last: Option<usize>) -> Option<Tree> {
    let source = sources.get(span.source)?;
    let source = Source::new(source.path().clone(), source.text().clone());
    let plan = syntax::parse(source, &mut Sources::default(), &mut Diagnostics::default())?;
    let step = entry(plan, Span { source: 0, ..span })?;
    let Some(from_last) = from_last else { return Some(step) };
    match step.get("ops").map(|ops| &ops.node) {
        // What several graphs under `from` stand for comes before the list.
        Some(TreeNode::List(items)) => {
            items.len().checked_sub(from_last).map(|at| items[at].clone())
        }
        _ => Some(step),
    }
}

/// Returns the value of the key at a place.
fn entry(plan: Tree, span: Span) -> Option<Tree> {
    let mut rest = vec![plan];
    while let Some(tree) = rest.pop() {
        match tree.node {
            TreeNode::Scalar { .. } => {}
            TreeNode::List(items) => rest.extend(items),
            TreeNode::Map(entries) => {
                for (key, value) in entries {
                    if key.span == span {
                        return Some(value);
                    }
                    rest.push(value);
                }
            }
        }
    }
    None
}
