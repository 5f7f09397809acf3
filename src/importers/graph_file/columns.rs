//! Cells of nodes or of edges by column, under way: set in any order, and more than once.
//!
//! A cell is the number of a value, and each value has its place in the file. Many rows may share
//! a value, so defaults cost no text until the graph is made.

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

use crate::graph::TextColumn;

/// Stands in a column for "no value".
const NONE: u32 = u32::MAX;

/// The column of ids that edges are given.
pub(in super::super) const ID: u32 = 0;
/// The column of labels.
pub(in super::super) const LABEL: u32 = 1;
/// The column of layers.
pub(in super::super) const LAYER: u32 = 2;
/// The column of weights.
pub(in super::super) const WEIGHT: u32 = 3;
/// The column of comments.
pub(in super::super) const COMMENT: u32 = 4;
/// The first column that is an attribute.
pub(super) const FIRST_ATTRIBUTE: usize = 5;

/// How many cells the attributes of a small file may have, filled or not; a larger one may have
/// one more for each of its bytes.
const MOST_CELLS: usize = 4 << 20;

/// What a value is, as far as its file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Sort {
    /// A text that may stand for anything: the column's other values decide.
    Untyped = 1,
    /// A text.
    Text = 2,
    /// A whole number.
    Integer = 4,
    /// A number.
    Number = 8,
    /// `true` or `false`.
    Boolean = 16,
}

/// The columns of nodes, or of edges.
#[derive(Debug)]
pub(in super::super) struct Part {
    pub(super) columns: Vec<Column>,
    by_name: HashTable<u32>,
    /// How many cells all attributes may have.
    pub(super) most_cells: usize,
    /// How many they have.
    cell_count: usize,
    is_full: bool,
}

/// One column.
#[derive(Debug, Default)]
pub(super) struct Column {
    pub(super) name: String,
    /// For each row the number of its value; rows past the end have none.
    pub(super) cells: Vec<u32>,
    pub(super) values: TextColumn,
    /// For each value the byte of the text that it begins at.
    pub(super) places: Vec<u32>,
    /// The [`Sort`]s of all values.
    pub(super) sorts: u8,
    /// What the file declares all values to be.
    pub(super) declared: Option<Sort>,
}

impl Part {
    /// Makes the columns of a file of so many bytes.
    pub(super) fn of_text(length: usize) -> Part {
        let columns = ["id", "label", "layer", "weight", "comment"]
            .map(|name| Column { name: name.to_owned(), ..Column::default() });
        Part {
            columns: columns.into(),
            by_name: HashTable::new(),
            most_cells: MOST_CELLS + length,
            cell_count: 0,
            is_full: false,
        }
    }

    /// Returns the number of the attribute of this name; makes it if there is none.
    pub fn attribute(&mut self, name: &str) -> u32 {
        let Part { columns, by_name, .. } = self;
        let hash = |name: &str| FixedState::default().hash_one(name);
        let at = by_name.find(hash(name), |at| columns[*at as usize].name == name);
        if let Some(at) = at {
            return *at;
        }
        let at = columns.len() as u32;
        columns.push(Column { name: name.to_owned(), ..Column::default() });
        by_name.insert_unique(hash(name), at, |at| hash(&columns[*at as usize].name));
        at
    }

    /// Says what all values of a column are.
    pub fn declare(&mut self, column: u32, sort: Sort) {
        self.columns[column as usize].declared = Some(sort);
    }

    /// Makes a value of a column, which no cell holds as yet.
    pub fn value(&mut self, column: u32, text: &str, sort: Sort, place: u32) -> u32 {
        let column = &mut self.columns[column as usize];
        column.values.push(text);
        column.places.push(place);
        column.sorts |= sort as u8;
        column.places.len() as u32 - 1
    }

    /// Gives a cell a value that [`Part::value`] made; a row that is left out takes none, nor does
    /// an attribute for which there is no room.
    pub fn share(&mut self, column: u32, row: u32, value: u32) {
        if row == NONE {
            return;
        }
        let cells = &mut self.columns[column as usize].cells;
        let row = row as usize;
        if cells.len() <= row {
            if column as usize >= FIRST_ATTRIBUTE {
                let more = row + 1 - cells.len();
                if self.cell_count + more > self.most_cells {
                    self.is_full = true;
                    return;
                }
                self.cell_count += more;
            }
            cells.resize(row + 1, NONE);
        }
        cells[row] = value;
    }

    /// Gives a new row defaults, each a column and the number of its value. A file that is refused
    /// anyway, as its attributes are too many, is not held up by them.
    pub fn share_all(&mut self, defaults: &[(u32, u32)], row: u32) {
        for (column, value) in defaults {
            if self.is_full {
                return;
            }
            self.share(*column, row, *value);
        }
    }

    /// Returns whether there was no room for a cell: then the file is refused.
    pub fn is_full(&self) -> bool {
        self.is_full
    }

    /// Gives a cell a value; a row that is left out takes none.
    pub fn set(&mut self, column: u32, row: u32, text: &str, sort: Sort, place: u32) {
        if row != NONE {
            let value = self.value(column, text, sort, place);
            self.share(column, row, value);
        }
    }

    /// Makes what is in one column that of another, and leaves the one empty.
    pub fn move_column(&mut self, from: u32, to: u32) {
        let empty = Column { name: self.columns[from as usize].name.clone(), ..Column::default() };
        let column = std::mem::replace(&mut self.columns[from as usize], empty);
        let name = std::mem::take(&mut self.columns[to as usize].name);
        self.columns[to as usize] = Column { name, ..column };
    }

    /// Takes all values from a row.
    pub fn clear_row(&mut self, row: u32) {
        for column in &mut self.columns {
            if let Some(cell) = column.cells.get_mut(row as usize) {
                *cell = NONE;
            }
        }
    }

    /// Returns what a cell holds.
    pub fn get(&self, column: u32, row: u32) -> Option<&str> {
        self.columns[column as usize].get(row)
    }

    /// Returns where the value of a cell begins.
    pub fn place(&self, column: u32, row: u32) -> Option<u32> {
        self.columns[column as usize].place(row)
    }

    /// Returns how many columns are attributes.
    pub fn attribute_count(&self) -> usize {
        self.columns.len() - FIRST_ATTRIBUTE
    }
}

impl Column {
    fn value_of(&self, row: u32) -> Option<usize> {
        let value = *self.cells.get(row as usize)?;
        (value != NONE).then_some(value as usize)
    }

    /// Returns what the cell of a row holds.
    pub(super) fn get(&self, row: u32) -> Option<&str> {
        self.value_of(row).map(|value| self.values.get(value))
    }

    /// Returns where in the text the value of a row begins.
    pub(super) fn place(&self, row: u32) -> Option<u32> {
        self.value_of(row).and_then(|value| self.places.get(value).copied())
    }

    /// Returns how many bytes of text all cells hold together.
    pub(super) fn text_length(&self) -> u64 {
        let rows = 0..self.cells.len() as u32;
        rows.filter_map(|row| self.get(row)).map(|text| text.len() as u64).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_have_no_more_cells_than_there_is_room_for() {
        let mut part = Part::of_text(1000);
        let defaults: Vec<(u32, u32)> = (0..3000)
            .map(|at| {
                let column = part.attribute(&format!("a{at}"));
                (column, part.value(column, "x", Sort::Text, 0))
            })
            .collect();
        for row in 0..3000 {
            part.share_all(&defaults, row);
            part.set(LABEL, row, "a label", Sort::Text, 0);
        }
        let cells = part.columns[FIRST_ATTRIBUTE..].iter().map(|column| column.cells.len());
        assert_eq!((cells.sum::<usize>(), part.is_full()), (MOST_CELLS + 1000, true));
        assert_eq!(part.get(LABEL, 2999), Some("a label"));
        // A cell far down needs all those above it.
        let mut part = Part::of_text(0);
        for column in 0..20_000 {
            let column = part.attribute(&format!("a{column}"));
            part.set(column, column, "x", Sort::Text, 0);
        }
        let cells: usize = part.columns.iter().map(|column| column.cells.len()).sum();
        assert!(part.is_full() && cells <= MOST_CELLS, "{cells}");
    }
}
