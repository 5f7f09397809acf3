//! Diagrams of PlantUML, drawn by it as SVG.

use std::process::Command;

use super::matrix::{Place, Row};
use super::{export, hostile, hostile_graph, run, shown, skip, unescaped};

#[test]
fn plantuml_shows_every_text_as_given() {
    let texts = &*hostile::TEXTS;
    let options = |text: &str| serde_json::json!({ "title": text }).to_string();
    let diagrams: Vec<String> =
        texts.iter().map(|text| export("plantuml", &options(text), hostile_graph(text))).collect();
    let Some(pictures) = draw(&diagrams) else { return };
    let mut row = Row::new("plantuml", "PlantUML");
    for (text, picture) in texts.iter().zip(&pictures) {
        let expected = lines(text);
        let found = |kind: &str| {
            let parts = picture.parts.iter().filter(|part| part.kind == kind);
            parts.map(|part| part.lines.clone()).collect::<Vec<_>>()
        };
        let (nodes, links) = (found("entity"), found("link"));
        for (what, found) in [
            ("title", &picture.title),
            ("node", nodes.iter().find(|lines| **lines != ["other"]).unwrap_or(&vec![])),
            ("partition", found("cluster").first().unwrap_or(&vec![])),
            ("edge", links.iter().find(|lines| !lines.is_empty()).unwrap_or(&vec![])),
        ] {
            let problem = (*found != expected).then(|| format!("{what} is shown as {found:?}"));
            row.note(Place::Label, text, expected.join("\n") == **text, problem);
        }
        let is_own = nodes.len() == 2 && links.len() == 2 && found("cluster").len() == 1;
        row.expect(Place::Id, text, is_own, "nodes are not those of the graph, or not linked so");
        let is_colored = picture.svg.contains("#AABBCC");
        row.expect(Place::Layer, text, is_colored, "its layer has no color");
    }
    row.finish();
}

/// What other diagrams of PlantUML show: the kind, and in how many places a text of the graph is.
const OTHERS: &[(&str, usize)] =
    &[("plantuml_mindmap", 3), ("plantuml_wbs", 3), ("plantuml_sequence", 5)];

#[test]
fn other_diagrams_of_plantuml_show_every_text_as_given() {
    let texts = &*hostile::TEXTS;
    let of_kind = |kind: &'static str| {
        texts.iter().map(move |text| {
            let options = serde_json::json!({ "title": text }).to_string();
            export(kind, &options, hostile_graph(text))
        })
    };
    let diagrams: Vec<String> = OTHERS.iter().flat_map(|(kind, _)| of_kind(kind)).collect();
    let Some(pictures) = draw(&diagrams) else { return };
    for ((kind, count), pictures) in OTHERS.iter().zip(pictures.chunks(texts.len())) {
        let mut row = Row::new(kind, "PlantUML");
        for (text, picture) in texts.iter().zip(pictures) {
            let expected = bare(text);
            let found = if expected.is_empty() { *count } else { runs(&picture.texts, &expected) };
            let is_shown = found >= *count && !picture.svg.contains("Syntax Error");
            let problem = (!is_shown).then(|| format!("it is shown {found} times"));
            row.note(Place::Label, text, shown(text) == **text, problem);
            let is_colored = picture.svg.contains("#AABBCC");
            row.expect(Place::Layer, text, is_colored, "its layer has no color");
        }
        row.finish();
    }
}

/// Counts runs of pieces that make up a text.
fn runs(pieces: &[String], text: &str) -> usize {
    let starts = (0..pieces.len()).filter(|start| {
        let mut rest = text;
        let mut pieces = pieces[*start..].iter();
        !pieces.as_slice()[0].is_empty()
            && loop {
                match pieces.next().and_then(|piece| rest.strip_prefix(piece.as_str())) {
                    Some("") => break true,
                    Some(left) => rest = left,
                    None => break false,
                }
            }
    });
    starts.count()
}

/// Returns what a text looks like but for its spaces.
fn bare(text: &str) -> String {
    shown(text).chars().filter(|character| !character.is_whitespace()).collect()
}

/// What PlantUML writes after each picture.
const BETWEEN: &str = "BETWEEN";

/// What PlantUML made of a diagram.
pub struct Picture {
    pub svg: String,
    pub title: Vec<String>,
    pub parts: Vec<Part>,
    /// All texts, piece by piece, without spaces.
    pub texts: Vec<String>,
}

/// What PlantUML marks in a picture: `kind` is its word for it.
pub struct Part {
    pub kind: String,
    pub lines: Vec<String>,
}

/// Draws diagrams in one run, if PlantUML is there.
pub fn draw(diagrams: &[String]) -> Option<Vec<Picture>> {
    let mut command = Command::new("plantuml");
    // A label of 10,000 characters needs a larger stack than usual.
    command.env("JDK_JAVA_OPTIONS", "-Dfile.encoding=UTF-8 -Xss512m");
    command.args(["-charset", "UTF-8", "-tsvg", "-pipe", "-pipedelimitor", BETWEEN]);
    let Some(output) = run(&mut command, &diagrams.concat()) else {
        return skip("plantuml", "it is not installed");
    };
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    let output = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut pictures: Vec<Picture> = output.split(BETWEEN).map(picture).collect();
    // What follows the last one.
    pictures.pop();
    assert_eq!(pictures.len(), diagrams.len(), "{complaint}");
    Some(pictures)
}

fn picture(svg: &str) -> Picture {
    let mut parts = Vec::new();
    let mut title = Vec::new();
    for (at, piece) in svg.split("<!--").enumerate() {
        let (kind, piece) = match piece.split_once("-->") {
            Some((comment, piece)) if at > 0 => (kind(comment), piece),
            _ => ("", piece),
        };
        let (big, rest): (Vec<_>, Vec<_>) =
            texts(piece).into_iter().partition(|text| text.size == "18");
        title.extend(joined(big));
        parts.push(Part { kind: kind.to_owned(), lines: joined(rest) });
    }
    let all = texts(svg).into_iter().map(|text| bare(&text.text)).collect();
    Picture { svg: svg.to_owned(), title, parts, texts: all }
}

/// Returns the word in a comment such as `MD5=[…]` and, in the next line, `entity NAME`.
fn kind(comment: &str) -> &str {
    comment.lines().last().unwrap().split(' ').next().unwrap()
}

struct Text {
    size: String,
    y: String,
    text: String,
}

/// Returns the texts of an SVG in their order.
fn texts(svg: &str) -> Vec<Text> {
    let pieces = svg.split("<text ").skip(1);
    pieces
        .map(|piece| {
            let (tag, rest) = piece.split_once('>').unwrap();
            let value = |name: &str| {
                let rest = tag.split_once(&format!(" {name}=\"")).map_or("", |(_, rest)| rest);
                rest.split('"').next().unwrap().to_owned()
            };
            let text = if tag.ends_with('/') { "" } else { rest.split("</text>").next().unwrap() };
            Text { size: value("font-size"), y: value("y"), text: unescaped(text) }
        })
        .collect()
}

/// Returns lines of text: what stands side by side was divided by a tab.
fn joined(texts: Vec<Text>) -> Vec<String> {
    let mut lines: Vec<(String, String)> = Vec::new();
    for text in texts {
        match lines.last_mut() {
            Some((y, line)) if *y == text.y => {
                line.push('\t');
                line.push_str(&text.text);
            }
            _ => lines.push((text.y, text.text)),
        }
    }
    let lines = lines.into_iter().map(|(_, line)| line.replace('\u{a0}', " "));
    lines.filter(|line| !line.trim_matches(' ').is_empty()).collect()
}

/// Returns the lines that a text should have in a picture, without blank ones.
pub fn lines(text: &str) -> Vec<String> {
    let shown = shown(text);
    let lines = shown.split('\n').filter(|line| !line.trim_matches(' ').is_empty());
    lines.map(str::to_owned).collect()
}
