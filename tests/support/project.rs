//! A project in a temporary folder, and what a build of it did.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use layercake::diagnostic::{Diagnostic, Diagnostics};
use layercake::disk::{Disk, RealDisk};
use layercake::engine::{self, Event, Outcome, Request, Summary};
use layercake::error::Error;
use tempfile::TempDir;

/// What the file system says of files, by path: inode, size and times.
pub type Stamps = BTreeMap<PathBuf, (u64, u64, i64, i64)>;

/// What is in outputs, by path.
pub type Outputs = BTreeMap<String, Vec<u8>>;

/// A project in a folder that is removed with it.
pub struct Project {
    folder: PathBuf,
    /// Removes the folder in the end.
    _guard: Option<TempDir>,
}

/// What a build did.
#[derive(Debug)]
pub struct Build {
    /// What it told, in order.
    pub events: Vec<Event>,
    /// What was wrong with the plan; with errors there, nothing ran.
    pub problems: Diagnostics,
    /// What became of the steps, or why there was no build at all.
    pub result: Result<Summary, Error>,
}

impl Project {
    /// Makes a project of files, each a path and a text.
    pub fn of(files: &[(&str, &str)]) -> Project {
        Project::of_in(&std::env::temp_dir(), files)
    }

    /// Makes a project in a new folder in this one.
    pub fn of_in(folder: &Path, files: &[(&str, &str)]) -> Project {
        let guard = TempDir::new_in(folder).unwrap();
        let project = Project { folder: guard.path().to_owned(), _guard: Some(guard) };
        files.iter().for_each(|(path, text)| project.write(path, text));
        project
    }

    /// Takes a folder that is there, and stays, as a project.
    pub fn at(folder: &Path) -> Project {
        Project { folder: folder.to_owned(), _guard: None }
    }

    /// Makes a project of the files below a folder, but for those whose path `leave_out` names.
    pub fn copy_of(folder: &Path, leave_out: impl Fn(&str) -> bool) -> Project {
        let project = Project::of(&[]);
        for (path, bytes) in files_below(folder) {
            if !leave_out(&path) {
                project.write(&path, bytes);
            }
        }
        project
    }

    /// Returns the absolute path of one that is relative to the project.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// Writes a file.
    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Replaces a text that a file holds.
    pub fn edit(&self, path: &str, old: &str, new: &str) {
        let text = self.text(path);
        assert!(text.contains(old), "`{path}` does not hold `{old}`:\n{text}");
        self.write(path, text.replace(old, new));
    }

    /// Removes a file.
    pub fn remove(&self, path: &str) {
        fs::remove_file(self.path(path)).unwrap();
    }

    /// Returns what is in a file, or nothing if it is not there.
    pub fn bytes(&self, path: &str) -> Option<Vec<u8>> {
        fs::read(self.path(path)).ok()
    }

    /// Returns the text of a file.
    pub fn text(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("`{path}`: {error}"))
    }

    /// Returns all files but those of the store, by path.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = files_below(&self.folder);
        files.retain(|path, _| !path.starts_with(".layercake/"));
        files
    }

    /// Builds every step.
    pub fn build(&self) -> Build {
        self.build_with(&Request::default())
    }

    /// Builds what is asked for.
    pub fn build_with(&self, request: &Request) -> Build {
        self.build_on(Arc::new(RealDisk), request)
    }

    /// Builds every step as the command does, by the shortest way if there is one.
    pub fn build_shortest(&self, disk: Arc<dyn Disk>) -> Build {
        self.build_until(disk, &Request::default(), |_| false)
    }

    /// Builds what is asked for on another disk.
    pub fn build_on(&self, disk: Arc<dyn Disk>, request: &Request) -> Build {
        let request = Request { every_step: true, ..request.clone() };
        self.build_until(disk, &request, |_| false)
    }

    /// Builds what is asked for, until an event says to stop.
    pub fn build_until(
        &self,
        disk: Arc<dyn Disk>,
        request: &Request,
        is_enough: impl Fn(&Event) -> bool,
    ) -> Build {
        let mut build = Build {
            events: vec![],
            problems: Diagnostics::default(),
            result: Ok(Summary::default()),
        };
        let project = match layercake::project::Project::find(&self.folder, None, vec![], &*disk) {
            Ok(project) => project,
            Err(error) => return Build { result: Err(error.into()), ..build },
        };
        let stop = AtomicBool::new(false);
        let targets: Vec<_> = request.targets.iter().map(|name| vec![name.clone()]).collect();
        let emit = &mut |event| {
            stop.fetch_or(is_enough(&event), Ordering::Relaxed);
            build.events.push(event);
        };
        if let Some(built) = engine::build_known(&project, &targets, request, &disk, &stop, emit) {
            build.result = built.map_err(Error::from);
            return build;
        }
        let dag = engine::read_dag(&project, &disk, &mut build.problems);
        if !build.problems.has_errors() {
            let emit = &mut |event| {
                stop.fetch_or(is_enough(&event), Ordering::Relaxed);
                build.events.push(event);
            };
            let result = engine::build(&project, &dag, request, &disk, &stop, emit);
            build.result = result.map_err(Error::from);
        }
        build
    }

    /// Runs the command in the project's folder.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(&[], arguments).output().unwrap()
    }

    /// Returns the command in the project's folder; `through` are programs, with their arguments,
    /// that run it.
    pub fn command(&self, through: &[&str], arguments: &[&str]) -> Command {
        let mut words = [through, &[env!("CARGO_BIN_EXE_layercake")], arguments].concat();
        let mut command = Command::new(words.remove(0));
        command
            .args(words)
            .current_dir(&self.folder)
            .env_remove("LAYERCAKE_PLAN")
            .env_remove("LAYERCAKE_JOBS")
            .env_remove("CLICOLOR_FORCE")
            // What the user of this machine allows is not for tests.
            .env("XDG_CONFIG_HOME", self.folder.join(".nowhere"))
            .env("COLUMNS", "100");
        command
    }

    /// Runs the command, which must succeed, and returns what it told.
    #[track_caller]
    pub fn run_build(&self, arguments: &[&str]) -> Build {
        let output = self.run(&[&["build", "--json", "--verbose"], arguments].concat());
        let build = Build::told_by(&output);
        assert_eq!(output.status.code(), Some(0), "{}\n{build:#?}", complaint(&output));
        build
    }

    /// Checks that the outputs are those of a clean build of the same inputs.
    #[track_caller]
    pub fn assert_as_clean(&self, outputs: &[&str], when: &str) {
        self.assert_outputs(&self.clean_outputs(outputs), when);
    }

    /// Checks that outputs have these bytes.
    #[track_caller]
    pub fn assert_outputs(&self, expected: &Outputs, when: &str) {
        for (path, expected) in expected {
            let found = self.bytes(path);
            let found = found.as_deref().map(String::from_utf8_lossy);
            let expected = String::from_utf8_lossy(expected);
            assert_eq!(found, Some(expected), "{when}: `{path}` is not that of a clean build");
        }
    }

    /// Returns what a clean build of the same inputs makes.
    #[track_caller]
    pub fn clean_outputs(&self, outputs: &[&str]) -> Outputs {
        let clean = self.without_results(outputs);
        clean.build().succeeded();
        outputs.iter().map(|path| ((*path).to_owned(), clean.bytes(path).unwrap())).collect()
    }

    /// Returns a copy of the project without these outputs and without the store.
    pub fn without_results(&self, outputs: &[&str]) -> Project {
        let copy = Project::of(&[]);
        for (path, bytes) in self.files() {
            if !outputs.contains(&path.as_str()) {
                copy.write(&path, bytes);
            }
        }
        copy
    }

    /// Returns what the file system says of every file and folder, the store's included.
    pub fn stamps(&self) -> Stamps {
        let mut stamps = Stamps::new();
        let mut rest = vec![self.folder.clone()];
        while let Some(path) = rest.pop() {
            let data = fs::symlink_metadata(&path).unwrap();
            if data.is_dir() {
                rest.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            }
            stamps.insert(path, (data.ino(), data.size(), data.mtime_nsec(), data.ctime_nsec()));
        }
        stamps
    }

    /// Returns the paths of files that only a build that has not ended may have.
    pub fn temporary_files(&self) -> Vec<String> {
        let files = files_below(&self.folder);
        files.into_keys().filter(|path| path.ends_with(".tmp")).collect()
    }
}

/// Returns what a command wrote to its standard error.
fn complaint(output: &Output) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(&output.stderr)
}

impl Build {
    /// Reads what a command told with `--json`.
    pub fn told_by(output: &Output) -> Build {
        let lines = String::from_utf8_lossy(&output.stdout);
        let events = lines.lines().map(|line| serde_json::from_str(line).unwrap());
        let events: Vec<Event> = events.collect();
        let summary = events.iter().find_map(|event| match event {
            Event::BuildFinished { summary } => Some(summary.clone()),
            _ => None,
        });
        let result = Ok(summary.unwrap_or_default());
        Build { events, problems: Diagnostics::default(), result }
    }

    /// Returns this build, which must have made everything fresh.
    #[track_caller]
    pub fn succeeded(self) -> Build {
        assert!(self.is_success(), "{:#?}\n{:#?}\n{:#?}", self.result, self.problems, self.events);
        self
    }

    /// Returns whether everything is fresh.
    pub fn is_success(&self) -> bool {
        let is_built = self.result.as_ref().is_ok_and(Summary::is_success);
        is_built && !self.problems.has_errors()
    }

    /// Returns the names of the steps that ran, in order.
    pub fn built(&self) -> Vec<&str> {
        self.ended(Outcome::Built)
    }

    /// Returns the names of the steps that nothing had changed for, in order.
    pub fn reused(&self) -> Vec<&str> {
        self.ended(Outcome::Reused)
    }

    /// Returns the names of the steps that ended so, in order.
    pub fn ended(&self, how: Outcome) -> Vec<&str> {
        let ended = self.events.iter().filter_map(|event| match event {
            Event::StepFinished { step, outcome, .. } if *outcome == how => Some(step.as_str()),
            _ => None,
        });
        let mut names: Vec<&str> = ended.collect();
        names.sort_unstable();
        names
    }

    /// Returns all that the build had to say, the plan's problems first.
    pub fn diagnostics(&self) -> Vec<&Diagnostic> {
        let told = self.events.iter().flat_map(|event| match event {
            Event::StepFinished { diagnostics, .. } => diagnostics.iter().collect(),
            Event::Notice { diagnostic } => vec![diagnostic],
            _ => vec![],
        });
        self.problems.list.iter().chain(told).collect()
    }
}

/// Returns the files below a folder by their path in it, with `/`.
pub fn files_below(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut rest = vec![folder.to_owned()];
    while let Some(here) = rest.pop() {
        for entry in fs::read_dir(&here).unwrap_or_else(|error| panic!("{here:?}: {error}")) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                rest.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}
