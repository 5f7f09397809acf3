//! Pages of draw.io, read by a parser of XML.

use std::process::Command;

use super::data::pictured;
use super::{consume, export, hostile, hostile_graph, unescaped};

#[test]
fn a_page_of_drawio_holds_every_text_as_given() {
    let texts = &*hostile::TEXTS;
    let pages = texts.iter().map(|text| {
        let options = serde_json::json!({ "title": text }).to_string();
        export("drawio", &options, hostile_graph(text))
    });
    let file = format!("<all>{}</all>", pages.collect::<String>());
    // The canonical form is what the parser understood, written anew.
    let mut command = Command::new("xmllint");
    let Some(xml) = consume("xmllint", command.args(["--huge", "--c14n", "-"]), &file) else {
        return;
    };
    let pages: Vec<&str> = xml.split("</mxfile>").collect();
    assert_eq!(pages.len(), texts.len() + 1);
    let mut wrong = Vec::new();
    for (text, page) in texts.iter().zip(pages) {
        let expected = pictured(text, &['\t', '\n', '\r', '\u{7f}']);
        let values = |name: &str| -> Vec<String> {
            let start = format!(" {name}=\"");
            let pieces = page.split(&start).skip(1);
            pieces.map(|piece| unescaped(piece.split('"').next().unwrap())).collect()
        };
        let (labels, ids) = ([values("label"), values("value")].concat(), values("id"));
        // An edge without a label is read as one with an empty label.
        let empty = usize::from(expected.is_empty());
        if labels.iter().filter(|label| **label == expected).count() != 3 + empty {
            wrong.push(format!("{text:?} is read as {labels:?}"));
        }
        if values("tooltip").iter().any(|comment| *comment != expected) {
            wrong.push(format!("the comment {text:?} is read as something else"));
        }
        for end in [values("source"), values("target")].concat() {
            if !ids.contains(&end) {
                wrong.push(format!("{text:?}: no cell has the id {end:?}"));
            }
        }
        if !page.contains("fillColor=#aabbcc;") {
            wrong.push(format!("layer {text:?} does not color its node"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
