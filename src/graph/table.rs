//! A table: named columns of one length, in an order that means something, as its rows' does.

use std::collections::HashSet;
use std::fmt;

use super::canonical::{CanonicalError, Reader, put_attributes, put_length};
use super::{Attribute, Value};

/// Names the form of a table's canonical bytes; another form gets another name.
const MAGIC: &[u8; 8] = b"lctable1";

/// A table. Its columns have different names, and each has a cell for every row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    columns: Vec<Attribute>,
    row_count: usize,
}

/// Why some columns are no table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableProblem {
    /// Two columns have this name.
    SameName(String),
    /// This column has another length than those before it.
    OtherLength(String),
}

impl fmt::Display for TableProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TableProblem::SameName(name) => write!(f, "two columns have the name `{name}`"),
            TableProblem::OtherLength(name) => {
                write!(f, "the column `{name}` has another length than those before it")
            }
        }
    }
}

impl Table {
    /// Makes a table of columns.
    ///
    /// # Errors
    ///
    /// The first thing in which they are no table.
    pub fn new(columns: Vec<Attribute>) -> Result<Table, TableProblem> {
        let row_count = columns.first().map_or(0, Attribute::len);
        let mut names = HashSet::with_capacity(columns.len());
        for column in &columns {
            if !names.insert(column.name.as_str()) {
                return Err(TableProblem::SameName(column.name.clone()));
            }
            if column.len() != row_count {
                return Err(TableProblem::OtherLength(column.name.clone()));
            }
        }
        Ok(Table { columns, row_count })
    }

    /// Returns the columns.
    pub fn columns(&self) -> &[Attribute] {
        &self.columns
    }

    /// Takes the columns out.
    pub fn into_columns(self) -> Vec<Attribute> {
        self.columns
    }

    /// Returns the column of this name.
    pub fn column(&self, name: &str) -> Option<&Attribute> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Returns the number of rows.
    pub fn row_count(&self) -> usize {
        self.row_count
    }

    /// Returns the cells of a row, in the order of the columns.
    pub fn row(&self, row: usize) -> impl Iterator<Item = Value<'_>> {
        self.columns.iter().map(move |column| column.get(row))
    }

    /// Returns a table of the given rows, in the given order.
    #[must_use]
    pub fn gather(&self, rows: &[u32]) -> Table {
        let columns = self.columns.iter().map(|column| column.gather(rows)).collect();
        Table { columns, row_count: rows.len() }
    }

    /// Returns how many bytes the table takes in memory, spare room not counted.
    pub fn memory(&self) -> usize {
        self.columns.iter().map(Attribute::memory).sum()
    }

    /// Returns the canonical bytes: equal tables, equal bytes.
    pub fn to_canonical_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.memory() + 256);
        out.extend_from_slice(MAGIC);
        put_length(&mut out, self.row_count);
        put_attributes(&mut out, &self.columns);
        out
    }

    /// Reads canonical bytes back.
    ///
    /// # Errors
    ///
    /// Any bytes that [`Table::to_canonical_bytes`] could not have written.
    pub fn from_canonical_bytes(bytes: &[u8]) -> Result<Table, CanonicalError> {
        let mut bytes = Reader::new(bytes);
        if bytes.take(MAGIC.len())? != MAGIC {
            return Err(CanonicalError);
        }
        let row_count = bytes.length()?;
        let columns = bytes.attributes(row_count)?;
        let table = Table::new(columns).map_err(|_| CanonicalError)?;
        let is_whole = bytes.is_empty() && table.row_count == row_count;
        if is_whole { Ok(table) } else { Err(CanonicalError) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Values;

    fn column(name: &str, cells: &[Option<&str>]) -> Attribute {
        Attribute {
            name: name.to_owned(),
            present: cells.iter().map(Option::is_some).collect(),
            values: Values::Text(cells.iter().map(|cell| cell.unwrap_or_default()).collect()),
        }
    }

    #[test]
    fn a_table_comes_back_as_it_was_and_keeps_its_order() {
        let columns = vec![column("z", &[Some("2"), None]), column("a", &[Some(""), Some("é")])];
        let table = Table::new(columns).unwrap();
        assert_eq!(Table::from_canonical_bytes(&table.to_canonical_bytes()), Ok(table.clone()));
        assert_eq!(table.row(1).collect::<Vec<_>>(), [Value::Null, Value::Text("é")]);
        assert_eq!(
            table.gather(&[1, 0]).row(1).collect::<Vec<_>>(),
            table.row(0).collect::<Vec<_>>()
        );
        let empty = Table::default();
        assert_eq!(Table::from_canonical_bytes(&empty.to_canonical_bytes()), Ok(empty));
    }

    #[test]
    fn columns_that_do_not_fit_together_are_no_table() {
        let same = Table::new(vec![column("a", &[]), column("a", &[])]);
        assert_eq!(same, Err(TableProblem::SameName("a".to_owned())));
        let other = Table::new(vec![column("a", &[]), column("b", &[None])]);
        assert_eq!(other, Err(TableProblem::OtherLength("b".to_owned())));
    }

    #[test]
    fn damaged_bytes_are_no_panic() {
        let table = Table::new(vec![column("a", &[Some("x"), None])]).unwrap();
        let bytes = table.to_canonical_bytes();
        for length in 0..bytes.len() {
            assert!(Table::from_canonical_bytes(&bytes[..length]).is_err(), "cut to {length}");
        }
    }
}
