//! What the benchmarks have in common: what a command costs, and where files lie.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};

/// Set for the process that starts a command and measures it.
pub const MEASURE: &str = "LAYERCAKE_BENCH_MEASURE";

/// What one run of a command took.
#[derive(Clone, Copy)]
pub struct Cost {
    /// Seconds.
    pub wall: f64,
    /// Seconds of user and system time.
    pub processor: f64,
    /// Bytes at most in memory.
    pub memory: u64,
}

/// Runs a command through a process of our own, so that its costs are told apart from others'.
pub fn run(command: &mut Command, environment: &[(&str, &str)]) -> Cost {
    let output = Command::new(std::env::current_exe().unwrap())
        .env(MEASURE, "1")
        .envs(environment.iter().copied())
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
pub fn measure() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let started = Instant::now();
    let status = Command::new(&arguments[0])
        .args(&arguments[1..])
        .env_remove(MEASURE)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    let wall = started.elapsed().as_secs_f64();
    assert!(status.success(), "{arguments:?} ended with {status}");
    let processor = processor_time(UsageWho::RUSAGE_CHILDREN);
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    println!("{wall} {processor} {}", usage.max_rss() * 1024);
}

/// Returns the seconds of user and system time that were taken so far.
pub fn processor_time(who: UsageWho) -> f64 {
    let usage = getrusage(who).unwrap();
    let seconds =
        |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    seconds(usage.user_time()) + seconds(usage.system_time())
}

/// Runs several times and returns the best of each figure.
pub fn best(runs: usize, mut before: impl FnMut(), run: &dyn Fn() -> Cost) -> Cost {
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

/// Returns a folder on a memory file system, or else the system's folder for temporary files.
pub fn memory() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() }
}
