//! The functions; the only file that names the crate for patterns.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::Range;

use memchr::memmem::Finder;
use regex::Regex;

use super::arithmetic::{integer, number};
use super::run::{Frame, Get, Outcome, Test, fault};
use super::{Cell, Compiler, Data};
use crate::expression::cell::order;
use crate::expression::functions::Function;
use crate::expression::typed::{Form, Typed};
use crate::graph::{Bits, Date};

/// Says why a pattern is none.
pub(crate) fn check_pattern(pattern: &str) -> Result<(), String> {
    Regex::new(pattern).map(|_| ()).map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "it stands for too much".to_owned(),
        // Its last line is the reason; those before show the pattern.
        error => {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default();
            last.trim().trim_start_matches("error: ").to_owned()
        }
    })
}

impl<'g> Compiler<'g> {
    /// Makes a call that gives a truth value.
    pub(super) fn asked(&mut self, function: Function, arguments: &[Typed<'g>]) -> Test<'g> {
        let first = match arguments.first() {
            Some(first) => self.value(first),
            None => return Box::new(|_| Ok(false)),
        };
        match function {
            Function::Has => Box::new(move |frame| Ok(first(frame)? != Cell::Null)),
            Function::Inside => {
                let within = self.within(&arguments[1]);
                Box::new(move |frame| match first(frame)? {
                    Cell::Node(node) => Ok(within.get(node.0 as usize)),
                    _ => Ok(false),
                })
            }
            Function::Matches => {
                let pattern = arguments[1].constant_text();
                // What is no pattern has been told.
                match pattern.and_then(|pattern| Regex::new(pattern).ok()) {
                    Some(pattern) => Box::new(move |frame| match first(frame)? {
                        Cell::Text(text) => Ok(pattern.is_match(&text)),
                        _ => Ok(false),
                    }),
                    None => Box::new(|_| Ok(false)),
                }
            }
            Function::Contains if let Some(part) = arguments[1].constant_text() => {
                let finder = Finder::new(part.as_bytes()).into_owned();
                Box::new(move |frame| match first(frame)? {
                    Cell::Text(text) => Ok(finder.find(text.as_bytes()).is_some()),
                    _ => Ok(false),
                })
            }
            Function::Contains | Function::StartsWith | Function::EndsWith => {
                let second = self.value(&arguments[1]);
                let test = match function {
                    Function::Contains => |text: &str, part: &str| text.contains(part),
                    Function::StartsWith => |text: &str, part: &str| text.starts_with(part),
                    _ => |text: &str, part: &str| text.ends_with(part),
                };
                Box::new(move |frame| match (first(frame)?, second(frame)?) {
                    (Cell::Text(text), Cell::Text(part)) => Ok(test(&text, &part)),
                    _ => Ok(false),
                })
            }
            _ => {
                let value = self.call(function, arguments, 0..0);
                Box::new(move |frame| Ok(value(frame)? == Cell::Boolean(true)))
            }
        }
    }

    /// Makes a call that gives another value. A function of null is null, but for those that
    /// choose among values.
    pub(super) fn call(
        &mut self,
        function: Function,
        arguments: &[Typed<'g>],
        range: Range<usize>,
    ) -> Get<'g> {
        if function == Function::Size
            && let Some(Form::Children(node)) = arguments.first().map(|first| &first.form)
            && let Some(graph) = self.graph()
        {
            let (node, hierarchy) = (self.value(node), self.hierarchy(graph));
            return Box::new(move |frame| match node(frame)? {
                Cell::Node(node) => Ok(Cell::Integer(hierarchy.children(node).len() as i64)),
                _ => Ok(Cell::Null),
            });
        }
        let mut values: Vec<Get<'g>> =
            arguments.iter().map(|argument| self.value(argument)).collect();
        match function {
            Function::Coalesce => Box::new(move |frame| {
                for value in &values {
                    match value(frame)? {
                        Cell::Null => {}
                        cell => return Ok(cell),
                    }
                }
                Ok(Cell::Null)
            }),
            Function::Min => extreme(values, Ordering::Less),
            Function::Max => extreme(values, Ordering::Greater),
            _ => {
                // At most three arguments are taken, as the table of functions says.
                let third = (values.len() > 2).then(|| values.pop()).flatten();
                let second = (values.len() > 1).then(|| values.pop()).flatten();
                let Some(first) = values.pop() else { return Box::new(|_| Ok(Cell::Null)) };
                let get = |value: &Option<Get<'g>>, frame: &Frame<'_, 'g>| match value {
                    Some(value) => value(frame).map(Some),
                    None => Ok(None),
                };
                Box::new(move |frame| {
                    let (a, b, c) = (first(frame)?, get(&second, frame)?, get(&third, frame)?);
                    if a == Cell::Null || b == Some(Cell::Null) || c == Some(Cell::Null) {
                        return Ok(Cell::Null);
                    }
                    apply(function, frame, a, b, c, &range)
                })
            }
        }
    }

    /// Returns which nodes a partition holds, however deep.
    fn within(&mut self, id: &Typed<'g>) -> Bits {
        let Data::Graph(graph) = self.data else { return Bits::default() };
        let hierarchy = self.hierarchy(graph);
        let mut within = Bits::all(graph.node_count(), false);
        let node = id.constant_text().and_then(|id| graph.find_node(id));
        let mut rest: Vec<_> = node.into_iter().map(|node| node.index()).collect();
        while let Some(node) = rest.pop() {
            for child in hierarchy.children(node) {
                within.set(child.0 as usize, true);
                rest.push(*child);
            }
        }
        within
    }
}

/// Makes the least or greatest of some values, or of the items of one list; null is left out.
fn extreme<'g>(values: Vec<Get<'g>>, wanted: Ordering) -> Get<'g> {
    let better = move |best: Cell<'g>, cell: Cell<'g>| match (&best, &cell) {
        (Cell::Null, _) => cell,
        _ if order(&cell, &best) == Some(wanted) => cell,
        _ => best,
    };
    Box::new(move |frame| {
        let mut best = Cell::Null;
        for value in &values {
            match value(frame)? {
                Cell::List(items) => best = items.iter().cloned().fold(best, better),
                cell => best = better(best, cell),
            }
        }
        Ok(best)
    })
}

/// Applies a function to arguments of which none is null.
fn apply<'g>(
    function: Function,
    frame: &Frame<'_, 'g>,
    a: Cell<'g>,
    b: Option<Cell<'g>>,
    c: Option<Cell<'g>>,
    range: &Range<usize>,
) -> Outcome<'g> {
    Ok(match (function, a, b, c) {
        (Function::Abs, Cell::Integer(number), ..) => return integer(number.checked_abs(), range),
        (Function::Abs, Cell::Number(number), ..) => Cell::Number(number.abs()),
        (Function::Round | Function::Int, Cell::Integer(number), ..) => Cell::Integer(number),
        (Function::Round, Cell::Number(number), ..) => return whole(number.round(), range),
        (Function::Int, Cell::Number(number), ..) => return whole(number.trunc(), range),
        (Function::Int, Cell::Text(text), ..) => match text.parse() {
            Ok(number) => Cell::Integer(number),
            Err(_) => return Err(fault(range, format!("`{text}` is no integer"))),
        },
        (Function::Double, Cell::Integer(number), ..) => Cell::Number(number as f64),
        (Function::Double, Cell::Number(number), ..) => Cell::Number(number),
        (Function::Double, Cell::Text(text), ..) => match text.parse::<f64>() {
            Ok(found) if found.is_finite() => return number(found, range),
            _ => return Err(fault(range, format!("`{text}` is no number"))),
        },
        (Function::Date, Cell::Date(date), ..) => Cell::Date(date),
        (Function::Date, Cell::Text(text), ..) => match Date::parse(&text) {
            Some(date) => Cell::Date(date),
            None => return Err(fault(range, format!("`{text}` is no date"))),
        },
        (Function::String, text @ Cell::Text(_), ..) => text,
        (Function::String, cell, ..) => made(frame, cell.to_string(), range)?,
        (Function::Size, Cell::Text(text), ..) => Cell::Integer(text.chars().count() as i64),
        (Function::Size, Cell::List(items), ..) => Cell::Integer(items.len() as i64),
        (Function::LowerAscii, Cell::Text(text), ..) => {
            made(frame, text.to_ascii_lowercase(), range)?
        }
        (Function::UpperAscii, Cell::Text(text), ..) => {
            made(frame, text.to_ascii_uppercase(), range)?
        }
        (Function::Trim, Cell::Text(text), ..) => {
            let trimmed = text.trim();
            part(&text, text.len() - text.trim_start().len(), trimmed.len())
        }
        (Function::Substring, Cell::Text(text), Some(Cell::Integer(from)), to) => {
            let to = match to {
                Some(Cell::Integer(to)) => to,
                _ => i64::MAX,
            };
            let place = |at: i64| {
                let at = usize::try_from(at).unwrap_or(0);
                text.char_indices().nth(at).map_or(text.len(), |(at, _)| at)
            };
            let (start, end) = (place(from), place(to));
            part(&text, start, end.saturating_sub(start))
        }
        (Function::Replace, Cell::Text(text), Some(Cell::Text(old)), Some(Cell::Text(new))) => {
            let count = text.matches(&*old).count();
            let size = text.len() - count * old.len() + count.saturating_mul(new.len());
            frame.pay_text(size, range)?;
            Cell::Text(Cow::Owned(text.replace(&*old, &new)))
        }
        (Function::Split, Cell::Text(text), Some(Cell::Text(by)), _) => {
            return split(frame, &text, &by, range);
        }
        (Function::Join, Cell::List(items), by, _) => {
            let by = match &by {
                Some(Cell::Text(by)) => by.as_ref(),
                _ => "",
            };
            let texts = || {
                items.iter().filter_map(|item| match item {
                    Cell::Text(text) => Some(text.as_ref()),
                    _ => None,
                })
            };
            let size = texts().map(|text| text.len() + by.len()).sum();
            frame.pay_text(size, range)?;
            Cell::Text(Cow::Owned(texts().collect::<Vec<_>>().join(by)))
        }
        _ => Cell::Null,
    })
}

fn made<'g>(frame: &Frame<'_, 'g>, text: String, range: &Range<usize>) -> Outcome<'g> {
    frame.pay_text(text.len(), range)?;
    Ok(Cell::Text(Cow::Owned(text)))
}

/// Returns a part of a text, without a copy where the text is a column's.
fn part<'g>(text: &Cow<'g, str>, start: usize, length: usize) -> Cell<'g> {
    let range = start..start + length;
    Cell::Text(match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[range]),
        Cow::Owned(text) => Cow::Owned(text[range].to_owned()),
    })
}

/// Cuts a text; by nothing, into its characters.
fn split<'g>(
    frame: &Frame<'_, 'g>,
    text: &Cow<'g, str>,
    by: &str,
    range: &Range<usize>,
) -> Outcome<'g> {
    let mut items = Vec::new();
    let mut start = 0;
    let ends: Box<dyn Iterator<Item = usize>> = match by.is_empty() {
        true => Box::new(text.char_indices().skip(1).map(|(at, _)| at)),
        false => Box::new(text.match_indices(by).map(|(at, _)| at)),
    };
    for end in ends {
        frame.pay_items(1, range)?;
        items.push(part(text, start, end - start));
        start = end + by.len();
    }
    if !by.is_empty() || !text.is_empty() {
        items.push(part(text, start, text.len() - start));
    }
    Ok(Cell::List(items.into()))
}

/// Makes an integer of a number without a fraction; as in CEL, the ends are too far.
fn whole<'g>(number: f64, range: &Range<usize>) -> Outcome<'g> {
    const END: f64 = (1u64 << 63) as f64;
    integer((number.abs() < END).then_some(number as i64), range)
}
