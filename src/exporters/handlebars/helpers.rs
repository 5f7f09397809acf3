//! The helpers of templates: those that Handlebars has, and those of the earlier tool.

use std::cmp::Ordering;
use std::fmt::Write as _;

use serde_json::Value as Json;

use super::super::mermaid::text::write_bare_label;
use super::super::plantuml::text::write_text;
use super::super::substitutes::Substitutes;

/// How deep a tree is written.
const DEEPEST: usize = 64;

/// Calls a helper; `root` is all that the template sees.
pub fn call(name: &str, values: &[&Json], root: &Json) -> Result<Json, String> {
    let at = |place: usize| values.get(place).copied().unwrap_or(&Json::Null);
    let (first, second) = (at(0), at(1));
    Ok(match name {
        "eq" | "stringeq" => Json::from(is_equal(first, second)),
        "ne" => Json::from(!is_equal(first, second)),
        "gt" => Json::from(compare(first, second) == Some(Ordering::Greater)),
        "gte" => Json::from(compare(first, second).is_some_and(Ordering::is_ge)),
        "lt" => Json::from(compare(first, second) == Some(Ordering::Less)),
        "lte" => Json::from(compare(first, second).is_some_and(Ordering::is_le)),
        "and" => Json::from(values.iter().all(|value| is_truthy(value))),
        "or" => Json::from(values.iter().any(|value| is_truthy(value))),
        "not" => Json::from(!is_truthy(first)),
        "len" => Json::from(length(first)),
        "lookup" => found(first, second),
        "exists" => Json::from(!is_nothing(first)),
        "isnull" => Json::from(first.is_null()),
        "is_empty" => Json::from(length(first) == 0),
        "inline" => Json::from(text(first).split_whitespace().collect::<Vec<_>>().join(" ")),
        "mermaid_safe" => Json::from(mermaid(&text(first))),
        "yaml_quote" => Json::from(Json::from(text(first)).to_string()),
        "sanitize_id" => Json::from(word(&text(first))),
        "mindmap_prefix" => Json::from("*".repeat(depth(first) + 2)),
        "mindmap_indent" => Json::from("  ".repeat(depth(first) + 2)),
        "edge_penwidth" => number(first.as_f64().unwrap_or(1.0).clamp(1.0, 6.0)),
        "treemap_value" => number(first.as_f64().unwrap_or(1.0).max(1.0)),
        "layer_has_nodes" => Json::from(has_nodes(&layer_id(first), root)),
        "layer_bg_color" => background(&text(first), root),
        "puml_link_color" => match background(&text(first), root) {
            Json::String(color) => Json::from(format!("#{color}")),
            _ => Json::from(""),
        },
        "dot_render_tree" => tree(first, dot),
        "mermaid_render_tree" => tree(first, mermaid_node),
        "puml_render_tree" => tree(first, plantuml),
        _ => return Err(format!("there is no helper `{name}` here")),
    })
}

/// Returns whether a value counts as true.
pub fn is_truthy(value: &Json) -> bool {
    match value {
        Json::Null => false,
        Json::Bool(truth) => *truth,
        Json::Number(number) => number.as_f64().is_some_and(|number| number != 0.0),
        Json::String(text) => !text.is_empty(),
        Json::Array(items) => !items.is_empty(),
        Json::Object(_) => true,
    }
}

/// Makes a number that prints `2`, not `2.0`, where it is whole.
pub fn number(number: f64) -> Json {
    match number as i64 {
        whole if whole as f64 == number => Json::from(whole),
        _ => Json::from(number),
    }
}

fn is_nothing(value: &Json) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.is_empty() || text == "null")
}

fn is_equal(a: &Json, b: &Json) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

fn compare(a: &Json, b: &Json) -> Option<Ordering> {
    match (a, b) {
        (Json::String(a), Json::String(b)) => Some(a.cmp(b)),
        _ => a.as_f64()?.partial_cmp(&b.as_f64()?),
    }
}

fn length(value: &Json) -> usize {
    match value {
        Json::Array(items) => items.len(),
        Json::Object(items) => items.len(),
        Json::String(text) => text.chars().count(),
        _ => 0,
    }
}

fn found(value: &Json, key: &Json) -> Json {
    let found = match key.as_u64() {
        Some(at) => value.get(at as usize),
        None => value.get(key.as_str().unwrap_or_default()),
    };
    found.cloned().unwrap_or_default()
}

fn text(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Makes an id that diagrams take: letters, digits and `_`.
fn word(text: &str) -> String {
    text.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' }).collect()
}

fn depth(value: &Json) -> usize {
    value.as_u64().map_or(0, |depth| (depth as usize).min(DEEPEST))
}

fn layer_id(value: &Json) -> String {
    text(value.get("id").unwrap_or(value))
}

fn has_nodes(layer: &str, root: &Json) -> bool {
    let nodes = root["flow_nodes"].as_array();
    nodes.is_some_and(|nodes| nodes.iter().any(|node| node["layer"].as_str() == Some(layer)))
}

fn background(layer: &str, root: &Json) -> Json {
    root["layer_map"][layer]["background_color"].clone()
}

fn mermaid(text: &str) -> String {
    let mut out = Vec::new();
    write_bare_label(&mut out, text, &mut Substitutes::default());
    String::from_utf8_lossy(&out).into_owned()
}

/// Writes one node of a tree: where it opens, and if it holds others, where it closes.
type Write = fn(out: &mut String, node: &Json, depth: usize, is_open: bool, holds: bool);

/// Writes a tree, or a list of trees.
fn tree(value: &Json, write: Write) -> Json {
    let mut out = String::new();
    match value {
        Json::Array(roots) => roots.iter().for_each(|root| branch(&mut out, root, 0, write)),
        root => branch(&mut out, root, 0, write),
    }
    Json::from(out)
}

fn branch(out: &mut String, node: &Json, depth: usize, write: Write) {
    let children = node["children"].as_array().map_or(&[][..], Vec::as_slice);
    let holds = !children.is_empty() && depth < DEEPEST;
    write(out, node, depth, true, holds);
    if holds {
        children.iter().for_each(|child| branch(out, child, depth + 1, write));
        write(out, node, depth, false, true);
    }
}

fn quoted(value: &Json) -> String {
    Json::from(text(value)).to_string()
}

fn dot(out: &mut String, node: &Json, depth: usize, is_open: bool, holds: bool) {
    let indent = "  ".repeat(depth + 1);
    let (id, label) = (quoted(&node["id"]), quoted(&node["label"]));
    let cluster = quoted(&Json::from(format!("cluster_{}", text(&node["id"]))));
    // Writing to a text cannot fail.
    let _ = match (is_open, holds) {
        (true, true) => writeln!(out, "{indent}subgraph {cluster} {{\n{indent}  label={label};"),
        (true, false) => writeln!(out, "{indent}{id} [label={label}];"),
        _ => writeln!(out, "{indent}}}"),
    };
}

fn mermaid_node(out: &mut String, node: &Json, depth: usize, is_open: bool, holds: bool) {
    let indent = "  ".repeat(depth + 1);
    let (id, label) = (word(&text(&node["id"])), mermaid(&text(&node["label"])));
    let _ = match (is_open, holds) {
        (true, true) => writeln!(out, "{indent}subgraph {id}[\"{label}\"]"),
        (true, false) => writeln!(out, "{indent}{id}[\"{label}\"]"),
        _ => writeln!(out, "{indent}end"),
    };
}

fn plantuml(out: &mut String, node: &Json, depth: usize, is_open: bool, holds: bool) {
    let indent = "  ".repeat(depth);
    let mut label = Vec::new();
    write_text(&mut label, &text(&node["label"]), &mut Substitutes::default());
    let (id, label) = (word(&text(&node["id"])), String::from_utf8_lossy(&label));
    let layer = text(&node["layer"]);
    let layer = if layer.is_empty() { layer } else { format!(" <<{}>>", word(&layer)) };
    let _ = match (is_open, holds) {
        (true, true) => writeln!(out, "{indent}rectangle \"{label}\" as {id}{layer} {{"),
        (true, false) => writeln!(out, "{indent}rectangle \"{label}\" as {id}{layer}"),
        _ => writeln!(out, "{indent}}}"),
    };
}
