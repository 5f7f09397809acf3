//! Diagrams of D2, given to its compiler and drawn by it.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::matrix::{Place, Row};
use super::{consume, export, hostile, hostile_graph, shown, skip};

#[test]
fn d2_shows_every_text_as_given() {
    let texts = &*hostile::TEXTS;
    let options = |text: &str| serde_json::json!({ "title": text }).to_string();
    let diagrams: Vec<String> =
        texts.iter().map(|text| export("d2", &options(text), hostile_graph(text))).collect();
    let Some(results) = draw(&diagrams) else { return };
    let mut row = Row::new("d2", "D2");
    for (text, result) in texts.iter().zip(&results) {
        if let Some(error) = result["error"].as_str() {
            row.note(Place::Label, text, true, Some(format!("refused: {error}")));
            continue;
        }
        let expected = shown(text);
        let labels = |of: &str| -> Vec<String> {
            let all = result[of].as_array().unwrap().iter();
            all.map(|one| plain(one["label"].as_str().unwrap())).collect()
        };
        let count = |labels: &[String]| labels.iter().filter(|label| **label == expected).count();
        let (shapes, connections) = (labels("shapes"), labels("connections"));
        let titles = usize::from(!text.trim().is_empty());
        let mut label = |is_so: bool, problem: String| {
            row.note(Place::Label, text, expected == **text, (!is_so).then_some(problem));
        };
        label(count(&shapes) == 2 + titles, format!("a shape is read as {shapes:?}"));
        label(count(&connections) > 0, format!("the edge is read as {connections:?}"));
        let drawn: Vec<String> = result["texts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| plain(one.as_str().unwrap()))
            // D2 draws an empty line as a space.
            .map(|one| if one.ends_with("\n ") { one[..one.len() - 1].to_owned() } else { one })
            .collect();
        let is_drawn = expected.trim().is_empty() || count(&drawn) == 4;
        label(is_drawn, format!("it is drawn {} times", count(&drawn)));
        let is_own = shapes.len() == 3 + titles && ends(result).len() == 2;
        row.expect(Place::Id, text, is_own, "nodes are not those of the graph, or not linked so");
        let mut shapes = result["shapes"].as_array().unwrap().iter();
        let is_colored = shapes.any(|shape| shape["fill"] == "#aabbcc");
        row.expect(Place::Layer, text, is_colored, "its layer has no color");
    }
    row.finish();
}

/// Returns the connections between two different shapes of the diagram.
fn ends(result: &Value) -> Vec<&Value> {
    let ids: Vec<&str> =
        result["shapes"].as_array().unwrap().iter().filter_map(|one| one["id"].as_str()).collect();
    let connections = result["connections"].as_array().unwrap().iter();
    let is_known = |end: &Value| end.as_str().is_some_and(|end| ids.contains(&end));
    connections
        .filter(|one| is_known(&one["src"]) && is_known(&one["dst"]) && one["src"] != one["dst"])
        .collect()
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
