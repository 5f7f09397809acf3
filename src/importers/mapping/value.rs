//! What a rule says about a value: a path, a text with paths in it, or a text as it is.

use super::data::Kind;
use super::path::{self, Path};
use super::select::{Found, Select};
use crate::importers::graph_file::Sort;

/// The most texts that one value may make of an item.
const MOST_TEXTS: usize = 10_000;

/// Where the texts of a value come from.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// As it was written.
    pub text: String,
    parts: Vec<Part>,
    /// Whether it may find nothing in any item.
    pub is_optional: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Text(String),
    Path(Path, Vec<Pipe>),
}

/// What is made of a text.
#[derive(Debug, Clone, PartialEq)]
enum Pipe {
    Before(String),
    After(String),
    BeforeLast(String),
    AfterLast(String),
    /// Keeps what stands before the last sign, and that; nothing where there is none.
    UpToLast(String),
    Lower,
    /// Puts the key before the text, with this between them.
    Keyed(String),
}

/// A text that a value makes, and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    pub text: String,
    pub sort: Sort,
    pub place: u32,
}

/// A list or a map stands where a text should; its place.
pub struct NoText {
    pub item: u32,
    pub kind: Kind,
}

impl Value {
    /// Reads a value as a plan has it.
    ///
    /// # Errors
    ///
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Value, String> {
        let (all, mut is_optional) = match text.trim().strip_suffix('?') {
            Some(rest) => (rest.trim_end(), true),
            None => (text.trim(), false),
        };
        let parts = if all.starts_with('\'') {
            match path::parse_quoted(all)? {
                (text, "") => vec![Part::Text(text)],
                (_, rest) => return Err(format!("nothing may follow the quotes, found `{rest}`")),
            }
        } else if all.contains(['{', '}']) {
            template(all, &mut is_optional)?
        } else {
            vec![piped(all, &mut is_optional)?]
        };
        Ok(Value { text: text.to_owned(), parts, is_optional })
    }

    /// Returns the texts that it makes of an item; none if one of its paths finds nothing.
    ///
    /// # Errors
    ///
    /// Fails if a path finds what is no text.
    pub fn texts(&self, select: &Select<'_>, root: u32, item: u32) -> Result<Vec<Made>, NoText> {
        if let [Part::Path(path, pipes)] = &self.parts[..] {
            return found(select, path, pipes, root, item);
        }
        let place = select.data.place(item);
        let mut all = vec![Made { text: String::new(), sort: Sort::Text, place }];
        for part in &self.parts {
            match part {
                Part::Text(text) => all.iter_mut().for_each(|made| made.text.push_str(text)),
                Part::Path(path, pipes) => {
                    let texts = found(select, path, pipes, root, item)?;
                    let join = |made: &Made, next: &Made| Made {
                        text: format!("{}{}", made.text, next.text),
                        sort: Sort::Text,
                        place: next.place,
                    };
                    let pairs =
                        all.iter().flat_map(|made| texts.iter().map(move |next| join(made, next)));
                    all = pairs.take(MOST_TEXTS).collect();
                }
            }
        }
        Ok(all)
    }

    /// Returns the paths in it.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.parts.iter().filter_map(|part| match part {
            Part::Path(path, _) => Some(path),
            Part::Text(_) => None,
        })
    }
}

fn found(
    select: &Select<'_>,
    path: &Path,
    pipes: &[Pipe],
    root: u32,
    item: u32,
) -> Result<Vec<Made>, NoText> {
    let data = select.data;
    let mut all = Vec::new();
    for found in select.find(path, root, item) {
        let place = select.place(found);
        let (text, sort) = match found {
            Found::Key(item) => (data.key_of(item).unwrap_or_default(), Sort::Text),
            Found::Item(item) => match (data.text(item), data.kind(item)) {
                (Some((text, sort)), _) => (text.to_owned(), sort),
                // An element without a text is empty, as is nothing.
                (None, Kind::Null | Kind::Element) => continue,
                (None, kind) => return Err(NoText { item, kind }),
            },
        };
        let sort = if pipes.is_empty() { sort } else { Sort::Text };
        let key = || data.key_of(found.item()).unwrap_or_default();
        let text = pipes.iter().fold(text, |text, pipe| pipe.apply(text, key));
        all.push(Made { text, sort, place });
    }
    Ok(all)
}

/// Reads a text with paths in braces; two braces are one.
fn template(text: &str, is_optional: &mut bool) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        plain.push_str(&rest[..at]);
        let sign = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(sign) {
            plain.push_str(sign);
            rest = after;
            continue;
        }
        if sign == "}" {
            return Err(format!(
                "`}}` closes nothing in `{text}`; write `}}}}` for the sign itself"
            ));
        }
        let end = closing(rest).ok_or_else(|| {
            format!("`{{` is never closed in `{text}`; write `{{{{` for the sign itself")
        })?;
        if !plain.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut plain)));
        }
        parts.push(piped(&rest[..end], is_optional)?);
        rest = &rest[end + 1..];
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        parts.push(Part::Text(plain));
    }
    Ok(parts)
}

/// Returns where the brace is that closes a path, quoted ones left out.
fn closing(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '}') => return Some(at),
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

/// Reads a path and what is made of the texts that it finds.
fn piped(text: &str, is_optional: &mut bool) -> Result<Part, String> {
    let (path, mut rest) = path::parse_start(text)?;
    if let Some(after) = rest.strip_prefix('?') {
        *is_optional = true;
        rest = after.trim_start();
    }
    let mut pipes = Vec::new();
    while let Some(pipe) = rest.strip_prefix('|') {
        let pipe = pipe.trim_start();
        let end = pipe.find(|c: char| !c.is_ascii_lowercase() && c != '_').unwrap_or(pipe.len());
        let (word, after) = (&pipe[..end], pipe[end..].trim_start());
        let make = match word {
            "lower" => {
                pipes.push(Pipe::Lower);
                rest = after;
                continue;
            }
            "before" => Pipe::Before,
            "after" => Pipe::After,
            "before_last" => Pipe::BeforeLast,
            "after_last" => Pipe::AfterLast,
            "up_to_last" => Pipe::UpToLast,
            "keyed" => Pipe::Keyed,
            _ => {
                return Err(format!(
                    "`{word}` is not known after `|`; known are `before`, `after`, `before_last`, \
                     `after_last`, `up_to_last`, `lower` and `keyed`"
                ));
            }
        };
        let (sign, after) = path::parse_quoted(after)?;
        pipes.push(make(sign));
        rest = after;
    }
    match rest {
        "" => Ok(Part::Path(path, pipes)),
        rest => Err(format!(
            "`{rest}` means nothing after the path in `{text}`; a text as it is stands in quotes"
        )),
    }
}

impl Pipe {
    /// Cuts a text, or adds to it; one without the sign to cut at stays as it is.
    fn apply(&self, text: String, key: impl Fn() -> String) -> String {
        let cut = match self {
            Pipe::Before(sign) => text.split_once(sign.as_str()).map(|(before, _)| before),
            Pipe::After(sign) => text.split_once(sign.as_str()).map(|(_, after)| after),
            Pipe::BeforeLast(sign) => text.rsplit_once(sign.as_str()).map(|(before, _)| before),
            Pipe::AfterLast(sign) => text.rsplit_once(sign.as_str()).map(|(_, after)| after),
            Pipe::UpToLast(sign) => {
                let end = text.rfind(sign.as_str()).map_or(0, |at| at + sign.len());
                return text[..end].to_owned();
            }
            Pipe::Lower => return text.to_lowercase(),
            Pipe::Keyed(sign) => return format!("{}{sign}{text}", key()),
        };
        match cut {
            Some(cut) => cut.to_owned(),
            None => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn wrong(text: &str, message: &str) {
        assert_eq!(Value::parse(text).unwrap_err(), message);
    }

    #[test]
    fn what_is_no_value_is_told() {
        wrong("{a", "`{` is never closed in `{a`; write `{{` for the sign itself");
        wrong("a}", "`}` closes nothing in `a}`; write `}}` for the sign itself");
        wrong("'a' b", "nothing may follow the quotes, found `b`");
        wrong(
            "a | upper",
            "`upper` is not known after `|`; known are `before`, `after`, `before_last`, `after_last`, `up_to_last`, `lower` and `keyed`",
        );
        wrong("a | before", "`` ends where a text in quotes should stand");
        wrong(
            "two words",
            "`words` means nothing after the path in `two words`; a text as it is stands in quotes",
        );
    }
}
