//! The rules that a preset holds: YAML, read as plans are.

use super::super::decode::decode;
use super::super::graph_file::Draft;
use super::super::report::{OnError, Report};
use super::data::{Data, Kind};
use super::options::Preset;
use super::yaml;
use crate::diagnostic::{Diagnostics, Failed};
use crate::source::{Source, Sources, Span};
use crate::step::InputFile;
use crate::tree::{Key, Tree, TreeNode};

/// Reads the rules of a preset, and tells of all that is wrong in it.
///
/// # Errors
///
/// Fails if something is.
pub fn read(file: &InputFile, diagnostics: &mut Diagnostics) -> Result<Preset, Failed> {
    let text = decode(file, None).map_err(|error| diagnostics.fail(*error))?;
    let mut data = Data::new(text.len(), 0);
    let tree = {
        let draft = Draft::new(file.path.clone(), &text, Report::new(diagnostics, OnError::Fail));
        yaml::read(&draft, &mut data).map(|()| tree(&data, &text))
    };
    let tree = tree.map_err(|error| diagnostics.fail(*error))?;
    let mut sources = Sources::default();
    sources.add(Source::new(file.path.clone(), &*text));
    tree.read().map_err(|errors| {
        for error in errors {
            diagnostics.push(error.diagnostic(&sources, Span::default(), &[]));
        }
        Failed
    })
}

/// Makes the tree of the first document.
fn tree(data: &Data, text: &str) -> Tree {
    match data.roots.first() {
        Some(root) => value(data, text, *root),
        None => Tree { span: Span::default(), node: TreeNode::Map(Vec::new()) },
    }
}

/// The parser bounds how deep this goes.
fn value(data: &Data, text: &str, item: u32) -> Tree {
    let start = data.place(item);
    let line = text[start as usize..].lines().next().unwrap_or_default();
    let written = data.text(item).map(|(written, _)| written);
    let is_plain = written.is_some_and(|written| line.starts_with(written));
    let length = if is_plain { written.unwrap_or_default().len() } else { line.trim_end().len() };
    let span = Span { source: 0, start, end: start + length as u32 };
    let node = match data.kind(item) {
        Kind::List => {
            TreeNode::List(data.children(item).map(|child| value(data, text, child)).collect())
        }
        Kind::Map | Kind::Element => {
            let entry = |child| {
                let key = data.key_of(child).unwrap_or_default();
                let value = value(data, text, child);
                // The key stands before its value, on its line or on one above.
                let before = text[..value.span.start as usize].rfind(key.as_str());
                let start = before.unwrap_or(value.span.start as usize) as u32;
                let span = Span { source: 0, start, end: start + key.len() as u32 };
                (Key { text: key, span }, value)
            };
            TreeNode::Map(data.children(item).map(entry).collect())
        }
        Kind::Scalar(_) | Kind::Null => TreeNode::Scalar {
            text: written.unwrap_or_default().to_owned(),
            quoted: !is_plain && data.kind(item) != Kind::Null,
        },
    };
    Tree { span, node }
}
