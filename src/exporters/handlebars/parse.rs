//! The text of a Handlebars template to its parts.

use std::ops::Range;

/// How deep blocks, and helpers in helpers, may nest.
const DEEPEST: usize = 100;

/// A part of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Text as it stands.
    Text(String),
    /// What a value prints.
    Print { value: Value, is_escaped: bool, at: usize },
    /// A block and what stands after its `else`.
    Block {
        name: String,
        values: Vec<Value>,
        names: Vec<String>,
        body: Vec<Part>,
        otherwise: Vec<Part>,
        at: usize,
    },
    /// A template within the template.
    Inline { name: String, body: Vec<Part> },
    /// Another template in this place, with its lines indented.
    Partial { name: String, value: Option<Value>, indent: String, at: usize },
}

/// What stands for a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Text(String),
    Number(f64),
    Truth(bool),
    Nothing,
    /// So many levels up, then names; with `@` for what a block tells of itself.
    Path {
        up: usize,
        is_told: bool,
        names: Vec<String>,
    },
    /// What a helper makes of values.
    Call {
        name: String,
        values: Vec<Value>,
    },
}

/// What is wrong in a template, and the byte where.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrong {
    pub at: usize,
    pub message: String,
}

/// Reads a template.
pub fn parse(text: &str) -> Result<Vec<Part>, Wrong> {
    let mut reader = Reader { pieces: pieces(text)?.into_iter(), depth: 0 };
    let (parts, end) = reader.parts()?;
    match end {
        None => Ok(parts),
        Some(tag) => Err(wrong(tag.at, format!("`{}` ends or parts no block", tag.text))),
    }
}

fn wrong(at: usize, message: impl Into<String>) -> Wrong {
    Wrong { at, message: message.into() }
}

enum Piece {
    Text(String),
    Tag(Tag),
}

struct Tag {
    /// What stands between the braces, without the signs for spaces.
    text: String,
    at: usize,
    is_escaped: bool,
    /// The spaces before it, if it is a partial on a line of its own.
    indent: String,
}

/// Cuts a template into texts and tags, and takes away the spaces that tags do.
fn pieces(text: &str) -> Result<Vec<Piece>, Wrong> {
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut eats_space = false;
    while let Some(open) = text[at..].find("{{").map(|found| at + found) {
        let (inner, end, is_escaped) = tag(text, open)?;
        let mut body = text[inner.clone()].trim();
        let before = &text[at..open];
        let mut before = if eats_space { before.trim_start() } else { before };
        if let Some(rest) = body.strip_prefix('~') {
            (body, before) = (rest.trim_start(), before.trim_end());
        }
        eats_space = body.ends_with('~');
        body = body.trim_end_matches('~').trim_end();
        let (mut next, mut indent) = (end, String::new());
        if is_structure(body)
            && let Some((start, after)) = own_line(text, open, end)
        {
            indent = text[start..open].to_owned();
            before = before.trim_end_matches([' ', '\t']);
            next = after;
        }
        pieces.push(Piece::Text(before.to_owned()));
        if !body.starts_with('!') {
            pieces.push(Piece::Tag(Tag { text: body.to_owned(), at: open, is_escaped, indent }));
        }
        at = next;
    }
    let rest = &text[at..];
    pieces.push(Piece::Text(if eats_space { rest.trim_start() } else { rest }.to_owned()));
    Ok(pieces)
}

/// Returns what a tag holds, where it ends, and whether what it prints is escaped.
fn tag(text: &str, open: usize) -> Result<(Range<usize>, usize, bool), Wrong> {
    let rest = &text[open..];
    let (start, close, is_escaped) = if rest.starts_with("{{!--") {
        (2, "--}}", true)
    } else if rest.starts_with("{{{") {
        (3, "}}}", false)
    } else {
        (2, "}}", true)
    };
    match rest.find(close) {
        Some(end) => Ok((open + start..open + end, open + end + close.len(), is_escaped)),
        None => Err(wrong(open, "the tag is not closed")),
    }
}

fn is_structure(body: &str) -> bool {
    body.starts_with(['#', '/', '^', '!', '>']) || body == "else" || body.starts_with("else ")
}

/// Returns the line that a tag has for itself: where it starts, and where the next one does.
fn own_line(text: &str, open: usize, end: usize) -> Option<(usize, usize)> {
    let start = text[..open].rfind('\n').map_or(0, |at| at + 1);
    let rest = &text[end..];
    let line = rest.find('\n').map_or(rest.len(), |at| at + 1);
    let is_blank = text[start..open].trim().is_empty() && rest[..line].trim().is_empty();
    is_blank.then_some((start, end + line))
}

struct Reader {
    pieces: std::vec::IntoIter<Piece>,
    depth: usize,
}

impl Reader {
    /// Reads parts up to the tag that ends them or parts them.
    fn parts(&mut self) -> Result<(Vec<Part>, Option<Tag>), Wrong> {
        let mut parts = Vec::new();
        while let Some(piece) = self.pieces.next() {
            let tag = match piece {
                Piece::Text(text) if text.is_empty() => continue,
                Piece::Text(text) => {
                    parts.push(Part::Text(text));
                    continue;
                }
                Piece::Tag(tag) => tag,
            };
            let first = tag.text.chars().next();
            match first {
                Some('/' | '^') => return Ok((parts, Some(tag))),
                _ if tag.text == "else" || tag.text.starts_with("else ") => {
                    return Ok((parts, Some(tag)));
                }
                Some('#') => parts.push(self.block(&tag)?),
                Some('>') => parts.push(partial(&tag)?),
                _ => {
                    let text = tag.text.trim_start_matches('&').trim_start();
                    let mut words = Words::of(text, tag.at)?;
                    let value = words.value_of_rest()?;
                    let is_escaped = tag.is_escaped && !tag.text.starts_with('&');
                    parts.push(Part::Print { value, is_escaped, at: tag.at });
                }
            }
        }
        Ok((parts, None))
    }

    fn block(&mut self, tag: &Tag) -> Result<Part, Wrong> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(wrong(tag.at, format!("blocks nest deeper than {DEEPEST}")));
        }
        let part = self.open_block(tag)?;
        self.depth -= 1;
        Ok(part)
    }

    fn open_block(&mut self, tag: &Tag) -> Result<Part, Wrong> {
        let text = tag.text.trim_start_matches('#').trim_start();
        if let Some(text) = text.strip_prefix('*') {
            let mut words = Words::of(text, tag.at)?;
            let (Some(Word::Name(word)), Some(Word::Text(name))) = (words.next(), words.next())
            else {
                return Err(wrong(tag.at, "only `inline` with a name in quotes is a decorator"));
            };
            let (body, end) = self.parts()?;
            expect_end(tag, end, &word)?;
            return Ok(Part::Inline { name, body });
        }
        let mut words = Words::of(text, tag.at)?;
        let Some(Word::Name(name)) = words.next() else {
            return Err(wrong(tag.at, "a block begins with its name"));
        };
        self.rest_of_block(tag, &name, &mut words)
    }

    fn rest_of_block(&mut self, tag: &Tag, name: &str, words: &mut Words) -> Result<Part, Wrong> {
        let (values, names) = words.values_and_names()?;
        let (body, end) = self.parts()?;
        let mut otherwise = Vec::new();
        match end {
            Some(part) if part.text.starts_with("else ") => {
                let mut words = Words::of(&part.text["else ".len()..], part.at)?;
                let Some(Word::Name(inner)) = words.next() else {
                    return Err(wrong(part.at, "a block begins with its name"));
                };
                // The end of the whole is the end of what stands after `else`.
                let end = Tag {
                    text: part.text.clone(),
                    at: part.at,
                    is_escaped: true,
                    indent: String::new(),
                };
                otherwise.push(self.chained(&end, &inner, name, &mut words)?);
            }
            Some(part) if part.text == "else" || part.text == "^" => {
                let (parts, end) = self.parts()?;
                otherwise = parts;
                expect_end(tag, end, name)?;
            }
            end => expect_end(tag, end, name)?,
        }
        let (name, at) = (name.to_owned(), tag.at);
        Ok(Part::Block { name, values, names, body, otherwise, at })
    }

    /// Reads the block after an `else`, which ends with the block `outer` that it is part of.
    fn chained(
        &mut self,
        tag: &Tag,
        name: &str,
        outer: &str,
        words: &mut Words,
    ) -> Result<Part, Wrong> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(wrong(tag.at, format!("blocks nest deeper than {DEEPEST}")));
        }
        let part = self.rest_of_block(tag, outer, words)?;
        self.depth -= 1;
        match part {
            Part::Block { values, names, body, otherwise, at, .. } => {
                Ok(Part::Block { name: name.to_owned(), values, names, body, otherwise, at })
            }
            part => Ok(part),
        }
    }
}

fn expect_end(tag: &Tag, end: Option<Tag>, name: &str) -> Result<(), Wrong> {
    match end {
        Some(end) if end.text.strip_prefix('/').map(str::trim) == Some(name) => Ok(()),
        Some(end) => Err(wrong(end.at, format!("`{}` does not end the block `{name}`", end.text))),
        None => Err(wrong(tag.at, format!("the block `{name}` is not ended"))),
    }
}

fn partial(tag: &Tag) -> Result<Part, Wrong> {
    let mut words = Words::of(tag.text.trim_start_matches('>').trim_start(), tag.at)?;
    let name = match words.next() {
        Some(Word::Name(name) | Word::Text(name)) => name,
        _ => return Err(wrong(tag.at, "a partial is called by its name")),
    };
    let (mut values, _) = words.values_and_names()?;
    let (value, indent, at) = (values.pop(), tag.indent.clone(), tag.at);
    Ok(Part::Partial { name, value, indent, at })
}

#[derive(Debug, Clone, PartialEq)]
enum Word {
    Name(String),
    Text(String),
    Open,
    Close,
    Names(Vec<String>),
}

/// The words of a tag.
struct Words {
    words: std::vec::IntoIter<Word>,
    at: usize,
    /// How many helpers are open.
    open: usize,
}

impl Words {
    fn of(text: &str, at: usize) -> Result<Words, Wrong> {
        let mut words = Vec::new();
        let mut rest = text.trim();
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '(' | ')' => {
                    words.push(if first == '(' { Word::Open } else { Word::Close });
                    1
                }
                '"' | '\'' => {
                    let end =
                        rest[1..].find(first).ok_or_else(|| wrong(at, "a text is not closed"))?;
                    words.push(Word::Text(rest[1..=end].to_owned()));
                    end + 2
                }
                '|' => {
                    let end = rest[1..].find('|').ok_or_else(|| wrong(at, "`|` is not closed"))?;
                    words.push(Word::Names(
                        rest[1..=end].split_whitespace().map(str::to_owned).collect(),
                    ));
                    end + 2
                }
                _ => {
                    let mut is_bracketed = false;
                    let end = rest.find(|letter: char| {
                        is_bracketed = (is_bracketed || letter == '[') && letter != ']';
                        !is_bracketed && (letter.is_whitespace() || "()|".contains(letter))
                    });
                    let word = &rest[..end.unwrap_or(rest.len())];
                    if word.contains('=') {
                        return Err(wrong(
                            at,
                            format!("`{word}`: named values are not known here"),
                        ));
                    }
                    words.push(Word::Name(word.to_owned()));
                    word.len()
                }
            };
            rest = rest[length..].trim_start();
        }
        Ok(Words { words: words.into_iter(), at, open: 0 })
    }

    fn next(&mut self) -> Option<Word> {
        self.words.next()
    }

    fn values_and_names(&mut self) -> Result<(Vec<Value>, Vec<String>), Wrong> {
        let mut values = Vec::new();
        while let Some(word) = self.next() {
            match word {
                Word::Names(names) => return Ok((values, names)),
                Word::Name(word) if word == "as" => {}
                word => values.push(self.value(word)?),
            }
        }
        Ok((values, Vec::new()))
    }

    /// Reads all there is as one value: a path, or a helper with its values.
    fn value_of_rest(&mut self) -> Result<Value, Wrong> {
        let first = self.next().ok_or_else(|| wrong(self.at, "the tag is empty"))?;
        let (values, _) = self.values_and_names_after(&first)?;
        match first {
            Word::Name(name) if !values.is_empty() => Ok(Value::Call { name, values }),
            first => self.value(first),
        }
    }

    fn values_and_names_after(&mut self, first: &Word) -> Result<(Vec<Value>, Vec<String>), Wrong> {
        match first {
            Word::Name(_) => self.values_and_names(),
            _ => Ok((Vec::new(), Vec::new())),
        }
    }

    fn value(&mut self, word: Word) -> Result<Value, Wrong> {
        if self.open > DEEPEST {
            return Err(wrong(self.at, format!("helpers nest deeper than {DEEPEST}")));
        }
        Ok(match word {
            Word::Text(text) => Value::Text(text),
            Word::Name(name) => value_of(&name),
            Word::Open => {
                let Some(Word::Name(name)) = self.next() else {
                    return Err(wrong(self.at, "a helper is called by its name"));
                };
                let mut values = Vec::new();
                self.open += 1;
                loop {
                    match self.next() {
                        Some(Word::Close) => break,
                        Some(word) => values.push(self.value(word)?),
                        None => return Err(wrong(self.at, "`(` is not closed")),
                    }
                }
                self.open -= 1;
                Value::Call { name, values }
            }
            Word::Close | Word::Names(_) => return Err(wrong(self.at, "a value is missing")),
        })
    }
}

fn value_of(word: &str) -> Value {
    match word {
        "true" => return Value::Truth(true),
        "false" => return Value::Truth(false),
        "null" | "undefined" => return Value::Nothing,
        _ => {}
    }
    if let Ok(number) = word.parse::<f64>() {
        return Value::Number(number);
    }
    let (mut rest, is_told) = match word.strip_prefix('@') {
        Some(rest) => (rest, true),
        None => (word, false),
    };
    let mut up = 0;
    while let Some(above) = rest.strip_prefix("../") {
        (rest, up) = (above, up + 1);
    }
    if rest == ".." {
        (rest, up) = ("", up + 1);
    }
    let names = rest.split(['.', '/']).map(|name| name.trim_matches(['[', ']']));
    let names = names.filter(|name| !name.is_empty() && *name != "this");
    Value::Path { up, is_told, names: names.map(str::to_owned).collect() }
}
