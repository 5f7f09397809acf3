//! Exports what checks find as JUnit XML, which CI systems show as the results of tests: a suite for
//! each check, a case for each rule, which fails with all its errors.
//!
//! There is no standard of it; this keeps to what the schema of Jenkins' xUnit plugin (junit-10.xsd)
//! allows and the documentation of GitLab asks for. No time stands in it, so that the same findings
//! are the same bytes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::findings::{CheckRows, is_finding, line_of};
use super::substitutes::Substitutes;
use super::xml::{write_attribute, write_text};
use crate::diagnostic::{Diagnostics, Failed};
use crate::finding::{Status, Told};
use crate::graph::Graph;
use crate::step::{Exporter, InputFile, NamedTable};

/// Exports findings.
pub struct Junit;

/// Settings of the `junit` export.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct JunitOptions {}

impl Exporter for Junit {
    const KIND: &'static str = "junit";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes what checks find as JUnit XML";
    const EXTENSIONS: &'static [&'static str] = &["junit.xml"];
    const FROM_MANY: bool = true;
    type Options = JunitOptions;
    type From = NamedTable;

    fn export(
        _options: &JunitOptions,
        from: &[NamedTable],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let checks = CheckRows::read(Self::KIND, from, diagnostics)?;
        let mut substitutes = Substitutes::default();
        out.extend_from_slice(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
        let cases: usize = checks.iter().map(|check| check.rules().count()).sum();
        let failures: usize = checks.iter().map(failures).sum();
        counts(out, cases, failures, &mut substitutes);
        out.extend_from_slice(b">\n");
        for check in &checks {
            out.extend_from_slice(b"  <testsuite");
            write_attribute(out, "name", &check.name, &mut substitutes);
            counts(out, check.rules().count(), self::failures(check), &mut substitutes);
            out.extend_from_slice(b">\n");
            check.rules().for_each(|rows| case(out, &check.name, rows, &mut substitutes));
            out.extend_from_slice(b"  </testsuite>\n");
        }
        out.extend_from_slice(b"</testsuites>\n");
        substitutes.tell("JUnit XML", &Graph::default(), diagnostics);
        Ok(())
    }
}

fn failures(check: &CheckRows) -> usize {
    let fails = |rows: &&[Told]| rows.iter().any(|row| row.status == Status::Error);
    check.rules().filter(fails).count()
}

fn counts(out: &mut Vec<u8>, cases: usize, failures: usize, substitutes: &mut Substitutes) {
    write_attribute(out, "tests", &cases.to_string(), substitutes);
    write_attribute(out, "failures", &failures.to_string(), substitutes);
    write_attribute(out, "errors", "0", substitutes);
}

fn case(out: &mut Vec<u8>, check: &str, rows: &[Told], substitutes: &mut Substitutes) {
    let of = |wanted: Status| rows.iter().filter(move |row| row.status == wanted);
    out.extend_from_slice(b"    <testcase");
    write_attribute(out, "name", &rows[0].rule, substitutes);
    write_attribute(out, "classname", check, substitutes);
    if !rows.iter().any(|row| is_finding(&row)) {
        return out.extend_from_slice(b"/>\n");
    }
    out.extend_from_slice(b">\n");
    let errors: Vec<&Told> = of(Status::Error).collect();
    if let Some(first) = errors.first() {
        let message = match errors.len() {
            1 => first.message.clone(),
            count => format!("{} (and {} more)", first.message, count - 1),
        };
        out.extend_from_slice(b"      <failure");
        write_attribute(out, "message", &message, substitutes);
        write_attribute(out, "type", &first.kind, substitutes);
        out.push(b'>');
        lines(out, errors.into_iter(), substitutes);
        out.extend_from_slice(b"</failure>\n");
    }
    if of(Status::Warning).chain(of(Status::Known)).next().is_some() {
        out.extend_from_slice(b"      <system-out>");
        lines(out, of(Status::Warning).chain(of(Status::Known)), substitutes);
        out.extend_from_slice(b"</system-out>\n");
    }
    out.extend_from_slice(b"    </testcase>\n");
}

fn lines<'r>(
    out: &mut Vec<u8>,
    rows: impl Iterator<Item = &'r Told>,
    substitutes: &mut Substitutes,
) {
    let lines: Vec<String> = rows.map(line_of).collect();
    write_text(out, &lines.join("\n"), substitutes);
}

#[cfg(test)]
mod tests {
    use super::super::findings::testing::exported;
    use super::*;

    #[test]
    fn a_rule_is_a_case_and_fails_with_its_errors() {
        let text = exported::<Junit>();
        assert!(text.contains("<testsuites tests=\"4\" failures=\"2\" errors=\"0\">"), "{text}");
        assert!(text.contains("<testsuite name=\"one\" tests=\"2\" failures=\"1\" errors=\"0\">"));
        assert!(text.contains(
            "<failure message=\"`a` may not lead to `b`\" type=\"forbid\">\
             data/my edges.csv:3:3: error: `a` may not lead to `b`</failure>"
        ));
        assert!(text.contains("known: `a` may not lead to `c`</system-out>"));
        assert!(text.contains("&lt;b&gt;&amp;\"]]&gt;") && !text.contains('\u{1}'));
        assert!(text.contains("<testcase name=\"other\" classname=\"two\"/>"));
    }
}
