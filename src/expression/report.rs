//! What is wrong with an expression, told as a step tells it.

use super::bound::{Bound, Faults};
use super::{Expression, Problem};
use crate::diagnostic::{Diagnostic, Diagnostics, Failed, Severity};
use crate::graph::{Attribute, Bits, Graph, Table};

/// Names these problems for people who look for them.
const CODE: &str = "expression";

impl Expression {
    /// Binds it to a graph, and tells what does not fit.
    ///
    /// # Errors
    ///
    /// It does not fit; why is in `diagnostics`.
    pub fn bind_or_tell<'g>(
        &'g self,
        graph: &'g Graph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Bound<'g>, Failed> {
        self.bind(graph).map_err(|problems| self.tell(problems, diagnostics))
    }

    /// Returns the nodes or edges for which it is true, and tells why it cannot be known.
    ///
    /// # Errors
    ///
    /// It does not fit the graph, or fails for some of it; why is in `diagnostics`.
    pub fn select(&self, graph: &Graph, diagnostics: &mut Diagnostics) -> Result<Bits, Failed> {
        let bound = self.bind_or_tell(graph, diagnostics)?;
        bound.select().map_err(|faults| self.tell_faults(&bound, faults, diagnostics))
    }

    /// Returns the rows of a table for which it is true, and tells why it cannot be known.
    ///
    /// # Errors
    ///
    /// It does not fit the table, or fails for some of it; why is in `diagnostics`.
    pub fn select_rows(
        &self,
        table: &Table,
        diagnostics: &mut Diagnostics,
    ) -> Result<Bits, Failed> {
        let bound = self.bind_table(table).map_err(|problems| self.tell(problems, diagnostics))?;
        bound.select().map_err(|faults| self.tell_faults(&bound, faults, diagnostics))
    }

    /// Returns its values for all nodes or edges, and tells why there are none.
    ///
    /// # Errors
    ///
    /// It does not fit the graph, or fails for some of it; why is in `diagnostics`.
    pub fn column(
        &self,
        name: &str,
        graph: &Graph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Attribute, Failed> {
        self.column_of(name, graph, None, diagnostics)
    }

    /// Returns its values for some of the nodes or edges; the others have none.
    ///
    /// # Errors
    ///
    /// It does not fit the graph, or fails for some of these; why is in `diagnostics`.
    pub fn column_of(
        &self,
        name: &str,
        graph: &Graph,
        some: Option<&Bits>,
        diagnostics: &mut Diagnostics,
    ) -> Result<Attribute, Failed> {
        let bound = self.bind_or_tell(graph, diagnostics)?;
        bound.column_of(name, some).map_err(|faults| self.tell_faults(&bound, faults, diagnostics))
    }

    /// Tells what is wrong with it; the engine finds the place in the plan.
    pub fn tell(&self, problems: Vec<Problem>, diagnostics: &mut Diagnostics) -> Failed {
        for problem in problems {
            diagnostics.push(Diagnostic::of_text(CODE, self.text(), problem));
        }
        Failed
    }

    /// Tells the rows for which it fails.
    pub fn tell_faults(
        &self,
        bound: &Bound<'_>,
        faults: Faults,
        diagnostics: &mut Diagnostics,
    ) -> Failed {
        let count = faults.count;
        let mut told = faults.list.into_iter();
        for _ in 0..count {
            diagnostics.push_with(Severity::Error, || {
                let (row, problem) = told.next().unwrap_or((None, Problem::new(0..0, "more")));
                let message = match row {
                    Some(row) => format!("{}: {}", bound.row_name(row), problem.message),
                    None => problem.message,
                };
                Diagnostic::of_text(CODE, self.text(), Problem { message, ..problem })
            });
        }
        Failed
    }
}
