//! An expression whose names and types are known: what is left is to run it.

use std::ops::Range;

use super::cell::Cell;
use super::functions::Function;
use super::shape::Shape;
use super::term::{Comparison, Operator, Walk};

/// A part of an expression, with its type.
#[derive(Debug, Clone)]
pub(super) struct Typed<'e> {
    pub(super) range: Range<usize>,
    pub(super) shape: Shape,
    pub(super) form: Form<'e>,
}

/// What a part of an expression is.
#[derive(Debug, Clone)]
pub(super) enum Form<'e> {
    /// What is wrong, as was told; nothing that holds it is run.
    Broken,
    Constant(Cell<'e>),
    List(Vec<Typed<'e>>),
    /// The node that the expression is about.
    Own,
    /// The ends of the edge that the expression is about.
    Source,
    Target,
    /// The item of a walk; 0 is the innermost.
    Local(usize),
    Parent(Box<Typed<'e>>),
    Children(Box<Typed<'e>>),
    Ancestors(Box<Typed<'e>>),
    /// A field of a node.
    NodeField(Box<Typed<'e>>, Field),
    /// A field of the edge that the expression is about.
    EdgeField(Field),
    /// A column of the table.
    Column(usize),
    Not(Box<Typed<'e>>),
    Negative(Box<Typed<'e>>),
    Every(Vec<Typed<'e>>),
    Any(Vec<Typed<'e>>),
    Compare(Comparison, Box<[Typed<'e>; 2]>),
    In(Box<[Typed<'e>; 2]>),
    Arithmetic(Operator, Box<[Typed<'e>; 2]>),
    Index(Box<[Typed<'e>; 2]>),
    Choice(Box<[Typed<'e>; 3]>),
    Call(Function, Vec<Typed<'e>>),
    Walk(Walk, Box<[Typed<'e>; 2]>),
}

/// A field of a node or an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Id,
    Label,
    Layer,
    Weight,
    Comment,
    IsPartition,
    Degree,
    InDegree,
    OutDegree,
    Depth,
    /// A further column, by its place.
    Attribute(usize),
}

impl<'e> Typed<'e> {
    /// Returns the text that it is for sure.
    pub(super) fn constant_text(&self) -> Option<&str> {
        match &self.form {
            Form::Constant(Cell::Text(text)) => Some(text),
            _ => None,
        }
    }
}
