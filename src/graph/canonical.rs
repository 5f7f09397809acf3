//! Canonical bytes: equal graphs, equal bytes; tables use the same parts.
//!
//! A graph is sorted when it is made, so its columns are canonical as they lie; they are written
//! one after the other, each with its length, numbers as little-endian. The digest of a graph is
//! that of these bytes.

use std::collections::BTreeMap;

use thiserror::Error;

use super::{
    Attribute, Bits, Color, Date, Edges, Graph, Layer, NONE, Nodes, TextColumn, Type, Values,
};

/// Names this form of the bytes; another form gets another name.
const MAGIC: &[u8; 8] = b"lcgraph2";

/// Why some bytes are no graph, or no table.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("these are not the canonical bytes of a graph or a table")]
pub struct CanonicalError;

impl Graph {
    /// Returns the canonical bytes.
    pub fn to_canonical_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.memory() + 1024);
        out.extend_from_slice(MAGIC);
        put_length(&mut out, self.layers.len());
        for layer in &self.layers {
            put_layer(&mut out, layer);
        }
        let nodes = &self.nodes;
        put_length(&mut out, self.node_count());
        put_texts(&mut out, &nodes.id);
        put_texts(&mut out, &nodes.label);
        put_numbers(&mut out, &nodes.layer);
        put_numbers(&mut out, &nodes.parent);
        put_floats(&mut out, &nodes.weight);
        put_texts(&mut out, &nodes.comment);
        put_bits(&mut out, &nodes.partition);
        put_attributes(&mut out, &nodes.attributes);
        let edges = &self.edges;
        put_length(&mut out, self.edge_count());
        put_texts(&mut out, &edges.id);
        put_numbers(&mut out, &edges.source);
        put_numbers(&mut out, &edges.target);
        put_texts(&mut out, &edges.label);
        put_numbers(&mut out, &edges.layer);
        put_floats(&mut out, &edges.weight);
        put_texts(&mut out, &edges.comment);
        put_attributes(&mut out, &edges.attributes);
        out
    }

    /// Reads canonical bytes back.
    ///
    /// # Errors
    ///
    /// Any bytes that [`Graph::to_canonical_bytes`] could not have written.
    pub fn from_canonical_bytes(bytes: &[u8]) -> Result<Graph, CanonicalError> {
        let mut bytes = Reader::new(bytes);
        if bytes.take(MAGIC.len())? != MAGIC {
            return Err(CanonicalError);
        }
        let layers = (0..bytes.length()?).map(|_| bytes.layer()).collect::<Result<Vec<_>, _>>()?;
        let count = bytes.length()?;
        let nodes = Nodes {
            id: bytes.texts(count)?,
            label: bytes.texts(count)?,
            layer: bytes.indexes(count, layers.len(), true)?,
            parent: bytes.indexes(count, count, true)?,
            weight: bytes.floats(count)?,
            comment: bytes.texts(count)?,
            partition: bytes.bits(count)?,
            attributes: bytes.attributes(count)?,
        };
        let edge_count = bytes.length()?;
        let edges = Edges {
            id: bytes.texts(edge_count)?,
            source: bytes.indexes(edge_count, count, false)?,
            target: bytes.indexes(edge_count, count, false)?,
            label: bytes.texts(edge_count)?,
            layer: bytes.indexes(edge_count, layers.len(), true)?,
            weight: bytes.floats(edge_count)?,
            comment: bytes.texts(edge_count)?,
            attributes: bytes.attributes(edge_count)?,
        };
        if bytes.is_empty() { Ok(Graph { layers, nodes, edges }) } else { Err(CanonicalError) }
    }
}

pub(super) fn put_length(out: &mut Vec<u8>, length: usize) {
    out.extend_from_slice(&(length as u64).to_le_bytes());
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_length(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

fn put_texts(out: &mut Vec<u8>, texts: &TextColumn) {
    put_length(out, texts.ends().len());
    put_numbers(out, texts.ends());
    put_text(out, texts.text());
}

fn put_numbers(out: &mut Vec<u8>, numbers: &[u32]) {
    out.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
}

fn put_floats(out: &mut Vec<u8>, numbers: &[f64]) {
    out.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
}

fn put_bits(out: &mut Vec<u8>, bits: &Bits) {
    out.extend(bits.words().iter().flat_map(|word| word.to_le_bytes()));
}

fn put_layer(out: &mut Vec<u8>, layer: &Layer) {
    put_text(out, &layer.id);
    put_text(out, &layer.label);
    for color in [layer.background, layer.text, layer.border] {
        out.push(u8::from(color.is_some()));
        out.extend_from_slice(&color.map_or([0; 4], Color::parts));
    }
    put_length(out, layer.attributes.len());
    for (name, value) in &layer.attributes {
        put_text(out, name);
        put_text(out, value);
    }
}

pub(super) fn put_attributes(out: &mut Vec<u8>, attributes: &[Attribute]) {
    put_length(out, attributes.len());
    for attribute in attributes {
        put_text(out, &attribute.name);
        put_bits(out, &attribute.present);
        match &attribute.values {
            Values::Text(values) => {
                out.push(0);
                put_texts(out, values);
            }
            Values::Integer(values) => {
                out.push(1);
                out.extend(values.iter().flat_map(|number| number.to_le_bytes()));
            }
            Values::Number(values) => {
                out.push(2);
                put_floats(out, values);
            }
            Values::Boolean(values) => {
                out.push(3);
                put_bits(out, values);
            }
            Values::Date(values) => {
                out.push(4);
                out.extend(values.iter().flat_map(|date| date.days().to_le_bytes()));
            }
        }
    }
}

/// What is left of some canonical bytes.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader(bytes)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], CanonicalError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(CanonicalError)?;
        self.0 = rest;
        Ok(taken)
    }

    /// Takes `count` values of `N` bytes each.
    fn values<const N: usize, T>(
        &mut self,
        count: usize,
        read: impl Fn([u8; N]) -> T,
    ) -> Result<Vec<T>, CanonicalError> {
        let bytes = self.take(count.checked_mul(N).ok_or(CanonicalError)?)?;
        let (chunks, _) = bytes.as_chunks::<N>();
        Ok(chunks.iter().map(|chunk| read(*chunk)).collect())
    }

    pub(super) fn length(&mut self) -> Result<usize, CanonicalError> {
        let length = self.values(1, u64::from_le_bytes)?[0];
        // Everything counted takes a byte at least, so a greater count is no count.
        usize::try_from(length).ok().filter(|length| *length <= self.0.len()).ok_or(CanonicalError)
    }

    fn text(&mut self) -> Result<String, CanonicalError> {
        let length = self.length()?;
        let bytes = self.take(length)?;
        Ok(std::str::from_utf8(bytes).map_err(|_| CanonicalError)?.to_owned())
    }

    fn texts(&mut self, count: usize) -> Result<TextColumn, CanonicalError> {
        let length = self.length()?;
        let ends = self.values(length, u32::from_le_bytes)?;
        TextColumn::from_parts(ends, count, self.text()?).ok_or(CanonicalError)
    }

    fn indexes(
        &mut self,
        count: usize,
        below: usize,
        or_none: bool,
    ) -> Result<Vec<u32>, CanonicalError> {
        let numbers = self.values(count, u32::from_le_bytes)?;
        let fits = |number: &u32| (*number as usize) < below || or_none && *number == NONE;
        if numbers.iter().all(fits) { Ok(numbers) } else { Err(CanonicalError) }
    }

    fn floats(&mut self, count: usize) -> Result<Vec<f64>, CanonicalError> {
        self.values(count, f64::from_le_bytes)
    }

    fn bits(&mut self, count: usize) -> Result<Bits, CanonicalError> {
        let words = self.values(count.div_ceil(64), u64::from_le_bytes)?;
        Bits::from_words(words, count).ok_or(CanonicalError)
    }

    fn layer(&mut self) -> Result<Layer, CanonicalError> {
        let (id, label) = (self.text()?, self.text()?);
        let mut colors = [None; 3];
        for color in &mut colors {
            let [some, red, green, blue, opacity] = self.values(1, |bytes: [u8; 5]| bytes)?[0];
            *color = (some == 1).then_some(Color::new(red, green, blue, opacity));
        }
        let [background, text, border] = colors;
        let mut attributes = BTreeMap::new();
        for _ in 0..self.length()? {
            attributes.insert(self.text()?, self.text()?);
        }
        Ok(Layer { id, label, background, text, border, attributes })
    }

    pub(super) fn attributes(&mut self, count: usize) -> Result<Vec<Attribute>, CanonicalError> {
        let mut attributes = Vec::new();
        for _ in 0..self.length()? {
            let name = self.text()?;
            let present = self.bits(count)?;
            let kind = Type::ALL.get(usize::from(self.take(1)?[0])).ok_or(CanonicalError)?.1;
            let values = match kind {
                Type::Text => Values::Text(self.texts(count)?),
                Type::Integer => Values::Integer(self.values(count, i64::from_le_bytes)?),
                Type::Number => Values::Number(self.floats(count)?),
                Type::Boolean => Values::Boolean(self.bits(count)?),
                Type::Date => {
                    Values::Date(self.values(count, |b| Date::from_days(i32::from_le_bytes(b)))?)
                }
            };
            attributes.push(Attribute { name, values, present });
        }
        Ok(attributes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{EdgeRow, GraphBuilder, NodeRow};

    fn example() -> Graph {
        let mut builder = GraphBuilder::default();
        builder.layer(Layer {
            background: Color::parse("fee"),
            attributes: [("shape".to_owned(), "box".to_owned())].into(),
            ..Layer::plain("l")
        });
        builder.node(NodeRow { id: "é", layer: Some("l"), weight: 2.5, ..NodeRow::default() });
        builder.node(NodeRow { id: "a", parent: Some("é"), comment: "c", ..NodeRow::default() });
        builder.edge(EdgeRow { source: "a", target: "é", label: "x", ..EdgeRow::default() });
        let present: Bits = [true, false].into_iter().collect();
        for (name, values) in [
            ("n", Values::Number(vec![0.5, 0.0])),
            ("i", Values::Integer(vec![7, 0])),
            ("t", Values::Text(["x", ""].into_iter().collect())),
            ("b", Values::Boolean([true, false].into_iter().collect())),
            ("d", Values::Date(vec![Date::parse("2026-11-21").unwrap(), Date::default()])),
        ] {
            builder.node_attribute(Attribute {
                name: name.to_owned(),
                values,
                present: present.clone(),
            });
        }
        builder.finish().graph
    }

    #[test]
    fn a_graph_comes_back_as_it_was() {
        let graph = example();
        assert_eq!(Graph::from_canonical_bytes(&graph.to_canonical_bytes()).unwrap(), graph);
    }

    #[test]
    fn damaged_bytes_are_no_panic() {
        let bytes = example().to_canonical_bytes();
        for length in 0..bytes.len() {
            assert!(Graph::from_canonical_bytes(&bytes[..length]).is_err(), "cut to {length}");
        }
        for at in 0..bytes.len() {
            for flip in [1, 0x80, 0xff] {
                let mut bytes = bytes.clone();
                bytes[at] ^= flip;
                if let Ok(graph) = Graph::from_canonical_bytes(&bytes) {
                    assert_eq!(graph.nodes().count(), 2);
                }
            }
        }
    }
}
