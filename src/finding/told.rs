//! What is told of a check, as a table: a row for each finding, and for each rule without any.

use crate::graph::{Attribute, Bits, Table, Value, Values};

/// What is told of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The rule's name.
    pub rule: String,
    /// The kind of rule it is.
    pub kind: String,
    /// What the rule is for.
    pub description: String,
    /// How it stands.
    pub status: Status,
    /// What is wrong; empty where nothing is.
    pub message: String,
    /// What it is about, see [`Finding::about`](super::Finding::about).
    pub about: String,
    /// The file that it stands in, relative to the project; empty where that is not known.
    pub file: String,
    /// The line, from 1; 0 where that is not known.
    pub line: usize,
    /// The column, in characters from 1; 0 where that is not known.
    pub column: usize,
}

/// How a finding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Nothing was found.
    Passed,
    /// It fails the build.
    Error,
    /// It does not.
    Warning,
    /// It is accepted by the baseline.
    Known,
}

impl Status {
    const ALL: [(&'static str, Status); 4] = [
        ("passed", Status::Passed),
        ("error", Status::Error),
        ("warning", Status::Warning),
        ("known", Status::Known),
    ];

    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        Status::ALL.iter().find(|(_, status)| *status == self).map_or("", |(word, _)| word)
    }
}

/// Makes the table.
pub fn told_table(rows: &[Told]) -> Table {
    let text = |name: &str, cell: &dyn Fn(&Told) -> String| Attribute {
        name: name.to_owned(),
        present: rows.iter().map(|row| !cell(row).is_empty()).collect(),
        values: {
            let cells: Vec<String> = rows.iter().map(cell).collect();
            Values::Text(cells.iter().map(String::as_str).collect())
        },
    };
    let number = |name: &str, cell: &dyn Fn(&Told) -> usize| Attribute {
        name: name.to_owned(),
        present: rows.iter().map(|row| cell(row) > 0).collect::<Bits>(),
        values: Values::Integer(rows.iter().map(|row| cell(row) as i64).collect()),
    };
    let columns = vec![
        text("rule", &|row| row.rule.clone()),
        text("status", &|row| row.status.word().to_owned()),
        text("message", &|row| row.message.clone()),
        text("about", &|row| row.about.clone()),
        text("file", &|row| row.file.clone()),
        number("line", &|row| row.line),
        number("column", &|row| row.column),
        text("kind", &|row| row.kind.clone()),
        text("description", &|row| row.description.clone()),
    ];
    // The names differ, and each column has a cell for each row.
    Table::new(columns).unwrap_or_default()
}

/// Reads the rows back; none if the table is not one that [`told_table`] makes.
pub fn told_of(table: &Table) -> Option<Vec<Told>> {
    let columns = ["rule", "status", "message", "about", "file", "line", "column", "kind"];
    let columns: Vec<&Attribute> =
        columns.iter().map(|name| table.column(name)).collect::<Option<_>>()?;
    let description = table.column("description")?;
    let text = |column: &Attribute, row: usize| match column.get(row) {
        Value::Text(text) => text.to_owned(),
        _ => String::new(),
    };
    let number = |column: &Attribute, row: usize| match column.get(row) {
        Value::Integer(number) => usize::try_from(number).unwrap_or(0),
        _ => 0,
    };
    let row = |row: usize| {
        let status = text(columns[1], row);
        Some(Told {
            rule: text(columns[0], row),
            status: Status::ALL.iter().find(|(word, _)| *word == status)?.1,
            message: text(columns[2], row),
            about: text(columns[3], row),
            file: text(columns[4], row),
            line: number(columns[5], row),
            column: number(columns[6], row),
            kind: text(columns[7], row),
            description: text(description, row),
        })
    };
    (0..table.row_count()).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_were() {
        let row = |status, line| Told {
            rule: "r".to_owned(),
            kind: "forbid".to_owned(),
            description: "why".to_owned(),
            status,
            message: "it is wrong".to_owned(),
            about: "a -> b".to_owned(),
            file: if line > 0 { "e.csv".to_owned() } else { String::new() },
            line,
            column: line,
        };
        let rows = [row(Status::Passed, 0), row(Status::Error, 3), row(Status::Known, 1)];
        assert_eq!(told_of(&told_table(&rows)).unwrap(), rows);
        assert_eq!(told_of(&told_table(&[])).unwrap(), []);
        assert_eq!(told_of(&Table::default()), None);
    }
}
