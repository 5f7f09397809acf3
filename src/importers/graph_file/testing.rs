//! A small import for tests: a text in, a graph or messages out.

use super::{Format, GraphFile, GraphImport};
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Graph, Node};
use crate::importers::report::OnError;
use crate::step::{Importer, InputFile};

/// Reads a file of a format.
pub fn read<F: Format>(bytes: &[u8], on_error: OnError) -> (Result<Graph, Failed>, Diagnostics) {
    let options = GraphFile { graph: "graph".into(), encoding: None, on_error };
    let file = InputFile { path: "graph".into(), bytes: bytes.into() };
    let mut diagnostics = Diagnostics::default();
    let graph = GraphImport::<F>::import(&options, &[vec![file]], &mut diagnostics);
    assert_eq!(graph.is_err(), diagnostics.has_errors(), "{diagnostics:#?}");
    (graph.map(|data| data.into_graph().unwrap()), diagnostics)
}

/// Reads a file in which nothing is wrong.
#[track_caller]
pub fn graph<F: Format>(text: &str) -> Graph {
    let (graph, diagnostics) = read::<F>(text.as_bytes(), OnError::Fail);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    graph.unwrap()
}

/// Checks what a graph holds, see [`shown`].
#[track_caller]
pub fn check<F: Format>(text: &str, expected: &str) {
    assert_eq!(shown(&graph::<F>(text)), expected, "{text}");
}

/// Checks the place and the message of every problem, and what is marked there.
#[track_caller]
pub fn fails<F: Format>(text: &str, expected: &[&str]) {
    assert_eq!(problems::<F>(text), expected, "{text}");
}

/// Returns the place and the message of every problem, and what is marked there.
pub fn problems<F: Format>(text: &str) -> Vec<String> {
    let (_, diagnostics) = read::<F>(text.as_bytes(), OnError::Fail);
    let line = |problem: &crate::diagnostic::Diagnostic| match problem.labels.first() {
        Some(label) => {
            let (at, marked) = (&label.at, &label.at.text[label.at.range.clone()]);
            format!("{}:{} {} [{marked}]", at.line, at.column, problem.message)
        }
        None => problem.message.clone(),
    };
    diagnostics.list.iter().map(line).collect()
}

/// Writes a graph in one line: each node as `id(label)` with its partition, layer, weight, comment
/// and attributes, then the edges alike, then the layers.
pub fn shown(graph: &Graph) -> String {
    let layer = |layer: Option<crate::graph::LayerId>| {
        layer.map(|layer| format!("/{}", graph.layer(layer).id)).unwrap_or_default()
    };
    let rest = |weight: f64, comment: &str| {
        let weight = if weight == 1.0 { String::new() } else { format!("*{weight}") };
        let comment = if comment.is_empty() { String::new() } else { format!("~{comment}") };
        weight + &comment
    };
    let node = |node: Node<'_>| {
        let label = match node.label() {
            label if label == node.id() => String::new(),
            label => format!("({label})"),
        };
        let partition = if node.is_partition() { "!" } else { "" };
        let parent = node.parent().map(|parent| format!("<{}", graph.node(parent).id()));
        format!(
            "{}{label}{partition}{}{}{}{}",
            node.id(),
            parent.unwrap_or_default(),
            layer(node.layer()),
            rest(node.weight(), node.comment()),
            cells(node.attributes())
        )
    };
    let mut parts: Vec<String> = graph.nodes().map(node).collect();
    for edge in graph.edges() {
        let label = match edge.label() {
            "" => String::new(),
            label => format!("({label})"),
        };
        parts.push(format!(
            "{}{label}{}{}{}",
            edge.id(),
            layer(edge.layer()),
            rest(edge.weight(), edge.comment()),
            cells(edge.attributes())
        ));
    }
    for layer in graph.layers() {
        let color = |color: Option<crate::graph::Color>| {
            color.map(|color| color.to_string()).unwrap_or_default()
        };
        let colors = [color(layer.background), color(layer.text), color(layer.border)];
        parts.push(format!("/{}:{}{}", layer.id, layer.label, colors.concat()));
    }
    parts.join(" ")
}

fn cells<'a>(cells: impl Iterator<Item = (&'a str, crate::graph::Value<'a>)>) -> String {
    use crate::graph::Value;
    let shown: Vec<String> = cells
        .filter(|(_, value)| *value != Value::Null)
        .map(|(name, value)| match value {
            Value::Text(text) => format!("{name}={text:?}"),
            value => format!("{name}={value}"),
        })
        .collect();
    if shown.is_empty() { String::new() } else { format!("{{{}}}", shown.join(",")) }
}
