//! Pages of draw.io, read by a parser of XML.

use std::process::Command;

use super::matrix::{Place, Row};
use super::{consume, export, hostile, hostile_graph, node_id, pictured, unescaped};

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
    let mut row = Row::new("drawio", "xmllint");
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
        let is_shown = labels.iter().filter(|label| **label == expected).count() == 3 + empty;
        let problem = (!is_shown).then(|| format!("labels are {labels:?}"));
        row.note(Place::Label, text, expected == **text, problem);
        let tips = values("tooltip");
        let is_shown = tips.len() == 4 * (1 - empty) && tips.iter().all(|tip| *tip == expected);
        let problem = (!is_shown).then(|| format!("tooltips are {tips:?}"));
        row.note(Place::Attribute, text, expected == **text, problem);
        let ends = [values("source"), values("target")].concat();
        let is_linked = ends.len() == 4 && ends.iter().all(|end| ids.contains(end));
        let problem = (!is_linked).then(|| format!("ids are {ids:?}, ends are {ends:?}"));
        let is_as_given = ends.contains(&format!("n:{}", node_id(text)));
        row.note(Place::Id, text, is_as_given, problem);
        let is_colored = page.contains("fillColor=#aabbcc;");
        row.expect(Place::Layer, text, is_colored, "its layer has no color");
    }
    row.finish();
}
