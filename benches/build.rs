//! Measures whole builds: wall time, processor time and peak memory of the `layercake` command,
//! with ninja beside it where that is installed; and analyses, with igraph beside them.
//!
//! `make bench` runs all of it; `cargo bench --bench build -- graph outputs-1000` runs parts. Every figure is the best of several runs; compare figures of one run
//! only, since machines are noisy. The projects are made in a folder on a memory file system where
//! there is one, because replacing a file can cost a disk more than making it.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints, and may end")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use layercake::registry;
use layercake::step::Shape;
use serde_json::Value;

use self::support::{Cost, MEASURE, best, measure, memory, run};

#[path = "../examples/big/generate.rs"]
#[allow(dead_code, reason = "the generator is a command of its own")]
mod generate;
mod analyses;
mod support;

fn main() {
    if std::env::var_os(MEASURE).is_some() {
        return measure();
    }
    let only: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let wants = |name: &str| only.is_empty() || only.iter().any(|wanted| name == wanted);
    let folder = tempfile::Builder::new().prefix("layercake-bench").tempdir_in(memory()).unwrap();
    if wants("graph") {
        graph(folder.path(), 100_000);
    }
    if wants("catalogue") {
        catalogue(folder.path(), 10_000);
    }
    if wants("analyses") {
        analyses::analyses(folder.path());
    }
    for count in [100, 1_000, 10_000, 100_000] {
        if wants(&format!("outputs-{count}")) {
            outputs(folder.path(), count);
        }
    }
}

/// A catalogue of services, each with a page and a diagram: two steps that write many files.
fn catalogue(folder: &Path, services: usize) {
    let project = folder.join("catalogue");
    fs::create_dir_all(&project).unwrap();
    let nodes = |edits: usize| {
        let mut text = String::from("id,label,layer,team,tier\n");
        for at in 0..services {
            let edit = if at == services / 2 { edits } else { 0 };
            let (team, tier) = (at % 200, at % 4);
            writeln!(text, "svc{at},Service {at}.{edit},service,team{team},{tier}").unwrap();
        }
        text
    };
    let mut edges = String::from("from,to,label\n");
    for at in 0..services {
        // Far apart and near, as calls are; no two of a service are one.
        for other in [7919 * at + 13, 104_729 * at + 1, at + 1] {
            writeln!(edges, "svc{at},svc{},calls", other % services).unwrap();
        }
    }
    fs::write(project.join("nodes.csv"), nodes(0)).unwrap();
    fs::write(project.join("edges.csv"), edges).unwrap();
    let page = "# {{ item.label }}\n\n{% for node in nodes %}- {{ node.label }}\n{% endfor %}\
                {% for edge in edges %}- {{ edge.source }} {{ edge.label }} {{ edge.target }}\n{% endfor %}";
    fs::write(project.join("page.tera"), page).unwrap();
    let plan = "import:\n  shop: { nodes: nodes.csv, edges: edges.csv }\nexport:\n  \
                'pages/{id}.md': { from: shop, for_each: nodes, template: page.tera }\n  \
                'diagrams/{id}.mmd': { from: shop, for_each: nodes }\n";
    fs::write(project.join("layercake.yaml"), plan).unwrap();
    println!("\n{services} services, {} files of two exports", 2 * services);
    println!("{:28} {:>10} {:>10} {:>9}", "", "wall", "processor", "memory");
    let build = || layercake(&project, &["build", "--quiet"]);
    let fresh = || {
        for folder in [".layercake", "pages", "diagrams"] {
            let _ = fs::remove_dir_all(project.join(folder));
        }
    };
    row("cold", best(3, fresh, &build), None);
    row("no-op", best(10, || {}, &build), None);
    let mut edits = 0;
    let edit = || {
        edits += 1;
        fs::write(project.join("nodes.csv"), nodes(edits)).unwrap();
    };
    row("one row edited", best(10, edit, &build), None);
    let delete = || fs::remove_file(project.join("pages/svc7.md")).unwrap();
    row("one file deleted", best(10, delete, &build), None);
    fs::remove_dir_all(project).unwrap();
}

/// One large graph to every format.
fn graph(folder: &Path, nodes: usize) {
    let project = folder.join("graph");
    fs::create_dir_all(project.join("data")).unwrap();
    let edges = generate::generate(&project.join("data"), nodes).unwrap();
    let mut plan = String::from(
        "import:\n  g: { nodes: data/nodes.csv, edges: data/edges.csv, layers: data/layers.csv }\n\
         export:\n",
    );
    // A matrix has a cell for each pair of nodes, and a template is not ours to measure.
    let kinds = registry::exporters().iter().filter(|kind| !kind.extensions.is_empty());
    let kinds = kinds.filter(|kind| kind.takes.contains(&Shape::Graph));
    for kind in kinds.filter(|kind| kind.kind.name != "csv_matrix") {
        writeln!(plan, "  out/g.{}: {{ from: g }}", kind.extensions[0]).unwrap();
    }
    fs::write(project.join("layercake.yaml"), plan).unwrap();
    println!("\n{nodes} nodes and {edges} edges from CSV to every format");
    println!("{:28} {:>10} {:>10} {:>9}", "", "wall", "processor", "memory");
    let build = || layercake(&project, &["build", "--quiet"]);
    let fresh = || {
        let _ = fs::remove_dir_all(project.join(".layercake"));
        let _ = fs::remove_dir_all(project.join("out"));
    };
    row("cold", best(3, fresh, &build), None);
    row("no-op", best(20, || {}, &build), None);
    println!("by step, one at a time:");
    for (step, took) in steps(&project, &fresh) {
        println!("  {step:44} {took:>7.1} ms");
    }
    fs::remove_dir_all(project).unwrap();
}

/// Returns the least time of every step, of several builds with one step at a time.
fn steps(project: &Path, fresh: &dyn Fn()) -> BTreeMap<String, f64> {
    let mut steps = BTreeMap::new();
    for _ in 0..5 {
        fresh();
        let output = Command::new(binary())
            .arg("-C")
            .arg(project)
            .args(["build", "--json", "--jobs", "1"])
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            let event: Value = serde_json::from_str(line).unwrap();
            let (Some(step), Some(kind)) = (event["step"].as_str(), event["kind"].as_str()) else {
                continue;
            };
            let took = event["microseconds"].as_f64().unwrap() / 1e3;
            let least = steps.entry(format!("{step} ({kind})")).or_insert(f64::INFINITY);
            *least = took.min(*least);
        }
    }
    steps
}

/// Many small outputs: as many inputs, imports and exports as `count`, and a tenth as many merges.
fn outputs(folder: &Path, count: usize) {
    let project = folder.join("outputs");
    let data = project.join("data");
    fs::create_dir_all(&data).unwrap();
    let mut plan = String::from("import:\n");
    for at in 0..count {
        fs::write(
            data.join(format!("{at}.csv")),
            format!("id,label\na{at},Alpha {at}\nb{at},Beta {at}\n"),
        )
        .unwrap();
        writeln!(plan, "  i{at}: {{ nodes: data/{at}.csv }}").unwrap();
    }
    plan += "transform:\n";
    let merges = count / 10;
    for at in 0..merges {
        let from: Vec<String> = (0..10).map(|digit| format!("i{}", at * 10 + digit)).collect();
        writeln!(plan, "  m{at}: {{ from: [{}] }}", from.join(", ")).unwrap();
    }
    plan += "export:\n";
    for at in 0..count {
        writeln!(plan, "  out/{at}.dot: {{ from: i{at} }}").unwrap();
    }
    for at in 0..merges {
        writeln!(plan, "  merged/{at}.dot: {{ from: m{at} }}").unwrap();
    }
    fs::write(project.join("layercake.yaml"), plan).unwrap();
    let steps = 2 * count + 2 * merges;
    println!("\n{count} small inputs to {} outputs, {steps} steps", count + merges);
    println!("{:28} {:>10} {:>10} {:>9}  of ninja's no-op", "", "wall", "processor", "memory");
    let build = || layercake(&project, &["build", "--quiet"]);
    let runs = (20_000 / count).clamp(3, 20);
    let ninja = ninja(folder, count, runs);
    let per = |cost: Cost| {
        let ninja = ninja.map(|ninja| cost.processor / ninja.processor);
        (cost, ninja)
    };
    let forget = || {
        let _ = fs::remove_dir_all(project.join(".layercake"));
        for folder in ["out", "merged"] {
            let _ = fs::remove_dir_all(project.join(folder));
        }
    };
    let show = |name: &str, (cost, ninja): (Cost, Option<f64>)| row(name, cost, ninja);
    show("cold", per(best(3.min(runs), forget, &build)));
    build();
    show("no-op", per(best(runs, || {}, &build)));
    let mut edits = 0;
    let edit = || {
        edits += 1;
        fs::write(data.join("7.csv"), format!("id,label\na7,Edit {edits}\nb7,Beta\n")).unwrap();
    };
    show("one input edited", per(best(runs, edit, &build)));
    let touch = || {
        let text = fs::read(data.join("7.csv")).unwrap();
        fs::write(data.join("7.csv"), text).unwrap();
    };
    show("one input touched", per(best(runs, touch, &build)));
    let delete = || fs::remove_file(project.join("out/7.dot")).unwrap();
    show("one output deleted", per(best(runs, delete, &build)));
    let lose = || {
        for name in ["state-1", "dag-1"] {
            let _ = fs::remove_file(project.join(".layercake").join(name));
        }
    };
    let paranoid = || layercake(&project, &["build", "--quiet", "--paranoid"]);
    show("every file read again", per(best(runs, || {}, &paranoid)));
    show("state lost", per(best(3.min(runs), lose, &build)));
    if let Some(ninja) = ninja {
        row("ninja, no-op", ninja, Some(1.0));
    }
    fs::remove_dir_all(project).unwrap();
}

/// The same files under ninja, whose no-op is the measure of speed; `None` if it is not here.
fn ninja(folder: &Path, count: usize, runs: usize) -> Option<Cost> {
    Command::new("ninja").arg("--version").stdout(Stdio::null()).status().ok()?;
    let project = folder.join("ninja");
    for name in ["data", "out", "merged"] {
        fs::create_dir_all(project.join(name)).unwrap();
    }
    let mut plan = String::from("rule c\n  command = cat $in > $out\n");
    let write = |path: String| fs::write(project.join(path), "x").unwrap();
    // Only the no-op is measured: inputs first, then what is made of them, in order of time.
    (0..count).for_each(|at| write(format!("data/{at}.csv")));
    for at in 0..count {
        writeln!(plan, "build out/{at}.dot: c data/{at}.csv").unwrap();
    }
    for at in 0..count / 10 {
        let from: Vec<String> =
            (0..10).map(|digit| format!("out/{}.dot", at * 10 + digit)).collect();
        writeln!(plan, "build merged/{at}.dot: c {}", from.join(" ")).unwrap();
    }
    fs::write(project.join("build.ninja"), plan).unwrap();
    run(Command::new("ninja").arg("-C").arg(&project).arg("--quiet"), &[]);
    let cost = best(runs, || {}, &|| run(Command::new("ninja").arg("-C").arg(&project), &[]));
    fs::remove_dir_all(project).unwrap();
    Some(cost)
}

fn layercake(project: &Path, arguments: &[&str]) -> Cost {
    run(Command::new(binary()).arg("-C").arg(project).args(arguments), &[])
}

fn binary() -> &'static str {
    env!("CARGO_BIN_EXE_layercake")
}

fn row(name: &str, cost: Cost, ninja: Option<f64>) {
    let ninja = ninja.map(|ratio| format!("  {ratio:.2} ×")).unwrap_or_default();
    println!(
        "{name:28} {:>7.1} ms {:>7.1} ms {:>6.1} MB{ninja}",
        cost.wall * 1e3,
        cost.processor * 1e3,
        cost.memory as f64 / 1e6,
    );
}
