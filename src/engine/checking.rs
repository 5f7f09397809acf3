//! Runs a check: its rules, and then, only if they find something, what tells where that stands.

use super::steps::named;
use super::worker::{Held, bug};
use crate::checks::{Baseline, Check, Report, rule_kind};
use crate::diagnostic::{Diagnostics, Failed};
use crate::finding::Findings;
use crate::plan::{Plan, PlanStep};
use crate::registry;
use crate::step::{Data, InputFile, NamedData};

/// Makes the table of what the rules of a check find; what they find is in `diagnostics` as well.
///
/// # Errors
///
/// Fails when a rule does not fit the data; why is in `diagnostics`.
pub(super) fn check(
    plan: &Plan,
    step: &PlanStep,
    check: &Check,
    from: &[Held],
    files: &[Vec<InputFile>],
    diagnostics: &mut Diagnostics,
) -> Result<Data, Failed> {
    let named = named(step, from);
    let Some(of) = named.first() else {
        return Err(diagnostics.fail(bug("the check has nothing to look at")));
    };
    let (baseline, files) = files.split_at(usize::from(check.has_baseline).min(files.len()));
    let baseline = match baseline.first().and_then(|files| files.first()) {
        Some(file) => match Baseline::read(file) {
            Ok(baseline) => Some((baseline, file)),
            Err(error) => return Err(diagnostics.fail(*error)),
        },
        None => None,
    };
    let mut found = Vec::with_capacity(check.rules.len());
    for rule in &check.rules {
        let mut findings = Findings::default();
        let others: Vec<NamedData> =
            rule.others.iter().filter_map(|at| named.get(*at).cloned()).collect();
        match rule_kind(&rule.kind) {
            // All that do not fit are told together.
            Some(kind) => {
                let _ = (kind.check)(&rule.options, of, &others, &mut findings, diagnostics);
            }
            None => diagnostics.push(bug("the check has a rule that is not known")),
        }
        found.push(findings);
    }
    if diagnostics.has_errors() {
        return Err(Failed);
    }
    let mut report = Report::new(check, &of.data, &found, baseline);
    let mut rest = files;
    for origin in &check.origins {
        let (own, after) = rest.split_at(origin.patterns.min(rest.len()));
        rest = after;
        let kind = registry::importers().iter().find(|kind| kind.kind.name == origin.format);
        if let Some(kind) = kind
            && let Some(wanted) = report.wanted(origin.is_direct)
        {
            report.place((kind.locate)(&origin.options, own, &wanted));
        }
    }
    let mut rule_at = |rule: usize| {
        let setting = ["rules".into(), rule.to_string().into()];
        plan.sources.excerpt(plan.place_of(step, &setting))
    };
    report.tell(&mut rule_at, diagnostics);
    Ok(report.table().into())
}
