//! Files that hold a graph, read without a plan.

use std::collections::BTreeSet;
use std::sync::Arc;

use layercake::diagnostic::{Diagnostic, Diagnostics, names, reason};
use layercake::graph::{Graph, Table, Value};
use layercake::plan::importer_of;
use layercake::registry::{self, ImporterKind};
use layercake::source::Span;
use layercake::step::{Data, InputFile, Meta};
use layercake::tree::{Key, Tree, TreeNode};

use super::{Context, Exit};

/// The headers of the ends of edges, and of the colors of layers.
const SOURCES: [&str; 2] = ["source", "from"];
const TARGETS: [&str; 2] = ["target", "to"];
const COLORS: [&str; 3] = ["background", "background_color", "color"];
/// The headers of the layers of nodes and edges.
const LAYERS: [&str; 1] = ["layer"];

/// Reads the graph of files.
///
/// # Errors
///
/// Returns how the command ends if they hold none, which has then been said.
pub fn read(context: &Context, paths: &[String], format: Option<&str>) -> Result<Arc<Graph>, Exit> {
    let say = |problem: Diagnostic| {
        context.report_one(&problem);
        Exit::Usage
    };
    let kind = match format {
        Some(format) => named(format).map_err(|problem| say(*problem))?,
        None => of_name(&paths[0]).map_err(|problem| say(*problem))?,
    };
    let mut files = Vec::new();
    for path in paths {
        let content = context.disk.read(&context.folder().join(path)).map_err(|error| {
            let message = format!("`{path}` cannot be read: {}", reason(&error));
            say(Diagnostic::error("unreadable", message))
        })?;
        files.push(InputFile { path: path.as_str().into(), bytes: content.bytes.into() });
    }
    let mut problems = context.problems_of_plan();
    let graph = match kind.kind.name {
        "csv" => of_tables(kind, &files, &mut problems),
        _ => {
            if let Some(second) = paths.get(1) {
                let message = format!("`{}` holds a whole graph", paths[0]);
                let problem = Diagnostic::error("several-files", message)
                    .note(format!("`{second}` is one more file"))
                    .help("name one file, or several of tables");
                return Err(say(problem));
            }
            let key = if takes(kind, "graph") { "graph" } else { "data" };
            import(kind, &[(key, &files)], &mut problems)
        }
    };
    context.report(&problems);
    match graph {
        Some(Data::Graph(graph)) => Ok(graph),
        Some(Data::Table(_)) => {
            let message = format!("`{}` holds a table, not a graph", paths[0]);
            Err(say(Diagnostic::error("not-a-graph", message)))
        }
        None => Err(Exit::Failed),
    }
}

/// Returns the format of this name.
fn named(format: &str) -> Result<&'static ImporterKind, Box<Diagnostic>> {
    let kinds = registry::importers();
    kinds.iter().find(|kind| kind.kind.name == format).ok_or_else(|| {
        let known = kinds.iter().map(|kind| kind.kind.name);
        let message = format!("there is no format `{format}`");
        let problem = Diagnostic::error("unknown-format", message)
            .note(format!("there are {}", names(known.clone())));
        Box::new(problem.did_you_mean(format, known))
    })
}

/// Returns the format that the end of a name means.
fn of_name(path: &str) -> Result<&'static ImporterKind, Box<Diagnostic>> {
    importer_of(path).ok_or_else(|| {
        let message = format!("no format is known by the name of `{path}`");
        let problem = Diagnostic::error("unknown-format", message);
        Box::new(problem.help("say what it is: `--format dot`"))
    })
}

/// Returns whether a format is told its file by this key.
fn takes(kind: &ImporterKind, key: &str) -> bool {
    (kind.kind.normalize)(&options(&[(key, vec!["a".to_owned()])]), &Meta::default()).is_ok()
}

/// Imports files, under the keys that a plan would have them under.
fn import(
    kind: &ImporterKind,
    files: &[(&str, &[InputFile])],
    problems: &mut Diagnostics,
) -> Option<Data> {
    let paths = |files: &[InputFile]| files.iter().map(|file| file.path.to_string()).collect();
    let keys: Vec<(&str, Vec<String>)> =
        files.iter().map(|(key, files)| (*key, paths(files))).collect();
    let options = match (kind.kind.normalize)(&options(&keys), &Meta::default()) {
        Ok(options) => options,
        Err(_) => {
            let message = format!("the format `{}` needs more than a file", kind.kind.name);
            let problem = Diagnostic::error("missing-key", message);
            problems.push(problem.help("name it under `import:` in a plan, with what it needs"));
            return None;
        }
    };
    let groups: Vec<Vec<InputFile>> =
        files.iter().flat_map(|(_, files)| files.iter().map(|file| vec![file.clone()])).collect();
    (kind.import)(&options, &groups, problems).ok()
}

/// Writes options as a plan has them: a path, or a list of paths, under each key.
fn options(keys: &[(&str, Vec<String>)]) -> Tree {
    let span = Span::default();
    let tree = |node| Tree { span, node };
    let text = |path: &String| tree(TreeNode::Scalar { text: path.clone(), quoted: true });
    let value = |paths: &Vec<String>| match paths.as_slice() {
        [path] => text(path),
        paths => tree(TreeNode::List(paths.iter().map(text).collect())),
    };
    let entry =
        |(key, paths): &(&str, Vec<String>)| (Key { text: (*key).to_owned(), span }, value(paths));
    tree(TreeNode::Map(keys.iter().map(entry).collect()))
}

/// Reads tables of nodes, edges and layers, told apart by their columns. Nodes that edges name are
/// there where no table is of nodes, and so are layers.
fn of_tables(kind: &ImporterKind, files: &[InputFile], problems: &mut Diagnostics) -> Option<Data> {
    let (mut nodes, mut edges, mut layers) = (Vec::new(), Vec::new(), Vec::new());
    let (mut ends, mut named) = (BTreeSet::new(), BTreeSet::new());
    for file in files {
        let table = import(kind, &[("table", std::slice::from_ref(file))], problems)?;
        let table = table.table()?.clone();
        let has = |headers: &[&str]| headers.iter().any(|header| table.column(header).is_some());
        if has(&SOURCES) && has(&TARGETS) {
            ends.extend(cells(&table, &[&SOURCES[..], &TARGETS[..]].concat()));
            edges.push(file.clone());
        } else if has(&COLORS) && !has(&["parent", "belongs_to"]) {
            layers.push(file.clone());
            continue;
        } else {
            nodes.push(file.clone());
        }
        named.extend(cells(&table, &LAYERS));
    }
    let of_ids = |path: &str, ids: &BTreeSet<String>| {
        let rows = ids.iter().map(|id| format!("\"{}\"\n", id.replace('"', "\"\"")));
        let bytes = format!("id\n{}", rows.collect::<String>()).into_bytes();
        InputFile { path: path.into(), bytes: bytes.into() }
    };
    if nodes.is_empty() && !edges.is_empty() {
        nodes.push(of_ids("nodes.csv", &ends));
    }
    if layers.is_empty() && !named.is_empty() {
        layers.push(of_ids("layers.csv", &named));
    }
    import(kind, &[("nodes", &nodes), ("edges", &edges), ("layers", &layers)], problems)
}

/// Returns what stands in some columns, as it is written.
fn cells(table: &Table, headers: &[&str]) -> BTreeSet<String> {
    let columns = headers.iter().filter_map(|header| table.column(header));
    let texts = columns.flat_map(|column| (0..column.len()).map(|row| column.get(row)));
    texts.filter(|value| *value != Value::Null).map(|value| value.to_string()).collect()
}
