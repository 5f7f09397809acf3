//! Profiles of exports: each is an export of today, and the transform that it is made from.

use std::collections::BTreeMap;

use super::keys::Keys;
use super::looks::{Abilities, Looks};
use super::operations::operations;
use super::write::flow;
use super::{GRAPH, entry, escaped, map, plain, text};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::tree::{Key, Tree, TreeNode};

/// The entries of `transform` and `export`.
#[derive(Default)]
pub(super) struct Exports {
    pub transforms: Vec<(Key, Tree)>,
    pub exports: Vec<(Key, Tree)>,
}

/// What is done with the graph last, for what an exporter showed of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    Graph,
    /// The hierarchy, drawn as a graph.
    Hierarchy,
    /// A tree: of edges, or of partitions where there are no edges.
    Tree,
}

/// An exporter of the earlier tool.
struct OlderExporter {
    name: &'static str,
    format: &'static str,
    view: View,
    can: Abilities,
}

const NONE: Abilities = Abilities {
    contain: false,
    orientation: false,
    theme: false,
    graphviz: false,
    dot: false,
    notes: false,
    drawing: false,
    mermaid_theme: false,
};
const THEME: Abilities = Abilities { theme: true, ..NONE };
const DIAGRAM: Abilities = Abilities { contain: true, orientation: true, ..THEME };

const EXPORTERS: &[OlderExporter] = &[
    exporter("GML", "gml", View::Graph, NONE),
    exporter("DOT", "dot", View::Graph, Abilities { graphviz: true, dot: true, ..DIAGRAM }),
    exporter(
        "DOTHierarchy",
        "dot",
        View::Hierarchy,
        Abilities { orientation: true, dot: true, ..THEME },
    ),
    exporter("JSON", "json", View::Graph, NONE),
    exporter("PlantUML", "plantuml", View::Graph, Abilities { notes: true, ..DIAGRAM }),
    exporter("PlantUmlMindmap", "plantuml_mindmap", View::Tree, THEME),
    exporter("PlantUmlWbs", "plantuml_wbs", View::Tree, THEME),
    exporter("CSVNodes", "csv_nodes", View::Graph, NONE),
    exporter("CSVEdges", "csv_edges", View::Graph, NONE),
    exporter("CSVMatrix", "csv_matrix", View::Graph, NONE),
    exporter("Mermaid", "mermaid", View::Graph, Abilities { drawing: true, ..DIAGRAM }),
    exporter(
        "MermaidMindmap",
        "mermaid_mindmap",
        View::Tree,
        Abilities { mermaid_theme: true, ..THEME },
    ),
    exporter("MermaidTreemap", "mermaid_treemap", View::Tree, THEME),
    exporter("JSGraph", "template", View::Graph, NONE),
];

/// The exporter that a map with a template stands for.
const CUSTOM: &OlderExporter = &exporter("Custom", "handlebars", View::Graph, NONE);

const fn exporter(
    name: &'static str,
    format: &'static str,
    view: View,
    can: Abilities,
) -> OlderExporter {
    OlderExporter { name, format, view, can }
}

impl Exports {
    pub(super) fn of(keys: &mut Keys<'_>, profiles: &[&Tree]) -> Exports {
        let mut exports = Exports::default();
        let mut views = BTreeMap::new();
        let lasts: BTreeMap<Vec<&str>, Span> = profiles.iter().filter_map(output).collect();
        for profile in profiles {
            let file = output(profile);
            let last = file.as_ref().and_then(|(path, _)| lasts.get(path));
            match (file.as_ref(), last) {
                (Some((_, span)), Some(last)) if last != span => overwritten(keys, *span, *last),
                _ => exports.add(keys, profile, &mut views),
            }
        }
        exports
    }

    /// Adds the export of a profile; `views` are the transforms there are, by their operations.
    fn add(&mut self, keys: &mut Keys<'_>, profile: &Tree, views: &mut BTreeMap<String, String>) {
        keys.expect(profile, &["filename", "exporter", "render_config", "graph_config"]);
        let path = keys.needed_text(profile, "filename");
        let exporter = find_exporter(keys, profile);
        let graph_config = keys.map(profile, "graph_config");
        let mut ops = operations(keys, graph_config, profile.span);
        let render_config = keys.map(profile, "render_config");
        let can = exporter.map_or(NONE, |exporter| exporter.can);
        let looks = Looks::of(keys, render_config, can);
        let (Some((path, span)), Some(exporter)) = (path, exporter) else { return };
        ops.extend(looks.ops);
        match exporter.view {
            View::Graph => {}
            View::Hierarchy => ops.push(text(span, "edges_from_hierarchy")),
            View::Tree => ops.push(text(span, "hierarchy_from_edges")),
        }
        let from = self.view(ops, span, views);
        let mut entries = vec![entry(span, "from", text(span, &from))];
        if super::super::formats::exporter_of(path).map(|kind| kind.kind.name)
            != Some(exporter.format)
            && exporter.format != "template"
        {
            entries.push(entry(span, "format", text(span, exporter.format)));
        }
        entries.extend(own_options(keys, exporter, profile));
        entries.extend(looks.options);
        let key = Key { text: path.replace("${", "$${"), span };
        self.exports.push((key, map(span, entries)));
    }

    /// Returns the name of the graph that operations make.
    fn view(&mut self, ops: Vec<Tree>, span: Span, views: &mut BTreeMap<String, String>) -> String {
        if ops.is_empty() {
            return GRAPH.to_owned();
        }
        let form: String = ops.iter().map(|op| flow(op) + "\n").collect();
        if let Some(name) = views.get(&form) {
            return name.clone();
        }
        let name = match self.transforms.len() {
            0 => "view".to_owned(),
            count => format!("view_{}", count + 1),
        };
        let ops = Tree { span, node: TreeNode::List(ops) };
        let options = vec![entry(span, "from", text(span, GRAPH)), entry(span, "ops", ops)];
        self.transforms.push(entry(span, &name, map(span, options)));
        views.insert(form, name.clone());
        name
    }
}

/// Returns the parts of the path that a profile writes to, and where it stands.
fn output<'t>(profile: &&'t Tree) -> Option<(Vec<&'t str>, Span)> {
    let path = profile.get("filename")?;
    let parts = path.text()?.split('/').filter(|part| !matches!(*part, "" | "."));
    Some((parts.collect(), path.span))
}

/// Tells of an output that a later profile writes over.
fn overwritten(keys: &mut Keys<'_>, span: Span, last: Span) {
    let problem =
        Diagnostic::warning("overwritten", "two profiles write one file; the last counts")
            .note("the earlier tool wrote the one over the other")
            .help("give them files of their own, or remove the first");
    keys.tell(problem, &[(span, "this one is left out"), (last, "this one counts")]);
}

/// Finds the exporter of a profile: a word, or a map that names a template.
fn find_exporter(keys: &mut Keys<'_>, profile: &Tree) -> Option<&'static OlderExporter> {
    match profile.get("exporter").filter(|value| !value.is_null()) {
        None => {
            keys.missing(profile.span, "exporter");
            None
        }
        Some(custom) if matches!(custom.node, TreeNode::Map(_)) => Some(CUSTOM),
        Some(_) => {
            let (word, span) = keys.text(profile, "exporter")?;
            let found = EXPORTERS.iter().find(|exporter| exporter.name == word);
            if found.is_none() {
                keys.unknown_word(word, span, EXPORTERS.iter().map(|exporter| exporter.name));
            }
            found
        }
    }
}

/// Returns the options that an exporter always had, or has of its own.
fn own_options(keys: &mut Keys<'_>, exporter: &OlderExporter, profile: &Tree) -> Vec<(Key, Tree)> {
    let span = profile.get("exporter").map_or(profile.span, |value| value.span);
    match exporter.name {
        "CSVMatrix" => vec![entry(span, "labels", plain(span, "true"))],
        "DOTHierarchy" => {
            let attributes = [("shape", "plaintext"), ("style", "filled,dashed")];
            let attributes = attributes.map(|(key, value)| entry(span, key, text(span, value)));
            vec![entry(span, "node", map(span, attributes.into()))]
        }
        "JSGraph" => {
            let problem =
                Diagnostic::warning("older-key", "`JSGraph` makes a page of its own kind")
                    .note("it draws the graph in two dimensions, and loads nothing from elsewhere");
            keys.warn(problem, span);
            vec![entry(span, "template", text(span, "builtin:graph.html"))]
        }
        "Custom" => custom_options(keys, profile),
        _ => Vec::new(),
    }
}

fn custom_options(keys: &mut Keys<'_>, profile: &Tree) -> Vec<(Key, Tree)> {
    let Some(custom) = keys.map(profile, "exporter") else { return Vec::new() };
    keys.expect(custom, &["template", "partials"]);
    let mut options = Vec::new();
    if let Some((path, span)) = keys.needed_text(custom, "template") {
        options.push(entry(span, "template", escaped(span, path)));
    }
    if let Some(partials) = keys.map(custom, "partials") {
        let mut files = Vec::new();
        for (key, _) in partials.entries() {
            if let Some((path, span)) = keys.text(partials, &key.text) {
                files.push((key.clone(), escaped(span, path)));
            }
        }
        options.push(entry(partials.span, "partials", map(partials.span, files)));
    }
    options
}
