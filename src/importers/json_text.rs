//! Reads JSON value by value, each with its place; builds no tree and recurses nowhere.
//!
//! serde_json tells the place of what is no JSON, but not of values that mean nothing to a graph.
//! Takes and refuses what serde_json does; knows nothing of graphs.

use std::borrow::Cow;
use std::ops::Range;

use super::graph_file::{Draft, Read, Sort};
use crate::diagnostic::Diagnostic;

/// A JSON text under way.
pub(super) struct Json<'t> {
    text: &'t str,
    at: usize,
    /// Where a value is wrong; kept small, as every step may return it.
    wrong: Option<(Range<usize>, &'static str, String)>,
}

/// The text is no JSON from here on; [`Json::diagnostic`] tells why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoJson;

/// A text, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Text<'t> {
    pub text: Cow<'t, str>,
    pub place: u32,
}

/// What kind of value comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Object,
    Array,
    Text,
    Number,
    Boolean,
    Null,
}

impl<'t> Json<'t> {
    pub fn new(text: &'t str) -> Json<'t> {
        Json { text, at: 0, wrong: None }
    }

    /// Returns a reader that goes on from here by itself.
    pub fn look_ahead(&self) -> Json<'t> {
        Json { text: self.text, at: self.at, wrong: None }
    }

    /// Returns where the next value begins.
    pub fn place(&mut self) -> u32 {
        self.skip_space();
        self.at as u32
    }

    /// Returns what kind of value comes next.
    pub fn next(&mut self) -> Result<Next, NoJson> {
        self.skip_space();
        match self.byte() {
            Some(b'{') => Ok(Next::Object),
            Some(b'[') => Ok(Next::Array),
            Some(b'"') => Ok(Next::Text),
            Some(b'-' | b'0'..=b'9') => Ok(Next::Number),
            Some(b't' | b'f') => Ok(Next::Boolean),
            Some(b'n') => Ok(Next::Null),
            _ => self.expected("a value"),
        }
    }

    /// Begins an object.
    pub fn begin_object(&mut self) -> Result<(), NoJson> {
        self.skip_space();
        self.take(b'{', "`{`")
    }

    /// Begins an array.
    pub fn begin_array(&mut self) -> Result<(), NoJson> {
        self.skip_space();
        self.take(b'[', "`[`")
    }

    /// Returns the next key of an object, its value still to be read; none at the end.
    pub fn key(&mut self) -> Result<Option<Text<'t>>, NoJson> {
        if !self.goes_on(b'{', b'}', "`,` or `}`")? {
            return Ok(None);
        }
        if self.byte() != Some(b'"') {
            return self.expected("a key in quotes");
        }
        let key = self.string()?;
        self.skip_space();
        self.take(b':', "`:`")?;
        Ok(Some(key))
    }

    /// Returns whether an array goes on, its next item still to be read.
    pub fn item(&mut self) -> Result<bool, NoJson> {
        self.goes_on(b'[', b']', "`,` or `]`")
    }

    /// Reads a text.
    pub fn string(&mut self) -> Result<Text<'t>, NoJson> {
        self.skip_space();
        let place = self.at as u32;
        self.take(b'"', "a text in quotes")?;
        let start = self.at;
        let mut owned: Option<String> = None;
        let mut copied = start;
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            let Some(length) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | ..b' '))
            else {
                let open = place as usize..place as usize + 1;
                return self.fail(open, "unclosed-quote", "the text is never closed");
            };
            self.at += length;
            match rest[length] {
                b'"' => {
                    let last = &self.text[copied..self.at];
                    self.at += 1;
                    let text = match owned {
                        Some(owned) => Cow::Owned(owned + last),
                        None => Cow::Borrowed(last),
                    };
                    return Ok(Text { text, place });
                }
                b'\\' => {
                    let owned = owned.get_or_insert_default();
                    owned.push_str(&self.text[copied..self.at]);
                    let character = self.escape()?;
                    owned.push(character);
                    copied = self.at;
                }
                _ => {
                    let here = self.at..self.at + 1;
                    let message = "a control character in a text is written as an escape";
                    return self.fail(here, "bad-json", message);
                }
            }
        }
    }

    /// Reads past the next value and returns where it is.
    pub fn skip(&mut self) -> Result<Range<usize>, NoJson> {
        self.skip_space();
        let start = self.at;
        // Whether each open bracket is that of an object.
        let mut open: Vec<bool> = Vec::new();
        loop {
            match self.next()? {
                Next::Object => {
                    self.begin_object()?;
                    open.push(true);
                }
                Next::Array => {
                    self.begin_array()?;
                    open.push(false);
                }
                Next::Text => self.skip_string()?,
                _ => _ = self.scalar()?,
            }
            loop {
                let goes_on = match open.last() {
                    None => return Ok(start..self.at),
                    Some(true) => self.skip_key()?,
                    Some(false) => self.item()?,
                };
                if goes_on {
                    break;
                }
                open.pop();
            }
        }
    }

    /// Reads a number, `true`, `false` or `null`, as it is written.
    pub fn scalar(&mut self) -> Result<(Sort, &'t str), NoJson> {
        self.skip_space();
        let start = self.at;
        let word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        let length = self.text.as_bytes()[start..].iter().take_while(|byte| word(byte)).count();
        let word = &self.text[start..start + length];
        self.at = start + length;
        let sort = match word {
            "true" | "false" => Sort::Boolean,
            "null" => Sort::Untyped,
            _ => match number_sort(word) {
                Some(sort) => sort,
                None if word.is_empty() => return self.expected("a value"),
                None => {
                    let message = format!("`{word}` is no value of JSON");
                    return self.fail(start..start + length, "bad-json", message);
                }
            },
        };
        Ok((sort, word))
    }

    /// Reads to the end, where nothing but space may be.
    pub fn end(&mut self) -> Result<(), NoJson> {
        self.skip_space();
        match self.byte() {
            None => Ok(()),
            Some(_) => self.expected("the end of the file"),
        }
    }

    /// Tells why the text is no JSON.
    pub fn diagnostic(self, draft: &Draft<'_>) -> Box<Diagnostic> {
        let (range, code, message) =
            self.wrong.unwrap_or((self.at..self.at + 1, "bad-json", "this is no JSON".to_owned()));
        let label = if code == "unclosed-quote" { "it opens here" } else { "" };
        Box::new(Diagnostic::error(code, message).at(draft.excerpt_of(range), label))
    }

    fn goes_on(&mut self, open: u8, close: u8, or: &str) -> Result<bool, NoJson> {
        self.skip_space();
        let before = &self.text.as_bytes()[..self.at];
        let is_first = before.iter().rev().find(|byte| !is_space(**byte)) == Some(&open);
        match self.byte() {
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(false)
            }
            Some(b',') if !is_first => {
                self.at += 1;
                self.skip_space();
                match self.byte() == Some(close) {
                    true => self.expected("another one after `,`"),
                    false => Ok(true),
                }
            }
            Some(_) if is_first => Ok(true),
            _ => self.expected(or),
        }
    }

    fn skip_key(&mut self) -> Result<bool, NoJson> {
        if !self.goes_on(b'{', b'}', "`,` or `}`")? {
            return Ok(false);
        }
        if self.byte() != Some(b'"') {
            return self.expected("a key in quotes");
        }
        self.skip_string()?;
        self.skip_space();
        self.take(b':', "`:`")?;
        Ok(true)
    }

    fn skip_string(&mut self) -> Result<(), NoJson> {
        self.string().map(drop)
    }

    /// Reads an escape, the backslash first.
    fn escape(&mut self) -> Result<char, NoJson> {
        let start = self.at;
        let letter = self.text.as_bytes().get(start + 1).copied();
        self.at = start + 2;
        let character = match letter {
            Some(letter @ (b'"' | b'\\' | b'/')) => Some(char::from(letter)),
            Some(b'b') => Some('\u{8}'),
            Some(b'f') => Some('\u{c}'),
            Some(b'n') => Some('\n'),
            Some(b'r') => Some('\r'),
            Some(b't') => Some('\t'),
            Some(b'u') => self.unicode_escape(start),
            _ => None,
        };
        match character {
            Some(character) => Ok(character),
            None => {
                self.at = start;
                let end = self.text.ceil_char_boundary(self.text.len().min(start + 2));
                self.fail(start..end, "bad-json", "there is no such escape in JSON")
            }
        }
    }

    /// Reads the digits of `\uXXXX`, and of the second one of a pair.
    fn unicode_escape(&mut self, start: usize) -> Option<char> {
        let unit = |at: usize| {
            let digits = self.text.get(at..at + 4)?;
            let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            if is_hex { u32::from_str_radix(digits, 16).ok() } else { None }
        };
        let first = unit(start + 2)?;
        if !(0xd800..0xdc00).contains(&first) {
            self.at = start + 6;
            return char::from_u32(first);
        }
        if self.text.get(start + 6..start + 8) != Some("\\u") {
            return None;
        }
        let second = unit(start + 8).filter(|unit| (0xdc00..0xe000).contains(unit))?;
        self.at = start + 12;
        char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))
    }

    fn take(&mut self, byte: u8, name: &str) -> Result<(), NoJson> {
        match self.byte() == Some(byte) {
            true => {
                self.at += 1;
                Ok(())
            }
            false => self.expected(name),
        }
    }

    fn expected<T>(&mut self, what: &str) -> Result<T, NoJson> {
        let at = self.at;
        let rest = &self.text[at..];
        let message = match rest.chars().next() {
            None => format!("the file ends where {what} should stand"),
            Some(found) => format!("expected {what}, found `{found}`"),
        };
        let length = rest.chars().next().map_or(0, char::len_utf8);
        self.fail(at..at + length, "bad-json", message)
    }

    fn fail<T>(
        &mut self,
        range: Range<usize>,
        code: &'static str,
        message: impl Into<String>,
    ) -> Result<T, NoJson> {
        self.wrong = Some((range, code, message.into()));
        Err(NoJson)
    }

    fn skip_space(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().take_while(|byte| is_space(**byte)).count();
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

/// Returns whether a word is a number of JSON, and a whole one that 64 bits hold. Whole numbers
/// that they do not hold are texts, so that no digit is lost.
fn number_sort(word: &str) -> Option<Sort> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = word.strip_prefix('-').unwrap_or(word);
    let length = digits(whole);
    if length == 0 || length > 1 && whole.starts_with('0') {
        return None;
    }
    let mut rest = &whole[length..];
    if rest.is_empty() {
        let fits = length < 19 || word.parse::<i64>().is_ok();
        return Some(match fits {
            true if word == "-0" => Sort::Number,
            true => Sort::Integer,
            false => Sort::Text,
        });
    }
    if let Some(part) = rest.strip_prefix('.') {
        let length = digits(part);
        rest = &part[length..];
        if length == 0 {
            return None;
        }
    }
    if let Some(power) = rest.strip_prefix(['e', 'E']) {
        let power = power.strip_prefix(['+', '-']).unwrap_or(power);
        let length = digits(power);
        rest = &power[length..];
        if length == 0 {
            return None;
        }
    }
    let is_finite = word.parse::<f64>().is_ok_and(f64::is_finite);
    (rest.is_empty() && is_finite).then_some(Sort::Number)
}

/// Reads a whole JSON text by `read`, and tells why if it is none.
pub(super) fn read_json<'t>(
    draft: &mut Draft<'t>,
    read: impl FnOnce(&mut Json<'t>, &mut Draft<'t>) -> Result<(), NoJson>,
) -> Read {
    let mut json = Json::new(draft.text);
    let done = read(&mut json, draft).and_then(|()| json.end());
    done.map_err(|NoJson| json.diagnostic(draft))
}
