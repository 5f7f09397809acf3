//! Why a path finds nothing: where it stopped, and what is there instead.

use super::data::{Data, Kind};
use super::path::{Selector, Step};
use super::select::{Select, Stop};
use super::value::Value;
use crate::diagnostic::{Diagnostic, names};
use crate::source::Excerpt;

/// How many keys are shown, and how many values are looked at for them.
const MOST_SHOWN: usize = 12;
const MOST_LOOKED_AT: usize = 200;

/// An item of a file.
#[derive(Debug, Clone, Copy)]
pub struct At {
    pub file: usize,
    /// The document.
    pub root: u32,
    pub item: u32,
}

/// Whether a field found nothing in any item, and the first of these.
#[derive(Debug, Default)]
pub struct Unfound<'f> {
    has_found: bool,
    first: Option<(&'f [Value], At)>,
}

impl<'f> Unfound<'f> {
    pub fn found(&mut self) {
        self.has_found = true;
    }

    pub fn nothing(&mut self, values: &'f [Value], at: At) {
        if self.first.is_none() && !values.iter().any(|value| value.is_optional) {
            self.first = Some((values, at));
        }
    }

    /// Returns the first item in which nothing was found, if nothing was found in any.
    pub fn first(&self) -> Option<(&'f [Value], At)> {
        self.first.filter(|_| !self.has_found)
    }
}

/// Returns what adds to a problem why values find nothing in an item.
pub fn why<'s>(
    select: &'s Select<'_>,
    values: &[Value],
    at: At,
) -> impl Fn(Diagnostic) -> Diagnostic + use<'s> {
    let mut paths = values.iter().flat_map(Value::paths);
    let found = paths.find_map(|path| {
        let stop = select.stop(path, at.root, at.item)?;
        Some((near(select.data, &stop), wanted(&stop), note(select.data, &stop)))
    });
    move |problem| match &found {
        None => problem,
        Some((near, wanted, note)) => {
            let known = near.iter().map(String::as_str);
            let problem = problem.did_you_mean(wanted, known);
            if note.is_empty() { problem } else { problem.note(note.clone()) }
        }
    }
}

/// Adds to a problem where a path stopped.
pub fn explain(data: &Data, stop: &Stop<'_>, problem: Diagnostic, at: &Excerpt) -> Diagnostic {
    let label = match stop.step {
        Step::Child(Selector::Name(name)) => format!("there is no `{name}` here"),
        Step::Descendant(Selector::Name(name)) => format!("there is no `{name}` in it"),
        Step::Child(Selector::Filter(_)) | Step::Descendant(Selector::Filter(_)) => {
            "nothing in it fits the filter".to_owned()
        }
        Step::Child(Selector::Index(index)) | Step::Descendant(Selector::Index(index)) => {
            format!("there is no item {index} in it")
        }
        Step::Child(Selector::All) | Step::Descendant(Selector::All) => {
            "there is nothing in it".to_owned()
        }
        Step::Parent => "nothing holds it".to_owned(),
        Step::Key => "it has no key".to_owned(),
    };
    let near = near(data, stop);
    let problem = problem.at(at.clone(), label);
    let problem = problem.did_you_mean(&wanted(stop), near.iter().map(String::as_str));
    match note(data, stop) {
        note if note.is_empty() => problem,
        note => problem.note(note),
    }
}

/// Names a kind of value, for "this is …".
pub fn named(kind: Kind) -> &'static str {
    match kind {
        Kind::Map | Kind::Element => "a map",
        Kind::List => "a list",
        Kind::Scalar(_) => "a text",
        Kind::Null => "nothing",
    }
}

fn wanted(stop: &Stop<'_>) -> String {
    match stop.step {
        Step::Child(Selector::Name(name)) | Step::Descendant(Selector::Name(name)) => name.clone(),
        _ => String::new(),
    }
}

/// Returns the keys at the place where a path stopped.
fn near(data: &Data, stop: &Stop<'_>) -> Vec<String> {
    let mut keys = Vec::new();
    let items = stop.items.iter().copied().take(MOST_LOOKED_AT);
    let children: Vec<u32> = match stop.step {
        Step::Descendant(_) => {
            items.flat_map(|item| (item + 1..data.end(item)).take(MOST_LOOKED_AT)).collect()
        }
        _ => items
            .filter(|item| data.kind(*item) != Kind::List)
            .flat_map(|item| data.children(item).take(MOST_LOOKED_AT))
            .collect(),
    };
    for child in children.into_iter().take(MOST_LOOKED_AT) {
        let is_key = data.parent(child).is_some_and(|parent| data.kind(parent) != Kind::List);
        if let Some(key) = data.key_of(child).filter(|key| is_key && !keys.contains(key)) {
            keys.push(key);
        }
    }
    keys
}

/// Says what is at the place where a path stopped.
fn note(data: &Data, stop: &Stop<'_>) -> String {
    let near = near(data, stop);
    let Some(first) = stop.items.first() else { return String::new() };
    match data.kind(*first) {
        _ if !near.is_empty() => {
            let more = near.len().saturating_sub(MOST_SHOWN);
            let shown = names(near.iter().take(MOST_SHOWN).map(String::as_str));
            match more {
                0 => format!("keys here: {shown}"),
                more => format!("keys here: {shown} and {more} more"),
            }
        }
        Kind::List if matches!(stop.step, Step::Child(Selector::Name(_))) => {
            "it is a list: `[*]` takes all that is in it".to_owned()
        }
        Kind::List => String::new(),
        kind => format!("it is {}", named(kind)),
    }
}
