//! Manifests: everything that decides a step's result, and the key made of it.
//!
//! One list serves both to make the key and to tell two builds apart, so that what is told cannot
//! drift from what is decided.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

use crate::digest::{Digest, Digester};

/// The digest of all that decides a step's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub Digest);

/// Everything that decides a step's result.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manifest {
    /// What the step does and in which revisions: `export dot 1`.
    pub kind: String,
    /// Its options as JSON, defaults filled in.
    pub options: String,
    /// What it reads, in the order it reads it.
    pub inputs: Vec<Input>,
}

/// One thing that a step reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// What sort of thing.
    pub kind: InputKind,
    /// Which of the step's patterns it belongs to.
    pub group: u32,
    /// Its name: a path, or the name of a step.
    pub name: String,
    /// The digest of what is in it.
    pub digest: Digest,
}

/// The sorts of things that steps read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputKind {
    /// A file; its path counts, since messages name it.
    File,
    /// A graph; its name does not count.
    Graph,
    /// A graph whose name reaches the result.
    NamedGraph,
}

/// A difference between two manifests of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants say what their fields hold")]
pub enum Change {
    /// The step does something else, or layercake does it in another way.
    Kind { before: String, now: String },
    /// An option has another value.
    Option { name: String, before: String, now: String },
    /// A file or graph has other contents.
    Input { kind: InputKind, name: String },
    /// A file or graph came.
    Added { kind: InputKind, name: String },
    /// A file or graph went.
    Removed { kind: InputKind, name: String },
}

impl Manifest {
    /// Returns the key.
    pub fn key(&self) -> Key {
        let mut digester = Digester::new("layercake step 1");
        digester.bytes(self.kind.as_bytes()).bytes(self.options.as_bytes());
        digester.number(self.inputs.len() as u64);
        for input in &self.inputs {
            digester.number(u64::from(input.group)).number(input.kind as u64);
            if input.kind != InputKind::Graph {
                digester.bytes(input.name.as_bytes());
            }
            digester.digest(input.digest);
        }
        Key(digester.finish())
    }

    /// Returns what is different from an earlier manifest, most telling first.
    pub fn changes_since(&self, before: &Manifest) -> Vec<Change> {
        let mut changes = Vec::new();
        if self.kind != before.kind {
            changes.push(Change::Kind { before: before.kind.clone(), now: self.kind.clone() });
        }
        if self.options != before.options {
            changes.extend(changed_options(&before.options, &self.options));
        }
        let place = |input: &'_ Input| (input.group, input.name.clone());
        let mut earlier: BTreeMap<(u32, String), &Input> =
            before.inputs.iter().map(|input| (place(input), input)).collect();
        for input in &self.inputs {
            let (kind, name) = (input.kind, input.name.clone());
            match earlier.remove(&place(input)) {
                None => changes.push(Change::Added { kind, name }),
                Some(other) if other.digest != input.digest => {
                    changes.push(Change::Input { kind, name });
                }
                Some(_) => {}
            }
        }
        let gone = earlier.into_values();
        changes.extend(
            gone.map(|input| Change::Removed { kind: input.kind, name: input.name.clone() }),
        );
        changes
    }
}

/// Compares two options texts, as far in as both have the same names.
fn changed_options(before: &str, now: &str) -> Vec<Change> {
    let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let mut changes = Vec::new();
    compare("", &parse(before), &parse(now), &mut changes);
    changes
}

fn compare(name: &str, before: &Value, now: &Value, changes: &mut Vec<Change>) {
    match (before, now) {
        (Value::Object(before), Value::Object(now)) => {
            let mut keys: Vec<&String> = before.keys().chain(now.keys()).collect();
            keys.sort_unstable();
            keys.dedup();
            for key in keys {
                let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                let part = |object: &Map<String, Value>| object.get(key).cloned();
                let (before, now) = (part(before), part(now));
                compare(&name, &before.unwrap_or_default(), &now.unwrap_or_default(), changes);
            }
        }
        // Operations in their order: the name of an operation tells enough of its place.
        (Value::Array(before), Value::Array(now)) if before.len() == now.len() => {
            for (before, now) in before.iter().zip(now) {
                compare(name, before, now, changes);
            }
        }
        _ if before == now => {}
        _ => changes.push(Change::Option {
            name: if name.is_empty() { "ops".to_owned() } else { name.to_owned() },
            before: before.to_string(),
            now: now.to_string(),
        }),
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Kind { before, now } => write!(f, "`{before}` became `{now}`"),
            Change::Option { name, before, now } => {
                write!(f, "option `{name}` was {}, is {}", shortened(before), shortened(now))
            }
            Change::Input { kind, name } => write!(f, "{kind} `{name}` changed"),
            Change::Added { kind, name } => write!(f, "{kind} `{name}` is new"),
            Change::Removed { kind, name } => write!(f, "{kind} `{name}` is gone"),
        }
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

impl fmt::Display for InputKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            InputKind::File => "file",
            InputKind::Graph | InputKind::NamedGraph => "graph",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(options: &str, inputs: &[(&str, &str)]) -> Manifest {
        let inputs = inputs.iter().map(|(name, content)| Input {
            kind: InputKind::Graph,
            group: 0,
            name: (*name).to_owned(),
            digest: Digest::of(content.as_bytes()),
        });
        Manifest {
            kind: "export dot 1".to_owned(),
            options: options.to_owned(),
            inputs: inputs.collect(),
        }
    }

    #[test]
    fn the_name_of_a_graph_is_not_part_of_the_key() {
        let key = |name: &str| manifest("{}", &[(name, "x")]).key();
        assert_eq!(key("a"), key("b"));
    }

    #[test]
    fn every_difference_is_told_and_changes_the_key() {
        let before = manifest(r#"{"a":1,"b":2}"#, &[("x", "1"), ("y", "1")]);
        let now = manifest(r#"{"a":1,"b":3}"#, &[("x", "2"), ("z", "1")]);
        let told: Vec<String> =
            now.changes_since(&before).iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "option `b` was 2, is 3",
                "graph `x` changed",
                "graph `z` is new",
                "graph `y` is gone",
            ]
        );
        assert_ne!(now.key(), before.key());
    }
}
