//! What the exports of findings have in common: the rows of checks, by check.

use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::finding::{Status, Told, told_of};
use crate::step::NamedTable;

/// What is told of one check.
pub(super) struct CheckRows {
    /// The name of the check.
    pub(super) name: String,
    /// Its rows, those of one rule together.
    pub(super) rows: Vec<Told>,
}

impl CheckRows {
    /// Reads the tables of checks.
    ///
    /// # Errors
    ///
    /// One is no table of a check.
    pub(super) fn read(
        format: &str,
        from: &[NamedTable],
        diagnostics: &mut Diagnostics,
    ) -> Result<Vec<CheckRows>, Failed> {
        let mut all = Vec::with_capacity(from.len());
        for NamedTable { name, table } in from {
            match told_of(table) {
                Some(rows) => all.push(CheckRows { name: name.to_string(), rows }),
                None => {
                    let message =
                        format!("`{format}` tells what checks find, and `{name}` is none");
                    let error = Diagnostic::error("not-a-check", message)
                        .about("from")
                        .help("use a step of `check:` in `from`");
                    diagnostics.push(error);
                }
            }
        }
        if diagnostics.has_errors() { Err(Failed) } else { Ok(all) }
    }

    /// Returns the rows of each rule.
    pub(super) fn rules(&self) -> impl Iterator<Item = &[Told]> {
        // Rules of one name and kind may still be there for different reasons.
        self.rows
            .chunk_by(|a, b| a.rule == b.rule && a.kind == b.kind && a.description == b.description)
    }
}

/// Returns a finding as compilers tell of one: `file:line:column: message`.
pub(super) fn line_of(row: &Told) -> String {
    let word = row.status.word();
    match (row.file.as_str(), row.line) {
        ("", _) => format!("{word}: {}", row.message),
        (file, 0) => format!("{file}: {word}: {}", row.message),
        (file, line) => format!("{file}:{line}:{}: {word}: {}", row.column, row.message),
    }
}

/// Returns whether something was found.
pub(super) fn is_finding(row: &&Told) -> bool {
    row.status != Status::Passed
}

/// What tests of these exports share.
#[cfg(test)]
pub(super) mod testing {
    use super::*;
    use crate::finding::told_table;
    use crate::step::Exporter;

    /// Returns what an export makes of a check with a finding of each sort.
    pub(in super::super) fn exported<E: Exporter<From = NamedTable>>() -> String {
        let row = |rule: &str, status, message: &str, about: &str, line| Told {
            rule: rule.to_owned(),
            kind: "forbid".to_owned(),
            description: "the <UI> asks services".to_owned(),
            status,
            message: message.to_owned(),
            about: about.to_owned(),
            file: if line > 0 { "data/my edges.csv".to_owned() } else { String::new() },
            line,
            column: line,
        };
        let rows = [
            row("ui", Status::Error, "`a` may not lead to `b`", "a -> b", 3),
            row("ui", Status::Known, "`a` may not lead to `c`", "a -> c", 4),
            row("ui", Status::Warning, "odd \u{1}\u{202e} <b>&\"]]>", "x", 0),
            row("other", Status::Passed, "", "", 0),
        ];
        let options: E::Options = serde_json::from_str("{}").unwrap();
        let from = |name: &str| NamedTable { name: name.into(), table: told_table(&rows).into() };
        let (mut out, mut told) = (Vec::new(), Diagnostics::default());
        E::export(&options, &[from("one"), from("two")], &[], &mut out, &mut told).unwrap();
        assert!(!told.has_errors(), "{told:?}");
        let other = NamedTable { name: "t".into(), table: Default::default() };
        assert!(E::export(&options, &[other], &[], &mut Vec::new(), &mut told).is_err());
        let last = told.list.last().unwrap();
        assert!(last.message.contains("tells what checks find"), "{last:?}");
        String::from_utf8(out).unwrap()
    }
}
