//! Values of an older plan by their keys, each checked as it is read.

use crate::diagnostic::{Diagnostic, Diagnostics, names};
use crate::source::{Sources, Span};
use crate::tree::{Tree, TreeNode};

/// Reads values and tells what is wrong with them.
pub(super) struct Keys<'a> {
    sources: &'a Sources,
    diagnostics: &'a mut Diagnostics,
}

/// One of some words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    /// What it is called today.
    pub word: &'static str,
    pub span: Span,
}

impl<'a> Keys<'a> {
    pub(super) fn new(sources: &'a Sources, diagnostics: &'a mut Diagnostics) -> Keys<'a> {
        Keys { sources, diagnostics }
    }

    /// Warns of the keys of a map that nothing reads.
    pub(super) fn expect(&mut self, map: &Tree, known: &[&str]) {
        for (key, _) in map.entries() {
            if !known.contains(&key.text.as_str()) {
                let message = format!("`{}` means nothing here and is ignored", key.text);
                let problem = Diagnostic::warning("ignored-key", message)
                    .did_you_mean(&key.text, known.iter().copied())
                    .note("the earlier tool ignored it without a word");
                self.warn(problem, key.span);
            }
        }
    }

    /// Returns a map under a key; what is no map is told.
    pub(super) fn map<'t>(&mut self, map: &'t Tree, key: &str) -> Option<&'t Tree> {
        let value = map.get(key).filter(|value| !value.is_null())?;
        self.is_map(value, &format!("`{key}` is a map")).then_some(value)
    }

    /// Returns whether a value is a map, and tells if not.
    pub(super) fn is_map(&mut self, value: &Tree, message: &str) -> bool {
        let fits = matches!(value.node, TreeNode::Map(_));
        if !fits {
            self.wrong(value, message);
        }
        fits
    }

    pub(super) fn text<'t>(&mut self, map: &'t Tree, key: &str) -> Option<(&'t str, Span)> {
        let value = map.get(key).filter(|value| !value.is_null())?;
        match value.text() {
            Some(text) => Some((text, value.span)),
            None => {
                self.wrong(value, &format!("`{key}` is a text"));
                None
            }
        }
    }

    pub(super) fn needed_text<'t>(
        &mut self,
        map: &'t Tree,
        key: &'static str,
    ) -> Option<(&'t str, Span)> {
        match map.get(key).filter(|value| !value.is_null()) {
            Some(_) => self.text(map, key),
            None => {
                self.missing(map.span, key);
                None
            }
        }
    }

    /// Returns the word of today for one of `words`: pairs of the older word and today's.
    pub(super) fn word(
        &mut self,
        map: &Tree,
        key: &str,
        words: &[(&'static str, &'static str)],
    ) -> Option<Word> {
        let (text, span) = self.text(map, key)?;
        let found = words.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            self.unknown_word(text, span, words.iter().map(|(word, _)| *word));
        }
        found.map(|(_, word)| Word { word, span })
    }

    pub(super) fn needed_word(
        &mut self,
        map: &Tree,
        key: &'static str,
        words: &[(&'static str, &'static str)],
    ) -> Option<Word> {
        self.needed_text(map, key)?;
        self.word(map, key, words)
    }

    /// Returns a truth value, and where it stands.
    pub(super) fn flag(&mut self, map: &Tree, key: &str) -> Option<(bool, Span)> {
        let value = map.get(key).filter(|value| !value.is_null())?;
        match value.text() {
            Some("true" | "True" | "TRUE") => Some((true, value.span)),
            Some("false" | "False" | "FALSE") => Some((false, value.span)),
            _ => {
                self.wrong(value, &format!("`{key}` is `true` or `false`"));
                None
            }
        }
    }

    /// Returns a number if it is more than 0; nothing else turns anything on.
    pub(super) fn count(&mut self, map: &Tree, key: &str) -> Option<(u32, Span)> {
        let value = map.get(key).filter(|value| !value.is_null())?;
        match value.text().map(str::parse::<i64>) {
            Some(Ok(number)) => {
                let count = u32::try_from(number.min(i64::from(u32::MAX))).ok();
                count.filter(|count| *count > 0).map(|count| (count, value.span))
            }
            _ => {
                self.wrong(value, &format!("`{key}` is a whole number"));
                None
            }
        }
    }

    pub(super) fn wrong(&mut self, value: &Tree, message: &str) {
        let problem = Diagnostic::error("wrong-value", message);
        let found = format!("this is {}", value.describe());
        self.diagnostics.push(problem.at(self.sources.excerpt(value.span), found));
    }

    pub(super) fn missing(&mut self, span: Span, key: &'static str) {
        let problem = Diagnostic::error("missing-key", format!("the key `{key}` is missing"));
        self.diagnostics
            .push(problem.at(self.sources.excerpt(span), format!("`{key}` is needed here")));
    }

    pub(super) fn unknown_word(
        &mut self,
        word: &str,
        span: Span,
        known: impl Iterator<Item = &'static str> + Clone,
    ) {
        let problem = Diagnostic::error("unknown-word", format!("`{word}` is not known here"))
            .at(self.sources.excerpt(span), "not known")
            .did_you_mean(word, known.clone())
            .note(format!("known here: {}", names(known)));
        self.diagnostics.push(problem);
    }

    /// Tells a warning at its place.
    pub(super) fn warn(&mut self, problem: Diagnostic, span: Span) {
        self.tell(problem, &[(span, "")]);
    }

    /// Tells a problem at its places, with what is there.
    pub(super) fn tell(&mut self, problem: Diagnostic, places: &[(Span, &'static str)]) {
        let at = |problem: Diagnostic, (span, label): &(Span, &'static str)| {
            problem.at(self.sources.excerpt(*span), *label)
        };
        self.diagnostics.push(places.iter().fold(problem, at));
    }
}
