//! What is wrong, where, and what to do about it.
//!
//! A [`Diagnostic`] is data: it draws nothing and knows no terminal.

mod text;

pub use text::{TextProblem, TextProblems};

use std::borrow::Cow;
use std::io;
use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::source::Excerpt;

/// How many problems of one step are kept; the rest are counted.
const MOST_KEPT: usize = 20;

/// How many are kept for somebody who wants all of them.
const MOST_EVER_KEPT: usize = 10_000;

/// How long a name can be for another to be looked for, in bytes.
const LONGEST_NAME: usize = 128;

/// How long a name or value is in a message, about, in bytes.
const LONGEST_SHOWN: usize = 200;

/// How long a message is, in bytes.
const LONGEST_MESSAGE: usize = 4000;

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
    /// The setting of the step that it is about, from the outermost key inward, such as `nodes`,
    /// `0` and `sheet`. Who knows the plan makes a place of it.
    #[serde(skip)]
    pub setting: Vec<Cow<'static, str>>,
    /// A text of the step's options that it is about, until its place in the plan is found.
    #[serde(skip)]
    pub in_text: Option<Box<InText>>,
}

/// A part of a text that a step has among its options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InText {
    /// The text, whole.
    pub text: String,
    /// The part, in bytes.
    pub range: Range<usize>,
    /// What to say beside it; may be empty.
    pub label: String,
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
            message: shown(message.into()),
            labels: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            in_text: None,
            setting: Vec::new(),
        }
    }

    /// Makes a problem of a kind that a plan names.
    pub fn named(severity: Severity, name: String, message: impl Into<String>) -> Diagnostic {
        Diagnostic { code: Cow::Owned(name), ..Diagnostic::new(severity, "", message) }
    }

    /// Says which setting it is about, or what holds the setting that it is about.
    #[must_use]
    pub fn about(mut self, setting: impl Into<Cow<'static, str>>) -> Diagnostic {
        self.setting.insert(0, setting.into());
        self
    }

    /// Adds a place; the first one added is the place itself.
    #[must_use]
    pub fn at(mut self, mut at: Excerpt, message: impl Into<String>) -> Diagnostic {
        if let Cow::Owned(path) = shown_name(&at.path) {
            at.path = path.into();
        }
        self.labels.push(Label { at, message: shown(message.into()) });
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Diagnostic {
        self.notes.push(shown(note.into()));
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help.push(shown(help.into()));
        self
    }

    /// Adds what to do, if that is known.
    #[must_use]
    pub fn help_if(self, help: Option<String>) -> Diagnostic {
        match help {
            Some(help) => self.help(help),
            None => self,
        }
    }

    /// Makes an error of a problem in a text of the step's options, which stands somewhere in the
    /// plan; who knows where finds it by [`Diagnostic::in_text`].
    pub fn of_text(code: &'static str, text: &str, problem: TextProblem) -> Diagnostic {
        let TextProblem { range, message, label, help } = problem;
        let mut made = Diagnostic::error(code, message).help_if(help);
        made.in_text = Some(Box::new(InText { text: text.to_owned(), range, label }));
        made
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
    #[serde(skip)]
    keeps_more: bool,
}

/// A step could not go on; why is in its [`Diagnostics`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failed;

impl Diagnostics {
    /// Makes a list that keeps more problems than one that is meant to be read at a glance.
    pub fn keeping_more() -> Diagnostics {
        Diagnostics { keeps_more: true, ..Diagnostics::default() }
    }

    /// Adds a problem.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let count = match diagnostic.severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        *count += 1;
        if *count <= most_kept(self.keeps_more) {
            self.list.push(diagnostic);
        }
    }

    /// Adds a problem that is costly to describe: `describe` runs only while there is room.
    pub fn push_with(&mut self, severity: Severity, describe: impl FnOnce() -> Diagnostic) {
        let count = match severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        if *count < most_kept(self.keeps_more) {
            let diagnostic = describe();
            debug_assert_eq!(diagnostic.severity, severity);
            self.push(diagnostic);
        } else {
            *count += 1;
        }
    }

    /// Adds the problems that were found elsewhere.
    pub fn append(&mut self, other: Diagnostics) {
        let Diagnostics { list, errors, warnings, .. } = other;
        let (errors, warnings) = (self.errors + errors, self.warnings + warnings);
        list.into_iter().for_each(|diagnostic| self.push(diagnostic));
        // Those that were only counted there are only counted here.
        (self.errors, self.warnings) = (errors, warnings);
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

fn most_kept(keeps_more: bool) -> usize {
    if keeps_more { MOST_EVER_KEPT } else { MOST_KEPT }
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

/// Makes a message fit to be shown: names and values in backticks are cut if they are long, and
/// what a terminal would not show as it is becomes an escape.
fn shown(message: String) -> String {
    if message.len() <= LONGEST_NAME && !message.contains(is_hidden) {
        return message;
    }
    let parts = message.split('`').enumerate().map(|(at, part)| match at % 2 {
        1 => shown_name(part),
        _ => escaped(part),
    });
    let shown = parts.collect::<Vec<_>>().join("`");
    match shown.len() > LONGEST_MESSAGE {
        true => shown_name(&shown).into_owned(),
        false => shown,
    }
}

/// Cuts a long name in its middle, and escapes what is hidden.
fn shown_name(name: &str) -> Cow<'_, str> {
    if name.len() <= LONGEST_SHOWN {
        return escaped(name);
    }
    let start = name.floor_char_boundary(LONGEST_SHOWN / 2);
    let end = name.ceil_char_boundary(name.len() - LONGEST_SHOWN / 3);
    Cow::Owned(format!("{}…{}", escaped(&name[..start]), escaped(&name[end..])))
}

fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match is_hidden(letter) {
            true => out.extend(letter.escape_default()),
            false => out.push(letter),
        }
    }
    Cow::Owned(out)
}

/// Returns whether a character would break a line, command a terminal or turn text around.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Lists names, for a message.
pub fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// Returns how many of something there are, for a message: `1 node`, `2 nodes`.
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
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

/// Writes a number of bytes for people.
pub fn bytes(count: u64) -> String {
    match count {
        0..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{:.1} kB", count as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", count as f64 / 1e6),
        _ => format!("{:.1} GB", count as f64 / 1e9),
    }
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
    fn a_long_name_is_cut_and_the_message_kept() {
        let name = "é".repeat(500_000);
        let problem = Diagnostic::error("unknown-key", format!("unknown key `{name}` in `x`"))
            .note(format!("known here: {}", names(["abc"; 100])));
        assert!(problem.message.len() < 300, "{}", problem.message);
        assert!(problem.message.starts_with("unknown key `é"));
        assert!(problem.message.ends_with("é` in `x`") && problem.message.contains("é…é"));
        assert!(problem.notes[0].len() > 600, "a list of short names is whole");
        let problem = Diagnostic::error("x", format!("{name} `` ` {name}"));
        assert!(problem.message.len() < 300);
    }

    #[test]
    fn what_a_terminal_would_not_show_is_escaped() {
        let at = Excerpt::whole_file("a\nb.csv");
        let problem = Diagnostic::error("x", "no `a\nb\u{1b}[31m\u{202e}`").at(at, "\t");
        assert_eq!(problem.message, "no `a\\nb\\u{1b}[31m\\u{202e}`");
        assert_eq!(
            (&*problem.labels[0].at.path, &*problem.labels[0].message),
            ("a\\nb.csv", "\\t")
        );
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
        let mut problems = Diagnostics::keeping_more();
        for row in 0..MOST_EVER_KEPT + 5 {
            problems.push_with(Severity::Warning, || Diagnostic::warning("odd", format!("{row}")));
        }
        assert_eq!((problems.list.len(), problems.omitted()), (MOST_EVER_KEPT, 5));
    }
}
