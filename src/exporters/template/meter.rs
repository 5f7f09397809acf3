//! Counts the work that a template does, and stops it at a limit.
//!
//! The work is counted, not timed, so that a template ends alike wherever and whenever it runs.
//! `metered.rs` writes the filters of this file into templates.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tera::value::ValueKind;
use tera::{Error, Kwargs, State, StringInput, Tera, TeraResult, Value};

/// The longest text that a template may work with.
const LONGEST_TEXT: usize = 8 << 20;

/// What Tera says for us when the limit is reached.
pub const TOO_MUCH_WORK: &str = "the template does more work than it may";

/// How deep lists and maps may hold each other.
const DEEPEST: usize = 64;

/// How far a template may go.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The most units of work; one is about a turn of an empty loop.
    pub work: u64,
    /// The most bytes of output.
    pub output: usize,
}

/// What is left of the work that a template may do.
#[derive(Debug)]
pub struct Meter {
    left: AtomicU64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { work: 50_000_000, output: 64 << 20 }
    }
}

impl Meter {
    /// Makes a meter.
    pub fn new(limits: Limits) -> Arc<Meter> {
        Arc::new(Meter { left: AtomicU64::new(limits.work) })
    }

    /// Adds the filters that count, and those of Tera's own that need a limit of their own.
    pub fn register(self: &Arc<Meter>, tera: &mut Tera) {
        let meter = self.clone();
        let work = move |cost: u64, _: Kwargs, _: &State| meter.spend(cost).map(|()| Value::none());
        tera.register_filter("__work", work);
        self.register_check(tera, "__tick", |meter, _| meter.spend(4));
        self.register_check(tera, "__text", |meter, value| match value.as_str() {
            Some(text) => meter.text(text),
            None => Ok(()),
        });
        self.register_check(tera, "__loop", |meter, value| match value.kind() {
            ValueKind::Map | ValueKind::String => meter.weigh(value),
            _ => Ok(()),
        });
        self.register_check(tera, "__weigh", Meter::weigh);
        self.register_check(tera, "__heft", |meter, value| meter.heft(value, 0));
        self.register_bounded(tera);
    }

    fn register_check(
        self: &Arc<Meter>,
        tera: &mut Tera,
        name: &'static str,
        check: fn(&Meter, &Value) -> TeraResult<()>,
    ) {
        let meter = self.clone();
        let filter = move |value: Value, _: Kwargs, _: &State| -> TeraResult<Value> {
            check(&meter, &value)?;
            Ok(value)
        };
        tera.register_filter(name, filter);
    }

    /// Replaces what could make much of little in one go.
    fn register_bounded(self: &Arc<Meter>, tera: &mut Tera) {
        let meter = self.clone();
        let replace = move |text: StringInput, kwargs: Kwargs, state: &State| {
            let from = kwargs.must_get::<&str>("from")?;
            let to = kwargs.must_get::<StringInput>("to")?;
            let is_safe = state.autoescaping_enabled() && (text.is_safe() || to.is_safe());
            let (text, to) = match is_safe {
                true => (text.rendered(state)?, to.rendered(state)?),
                false => (text.as_str().into(), to.as_str().into()),
            };
            meter.room(text.len() as u64 + to.len() as u64 * text.matches(from).count() as u64)?;
            let replaced = text.replace(from, &to);
            Ok::<_, Error>(if is_safe { Value::safe_string(&replaced) } else { replaced.into() })
        };
        tera.register_filter("replace", replace);
        let meter = self.clone();
        let join = move |items: Vec<Value>, kwargs: Kwargs, state: &State| {
            let separator = kwargs.get::<StringInput>("sep")?;
            let is_safe = state.autoescaping_enabled()
                && (items.iter().any(|item| item.is_string() && item.is_safe())
                    || separator.as_ref().is_some_and(StringInput::is_safe));
            let separator = match &separator {
                Some(separator) if is_safe => separator.rendered(state)?,
                Some(separator) => separator.as_str().into(),
                None => "".into(),
            };
            let mut joined = String::new();
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    joined.push_str(&separator);
                }
                match is_safe && !item.is_undefined() {
                    true => joined.push_str(&state.escape_if_needed(item)?),
                    false => joined.push_str(&item.to_string()),
                }
                if joined.len() > LONGEST_TEXT {
                    break;
                }
            }
            meter.room(joined.len() as u64)?;
            Ok::<_, Error>(if is_safe { Value::safe_string(&joined) } else { joined.into() })
        };
        tera.register_filter("join", join);
        let meter = self.clone();
        let indent = move |text: StringInput, kwargs: Kwargs, _: &State| {
            let width = kwargs.get::<usize>("width")?.unwrap_or(4).min(1_000);
            let first = kwargs.get::<bool>("first")?.unwrap_or(false);
            let blank = kwargs.get::<bool>("blank")?.unwrap_or(false);
            let lines = text.as_str().lines().count() as u64;
            meter.room(text.as_str().len() as u64 + lines * width as u64)?;
            let mut indented = String::new();
            for (at, line) in text.as_str().split('\n').enumerate() {
                if at > 0 {
                    indented.push('\n');
                }
                if (at > 0 || first) && (!line.is_empty() || blank) {
                    indented.extend(std::iter::repeat_n(' ', width));
                }
                indented.push_str(line);
            }
            Ok::<_, Error>(text.inherit_safety(indented))
        };
        tera.register_filter("indent", indent);
        let meter = self.clone();
        let split = move |text: &str, kwargs: Kwargs, _: &State| {
            let pattern = kwargs.must_get::<&str>("pat")?;
            meter.spend(4 * text.matches(pattern).count() as u64)?;
            Ok::<_, Error>(text.split(pattern).map(Value::from).collect::<Vec<Value>>())
        };
        tera.register_filter("split", split);
        let meter = self.clone();
        let range = move |kwargs: Kwargs, _: &State| {
            let start = kwargs.get::<i64>("start")?.unwrap_or(0);
            let end = kwargs.must_get::<i64>("end")?;
            let step = kwargs.get::<i64>("step_by")?.unwrap_or(1);
            let Some(size) = usize::try_from(step).ok().filter(|step| *step > 0) else {
                return Err(Error::message("`range` needs a `step_by` of at least 1"));
            };
            let count = (i128::from(end) - i128::from(start)).max(0) / size as i128;
            if count > 100_000 {
                return Err(Error::message("`range` makes at most 100,000 numbers"));
            }
            meter.spend(4 * count as u64)?;
            Ok((start..end).step_by(size).map(Value::from).collect::<Vec<Value>>())
        };
        tera.register_function("range", range);
    }

    fn spend(&self, cost: u64) -> TeraResult<()> {
        let spent = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
            left.checked_sub(cost).filter(|left| *left > 0)
        });
        spent.map(drop).map_err(|_| {
            self.left.store(0, Ordering::Relaxed);
            Error::message(TOO_MUCH_WORK)
        })
    }

    /// Pays for a text of so many bytes that is about to be made.
    pub fn room(&self, bytes: u64) -> TeraResult<()> {
        if bytes > LONGEST_TEXT as u64 {
            return Err(Error::message("the template makes a text of more than 8 MiB"));
        }
        self.spend(bytes / 8)
    }

    fn text(&self, text: &str) -> TeraResult<()> {
        if text.len() < 64 { Ok(()) } else { self.room(text.len() as u64) }
    }

    /// Pays for work on all items of a value, as a filter does it.
    fn weigh(&self, value: &Value) -> TeraResult<()> {
        match value.as_str() {
            Some(text) => self.text(text),
            None => self.spend(8 * value.len().unwrap_or(0) as u64),
        }
    }

    /// Pays for work on a value and on all that it holds.
    fn heft(&self, value: &Value, depth: usize) -> TeraResult<()> {
        if depth > DEEPEST {
            return Err(Error::message(format!("lists and maps are more than {DEEPEST} deep")));
        }
        if let Some(text) = value.as_str() {
            return self.text(text);
        }
        if let Some(items) = value.as_array() {
            self.spend(1 + items.len() as u64 / 8)?;
            return items.iter().try_for_each(|item| self.heft(item, depth + 1));
        }
        if let Some(entries) = value.as_map() {
            self.spend(1 + entries.len() as u64 / 8)?;
            return entries.values().try_for_each(|item| self.heft(item, depth + 1));
        }
        Ok(())
    }
}
