//! YAML to a tree with spans; one of two files that name the YAML parser.
//!
//! Reads one document of YAML 1.2 (and so JSON). Aliases and `<<` are followed within a budget;
//! a key given twice is an error. Knows nothing of what a plan means.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Source, Sources, Span};
use crate::tree::{Key, Tree, TreeNode};

/// How deep lists and maps may nest.
const DEEPEST: usize = 64;
/// How many values a plan may have, aliases followed.
const MOST_VALUES: usize = 4_000_000;
/// How many values aliases may repeat.
const MOST_REPEATED: usize = 200_000;
/// How many bytes of text aliases may repeat.
const MOST_REPEATED_BYTES: usize = 16 << 20;

/// Reads a plan's text; `None` when it is no tree at all.
///
/// The text is added to `sources`, so that every message can show it.
pub fn parse(source: Source, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Option<Tree> {
    let number = sources.add(source.clone());
    let mut reader = TreeReader {
        offsets: Offsets::of(source.text()),
        source: number,
        sources,
        diagnostics,
        open: Vec::new(),
        anchors: HashMap::new(),
        values: 0,
        repeated: (0, 0),
        root: None,
    };
    let result = reader.read(source.text());
    let root = reader.root.take();
    match result {
        Ok(()) => Some(root.unwrap_or(Tree {
            span: Span { source: number, start: 0, end: 0 },
            node: TreeNode::Scalar { text: String::new(), quoted: false },
        })),
        Err(Stop) => None,
    }
}

/// Reading cannot go on; why is in the diagnostics.
struct Stop;

struct TreeReader<'a> {
    offsets: Offsets,
    source: u32,
    sources: &'a Sources,
    diagnostics: &'a mut Diagnostics,
    open: Vec<Open>,
    anchors: HashMap<usize, Tree>,
    values: usize,
    /// The values that aliases repeated, and the bytes of their texts.
    repeated: (usize, usize),
    root: Option<Tree>,
}

/// A list or map whose end has not come yet.
struct Open {
    start: Span,
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Tree>),
    Map {
        entries: Vec<(Key, Tree)>,
        places: HashMap<String, Span>,
        key: Option<Key>,
        merged: Vec<Tree>,
    },
}

impl TreeReader<'_> {
    fn read(&mut self, text: &str) -> Result<(), Stop> {
        if let Some(at) = memchr::memchr(0, text.as_bytes()) {
            let span = Span { source: self.source, start: at as u32, end: at as u32 + 1 };
            return Err(self.stop(span, "the plan holds a NUL byte, which no text has", "here"));
        }
        let mut documents = 0;
        for event in Parser::new_from_str(text) {
            let (event, span) = event.map_err(|error| self.broken(&error))?;
            let span = self.span(span.start, span.end);
            match event {
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        return Err(self.stop(
                            span,
                            "a plan is one document",
                            "another starts here",
                        ));
                    }
                }
                Event::Scalar(text, style, anchor, tag) => {
                    if tag.is_some_and(|tag| !tag.is_yaml_core_schema()) {
                        return Err(self.stop(span, "a plan has no tags", "this value has one"));
                    }
                    let quoted = style != ScalarStyle::Plain;
                    let node = TreeNode::Scalar { text: text.into_owned(), quoted };
                    self.value(Tree { span, node }, anchor)?;
                }
                Event::SequenceStart(anchor, _) => {
                    self.enter(Open { start: span, anchor, content: Content::List(Vec::new()) })?;
                }
                Event::MappingStart(anchor, _) => {
                    let content = Content::Map {
                        entries: Vec::new(),
                        places: HashMap::new(),
                        key: None,
                        merged: Vec::new(),
                    };
                    self.enter(Open { start: span, anchor, content })?;
                }
                Event::SequenceEnd | Event::MappingEnd => self.leave(span)?,
                Event::Alias(anchor) => self.alias(anchor, span)?,
                Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            }
        }
        Ok(())
    }

    fn enter(&mut self, open: Open) -> Result<(), Stop> {
        if self.open.len() >= DEEPEST {
            return Err(self.too_deep(open.start));
        }
        self.open.push(open);
        Ok(())
    }

    fn leave(&mut self, end: Span) -> Result<(), Stop> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let (node, last) = match open.content {
            Content::List(items) => {
                let last = items.last().map(|item| item.span);
                (TreeNode::List(items), last)
            }
            Content::Map { mut entries, mut places, merged, .. } => {
                let last = entries.last().map(|(_, value)| value.span);
                for (key, value) in merged.iter().flat_map(Tree::entries) {
                    if !places.contains_key(&key.text) {
                        places.insert(key.text.clone(), key.span);
                        entries.push((key.clone(), value.clone()));
                    }
                }
                (TreeNode::Map(entries), last)
            }
        };
        // A block ends where its last value does; a flow collection at its bracket.
        let end = last.map_or(end.end, |last| last.end.max(end.end.min(last.end + 2)));
        let span = Span { end: end.max(open.start.end), ..open.start };
        self.value(Tree { span, node }, open.anchor)
    }

    /// Puts a finished value where it belongs.
    fn value(&mut self, value: Tree, anchor: usize) -> Result<(), Stop> {
        self.values += 1;
        if self.values > MOST_VALUES {
            let message = format!("a plan may have {MOST_VALUES} values, aliases followed");
            return Err(self.stop(value.span, &message, "this is one more"));
        }
        if anchor > 0 {
            // What an anchor keeps counts too: anchors within anchors keep it again.
            self.values += size(&value).0;
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(value),
            Some(Content::List(items)) => items.push(value),
            Some(Content::Map { key: slot @ None, .. }) => match value.node {
                TreeNode::Scalar { text, .. } => *slot = Some(Key { text, span: value.span }),
                _ => return Err(self.stop(value.span, "a key must be a text", "this is none")),
            },
            Some(Content::Map { entries, places, key, merged }) => {
                let Some(key) = key.take() else { return Ok(()) };
                if key.text == "<<" {
                    match value.node {
                        TreeNode::List(items) => merged.extend(items),
                        _ => merged.push(value),
                    }
                } else if let Some(first) = places.get(&key.text) {
                    self.diagnostics.push(
                        Diagnostic::error(
                            "duplicate-key",
                            format!("the key `{}` is given twice", key.text),
                        )
                        .at(self.sources.excerpt(key.span), "given again here")
                        .at(self.sources.excerpt(*first), "first given here"),
                    );
                } else {
                    places.insert(key.text.clone(), key.span);
                    entries.push((key, value));
                }
            }
        }
        Ok(())
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Stop> {
        let Some(value) = self.anchors.get(&anchor) else {
            return Err(self.stop(span, "an alias stands inside its own anchor", "this one"));
        };
        let (values, bytes) = size(value);
        self.repeated = (self.repeated.0 + values, self.repeated.1 + bytes);
        if self.repeated.0 > MOST_REPEATED || self.repeated.1 > MOST_REPEATED_BYTES {
            return Err(self.stop(span, "aliases repeat too much", "this one is past the budget"));
        }
        let value = value.clone();
        self.values += values;
        self.value(value, 0)
    }

    fn span(&self, start: Marker, end: Marker) -> Span {
        Span {
            source: self.source,
            start: self.offsets.byte(start.index()),
            end: self.offsets.byte(end.index()),
        }
    }

    fn stop(&mut self, span: Span, message: &str, label: &str) -> Stop {
        self.diagnostics
            .push(Diagnostic::error("yaml", message).at(self.sources.excerpt(span), label));
        Stop
    }

    fn too_deep(&mut self, span: Span) -> Stop {
        self.stop(span, &format!("lists and maps nest deeper than {DEEPEST}"), "this is too deep")
    }

    fn broken(&mut self, error: &ScanError) -> Stop {
        let at = self.span(*error.marker(), *error.marker());
        if error.info().contains("recursion limit") {
            return self.too_deep(Span { end: at.start + 1, ..at });
        }
        let text = self.sources.get(self.source).map_or("", |source| source.text());
        let end = text.trim_end().len() as u32;
        let opened = self.open.iter().rev().map(|open| open.start).find(|span| {
            text.get(span.start as usize..).is_some_and(|text| text.starts_with(['[', '{']))
        });
        let is_at_end = at.start >= end;
        if let Some(opened) = opened
            && is_at_end
        {
            let sign = &text[opened.start as usize..][..1];
            let (span, message) = (Span { end: opened.start + 1, ..opened }, "is not closed");
            return self.stop(span, &format!("`{sign}` {message}"), "it is opened here");
        }
        // Past the end there is nothing to show.
        let start = at.start.min(end.saturating_sub(1));
        let excerpt = self.sources.excerpt(Span { start, end: start + 1, ..at });
        let mut diagnostic =
            Diagnostic::error("yaml", format!("this is no YAML: {}", error.info()));
        if excerpt.text.trim_start_matches(' ').starts_with('\t') {
            diagnostic = diagnostic.help("YAML is indented with spaces; a tab is not allowed");
        }
        diagnostic = diagnostic.at(excerpt, "the parser stopped here");
        if let Some(opened) = opened {
            let opened = Span { end: opened.start + 1, ..opened };
            diagnostic =
                diagnostic.at(self.sources.excerpt(opened), "opened here, perhaps not closed");
        }
        self.diagnostics.push(diagnostic);
        Stop
    }
}

/// Counts the values in a tree and the bytes of their texts.
fn size(tree: &Tree) -> (usize, usize) {
    let add = |a: (usize, usize), b: (usize, usize)| (a.0 + b.0, a.1 + b.1);
    match &tree.node {
        TreeNode::Scalar { text, .. } => (1, text.len()),
        TreeNode::List(items) => items.iter().map(size).fold((1, 0), add),
        TreeNode::Map(entries) => entries
            .iter()
            .map(|(key, value)| add((1, key.text.len()), size(value)))
            .fold((1, 0), add),
    }
}

/// Finds the byte where a character stands: the parser counts characters.
enum Offsets {
    Ascii,
    Bytes(Vec<u32>),
}

impl Offsets {
    fn of(text: &str) -> Offsets {
        if text.is_ascii() {
            return Offsets::Ascii;
        }
        let mut bytes: Vec<u32> = text.char_indices().map(|(at, _)| at as u32).collect();
        bytes.push(text.len() as u32);
        Offsets::Bytes(bytes)
    }

    fn byte(&self, character: usize) -> u32 {
        match self {
            Offsets::Ascii => character as u32,
            Offsets::Bytes(bytes) => {
                bytes.get(character).or(bytes.last()).copied().unwrap_or_default()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_text(text: &str) -> (Option<Tree>, Sources, Diagnostics) {
        let (mut sources, mut diagnostics) = Default::default();
        let tree = parse(Source::new("plan", text), &mut sources, &mut diagnostics);
        (tree, sources, diagnostics)
    }

    fn problem(text: &str) -> String {
        let (_, _, diagnostics) = parse_text(text);
        diagnostics.list.first().map(|problem| problem.message.clone()).unwrap_or_default()
    }

    #[test]
    fn scalars_keep_their_text_and_their_place() {
        let text = "é: [no, 1e5, '0123']\nb:\n  c: x # comment\n";
        let (tree, sources, _) = parse_text(text);
        let tree = tree.unwrap();
        let TreeNode::List(items) = &tree.get("é").unwrap().node else { panic!() };
        let texts: Vec<_> = items.iter().map(|item| item.text().unwrap()).collect();
        assert_eq!(texts, ["no", "1e5", "0123"]);
        let excerpt = sources.excerpt(tree.find_text("1e5").unwrap());
        assert_eq!((excerpt.line, &excerpt.text[excerpt.range]), (1, "1e5"));
        let excerpt = sources.excerpt(tree.get("b").unwrap().find_text("x").unwrap());
        assert_eq!((excerpt.line, excerpt.column), (3, 6));
    }

    #[test]
    fn json_is_read_too() {
        let (tree, ..) = parse_text("{\n\t\"a\": {\"b\": [1, true, null]}\n}\n");
        assert!(tree.unwrap().get("a").unwrap().get("b").is_some());
    }

    #[test]
    fn a_key_given_twice_is_an_error_with_both_places() {
        let (_, _, diagnostics) = parse_text("a: 1\nb: 2\na: 3\n");
        let lines: Vec<_> = diagnostics.list[0].labels.iter().map(|label| label.at.line).collect();
        assert_eq!(lines, [3, 1]);
    }

    #[test]
    fn aliases_and_merges_are_followed() {
        let (tree, ..) = parse_text("a: &a {x: 1, y: 2}\nb: {<<: *a, x: 3}\n");
        let b = tree.unwrap().get("b").unwrap().clone();
        assert_eq!(b.get("x").unwrap().text(), Some("3"));
        assert_eq!(b.get("y").unwrap().text(), Some("2"));
    }

    #[test]
    fn what_is_not_closed_is_shown_where_it_is_opened() {
        let place = |text: &str| {
            let (_, _, diagnostics) = parse_text(text);
            let problem = &diagnostics.list[0];
            let at = &problem.labels[0].at;
            format!("{}:{} {}", at.line, at.column, problem.message)
        };
        assert_eq!(place("a: [1, 2\n\n"), "1:4 `[` is not closed");
        assert_eq!(place("{\"a\": {\"b\": 1\n"), "1:7 `{` is not closed");
        assert!(place("a:\n  b: \"x\n\n").starts_with("2:"), "{}", place("a:\n  b: \"x\n\n"));
    }

    #[test]
    fn hostile_texts_end_in_an_error() {
        let mut laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
        for at in 1..9 {
            let refs = vec![format!("*a{}", at - 1); 9].join(",");
            laughs += &format!("a{at}: &a{at} [{refs}]\n");
        }
        assert_eq!(problem(&laughs), "aliases repeat too much");
        let quadratic =
            format!("a: &a \"{}\"\nb: [{}]\n", "x".repeat(100_000), vec!["*a"; 20_000].join(","));
        assert_eq!(problem(&quadratic), "aliases repeat too much");
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(problem(&deep).contains("nest deeper"), "{}", problem(&deep));
        assert!(problem("a: \"x\0y\"").contains("NUL"));
        let block: String = (0..70).map(|at| format!("{}a:\n", " ".repeat(at))).collect();
        assert!(problem(&block).contains("nest deeper"), "{}", problem(&block));
        assert!(!problem("a: &a\n  b: *a\n").is_empty());
        assert!(!problem("a:\n\tb: 1\n").is_empty());
        assert!(!problem("a: 1\n---\nb: 2\n").is_empty());
        assert!(!problem("a: [1, 2\n").is_empty());
        assert!(!problem("? [a]\n: b\n").is_empty());
    }
}
