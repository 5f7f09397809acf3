//! What a plan or a preset says about a mapping.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::super::decode::Encoding;
use super::super::report::OnError;
use super::path::{self, Path};
use super::value::Value;
use crate::graph::{Color, Layer};

/// Reads a graph from any JSON, NDJSON, YAML, XML or TOML, by paths.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MappingImport")]
pub struct Options {
    /// The path or the glob of the files, or a list of these, relative to the plan.
    pub graph: Several<String>,
    /// What the files are written in; their names tell, unless the plan does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub syntax: Option<Syntax>,
    /// The path of a file that holds rules; those of the plan come after them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<String>,
    /// What the documents are in files that hold several in one, such as `$.items[*]`: where it
    /// finds something, each of these counts as a document, and `$` is that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documents: Option<Each>,
    /// What is a node.
    #[serde(default)]
    pub nodes: Vec<NodeRule>,
    /// What is an edge.
    #[serde(default)]
    pub edges: Vec<EdgeRule>,
    /// How layers look; others that the data names are made.
    #[serde(default)]
    pub layers: Vec<LayerRule>,
    /// What to do about nodes that are named and not there, whatever the rules say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_nodes: Option<MissingNodes>,
    /// The encoding of the files, if it is neither UTF-8 nor named in them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// What to do about nodes, edges and values that do not fit. Files that are not of their
    /// syntax are always errors.
    #[serde(default)]
    pub on_error: OnError,
}

/// Reads a graph from files of a known kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PresetImport")]
pub struct PresetOptions {
    /// The path or the glob of the files, or a list of these, relative to the plan.
    pub graph: Several<String>,
    /// What the files are written in; their names tell, unless the plan does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub syntax: Option<Syntax>,
    /// What to do about nodes that are named and not there, whatever the preset says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_nodes: Option<MissingNodes>,
    /// The encoding of the files, if it is neither UTF-8 nor named in them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// What to do about nodes, edges and values that do not fit. Files that are not of their
    /// syntax are always errors.
    #[serde(default)]
    pub on_error: OnError,
}

/// The rules of a mapping, as a file of their own has them.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// One line about it.
    #[serde(default)]
    pub about: String,
    #[serde(default)]
    pub syntax: Option<Syntax>,
    #[serde(default)]
    pub documents: Option<Each>,
    #[serde(default)]
    pub nodes: Vec<NodeRule>,
    #[serde(default)]
    pub edges: Vec<EdgeRule>,
    #[serde(default)]
    pub layers: Vec<LayerRule>,
}

/// What files are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Syntax {
    Json,
    /// JSON, one document after another.
    Ndjson,
    /// YAML, with any number of documents.
    Yaml,
    /// An element is a map of its attributes and its elements; its text stands under `#text`.
    Xml,
    Toml,
    /// Paragraphs of fields, as Debian's control files have them: a list of maps, in which fields
    /// that name packages are lists of maps too.
    Deb822,
    /// Statements of SQL: a map of `tables` and `foreign_keys`.
    Sql,
}

/// What to do about nodes that are named and not there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MissingNodes {
    /// It is a problem, see `on_error`.
    #[default]
    Error,
    /// The node is made.
    Add,
    /// The edge is left out, and a node belongs to none.
    Drop,
}

/// What to do about a node whose id is taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Duplicates {
    /// It is a problem, see `on_error`.
    #[default]
    Error,
    /// The first node counts.
    First,
}

/// Says what is a node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NodeRule {
    /// What there is a node for.
    pub each: Each,
    /// Its id.
    pub id: Several<Value>,
    /// Further names by which edges and `belongs_to` may name it, if no other node has them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Value>,
    #[serde(default)]
    pub label: Several<Value>,
    #[serde(default)]
    pub layer: Several<Value>,
    /// The id of the partition that holds it.
    #[serde(default)]
    pub belongs_to: Several<Value>,
    /// What stands between the parts of `belongs_to`: a partition that is made is in the one
    /// further out, and so on, as folders are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub climb: Option<String>,
    /// Whether it is a partition, even if it holds nothing.
    #[serde(default)]
    pub is_partition: bool,
    #[serde(default)]
    pub weight: Several<Value>,
    #[serde(default)]
    pub comment: Several<Value>,
    #[serde(default)]
    pub attributes: BTreeMap<String, Several<Value>>,
    /// What to do about an id that is taken.
    #[serde(default)]
    pub duplicates: Duplicates,
    /// What to do if there is no partition of the name in `belongs_to`.
    #[serde(default)]
    pub missing_nodes: MissingNodes,
    /// Whether it is fine that there is none.
    #[serde(default)]
    pub optional: bool,
}

/// Says what is an edge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EdgeRule {
    /// What there is an edge for: one for each source with each target.
    pub each: Each,
    /// The id of the node that it leaves; of several, the first that is a node.
    pub source: Several<Value>,
    /// The id of the node that it reaches; of several, the first that is a node.
    pub target: Several<Value>,
    /// What stands between the parts of an id: a target that is no node is looked for one part
    /// further out, and so on, as packages of npm are in the folders around them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub climb: Option<String>,
    /// Whether `target` makes further names of which a node must have every one: all nodes that do
    /// are reached, as a selector of Kubernetes fits all that have its labels.
    #[serde(default)]
    pub every: bool,
    #[serde(default)]
    pub id: Several<Value>,
    #[serde(default)]
    pub label: Several<Value>,
    #[serde(default)]
    pub layer: Several<Value>,
    #[serde(default)]
    pub weight: Several<Value>,
    #[serde(default)]
    pub comment: Several<Value>,
    #[serde(default)]
    pub attributes: BTreeMap<String, Several<Value>>,
    /// Whether one edge of its layer is enough between two nodes.
    #[serde(default)]
    pub distinct: bool,
    /// What to do if there is no such source or target.
    #[serde(default)]
    pub missing_nodes: MissingNodes,
    /// Whether it is fine that there is none.
    #[serde(default)]
    pub optional: bool,
}

/// Says how a layer looks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LayerRule {
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<ColorText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<ColorText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub border: Option<ColorText>,
}

impl LayerRule {
    /// Makes the layer.
    pub fn layer(&self) -> Layer {
        let color = |text: &Option<ColorText>| text.as_ref().map(|text| text.0);
        Layer {
            label: self.label.clone().unwrap_or_else(|| self.id.clone()),
            background: color(&self.background),
            text: color(&self.text),
            border: color(&self.border),
            ..Layer::plain(&self.id)
        }
    }
}

/// The path of what a rule is for, as it was written too.
#[derive(Debug, Clone, PartialEq)]
pub struct Each {
    pub text: String,
    pub path: Path,
}

impl Each {
    fn parse(text: &str) -> Result<Each, String> {
        let path = path::parse(text)?;
        Ok(Each { text: text.to_owned(), path })
    }
}

/// A color, as text.
#[derive(Debug, Clone, PartialEq)]
pub struct ColorText(Color);

impl ColorText {
    fn parse(text: &str) -> Result<ColorText, String> {
        let help = "a color is 3, 6 or 8 hex digits, or a name such as `navy`";
        Color::parse(text).map(ColorText).ok_or_else(|| format!("`{text}` is no color: {help}"))
    }
}

/// Makes a type one that plans hold as text.
macro_rules! written_as_text {
    ($($name:ident: $about:literal, $written:expr;)*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let written: fn(&$name) -> Cow<'_, str> = $written;
                serializer.serialize_str(&written(self))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $name::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "description": $about })
            }
        }
    )*};
}

written_as_text! {
    Each: "A path such as `$.items[*]`.", |each| Cow::Borrowed(&each.text);
    Value: "A path, a text such as `{namespace}/{name}`, or a text in single quotes.",
        |value| Cow::Borrowed(&value.text);
    ColorText: "A color: hex digits or a name.", |color| Cow::Owned(color.0.to_string());
}

/// One or several; in a plan one, or a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Several<T>(pub Vec<T>);

impl<T> Default for Several<T> {
    fn default() -> Self {
        Several(Vec::new())
    }
}

impl<T: JsonSchema> JsonSchema for Several<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Several_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        json_schema!({ "oneOf": [one, { "type": "array", "items": one }] })
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Several<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrList(std::marker::PhantomData))
    }
}

struct OneOrList<T>(std::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrList<T> {
    type Value = Several<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, or a list of these")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        let one = T::deserialize(de::value::StrDeserializer::new(text))?;
        Ok(Several(vec![one]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element()? {
            all.push(item);
        }
        Ok(Several(all))
    }
}
