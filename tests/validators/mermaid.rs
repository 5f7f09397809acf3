//! Flowcharts, given to Mermaid: its parser, and its pictures in Chromium.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::{consume, export, hostile, hostile_graph, pictured, shown, skip};

#[test]
fn mermaid_shows_every_text_as_given() {
    let texts = &*hostile::TEXTS;
    let options = |text: &str| serde_json::json!({ "title": text }).to_string();
    let diagrams: Vec<String> =
        texts.iter().map(|text| export("mermaid", &options(text), hostile_graph(text))).collect();
    let Some(results) = draw(&diagrams) else { return };
    let mut wrong = Vec::new();
    for (text, result) in texts.iter().zip(&results) {
        if let Some(error) = result["error"].as_str() {
            wrong.push(format!("{text:?} is refused: {error}"));
            continue;
        }
        let found = |kind: &str| -> Vec<&str> {
            let all = result["texts"].as_array().into_iter().flatten();
            let kind = all.filter(|one| one["kind"] == kind && one["text"] != "other");
            kind.filter_map(|one| one["text"].as_str()).collect()
        };
        for kind in ["node", "partition", "edge", "title"] {
            let mut texts = found(kind);
            if kind == "edge" {
                // The edge without a label may have an empty one.
                texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
                texts.truncate(1);
            }
            let expected = if kind == "title" { shown_title(text) } else { shown(text) };
            let same = match texts[..] {
                [] => expected.is_empty() && kind != "node" && kind != "partition",
                [shown] => shown.replace('\u{a0}', " ").replace('\u{2060}', "") == expected,
                _ => false,
            };
            if !same {
                wrong.push(format!("{kind} {text:?} is shown as {texts:?}"));
            }
        }
        if result["fill"] != "rgb(170, 187, 204)" {
            wrong.push(format!("layer {text:?} does not color its node: {}", result["fill"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What other diagrams of Mermaid show: the kind, and in how many places a text of the graph is.
const OTHERS: &[(&str, u64)] = &[
    ("mermaid_class", 4),
    ("mermaid_er", 3),
    ("mermaid_mindmap", 3),
    ("mermaid_sequence", 6),
    ("mermaid_treemap", 3),
];

#[test]
fn other_diagrams_of_mermaid_show_every_text_as_given() {
    let texts = &*hostile::TEXTS;
    let mut wrong = Vec::new();
    let cases: Vec<_> = OTHERS
        .iter()
        .flat_map(|(kind, count)| texts.iter().map(move |text| (*kind, *count, text)))
        .collect();
    let diagrams: Vec<_> = cases
        .iter()
        .map(|(kind, _, text)| {
            let options = serde_json::json!({ "title": text }).to_string();
            (export(kind, &options, hostile_graph(text)), shown(text))
        })
        .collect();
    let Some(results) = draw(&diagrams) else { return };
    for ((kind, count, text), result) in cases.into_iter().zip(&results) {
        let start: String = text.chars().take(80).collect();
        let is_cut = kind == "mermaid_treemap" && text.len() > 12;
        let count = if is_cut { u64::from(text.len() < 100) } else { count };
        if let Some(error) = result["error"].as_str() {
            wrong.push(format!("{kind} {start:?} is refused: {error}"));
        } else if !text.trim().is_empty() && result["count"].as_u64() < Some(count) {
            wrong.push(format!("{kind} {start:?} is shown {} times", result["count"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Draws diagrams in one browser, if Mermaid and a browser are there.
pub fn draw<T: serde::Serialize>(diagrams: &[T]) -> Option<Vec<Value>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/validators");
    if !folder.join("node_modules/mermaid").exists() {
        return skip("mermaid", "`npm ci` was not run in tests/validators");
    }
    let mut command = Command::new("node");
    command.arg(folder.join("mermaid.mjs"));
    let results = consume("mermaid", &mut command, &serde_json::to_string(diagrams).unwrap())?;
    let results: Value = serde_json::from_str(&results).unwrap();
    match results["missing"].as_str() {
        Some(what) => skip("mermaid", &format!("there is no {what}")),
        None => Some(results["results"].as_array().unwrap().clone()),
    }
}

/// Returns what a title looks like.
fn shown_title(text: &str) -> String {
    let text = text.replace("\r\n", " ").replace(['\r', '\n', '\t', '\u{a0}'], " ");
    let wide = |character| match character {
        '<' => '＜',
        '>' => '＞',
        '&' => '＆',
        _ => character,
    };
    pictured(&text, &[]).chars().map(wide).collect()
}
