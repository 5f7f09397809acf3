//! A tree as the YAML of a plan: sections and steps in blocks, what is short on one line.

use crate::tree::{Tree, TreeNode};

/// How many characters a line may have before it is broken.
const WIDEST: usize = 100;

/// Writes a plan; sections are parted by an empty line.
pub(in crate::plan) fn write(plan: &Tree) -> String {
    let mut out = String::new();
    for (at, (key, value)) in plan.entries().iter().enumerate() {
        let is_section = matches!(value.node, TreeNode::Map(_));
        if at > 0 && is_section {
            out.push('\n');
        }
        entry(&mut out, &key.text, value, 0, is_section);
    }
    out
}

/// Writes a key and its value, in a block if it must be or if the line would be too long.
fn entry(out: &mut String, key: &str, value: &Tree, depth: usize, is_block: bool) {
    let indent = "  ".repeat(depth);
    let key = scalar(key);
    let line = format!("{indent}{key}: {}", flow(value));
    let fits = line.chars().count() <= WIDEST || matches!(value.node, TreeNode::Scalar { .. });
    if fits && !is_block {
        out.push_str(&line);
        out.push('\n');
        return;
    }
    out.push_str(&format!("{indent}{key}:\n"));
    match &value.node {
        TreeNode::Map(entries) => {
            for (key, value) in entries {
                entry(out, &key.text, value, depth + 1, false);
            }
        }
        TreeNode::List(items) => {
            for item in items {
                out.push_str(&format!("{indent}  - {}\n", flow(item)));
            }
        }
        TreeNode::Scalar { .. } => {}
    }
}

/// Writes a value on one line.
pub(super) fn flow(tree: &Tree) -> String {
    match &tree.node {
        TreeNode::Scalar { text, quoted: false } => text.clone(),
        TreeNode::Scalar { text, quoted: true } => scalar(text),
        TreeNode::List(items) => {
            format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", "))
        }
        TreeNode::Map(entries) => {
            let entry = |(key, value): &(crate::tree::Key, Tree)| {
                format!("{}: {}", scalar(&key.text), flow(value))
            };
            match entries.is_empty() {
                true => "{}".to_owned(),
                false => {
                    let entries: Vec<String> = entries.iter().map(entry).collect();
                    format!("{{ {} }}", entries.join(", "))
                }
            }
        }
    }
}

/// Writes a text, in quotes where it would be read as something else without.
fn scalar(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "_./-".contains(letter);
    let starts_well = text.starts_with(|letter: char| {
        letter.is_ascii_alphanumeric() || letter == '_' || letter == '/' || letter == '.'
    });
    let words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    let is_word = words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if starts_well && !is_word && text.chars().all(is_plain) && text.parse::<f64>().is_err() {
        return text.to_owned();
    }
    match text.chars().any(char::is_control) {
        false => format!("'{}'", text.replace('\'', "''")),
        // A string of JSON is one of YAML.
        true => serde_json::Value::from(text).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostics;
    use crate::plan::syntax;
    use crate::source::{Source, Sources};

    #[test]
    fn what_is_written_is_read_back() {
        let long = "x".repeat(120);
        for text in [
            "a",
            "a b",
            "",
            "null",
            "1e5",
            "true",
            "it's",
            "a\nb\u{7}",
            "- a",
            "#",
            "[",
            "é: x",
            &long,
        ] {
            let text = serde_json::Value::from(text).to_string();
            let plan = format!(
                "{{a: {{{text}: [{text}, {{b: {text}}}], c: {text}, d: [], e: {{}}}}, f: 1}}"
            );
            let read = |plan: &str| {
                let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
                let tree = syntax::parse(Source::new("p", plan), &mut sources, &mut diagnostics);
                assert!(!diagnostics.has_errors(), "{plan}");
                bare(&tree.unwrap())
            };
            let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
            let tree =
                syntax::parse(Source::new("p", plan.as_str()), &mut sources, &mut diagnostics);
            assert_eq!(read(&write(&tree.unwrap())), read(&plan), "{plan}");
        }
    }

    /// Texts and shape alone.
    fn bare(tree: &Tree) -> serde_json::Value {
        match &tree.node {
            TreeNode::Scalar { text, .. } => text.as_str().into(),
            TreeNode::List(items) => items.iter().map(bare).collect::<Vec<_>>().into(),
            TreeNode::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| (key.text.clone(), bare(value)));
                entries.collect::<serde_json::Map<_, _>>().into()
            }
        }
    }
}
