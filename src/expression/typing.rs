//! Finds the type of every part of an expression, and tells what does not fit together.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use super::Subject;
use super::cell::Cell;
use super::compile::check_pattern;
use super::functions::Function;
use super::names::{ATTRIBUTES, Owner};
use super::shape::Shape;
use super::term::{Comparison, Ident, Operator, Term, Walk, What};
use super::typed::{Form, Typed};
use crate::diagnostic::{TextProblem, nearest};
use crate::graph::{Date, Graph, Table};

/// How deep walks over lists may stand in each other.
const MOST_WALKS: usize = 4;

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

    fn binary(
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
    fn read_date(&mut self, side: &mut Typed<'e>) {
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

    fn call(&mut self, function: Function, terms: &'e [Term], range: Range<usize>) -> Typed<'e> {
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

    fn walk(
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
