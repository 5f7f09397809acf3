//! Measures layouts: time and memory, and how good pictures are, beside Graphviz's of the same
//! graphs with the same sizes and distances.
//!
//! `make bench` runs all of it; `cargo bench --bench layout -- flat`, `clustered`, `small` or `force`
//! runs a part, numbers choose sizes, and `--svg` writes the pictures below `target/tmp/layout`. Crossings
//! are counted in the pictures, over curves cut into short pieces, in the same way for both.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints, and may end")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use layercake::layout::layered::{Layered, Nesting, layered};
use layercake::layout::{Diagram, Layout, NONE, Point, Rect, Route, Size, force};
use nix::sys::resource::UsageWho;

use self::graphs::seeded;
use self::support::{MEASURE, measure, processor_time, run};

#[path = "../tests/layout/geometry.rs"]
mod geometry;
#[path = "layout/graphs.rs"]
mod graphs;
#[allow(dead_code, reason = "not every benchmark needs all of it")]
mod support;

/// Set for the process that lays one graph out.
const ONE: &str = "LAYERCAKE_BENCH_LAYOUT";
/// How long Graphviz may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// What is asked: seconds by the number of nodes.
const MOST: [(usize, f64); 3] = [(1_000, 0.1), (10_000, 1.0), (100_000, 15.0)];

fn main() {
    if std::env::var_os(MEASURE).is_some() {
        return measure();
    }
    if let Ok(one) = std::env::var(ONE) {
        let (kind, count) = one.split_once(' ').unwrap();
        let diagram = generated(count.parse().unwrap(), kind == "clustered");
        let layout = match kind {
            "force" => force(&diagram),
            _ => layered(&diagram, &options()),
        };
        std::hint::black_box(layout);
        return;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let sizes: Vec<usize> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![100, 1_000, 10_000, 100_000] } else { sizes };
    let wants = |name| has(name) || !["flat", "clustered", "small", "force"].into_iter().any(has);
    println!(
        "\n{:34} {:>10} {:>10} {:>9} {:>8} {:>9} {:>7} {:>13} {:>6} {:>5}",
        "", "wall", "processor", "memory", "asked", "crossings", "length", "size", "ratio", "wrong"
    );
    for kind in ["flat", "clustered"].into_iter().filter(|kind| wants(kind)) {
        for count in &sizes {
            compare(kind, *count, has("--svg"));
        }
    }
    if wants("small") {
        small();
    }
    if wants("force") {
        for count in &sizes {
            by_forces(*count);
        }
    }
}

/// One graph, laid out by forces: time, memory, and how long edges are by the diagonal.
fn by_forces(count: usize) {
    let diagram = generated(count, false);
    let before = Instant::now();
    let layout = force(&diagram);
    let took = before.elapsed().as_secs_f64();
    let one = format!("force {count}");
    let cost = run(&mut Command::new(std::env::current_exe().unwrap()), &[(ONE, &one)]);
    let middle = |at: u32| layout.nodes[at as usize].middle();
    let lines: Vec<Vec<Point>> =
        diagram.edges.iter().map(|line| vec![middle(line.source), middle(line.target)]).collect();
    let length = geometry::mean_length(&lines);
    let Size { width, height } = layout.size;
    println!(
        "{:34} {:>7.1} ms {:>7.0} MB, edges of {:.3} of the diagonal, {width:.0}x{height:.0}, {} wrong",
        format!("by forces, {count} nodes"),
        took * 1e3,
        cost.memory as f64 / 1e6,
        length / width.hypot(height),
        geometry::wrong_boxes(&diagram, &layout).len()
    );
}

/// One graph, laid out by us and, if it is not too large for it, by Graphviz.
fn compare(kind: &str, count: usize, draws: bool) {
    let diagram = generated(count, kind == "clustered");
    let (layout, wall, processor) = timed(|| layered(&diagram, &options()));
    let one = format!("{kind} {count}");
    let cost = run(&mut Command::new(std::env::current_exe().unwrap()), &[(ONE, &one)]);
    let asked = MOST.iter().find(|(size, _)| kind == "clustered" && *size == count);
    let wrong = geometry::problems(&diagram, &layout).len();
    let name = format!("{kind}, {count} nodes");
    let cost = (Some(wall), processor, Some(cost.memory), asked.map(|(_, most)| *most));
    let ours = row(&name, &layout, cost, Some(wrong));
    if draws {
        draw(&diagram, &layout, &format!("{kind}-{count}"));
    }
    if count > 1_000 {
        return;
    }
    match graphviz(&diagram) {
        Ok((layout, took)) => {
            let theirs = row("  Graphviz 16", &layout, (None, took, None, None), None);
            println!(
                "  {:32} crossings {:.2} x, length {:.2} x",
                "of that we have",
                ours.0 / theirs.0.max(1.0),
                ours.1 / theirs.1
            );
            if draws {
                draw(&diagram, &layout, &format!("{kind}-{count}-graphviz"));
            }
        }
        Err(why) => println!("  {:32} {why}", "Graphviz 16"),
    }
}

/// Prints what a picture is like; returns its crossings and the mean length of its edges.
fn row(
    name: &str,
    layout: &Layout,
    (wall, processor, memory, asked): (Option<f64>, f64, Option<u64>, Option<f64>),
    wrong: Option<usize>,
) -> (f64, f64) {
    let lines: Vec<Vec<Point>> = layout.routes.iter().map(geometry::flatten).collect();
    // Hundreds of millions of crossings are not worth the time to count them.
    let crossings = (lines.len() <= 50_000).then(|| geometry::crossings(&lines));
    let length = geometry::mean_length(&lines);
    let or_none = |text: Option<String>| text.unwrap_or_default();
    println!(
        "{name:34} {:>10} {:>7.1} ms {:>9} {:>8} {:>9} {length:>7.0} {:>13} {:>6.2} {:>5}",
        or_none(wall.map(|wall| format!("{:.1} ms", wall * 1e3))),
        processor * 1e3,
        or_none(memory.map(|memory| format!("{:.0} MB", memory as f64 / 1e6))),
        or_none(asked.map(|asked| format!("{:.0} ms", asked * 1e3))),
        or_none(crossings.map(|crossings| crossings.to_string())),
        format!("{:.0}x{:.0}", layout.size.width, layout.size.height),
        layout.size.width / layout.size.height,
        or_none(wrong.map(|wrong| wrong.to_string())),
    );
    (crossings.unwrap_or(0) as f64, length)
}

/// Many small pictures.
fn small() {
    let diagrams: Vec<Diagram> = (0..1_000).map(|seed| seeded(20, true, seed + 1)).collect();
    let mut wrong = 0;
    let (layouts, wall, processor) = timed(|| {
        diagrams.iter().map(|diagram| layered(diagram, &options())).collect::<Vec<Layout>>()
    });
    for (diagram, layout) in diagrams.iter().zip(&layouts) {
        wrong += geometry::problems(diagram, layout).len();
    }
    let name = "1000 pictures of 20 nodes";
    println!("{name:34} {:>7.1} ms {:>7.1} ms, {wrong} wrong", wall * 1e3, processor * 1e3);
}

/// Does something; returns what it gives, the time that took, and that of the processor.
fn timed<T>(act: impl FnOnce() -> T) -> (T, f64, f64) {
    let (started, before) = (Instant::now(), processor_time(UsageWho::RUSAGE_SELF));
    let result = act();
    let processor = processor_time(UsageWho::RUSAGE_SELF) - before;
    (result, started.elapsed().as_secs_f64(), processor)
}

/// `--apart` lays every partition out by itself.
fn options() -> Layered {
    let is_apart = std::env::args().any(|argument| argument == "--apart");
    let nesting = if is_apart { Nesting::Apart } else { Nesting::Auto };
    Layered { nesting, ..Layered::default() }
}

fn generated(count: usize, is_clustered: bool) -> Diagram {
    seeded(count, is_clustered, 1)
}

/// Lays a diagram out with Graphviz; returns the picture and the processor time it took.
fn graphviz(diagram: &Diagram) -> Result<(Layout, f64), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let modules = root.join("tests/validators");
    if !modules.join("node_modules/@hpcc-js/wasm-graphviz").is_dir() {
        return Err("is not installed: `make validate` installs it".to_owned());
    }
    let mut child = Command::new("node")
        .arg(root.join("benches/layout/graphviz.mjs"))
        .arg(modules)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("node does not run: {error}"))?;
    let mut input = child.stdin.take().unwrap();
    input.write_all(dot(diagram).as_bytes()).unwrap();
    drop(input);
    let mut output = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut output, &mut text).map(|_| text)
    });
    let started = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if started.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            return Err(format!("does not end within {} s", PATIENCE.as_secs()));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let text = reader.join().unwrap().unwrap();
    let mut layout =
        Layout { nodes: vec![Rect::default(); diagram.nodes.len()], ..Layout::default() };
    let mut took = 0.0;
    for line in text.lines() {
        let (word, rest) = line.split_once(' ').unwrap();
        let numbers: Vec<f64> = rest.split(' ').map(|number| number.parse().unwrap()).collect();
        let size = |at: usize| Size { width: numbers[at], height: numbers[at + 1] };
        match word {
            "time" => took = numbers[0],
            "picture" => layout.size = size(0),
            "node" => {
                let corner = Point { x: numbers[1], y: numbers[2] };
                layout.nodes[numbers[0] as usize] = Rect { corner, size: size(3) };
            }
            _ => {
                let points = numbers.chunks(2).map(|pair| Point { x: pair[0], y: pair[1] });
                let points = points.collect();
                layout.routes.push(Route { points, is_curved: true, label: None });
            }
        }
    }
    if layout.routes.is_empty() { Err("fails".to_owned()) } else { Ok((layout, took)) }
}

/// Writes a diagram for Graphviz, which counts in points and inches.
fn dot(diagram: &Diagram) -> String {
    let options = Layered::default();
    let mut text = format!(
        "digraph {{\ngraph [nodesep={} ranksep={}]\nnode [shape=box fixedsize=true label=\"\"]\n\
         edge [arrowhead=none]\n",
        options.node_gap / 96.0,
        options.rank_gap / 96.0
    );
    let mut members = vec![Vec::new(); diagram.nodes.len() + 1];
    for (at, item) in diagram.nodes.iter().enumerate() {
        let parent = if item.parent == NONE { diagram.nodes.len() } else { item.parent as usize };
        members[parent].push(at);
    }
    // What is left to be written; `None` closes a cluster.
    let mut stack: Vec<Option<usize>> =
        members[diagram.nodes.len()].iter().rev().map(|at| Some(*at)).collect();
    while let Some(next) = stack.pop() {
        let Some(at) = next else {
            text.push_str("}\n");
            continue;
        };
        if members[at].is_empty() {
            let size = diagram.nodes[at].size;
            let (width, height) = (size.width / 96.0, size.height / 96.0);
            let _ = writeln!(text, "n{at} [width={width} height={height}]");
        } else {
            let _ = writeln!(text, "subgraph cluster_{at} {{ label=\"{at}\" margin=12");
            stack.push(None);
            stack.extend(members[at].iter().rev().map(|at| Some(*at)));
        }
    }
    for edge in &diagram.edges {
        let _ = write!(text, "n{} -> n{}", edge.source, edge.target);
        if edge.label.width > 0.0 {
            let (width, height) = (edge.label.width * 0.75, edge.label.height * 0.75);
            let _ = write!(
                text,
                " [label=<<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLPADDING=\"0\" CELLSPACING=\"0\" \
                 FIXEDSIZE=\"TRUE\" WIDTH=\"{width}\" HEIGHT=\"{height}\"><TR><TD></TD></TR></TABLE>>]"
            );
        }
        text.push('\n');
    }
    text + "}\n"
}

/// Writes a picture to look at.
fn draw(diagram: &Diagram, layout: &Layout, name: &str) {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tmp/layout");
    std::fs::create_dir_all(&folder).unwrap();
    let Size { width, height } = layout.size;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-20 -20 {} {}\">\n\
         <rect x=\"-20\" y=\"-20\" width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
        width + 40.0,
        height + 40.0
    );
    let mut boxes: Vec<usize> = (0..diagram.nodes.len()).collect();
    boxes.sort_by(|a, b| layout.nodes[*b].size.width.total_cmp(&layout.nodes[*a].size.width));
    boxes.sort_by_key(|at| !diagram.nodes[*at].is_partition);
    for at in boxes {
        let Rect { corner, size } = layout.nodes[at];
        let fill = if diagram.nodes[at].is_partition { "#36c2" } else { "#fec" };
        let _ = writeln!(
            text,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{fill}\" stroke=\"#68a\"/>",
            corner.x, corner.y, size.width, size.height
        );
    }
    for route in &layout.routes {
        text.push_str("<path fill=\"none\" stroke=\"#444\" d=\"");
        for (at, point) in route.points.iter().enumerate() {
            let word = match at {
                0 => "M",
                _ if !route.is_curved => "L",
                _ if at % 3 == 1 => "C",
                _ => "",
            };
            let _ = write!(text, "{word}{} {} ", point.x, point.y);
        }
        text.push_str("\"/>\n");
    }
    std::fs::write(folder.join(format!("{name}.svg")), text + "</svg>\n").unwrap();
}
