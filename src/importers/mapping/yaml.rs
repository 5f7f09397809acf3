//! YAML to data, any number of documents; one of two files that name the YAML parser.
//!
//! Scalars without quotes are what YAML 1.2 says. Aliases and `<<` are followed within a budget.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError};

use super::super::graph_file::{Draft, Read, Sort};
use super::data::{Data, Kind};
use crate::diagnostic::Diagnostic;

/// How deep lists and maps may nest.
const DEEPEST: usize = 256;

/// How many values aliases may repeat.
const MOST_REPEATED: usize = 1_000_000;

/// The key whose map is merged into the one that has it.
const MERGE: &str = "<<";

/// Reads the text of the draft.
pub fn read(draft: &Draft<'_>, data: &mut Data) -> Read {
    let mut reader = Reader {
        draft,
        data,
        places: Places::of(draft.text),
        open: Vec::new(),
        anchors: HashMap::new(),
        repeated: 0,
    };
    for event in Parser::new_from_str(draft.text) {
        let (event, span) = event.map_err(|error| reader.broken(&error))?;
        let place = reader.places.byte(span.start);
        reader.take(event, place)?;
    }
    Ok(())
}

struct Reader<'r, 't> {
    draft: &'r Draft<'t>,
    data: &'r mut Data,
    places: Places,
    open: Vec<Open>,
    /// The value that each anchor stands at.
    anchors: HashMap<usize, u32>,
    repeated: usize,
}

/// A list or a map whose end has not come yet.
struct Open {
    is_map: bool,
    /// Whether a key was read, and its value was not; whether the key merges.
    key: Option<bool>,
    /// The keys that were read.
    keys: hashbrown::HashSet<String, foldhash::fast::FixedState>,
    /// The maps to merge into it.
    merged: Vec<u32>,
}

impl Reader<'_, '_> {
    fn take(&mut self, event: Event<'_>, place: u32) -> Read {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                if self.is_at_key() {
                    return self.key(&text, place);
                }
                let kind = match style {
                    ScalarStyle::Plain => kind_of(&text),
                    _ => Kind::Scalar(Sort::Text),
                };
                self.anchor(anchor);
                self.data.scalar(kind, &text, place);
                self.end_value();
            }
            Event::SequenceStart(anchor, _) => self.begin(Kind::List, anchor, place)?,
            Event::MappingStart(anchor, _) => self.begin(Kind::Map, anchor, place)?,
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    for map in open.merged {
                        self.count_repeated(map, place)?;
                        self.data.merge(map, place);
                    }
                }
                self.data.close();
                self.end_value();
            }
            Event::Alias(anchor) => self.alias(anchor, place)?,
            Event::DocumentStart(_) => self.anchors.clear(),
            _ => {}
        }
        Ok(())
    }

    fn is_at_key(&self) -> bool {
        self.open.last().is_some_and(|open| open.is_map && open.key.is_none())
    }

    fn key(&mut self, text: &str, place: u32) -> Read {
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        if text != MERGE && !open.keys.insert(text.to_owned()) {
            let message = format!("the key `{text}` is given twice");
            return Err(self.error(place, "duplicate-key", message));
        }
        open.key = Some(text == MERGE);
        self.data.key(text);
        Ok(())
    }

    fn begin(&mut self, kind: Kind, anchor: usize, place: u32) -> Read {
        if self.is_at_key() {
            return Err(self.error(place, "bad-yaml", "a key is a text"));
        }
        if self.open.len() >= DEEPEST {
            return Err(self.too_deep(place));
        }
        self.anchor(anchor);
        self.data.open(kind, place);
        let is_map = kind == Kind::Map;
        let keys = Default::default();
        self.open.push(Open { is_map, key: None, keys, merged: Vec::new() });
        Ok(())
    }

    /// Keeps that the next value is the one of an anchor.
    fn anchor(&mut self, anchor: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, self.data.len());
        }
    }

    fn end_value(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.key = None;
        }
    }

    fn alias(&mut self, anchor: usize, place: u32) -> Read {
        let value = self.anchors.get(&anchor).copied();
        let Some(value) = value.filter(|value| self.data.size(*value).is_some()) else {
            return Err(self.error(place, "bad-yaml", "an alias stands inside its own anchor"));
        };
        if self.is_at_key() {
            let Some((text, _)) = self.data.text(value) else {
                return Err(self.error(place, "bad-yaml", "a key is a text"));
            };
            let text = text.to_owned();
            return self.key(&text, place);
        }
        // In `<<: [*a, *b]` the list is open, and the map around it.
        let merging = match &mut self.open[..] {
            [.., open] if open.is_map => open.key == Some(true),
            [.., map, _list] => map.key == Some(true),
            _ => false,
        };
        if merging {
            let map = self.open.iter_mut().rev().find(|open| open.is_map);
            map.into_iter().for_each(|map| map.merged.push(value));
        } else {
            self.count_repeated(value, place)?;
            self.data.repeat(value, place);
        }
        if self.open.last().is_some_and(|open| open.is_map) {
            self.end_value();
        }
        Ok(())
    }

    fn count_repeated(&mut self, value: u32, place: u32) -> Read {
        self.repeated += self.data.size(value).unwrap_or_default();
        match self.repeated > MOST_REPEATED {
            true => Err(self.error(place, "too-many-values", "aliases repeat too much")),
            false => Ok(()),
        }
    }

    fn broken(&self, error: &ScanError) -> Box<Diagnostic> {
        let place = self.places.byte(*error.marker());
        if error.info().contains("recursion limit") {
            return self.too_deep(place);
        }
        let end = self.draft.text.trim_end().len() as u32;
        let message = format!("this is no YAML: {}", error.info());
        self.error(place.min(end), "bad-yaml", message)
    }

    fn too_deep(&self, place: u32) -> Box<Diagnostic> {
        self.error(place, "too-deep", format!("lists and maps nest deeper than {DEEPEST}"))
    }

    fn error(&self, place: u32, code: &'static str, message: impl Into<String>) -> Box<Diagnostic> {
        self.draft.error((self.draft.base + place) as usize, code, message)
    }
}

/// Returns what a scalar without quotes is, by the core schema of YAML 1.2.
fn kind_of(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Kind::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => {
            return Kind::Scalar(Sort::Boolean);
        }
        _ => {}
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
    // Digits that a number would lose are kept: `0123`, `1.10` and versions are texts.
    let sort = match text.parse::<i64>() {
        Ok(number) if number.to_string() == text => Sort::Integer,
        Ok(_) => Sort::Text,
        Err(_) => match text.parse::<f64>() {
            Ok(number) if is_number && number.to_string() == text => Sort::Number,
            _ => Sort::Text,
        },
    };
    Kind::Scalar(sort)
}

/// Finds the byte where a character stands: the parser counts characters.
struct Places(Option<Vec<u32>>);

impl Places {
    fn of(text: &str) -> Places {
        let bytes = || text.char_indices().map(|(at, _)| at as u32);
        Places((!text.is_ascii()).then(|| bytes().chain([text.len() as u32]).collect()))
    }

    fn byte(&self, marker: Marker) -> u32 {
        match &self.0 {
            None => marker.index() as u32,
            Some(bytes) => bytes.get(marker.index()).or(bytes.last()).copied().unwrap_or_default(),
        }
    }
}
