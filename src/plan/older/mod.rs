//! Plans of the earlier layercake tool, as plans of today.
//!
//! Such a plan is known by its shape: lists of `profiles` under `import` and `export`. It becomes
//! a tree in today's form, in which every value keeps the place it was written at, so that what is
//! wrong is told in the words and at the lines of the older plan. Builds no step itself: the rest
//! of the reader takes the tree as if it had been written so, and [`super::convert_plan`] prints it.
//!
//! Keys that nothing reads were ignored by the earlier tool; here each gets a warning. So does a
//! key that is understood differently than it was.

mod exports;
mod keys;
mod looks;
mod operations;
mod write;

pub(super) use write::write;

use self::exports::Exports;
use self::keys::{Keys, Word};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Sources, Span};
use crate::tree::{Key, Tree, TreeNode};

/// What the only import is called.
const GRAPH: &str = "graph";

/// The kinds of table, and what they are called today.
const FILE_TYPES: &[(&str, &str)] = &[("Nodes", "nodes"), ("Edges", "edges"), ("Layers", "layers")];

/// Returns whether a tree is a plan of the earlier tool.
pub(super) fn is_older(tree: &Tree) -> bool {
    let has_profiles = |section: &str| {
        let profiles = tree.get(section).and_then(|section| section.get("profiles"));
        profiles.is_some_and(|list| list.is_null() || matches!(list.node, TreeNode::List(_)))
    };
    tree.get("version").is_none() && (has_profiles("import") || has_profiles("export"))
}

/// Makes today's form of an older plan. What is wrong is told, and left out.
pub(super) fn translate(tree: &Tree, sources: &Sources, diagnostics: &mut Diagnostics) -> Tree {
    let mut keys = Keys::new(sources, diagnostics);
    keys.expect(tree, &["meta", "import", "export"]);
    let mut plan = vec![entry(tree.span, "version", plain(tree.span, "1"))];
    if let Some(meta) = tree.get("meta").filter(|meta| !meta.is_null()) {
        keys.expect(meta, &["name"]);
        let name = keys.text(meta, "name").map(|(name, span)| escaped(span, name));
        let name = name.map(|name| vec![entry(meta.span, "name", name)]);
        plan.push(entry(meta.span, "meta", map(meta.span, name.unwrap_or_default())));
    }
    let imports = profiles(&mut keys, tree, "import");
    let place = tree.get("import").map_or(tree.span, |import| import.span);
    if !imports.is_empty() {
        let import = import(&mut keys, &imports, place);
        plan.push(entry(tree.span, "import", map(tree.span, vec![import])));
    }
    let exports = profiles(&mut keys, tree, "export");
    let Exports { transforms, exports } = Exports::of(&mut keys, &exports);
    if imports.is_empty() && !exports.is_empty() {
        nothing_imported(&mut keys, tree);
        return map(tree.span, plan);
    }
    for (section, entries) in [("transform", transforms), ("export", exports)] {
        if !entries.is_empty() {
            plan.push(entry(tree.span, section, map(tree.span, entries)));
        }
    }
    map(tree.span, plan)
}

/// Returns the items of a list of profiles, which must be there.
fn profiles<'t>(keys: &mut Keys<'_>, tree: &'t Tree, section: &'static str) -> Vec<&'t Tree> {
    let Some(place) = tree.get(section) else {
        keys.missing(tree.span, section);
        return Vec::new();
    };
    keys.expect(place, &["profiles"]);
    match place.get("profiles").map(|list| (list, &list.node)) {
        Some((_, TreeNode::List(items))) => {
            items.iter().filter(|item| keys.is_map(item, "a profile is a map")).collect()
        }
        Some((list, _)) if !list.is_null() => {
            keys.wrong(list, "`profiles` is a list");
            Vec::new()
        }
        Some(_) => Vec::new(),
        None => {
            keys.missing(place.span, "profiles");
            Vec::new()
        }
    }
}

/// Tells that there is nothing to export, unless it is told that the section is wrong.
fn nothing_imported(keys: &mut Keys<'_>, tree: &Tree) {
    let list = tree.get("import").and_then(|import| import.get("profiles"));
    if let Some(list) = list.filter(|list| list.is_null() || matches!(list.node, TreeNode::List(_)))
    {
        let problem =
            Diagnostic::error("no-table", "the plan imports nothing that it could export")
                .help("`- { filename: nodes.csv, filetype: Nodes }` in this list names a table");
        keys.tell(problem, &[(list.span, "no table is named here")]);
    }
}

/// Makes one import of all tables.
fn import(keys: &mut Keys<'_>, profiles: &[&Tree], span: Span) -> (Key, Tree) {
    let mut tables: [Vec<Tree>; 3] = Default::default();
    for profile in profiles {
        keys.expect(profile, &["filename", "filetype"]);
        let path = keys.needed_text(profile, "filename");
        let table = keys.needed_word(profile, "filetype", FILE_TYPES);
        if let (Some((path, span)), Some(Word { word, .. })) = (path, table) {
            let at = FILE_TYPES.iter().position(|(_, name)| *name == word).unwrap_or_default();
            tables[at].push(table_file(path, span, word));
        }
    }
    let mut options = vec![];
    for ((_, name), mut files) in FILE_TYPES.iter().zip(tables) {
        match files.pop() {
            Some(file) if files.is_empty() => options.push(entry(file.span, name, file)),
            Some(file) => {
                let span = file.span;
                files.push(file);
                options.push(entry(span, name, Tree { span, node: TreeNode::List(files) }));
            }
            None => {}
        }
    }
    // A weight that was no number counted as 1, and a layer that only edges had was made.
    options.push(entry(span, "on_error", text(span, "warn_values")));
    options.push(entry(span, "repeated_layers", text(span, "last")));
    entry(span, GRAPH, map(span, options))
}

/// Spaces around cells meant nothing, and `null` was an empty cell.
fn table_file(path: &str, span: Span, table: &str) -> Tree {
    let mut options =
        vec![entry(span, "path", literal(span, path)), entry(span, "trim", plain(span, "true"))];
    if table != "layers" {
        let words = vec![text(span, "null")];
        options.push(entry(span, "empty", Tree { span, node: TreeNode::List(words) }));
    }
    map(span, options)
}

fn entry(span: Span, key: &str, value: Tree) -> (Key, Tree) {
    (Key { text: key.to_owned(), span }, value)
}

fn map(span: Span, entries: Vec<(Key, Tree)>) -> Tree {
    Tree { span, node: TreeNode::Map(entries) }
}

fn text(span: Span, text: &str) -> Tree {
    Tree { span, node: TreeNode::Scalar { text: text.to_owned(), quoted: true } }
}

fn plain(span: Span, text: &str) -> Tree {
    Tree { span, node: TreeNode::Scalar { text: text.to_owned(), quoted: false } }
}

/// Makes a text in which nothing stands for a variable.
fn escaped(span: Span, from: &str) -> Tree {
    text(span, &from.replace("${", "$${"))
}

/// Makes a path in which nothing is a pattern, either.
fn literal(span: Span, path: &str) -> Tree {
    let mut literal = String::new();
    for letter in path.chars() {
        match letter {
            '*' | '?' | '[' | '{' => literal.extend(['[', letter, ']']),
            letter => literal.push(letter),
        }
    }
    match crate::path::is_pattern(path) {
        true => escaped(span, &literal),
        false => escaped(span, path),
    }
}

/// Warns of a key that has another meaning here.
fn differs(keys: &mut Keys<'_>, span: Span, key: &str, note: &str) {
    let message = format!("`{key}` is understood differently than by the earlier tool");
    keys.warn(Diagnostic::warning("older-key", message).note(note), span);
}

#[cfg(test)]
mod tests;
