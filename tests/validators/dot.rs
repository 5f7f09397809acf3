//! DOT, given to Graphviz.

use std::process::Command;

use serde_json::Value;

use super::matrix::{Place, Row};
use super::{consume, export, finish, hostile, hostile_graph, node_id, pictured, unescaped};
use layercake::graph::{EdgeRow, Graph, GraphBuilder, NodeRow};

/// Makes a graph of nodes in partitions, and edges between them.
fn nested() -> Graph {
    let mut builder = GraphBuilder::default();
    let ids: Vec<String> = (0..12).map(|at| format!("n{at:02}")).collect();
    for (at, id) in ids.iter().enumerate() {
        let parent = (at % 4 != 0).then(|| ids[at - at % 4].as_str());
        builder.node(NodeRow { id, parent, ..NodeRow::default() });
    }
    for (at, source) in ids.iter().enumerate() {
        let (target, label) = (&ids[at * 7 % 12], if at % 3 == 0 { "calls" } else { "" });
        builder.edge(EdgeRow { source, target, label, ..EdgeRow::default() });
    }
    finish(builder)
}

#[test]
fn neato_draws_positions_where_they_are() {
    let numbers = |text: &str| -> Vec<f64> {
        text.split([',', ' ', '!']).filter_map(|number| number.parse().ok()).collect()
    };
    // One size for all, as in the file: labels are measured with other fonts.
    let options = r#"{"layout": "layered", "theme": "none", "node": {"fixedsize": "true"}}"#;
    let file = export("dot", options, nested());
    let mut command = Command::new("neato");
    let Some(json) = consume("neato", command.args(["-n2", "-Tjson"]), &file) else { return };
    let picture: Value = serde_json::from_str(&json).unwrap();
    let objects = picture["objects"].as_array().unwrap();
    let mut count = 0;
    for object in objects {
        let name = object["name"].as_str().unwrap();
        let line = match name.strip_prefix("cluster_") {
            Some(_) => file.split(&format!("subgraph \"{name}\" {{\n")).nth(1).unwrap(),
            None => file.split(&format!("  \"{name}\" [")).nth(1).unwrap(),
        };
        let line = line.lines().next().unwrap();
        for key in ["pos", "width", "height", "bb"] {
            let Some(given) = line.split(&format!(" {key}=\"")).nth(1) else { continue };
            let given = numbers(given.split('"').next().unwrap());
            let drawn = numbers(object[key].as_str().unwrap());
            let is_near = |(a, b): (&f64, &f64)| (a - b).abs() < 0.02;
            assert_eq!(given.len(), drawn.len(), "{key} of {name}");
            assert!(given.iter().zip(&drawn).all(is_near), "{key} of {name}: {given:?} {drawn:?}");
            count += 1;
        }
    }
    assert!(count >= 3 + 3 * 9, "only {count} places were compared");
}

#[test]
fn graphviz_shows_every_text_as_given() {
    let texts = &*hostile::TEXTS;
    let options = |text: &str| serde_json::json!({ "title": text }).to_string();
    let file: String =
        texts.iter().map(|text| export("dot", &options(text), hostile_graph(text))).collect();
    let Some(json) = consume("dot", Command::new("dot").arg("-Tjson"), &file) else { return };
    let pictures: Vec<Value> = serde_json::Deserializer::from_str(&repaired(&json))
        .into_iter()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(pictures.len(), texts.len());
    let mut row = Row::new("dot", "Graphviz");
    for (text, picture) in texts.iter().zip(&pictures) {
        let id = node_id(text);
        let objects = picture["objects"].as_array().unwrap();
        let named = |name: &str| objects.iter().find(|object| object["name"] == name);
        let node = named(&name(id)).unwrap_or(&Value::Null);
        let partition =
            named(&format!("cluster_{}", name(&format!("{id}/")))).unwrap_or(&Value::Null);
        let edges = picture["edges"].as_array().unwrap();
        let edge = edges.iter().find(|edge| edge["tail"] == node["_gvid"]).unwrap_or(&Value::Null);
        let is_there = !node.is_null() && !partition.is_null() && !edge.is_null();
        let names: Vec<&Value> = objects.iter().map(|object| &object["name"]).collect();
        let problem = (!is_there).then(|| format!("the names are {names:?}"));
        row.note(Place::Id, text, name(id) == *id, problem);
        let expected = shown(text);
        for (what, object) in
            [("title", picture), ("node", node), ("partition", partition), ("edge", edge)]
        {
            let lines = drawn(object);
            let problem = (lines != expected).then(|| format!("{what} is shown as {lines:?}"));
            row.note(Place::Label, text, expected.join("\n") == **text, problem);
        }
        row.expect(Place::Layer, text, node["fillcolor"] == "#aabbcc", "its layer has no color");
    }
    let svg = consume("dot", Command::new("dot").arg("-Tsvg"), &file).unwrap_or_default();
    let pictures: Vec<&str> = svg.split("</svg>").collect();
    assert_eq!(pictures.len(), texts.len() + 1);
    for (text, picture) in texts.iter().zip(pictures) {
        let tips = picture.split("xlink:title=\"").skip(1);
        let tips: Vec<String> = tips
            .map(|rest| unescaped(rest.split('"').next().unwrap()).replace('\u{a0}', " "))
            .collect();
        // A node, a partition and two edges have it; an edge with a label has it there as well.
        let expected = tip(text);
        let own = tips.iter().filter(|tip| **tip == expected).count();
        let is_shown = own >= 4 && tips.iter().all(|tip| *tip == expected || tip == "other");
        let problem = (!is_shown && !expected.is_empty()).then(|| format!("the tips are {tips:?}"));
        row.note(Place::Attribute, text, expected == **text, problem);
    }
    row.finish();
}

/// Returns what a text should be in a tip.
fn tip(text: &str) -> String {
    pictured(&text.replace("\r\n", "\n").replace('\r', "\n").replace('\u{a0}', " "), &['\t', '\n'])
}

/// Returns the lines that a picture draws for a label; Graphviz draws nothing for an empty one.
fn drawn(object: &Value) -> Vec<&str> {
    let operations = object["_ldraw_"].as_array().into_iter().flatten();
    operations.filter_map(|operation| operation["text"].as_str()).collect()
}

/// Returns the lines that a text should have in a picture.
fn shown(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines = text.split('\n').filter(|line| !line.is_empty());
    lines.map(|line| pictured(line, &['\t', '\n'])).collect()
}

/// Returns the name of a node.
fn name(id: &str) -> String {
    let mut name: String = pictured(&id.replace('\n', "␊"), &['\t']);
    if id.starts_with('%') {
        name.insert(0, '_');
    }
    match id {
        "&amp;" | "&amp;/" | "&lt;b&gt; &#65; &nbsp;" | "&lt;b&gt; &#65; &nbsp;/" => {
            name.replace('&', "&amp;")
        }
        "\\" | "a\\" | "a\\\"" | "a\\\"/" => name.replacen('\\', "\\\\", 1),
        _ => name,
    }
}

/// Escapes the tabs that Graphviz leaves in its JSON.
fn repaired(json: &str) -> String {
    json.replace("\t\"", " \"").replace('\t', "\\t")
}
