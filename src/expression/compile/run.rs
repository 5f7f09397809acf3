//! What a closure of an expression gets, and what it gives.

use std::cell;
use std::ops::Range;

use crate::diagnostic::TextProblem;
use crate::expression::cell::Cell;

/// How much one row may cost: a byte of a text that is made costs 1, an item of a list
/// [`ITEM`].
const MOST_PER_ROW: u64 = 1 << 25;

/// How much all rows of one expression may cost together.
pub(crate) const MOST_SPENT: u64 = 1 << 32;

/// What an item of a list costs.
const ITEM: u64 = 16;

/// How long a text may be that an expression makes, in bytes.
const LONGEST_TEXT: usize = 1 << 20;

/// Why a value could not be made.
pub(crate) type Fault = Box<TextProblem>;

/// What comes of a part of an expression.
pub(crate) type Outcome<'g> = Result<Cell<'g>, Fault>;

/// Whether a condition holds.
pub(crate) type Truth = Result<bool, Fault>;

/// Gives a value for a row.
pub(crate) type Get<'g> = Box<dyn for<'f> Fn(&Frame<'f, 'g>) -> Outcome<'g> + Send + Sync + 'g>;

/// Tells whether a condition holds for a row.
pub(crate) type Test<'g> = Box<dyn for<'f> Fn(&Frame<'f, 'g>) -> Truth + Send + Sync + 'g>;

/// What an expression is run on: a row, and the items of the walks that are open.
pub(crate) struct Frame<'f, 'g> {
    pub(crate) row: u32,
    /// What the row has cost as yet.
    pub(crate) spent: &'f cell::Cell<u64>,
    pub(crate) scope: Option<&'f Scope<'f, 'g>>,
}

/// The item that a walk is at.
pub(crate) struct Scope<'f, 'g> {
    pub(crate) item: Cell<'g>,
    pub(crate) outer: Option<&'f Scope<'f, 'g>>,
}

impl<'g> Frame<'_, 'g> {
    /// Returns the item of a walk; 0 is the innermost.
    pub(super) fn local(&self, place: usize) -> Cell<'g> {
        let mut scope = self.scope;
        for _ in 0..place {
            scope = scope.and_then(|scope| scope.outer);
        }
        // Names were matched with walks before.
        scope.map_or(Cell::Null, |scope| scope.item.clone())
    }

    /// Pays for the items of a list.
    pub(super) fn pay_items(&self, count: usize, range: &Range<usize>) -> Result<(), Fault> {
        self.pay(ITEM * count as u64, range)
    }

    /// Pays for a text that is to be made.
    pub(super) fn pay_text(&self, bytes: usize, range: &Range<usize>) -> Result<(), Fault> {
        if bytes > LONGEST_TEXT {
            return Err(fault(range, "the text would be longer than 1 MiB"));
        }
        self.pay(bytes as u64, range)
    }

    fn pay(&self, cost: u64, range: &Range<usize>) -> Result<(), Fault> {
        self.spent.set(self.spent.get() + cost);
        match self.spent.get() > MOST_PER_ROW {
            true => Err(fault(range, "this is too much work for one row")),
            false => Ok(()),
        }
    }
}

/// Makes the reason why there is no value.
#[cold]
pub(super) fn fault(range: &Range<usize>, message: impl Into<String>) -> Fault {
    Box::new(TextProblem::new(range.clone(), message))
}
