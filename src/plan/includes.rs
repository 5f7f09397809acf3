//! `include:`: plans within plans, within limits.

use super::resolve::{Place, Resolver};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::tree::{Key, Tree};

/// How many plans may be included, each counted as often as it is.
const MOST_PLANS: usize = 1000;
/// How many steps there may be before one more plan is included.
const MOST_STEPS: usize = 1_000_000;
/// How deep includes may nest.
const DEEPEST: usize = 64;

impl Resolver<'_> {
    /// Reads the plan that an entry of `include` names; `within` holds the files that lead here.
    pub(super) fn include(
        &mut self,
        place: &Place,
        key: &Key,
        value: &Tree,
        within: &mut Vec<String>,
    ) {
        self.check_name(key);
        let name = place.name(&key.text);
        let Some(text) = value.text() else {
            self.plan.broken.insert(name);
            let found = value.describe();
            self.push(
                Diagnostic::error("wrong-value", "an include is the path of a plan")
                    .at(self.excerpt(value.span), format!("this is {found}")),
            );
            return;
        };
        let Some(file) = self.path(place, text, value.span) else {
            self.plan.broken.insert(name);
            return;
        };
        if !self.takes_more(value.span, within) {
            self.plan.broken.insert(name);
            return;
        }
        if within.contains(&file) {
            self.plan.broken.insert(name);
            self.push(
                Diagnostic::error("include-cycle", format!("`{file}` includes itself"))
                    .at(self.excerpt(value.span), "this include leads back to it")
                    .note(format!("the way there: {} → {file}", within.join(" → "))),
            );
            return;
        }
        self.file(&Place { file, prefix: name + "/" }, Some(value.span), &[], within);
    }

    /// Reports the include that passes a limit; those after it are left out without a word.
    fn takes_more(&mut self, include: Span, within: &[String]) -> bool {
        let message = if self.takes_no_more {
            return false;
        } else if within.len() > DEEPEST {
            format!("includes nest deeper than {DEEPEST}")
        } else if self.plan.files.len() > MOST_PLANS {
            format!("more than {MOST_PLANS} plans are included")
        } else if self.plan.steps.len() > MOST_STEPS {
            format!("plans that are included have more than {MOST_STEPS} steps")
        } else {
            return true;
        };
        self.takes_no_more = true;
        self.push(
            Diagnostic::error("too-many-includes", message)
                .at(self.excerpt(include), "this one is past the limit")
                .note("a plan counts each time that it is included"),
        );
        false
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{problems, read};

    #[test]
    fn includes_that_double_each_other_are_stopped_by_one_problem() {
        let check = |entry: &str, expected: &str| {
            let text = |at: usize| entry.replace("NEXT", &format!("p{}.yaml", at + 1));
            let mut files: Vec<_> = (0..200).map(|at| (format!("p{at}.yaml"), text(at))).collect();
            if entry.contains("b:") {
                files[50].1 = "{}".to_owned();
            }
            let files: Vec<_> = files.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            assert_eq!(problems(&files), [expected]);
        };
        check("include: { a: NEXT }", "too-many-includes p64.yaml:1 includes nest deeper than 64");
        check(
            "include: { a: NEXT, b: NEXT }",
            "too-many-includes p44.yaml:1 more than 1000 plans are included",
        );
    }

    #[test]
    fn a_plan_that_is_not_there_is_told_where_it_is_included() {
        let (plan, told) = read(&[("p.yaml", "include:\n  a: no.yaml")]);
        assert_eq!(told, ["no-such-file p.yaml:2 there is no plan `no.yaml`"]);
        assert!(plan.is_broken("a/b") && !plan.is_broken("b"));
    }
}
