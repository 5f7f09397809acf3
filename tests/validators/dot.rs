//! DOT, given to Graphviz.

use std::process::Command;

use serde_json::Value;

use super::{consume, export, hostile, hostile_graph, substitute};

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
    let mut wrong = Vec::new();
    for (text, picture) in texts.iter().zip(&pictures) {
        let id = if text.is_empty() { "empty" } else { text };
        let objects = picture["objects"].as_array().unwrap();
        let named = |name: &str| objects.iter().find(|object| object["name"] == name);
        let node = named(&name(id)).unwrap_or(&Value::Null);
        let partition =
            named(&format!("cluster_{}", name(&format!("{id}/")))).unwrap_or(&Value::Null);
        let edges = picture["edges"].as_array().unwrap();
        let edge = edges.iter().find(|edge| edge["tail"] == node["_gvid"]).unwrap_or(&Value::Null);
        let expected = shown(text);
        for (what, object) in
            [("title", picture), ("node", node), ("partition", partition), ("edge", edge)]
        {
            let lines = drawn(object);
            if object.is_null() || lines != expected {
                wrong.push(format!("{what} {text:?} is shown as {lines:?}"));
            }
        }
        if node["fillcolor"] != "#aabbcc" {
            wrong.push(format!("layer {text:?} does not color its node"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
    lines.map(|line| line.chars().map(substitute).collect()).collect()
}

/// Returns the name of a node.
fn name(id: &str) -> String {
    let mut name: String = id.replace('\n', "␊").chars().map(substitute).collect();
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
