//! Pictures, given to what reads and draws them: xmllint, librsvg and poppler; and what must hold of
//! their bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use layercake::graph::{Attribute, EdgeRow, Graph, GraphBuilder, NodeRow, Type, Value};
use serde_json::json;

use super::matrix::{Place, Row};
use super::{
    consume, export, export_bytes, finish, hostile, hostile_graph, node_id, pictured, unescaped,
};
use crate::support::Project;

/// The elements that a picture may have; a script is none of them.
const ELEMENTS: [&str; 11] =
    ["a", "desc", "ellipse", "g", "path", "rect", "style", "svg", "text", "title", "tspan"];

/// The attributes that a picture may have.
const ATTRIBUTES: [&str; 27] = [
    "aria-hidden",
    "aria-label",
    "class",
    "cx",
    "cy",
    "d",
    "data-id",
    "data-layer",
    "direction",
    "dy",
    "fill",
    "height",
    "href",
    "lengthAdjust",
    "rel",
    "role",
    "rx",
    "ry",
    "tabindex",
    "target",
    "text-anchor",
    "textLength",
    "viewBox",
    "width",
    "x",
    "xmlns",
    "y",
];

const OPTIONS: &str = r#"{"theme": "auto", "title": "T", "letters": "text"}"#;

/// Returns the names of the elements and attributes of well-formed XML.
fn names(xml: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut elements, mut attributes) = (BTreeSet::new(), BTreeSet::new());
    for tag in xml.split('<').skip(1).map(|piece| piece.split('>').next().unwrap()) {
        let mut pieces = tag.trim_start_matches('/').split('"');
        let head = pieces.next().unwrap();
        let mut words = head.split([' ', '/']).filter(|word| !word.is_empty());
        elements.extend(words.next().map(str::to_owned));
        let mut name = |piece: &str| {
            let name = piece.trim().trim_end_matches(['=', '/']).trim();
            attributes.extend((!name.is_empty()).then(|| name.to_owned()));
        };
        words.for_each(&mut name);
        for (at, piece) in pieces.enumerate() {
            if at % 2 == 1 {
                name(piece);
            }
        }
    }
    (elements, attributes)
}

#[test]
fn no_text_becomes_more_than_text() {
    for text in hostile::TEXTS.iter() {
        let svg = export("svg", OPTIONS, hostile_graph(text));
        let (elements, attributes) = names(&svg);
        let odd: Vec<_> = elements.iter().filter(|e| !ELEMENTS.contains(&e.as_str())).collect();
        assert!(odd.is_empty(), "{text:?}: {odd:?}");
        let odd: Vec<_> = attributes.iter().filter(|a| !ATTRIBUTES.contains(&a.as_str())).collect();
        assert!(odd.is_empty(), "{text:?}: {odd:?}\n{svg}");
    }
}

/// Returns a graph whose nodes and edges have numbers, called by a text.
fn numbered(name: &str) -> Graph {
    let mut builder = GraphBuilder::default();
    for id in ["a", "b", "c"] {
        builder.node(NodeRow { id, ..NodeRow::default() });
    }
    for (source, target) in [("a", "b"), ("b", "c"), ("c", "a")] {
        builder.edge(EdgeRow { source, target, ..EdgeRow::default() });
    }
    let numbers = || [2.0, 30.5, 400.0].into_iter().map(Value::Number);
    builder.node_attribute(Attribute::of_cells(name, Type::Number, numbers()));
    builder.edge_attribute(Attribute::of_cells(name, Type::Number, numbers()));
    finish(builder)
}

/// Returns options by which a number shows in every way.
fn shown_by(name: &str) -> String {
    let number = format!("attributes[{}]", serde_json::to_string(name).unwrap());
    let node = json!({ "color": number, "size": number });
    let edge = json!({ "color": number, "width": number });
    json!({ "layout": "stress", "theme": "auto", "node": node, "edge": edge }).to_string()
}

#[test]
fn legends_tell_the_names_and_values_of_numbers_and_do_no_more() {
    let svg = export("svg", &shown_by("load"), numbered("load"));
    for what in ["color of nodes: load, 2 to 400", "size of nodes: load, 100 to 400"] {
        assert!(svg.contains(&format!("aria-label=\"{what}\"")), "{what}: {svg}");
    }
    assert!(svg.contains(">load</text>") && svg.contains(">2</text>"), "{svg}");
    let odd = [
        "<script>alert(1)</script>",
        "\"><a href=x>",
        "]]>&amp;",
        "a\nb",
        "'; --",
        "x".repeat(900).leak(),
    ];
    for name in odd {
        let svg = export("svg", &shown_by(name), numbered(name));
        let (elements, attributes) = names(&svg);
        assert!(elements.iter().all(|one| ELEMENTS.contains(&one.as_str())), "{elements:?}");
        assert!(attributes.iter().all(|one| ATTRIBUTES.contains(&one.as_str())), "{attributes:?}");
        assert_eq!(svg.matches("class=\"legend\"").count(), 4, "{svg}");
        consume("xmllint", Command::new("xmllint").args(["--noout", "--nonet", "-"]), &svg);
        let page = export("html", &shown_by(name), numbered(name));
        assert_eq!(page.matches("<script").count(), 2, "{name}");
    }
}

/// Returns the groups of nodes: id, layer and title of each.
fn nodes(svg: &str) -> Vec<[String; 3]> {
    let groups = svg.split("<g class=\"node\"").skip(1);
    let between = |text: &str, start: &str, end: &str| {
        let found = text.split_once(start).and_then(|(_, rest)| rest.split_once(end));
        unescaped(found.map_or("", |(found, _)| found))
    };
    let read = |group: &str| {
        let group = group.split_once("</g>").unwrap().0;
        [
            between(group, " data-id=\"", "\""),
            between(group, " data-layer=\"", "\""),
            between(group, "<title>", "</title>"),
        ]
    };
    groups.map(read).collect()
}

#[test]
fn every_text_is_in_the_picture() {
    let mut row = Row::new("svg", "rules of XML");
    for text in hostile::TEXTS.iter() {
        let found = nodes(&export("svg", OPTIONS, hostile_graph(text)));
        let id = pictured(node_id(text), &['\n', '\t', '\r']);
        let lines = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
        let shown = pictured(&lines, &['\n']);
        let own = found.iter().find(|[own, ..]| *own == id);
        let mut note = |place, is_there: bool, is_as_given| {
            row.note(place, text, is_as_given, (!is_there).then(|| format!("{found:?}")));
        };
        note(Place::Id, own.is_some(), id == node_id(text));
        let has = |is_so: &dyn Fn(&[String; 3]) -> bool| own.is_some_and(is_so);
        note(Place::Layer, has(&|[_, layer, _]| *layer == id), id == node_id(text));
        note(Place::Label, has(&|[.., title]| title.starts_with(&shown)), shown == **text);
        note(Place::Attribute, has(&|[.., title]| title.ends_with(&shown)), shown == **text);
    }
    row.finish();
}

#[test]
fn every_picture_is_well_formed_and_can_be_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let mut xmllint = Command::new("xmllint");
    xmllint.args(["--noout", "--nonet"]);
    for (number, text) in hostile::TEXTS.iter().enumerate() {
        let path = folder.path().join(format!("{number}.svg"));
        fs::write(&path, export("svg", OPTIONS, hostile_graph(text))).unwrap();
        xmllint.arg(path);
    }
    consume("xmllint", &mut xmllint, "");
    let svg = export("svg", OPTIONS, small());
    consume("rsvg-convert", Command::new("rsvg-convert").args(["--format", "png"]), &svg);
}

fn small() -> Graph {
    let mut builder = GraphBuilder::default();
    for (id, label) in
        [("a", "Orders"), ("b", "Ledger office"), ("c", "Γειά σου мир"), ("d", "→ ✓")]
    {
        builder.node(NodeRow { id, label: Some(label), ..NodeRow::default() });
    }
    builder.edge(EdgeRow { source: "a", target: "b", label: "books AV", ..EdgeRow::default() });
    finish(builder)
}

#[test]
fn the_text_of_a_page_can_be_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.pdf");
    let options = r#"{"title": "All of it"}"#;
    let bytes = export_bytes("pdf", options, small());
    assert_eq!(bytes, export_bytes("pdf", options, small()));
    assert!(!String::from_utf8_lossy(&bytes).contains("CreationDate"));
    fs::write(&path, bytes).unwrap();
    let found = consume("pdftotext", Command::new("pdftotext").arg(&path).arg("-"), "");
    let Some(found) = found else { return };
    for label in ["All of it", "Orders", "Ledger office", "Γειά σου мир", "→ ✓", "books AV"]
    {
        // A reader takes a small gap between two fonts for none.
        let (found, label) = (found.replace(' ', ""), label.replace(' ', ""));
        assert!(found.contains(&label), "{label} is not in {found}");
    }
}

/// Returns the width and height that a PNG says it has.
fn size(png: &[u8]) -> (u32, u32) {
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[test]
fn a_picture_in_pixels_has_the_size_that_was_asked_for() {
    let draw = |options: &str| export_bytes("png", options, small());
    let (width, height) = size(&draw(r#"{"scale": 1}"#));
    let (wide, high) = size(&draw(r#"{"scale": 3}"#));
    assert!(wide.abs_diff(3 * width) <= 2 && high.abs_diff(3 * height) <= 2, "{wide} {high}");
    assert_eq!(size(&draw(r#"{"width": 700}"#)).0, 700);
    assert_eq!(draw("{}"), draw("{}"));
    // What would be too large is drawn smaller, and whole.
    let (large, _) = size(&draw(r#"{"scale": 99}"#));
    assert!(large <= 32_000 && large > 90 * width / 99, "{large}");
}

/// Builds a picture of many nodes with two icons, one of which has two outlines.
pub(super) fn with_icons(path: &str) -> String {
    let rows = (0..12).map(|at| format!("n{at},{}\n", ["plain", "mixed"][at % 2]));
    let nodes = format!("id,icon\n{}", rows.collect::<String>());
    let svg = |inside: &str| {
        format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'>{inside}</svg>")
    };
    let plain = svg("<path d='M3 3h18v18h-9a5 5 0 0 1-9-9z'/>");
    let mixed = svg("<circle cx='12' cy='12' r='9' fill='gold'/>\
         <path d='M5 12c4-6 9 6 14 0' fill='none' stroke='navy' stroke-width='2'/>");
    let plan = format!(
        "version: 1\nimport:\n  shop: {{ nodes: nodes.csv }}\nexport:\n  {path}: {{ from: shop, \
         theme: auto, layout: grid, letters: outlines, icons: [i/*.svg], node: {{ icon: icon }} }}\n"
    );
    let plan = if path.ends_with("svg") { plan } else { plan.replace("letters: outlines, ", "") };
    let files = [("layercake.yaml", &plan), ("nodes.csv", &nodes)];
    let files = files.into_iter().chain([("i/plain.svg", &plain), ("i/mixed.svg", &mixed)]);
    let files: Vec<(&str, &str)> = files.map(|(path, text)| (path, text.as_str())).collect();
    let project = Project::of(&files);
    let build = project.build();
    assert!(build.is_success(), "{:?}", build.diagnostics());
    project.text(path)
}

#[test]
fn an_icon_is_in_a_picture_once_and_looks_as_if_it_stood_at_each_node() {
    let svg = with_icons("a.svg");
    let value = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\"")).unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    let (_, shared) = svg.split_once("<defs>").unwrap();
    let shared: BTreeMap<String, String> = shared
        .split_once("</defs>")
        .unwrap()
        .0
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| (value(line, "id"), value(line, "d")))
        .collect();
    assert_eq!((shared.len(), svg.matches("<use").count()), (3, 18));
    // The same without sharing.
    let mut pieces = svg.split("<use");
    let mut whole = pieces.next().unwrap().to_owned();
    for piece in pieces {
        let (tag, rest) = piece.split_once("/>").unwrap();
        let data = &shared[value(tag, "href").trim_start_matches('#')];
        let [class, x, y] = ["class", "x", "y"].map(|name| value(tag, name));
        let place = format!("translate({x} {y})");
        whole += &format!("<path class=\"{class}\" transform=\"{place}\" d=\"{data}\"/>{rest}");
    }
    consume("xmllint", Command::new("xmllint").args(["--noout", "--nonet", "-"]), &svg);
    let folder = tempfile::tempdir().unwrap();
    let draw = |name: &str, svg: &str| {
        let path = folder.path().join(name);
        consume("rsvg-convert", Command::new("rsvg-convert").arg("-o").arg(&path), svg)?;
        fs::read(path).ok()
    };
    let (shared, whole) = (draw("shared.png", &svg), draw("whole.png", &whole));
    assert!(shared == whole, "the same pixels");
}

#[test]
fn every_layout_draws_every_node() {
    let straight = ["layered", "tree", "radial", "stress", "force", "grid", "matrix"];
    for layout in straight.into_iter().chain(["treemap", "circles", "sunburst"]) {
        let svg = export("svg", &format!(r#"{{"layout": "{layout}"}}"#), small());
        assert_eq!(svg.matches("<g class=\"node\"").count(), 4, "{layout}");
        let edges = usize::from(straight.contains(&layout));
        assert_eq!(svg.matches("<g class=\"edge\"").count(), edges, "{layout}");
    }
}
