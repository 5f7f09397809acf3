//! What a user allows on this machine, whatever the project: `layercake/config.yaml` in the
//! folder of configurations.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use layercake::diagnostic::{Diagnostic, Diagnostics, reason};
use layercake::engine::{Allowed, Runs};
use layercake::plan::syntax;
use layercake::source::{Source, Sources};
use serde::{Deserialize, Deserializer, de};

use super::Context;

/// The variables that programs get, if they are set: what they need to find their own files.
const PASSED: [&str; 6] = ["HOME", "PATH", "TMPDIR", "USER", "XDG_CACHE_HOME", "XDG_DATA_DIRS"];

/// Why there is nothing to read.
const NO_FILE: [ErrorKind; 3] =
    [ErrorKind::NotFound, ErrorKind::NotADirectory, ErrorKind::PermissionDenied];

/// The settings of a user.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// The programs that plans may run: a list of names or absolute paths, or `true` for all.
    #[serde(deserialize_with = "allowed")]
    allow_run: Allowed,
    /// How many seconds a program may take.
    run_seconds: Option<NonZeroU32>,
}

fn allowed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Allowed, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        All(bool),
        Names(Vec<String>),
    }
    match Written::deserialize(deserializer) {
        Ok(Written::Names(names)) => Ok(Allowed::Only(names)),
        Ok(Written::All(all)) => Ok(if all { Allowed::All } else { Allowed::None }),
        Err(_) => Err(de::Error::custom("`allow_run` is `true` or a list of programs")),
    }
}

impl Context {
    /// Returns which programs a build may run; `None` if the configuration is wrong, which has
    /// then been said.
    pub fn runs(&self, allow_all: bool) -> Option<Runs> {
        let config = self.config()?;
        let passed =
            PASSED.iter().filter_map(|name| Some((OsString::from(name), std::env::var_os(name)?)));
        // What programs print must not depend on where they run.
        let fixed = [("LC_ALL", "C.UTF-8"), ("TZ", "UTC")];
        let fixed = fixed.map(|(name, value)| (OsString::from(name), OsString::from(value)));
        Some(Runs {
            allowed: if allow_all { Allowed::All } else { config.allow_run },
            environment: passed.chain(fixed).collect(),
            limit: config.run_seconds.map(|limit| Duration::from_secs(limit.get().into())),
            running: self.running.clone(),
        })
    }

    fn config(&self) -> Option<Config> {
        let Some(file) = config_file() else { return Some(Config::default()) };
        let mut problems = Diagnostics::default();
        let config = match self.disk.read(&file) {
            Ok(content) => read(&file.display().to_string(), &content.bytes, &mut problems),
            // What somebody else may read allows nothing to this user.
            Err(error) if NO_FILE.contains(&error.kind()) => Some(Config::default()),
            Err(error) => {
                let message = format!("`{}` cannot be read: {}", file.display(), reason(&error));
                problems.push(Diagnostic::error("unreadable", message));
                None
            }
        };
        self.report(&problems);
        config
    }
}

/// Returns the folders that programs are looked for in; relative ones would be another's.
pub fn programs() -> Vec<String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).filter(|folder| folder.is_absolute());
    folders.filter_map(|folder| folder.into_os_string().into_string().ok()).collect()
}

fn config_file() -> Option<PathBuf> {
    let absolute =
        |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")))?;
    Some(folder.join("layercake/config.yaml"))
}

fn read(file: &str, bytes: &[u8], problems: &mut Diagnostics) -> Option<Config> {
    let text = String::from_utf8_lossy(bytes);
    let mut sources = Sources::default();
    let tree = syntax::parse(Source::new(file, &*text), &mut sources, problems)?;
    if tree.is_null() {
        return Some(Config::default());
    }
    match tree.read::<Config>() {
        Ok(config) => (!problems.has_errors()).then_some(config),
        Err(errors) => {
            for error in errors {
                problems.push(error.diagnostic(&sources, tree.span, &[]));
            }
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<Config, String> {
        let mut problems = Diagnostics::default();
        read("config.yaml", text.as_bytes(), &mut problems)
            .ok_or_else(|| problems.list[0].message.clone())
    }

    #[test]
    fn programs_are_allowed_by_name_or_all_at_once() {
        let allowed = |text: &str| check(text).unwrap().allow_run;
        assert_eq!(allowed(""), Allowed::None);
        assert_eq!(allowed("allow_run: true"), Allowed::All);
        assert_eq!(allowed("allow_run: false"), Allowed::None);
        let names = ["dot", "/opt/x"].map(str::to_owned);
        assert_eq!(allowed("allow_run: [dot, /opt/x]"), Allowed::Only(names.into()));
        assert_eq!(check("run_seconds: 5").unwrap().run_seconds.map(NonZeroU32::get), Some(5));
    }

    #[test]
    fn what_is_wrong_is_told() {
        assert_eq!(check("allow_runs: true").unwrap_err(), "unknown key `allow_runs`");
        assert!(check("allow_run: { a: b }").unwrap_err().contains("a list of programs"));
        assert!(check("run_seconds: 0").is_err() && check("[").is_err());
    }
}
