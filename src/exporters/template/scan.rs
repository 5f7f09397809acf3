//! Cuts a template into text, comments and tags, and tags into tokens, as Tera does.
//!
//! Knows no grammar: a tag is a list of tokens, and what is wrong is left to Tera to tell.

use std::ops::Range;

/// A `{{ … }}` or `{% … %}`.
#[derive(Debug, PartialEq)]
pub struct Tag<'a> {
    /// Whether it prints: `{{ … }}`.
    pub prints: bool,
    /// All of it, braces included.
    pub range: Range<usize>,
    /// Whether it ends with a dash, which takes away the space after it.
    pub trims_after: bool,
    /// What is between the braces.
    pub tokens: Vec<Token<'a>>,
}

/// A piece of a tag.
#[derive(Debug, Clone, PartialEq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: TokenKind,
    /// Its text; that of a [`TokenKind::Text`] is without its quotes.
    pub text: &'a str,
    /// Where it stands.
    pub range: Range<usize>,
}

/// What a piece of a tag can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A name or a keyword.
    Word,
    /// A text in quotes.
    Text,
    /// A number.
    Number,
    /// Anything else.
    Sign,
}

impl Tag<'_> {
    /// Returns the tag's first word: `for`, `include` and so on; none if it prints.
    pub fn word(&self) -> &str {
        match self.tokens.first() {
            Some(token) if !self.prints && token.kind == TokenKind::Word => token.text,
            _ => "",
        }
    }
}

/// Returns the tags of a template, those in comments and raw blocks left out.
pub fn tags(source: &str) -> Vec<Tag<'_>> {
    let bytes = source.as_bytes();
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(open) = memchr::memchr(b'{', &bytes[at..]).map(|found| at + found) {
        let inner = open + 2;
        let dash = usize::from(bytes.get(inner) == Some(&b'-'));
        at = match bytes.get(open + 1) {
            Some(b'#') => match memchr::memmem::find(&bytes[inner + dash..], b"#}") {
                Some(end) => inner + dash + end + 2,
                None => return tags,
            },
            Some(b'%') if skip_tag(source, inner + dash, "raw").is_some() => {
                match raw_end(source, inner + dash) {
                    Some(end) => end,
                    None => return tags,
                }
            }
            Some(b'%' | b'{') => {
                let prints = bytes[open + 1] == b'{';
                let Some(tag) = tag(source, open, inner + dash, prints) else { return tags };
                let end = tag.range.end;
                tags.push(tag);
                end
            }
            _ => open + 1,
        };
    }
    tags
}

fn tag(source: &str, open: usize, mut at: usize, prints: bool) -> Option<Tag<'_>> {
    let bytes = source.as_bytes();
    let close: &[u8] = if prints { b"}}" } else { b"%}" };
    let mut tokens = Vec::new();
    loop {
        while bytes.get(at)?.is_ascii_whitespace() {
            at += 1;
        }
        let trims_after = bytes[at] == b'-' && bytes[at + 1..].starts_with(close);
        if trims_after || bytes[at..].starts_with(close) {
            let range = open..at + 2 + usize::from(trims_after);
            return Some(Tag { prints, range, trims_after, tokens });
        }
        let (kind, end) = token_end(source, at)?;
        let quotes = usize::from(kind == TokenKind::Text);
        let text = &source[at + quotes..end - quotes];
        tokens.push(Token { kind, text, range: at..end });
        at = end;
    }
}

fn token_end(source: &str, at: usize) -> Option<(TokenKind, usize)> {
    let bytes = source.as_bytes();
    let run = |is_in: &mut dyn FnMut(u8) -> bool| {
        at + bytes[at..].iter().take_while(|byte| is_in(**byte)).count()
    };
    Some(match bytes[at] {
        quote @ (b'"' | b'\'' | b'`') => {
            let mut end = at + 1;
            while *bytes.get(end)? != quote {
                end += 1 + usize::from(bytes[end] == b'\\');
            }
            (TokenKind::Text, end + 1)
        }
        b'0'..=b'9' => {
            let mut dots = 0;
            let end = run(&mut |byte| {
                dots += u32::from(byte == b'.');
                byte.is_ascii_digit() || (byte == b'.' && dots == 1)
            });
            (TokenKind::Number, end)
        }
        byte if byte == b'_' || byte.is_ascii_alphabetic() => {
            let end = run(&mut |byte| byte == b'_' || byte.is_ascii_alphanumeric());
            (TokenKind::Word, end)
        }
        _ => {
            const LONG: [&str; 10] = ["...", "//", "**", "==", "!=", ">=", "<=", "</", "?.", "?["];
            let long = LONG.iter().find(|sign| source[at..].starts_with(**sign));
            let one = source[at..].chars().next().map_or(1, char::len_utf8);
            (TokenKind::Sign, at + long.map_or(one, |sign| sign.len()))
        }
    })
}

/// Returns where a tag of one word ends, if the text at `at`, past the opening, is that tag.
fn skip_tag(source: &str, at: usize, word: &str) -> Option<usize> {
    let rest = source.get(at..)?;
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace()).strip_prefix(word)?;
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace());
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    Some(source.len() - rest.strip_prefix("%}")?.len())
}

/// Returns where the raw block ends whose opening tag has its word at `at`.
fn raw_end(source: &str, at: usize) -> Option<usize> {
    let mut at = skip_tag(source, at, "raw")?;
    loop {
        at += memchr::memmem::find(&source.as_bytes()[at..], b"{%")? + 2;
        if let Some(end) = skip_tag(source, at, "endraw") {
            return Some(end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &[&[&str]]) {
        let found: Vec<Vec<&str>> =
            tags(source).iter().map(|tag| tag.tokens.iter().map(|t| t.text).collect()).collect();
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn tags_are_cut_into_tokens() {
        check(
            "a {{ b.c|d(e=\"}}\") }} {%- for x in 1.5 -%} { % } {{-f~'\\''-}}",
            &[
                &["b", ".", "c", "|", "d", "(", "e", "=", "}}", ")"],
                &["for", "x", "in", "1.5"],
                &["f", "~", "\\'"],
            ],
        );
        check("{{ a[1:]...b ** c }}", &[&["a", "[", "1", ":", "]", "...", "b", "**", "c"]]);
    }

    #[test]
    fn comments_and_raw_blocks_hold_no_tags() {
        check("{# {{ a }} #}{%- raw -%}{% for %}{{ b }}{% endraw %}{{ c }}", &[&["c"]]);
        check("{#-#}{{ a }}", &[&["a"]]);
    }

    #[test]
    fn what_is_not_closed_is_no_tag() {
        for source in ["{{ a", "{{ \"a }}", "{# a", "{% raw %} {{ b }}", "{", "{{", "{{ é"] {
            check(source, &[]);
        }
    }
}
