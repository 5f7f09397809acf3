//! The types of an expression's parts: those of columns, and what only expressions have.

use std::fmt;

use crate::graph::Type;

/// What is known of a value before it is there. Any value may also be null.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// Nothing yet: an attribute before there is data.
    Unknown,
    /// It is null for sure.
    Nothing,
    Text,
    Integer,
    Number,
    Boolean,
    Date,
    Node,
    List(Box<Shape>),
}

impl Shape {
    /// Returns the type of a column that could hold it.
    pub(super) fn column_type(&self) -> Option<Type> {
        Some(match self {
            Shape::Text => Type::Text,
            Shape::Integer => Type::Integer,
            Shape::Number => Type::Number,
            Shape::Boolean => Type::Boolean,
            Shape::Date => Type::Date,
            Shape::Unknown | Shape::Nothing | Shape::Node | Shape::List(_) => return None,
        })
    }

    /// Returns whether it may be anything, as far as is known.
    pub(super) fn is_open(&self) -> bool {
        matches!(self, Shape::Unknown | Shape::Nothing)
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self, Shape::Integer | Shape::Number)
    }

    /// Returns it if it is as asked; what is not has been told, and could be anything.
    pub(super) fn or_unknown(&self, is_fine: impl Fn(&Shape) -> bool) -> Shape {
        if is_fine(self) { self.clone() } else { Shape::Unknown }
    }

    /// Returns whether a value of this type can be where that one is wanted.
    pub(super) fn fits(&self, wanted: &Shape) -> bool {
        match (self, wanted) {
            (Shape::List(item), Shape::List(wanted)) => item.fits(wanted),
            _ => {
                self == wanted
                    || self.is_open()
                    || wanted.is_open()
                    || (*self == Shape::Integer && *wanted == Shape::Number)
            }
        }
    }

    /// Returns the type of a value that is of either; `None` if nothing is.
    pub(super) fn common(&self, other: &Shape) -> Option<Shape> {
        Some(match (self, other) {
            (a, b) if a == b => a.clone(),
            (Shape::Unknown, _) | (_, Shape::Unknown) => Shape::Unknown,
            (Shape::Nothing, shape) | (shape, Shape::Nothing) => shape.clone(),
            (a, b) if a.is_number() && b.is_number() => Shape::Number,
            (Shape::List(a), Shape::List(b)) => Shape::List(Box::new(a.common(b)?)),
            _ => return None,
        })
    }
}

impl From<Type> for Shape {
    fn from(kind: Type) -> Shape {
        match kind {
            Type::Text => Shape::Text,
            Type::Integer => Shape::Integer,
            Type::Number => Shape::Number,
            Type::Boolean => Shape::Boolean,
            Type::Date => Shape::Date,
        }
    }
}

impl fmt::Display for Shape {
    /// Writes what a message calls it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Shape::Unknown => "a value",
            Shape::Nothing => "null",
            Shape::Text => "a text",
            Shape::Integer => "an integer",
            Shape::Number => "a number",
            Shape::Boolean => "a boolean",
            Shape::Date => "a date",
            Shape::Node => "a node",
            Shape::List(item) => {
                return match **item {
                    Shape::Unknown | Shape::Nothing => f.write_str("a list"),
                    Shape::Text => f.write_str("a list of texts"),
                    Shape::Integer => f.write_str("a list of integers"),
                    Shape::Number => f.write_str("a list of numbers"),
                    Shape::Boolean => f.write_str("a list of booleans"),
                    Shape::Date => f.write_str("a list of dates"),
                    Shape::Node => f.write_str("a list of nodes"),
                    Shape::List(_) => f.write_str("a list of lists"),
                };
            }
        })
    }
}
