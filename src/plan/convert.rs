//! A plan of the earlier tool, written as one of today.

use super::resolve::{PlanReader, read_plan};
use super::{older, syntax};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Excerpt, Source, Sources};

/// Returns today's form of an older plan, as YAML; it builds the same outputs.
///
/// `file` is relative to the project, and `above` are the names of the folders from the project's
/// root down to its own. What is wrong with the plan is told, as is a plan of today; there is
/// nothing to return then.
pub fn convert_plan(
    file: &str,
    above: &[String],
    read: &PlanReader<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    read_plan(file, above, &[], read, diagnostics);
    if diagnostics.has_errors() {
        return None;
    }
    let bytes = read(file).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let source = Source::new(file, text.strip_prefix('\u{feff}').unwrap_or(&text));
    // What is to be told was told above.
    let (mut sources, mut told) = (Sources::default(), Diagnostics::default());
    let tree = syntax::parse(source, &mut sources, &mut told)?;
    if !older::is_older(&tree) {
        let message = format!("`{file}` is no plan of the earlier tool");
        diagnostics.push(
            Diagnostic::error("not-older", message)
                .at(Excerpt::whole_file(file), "")
                .note("such a plan has lists of `profiles` under `import` and `export`"),
        );
        return None;
    }
    Some(older::write(&older::translate(&tree, &sources, &mut told)))
}
