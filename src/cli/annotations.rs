//! Problems as annotations of CI systems.

use layercake::diagnostic::{Diagnostic, Severity};
use layercake::path;

/// Writes a problem as a workflow command of GitHub Actions ("Workflow commands for GitHub Actions",
/// setting an error or warning message), which shows it beside its line. Paths are those of the
/// repository, in which the project is the folder `project`.
pub fn github(diagnostic: &Diagnostic, project: &str) -> String {
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut properties = Vec::new();
    if let Some(label) = diagnostic.labels.first() {
        let file = path::resolve(project, &label.at.path, &[]);
        let file = file.unwrap_or_else(|_| label.at.path.to_string());
        properties.push(format!("file={}", property(&file)));
        if label.at.line > 0 {
            properties.push(format!("line={}", label.at.line));
        }
        if label.at.column > 0 {
            properties.push(format!("col={}", label.at.column));
        }
    }
    properties.push(format!("title={}", property(&diagnostic.code)));
    let mut message = diagnostic.message.clone();
    for note in &diagnostic.notes {
        message += &format!("\n{note}");
    }
    for help in &diagnostic.help {
        message += &format!("\nhelp: {help}");
    }
    format!("::{command} {}::{}", properties.join(","), data(&message))
}

/// Writes a text so that it stays on one line.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Writes a text so that it stays in its property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use layercake::source::Source;

    use super::*;

    #[test]
    fn a_problem_is_one_line_that_no_text_ends_early() {
        let source = Source::new("a,b:c.csv", "x\nweb,db\n");
        let problem = Diagnostic::error("ui: no", "100 % wrong\n::error::x")
            .at(source.excerpt(6..8), "")
            .note("why")
            .help("do it");
        let expected = "::error file=a%2Cb%3Ac.csv,line=2,col=5,title=ui%3A no\
                        ::100 %25 wrong\\n::error::x%0Awhy%0Ahelp: do it";
        assert_eq!(github(&problem, ""), expected);
        let below = expected.replace("file=", "file=shop/plans/");
        assert_eq!(github(&problem, "shop/plans"), below);
        let problem = Diagnostic::warning("w", "m");
        assert_eq!(github(&problem, "shop"), "::warning title=w::m");
    }
}
