//! Laws, over random projects and edits. `PROPTEST_CASES` says how many are tried.

use std::collections::BTreeSet;

use layercake::engine::Outcome;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::support::Project;

/// Texts that a format may trip over.
const TEXTS: [&str; 14] = [
    "",
    "plain",
    "two words",
    "a,b",
    "say \"hi\"",
    "two\nlines",
    "end",
    "#35;",
    "<b>&amp;",
    "\\n;",
    "=1+1",
    "שלום",
    "👩‍👩‍👧",
    " spaces ",
];
const IDS: [&str; 8] = ["a", "b", "c", "end", "a,b", "\"q\"", "x y", "é"];

fn config(cases: u32) -> ProptestConfig {
    let default = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => default,
        None => ProptestConfig { cases, ..default },
    }
}

/// The tables of a project, as rows of cells.
#[derive(Debug, Clone, PartialEq)]
struct Tables {
    nodes: Vec<Vec<String>>,
    edges: Vec<Vec<String>>,
}

/// Rows with ids that are used once, and edges and partitions that are there.
fn tables() -> impl Strategy<Value = Tables> {
    let id = || select(&IDS[..]);
    let node = (
        select(&TEXTS[..]),
        any::<Option<Index>>(),
        select(&["", "1", "2.5"][..]),
        select(&["", "7", "x"][..]),
    );
    let nodes = proptest::collection::btree_map(id(), node, 1..6);
    let edge = (any::<Index>(), any::<Index>(), select(&TEXTS[..]), select(&["", "3"][..]));
    (nodes, vec(edge, 0..8)).prop_map(|(nodes, edges)| {
        let ids: Vec<&str> = nodes.keys().copied().collect();
        let rows = nodes.iter().enumerate().map(|(at, (id, (label, parent, weight, owner)))| {
            // Partitions come before what they hold, so that there is no cycle.
            let parent = parent.filter(|_| at > 0).map_or("", |parent| ids[parent.index(at)]);
            [id, label, parent, weight, owner].map(|cell| (*cell).to_owned()).to_vec()
        });
        let nodes = rows.collect();
        let edges = edges.into_iter().map(|(source, target, label, weight)| {
            [*source.get(&ids), *target.get(&ids), label, weight].map(str::to_owned).to_vec()
        });
        Tables { nodes, edges: edges.collect() }
    })
}

fn csv(header: &str, rows: &[Vec<String>]) -> String {
    let mut text = format!("{header}\n");
    for row in rows {
        let cells: Vec<String> =
            row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        text += &(cells.join(",") + "\n");
    }
    text
}

/// Writes a file, unless it holds that text.
fn put(project: &Project, path: &str, text: &str) {
    if project.bytes(path).as_deref() != Some(text.as_bytes()) {
        project.write(path, text);
    }
}

impl Tables {
    fn write(&self, project: &Project) {
        put(project, "nodes.csv", &csv("id,label,belongs_to,weight,owner", &self.nodes));
        put(project, "edges.csv", &csv("source,target,label,weight", &self.edges));
    }
}

/// A project that can be edited.
#[derive(Debug, Clone, PartialEq)]
struct Model {
    tables: Tables,
    ops: BTreeSet<&'static str>,
    exports: BTreeSet<&'static str>,
    template: &'static str,
}

const OPS: [&str; 5] = [
    "drop_unconnected",
    "labels: { max_length: 4 }",
    "labels: { wrap_at: 2, of: nodes }",
    "aggregate_edges",
    "invert",
];
const EXPORTS: [&str; 9] = [
    "out/graph.json: { from: graph }",
    "out/graph.nodes.csv: { from: graph }",
    "result.json: { from: result }",
    "result.dot: { from: result }",
    "result.dot: { from: result, orientation: LR }",
    "result.mmd: { from: result, theme: dark }",
    "last.edges.csv: { from: last }",
    "last.matrix.csv: { from: last }",
    "index.txt: { from: [graph, last], template: index.tera }",
];

impl Model {
    fn write(&self, project: &Project) {
        self.tables.write(project);
        let mut plan = String::from("import:\n  graph: { nodes: nodes.csv, edges: edges.csv }\n");
        let ops: Vec<&str> = self.ops.iter().copied().collect();
        plan += &format!(
            "transform:\n  result: {{ from: graph, ops: [{}] }}\n  last: {{ from: result }}\nexport:\n",
            ops.iter()
                .map(|op| if op.contains(':') { format!("{{ {op} }}") } else { (*op).to_owned() })
                .collect::<Vec<_>>()
                .join(", ")
        );
        let mut paths = BTreeSet::new();
        for export in &self.exports {
            if paths.insert(self.path(export)) {
                plan += &format!("  {export}\n");
            }
        }
        put(project, "layercake.yaml", &plan);
        put(
            project,
            "index.tera",
            "{% include 'part.tera' %}{% for n, g in graphs %}{{ n }}{{ g.nodes | length }}{% endfor %}",
        );
        put(project, "part.tera", self.template);
    }

    fn path(&self, export: &'static str) -> &'static str {
        export.split(": ").next().unwrap()
    }

    fn outputs(&self) -> BTreeSet<&'static str> {
        self.exports.iter().map(|export| self.path(export)).collect()
    }
}

/// What a person may do between two builds.
#[derive(Debug, Clone)]
enum Edit {
    Relabel(Index, &'static str),
    AddNode(&'static str),
    RemoveNode(Index),
    AddEdge(Index, Index),
    RemoveEdge(Index),
    ReverseRows,
    Touch,
    Template(&'static str),
    Op(&'static str),
    Export(&'static str),
    DeleteOutput(Index),
    WriteOverOutput(Index),
    DeleteStore,
    DeleteBlobs,
    Revert(Index),
}

fn edit() -> impl Strategy<Value = Edit> {
    let index = any::<Index>;
    prop_oneof![
        3 => (index(), select(&TEXTS[..])).prop_map(|(at, text)| Edit::Relabel(at, text)),
        2 => select(&IDS[..]).prop_map(Edit::AddNode),
        1 => index().prop_map(Edit::RemoveNode),
        2 => (index(), index()).prop_map(|(source, target)| Edit::AddEdge(source, target)),
        2 => index().prop_map(Edit::RemoveEdge),
        1 => Just(Edit::ReverseRows),
        1 => Just(Edit::Touch),
        1 => select(&["", "x", "{{ nodes | length }}"][..]).prop_map(Edit::Template),
        2 => select(&OPS[..]).prop_map(Edit::Op),
        3 => select(&EXPORTS[..]).prop_map(Edit::Export),
        2 => index().prop_map(Edit::DeleteOutput),
        2 => index().prop_map(Edit::WriteOverOutput),
        1 => Just(Edit::DeleteStore),
        1 => Just(Edit::DeleteBlobs),
        2 => index().prop_map(Edit::Revert),
    ]
}

impl Edit {
    /// Makes the edit; `history` holds the project as it was before each edit.
    fn apply(&self, model: &mut Model, history: &[Model], project: &Project) {
        let outputs: Vec<&str> = model.outputs().into_iter().collect();
        let Tables { nodes, edges } = &mut model.tables;
        match self {
            Edit::Relabel(at, text) if !nodes.is_empty() => {
                let at = at.index(nodes.len());
                nodes[at][1] = (*text).to_owned();
            }
            Edit::AddNode(id) if !nodes.iter().any(|node| node[0] == *id) => {
                nodes.push([id, "new", "", "", ""].map(str::to_owned).to_vec());
            }
            // Edges may be left without an end: then the import fails.
            Edit::RemoveNode(at) if nodes.len() > 1 => drop(nodes.remove(at.index(nodes.len()))),
            Edit::AddEdge(source, target) => {
                let [source, target] = [source, target].map(|at| at.get(nodes)[0].clone());
                edges.push(vec![source, target, String::new(), String::new()]);
            }
            Edit::RemoveEdge(at) if !edges.is_empty() => drop(edges.remove(at.index(edges.len()))),
            Edit::ReverseRows => {
                nodes.reverse();
                edges.reverse();
            }
            Edit::Touch => project.write("nodes.csv", project.text("nodes.csv")),
            Edit::Template(text) => model.template = text,
            Edit::Op(op) => {
                let is_gone = model.ops.remove(op);
                model.ops.extend((!is_gone).then_some(*op));
            }
            Edit::Export(export) => {
                let is_gone = model.exports.len() > 1 && model.exports.remove(export);
                model.exports.extend((!is_gone).then_some(*export));
            }
            Edit::DeleteOutput(at) => {
                drop(std::fs::remove_file(project.path(outputs[at.index(outputs.len())])))
            }
            Edit::WriteOverOutput(at) => project.write(outputs[at.index(outputs.len())], "by hand"),
            Edit::DeleteStore => drop(std::fs::remove_dir_all(project.path(".layercake"))),
            Edit::DeleteBlobs => drop(std::fs::remove_dir_all(project.path(".layercake/blobs"))),
            Edit::Revert(at) => *model = at.get(history).clone(),
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(config(24))]

    #[test]
    fn an_incremental_build_equals_a_clean_one(
        tables in tables(),
        scripts in vec(vec(edit(), 1..4), 1..8),
    ) {
        let project = Project::of(&[]);
        let mut model = Model {
            tables,
            ops: BTreeSet::new(),
            exports: [EXPORTS[0], EXPORTS[3], EXPORTS[8]].into(),
            template: "first",
        };
        let mut history = vec![model.clone()];
        model.write(&project);
        project.build().succeeded();
        for edits in &scripts {
            for edit in edits {
                edit.apply(&mut model, &history, &project);
            }
            history.push(model.clone());
            model.write(&project);
            let clean = Project::of(&[]);
            model.write(&clean);
            let (build, clean_build) = (project.build(), clean.build());
            prop_assert_eq!(build.is_success(), clean_build.is_success(), "{:#?}", build);
            let bug = build.diagnostics().into_iter().any(|problem| problem.code == "internal");
            prop_assert!(!bug, "{:#?}", build);
            if !build.is_success() {
                continue;
            }
            for path in model.outputs() {
                prop_assert_eq!(project.bytes(path), clean.bytes(path), "`{}`: {:#?}", path, build);
            }
            let again = project.build();
            prop_assert!(again.is_success());
            prop_assert_eq!(again.built(), [""; 0], "{:#?}", again);
            prop_assert_eq!(again.ended(Outcome::Restored), [""; 0], "{:#?}", again);
        }
    }

    #[test]
    fn shuffled_rows_give_the_same_bytes(
        (before, nodes, edges) in tables().prop_flat_map(|tables| {
            let (nodes, edges) = (tables.nodes.clone(), tables.edges.clone());
            (Just(tables), Just(nodes).prop_shuffle(), Just(edges).prop_shuffle())
        }),
    ) {
        let after = Tables { nodes, edges };
        let built = |tables: Tables| {
            let project = Project::of(&[]);
            let exports = EXPORTS.iter().copied().filter(|export| !export.contains("LR")).collect();
            Model { tables, ops: OPS[..4].iter().copied().collect(), exports, template: "" }.write(&project);
            project.build().succeeded();
            let mut files = project.files();
            files.retain(|path, _| path != "nodes.csv" && path != "edges.csv");
            files
        };
        prop_assert_eq!(built(before), built(after));
    }

    #[test]
    fn an_exported_graph_can_be_imported_again(tables in tables()) {
        let project = Project::of(&[(
            "layercake.yaml",
            "import:\n  graph: { nodes: nodes.csv, edges: edges.csv }\nexport:\n  \
             graph.json: { from: graph }\n  graph.nodes.csv: { from: graph }\n  \
             graph.edges.csv: { from: graph }\n",
        )]);
        tables.write(&project);
        project.build().succeeded();
        let again = Project::of(&[(
            "layercake.yaml",
            "import:\n  graph: { nodes: graph.nodes.csv, edges: graph.edges.csv }\nexport:\n  \
             graph.json: { from: graph }\n",
        )]);
        for path in ["graph.nodes.csv", "graph.edges.csv"] {
            again.write(path, project.bytes(path).unwrap());
        }
        again.build().succeeded();
        prop_assert_eq!(again.text("graph.json"), project.text("graph.json"));
    }
}
