//! Graphs as data, given to the programs that read them.
//!
//! What is read is compared place by place with what went in: ids, labels, layers, comments,
//! partitions, attributes of every type and the names of attributes.

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use layercake::graph::{
    Attribute, Bits, Color, Date, EdgeRow, Graph, GraphBuilder, Layer, NodeRow, TextColumn, Values,
};
use serde_json::{Value, json};

use super::{consume, export_bytes, hostile};
use crate::support::{repository, skip};

/// The ids that an attribute named like a text would be taken for.
const OTHER: &str = "other node";

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
    let id = node_id(text);
    let partition = format!("{id}/");
    let mut builder = GraphBuilder::default();
    builder.layer(Layer {
        background: Color::parse("#aabbcc"),
        border: Color::parse("#112233"),
        label: text.to_owned(),
        ..Layer::plain(id)
    });
    let node =
        NodeRow { id, label: Some(text), layer: Some(id), comment: text, ..NodeRow::default() };
    builder.node(NodeRow { parent: Some(&partition), ..node });
    builder.node(NodeRow { id: &partition, ..node });
    builder.node(NodeRow { id: OTHER, label: Some("other"), ..NodeRow::default() });
    for (source, target) in [(id, OTHER), (OTHER, &partition)] {
        let edge = EdgeRow { source, target, comment: text, layer: Some(id), ..EdgeRow::default() };
        let label = if source == id { text } else { "" };
        builder.edge(EdgeRow { label, weight: 2.5, ..edge });
    }
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
    let built = builder.finish();
    assert_eq!(built.problems, []);
    built.graph
}

/// Returns the id of the hostile node.
pub fn node_id(text: &str) -> &str {
    if text.is_empty() { "empty" } else { text }
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
    let own = repository("target/python/bin/python");
    let python = if own.exists() { own } else { "python3".into() };
    let mut command = Command::new(python);
    command.arg(repository("tests/validators/graphs.py"));
    let files: Vec<String> = files.iter().map(|file| base64(file)).collect();
    let request = json!({ "reader": reader, "files": files }).to_string();
    results(reader, consume(reader, &mut command, &request)?)
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
pub fn check(results: &[Value], form: &Form) {
    assert_eq!(results.len(), GRAPHS.len());
    let mut wrong = Vec::new();
    for ((text, _), read) in GRAPHS.iter().zip(results) {
        let mut problems = Vec::new();
        check_graph(text, read, form, &mut problems);
        wrong.extend(problems.into_iter().map(|problem| format!("{text:?}: {problem}")));
    }
    let cells = GRAPHS.len() * 14;
    assert!(wrong.is_empty(), "{} of {cells} are wrong\n{}", wrong.len(), wrong.join("\n"));
}

fn check_graph(text: &str, read: &Value, form: &Form, wrong: &mut Vec<String>) {
    if let Some(error) = read["error"].as_str() {
        return wrong.push(format!("refused: {error}"));
    }
    let (id, partition) = ((form.id)(node_id(text)), (form.id)(&format!("{}/", node_id(text))));
    let (nodes, edges) = (&read["nodes"], read["edges"].as_array().unwrap());
    let found: Vec<&String> = nodes.as_object().unwrap().keys().collect();
    if found.len() != 3 || edges.len() != 2 {
        wrong.push(format!("{} nodes, {} edges", found.len(), edges.len()));
    }
    let Some(node) = nodes.get(&id) else { return wrong.push(format!("nodes are {found:?}")) };
    let edge = edges.iter().find(|edge| edge[0] == *id && edge[1] == OTHER);
    let Some(edge) = edge else { return wrong.push(format!("edges are {edges:?}")) };
    if !edges.iter().any(|edge| edge[0] == OTHER && edge[1] == *partition) {
        wrong.push(format!("no edge to the partition: {edges:?}"));
    }
    let mut same = |what: &str, read: &Value, expected: Value| {
        // Many readers have no empty texts.
        let is_nothing = expected == "" && read.is_null();
        // And some have no whole numbers.
        let is_same = *read == expected
            || read.is_number() && expected.is_number() && read.as_f64() == expected.as_f64();
        if !is_same && !is_nothing {
            let cut = |value: &Value| value.to_string().chars().take(300).collect::<String>();
            wrong.push(format!("{what} is {}, not {}", cut(read), cut(&expected)));
        }
    };
    let shown = (form.text)(text);
    if !form.title.is_empty() {
        same("title", &read["graph"][form.title], json!(shown));
    }
    if !form.label.is_empty() {
        same("label", &node[form.label], json!(shown));
    }
    same("edge's label", &edge[2]["label"], json!(shown));
    same("edge's weight", &edge[2]["weight"], json!(2.5));
    if !form.has_columns {
        return;
    }
    same(
        "edge's id",
        &edge[2][form.edge_id],
        json!((form.text)(&format!("{}->{OTHER}", node_id(text)))),
    );
    same("partition", &node[form.belongs_to], json!(partition));
    for (what, values) in [("node", node), ("edge", &edge[2])] {
        same(&format!("{what}'s layer"), &values["layer"], json!((form.text)(node_id(text))));
        same(&format!("{what}'s comment"), &values["comment"], json!(shown));
        same(&format!("{what}'s attribute"), &values["note"], json!(shown));
        let name = (form.name)(text);
        same(&format!("{what}'s column `{name}`"), &values[&name], json!(7));
    }
    for (name, expected) in ["whole", "half", "yes", "day"].iter().zip(&form.typed) {
        same(name, &node[name], expected.clone());
    }
}

/// Returns what stands for a text where control characters have no place: their pictures.
pub fn pictured(text: &str, kept: &[char]) -> String {
    let picture = |c: char| match c {
        _ if kept.contains(&c) => c,
        '\0'..='\x1f' => char::from_u32(0x2400 + c as u32).unwrap(),
        '\x7f' => '␡',
        '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        _ => c,
    };
    text.chars().map(picture).collect()
}

/// Returns the name of an attribute where blank names and some others have no place.
pub fn prefixed(name: String, reserved: &[&str], prefix: &str) -> String {
    let is_reserved = reserved.iter().any(|word| word.eq_ignore_ascii_case(&name));
    if name.trim().is_empty() || is_reserved { format!("{prefix}{name}") } else { name }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
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
