//! Measures analyses of random graphs, with igraph for Python beside them where that is installed.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use layercake::diagnostic::Diagnostics;
use layercake::graph::{EdgeRow, Graph, GraphBuilder, NodeRow};
use layercake::registry;
use layercake::step::NamedGraph;

/// Metrics of a larger graph, and of one small enough to walk from every node.
const RUNS: [(usize, usize, &[&str]); 2] = [
    (100_000, 300_000, &["pagerank", "components", "strong_components", "core", "communities"]),
    (10_000, 30_000, &["betweenness", "closeness"]),
];

/// Prints what each metric takes, on all processors.
pub fn analyses(folder: &Path) {
    for (nodes, edges, metrics) in RUNS {
        let pairs = pairs(nodes, edges);
        let graph = NamedGraph::new("random", graph(nodes, &pairs));
        let path = folder.join("edges.txt");
        let mut text = String::new();
        pairs.iter().for_each(|(a, b)| writeln!(text, "{a} {b}").unwrap());
        fs::write(&path, text).unwrap();
        println!("\n{nodes} nodes and {edges} edges at random");
        println!("{:28} {:>10} {:>10}", "", "layercake", "igraph");
        for metric in metrics {
            let ours = best_of_three(|| Some(measure(metric, &graph)));
            let theirs = best_of_three(|| igraph(nodes, &path, metric));
            let shown =
                |took: Option<f64>| took.map_or("-".to_owned(), |took| format!("{took:.3} s"));
            println!("{metric:28} {:>10} {:>10}", shown(ours), shown(theirs));
        }
    }
}

fn best_of_three(run: impl Fn() -> Option<f64>) -> Option<f64> {
    (0..3).filter_map(|_| run()).reduce(f64::min)
}

/// Returns the seconds that a metric takes, reading the rows off the graph included.
fn measure(metric: &str, graph: &NamedGraph) -> f64 {
    let kind = registry::analyses().iter().find(|kind| kind.kind.name == metric).unwrap();
    let start = Instant::now();
    (kind.analyze)("{}", graph, &mut Diagnostics::default()).unwrap();
    start.elapsed().as_secs_f64()
}

fn igraph(nodes: usize, path: &Path, metric: &str) -> Option<f64> {
    let own = PathBuf::from("target/python/bin/python");
    let mut command = Command::new(if own.exists() { own } else { "python3".into() });
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/analyses/beside.py");
    let output = command.arg(script).arg(nodes.to_string()).arg(path).arg(metric).output().ok()?;
    String::from_utf8(output.stdout).ok()?.split_whitespace().next()?.parse().ok()
}

/// Returns edges between nodes at random, always the same.
fn pairs(nodes: usize, edges: usize) -> Vec<(usize, usize)> {
    let mut state = 1u64;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % nodes
    };
    (0..edges).map(|_| (next(), next())).collect()
}

fn graph(nodes: usize, pairs: &[(usize, usize)]) -> Graph {
    let mut builder = GraphBuilder::default();
    let id = |node: usize| format!("{node:06}");
    for node in 0..nodes {
        builder.node(NodeRow { id: &id(node), ..NodeRow::default() });
    }
    for (source, target) in pairs {
        let (source, target) = (&*id(*source), &*id(*target));
        builder.edge(EdgeRow { source, target, ..EdgeRow::default() });
    }
    builder.finish().graph
}
