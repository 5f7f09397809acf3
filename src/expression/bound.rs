//! An expression with its data: what it gives for each row.

use std::cell;
use std::fmt;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::cell::Cell;
use super::compile::{Compiler, Frame, Get, MOST_SPENT, Test};
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
    range: Range<usize>,
    test: Test<'g>,
    value: Get<'g>,
}

/// The rows for which an expression has no value.
#[derive(Debug, Clone, PartialEq)]
pub struct Faults {
    /// The first of them, in order, and why; what is wrong with all rows together has none.
    pub list: Vec<(Option<u32>, Problem)>,
    /// How many there are in all.
    pub count: usize,
}

impl<'g> Bound<'g> {
    pub(super) fn new(subject: Subject, data: Data<'g>, typed: &Typed<'g>) -> Bound<'g> {
        let mut compiler = Compiler::new(data);
        let (test, value) = (compiler.test(typed), compiler.value(typed));
        let (shape, range) = (typed.shape.clone(), typed.range.clone());
        Bound { subject, data, shape, range, test, value }
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
                    Err(fault) => told.push(row, *fault),
                }
                if told.is_too_much(spent.get()) {
                    break;
                }
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
        self.column_of(name, None)
    }

    /// Does as [`Bound::column`], but looks at some rows only: the others have no value.
    ///
    /// # Errors
    ///
    /// Those of these rows for which there is no value, or which do not fit into a column.
    pub fn column_of(&self, name: &str, some: Option<&Bits>) -> Result<Attribute, Faults> {
        let chunks = self.chunks(|rows, told| {
            let mut cells = Vec::with_capacity(rows.end - rows.start);
            for row in rows {
                if some.is_some_and(|some| !some.get(row)) {
                    cells.push(Cell::Null);
                    continue;
                }
                let (outcome, spent) = on_row(row as u32, |frame| (self.value)(frame));
                match outcome {
                    Ok(cell) => cells.push(cell),
                    Err(fault) => told.push(row, *fault),
                }
                if told.is_too_much(spent) {
                    break;
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
                let problem = Problem::new(self.range.clone(), message)
                    .help("take a value of it, such as its id");
                return Err(Faults::of_all(problem));
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
                    let problem =
                        Problem::new(self.range.clone(), "the texts of all rows are over 4 GiB");
                    return Err(Faults::of_all(problem));
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
        run: impl Fn(Range<usize>, &mut Told<'_>) -> T + Sync,
    ) -> Result<Vec<T>, Faults> {
        let count = self.row_count();
        let spent = AtomicU64::new(0);
        let chunk = |at: usize| {
            let mut told = Told { list: Vec::new(), count: 0, spent: &spent };
            let made = run(at * CHUNK..((at + 1) * CHUNK).min(count), &mut told);
            (made, told)
        };
        let chunks = count.div_ceil(CHUNK);
        let parts: Vec<(T, Told<'_>)> = match chunks {
            0..3 => (0..chunks).map(chunk).collect(),
            _ => (0..chunks).into_par_iter().map(chunk).collect(),
        };
        // However the threads took turns: the sum is over the limit, or all rows were looked at.
        if spent.load(Ordering::Relaxed) > MOST_SPENT {
            let problem = Problem::new(
                self.range.clone(),
                "the expression is too much work for so many rows",
            );
            return Err(Faults::of_all(problem));
        }
        let mut faults = Faults { list: Vec::new(), count: 0 };
        let mut made = Vec::with_capacity(chunks);
        for (part, told) in parts {
            made.push(part);
            faults.list.extend(told.list);
            faults.count += told.count;
        }
        faults.list.truncate(MOST_TOLD);
        if faults.count == 0 { Ok(made) } else { Err(faults) }
    }
}

impl fmt::Debug for Bound<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bound").field("subject", &self.subject).field("shape", &self.shape).finish()
    }
}

impl Faults {
    /// Makes the reason why all rows together have no values.
    fn of_all(problem: Problem) -> Faults {
        Faults { list: vec![(None, problem)], count: 1 }
    }
}

/// What a part of the rows had to say.
struct Told<'a> {
    list: Vec<(Option<u32>, Problem)>,
    count: usize,
    /// What all rows have cost as yet.
    spent: &'a AtomicU64,
}

impl Told<'_> {
    /// Adds what a row has cost; returns whether that is too much for all rows together.
    fn is_too_much(&self, cost: u64) -> bool {
        cost > 0 && self.spent.fetch_add(cost, Ordering::Relaxed) + cost > MOST_SPENT
    }

    fn push(&mut self, row: usize, problem: Problem) {
        self.count += 1;
        if self.list.len() < MOST_TOLD {
            self.list.push((Some(row as u32), problem));
        }
    }
}

fn on_row<'g, T>(row: u32, run: impl for<'f> FnOnce(&Frame<'f, 'g>) -> T) -> (T, u64) {
    let spent = cell::Cell::new(0);
    let made = run(&Frame { row, spent: &spent, scope: None });
    (made, spent.get())
}
