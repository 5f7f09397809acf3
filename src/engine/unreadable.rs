//! Says why a file of a step cannot be read, and which one may have been meant.

use std::collections::BTreeSet;
use std::io;

use super::worker::Bench;
use crate::dag::StepId;
use crate::diagnostic::{Diagnostic, nearest, reason};
use crate::path;

impl Bench<'_> {
    /// Says that a file of a step cannot be read, at its place in the plan.
    pub(super) fn unreadable(&self, id: StepId, path: &str, error: &io::Error) -> Diagnostic {
        let step = self.dag.step(id);
        let span = step
            .files
            .iter()
            .zip(self.dag.files(id))
            .find(|(_, files)| files.iter().any(|file| self.dag.file_path(*file) == path))
            .map_or(step.span, |(pattern, _)| pattern.span);
        let at = self.dag.plan.sources.excerpt(span);
        if error.kind() != io::ErrorKind::NotFound {
            let message = format!("`{path}` cannot be read: {}", reason(error));
            return Diagnostic::error("unreadable", message).at(at, "it is read here");
        }
        let folder = path::folder(path);
        let entries = self.reader.disk.list(&self.reader.project.path(folder));
        let problem = Diagnostic::error("no-such-file", format!("there is no file `{path}`"))
            .at(at, "it is read here");
        match entries {
            Ok(mut entries) => {
                entries.sort_unstable();
                let name = path::file_name(path);
                let names = entries.iter().map(|entry| entry.name.as_str());
                match nearest(name, names.filter(|other| may_be_meant(name, other))) {
                    Some(near) if folder.is_empty() => {
                        problem.help(format!("did you mean `{near}`?"))
                    }
                    Some(near) => problem.help(format!("did you mean `{folder}/{near}`?")),
                    None => problem,
                }
            }
            Err(_) => problem.note(format!("there is no folder `{folder}` either")),
        }
    }
}

/// Returns whether a file may be the one that a name was meant for: one with quite another ending
/// is of another format.
fn may_be_meant(name: &str, other: &str) -> bool {
    let ending = |name: &str| name.rsplit_once('.').map(|(_, end)| end.to_lowercase());
    match (ending(name), ending(other)) {
        (Some(wanted), Some(found)) => {
            let letters = |ending: &str| ending.chars().collect::<BTreeSet<char>>();
            letters(&wanted) == letters(&found) || nearest(&wanted, [found.as_str()]).is_some()
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_another_format_is_not_meant() {
        for other in ["deeq.json", "deep.jsn", "deep.JSON", "deep"] {
            assert!(may_be_meant("deep.json", other), "{other}");
        }
        for other in ["deep.ods", "deep.csv", "deep.dot"] {
            assert!(!may_be_meant("deep.json", other), "{other}");
        }
        assert!(may_be_meant("nodes.cvs", "nodes.csv"));
    }
}
