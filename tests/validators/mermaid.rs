//! Flowcharts, given to Mermaid: its parser, and its pictures in Chromium.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::matrix::{Place, Row};
use super::{consume, export, hostile, hostile_graph, pictured, shown, skip};

#[test]
fn mermaid_shows_every_text_as_given() {
    let texts = &*hostile::TEXTS;
    let options = |text: &str| serde_json::json!({ "title": text }).to_string();
    let diagrams: Vec<String> =
        texts.iter().map(|text| export("mermaid", &options(text), hostile_graph(text))).collect();
    let Some(results) = draw(&diagrams) else { return };
    let mut row = Row::new("mermaid", "Mermaid");
    for (text, result) in texts.iter().zip(&results) {
        if let Some(error) = result["error"].as_str() {
            row.note(Place::Label, text, true, Some(format!("refused: {error}")));
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
            let problem = (!same).then(|| format!("{kind} is shown as {texts:?}"));
            row.note(Place::Label, text, expected == **text, problem);
        }
        let is_linked = result["links"] == 2;
        row.expect(
            Place::Id,
            text,
            is_linked,
            "nodes are not those of the graph, or not linked so",
        );
        let is_colored = result["fill"] == COLOR;
        row.expect(Place::Layer, text, is_colored, "its layer has no color");
    }
    row.finish();
}

/// The color of the layer, as a browser tells it.
const COLOR: &str = "rgb(170, 187, 204)";

/// What other diagrams of Mermaid show: the kind, in how many places a text of the graph is, and
/// whether layers have colors.
const OTHERS: &[(&str, u64, bool)] = &[
    ("mermaid_class", 4, true),
    ("mermaid_er", 3, true),
    ("mermaid_mindmap", 3, false),
    ("mermaid_sequence", 6, false),
    ("mermaid_treemap", 3, true),
];

#[test]
fn other_diagrams_of_mermaid_show_every_text_as_given() {
    let texts = &*hostile::TEXTS;
    let of_kind = |kind: &'static str| {
        texts.iter().map(move |text| {
            let options = serde_json::json!({ "title": text }).to_string();
            (export(kind, &options, hostile_graph(text)), shown(text))
        })
    };
    let diagrams: Vec<_> = OTHERS.iter().flat_map(|(kind, ..)| of_kind(kind)).collect();
    let Some(results) = draw(&diagrams) else { return };
    for ((kind, count, has_colors), results) in OTHERS.iter().zip(results.chunks(texts.len())) {
        let mut row = Row::new(kind, "Mermaid");
        for (text, result) in texts.iter().zip(results) {
            let is_cut = *kind == "mermaid_treemap" && text.len() > 12;
            let count = if is_cut { u64::from(text.len() < 100) } else { *count };
            let times = &result["count"];
            let is_shown = text.trim().is_empty() || times.as_u64() >= Some(count);
            let problem = match result["error"].as_str() {
                Some(error) => Some(format!("refused: {error}")),
                None => (!is_shown).then(|| format!("it is shown {times} times")),
            };
            row.note(Place::Label, text, shown(text) == **text && !is_cut, problem);
            if *has_colors {
                let is_colored = result["colors"]
                    .as_array()
                    .is_some_and(|colors| colors.iter().any(|color| color == COLOR));
                row.expect(Place::Layer, text, is_colored, "its layer has no color");
            }
        }
        row.finish();
    }
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
