//! The columns that mean something to a graph, and the headers that stand for them.
//!
//! Every other column is an attribute. Knows no file and no cell.

use std::fmt::Debug;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A column that means something in one of the three tables.
pub trait Field:
    Debug + Copy + Ord + DeserializeOwned + Serialize + JsonSchema + Send + Sync + 'static
{
    /// The word for the table, in plans and messages.
    const TABLE: &'static str;
    /// Every field with the headers that stand for it; the first is its name.
    const ALL: &'static [(Self, &'static [&'static str])];
    /// The fields without which a row means nothing.
    const REQUIRED: &'static [Self];

    /// Returns its place in [`Field::ALL`].
    fn index(self) -> usize;

    /// Returns the headers that stand for it.
    fn headers(self) -> &'static [&'static str] {
        Self::ALL[self.index()].1
    }

    /// Returns its name.
    fn name(self) -> &'static str {
        self.headers()[0]
    }

    /// Returns the field that a header stands for.
    fn of_header(header: &str) -> Option<Self> {
        let stands_for =
            |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(header));
        Self::ALL.iter().find(|(_, names)| stands_for(names)).map(|(field, _)| *field)
    }
}

/// A field of the nodes table.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "CsvNodeField")]
pub enum NodeField {
    Id,
    Label,
    Layer,
    IsPartition,
    BelongsTo,
    Weight,
    Comment,
}

/// A field of the edges table.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "CsvEdgeField")]
pub enum EdgeField {
    Id,
    Source,
    Target,
    Label,
    Layer,
    Weight,
    Comment,
}

/// A field of the layers table.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "CsvLayerField")]
pub enum LayerField {
    Id,
    Label,
    Background,
    Text,
    Border,
}

/// A field of a table that is no part of a graph: there is none, every column is an attribute.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[schemars(rename = "CsvNoField")]
pub enum NoField {}

impl Field for NodeField {
    const TABLE: &'static str = "nodes";
    const ALL: &'static [(Self, &'static [&'static str])] = &[
        (NodeField::Id, &["id"]),
        (NodeField::Label, &["label"]),
        (NodeField::Layer, &["layer"]),
        (NodeField::IsPartition, &["is_partition"]),
        (NodeField::BelongsTo, &["belongs_to", "parent"]),
        (NodeField::Weight, &["weight"]),
        (NodeField::Comment, &["comment"]),
    ];
    const REQUIRED: &'static [Self] = &[NodeField::Id];

    fn index(self) -> usize {
        self as usize
    }
}

impl Field for EdgeField {
    const TABLE: &'static str = "edges";
    const ALL: &'static [(Self, &'static [&'static str])] = &[
        (EdgeField::Id, &["id"]),
        (EdgeField::Source, &["source", "from"]),
        (EdgeField::Target, &["target", "to"]),
        (EdgeField::Label, &["label"]),
        (EdgeField::Layer, &["layer"]),
        (EdgeField::Weight, &["weight"]),
        (EdgeField::Comment, &["comment"]),
    ];
    const REQUIRED: &'static [Self] = &[EdgeField::Source, EdgeField::Target];

    fn index(self) -> usize {
        self as usize
    }
}

impl Field for LayerField {
    const TABLE: &'static str = "layers";
    const ALL: &'static [(Self, &'static [&'static str])] = &[
        (LayerField::Id, &["id", "layer"]),
        (LayerField::Label, &["label"]),
        (LayerField::Background, &["background", "background_color", "color"]),
        (LayerField::Text, &["text", "text_color"]),
        (LayerField::Border, &["border", "border_color"]),
    ];
    const REQUIRED: &'static [Self] = &[LayerField::Id];

    fn index(self) -> usize {
        self as usize
    }
}

impl Field for NoField {
    const TABLE: &'static str = "table";
    const ALL: &'static [(Self, &'static [&'static str])] = &[];
    const REQUIRED: &'static [Self] = &[];

    fn index(self) -> usize {
        match self {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_stand_for_fields_in_any_case() {
        assert_eq!(EdgeField::of_header("From"), Some(EdgeField::Source));
        assert_eq!(NodeField::of_header("PARENT"), Some(NodeField::BelongsTo));
        assert_eq!(LayerField::of_header("text_color"), Some(LayerField::Text));
        assert_eq!(NodeField::of_header("owner"), None);
    }

    #[test]
    fn plans_call_a_field_by_its_name() {
        fn check<F: Field>() {
            for (field, _) in F::ALL {
                let word = serde_json::to_value(field).unwrap();
                assert_eq!(word, field.name());
                assert_eq!(F::ALL[field.index()].0, *field);
            }
        }
        check::<NodeField>();
        check::<EdgeField>();
        check::<LayerField>();
    }
}
