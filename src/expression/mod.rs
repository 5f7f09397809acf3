//! Expressions over nodes, edges and rows of tables: a subset of CEL, compiled to closures.
//!
//! An [`Expression`] is checked when a plan is read, as far as that is possible without data, then
//! bound to a graph or a table, and run on its rows. It ends, it takes no more memory and time
//! than it may, and it touches nothing but the columns it names. Knows nothing of plans or steps;
//! what is wrong is told by its place in the expression's own text.

mod bound;
mod cell;
mod compile;
mod functions;
mod lexer;
mod names;
mod option;
mod parser;
mod report;
mod shape;
mod term;
mod typed;
mod typing;

use std::sync::Arc;

pub use bound::{Bound, Faults};
pub use cell::Cell;
pub use names::Owner;
pub use option::{
    EdgeCondition, EdgeExpression, NodeCondition, NodeExpression, RowCondition, RowExpression,
};

use crate::graph::{Graph, Table, Type};
use shape::Shape;
use term::Term;
use typing::{Data, Typing};

/// What is wrong with an expression, and at which of its bytes.
pub use crate::diagnostic::TextProblem as Problem;

/// What the names in an expression mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The fields and attributes of a node.
    Node,
    /// The fields and attributes of an edge, and its ends.
    Edge,
    /// The columns of a table.
    Row,
}

/// An expression that is checked as far as is possible without data.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    text: Arc<str>,
    subject: Subject,
    term: Term,
    shape: Shape,
    wanted: Option<Type>,
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    ///
    /// All that is wrong with it, as far as that can be known without data.
    pub fn parse(text: &str, subject: Subject) -> Result<Expression, Vec<Problem>> {
        let term = parser::parse(text)?;
        let mut typing = Typing::new(subject, Data::Unknown);
        let shape = typing.term(&term).shape;
        match typing.problems.is_empty() {
            true => Ok(Expression { text: text.into(), subject, term, shape, wanted: None }),
            false => Err(typing.problems),
        }
    }

    /// Demands values of a type; where that cannot be known yet, binding checks it. An integer
    /// will do for a number.
    ///
    /// # Errors
    ///
    /// It has another type for sure.
    pub fn must_be(mut self, kind: Type) -> Result<Expression, Vec<Problem>> {
        self.wanted = Some(kind);
        match self.unwanted(&self.shape) {
            Some(problem) => Err(vec![problem]),
            None => Ok(self),
        }
    }

    /// Returns its text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns what its names mean.
    pub fn subject(&self) -> Subject {
        self.subject
    }

    /// Returns the type of its values, if that is known without data.
    pub fn kind(&self) -> Option<Type> {
        self.shape.column_type()
    }

    /// Returns the attributes that it names, each once, in order: whose they are, and their names.
    pub fn names(&self) -> Vec<(Owner, &str)> {
        let mut typing = Typing::new(self.subject, Data::Unknown);
        typing.term(&self.term);
        typing.names.into_iter().collect()
    }

    /// Binds it to the nodes or edges of a graph; linear in these, and only where it must be.
    ///
    /// # Errors
    ///
    /// Attributes that the graph does not have, and values whose types do not fit together.
    pub fn bind<'g>(&'g self, graph: &'g Graph) -> Result<Bound<'g>, Vec<Problem>> {
        self.bind_to(Data::Graph(graph))
    }

    /// Binds it to the rows of a table.
    ///
    /// # Errors
    ///
    /// Columns that the table does not have, and values whose types do not fit together.
    pub fn bind_table<'t>(&'t self, table: &'t Table) -> Result<Bound<'t>, Vec<Problem>> {
        self.bind_to(Data::Table(table))
    }

    fn bind_to<'g>(&'g self, data: Data<'g>) -> Result<Bound<'g>, Vec<Problem>> {
        if matches!(data, Data::Table(_)) != (self.subject == Subject::Row) {
            let message = "the expression is about other rows than these";
            return Err(vec![Problem::new(0..self.text.len(), message)]);
        }
        let mut typing = Typing::new(self.subject, data);
        let typed = typing.term(&self.term);
        let mut problems = typing.problems;
        problems.extend(self.unwanted(&typed.shape));
        match problems.is_empty() {
            true => Ok(Bound::new(self.subject, data, &typed)),
            false => Err(problems),
        }
    }

    fn unwanted(&self, shape: &Shape) -> Option<Problem> {
        let wanted = self.wanted?;
        if shape.fits(&wanted.into()) {
            return None;
        }
        let message = match wanted {
            Type::Boolean => format!("a condition is wanted here, this is {shape}"),
            _ => format!("{} is wanted here, this is {shape}", Shape::from(wanted)),
        };
        let problem = Problem::new(self.term.range.clone(), message);
        Some(match (wanted, shape) {
            (Type::Boolean, Shape::Text) => problem.help("compare it: `… == \"text\"`"),
            (Type::Boolean, shape) if shape.is_number() => problem.help("compare it: `… > 0`"),
            (Type::Text, Shape::Node) => problem.help("a node's id is `.id`, its name `.label`"),
            (Type::Text, Shape::List(_)) => problem.help("`list.join(\", \")` makes a text"),
            (Type::Text, _) => problem.help("`string(…)` makes a text"),
            (_, Shape::Text) => problem.help("`double(…)`, `int(…)` and `date(…)` read texts"),
            _ => problem,
        })
    }
}

#[cfg(test)]
mod tests;
