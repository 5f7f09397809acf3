//! Every case of an import: all that it gives is found, and marked is what it is called.

use std::sync::Arc;

use layercake::dag::FileId;
use layercake::diagnostic::Diagnostics;
use layercake::disk::{Disk, RealDisk};
use layercake::engine;
use layercake::graph::Graph;
use layercake::plan::Work;
use layercake::project::Project as Opened;
use layercake::registry::ImporterKind;
use layercake::source::Excerpt;
use layercake::step::{Data, InputFile};

use super::everything_in;
use crate::golden::cases;
use crate::support::{Project, repository};

/// Kinds whose rules are free to make an id of anything.
fn has_rules(kind: &ImporterKind) -> bool {
    let names = ["csv", "cytoscape", "dot", "gexf", "gml", "graphml", "json", "json_graph"];
    let others = ["mermaid", "node_link", "pajek"];
    !names.contains(&kind.kind.name) && !others.contains(&kind.kind.name)
}

#[test]
fn everything_that_a_case_imports_is_found_in_its_files() {
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let (mut kinds, mut things) = (std::collections::BTreeSet::new(), 0);
    for case in cases().iter().filter(|case| case.starts_with(repository("tests/importers"))) {
        let project = Project::copy_of(case, |path| path.starts_with("expected/"));
        let opened = Opened::find(&project.path(""), None, Vec::new(), &*disk).unwrap();
        let mut problems = Diagnostics::default();
        let dag = engine::read_dag(&opened, &disk, &mut problems);
        if problems.has_errors() {
            continue;
        }
        for id in dag.ids() {
            let Work::Import { kind, options } = &dag.step(id).work else { continue };
            let input = |id: &FileId| {
                let path = &dag.file_paths()[id.0 as usize];
                let bytes = project.bytes(path).unwrap_or_default();
                InputFile { path: path.as_str().into(), bytes: bytes.into() }
            };
            let files: Vec<Vec<InputFile>> =
                dag.files(id).iter().map(|files| files.iter().map(input).collect()).collect();
            let Ok(data) = (kind.import)(options, &files, &mut Diagnostics::default()) else {
                continue;
            };
            kinds.insert(kind.kind.name);
            things += check(kind, options, &files, &data);
        }
    }
    let all = layercake::registry::importers().len();
    assert!(kinds.len() == all && things > 1200, "{} of {all} kinds, {things} things", kinds.len());
}

/// Checks the places of all that an import gives, and returns how many that are.
fn check(kind: &ImporterKind, options: &str, files: &[Vec<InputFile>], data: &Data) -> usize {
    let wanted = everything_in(data);
    let places = (kind.locate)(options, files, &wanted);
    let name = kind.kind.name;
    let found = |place: &'_ Option<Excerpt>, what: &str| -> Excerpt {
        let place = place.clone().unwrap_or_else(|| panic!("{name}: {what} is not found"));
        check_excerpt(&place, files);
        place
    };
    for (id, place) in wanted.nodes.iter().zip(&places.nodes) {
        let place = found(place, id);
        let fits = match data.graph() {
            Some(graph) if has_rules(kind) => touches(&place, &names_of(graph, id)),
            _ => says(&place, id),
        };
        assert!(fits, "{name}: node {id} is at {place:?}");
    }
    for (edge, place) in wanted.edges.iter().zip(&places.edges) {
        let place = found(place, &edge.id);
        let fits = match data.graph() {
            Some(graph) if has_rules(kind) => {
                let mut names = names_of(graph, &edge.source);
                names.extend(names_of(graph, &edge.target));
                // A package may be named by what it provides.
                touches(&place, &names) || name == "debian_packages"
            }
            // These number nodes.
            _ if matches!(name, "gml" | "pajek") => {
                marked(&place).bytes().all(|b| b.is_ascii_digit())
            }
            _ => says(&place, &edge.source),
        };
        assert!(fits, "{name}: edge {edge:?} is at {place:?}");
    }
    for (row, place) in wanted.rows.iter().zip(&places.rows) {
        found(place, &format!("row {row}"));
    }
    wanted.nodes.len() + wanted.edges.len() + wanted.rows.len()
}

/// Checks that an excerpt is a line of one of the files, as far as these are text.
#[track_caller]
fn check_excerpt(place: &Excerpt, files: &[Vec<InputFile>]) {
    let file = files.iter().flatten().find(|file| file.path == place.path);
    let Some(file) = file else {
        let is_grid = |file: &InputFile| place.path.starts_with(&format!("{}[", file.path));
        assert!(files.iter().flatten().any(is_grid), "{place:?}");
        return;
    };
    let Ok(text) = std::str::from_utf8(&file.bytes) else { return };
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    let line = text.split('\n').nth(place.line - 1).unwrap();
    if !place.text.contains('…') {
        assert_eq!(line, place.text);
        assert_eq!(line[..place.range.start].chars().count() + 1, place.column);
    }
    let from = line.char_indices().nth(place.column - 1).map_or(line.len(), |(at, _)| at);
    let marked = marked(place).split('…').next().unwrap();
    assert!(line[from..].starts_with(marked) && !marked.is_empty(), "{place:?} in {line:?}");
}

fn marked(place: &Excerpt) -> &str {
    &place.text[place.range.clone()]
}

/// Returns whether an id is marked, as it may be written in a format with ids.
fn says(place: &Excerpt, id: &str) -> bool {
    let marked = marked(place);
    let bare = marked.trim_matches(['"', '\'']);
    let entities = [("&amp;", "&"), ("&lt;", "<"), ("&quot;", "\""), ("&#233;", "é")];
    let named =
        entities.iter().fold(bare.to_owned(), |text, (name, sign)| text.replace(name, sign));
    let is_number = id.bytes().all(|byte| byte.is_ascii_digit());
    marked == id
        || bare.trim() == id
        || named == id
        || marked.replace("\"\"", "\"").trim_matches('"') == id.trim_matches('"')
        || serde_json::from_str::<String>(marked).is_ok_and(|text| text == id)
        // The cluster of a partition is called after it.
        || bare.strip_prefix("cluster_") == Some(id)
        // A node without an id is its object, and one whose name goes on is marked where it begins.
        || marked == "{" && is_number
        || id.starts_with(bare.trim_end_matches('\\')) && place.text.ends_with('\\')
}

/// Returns the id of a node, what it consists of, and its label, in small letters.
fn names_of(graph: &Graph, id: &str) -> Vec<String> {
    let node = graph.nodes().find(|node| node.id() == id).unwrap();
    [id, node.label()].map(str::to_lowercase).into()
}

/// Returns whether what is marked is a part of one of the names, or the other way round. What has
/// no name in its item is that.
fn touches(place: &Excerpt, names: &[String]) -> bool {
    if marked(place) == "{" {
        return true;
    }
    let marked = marked(place).trim_matches(['"', '\'', '`']).to_lowercase();
    let parts = |name: &str| -> Vec<String> {
        name.split(['/', ':', ' ']).filter(|part| part.len() > 1).map(str::to_owned).collect()
    };
    names.iter().any(|name| {
        name.contains(&marked) || parts(name).iter().any(|part| marked.contains(part.as_str()))
    })
}
