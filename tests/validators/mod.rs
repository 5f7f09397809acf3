//! What layercake exports, given to the programs that people open it with.
//!
//! Every hostile text goes into every place of a graph that holds text, and must come back from
//! the real consumer as it went in, but for the substitutes that the exporter's docs name. A
//! consumer that is not installed is skipped with a line that says so; with `LAYERCAKE_VALIDATE=1`
//! it is a failure.

mod d2;
mod data;
mod directions;
mod dot;
mod drawio;
mod flowcharts;
mod graphml;
mod hostile;
mod matrix;
mod mermaid;
mod networks;
mod pictures;
mod pixels;
mod plantuml;
mod readable;
mod readers;
mod round_trips;
mod splits;
mod structurizr;
mod viewer;
mod written;

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use layercake::diagnostic::Diagnostics;
use layercake::graph::{Color, EdgeRow, Graph, GraphBuilder, Layer, NodeRow};
use layercake::registry;
use layercake::step::NamedData;

use crate::support::skip;

/// Exports a graph with options given as JSON.
pub fn export(kind: &str, options: &str, graph: Graph) -> String {
    String::from_utf8(export_bytes(kind, options, graph)).unwrap()
}

/// Exports a graph with options given as JSON, whatever bytes come of it.
pub fn export_bytes(kind: &str, options: &str, graph: Graph) -> Vec<u8> {
    let kind = registry::exporters().iter().find(|row| row.kind.name == kind).unwrap();
    let from = NamedData { name: "graph".into(), data: graph.into() };
    let (mut out, mut diagnostics) = (Vec::new(), Diagnostics::default());
    (kind.export)(options, &[from], &[], &mut out, &mut diagnostics).unwrap();
    assert!(!diagnostics.has_errors(), "{diagnostics:?}");
    out
}

/// Makes a graph with `text` as title-like text wherever a graph holds text: the ids and labels of
/// a node, of a partition around it, of a layer and of an edge between that node and another.
///
/// The partition's id is the text and `/`, as ids are unique.
pub fn hostile_graph(text: &str) -> Graph {
    finish(hostile_rows(text, 1.0))
}

/// Returns the rows of such a graph; its edges have this weight.
pub fn hostile_rows(text: &str, weight: f64) -> GraphBuilder {
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
        builder.edge(EdgeRow { label, weight, ..edge });
    }
    builder
}

/// The id of the node that has nothing hostile.
pub const OTHER: &str = "other node";

/// Returns the id of the hostile node.
pub fn node_id(text: &str) -> &str {
    if text.is_empty() { "empty" } else { text }
}

/// Makes a graph of rows that are all right.
pub fn finish(builder: GraphBuilder) -> Graph {
    let built = builder.finish();
    assert_eq!(built.problems, []);
    built.graph
}

/// Runs a consumer with `input`, or returns nothing if it is not installed.
///
/// # Panics
///
/// If it is not installed and `LAYERCAKE_VALIDATE` says that it must be, or if it fails.
pub fn consume(name: &str, command: &mut Command, input: &str) -> Option<String> {
    let Some(output) = run(command, input) else { return skip(name, "it is not installed") };
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {complaint}");
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a program with `input`, if it can be started.
fn run(command: &mut Command, input: &str) -> Option<Output> {
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.ok()?;
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Some(output)
}

/// Returns what a text looks like in a picture, with every space as a plain one.
fn shown(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\u{a0}', " ");
    pictured(&text, &['\t', '\n'])
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

/// Returns the text that a piece of XML stands for.
fn unescaped(xml: &str) -> String {
    let mut text = String::new();
    let mut pieces = xml.split('&');
    text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (name, rest) = piece.split_once(';').unwrap();
        let number = |digits: &str, radix| {
            char::from_u32(u32::from_str_radix(digits, radix).unwrap()).unwrap()
        };
        text.push(match name {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            "apos" => '\'',
            _ if name.starts_with("#x") => number(&name[2..], 16),
            _ => number(name.strip_prefix('#').unwrap(), 10),
        });
        text.push_str(rest);
    }
    text
}
