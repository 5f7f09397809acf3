//! What a query gave: columns of cells, each of which says itself what it is.

use std::collections::HashSet;

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::wrong;
use crate::diagnostic::{TextProblem, names, nearest};
use crate::graph::{Attribute, Bits, Date, Type, Values};

/// How many bytes a query may give.
const MOST_BYTES: usize = 2 << 30;

/// The columns that a query gave.
pub(super) struct Results {
    names: Vec<String>,
    columns: Vec<Vec<Cell>>,
    row_count: usize,
    /// The query, for messages.
    text: String,
}

/// A cell. Fields are texts, so all are kept as such beside what they are.
enum Cell {
    Null,
    Integer(i64, String),
    Number(f64, String),
    Text(String),
}

impl Cell {
    fn text(&self) -> Option<&str> {
        match self {
            Cell::Null => None,
            Cell::Integer(_, text) | Cell::Number(_, text) | Cell::Text(text) => Some(text),
        }
    }
}

impl Results {
    /// Runs a query.
    pub(super) fn of(database: &Connection, text: &str) -> Result<Results, TextProblem> {
        let whole = |message: String| TextProblem::new(0..text.len(), message);
        let wrong = |error: rusqlite::Error| wrong(text, &error);
        let mut statement = database.prepare(text).map_err(wrong)?;
        let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let mut seen = HashSet::new();
        if let Some(name) = names.iter().find(|name| !seen.insert(name.as_str())) {
            let message = format!("the query gives two columns of the name `{name}`");
            return Err(whole(message).help("`… AS other_name` names one of them anew"));
        }
        let mut columns: Vec<Vec<Cell>> = names.iter().map(|_| Vec::new()).collect();
        let (mut row_count, mut bytes) = (0, 0);
        let mut rows = statement.query([]).map_err(wrong)?;
        while let Some(row) = rows.next().map_err(wrong)? {
            row_count += 1;
            for (at, column) in columns.iter_mut().enumerate() {
                let name = &names[at];
                let cell = match row.get_ref(at).map_err(wrong)? {
                    ValueRef::Null => Cell::Null,
                    ValueRef::Integer(number) => Cell::Integer(number, number.to_string()),
                    ValueRef::Real(number) if number.is_finite() => {
                        Cell::Number(number + 0.0, (number + 0.0).to_string())
                    }
                    ValueRef::Real(_) => {
                        let message = format!("row {row_count} has no finite number in `{name}`");
                        return Err(whole(message));
                    }
                    ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
                    ValueRef::Blob(_) => {
                        let message = format!("row {row_count} holds bytes in `{name}`");
                        return Err(whole(message).help("`hex(…)` makes a text of bytes"));
                    }
                };
                bytes += size_of::<Cell>() + cell.text().map_or(0, str::len);
                column.push(cell);
            }
            if bytes > MOST_BYTES || row_count >= u32::MAX as usize {
                return Err(
                    whole("the query gives more than 2 GiB".to_owned()).help("does it end at all?")
                );
            }
        }
        let text = text.to_owned();
        Ok(Results { names, columns, row_count, text })
    }

    pub(super) fn row_count(&self) -> usize {
        self.row_count
    }

    /// Checks that it has some columns.
    pub(super) fn needs(&self, wanted: &[&str]) -> Result<(), TextProblem> {
        let all = || self.names.iter().map(String::as_str);
        for name in wanted {
            if !all().any(|known| known == *name) {
                let message = format!("the query gives no column `{name}`");
                let problem = TextProblem::new(0..self.text.len(), message);
                return Err(match nearest(name, all()) {
                    Some(near) => problem.help(format!("write `{near} AS {name}`")),
                    None => problem.help(format!("it gives: {}", names(all()))),
                });
            }
        }
        Ok(())
    }

    fn cell(&self, name: &str, row: usize) -> &Cell {
        let column = self.names.iter().position(|known| known == name);
        column.and_then(|at| self.columns[at].get(row)).unwrap_or(&Cell::Null)
    }

    /// Returns a cell as text.
    pub(super) fn text(&self, name: &str, row: usize) -> Option<&str> {
        self.cell(name, row).text()
    }

    /// Returns a truth value; none is `false`.
    pub(super) fn truth(&self, name: &str, row: usize) -> Result<bool, String> {
        match self.cell(name, row) {
            Cell::Null => Ok(false),
            Cell::Integer(number, _) => Ok(*number != 0),
            Cell::Number(number, _) => Ok(*number != 0.0),
            Cell::Text(text) => Err(format!("row {}: `{name}` is `{text}`, not 1 or 0", row + 1)),
        }
    }

    /// Returns the weight; none is 1.
    pub(super) fn weight(&self, row: usize) -> Result<f64, String> {
        match self.cell("weight", row) {
            Cell::Null => Ok(1.0),
            Cell::Integer(number, _) => Ok(*number as f64),
            Cell::Number(number, _) => Ok(*number),
            Cell::Text(text) => Err(format!("row {}: `weight` is `{text}`, no number", row + 1)),
        }
    }

    /// Returns the columns that are no fields. One that has the name of a column there was has its
    /// type too, if all its cells can be of that.
    pub(super) fn attributes(
        &self,
        fields: &[&str],
        before: &[Attribute],
    ) -> impl Iterator<Item = Attribute> {
        let columns = self.names.iter().zip(&self.columns);
        columns.filter(|(name, _)| !fields.contains(&name.as_str())).map(|(name, cells)| {
            let like = before.iter().find(|column| column.name == *name).map(Attribute::kind);
            let present: Bits = cells.iter().map(|cell| !matches!(cell, Cell::Null)).collect();
            Attribute { name: name.clone(), values: values(cells, like), present }
        })
    }
}

fn values(cells: &[Cell], like: Option<Type>) -> Values {
    let there = || cells.iter().filter(|cell| !matches!(cell, Cell::Null));
    let text = |cell: &Cell| cell.text().unwrap_or("").to_owned();
    let date = |cell: &Cell| match cell {
        Cell::Text(text) => Date::parse(text),
        _ => None,
    };
    let number = |cell: &Cell| match cell {
        Cell::Integer(number, _) => *number as f64,
        Cell::Number(number, _) => *number,
        _ => 0.0,
    };
    let is_bit = |cell: &Cell| matches!(cell, Cell::Integer(0 | 1, _));
    let is_number = |cell: &Cell| matches!(cell, Cell::Integer(..) | Cell::Number(..));
    let integers = || {
        let integer = |cell: &Cell| if let Cell::Integer(number, _) = cell { *number } else { 0 };
        Values::Integer(cells.iter().map(integer).collect())
    };
    match like {
        Some(Type::Boolean) if there().all(is_bit) => {
            let truth = |cell: &Cell| matches!(cell, Cell::Integer(1, _));
            Values::Boolean(cells.iter().map(truth).collect())
        }
        Some(Type::Date) if there().all(|cell| date(cell).is_some()) => {
            Values::Date(cells.iter().map(|cell| date(cell).unwrap_or_default()).collect())
        }
        Some(Type::Number) if there().all(is_number) => {
            Values::Number(cells.iter().map(number).collect())
        }
        Some(Type::Integer) if there().next().is_none() => integers(),
        _ if there().next().is_some() && there().all(|cell| matches!(cell, Cell::Integer(..))) => {
            integers()
        }
        _ if there().next().is_some() && there().all(is_number) => {
            Values::Number(cells.iter().map(number).collect())
        }
        _ => {
            let texts: Vec<String> = cells.iter().map(text).collect();
            Values::Text(texts.iter().map(String::as_str).collect())
        }
    }
}
