//! A place in a text that goes forward: what stands there, and steps over it.

use std::ops::Range;

/// A text and how far it is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'t> {
    pub text: &'t str,
    pub at: usize,
}

impl<'t> Cursor<'t> {
    /// Returns what is not read yet.
    pub fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps over a text if it comes next.
    pub fn take(&mut self, text: &str) -> bool {
        let is_next = self.rest().starts_with(text);
        if is_next {
            self.at += text.len();
        }
        is_next
    }

    /// Steps over a word if it comes next, and no longer word around it.
    pub fn take_word(&mut self, word: &str) -> bool {
        let Some(after) = self.rest().strip_prefix(word) else { return false };
        let is_word = !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        if is_word {
            self.at += word.len();
        }
        is_word
    }

    /// Steps over characters and returns them.
    pub fn take_while(&mut self, is_one: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|c| !is_one(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// Steps over blanks, line breaks left out.
    pub fn skip_blanks(&mut self) {
        self.take_while(|c| c.is_whitespace() && c != '\n' && c != '\r');
    }

    /// Steps over white space of every kind.
    pub fn skip_space(&mut self) {
        self.take_while(char::is_whitespace);
    }

    /// Steps to the end of the line and returns what was left of it.
    pub fn take_line(&mut self) -> &'t str {
        self.take_while(|c| c != '\n' && c != '\r')
    }

    /// Returns where the next character is.
    pub fn here(&self) -> Range<usize> {
        self.at..self.at + self.rest().chars().next().map_or(0, char::len_utf8)
    }
}
