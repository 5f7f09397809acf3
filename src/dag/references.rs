//! What is told of a name under `from` that stands for nothing, or for what the step cannot use.

use crate::checks::{RuleEntry, rule_kind};
use crate::diagnostic::Diagnostic;
use crate::plan::{Plan, PlanStep, Reference, Work};
use crate::registry;
use crate::step::Shape;

/// Says that a step uses a table where it needs a graph, or the other way round.
pub(super) fn misshapen(
    plan: &Plan,
    step: &PlanStep,
    reference: &Reference,
    made: Shape,
) -> Diagnostic {
    let taken: Vec<&str> = reference.takes.iter().map(|shape| shape.word()).collect();
    let (made, taken) = (made.word(), taken.join(" or a "));
    let message = format!("`{}` is a {made}, and `{}` needs a {taken}", reference.name, step.name);
    let problem = Diagnostic::error("not-a-graph", message)
        .at(plan.sources.excerpt(reference.span), format!("this is a {made}"));
    if let Work::Check { check } = &step.work {
        let word =
            |rule: &&RuleEntry| rule_kind(&rule.kind).is_some_and(|kind| kind.takes.len() == 1);
        // What it compares with, as `references` does, takes either.
        return match check.rules.iter().find(word) {
            Some(rule) => problem.note(format!("the rule `{}` looks at a {taken}", rule.kind)),
            None => problem,
        };
    }
    let Work::Export { kind, .. } = &step.work else { return problem };
    let of = format!("the format `{}` is of a {taken}", kind.kind.name);
    let last = step.name.rsplit('.').next().unwrap_or_default();
    let others = registry::exporters().iter().filter(|other| {
        other.takes.iter().any(|shape| shape.word() == made)
            && other.extensions.iter().any(|end| end.rsplit('.').next() == Some(last))
    });
    let others: Vec<String> = others.map(|kind| format!("`format: {}`", kind.kind.name)).collect();
    let problem = problem.note(of);
    if others.is_empty() {
        problem
    } else {
        problem.help(format!("say which: {}", others.join(" or ")))
    }
}

/// Says that no step has a name, and which it may have been meant for.
pub(super) fn unknown_name(
    plan: &Plan,
    step: &PlanStep,
    full_name: &str,
    reference: &Reference,
) -> Diagnostic {
    let prefix = full_name.strip_suffix(reference.name.as_str()).unwrap_or_default();
    let others = plan
        .steps
        .iter()
        .filter(|other| other.work.makes().is_some_and(|made| reference.takes.contains(&made)));
    let names = others.map(|other| &other.name).filter(|name| **name != step.name);
    let known: Vec<&str> =
        names.chain(&plan.broken).filter_map(|name| name.strip_prefix(prefix)).collect();
    let shapes: Vec<&str> = reference.takes.iter().map(|shape| shape.word()).collect();
    let problem = Diagnostic::error(
        "unknown-name",
        format!("there is no {} `{}`", shapes.join(" or "), reference.name),
    )
    .at(plan.sources.excerpt(reference.span), "no import, transform or analysis of this plan")
    .did_you_mean(&reference.name, known.iter().copied());
    match known.len() {
        1..=12 => problem.note(format!("known here: `{}`", known.join("`, `"))),
        _ => problem,
    }
}
