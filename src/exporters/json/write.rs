//! Writes fields of JSON, for all exports that make a file of it.
//!
//! Any text comes back from a parser as it was, and so does any number.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::graph::{Color, Layer, Value};

/// Writes a list of layers on one line.
pub fn write_layers(out: &mut Vec<u8>, layers: &[Layer]) {
    out.push(b'[');
    for (at, layer) in layers.iter().enumerate() {
        out.extend_from_slice(if at == 0 { b"{" } else { b", {" });
        write_layer(out, layer);
        out.push(b'}');
    }
    out.push(b']');
}

/// Writes the fields of a layer.
pub fn write_layer(out: &mut Vec<u8>, layer: &Layer) {
    let color = |color: Option<Color>| color.map(|color| color.to_string());
    text_field(out, "id", &layer.id);
    optional_field(out, "label", (layer.label != layer.id).then_some(&layer.label));
    optional_field(out, "background", color(layer.background).as_deref());
    optional_field(out, "text", color(layer.text).as_deref());
    optional_field(out, "border", color(layer.border).as_deref());
    let attributes: &BTreeMap<String, String> = &layer.attributes;
    write_attributes(out, attributes.iter().map(|(name, value)| (&**name, Value::Text(value))));
}

/// Writes a weight that is not 1.
pub fn write_weight(out: &mut Vec<u8>, weight: f64) {
    if weight != 1.0 && weight.is_finite() {
        key(out, "weight");
        number(out, weight);
    }
}

/// Writes the cells that have a value, as an object of their own.
pub fn write_attributes<'a>(out: &mut Vec<u8>, cells: impl Iterator<Item = (&'a str, Value<'a>)>) {
    let mut empty = true;
    for (name, value) in cells {
        if matches!(value, Value::Null) {
            continue;
        }
        if empty {
            key(out, "attributes");
            out.push(b'{');
        }
        empty = false;
        key_text(out, name);
        self::value(out, value);
    }
    if !empty {
        out.push(b'}');
    }
}

/// Writes a cell; no value is `null`.
pub fn value(out: &mut Vec<u8>, value: Value<'_>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Text(value) => text(out, value),
        Value::Integer(value) => write_json(out, &value),
        Value::Number(value) => number(out, value),
        Value::Boolean(value) => write_json(out, &value),
        Value::Date(value) => text(out, &value.to_string()),
    }
}

/// Writes an attribute's name, which needs escapes like any text.
pub fn key_text(out: &mut Vec<u8>, name: &str) {
    if out.last() != Some(&b'{') {
        out.extend_from_slice(b", ");
    }
    text(out, name);
    out.extend_from_slice(b": ");
}

/// Writes a key of ours, which needs no escapes.
pub fn key(out: &mut Vec<u8>, name: &str) {
    if out.last() != Some(&b'{') {
        out.extend_from_slice(b", ");
    }
    out.push(b'"');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\": ");
}

/// Writes a key of ours with a text.
pub fn text_field(out: &mut Vec<u8>, name: &str, value: &str) {
    key(out, name);
    text(out, value);
}

/// Writes a key of ours with a text, if there is one.
pub fn optional_field<T: AsRef<str>>(out: &mut Vec<u8>, name: &str, value: Option<T>) {
    if let Some(value) = value {
        text_field(out, name, value.as_ref());
    }
}

/// Writes a text.
pub fn text(out: &mut Vec<u8>, text: &str) {
    write_json(out, text);
}

/// Writes a number; JSON knows no others than finite ones, and a graph holds no others.
pub fn number(out: &mut Vec<u8>, number: f64) {
    write_json(out, &number);
}

fn write_json<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    // Texts and numbers always have a JSON form, and memory takes what is written to it.
    let written = serde_json::to_writer(out, value);
    debug_assert!(written.is_ok());
}
