//! Baselines: findings that are accepted, kept in a file that people review.
//!
//! A baseline is a CSV with the columns `rule` and `about`; further columns, such as a reason, are
//! a person's, and stay. A finding is known by these two, so that it may move to another line.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Diagnostic;
use crate::source::Excerpt;
use crate::step::InputFile;

/// The findings that are accepted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The names of all columns, `rule` and `about` among them.
    header: Vec<String>,
    /// The entries, as they stand in the file.
    entries: Vec<Entry>,
}

/// An accepted finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name of the rule.
    pub rule: String,
    /// What the finding is about.
    pub about: String,
    /// The line that it begins on, from 1.
    pub line: usize,
    /// All cells of its row.
    cells: Vec<String>,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    ///
    /// It is no such file.
    pub fn read(file: &InputFile) -> Result<Baseline, Box<Diagnostic>> {
        let wrong = |message: String, at: Excerpt| {
            let error = Diagnostic::error("bad-baseline", message).at(at, "");
            Box::new(error.help("`layercake check --accept` writes baselines"))
        };
        let whole = || Excerpt::whole_file(file.path.clone());
        let Ok(text) = std::str::from_utf8(&file.bytes) else {
            return Err(wrong("the baseline is no text in UTF-8".to_owned(), whole()));
        };
        let at = |line: usize| {
            let text = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
            Excerpt::of_line(file.path.clone(), line, text, 0..text.len())
        };
        let said =
            |error: csv::Error| wrong(format!("the baseline cannot be read: {error}"), whole());
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let header: Vec<String> =
            reader.headers().map_err(said)?.iter().map(str::to_owned).collect();
        if header.iter().all(|name| name.trim().is_empty()) {
            return Ok(Baseline::default());
        }
        let find = |name: &str| {
            let found = header.iter().position(|column| column == name);
            found.ok_or_else(|| wrong(format!("the baseline has no column `{name}`"), at(1)))
        };
        let (rule, about) = (find("rule")?, find("about")?);
        let mut entries = Vec::new();
        for record in reader.records() {
            let record = record.map_err(said)?;
            let line = record.position().map_or(0, |at| at.line() as usize);
            let cell = |column: usize| match record.get(column) {
                None | Some("") => {
                    Err(wrong(format!("the entry has no `{}`", header[column]), at(line)))
                }
                Some(cell) => Ok(cell.to_owned()),
            };
            let cells = record.iter().map(str::to_owned).collect();
            entries.push(Entry { rule: cell(rule)?, about: cell(about)?, line, cells });
        }
        Ok(Baseline { header, entries })
    }

    /// Returns the entries, as they stand in the file.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Writes a baseline of these findings, each a rule's name and what it is about: entries that
    /// are among them stay as they are, the others go, and what is new follows in order.
    pub fn accepting(&self, found: &BTreeSet<(String, String)>) -> Vec<u8> {
        let header = match self.header.is_empty() {
            true => vec!["rule".to_owned(), "about".to_owned()],
            false => self.header.clone(),
        };
        let mut left: BTreeMap<(&str, &str), bool> =
            found.iter().map(|(rule, about)| ((&**rule, &**about), true)).collect();
        let mut writer = csv::Writer::from_writer(Vec::new());
        // A writer into memory does not fail.
        let mut put = |cells: &[String]| drop(writer.write_record(cells));
        put(&header);
        for entry in &self.entries {
            if let Some(is_left) = left.get_mut(&(&*entry.rule, &*entry.about))
                && std::mem::replace(is_left, false)
            {
                let mut cells = entry.cells.clone();
                cells.resize(header.len(), String::new());
                put(&cells);
            }
        }
        for ((rule, about), _) in left.into_iter().filter(|(_, is_left)| *is_left) {
            let cells: Vec<String> = header
                .iter()
                .map(|name| match name.as_str() {
                    "rule" => rule.to_owned(),
                    "about" => about.to_owned(),
                    _ => String::new(),
                })
                .collect();
            put(&cells);
        }
        writer.into_inner().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> InputFile {
        InputFile { path: "known.csv".into(), bytes: text.as_bytes().into() }
    }

    fn accept(before: &str, found: &[(&str, &str)]) -> String {
        let found = found.iter().map(|(rule, about)| ((*rule).into(), (*about).into())).collect();
        let baseline = Baseline::read(&file(before)).unwrap();
        String::from_utf8(baseline.accepting(&found)).unwrap()
    }

    #[test]
    fn what_a_person_wrote_stays_and_what_is_gone_goes() {
        let before = "why,rule,about\nold,r,a -> b\n\"two\nlines\",r,c\ntwice,r,c\n";
        let found = [("r", "c"), ("s", "x, \"y\""), ("r", "b")];
        let after = "why,rule,about\n\"two\nlines\",r,c\n,r,b\n,s,\"x, \"\"y\"\"\"\n";
        assert_eq!(accept(before, &found), after);
        assert_eq!(accept(after, &found), after);
        assert_eq!(accept("", &[]), "rule,about\n");
    }

    #[test]
    fn entries_have_lines() {
        let text = "rule,about\nr,a\n\"s\",\"two\nlines\"\nt,z\n";
        let baseline = Baseline::read(&file(text)).unwrap();
        let lines = baseline.entries().iter().map(|entry| (&*entry.rule, entry.line));
        assert_eq!(lines.collect::<Vec<_>>(), [("r", 2), ("s", 3), ("t", 5)]);
    }

    #[test]
    fn another_file_is_no_baseline() {
        let error = Baseline::read(&file("a,b\n1,2\n")).unwrap_err();
        assert_eq!(error.message, "the baseline has no column `rule`");
        for text in ["rule,about\nr,a\nr\n", "rule,about\nr,a\nr,\n", "rule,about\nr,a\n\"r,a\nb\n"]
        {
            let error = Baseline::read(&file(text)).unwrap_err();
            assert_eq!(error.message, "the entry has no `about`", "{text}");
            assert_eq!(error.labels[0].at.line, 3, "{text}");
        }
        let bytes: &[u8] = b"rule,about\n\xff,x\n";
        assert!(Baseline::read(&InputFile { path: "b".into(), bytes: bytes.into() }).is_err());
    }
}
