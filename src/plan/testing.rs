//! Plans from texts, for tests: what was read and what was told.

use std::io::ErrorKind;

use super::{Plan, read_plan};
use crate::diagnostic::Diagnostics;

/// Reads the first of some files, given by their paths; each problem is its code, its place, its
/// message and its help.
pub fn read(files: &[(&str, &str)]) -> (Plan, Vec<String>) {
    let find = |path: &str| match files.iter().find(|(name, _)| *name == path) {
        Some((_, text)) => Ok(text.as_bytes().to_vec()),
        None => Err(ErrorKind::NotFound.into()),
    };
    let mut diagnostics = Diagnostics::default();
    let plan = read_plan(files[0].0, &[], &[], &find, &mut diagnostics);
    let told = diagnostics.list.iter().map(|problem| {
        let at = problem.labels.first().map(|label| &label.at);
        let place = at.map_or(String::new(), |at| format!("{}:{} ", at.path, at.line));
        let help = match problem.help.first() {
            Some(help) if help.starts_with("did you mean") => format!(" ({help})"),
            _ => String::new(),
        };
        format!("{} {place}{}{help}", problem.code, problem.message)
    });
    (plan, told.collect())
}

/// Returns what is told about the first of some files.
pub fn problems(files: &[(&str, &str)]) -> Vec<String> {
    read(files).1
}
