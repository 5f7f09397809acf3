//! The columns that a GEXF file declares, their values, and the colors of nodes and edges.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::super::graph_file::{
    COMMENT, Draft, LAYER, NOWHERE, Part, Read, Role, Sort, WEIGHT, own_name,
};
use super::super::xml_text::{Step, Tag, Xml};
use crate::diagnostic::Diagnostic;
use crate::graph::{Color, Layer};
use crate::reserved;

/// What a column is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Node,
    Edge,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    Column(u32, Sort),
    Parent,
    IsPartition,
}

/// What one class of things has.
#[derive(Debug, Default)]
struct OfClass {
    by_id: HashMap<String, Place, FixedState>,
    /// Columns that have a default, each with the number of the value.
    defaults: Vec<(u32, u32)>,
    /// Rows, their colors, and where these stand.
    colors: Vec<(u32, Color, u32)>,
}

/// The columns of nodes and of edges.
#[derive(Debug, Default)]
pub(super) struct Columns {
    nodes: OfClass,
    edges: OfClass,
}

impl Columns {
    /// Reads a column, to the end of its element.
    pub fn read<'t>(
        &mut self,
        class: Class,
        tag: &Tag<'t>,
        xml: &mut Xml<'t>,
        draft: &mut Draft<'t>,
    ) -> Read {
        let (mut id, mut title, mut kind) = (None, None, None);
        tag.attributes(draft, |attribute| match attribute.name {
            "id" => id = Some(attribute.value),
            "title" => title = Some(attribute.value),
            "type" => kind = Some(attribute.value),
            _ => {}
        })?;
        let mut default = None;
        loop {
            match xml.next(draft)? {
                Step::Open(tag) if tag.name() == "default" => default = Some(xml.text(draft)?),
                Step::Open(_) => xml.skip(draft)?,
                Step::Close | Step::End => break,
                Step::Text(..) => {}
            }
        }
        let Some(id) = id else {
            super::super::json_rows::missing(draft, tag.place, "column", "id");
            return Ok(());
        };
        let sort = match kind.as_deref() {
            Some("integer" | "long" | "int" | "short" | "byte") => Sort::Integer,
            Some("double" | "float") => Sort::Number,
            Some("boolean") => Sort::Boolean,
            _ => Sort::Text,
        };
        let place = match (class, title.as_deref().unwrap_or(&id)) {
            (Class::Node, "belongs_to") => Place::Parent,
            (Class::Node, "is_partition") => Place::IsPartition,
            (_, "layer") => Place::Column(LAYER, sort),
            (_, "weight") => Place::Column(WEIGHT, sort),
            (_, "comment") => Place::Column(COMMENT, sort),
            (_, name) => {
                let part = part(class, draft);
                let column = part.attribute(own_name(name, "attribute.", reserved::GEXF));
                if sort != Sort::Text {
                    part.declare(column, sort);
                }
                Place::Column(column, sort)
            }
        };
        let of = self.of(class);
        if let (Some((text, at)), Place::Column(column, sort)) = (default, place) {
            let value = part(class, draft).value(column, &text, sort, at);
            of.defaults.push((column, value));
        }
        of.by_id.insert(id.into_owned(), place);
        Ok(())
    }

    /// Reads a value of a row.
    pub fn value<'t>(
        &mut self,
        class: Class,
        row: u32,
        tag: &Tag<'t>,
        draft: &mut Draft<'t>,
    ) -> Read {
        let (mut id, mut value) = (None, None);
        tag.attributes(draft, |attribute| match attribute.name {
            // Version 1.0 has `id`.
            "for" | "id" => id = Some(attribute),
            "value" => value = Some(attribute),
            _ => {}
        })?;
        let (Some(id), Some(value)) = (id, value) else {
            super::super::json_rows::missing(draft, tag.place, "value", "for` or no `value");
            return Ok(());
        };
        let of = self.of(class);
        let Some(place) = of.by_id.get(&*id.value).copied() else {
            let at = draft.excerpt_with(id.place);
            draft.report.value("the value is left out", |severity| {
                let mut known: Vec<&str> = of.by_id.keys().map(String::as_str).collect();
                known.sort_unstable();
                let message = format!("there is no column `{}`", id.value);
                Diagnostic::new(severity, "unknown-column", message)
                    .at(at(), "")
                    .did_you_mean(&id.value, known)
            });
            return Ok(());
        };
        match place {
            Place::Column(column, sort) => {
                part(class, draft).set(column, row, &value.value, sort, value.place);
            }
            Place::Parent if row != NOWHERE && !value.value.is_empty() => {
                let parent = draft.mention(&value.value, value.place, Role::Partition);
                draft.set_parent(row, parent);
            }
            Place::IsPartition if value.value == "true" && row != NOWHERE => {
                draft.set_partition(row);
            }
            Place::Parent | Place::IsPartition => {}
        }
        Ok(())
    }

    /// Gives a new node or edge the defaults.
    pub fn set_defaults(&mut self, class: Class, draft: &mut Draft<'_>, row: u32) {
        part(class, draft).share_all(&self.of(class).defaults, row);
    }

    /// Keeps the color of a node or an edge.
    pub fn color(&mut self, class: Class, row: u32, color: Color, place: u32) {
        if row != NOWHERE {
            self.of(class).colors.push((row, color, place));
        }
    }

    /// Gives the colors to layers, where all that are of a layer agree, else to rows.
    pub fn set_colors(&mut self, draft: &mut Draft<'_>) {
        let mut layers: HashMap<String, [Option<Option<Color>>; 2], FixedState> =
            HashMap::default();
        for (at, class) in [Class::Node, Class::Edge].into_iter().enumerate() {
            let rows = match class {
                Class::Node => draft.node_count(),
                Class::Edge => draft.edge_count(),
            };
            let colors = std::mem::take(&mut self.of(class).colors);
            let mut own: Vec<Option<Color>> = vec![None; rows];
            for (row, color, _) in &colors {
                own[*row as usize] = Some(*color);
            }
            for (row, color) in own.into_iter().enumerate() {
                let Some(layer) = part(class, draft).get(LAYER, row as u32) else { continue };
                let agreed = match layers.get_mut(layer) {
                    Some(agreed) => agreed,
                    None => layers.entry(layer.to_owned()).or_default(),
                };
                match &mut agreed[at] {
                    none @ None => *none = Some(color),
                    Some(other) if *other != color => *other = None,
                    Some(_) => {}
                }
            }
            for (row, color, place) in colors {
                let part = part(class, draft);
                let layer = part.get(LAYER, row).and_then(|layer| layers.get(layer));
                if layer.is_none_or(|layer| layer[at] != Some(Some(color))) {
                    let column = part.attribute("color");
                    part.set(column, row, &color.to_string(), Sort::Text, place);
                }
            }
        }
        let mut found: Vec<_> = layers.into_iter().collect();
        found.sort_unstable();
        for (id, [nodes, edges]) in found {
            let layer =
                Layer { background: nodes.flatten(), border: edges.flatten(), ..Layer::plain(&id) };
            draft.layer(layer, 0);
        }
    }

    fn of(&mut self, class: Class) -> &mut OfClass {
        match class {
            Class::Node => &mut self.nodes,
            Class::Edge => &mut self.edges,
        }
    }
}

fn part<'d>(class: Class, draft: &'d mut Draft<'_>) -> &'d mut Part {
    match class {
        Class::Node => &mut draft.nodes,
        Class::Edge => &mut draft.edges,
    }
}
