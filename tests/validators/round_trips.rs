//! What layercake exports as data, it imports again as it was.
//!
//! Data comes back whole; of pictures what they show does. Every hostile text is in every place of a graph; what a format cannot hold is what its exporter
//! says it replaces.

use layercake::diagnostic::Diagnostics;
use layercake::graph::{Graph, GraphBuilder, Layer};
use layercake::registry;
use layercake::step::InputFile;

use super::data::GRAPHS;
use super::{export, export_bytes};

/// Imports a file, in which nothing may be wrong.
fn import(kind: &str, file: Vec<u8>) -> Graph {
    try_import(kind, file).unwrap_or_else(|problems| panic!("{kind}: {problems:?}"))
}

/// Imports a file, or returns what is wrong with it.
pub fn try_import(kind: &str, file: Vec<u8>) -> Result<Graph, Diagnostics> {
    let row = registry::importers().iter().find(|row| row.kind.name == kind).unwrap();
    let input = InputFile { path: "file".into(), bytes: file.into() };
    let mut diagnostics = Diagnostics::default();
    let options = r#"{"graph": "file", "on_error": "fail"}"#;
    let data = (row.import)(options, &[vec![input]], &mut diagnostics);
    data.map(|data| data.into_graph().unwrap()).map_err(|_| diagnostics)
}

/// Checks that graphs come back, but for texts that `is_changed` by the format.
#[track_caller]
fn check(kind: &str, is_changed: fn(&str) -> bool, before: fn(&Graph) -> Graph) {
    let mut count = 0;
    for (text, graph) in GRAPHS.iter().filter(|(text, _)| !is_changed(text)) {
        let file = export_bytes(kind, "{}", graph.clone());
        let again = import(kind, file.clone());
        let (expected, found) = (export("json", "{}", before(graph)), export("json", "{}", again));
        let file = String::from_utf8_lossy(&file);
        assert_eq!(found, expected, "{kind}: {text:?}\n{file}");
        count += 1;
    }
    assert!(count > GRAPHS.len() / 2, "{kind}: only {count} of {} texts", GRAPHS.len());
}

fn same(graph: &Graph) -> Graph {
    graph.clone()
}

/// Returns a graph as it is without the look of its layers.
fn with_plain_layers(graph: &Graph, of: impl Fn(&Layer) -> Layer) -> Graph {
    let mut builder = GraphBuilder::default();
    graph.layers().iter().for_each(|layer| builder.layer(of(layer)));
    graph.nodes().for_each(|node| builder.node(node.into()));
    graph.node_attributes().iter().for_each(|column| builder.node_attribute(column.clone()));
    for edge in graph.edges() {
        builder.edge_between(edge.source().index().0, edge.target().index().0, edge.into());
    }
    graph.edge_attributes().iter().for_each(|column| builder.edge_attribute(column.clone()));
    builder.finish().graph
}

fn has_controls(text: &str) -> bool {
    text.chars().any(|c| {
        c.is_control() && !matches!(c, '\n' | '\t' | '\r') || c == '\u{ffff}' || c == '\u{fffe}'
    })
}

#[test]
fn json_comes_back() {
    check("json", |_| false, same);
}

#[test]
fn json_graph_comes_back() {
    check("json_graph", |_| false, same);
}

#[test]
fn node_link_comes_back() {
    check("node_link", |_| false, same);
}

#[test]
fn cytoscape_comes_back() {
    check("cytoscape", |text| text.trim().is_empty(), same);
}

#[test]
fn graphml_comes_back() {
    check("graphml", has_controls, same);
}

#[test]
fn gexf_comes_back_but_for_the_labels_of_layers() {
    check("gexf", has_controls, |graph| {
        with_plain_layers(graph, |layer| Layer {
            background: layer.background,
            border: layer.border,
            ..Layer::plain(&layer.id)
        })
    });
}

/// Returns what pictures keep of a graph: its nodes with their labels and partitions, its edges
/// with their labels.
fn drawn(graph: &Graph, with_labels: bool) -> Vec<String> {
    let label = |label: &str| if with_labels { label.to_owned() } else { String::new() };
    let mut rows: Vec<String> = graph
        .nodes()
        .map(|node| {
            let parent = node.parent().map(|parent| graph.node(parent).id().to_owned());
            let parent = parent.filter(|_| with_labels);
            format!("{:?} {:?} in {parent:?}", node.id(), label(node.label()))
        })
        .collect();
    rows.extend(graph.edges().map(|edge| {
        format!("{:?} -> {:?} {:?}", edge.source().id(), edge.target().id(), edge.label())
    }));
    rows.sort();
    rows
}

/// Checks that what is drawn comes back, but for texts that `is_changed` by the format.
#[track_caller]
fn check_drawn(kind: &str, with_labels: bool, is_changed: fn(&str) -> bool) {
    let mut count = 0;
    let mut wrong = Vec::new();
    for (text, graph) in GRAPHS.iter().filter(|(text, _)| !is_changed(text)) {
        let file = export_bytes(kind, "{}", graph.clone());
        let found = drawn(&import(kind, file), with_labels);
        let expected = drawn(graph, with_labels);
        if found != expected {
            wrong.push(format!("{text:?}\n  found    {found:?}\n  expected {expected:?}"));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{kind}: {}", wrong.join("\n"));
    assert!(count > GRAPHS.len() / 3, "{kind}: only {count} of {} texts", GRAPHS.len());
}

#[test]
fn what_gml_holds_comes_back() {
    check_drawn("gml", true, |_| false);
}

#[test]
fn what_pajek_holds_comes_back() {
    check_drawn("pajek", false, |text| {
        text.chars().any(|c| c.is_control() || matches!(c, '"' | '\\' | '\u{fffe}' | '\u{ffff}'))
    });
}

#[test]
fn what_dot_draws_comes_back() {
    check_drawn("dot", true, |text| {
        text.starts_with('%')
            || text.chars().any(|c| c.is_control() || "\\&\u{fffe}\u{ffff}".contains(c))
    });
}

#[test]
fn what_mermaid_draws_comes_back() {
    check_drawn("mermaid", true, |text| {
        text.trim() != text
            || text.contains("  ")
            || text.chars().any(|c| c.is_control() || "ﬂ¶\u{fffe}\u{ffff}".contains(c))
    });
}
