//! Graphs as data, given to the programs that read them.
//!
//! What is read is compared place by place with what went in: ids, labels, layers, comments,
//! partitions, attributes of every type and the names of attributes.

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use layercake::graph::{Attribute, Bits, Date, Graph, TextColumn, Values};
use serde_json::{Value, json};

use super::matrix::{Place, Row};
use super::{OTHER, consume, export_bytes, finish, hostile, hostile_rows, node_id};
use crate::support::{repository, skip};

/// How a format writes what it cannot hold as it is, and what its reader calls things.
pub struct Form {
    /// Returns what stands for the id of a node.
    pub id: fn(&str) -> String,
    /// Returns what stands for any other text.
    pub text: fn(&str) -> String,
    /// Returns what stands for the name of an attribute.
    pub name: fn(&str) -> String,
    /// What holds the label of a node; nothing if the format has no place for it.
    pub label: &'static str,
    /// What holds the partition of a node.
    pub belongs_to: &'static str,
    /// What holds the id of an edge.
    pub edge_id: &'static str,
    /// Where the graph's title is.
    pub title: &'static str,
    /// What the reader makes of the attributes `whole`, `half`, `yes` and `day`.
    pub typed: [Value; 4],
    /// Whether anything but ids and the labels of edges has a place.
    pub has_columns: bool,
}

impl Default for Form {
    fn default() -> Form {
        Form {
            id: str::to_owned,
            text: str::to_owned,
            name: str::to_owned,
            label: "label",
            belongs_to: "belongs_to",
            edge_id: "id",
            title: "",
            typed: [json!(9007199254740991i64), json!(0.5), json!(true), json!("2024-02-29")],
            has_columns: true,
        }
    }
}

/// One graph for each hostile text.
pub static GRAPHS: LazyLock<Vec<(&'static str, Graph)>> =
    LazyLock::new(|| hostile::TEXTS.iter().map(|text| (text.as_str(), data_graph(text))).collect());

/// Makes a graph with `text` wherever a graph holds text, as a value and as a name.
pub fn data_graph(text: &str) -> Graph {
    let mut builder = hostile_rows(text, 2.5);
    let first = |rows: usize| -> Bits { (0..rows).map(|row| row == 0).collect() };
    let texts = |rows: usize| -> TextColumn {
        (0..rows).map(|row| if row == 0 { text } else { "" }).collect()
    };
    let day = Date::parse("2024-02-29").unwrap();
    for (name, values) in [
        ("note", Values::Text(texts(3))),
        ("whole", Values::Integer(vec![9007199254740991, 0, 0])),
        ("half", Values::Number(vec![0.5, 0.0, 0.0])),
        ("yes", Values::Boolean(Bits::all(3, true))),
        ("day", Values::Date(vec![day; 3])),
        (text, Values::Integer(vec![7, 0, 0])),
    ] {
        builder.node_attribute(Attribute { name: name.to_owned(), values, present: first(3) });
    }
    for (name, values) in [("note", Values::Text(texts(2))), (text, Values::Integer(vec![7, 0]))] {
        builder.edge_attribute(Attribute { name: name.to_owned(), values, present: first(2) });
    }
    finish(builder)
}

/// Exports all graphs in one format, with the text as title.
pub fn files(kind: &str, options: &Value) -> Vec<Vec<u8>> {
    let with_title = |text: &str| {
        let mut options = options.clone();
        if options["title"].is_null() && options["untitled"].is_null() {
            options["title"] = text.into();
        }
        options.as_object_mut().unwrap().remove("untitled");
        options.to_string()
    };
    let graphs = GRAPHS.iter();
    graphs.map(|(text, graph)| export_bytes(kind, &with_title(text), graph.clone())).collect()
}

/// Gives files to a reader written for Python, if it is there.
pub fn python(reader: &str, files: &[Vec<u8>]) -> Option<Vec<Value>> {
    let files: Vec<String> = files.iter().map(|file| base64(file)).collect();
    ask_python(reader, &json!({ "reader": reader, "files": files }))
}

/// Has a library for Python write a graph for each hostile text, if it is there: each is a `file`
/// in base64 or an `error`.
pub fn python_writes(writer: &str) -> Option<Vec<Value>> {
    ask_python(writer, &json!({ "writer": writer, "texts": *hostile::TEXTS }))
}

fn ask_python(name: &str, request: &Value) -> Option<Vec<Value>> {
    let own = repository("target/python/bin/python");
    let python = if own.exists() { own } else { "python3".into() };
    let mut command = Command::new(python);
    command.arg(repository("tests/validators/graphs.py"));
    results(name, consume(name, &mut command, &request.to_string())?)
}

/// Gives files to a reader written for Node, if it is there.
pub fn node(reader: &str, package: &str, files: &[Vec<u8>]) -> Option<Vec<Value>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/validators");
    if !folder.join("node_modules").join(package).exists() {
        return skip(reader, "`npm ci` was not run in tests/validators");
    }
    let mut command = Command::new("node");
    command.arg(folder.join("graphs.mjs"));
    let files: Vec<&str> = files.iter().map(|file| str::from_utf8(file).unwrap()).collect();
    let request = json!({ "reader": reader, "files": files }).to_string();
    results(reader, consume(reader, &mut command, &request)?)
}

fn results(reader: &str, answer: String) -> Option<Vec<Value>> {
    let answer: Value = serde_json::from_str(&answer).unwrap();
    match answer["missing"].as_str() {
        Some(what) => skip(reader, &format!("there is no {what}")),
        None => Some(answer["results"].as_array().unwrap().clone()),
    }
}

/// Compares what was read, graph by graph, with what went in.
#[track_caller]
pub fn check(mut row: Row, results: &[Value], form: &Form) {
    compare(&mut row, results, form);
    row.finish();
}

/// Notes what was read, graph by graph.
pub fn compare(row: &mut Row, results: &[Value], form: &Form) {
    assert_eq!(results.len(), GRAPHS.len());
    for ((text, _), read) in GRAPHS.iter().zip(results) {
        compare_graph(row, text, read, form);
    }
}

fn compare_graph(row: &mut Row, text: &str, read: &Value, form: &Form) {
    let mut wrong = |problem: String| row.note(Place::Id, text, true, Some(problem));
    if let Some(error) = read["error"].as_str() {
        return wrong(format!("refused: {error}"));
    }
    let own = [node_id(text).to_owned(), format!("{}/", node_id(text))];
    let [id, partition] = own.each_ref().map(|id| (form.id)(id));
    let (nodes, edges) = (&read["nodes"], read["edges"].as_array().unwrap());
    let found: Vec<&String> = nodes.as_object().unwrap().keys().collect();
    if found.len() != 3 || edges.len() != 2 {
        wrong(format!("{} nodes, {} edges", found.len(), edges.len()));
    }
    let Some(node) = nodes.get(&id) else { return wrong(format!("nodes are {found:?}")) };
    let edge = edges.iter().find(|edge| edge[0] == *id && edge[1] == OTHER);
    let Some(edge) = edge else { return wrong(format!("edges are {edges:?}")) };
    if !edges.iter().any(|edge| edge[0] == OTHER && edge[1] == *partition) {
        wrong(format!("no edge to the partition: {edges:?}"));
    }
    row.note(Place::Id, text, own == [&*id, &*partition], None);
    let mut same = |place, what: &str, read: &Value, given: Value, expected: Value| {
        // Many readers have no empty texts.
        let is_nothing = expected == "" && read.is_null();
        // And some have no whole numbers.
        let is_same = *read == expected
            || read.is_number() && expected.is_number() && read.as_f64() == expected.as_f64();
        let cut = |value: &Value| value.to_string().chars().take(100).collect::<String>();
        let problem = || format!("{what} is {}, not {}", cut(read), cut(&expected));
        row.note(place, text, given == expected, (!is_same && !is_nothing).then(problem));
    };
    let mut shown = |place, what: &str, read: &Value, given: &str| {
        same(place, what, read, json!(given), json!((form.text)(given)));
    };
    if !form.title.is_empty() {
        shown(Place::Label, "title", &read["graph"][form.title], text);
    }
    if !form.label.is_empty() {
        shown(Place::Label, "label", &node[form.label], text);
    }
    shown(Place::Label, "edge's label", &edge[2]["label"], text);
    if form.has_columns {
        let edge_id = format!("{}->{OTHER}", node_id(text));
        shown(Place::Id, "edge's id", &edge[2][form.edge_id], &edge_id);
        for (what, values) in [("node", node), ("edge", &edge[2])] {
            shown(Place::Layer, &format!("{what}'s layer"), &values["layer"], node_id(text));
            shown(Place::Attribute, &format!("{what}'s comment"), &values["comment"], text);
            shown(Place::Attribute, &format!("{what}'s attribute"), &values["note"], text);
        }
        for layer in read["graph"]["layers"].as_array().into_iter().flatten() {
            shown(Place::Layer, "layer's id", &layer["id"], node_id(text));
            // A label that is the id may be left out.
            let is_id = layer["label"].is_null() && !text.is_empty();
            let label = if is_id { "id" } else { "label" };
            shown(Place::Layer, "layer's label", &layer[label], text);
        }
    }
    same(Place::Label, "edge's weight", &edge[2]["weight"], json!(2.5), json!(2.5));
    if !form.has_columns {
        return;
    }
    same(Place::Id, "partition", &node[form.belongs_to], json!(own[1]), json!(partition));
    for (what, values) in [("node", node), ("edge", &edge[2])] {
        let name = (form.name)(text);
        // A column is named by the text, or by what stands for it.
        let (given, expected) = (json!([text, 7]), json!([name, 7]));
        let read = json!([name, values[&name].as_f64().filter(|value| *value == 7.0).map(|_| 7)]);
        same(Place::Attribute, &format!("{what}'s column"), &read, given, expected);
    }
    for (name, expected) in ["whole", "half", "yes", "day"].iter().zip(&form.typed) {
        same(Place::Attribute, name, &node[name], expected.clone(), expected.clone());
    }
}

/// Returns the name of an attribute where blank names and some others have no place.
pub fn prefixed(name: String, reserved: &[&str], prefix: &str) -> String {
    let is_reserved = reserved.iter().any(|word| word.eq_ignore_ascii_case(&name));
    if name.trim().is_empty() || is_reserved { format!("{prefix}{name}") } else { name }
}

/// Returns what a text in base64 stands for.
pub fn from_base64(text: &str) -> Vec<u8> {
    let digit = |byte: u8| DIGITS.iter().position(|digit| *digit == byte);
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for chunk in text.as_bytes().chunks(4) {
        let digits: Vec<usize> = chunk.iter().map_while(|byte| digit(*byte)).collect();
        let number = digits.iter().fold(0, |number, digit| number << 6 | digit);
        let number = (number << (6 * (4 - digits.len()))) as u32;
        bytes.extend_from_slice(&number.to_be_bytes()[1..digits.len()]);
    }
    bytes
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let number = chunk.iter().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte));
        let number = number << (8 * (3 - chunk.len()));
        for digit in 0..4 {
            let at = (number >> (18 - 6 * digit)) as usize & 63;
            text.push(if digit > chunk.len() { '=' } else { DIGITS[at].into() });
        }
    }
    text
}
