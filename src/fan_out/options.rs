//! What a plan says of a fan-out: which items, and what each shows.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserializer, IntoDeserializer};
use serde::{Deserialize, Serialize, Serializer};

use super::path::PathPattern;
use crate::expression::{EdgeCondition, NodeCondition, RowCondition};
use crate::graph::Direction;

/// The word for all items.
const ALL: &str = "all";

/// A fan-out, as its export says it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FanOut {
    /// Where each item goes: a path with names in braces.
    pub path: String,
    /// Which items there are.
    pub for_each: ForEach,
    /// What each item shows.
    #[serde(default)]
    pub slice: Slice,
}

/// Which items a fan-out has: exactly one of the keys, each with a condition, or `all`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum ForEach {
    /// The nodes for which an expression is true.
    Nodes(Which<NodeCondition>),
    /// The partitions for which an expression is true.
    Partitions(Which<NodeCondition>),
    /// The edges for which an expression is true.
    Edges(Which<EdgeCondition>),
    /// The layers.
    Layers(All),
    /// The rows of a table for which an expression is true.
    Rows(Rows),
}

/// The rows of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Rows {
    /// The table, by its name in the plan.
    pub table: String,
    /// Which of its rows; all unless given.
    #[serde(default, rename = "where")]
    pub which: Which<RowCondition>,
    /// Which nodes a row shows: those whose attribute has the value of the row's column, as
    /// `attribute: column`. Without it a row shows the whole graph.
    #[serde(default, rename = "match", skip_serializing_if = "BTreeMap::is_empty")]
    pub matching: BTreeMap<String, String>,
}

/// What an item shows: where it starts, and how far around that it goes.
///
/// An item starts as itself: a node, a partition with all that is in it, the nodes of a layer, the
/// two ends of an edge, the nodes that match a row. Partitions around what is shown are shown too,
/// without their other members.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(inline)]
pub struct Slice {
    /// How many edges away from where it starts a node may be, or `all` for all that can be
    /// reached; 1 for nodes unless given, else 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hops: Option<Hops>,
    /// Along which edges it goes.
    pub direction: Direction,
    /// Whether a node starts as the partition that it is in, with all that is in that.
    pub partition: bool,
    /// Whether every item shows the whole graph.
    pub whole: bool,
}

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "HopsText", into = "HopsText")]
pub enum Hops {
    /// Not further than this.
    Most(u32),
    /// As far as edges lead.
    All,
}

/// A number or the word `all`.
#[derive(Deserialize, Serialize)]
#[serde(transparent)]
struct HopsText(String);

impl TryFrom<HopsText> for Hops {
    type Error = String;

    fn try_from(HopsText(text): HopsText) -> Result<Hops, String> {
        match text.as_str() {
            ALL => Ok(Hops::All),
            text => text.parse().map(Hops::Most).map_err(|_| {
                format!("`{text}` is no distance: give a whole number of edges, or `all`")
            }),
        }
    }
}

impl From<Hops> for HopsText {
    fn from(hops: Hops) -> HopsText {
        HopsText(match hops {
            Hops::Most(count) => count.to_string(),
            Hops::All => ALL.to_owned(),
        })
    }
}

impl JsonSchema for Hops {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Hops".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [{ "type": "integer", "minimum": 0 }, { "const": ALL }],
        })
    }
}

/// Those for which a condition is true, or all.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Which<C> {
    /// All of them.
    #[default]
    All,
    /// Those for which it is true.
    Where(C),
}

/// All of them: the word `all`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum All {
    /// All of them.
    All,
}

impl<C: Serialize> Serialize for Which<C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Which::All => serializer.serialize_str(ALL),
            Which::Where(condition) => condition.serialize(serializer),
        }
    }
}

impl<'de, C: Deserialize<'de>> Deserialize<'de> for Which<C> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.trim() {
            ALL => Ok(Which::All),
            _ => C::deserialize(text.into_deserializer()).map(Which::Where),
        }
    }
}

impl<C> JsonSchema for Which<C> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Which".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "A condition, or `all`." })
    }
}

impl FanOut {
    /// Reads what [`serde_json`] wrote of it.
    pub fn of_json(text: &str) -> Option<FanOut> {
        serde_json::from_str(text).ok()
    }

    /// Returns the table whose rows are the items, if they are.
    pub fn table(&self) -> Option<&str> {
        match &self.for_each {
            ForEach::Rows(rows) => Some(&rows.table),
            _ => None,
        }
    }

    /// Returns the name of what an item is called by, where nothing else is said.
    pub fn title(&self) -> String {
        match &self.for_each {
            ForEach::Nodes(_) | ForEach::Partitions(_) | ForEach::Layers(_) => "label".to_owned(),
            ForEach::Edges(_) => "id".to_owned(),
            ForEach::Rows(_) => {
                let pattern = PathPattern::parse(&self.path).ok();
                pattern.and_then(|p| Some(p.names().next()?.to_owned())).unwrap_or_default()
            }
        }
    }

    /// Returns how far around where it starts an item goes.
    pub fn hops(&self) -> Hops {
        let usual = match self.for_each {
            ForEach::Nodes(_) if !self.slice.partition => 1,
            _ => 0,
        };
        self.slice.hops.unwrap_or(Hops::Most(usual))
    }
}
