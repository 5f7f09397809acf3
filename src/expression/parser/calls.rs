//! Reads calls of functions and walks, once their names are known.

use std::ops::Range;

use super::Parser;
use crate::diagnostic::TextProblem;
use crate::expression::functions::{FUNCTIONS, Form, Row};
use crate::expression::lexer::Lexeme;
use crate::expression::term::{Ident, Term, Walk, What};

impl Parser<'_> {
    /// Reads the arguments of a function that stands alone; its bracket is open.
    pub(super) fn call(&mut self, name: &Ident) -> Term {
        let (arguments, end) = self.list(")", "the call");
        let range = name.range.start..end;
        if Walk::ALL.iter().any(|(word, _)| *word == name.name) {
            let message = format!("`{0}` is called on a list: `list.{0}(x, …)`", name.name);
            self.problem(TextProblem::new(name.range.clone(), message));
            return self.broken();
        }
        match self.function(name) {
            Some(row) if row.form == Form::OnValue => {
                let message = format!("`{}` is called on a value", name.name);
                let problem = TextProblem::new(name.range.clone(), message);
                self.problem(problem.help(format!("write `{}`", row.usage)));
                self.broken()
            }
            Some(row) => self.called(range, name, row, arguments),
            None => self.broken(),
        }
    }

    /// Reads the arguments of a function that is called on a value; its bracket is open.
    pub(super) fn method(&mut self, object: Term, name: &Ident) -> Term {
        let start = object.range.start;
        let walk = Walk::ALL.iter().find(|(word, _)| *word == name.name);
        let (mut arguments, end) = self.list(")", "the call");
        if let Some((_, walk)) = walk {
            return self.walk(*walk, object, name, arguments, start..end);
        }
        match self.function(name) {
            Some(row) if row.form == Form::Alone => {
                let message = format!("`{}` is not called on a value", name.name);
                let problem = TextProblem::new(name.range.clone(), message);
                self.problem(problem.help(format!("write `{}`", row.usage)));
                self.broken()
            }
            Some(row) => {
                arguments.insert(0, object);
                self.called(start..end, name, row, arguments)
            }
            None => self.broken(),
        }
    }

    fn called(
        &mut self,
        range: Range<usize>,
        name: &Ident,
        row: &'static Row,
        arguments: Vec<Term>,
    ) -> Term {
        let (least, most) = row.arguments;
        if !(least..=most).contains(&arguments.len()) {
            let message = format!("`{}` got the wrong number of arguments", name.name);
            let problem = TextProblem::new(name.range.clone(), message);
            self.problem(problem.help(format!("write `{}`", row.usage)));
            return self.broken();
        }
        let depth = arguments.iter().map(|argument| argument.depth).max().unwrap_or(0);
        self.make(range, depth, What::Call(row.function, arguments))
    }

    fn walk(
        &mut self,
        walk: Walk,
        object: Term,
        name: &Ident,
        arguments: Vec<Term>,
        range: Range<usize>,
    ) -> Term {
        let word = &name.name;
        let count = arguments.len();
        let mut arguments = arguments.into_iter();
        let (variable, first, second) = (arguments.next(), arguments.next(), arguments.next());
        let ident = variable.and_then(|term| match term.what {
            What::Name(name) => Some(Ident { name, range: term.range }),
            _ => None,
        });
        let (ident, body) = match (ident, first) {
            (Some(ident), Some(body)) if count == 2 || (count == 3 && walk == Walk::Map) => {
                (ident, body)
            }
            _ => {
                let message = format!("`{word}` takes a name for an item, and what it asks of it");
                let problem = TextProblem::new(name.range.clone(), message);
                let usage = match walk {
                    Walk::Map => "write `list.map(x, x.label)`".to_owned(),
                    _ => format!("write `list.{word}(x, x.weight > 1)`"),
                };
                self.problem(problem.help(usage));
                return self.broken();
            }
        };
        let depth = object.depth.max(body.depth);
        let Some(made) = second else {
            let what = What::Walk(walk, Box::new(object), ident, Box::new(body));
            return self.make(range, depth, what);
        };
        // `map(x, condition, value)` is a filter, then a map.
        let what = What::Walk(Walk::Filter, Box::new(object), ident.clone(), Box::new(body));
        let kept = self.make(range.clone(), depth, what);
        let depth = kept.depth.max(made.depth);
        self.make(range, depth, What::Walk(Walk::Map, Box::new(kept), ident, Box::new(made)))
    }

    fn function(&mut self, name: &Ident) -> Option<&'static Row> {
        let row = FUNCTIONS.iter().find(|row| row.name == name.name);
        if row.is_none() {
            let message = format!("there is no function `{}`", name.name);
            let problem = TextProblem::new(name.range.clone(), message);
            let known = FUNCTIONS.iter().map(|row| row.name);
            let known = known.chain(Walk::ALL.iter().map(|(word, _)| *word));
            self.problem(match name.name.as_str() {
                "len" | "length" | "count" => problem.help("write `size(…)`"),
                "lower" | "toLowerCase" | "lowercase" => problem.help("write `text.lowerAscii()`"),
                "upper" | "toUpperCase" | "uppercase" => problem.help("write `text.upperAscii()`"),
                "not" => problem.help("write `!`"),
                _ => problem.did_you_mean(&name.name, known),
            });
        }
        row
    }

    /// Reads what stands between brackets, the first of which was taken.
    pub(super) fn list(&mut self, closing: &'static str, what: &str) -> (Vec<Term>, usize) {
        let mut items = Vec::new();
        while self.peek() != &Lexeme::Sign(closing) {
            items.push(self.expression());
            if !self.takes(",") {
                break;
            }
        }
        (items, self.close(closing, what))
    }

    pub(super) fn close(&mut self, closing: &'static str, what: &str) -> usize {
        let end = self.range().end;
        if self.takes(closing) {
            return end;
        }
        let (range, found) = (self.range(), self.shown());
        let message = format!("expected `{closing}` to close {what}, found {found}");
        self.problem(TextProblem::new(range, message));
        end
    }
}
