//! `through`: a program of the user's own that makes the file of an export's text.

use super::FilePattern;
use super::resolve::{Place, Resolver};
use crate::diagnostic::Diagnostic;
use crate::tree::{Tree, TreeNode};

impl Resolver<'_> {
    /// Reads a program and its arguments; `None` if they are none, which has then been told.
    ///
    /// The program is also a file that the step reads: a name to be looked for among programs, an
    /// absolute path, or a path in the project.
    pub(super) fn through(
        &mut self,
        place: &Place,
        value: &Tree,
    ) -> Option<(Vec<String>, Option<FilePattern>)> {
        let items = match &value.node {
            TreeNode::List(items) if !items.is_empty() => items.as_slice(),
            _ => &[],
        };
        let words: Vec<String> =
            items.iter().filter_map(|item| argument(item).map(str::to_owned)).collect();
        let Some(word) = words
            .first()
            .filter(|word| words.len() == items.len() && !word.is_empty() && !word.ends_with('/'))
        else {
            let found = value.describe();
            self.push(
                Diagnostic::error(
                    "wrong-value",
                    "`through` is a list: a program and its arguments",
                )
                .at(self.excerpt(value.span), format!("this is {found}"))
                .help("such as `through: [dot, -Tpng]`"),
            );
            return None;
        };
        let span = items.first().map_or(value.span, |item| item.span);
        let pattern = match word.contains('/') && !word.starts_with('/') {
            true => self.path(place, word, span)?,
            false => word.clone(),
        };
        Some((words, Some(FilePattern { pattern, span })))
    }
}

/// Returns the text of a scalar, which may be an empty one in quotes.
fn argument(item: &Tree) -> Option<&str> {
    match &item.node {
        TreeNode::Scalar { text, .. } if !item.is_null() => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{problems, read};

    fn export(through: &str) -> String {
        format!(
            "import: {{ g: {{ nodes: n.csv }} }}\nexport: {{ a/b.dot: {{ from: g, through: {through} }} }}"
        )
    }

    fn check(through: &str, words: &[&str], file: &str) {
        let (plan, told) = read(&[("docs/p.yaml", &export(through))]);
        assert!(told.is_empty(), "{told:?}");
        let step = &plan.steps[1];
        assert_eq!(step.work.program(), words.first().copied());
        assert_eq!(step.files.last().map(|file| file.pattern.as_str()), Some(file));
    }

    #[test]
    fn a_program_is_a_name_or_a_path() {
        check("[dot, -Tpng, '']", &["dot", "-Tpng", ""], "dot");
        check("[/usr/bin/dot]", &["/usr/bin/dot"], "/usr/bin/dot");
        check("[bin/fix]", &["bin/fix"], "docs/bin/fix");
        check("[./fix]", &["./fix"], "docs/fix");
        check("[../fix]", &["../fix"], "fix");
    }

    #[test]
    fn anything_but_a_list_of_texts_is_wrong() {
        for through in ["dot", "[]", "{}", "[[dot]]", "['']", "[dot, ~]", "[./]", "~"] {
            let told = problems(&[("p.yaml", &export(through))]);
            assert!(told[0].contains("`through` is a list"), "{through}: {told:?}");
        }
        let told = problems(&[("p.yaml", &export("[../fix]"))]);
        assert!(told[0].contains("leads out of the project"), "{told:?}");
    }
}
