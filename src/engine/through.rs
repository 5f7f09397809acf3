//! Passes what an export wrote through a program of the user's own, where the user allows it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::program::{Failure, Program, Running};
use super::reader::FileReader;
use crate::dag::{Dag, StepId};
use crate::diagnostic::{Diagnostic, Diagnostics, Failed, reason};
use crate::plan::Work;
use crate::source::Excerpt;

/// How long a program may take unless the user says otherwise.
const USUAL_LIMIT: Duration = Duration::from_secs(60);

/// The most lines that are shown of what a program had to say.
const MOST_LINES: usize = 20;

/// Which programs a build may run, and how.
#[derive(Debug, Clone, Default)]
pub struct Runs {
    /// Which of them.
    pub allowed: Allowed,
    /// All of the environment that they get.
    pub environment: Vec<(OsString, OsString)>,
    /// How long each may take; a minute if absent.
    pub limit: Option<Duration>,
    /// Those that run.
    pub running: Running,
}

/// The programs that may be run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Allowed {
    /// None.
    #[default]
    None,
    /// Those with these names or absolute paths.
    Only(Vec<String>),
    /// All.
    All,
}

impl Allowed {
    /// Returns whether a program may be run, by the name that the user knows it by, if any, and the
    /// file it stands for, which is absolute.
    fn has(&self, name: Option<&str>, file: &Path) -> bool {
        match self {
            Allowed::None => false,
            Allowed::Only(known) => known.iter().any(|known| {
                name == Some(known) || known.starts_with('/') && Path::new(known) == file
            }),
            Allowed::All => true,
        }
    }
}

/// The program of an export, which may be run.
pub(super) struct Through<'a> {
    word: &'a str,
    arguments: &'a [String],
    file: &'a str,
    folder: &'a str,
    place: Excerpt,
    runs: &'a Runs,
}

impl<'a> Through<'a> {
    /// Returns the program that a step's output goes through, if there is one.
    ///
    /// # Errors
    ///
    /// Fails if it is not there, or may not be run.
    pub(super) fn of(
        dag: &'a Dag,
        id: StepId,
        runs: &'a Runs,
        reader: &FileReader<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Result<Option<Through<'a>>, Failed> {
        let step = dag.step(id);
        let Work::Export { through, .. } = &step.work else { return Ok(None) };
        let (Some((word, arguments)), Some(pattern)) = (through.split_first(), step.files.last())
        else {
            return Ok(None);
        };
        let place = dag.plan.sources.excerpt(pattern.span);
        let Some(file) = dag.files(id).last().and_then(|files| files.first()) else {
            let message = format!("there is no program `{word}`");
            return Err(diagnostics.fail(
                Diagnostic::error("no-such-program", message)
                    .at(place, "it is in no folder of `PATH`")
                    .help("install it, or name its path"),
            ));
        };
        let file = dag.file_path(*file);
        let absolute = absolute(&reader.project.folder, file);
        let is_known = !word.contains('/') && !comes_with_project(&absolute, reader);
        let name = is_known.then_some(word.as_str());
        if !runs.allowed.has(name, &absolute) {
            let allowed = match name {
                Some(name) => name.to_owned(),
                None => listed(&absolute.to_string_lossy()),
            };
            let message = format!("this plan wants to run `{word}`, and that is not allowed");
            return Err(diagnostics.fail(
                Diagnostic::error("not-allowed", message)
                    .at(place, "a program can do anything that you can")
                    .help("`layercake build --allow-run` allows it for once")
                    .help(format!(
                        "`allow_run: [{allowed}]` in `~/.config/layercake/config.yaml` allows it always"
                    )),
            ));
        }
        Ok(Some(Through { word, arguments, file, folder: &step.folder, place, runs }))
    }

    /// Passes a text through the program.
    pub(super) fn pass(
        &self,
        text: Vec<u8>,
        reader: &FileReader<'_>,
        stop: &AtomicBool,
        diagnostics: &mut Diagnostics,
    ) -> Result<Vec<u8>, Failed> {
        let program = Program {
            file: &reader.project.path(self.file),
            arguments: self.arguments,
            folder: &reader.project.path(self.folder),
            environment: &self.runs.environment,
            limit: self.runs.limit.unwrap_or(USUAL_LIMIT),
            running: &self.runs.running,
        };
        let limit = program.limit.as_secs();
        program.run(text, stop).map_err(|failure| diagnostics.fail(self.problem(failure, limit)))
    }

    fn problem(&self, failure: Failure, limit: u64) -> Diagnostic {
        let word = self.word;
        let (code, message, said) = match failure {
            Failure::Start(error) => (
                "program-failed",
                format!("`{word}` cannot be run: {}", reason(&error)),
                String::new(),
            ),
            Failure::Ended(status, said) => {
                ("program-failed", format!("`{word}` failed: {status}"), said)
            }
            Failure::TooLong(said) => (
                "program-too-slow",
                format!("`{word}` took longer than {limit} s and was ended"),
                said,
            ),
            Failure::TooMuch => {
                ("program-output-too-big", format!("`{word}` put out too much"), String::new())
            }
            Failure::Nothing(said) => ("program-failed", format!("`{word}` put out nothing"), said),
            Failure::Stopped => {
                ("stopped", format!("`{word}` was ended, as the build was"), String::new())
            }
        };
        let problem = Diagnostic::error(code, message).at(self.place.clone(), "");
        let lines: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).collect();
        let shown = &lines[lines.len().saturating_sub(MOST_LINES)..];
        let problem = shown.iter().fold(problem, |problem, line| problem.note(plain(line)));
        match code {
            "program-too-slow" => problem
                .help("`run_seconds: 300` in `~/.config/layercake/config.yaml` gives it more time"),
            "program-output-too-big" => problem.note("it may put out 256 MiB"),
            _ => problem,
        }
    }
}

/// Returns whether a program, or what a link in its place leads to, is in the project: its name
/// says nothing then, whatever `PATH` says.
fn comes_with_project(file: &Path, reader: &FileReader<'_>) -> bool {
    let root = reader.project.root();
    [file.parent().unwrap_or(file), file].into_iter().any(|path| {
        // What cannot be known is not trusted.
        reader.disk.canonical(path).map_or(true, |path| path.starts_with(root))
    })
}

/// Returns the absolute path of a file, which need not be there; `folder` is what it is relative
/// to.
fn absolute(mut folder: &Path, mut file: &str) -> PathBuf {
    while let Some(rest) = file.strip_prefix("../") {
        (folder, file) = (folder.parent().unwrap_or(folder), rest);
    }
    folder.join(file)
}

/// Returns a text as it stands in a list of YAML.
fn listed(text: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "/._-+@".contains(letter);
    match text.chars().all(is_plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', "''")),
    }
}

/// Returns a line without what a terminal would obey.
fn plain(line: &str) -> String {
    line.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_allowed_by_its_name_or_its_file() {
        let has = |known: &str, name: Option<&str>, file: &str| {
            Allowed::Only(vec![known.to_owned()]).has(name, Path::new(file))
        };
        assert!(has("dot", Some("dot"), "/usr/bin/dot"));
        assert!(has("/usr/bin/dot", Some("dot"), "/usr/bin/dot"));
        assert!(has("/p/dot", None, "/p/dot"));
        assert!(!has("dot", None, "/p/dot") && !has("./dot", None, "/p/dot"));
        assert!(!Allowed::None.has(Some("dot"), Path::new("/usr/bin/dot")));
        assert!(Allowed::All.has(None, Path::new("/p/dot")));
    }

    #[test]
    fn a_file_has_an_absolute_path() {
        let check = |file: &str| absolute(Path::new("/a/b"), file).display().to_string();
        let files = ["c/dot", "../dot", "../../dot", "/usr/bin/dot"].map(check);
        assert_eq!(files, ["/a/b/c/dot", "/a/dot", "/dot", "/usr/bin/dot"]);
        assert_eq!((listed("/a/b"), listed("/a, b's")), ("/a/b".into(), "'/a, b''s'".into()));
    }
}
