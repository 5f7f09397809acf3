//! Pages with pictures, opened in Chromium and used there.

use std::process::Command;

use layercake::graph::{Attribute, EdgeRow, GraphBuilder, NodeRow, Type, Value};
use serde_json::{Value as Json, json};

use super::{consume, export, hostile, skip};
use crate::support::{Project, repository};

/// Opens pages, and returns what was seen in each; `search` is what is looked for. With
/// `LAYERCAKE_PICTURES=<folder>`, pictures of them are left there.
pub(super) fn visit(pages: &[String], search: &str) -> Option<Vec<Json>> {
    let script = repository("tests/validators/viewer.mjs");
    if !script.with_file_name("node_modules").join("puppeteer-core").exists() {
        return skip("the viewer", "`npm ci` was not run in tests/validators");
    }
    let project = Project::of(&[]);
    let write = |(at, page): (usize, &String)| {
        let name = format!("{at}.html");
        project.write(&name, page);
        project.path(&name)
    };
    let paths: Vec<_> = pages.iter().enumerate().map(write).collect();
    let folder = std::env::var("LAYERCAKE_PICTURES").ok();
    let asked = json!({ "pages": paths, "folder": folder, "search": search });
    let asked = asked.to_string();
    let written = consume("the viewer", Command::new("node").arg(script), &asked)?;
    let seen: Json = serde_json::from_str(&written).unwrap();
    match seen["missing"].as_str() {
        Some(missing) => skip("the viewer", &format!("{missing} is not installed")),
        None => seen["results"].as_array().cloned(),
    }
}

fn shop() -> layercake::graph::Graph {
    let mut builder = GraphBuilder::default();
    let nodes = [
        ("web", "Web shop", "ui", Some("front")),
        ("app", "App", "ui", Some("front")),
        ("api", "API", "service", None),
        ("orders", "Orders", "data", Some("back")),
        ("stock", "Stock", "data", Some("back")),
    ];
    for (id, label, layer, parent) in nodes {
        let (label, layer) = (Some(label), Some(layer));
        let comment = if id == "web" { "Tells more" } else { "" };
        builder.node(NodeRow { id, label, layer, parent, comment, ..NodeRow::default() });
    }
    for id in ["front", "back"] {
        builder.node(NodeRow { id, is_partition: true, ..NodeRow::default() });
    }
    for id in ["ui", "service", "data"] {
        builder.layer(layercake::graph::Layer::plain(id));
    }
    let edges = [
        ("web", "api", "calls"),
        ("app", "api", ""),
        ("api", "orders", "writes"),
        ("api", "stock", "reads"),
    ];
    for (source, target, label) in edges {
        builder.edge(EdgeRow { source, target, label, ..EdgeRow::default() });
    }
    let team = ["shop"; 7].into_iter().map(Value::Text);
    builder.node_attribute(Attribute::of_cells("team", Type::Text, team));
    builder.finish().graph
}

#[test]
fn a_page_can_be_searched_asked_folded_and_linked_to() {
    let page = export("html", r#"{ "title": "Shop" }"#, shop());
    let Some(seen) = visit(&[page], "api") else { return };
    let seen = &seen[0];
    assert_eq!((&seen["errors"], &seen["requests"]), (&json!([]), &json!([])), "{seen:#}");
    assert_eq!(seen["title"], "Shop");
    assert_eq!(seen["slash"], "search", "keys work before anything was clicked");
    assert!(seen["size"].as_u64().unwrap() < 60_000, "{}", seen["size"]);
    assert_eq!(seen["named"], 0, "what can be read needs no other name");
    assert_eq!(seen["covered"], false, "what was found is beside the panel");
    assert_eq!(seen["told"], json!(["Tells more", "Web shop\nTells more"]));
    assert_eq!(seen["holes"], 0, "no edge is broken where its label would be");
    assert_eq!(
        seen["ways"],
        json!([
            "Web shop → API → Orders",
            "No way leads there along the arrows. This one goes against them: \
             Orders ← API ← Web shop",
            "No way leads there along the arrows. This one goes against some of them: \
             Orders ← API → Stock",
        ])
    );
    let joined = seen["joined"].as_array().unwrap();
    assert!(joined.contains(&json!("API → back\n2 edges")), "{joined:?}");
    assert_eq!(seen["found"], json!(["API (api)"]));
    let chosen = seen["chosen"].as_str().unwrap();
    for part in [
        "API",
        "service",
        "team",
        "shop",
        "Leads to (2)",
        "Orders — writes",
        "Reached from (2)",
        "App",
    ] {
        assert!(chosen.contains(part), "{part}: {chosen}");
    }
    assert_eq!(seen["state"], "api");
    assert_eq!((&seen["changed"], &seen["hidden"]), (&json!(true), &json!(true)));
    assert_eq!(seen["recalled"], seen["chosen"], "a link shows the same");
    assert_ne!(seen["next"], "API", "a key goes along an edge");
    assert_eq!(seen["layers"], json!(["data2", "service1", "ui2"]));
    assert_eq!(seen["closed"], "back closed");
    let listed: Vec<&str> =
        seen["listed"].as_array().unwrap().iter().filter_map(Json::as_str).collect();
    assert_eq!(listed.len(), 7);
    assert!(listed.iter().any(|one| one.contains("API") && one.contains("Orders")), "{listed:?}");
}

/// A hundred partitions with ten nodes each, and a layer of edges alone.
fn town() -> layercake::graph::Graph {
    let mut builder = GraphBuilder::default();
    for layer in ["house", "road"] {
        builder.layer(layercake::graph::Layer::plain(layer));
    }
    for at in 0..1000 {
        let (id, parent) = (format!("house {at}"), format!("street {}", at / 10));
        if at % 10 == 0 {
            builder.node(NodeRow { id: &parent, is_partition: true, ..NodeRow::default() });
        }
        let (layer, parent) = (Some("house"), Some(parent.as_str()));
        builder.node(NodeRow { id: &id, layer, parent, ..NodeRow::default() });
        let (source, layer) = (format!("house {}", at / 3), Some("road"));
        if at > 0 {
            builder.edge(EdgeRow { source: &source, target: &id, layer, ..EdgeRow::default() });
        }
    }
    builder.finish().graph
}

#[test]
fn a_large_picture_opens_with_names_that_can_be_read() {
    let page = export("html", r#"{ "layout": "grid" }"#, town());
    let Some(seen) = visit(&[page], "house 7") else { return };
    let seen = &seen[0];
    assert_eq!(seen["errors"], json!([]), "{seen:#}");
    assert!(seen["named"].as_u64().unwrap() > 50, "{}", seen["named"]);
    assert_eq!(seen["swatches"], json!(["", "line"]), "a layer of edges looks like a line");
}

#[test]
fn a_page_tells_what_numbers_look_like() {
    let options = r#"{ "layout": "grid", "theme": "auto",
        "node": { "color": "degree" }, "edge": { "width": "source.degree" } }"#;
    let page = export("html", options, shop());
    let Some(seen) = visit(&[page], "api") else { return };
    assert_eq!((&seen[0]["errors"], &seen[0]["requests"]), (&json!([]), &json!([])));
    let told = seen[0]["meanings"].as_array().unwrap();
    let [color, width] = &told[..] else { panic!("{told:?}") };
    assert_eq!(color["said"], "color of nodes: degree, 0 to 4");
    assert_eq!(width["said"], "width of edges: source.degree, 1 to 4");
    // The steps of a ramp, and much else, have colors of their own.
    assert!(color["colors"].as_u64().unwrap() > 12, "{told:?}");
}

#[test]
fn a_page_draws_the_icons_that_nodes_share() {
    let page = super::pictures::with_icons("a.html");
    let Some(seen) = visit(&[page], "n1") else { return };
    assert_eq!((&seen[0]["errors"], &seen[0]["requests"]), (&json!([]), &json!([])));
    // Gold is the color of nothing but an icon.
    assert_eq!(seen[0]["gold"], json!(true));
}

#[test]
fn pieces_of_rings_are_pointed_at_as_they_are_drawn() {
    let [rings, matrix] = ["sunburst", "matrix"]
        .map(|layout| export("html", &format!(r#"{{ "layout": "{layout}" }}"#), shop()));
    let Some(seen) = visit(&[rings, matrix], "api") else { return };
    for seen in &seen {
        assert_eq!(seen["errors"], json!([]), "{seen:#}");
        assert_eq!((&seen["found"], &seen["hidden"]), (&json!(["API (api)"]), &json!(true)));
        assert_eq!(seen["closed"], "back closed");
    }
    let pointed = seen[0]["pointed"].as_array().unwrap();
    assert_eq!(pointed.len(), 7, "{pointed:?}");
    for one in pointed {
        assert_eq!(one[0], one[1], "the label of a node is in it");
        let [name, _, corners @ ..] = &one.as_array().unwrap()[..] else { panic!("{one}") };
        let within = corners.iter().filter(|said| *said == name).count();
        assert!(corners.len() == 4 && within <= 2, "the box around it is not: {one}");
    }
}

#[test]
fn no_text_of_a_graph_does_anything_in_a_page() {
    let texts = &*hostile::TEXTS;
    let mut builder = GraphBuilder::default();
    for (at, text) in texts.iter().enumerate() {
        let (id, layer) = (format!("{at} {text}"), format!("layer {at}"));
        let plain = layercake::graph::Layer::plain(&layer);
        builder.layer(layercake::graph::Layer { label: text.clone(), ..plain });
        let (label, layer) = (Some(text.as_str()), Some(layer.as_str()));
        builder.node(NodeRow { id: &id, label, layer, comment: text, ..NodeRow::default() });
        builder.edge(EdgeRow { source: &id, target: "other", label: text, ..EdgeRow::default() });
    }
    builder.node(NodeRow { id: "other", ..NodeRow::default() });
    let cells = texts.iter().map(|text| Value::Text(text)).chain([Value::Null]);
    builder.node_attribute(Attribute::of_cells("hostile", Type::Text, cells));
    let page = export("html", "{}", builder.finish().graph);
    assert_eq!((page.matches("<script").count(), page.matches("</script").count()), (2, 2));
    let Some(seen) = visit(&[page], "other") else { return };
    let seen = &seen[0];
    assert_eq!((&seen["errors"], &seen["requests"]), (&json!([]), &json!([])), "{seen:#}");
    assert_eq!(seen["found"], json!(["other"]));
    assert_eq!(seen["listed"].as_array().unwrap().len(), texts.len() + 1);
}
