//! The parts of a template to text, within limits.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::helpers;
use super::parse::{Part, Value, Wrong};

/// How deep blocks and partials may nest.
const DEEPEST: usize = 200;
/// How many bytes it may put out.
const MOST_OUTPUT: usize = 64 << 20;

/// Templates by their names; the first is the one to write.
pub struct Renderer<'a> {
    pub partials: BTreeMap<&'a str, &'a [Part]>,
    /// What is left of the work that may be done.
    work: u64,
}

/// What a part of a template sees.
#[derive(Clone)]
struct Scope<'a> {
    value: Cow<'a, Json>,
    /// What a block tells of itself, and the names that it gives.
    told: Vec<(String, Json)>,
    names: Vec<(String, Cow<'a, Json>)>,
}

/// What is under way.
struct State<'a, 'r> {
    renderer: &'r mut Renderer<'a>,
    scopes: Vec<Scope<'a>>,
    inlines: Vec<(&'a str, &'a [Part])>,
    out: String,
    depth: usize,
    /// The partial that is under way, unless it is one of the template's own.
    within: Option<&'a str>,
}

impl<'a> Renderer<'a> {
    pub fn new(work: u64) -> Renderer<'a> {
        Renderer { partials: BTreeMap::new(), work }
    }

    /// Writes a template that sees `root`.
    ///
    /// # Errors
    ///
    /// Returns what is wrong, and in which partial if not in the template itself.
    pub fn render(
        &mut self,
        parts: &'a [Part],
        root: &'a Json,
    ) -> Result<String, (Option<&'a str>, Wrong)> {
        let scope = Scope { value: Cow::Borrowed(root), told: Vec::new(), names: Vec::new() };
        let mut state = State {
            renderer: self,
            scopes: vec![scope],
            inlines: Vec::new(),
            out: String::new(),
            depth: 0,
            within: None,
        };
        match state.parts(parts) {
            Ok(()) => Ok(state.out),
            Err(wrong) => Err((state.within, wrong)),
        }
    }
}

impl<'a> State<'a, '_> {
    fn parts(&mut self, parts: &'a [Part]) -> Result<(), Wrong> {
        let inlines = self.inlines.len();
        self.depth += 1;
        for part in parts {
            self.part(part)?;
        }
        self.depth -= 1;
        self.inlines.truncate(inlines);
        Ok(())
    }

    fn part(&mut self, part: &'a Part) -> Result<(), Wrong> {
        let at = match part {
            Part::Print { at, .. } | Part::Block { at, .. } | Part::Partial { at, .. } => *at,
            Part::Text(_) | Part::Inline { .. } => 0,
        };
        self.renderer.work = self.renderer.work.checked_sub(1).ok_or_else(|| Wrong {
            at,
            message: "the template does more work than it may".to_owned(),
        })?;
        if self.depth > DEEPEST {
            let message = format!("blocks and partials nest deeper than {DEEPEST}");
            return Err(Wrong { at, message });
        }
        match part {
            Part::Text(text) => self.out.push_str(text),
            Part::Inline { name, body } => self.inlines.push((name, body)),
            Part::Print { value, is_escaped, at } => {
                let text = printed(&*self.value(value, *at)?);
                match is_escaped {
                    true => escape(&mut self.out, &text),
                    false => self.out.push_str(&text),
                }
            }
            Part::Block { name, values, names, body, otherwise, at } => {
                self.block(name, values, names, (body, otherwise), *at)?;
            }
            Part::Partial { name, value, indent, at } => {
                self.partial(name, value.as_ref(), indent, *at)?
            }
        }
        match self.out.len() > MOST_OUTPUT {
            true => Err(Wrong { at, message: "the template makes too much output".to_owned() }),
            false => Ok(()),
        }
    }

    fn block(
        &mut self,
        name: &str,
        values: &'a [Value],
        names: &'a [String],
        (body, otherwise): (&'a [Part], &'a [Part]),
        at: usize,
    ) -> Result<(), Wrong> {
        let Some(first) = values.first() else {
            return Err(Wrong { at, message: format!("the block `{name}` needs a value") });
        };
        let value = self.value(first, at)?;
        match name {
            "if" | "unless" => match helpers::is_truthy(&value) == (name == "if") {
                true => self.parts(body),
                false => self.parts(otherwise),
            },
            "with" if helpers::is_truthy(&value) => {
                let named = names.first().map(|name| (name.clone(), value.clone()));
                self.within(value, Vec::new(), named.into_iter().collect(), body)
            }
            "each" if has_items(&value) => {
                let items = items(value);
                let last = items.len() - 1;
                for (index, (key, item)) in items.into_iter().enumerate() {
                    let told = [
                        ("index", Json::from(index)),
                        ("first", Json::from(index == 0)),
                        ("last", Json::from(index == last)),
                        ("key", key.clone()),
                    ];
                    let told = told.map(|(name, value)| (name.to_owned(), value));
                    let given = [item.clone(), Cow::Owned(key)];
                    let named = names.iter().cloned().zip(given).collect();
                    self.within(item, told.into(), named, body)?;
                }
                Ok(())
            }
            "with" | "each" => self.parts(otherwise),
            _ => Err(Wrong { at, message: format!("there is no block `{name}` here") }),
        }
    }

    fn within(
        &mut self,
        value: Cow<'a, Json>,
        told: Vec<(String, Json)>,
        names: Vec<(String, Cow<'a, Json>)>,
        body: &'a [Part],
    ) -> Result<(), Wrong> {
        self.scopes.push(Scope { value, told, names });
        self.parts(body)?;
        self.scopes.pop();
        Ok(())
    }

    fn partial(
        &mut self,
        name: &'a str,
        value: Option<&'a Value>,
        indent: &str,
        at: usize,
    ) -> Result<(), Wrong> {
        let inline = self.inlines.iter().rev().find(|(known, _)| *known == name);
        let found =
            inline.map(|(_, parts)| *parts).or_else(|| self.renderer.partials.get(name).copied());
        let Some(parts) = found else {
            return Err(Wrong { at, message: format!("there is no partial `{name}`") });
        };
        let start = self.out.len();
        let within = self.within;
        if inline.is_none() {
            self.within = Some(name);
        }
        match value {
            Some(value) => {
                let value = self.value(value, at)?;
                self.within(value, Vec::new(), Vec::new(), parts)?;
            }
            None => {
                self.parts(parts)?;
            }
        }
        self.within = within;
        if !indent.is_empty() {
            let made = self.out.split_off(start);
            for line in made.split_inclusive('\n') {
                self.out.push_str(indent);
                self.out.push_str(line);
            }
        }
        Ok(())
    }

    fn value(&self, value: &'a Value, at: usize) -> Result<Cow<'a, Json>, Wrong> {
        Ok(match value {
            Value::Text(text) => Cow::Owned(Json::from(text.as_str())),
            Value::Number(number) => Cow::Owned(helpers::number(*number)),
            Value::Truth(truth) => Cow::Owned(Json::from(*truth)),
            Value::Nothing => Cow::Owned(Json::Null),
            Value::Path { up, is_told, names } => self.find(*up, *is_told, names),
            Value::Call { name, values } => {
                let values: Vec<Cow<'_, Json>> =
                    values.iter().map(|value| self.value(value, at)).collect::<Result<_, _>>()?;
                let values: Vec<&Json> = values.iter().map(|value| &**value).collect();
                let made = helpers::call(name, &values, &self.scopes[0].value);
                Cow::Owned(made.map_err(|message| Wrong { at, message })?)
            }
        })
    }

    /// Finds a value; one that is not there is nothing.
    fn find(&self, up: usize, is_told: bool, names: &[String]) -> Cow<'a, Json> {
        const NOTHING: Cow<'static, Json> = Cow::Owned(Json::Null);
        let Some(at) = self.scopes.len().checked_sub(up + 1) else { return NOTHING };
        let scope = &self.scopes[at];
        let (start, rest) = match names.split_first() {
            Some((first, rest)) if is_told && first == "root" => {
                (self.scopes[0].value.clone(), rest)
            }
            Some((first, rest)) if is_told => {
                let told = self.scopes[..=at].iter().rev().flat_map(|scope| &scope.told);
                match told.into_iter().find(|(name, _)| name == first) {
                    Some((_, value)) => (Cow::Owned(value.clone()), rest),
                    None => return NOTHING,
                }
            }
            Some((first, rest)) if up == 0 => {
                let named = self.scopes.iter().rev().flat_map(|scope| &scope.names);
                match named.into_iter().find(|(name, _)| name == first) {
                    Some((_, value)) => (value.clone(), rest),
                    None => (scope.value.clone(), names),
                }
            }
            _ => (scope.value.clone(), names),
        };
        match start {
            Cow::Borrowed(value) => descend(value, rest).map_or(NOTHING, Cow::Borrowed),
            Cow::Owned(value) => descend(&value, rest).cloned().map_or(NOTHING, Cow::Owned),
        }
    }
}

fn descend<'v>(value: &'v Json, names: &[String]) -> Option<&'v Json> {
    names.iter().try_fold(value, |value, name| match value {
        Json::Array(items) => items.get(name.parse::<usize>().ok()?),
        value => value.get(name),
    })
}

fn has_items(value: &Json) -> bool {
    match value {
        Json::Array(items) => !items.is_empty(),
        Json::Object(items) => !items.is_empty(),
        _ => false,
    }
}

fn items<'a>(value: Cow<'a, Json>) -> Vec<(Json, Cow<'a, Json>)> {
    match value {
        Cow::Borrowed(Json::Array(items)) => items
            .iter()
            .enumerate()
            .map(|(at, item)| (Json::from(at), Cow::Borrowed(item)))
            .collect(),
        Cow::Borrowed(Json::Object(items)) => items
            .iter()
            .map(|(key, item)| (Json::from(key.as_str()), Cow::Borrowed(item)))
            .collect(),
        Cow::Owned(Json::Array(items)) => items
            .into_iter()
            .enumerate()
            .map(|(at, item)| (Json::from(at), Cow::Owned(item)))
            .collect(),
        Cow::Owned(Json::Object(items)) => {
            items.into_iter().map(|(key, item)| (Json::from(key), Cow::Owned(item))).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns what a value prints.
fn printed(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Array(items) => {
            format!("[{}]", items.iter().map(printed).collect::<Vec<_>>().join(", "))
        }
        Json::Object(_) => "[object]".to_owned(),
        other => other.to_string(),
    }
}

/// Escapes for HTML, as Handlebars does.
fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#x27;"),
            '`' => out.push_str("&#x60;"),
            '=' => out.push_str("&#x3D;"),
            letter => out.push(letter),
        }
    }
}
