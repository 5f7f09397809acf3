//! The keys of a GraphML file: what each is for, its type and its default.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::super::graph_file::{
    COMMENT, Draft, ID, LABEL, LAYER, NOWHERE, Part, Partitions, Read, Sort, WEIGHT, own_name,
};
use super::super::xml_text::{Step, Tag, Xml};
use crate::diagnostic::Diagnostic;
use crate::reserved;

/// What has data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Node,
    Edge,
}

/// What a key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Column(u32),
    Parent,
    IsPartition,
    Nothing,
}

#[derive(Debug)]
struct Key {
    name: String,
    node: Place,
    edge: Place,
    sort: Sort,
    /// Whether it holds elements of yEd.
    is_foreign: bool,
}

/// The keys by id, and the partitions that data names.
#[derive(Debug, Default)]
pub(super) struct Keys {
    keys: Vec<Key>,
    by_id: HashMap<String, usize, FixedState>,
    /// Columns that have a default, each with the number of the value.
    node_defaults: Vec<(u32, u32)>,
    edge_defaults: Vec<(u32, u32)>,
    partitions: Partitions,
}

impl Keys {
    /// Reads a key, to the end of its element.
    pub fn read<'t>(&mut self, tag: &Tag<'t>, xml: &mut Xml<'t>, draft: &mut Draft<'t>) -> Read {
        let (mut id, mut name, mut of, mut kind) = (None, None, None, None);
        let mut is_foreign = false;
        tag.attributes(draft, |attribute| match attribute.name {
            "id" => id = Some(attribute),
            "attr.name" => name = Some(attribute.value),
            "for" => of = Some(attribute.value),
            "attr.type" => kind = Some(attribute),
            "yfiles.type" => is_foreign = true,
            _ => {}
        })?;
        let sort = match kind {
            None => Sort::Text,
            Some(kind) => sort_of(&kind.value).unwrap_or_else(|| {
                let message = format!("there is no type `{}`", kind.value);
                let known = ["boolean", "int", "long", "float", "double", "string"];
                let at = draft.excerpt_with(kind.place);
                draft.report.value("the values are read as texts", |severity| {
                    Diagnostic::new(severity, "unknown-type", message)
                        .at(at(), "")
                        .did_you_mean(&kind.value, known)
                        .note(format!("known types: {}", crate::diagnostic::names(known)))
                });
                Sort::Text
            }),
        };
        let default = default(xml, draft)?;
        let Some(id) = id else {
            super::missing(draft, tag.place, "key", "id");
            return Ok(());
        };
        let of = of.as_deref().unwrap_or("all");
        let full_name = name.as_deref().unwrap_or(&id.value);
        let mut key = Key {
            name: full_name.to_owned(),
            node: Place::Nothing,
            edge: Place::Nothing,
            sort,
            is_foreign,
        };
        if !is_foreign && matches!(of, "node" | "all") {
            key.node = node_place(full_name, &mut draft.nodes, sort);
        }
        if !is_foreign && matches!(of, "edge" | "all") {
            key.edge = edge_place(full_name, &mut draft.edges, sort);
        }
        if let Some((text, place)) = default {
            for (of, part, defaults) in [
                (key.node, &mut draft.nodes, &mut self.node_defaults),
                (key.edge, &mut draft.edges, &mut self.edge_defaults),
            ] {
                if let Place::Column(column) = of {
                    defaults.push((column, part.value(column, &text, sort, place)));
                }
            }
        }
        self.by_id.insert(id.value.into_owned(), self.keys.len());
        self.keys.push(key);
        Ok(())
    }

    pub fn find(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// Returns the ids of all keys.
    pub fn ids(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = self.by_id.keys().map(String::as_str).collect();
        ids.sort_unstable();
        ids
    }

    /// Returns whether a key holds what another program writes for itself.
    pub fn is_foreign(&self, key: usize) -> bool {
        self.keys[key].is_foreign
    }

    /// Returns whether a key holds the layers that layercake writes.
    pub fn is_layers(&self, key: usize) -> bool {
        self.keys[key].name == "layers"
    }

    /// Gives a new node or edge the defaults.
    pub fn set_defaults(&self, part: &mut Part, of: Use, row: u32) {
        let defaults = if of == Use::Node { &self.node_defaults } else { &self.edge_defaults };
        part.share_all(defaults, row);
    }

    /// Gives a node or an edge the value of a key.
    pub fn set(
        &mut self,
        draft: &mut Draft<'_>,
        of: Use,
        key: usize,
        row: u32,
        text: &str,
        place: u32,
    ) {
        let Key { node, edge, sort, .. } = &self.keys[key];
        let held = if of == Use::Node { *node } else { *edge };
        match held {
            Place::Column(column) => {
                let part = if of == Use::Node { &mut draft.nodes } else { &mut draft.edges };
                part.set(column, row, text, *sort, place);
            }
            Place::Parent => self.partitions.push(row, text, place),
            Place::IsPartition if row != NOWHERE => match text.trim() {
                "true" | "1" => draft.set_partition(row),
                "false" | "0" | "" => {}
                other => draft.bad_value(
                    place,
                    "bad-boolean",
                    "it counts as false",
                    format!("`{other}` is neither true nor false"),
                    "write `true` or `false`",
                ),
            },
            Place::IsPartition | Place::Nothing => {}
        }
    }

    /// Puts nodes into the partitions that their data names.
    pub fn set_parents(&self, draft: &mut Draft<'_>) {
        self.partitions.set(draft);
    }
}

fn node_place(name: &str, part: &mut Part, sort: Sort) -> Place {
    match name {
        "belongs_to" => Place::Parent,
        "is_partition" => Place::IsPartition,
        "id" => Place::Column(ID),
        _ => common_place(name, part, sort),
    }
}

fn edge_place(name: &str, part: &mut Part, sort: Sort) -> Place {
    match name {
        "id" => Place::Column(ID),
        _ => common_place(name, part, sort),
    }
}

fn common_place(name: &str, part: &mut Part, sort: Sort) -> Place {
    Place::Column(match name {
        "label" => LABEL,
        "layer" => LAYER,
        "weight" => WEIGHT,
        "comment" => COMMENT,
        _ => {
            let column = part.attribute(own_name(name, "attribute.", reserved::GRAPHML));
            if sort != Sort::Text {
                part.declare(column, sort);
            }
            column
        }
    })
}

fn sort_of(kind: &str) -> Option<Sort> {
    Some(match kind {
        "boolean" => Sort::Boolean,
        "int" | "long" | "integer" => Sort::Integer,
        "float" | "double" => Sort::Number,
        "string" => Sort::Text,
        _ => return None,
    })
}

/// Reads to the end of a key, and returns the default in it and where that begins.
fn default<'t>(xml: &mut Xml<'t>, draft: &Draft<'t>) -> Read<Option<(String, u32)>> {
    let mut found = None;
    loop {
        match xml.next(draft)? {
            Step::Open(tag) if tag.name() == "default" => {
                let (text, place) = xml.text(draft)?;
                found = Some((text.into_owned(), place));
            }
            Step::Open(_) => xml.skip(draft)?,
            Step::Close | Step::End => return Ok(found),
            Step::Text(..) => {}
        }
    }
}
