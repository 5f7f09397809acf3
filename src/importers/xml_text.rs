//! Reads XML tag by tag, each with its place; the only file that names the XML crate.
//!
//! Entities of one's own are refused, so that no file can grow as it is read. Knows nothing of any
//! vocabulary, and namespaces only as prefixes to leave out.

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::events::attributes::AttrError;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::decode::Encoding;
use super::graph_file::{Draft, Read};
use crate::diagnostic::Diagnostic;

/// How far into a file its declaration is looked for, in bytes.
const LONGEST_DECLARATION: usize = 256;

/// An XML text under way.
pub(super) struct Xml<'t> {
    text: &'t str,
    reader: Reader<&'t [u8]>,
    /// Where each open element begins.
    open: Vec<u32>,
    has_root: bool,
}

/// What comes next in a file.
pub(super) enum Step<'t> {
    /// An element begins.
    Open(Tag<'t>),
    /// The element that began last ends.
    Close,
    /// Text inside an element.
    Text(Cow<'t, str>, u32),
    /// The end of the file.
    End,
}

/// The begin of an element.
pub(super) struct Tag<'t> {
    text: &'t str,
    tag: BytesStart<'t>,
    /// Where it begins.
    pub place: u32,
}

/// An attribute of a tag.
#[derive(Debug, Clone)]
pub(super) struct Attribute<'t> {
    /// Its name without a prefix.
    pub name: &'t str,
    /// What it holds.
    pub value: Cow<'t, str>,
    /// Where what it holds begins, quotes included.
    pub place: u32,
}

/// What is wrong with a file, and where.
type Wrong = (Range<usize>, String, &'static str);

impl<'t> Xml<'t> {
    pub fn new(text: &'t str) -> Xml<'t> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Xml { text, reader, open: Vec::new(), has_root: false }
    }

    /// Returns what comes next.
    pub fn next(&mut self, draft: &Draft<'t>) -> Read<Step<'t>> {
        self.step().map_err(|(range, message, label)| {
            let at = draft.excerpt_of(range);
            Box::new(Diagnostic::error("bad-xml", message).at(at, label))
        })
    }

    /// Reads past the end of the element that began last.
    pub fn skip(&mut self, draft: &Draft<'t>) -> Read {
        let depth = self.open.len();
        while self.open.len() >= depth {
            self.next(draft)?;
        }
        Ok(())
    }

    /// Reads to the end of the element that began last, and returns its text and where that
    /// begins; elements inside are left out.
    pub fn text(&mut self, draft: &Draft<'t>) -> Read<(Cow<'t, str>, u32)> {
        let depth = self.open.len();
        let mut whole: Option<(Cow<'t, str>, u32)> = None;
        let start = self.reader.buffer_position() as u32;
        loop {
            let step = self.next(draft)?;
            match (step, &mut whole) {
                (Step::Text(text, place), None) => whole = Some((text, place)),
                (Step::Text(text, _), Some((whole, _))) => whole.to_mut().push_str(&text),
                (Step::Close, _) if self.open.len() < depth => {
                    return Ok(whole.unwrap_or((Cow::Borrowed(""), start)));
                }
                (Step::End, _) => return Ok(whole.unwrap_or((Cow::Borrowed(""), start))),
                _ => {}
            }
        }
    }

    fn step(&mut self) -> Result<Step<'t>, Wrong> {
        loop {
            let start = self.reader.buffer_position() as usize;
            let event = self.reader.read_event().map_err(|error| self.wrong(&error, start))?;
            let end = self.reader.buffer_position() as usize;
            match event {
                Event::Start(tag) => {
                    if self.open.is_empty() && self.has_root {
                        let message = "there is a second outermost element".to_owned();
                        return Err((start..end, message, ""));
                    }
                    self.has_root = true;
                    self.open.push(start as u32);
                    return Ok(Step::Open(Tag { text: self.text, tag, place: start as u32 }));
                }
                Event::End(_) => {
                    self.open.pop();
                    return Ok(Step::Close);
                }
                Event::Text(_) if self.open.is_empty() => {
                    let text = &self.text[start..end];
                    let space = text.len() - text.trim_start().len();
                    if space < text.len() {
                        let message = "there is text outside of all elements".to_owned();
                        return Err((start + space..end, message, ""));
                    }
                }
                Event::Text(_) => {
                    let text = with_line_ends(&self.text[start..end]);
                    return Ok(Step::Text(text, start as u32));
                }
                Event::CData(text) => {
                    let inner = text.into_inner();
                    let text = match inner {
                        Cow::Borrowed(text) => with_line_ends(text),
                        Cow::Owned(text) => Cow::Owned(with_line_ends(&text).into_owned()),
                    };
                    return Ok(Step::Text(text, start as u32));
                }
                Event::GeneralRef(_) => {
                    let mut out = String::new();
                    reference(&self.text[start..end], start, &mut out)?;
                    return Ok(Step::Text(Cow::Owned(out), start as u32));
                }
                Event::DocType(_) => self.refuse_entities(start..end)?,
                Event::Eof => {
                    if let Some(open) = self.open.last() {
                        let open = *open as usize;
                        let message = "the element is never closed".to_owned();
                        return Err((open..open + 1, message, "it begins here"));
                    }
                    if !self.has_root {
                        return Err((0..0, "the file holds no element".to_owned(), "empty"));
                    }
                    return Ok(Step::End);
                }
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
    }

    fn refuse_entities(&self, range: Range<usize>) -> Result<(), Wrong> {
        match self.text[range.clone()].find("<!ENTITY") {
            None => Ok(()),
            Some(at) => {
                let at = range.start + at;
                let message = "the file defines an entity, which is refused".to_owned();
                Err((at..at + "<!ENTITY".len(), message, "write out what it stands for"))
            }
        }
    }

    fn wrong(&self, error: &Error, start: usize) -> Wrong {
        let at = self.reader.error_position() as usize;
        let at = if at < start { start } else { at };
        let line = at..self.text.len();
        match error {
            Error::Syntax(error) => {
                let what = match error {
                    SyntaxError::InvalidBangMarkup => {
                        return (line, "nothing in XML begins like this".to_owned(), "");
                    }
                    SyntaxError::UnclosedPI | SyntaxError::UnclosedXmlDecl => "the instruction",
                    SyntaxError::UnclosedComment => "the comment",
                    SyntaxError::UnclosedDoctype => "the `DOCTYPE`",
                    SyntaxError::UnclosedCData => "the `CDATA`",
                    SyntaxError::UnclosedTag => "the tag",
                    SyntaxError::UnclosedSingleQuotedAttributeValue
                    | SyntaxError::UnclosedDoubleQuotedAttributeValue => "a value in the tag",
                };
                (at..at + 1, format!("{what} is never closed"), "it begins here")
            }
            Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
                (line, format!("`{expected}` is open, and `{found}` is closed"), "")
            }
            Error::IllFormed(IllFormedError::UnmatchedEndTag(found)) => {
                (line, format!("`{found}` is closed, which is not open"), "")
            }
            Error::IllFormed(IllFormedError::UnclosedReference) => {
                (line, "`&` begins no reference".to_owned(), "write `&amp;`")
            }
            other => (line, format!("this is no XML: {other}"), ""),
        }
    }
}

impl<'t> Tag<'t> {
    /// Returns the name without a prefix.
    pub fn name(&self) -> &str {
        local(self.tag.name().0)
    }

    /// Gives each attribute to `each`.
    pub fn attributes(&self, draft: &Draft<'t>, mut each: impl FnMut(Attribute<'t>)) -> Read {
        let read = |found| self.attribute(found);
        for found in self.tag.attributes() {
            match read(found) {
                Ok(attribute) => each(attribute),
                Err((range, message, label)) => {
                    let at = draft.excerpt_of(range);
                    return Err(Box::new(Diagnostic::error("bad-xml", message).at(at, label)));
                }
            }
        }
        Ok(())
    }

    fn attribute(
        &self,
        found: Result<quick_xml::events::attributes::Attribute<'_>, AttrError>,
    ) -> Result<Attribute<'t>, Wrong> {
        let attribute = found.map_err(|error| {
            // Places are counted from the name of the tag, which follows `<`.
            let at = |at: usize| self.place as usize + 1 + at;
            match error {
                AttrError::ExpectedEq(place) | AttrError::ExpectedValue(place) => {
                    (at(place)..at(place) + 1, "the attribute has no value".to_owned(), "")
                }
                AttrError::UnquotedValue(place) => {
                    let message = "the value of an attribute stands in quotes".to_owned();
                    (at(place)..at(place) + 1, message, "")
                }
                AttrError::ExpectedQuote(place, quote) => {
                    let message = format!("`{}` is missing after the value", char::from(quote));
                    (at(place)..at(place) + 1, message, "")
                }
                AttrError::Duplicated(place, _) => {
                    (at(place)..at(place) + 1, "the attribute is given twice".to_owned(), "again")
                }
            }
        })?;
        let name = self.slice(attribute.key.0);
        let raw = self.slice(&attribute.value);
        let start = raw.as_ptr().addr() - self.text.as_ptr().addr();
        let value = unescaped(raw, start)?;
        Ok(Attribute { name: local(name), value, place: start.saturating_sub(1) as u32 })
    }

    /// Returns the part of the file that a text is: tags are never copied.
    fn slice(&self, part: &str) -> &'t str {
        let start = part.as_ptr().addr().wrapping_sub(self.text.as_ptr().addr());
        self.text.get(start..start.wrapping_add(part.len())).unwrap_or_default()
    }
}

/// Returns the encoding that the declaration of a file names.
pub(super) fn declared_encoding(bytes: &[u8]) -> Option<Encoding> {
    let start = &bytes[..bytes.len().min(LONGEST_DECLARATION)];
    let start = start.utf8_chunks().next()?.valid();
    let declaration = start.strip_prefix("<?xml")?.split("?>").next()?;
    let (_, rest) = declaration.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    Encoding::named(rest[1..].split(quote).next()?)
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// Returns a text with the line breaks of every system as XML has them.
fn with_line_ends(text: &str) -> Cow<'_, str> {
    match memchr::memchr(b'\r', text.as_bytes()) {
        None => Cow::Borrowed(text),
        Some(_) => Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")),
    }
}

/// Returns the value of an attribute: references replaced, and white space by blanks.
fn unescaped(raw: &str, start: usize) -> Result<Cow<'_, str>, Wrong> {
    let special = |byte: &u8| matches!(byte, b'&' | b'<' | b'\t' | b'\n' | b'\r');
    if !raw.as_bytes().iter().any(special) {
        return Ok(Cow::Borrowed(raw));
    }
    let mut out = String::with_capacity(raw.len());
    let mut at = 0;
    while let Some(length) = raw.as_bytes()[at..].iter().position(special) {
        out.push_str(&raw[at..at + length]);
        at += length;
        let rest = &raw[at..];
        at += match raw.as_bytes()[at] {
            b'&' => reference(rest, start + at, &mut out)?,
            b'<' => {
                let message = "`<` stands in the value of an attribute".to_owned();
                return Err((start + at..start + at + 1, message, "write `&lt;`"));
            }
            _ => {
                out.push(' ');
                if rest.starts_with("\r\n") { 2 } else { 1 }
            }
        };
    }
    out.push_str(&raw[at..]);
    Ok(Cow::Owned(out))
}

/// Reads the reference that a text begins with, and returns its length.
fn reference(text: &str, start: usize, out: &mut String) -> Result<usize, Wrong> {
    const LONGEST: usize = 32;
    let end = text.bytes().take(LONGEST).position(|byte| byte == b';');
    let Some(end) = end else {
        let message = "`&` begins no reference".to_owned();
        return Err((start..start + 1, message, "write `&amp;`"));
    };
    let name = &text[1..end];
    let character = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => name.strip_prefix('#').and_then(|number| {
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            let is_xml = |c: &char| {
                matches!(c, '\t' | '\n' | '\r')
                    || *c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}')
            };
            char::from_u32(code.ok()?).filter(is_xml)
        }),
    };
    match character {
        Some(character) => {
            out.push(character);
            Ok(end + 1)
        }
        None => {
            let message = format!("there is no character `&{name};` in XML");
            Err((start..start + end + 1, message, ""))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::graph_file::testing::fails;
    use super::super::graphml::Graphml;
    use super::*;

    #[test]
    fn what_is_no_xml_is_shown_where_it_stops() {
        for (text, expected) in [
            ("", "1:1 the file holds no element []"),
            ("x", "1:1 there is text outside of all elements [x]"),
            ("<graphml>\n<graph>", "2:1 the element is never closed [<]"),
            (
                "<graphml>\n<graph></graphml>",
                "2:8 `graph` is open, and `graphml` is closed [</graphml>]",
            ),
            ("<graphml/></x>", "1:11 `x` is closed, which is not open [</x>]"),
            ("<graphml/><graphml/>", "1:11 there is a second outermost element [<graphml/>]"),
            ("<graphml><!-- x", "1:10 the comment is never closed [<]"),
            ("<graphml><graph", "1:10 the tag is never closed [<]"),
            ("<graphml><graph x=\"1></graphml>", "1:10 a value in the tag is never closed [<]"),
            ("<graphml><key id/></graphml>", "1:17 the attribute has no value [/]"),
            (
                "<graphml><key id=a/></graphml>",
                "1:18 the value of an attribute stands in quotes [a]",
            ),
            ("<graphml><key id='a' id='b'/></graphml>", "1:22 the attribute is given twice [i]"),
            ("<graphml><key id='a&b'/></graphml>", "1:20 `&` begins no reference [&]"),
            ("<graphml>&nbsp;</graphml>", "1:10 there is no character `&nbsp;` in XML [&nbsp;]"),
            ("<graphml>&#0;</graphml>", "1:10 there is no character `&#0;` in XML [&#0;]"),
            (
                "<graphml>&#xD800;</graphml>",
                "1:10 there is no character `&#xD800;` in XML [&#xD800;]",
            ),
        ] {
            fails::<Graphml>(text, &[expected]);
        }
    }

    #[test]
    fn entities_of_ones_own_are_refused() {
        fails::<Graphml>(
            "<!DOCTYPE g [\n<!ENTITY a \"ha\"> <!ENTITY b \"&a;&a;\">\n]><graphml>&b;</graphml>",
            &["2:1 the file defines an entity, which is refused [<!ENTITY]"],
        );
    }

    #[test]
    fn a_declaration_names_the_encoding() {
        let named = |text: &str| declared_encoding(text.as_bytes());
        let latin1 = named("<?xml version='1.0' encoding='ISO-8859-1'?><a/>");
        assert_eq!(latin1, Encoding::named("windows-1252"));
        assert_eq!(named("<?xml version='1.0'?><a encoding='latin1'/>"), None);
        assert_eq!(named("<a encoding='latin1'/>"), None);
    }
}
