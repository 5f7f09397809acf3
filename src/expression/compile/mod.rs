//! A typed expression to closures over the columns of a graph or a table.

mod arithmetic;
mod calls;
mod fields;
mod lists;
mod run;

use std::sync::Arc;

use super::cell::{Cell, equal, order};
use super::shape::Shape;
use super::term::{Comparison, Operator};
use super::typed::{Form, Typed};
use super::typing::Data;
use crate::graph::{Graph, Hierarchy, Links, NodeId};
pub(super) use calls::check_pattern;
use fields::Place;
pub(super) use run::{Frame, Get, MOST_SPENT, Test};

/// Makes closures, and what they share.
pub(super) struct Compiler<'g> {
    data: Data<'g>,
    links: Option<Arc<Links<'g>>>,
    hierarchy: Option<Arc<Hierarchy>>,
    depths: Option<Arc<[u32]>>,
}

impl<'g> Compiler<'g> {
    pub(super) fn new(data: Data<'g>) -> Compiler<'g> {
        Compiler { data, links: None, hierarchy: None, depths: None }
    }

    /// Returns the graph, if the expression is about one.
    fn graph(&self) -> Option<&'g Graph> {
        match self.data {
            Data::Graph(graph) => Some(graph),
            _ => None,
        }
    }

    /// Makes what gives a value. What is not there, as has been told, is null.
    pub(super) fn value(&mut self, typed: &Typed<'g>) -> Get<'g> {
        match &typed.form {
            Form::Broken => Box::new(|_| Ok(Cell::Null)),
            Form::Constant(cell) => {
                let cell = cell.clone();
                Box::new(move |_| Ok(cell.clone()))
            }
            Form::List(items) => self.list(items),
            Form::Own => Box::new(|frame| Ok(Cell::Node(NodeId(frame.row)))),
            Form::Source | Form::Target | Form::Parent(_) => self.node(typed),
            Form::Local(place) => {
                let place = *place;
                Box::new(move |frame| Ok(frame.local(place)))
            }
            Form::Children(node) => self.children(node, typed.range.clone()),
            Form::Ancestors(node) => self.ancestors(node, typed.range.clone()),
            Form::NodeField(node, field) => self.node_field(node, *field),
            Form::EdgeField(field) => self.edge_field(*field),
            Form::Column(at) => self.column(*at),
            Form::Negative(inner) => self.negative(inner, typed.range.clone()),
            Form::Arithmetic(Operator::Add, _) if typed.shape == Shape::Text => self.joined(typed),
            Form::Arithmetic(operator, sides) => {
                self.arithmetic(*operator, sides, typed.range.clone())
            }
            Form::Index(sides) => self.index(sides),
            Form::Choice(parts) => {
                let [condition, yes, no] = &**parts;
                let (condition, yes, no) = (self.test(condition), self.value(yes), self.value(no));
                Box::new(move |frame| if condition(frame)? { yes(frame) } else { no(frame) })
            }
            Form::Call(function, arguments) if typed.shape != Shape::Boolean => {
                self.call(*function, arguments, typed.range.clone())
            }
            Form::Walk(walk, sides) if typed.shape != Shape::Boolean => {
                self.walked(*walk, sides, typed.range.clone())
            }
            Form::Not(_)
            | Form::Every(_)
            | Form::Any(_)
            | Form::Compare(..)
            | Form::In(_)
            | Form::Call(..)
            | Form::Walk(..) => {
                let test = self.test(typed);
                Box::new(move |frame| test(frame).map(Cell::Boolean))
            }
        }
    }

    /// Makes what tells whether a condition holds; null counts as false.
    pub(super) fn test(&mut self, typed: &Typed<'g>) -> Test<'g> {
        match &typed.form {
            Form::Not(inner) => {
                let inner = self.test(inner);
                Box::new(move |frame| inner(frame).map(|truth| !truth))
            }
            Form::Every(terms) => self.joint(terms, false),
            Form::Any(terms) => self.joint(terms, true),
            Form::Compare(how, sides) => self.compare(*how, sides),
            Form::In(sides) => self.membership(sides),
            Form::Call(function, arguments) if typed.shape == Shape::Boolean => {
                self.asked(*function, arguments)
            }
            Form::Walk(walk, sides) if typed.shape == Shape::Boolean => {
                self.walk(*walk, sides, typed.range.clone())
            }
            _ => {
                let value = self.value(typed);
                Box::new(move |frame| Ok(value(frame)? == Cell::Boolean(true)))
            }
        }
    }

    /// Makes `&&` or `||`: a side that is `deciding` decides, wherever it stands and whatever
    /// fails in the others.
    fn joint(&mut self, terms: &[Typed<'g>], deciding: bool) -> Test<'g> {
        let mut tests: Vec<Test<'g>> = terms.iter().map(|term| self.test(term)).collect();
        if tests.len() == 2
            && let (Some(second), Some(first)) = (tests.pop(), tests.pop())
        {
            return Box::new(move |frame| match first(frame) {
                Ok(truth) if truth == deciding => Ok(deciding),
                Ok(_) => second(frame),
                Err(fault) => match second(frame) {
                    Ok(truth) if truth == deciding => Ok(deciding),
                    _ => Err(fault),
                },
            });
        }
        Box::new(move |frame| {
            let mut first = None;
            for test in &tests {
                match test(frame) {
                    Ok(truth) if truth == deciding => return Ok(deciding),
                    Ok(_) => {}
                    Err(fault) => first = first.or(Some(fault)),
                }
            }
            first.map_or(Ok(!deciding), Err)
        })
    }

    fn compare(&mut self, how: Comparison, sides: &[Typed<'g>; 2]) -> Test<'g> {
        let [left, right] = sides;
        let fast = match (&left.form, &right.form) {
            (_, Form::Constant(constant)) => self.compare_field(how, left, constant),
            (Form::Constant(constant), _) => self.compare_field(how.turned(), right, constant),
            _ => self.compare_layers(how, left, right),
        };
        if let Some(test) = fast {
            return test;
        }
        let (left, right) = (self.value(left), self.value(right));
        macro_rules! compared {
            ($test:expr) => {
                Box::new(move |frame| {
                    let (left, right) = (left(frame)?, right(frame)?);
                    Ok($test(&left, &right))
                })
            };
        }
        // Null has no order, so it is neither less nor more than anything.
        match how {
            Comparison::Equal => compared!(equal),
            Comparison::NotEqual => compared!(|a, b| !equal(a, b)),
            Comparison::Less => compared!(|a, b| order(a, b).is_some_and(|o| o.is_lt())),
            Comparison::LessOrEqual => compared!(|a, b| order(a, b).is_some_and(|o| o.is_le())),
            Comparison::Greater => compared!(|a, b| order(a, b).is_some_and(|o| o.is_gt())),
            Comparison::GreaterOrEqual => compared!(|a, b| order(a, b).is_some_and(|o| o.is_ge())),
        }
    }

    fn membership(&mut self, sides: &[Typed<'g>; 2]) -> Test<'g> {
        let [left, right] = sides;
        let constants = match &right.form {
            Form::List(items) => items.iter().map(|item| match &item.form {
                Form::Constant(cell) => Some(cell.clone()),
                _ => None,
            }),
            _ => {
                let (left, right) = (self.value(left), self.value(right));
                return Box::new(move |frame| match (left(frame)?, right(frame)?) {
                    (cell, Cell::List(items)) => Ok(items.iter().any(|item| equal(&cell, item))),
                    _ => Ok(false),
                });
            }
        };
        let Some(constants) = constants.collect::<Option<Vec<Cell<'g>>>>() else {
            let (left, right) = (self.value(left), self.value(right));
            return Box::new(move |frame| match (left(frame)?, right(frame)?) {
                (cell, Cell::List(items)) => Ok(items.iter().any(|item| equal(&cell, item))),
                _ => Ok(false),
            });
        };
        if let Some(test) = self.layer_among(left, &constants) {
            return test;
        }
        let left = self.value(left);
        let texts = constants.iter().map(|constant| match constant {
            Cell::Text(text) => Some(text.clone()),
            _ => None,
        });
        match texts.collect::<Option<Vec<_>>>() {
            Some(mut texts) => {
                texts.sort_unstable();
                Box::new(move |frame| match left(frame)? {
                    Cell::Text(text) => Ok(texts.binary_search(&text).is_ok()),
                    _ => Ok(false),
                })
            }
            None => Box::new(move |frame| {
                let cell = left(frame)?;
                Ok(constants.iter().any(|constant| equal(&cell, constant)))
            }),
        }
    }

    /// Returns where a node or its field is read, if that is by its place alone.
    fn place(&self, typed: &Typed<'g>) -> Option<Place> {
        Some(match &typed.form {
            Form::Own => Place::Row,
            Form::Source => Place::Source,
            Form::Target => Place::Target,
            Form::Parent(inner) => Place::Parent(Box::new(self.place(inner)?)),
            _ => return None,
        })
    }
}
