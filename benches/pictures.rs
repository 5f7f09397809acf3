//! Measures whole builds of pictures: from tables of nodes and edges to finished files.
//!
//! `make bench` runs all of it. The graphs are those of the benchmark of layouts: nodes in nested
//! partitions, twice as many edges, a quarter of them with labels. Every figure is the best of several
//! runs; compare figures of one run only.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints, and may end")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use layercake::layout::NONE;

use self::graphs::seeded;
use self::support::{MEASURE, best, measure, memory, run};

#[path = "layout/graphs.rs"]
mod graphs;
#[allow(dead_code, reason = "not every benchmark needs all of it")]
mod support;

/// How often each thing is done.
const RUNS: usize = 3;

fn main() {
    if std::env::var_os(MEASURE).is_some() {
        return measure();
    }
    println!("{:44} {:>10} {:>10} {:>9} {:>8}", "", "wall", "processor", "memory", "asked");
    let folder = tempfile::Builder::new().prefix("layercake-bench").tempdir_in(memory()).unwrap();
    tables(folder.path(), 1_000);
    row(folder.path(), "1,000 nodes, SVG", "p.svg: { from: g }", None);
    row(
        folder.path(),
        "1,000 nodes, PNG, 4000 pixels",
        "p.png: { from: g, width: 4000 }",
        Some(2.0),
    );
    row(folder.path(), "1,000 nodes, PDF", "p.pdf: { from: g }", Some(0.3));
    row(folder.path(), "1,000 nodes, HTML", "p.html: { from: g }", None);
    row(folder.path(), "1,000 nodes, forces, SVG", "p.svg: { from: g, layout: force }", None);
    let small = "'p/{id}.svg': { from: g, for_each: { nodes: all }, slice: { hops: 1 } }";
    row(folder.path(), "1,000 SVGs, a node and what is near", small, None);
    tables(folder.path(), 10_000);
    row(folder.path(), "10,000 nodes, SVG", "p.svg: { from: g }", Some(1.0));
    tables(folder.path(), 20_000);
    // As `seeded` makes them: partitions of 20 nodes follow the nodes, and groups of those.
    let small = "'p/{id}.svg': { from: g, for_each: { partitions: id < \"21000\" } }";
    row(folder.path(), "1,000 SVGs of 20 nodes each", small, Some(1.5));
}

/// Writes a graph as tables.
fn tables(folder: &Path, count: usize) {
    let diagram = seeded(count, true, 1);
    let mut nodes = "id,label,belongs_to,is_partition\n".to_owned();
    for (at, item) in diagram.nodes.iter().enumerate() {
        let parent = if item.parent == NONE { String::new() } else { item.parent.to_string() };
        writeln!(nodes, "{at},Node {at},{parent},{}", item.is_partition).unwrap();
    }
    let mut edges = "source,target,label\n".to_owned();
    for line in &diagram.edges {
        let label = if line.label.width > 0.0 { "leads to" } else { "" };
        writeln!(edges, "{},{},{label}", line.source, line.target).unwrap();
    }
    fs::write(folder.join("nodes.csv"), nodes).unwrap();
    fs::write(folder.join("edges.csv"), edges).unwrap();
}

/// Builds one export from nothing, and prints what that takes.
fn row(folder: &Path, name: &str, export: &str, asked: Option<f64>) {
    let plan = format!(
        "version: 1\nimport:\n  g: {{ nodes: nodes.csv, edges: edges.csv }}\nexport:\n  {export}\n"
    );
    fs::write(folder.join("layercake.yaml"), plan).unwrap();
    let clean = || {
        for made in ["p", ".layercake"] {
            let _ = fs::remove_dir_all(folder.join(made));
        }
    };
    let cost = best(RUNS, clean, &|| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_layercake"));
        run(command.args(["build", "-C"]).arg(folder), &[])
    });
    let asked = asked.map(|most| format!("{:.0} ms", most * 1e3)).unwrap_or_default();
    println!(
        "{name:44} {:>7.0} ms {:>7.0} ms {:>6.0} MB {asked:>8}",
        cost.wall * 1e3,
        cost.processor * 1e3,
        cost.memory as f64 / 1e6,
    );
}
