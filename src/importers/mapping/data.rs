//! Data of any syntax as one flat tree: values in the order of the file, each with its place.
//!
//! What a value holds follows it directly, so that the tree takes one small row a value and nothing
//! recurses. Knows no syntax and no paths.

use std::hash::BuildHasher;
use std::ops::Range;

use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet, HashTable};

use super::super::graph_file::Sort;
use crate::graph::TextColumn;

/// What stands for "none".
pub const NONE: u32 = u32::MAX;

/// How many values a small file may have; a larger one may have one more for every four bytes.
const MOST_VALUES: usize = 4 << 20;

/// A map of so many keys is indexed.
const WIDE: usize = 16;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Map,
    /// An element of XML: a map in which a key may come again.
    Element,
    List,
    Scalar(Sort),
    Null,
}

#[derive(Debug, Clone, Copy)]
struct Item {
    kind: Kind,
    /// The key in a map, or the number in a list.
    key: u32,
    place: u32,
    parent: u32,
    /// Where the text of a scalar begins.
    start: u32,
    /// Where the text of a scalar ends; of what holds others, the first item that is not in it.
    end: u32,
}

/// The documents of a file.
#[derive(Debug, Default)]
pub struct Data {
    items: Vec<Item>,
    /// The value of each document.
    pub roots: Vec<u32>,
    texts: String,
    keys: TextColumn,
    key_index: HashTable<u32>,
    /// The values of wide maps.
    index: HashMap<(u32, u32), u32, FixedState>,
    open: Vec<(u32, u32)>,
    key: u32,
    most: usize,
    /// Where the value begins that is one too many.
    pub overflow: Option<u32>,
    /// What is added to the places in this file.
    pub base: u32,
}

impl Data {
    /// Makes one for a file of so many bytes.
    pub fn new(length: usize, base: u32) -> Data {
        Data { most: MOST_VALUES + length / 4, key: NONE, base, ..Data::default() }
    }

    /// Says under which key the next value of a map stands.
    pub fn key(&mut self, name: &str) {
        let hash = |name: &str| FixedState::default().hash_one(name);
        let Data { keys, key_index, .. } = self;
        let found = key_index.find(hash(name), |at| keys.get(*at as usize) == name);
        self.key = match found {
            Some(found) => *found,
            None => {
                let at = keys.len() as u32;
                key_index.insert_unique(hash(name), at, |at| hash(keys.get(*at as usize)));
                keys.push(name);
                at
            }
        };
    }

    /// Begins a map, an element or a list.
    pub fn open(&mut self, kind: Kind, place: u32) {
        let item = self.push(kind, place, "");
        self.open.push((item, 0));
    }

    /// Adds a value that holds no others.
    pub fn scalar(&mut self, kind: Kind, text: &str, place: u32) {
        self.push(kind, place, text);
    }

    /// Ends what was begun last.
    pub fn close(&mut self) {
        let Some((item, _)) = self.open.pop() else { return };
        if item == NONE {
            return;
        }
        self.items[item as usize].end = self.items.len() as u32;
        if self.kind(item) == Kind::Map && self.children(item).nth(WIDE).is_some() {
            self.index_map(item);
        }
    }

    /// Leaves out documents in which nothing stands.
    pub fn drop_empty_documents(&mut self) {
        let items = &self.items;
        self.roots.retain(|root| items[*root as usize].kind != Kind::Null);
    }

    /// Returns the innermost value that is open.
    pub fn innermost(&self) -> Option<u32> {
        self.open.last().map(|(item, _)| *item)
    }

    /// Adds again what an item is, and all that it holds.
    pub fn repeat(&mut self, item: u32, place: u32) {
        let (start, end) = (item as usize, self.end(item) as usize);
        let top = self.push(self.kind(item), place, "");
        if top == NONE {
            return;
        }
        if !self.holds_others(item) {
            let Item { start, end, .. } = self.items[start];
            self.items[top as usize] = Item { start, end, ..self.items[top as usize] };
            return;
        }
        for at in start + 1..end {
            if self.items.len() >= self.most {
                self.overflow.get_or_insert(place);
                break;
            }
            let moved = |row: u32| row - item + top;
            let copied = self.items[at];
            let end = if self.holds_others(at as u32) { moved(copied.end) } else { copied.end };
            self.items.push(Item { parent: moved(copied.parent), end, ..copied });
        }
        self.items[top as usize].end = self.items.len() as u32;
        // A copy that was cut short is never looked at.
    }

    /// Adds what a map holds to the innermost one, but for keys that it has.
    pub fn merge(&mut self, item: u32, place: u32) {
        let Some(into) = self.innermost().filter(|into| *into != NONE) else { return };
        self.items[into as usize].end = self.items.len() as u32;
        let has: HashSet<u32, FixedState> =
            self.children(into).map(|child| self.items[child as usize].key).collect();
        let others: Vec<u32> = self.children(item).collect();
        for other in others {
            let key = self.items[other as usize].key;
            if !has.contains(&key) {
                self.key = key;
                self.repeat(other, place);
            }
        }
    }

    /// Returns how many values an item is: itself, and what it holds; none as long as it is open.
    pub fn size(&self, item: u32) -> Option<usize> {
        let is_open = self.open.iter().any(|(open, _)| *open == item);
        (!is_open).then(|| (self.end(item) - item) as usize)
    }

    /// Returns how many values there are.
    pub fn len(&self) -> u32 {
        self.items.len() as u32
    }

    pub fn kind(&self, item: u32) -> Kind {
        self.items[item as usize].kind
    }

    /// Returns where a value begins, among the places of all files.
    pub fn place(&self, item: u32) -> u32 {
        self.base.saturating_add(self.items[item as usize].place)
    }

    /// Returns the places that a value, and what it holds, are at: up to the next value. Where
    /// that stands before it, as what is repeated may, they have no end.
    pub fn places(&self, item: u32) -> Range<u32> {
        let start = self.place(item);
        let next = Some(self.end(item)).filter(|next| *next < self.len());
        let end = next.map(|next| self.place(next)).filter(|end| *end > start);
        start..end.unwrap_or(NONE)
    }

    /// Returns what holds a value.
    pub fn parent(&self, item: u32) -> Option<u32> {
        Some(self.items[item as usize].parent).filter(|parent| *parent != NONE)
    }

    /// Returns the first item after all that an item holds.
    pub fn end(&self, item: u32) -> u32 {
        match self.holds_others(item) {
            true => self.items[item as usize].end,
            false => item + 1,
        }
    }

    fn holds_others(&self, item: u32) -> bool {
        matches!(self.kind(item), Kind::Map | Kind::Element | Kind::List)
    }

    /// Returns what an item holds.
    pub fn children(&self, item: u32) -> impl Iterator<Item = u32> {
        let end = self.end(item);
        let first = Some(item + 1).filter(|first| *first < end);
        std::iter::successors(first, move |child| Some(self.end(*child)).filter(|next| *next < end))
    }

    /// Returns the key of this name, if any map has it.
    pub fn find_key(&self, name: &str) -> Option<u32> {
        let hash = FixedState::default().hash_one(name);
        self.key_index.find(hash, |at| self.keys.get(*at as usize) == name).copied()
    }

    /// Returns whether a value stands under this key in a map.
    pub fn has_key(&self, item: u32, key: u32) -> bool {
        self.items[item as usize].key == key && self.is_in_map(item)
    }

    /// Gives each value that a map has under a key; returns how many it looked at.
    pub fn values(&self, map: u32, key: u32, mut each: impl FnMut(u32)) -> usize {
        if !matches!(self.kind(map), Kind::Map | Kind::Element) {
            return 0;
        }
        if let Some(found) = self.index.get(&(map, key)) {
            each(*found);
            return 1;
        }
        if self.index.contains_key(&(map, NONE)) {
            return 1;
        }
        let mut count = 0;
        for child in self.children(map) {
            count += 1;
            if self.items[child as usize].key == key {
                each(child);
            }
        }
        count
    }

    /// Returns the text of a value that is one; an element has the text that stands in it.
    pub fn text(&self, item: u32) -> Option<(&str, Sort)> {
        match self.kind(item) {
            Kind::Scalar(sort) => {
                let Item { start, end, .. } = self.items[item as usize];
                Some((&self.texts[start as usize..end as usize], sort))
            }
            Kind::Element => self.text(self.text_item(item)?),
            _ => None,
        }
    }

    /// Returns the value that is the text of an element.
    pub fn text_item(&self, item: u32) -> Option<u32> {
        let mut text = None;
        if self.kind(item) == Kind::Element {
            let key = self.find_key("#text")?;
            self.values(item, key, |found| text = text.or(Some(found)));
        }
        text
    }

    /// Returns the key that a value stands under, or its number in a list.
    pub fn key_of(&self, item: u32) -> Option<String> {
        let key = self.items[item as usize].key;
        self.parent(item)?;
        Some(match self.is_in_map(item) {
            true => self.keys.get(key as usize).to_owned(),
            false => key.to_string(),
        })
    }

    fn is_in_map(&self, item: u32) -> bool {
        self.parent(item).is_some_and(|parent| self.kind(parent) != Kind::List)
    }

    fn index_map(&mut self, map: u32) {
        let mut seen: HashSet<u32, FixedState> = HashSet::default();
        let children: Vec<u32> = self.children(map).collect();
        if children.iter().all(|child| seen.insert(self.items[*child as usize].key)) {
            let keys =
                children.iter().map(|child| ((map, self.items[*child as usize].key), *child));
            self.index.extend(keys);
            self.index.insert((map, NONE), NONE);
        }
    }

    fn push(&mut self, kind: Kind, place: u32, text: &str) -> u32 {
        if self.items.len() >= self.most || self.texts.len() + text.len() >= NONE as usize {
            self.overflow.get_or_insert(place);
            return NONE;
        }
        let item = self.items.len() as u32;
        let (parent, key) = match self.open.last_mut() {
            None => (NONE, NONE),
            Some((parent, count)) if *parent != NONE => {
                *count += 1;
                let is_list = self.items[*parent as usize].kind == Kind::List;
                (*parent, if is_list { *count - 1 } else { self.key })
            }
            // What holds it was one too many.
            Some(_) => return NONE,
        };
        if parent == NONE {
            self.roots.push(item);
        }
        let start = self.texts.len() as u32;
        self.texts.push_str(text);
        self.items.push(Item { kind, key, place, parent, start, end: self.texts.len() as u32 });
        if self.holds_others(item) {
            self.items[item as usize].end = item + 1;
        }
        item
    }
}
