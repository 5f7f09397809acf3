//! The types of what operators join.

use std::ops::Range;

use super::{Typing, no_date};
use crate::diagnostic::TextProblem;
use crate::expression::cell::Cell;
use crate::expression::shape::Shape;
use crate::expression::term::{Comparison, Operator, Term};
use crate::expression::typed::{Form, Typed};
use crate::graph::Date;

impl<'e> Typing<'e, '_> {
    pub(super) fn binary(
        &mut self,
        operator: Operator,
        sides: &'e [Term; 2],
        range: Range<usize>,
    ) -> Typed<'e> {
        let mut sides = sides.each_ref().map(|side| self.term(side));
        let (shape, form) = match operator {
            Operator::Compare(comparison) => {
                self.compare(comparison, &mut sides, &range);
                (Shape::Boolean, Form::Compare(comparison, Box::new(sides)))
            }
            Operator::In => {
                self.membership(&mut sides);
                (Shape::Boolean, Form::In(Box::new(sides)))
            }
            _ => {
                let shape = self.arithmetic(operator, &sides, &range);
                (shape, Form::Arithmetic(operator, Box::new(sides)))
            }
        };
        Typed { range, shape, form }
    }

    fn compare(&mut self, how: Comparison, sides: &mut [Typed<'e>; 2], range: &Range<usize>) {
        let [left, right] = sides;
        if left.shape == Shape::Date {
            self.read_date(right);
        }
        if right.shape == Shape::Date {
            self.read_date(left);
        }
        let (a, b) = (&left.shape, &right.shape);
        if !a.fits(b) && !b.fits(a) {
            let message = format!("{a} and {b} cannot be compared");
            let problem = TextProblem::new(range.clone(), message);
            self.problem(match (a, b) {
                (Shape::Boolean, Shape::Integer | Shape::Number) if !how.is_equality() => {
                    problem.help("join two comparisons with `&&`: `1 < x && x < 3`")
                }
                (Shape::Node, Shape::Text) => {
                    problem.help("a node's id is `.id`, its name `.label`")
                }
                (Shape::Text, Shape::Node) => {
                    problem.help("a node's id is `.id`, its name `.label`")
                }
                (Shape::Text, b) if b.is_number() => match right.form {
                    Form::Constant(_) if how.is_equality() => {
                        problem.help("a text stands in quotes")
                    }
                    _ => problem.help("`double(text)` reads a number, `int(text)` an integer"),
                },
                (a, Shape::Text) if a.is_number() => match right.form {
                    Form::Constant(_) => problem.help("a number stands without quotes"),
                    _ => problem.help("`double(text)` reads a number, `int(text)` an integer"),
                },
                (Shape::Text, Shape::Date) | (Shape::Date, Shape::Text) => {
                    problem.help("`date(text)` reads a date")
                }
                (Shape::Boolean, Shape::Text) => {
                    problem.help("write `true` or `false`, without quotes")
                }
                _ => problem,
            });
        } else if !how.is_equality()
            && let Some(shape) =
                [a, b].into_iter().find(|s| matches!(s, Shape::Node | Shape::List(_)))
        {
            let message = format!("{shape} has no order");
            self.problem(TextProblem::new(range.clone(), message).help("compare a value of it"));
        }
    }

    fn membership(&mut self, sides: &mut [Typed<'e>; 2]) {
        let [left, right] = sides;
        if left.shape == Shape::Date
            && let Form::List(items) = &mut right.form
        {
            items.iter_mut().for_each(|item| self.read_date(item));
            right.shape = Shape::List(Box::new(Shape::Date));
        }
        match &right.shape {
            Shape::List(item) if left.shape.fits(item) || item.fits(&left.shape) => {}
            Shape::List(item) => {
                let message = format!("{} is never in a list of which each is {item}", left.shape);
                let range = left.range.start..right.range.end;
                self.problem(TextProblem::new(range, message));
            }
            shape if shape.is_open() => {}
            shape => {
                let message = format!("`in` needs a list, this is {shape}");
                let problem = TextProblem::new(right.range.clone(), message);
                self.problem(match shape {
                    Shape::Text => {
                        problem.help("a part of a text is found by `text.contains(\"part\")`")
                    }
                    _ => problem.help("write `x in [\"a\", \"b\"]`"),
                });
            }
        }
    }

    /// Turns a text that stands beside a date into one.
    pub(super) fn read_date(&mut self, side: &mut Typed<'e>) {
        let Some(text) = side.constant_text() else { return };
        match Date::parse(text) {
            Some(date) => side.form = Form::Constant(Cell::Date(date)),
            None => {
                let problem = no_date(side.range.clone(), text);
                self.problem(problem);
                side.form = Form::Broken;
            }
        }
        side.shape = Shape::Date;
    }

    fn arithmetic(
        &mut self,
        operator: Operator,
        sides: &[Typed<'e>; 2],
        range: &Range<usize>,
    ) -> Shape {
        use Operator::{Add, Remainder, Subtract};
        let [left, right] = sides;
        match (operator, &left.shape, &right.shape) {
            (Remainder, Shape::Integer, Shape::Integer) => Shape::Integer,
            (Remainder, a, b) if a.is_number() && b.is_number() => {
                let problem = TextProblem::new(range.clone(), "`%` needs two integers");
                self.problem(problem.help("`int(number)` cuts a number"));
                Shape::Integer
            }
            (_, Shape::Integer, Shape::Integer) => Shape::Integer,
            (_, a, b) if a.is_number() && b.is_number() => Shape::Number,
            (Add, Shape::Text, Shape::Text) => Shape::Text,
            (Add, Shape::Date, Shape::Integer) | (Add, Shape::Integer, Shape::Date) => Shape::Date,
            (Subtract, Shape::Date, Shape::Integer) => Shape::Date,
            (Subtract, Shape::Date, Shape::Date) => Shape::Integer,
            (Add, Shape::Text, open) | (Add, open, Shape::Text) if open.is_open() => Shape::Text,
            (_, a, b) if a.is_open() && (b.is_open() || b.is_number()) => Shape::Unknown,
            (_, a, b) if b.is_open() && a.is_number() => Shape::Unknown,
            (Add | Subtract, a, b)
                if (a.is_open() && *b == Shape::Date) || (b.is_open() && *a == Shape::Date) =>
            {
                Shape::Unknown
            }
            (_, a, b) => {
                let word = match operator {
                    Add => "added",
                    Subtract => "subtracted",
                    Operator::Multiply => "multiplied",
                    _ => "divided",
                };
                let message = format!("{a} and {b} cannot be {word}");
                let problem = TextProblem::new(range.clone(), message);
                let has_text = *a == Shape::Text || *b == Shape::Text;
                self.problem(match operator {
                    Add if has_text => problem.help("`string(value)` makes a text"),
                    _ => problem,
                });
                Shape::Unknown
            }
        }
    }
}
