//! The command: what is typed and what is printed. Uses the library's public API alone.

mod annotations;
mod args;
mod build;
mod check;
mod clean;
mod config;
mod convert;
mod doctor;
mod fresh;
mod graph_file;
mod init;
mod lock;
mod log;
mod new_file;
mod plan;
mod progress;
mod repeated;
mod report;
mod restore;
mod schema;
mod show;
mod store;
mod terminal;
mod tree;
mod trace;
#[cfg(feature = "watch")]
mod watch;
mod why;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use clap::Parser;
use layercake::diagnostic::{Diagnostic, Diagnostics};
use layercake::disk::{Disk, RealDisk};
use layercake::engine::{self, RestoreError, Running};
use layercake::error::Error;
use layercake::project::Project;

use args::{Arguments, Command, Common};
use terminal::Terminal;

/// What the command ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything asked for is fresh.
    Success = 0,
    /// A step failed.
    Failed = 1,
    /// The plan or the command line is wrong, and nothing ran.
    Usage = 2,
    /// A bug in layercake.
    Bug = 101,
    /// Interrupted.
    Interrupted = 130,
}

/// What every subcommand works with.
pub struct Context {
    common: Common,
    terminal: Terminal,
    disk: Arc<dyn Disk>,
    /// Set once by Ctrl-C; no further step starts.
    stop: Arc<AtomicBool>,
    /// The programs that run; a second Ctrl-C ends them.
    running: Running,
    handles_interrupts: AtomicBool,
    /// The project's folder in its repository, for annotations.
    above: OnceLock<String>,
}

/// Runs the command.
pub fn run() -> ExitCode {
    let Arguments { common, command } = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = if error.use_stderr() { Exit::Usage } else { Exit::Success };
            // Nobody is left to tell when even this cannot be printed.
            let _ = error.print();
            return ExitCode::from(code as u8);
        }
    };
    let terminal = Terminal::new(common.color);
    let stop = Arc::new(AtomicBool::new(false));
    let context = Context {
        common,
        terminal,
        disk: Arc::new(RealDisk),
        stop,
        running: Running::default(),
        handles_interrupts: AtomicBool::new(false),
        above: OnceLock::new(),
    };
    let exit = match command {
        Command::Build(arguments) => build::run(&context, &arguments),
        #[cfg(feature = "watch")]
        Command::Watch(arguments) => {
            context.handle_interrupts();
            watch::run(&context, &arguments)
        }
        Command::Check(arguments) => check::run(&context, &arguments),
        Command::Lock(arguments) => lock::run(&context, &arguments),
        Command::Clean(arguments) => clean::run(&context, &arguments),
        Command::Plan(arguments) => plan::run(&context, &arguments),
        Command::Show(arguments) => show::run(&context, &arguments),
        Command::Store(arguments) => store::run(&context, &arguments),
        Command::Why(arguments) => why::run(&context, &arguments),
        Command::Log(arguments) => log::run(&context, &arguments),
        Command::Restore(arguments) => restore::run(&context, &arguments),
        Command::Doctor => doctor::run(&context),
        Command::Schema(arguments) => schema::run(&context, &arguments),
        Command::Convert(arguments) => convert::run(&context, &arguments),
        Command::Init(arguments) => init::run(&context, &arguments),
    };
    let exit = exit.unwrap_or_else(|error| context.report_error(&error));
    match context.terminal.finish() {
        true => ExitCode::from(exit as u8),
        // What was asked for could not be shown.
        false => ExitCode::from(Exit::Failed.max(exit) as u8),
    }
}

impl Exit {
    fn max(self, other: Exit) -> Exit {
        if other as u8 > self as u8 { other } else { self }
    }
}

impl Context {
    /// From now on the first Ctrl-C lets running steps end, the second ends at once. Where no step
    /// runs there is no use for this: the first one ends the command.
    fn handle_interrupts(&self) {
        if self.handles_interrupts.swap(true, Ordering::Relaxed) {
            return;
        }
        let (stop, running) = (self.stop.clone(), self.running.clone());
        let count = AtomicUsize::new(0);
        // Without a handler Ctrl-C ends the process, which is safe too.
        let _ = ctrlc::set_handler(move || {
            stop.store(true, Ordering::Relaxed);
            if count.fetch_add(1, Ordering::Relaxed) > 0 {
                running.end();
                std::process::exit(Exit::Interrupted as i32);
            }
        });
    }

    fn folder(&self) -> &Path {
        self.common.directory.as_deref().unwrap_or(Path::new("."))
    }

    fn project(&self) -> Result<Project, Error> {
        let plan = self.common.plan.as_deref();
        let overrides = self.common.set.clone();
        let mut project = Project::find(self.folder(), plan, overrides, &*self.disk)?;
        project.programs = config::programs();
        if self.common.annotate.is_some() {
            self.above.get_or_init(|| project.above().join("/"));
        }
        Ok(project)
    }

    /// Reads the plan; `None` when it is wrong, which has then been said.
    fn dag(&self, project: &Project) -> Option<layercake::dag::Dag> {
        let mut diagnostics = self.problems_of_plan();
        let dag = engine::read_dag(project, &self.disk, &mut diagnostics);
        self.report(&diagnostics);
        (!diagnostics.has_errors()).then_some(dag)
    }

    /// Makes the list of what is wrong with a plan, as long as the user wants it.
    fn problems_of_plan(&self) -> Diagnostics {
        match self.common.verbose {
            true => Diagnostics::keeping_more(),
            false => Diagnostics::default(),
        }
    }

    /// Returns what the arguments may name: a step, or an output, or with a `/` at its end a folder
    /// of outputs, by its path from the current folder.
    fn target_names(&self, project: &Project, names: &[String]) -> Vec<Vec<String>> {
        let here = self.disk.canonical(self.folder()).unwrap_or_else(|_| PathBuf::from("/"));
        let candidates = |name: &String| {
            let end = if name.ends_with('/') { "/" } else { "" };
            let path = project.relative(&here, name).map(|path| path + end);
            [Some(name.clone()), path].into_iter()
        };
        names.iter().map(|name| candidates(name).flatten().collect()).collect()
    }

    /// Finds the steps that the arguments name.
    fn targets(
        &self,
        project: &Project,
        dag: &layercake::dag::Dag,
        names: &[String],
    ) -> Option<Vec<String>> {
        let mut found = Vec::new();
        let mut problems = Diagnostics::default();
        for (name, candidates) in names.iter().zip(self.target_names(project, names)) {
            let mut steps = candidates.iter().map(|name| named(dag, name));
            match steps.find(|steps| !steps.is_empty()) {
                Some(steps) => found.extend(steps),
                None => problems.push(
                    Diagnostic::error("unknown-target", format!("the plan has no step `{name}`"))
                        .did_you_mean(name, dag.plan.steps.iter().map(|step| step.name.as_str()))
                        .help("`layercake plan` shows all steps"),
                ),
            }
        }
        self.report(&problems);
        (!problems.has_errors()).then_some(found)
    }

    /// Returns the ways in which a name may be one of the project's, as [`Context::target_names`]
    /// does.
    fn candidates(&self, project: &Project, name: &str) -> Vec<String> {
        self.target_names(project, &[name.to_owned()]).concat()
    }

    /// Prints problems to stderr, or as events.
    fn report(&self, diagnostics: &Diagnostics) {
        for diagnostic in &diagnostics.list {
            self.report_one(diagnostic);
        }
        let omitted = diagnostics.omitted();
        if omitted > 0 && !self.common.json {
            let is_all = self.common.verbose;
            let how = if is_all { "" } else { "; `--verbose` shows all of them" };
            self.terminal.error_line(&report::omitted(omitted, how));
        }
    }

    fn report_one(&self, diagnostic: &Diagnostic) {
        if self.common.json {
            let event = engine::Event::Notice { diagnostic: diagnostic.clone() };
            self.json(&event);
        } else {
            self.terminal.error_line(&report::draw(diagnostic, self.terminal.width()));
        }
        if self.common.annotate == Some(args::Annotate::Github) {
            let project = self.above.get().map_or("", String::as_str);
            self.terminal.line(&annotations::github(diagnostic, project));
        }
    }

    fn json(&self, event: &engine::Event) {
        // Events are structs of texts and numbers, which JSON can always hold.
        self.terminal.line(&serde_json::to_string(event).unwrap_or_default());
    }

    fn report_error(&self, error: &Error) -> Exit {
        let code = match error {
            Error::Project(_) => "no-project",
            Error::Build(_) => "no-build",
            Error::Store(_) => "no-store",
            Error::Restore(_) => "no-restore",
            #[cfg(feature = "watch")]
            Error::Watch(_) => "no-watch",
        };
        let mut diagnostic = Diagnostic::error(code, error.to_string());
        let mut cause = std::error::Error::source(error);
        while let Some(inner) = cause {
            diagnostic = diagnostic.note(inner.to_string());
            cause = inner.source();
        }
        if let Error::Project(layercake::project::ProjectError::NoPlan(_)) = error {
            diagnostic = diagnostic
                .help("`layercake init` makes one; `-f FILE` names one with another name");
        }
        if let Error::Restore(error) = error {
            diagnostic.help.extend(error.help());
        }
        #[cfg(feature = "watch")]
        if let Error::Watch(layercake::watch::WatchError::Limit(_)) = error {
            diagnostic = diagnostic
                .help("raise it: `sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512`");
        }
        self.report_one(&diagnostic);
        match error {
            Error::Project(_) => Exit::Usage,
            Error::Restore(RestoreError::Interrupted) => Exit::Interrupted,
            Error::Restore(error) if error.is_usage() => Exit::Usage,
            _ => Exit::Failed,
        }
    }
}

/// Returns the steps that a name stands for: one, that which writes the file among others, or all
/// outputs in a folder.
fn named(dag: &layercake::dag::Dag, name: &str) -> Vec<String> {
    if !name.ends_with('/') {
        let step = dag.find(name).or_else(|| dag.fan_out_of(name));
        return step.map(|id| dag.step(id).name.clone()).into_iter().collect();
    }
    let exports = dag.plan.steps.iter().filter(|step| step.work.is_export());
    exports.filter(|step| step.name.starts_with(name)).map(|step| step.name.clone()).collect()
}
