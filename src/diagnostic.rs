//! What is wrong, where, and what to do about it.
//!
//! A [`Diagnostic`] is data: it draws nothing and knows no terminal.

use std::borrow::Cow;
use std::io;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::source::Excerpt;

/// How many problems of one step are kept; the rest are counted.
const MOST_KEPT: usize = 20;

/// How long a name can be for another to be looked for, in bytes.
const LONGEST_NAME: usize = 128;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The step, or the whole build, cannot go on.
    Error,
    /// The result is whole, but perhaps not what was meant.
    Warning,
}

/// A problem, written for the person who can mend it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable name for this kind of problem, such as `unknown-key`.
    pub code: Cow<'static, str>,
    /// What is wrong: lower case, no full stop, names in backticks.
    pub message: String,
    /// Where; the first is the place itself, the others explain it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<Label>,
    /// Facts that help to understand it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// What to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub help: Vec<String>,
}

/// A place in a text, and what there is to say about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Label {
    /// The place.
    pub at: Excerpt,
    /// What to say beside it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
}

impl Diagnostic {
    /// Makes an error.
    pub fn error(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, message)
    }

    /// Makes a warning.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Warning, code, message)
    }

    /// Makes a problem of the given severity.
    pub fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity,
            code: Cow::Borrowed(code),
            message: message.into(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
        }
    }

    /// Adds a place; the first one added is the place itself.
    #[must_use]
    pub fn at(mut self, at: Excerpt, message: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { at, message: message.into() });
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Diagnostic {
        self.notes.push(note.into());
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help.push(help.into());
        self
    }

    /// Adds `did you mean` when one of the known names is near.
    #[must_use]
    pub fn did_you_mean<'a>(
        self,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Diagnostic {
        match nearest(name, known) {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None => self,
        }
    }
}

/// Problems in the order found; past a limit they are only counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostics {
    /// Those that are kept.
    pub list: Vec<Diagnostic>,
    /// How many errors and warnings there were in all.
    pub errors: usize,
    /// How many warnings there were in all.
    pub warnings: usize,
}

/// A step could not go on; why is in its [`Diagnostics`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failed;

impl Diagnostics {
    /// Adds a problem.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let count = match diagnostic.severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        *count += 1;
        if *count <= MOST_KEPT {
            self.list.push(diagnostic);
        }
    }

    /// Adds a problem that is costly to describe: `describe` runs only while there is room.
    pub fn push_with(&mut self, severity: Severity, describe: impl FnOnce() -> Diagnostic) {
        let count = match severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        if *count < MOST_KEPT {
            let diagnostic = describe();
            debug_assert_eq!(diagnostic.severity, severity);
            self.push(diagnostic);
        } else {
            *count += 1;
        }
    }

    /// Adds an error and returns [`Failed`], for `return Err(…)`.
    pub fn fail(&mut self, diagnostic: Diagnostic) -> Failed {
        self.push(diagnostic);
        Failed
    }

    /// Returns whether there was an error.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Returns whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.errors == 0 && self.warnings == 0
    }

    /// Returns how many were found and not kept.
    pub fn omitted(&self) -> usize {
        self.errors + self.warnings - self.list.len()
    }
}

/// Returns the known name that `name` was probably meant to be.
///
/// A letter more or less, another one, or two that changed places count alike.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    let lower = name.to_lowercase();
    known
        .into_iter()
        .filter(|known| *known != name && known.len() <= LONGEST_NAME)
        .map(|known| (known, known.to_lowercase()))
        .map(|(known, other)| (strsim::jaro_winkler(&lower, &other), known, other))
        .filter(|(likeness, ..)| *likeness > 0.8)
        .map(|(likeness, known, other)| (strsim::osa_distance(&lower, &other), likeness, known))
        .min_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(b.2)))
        .map(|(.., known)| known)
}

/// Returns whether `name` is `known` with a typo or two, and hardly a word of its own.
pub fn is_misspelled(name: &str, known: &str) -> bool {
    let most = match known.len() {
        ..4 => return false,
        4..6 => 1,
        _ => 2,
    };
    let name = name.to_lowercase();
    // The first letter is hardly ever wrong: `height` is no `weight`.
    name != known
        && name.chars().next() == known.chars().next()
        && name.len().abs_diff(known.len()) <= most
        && strsim::osa_distance(&name, known) <= most
}

/// Says why a file could not be read or written, without the system's number for it.
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error ") {
        Some((reason, _)) => {
            let mut letters = reason.chars();
            let first = letters.next().map(|letter| letter.to_ascii_lowercase());
            first.into_iter().chain(letters).collect()
        }
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found_through_a_typo() {
        let known = ["orientation", "from", "format"];
        assert_eq!(nearest("orientaton", known), Some("orientation"));
        assert_eq!(nearest("fro", known), Some("from"));
        assert_eq!(nearest("form", known), Some("from"));
        assert_eq!(nearest("zebra", known), None);
    }

    #[test]
    fn a_misspelled_name_is_told_from_another_word() {
        for (name, known) in [("wieght", "weight"), ("layr", "layer"), ("belong_to", "belongs_to")]
        {
            assert!(is_misspelled(name, known), "{name}");
        }
        for (name, known) in [("height", "weight"), ("ip", "id"), ("format", "from"), ("a", "b")] {
            assert!(!is_misspelled(name, known), "{name}");
        }
    }

    #[test]
    fn a_reason_has_no_number_of_the_system() {
        assert_eq!(reason(&io::Error::from_raw_os_error(2)), "no such file or directory");
        assert_eq!(reason(&io::Error::other("it keeps changing")), "it keeps changing");
    }

    #[test]
    fn problems_past_the_limit_are_counted() {
        let mut problems = Diagnostics::default();
        for row in 0..MOST_KEPT + 5 {
            problems.push(Diagnostic::error("bad-number", format!("row {row}")));
        }
        assert_eq!((problems.list.len(), problems.omitted()), (MOST_KEPT, 5));
    }
}
