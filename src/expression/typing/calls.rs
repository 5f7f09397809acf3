//! The types of calls and walks.

use std::ops::Range;

use super::{Data, Typing, no_date};
use crate::diagnostic::{TextProblem, nearest};
use crate::expression::Subject;
use crate::expression::compile::check_pattern;
use crate::expression::functions::Function;
use crate::expression::shape::Shape;
use crate::expression::term::{Ident, Term, Walk};
use crate::expression::typed::{Form, Typed};
use crate::graph::Date;

/// How deep walks over lists may stand in each other.
const MOST_WALKS: usize = 4;

impl<'e> Typing<'e, '_> {
    pub(super) fn call(
        &mut self,
        function: Function,
        terms: &'e [Term],
        range: Range<usize>,
    ) -> Typed<'e> {
        let row = function.row();
        let mut arguments: Vec<Typed<'e>> = terms.iter().map(|term| self.term(term)).collect();
        if function == Function::Inside && arguments.len() == 1 {
            match self.subject {
                Subject::Node => {
                    let own = Typed { range: range.clone(), shape: Shape::Node, form: Form::Own };
                    arguments.insert(0, own);
                }
                _ => {
                    let problem = TextProblem::new(range.clone(), "which node is meant?");
                    self.problem(match self.subject {
                        Subject::Edge => problem.help("write `source.inside(\"…\")`"),
                        _ => problem.help("a table has no nodes"),
                    });
                    return Typed { range, shape: Shape::Boolean, form: Form::Broken };
                }
            }
        }
        for (at, argument) in arguments.iter().enumerate() {
            let wanted = function.takes(at);
            if !wanted.is_empty() {
                self.wants(argument, wanted, &format!("`{}` needs", row.name));
            }
        }
        let shape = match function {
            Function::Abs => arguments[0].shape.or_unknown(Shape::is_number),
            Function::Coalesce => self.common(&arguments, "the values"),
            Function::Min | Function::Max => self.extreme(&arguments),
            Function::Date => {
                if let Some(text) = arguments[0].constant_text() {
                    let mut date = arguments[0].clone();
                    if Date::parse(text).is_some() {
                        self.read_date(&mut date);
                        return Typed { range, ..date };
                    }
                    let problem = no_date(date.range.clone(), text);
                    self.problem(problem);
                }
                Shape::Date
            }
            Function::Double => Shape::Number,
            Function::Int | Function::Round => Shape::Integer,
            Function::Size => {
                let shape = &arguments[0].shape;
                if !matches!(shape, Shape::Text | Shape::List(_)) && !shape.is_open() {
                    let message = format!("`size` needs a text or a list, this is {shape}");
                    self.problem(TextProblem::new(arguments[0].range.clone(), message));
                }
                Shape::Integer
            }
            Function::Split => Shape::List(Box::new(Shape::Text)),
            Function::Join => {
                let texts = Shape::List(Box::new(Shape::Text));
                let shape = &arguments[0].shape;
                if !shape.fits(&texts) {
                    let message = format!("`join` needs a list of texts, this is {shape}");
                    let problem = TextProblem::new(arguments[0].range.clone(), message);
                    self.problem(problem.help("`list.map(x, string(x))` makes texts"));
                }
                Shape::Text
            }
            Function::LowerAscii
            | Function::Replace
            | Function::String
            | Function::Substring
            | Function::Trim
            | Function::UpperAscii => Shape::Text,
            Function::Matches => {
                self.pattern(&arguments[1]);
                Shape::Boolean
            }
            Function::Inside => {
                self.partition(&arguments[1]);
                Shape::Boolean
            }
            Function::Contains | Function::EndsWith | Function::StartsWith | Function::Has => {
                Shape::Boolean
            }
        };
        Typed { range, shape, form: Form::Call(function, arguments) }
    }

    /// Finds the type of the least or greatest of some values, or of the items of one list.
    fn extreme(&mut self, arguments: &[Typed<'e>]) -> Shape {
        let shape = match arguments {
            [Typed { shape: Shape::List(item), .. }] => (**item).clone(),
            values => self.common(values, "the values"),
        };
        if matches!(shape, Shape::Node | Shape::List(_)) {
            let range = arguments[0].range.clone();
            self.problem(TextProblem::new(range, format!("{shape} has no order")));
            return Shape::Unknown;
        }
        shape
    }

    fn pattern(&mut self, argument: &Typed<'e>) {
        let range = argument.range.clone();
        match argument.constant_text() {
            Some(pattern) => {
                if let Err(reason) = check_pattern(pattern) {
                    let problem =
                        TextProblem::new(range, format!("the pattern is wrong: {reason}"));
                    self.problem(
                        problem.help("a backslash is written `\\\\`, or `r\"…\"` is used"),
                    );
                }
            }
            None if matches!(argument.form, Form::Broken) => {}
            None => {
                let problem = TextProblem::new(range, "a pattern is a text in quotes");
                self.problem(
                    problem.help("write `text.matches(\"^a.*\")`, or `text.contains(other)`"),
                );
            }
        }
    }

    fn partition(&mut self, argument: &Typed<'e>) {
        let range = argument.range.clone();
        let Some(id) = argument.constant_text() else {
            let problem = TextProblem::new(range, "`inside` needs the id of a partition in quotes");
            return self.problem(problem.help("write `inside(\"payments\")`"));
        };
        if let Data::Graph(graph) = self.data {
            let found = graph.find_node(id);
            if found.is_none() {
                let problem = TextProblem::new(range, format!("there is no node `{id}`"));
                let partitions = graph.nodes().filter(|node| node.is_partition());
                let near = nearest(id, partitions.map(|node| node.id()));
                self.problem(match near {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None => problem,
                });
            }
        }
    }

    pub(super) fn walk(
        &mut self,
        walk: Walk,
        list: &'e Term,
        name: &'e Ident,
        body: &'e Term,
        range: Range<usize>,
    ) -> Typed<'e> {
        let list = self.term(list);
        let item = match &list.shape {
            Shape::List(item) => (**item).clone(),
            shape => {
                if !shape.is_open() {
                    let message = format!("only a list can be walked, this is {shape}");
                    let problem = TextProblem::new(list.range.clone(), message);
                    self.problem(problem.help("such as `children.exists(c, c.layer == \"db\")`"));
                }
                Shape::Unknown
            }
        };
        if self.locals.len() >= MOST_WALKS {
            let message = format!("more than {MOST_WALKS} walks over lists stand in each other");
            self.problem(TextProblem::new(name.range.clone(), message));
        }
        self.locals.push((&name.name, item.clone()));
        let body = match walk {
            Walk::Map => self.term(body),
            _ => self.boolean(body),
        };
        self.locals.pop();
        let shape = match walk {
            Walk::Exists | Walk::ExistsOne | Walk::All => Shape::Boolean,
            Walk::Filter => Shape::List(Box::new(item)),
            Walk::Map => Shape::List(Box::new(body.shape.clone())),
        };
        Typed { range, shape, form: Form::Walk(walk, Box::new([list, body])) }
    }
}
