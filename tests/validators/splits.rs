//! Graphs that are too large for one diagram, divided, and given to Mermaid and to PlantUML with
//! the limits that they have by themselves.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use layercake::graph::{EdgeRow, Graph, GraphBuilder, NodeRow};
use serde_json::Value;

use super::{consume, export, finish, mermaid, run};
use crate::support::skip;

/// What Mermaid draws, and reads, unless a page raises it.
const MOST_EDGES: usize = 500;
const MOST_TEXT: usize = 50_000;
/// Where PlantUML cuts a PNG off.
const MOST_PIXELS: u32 = 4_096;

/// A number made from another, as good as drawn by lot.
fn drawn(seed: usize, from: usize) -> usize {
    let mixed = (seed as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33) as usize % from
}

/// A shape of a graph: its nodes with their partitions, and the ends of its edges.
struct Shape {
    name: &'static str,
    nodes: Vec<(String, String, Option<String>)>,
    edges: Vec<(usize, usize, String)>,
}

impl Shape {
    fn of(
        name: &'static str,
        count: usize,
        row: impl Fn(usize) -> (String, Option<String>),
        edges: impl IntoIterator<Item = (usize, usize)>,
    ) -> Shape {
        let node = |at: usize| {
            let (label, parent) = row(at);
            (format!("n{at:04}"), label, parent)
        };
        let edges = edges.into_iter().map(|(source, target)| (source, target, String::new()));
        Shape { name, nodes: (0..count).map(node).collect(), edges: edges.collect() }
    }

    fn graph(&self) -> Graph {
        let mut builder = GraphBuilder::default();
        let parents = self.nodes.iter().filter_map(|(_, _, parent)| parent.as_deref());
        let mut known = BTreeSet::new();
        for parent in parents {
            // A partition such as `p/1/2` is in `p/1`.
            let ends = parent.match_indices('/').skip(1).map(|(at, _)| at).chain([parent.len()]);
            let mut above = None;
            for end in ends {
                let id = &parent[..end];
                if known.insert(id) {
                    builder.node(NodeRow { id, parent: above, ..NodeRow::default() });
                }
                above = Some(id);
            }
        }
        for (id, label, parent) in &self.nodes {
            let (label, parent) = (Some(label.as_str()), parent.as_deref());
            builder.node(NodeRow { id, label, parent, ..NodeRow::default() });
        }
        for (source, target, label) in &self.edges {
            let [source, target] = [*source, *target].map(|at| self.nodes[at].0.as_str());
            builder.edge(EdgeRow { source, target, label, ..EdgeRow::default() });
        }
        finish(builder)
    }
}

/// Graphs of quite different shapes; with `scale` 1, some hundreds of edges each.
fn shapes(scale: usize) -> Vec<Shape> {
    let plain = |at: usize| (format!("Service {at}"), None);
    let boxed = |boxes: usize| {
        move |at: usize| (format!("Service {at}"), Some(format!("p/{}", at % boxes)))
    };
    let nested = |at: usize| {
        let parent = format!("p/{}/{}", at % 3, at / 3 % 7);
        (format!("Service {at}"), Some(parent))
    };
    let long = |at: usize| (format!("{} {at}", "a rather long name ".repeat(5)), None);
    let high = |at: usize| ("line\n".repeat(8) + &at.to_string(), None);
    let lots = |nodes: usize, edges: usize| {
        (0..edges).map(move |at| (drawn(at, nodes), drawn(at + 10_000, nodes)))
    };
    let (n, e) = (150 * scale, 300 * scale);
    let mut labelled = Shape::of("labels of edges", n, plain, lots(n, e));
    labelled.edges.iter_mut().for_each(|edge| edge.2 = format!("asks {} for it", edge.1));
    vec![
        Shape::of("a chain", n, plain, (1..n).map(|at| (at - 1, at))),
        Shape::of("a star", n, plain, (1..n).map(|at| (0, at))),
        Shape::of("a sink", n, plain, (1..n).map(|at| (at, 0))),
        Shape::of("a tree", n, plain, (1..n).map(|at| ((at - 1) / 3, at))),
        Shape::of("no edges", 4 * n, plain, []),
        Shape::of("by lot", n, plain, lots(n, e)),
        Shape::of(
            "layers",
            n,
            plain,
            (0..e).map(|at| (at % (n - 10), at % (n - 10) + 1 + drawn(at, 9))),
        ),
        Shape::of("boxes by lot", n, boxed(6), lots(n, e)),
        Shape::of("a box for each two", n, boxed(n / 2), lots(n, n)),
        Shape::of("a chain through boxes", n, boxed(5), (1..n).map(|at| (at - 1, at))),
        Shape::of("boxes in boxes", n, nested, lots(n, e)),
        Shape::of("one box", n, boxed(1), lots(n, e)),
        Shape::of("long labels", n / 2, long, lots(n / 2, n)),
        Shape::of("high labels", n, high, lots(n, n)),
        labelled,
    ]
}

#[test]
fn every_piece_is_within_the_limits_of_mermaid_and_no_edge_is_lost() {
    let mut wanted = Vec::new();
    let mut pieces = Vec::new();
    for shape in shapes(4) {
        for how in ["partitions", "components"] {
            let options = format!("{{\"split\": \"{how}\", \"theme\": \"none\"}}");
            let text = export("mermaid", &options, shape.graph());
            assert_eq!(text, export("mermaid", &options, shape.graph()), "{}", shape.name);
            let blocks = text.split("```mermaid\n").skip(1);
            let blocks: Vec<String> =
                blocks.map(|block| block.split("```").next().unwrap().to_owned()).collect();
            wanted.push((format!("{} by {how}", shape.name), shape.edges.len(), blocks.len()));
            pieces.extend(blocks);
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/validators");
    if !folder.join("node_modules/mermaid").exists() {
        return skip("mermaid", "`npm ci` was not run in tests/validators").unwrap_or(());
    }
    let mut command = Command::new("node");
    command.arg(folder.join("flowcharts.mjs")).arg("limited");
    let pieces_as_json = serde_json::to_string(&pieces).unwrap();
    let Some(results) = consume("mermaid", &mut command, &pieces_as_json) else { return };
    let results: Value = serde_json::from_str(&results).unwrap();
    let mut results = results["results"].as_array().unwrap().iter().zip(&pieces);
    let mut wrong = Vec::new();
    for (name, edges, count) in wanted {
        let mut found = 0;
        for (at, (result, text)) in results.by_ref().take(count).enumerate() {
            let own = result["edges"].as_array().map_or(0, Vec::len);
            let size = text.encode_utf16().count();
            if let Some(error) = result["error"].as_str() {
                wrong.push(format!("{name}, diagram {at}: {error}"));
            }
            if own > MOST_EDGES || size > MOST_TEXT {
                wrong.push(format!("{name}, diagram {at}: {own} edges, {size} characters"));
            }
            // The overview counts them instead.
            found += if at == 0 && count > 1 { 0 } else { own };
        }
        if found != edges {
            wrong.push(format!("{name}: {found} edges of {edges}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn mermaid_draws_the_pieces_with_all_their_nodes() {
    let shape = &shapes(4)[7];
    let text = export("mermaid", "{\"split\": \"partitions\"}", shape.graph());
    let blocks = text.split("```mermaid\n").skip(1);
    let blocks: Vec<&str> =
        blocks.map(|block| block.split("```").next().unwrap()).take(3).collect();
    let Some(results) = mermaid::draw(&blocks) else { return };
    for (result, block) in results.iter().zip(&blocks) {
        assert_eq!(result["error"], Value::Null);
        let texts = result["texts"].as_array().unwrap();
        let drawn = texts.iter().filter(|text| text["kind"] == "node").count();
        let written = block.lines().filter(|line| line.trim_start().contains("(\"")).count();
        assert!(drawn > 1 && drawn == written, "{drawn} nodes of {written}");
    }
}

#[test]
fn no_piece_is_cut_off_by_plantuml() {
    let folder = tempfile::tempdir().unwrap();
    for (at, shape) in shapes(1).iter().enumerate() {
        let orientation = ["TB", "LR"][at % 2];
        let options = format!("{{\"split\": \"partitions\", \"orientation\": \"{orientation}\"}}");
        let text = export("plantuml", &options, shape.graph());
        let drawn = text.lines().filter(|line| line.contains(" --> ")).count();
        assert!(drawn >= shape.edges.len(), "{}: {drawn} edges", shape.name);
        fs::write(folder.path().join(format!("{at:02}-{orientation}.puml")), text).unwrap();
    }
    let mut command = Command::new("plantuml");
    // Larger pictures than those that PlantUML makes by itself show how large they would be.
    command.env("PLANTUML_LIMIT_SIZE", "16384");
    command.args(["-charset", "UTF-8", "-tpng"]).arg(folder.path().join("*.puml"));
    let Some(output) = run(&mut command, "") else {
        return skip("plantuml", "it is not installed").unwrap_or(());
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "png") {
            let bytes = fs::read(&path).unwrap();
            let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
            let (width, height) = (number(16), number(20));
            count += 1;
            if width.max(height) > MOST_PIXELS {
                wrong.push(format!("{}: {width} x {height}", path.display()));
            }
        }
    }
    assert!(count > 100, "{count} pictures");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
