//! The path of a fan-out: text with the names of values in braces, `docs/{id}.svg`.
//!
//! A value goes into one folder's or file's name. What a name cannot hold everywhere is written as
//! `%` and two hex digits, so that different values make different names.

use std::fmt::Write as _;

use crate::path::{self, PathError};

/// How long a folder's or file's name may be, in bytes; most file systems have 255, and temporary
/// files and archives need some.
const LONGEST: usize = 200;

/// The path of a fan-out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathPattern(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Value(String),
}

impl PathPattern {
    /// Reads a path with names in braces.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the braces.
    pub fn parse(text: &str) -> Result<PathPattern, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, after) = (&rest[..at], &rest[at..]);
            let Some(end) = after.strip_prefix('{').and_then(|after| after.find(['{', '}', '/']))
            else {
                return Err("a `}` needs a `{` before it, and a name between".to_owned());
            };
            if !after[1 + end..].starts_with('}') {
                return Err("a `{` needs a `}` after a name".to_owned());
            }
            let name = after[1..1 + end].trim();
            if name.is_empty() {
                return Err("there is no name between `{` and `}`".to_owned());
            }
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            } else if matches!(parts.last(), Some(Part::Value(_))) {
                return Err("two values run together: put a text between them".to_owned());
            }
            parts.push(Part::Value(name.to_owned()));
            rest = &after[end + 2..];
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(PathPattern(parts))
    }

    /// Returns the names in it, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Value(name) => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// Fills the values in.
    ///
    /// # Errors
    ///
    /// Says what keeps the result from being a path.
    pub fn fill<E: From<String>>(
        &self,
        mut value: impl FnMut(&str) -> Result<String, E>,
    ) -> Result<String, E> {
        let mut path = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => path.push_str(text),
                Part::Value(name) => put(&mut path, &value(name)?),
            }
        }
        for name in path.split('/') {
            if name.len() > LONGEST {
                let start: String = name.chars().take(40).collect();
                return Err(format!("the name `{start}…` is longer than {LONGEST} bytes").into());
            }
        }
        Ok(path)
    }

    /// Returns whether a path may be one of these.
    pub fn matches(&self, path: &str) -> bool {
        let pattern: Vec<Sign> = self.signs().collect();
        let mut open = vec![false; pattern.len() + 1];
        open[0] = true;
        for c in path.chars() {
            let mut next = vec![false; pattern.len() + 1];
            for (at, sign) in pattern.iter().enumerate().filter(|(at, _)| open[*at]) {
                match sign {
                    Sign::Value if c != '/' => (next[at], next[at + 1]) = (true, true),
                    Sign::Char(own) if *own == c => next[at + 1] = true,
                    _ => {}
                }
            }
            open = next;
        }
        open[pattern.len()]
    }

    /// Returns whether some path may be one of these and one of the others.
    pub fn overlaps(&self, other: &PathPattern) -> bool {
        let (ours, theirs): (Vec<Sign>, Vec<Sign>) =
            (self.signs().collect(), other.signs().collect());
        // Which pairs of places some path can lead to; a value takes one character at least.
        let mut reached = vec![vec![false; theirs.len() + 1]; ours.len() + 1];
        reached[0][0] = true;
        for a in 0..=ours.len() {
            for b in 0..=theirs.len() {
                if !reached[a][b] {
                    continue;
                }
                let (Some(x), Some(y)) = (ours.get(a), theirs.get(b)) else { continue };
                let both = match (x, y) {
                    (Sign::Char(x), Sign::Char(y)) => x == y,
                    (Sign::Char(c), Sign::Value) | (Sign::Value, Sign::Char(c)) => *c != '/',
                    (Sign::Value, Sign::Value) => true,
                };
                if both {
                    reached[a + 1][b + 1] = true;
                    reached[a][b + 1] |= *x == Sign::Value;
                    reached[a + 1][b] |= *y == Sign::Value;
                }
            }
        }
        reached[ours.len()][theirs.len()]
    }

    /// Returns the folder that all paths are below.
    pub fn folder(&self) -> &str {
        match self.0.first() {
            Some(Part::Text(text)) => text.rsplit_once('/').map_or("", |(folder, _)| folder),
            _ => "",
        }
    }

    fn signs(&self) -> impl Iterator<Item = Sign> + '_ {
        self.0.iter().flat_map(|part| -> Box<dyn Iterator<Item = Sign> + '_> {
            match part {
                Part::Text(text) => Box::new(text.chars().map(Sign::Char)),
                Part::Value(_) => Box::new(std::iter::once(Sign::Value)),
            }
        })
    }
}

/// A character of a path, or any run of them that is no `/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Char(char),
    Value,
}

/// Puts a value into a name.
fn put(out: &mut String, value: &str) {
    // A name such as `aux` stands for a device on some systems.
    let is_device = path::check_output(value) == Err(PathError::Reserved);
    let starts_name = out.is_empty() || out.ends_with('/');
    let escape = |out: &mut String, c: char| {
        let mut bytes = [0; 4];
        for byte in c.encode_utf8(&mut bytes).bytes() {
            // Writing to a text cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    };
    if value.is_empty() {
        return out.push_str("%00");
    }
    let last = value.chars().count() - 1;
    for (at, c) in value.chars().enumerate() {
        let is_bad = c.is_control()
            || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '%' | '{' | '}')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
            || (at == 0 && starts_name && (matches!(c, '.' | '-' | '~' | ' ') || is_device))
            || (at == last && matches!(c, '.' | ' '));
        match is_bad {
            true => escape(out, c),
            false => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn filled(pattern: &str, value: &str) -> Result<String, String> {
        PathPattern::parse(pattern).unwrap().fill(|_| Ok(value.to_owned()))
    }

    #[test]
    fn values_go_into_names_and_make_no_folders() {
        for (value, path) in [
            ("pay", "docs/pay.svg"),
            ("Zoé & co", "docs/Zoé & co.svg"),
            ("a/b", "docs/a%2Fb.svg"),
            ("..", "docs/%2E%2E.svg"),
            (".hidden", "docs/%2Ehidden.svg"),
            ("100%", "docs/100%25.svg"),
            ("", "docs/%00.svg"),
            ("nul", "docs/%6Eul.svg"),
            ("COM1.x", "docs/%43OM1.x.svg"),
            ("a\nb ", "docs/a%0Ab%20.svg"),
        ] {
            assert_eq!(filled("docs/{id}.svg", value).as_deref(), Ok(path));
        }
        assert!(filled("{id}", &"x".repeat(201)).is_err());
    }

    #[test]
    fn braces_that_do_not_fit_are_told() {
        for text in ["{", "}", "{}", "{ }", "a{b", "{a{b}}", "{a}{b}", "{a/b}", "a}b"] {
            assert!(PathPattern::parse(text).is_err(), "{text}");
        }
        let names = PathPattern::parse("{ layer }/x-{id}.md").unwrap();
        assert_eq!(names.names().collect::<Vec<_>>(), ["layer", "id"]);
    }

    #[track_caller]
    fn check_overlap(one: &str, other: &str, expected: bool) {
        let parse = |text| PathPattern::parse(text).unwrap();
        assert_eq!(parse(one).overlaps(&parse(other)), expected);
        assert_eq!(parse(other).overlaps(&parse(one)), expected);
    }

    #[test]
    fn two_patterns_overlap_where_a_path_fits_both() {
        check_overlap("docs/{id}.svg", "docs/{id}.md", false);
        check_overlap("docs/{id}.md", "docs/{layer}.md", true);
        check_overlap("docs/{id}.md", "docs/a-{id}.md", true);
        check_overlap("docs/{id}.md", "docs/{team}/{id}.md", false);
        check_overlap("{a}x", "y{b}", true);
        check_overlap("{a}x", "x", false);
        check_overlap("a{b}", "b{c}", false);
        check_overlap("docs/{a}", "docs/{a}.{b}", true);
    }

    proptest! {
        #[test]
        fn different_values_make_different_paths_that_match(a in "\\PC{0,6}", b in "\\PC{0,6}") {
            let pattern = PathPattern::parse("x/{v}.md").unwrap();
            let path = |v: &str| pattern.fill(|_| Ok::<_, String>(v.to_owned())).unwrap();
            prop_assert_eq!(path(&a) == path(&b), a == b);
            prop_assert!(pattern.matches(&path(&a)), "{}", path(&a));
            prop_assert_eq!(path(&a).matches('/').count(), 1);
            prop_assert_eq!(path::check_output(&path(&a)), Ok(()));
        }
    }
}
