//! A graph as a reader finds it: nodes and edges in any order, named before they are declared,
//! each with its place in the file.

use std::hash::BuildHasher;
use std::ops::Range;
use std::sync::Arc;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::columns::{Part, Sort};
use crate::diagnostic::{Diagnostic, Severity};
use crate::graph::{Bits, Layer, TextColumn};
use crate::importers::place;
use crate::importers::report::Report;
use crate::source::Excerpt;

/// The row of what is left out, and the place of what has none.
pub(in super::super) const NOWHERE: u32 = u32::MAX;

/// How much of a text is looked through for the end of a word.
const LONGEST_WORD: usize = 4096;

/// Names the nodes or the edges of a draft.
pub(in super::super) type PartOf<'t> = for<'d> fn(&'d mut Draft<'t>) -> &'d mut Part;

/// A graph under way.
pub(in super::super) struct Draft<'a> {
    /// The text of the file.
    pub text: &'a str,
    /// Takes problems.
    pub report: Report<'a>,
    /// The columns of nodes.
    pub nodes: Part,
    /// The columns of edges.
    pub edges: Part,
    /// The path of the file.
    pub path: Arc<str>,
    /// What places count from in this file: those of files read before it lie below.
    pub base: u32,
    earlier: Vec<(u32, Arc<str>, &'a str)>,
    pub(super) ids: TextColumn,
    index: HashTable<u32>,
    /// For each node where it is declared; nowhere as long as it is only named.
    pub(super) places: Vec<u32>,
    pub(super) parents: Vec<u32>,
    pub(super) partitions: Bits,
    /// The nodes that were named before they were declared.
    pub(super) mentions: Vec<Mention>,
    pub(super) sources: Vec<u32>,
    pub(super) targets: Vec<u32>,
    /// For each edge where its source is named, if that is asked for.
    pub(super) origins: Option<Vec<u32>>,
    /// Where the source of an edge was named last.
    source_place: u32,
    /// The layers of the file.
    pub layers: Vec<Layer>,
    pub(super) layer_places: Vec<u32>,
}

/// Where a node is named that is not declared as yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mention {
    pub node: u32,
    pub place: u32,
    pub role: Role,
}

/// As what a node is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Role {
    /// The node that an edge leaves.
    Source,
    /// The node that an edge reaches.
    Target,
    /// The partition that holds a node.
    Partition,
}

impl<'a> Draft<'a> {
    pub fn new(path: Arc<str>, text: &'a str, report: Report<'a>) -> Draft<'a> {
        Draft {
            text,
            report,
            nodes: Part::of_text(text.len()),
            edges: Part::of_text(text.len()),
            path,
            base: 0,
            earlier: Vec::new(),
            ids: TextColumn::default(),
            index: HashTable::new(),
            places: Vec::new(),
            parents: Vec::new(),
            partitions: Bits::default(),
            mentions: Vec::new(),
            sources: Vec::new(),
            targets: Vec::new(),
            origins: None,
            source_place: 0,
            layers: Vec::new(),
            layer_places: Vec::new(),
        }
    }

    /// Goes on with another file, whose places come after those of this one.
    pub fn next_file(&mut self, path: Arc<str>, text: &'a str) {
        for part in [&mut self.nodes, &mut self.edges] {
            part.most_cells += text.len();
        }
        let base = self.base.saturating_add(self.text.len() as u32).saturating_add(1);
        let (path, text) =
            (std::mem::replace(&mut self.path, path), std::mem::replace(&mut self.text, text));
        self.earlier.push((std::mem::replace(&mut self.base, base), path, text));
    }

    /// Remembers where each edge is, from now on.
    pub fn keep_origins(&mut self) {
        self.origins = Some(Vec::new());
    }

    /// Returns whether somebody asks where edges are.
    pub fn keeps_origins(&self) -> bool {
        self.origins.is_some()
    }

    /// Returns how many bytes were read.
    pub(super) fn length(&self) -> usize {
        self.base as usize + self.text.len()
    }

    /// Declares a node and returns its row; nowhere if it has no id, or one that is taken.
    pub fn declare(&mut self, id: &str, place: u32) -> u32 {
        if id.is_empty() {
            let at = self.excerpt_with(place);
            self.report.row(|severity| {
                Diagnostic::new(severity, "missing-value", "the node has an empty id").at(at(), "")
            });
            return NOWHERE;
        }
        let node = self.row(id);
        let first = self.places[node as usize];
        if first != NOWHERE {
            let (again, first) = (self.excerpt_with(place), self.excerpt_with(first));
            let message = format!("the id `{id}` is taken");
            self.report.row(|severity| {
                Diagnostic::new(severity, "duplicate-id", message)
                    .at(again(), "again")
                    .at(first(), "the first")
            });
            return NOWHERE;
        }
        self.places[node as usize] = place;
        node
    }

    /// Returns the node of this id, which is declared here if it is new.
    pub fn node(&mut self, id: &str, place: u32) -> u32 {
        let node = self.row(id);
        let declared = &mut self.places[node as usize];
        if *declared == NOWHERE {
            *declared = place;
        }
        node
    }

    /// Returns the node of this id, which must be declared somewhere.
    pub fn mention(&mut self, id: &str, place: u32, role: Role) -> u32 {
        let node = self.row(id);
        if role == Role::Source {
            self.source_place = place;
        }
        if self.places[node as usize] == NOWHERE {
            self.mentions.push(Mention { node, place, role });
        }
        node
    }

    /// Returns the node of this id if it is declared.
    pub fn find(&self, id: &str) -> Option<u32> {
        let hash = FixedState::default().hash_one(id);
        let found = self.index.find(hash, |row| self.ids.get(*row as usize) == id).copied();
        found.filter(|row| self.places[*row as usize] != NOWHERE)
    }

    /// Returns the id of a node.
    pub fn id_of(&self, node: u32) -> &str {
        self.ids.get(node as usize)
    }

    /// Puts a node into a partition.
    pub fn set_parent(&mut self, node: u32, parent: u32) {
        if let Some(cell) = self.parents.get_mut(node as usize) {
            *cell = parent;
        }
    }

    /// Returns the partition of a node, or nowhere.
    pub fn parent_of(&self, node: u32) -> u32 {
        self.parents.get(node as usize).copied().unwrap_or(NOWHERE)
    }

    /// Makes a node a partition.
    pub fn set_partition(&mut self, node: u32) {
        self.partitions.set(node as usize, true);
    }

    /// Returns whether a node was made a partition.
    pub fn is_partition(&self, node: u32) -> bool {
        self.partitions.get(node as usize)
    }

    /// Adds an edge between two nodes and returns its row; its source is what was mentioned last as
    /// one.
    pub fn edge(&mut self, source: u32, target: u32) -> u32 {
        self.sources.push(source);
        self.targets.push(target);
        if let Some(origins) = &mut self.origins {
            origins.push(self.source_place);
        }
        self.sources.len() as u32 - 1
    }

    /// Adds an edge whose source is named at a place.
    pub fn edge_at(&mut self, source: u32, target: u32, place: u32) -> u32 {
        self.source_place = place;
        self.edge(source, target)
    }

    /// Returns the ends of an edge.
    pub fn ends_of(&self, edge: u32) -> (u32, u32) {
        (self.sources[edge as usize], self.targets[edge as usize])
    }

    /// Gives an edge its ends; its source is what was mentioned last as one.
    pub fn set_ends(&mut self, edge: u32, source: u32, target: u32) {
        self.sources[edge as usize] = source;
        self.targets[edge as usize] = target;
        if let Some(origins) = &mut self.origins {
            origins[edge as usize] = self.source_place;
        }
    }

    /// Returns how many nodes are named.
    pub fn node_count(&self) -> usize {
        self.places.len()
    }

    /// Returns how many edges there are.
    pub fn edge_count(&self) -> usize {
        self.sources.len()
    }

    /// Adds a layer.
    pub fn layer(&mut self, layer: Layer, place: u32) {
        self.layers.push(layer);
        self.layer_places.push(place);
    }

    /// Returns the line that a range of the text begins on.
    pub fn excerpt_of(&self, range: Range<usize>) -> Excerpt {
        place::excerpt(&self.path, self.text, range)
    }

    /// Makes an error at the word that begins at a place.
    pub fn error(
        &self,
        place: usize,
        code: &'static str,
        message: impl Into<String>,
    ) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(code, message).at(self.excerpt_with(place as u32)(), ""))
    }

    /// Tells of a value that is left out, or made up; `remedy` says which.
    pub fn bad_value(
        &mut self,
        place: u32,
        code: &'static str,
        remedy: &str,
        message: String,
        help: impl Into<String>,
    ) {
        let at = self.excerpt_with(place);
        let help = help.into();
        self.report.value(remedy, |severity| {
            Diagnostic::new(severity, code, message).at(at(), "").help(help)
        });
    }

    /// Tells of what is left out without harm.
    pub fn warn(&mut self, place: u32, code: &'static str, message: impl Into<String>) {
        let at = self.excerpt_with(place);
        let message = message.into();
        self.report.warn_with(|| Diagnostic::new(Severity::Warning, code, message).at(at(), ""));
    }

    /// Returns what finds the line with the word that begins at a place: this takes as long as the
    /// text before it, and not every problem is shown.
    pub fn excerpt_with(&self, place: u32) -> impl Fn() -> Excerpt + use<'a> {
        let (base, path, text) = self.file(self.file_of(place));
        let path = path.clone();
        move || {
            let start = text.floor_char_boundary(place.saturating_sub(base) as usize);
            place::excerpt(&path, text, start..word_end(text, start))
        }
    }

    /// Returns which of the files a place is in.
    pub(super) fn file_of(&self, place: u32) -> usize {
        match place < self.base {
            true => self.earlier.partition_point(|(base, ..)| *base <= place).saturating_sub(1),
            false => self.earlier.len(),
        }
    }

    /// Returns where the places of a file begin, its path and its text.
    pub(super) fn file(&self, number: usize) -> (u32, &Arc<str>, &'a str) {
        match self.earlier.get(number) {
            Some((base, path, text)) => (*base, path, text),
            None => (self.base, &self.path, self.text),
        }
    }

    /// Returns the text of one of the files, by its number among them.
    pub fn text_of(&self, number: usize) -> &'a str {
        self.file(number).2
    }

    /// Makes room, once all nodes are found.
    pub(super) fn forget_index(&mut self) {
        self.index = HashTable::new();
    }

    fn row(&mut self, id: &str) -> u32 {
        let hash = |id: &str| FixedState::default().hash_one(id);
        let Draft { ids, index, .. } = self;
        if let Some(row) = index.find(hash(id), |row| ids.get(*row as usize) == id) {
            return *row;
        }
        let row = ids.len() as u32;
        index.insert_unique(hash(id), row, |row| hash(ids.get(*row as usize)));
        self.ids.push(id);
        self.places.push(NOWHERE);
        self.parents.push(NOWHERE);
        self.partitions.push(false);
        row
    }
}

/// Returns where the word, or the quoted text, ends that begins at `start`.
pub(super) fn word_end(text: &str, start: usize) -> usize {
    let bytes = &text.as_bytes()[..text.len().min(start + LONGEST_WORD)];
    let ends = |byte: &u8| byte.is_ascii_whitespace() || b",;:()[]{}<>\"'=|&".contains(byte);
    let end = match bytes.get(start) {
        None => return start,
        Some(quote @ (b'"' | b'\'')) => {
            let mut at = start + 1;
            while bytes.get(at).is_some_and(|byte| byte != quote) {
                at += if bytes[at] == b'\\' { 2 } else { 1 };
            }
            at + 1
        }
        Some(_) => {
            let rest = bytes[start + 1..].iter().position(ends);
            rest.map_or(bytes.len(), |length| start + 1 + length)
        }
    };
    text.ceil_char_boundary(end.min(text.len()))
}

/// Names a sort as messages do.
pub(super) fn sort_name(sort: Sort) -> &'static str {
    match sort {
        Sort::Untyped | Sort::Text => "text",
        Sort::Integer => "integer",
        Sort::Number => "number",
        Sort::Boolean => "boolean",
    }
}
