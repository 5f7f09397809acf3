//! Exports to folders: one file for each template in a folder of templates.
//!
//! Such an export has a name that ends in `/`, and so has the folder of its templates. Which there
//! are is found out where patterns are matched.

use super::FilePattern;
use super::resolve::{Place, Resolver};
use super::steps::template_of;
use crate::diagnostic::Diagnostic;
use crate::path;
use crate::tree::{Key, Tree};

impl Resolver<'_> {
    /// Returns the path that an export writes to, relative to the project; that of a folder ends
    /// in `/`.
    pub(super) fn output(&mut self, place: &Place, key: &Key) -> Option<String> {
        let (name, end) = match key.text.strip_suffix('/') {
            Some(name) => (name, "/"),
            None => (key.text.as_str(), ""),
        };
        let path = self.path(place, name, key.span)?;
        if let Err(error) = path::check_output(&path) {
            let message = format!("nothing may be written to `{path}`: {error}");
            self.push(Diagnostic::error("bad-path", message).at(self.excerpt(key.span), ""));
            return None;
        }
        Some(path + end)
    }

    /// Returns whether the template of an export is a folder just if its output is one; tells if
    /// not.
    pub(super) fn template_fits(&mut self, key: &Key, options: &Tree) -> bool {
        let is_folder = key.text.ends_with('/');
        let problem = match template_of(options) {
            Some((text, _)) if text.ends_with('/') == is_folder => return true,
            None if !is_folder => return true,
            Some((text, span)) => {
                let (one, other) = if is_folder { ("folder", "file") } else { ("file", "folder") };
                let message = format!("`{}` is a {one}, and its template a {other}", key.text);
                Diagnostic::error("wrong-value", message)
                    .at(self.excerpt(span), format!("`{text}` names a {other}"))
                    .help("both end in `/`, or none does: `docs/: { template: templates/docs/ }`")
            }
            None => {
                let message = format!("`{}` is a folder, and no template fills it", key.text);
                Diagnostic::error("missing-key", message)
                    .at(self.excerpt(key.span), "`template` is needed")
                    .help("name a folder of templates: `template: templates/docs/`")
            }
        };
        self.push(problem);
        false
    }

    /// Returns the folder of templates that an export names.
    pub(super) fn templates(&mut self, place: &Place, options: &Tree) -> Option<FilePattern> {
        let (text, span) = template_of(options)?;
        let folder = self.path(place, text.trim_end_matches('/'), span)?;
        Some(FilePattern { pattern: format!("{folder}/"), span })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{problems, read};

    fn export(entry: &str) -> String {
        format!("import: {{ g: {{ nodes: n.csv }} }}\nexport: {{ {entry} }}")
    }

    #[test]
    fn a_folder_is_made_from_a_folder() {
        let text = export("site/: { from: g, template: pages/ }");
        let (plan, told) = read(&[("docs/p.yaml", &text)]);
        assert!(told.is_empty(), "{told:?}");
        assert_eq!(plan.steps[1].name, "docs/site/");
        assert_eq!(plan.steps[1].files[0].pattern, "docs/pages/");
    }

    #[test]
    fn a_folder_and_a_file_do_not_fit() {
        for (entry, message) in [
            ("site/: { from: g, template: a.tera }", "is a folder, and its template a file"),
            ("site: { from: g, template: pages/ }", "is a file, and its template a folder"),
            ("site/: { from: g }", "no template fills it"),
            ("site/: { from: g, format: dot }", "no template fills it"),
            (".git/: { from: g, template: pages/ }", "nothing may be written"),
            ("/: { from: g, template: pages/ }", "cannot be used"),
        ] {
            let told = problems(&[("p.yaml", &export(entry))]);
            assert!(told.iter().any(|one| one.contains(message)), "{entry}: {told:?}");
        }
    }
}
