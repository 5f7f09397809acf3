//! What the JSON of a graph means: types that only the schema is made from.
//!
//! `make schema` writes what [`graph_schema`] returns to `schema/graph.schema.json`; a test here
//! fails while that file holds anything else.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;

/// Returns the JSON Schema (2020-12) of the files that the `json` export writes.
pub fn graph_schema() -> serde_json::Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    generator.into_root_schema_for::<GraphFile>().to_value()
}

/// A directed graph of nodes, edges and layers, as layercake exports it.
///
/// Whatever has its default is left out; nothing is ever null. Every text is as it was imported.
#[derive(JsonSchema)]
#[schemars(rename = "Graph", deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct GraphFile {
    /// The version of this form.
    #[schemars(extend("const" = 1))]
    version: u32,
    /// What the graph shows.
    #[schemars(default)]
    title: Text,
    /// The layers, in order of their ids.
    layers: Vec<LayerRow>,
    /// The nodes, partitions included, in order of their ids.
    nodes: Vec<NodeRow>,
    /// The edges, in order of source, target and id. Parallel edges and loops are allowed.
    edges: Vec<EdgeRow>,
}

/// What nodes and edges of one sort have in common, above all their look.
#[derive(JsonSchema)]
#[schemars(rename = "Layer", deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct LayerRow {
    /// The id; no two layers have the same.
    id: String,
    /// The name for people; absent where it is the id.
    #[schemars(default)]
    label: Text,
    /// The fill color.
    #[schemars(default)]
    background: ColorText,
    /// The color of text.
    #[schemars(default)]
    text: ColorText,
    /// The color of lines.
    #[schemars(default)]
    border: ColorText,
    /// Further style attributes, such as `shape`.
    #[schemars(default)]
    attributes: Styles,
}

/// A node, or a partition, which is a node that holds nodes.
#[derive(JsonSchema)]
#[schemars(rename = "Node", deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct NodeRow {
    /// The id; no two nodes have the same.
    #[schemars(length(min = 1))]
    id: String,
    /// The name for people; absent where it is the id.
    #[schemars(default)]
    label: Text,
    /// The id of its layer.
    #[schemars(default)]
    layer: Text,
    /// The id of the partition that holds it.
    #[schemars(default)]
    belongs_to: Text,
    /// Whether it holds nodes, or is meant to.
    #[schemars(default)]
    is_partition: bool,
    /// Its weight.
    #[schemars(default = "one")]
    weight: f64,
    /// A comment.
    #[schemars(default)]
    comment: Text,
    /// The further columns in which it has a value.
    #[schemars(default)]
    attributes: Cells,
}

/// An edge.
#[derive(JsonSchema)]
#[schemars(rename = "Edge", deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct EdgeRow {
    /// The id; no two edges have the same.
    id: String,
    /// The id of the node that it leaves.
    source: String,
    /// The id of the node that it reaches.
    target: String,
    /// The name for people.
    #[schemars(default)]
    label: Text,
    /// The id of its layer.
    #[schemars(default)]
    layer: Text,
    /// Its weight.
    #[schemars(default = "one")]
    weight: f64,
    /// A comment.
    #[schemars(default)]
    comment: Text,
    /// The further columns in which it has a value.
    #[schemars(default)]
    attributes: Cells,
}

fn one() -> f64 {
    1.0
}

/// A text that may be absent, without a default that the schema would have to name.
#[derive(Default, JsonSchema)]
#[schemars(inline)]
#[expect(dead_code, reason = "only its schema is used")]
struct Text(String);

/// A color, `#rrggbb` or `#rrggbbaa` (sRGB).
#[derive(Default, JsonSchema)]
#[schemars(rename = "Color")]
#[expect(dead_code, reason = "only its schema is used")]
struct ColorText(#[schemars(regex(pattern = "^#[0-9a-f]{6}([0-9a-f]{2})?$"))] String);

/// Texts by name; never empty.
#[derive(Default, JsonSchema)]
#[schemars(inline)]
#[expect(dead_code, reason = "only its schema is used")]
struct Styles(BTreeMap<String, String>);

/// Values by the names of their columns; never empty.
#[derive(Default, JsonSchema)]
#[schemars(inline)]
#[expect(dead_code, reason = "only its schema is used")]
struct Cells(BTreeMap<String, Cell>);

/// A value. All of a column have one type; a date is the text `YYYY-MM-DD` (ISO 8601).
#[derive(JsonSchema)]
#[schemars(rename = "Value", untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Cell {
    /// A text, or a date.
    Text(String),
    /// A whole number of 64 bits, or another number, which has a fraction or an exponent.
    Number(f64),
    /// A truth value.
    Boolean(bool),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_in_the_repository_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/graph.schema.json");
        let current = serde_json::to_string_pretty(&graph_schema()).unwrap() + "\n";
        if std::env::var_os("BLESS").is_some() {
            std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/schema")).unwrap();
            std::fs::write(path, &current).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), current, "run `make schema`");
    }
}
