//! An expression as it was written: a tree of bounded depth, whose names mean nothing yet.

use std::ops::Range;

use super::functions::Function;

/// How deep an expression may nest; so no walk through it ends in an overflow of the stack.
pub(super) const DEEPEST: u16 = 100;

/// A part of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Term {
    pub(super) range: Range<usize>,
    /// How deep what it holds nests; at most [`DEEPEST`].
    pub(super) depth: u16,
    pub(super) what: What,
}

/// What a part of an expression is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    Null,
    Boolean(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    List(Vec<Term>),
    /// A name that stands alone.
    Name(String),
    /// `x.name`.
    Member(Box<Term>, Ident),
    /// `x[i]`.
    Index(Box<Term>, Box<Term>),
    Not(Box<Term>),
    Negative(Box<Term>),
    /// `a && b && …`.
    Every(Vec<Term>),
    /// `a || b || …`.
    Any(Vec<Term>),
    Binary(Operator, Box<[Term; 2]>),
    /// `a ? b : c`.
    Choice(Box<[Term; 3]>),
    /// A function's call; what it is called on is the first of its arguments.
    Call(Function, Vec<Term>),
    /// A walk over a list.
    Walk(Walk, Box<Term>, Ident, Box<Term>),
    /// What could not be read; that has been told.
    Broken,
}

/// A name, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ident {
    pub(super) name: String,
    pub(super) range: Range<usize>,
}

/// An operator between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Compare(Comparison),
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What is done with each item of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Walk {
    /// Whether it is true for one at least.
    Exists,
    /// Whether it is true for exactly one.
    ExistsOne,
    /// Whether it is true for all.
    All,
    /// Those for which it is true.
    Filter,
    /// What it makes of each.
    Map,
}

impl Walk {
    pub(super) const ALL: [(&str, Walk); 5] = [
        ("all", Walk::All),
        ("exists", Walk::Exists),
        ("exists_one", Walk::ExistsOne),
        ("filter", Walk::Filter),
        ("map", Walk::Map),
    ];
}

impl Comparison {
    /// Returns the same comparison with its sides changed.
    pub(super) fn turned(self) -> Comparison {
        match self {
            Comparison::Less => Comparison::Greater,
            Comparison::LessOrEqual => Comparison::GreaterOrEqual,
            Comparison::Greater => Comparison::Less,
            Comparison::GreaterOrEqual => Comparison::LessOrEqual,
            same => same,
        }
    }

    /// Returns whether it asks for equality alone, and so is for values without an order, too.
    pub(super) fn is_equality(self) -> bool {
        matches!(self, Comparison::Equal | Comparison::NotEqual)
    }
}
