//! A check as the plan has it: its rules, and where the rows that they look at come from.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::rule_kind;
use crate::diagnostic::Severity;

/// Rules for one graph or table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// The rules.
    pub rules: Vec<RuleEntry>,
    /// Whether the first pattern of the step's files is that of a baseline.
    pub has_baseline: bool,
    /// How it is told that an exception or an entry of the baseline is not needed any more.
    pub stale: Stale,
    /// The imports that the step's data comes from, whose files follow in the step's patterns.
    pub origins: Vec<Origin>,
}

/// One rule, and what the plan says of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleEntry {
    /// The kind of rule.
    pub kind: String,
    /// The kind's revision.
    pub revision: u32,
    /// Its options, as JSON.
    pub options: String,
    /// What findings are told under.
    pub name: String,
    /// How bad a finding is.
    pub severity: Severity,
    /// Why there is the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// The further graphs and tables that it uses, as places in the step's `from`.
    pub others: Vec<usize>,
}

/// How it is told that an exception, or an entry of the baseline, is not needed any more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stale {
    /// As an error.
    Error,
    /// As a warning.
    #[default]
    Warning,
    /// Not at all.
    Ignore,
}

/// An import that rows come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The kind of import.
    pub format: String,
    /// Its options, as JSON.
    pub options: String,
    /// How many of the step's patterns are its files.
    pub patterns: usize,
    /// Whether it makes the very data that is checked, so that a row there is a row here.
    pub is_direct: bool,
}

impl Stale {
    /// Every word for it.
    pub const WORDS: [(&'static str, Stale); 3] =
        [("error", Stale::Error), ("warning", Stale::Warning), ("ignore", Stale::Ignore)];

    /// Returns how bad it is, if it is told.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Stale::Error => Some(Severity::Error),
            Stale::Warning => Some(Severity::Warning),
            Stale::Ignore => None,
        }
    }
}

impl Check {
    /// Reads what was written of it; none if it is not whole, or has kinds of rule that there are
    /// not, or not in these revisions.
    pub fn of_json(text: &str) -> Option<Check> {
        let check: Check = serde_json::from_str(text).ok()?;
        let is_known = |rule: &RuleEntry| {
            rule_kind(&rule.kind).is_some_and(|kind| kind.kind.revision == rule.revision)
        };
        check.rules.iter().all(is_known).then_some(check)
    }

    /// Writes all that decides its result, as JSON: the same text for the same check. Options stand
    /// under the kind they are for, as people write them.
    pub fn described(&self) -> String {
        let mut check = serde_json::to_value(self).unwrap_or_default();
        for (list, kind) in [("rules", "kind"), ("origins", "format")] {
            let parts = check.get_mut(list).and_then(Value::as_array_mut);
            for part in parts.into_iter().flatten().filter_map(Value::as_object_mut) {
                let word = part.get(kind).and_then(Value::as_str).map(str::to_owned);
                let Some((word, Value::String(options))) = word.zip(part.remove("options")) else {
                    continue;
                };
                let options = serde_json::from_str(&options).unwrap_or(Value::String(options));
                part.insert(word, options);
            }
        }
        check.to_string()
    }

    /// Writes it as [`Check::of_json`] reads it: the same text for the same check.
    pub fn to_json(&self) -> String {
        // Structs of texts, numbers and lists, which JSON can always hold.
        serde_json::to_string(self).unwrap_or_default()
    }
}
