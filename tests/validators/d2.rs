//! Diagrams of D2, given to its compiler and drawn by it.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::{consume, export, hostile, hostile_graph, shown, skip};

#[test]
fn d2_shows_every_text_as_given() {
    let texts = &*hostile::TEXTS;
    let options = |text: &str| serde_json::json!({ "title": text }).to_string();
    let diagrams: Vec<String> =
        texts.iter().map(|text| export("d2", &options(text), hostile_graph(text))).collect();
    let Some(results) = draw(&diagrams) else { return };
    let mut wrong = Vec::new();
    for (text, result) in texts.iter().zip(&results) {
        let full = text;
        let text: String = text.chars().take(80).collect();
        if let Some(error) = result["error"].as_str() {
            wrong.push(format!("{text:?} is refused: {error}"));
            continue;
        }
        let expected = shown(full);
        let labels = |of: &str| -> Vec<String> {
            let all = result[of].as_array().unwrap().iter();
            all.map(|one| plain(one["label"].as_str().unwrap())).collect()
        };
        let count = |labels: &[String]| labels.iter().filter(|label| **label == expected).count();
        let (shapes, connections) = (labels("shapes"), labels("connections"));
        let titles = usize::from(!text.trim().is_empty());
        if count(&shapes) != 2 + titles || shapes.len() != 3 + titles {
            wrong.push(format!("node, partition or title {text:?} is read as {shapes:?}"));
        }
        if count(&connections) == 0 || connections.len() != 2 {
            wrong.push(format!("edge {text:?} is read as {connections:?}"));
        }
        let drawn: Vec<String> = result["texts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| plain(one.as_str().unwrap()))
            // D2 draws an empty line as a space.
            .map(|one| if one.ends_with("\n ") { one[..one.len() - 1].to_owned() } else { one })
            .collect();
        if !expected.trim().is_empty() && count(&drawn) != 4 {
            let drawn: Vec<usize> = drawn.iter().map(String::len).collect();
            wrong.push(format!("{text:?} is drawn as texts of {drawn:?} bytes"));
        }
        if !result["shapes"].as_array().unwrap().iter().any(|shape| shape["fill"] == "#aabbcc") {
            wrong.push(format!("layer {text:?} does not color its node"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn plain(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

/// Draws diagrams in one run, if D2 is there.
fn draw(diagrams: &[String]) -> Option<Vec<Value>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/validators");
    if !folder.join("node_modules/@d2lang/d2").exists() {
        return skip("d2", "`npm ci` was not run in tests/validators");
    }
    let mut command = Command::new("node");
    command.arg(folder.join("d2.mjs"));
    let results = consume("d2", &mut command, &serde_json::to_string(diagrams).unwrap())?;
    Some(serde_json::from_str(&results).unwrap())
}
