//! Graphs that other programs write, with every hostile text, read by layercake as they were meant.

use serde_json::Value;

use super::data::{from_base64, python_writes};
use super::round_trips::try_import;
use super::{export, hostile};

/// Checks that a writer's graphs are read, but for texts that it does not write as they are.
///
/// `has_notes` says whether the format holds attributes, and labels beside ids.
#[track_caller]
fn check(writer: &str, kind: &str, has_notes: bool, is_changed: fn(&str) -> bool) {
    let Some(results) = python_writes(writer) else { return };
    let mut count = 0;
    let mut wrong = Vec::new();
    for (text, result) in hostile::TEXTS.iter().zip(&results) {
        let Some(file) = result["file"].as_str() else { continue };
        if is_changed(text) {
            continue;
        }
        let file = from_base64(file);
        let shown = String::from_utf8_lossy(&file).chars().take(1000).collect::<String>();
        count += 1;
        let graph = match try_import(kind, file) {
            Ok(graph) => graph,
            Err(problems) => {
                wrong.push(format!("{text:?} is refused: {}\n{shown}", problems.list[0].message));
                continue;
            }
        };
        let graph: Value = serde_json::from_str(&export("json", "{}", graph)).unwrap();
        let rows = |of: &str| graph[of].as_array().unwrap().clone();
        let holds =
            |row: &Value, name: &str| row[name] == **text || row["attributes"][name] == **text;
        let named = |row: &&Value| {
            let is_id = holds(row, "id") || text.is_empty() && row["id"] == "empty";
            let has_label = holds(row, "label") || row["label"].is_null() && is_id;
            // No text and an empty one are the same in some formats.
            let has_note = holds(row, "note") || text.is_empty();
            has_label && (has_note || !has_notes)
        };
        let (nodes, edges) = (rows("nodes"), rows("edges"));
        let node = nodes.iter().find(named);
        let edge = edges.first().filter(|edge| {
            let is_from = node.is_some_and(|node| edge["source"] == node["id"]);
            is_from
                && edge["weight"] == 2.5
                && (!has_notes || text.is_empty() || holds(edge, "note"))
        });
        if node.is_none() || edge.is_none() || nodes.len() != 2 || edges.len() != 1 {
            wrong.push(format!("{text:?}: {nodes:?} {edges:?}\n{shown}"));
        }
    }
    assert!(wrong.is_empty(), "{writer}: {} wrong\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > hostile::TEXTS.len() / 2, "{writer}: only {count} texts: {results:?}");
}

fn has_controls(text: &str) -> bool {
    let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\u{7f}' | '\u{85}');
    text.contains(|c| is_control(c) || matches!(c, '\u{fffe}' | '\u{ffff}'))
}

#[test]
fn dot_of_igraph() {
    check("igraph dot", "dot", true, |text| {
        // Only in labels does Graphviz look for escapes and entities; it refuses a bare `-dash`.
        text.contains(['\0', '\\', '\n', '&']) || matches!(text, "-dash" | "1")
    });
}

#[test]
fn gml_of_igraph() {
    check("igraph gml", "gml", true, |text| text.contains('\0'));
}

#[test]
fn graphml_of_igraph() {
    check("igraph graphml", "graphml", true, has_controls);
}

#[test]
fn pajek_of_igraph() {
    // It writes `&#34;` and `\n`, which networkx writes for themselves; they stay as they are.
    check("igraph pajek", "pajek", false, |text| text.contains(['\0', '"', '\n', '\r']));
}

#[test]
fn cytoscape_of_networkx() {
    check("networkx cytoscape", "cytoscape", true, |_| false);
}

#[test]
fn gexf_of_networkx() {
    check("networkx gexf", "gexf", true, has_controls);
}

#[test]
fn gml_of_networkx() {
    check("networkx gml", "gml", true, |_| false);
}

#[test]
fn graphml_of_networkx() {
    check("networkx graphml", "graphml", true, has_controls);
}

#[test]
fn node_link_of_networkx() {
    check("networkx node_link", "node_link", true, |_| false);
}

#[test]
fn pajek_of_networkx() {
    // It writes them as they are, where they end a name or a line.
    check("networkx pajek", "pajek", false, |text| text.contains(['\0', '"', '\n', '\r', '\t']));
}
