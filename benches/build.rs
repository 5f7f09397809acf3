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
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use layercake::registry;
use nix::sys::resource::{UsageWho, getrusage};
use serde_json::Value;

#[path = "../examples/big/generate.rs"]
#[allow(dead_code, reason = "the generator is a command of its own")]
mod generate;
mod analyses;

/// Set for the process that starts a command and measures it.
const MEASURE: &str = "LAYERCAKE_BENCH_MEASURE";

/// What one run of a command took.
#[derive(Clone, Copy)]
struct Cost {
    /// Seconds.
    wall: f64,
    /// Seconds of user and system time.
    processor: f64,
    /// Bytes at most in memory.
    memory: u64,
}

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
    if wants("analyses") {
        analyses::analyses(folder.path());
    }
    for count in [100, 1_000, 10_000, 100_000] {
        if wants(&format!("outputs-{count}")) {
            outputs(folder.path(), count);
        }
    }
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
    run(Command::new("ninja").arg("-C").arg(&project).arg("--quiet"));
    let cost = best(runs, || {}, &|| run(Command::new("ninja").arg("-C").arg(&project)));
    fs::remove_dir_all(project).unwrap();
    Some(cost)
}

fn layercake(project: &Path, arguments: &[&str]) -> Cost {
    run(Command::new(binary()).arg("-C").arg(project).args(arguments))
}

fn binary() -> &'static str {
    env!("CARGO_BIN_EXE_layercake")
}

/// Runs a command through a process of our own, so that its costs are told apart from others'.
fn run(command: &mut Command) -> Cost {
    let output = Command::new(std::env::current_exe().unwrap())
        .env(MEASURE, "1")
        .arg(command.get_program())
        .args(command.get_args())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let figures: Vec<f64> = text.split_whitespace().map(|figure| figure.parse().unwrap()).collect();
    Cost { wall: figures[0], processor: figures[1], memory: figures[2] as u64 }
}

/// Runs the command of the arguments and prints what it took.
fn measure() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let started = Instant::now();
    let status = Command::new(&arguments[0])
        .args(&arguments[1..])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    let wall = started.elapsed().as_secs_f64();
    assert!(status.success(), "{arguments:?} ended with {status}");
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    let seconds =
        |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    let processor = seconds(usage.user_time()) + seconds(usage.system_time());
    println!("{wall} {processor} {}", usage.max_rss() * 1024);
}

/// Runs several times and returns the best of each figure.
fn best(runs: usize, mut before: impl FnMut(), run: &dyn Fn() -> Cost) -> Cost {
    let mut best: Option<Cost> = None;
    for _ in 0..runs {
        before();
        let cost = run();
        best = Some(match best {
            None => cost,
            Some(best) => Cost {
                wall: best.wall.min(cost.wall),
                processor: best.processor.min(cost.processor),
                memory: best.memory.min(cost.memory),
            },
        });
    }
    best.unwrap()
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

/// Returns a folder on a memory file system, or else the system's folder for temporary files.
fn memory() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() }
}
