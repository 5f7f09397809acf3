//! The kinds of rule, and checks: lists of rules for one graph or table.
//!
//! A rule is a file here and a line in `KINDS`. It finds what is wrong, by its place in the graph
//! or table; what is known already, where it stands in the files it came from, and how it is told,
//! is worked out here for all rules alike. Touches no file.

mod acyclic;
mod accepted_values;
mod allow_only;
mod baseline;
mod check;
mod columns;
mod conditions;
mod expect;
mod forbid;
mod independent;
mod layers;
mod matches;
mod max_degree;
mod max_depth;
mod no_orphans;
mod not_null;
mod reachable;
mod references;
mod report;
mod require;
mod row_count;
#[cfg(test)]
mod tests;
mod unique;
mod ways;

pub use baseline::{Baseline, Entry};
pub use check::{Check, Origin, RuleEntry, Stale};
pub(crate) use report::Report;

use crate::registry::{RuleKind, rule};

/// Every kind, by name.
pub(crate) const KINDS: &[RuleKind] = &[
    rule::<accepted_values::AcceptedValues>(),
    rule::<acyclic::Acyclic>(),
    rule::<allow_only::AllowOnly>(),
    rule::<expect::Expect>(),
    rule::<forbid::Forbid>(),
    rule::<independent::Independent>(),
    rule::<layers::Layers>(),
    rule::<matches::Matches>(),
    rule::<max_degree::MaxDegree>(),
    rule::<max_depth::MaxDepth>(),
    rule::<no_orphans::NoOrphans>(),
    rule::<not_null::NotNull>(),
    rule::<reachable::Reachable>(),
    rule::<references::References>(),
    rule::<require::Require>(),
    rule::<row_count::RowCount>(),
    rule::<unique::Unique>(),
];

/// Returns the kind of rule that a word means.
pub(crate) fn rule_kind(word: &str) -> Option<&'static RuleKind> {
    KINDS.iter().find(|kind| kind.kind.name == word)
}
