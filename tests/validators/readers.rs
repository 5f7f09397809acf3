//! Formats that one reader or two are enough for: each test is a format and a reader.

use std::process::Command;

use serde_json::{Value, json};

use super::data::{Form, GRAPHS, check, compare, files, node, prefixed, python};
use super::matrix::{self, Place, Row};
use super::{OTHER, node_id, pictured};

#[test]
fn networkx_reads_gexf() {
    let Some(results) = python("networkx gexf", &files("gexf", &json!({}))) else { return };
    let text = |text: &str| pictured(text, &['\n', '\t', '\r', '\u{7f}']);
    let mut row = Row::new("gexf", "networkx");
    compare(
        &mut row,
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
    for ((text, _), read) in GRAPHS.iter().zip(&results) {
        let node = &read["nodes"][pictured(node_id(text), &['\n', '\t', '\r', '\u{7f}'])];
        let color = json!({ "r": 170, "g": 187, "b": 204, "a": 1.0 });
        row.expect(Place::Layer, text, node["viz"]["color"] == color, "its layer has no color");
        row.expect(Place::Id, text, node["pid"] == node["belongs_to"], "its `pid` is another");
    }
    row.finish();
}

#[test]
fn networkx_reads_gml() {
    let Some(results) = python("networkx gml", &files("gml", &json!({}))) else { return };
    let typed = [json!(9007199254740991i64), json!(0.5), json!(1), json!("2024-02-29")];
    let form = Form { name: gml_name, label: "title", title: "title", typed, ..Form::default() };
    check(Row::new("gml", "networkx"), &results, &form);
}

#[test]
fn igraph_reads_gml() {
    let options = json!({ "encoding": "utf8" });
    let Some(results) = python("igraph gml", &files("gml", &options)) else { return };
    let typed = [json!(9007199254740991i64), json!(0.5), json!(1), json!("2024-02-29")];
    let text = |text: &str| text.replace('\0', "\u{2400}");
    check(
        Row::new("gml", "igraph"),
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
    check(
        Row::new("node_link", "networkx"),
        &results,
        &Form { name, title: "title", ..Form::default() },
    );
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
    check(Row::new("cypher", "Kuzu"), &results, &Form { id: text, text, name, ..Form::default() });
}

#[test]
fn sqlite_opens_a_database() {
    let Some(results) = python("sqlite", &files("sqlite", &json!({ "untitled": true }))) else {
        return;
    };
    let name = |name: &str| prefixed(name.replace('\0', "␀"), &[], "attribute_");
    let typed = [json!(9007199254740991i64), json!(0.5), json!(1), json!("2024-02-29")];
    check(Row::new("sqlite", "SQLite"), &results, &Form { name, typed, ..Form::default() });
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
    check(
        Row::new("xlsx", "openpyxl"),
        &results,
        &Form { id: text, text, name, typed, title: "title", ..Form::default() },
    );
}

/// It is large, so that nobody is asked to install it.
#[test]
fn libreoffice_opens_a_workbook() {
    let is_there = Command::new("soffice").arg("--version").output().is_ok();
    if !is_there {
        return matrix::leave_out("xlsx", "LibreOffice");
    }
    let Some(results) = python("libreoffice", &files("xlsx", &json!({}))) else { return };
    fn text(text: &str) -> String {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        pictured(&text, &['\t', '\n', '\u{7f}'])
    }
    let name = |name: &str| prefixed(text(name), &[], "attribute_");
    let typed = [json!(9007199254740991i64), json!(0.5), json!("TRUE"), json!("2024-02-29")];
    let row = Row::new("xlsx", "LibreOffice");
    check(row, &results, &Form { id: text, text, name, typed, ..Form::default() });
}

#[test]
fn python_reads_csv() {
    let kinds = ["csv_nodes", "csv_edges", "csv_layers"];
    let tables = kinds.map(|kind| files(kind, &json!({ "untitled": true })));
    let files: Vec<Vec<u8>> = (0..GRAPHS.len())
        .map(|at| {
            let [nodes, edges, layers] =
                tables.each_ref().map(|files| str::from_utf8(&files[at]).unwrap());
            json!({ "nodes": nodes, "edges": edges, "layers": layers }).to_string().into_bytes()
        })
        .collect();
    let Some(results) = python("python csv", &files) else { return };
    let name = |name: &str| prefixed(name.to_owned(), &[], "attribute.");
    let row = Row::new("csv_nodes csv_edges csv_layers", "Python's csv");
    check(row, &results, &Form { name, ..Form::default() });
}

#[test]
fn python_reads_a_matrix_of_csv() {
    let files = files("csv_matrix", &json!({ "untitled": true }));
    let Some(results) = python("python csv matrix", &files) else { return };
    let mut row = Row::new("csv_matrix", "Python's csv");
    for ((text, _), read) in GRAPHS.iter().zip(&results) {
        let id = node_id(text);
        let weight = json!({ "weight": 2.5 });
        let expected = [json!([id, OTHER, weight]), json!([OTHER, format!("{id}/"), weight])];
        let edges = read["edges"].as_array().map(Vec::as_slice).unwrap_or_default();
        let is_so = edges.len() == 2 && expected.iter().all(|edge| edges.contains(edge));
        row.expect(Place::Id, text, is_so, &format!("it is read as {read}"));
    }
    row.finish();
}

#[test]
fn json_obeys_its_schema_and_holds_every_text() {
    let files = files("json", &json!({ "untitled": true }));
    let schema = jsonschema::draft202012::new(&layercake::graph_schema()).unwrap();
    for file in &files {
        let file: Value = serde_json::from_slice(file).unwrap();
        let errors: Vec<String> = schema.iter_errors(&file).map(|e| e.to_string()).collect();
        assert_eq!(errors, [""; 0]);
    }
    let Some(results) = python("python json", &files) else { return };
    check(Row::new("json", "Python's json, schema"), &results, &Form::default());
}

#[test]
fn rdflib_reads_turtle() {
    let Some(results) = python("rdflib turtle", &files("turtle", &json!({}))) else { return };
    check(Row::new("turtle", "rdflib"), &results, &Form { title: "label", ..Form::default() });
}

#[test]
fn networkx_reads_pajek() {
    let options = json!({ "untitled": true });
    let Some(results) = python("networkx pajek", &files("pajek", &options)) else { return };
    let text = |text: &str| pictured(text, &[]).replace('"', "＂").replace('\\', "＼");
    check(
        Row::new("pajek", "networkx"),
        &results,
        &Form { id: text, text, label: "", has_columns: false, ..Form::default() },
    );
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
    let mut row = Row::new("cytoscape", "Cytoscape.js");
    compare(
        &mut row,
        &results,
        &Form { id, name, belongs_to: "parent", title: "title", ..Form::default() },
    );
    for ((text, _), read) in GRAPHS.iter().zip(&results) {
        let colors = [&read["nodes"][id(node_id(text))]["color"], &read["edges"][0][2]["color"]];
        let is_colored = colors == ["rgb(170,187,204)", "rgb(17,34,51)"];
        row.expect(Place::Layer, text, is_colored, "its layer has no color");
    }
    row.finish();
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
    check(
        Row::new("json_graph", "serde_json, schema"),
        &results,
        &Form { title: "label", ..Form::default() },
    );
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
