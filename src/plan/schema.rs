//! The JSON Schema of plans, from the registry: editors complete and check plans with it.

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::Pool;
use crate::checks::Stale;
use crate::fan_out::{ForEach, Slice};
use crate::registry::{self, Kind};
use crate::step::Meta;

/// Returns the JSON Schema (2020-12) of a plan.
pub fn plan_schema() -> Value {
    let mut schema = schema();
    as_written(&mut schema);
    schema
}

/// Lets a number or a boolean stand wherever any text may: plans read both as they are written.
fn as_written(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(as_written),
        Value::Object(object) => {
            let is_free = !object.contains_key("pattern") && !object.contains_key("enum");
            match object.get_mut("type") {
                Some(kind) if is_free && *kind == "string" => {
                    *kind = json!(["string", "number", "boolean"]);
                }
                Some(Value::Array(kinds)) if is_free && kinds.contains(&json!("string")) => {
                    let others = [json!("number"), json!("boolean")];
                    kinds.extend(
                        others.into_iter().filter(|kind| !kinds.contains(kind)).collect::<Vec<_>>(),
                    );
                }
                _ => {}
            }
            object.values_mut().for_each(as_written);
        }
        _ => {}
    }
}

fn schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let mut definitions = Map::new();
    for kind in registry::importers() {
        let common = [("format", format_of(kind.kind.name))];
        definitions.insert(
            format!("import_{}", kind.kind.name),
            step_schema(&mut generator, &kind.kind, &common, &[]),
        );
    }
    for kind in registry::exporters() {
        let from = if kind.from_many { "names" } else { "only_name" };
        let common = [
            ("from", definition(from)),
            ("format", format_of(kind.kind.name)),
            ("through", definition("through")),
            ("for_each", definition("for_each")),
            ("slice", definition("slice")),
        ];
        definitions.insert(
            format!("export_{}", kind.kind.name),
            step_schema(&mut generator, &kind.kind, &common, &["from"]),
        );
    }
    let operations = operations(&mut generator);
    let metrics = worded(registry::analyses().iter().map(|kind| &kind.kind), &mut generator);
    let rules = rules(&mut generator);
    let each = generator.subschema_for::<ForEach>().to_value();
    let slice = generator.subschema_for::<Slice>().to_value();
    let meta = generator.subschema_for::<Meta>().to_value();
    for (name, schema) in generator.take_definitions(true) {
        definitions.insert(name, schema);
    }
    definitions.insert("operation".to_owned(), operations);
    definitions.insert("metric".to_owned(), metrics);
    definitions.insert("rule".to_owned(), rules);
    definitions.insert("slice".to_owned(), slice);
    definitions.insert(
        "for_each".to_owned(),
        json!({
            "description": "The items that one file is written for each of: the path has names of theirs in braces.",
            "anyOf": [{ "enum": ["nodes", "partitions", "edges", "layers"] }, each],
        }),
    );
    definitions.insert(
        "name".to_owned(),
        json!({ "type": "string", "minLength": 1, "description": "The name of a step." }),
    );
    definitions.insert(
        "through".to_owned(),
        json!({
            "description": "A program that the text goes through, and its arguments.",
            "type": "array",
            "items": { "type": ["string", "number", "boolean"] },
            "minItems": 1,
        }),
    );
    definitions.insert(
        "names".to_owned(),
        json!({
            "description": "The name of a step, or a list of names.",
            "anyOf": [
                { "$ref": "#/$defs/name" },
                { "type": "array", "items": { "$ref": "#/$defs/name" }, "minItems": 1 },
            ],
        }),
    );
    definitions.insert(
        "only_name".to_owned(),
        json!({
            "description": "The name of a step, also as a list of one.",
            "anyOf": [
                { "$ref": "#/$defs/name" },
                {
                    "type": "array",
                    "items": { "$ref": "#/$defs/name" },
                    "minItems": 1,
                    "maxItems": 1,
                },
            ],
        }),
    );
    definitions.insert("import".to_owned(), by_format(import_formats(), None));
    definitions.insert("export".to_owned(), by_format(export_formats(), Some("template")));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "layercake plan",
        "description": "What is imported, transformed and exported.",
        "type": "object",
        "additionalProperties": false,
        "patternProperties": { "^x-": { "description": "Not read; a place for anchors." } },
        "properties": {
            "version": { "const": 1, "description": "The version of the plan format." },
            "meta": meta,
            "vars": {
                "description": "Values that `${name}` stands for; `--set name=value` changes one.",
                "type": "object",
                "additionalProperties": { "type": ["string", "number", "boolean", "null"] },
            },
            "pools": {
                "description": "How many steps of a kind may run at once.",
                "type": ["object", "null"],
                "propertyNames": { "enum": Pool::names() },
                "additionalProperties": { "type": "integer", "minimum": 1 },
            },
            "include": {
                "description": "Plans whose steps are used as `name/step`.",
                "type": "object",
                "propertyNames": { "pattern": "^[^/]+$" },
                "additionalProperties": { "type": "string", "description": "The path of a plan." },
            },
            "import": {
                "description": "Graphs made from files: name to what is read.",
                "type": ["object", "null"],
                "propertyNames": { "pattern": "^[^/]+$" },
                "additionalProperties": { "$ref": "#/$defs/import" },
            },
            "transform": {
                "description": "Graphs made from other graphs: name to what is done.",
                "type": ["object", "null"],
                "propertyNames": { "pattern": "^[^/]+$" },
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["from"],
                    "properties": {
                        "from": { "$ref": "#/$defs/names" },
                        "ops": {
                            "description": "What is done, one after the other.",
                            "type": ["array", "null"],
                            "items": { "$ref": "#/$defs/operation" },
                        },
                    },
                },
            },
            "analyze": {
                "description": "Tables of what graphs are like: name to what is worked out.",
                "type": ["object", "null"],
                "propertyNames": { "pattern": "^[^/]+$" },
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["from", "metrics"],
                    "properties": {
                        "from": { "$ref": "#/$defs/only_name" },
                        "metrics": {
                            "description": "What is worked out, side by side.",
                            "type": "array",
                            "items": { "$ref": "#/$defs/metric" },
                            "minItems": 1,
                        },
                        "annotate": {
                            "description": "Whether the graph is made, with what was found as attributes, in place of a table.",
                            "type": "boolean",
                        },
                    },
                },
            },
            "check": {
                "description": "What must hold of graphs and tables: name to rules.",
                "type": ["object", "null"],
                "propertyNames": { "pattern": "^[^/]+$" },
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["from", "rules"],
                    "properties": {
                        "from": { "$ref": "#/$defs/only_name" },
                        "rules": {
                            "description": "The rules, each for itself.",
                            "type": "array",
                            "items": { "$ref": "#/$defs/rule" },
                            "minItems": 1,
                        },
                        "baseline": {
                            "description": "The path of a CSV with findings that are accepted; `layercake check --accept` writes it.",
                            "type": "string",
                        },
                        "stale": {
                            "description": "How it is told that an exception, or an entry of the baseline, fits nothing any more.",
                            "enum": Stale::WORDS.map(|(word, _)| word),
                        },
                    },
                },
            },
            "export": {
                "description": "Files to keep fresh: path to what is written there.",
                "type": ["object", "null"],
                "patternProperties": export_patterns(),
                "additionalProperties": { "$ref": "#/$defs/export" },
            },
        },
        "$defs": definitions,
    })
}

fn definition(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn format_of(name: &str) -> Value {
    json!({ "const": name, "description": "The format, where the file name does not tell." })
}

/// Returns the schema of a step: the options of its kind and the keys that all steps have.
fn step_schema(
    generator: &mut SchemaGenerator,
    kind: &Kind,
    common: &[(&str, Value)],
    required: &[&str],
) -> Value {
    let options = (kind.schema)(generator);
    let mut schema = inline(generator, options);
    let object = schema.ensure_object();
    object.insert("description".to_owned(), kind.about.into());
    let properties = object.entry("properties").or_insert_with(|| json!({}));
    if let Some(properties) = properties.as_object_mut() {
        for (name, value) in common {
            properties.insert((*name).to_owned(), value.clone());
        }
    }
    let list = object.entry("required").or_insert_with(|| json!([]));
    if let Some(list) = list.as_array_mut() {
        list.extend(required.iter().map(|name| Value::from(*name)));
        if list.is_empty() {
            object.remove("required");
        }
    }
    schema.to_value()
}

/// Returns what a reference refers to, so that keys can be added to it.
fn inline(generator: &SchemaGenerator, schema: Schema) -> Schema {
    let referred = schema
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|path| path.rsplit('/').next())
        .and_then(|name| generator.definitions().get(name))
        .and_then(|schema| Schema::try_from(schema.clone()).ok());
    referred.unwrap_or(schema)
}

/// Returns the schema of one entry of `ops`.
fn operations(generator: &mut SchemaGenerator) -> Value {
    worded(registry::transforms().iter().map(|kind| &kind.kind), generator)
}

/// Returns the schema of one entry of `rules`: the options of its kind and the keys of all rules.
fn rules(generator: &mut SchemaGenerator) -> Value {
    let common = [
        (
            "name",
            json!({ "description": "What findings are told under; the kind of rule unless given.", "type": "string" }),
        ),
        (
            "severity",
            json!({ "description": "Whether a finding fails the build.", "enum": ["error", "warning"] }),
        ),
        (
            "because",
            json!({ "description": "Why there is the rule; told with each finding.", "type": "string" }),
        ),
    ];
    let mut schema = worded(registry::rules().iter().map(|kind| &kind.kind), generator);
    for kind in registry::rules() {
        let name = kind.kind.name;
        let own = step_schema(generator, &kind.kind, &common, &[]);
        let words = schema["anyOf"].as_array_mut().into_iter().flatten();
        for word in words.filter(|word| word["properties"][name].is_object()) {
            let is_needed = word["properties"][name]["allOf"].is_array();
            word["properties"][name] = match is_needed {
                true => own.clone(),
                false => {
                    json!({ "description": kind.kind.about, "anyOf": [own, { "type": "null" }] })
                }
            };
        }
    }
    schema
}

/// Returns the schema of one item of a list of kinds: a word, or a map from the word to its options.
fn worded<'k>(kinds: impl Iterator<Item = &'k Kind>, generator: &mut SchemaGenerator) -> Value {
    let mut words = Vec::new();
    let mut properties = Map::new();
    for kind in kinds {
        let options = (kind.schema)(generator);
        let needs = inline(generator, options.clone());
        let needed = needs.get("required").and_then(Value::as_array).is_some_and(|r| !r.is_empty());
        if !needed {
            words.push(json!({ "const": kind.name, "description": kind.about }));
        }
        let options = options.to_value();
        let schema = match needed {
            true => json!({ "description": kind.about, "allOf": [options] }),
            false => {
                json!({ "description": kind.about, "anyOf": [options, { "type": "null" }] })
            }
        };
        properties.insert(kind.name.to_owned(), schema);
    }
    words.push(json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "minProperties": 1,
        "maxProperties": 1,
    }));
    json!({ "anyOf": words })
}

fn import_formats() -> Vec<(&'static str, String)> {
    let kinds = registry::importers().iter();
    kinds.map(|kind| (kind.kind.name, format!("import_{}", kind.kind.name))).collect()
}

fn export_formats() -> Vec<(&'static str, String)> {
    let kinds = registry::exporters().iter();
    kinds.map(|kind| (kind.kind.name, format!("export_{}", kind.kind.name))).collect()
}

/// Returns a schema that follows `format`; without one, `sign` tells the kind of that name, and
/// else any kind may be meant.
fn by_format(formats: Vec<(&'static str, String)>, sign: Option<&str>) -> Value {
    let choices: Vec<Value> = formats
        .iter()
        .map(|(name, schema)| {
            json!({
                "if": { "properties": { "format": { "const": name } }, "required": ["format"] },
                "then": definition(schema),
            })
        })
        .collect();
    let names: Vec<&str> = formats.iter().map(|(name, _)| *name).collect();
    let any: Vec<Value> = formats.iter().map(|(_, schema)| definition(schema)).collect();
    let otherwise = match sign {
        Some(sign) => json!({
            "if": { "required": [sign] },
            "then": definition(&format!("export_{sign}")),
            "else": { "anyOf": any },
        }),
        None => json!({ "anyOf": any }),
    };
    json!({
        "type": "object",
        "if": { "required": ["format"] },
        "then": { "properties": { "format": { "enum": names } }, "allOf": choices },
        "else": otherwise,
    })
}

/// Returns, for each end of file names, the schema of exports to such files.
fn export_patterns() -> Map<String, Value> {
    let mut patterns = Map::new();
    for kind in registry::exporters() {
        for end in kind.extensions {
            let schema = json!({
                "if": { "anyOf": [{ "required": ["format"] }, { "required": ["template"] }] },
                "then": { "$ref": "#/$defs/export" },
                "else": definition(&format!("export_{}", kind.kind.name)),
            });
            patterns.insert(pattern_of(end), schema);
        }
    }
    patterns
}

/// Returns the pattern of paths that end so, but for those with a longer end of another kind.
fn pattern_of(end: &str) -> String {
    let of = |end: &str| {
        let start = if end.contains('.') { "(^|[/. _-])" } else { "\\." };
        format!("{start}{}$", end.replace('.', "\\."))
    };
    let ends = registry::exporters().iter().flat_map(|kind| kind.extensions);
    let longer = ends.filter(|other| other.ends_with(&format!(".{end}")));
    let longer: String = longer.map(|other| format!("(?!.*{})", of(other))).collect();
    if longer.is_empty() { of(end) } else { format!("^{longer}.*{}", of(end)) }
}
