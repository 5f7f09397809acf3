//! What a path finds in data.
//!
//! Looks at a bounded number of values, so that no file makes a path run for hours.

use std::cell::Cell;
use std::ops::Range;

use super::data::{Data, Kind};
use super::path::{Filter, Operand, Path, Selector, Step};

/// How many values may be looked at in a small file; in a larger one so many times its own.
const MOST_LOOKS: u64 = 10_000_000;
const MOST_TIMES: u64 = 200;

/// What stands between a key and its value.
const BETWEEN: &[char] = &[' ', '\t', '\r', '\n', ':', '=', '"', '\'', '-'];

/// How far from a value its key is looked for, in bytes.
const LONGEST_GAP: usize = 256;

/// What a path finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// A value.
    Item(u32),
    /// The key of a value.
    Key(u32),
}

impl Found {
    /// Returns the value, or the one that has the key.
    pub fn item(self) -> u32 {
        match self {
            Found::Item(item) | Found::Key(item) => item,
        }
    }
}

/// Follows paths in the data of one file.
pub struct Select<'d> {
    pub data: &'d Data,
    /// The text of the file, where somebody asks for the places of keys.
    text: Option<&'d str>,
    looks: Cell<u64>,
    most: u64,
}

/// Where a path stopped.
pub struct Stop<'p> {
    /// The values that were found last.
    pub items: Vec<u32>,
    /// The step that finds nothing in them.
    pub step: &'p Step,
}

impl<'d> Select<'d> {
    pub fn new(data: &'d Data) -> Select<'d> {
        let most = MOST_LOOKS + u64::from(data.len()) * MOST_TIMES;
        Select { data, text: None, looks: Cell::new(0), most }
    }

    /// Makes one that finds keys, and texts of elements, where they stand themselves, and not
    /// where the value does that has them.
    pub fn with_text(data: &'d Data, text: &'d str) -> Select<'d> {
        Select { text: Some(text), ..Select::new(data) }
    }

    /// Returns the place of what a path found.
    pub fn place(&self, found: Found) -> u32 {
        let Some(text) = self.text else { return self.data.place(found.item()) };
        match found {
            Found::Key(item) => self.key_place(item, text),
            Found::Item(item) => self.data.place(self.data.text_item(item).unwrap_or(item)),
        }
    }

    /// Returns the places that a value is at, its key included.
    pub fn places(&self, item: u32) -> Range<u32> {
        let places = self.data.places(item);
        places.start.min(self.place(Found::Key(item)))..places.end
    }

    /// Returns where the key of a value stands: right before it, or within the tag or the brackets
    /// that the value begins with; else where the value does.
    fn key_place(&self, item: u32, text: &str) -> u32 {
        let place = self.data.place(item);
        let Some(key) = self.data.key_of(item).filter(|key| !key.is_empty()) else { return place };
        let start = text.floor_char_boundary((place - self.data.base) as usize);
        let near = LONGEST_GAP + key.len();
        let opening = match self.data.kind(item) {
            Kind::Element => Some('<'),
            // The header of a table in TOML.
            Kind::Map => Some('['),
            _ => None,
        };
        let after = &text[start..text.floor_char_boundary(start.saturating_add(near))];
        if after.chars().next().is_some_and(|first| Some(first) == opening) {
            let ends = |c: char| matches!(c, '>' | ']' | '\n') || c == ' ' && opening == Some('<');
            let header = &after[..after.find(ends).unwrap_or(after.len())];
            return header.rfind(&key).map_or(place, |within| place + within as u32);
        }
        let from = text.floor_char_boundary(start.saturating_sub(near));
        let before = text[from..start].trim_end_matches(BETWEEN);
        match before.strip_suffix(&key) {
            Some(rest) if !rest.ends_with(|c: char| c.is_alphanumeric() || c == '_') => {
                self.data.base + (from + rest.len()) as u32
            }
            _ => place,
        }
    }

    /// Returns whether so much was looked at that the rest was left.
    pub fn is_exhausted(&self) -> bool {
        self.looks.get() > self.most
    }

    /// Returns what a path finds.
    pub fn find(&self, path: &Path, root: u32, item: u32) -> Vec<Found> {
        let found = self.follow(path, root, item).unwrap_or_default();
        match path.steps.last() {
            Some(Step::Key) => {
                let has_key = |item: &u32| self.data.parent(*item).is_some();
                found.into_iter().filter(has_key).map(Found::Key).collect()
            }
            _ => found.into_iter().map(Found::Item).collect(),
        }
    }

    /// Returns where a path that finds nothing stopped.
    pub fn stop<'p>(&self, path: &'p Path, root: u32, item: u32) -> Option<Stop<'p>> {
        self.follow(path, root, item).err()
    }

    fn follow<'p>(&self, path: &'p Path, root: u32, item: u32) -> Result<Vec<u32>, Stop<'p>> {
        let mut now = vec![if path.from_root { root } else { item }];
        for step in &path.steps {
            let mut next = Vec::new();
            for item in &now {
                self.step(step, root, *item, &mut next);
            }
            if matches!(step, Step::Parent) {
                next.dedup();
            }
            if next.is_empty() {
                return Err(Stop { items: now, step });
            }
            now = next;
        }
        Ok(now)
    }

    fn step(&self, step: &Step, root: u32, item: u32, next: &mut Vec<u32>) {
        match step {
            Step::Parent => next.extend(self.data.parent(item)),
            Step::Key => next.push(item),
            Step::Child(selector) => self.children(selector, root, item, next),
            Step::Descendant(Selector::Name(name)) => {
                let Some(key) = self.data.find_key(name) else { return };
                let all = item + 1..self.data.end(item);
                if self.looked(all.len()) {
                    next.extend(all.filter(|item| self.data.has_key(*item, key)));
                }
            }
            Step::Descendant(selector) => {
                for item in item..self.data.end(item) {
                    if !self.looked(1) {
                        break;
                    }
                    self.children(selector, root, item, next);
                }
            }
        }
    }

    fn children(&self, selector: &Selector, root: u32, item: u32, next: &mut Vec<u32>) {
        let data = self.data;
        match selector {
            Selector::Name(name) => {
                if let Some(key) = data.find_key(name) {
                    let looks = data.values(item, key, |found| next.push(found));
                    self.looked(looks);
                }
            }
            Selector::All => {
                let before = next.len();
                next.extend(data.children(item));
                if !self.looked(next.len() - before) {
                    next.clear();
                }
            }
            Selector::Index(index) if data.kind(item) == Kind::List => {
                let index = match index {
                    0.. => usize::try_from(*index).ok(),
                    _ => {
                        let count = data.children(item).count();
                        self.looked(count);
                        let back = usize::try_from(index.unsigned_abs()).ok();
                        back.and_then(|back| count.checked_sub(back))
                    }
                };
                if let Some(index) = index
                    && self.looked(index.min(data.len() as usize))
                {
                    next.extend(data.children(item).nth(index));
                }
            }
            Selector::Index(_) => {}
            Selector::Filter(filter) => {
                for child in data.children(item) {
                    if !self.looked(1) {
                        break;
                    }
                    if self.holds(filter, root, child) {
                        next.push(child);
                    }
                }
            }
        }
    }

    fn holds(&self, filter: &Filter, root: u32, item: u32) -> bool {
        match filter {
            Filter::Or(filters) => filters.iter().any(|filter| self.holds(filter, root, item)),
            Filter::And(filters) => filters.iter().all(|filter| self.holds(filter, root, item)),
            Filter::Not(filter) => !self.holds(filter, root, item),
            Filter::Has(path) => !self.find(path, root, item).is_empty(),
            Filter::Compare { left, right, is_equal } => {
                let value = |operand: &Operand| match operand {
                    Operand::Literal(text) => Value::Text(text.clone()),
                    Operand::Null => Value::Null,
                    Operand::Path(path) => match self.find(path, root, item).first() {
                        None => Value::Nothing,
                        Some(found) => self.value(*found),
                    },
                };
                let (left, right) = (value(left), value(right));
                (left == right && left != Value::Other) == *is_equal
            }
        }
    }

    fn value(&self, found: Found) -> Value {
        match found {
            Found::Key(item) => self.data.key_of(item).map_or(Value::Nothing, Value::Text),
            Found::Item(item) => match self.data.text(item) {
                Some((text, _)) => Value::Text(text.to_owned()),
                None if self.data.kind(item) == Kind::Null => Value::Null,
                None => Value::Other,
            },
        }
    }

    /// Counts values that are looked at; returns whether it may go on.
    fn looked(&self, count: usize) -> bool {
        self.looks.set(self.looks.get() + count as u64 + 1);
        !self.is_exhausted()
    }
}

/// A side of a comparison, once it is known.
#[derive(PartialEq)]
enum Value {
    Text(String),
    Null,
    /// A list or a map, which equals nothing.
    Other,
    Nothing,
}
