//! Texts from right to left, and in both directions, as Chromium shows them.

use std::process::Command;

use layercake::graph::{GraphBuilder, NodeRow};
use serde_json::{Value as Json, json};

use super::{consume, export, finish, skip};
use crate::support::{Project, repository};

/// Labels, with how each of their lines is seen from left to right.
const LABELS: [(&str, &[&str]); 5] = [
    ("שלום\nAPI עולם", &["םולש", "םלוע API"]),
    // A bracket from right to left stands for its mirror image.
    ("שלום\n(API)", &["םולש", ")API("]),
    ("API\nשלום v2", &["API", "םולש v2"]),
    ("שלום API", &["API םולש"]),
    ("ab\u{202e}cd", &["abcd"]),
];

/// Exports nodes of those labels, which are partitions if `is_around`.
fn labels(is_around: bool, letters: &str) -> String {
    let mut builder = GraphBuilder::default();
    for (at, (label, _)) in LABELS.iter().enumerate() {
        let id = format!("n{at}");
        builder.node(NodeRow { id: &id, label: Some(label), ..NodeRow::default() });
        if is_around {
            let (inner, parent) = (format!("in{at}"), Some(id.as_str()));
            builder.node(NodeRow { id: &inner, parent, ..NodeRow::default() });
        }
    }
    let options = format!(r#"{{ "letters": "{letters}", "legend": "none" }}"#);
    export("svg", &options, finish(builder))
}

#[test]
fn texts_are_read_in_browsers_as_they_are_drawn() {
    let script = repository("tests/validators/letters.mjs");
    if !script.with_file_name("node_modules").join("puppeteer-core").exists() {
        skip::<()>("texts", "`npm ci` was not run in tests/validators");
        return;
    }
    let project = Project::of(&[]);
    let pictures = [labels(false, "text"), labels(false, "fitted"), labels(true, "text")];
    let write = |(at, picture): (usize, &String)| {
        let name = format!("{at}.svg");
        project.write(&name, picture);
        project.path(&name)
    };
    let paths: Vec<_> = pictures.iter().enumerate().map(write).collect();
    let asked = json!({ "pages": paths }).to_string();
    let Some(written) = consume("texts", Command::new("node").arg(script), &asked) else { return };
    let seen: Json = serde_json::from_str(&written).unwrap();
    if let Some(missing) = seen["missing"].as_str() {
        skip::<()>("texts", &format!("{missing} is not installed"));
        return;
    }
    let results = seen["results"].as_array().unwrap();
    let lines = |text: &Json| -> Vec<String> {
        let lines = text.as_array().unwrap().iter();
        lines.map(|line| line["seen"].as_str().unwrap().to_owned()).collect()
    };
    for result in &results[..2] {
        for (label, expected) in LABELS {
            let all: Vec<_> = result.as_array().unwrap().iter().map(&lines).collect();
            assert!(
                all.contains(&expected.iter().map(|s| s.to_string()).collect()),
                "{label}: {all:?}"
            );
        }
    }
    // The title of a partition begins near its left side, whichever way it is read.
    let titles: Vec<&Json> = results[2].as_array().unwrap().iter().collect();
    let title = titles.iter().find(|text| lines(text) == ["API םולש"]).unwrap();
    let is_title = |text: &&str| text.split("</text>").next().unwrap().ends_with(">שלום API");
    let words = pictures[2].split("<text").skip(1).find(is_title).unwrap();
    let x = words.split(" x=\"").nth(1).unwrap().split('"').next().unwrap();
    let (left, x) = (title[0]["left"].as_f64().unwrap(), x.parse::<f64>().unwrap());
    assert!((left - x).abs() < 2.0, "{left} {x}");
}
