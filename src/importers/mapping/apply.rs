//! Rules and data to nodes and edges.
//!
//! All nodes of all files come first, then what they belong to, then edges: what is named may
//! stand anywhere.

use std::collections::BTreeMap;

use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};

use super::super::graph_file::WEIGHT;
use super::super::graph_file::{
    COMMENT, Draft, ID, LABEL, LAYER, NOWHERE, Part, PartOf, Role, Sort,
};
use super::data::Data;
use super::options::{Duplicates, EdgeRule, MissingNodes, NodeRule, Preset, Several};
use super::select::Select;
use super::unfound::{self, At, Unfound};
use super::value::{Made, Value};
use crate::diagnostic::Diagnostic;

/// Stands for a name that several nodes have.
pub(super) const SEVERAL: u32 = NOWHERE;

/// Puts what the rules say into the draft.
pub fn apply<'r>(
    rules: &'r Preset,
    missing_nodes: Option<MissingNodes>,
    files: &[Data],
    draft: &'r mut Draft<'_>,
) {
    let select = |(number, data)| match draft.keeps_origins() {
        true => Select::with_text(data, draft.text_of(number)),
        false => Select::new(data),
    };
    let files = files.iter().enumerate().map(select).collect();
    let mut apply = Apply {
        draft,
        files,
        names: HashMap::default(),
        missing_nodes,
        parents: Vec::new(),
        seen: HashSet::default(),
    };
    let nodes: usize = rules.nodes.iter().map(|rule| apply.nodes(rule)).sum();
    apply.set_parents();
    let edges: usize = rules.edges.iter().map(|rule| apply.edges(rule)).sum();
    apply.make_layers(rules);
    apply.tell_if_empty(rules, nodes + edges);
}

/// What a node belongs to, as its rule has it.
struct Parent<'r> {
    node: u32,
    made: Made,
    missing: MissingNodes,
    climb: Option<&'r str>,
}

pub(super) struct Apply<'r, 'd, 'a> {
    pub(super) draft: &'r mut Draft<'a>,
    pub(super) files: Vec<Select<'d>>,
    /// Further names of nodes, with those that have them.
    pub(super) names: HashMap<String, Vec<u32>, FixedState>,
    missing_nodes: Option<MissingNodes>,
    parents: Vec<Parent<'r>>,
    /// The edges, with their layers, of which one is enough.
    seen: HashSet<(u32, u32, String), FixedState>,
}

/// The fields of a rule, and whether they found something in any item.
pub(super) type Fields<'f> = BTreeMap<&'f str, Unfound<'f>>;

impl<'r, 'd, 'a> Apply<'r, 'd, 'a> {
    /// Makes the nodes of a rule; returns how many items it has.
    fn nodes(&mut self, rule: &'r NodeRule) -> usize {
        let items = self.items(&rule.each.path);
        if items.is_empty() && !rule.optional {
            self.tell_of_nothing(&rule.each);
        }
        let mut fields = Fields::new();
        for at in &items {
            self.node(rule, *at, &mut fields);
        }
        // What a node has no id for is told already.
        fields.remove("id");
        self.tell_of_unfound(&fields, items.len());
        items.len()
    }

    fn node<'f: 'r>(&mut self, rule: &'f NodeRule, at: At, fields: &mut Fields<'f>) {
        let Some(id) = self.one("id", &rule.id, at, fields) else {
            let excerpt = self.draft.excerpt_with(self.place(at));
            let select = &self.files[at.file];
            self.draft.report.row(|severity| {
                let error = Diagnostic::new(severity, "missing-value", "the node has no id");
                unfound::why(select, &rule.id.0, at)(error.at(excerpt(), ""))
            });
            return;
        };
        if rule.duplicates == Duplicates::First && self.draft.find(&id.text).is_some() {
            return;
        }
        let node = self.draft.declare(&id.text, id.place);
        if node == NOWHERE {
            return;
        }
        if rule.is_partition {
            self.draft.set_partition(node);
        }
        for name in &rule.also {
            for made in self.texts("also", std::slice::from_ref(name), at, fields) {
                let known = self.names.entry(made.text).or_default();
                if known.last() != Some(&node) {
                    known.push(node);
                }
            }
        }
        if let Some(parent) = self.one("belongs_to", &rule.belongs_to, at, fields) {
            let missing = self.missing_nodes.unwrap_or(rule.missing_nodes);
            let climb = rule.climb.as_deref().filter(|sign| !sign.is_empty());
            self.parents.push(Parent { node, made: parent, missing, climb });
        }
        let columns = [
            ("label", LABEL, &rule.label),
            ("layer", LAYER, &rule.layer),
            ("weight", WEIGHT, &rule.weight),
            ("comment", COMMENT, &rule.comment),
        ];
        self.cells(|draft| &mut draft.nodes, node, &columns, &rule.attributes, at, fields);
    }

    fn set_parents(&mut self) {
        for Parent { node, made, missing, climb } in std::mem::take(&mut self.parents) {
            let found = match (self.resolve(&made, None), climb) {
                (Some(SEVERAL), _) => {
                    self.tell_of_several(&made);
                    None
                }
                (Some(found), _) => Some(found),
                (None, Some(sign)) if missing == MissingNodes::Add => {
                    Some(self.partitions_around(&made, sign))
                }
                (None, _) => self.missing(&made, missing, Role::Partition),
            };
            if let Some(found) = found {
                self.draft.set_parent(node, found);
            }
        }
    }

    /// Makes the edges of a rule; returns how many items it has.
    fn edges(&mut self, rule: &EdgeRule) -> usize {
        let items = self.items(&rule.each.path);
        if items.is_empty() && !rule.optional {
            self.tell_of_nothing(&rule.each);
        }
        let mut fields = Fields::new();
        for at in &items {
            self.edges_of(rule, *at, &mut fields);
        }
        self.tell_of_unfound(&fields, items.len());
        items.len()
    }

    fn edges_of<'f>(&mut self, rule: &'f EdgeRule, at: At, fields: &mut Fields<'f>) {
        let sources = self.ends("source", &rule.source, None, at, fields);
        let targets = if rule.every {
            self.ends_with_every(&rule.target, at, fields)
        } else {
            self.ends("target", &rule.target, rule.climb.as_deref(), at, fields)
        };
        for (source_made, from) in &sources {
            for (target_made, to) in &targets {
                let ends = [(source_made, from, Role::Source), (target_made, to, Role::Target)];
                let missing = self.missing_nodes.unwrap_or(rule.missing_nodes);
                let [source, target] = ends.map(|(made, node, role)| match node {
                    Some(SEVERAL) => {
                        if missing != MissingNodes::Drop {
                            self.tell_of_several(made);
                        }
                        None
                    }
                    Some(node) => Some(*node),
                    None => self.missing(made, missing, role),
                });
                let (Some(source), Some(target)) = (source, target) else { continue };
                if rule.distinct {
                    let layer = self.one("layer", &rule.layer, at, fields);
                    let layer = layer.map(|made| made.text).unwrap_or_default();
                    if !self.seen.insert((source, target, layer)) {
                        continue;
                    }
                }
                let place = match self.draft.keeps_origins() {
                    true => self.place_of_edge(at, [source_made.place, target_made.place]),
                    false => NOWHERE,
                };
                let edge = self.draft.edge_at(source, target, place);
                let columns = [
                    ("id", ID, &rule.id),
                    ("label", LABEL, &rule.label),
                    ("layer", LAYER, &rule.layer),
                    ("weight", WEIGHT, &rule.weight),
                    ("comment", COMMENT, &rule.comment),
                ];
                self.cells(|draft| &mut draft.edges, edge, &columns, &rule.attributes, at, fields);
            }
        }
    }

    /// Fills the cells of a node or an edge.
    fn cells<'f>(
        &mut self,
        part: PartOf<'a>,
        row: u32,
        columns: &[(&'f str, u32, &'f Several<Value>)],
        attributes: &'f BTreeMap<String, Several<Value>>,
        at: At,
        fields: &mut Fields<'f>,
    ) {
        for (field, column, values) in columns {
            let made = match *column {
                COMMENT => self.joined(field, values, at, fields),
                _ => self.one(field, values, at, fields),
            };
            if let Some(Made { text, sort, place }) = made {
                part(self.draft).set(*column, row, &text, sort, place);
            }
        }
        for (name, values) in attributes {
            if let Some(Made { text, sort, place }) = self.joined(name, values, at, fields) {
                let part: &mut Part = part(self.draft);
                let column = part.attribute(name);
                part.set(column, row, &text, sort, place);
            }
        }
    }

    /// Returns the one text that values make of an item; several are a problem.
    fn one<'f>(
        &mut self,
        field: &'f str,
        values: &'f Several<Value>,
        at: At,
        fields: &mut Fields<'f>,
    ) -> Option<Made> {
        let mut texts = self.texts(field, &values.0, at, fields);
        texts.retain(|made| !made.text.is_empty());
        if let [first, second, ..] = &texts[..] {
            let message = format!(
                "`{field}` is one text, and there are {}: `{}`, `{}`{}",
                texts.len(),
                first.text,
                second.text,
                if texts.len() > 2 { " and so on" } else { "" }
            );
            let help = "`[0]` in a path takes the first item of a list";
            self.draft.bad_value(second.place, "several-values", "the first counts", message, help);
        }
        texts.into_iter().next()
    }

    /// Returns the texts that values make of an item as one.
    fn joined<'f>(
        &mut self,
        field: &'f str,
        values: &'f Several<Value>,
        at: At,
        fields: &mut Fields<'f>,
    ) -> Option<Made> {
        let mut texts = self.texts(field, &values.0, at, fields);
        if texts.len() < 2 {
            return texts.pop();
        }
        let place = texts[0].place;
        let texts: Vec<String> = texts.into_iter().map(|made| made.text).collect();
        Some(Made { text: texts.join(", "), sort: Sort::Text, place })
    }

    /// Returns the texts of the first value that makes any.
    pub(super) fn texts<'f>(
        &mut self,
        field: &'f str,
        values: &'f [Value],
        at: At,
        fields: &mut Fields<'f>,
    ) -> Vec<Made> {
        if values.is_empty() {
            return Vec::new();
        }
        for value in values {
            match value.texts(&self.files[at.file], at.root, at.item) {
                Ok(texts) if texts.is_empty() => {}
                Ok(texts) => {
                    fields.entry(field).or_default().found();
                    return texts;
                }
                Err(no_text) => {
                    let message = format!(
                        "`{field}` is a text, and this is {}",
                        unfound::named(no_text.kind)
                    );
                    let place = self.files[at.file].data.place(no_text.item);
                    let help = "`[*]` in a path takes all that is in it";
                    self.draft.bad_value(
                        place,
                        "wrong-value",
                        "it counts as nothing",
                        message,
                        help,
                    );
                    fields.entry(field).or_default().found();
                    return Vec::new();
                }
            }
        }
        fields.entry(field).or_default().nothing(values, at);
        Vec::new()
    }

    fn items(&self, path: &super::path::Path) -> Vec<At> {
        let mut items = Vec::new();
        for (file, select) in self.files.iter().enumerate() {
            for root in &select.data.roots {
                let found = select.find(path, *root, *root).into_iter();
                items.extend(found.map(|found| At { file, root: *root, item: found.item() }));
            }
        }
        items
    }

    pub(super) fn place(&self, at: At) -> u32 {
        self.files[at.file].data.place(at.item)
    }

    /// Returns where an edge is: in its item, and there at its source if that is in it, or else at
    /// its target.
    fn place_of_edge(&self, at: At, ends: [u32; 2]) -> u32 {
        let places = self.files[at.file].places(at.item);
        let within = ends.into_iter().find(|place| places.contains(place));
        within.unwrap_or(places.start)
    }

    fn make_layers(&mut self, rules: &Preset) {
        if rules.layers.is_empty() {
            return;
        }
        let mut known: Vec<String> = rules.layers.iter().map(|rule| rule.id.clone()).collect();
        rules.layers.iter().for_each(|rule| self.draft.layer(rule.layer(), 0));
        let draft = &mut *self.draft;
        let nodes = (0..draft.node_count() as u32).filter_map(|row| draft.nodes.get(LAYER, row));
        let edges = (0..draft.edge_count() as u32).filter_map(|row| draft.edges.get(LAYER, row));
        let mut others: Vec<String> = nodes.chain(edges).map(str::to_owned).collect();
        others.sort_unstable();
        others.dedup();
        known.sort_unstable();
        others.retain(|layer| known.binary_search(layer).is_err());
        for layer in others {
            draft.layer(crate::graph::Layer::plain(&layer), 0);
        }
    }
}
