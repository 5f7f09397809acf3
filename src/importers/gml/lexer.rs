//! Cuts GML into keys, values and brackets.

use std::borrow::Cow;
use std::ops::Range;

use super::super::entities::with_entities;
use super::super::graph_file::{Draft, Read, Sort};
use crate::diagnostic::Diagnostic;

/// A piece of GML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'t> {
    Key(&'t str),
    Text(Cow<'t, str>),
    Number(&'t str, Sort),
    Open,
    Close,
    End,
}

/// A GML text under way.
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    pub fn new(text: &'t str) -> Lexer<'t> {
        Lexer { text, at: 0 }
    }

    /// Returns the next piece and where it is.
    pub fn next(&mut self, draft: &Draft<'t>) -> Read<(Token<'t>, Range<usize>)> {
        self.skip_space();
        let bytes = self.text.as_bytes();
        let start = self.at;
        let wrong = |range: Range<usize>, message: String, label: &str| {
            let at = draft.excerpt_of(range);
            Err(Box::new(Diagnostic::error("bad-gml", message).at(at, label)))
        };
        let token = match bytes.get(start) {
            None => Token::End,
            Some(b'[') => {
                self.at += 1;
                Token::Open
            }
            Some(b']') => {
                self.at += 1;
                Token::Close
            }
            Some(b'"') => {
                let Some(length) = memchr::memchr(b'"', &bytes[start + 1..]) else {
                    let message = "the text is never closed".to_owned();
                    return wrong(start..start + 1, message, "it opens here");
                };
                self.at = start + length + 2;
                let text = &self.text[start + 1..start + 1 + length];
                Token::Text(match memchr::memchr(b'&', text.as_bytes()) {
                    Some(_) => Cow::Owned(with_entities(text)),
                    None => Cow::Borrowed(text),
                })
            }
            Some(b'+' | b'-' | b'.' | b'0'..=b'9') => {
                let number = self.word();
                match sort_of(number) {
                    Some(sort) => Token::Number(number, sort),
                    None => {
                        let message = format!("`{number}` is no number");
                        return wrong(start..self.at, message, "");
                    }
                }
            }
            Some(byte) if byte.is_ascii_alphabetic() || *byte == b'_' => {
                match self.word() {
                    // What is no number, and stands for one.
                    word @ ("NAN" | "INF" | "nan" | "inf" | "NaN" | "Inf") => {
                        Token::Text(Cow::Borrowed(word))
                    }
                    key => Token::Key(key),
                }
            }
            Some(_) => {
                let found = self.text[start..].chars().next().unwrap_or(' ');
                let message = format!("nothing in GML begins with `{found}`");
                return wrong(start..start + found.len_utf8(), message, "");
            }
        };
        Ok((token, start..self.at))
    }

    fn word(&mut self) -> &'t str {
        let rest = &self.text.as_bytes()[self.at..];
        let ends =
            |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'[' | b']' | b'"' | b'#');
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        let word = &self.text[self.at..self.at + length];
        self.at += length;
        word
    }

    fn skip_space(&mut self) {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at) {
                Some(byte) if byte.is_ascii_whitespace() => self.at += 1,
                Some(b'#') => {
                    let rest = &bytes[self.at..];
                    self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
                }
                _ => return,
            }
        }
    }
}

fn sort_of(number: &str) -> Option<Sort> {
    let digits = number.strip_prefix(['+', '-']).unwrap_or(number);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than 64 bits hold are a text, so that none is lost.
        return Some(if number.parse::<i64>().is_ok() { Sort::Integer } else { Sort::Text });
    }
    if matches!(digits, "INF" | "NAN" | "inf" | "nan") {
        return Some(Sort::Text);
    }
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let value = number.parse::<f64>().ok().filter(|_| is_number)?;
    Some(if value.is_finite() { Sort::Number } else { Sort::Text })
}

/// Tells that something else should stand at a place.
pub(super) fn expected(what: &str, at: Range<usize>, draft: &Draft<'_>) -> Box<Diagnostic> {
    let message = match draft.text.get(at.clone()).filter(|found| !found.is_empty()) {
        Some(found) => format!("expected {what}, found `{found}`"),
        None => format!("the file ends where {what} should stand"),
    };
    Box::new(Diagnostic::error("bad-gml", message).at(draft.excerpt_of(at), ""))
}
