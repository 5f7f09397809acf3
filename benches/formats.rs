//! Measures every format by itself: how long a large graph takes to write and to read, and how much
//! memory a reader takes, beside readers written for Python.
//!
//! `make bench` runs all of it; `cargo bench --bench formats -- write` or `read` runs a part. Every
//! figure is the best of several runs; compare figures of one run only. All of it is done on one
//! thread, so that its processor time is what a machine with nothing else to do takes.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints, and may end")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use layercake::diagnostic::Diagnostics;
use layercake::graph::{EdgeRow, Graph, GraphBuilder, Layer, NodeRow};
use layercake::registry;
use layercake::step::{Data, InputFile, NamedData, Shape};

use nix::sys::resource::UsageWho;

use self::support::{MEASURE, measure, memory, processor_time, run};

#[path = "../examples/big/generate.rs"]
#[allow(dead_code, reason = "the generator is a command of its own")]
mod generate;
#[allow(dead_code, reason = "not every benchmark needs all of it")]
mod support;

/// Set for the process that reads files, or does nothing.
const READ: &str = "LAYERCAKE_BENCH_READ";
/// How often each thing is done.
const RUNS: usize = 7;
/// What is asked of a writer and of a reader, in seconds.
const MOST_TO_WRITE: f64 = 0.25;
const MOST_TO_READ: f64 = 0.6;

/// The formats of graphs: what writes them, what reads them, and what else does, if anything.
const FORMATS: &[(&str, &str, &str)] = &[
    ("cytoscape", "cytoscape", ""),
    ("dot", "dot", ""),
    ("gexf", "gexf", "networkx gexf"),
    ("gml", "gml", "networkx gml"),
    ("graphml", "graphml", "networkx graphml"),
    ("json", "json", ""),
    ("json_graph", "json_graph", ""),
    ("mermaid", "mermaid", ""),
    ("node_link", "node_link", "networkx node_link"),
    ("pajek", "pajek", "networkx pajek"),
];

/// The tables of CSV, and what else reads them.
const TABLES: &[&str] = &["python csv", "polars csv"];

fn main() {
    if std::env::var_os(MEASURE).is_some() {
        return measure();
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(how) = std::env::var_os(READ) {
        return read_in_process(how == "nothing", &arguments);
    }
    let only: Vec<&String> = arguments.iter().filter(|a| !a.starts_with("--")).collect();
    let wants = |name: &str| only.is_empty() || only.iter().any(|wanted| *wanted == name);
    let folder = tempfile::Builder::new().prefix("layercake-bench").tempdir_in(memory()).unwrap();
    if wants("write") {
        write(folder.path());
    }
    if wants("read") {
        read(folder.path());
    }
}

/// One large graph, written in each format.
fn write(folder: &Path) {
    let edges = generate::generate(folder, 100_000).unwrap();
    let tables = ["nodes", "edges", "layers"].map(|table| folder.join(format!("{table}.csv")));
    let graph = Arc::new(import("csv", &tables.each_ref().map(|path| path.to_str().unwrap())));
    println!("\n100000 nodes and {edges} edges written; asked: {:.0} ms", MOST_TO_WRITE * 1e3);
    println!("{:28} {:>10} {:>10} {:>9} {:>10}", "", "wall", "processor", "size", "speed");
    // A matrix has a cell for each pair of nodes, and a template is not ours to measure.
    let kinds = registry::exporters().iter().filter(|kind| !kind.extensions.is_empty());
    let kinds = kinds.filter(|kind| kind.takes.contains(&Shape::Graph));
    for kind in kinds.filter(|kind| kind.kind.name != "csv_matrix") {
        let (took, size) = best(|| {
            let from = [NamedData { name: "g".into(), data: Data::Graph(graph.clone()) }];
            let mut out = Vec::new();
            (kind.export)("{}", &from, &[], &mut out, &mut Diagnostics::default()).unwrap();
            out.len()
        });
        row(kind.kind.name, took, size, MOST_TO_WRITE, "");
    }
}

/// One large graph, read in each format.
fn read(folder: &Path) {
    let graph = Arc::new(graph(100_000, 200_000));
    println!("\n100000 nodes and 200000 edges read; asked: {:.0} ms", MOST_TO_READ * 1e3);
    println!("{:28} {:>10} {:>10} {:>9} {:>10}", "", "wall", "processor", "size", "speed");
    let export = |kind: &str| {
        let row = registry::exporters().iter().find(|row| row.kind.name == kind).unwrap();
        let from = [NamedData { name: "g".into(), data: Data::Graph(graph.clone()) }];
        let mut out = Vec::new();
        (row.export)("{}", &from, &[], &mut out, &mut Diagnostics::default()).unwrap();
        let path = folder.join(format!("graph.{kind}"));
        fs::write(&path, out).unwrap();
        path.into_os_string().into_string().unwrap()
    };
    let tables = ["csv_nodes", "csv_edges", "csv_layers"].map(export);
    read_one("csv", &tables, TABLES);
    for (writer, reader, other) in FORMATS {
        let others: &[&str] = if other.is_empty() { &[] } else { &[other] };
        read_one(reader, &[export(writer)], others);
    }
}

/// Reads files by a kind of import, then by other readers.
fn read_one(kind: &str, paths: &[String], others: &[&str]) {
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let size = paths.iter().map(|path| fs::metadata(path).unwrap().len()).sum::<u64>() as usize;
    let (took, _) = best(|| import(kind, &paths).edge_count());
    let peak = |how: &str| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg(kind).args(&paths);
        run(&mut command, &[(READ, how)]).memory
    };
    let memory = peak("read").saturating_sub(peak("nothing"));
    let memory = format!("{:>5.1} × in memory", memory as f64 / size as f64);
    row(kind, took, size, MOST_TO_READ, &memory);
    for other in others {
        match in_python(other, &paths) {
            Some(took) => row(&format!("  {other}"), took, size, f64::INFINITY, ""),
            None => println!("  {other:26} is not installed"),
        }
    }
}

/// Does what a process that is measured is for: reads the files of the arguments, or nothing.
fn read_in_process(does_nothing: bool, arguments: &[String]) {
    let paths: Vec<&str> = arguments[1..].iter().map(String::as_str).collect();
    if !does_nothing {
        import(&arguments[0], &paths);
    }
}

/// Imports the files of a graph: one, or the tables of nodes, edges and layers.
fn import(kind: &str, paths: &[&str]) -> Graph {
    let row = registry::importers().iter().find(|row| row.kind.name == kind).unwrap();
    let options = match paths {
        [nodes, edges, layers] => {
            let table = |path: &str| format!(r#"{{"path": {path:?}}}"#);
            let (nodes, edges, layers) = (table(nodes), table(edges), table(layers));
            format!(r#"{{"nodes": {nodes}, "edges": {edges}, "layers": {layers}}}"#)
        }
        _ => format!(r#"{{"graph": {:?}}}"#, paths[0]),
    };
    let mut diagnostics = Diagnostics::default();
    let groups: Vec<Vec<InputFile>> = files(paths).into_iter().map(|file| vec![file]).collect();
    let graph = (row.import)(&options, &groups, &mut diagnostics);
    assert!(graph.is_ok(), "{kind}: {diagnostics:?}");
    graph.unwrap().into_graph().unwrap()
}

fn files(paths: &[&str]) -> Vec<InputFile> {
    let file =
        |path: &&str| InputFile { path: (*path).into(), bytes: fs::read(path).unwrap().into() };
    paths.iter().map(file).collect()
}

fn graph(nodes: u32, edges: u32) -> Graph {
    let mut builder = GraphBuilder::default();
    for at in 0..7 {
        builder.layer(Layer::plain(&format!("layer{at}")));
    }
    let (mut id, mut label, mut layer) = (String::new(), String::new(), String::new());
    let set = |text: &mut String, name: &str, at: u32| {
        text.clear();
        let _ = write!(text, "{name}{at}");
    };
    for at in 0..nodes {
        set(&mut id, "service-", at);
        set(&mut label, "The service number ", at);
        set(&mut layer, "layer", at % 7);
        let row = NodeRow { id: &id, label: Some(&label), ..NodeRow::default() };
        builder.node(NodeRow { layer: Some(&layer), ..row });
    }
    for at in 0..edges {
        // Steps that meet no pair twice.
        let (source, target) = (at % nodes, (at * 7 + at / nodes + 1) % nodes);
        set(&mut layer, "layer", at % 7);
        let row = EdgeRow { label: "calls", layer: Some(&layer), ..EdgeRow::default() };
        builder.edge_between(source, target, row);
    }
    builder.finish().graph
}

/// What something takes, in seconds.
#[derive(Clone, Copy)]
struct Took {
    wall: f64,
    processor: f64,
}

/// Returns what a reader written for Python takes at best, if it is there.
fn in_python(reader: &str, paths: &[&str]) -> Option<Took> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let own = root.join("target/python/bin/python");
    let python = if own.exists() { own } else { "python3".into() };
    let script = root.join("benches/readers.py");
    let output = Command::new(python).arg(script).arg(reader).args(paths).output().ok()?;
    let output = String::from_utf8(output.stdout).ok()?;
    let (wall, processor) = output.trim().split_once(' ')?;
    Some(Took { wall: wall.parse().ok()?, processor: processor.parse().ok()? })
}

/// Returns the least that several runs take, and what the last of them gave.
fn best<T>(mut work: impl FnMut() -> T) -> (Took, T) {
    let mut least = Took { wall: f64::INFINITY, processor: f64::INFINITY };
    let mut last = None;
    for _ in 0..RUNS {
        let (started, before) = (Instant::now(), processor_time(UsageWho::RUSAGE_SELF));
        let result = work();
        least.wall = started.elapsed().as_secs_f64().min(least.wall);
        least.processor = (processor_time(UsageWho::RUSAGE_SELF) - before).min(least.processor);
        last = Some(result);
    }
    (least, last.unwrap())
}

fn row(name: &str, took: Took, size: usize, most: f64, more: &str) {
    let megabytes = size as f64 / 1e6;
    let late = if took.processor > most { "  more than asked" } else { "" };
    let Took { wall, processor } = took;
    println!(
        "{name:28} {:>7.1} ms {:>7.1} ms {megabytes:>6.1} MB {:>5.0} MB/s {more}{late}",
        wall * 1e3,
        processor * 1e3,
        megabytes / processor,
    );
}
