//! What a plan says about one file of a table.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::super::decode::Encoding;
use super::fields::Field;
use crate::graph::Type;

/// A file of a table, or several that are alike.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "F: Field")]
#[schemars(rename = "CsvFile_{F}")]
pub struct TableFile<F: Field> {
    /// A path or a glob, relative to the plan.
    pub path: String,
    /// What parts the cells; found out from the header line if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<Delimiter>,
    /// What encloses cells that hold delimiters or line breaks.
    #[serde(default)]
    pub quote: Quote,
    /// The name of the encoding, such as `windows-1252`; UTF-8, or what the file's byte order
    /// mark says, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// How many lines before the header to leave out.
    #[serde(default)]
    pub skip_rows: u32,
    /// Whether to leave out spaces around cells.
    #[serde(default)]
    pub trim: bool,
    /// The headers that this file has for fields. Where a header is named for one field, no other
    /// column is taken for that field: one with its usual header is an attribute.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<F, String>,
    /// The types of attributes, where the one found out from the cells is not the one wanted.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub types: BTreeMap<String, ColumnType>,
}

impl<F: Field> TableFile<F> {
    /// Makes one with every setting left open.
    pub fn at(path: &str) -> TableFile<F> {
        TableFile {
            path: path.to_owned(),
            delimiter: None,
            quote: Quote::default(),
            encoding: None,
            skip_rows: 0,
            trim: false,
            columns: BTreeMap::new(),
            types: BTreeMap::new(),
        }
    }
}

/// The type of an attribute, as a plan names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "CsvColumnType")]
pub enum ColumnType {
    Text,
    Integer,
    Number,
    Boolean,
    Date,
}

impl From<ColumnType> for Type {
    fn from(column: ColumnType) -> Type {
        match column {
            ColumnType::Text => Type::Text,
            ColumnType::Integer => Type::Integer,
            ColumnType::Number => Type::Number,
            ColumnType::Boolean => Type::Boolean,
            ColumnType::Date => Type::Date,
        }
    }
}

/// The character that parts cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delimiter(u8);

/// The character that encloses cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote(u8);

impl Delimiter {
    const WORDS: [(&'static str, u8); 4] =
        [("comma", b','), ("semicolon", b';'), ("tab", b'\t'), ("pipe", b'|')];

    /// Returns the character.
    pub fn byte(self) -> u8 {
        self.0
    }
}

impl Quote {
    /// Returns the character.
    pub fn byte(self) -> u8 {
        self.0
    }
}

impl Default for Quote {
    fn default() -> Self {
        Quote(b'"')
    }
}

impl Serialize for Delimiter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_char(char::from(self.0))
    }
}

impl Serialize for Quote {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_char(char::from(self.0))
    }
}

impl<'de> Deserialize<'de> for Delimiter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Sign(&Delimiter::WORDS)).map(Delimiter)
    }
}

impl<'de> Deserialize<'de> for Quote {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Sign(&[])).map(Quote)
    }
}

/// Reads one of the words, or one character that no cell needs.
struct Sign(&'static [(&'static str, u8)]);

impl Visitor<'_> for Sign {
    type Value = u8;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one ASCII character that is no letter, digit or line break")?;
        self.0.iter().try_for_each(|(word, _)| write!(f, ", or `{word}`"))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<u8, E> {
        if let Some((_, byte)) = self.0.iter().find(|(word, _)| *word == text) {
            return Ok(*byte);
        }
        match text.as_bytes() {
            [byte] if is_sign(*byte) => Ok(*byte),
            _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
        }
    }
}

fn is_sign(byte: u8) -> bool {
    matches!(byte, b'\t' | b' '..=b'~') && !byte.is_ascii_alphanumeric()
}

/// The regular expression of [`is_sign`], for schemas.
const SIGN: &str = r"[\t !-/:-@\[-`{-~]";

impl JsonSchema for Delimiter {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "CsvDelimiter".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let words = Delimiter::WORDS.map(|(word, _)| word).join("|");
        json_schema!({
            "type": "string",
            "pattern": format!("^({words}|{SIGN})$"),
            "examples": [",", ";", "tab", "pipe"],
        })
    }
}

impl JsonSchema for Quote {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "CsvQuote".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": format!("^{SIGN}$") })
    }
}
