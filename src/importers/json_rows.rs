//! What the JSON formats have in common: rows whose fields are cells, and the layers that
//! layercake writes into all of them.

use std::borrow::Cow;

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use super::graph_file::{COMMENT, Draft, ID, LABEL, LAYER, NOWHERE, PartOf, Role, Sort, WEIGHT};
use super::json_text::{Json, Next, NoJson, Text, read_json};
use super::report::{OnError, Report};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::graph::{Color, Layer};

/// What stands before the name of an attribute that a format uses for something else.
pub(super) const PREFIX: &str = "attribute.";

/// A value of any kind, as text: an object or an array as it is written.
#[derive(Debug, Clone)]
pub(super) struct Value<'t> {
    pub text: Cow<'t, str>,
    pub place: u32,
    pub sort: Sort,
}

/// Reads the next value; none if it is null.
pub(super) fn value<'t>(
    json: &mut Json<'t>,
    draft: &Draft<'t>,
) -> Result<Option<Value<'t>>, NoJson> {
    let kind = json.next()?;
    if kind == Next::Text {
        let Text { text, place } = json.string()?;
        return Ok(Some(Value { text, place, sort: Sort::Text }));
    }
    let place = json.place();
    let (sort, text) = match kind {
        Next::Object | Next::Array => (Sort::Text, &draft.text[json.skip()?]),
        _ => json.scalar()?,
    };
    Ok((kind != Next::Null).then_some(Value { text: Cow::Borrowed(text), place, sort }))
}

/// Reads the next value into a cell.
pub(super) fn cell<'t>(
    json: &mut Json<'t>,
    draft: &mut Draft<'t>,
    part: PartOf<'t>,
    column: u32,
    row: u32,
) -> Result<(), NoJson> {
    if let Some(Value { text, place, sort }) = value(json, draft)? {
        part(draft).set(column, row, &text, sort, place);
    }
    Ok(())
}

/// Reads an attribute of a node, or of an edge, under its own name.
pub(super) fn attribute<'t>(
    json: &mut Json<'t>,
    draft: &mut Draft<'t>,
    part: PartOf<'t>,
    name: &str,
    row: u32,
) -> Result<(), NoJson> {
    if let Some(Value { text, place, sort }) = value(json, draft)? {
        let part = part(draft);
        let column = part.attribute(name);
        part.set(column, row, &text, sort, place);
    }
    Ok(())
}

/// Reads an object, each field by `read`; what is no object is told of and left out, and so is a
/// field that was there before.
pub(super) fn object<'t>(
    json: &mut Json<'t>,
    draft: &mut Draft<'t>,
    what: &str,
    mut read: impl FnMut(&mut Json<'t>, &mut Draft<'t>, &Text<'t>) -> Result<(), NoJson>,
) -> Result<(), NoJson> {
    let mut seen = Seen::default();
    entries(json, draft, what, |json, draft, key| match seen.insert(key) {
        None => read(json, draft, key),
        Some(first) => {
            let (again, first) = (draft.excerpt_with(key.place), draft.excerpt_with(first));
            draft.report.value("the first one counts", |severity| {
                let message = format!("the key `{}` is given twice", key.text);
                Diagnostic::new(severity, "duplicate-key", message)
                    .at(again(), "again")
                    .at(first(), "the first")
            });
            json.skip().map(drop)
        }
    })
}

/// The keys of an object so far, each with its place.
#[derive(Default)]
struct Seen<'t> {
    /// As long as they are few, which is quicker.
    few: Vec<Text<'t>>,
    many: HashMap<Cow<'t, str>, u32, FixedState>,
}

impl<'t> Seen<'t> {
    const FEW: usize = 16;

    /// Adds a key, or returns where it was before.
    fn insert(&mut self, key: &Text<'t>) -> Option<u32> {
        if let Some(first) = self.few.iter().find(|first| first.text == key.text) {
            return Some(first.place);
        }
        if self.few.len() < Self::FEW {
            self.few.push(key.clone());
            return None;
        }
        match self.many.entry(key.text.clone()) {
            Entry::Occupied(first) => Some(*first.get()),
            Entry::Vacant(free) => {
                free.insert(key.place);
                None
            }
        }
    }
}

/// Reads an object whose keys are not names of fields, as [`object`] does.
pub(super) fn entries<'t>(
    json: &mut Json<'t>,
    draft: &mut Draft<'t>,
    what: &str,
    mut read: impl FnMut(&mut Json<'t>, &mut Draft<'t>, &Text<'t>) -> Result<(), NoJson>,
) -> Result<(), NoJson> {
    if !is(json, draft, Next::Object, what, "an object")? {
        return Ok(());
    }
    json.begin_object()?;
    while let Some(key) = json.key()? {
        read(json, draft, &key)?;
    }
    Ok(())
}

/// Reads an array, each item by `read`; what is no array is told of and left out.
pub(super) fn array<'t>(
    json: &mut Json<'t>,
    draft: &mut Draft<'t>,
    what: &str,
    mut read: impl FnMut(&mut Json<'t>, &mut Draft<'t>) -> Result<(), NoJson>,
) -> Result<(), NoJson> {
    if !is(json, draft, Next::Array, what, "a list")? {
        return Ok(());
    }
    json.begin_array()?;
    while json.item()? {
        read(json, draft)?;
    }
    Ok(())
}

/// Returns whether a value of the right kind comes next; another one is told of and read past.
fn is<'t>(
    json: &mut Json<'t>,
    draft: &mut Draft<'t>,
    kind: Next,
    what: &str,
    wanted: &str,
) -> Result<bool, NoJson> {
    let found = json.next()?;
    if found == kind {
        return Ok(true);
    }
    let place = json.place();
    json.skip()?;
    if found != Next::Null {
        draft.bad_value(
            place,
            "wrong-value",
            "it counts as absent",
            format!("{what} is {wanted}"),
            format!("this is {}", named(found)),
        );
    }
    Ok(false)
}

fn named(kind: Next) -> &'static str {
    match kind {
        Next::Object => "an object",
        Next::Array => "a list",
        Next::Text => "a text",
        Next::Number => "a number",
        Next::Boolean => "`true` or `false`",
        Next::Null => "null",
    }
}

/// Declares the node of the object that comes next, by the field that holds its id, and leaves the
/// object to be read. A node without one has `other` as its id, if there is one.
pub(super) fn declare<'t>(
    json: &mut Json<'t>,
    draft: &mut Draft<'t>,
    id_key: &str,
    other: Option<&str>,
) -> Result<u32, NoJson> {
    let place = json.place();
    let mut ahead = json.look_ahead();
    if ahead.next() != Ok(Next::Object) {
        return Ok(NOWHERE);
    }
    let found = field(&mut ahead, draft, id_key);
    // What is no JSON is told of when the object itself is read.
    Ok(match (found, other) {
        (Ok(Some(id)), _) => draft.declare(&id.text, id.place),
        (Ok(None), Some(other)) => draft.declare(other, place),
        (Ok(None), None) => {
            missing(draft, place, "node", id_key);
            NOWHERE
        }
        (Err(NoJson), _) => NOWHERE,
    })
}

/// Finds a field of the object that comes next, and reads no further.
pub(super) fn field<'t>(
    json: &mut Json<'t>,
    draft: &Draft<'t>,
    name: &str,
) -> Result<Option<Value<'t>>, NoJson> {
    json.begin_object()?;
    while let Some(key) = json.key()? {
        if key.text == name {
            return value(json, draft);
        }
        json.skip()?;
    }
    Ok(None)
}

/// Tells that an element has no such field.
pub(super) fn missing(draft: &mut Draft<'_>, place: u32, what: &str, field: &str) {
    let at = draft.excerpt_with(place);
    draft.report.row(|severity| {
        let message = format!("the {what} has no `{field}`");
        Diagnostic::new(severity, "missing-value", message).at(at(), "")
    });
}

/// Reads a field that nodes have in all these formats; returns whether it was one.
pub(super) fn node_field<'t>(
    json: &mut Json<'t>,
    draft: &mut Draft<'t>,
    row: u32,
    name: &str,
    parent_key: &str,
) -> Result<bool, NoJson> {
    match name {
        _ if name == parent_key => {
            if let Some(parent) = value(json, draft)?
                && !parent.text.is_empty()
                && row != NOWHERE
            {
                let parent = draft.mention(&parent.text, parent.place, Role::Partition);
                draft.set_parent(row, parent);
            }
        }
        "is_partition" => match value(json, draft)? {
            Some(Value { text, sort: Sort::Boolean, .. }) if text == "true" => {
                draft.set_partition(row);
            }
            Some(Value { sort: Sort::Boolean, .. }) | None => {}
            Some(Value { text, place, .. }) => draft.bad_value(
                place,
                "bad-boolean",
                "it counts as false",
                format!("`{text}` is neither true nor false"),
                "write `true` or `false`",
            ),
        },
        "label" => cell(json, draft, |draft| &mut draft.nodes, LABEL, row)?,
        "layer" => cell(json, draft, |draft| &mut draft.nodes, LAYER, row)?,
        "weight" => cell(json, draft, |draft| &mut draft.nodes, WEIGHT, row)?,
        "comment" => cell(json, draft, |draft| &mut draft.nodes, COMMENT, row)?,
        _ => return Ok(false),
    }
    Ok(true)
}

/// An edge under way: its ends may come last.
pub(super) struct EdgeRow {
    pub row: u32,
    place: u32,
    source: Option<u32>,
    target: Option<u32>,
}

/// Reads an edge, which is `what`; `other` reads the fields that not every format has.
pub(super) fn edge<'t>(
    json: &mut Json<'t>,
    draft: &mut Draft<'t>,
    what: &str,
    mut other: impl FnMut(&mut EdgeRow, &mut Json<'t>, &mut Draft<'t>, &Text<'t>) -> Result<(), NoJson>,
) -> Result<(), NoJson> {
    let mut edge = EdgeRow::begin(json, draft);
    object(json, draft, what, |json, draft, key| match edge.field(json, draft, &key.text)? {
        true => Ok(()),
        false => other(&mut edge, json, draft, key),
    })?;
    edge.finish(draft);
    Ok(())
}

impl EdgeRow {
    /// Begins the edge whose object comes next.
    fn begin(json: &mut Json<'_>, draft: &mut Draft<'_>) -> EdgeRow {
        let row = draft.edge(NOWHERE, NOWHERE);
        EdgeRow { row, place: json.place(), source: None, target: None }
    }

    /// Reads a field that edges have in all these formats; returns whether it was one.
    pub fn field<'t>(
        &mut self,
        json: &mut Json<'t>,
        draft: &mut Draft<'t>,
        name: &str,
    ) -> Result<bool, NoJson> {
        let row = self.row;
        match name {
            "source" => self.source = end(json, draft, Role::Source)?,
            "target" => self.target = end(json, draft, Role::Target)?,
            "id" => cell(json, draft, |draft| &mut draft.edges, ID, row)?,
            "label" => cell(json, draft, |draft| &mut draft.edges, LABEL, row)?,
            "layer" => cell(json, draft, |draft| &mut draft.edges, LAYER, row)?,
            "weight" => cell(json, draft, |draft| &mut draft.edges, WEIGHT, row)?,
            "comment" => cell(json, draft, |draft| &mut draft.edges, COMMENT, row)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Ends the edge: tells of ends that are not there.
    fn finish(self, draft: &mut Draft<'_>) {
        for (end, name) in [(self.source, "source"), (self.target, "target")] {
            if end.is_none() {
                missing(draft, self.place, "edge", name);
            }
        }
        let (source, target) = (self.source.unwrap_or(NOWHERE), self.target.unwrap_or(NOWHERE));
        draft.set_ends(self.row, source, target);
    }
}

fn end<'t>(json: &mut Json<'t>, draft: &mut Draft<'t>, role: Role) -> Result<Option<u32>, NoJson> {
    let id = value(json, draft)?;
    Ok(id.map(|id| draft.mention(&id.text, id.place, role)))
}

/// Reads the layers that layercake writes.
pub(super) fn layers<'t>(json: &mut Json<'t>, draft: &mut Draft<'t>) -> Result<(), NoJson> {
    array(json, draft, "`layers`", |json, draft| {
        let mut layer = Layer::default();
        let mut label = None;
        let mut place = json.place();
        object(json, draft, "a layer", |json, draft, key| {
            match &*key.text {
                "attributes" => {
                    return object(json, draft, "`attributes`", |json, draft, key| {
                        if let Some(style) = value(json, draft)? {
                            layer.attributes.insert(key.text.to_string(), style.text.into_owned());
                        }
                        Ok(())
                    });
                }
                "id" | "label" | "background" | "text" | "border" => {}
                _ => {
                    const KNOWN: &[&str] =
                        &["id", "label", "background", "text", "border", "attributes"];
                    return unknown_key(json, draft, key, "a layer", KNOWN);
                }
            }
            let Some(found) = value(json, draft)? else { return Ok(()) };
            match &*key.text {
                "id" => {
                    place = found.place;
                    layer.id = found.text.into_owned();
                }
                "label" => label = Some(found.text.into_owned()),
                "background" => layer.background = color(draft, &found),
                "text" => layer.text = color(draft, &found),
                _ => layer.border = color(draft, &found),
            }
            Ok(())
        })?;
        if layer.id.is_empty() {
            missing(draft, place, "layer", "id");
            return Ok(());
        }
        layer.label = label.unwrap_or_else(|| layer.id.clone());
        draft.layer(layer, place);
        Ok(())
    })
}

fn color(draft: &mut Draft<'_>, value: &Value<'_>) -> Option<Color> {
    let color = Color::parse(&value.text);
    if color.is_none() {
        let message = format!("`{}` is no color", value.text);
        let help = "write hex digits, such as `#002a41`, or a name, such as `teal`";
        draft.bad_value(value.place, "bad-color", "the color is left out", message, help);
    }
    color
}

/// Tells of a key that means nothing, and reads past its value.
pub(super) fn unknown_key<'t>(
    json: &mut Json<'t>,
    draft: &mut Draft<'t>,
    key: &Text<'t>,
    owner: &str,
    known: &[&'static str],
) -> Result<(), NoJson> {
    let at = draft.excerpt_with(key.place);
    draft.report.value("it is left out", |severity| {
        let message = format!("{owner} has no key `{}`", key.text);
        Diagnostic::new(severity, "unknown-key", message)
            .at(at(), "")
            .did_you_mean(&key.text, known.iter().copied())
            .note(format!("known keys: {}", crate::diagnostic::names(known.iter().copied())))
    });
    json.skip().map(drop)
}

/// Reads the layers that layercake writes as a text into another format.
pub(super) fn layers_in(text: &str, place: u32, draft: &mut Draft<'_>) {
    let mut diagnostics = Diagnostics::default();
    let report = Report::of_elements(&mut diagnostics, OnError::Fail);
    let mut inner = Draft::new(draft.path.clone(), text, report);
    let read = read_json(&mut inner, |json, inner| layers(json, inner));
    let found = std::mem::take(&mut inner.layers);
    let is_read = read.is_ok();
    drop(inner);
    if is_read && diagnostics.is_empty() {
        found.into_iter().for_each(|layer| draft.layer(layer, place));
    } else {
        draft.warn(place, "left-out", "these layers cannot be read, and are left out");
    }
}
