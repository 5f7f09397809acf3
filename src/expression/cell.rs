//! Values that expressions make, and how they compare.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use crate::graph::{Date, Graph, NodeId, Value};

/// A value of an expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// No value.
    Null,
    /// Text.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// A finite number.
    Number(f64),
    /// A truth value.
    Boolean(bool),
    /// A day.
    Date(Date),
    /// A node of the graph.
    Node(NodeId),
    /// Values in an order.
    List(Arc<[Cell<'a>]>),
}

impl Cell<'_> {
    /// Returns the text that shows it: a node by its id, the items of a list with `, ` between.
    pub fn shown(&self, graph: &Graph) -> String {
        match self {
            Cell::Node(node) => graph.node(*node).id().to_owned(),
            Cell::List(items) => {
                let items: Vec<String> = items.iter().map(|item| item.shown(graph)).collect();
                items.join(", ")
            }
            plain => plain.to_string(),
        }
    }
}

impl<'a> From<Value<'a>> for Cell<'a> {
    fn from(value: Value<'a>) -> Cell<'a> {
        match value {
            Value::Null => Cell::Null,
            Value::Text(text) => Cell::Text(Cow::Borrowed(text)),
            Value::Integer(number) => Cell::Integer(number),
            Value::Number(number) => Cell::Number(number),
            Value::Boolean(truth) => Cell::Boolean(truth),
            Value::Date(date) => Cell::Date(date),
        }
    }
}

impl fmt::Display for Cell<'_> {
    /// Writes a plain value as a column of text would hold it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cell::Null => Ok(()),
            Cell::Text(text) => f.write_str(text),
            Cell::Integer(number) => number.fmt(f),
            Cell::Number(number) => number.fmt(f),
            Cell::Boolean(truth) => truth.fmt(f),
            Cell::Date(date) => date.fmt(f),
            Cell::Node(node) => write!(f, "node {}", node.0),
            Cell::List(items) => write!(f, "{} values", items.len()),
        }
    }
}

/// Returns whether two values are equal; null equals null alone, an integer the same number.
pub(super) fn equal(a: &Cell<'_>, b: &Cell<'_>) -> bool {
    match (a, b) {
        (Cell::Null, Cell::Null) => true,
        (Cell::Node(a), Cell::Node(b)) => a == b,
        (Cell::List(a), Cell::List(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| equal(a, b))
        }
        _ => order(a, b) == Some(Ordering::Equal),
    }
}

/// Returns which of two values comes first, if they have an order.
pub(super) fn order(a: &Cell<'_>, b: &Cell<'_>) -> Option<Ordering> {
    match (a, b) {
        (Cell::Text(a), Cell::Text(b)) => Some(a.as_ref().cmp(b.as_ref())),
        (Cell::Integer(a), Cell::Integer(b)) => Some(a.cmp(b)),
        (Cell::Number(a), Cell::Number(b)) => a.partial_cmp(b),
        (Cell::Integer(a), Cell::Number(b)) => order_mixed(*a, *b),
        (Cell::Number(a), Cell::Integer(b)) => order_mixed(*b, *a).map(Ordering::reverse),
        (Cell::Boolean(a), Cell::Boolean(b)) => Some(a.cmp(b)),
        (Cell::Date(a), Cell::Date(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// Compares by value: not every integer is a number of 64 bits.
fn order_mixed(integer: i64, number: f64) -> Option<Ordering> {
    const END: f64 = (1u64 << 63) as f64;
    if number.is_nan() {
        None
    } else if number >= END {
        Some(Ordering::Less)
    } else if number < -END {
        Some(Ordering::Greater)
    } else {
        // Between these ends the whole part is an integer of 64 bits.
        let whole = number.trunc() as i64;
        Some(integer.cmp(&whole).then(0.0.partial_cmp(&number.fract())?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_and_numbers_compare_by_value() {
        let check = |integer: i64, number: f64, expected| {
            let (a, b) = (Cell::Integer(integer), Cell::Number(number));
            assert_eq!(order(&a, &b), Some(expected), "{integer} {number}");
            assert_eq!(order(&b, &a), Some(Ordering::reverse(expected)), "{number} {integer}");
        };
        check(2, 2.0, Ordering::Equal);
        check(2, 2.5, Ordering::Less);
        check(-2, -2.5, Ordering::Greater);
        check(i64::MAX, 9_223_372_036_854_775_807.0, Ordering::Less);
        check(i64::MIN, -9_223_372_036_854_775_808.0, Ordering::Equal);
        check((1 << 53) + 1, 9_007_199_254_740_992.0, Ordering::Greater);
        check(0, -0.0, Ordering::Equal);
    }
}
