//! A plan as it was written: scalars, lists and maps, each with its span.
//!
//! Options are deserialized from it with every scalar's own text: `1e5`, `0123` and `no` reach a
//! text field as they stand in the plan. Knows no YAML and no kind of step.

mod reader;

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;

use serde::de::{self, DeserializeOwned, Expected, Unexpected};

use crate::diagnostic::{Diagnostic, TextProblem, TextProblems, names, nearest};
use crate::source::{Sources, Span};
use reader::Reader;

/// How many problems are looked for in one tree.
const MOST_PROBLEMS: usize = 50;

/// A value in a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub node: TreeNode,
}

/// What a value in a plan can be.
#[derive(Debug, Clone, PartialEq)]
pub enum TreeNode {
    /// A text, number, boolean or nothing, as it was written.
    Scalar {
        /// The text, without quotes.
        text: String,
        /// Whether it was quoted, so that it is a text for sure.
        quoted: bool,
    },
    /// A list.
    List(Vec<Tree>),
    /// A map in the order written; no key comes twice.
    Map(Vec<(Key, Tree)>),
}

/// A key of a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// Its text.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// A problem in a tree.
#[derive(Debug, Clone, PartialEq)]
pub struct TreeError {
    span: Option<Span>,
    /// The key of the innermost map entry that holds the problem.
    entry: Option<Span>,
    problem: Problem,
}

#[derive(Debug, Clone, PartialEq)]
enum Problem {
    UnknownKey {
        key: String,
        known: Vec<&'static str>,
        meant: Option<&'static str>,
    },
    MissingKey(&'static str),
    UnknownWord {
        word: String,
        known: Vec<&'static str>,
    },
    /// A part of the text of a scalar is wrong.
    InText(Box<(String, TextProblem)>),
    /// Several parts are; they are told one by one.
    InTexts(TextProblems),
    Other(String),
}

impl Tree {
    /// Returns the value under a key, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Tree> {
        self.entry(key).map(|(_, value)| value)
    }

    /// Returns the key and its value, if this is a map that has it.
    pub fn entry(&self, key: &str) -> Option<(&Key, &Tree)> {
        self.entries().iter().find(|(name, _)| name.text == key).map(|(key, value)| (key, value))
    }

    /// Returns the entries of a map; nothing else has any.
    pub fn entries(&self) -> &[(Key, Tree)] {
        match &self.node {
            TreeNode::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Returns the items of a list; nothing else has any.
    pub fn items(&self) -> &[Tree] {
        match &self.node {
            TreeNode::List(items) => items,
            _ => &[],
        }
    }

    /// Returns the text of a scalar that is something.
    pub fn text(&self) -> Option<&str> {
        match &self.node {
            TreeNode::Scalar { text, .. } if !self.is_null() => Some(text),
            _ => None,
        }
    }

    /// Returns whether it is nothing: empty, `~` or `null`.
    pub fn is_null(&self) -> bool {
        matches!(&self.node, TreeNode::Scalar { text, quoted: false }
            if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// Returns whether it is null or a list of nothing.
    pub fn is_empty(&self) -> bool {
        self.is_null() || matches!(&self.node, TreeNode::List(items) if items.is_empty())
    }

    /// Finds a scalar with this text, in it or below it, for a message about that text.
    pub fn find_text(&self, wanted: &str) -> Option<Span> {
        match &self.node {
            TreeNode::Scalar { text, .. } => (text == wanted).then_some(self.span),
            TreeNode::List(items) => items.iter().find_map(|item| item.find_text(wanted)),
            TreeNode::Map(entries) => entries.iter().find_map(|(_, item)| item.find_text(wanted)),
        }
    }

    /// Finds a key with this text, in it or below it.
    pub fn find_key(&self, wanted: &str) -> Option<Span> {
        match &self.node {
            TreeNode::Scalar { .. } => None,
            TreeNode::List(items) => items.iter().find_map(|item| item.find_key(wanted)),
            TreeNode::Map(entries) => entries.iter().find_map(|(key, item)| {
                (key.text == wanted).then_some(key.span).or_else(|| item.find_key(wanted))
            }),
        }
    }

    /// Returns where each text stands first, in it or below it.
    pub fn texts(&self) -> HashMap<&str, Span> {
        let mut found = HashMap::new();
        let mut rest = vec![self];
        while let Some(tree) = rest.pop() {
            match &tree.node {
                TreeNode::Scalar { text, .. } => {
                    found.entry(text.as_str()).or_insert(tree.span);
                }
                TreeNode::List(items) => rest.extend(items.iter().rev()),
                TreeNode::Map(entries) => rest.extend(entries.iter().rev().map(|(_, item)| item)),
            }
        }
        found
    }

    /// Says what it is, for "expected …, found …".
    pub fn describe(&self) -> String {
        match &self.node {
            TreeNode::Scalar { .. } if self.is_null() => "nothing".to_owned(),
            TreeNode::Scalar { text, quoted: true } => format!("the text `{text}`"),
            TreeNode::Scalar { text, .. } => format!("`{text}`"),
            TreeNode::List(_) => "a list".to_owned(),
            TreeNode::Map(_) => "a map".to_owned(),
        }
    }

    /// Reads a value of type `T`, whose unknown keys are errors.
    ///
    /// # Errors
    ///
    /// Returns every problem that can be found: what is wrong is left out and the rest is read on.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Vec<TreeError>> {
        let skipped = RefCell::new(Vec::new());
        let mut errors = Vec::new();
        loop {
            match T::deserialize(Reader { tree: self, skipped: &skipped }) {
                Ok(value) if errors.is_empty() => return Ok(value),
                Ok(_) => return Err(errors),
                Err(error) => {
                    let entry = error.entry;
                    if !self.follows_from(&error, &skipped.borrow())
                        && !self.is_misspelled(&error, &mut errors)
                    {
                        errors.extend(error.each());
                    }
                    match entry {
                        Some(entry) if errors.len() < MOST_PROBLEMS => {
                            skipped.borrow_mut().push(entry);
                        }
                        _ => return Err(errors),
                    }
                }
            }
        }
    }

    /// Returns whether a key is missing only because its entry, which was wrong, was left out.
    fn follows_from(&self, error: &TreeError, skipped: &[Span]) -> bool {
        let Problem::MissingKey(name) = error.problem else { return false };
        let at = error.span.and_then(|span| self.map_at(span)).unwrap_or(self);
        at.entry(name).is_some_and(|(key, _)| skipped.contains(&key.span))
    }

    /// Returns whether a missing key is there under a name that is nearly its own, which then says
    /// so.
    fn is_misspelled(&self, error: &TreeError, errors: &mut [TreeError]) -> bool {
        let Problem::MissingKey(name) = error.problem else { return false };
        let map = error.span.and_then(|span| self.map_at(span)).unwrap_or(self);
        let is_in_map =
            |at: Option<Span>| map.entries().iter().any(|(key, _)| Some(key.span) == at);
        for other in errors.iter_mut().filter(|other| is_in_map(other.span)) {
            if let Problem::UnknownKey { key, meant: meant @ None, .. } = &mut other.problem
                && nearest(key, [name]).is_some()
            {
                *meant = Some(name);
                return true;
            }
        }
        false
    }

    fn map_at(&self, span: Span) -> Option<&Tree> {
        if self.span == span && matches!(self.node, TreeNode::Map(_)) {
            return Some(self);
        }
        match &self.node {
            TreeNode::Scalar { .. } => None,
            TreeNode::List(items) => items.iter().find_map(|item| item.map_at(span)),
            TreeNode::Map(entries) => entries.iter().find_map(|(_, item)| item.map_at(span)),
        }
    }
}

impl TreeError {
    /// Makes the message for people; `place` is used where the problem has no place of its own.
    ///
    /// `also_known` are keys that someone else reads from the same map.
    pub fn diagnostic(&self, sources: &Sources, place: Span, also_known: &[&str]) -> Diagnostic {
        let span = self.span.unwrap_or(place);
        match &self.problem {
            Problem::UnknownKey { key, known, meant } => {
                let known: Vec<&str> = also_known.iter().chain(known).copied().collect();
                unknown_key(sources, span, key, *meant, &known)
            }
            Problem::MissingKey(key) => {
                // The whole map is no place to point at: its owner is.
                let place = if self.entry.is_some() { span } else { place };
                Diagnostic::error("missing-key", format!("the key `{key}` is missing"))
                    .at(sources.excerpt(place), format!("`{key}` is needed here"))
            }
            Problem::UnknownWord { word, known } => {
                Diagnostic::error("unknown-word", format!("`{word}` is not known here"))
                    .at(sources.excerpt(span), format!("expected {}", list(known)))
                    .did_you_mean(word, known.iter().copied())
            }
            Problem::InText(part) => {
                let (text, problem) = &**part;
                let part = sources.part(span, text, &problem.range);
                Diagnostic::error("expression", problem.message.clone())
                    .at(sources.excerpt(part), problem.label.clone())
                    .help_if(problem.help.clone())
            }
            Problem::InTexts(_) => Diagnostic::error("wrong-value", self.to_string())
                .at(sources.excerpt(span), String::new()),
            Problem::Other(message) => Diagnostic::error("wrong-value", message.clone())
                .at(sources.excerpt(span), String::new()),
        }
    }

    /// Returns its parts, each with the place of the whole.
    fn each(self) -> Vec<TreeError> {
        let Problem::InTexts(TextProblems { text, problems }) = self.problem else {
            return vec![self];
        };
        let (span, entry) = (self.span, self.entry);
        let part = |problem| TreeError {
            span,
            entry,
            problem: Problem::InText(Box::new((text.clone(), problem))),
        };
        problems.into_iter().map(part).collect()
    }

    fn new(problem: Problem) -> TreeError {
        TreeError { span: None, entry: None, problem }
    }

    fn at(mut self, span: Span) -> TreeError {
        self.span.get_or_insert(span);
        self
    }

    fn in_entry(mut self, key: Span) -> TreeError {
        self.entry.get_or_insert(key);
        self
    }
}

/// Makes the message for a key that nothing reads.
///
/// `meant` is the one it stands for, if that is known already.
pub fn unknown_key(
    sources: &Sources,
    span: Span,
    key: &str,
    meant: Option<&str>,
    known: &[&str],
) -> Diagnostic {
    let mut known = known.to_vec();
    known.sort_unstable();
    known.dedup();
    let problem = Diagnostic::error("unknown-key", format!("unknown key `{key}`"))
        .at(sources.excerpt(span), "not known here");
    let problem = match meant {
        Some(meant) => problem.help(format!("did you mean `{meant}`?")),
        None => problem.did_you_mean(key, known.iter().copied()),
    };
    match known.is_empty() {
        true => problem.note("no options are known here"),
        false => problem.note(format!("known here: {}", list(&known))),
    }
}

fn list(words: &[&str]) -> String {
    match words {
        [words @ .., last] if !words.is_empty() => {
            format!("{} or `{last}`", names(words.iter().copied()))
        }
        words => names(words.iter().copied()),
    }
}

/// Says what serde expects in the words of plans.
fn wanted(expected: &str) -> String {
    let range = |least: i128, most: i128| format!("a whole number from {least} to {most}");
    match expected {
        "u8" => range(0, u8::MAX.into()),
        "u16" => range(0, u16::MAX.into()),
        "u32" => range(0, u32::MAX.into()),
        "u64" | "usize" => "a whole number, 0 or more".to_owned(),
        "a nonzero u8" => range(1, u8::MAX.into()),
        "a nonzero u16" => range(1, u16::MAX.into()),
        "a nonzero u32" => range(1, u32::MAX.into()),
        "a nonzero u64" | "a nonzero usize" => "a whole number, 1 or more".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a string" => "a text".to_owned(),
        "a boolean" => "`true` or `false`".to_owned(),
        "a sequence" => "a list".to_owned(),
        other if other.starts_with("struct ") => "a map".to_owned(),
        other => other.to_owned(),
    }
}

/// Says what was found as [`Tree::describe`] does.
fn given(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(found) => format!("`{found}`"),
        Unexpected::Unsigned(found) => format!("`{found}`"),
        Unexpected::Signed(found) => format!("`{found}`"),
        Unexpected::Float(found) => format!("`{found}`"),
        Unexpected::Char(found) => format!("`{found}`"),
        Unexpected::Str(found) => format!("`{found}`"),
        Unexpected::Unit | Unexpected::Option => "nothing".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a map".to_owned(),
        other => other.to_string(),
    }
}

impl fmt::Display for TreeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.problem {
            Problem::UnknownKey { key, .. } => write!(f, "unknown key `{key}`"),
            Problem::MissingKey(key) => write!(f, "the key `{key}` is missing"),
            Problem::UnknownWord { word, .. } => write!(f, "`{word}` is not known here"),
            Problem::InText(part) => f.write_str(&part.1.message),
            Problem::InTexts(texts) => {
                let messages = texts.problems.iter().map(|problem| problem.message.as_str());
                f.write_str(&messages.collect::<Vec<_>>().join("; "))
            }
            Problem::Other(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for TreeError {}

impl de::Error for TreeError {
    fn custom<T: fmt::Display>(message: T) -> TreeError {
        let message = message.to_string();
        TreeError::new(match TextProblems::of_message(&message) {
            Some(problems) => Problem::InTexts(problems),
            None => Problem::Other(message),
        })
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> TreeError {
        let (expected, found) = (wanted(&expected.to_string()), given(found));
        TreeError::custom(format!("expected {expected}, found {found}"))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> TreeError {
        TreeError::invalid_type(found, expected)
    }

    fn unknown_field(key: &str, known: &'static [&'static str]) -> TreeError {
        let (key, known) = (key.to_owned(), known.to_vec());
        TreeError::new(Problem::UnknownKey { key, known, meant: None })
    }

    fn unknown_variant(word: &str, known: &'static [&'static str]) -> TreeError {
        TreeError::new(Problem::UnknownWord { word: word.to_owned(), known: known.to_vec() })
    }

    fn missing_field(key: &'static str) -> TreeError {
        TreeError::new(Problem::MissingKey(key))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Options {
        color: String,
        #[serde(default)]
        wrap: Option<u32>,
        #[serde(default)]
        side: Side,
    }

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(rename_all = "lowercase")]
    enum Side {
        #[default]
        Left,
        Right,
    }

    fn scalar(text: &str, at: u32) -> Tree {
        let span = Span { source: 0, start: at, end: at + 1 };
        Tree { span, node: TreeNode::Scalar { text: text.to_owned(), quoted: false } }
    }

    fn map(entries: &[(&str, &str)]) -> Tree {
        let entries = entries.iter().zip(0..).map(|((key, value), at)| {
            let span = Span { source: 0, start: 10 * at, end: 10 * at + 1 };
            (Key { text: (*key).to_owned(), span }, scalar(value, 10 * at + 5))
        });
        Tree { span: Span::default(), node: TreeNode::Map(entries.collect()) }
    }

    #[test]
    fn a_text_field_gets_the_text_as_written() {
        for text in ["1e5", "0123", "no", "002a41", "true"] {
            let options: Options = map(&[("color", text), ("side", "right")]).read().unwrap();
            assert_eq!((options.color.as_str(), options.side), (text, Side::Right));
        }
    }

    #[test]
    fn every_problem_is_found_at_once() {
        let tree = map(&[("colour", "x"), ("wrap", "-1"), ("side", "lefft")]);
        let errors = tree.read::<Options>().unwrap_err();
        let said: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 3, "{said:?}");
        assert_eq!(said[0], "unknown key `colour`");
        assert!(matches!(errors[0].problem, Problem::UnknownKey { meant: Some("color"), .. }));
        assert_eq!(said[1], "expected a whole number from 0 to 4294967295, found `-1`");
        assert_eq!(said[2], "`lefft` is not known here");
    }

    #[test]
    fn a_key_that_is_not_there_is_missing() {
        let errors = map(&[("wrap", "1"), ("hue", "x")]).read::<Options>().unwrap_err();
        let said: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(said, ["unknown key `hue`", "the key `color` is missing"]);
    }

    #[test]
    fn a_key_with_a_wrong_value_is_not_called_missing() {
        let mut tree = map(&[("color", "x"), ("wrap", "1")]);
        if let TreeNode::Map(entries) = &mut tree.node {
            entries[0].1.node = TreeNode::List(Vec::new());
        }
        let errors = tree.read::<Options>().unwrap_err();
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].to_string(), "expected a text, found a list");
    }
}
