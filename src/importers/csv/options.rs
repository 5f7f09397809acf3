//! What a plan says about an import of CSV: the tables, and what to do about bad rows.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::super::report::OnError;
use super::fields::{EdgeField, Field, LayerField, NoField, NodeField};
use super::table_file::TableFile;

/// Reads nodes, edges and layers from tables.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CsvImport")]
pub struct Options {
    /// The tables of nodes: a column `id`, and any of `label`, `layer`, `is_partition`,
    /// `belongs_to` (or `parent`), `weight` and `comment`; further columns are attributes.
    #[serde(default)]
    pub nodes: TableFiles<NodeField>,
    /// The tables of edges: the columns `source` (or `from`) and `target` (or `to`), and any of
    /// `id`, `label`, `layer`, `weight` and `comment`; further columns are attributes.
    #[serde(default)]
    pub edges: TableFiles<EdgeField>,
    /// The tables of layers: a column `id` (or `layer`), and any of `label`, `background`, `text`
    /// and `border`; further columns are style attributes.
    #[serde(default)]
    pub layers: TableFiles<LayerField>,
    /// The tables whose rows, one after the other, are a table and no part of a graph: for `join`,
    /// for templates, for checks. Such an import has no `nodes`, `edges` or `layers`.
    #[serde(default, skip_serializing_if = "TableFiles::is_empty")]
    pub table: TableFiles<NoField>,
    /// What to do about rows and cells that do not fit. Files that cannot be read as a table at
    /// all are always errors.
    #[serde(default)]
    pub on_error: OnError,
    /// What it means that two rows have the id of one layer.
    #[serde(default, skip_serializing_if = "RepeatedLayers::is_default")]
    pub repeated_layers: RepeatedLayers,
}

/// What it means that two rows have the id of one layer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "CsvRepeatedLayers")]
pub enum RepeatedLayers {
    /// A row does not fit, as for nodes and edges.
    #[default]
    Wrong,
    /// The last row is the layer.
    Last,
}

impl RepeatedLayers {
    fn is_default(&self) -> bool {
        *self == RepeatedLayers::Wrong
    }
}

/// The files of one table; in a plan a path, a map, or a list of these.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct TableFiles<F: Field>(pub Vec<TableFile<F>>);

impl<F: Field> TableFiles<F> {
    /// Returns whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<F: Field> Default for TableFiles<F> {
    fn default() -> Self {
        TableFiles(Vec::new())
    }
}

impl<'de, F: Field> Deserialize<'de> for TableFiles<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Several(PhantomData))
    }
}

impl<F: Field> JsonSchema for TableFiles<F> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("CsvFiles_{}", F::TABLE).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let path = json_schema!({
            "type": "string",
            "description": "A path or a glob, relative to the plan.",
        });
        let map = generator.subschema_for::<TableFile<F>>();
        json_schema!({
            "oneOf": [
                path,
                map,
                { "type": "array", "items": { "oneOf": [path, map] } },
            ],
        })
    }
}

/// Reads a path, a map or a list of these.
struct Several<F>(PhantomData<F>);

impl<'de, F: Field> Visitor<'de> for Several<F> {
    type Value = TableFiles<F>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a path, a map, or a list of these")
    }

    fn visit_str<E: de::Error>(self, path: &str) -> Result<Self::Value, E> {
        Ok(TableFiles(vec![TableFile::at(path)]))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Ok(TableFiles(vec![read_map(map)?]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut files = Vec::new();
        while let Some(One(file)) = items.next_element()? {
            files.push(file);
        }
        Ok(TableFiles(files))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Err(E::custom(NOTHING))
    }
}

const NOTHING: &str = "expected a path, a map, or a list of these, found nothing";

/// One item of the list: a path or a map.
struct One<F: Field>(TableFile<F>);

impl<'de, F: Field> Deserialize<'de> for One<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneVisitor(PhantomData)).map(One)
    }
}

struct OneVisitor<F>(PhantomData<F>);

impl<'de, F: Field> Visitor<'de> for OneVisitor<F> {
    type Value = TableFile<F>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a path or a map")
    }

    fn visit_str<E: de::Error>(self, path: &str) -> Result<Self::Value, E> {
        Ok(TableFile::at(path))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        read_map(map)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Err(E::custom(NOTHING))
    }
}

fn read_map<'de, F: Field, A: MapAccess<'de>>(map: A) -> Result<TableFile<F>, A::Error> {
    let file = TableFile::<F>::deserialize(MapAccessDeserializer::new(map))?;
    match file.delimiter.is_some_and(|delimiter| delimiter.byte() == file.quote.byte()) {
        true => Err(de::Error::custom("`delimiter` and `quote` are the same")),
        false => Ok(file),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::options;
    use super::*;

    fn normal(json: &str) -> String {
        let options: Options = serde_json::from_str(json).unwrap();
        serde_json::to_string(&options.nodes).unwrap()
    }

    #[track_caller]
    fn wrong(json: &str, message: &str) {
        let error = serde_json::from_str::<Options>(json).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }

    #[test]
    fn a_path_a_map_and_a_list_mean_the_same() {
        let path = normal(r#"{"nodes": "a.csv"}"#);
        assert_eq!(path, normal(r#"{"nodes": {"path": "a.csv"}}"#));
        assert_eq!(path, normal(r#"{"nodes": ["a.csv"]}"#));
        assert_eq!(path, normal(r#"{"nodes": [{"path": "a.csv", "quote": "\"", "columns": {}}]}"#));
    }

    #[test]
    fn words_for_the_same_setting_have_one_normal_form() {
        let word = normal(r#"{"nodes": {"path": "a", "delimiter": "tab", "encoding": "latin1"}}"#);
        let sign = normal(r#"{"nodes": {"path": "a", "delimiter": "\t", "encoding": "cp1252"}}"#);
        assert_eq!(word, sign);
        let again: TableFiles<NodeField> = serde_json::from_str(&word).unwrap();
        assert_eq!(serde_json::to_string(&again).unwrap(), word);
    }

    #[test]
    fn a_wrong_setting_is_told_when_the_plan_is_read() {
        wrong(r#"{"nodes": {"path": "a", "columns": {"name": "x"}}}"#, "unknown variant `name`");
        wrong(r#"{"nodes": {"path": "a", "types": {"x": "float"}}}"#, "unknown variant `float`");
        wrong(r#"{"nodes": {"path": "a", "delimiter": ";;"}}"#, "one ASCII character");
        wrong(r#"{"nodes": {"path": "a", "delimiter": "a"}}"#, "one ASCII character");
        wrong(r#"{"nodes": {"path": "a", "delimiter": "\""}}"#, "are the same");
        wrong(r#"{"nodes": {"path": "a", "encoding": "utf-9"}}"#, "the name of an encoding");
        wrong(r#"{"nodes": {"path": "a", "skiprows": 1}}"#, "unknown field `skiprows`");
        wrong(r#"{"nodes": 3}"#, "a path, a map, or a list of these");
        wrong(r#"{"nodes": null}"#, "found nothing");
        wrong(r#"{"nodes": {"delimiter": ","}}"#, "missing field `path`");
    }

    #[test]
    fn a_plan_gives_texts_as_they_are_written() {
        let read = options(&[("nodes", "1e5"), ("on_error", "warn")]).unwrap();
        assert_eq!((read.nodes.0[0].path.as_str(), read.on_error), ("1e5", OnError::Warn));
    }

    #[test]
    fn the_schema_takes_what_the_reader_takes() {
        let schema = SchemaGenerator::default().into_root_schema_for::<Options>();
        let validator = jsonschema::validator_for(schema.as_value()).unwrap();
        let cases = [
            r#"{}"#,
            r#"{"nodes": "a", "edges": ["b", {"path": "c", "delimiter": "tab"}]}"#,
            r#"{"nodes": {"path": "a", "columns": {"id": "Key"}, "types": {"x": "date"}}}"#,
            r#"{"layers": {"path": "a", "skip_rows": 2, "trim": true, "encoding": "utf-8"}}"#,
            r#"{"nodes": 3}"#,
            r#"{"nodes": null}"#,
            r#"{"nodes": {"columns": {}}}"#,
            r#"{"nodes": {"path": "a", "columns": {"name": "x"}}}"#,
            r#"{"nodes": {"path": "a", "types": {"x": "float"}}}"#,
            r#"{"nodes": {"path": "a", "skip_rows": -1}}"#,
            r#"{"nodes": {"path": "a", "delimiter": ";;"}}"#,
            r#"{"nodes": {"path": "a", "other": 1}}"#,
            r#"{"on_error": "ignore"}"#,
        ];
        for case in cases {
            let value: serde_json::Value = serde_json::from_str(case).unwrap();
            let read = serde_json::from_str::<Options>(case);
            assert_eq!(validator.is_valid(&value), read.is_ok(), "{case}: {read:?}");
        }
    }
}
