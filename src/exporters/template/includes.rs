//! Finds the files that a template asks for, without running it.
//!
//! Tera takes the names of `{% include %}` and `{% extends %}` as texts alone, so they can be read
//! off. A name is a path relative to the folder of the file it stands in.

use std::collections::BTreeMap;
use std::ops::Range;

use super::scan::{TokenKind, tags};

/// How deep files may include each other.
pub const DEEPEST: usize = 32;

/// Returns the names of the files that a template asks for, each with the place of its text, its
/// quotes included.
pub fn names(source: &str) -> Vec<(&str, Range<usize>)> {
    tags(source)
        .iter()
        .filter(|tag| matches!(tag.word(), "include" | "extends"))
        .filter_map(|tag| tag.tokens.get(1))
        .filter(|token| token.kind == TokenKind::Text)
        .map(|token| (token.text, token.range.clone()))
        .collect()
}

/// Returns a place, the number of its file and the range in it, where files include each other
/// more than [`DEEPEST`] deep or in a circle; `None` if they do not. `files` are paths and texts.
pub fn too_deep(files: &[(&str, &str)]) -> Option<(usize, Range<usize>)> {
    let numbers: BTreeMap<&str, usize> =
        files.iter().enumerate().map(|(at, (path, _))| (*path, at)).collect();
    let mut includes: Vec<(usize, usize, Range<usize>)> = Vec::new();
    for (from, (path, text)) in files.iter().enumerate() {
        for (name, range) in names(text) {
            let to = resolve(path, name).and_then(|path| numbers.get(&*path).copied());
            includes.extend(to.map(|to| (from, to, range)));
        }
    }
    // The depth of each file, from below: it settles in as many rounds as it is deep.
    let mut depths = vec![0; files.len()];
    for _ in 0..=DEEPEST {
        let mut deeper = None;
        for (from, to, range) in &includes {
            if depths[*from] <= depths[*to] {
                depths[*from] = depths[*to] + 1;
                deeper = Some((*from, range.clone()));
            }
        }
        deeper.as_ref()?;
        if depths.iter().any(|depth| *depth > DEEPEST) {
            return deeper;
        }
    }
    None
}

/// Returns the path that a name means in the file `from`; `..` is taken back without a look at
/// the disk. An absolute name means nothing.
pub fn resolve(from: &str, name: &str) -> Option<String> {
    if name.is_empty() || name.starts_with(['/', '\\']) || name.contains([':', '\0', '"', '\'']) {
        return None;
    }
    let from = from.replace('\\', "/");
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    Some(normalize(&format!("{folder}/{}", name.replace('\\', "/")), from.starts_with('/')))
}

/// Returns a path without `.`, without `..` where they can be taken back, with `/` between.
pub fn normal(path: &str) -> String {
    let path = path.replace('\\', "/");
    normalize(&path, path.starts_with('/'))
}

fn normalize(path: &str, is_absolute: bool) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let root = if is_absolute { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_where_tera_would_read_them() {
        let source = "{% extends 'base.html' %}{%- include \"a/b.tera\" -%}\n\
                      {# {% include \"no\" %} #}{% raw %}{% include \"no\" %}{% endraw %}\n\
                      {{ \"{% include 'no' %}\" }}{% include `c` %}{% set include = \"no\" %}";
        let found: Vec<&str> = names(source).into_iter().map(|(name, _)| name).collect();
        assert_eq!(found, ["base.html", "a/b.tera", "c"]);
    }

    #[test]
    fn a_name_is_relative_to_its_file() {
        let cases = [
            ("t/page.tera", "row.tera", Some("t/row.tera")),
            ("t/page.tera", "../x/./row.tera", Some("x/row.tera")),
            ("page.tera", "../row.tera", Some("../row.tera")),
            ("page.tera", "a//b", Some("a/b")),
            ("page.tera", "/etc/passwd", None),
            ("page.tera", "C:\\x", None),
            ("page.tera", "", None),
        ];
        for (from, name, expected) in cases {
            assert_eq!(resolve(from, name).as_deref(), expected, "{name}");
        }
    }
}
