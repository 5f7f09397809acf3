//! Cuts DOT into tokens as Graphviz does: names, numbers, quoted and HTML texts, signs.

use std::borrow::Cow;
use std::ops::Range;

use super::super::graph_file::{Draft, Read};
use crate::diagnostic::Diagnostic;

/// A piece of DOT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// A name, a number or a quoted text, which all mean the same.
    Text(Cow<'t, str>),
    /// A text of HTML, without its outermost brackets.
    Html(Cow<'t, str>),
    Keyword(Keyword),
    /// `->` or `--`.
    Arrow(&'static str),
    /// One of `{}[]=,;:+@`.
    Sign(u8),
    End,
}

/// A word that is no name unless it is quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyword {
    Node,
    Edge,
    Graph,
    Digraph,
    Subgraph,
    Strict,
}

const KEYWORDS: [(&str, Keyword); 6] = [
    ("node", Keyword::Node),
    ("edge", Keyword::Edge),
    ("graph", Keyword::Graph),
    ("digraph", Keyword::Digraph),
    ("subgraph", Keyword::Subgraph),
    ("strict", Keyword::Strict),
];

/// A DOT text under way.
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
    /// The token that comes next.
    pub token: Token<'t>,
    /// Where it is.
    pub place: Range<usize>,
    /// Whether it is a quoted text, or HTML, to which `+` may add another one.
    can_grow: bool,
}

impl<'t> Lexer<'t> {
    /// Begins with the first token.
    pub fn new(draft: &mut Draft<'t>) -> Read<Lexer<'t>> {
        let mut lexer =
            Lexer { text: draft.text, at: 0, token: Token::End, place: 0..0, can_grow: false };
        lexer.advance(draft)?;
        Ok(lexer)
    }

    /// Reads the next token, and returns the one before it.
    pub fn advance(&mut self, draft: &mut Draft<'t>) -> Read<Token<'t>> {
        let before = std::mem::replace(&mut self.token, Token::End);
        self.read(draft)?;
        if self.can_grow {
            self.grow(draft)?;
        }
        Ok(before)
    }

    /// Returns whether a sign comes next.
    pub fn is(&self, sign: u8) -> bool {
        self.token == Token::Sign(sign)
    }

    /// Returns whether the token after the next one is a certain sign, which no text begins with.
    pub fn is_followed_by(&self, sign: u8) -> bool {
        self.text.as_bytes().get(self.after_space(self.at).unwrap_or(self.at)) == Some(&sign)
    }

    /// Reads a sign that must come next.
    pub fn take(&mut self, sign: u8, draft: &mut Draft<'t>) -> Read {
        if !self.is(sign) {
            return Err(self.expected(&format!("`{}`", char::from(sign)), draft));
        }
        self.advance(draft).map(drop)
    }

    /// Tells that something else should come next.
    pub fn expected(&self, what: &str, draft: &Draft<'t>) -> Box<Diagnostic> {
        let found = match &self.token {
            Token::End => {
                let message = format!("the file ends where {what} should stand");
                let end = self.text.len();
                return Box::new(
                    Diagnostic::error("bad-dot", message).at(draft.excerpt_of(end..end), ""),
                );
            }
            Token::Html(_) => "a text of HTML".to_owned(),
            Token::Keyword(_) => {
                format!("the keyword `{}`", &self.text[self.place.clone()])
            }
            _ => format!("`{}`", &self.text[self.place.clone()]),
        };
        let at = draft.excerpt_of(self.place.clone());
        let error =
            Diagnostic::error("bad-dot", format!("expected {what}, found {found}")).at(at, "");
        Box::new(match &self.token {
            Token::Keyword(_) => error.help("a node or graph of such a name is written in quotes"),
            _ => error,
        })
    }

    /// Adds the texts that follow with `+` between them.
    fn grow(&mut self, draft: &mut Draft<'t>) -> Read {
        while self.is_followed_by(b'+') {
            let start = self.place.start;
            let is_html = matches!(self.token, Token::Html(_));
            let (Token::Text(mut whole) | Token::Html(mut whole)) = self.advance_plainly(draft)?
            else {
                return Ok(());
            };
            self.read(draft)?;
            match std::mem::replace(&mut self.token, Token::End) {
                Token::Text(more) | Token::Html(more) if self.can_grow => {
                    whole.to_mut().push_str(&more);
                }
                other => {
                    self.token = other;
                    return Err(self.expected("a quoted text after `+`", draft));
                }
            }
            self.token = if is_html { Token::Html(whole) } else { Token::Text(whole) };
            self.place.start = start;
        }
        Ok(())
    }

    fn advance_plainly(&mut self, draft: &mut Draft<'t>) -> Read<Token<'t>> {
        let before = std::mem::replace(&mut self.token, Token::End);
        self.read(draft)?;
        Ok(before)
    }

    fn read(&mut self, draft: &mut Draft<'t>) -> Read {
        self.at = match self.after_space(self.at) {
            Ok(at) => at,
            Err(open) => return Err(unclosed(open, 2, "the comment", draft)),
        };
        let bytes = self.text.as_bytes();
        let start = self.at;
        self.can_grow = false;
        let Some(first) = bytes.get(start) else {
            (self.token, self.place) = (Token::End, start..start);
            return Ok(());
        };
        self.token = match first {
            b'"' => self.quoted(draft)?,
            b'<' => self.html(draft)?,
            b'-' if matches!(bytes.get(start + 1), Some(b'>' | b'-')) => {
                self.at += 2;
                Token::Arrow(if bytes[start + 1] == b'>' { "->" } else { "--" })
            }
            b'-' | b'.' | b'0'..=b'9' => self.number(draft)?,
            b'{' | b'}' | b'[' | b']' | b'=' | b',' | b';' | b':' | b'+' => {
                self.at += 1;
                Token::Sign(*first)
            }
            byte if is_letter(*byte) => self.word(),
            _ => return Err(self.no_token(draft)),
        };
        self.place = start..self.at;
        Ok(())
    }

    fn word(&mut self) -> Token<'t> {
        let rest = &self.text.as_bytes()[self.at..];
        let is_part = |byte: &u8| is_letter(*byte) || byte.is_ascii_digit();
        let length = rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len());
        let word = &self.text[self.at..self.at + length];
        self.at += length;
        let keyword = KEYWORDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
        match keyword {
            Some((_, keyword)) => Token::Keyword(*keyword),
            None => Token::Text(Cow::Borrowed(word)),
        }
    }

    /// Reads a number; what follows it at once begins a token of its own, as in Graphviz.
    fn number(&mut self, draft: &mut Draft<'t>) -> Read<Token<'t>> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let digits =
            |at: usize| bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let mut at = start + usize::from(bytes[start] == b'-');
        let whole = digits(at);
        at += whole;
        if bytes.get(at) == Some(&b'.') && (whole > 0 || digits(at + 1) > 0) {
            at += 1 + digits(at + 1);
        }
        if at == start + usize::from(bytes[start] == b'-') {
            return Err(self.no_token(draft));
        }
        self.at = at;
        if bytes.get(at).is_some_and(|byte| is_letter(*byte) || *byte == b'.') {
            let message =
                format!("the number `{}` ends here, and a name begins", &self.text[start..at]);
            draft.warn(at as u32, "split-number", message);
        }
        Ok(Token::Text(Cow::Borrowed(&self.text[start..at])))
    }

    fn quoted(&mut self, draft: &Draft<'t>) -> Read<Token<'t>> {
        let bytes = self.text.as_bytes();
        let (open, start) = (self.at, self.at + 1);
        let mut text: Cow<'t, str> = Cow::Borrowed("");
        let mut copied = start;
        let mut at = start;
        loop {
            let Some(length) = memchr::memchr2(b'"', b'\\', &bytes[at..]) else {
                return Err(unclosed(open, 1, "the quoted text", draft));
            };
            at += length;
            if bytes[at] == b'"' {
                break;
            }
            match bytes.get(at + 1) {
                // Only the quote is an escape; what else a backslash means is the label's affair.
                Some(b'"') => {
                    text.to_mut().push_str(&self.text[copied..at]);
                    copied = at + 1;
                }
                Some(b'\n') => {
                    text.to_mut().push_str(&self.text[copied..at]);
                    copied = at + 2;
                }
                Some(b'\r') if bytes.get(at + 2) == Some(&b'\n') => {
                    text.to_mut().push_str(&self.text[copied..at]);
                    copied = at + 3;
                    at += 1;
                }
                Some(b'\\') => {}
                _ => at -= 1,
            }
            at += 2;
        }
        let last = &self.text[copied..at];
        self.at = at + 1;
        self.can_grow = true;
        Ok(Token::Text(match copied == start {
            true => Cow::Borrowed(last),
            false => Cow::Owned(text.into_owned() + last),
        }))
    }

    fn html(&mut self, draft: &Draft<'t>) -> Read<Token<'t>> {
        let bytes = self.text.as_bytes();
        let open = self.at;
        let mut depth = 0;
        for at in memchr::memchr2_iter(b'<', b'>', &bytes[open..]) {
            match bytes[open + at] {
                b'<' => depth += 1,
                _ => depth -= 1,
            }
            if depth == 0 {
                self.at = open + at + 1;
                self.can_grow = true;
                return Ok(Token::Html(Cow::Borrowed(&self.text[open + 1..open + at])));
            }
        }
        Err(unclosed(open, 1, "the text of HTML", draft))
    }

    fn no_token(&self, draft: &Draft<'t>) -> Box<Diagnostic> {
        let found = self.text[self.at..].chars().next().unwrap_or(' ');
        let message = format!("nothing in DOT begins with `{found}`");
        let at = draft.excerpt_of(self.at..self.at + found.len_utf8());
        let error = Diagnostic::error("bad-dot", message).at(at, "");
        Box::new(
            error.help("a name with anything but letters, digits and `_` is written in quotes"),
        )
    }

    /// Returns where the next token begins, or where a comment does that is never closed.
    fn after_space(&self, mut at: usize) -> Result<usize, usize> {
        let bytes = self.text.as_bytes();
        let line_end = |at: usize| {
            memchr::memchr2(b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |length| at + length)
        };
        loop {
            match (bytes.get(at), bytes.get(at + 1)) {
                (Some(b' ' | b'\t' | b'\n' | b'\r'), _) => at += 1,
                (Some(b'#'), _) | (Some(b'/'), Some(b'/')) => at = line_end(at),
                (Some(b'/'), Some(b'*')) => {
                    let close = memchr::memmem::find(&bytes[at + 2..], b"*/").ok_or(at)?;
                    at += close + 4;
                }
                (Some(0xef), Some(0xbb)) if bytes.get(at + 2) == Some(&0xbf) => at += 3,
                _ => return Ok(at),
            }
        }
    }
}

fn unclosed(open: usize, length: usize, what: &str, draft: &Draft<'_>) -> Box<Diagnostic> {
    let at = draft.excerpt_of(open..open + length);
    let message = format!("{what} is never closed");
    Box::new(Diagnostic::error("bad-dot", message).at(at, "it begins here"))
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}
