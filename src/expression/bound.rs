//! An expression with its data: what it gives for each row.

use std::cell;
use std::fmt;

use rayon::prelude::*;

use super::cell::Cell;
use super::compile::{Compiler, Fault, Frame, Get, MOST_SPENT, Test};
use super::shape::Shape;
use super::typed::Typed;
use super::typing::Data;
use super::{Problem, Subject};
use crate::graph::{Attribute, Bits, Date, EdgeId, NodeId, TextColumn, Type, Values};

/// How many rows one thread takes at once; a multiple of 64.
const CHUNK: usize = 16 << 10;

/// How many rows without a value are told.
const MOST_TOLD: usize = 20;

/// An expression that is bound to a graph or a table.
pub struct Bound<'g> {
    subject: Subject,
    data: Data<'g>,
    shape: Shape,
    test: Test<'g>,
    value: Get<'g>,
}

/// The rows for which an expression has no value.
#[derive(Debug, Clone, PartialEq)]
pub struct Faults {
    /// The first of them, in order, and why.
    pub list: Vec<(u32, Problem)>,
    /// How many there are in all.
    pub count: usize,
}

impl<'g> Bound<'g> {
    pub(super) fn new(subject: Subject, data: Data<'g>, typed: &Typed<'g>) -> Bound<'g> {
        let mut compiler = Compiler::new(data);
        let (test, value) = (compiler.test(typed), compiler.value(typed));
        Bound { subject, data, shape: typed.shape.clone(), test, value }
    }

    /// Returns the type of its values; nothing if they are nodes, lists or all null.
    pub fn kind(&self) -> Option<Type> {
        self.shape.column_type()
    }

    /// Returns the number of rows.
    pub fn row_count(&self) -> usize {
        match (self.data, self.subject) {
            (Data::Graph(graph), Subject::Edge) => graph.edge_count(),
            (Data::Graph(graph), _) => graph.node_count(),
            (Data::Table(table), _) => table.row_count(),
            (Data::Unknown, _) => 0,
        }
    }

    /// Says which row is meant, for a message: ``node `a` ``.
    pub fn row_name(&self, row: u32) -> String {
        match (self.data, self.subject) {
            (Data::Graph(graph), Subject::Edge) => {
                format!("edge `{}`", graph.edge(EdgeId(row)).id())
            }
            (Data::Graph(graph), _) => format!("node `{}`", graph.node(NodeId(row)).id()),
            _ => format!("row {}", u64::from(row) + 1),
        }
    }

    /// Returns whether the condition holds for a row; null counts as false.
    ///
    /// # Errors
    ///
    /// Why there is no value.
    pub fn test(&self, row: u32) -> Result<bool, Problem> {
        on_row(row, |frame| (self.test)(frame)).0.map_err(|fault| *fault)
    }

    /// Returns the value for a row.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub fn value(&self, row: u32) -> Result<Cell<'g>, Problem> {
        on_row(row, |frame| (self.value)(frame)).0.map_err(|fault| *fault)
    }

    /// Returns the rows for which the condition holds; null counts as false.
    ///
    /// # Errors
    ///
    /// The rows for which there is no value.
    pub fn select(&self) -> Result<Bits, Faults> {
        let chunks = self.chunks(|rows, told| {
            let mut words = vec![0u64; (rows.end - rows.start).div_ceil(64)];
            let spent = cell::Cell::new(0);
            let first = rows.start;
            for row in rows {
                spent.set(0);
                let frame = Frame { row: row as u32, spent: &spent, scope: None };
                match (self.test)(&frame) {
                    Ok(truth) => {
                        words[(row - first) / 64] |= u64::from(truth) << ((row - first) % 64);
                    }
                    Err(fault) => told.push(row, fault),
                }
                told.spent += spent.get();
            }
            words
        })?;
        let count = self.row_count();
        let words = chunks.concat();
        // There are as many words as the rows need, and none has a bit past the last row.
        Ok(Bits::from_words(words, count).unwrap_or_else(|| Bits::all(count, false)))
    }

    /// Returns the values of all rows as a column of that name. Integers among numbers become
    /// numbers; an expression that is always null makes a column of texts without any.
    ///
    /// # Errors
    ///
    /// The rows for which there is no value, or which do not fit into a column.
    pub fn column(&self, name: &str) -> Result<Attribute, Faults> {
        let chunks = self.chunks(|rows, told| {
            let mut cells = Vec::with_capacity(rows.end - rows.start);
            for row in rows {
                let (outcome, spent) = on_row(row as u32, |frame| (self.value)(frame));
                told.spent += spent;
                match outcome {
                    Ok(cell) => cells.push(cell),
                    Err(fault) => told.push(row, fault),
                }
            }
            cells
        })?;
        let cells = || chunks.iter().flatten();
        let kind = match (&self.shape, self.kind()) {
            (_, Some(kind)) => kind,
            (Shape::Nothing | Shape::Unknown, None) => Type::Text,
            (shape, None) => {
                let message = format!("{shape} does not fit into a column");
                let problem =
                    Problem::new(0..0, message).help("take a value of it, such as its id");
                return Err(Faults { list: vec![(0, problem)], count: 1 });
            }
        };
        let present: Bits = cells().map(|cell| *cell != Cell::Null).collect();
        let values = match kind {
            Type::Text => {
                let texts: TextColumn = cells()
                    .map(|cell| match cell {
                        Cell::Text(text) => text.as_ref(),
                        _ => "",
                    })
                    .collect();
                if texts.has_overflowed() {
                    let problem = Problem::new(0..0, "the texts of all rows are over 4 GiB");
                    return Err(Faults { list: vec![(0, problem)], count: 1 });
                }
                Values::Text(texts)
            }
            Type::Integer => Values::Integer(
                cells().map(|cell| if let Cell::Integer(n) = cell { *n } else { 0 }).collect(),
            ),
            Type::Number => Values::Number(
                cells()
                    .map(|cell| match cell {
                        Cell::Number(number) => *number + 0.0,
                        Cell::Integer(number) => *number as f64,
                        _ => 0.0,
                    })
                    .collect(),
            ),
            Type::Boolean => {
                Values::Boolean(cells().map(|cell| *cell == Cell::Boolean(true)).collect())
            }
            Type::Date => Values::Date(
                cells()
                    .map(|cell| if let Cell::Date(date) = cell { *date } else { Date::default() })
                    .collect(),
            ),
        };
        Ok(Attribute { name: name.to_owned(), values, present })
    }

    /// Goes through all rows, on several threads if they are many; the parts are in order.
    fn chunks<T: Send>(
        &self,
        run: impl Fn(std::ops::Range<usize>, &mut Told) -> T + Sync,
    ) -> Result<Vec<T>, Faults> {
        let count = self.row_count();
        let chunk = |at: usize| {
            let mut told = Told::default();
            let made = run(at * CHUNK..((at + 1) * CHUNK).min(count), &mut told);
            (made, told)
        };
        let chunks = count.div_ceil(CHUNK);
        let parts: Vec<(T, Told)> = match chunks {
            0..3 => (0..chunks).map(chunk).collect(),
            _ => (0..chunks).into_par_iter().map(chunk).collect(),
        };
        let mut all = Told::default();
        let mut made = Vec::with_capacity(chunks);
        for (part, told) in parts {
            made.push(part);
            all.list.extend(told.list);
            all.count += told.count;
            all.spent += told.spent;
        }
        if all.spent > MOST_SPENT {
            let problem = Problem::new(0..0, "the expression is too much work for so many rows");
            return Err(Faults { list: vec![(0, problem)], count });
        }
        match all.count {
            0 => Ok(made),
            count => {
                all.list.truncate(MOST_TOLD);
                Err(Faults { list: all.list, count })
            }
        }
    }
}

impl fmt::Debug for Bound<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bound").field("subject", &self.subject).field("shape", &self.shape).finish()
    }
}

/// What a part of the rows had to say.
#[derive(Default)]
struct Told {
    list: Vec<(u32, Problem)>,
    count: usize,
    spent: u64,
}

impl Told {
    fn push(&mut self, row: usize, fault: Fault) {
        self.count += 1;
        if self.list.len() < MOST_TOLD {
            self.list.push((row as u32, *fault));
        }
    }
}

fn on_row<'g, T>(row: u32, run: impl for<'f> FnOnce(&Frame<'f, 'g>) -> T) -> (T, u64) {
    let spent = cell::Cell::new(0);
    let made = run(&Frame { row, spent: &spent, scope: None });
    (made, spent.get())
}
