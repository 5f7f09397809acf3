//! Laws, over random projects and edits. `PROPTEST_CASES` says how many are tried.

use std::collections::BTreeSet;
use std::fs::{self, File, FileTimes};
use std::io::ErrorKind;
use std::sync::Arc;

use layercake::disk::RealDisk;
use layercake::engine::{Outcome, Request};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::support::{Fault, FaultyDisk, Project, files_below, rounds};

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
    let cases = rounds(cases as usize, 100 * cases as usize) as u32;
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
    /// A second file of nodes, which a glob finds.
    more: Option<&'static str>,
    /// What the plan's variable is.
    theme: &'static str,
    /// How the plan is written, which is to change nothing.
    style: usize,
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
    "result.dot: { from: result, theme: '${theme}' }",
    "result.dot: { from: result, orientation: LR }",
    "result.mmd: { from: both, theme: dark }",
    "last.edges.csv: { from: last }",
    "last.matrix.csv: { from: last }",
    "index.txt: { from: [graph, last], template: index.tera }",
];

impl Model {
    fn write(&self, project: &Project) {
        self.tables.write(project);
        let mut plan = format!("vars: {{ theme: {} }}\nimport:\n", self.theme);
        plan += "  graph: { nodes: nodes.csv, edges: edges.csv }\n";
        plan += "  more: { nodes: 'more*.csv', on_error: drop }\n";
        let ops: Vec<&str> = self.ops.iter().copied().collect();
        plan += &format!(
            "transform:\n  result: {{ from: graph, ops: [{}] }}\n  last: {{ from: result }}\n  both: {{ from: [result, more], ops: [] }}\nexport:\n",
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
        let (head, exports) = plan.split_once("export:\n").unwrap_or_default();
        let plan = match self.style {
            0 => plan,
            1 => format!("# A note.\nexport:\n{exports}{head}"),
            _ => plan
                .replace("{ from: graph }", "\n    from: [graph] # Another.")
                .replace('\n', "\r\n"),
        };
        put(project, "layercake.yaml", &plan);
        put(project, "more.csv", "id,label\nmore,More\n");
        match self.more {
            Some(label) => put(project, "more-2.csv", &format!("id,label\nmore-2,{label}\n")),
            None => drop(fs::remove_file(project.path("more-2.csv"))),
        }
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
    /// One file of the store, by the place of its path.
    DeleteInStore(Index),
    DamageInStore(Index, Index),
    Revert(Index),
    More(Option<&'static str>),
    Theme(&'static str),
    Style(usize),
    /// A change that keeps size and time.
    Stealthy,
    /// A file that another takes the place of.
    Replace,
    MoveOutput(Index, Index),
    KilledBuild(usize),
    RefusedBuild(usize),
    Target(Index, usize),
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
        1 => index().prop_map(Edit::DeleteInStore),
        1 => (index(), index()).prop_map(|(file, byte)| Edit::DamageInStore(file, byte)),
        2 => index().prop_map(Edit::Revert),
        2 => select(&[None, Some("One"), Some("Two")][..]).prop_map(Edit::More),
        1 => select(&["light", "dark", "none"][..]).prop_map(Edit::Theme),
        1 => (0..3_usize).prop_map(Edit::Style),
        2 => Just(Edit::Stealthy),
        1 => Just(Edit::Replace),
        1 => (index(), index()).prop_map(|(from, to)| Edit::MoveOutput(from, to)),
        2 => (0..120_usize).prop_map(Edit::KilledBuild),
        1 => (0..120_usize).prop_map(Edit::RefusedBuild),
        2 => (index(), 1..4_usize).prop_map(|(target, jobs)| Edit::Target(target, jobs)),
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
                drop(fs::remove_file(project.path(outputs[at.index(outputs.len())])))
            }
            Edit::WriteOverOutput(at) => project.write(outputs[at.index(outputs.len())], "by hand"),
            Edit::DeleteStore => drop(fs::remove_dir_all(project.path(".layercake"))),
            Edit::DeleteInStore(at) => {
                if let Some((path, _)) = in_store(project, at) {
                    project.remove(&path);
                }
            }
            Edit::DamageInStore(at, byte) => {
                if let Some((path, mut bytes)) =
                    in_store(project, at).filter(|(_, b)| !b.is_empty())
                {
                    let byte = byte.index(bytes.len());
                    bytes[byte] ^= 0x40;
                    project.write(&path, bytes);
                }
            }
            Edit::More(label) => model.more = *label,
            Edit::Theme(theme) => model.theme = theme,
            Edit::Style(style) => model.style = *style,
            Edit::Stealthy => {
                let path = project.path("nodes.csv");
                let time = fs::metadata(&path).unwrap().modified().unwrap();
                if let Some(label) = nodes.first_mut().map(|node| &mut node[1]) {
                    *label = label.chars().map(|c| if c == 'a' { 'e' } else { 'a' }).collect();
                }
                model.write(project);
                let file = File::options().append(true).open(path).unwrap();
                file.set_times(FileTimes::new().set_modified(time)).unwrap();
            }
            Edit::Replace => {
                project.write("other", project.text("edges.csv"));
                fs::rename(project.path("other"), project.path("edges.csv")).unwrap();
            }
            Edit::MoveOutput(from, to) => {
                let [from, to] =
                    [from, to].map(|at| project.path(outputs[at.index(outputs.len())]));
                drop(fs::rename(from, to));
            }
            Edit::KilledBuild(at) => half_build(model, project, Fault::Kill(*at)),
            Edit::RefusedBuild(at) => {
                half_build(model, project, Fault::Once(*at, ErrorKind::PermissionDenied));
            }
            Edit::Target(at, jobs) => {
                model.write(project);
                let targets = vec![outputs[at.index(outputs.len())].to_owned()];
                project.build_with(&Request { targets, jobs: *jobs, ..Request::default() });
            }
            Edit::Revert(at) => *model = at.get(history).clone(),
            _ => {}
        }
    }
}

/// Returns a file of the store, if there is any.
fn in_store(project: &Project, at: &Index) -> Option<(String, Vec<u8>)> {
    let store = project.path(".layercake");
    let files: Vec<_> =
        if store.is_dir() { files_below(&store).into_iter().collect() } else { vec![] };
    let file = (!files.is_empty()).then(|| at.get(&files).clone());
    file.map(|(path, bytes)| (format!(".layercake/{path}"), bytes))
}

/// Makes the edits so far, and builds on a disk with a fault.
fn half_build(model: &Model, project: &Project, fault: Fault) {
    model.write(project);
    project.build_on(Arc::new(FaultyDisk::new(fault)), &Request::default());
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
            more: None,
            theme: "light",
            style: 0,
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
            let build = project.build_shortest(Arc::new(RealDisk));
            let clean_build = clean.build();
            prop_assert_eq!(build.is_success(), clean_build.is_success(), "{:#?}", build);
            let bug = build.diagnostics().into_iter().any(|problem| problem.code == "internal");
            prop_assert!(!bug, "{:#?}", build);
            if !build.is_success() {
                continue;
            }
            for path in model.outputs() {
                prop_assert_eq!(project.bytes(path), clean.bytes(path), "`{}`: {:#?}", path, build);
            }
            let again = project.build_shortest(Arc::new(RealDisk));
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
            Model { tables, ops: OPS[..4].iter().copied().collect(), exports, template: "", more: None, theme: "light", style: 0 }.write(&project);
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
