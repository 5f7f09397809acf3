//! Warnings that several exports of one build give in the same words: pictures of one graph lack
//! the same characters, whatever their format. Each is shown once, and at the end where else it is.

use layercake::diagnostic::{Diagnostic, Severity};

/// How many warnings are remembered.
const MOST_REMEMBERED: usize = 100;
/// How many steps are named that a warning is of as well.
const MOST_NAMED: usize = 5;

/// What exports were warned of.
#[derive(Debug, Default)]
pub struct Repeated(Vec<Told>);

/// A warning that was shown.
#[derive(Debug)]
struct Told {
    warning: Diagnostic,
    /// The other steps that it is of.
    others: Vec<String>,
}

impl Repeated {
    /// Returns whether a problem of a step was shown already, and remembers it.
    pub fn is_told(&mut self, problem: &Diagnostic, step: &str, kind: &str) -> bool {
        if problem.severity != Severity::Warning || !kind.starts_with("export ") {
            return false;
        }
        let is_same = |told: &&mut Told| {
            let told = &told.warning;
            told.code == problem.code
                && told.message == problem.message
                && told.notes == problem.notes
                && told.help == problem.help
        };
        if let Some(told) = self.0.iter_mut().find(is_same) {
            told.others.push(step.to_owned());
            return true;
        }
        if self.0.len() < MOST_REMEMBERED {
            self.0.push(Told { warning: problem.clone(), others: Vec::new() });
        }
        false
    }

    /// Returns a line for each warning that more than one step gave, and starts anew.
    pub fn lines(&mut self) -> Vec<String> {
        let told = std::mem::take(&mut self.0);
        let lines = told.into_iter().filter(|told| !told.others.is_empty()).map(|mut told| {
            told.others.sort_unstable();
            let count = told.others.len();
            let more = count.saturating_sub(MOST_NAMED);
            let named: Vec<String> =
                told.others[..count - more].iter().map(|step| format!("`{step}`")).collect();
            let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("warning[{}]: the same of {}{rest}\n", told.warning.code, named.join(", "))
        });
        lines.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_of_several_exports_is_shown_once() {
        let mut repeated = Repeated::default();
        let warning = |message: &str| Diagnostic::warning("missing-glyphs", message);
        assert!(!repeated.is_told(&warning("one"), "a.svg", "export svg"));
        assert!(!repeated.is_told(&warning("two"), "a.svg", "export svg"));
        assert!(!repeated.is_told(&warning("one").note("of b"), "b.svg", "export svg"));
        for step in ["c.png", "b.pdf"] {
            assert!(repeated.is_told(&warning("one"), step, "export png"));
        }
        assert_eq!(repeated.lines(), ["warning[missing-glyphs]: the same of `b.pdf`, `c.png`\n"]);
        assert!(repeated.lines().is_empty());
        for step in 0..9 {
            assert_eq!(
                repeated.is_told(&warning("one"), &step.to_string(), "export svg"),
                step > 0
            );
        }
        let lines = repeated.lines();
        assert!(lines[0].ends_with("`1`, `2`, `3`, `4`, `5` and 3 more\n"), "{lines:?}");
    }

    #[test]
    fn errors_and_what_other_steps_say_are_shown_each_time() {
        let mut repeated = Repeated::default();
        for step in ["a", "b"] {
            let warning = Diagnostic::warning("no-rows", "it has no rows");
            assert!(!repeated.is_told(&warning, step, "import csv"));
            let error = Diagnostic::error("bad-icon", "it is no icon");
            assert!(!repeated.is_told(&error, step, "export svg"));
        }
        assert!(repeated.lines().is_empty());
    }
}
