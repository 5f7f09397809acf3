//! Tokens to a tree, by operator precedence; goes on after a mistake, to find the next one.

mod calls;

use std::ops::Range;

use super::lexer::{Lexeme, Token, tokens};
use super::term::{Comparison, DEEPEST, Ident, Operator, Term, What};
use crate::diagnostic::TextProblem;

/// How long an expression may be, in bytes.
const LONGEST: usize = 64 << 10;

/// How many problems of one expression are told.
const MOST_PROBLEMS: usize = 20;

/// Reads an expression.
pub(super) fn parse(text: &str) -> Result<Term, Vec<TextProblem>> {
    if text.len() > LONGEST {
        let message = format!("an expression has at most {LONGEST} bytes, this one {}", text.len());
        return Err(vec![TextProblem::new(0..0, message)]);
    }
    let mut problems = Vec::new();
    let tokens = tokens(text, &mut problems);
    let mut parser = Parser { text, tokens, at: 0, nesting: 0, problems, is_stopped: false };
    let term = parser.whole();
    let Parser { mut problems, .. } = parser;
    if problems.is_empty() {
        return Ok(term);
    }
    problems.sort_by_key(|problem| problem.range.start);
    problems.truncate(MOST_PROBLEMS);
    Err(problems)
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    at: usize,
    nesting: u16,
    problems: Vec<TextProblem>,
    /// Whether it nests too deep, so that nothing more is read.
    is_stopped: bool,
}

impl Parser<'_> {
    fn whole(&mut self) -> Term {
        if self.peek() == &Lexeme::End {
            let problem = TextProblem::new(0..self.text.len(), "an expression is missing");
            self.problem(problem.help("write a condition such as `layer == \"service\"`"));
            return self.broken();
        }
        let term = self.expression();
        if self.peek() != &Lexeme::End {
            let sign = self.shown();
            let range = self.range();
            self.problem(TextProblem::new(range, format!("{sign} closes nothing")));
        }
        term
    }

    /// Reads `a`, or `a ? b : c`, up to what closes it.
    fn expression(&mut self) -> Term {
        if !self.enter() {
            return self.broken();
        }
        let mut term = self.conditional();
        while !self.is_at_close() {
            self.unexpected();
            self.skip();
            term = self.broken();
            if self.takes("&&") || self.takes("||") || self.takes("?") || self.takes(":") {
                self.conditional();
            }
        }
        self.nesting -= 1;
        term
    }

    fn conditional(&mut self) -> Term {
        let condition = self.binary(0);
        if !self.takes("?") {
            return condition;
        }
        if !self.enter() {
            return self.broken();
        }
        let yes = self.conditional();
        if !self.takes(":") {
            let range = self.range();
            let found = self.shown();
            let message = format!("expected `:` and the other value, found {found}");
            let problem = TextProblem::new(range, message);
            self.problem(problem.help("write `condition ? value : other`"));
        }
        let no = self.conditional();
        self.nesting -= 1;
        let range = condition.range.start..no.range.end;
        let depth = condition.depth.max(yes.depth).max(no.depth);
        self.make(range, depth, What::Choice(Box::new([condition, yes, no])))
    }

    /// Reads operators that bind stronger than `least`.
    fn binary(&mut self, least: u8) -> Term {
        let mut left = self.unary();
        while let Some((strength, sign)) = self.operator()
            && strength > least
        {
            self.advance();
            let right = self.binary(strength);
            let range = left.range.start..right.range.end;
            let depth = left.depth.max(right.depth);
            // What joins a chain is no deeper for that.
            let joined = left.depth.max(right.depth + 1);
            left = match (sign, left.what) {
                (Sign::Every, What::Every(mut terms)) => {
                    terms.push(right);
                    Term { range, depth: joined, what: What::Every(terms) }
                }
                (Sign::Any, What::Any(mut terms)) => {
                    terms.push(right);
                    Term { range, depth: joined, what: What::Any(terms) }
                }
                (sign, what) => {
                    let pair = [Term { what, ..left }, right];
                    let what = match sign {
                        Sign::Every => What::Every(pair.into()),
                        Sign::Any => What::Any(pair.into()),
                        Sign::Operator(operator) => What::Binary(operator, Box::new(pair)),
                    };
                    self.make(range, depth, what)
                }
            };
            if left.depth > DEEPEST {
                return self.too_deep(left.range);
            }
        }
        left
    }

    fn operator(&self) -> Option<(u8, Sign)> {
        use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
        let compare = |comparison| (3, Sign::Operator(Operator::Compare(comparison)));
        Some(match self.peek() {
            Lexeme::Sign("||") => (1, Sign::Any),
            Lexeme::Sign("&&") => (2, Sign::Every),
            Lexeme::Sign("==") => compare(Equal),
            Lexeme::Sign("!=") => compare(NotEqual),
            Lexeme::Sign("<") => compare(Less),
            Lexeme::Sign("<=") => compare(LessOrEqual),
            Lexeme::Sign(">") => compare(Greater),
            Lexeme::Sign(">=") => compare(GreaterOrEqual),
            Lexeme::Name if self.word() == "in" => (3, Sign::Operator(Operator::In)),
            Lexeme::Sign("+") => (4, Sign::Operator(Operator::Add)),
            Lexeme::Sign("-") => (4, Sign::Operator(Operator::Subtract)),
            Lexeme::Sign("*") => (5, Sign::Operator(Operator::Multiply)),
            Lexeme::Sign("/") => (5, Sign::Operator(Operator::Divide)),
            Lexeme::Sign("%") => (5, Sign::Operator(Operator::Remainder)),
            _ => return None,
        })
    }

    fn unary(&mut self) -> Term {
        let start = self.range().start;
        let is_not = self.peek() == &Lexeme::Sign("!");
        if !is_not && self.peek() != &Lexeme::Sign("-") {
            return self.postfix();
        }
        if !self.enter() {
            return self.broken();
        }
        self.advance();
        let term = if !is_not && let Lexeme::Integer(number) = *self.peek() {
            // The lowest integer has no positive counterpart, so its sign is part of it.
            let range = start..self.range().end;
            self.advance();
            let number = (number as i64).wrapping_neg();
            let term = Term { range, depth: 0, what: What::Integer(number) };
            self.suffixes(term)
        } else {
            let inner = self.unary();
            let (range, depth) = (start..inner.range.end, inner.depth);
            let inner = Box::new(inner);
            self.make(range, depth, if is_not { What::Not(inner) } else { What::Negative(inner) })
        };
        self.nesting -= 1;
        term
    }

    fn postfix(&mut self) -> Term {
        let term = self.primary();
        self.suffixes(term)
    }

    fn suffixes(&mut self, mut term: Term) -> Term {
        loop {
            let start = term.range.start;
            if self.takes(".") {
                if self.peek() != &Lexeme::Name {
                    let (range, found) = (self.range(), self.shown());
                    let message = format!("expected a name after `.`, found {found}");
                    self.problem(TextProblem::new(range, message));
                    self.skip();
                    return self.broken();
                }
                let name = self.ident();
                if self.takes("(") {
                    term = self.method(term, &name);
                } else {
                    let (range, depth) = (start..name.range.end, term.depth);
                    term = self.make(range, depth, What::Member(Box::new(term), name));
                }
            } else if self.takes("[") {
                let index = self.expression();
                let end = self.close("]", "the index");
                let depth = term.depth.max(index.depth);
                let what = What::Index(Box::new(term), Box::new(index));
                term = self.make(start..end, depth, what);
            } else {
                return term;
            }
        }
    }

    fn primary(&mut self) -> Term {
        let range = self.range();
        let what = match self.peek().clone() {
            Lexeme::Integer(number) => match i64::try_from(number) {
                Ok(number) => What::Integer(number),
                Err(_) => {
                    let message = format!("`{number}` is too large for an integer of 64 bits");
                    self.problem(TextProblem::new(range.clone(), message));
                    What::Broken
                }
            },
            Lexeme::Number(number) => What::Number(number),
            Lexeme::Text(text) => What::Text(text),
            // What is broken has been told.
            Lexeme::Broken => {
                self.skip();
                return self.broken();
            }
            Lexeme::Sign("(") => {
                self.advance();
                let inner = self.expression();
                let end = self.close(")", "the parenthesis");
                // Brackets keep a chain from growing; the range shows them.
                return Term { range: range.start..end, ..inner };
            }
            Lexeme::Sign("[") => {
                self.advance();
                let (items, end) = self.list("]", "the list");
                let depth = items.iter().map(|item| item.depth).max().unwrap_or(0);
                return self.make(range.start..end, depth, What::List(items));
            }
            Lexeme::Name => match self.word() {
                "true" => What::Boolean(true),
                "false" => What::Boolean(false),
                "null" => What::Null,
                "in" => return self.no_value(),
                "not" if self.starts_value(self.at + 1) => {
                    self.problem(TextProblem::new(range, "`not` is no operator").help("write `!`"));
                    self.advance();
                    return self.unary();
                }
                _ => {
                    let name = self.ident();
                    if self.takes("(") {
                        return self.call(&name);
                    }
                    return Term { range, depth: 0, what: What::Name(name.name) };
                }
            },
            _ => return self.no_value(),
        };
        self.advance();
        Term { range, depth: 0, what }
    }

    /// Says that a value is missing here.
    fn no_value(&mut self) -> Term {
        let (range, found) = (self.range(), self.shown());
        let problem = TextProblem::new(range, format!("expected a value, found {found}"));
        self.problem(match self.peek() {
            Lexeme::Sign("=") => problem.help("equality is `==`"),
            _ => problem,
        });
        self.skip();
        self.broken()
    }

    /// Says that an operator is missing here, or a wrong one is.
    fn unexpected(&mut self) {
        let range = self.range();
        if self.peek() == &Lexeme::Broken {
            return;
        }
        let found = self.shown();
        let problem = TextProblem::new(range, format!("expected an operator, found {found}"));
        let help = match (self.peek(), self.word()) {
            (Lexeme::Sign("="), _) => "equality is `==`",
            (Lexeme::Sign("&"), _) => "both conditions hold: `&&`",
            (Lexeme::Sign("|"), _) => "one condition holds: `||`",
            (Lexeme::Name, "and" | "AND") => "both conditions hold: `&&`",
            (Lexeme::Name, "or" | "OR") => "one condition holds: `||`",
            (Lexeme::Name, "is") => "equality is `==`",
            (Lexeme::Name, "like" | "LIKE") => "write `text.contains(\"part\")`",
            (Lexeme::Name, "IN") => "write `in`",
            (Lexeme::Name, "not" | "NOT") => "write `!(x in […])`",
            (Lexeme::Name, "if") => "write `condition ? value : other`",
            _ => return self.problem(problem),
        };
        self.problem(problem.help(help));
    }

    /// Skips what cannot be understood, up to what closes it or joins it to the next condition.
    fn skip(&mut self) {
        let mut open = 0;
        while self.peek() != &Lexeme::End {
            match self.peek() {
                Lexeme::Sign("(" | "[") => open += 1,
                Lexeme::Sign(")" | "]") if open > 0 => open -= 1,
                Lexeme::Sign(")" | "]" | "," | "&&" | "||" | "?" | ":") if open == 0 => return,
                _ => {}
            }
            self.advance();
        }
    }

    fn is_at_close(&self) -> bool {
        matches!(self.peek(), Lexeme::End | Lexeme::Sign(")" | "]" | ","))
    }

    fn starts_value(&self, at: usize) -> bool {
        match self.tokens.get(at).map(|token| &token.what) {
            Some(Lexeme::Name) => {
                self.tokens.get(at).is_some_and(|t| &self.text[t.range.clone()] != "in")
            }
            Some(Lexeme::Integer(_) | Lexeme::Number(_) | Lexeme::Text(_)) => true,
            _ => false,
        }
    }

    fn make(&mut self, range: Range<usize>, depth: u16, what: What) -> Term {
        if depth >= DEEPEST {
            return self.too_deep(range);
        }
        Term { range, depth: depth + 1, what }
    }

    /// Goes one level down; says no where that would be too deep.
    fn enter(&mut self) -> bool {
        if self.nesting >= DEEPEST {
            let range = self.range();
            self.too_deep(range);
            return false;
        }
        self.nesting += 1;
        true
    }

    fn too_deep(&mut self, range: Range<usize>) -> Term {
        let message = format!("this nests deeper than {DEEPEST} levels");
        // A long range says nothing.
        let at = range.end.saturating_sub(1).max(range.start)..range.end;
        self.problem(TextProblem::new(at, message).help("split it into several steps"));
        self.is_stopped = true;
        self.at = self.tokens.len() - 1;
        self.broken()
    }

    fn problem(&mut self, problem: TextProblem) {
        if !self.is_stopped {
            self.problems.push(problem);
        }
    }

    fn broken(&self) -> Term {
        Term { range: self.range(), depth: 0, what: What::Broken }
    }

    fn ident(&mut self) -> Ident {
        let ident = Ident { name: self.word().to_owned(), range: self.range() };
        self.advance();
        ident
    }

    fn takes(&mut self, sign: &'static str) -> bool {
        let is_there = self.peek() == &Lexeme::Sign(sign);
        if is_there {
            self.advance();
        }
        is_there
    }

    fn advance(&mut self) {
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
    }

    fn peek(&self) -> &Lexeme {
        // The last token is the end, which nothing goes past.
        &self.tokens[self.at].what
    }

    fn range(&self) -> Range<usize> {
        self.tokens[self.at].range.clone()
    }

    fn word(&self) -> &str {
        &self.text[self.range()]
    }

    /// Says what stands here, for "expected …, found …".
    fn shown(&self) -> String {
        match self.peek() {
            Lexeme::End => "the end".to_owned(),
            _ => format!("`{}`", self.word()),
        }
    }
}

/// What joins two terms.
enum Sign {
    Every,
    Any,
    Operator(Operator),
}
