//! Path expressions, as JSONPath (RFC 9535) has them, with `^` for what holds a value and `~` for
//! its key.
//!
//! Only parses them; what they find is for `select`.

use std::iter::Peekable;
use std::str::CharIndices;

/// How deep filters may nest.
const DEEPEST: usize = 16;

/// The way from a value to others.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// Whether it begins at the root of the document, rather than at the item.
    pub from_root: bool,
    pub steps: Vec<Step>,
}

/// A part of a path, and where its text ends.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// What a value holds.
    Child(Selector),
    /// What it holds, however deep.
    Descendant(Selector),
    /// What holds it.
    Parent,
    /// The key that it stands under, or its number in a list.
    Key,
}

/// Chooses among what a value holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Selector {
    Name(String),
    All,
    Index(i64),
    Filter(Filter),
}

/// Says which items of a list, or values of a map, are chosen.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    Or(Vec<Filter>),
    And(Vec<Filter>),
    Not(Box<Filter>),
    /// Whether a path finds anything.
    Has(Path),
    /// Whether two operands are equal, or are not.
    Compare {
        left: Operand,
        right: Operand,
        is_equal: bool,
    },
}

/// A side of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    Path(Path),
    Literal(String),
    Null,
}

/// Reads the whole text as a path.
///
/// # Errors
///
/// Says what is wrong with it.
pub fn parse(text: &str) -> Result<Path, String> {
    let mut reader = Reader::new(text);
    let path = reader.path(0)?;
    reader.end()?;
    Ok(path)
}

/// Reads a path at the start of a text, and returns what follows it.
///
/// # Errors
///
/// Says what is wrong with it.
pub fn parse_start(text: &str) -> Result<(Path, &str), String> {
    let mut reader = Reader::new(text);
    let path = reader.path(0)?;
    reader.space();
    Ok((path, &text[reader.at()..]))
}

/// Reads a text in quotes at the start of a text, and returns what follows it.
///
/// # Errors
///
/// Says what is wrong with it.
pub fn parse_quoted(text: &str) -> Result<(String, &str), String> {
    let mut reader = Reader::new(text);
    let quoted = reader.quoted()?;
    reader.space();
    Ok((quoted, &text[reader.at()..]))
}

struct Reader<'t> {
    text: &'t str,
    rest: Peekable<CharIndices<'t>>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Reader<'t> {
        let mut reader = Reader { text, rest: text.char_indices().peekable() };
        reader.space();
        reader
    }

    fn path(&mut self, depth: usize) -> Result<Path, String> {
        let mut path = Path { from_root: false, steps: Vec::new() };
        match self.peek() {
            Some('$') => {
                self.skip();
                path.from_root = true;
            }
            Some('@') => self.skip(),
            Some(first) if is_first(first) => path.steps.push(Step::Child(self.name()?)),
            Some('[' | '^' | '~' | '*') => {
                if self.takes('*') {
                    path.steps.push(Step::Child(Selector::All));
                }
            }
            _ => return Err(self.expected("a path, such as `name` or `$.items[*]`")),
        }
        loop {
            match self.peek() {
                Some('.') => {
                    self.skip();
                    path.steps.push(match self.takes('.') {
                        true if self.peek() == Some('[') => Step::Descendant(self.bracket(depth)?),
                        true => Step::Descendant(self.member()?),
                        false => Step::Child(self.member()?),
                    });
                }
                Some('[') => {
                    let selector = self.bracket(depth)?;
                    path.steps.push(Step::Child(selector));
                }
                Some('^') => {
                    self.skip();
                    path.steps.push(Step::Parent);
                }
                Some('~') => {
                    self.skip();
                    path.steps.push(Step::Key);
                    return Ok(path);
                }
                _ => return Ok(path),
            }
        }
    }

    /// Reads what may stand after a dot.
    fn member(&mut self) -> Result<Selector, String> {
        match self.peek() {
            Some('*') => {
                self.skip();
                Ok(Selector::All)
            }
            Some(first) if is_first(first) || first == '$' => self.name(),
            _ => Err(self.expected("a name, or `*`")),
        }
    }

    fn name(&mut self) -> Result<Selector, String> {
        let start = self.at();
        while self
            .rest
            .next_if(|(_, c)| is_first(*c) || matches!(c, '0'..='9' | '-' | '$'))
            .is_some()
        {}
        Ok(Selector::Name(self.text[start..self.at()].to_owned()))
    }

    fn bracket(&mut self, depth: usize) -> Result<Selector, String> {
        self.take('[')?;
        self.space();
        let selector = match self.peek() {
            Some('\'' | '"') => Selector::Name(self.quoted()?),
            Some('*') => {
                self.skip();
                Selector::All
            }
            Some('?') => {
                self.skip();
                Selector::Filter(self.or(depth + 1)?)
            }
            Some('-' | '0'..='9') => Selector::Index(self.index()?),
            _ => return Err(self.expected("`*`, a number, a name in quotes, or a filter")),
        };
        self.space();
        self.take(']')?;
        Ok(selector)
    }

    fn index(&mut self) -> Result<i64, String> {
        let start = self.at();
        while self.rest.next_if(|(_, c)| matches!(c, '-' | '0'..='9')).is_some() {}
        let word = &self.text[start..self.at()];
        word.parse().map_err(|_| format!("`{word}` is no number of an item"))
    }

    fn or(&mut self, depth: usize) -> Result<Filter, String> {
        let one = self.several('|', depth, Self::and)?;
        Ok(one.unwrap_or_else(Filter::Or))
    }

    fn and(&mut self, depth: usize) -> Result<Filter, String> {
        let one = self.several('&', depth, Self::basic)?;
        Ok(one.unwrap_or_else(Filter::And))
    }

    /// Reads one filter, or several with a doubled sign between them.
    fn several(
        &mut self,
        sign: char,
        depth: usize,
        read: fn(&mut Self, usize) -> Result<Filter, String>,
    ) -> Result<Result<Filter, Vec<Filter>>, String> {
        let first = read(self, depth)?;
        let mut all = vec![first];
        while self.takes(sign) {
            self.take(sign)?;
            all.push(read(self, depth)?);
        }
        Ok(if all.len() == 1 { all.pop().ok_or(all) } else { Err(all) })
    }

    fn basic(&mut self, depth: usize) -> Result<Filter, String> {
        if depth > DEEPEST {
            return Err(format!("filters nest deeper than {DEEPEST}"));
        }
        self.space();
        if self.takes('!') {
            return Ok(Filter::Not(Box::new(self.basic(depth + 1)?)));
        }
        if self.takes('(') {
            let filter = self.or(depth + 1)?;
            self.take(')')?;
            self.space();
            return Ok(filter);
        }
        let left = self.operand(depth)?;
        self.space();
        let is_equal = match self.peek() {
            Some('=') => true,
            Some('!') => false,
            _ => {
                return match left {
                    Operand::Path(path) => Ok(Filter::Has(path)),
                    _ => Err(self.expected("`==` or `!=`")),
                };
            }
        };
        self.skip();
        self.take('=')?;
        self.space();
        let right = self.operand(depth)?;
        self.space();
        Ok(Filter::Compare { left, right, is_equal })
    }

    fn operand(&mut self, depth: usize) -> Result<Operand, String> {
        match self.peek() {
            Some('\'' | '"') => Ok(Operand::Literal(self.quoted()?)),
            Some('@' | '$') => Ok(Operand::Path(self.path(depth)?)),
            _ => {
                let start = self.at();
                let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.');
                while self.rest.next_if(|(_, c)| is_word(*c)).is_some() {}
                match &self.text[start..self.at()] {
                    "null" => Ok(Operand::Null),
                    word @ ("true" | "false") => Ok(Operand::Literal(word.to_owned())),
                    word if word.parse::<f64>().is_ok() => Ok(Operand::Literal(word.to_owned())),
                    "" => Err(self.expected("`@` and a path, or a value such as `'text'`")),
                    word => Err(format!(
                        "`{word}` means nothing in a filter; a path begins with `@`, a text \
                         stands in quotes"
                    )),
                }
            }
        }
    }

    fn quoted(&mut self) -> Result<String, String> {
        let Some((_, quote @ ('\'' | '"'))) = self.rest.next() else {
            return Err(self.expected("a text in quotes"));
        };
        let mut text = String::new();
        while let Some((_, c)) = self.rest.next() {
            match c {
                c if c == quote => return Ok(text),
                '\\' => match self.rest.next() {
                    Some((_, c @ ('\\' | '\'' | '"' | '/'))) => text.push(c),
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, 't')) => text.push('\t'),
                    Some((_, c)) => return Err(format!("there is no escape `\\{c}`")),
                    None => {}
                },
                c => text.push(c),
            }
        }
        Err(format!("`{quote}` is never closed in `{}`", self.text))
    }

    fn end(&mut self) -> Result<(), String> {
        self.space();
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.expected("the end of the path")),
        }
    }

    fn expected(&mut self, what: &str) -> String {
        match self.peek() {
            None => format!("`{}` ends where {what} should stand", self.text),
            Some(found) => {
                let before = &self.text[..self.at()];
                match before {
                    "" => format!("expected {what}, found `{found}`"),
                    before => format!("expected {what} after `{before}`, found `{found}`"),
                }
            }
        }
    }

    fn take(&mut self, sign: char) -> Result<(), String> {
        match self.takes(sign) {
            true => Ok(()),
            false => Err(self.expected(&format!("`{sign}`"))),
        }
    }

    fn takes(&mut self, sign: char) -> bool {
        self.rest.next_if(|(_, c)| *c == sign).is_some()
    }

    fn skip(&mut self) {
        self.rest.next();
    }

    fn space(&mut self) {
        while self.rest.next_if(|(_, c)| c.is_whitespace()).is_some() {}
    }

    fn peek(&mut self) -> Option<char> {
        self.rest.peek().map(|(_, c)| *c)
    }

    fn at(&mut self) -> usize {
        self.rest.peek().map_or(self.text.len(), |(at, _)| *at)
    }
}

/// Whether a name may begin so without quotes.
fn is_first(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || !c.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn wrong(text: &str, message: &str) {
        assert_eq!(parse(text).unwrap_err(), message);
    }

    #[test]
    fn what_is_no_path_is_told_with_the_place() {
        wrong("", "`` ends where a path, such as `name` or `$.items[*]` should stand");
        wrong(
            "$.a[",
            "`$.a[` ends where `*`, a number, a name in quotes, or a filter should stand",
        );
        wrong("$.a.", "`$.a.` ends where a name, or `*` should stand");
        wrong("$.a b", "expected the end of the path after `$.a `, found `b`");
        wrong("9", "expected a path, such as `name` or `$.items[*]`, found `9`");
        wrong("$.a['b]", "`'` is never closed in `$.a['b]`");
        wrong(
            "$[?kind]",
            "`kind` means nothing in a filter; a path begins with `@`, a text stands in quotes",
        );
        wrong("$[?'a']", "expected `==` or `!=` after `$[?'a'`, found `]`");
        wrong("$[1-2]", "`1-2` is no number of an item");
        let deep = format!("$[?{}@{}]", "(".repeat(100_000), ")".repeat(100_000));
        wrong(&deep, "filters nest deeper than 16");
        let deep = format!("{}@{}", "$[?@".repeat(100_000), "]".repeat(100_000));
        assert!(parse(&deep).is_err());
    }

    #[test]
    fn names_are_short_for_paths_from_the_item() {
        assert_eq!(parse("bom-ref").unwrap(), parse("@['bom-ref']").unwrap());
        assert_eq!(parse("metadata.name").unwrap(), parse("@.metadata['name']").unwrap());
        assert_eq!(parse("*.a").unwrap(), parse("@[*].a").unwrap());
        assert_eq!(parse("@.$ref").unwrap(), parse("[\"$ref\"]").unwrap());
    }
}
