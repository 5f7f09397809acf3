//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Make for graph diagrams: a plan of import, transform and export steps over graphs, where only
/// what changed is built again.
#[derive(Debug, Parser)]
#[command(
    name = "layercake",
    version,
    max_term_width = 100,
    propagate_version = true,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "\
Exit codes:
  0    everything asked for is fresh, and as the checks want it
  1    a step failed, or a check found something
  2    the plan or the command line is wrong, and nothing ran
  101  a bug in layercake
  130  interrupted"
)]
pub struct Arguments {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

/// What every subcommand takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Common options")]
pub struct Common {
    /// Work in this folder
    #[arg(short = 'C', long, value_name = "FOLDER", global = true)]
    pub directory: Option<PathBuf>,
    /// Read this plan instead of the nearest `layercake.yaml`
    #[arg(short = 'f', long, value_name = "FILE", global = true, env = "LAYERCAKE_PLAN")]
    pub plan: Option<PathBuf>,
    /// Give a variable of the plan another value
    #[arg(long, value_name = "NAME=VALUE", global = true, value_parser = pair)]
    pub set: Vec<(String, String)>,
    /// Print only problems
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print every step, and how long it took
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Color the output; `NO_COLOR` and `CLICOLOR_FORCE` are obeyed
    #[arg(
        long,
        value_name = "WHEN",
        global = true,
        default_value = "auto",
        hide_possible_values = false
    )]
    pub color: Color,
    /// Print what happens as JSON, one event a line
    #[arg(long, global = true)]
    pub json: bool,
    /// Print problems once more, as annotations for a CI system to show beside the lines they are on
    #[arg(
        long,
        value_name = "SYSTEM",
        global = true,
        conflicts_with = "json",
        hide_possible_values = false
    )]
    pub annotate: Option<Annotate>,
}

/// When to use color.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// A CI system that shows problems beside lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Annotate {
    /// Workflow commands of GitHub Actions
    Github,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make outputs fresh
    #[command(visible_alias = "b")]
    Build(Build),
    /// Build, and build again whenever a file changes
    #[cfg(feature = "watch")]
    #[command(visible_alias = "w")]
    Watch(Watch),
    /// Make checks, and what they look at, and say what they find
    Check(Check),
    /// Write where things are in pictures to the files that keep their places
    Lock(Lock),
    /// Remove outputs that layercake wrote, and what it remembers
    Clean(Clean),
    /// Show the steps of the plan and how they hang together
    Plan(Plan),
    /// Draw a graph as text: that of a step, or of a file
    Show(Show),
    /// Look after what layercake remembers: what it takes, whether it is whole, what may go
    Store(Store),
    /// Say why outputs would be built again, or were built last time
    Why(Why),
    /// Show the builds so far, newest first
    Log(Log),
    /// Bring an output back as it was after an earlier build
    Restore(Restore),
    /// Say what is wrong with this project or machine, and how to mend it
    Doctor,
    /// Print the JSON Schema of plans, or of another format
    Schema(Schema),
    /// Print a plan of the earlier layercake tool in today's format
    Convert(Convert),
    /// Start a project: a plan with data that builds at once
    Init(Init),
}

#[derive(Debug, Args)]
pub struct Build {
    /// Outputs, folders of them (`docs/`), or other steps to make fresh, with all they use [default: every step]
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    /// Run so many steps at once [default: the number of cores]
    #[arg(short, long, value_name = "N", env = "LAYERCAKE_JOBS", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// Go on with what does not depend on a failed step
    #[arg(short, long)]
    pub keep_going: bool,
    /// Say what would run, and what may, and run and write nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Write nothing, and exit with 1 if an output is missing or not what it should be (for CI)
    #[arg(long, conflicts_with = "dry_run")]
    pub check: bool,
    /// Leave outputs that somebody else has changed as they are, with a warning
    #[arg(long, conflicts_with = "check")]
    pub keep_edited: bool,
    /// Read every file again, whatever its size and times say of it
    #[arg(long)]
    pub paranoid: bool,
    /// Let the plan run the programs that it names under `through`
    #[arg(long)]
    pub allow_run: bool,
    /// Say why each step ran
    #[arg(long)]
    pub explain: bool,
    /// Write what each thread did, and when, as a Chrome trace (opens in Perfetto)
    #[arg(long, value_name = "FILE", value_parser = trace)]
    pub trace: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Watch {
    #[command(flatten)]
    pub build: Build,
}

#[derive(Debug, Args)]
pub struct Clean {
    /// Outputs, or folders of them (`docs/`), to remove [default: all, and the store]
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    /// Remove only the outputs of steps that are not in the plan any more
    #[arg(long, conflicts_with = "targets")]
    pub stale: bool,
    /// Say what would be removed, and remove nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub struct Store {
    #[command(subcommand)]
    pub command: StoreCommand,
}

#[derive(Debug, Subcommand)]
pub enum StoreCommand {
    /// Say what is in the store, and how much it takes
    Stats,
    /// Read everything in the store, and exit with 1 if something is damaged
    Verify,
    /// Remove results that are not in use any more
    Gc(Gc),
}

#[derive(Debug, Args)]
pub struct Gc {
    /// Remove what was not in use for longer than this: `12h`, `30d`, `8w`
    #[arg(long, value_name = "AGE", default_value = "90d", value_parser = age)]
    pub max_age: i64,
    /// Remove what was not in use for longest, until the rest takes no more: `500MB`, `2GiB`
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = size)]
    pub max_size: u64,
    /// Keep the last so many builds in the history
    #[arg(long, value_name = "N", default_value = "1000", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_builds: u32,
    /// Say what would be removed, and remove nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub struct Plan {
    /// Steps, or folders of outputs (`docs/`), to show, with all they use [default: every step]
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    /// How to show them
    #[arg(long, value_name = "FORMAT", default_value = "tree")]
    pub format: PlanFormat,
}

/// How to show a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    /// Outputs, with what they are made from below them
    Tree,
    /// A diagram for Graphviz
    Dot,
    /// A diagram for Mermaid
    Mermaid,
    /// Every step with all its options, defaults filled in
    Yaml,
}

#[derive(Debug, Args)]
pub struct Check {
    /// Checks of the plan [default: all]
    #[arg(value_name = "CHECK")]
    pub checks: Vec<String>,
    /// Write what they find now to their baselines, so that it is accepted from now on
    #[arg(long)]
    pub accept: bool,
}

#[derive(Debug, Args)]
pub struct Show {
    /// A step of the plan, which is made fresh first, or a file that holds a graph; of CSV the files
    /// of nodes, edges and layers [default: the graph that the plan makes last]
    #[arg(value_name = "STEP|FILE")]
    pub names: Vec<String>,
    /// What the file is, where its name does not tell: `dot`, `graphml`, `mermaid`, …
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<String>,
    /// Show only this node, and what is near it
    #[arg(long, value_name = "NODE")]
    pub around: Option<String>,
    /// How many edges away from it, in either direction
    #[arg(long, value_name = "N", default_value = "1", requires = "around")]
    pub hops: u32,
    /// Which way edges point [default: down if that fits, else to the right]
    #[arg(
        long,
        value_name = "WAY",
        visible_alias = "direction",
        ignore_case = true,
        hide_possible_values = false
    )]
    pub orientation: Option<Orientation>,
    /// How many columns there are [default: those of the terminal, or 100]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(20..))]
    pub width: Option<u16>,
    /// Draw with characters of ASCII, as where the locale is not UTF-8
    #[arg(long)]
    pub ascii: bool,
    /// List the nodes with what they lead to, rather than draw them
    #[arg(long)]
    pub list: bool,
    /// Draw, or list, all of it, however large it is
    #[arg(long)]
    pub all: bool,
}

/// Which way edges point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "UPPER")]
pub enum Orientation {
    /// From top to bottom
    TB,
    /// From left to right
    LR,
    /// From bottom to top
    BT,
    /// From right to left
    RL,
}

#[derive(Debug, Args)]
pub struct Lock {
    /// Pictures of the plan [default: all that have `lock`]
    #[arg(value_name = "PICTURE")]
    pub pictures: Vec<String>,
    /// Lay them out anew, as if nothing had been kept
    #[arg(long)]
    pub fresh: bool,
}

#[derive(Debug, Args)]
pub struct Why {
    /// Outputs, folders of them (`docs/`), or other steps
    #[arg(value_name = "TARGET", required = true)]
    pub targets: Vec<String>,
    /// Show the steps and files they were made from, and which builds made these
    #[arg(long)]
    pub upstream: bool,
    /// Let the plan run the programs that it names under `through`, to find out
    #[arg(long)]
    pub allow_run: bool,
}

#[derive(Debug, Args)]
pub struct Log {
    /// Show this build in full: every step, how it ended and why
    #[arg(value_name = "BUILD")]
    pub build: Option<u64>,
    /// Show so many builds
    #[arg(short = 'n', long, value_name = "N", default_value = "20", conflicts_with = "build")]
    pub limit: usize,
    /// Show only builds that made this output, an output in this folder (`docs/`), or other step
    #[arg(long, value_name = "TARGET", conflicts_with = "build")]
    pub target: Option<String>,
}

#[derive(Debug, Args)]
pub struct Restore {
    /// The output, or a folder of them (`docs/`)
    #[arg(value_name = "TARGET")]
    pub target: String,
    /// As it was after this build; `layercake log` shows their numbers
    #[arg(long, value_name = "N")]
    pub build: u64,
    /// Write it to a new file instead of its own place; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Schema {
    /// Which schema
    #[arg(value_name = "FORMAT", default_value = "plan")]
    pub format: SchemaFormat,
}

/// What has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaFormat {
    /// Plans
    Plan,
    /// Graphs as `format: json` writes them
    Graph,
    /// Events as `--json` prints them
    Events,
}

#[derive(Debug, Args)]
pub struct Convert {
    /// Write it to a new file, beside the plan, instead; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Init {
    /// Where to start it
    #[arg(value_name = "FOLDER", default_value = ".")]
    pub folder: PathBuf,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

/// Reads the name of a file for a trace: standard output is for what a build says.
fn trace(text: &str) -> Result<PathBuf, String> {
    match text {
        "-" => Err("a trace needs a file; `./-` is one of that name".to_owned()),
        name => Ok(PathBuf::from(name)),
    }
}

/// Reads a time span, and returns it in nanoseconds.
fn age(text: &str) -> Result<i64, String> {
    const HOUR: i64 = 3_600_000_000_000;
    let units = [("h", HOUR), ("d", 24 * HOUR), ("w", 7 * 24 * HOUR)];
    let found = units.iter().find_map(|(unit, length)| {
        let number: u32 = text.strip_suffix(unit)?.trim().parse().ok()?;
        i64::from(number).checked_mul(*length)
    });
    found.ok_or_else(|| "expected a number and a unit: `12h`, `30d`, `8w`".to_owned())
}

/// Reads an amount of memory, and returns it in bytes.
fn size(text: &str) -> Result<u64, String> {
    let units = [
        ("KiB", 1 << 10),
        ("MiB", 1 << 20),
        ("GiB", 1 << 30),
        ("kB", 1_000),
        ("MB", 1_000_000),
        ("GB", 1_000_000_000),
        ("B", 1),
    ];
    let found = units.iter().find_map(|(unit, bytes)| {
        let number: u64 = text.strip_suffix(unit)?.trim().parse().ok()?;
        number.checked_mul(*bytes)
    });
    found.ok_or_else(|| "expected a number and a unit: `500MB`, `2GiB`".to_owned())
}
