//! The file that keeps the places of a picture, so that small changes of a graph move little of it.
//!
//! A CSV with the columns `id`, `x` and `y` (the middle of each node and partition, in pixels) and
//! `pinned`, in which a person may write `true`.

use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::Graph;
use crate::layout::layered::Earlier;
use crate::layout::{Layout, Point};
use crate::source::Excerpt;
use crate::step::InputFile;

/// Reads where nodes were. Nodes that are not in the file are new; lines of nodes that are gone are
/// left out.
pub(super) fn read(
    file: &InputFile,
    graph: &Graph,
    diagnostics: &mut Diagnostics,
) -> Result<Vec<Option<Earlier>>, Failed> {
    let mut earlier = vec![None; graph.node_count()];
    let mut told = Diagnostics::default();
    for (id, place) in entries(file, &mut told) {
        if let Some(node) = graph.find_node(&id) {
            earlier[node.index().0 as usize] = Some(place);
        }
    }
    let has_failed = told.has_errors();
    diagnostics.append(told);
    if has_failed { Err(Failed) } else { Ok(earlier) }
}

/// Reads all lines, and tells what is wrong with them.
fn entries(file: &InputFile, diagnostics: &mut Diagnostics) -> Vec<(String, Earlier)> {
    let mut wrong = |message: String, at: Excerpt| {
        let error = Diagnostic::error("bad-lock", message).at(at, "");
        diagnostics.push(error.help("`layercake lock` writes such files"));
    };
    let whole = || Excerpt::whole_file(file.path.clone());
    let Ok(text) = std::str::from_utf8(&file.bytes) else {
        wrong("the file of places is no text in UTF-8".to_owned(), whole());
        return Vec::new();
    };
    let at = |line: usize| {
        let text = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        Excerpt::of_line(file.path.clone(), line, text, 0..text.len())
    };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header: Vec<String> = match reader.headers() {
        Ok(header) => header.iter().map(str::to_owned).collect(),
        Err(error) => {
            wrong(format!("the places cannot be read: {error}"), whole());
            return Vec::new();
        }
    };
    let column = |name: &str| header.iter().position(|column| column == name);
    let (Some(id), Some(x), Some(y)) = (column("id"), column("x"), column("y")) else {
        wrong("a file of places has the columns `id`, `x` and `y`".to_owned(), at(1));
        return Vec::new();
    };
    let pinned = column("pinned");
    let mut entries = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                wrong(format!("the places cannot be read: {error}"), whole());
                break;
            }
        };
        let line = record.position().map_or(0, |at| at.line() as usize);
        let cell = |column: usize| record.get(column).unwrap_or_default().trim();
        let number = |column: usize| cell(column).parse::<f64>().ok().filter(|it| it.is_finite());
        let is_pinned = match pinned.map_or("", cell) {
            "true" => Some(true),
            "" | "false" => Some(false),
            _ => None,
        };
        match (number(x), number(y), is_pinned) {
            (Some(x), Some(y), Some(is_pinned)) => {
                let middle = Point { x, y };
                entries.push((cell(id).to_owned(), Earlier { middle, is_pinned }));
            }
            (_, _, None) => wrong("`pinned` is `true`, `false` or nothing".to_owned(), at(line)),
            _ => wrong(format!("the place of `{}` is no two numbers", cell(id)), at(line)),
        }
    }
    entries
}

/// Writes where everything is; what is pinned stays so.
pub(super) fn write(graph: &Graph, layout: &Layout, before: Option<&InputFile>, out: &mut Vec<u8>) {
    let before = before.map(|file| entries(file, &mut Diagnostics::default())).unwrap_or_default();
    let pinned: HashMap<&str, bool> =
        before.iter().map(|(id, place)| (id.as_str(), place.is_pinned)).collect();
    let mut writer = csv::Writer::from_writer(out);
    // A writer into memory does not fail.
    let mut put = |cells: [&str; 4]| drop(writer.write_record(cells));
    put(["id", "x", "y", "pinned"]);
    for (node, rect) in graph.nodes().zip(&layout.nodes) {
        let x = tenth(rect.corner.x + rect.size.width / 2.0);
        let y = tenth(rect.corner.y + rect.size.height / 2.0);
        let is_pinned = pinned.get(node.id()).copied().unwrap_or(false);
        put([node.id(), &x, &y, if is_pinned { "true" } else { "" }]);
    }
}

/// A number to a tenth of a pixel.
fn tenth(number: f64) -> String {
    let rounded = (number * 10.0).round() / 10.0;
    format!("{}", rounded + 0.0)
}
