//! Formats that one reader or two are enough for: each test is a format and a reader.

use serde_json::{Value, json};

use super::data::{Form, GRAPHS, check, files, node, node_id, pictured, prefixed, python};

#[test]
fn networkx_reads_gexf() {
    let Some(results) = python("networkx gexf", &files("gexf", &json!({}))) else { return };
    let text = |text: &str| pictured(text, &['\n', '\t', '\r', '\u{7f}']);
    check(
        &results,
        &Form {
            id: text,
            text,
            name: |name| {
                let name = pictured(name, &['\n', '\t', '\r', '\u{7f}']);
                prefixed(name, &["end"], "attribute.")
            },
            ..Form::default()
        },
    );
    for (text, read) in super::hostile::TEXTS.iter().zip(&results) {
        let node = &read["nodes"][pictured(node_id(text), &['\n', '\t', '\r', '\u{7f}'])];
        let color = json!({ "r": 170, "g": 187, "b": 204, "a": 1.0 });
        assert_eq!(node["viz"]["color"], color, "{text:?}");
        assert_eq!(node["pid"], node["belongs_to"], "{text:?}");
    }
}

#[test]
fn networkx_reads_gml() {
    let Some(results) = python("networkx gml", &files("gml", &json!({}))) else { return };
    let typed = [json!(9007199254740991i64), json!(0.5), json!(1), json!("2024-02-29")];
    let form = Form { name: gml_name, label: "title", title: "title", typed, ..Form::default() };
    check(&results, &form);
}

#[test]
fn igraph_reads_gml() {
    let options = json!({ "encoding": "utf8" });
    let Some(results) = python("igraph gml", &files("gml", &options)) else { return };
    let typed = [json!(9007199254740991i64), json!(0.5), json!(1), json!("2024-02-29")];
    let text = |text: &str| text.replace('\0', "\u{2400}");
    check(
        &results,
        &Form { id: text, text, name: gml_name, label: "title", typed, ..Form::default() },
    );
}

fn gml_name(name: &str) -> String {
    let is_fit = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let name: String = name.chars().map(|c| if is_fit(c) { c } else { '_' }).collect();
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic());
    if starts_well { name } else { format!("attribute_{name}") }
}

#[test]
fn networkx_reads_node_link() {
    let Some(results) = python("networkx node_link", &files("node_link", &json!({}))) else {
        return;
    };
    let name = |name: &str| prefixed(name.to_owned(), &[], "attribute.");
    check(&results, &Form { name, title: "title", ..Form::default() });
}

#[test]
fn kuzu_runs_cypher() {
    let mut files = files("cypher", &json!({ "untitled": true }));
    let name =
        |name: &str| prefixed(name.replace('\0', "␀").replace('\\', "＼"), &["*"], "attribute_");
    for ((text, _), file) in GRAPHS.iter().zip(&mut files) {
        let column = format!("// `{}`;\n", name(text).replace('`', "``"));
        file.splice(..0, column.into_bytes());
    }
    let Some(results) = python("kuzu cypher", &files) else { return };
    let text = |text: &str| text.replace('\0', "␀");
    check(&results, &Form { id: text, text, name, ..Form::default() });
}

#[test]
fn sqlite_opens_a_database() {
    let Some(results) = python("sqlite", &files("sqlite", &json!({ "untitled": true }))) else {
        return;
    };
    let name = |name: &str| prefixed(name.replace('\0', "␀"), &[], "attribute_");
    let typed = [json!(9007199254740991i64), json!(0.5), json!(1), json!("2024-02-29")];
    check(&results, &Form { name, typed, ..Form::default() });
}

#[test]
fn openpyxl_opens_a_workbook() {
    let Some(results) = python("openpyxl", &files("xlsx", &json!({}))) else { return };
    fn text(text: &str) -> String {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        pictured(&text, &['\t', '\n', '\u{7f}'])
    }
    let name = |name: &str| prefixed(text(name), &[], "attribute_");
    let day = json!("2024-02-29 00:00:00");
    let typed = [json!(9007199254740991i64), json!(0.5), json!(true), day];
    check(&results, &Form { id: text, text, name, typed, title: "title", ..Form::default() });
}

#[test]
fn rdflib_reads_turtle() {
    let Some(results) = python("rdflib turtle", &files("turtle", &json!({}))) else { return };
    check(&results, &Form { title: "label", ..Form::default() });
}

#[test]
fn networkx_reads_pajek() {
    let options = json!({ "untitled": true });
    let Some(results) = python("networkx pajek", &files("pajek", &options)) else { return };
    let text = |text: &str| pictured(text, &[]).replace('"', "＂").replace('\\', "＼");
    check(&results, &Form { id: text, text, label: "", has_columns: false, ..Form::default() });
}

#[test]
fn cytoscape_reads_its_elements() {
    let files = files("cytoscape", &json!({}));
    let Some(results) = node("cytoscape", "cytoscape", &files) else { return };
    let name = |name: &str| prefixed(name.to_owned(), &["__proto__"], "attribute.");
    let id = |id: &str| match id.trim().is_empty() {
        true => "␣".repeat(id.chars().count()),
        false => id.to_owned(),
    };
    check(&results, &Form { id, name, belongs_to: "parent", title: "title", ..Form::default() });
    for ((text, _), read) in GRAPHS.iter().zip(&results) {
        assert_eq!(read["nodes"][id(node_id(text))]["color"], "rgb(170,187,204)", "{text:?}");
        assert_eq!(read["edges"][0][2]["color"], "rgb(17,34,51)", "{text:?}");
    }
}

#[test]
fn json_graphs_obey_their_schema_and_hold_every_text() {
    let schema = jsonschema::validator_for(&json_graph_schema()).unwrap();
    let mut results = Vec::new();
    for file in files("json_graph", &json!({})) {
        let file: Value = serde_json::from_slice(&file).unwrap();
        let errors: Vec<String> = schema.iter_errors(&file).map(|e| e.to_string()).collect();
        assert_eq!(errors, [""; 0]);
        // A column of the check is a field of the metadata, or one of its attributes.
        let flat = |row: &Value| {
            let mut row = row.clone();
            let metadata = row["metadata"].take();
            for fields in [&metadata, &metadata["attributes"]] {
                for (name, value) in fields.as_object().into_iter().flatten() {
                    row[name] = value.clone();
                }
            }
            row
        };
        let graph = &file["graph"];
        let nodes: serde_json::Map<String, Value> =
            graph["nodes"].as_object().unwrap().iter().map(|(k, v)| (k.clone(), flat(v))).collect();
        let edges = graph["edges"].as_array().unwrap().iter();
        let edges: Vec<Value> = edges.map(|e| json!([e["source"], e["target"], flat(e)])).collect();
        results
            .push(json!({ "graph": { "label": graph["label"] }, "nodes": nodes, "edges": edges }));
    }
    check(&results, &Form { title: "label", ..Form::default() });
}

/// Returns what version 2 of the format asks of a file with one graph.
fn json_graph_schema() -> Value {
    let text = json!({ "type": "string" });
    let node = object(json!({ "label": text, "metadata": { "type": "object" } }), &[]);
    let edge = json!({
        "id": text, "source": text, "target": text, "relation": text, "label": text,
        "directed": { "type": "boolean" }, "metadata": { "type": "object" },
    });
    let graph = json!({
        "id": text, "label": text, "type": text, "directed": { "type": "boolean" },
        "metadata": { "type": "object" },
        "nodes": { "type": "object", "additionalProperties": node },
        "edges": { "type": "array", "items": object(edge, &["source", "target"]) },
    });
    object(json!({ "graph": object(graph, &[]) }), &["graph"])
}

fn object(properties: Value, required: &[&str]) -> Value {
    json!({
        "type": "object", "properties": properties, "required": required,
        "additionalProperties": false,
    })
}
