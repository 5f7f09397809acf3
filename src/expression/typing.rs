//! Finds the type of every part of an expression, and tells what does not fit together.

mod calls;
mod operators;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use super::Subject;
use super::cell::Cell;
use super::names::{ATTRIBUTES, Owner};
use super::shape::Shape;
use super::term::{Ident, Term, What};
use super::typed::{Form, Typed};
use crate::diagnostic::TextProblem;
use crate::graph::{Graph, Table};

/// What an expression is looked at with.
#[derive(Debug, Clone, Copy)]
pub(super) enum Data<'g> {
    /// Nothing yet.
    Unknown,
    Graph(&'g Graph),
    Table(&'g Table),
}

/// Looks through one expression.
pub(super) struct Typing<'e, 'g> {
    pub(super) subject: Subject,
    pub(super) data: Data<'g>,
    /// The items of the walks that are open, the innermost last.
    pub(super) locals: Vec<(&'e str, Shape)>,
    /// The attributes that are named.
    pub(super) names: BTreeSet<(Owner, &'e str)>,
    pub(super) problems: Vec<TextProblem>,
}

impl<'e, 'g> Typing<'e, 'g> {
    pub(super) fn new(subject: Subject, data: Data<'g>) -> Typing<'e, 'g> {
        let (locals, names, problems) = (Vec::new(), BTreeSet::new(), Vec::new());
        Typing { subject, data, locals, names, problems }
    }

    pub(super) fn term(&mut self, term: &'e Term) -> Typed<'e> {
        let range = term.range.clone();
        let constant = |shape, cell| (shape, Form::Constant(cell));
        let (shape, form) = match &term.what {
            What::Broken => (Shape::Unknown, Form::Broken),
            What::Null => constant(Shape::Nothing, Cell::Null),
            What::Boolean(truth) => constant(Shape::Boolean, Cell::Boolean(*truth)),
            What::Integer(number) => constant(Shape::Integer, Cell::Integer(*number)),
            What::Number(number) => constant(Shape::Number, Cell::Number(*number)),
            What::Text(text) => constant(Shape::Text, Cell::Text(Cow::Borrowed(text))),
            What::List(items) => self.list(items),
            What::Name(name) => return self.name(name, range),
            What::Member(object, name) => return self.member(object, name),
            What::Index(object, index) => return self.index(object, index, range),
            What::Not(inner) => {
                let inner = self.boolean(inner);
                (Shape::Boolean, Form::Not(Box::new(inner)))
            }
            What::Negative(inner) => {
                let inner = self.term(inner);
                self.wants(&inner, &[Shape::Integer, Shape::Number], "`-` needs");
                (inner.shape.or_unknown(Shape::is_number), Form::Negative(Box::new(inner)))
            }
            What::Every(terms) => {
                let terms = terms.iter().map(|term| self.boolean(term)).collect();
                (Shape::Boolean, Form::Every(terms))
            }
            What::Any(terms) => {
                let terms = terms.iter().map(|term| self.boolean(term)).collect();
                (Shape::Boolean, Form::Any(terms))
            }
            What::Binary(operator, sides) => return self.binary(*operator, sides, range),
            What::Choice(parts) => {
                let [condition, yes, no] = &**parts;
                let parts = [self.boolean(condition), self.term(yes), self.term(no)];
                let shape = self.common(&parts[1..], "the two values");
                (shape, Form::Choice(Box::new(parts)))
            }
            What::Call(function, arguments) => return self.call(*function, arguments, range),
            What::Walk(walk, list, name, body) => return self.walk(*walk, list, name, body, range),
        };
        Typed { range, shape, form }
    }

    fn list(&mut self, items: &'e [Term]) -> (Shape, Form<'e>) {
        let items: Vec<Typed<'e>> = items.iter().map(|item| self.term(item)).collect();
        let item = self.common(&items, "the values of this list");
        (Shape::List(Box::new(item)), Form::List(items))
    }

    fn member(&mut self, object: &'e Term, name: &'e Ident) -> Typed<'e> {
        let object = self.term(object);
        match &object.shape {
            Shape::Node => return self.node_field(object, &name.name, name.range.clone()),
            Shape::Unknown | Shape::Nothing => {}
            shape => {
                let message = format!("{shape} has no `{}`", name.name);
                let problem = TextProblem::new(name.range.clone(), message);
                self.problem(match shape {
                    Shape::List(_) => problem.help("write `size(list)` or `list.exists(x, …)`"),
                    _ => problem.help("only a node has fields: `parent.label`, `source.layer`"),
                });
            }
        }
        let range = object.range.start..name.range.end;
        Typed { range, shape: Shape::Unknown, form: Form::Broken }
    }

    fn index(&mut self, object: &'e Term, index: &'e Term, range: Range<usize>) -> Typed<'e> {
        let owner = match &object.what {
            What::Name(name) if name == ATTRIBUTES => Some(None),
            What::Member(owner, name) if name.name == ATTRIBUTES => Some(Some(&**owner)),
            _ => None,
        };
        if let Some(owner) = owner {
            let What::Text(name) = &index.what else {
                let problem = TextProblem::new(
                    index.range.clone(),
                    "the name of an attribute is a text in quotes",
                );
                self.problem(problem.help("write `attributes[\"name\"]`"));
                return Typed { range, shape: Shape::Unknown, form: Form::Broken };
            };
            let node = match (owner, self.subject) {
                (Some(owner), _) => {
                    let node = self.term(owner);
                    if node.shape != Shape::Node {
                        self.wants(&node, &[Shape::Node], "`attributes` are those of");
                        return Typed { range, shape: Shape::Unknown, form: Form::Broken };
                    }
                    Some(node)
                }
                (None, Subject::Node) => {
                    Some(Typed { range: range.clone(), shape: Shape::Node, form: Form::Own })
                }
                (None, _) => None,
            };
            let mut found = self.attribute(node, name, index.range.clone());
            found.range = range;
            return found;
        }
        let sides = [self.term(object), self.term(index)];
        let shape = match &sides[0].shape {
            Shape::List(item) => (**item).clone(),
            shape => {
                if !shape.is_open() {
                    let message = format!("only a list has places, this is {shape}");
                    self.problem(TextProblem::new(sides[0].range.clone(), message));
                }
                Shape::Unknown
            }
        };
        self.wants(&sides[1], &[Shape::Integer], "a place in a list is");
        Typed { range, shape, form: Form::Index(Box::new(sides)) }
    }

    fn boolean(&mut self, term: &'e Term) -> Typed<'e> {
        let typed = self.term(term);
        if !typed.shape.fits(&Shape::Boolean) {
            let message = format!("a condition is wanted here, this is {}", typed.shape);
            let problem = TextProblem::new(typed.range.clone(), message);
            self.problem(match &typed.shape {
                Shape::Integer | Shape::Number => problem.help("compare it: `… > 0`"),
                Shape::Text => problem.help("compare it: `… == \"text\"`, or ask `has(…)`"),
                Shape::List(_) => problem.help("ask for its size: `size(…) > 0`"),
                _ => problem.help("ask whether it is there: `has(…)`"),
            });
        }
        typed
    }

    fn wants(&mut self, typed: &Typed<'e>, wanted: &[Shape], who: &str) {
        if !wanted.iter().any(|wanted| typed.shape.fits(wanted)) {
            let words: Vec<String> = wanted.iter().map(ToString::to_string).collect();
            let wanted = match words.as_slice() {
                [words @ .., last] if !words.is_empty() => {
                    format!("{} or {last}", words.join(", "))
                }
                words => words.concat(),
            };
            let message = format!("{who} {wanted}, this is {}", typed.shape);
            self.problem(TextProblem::new(typed.range.clone(), message));
        }
    }

    /// Finds the type that all have.
    fn common(&mut self, values: &[Typed<'e>], what: &str) -> Shape {
        let mut common = Shape::Nothing;
        for value in values {
            match common.common(&value.shape) {
                Some(shape) => common = shape,
                None => {
                    let message =
                        format!("{what} are of different types: {common} and {}", value.shape);
                    self.problem(TextProblem::new(value.range.clone(), message));
                    return Shape::Unknown;
                }
            }
        }
        common
    }

    pub(super) fn problem(&mut self, problem: TextProblem) {
        self.problems.push(problem);
    }
}

fn no_date(range: Range<usize>, text: &str) -> TextProblem {
    TextProblem::new(range, format!("`{text}` is no date")).help("a date is written `2026-01-31`")
}
