//! Sums, differences and so on: exact where integers are, an error where a result does not fit.

use std::borrow::Cow;
use std::ops::Range;

use super::run::{Fault, Get, Outcome, fault};
use super::{Cell, Compiler};
use crate::expression::shape::Shape;
use crate::expression::term::Operator;
use crate::expression::typed::{Form, Typed};
use crate::graph::Date;

/// The days of the years that dates are written with.
const DAYS: std::ops::RangeInclusive<i64> = -719_528..=2_932_896;

impl<'g> Compiler<'g> {
    pub(super) fn negative(&mut self, inner: &Typed<'g>, range: Range<usize>) -> Get<'g> {
        let inner = self.value(inner);
        Box::new(move |frame| match inner(frame)? {
            Cell::Integer(number) => integer(number.checked_neg(), &range),
            Cell::Number(number) => Ok(Cell::Number(0.0 - number)),
            _ => Ok(Cell::Null),
        })
    }

    pub(super) fn arithmetic(
        &mut self,
        operator: Operator,
        sides: &[Typed<'g>; 2],
        range: Range<usize>,
    ) -> Get<'g> {
        let [left, right] = sides.each_ref().map(|side| self.value(side));
        Box::new(move |frame| match (left(frame)?, right(frame)?) {
            (Cell::Integer(a), Cell::Integer(b)) => integers(operator, a, b, &range),
            (Cell::Number(a), Cell::Number(b)) => numbers(operator, a, b, &range),
            (Cell::Integer(a), Cell::Number(b)) => numbers(operator, a as f64, b, &range),
            (Cell::Number(a), Cell::Integer(b)) => numbers(operator, a, b as f64, &range),
            (Cell::Date(a), Cell::Date(b)) => {
                Ok(Cell::Integer(i64::from(a.days()) - i64::from(b.days())))
            }
            (Cell::Date(date), Cell::Integer(days)) | (Cell::Integer(days), Cell::Date(date)) => {
                moved(operator, date, days, &range)
            }
            (Cell::Text(a), Cell::Text(b)) => {
                frame.pay_text(a.len() + b.len(), &range)?;
                Ok(Cell::Text(a + b))
            }
            _ => Ok(Cell::Null),
        })
    }

    /// Makes a chain of texts that are added, at once.
    pub(super) fn joined(&mut self, typed: &Typed<'g>) -> Get<'g> {
        let (range, mut parts, mut rest) = (typed.range.clone(), Vec::new(), typed);
        while rest.shape == Shape::Text
            && let Form::Arithmetic(Operator::Add, sides) = &rest.form
        {
            parts.push(self.value(&sides[1]));
            rest = &sides[0];
        }
        parts.push(self.value(rest));
        parts.reverse();
        Box::new(move |frame| {
            let mut text = String::new();
            for part in &parts {
                match part(frame)? {
                    Cell::Text(part) => {
                        frame.pay_text(text.len() + part.len(), &range)?;
                        text.push_str(&part);
                    }
                    _ => return Ok(Cell::Null),
                }
            }
            Ok(Cell::Text(Cow::Owned(text)))
        })
    }
}

fn integers<'g>(operator: Operator, a: i64, b: i64, range: &Range<usize>) -> Outcome<'g> {
    let result = match operator {
        Operator::Add => a.checked_add(b),
        Operator::Subtract => a.checked_sub(b),
        Operator::Multiply => a.checked_mul(b),
        _ if b == 0 => return Err(fault(range, "division by zero")),
        Operator::Divide => a.checked_div(b),
        _ => a.checked_rem(b),
    };
    integer(result, range)
}

fn numbers<'g>(operator: Operator, a: f64, b: f64, range: &Range<usize>) -> Outcome<'g> {
    let result = match operator {
        Operator::Add => a + b,
        Operator::Subtract => a - b,
        Operator::Multiply => a * b,
        _ if b == 0.0 => return Err(fault(range, "division by zero")),
        _ => a / b,
    };
    number(result, range)
}

fn moved<'g>(operator: Operator, date: Date, days: i64, range: &Range<usize>) -> Outcome<'g> {
    let from = i64::from(date.days());
    let day = match operator {
        Operator::Subtract => from.checked_sub(days),
        _ => from.checked_add(days),
    };
    match day.filter(|day| DAYS.contains(day)).map(i32::try_from) {
        Some(Ok(day)) => Ok(Cell::Date(Date::from_days(day))),
        _ => Err(fault(range, "the date is outside the years 0 to 9999")),
    }
}

pub(super) fn integer<'g>(result: Option<i64>, range: &Range<usize>) -> Outcome<'g> {
    let overflow =
        || -> Fault { fault(range, "the result is too large for an integer of 64 bits") };
    result.map(Cell::Integer).ok_or_else(overflow)
}

pub(super) fn number<'g>(result: f64, range: &Range<usize>) -> Outcome<'g> {
    match result.is_finite() {
        // Zero is never negative in a column.
        true => Ok(Cell::Number(result + 0.0)),
        false => Err(fault(range, "the result is too large for a number")),
    }
}
