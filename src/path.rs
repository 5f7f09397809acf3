//! Paths as plans write them: relative, with `/`, inside the project.
//!
//! Works on the text alone and asks no disk; where links lead is the engine's care.

use thiserror::Error;

/// Why a path cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PathError {
    /// Nothing, or only dots.
    #[error("a path must name a file")]
    Empty,
    /// It starts at the root of the machine or of a drive.
    #[error("a path must be relative to the plan")]
    Absolute,
    /// It leads out of the project.
    #[error("the path leads out of the project")]
    Outside,
    /// It uses `\`.
    #[error("folders are separated by `/`, not by `\\`")]
    Backslash,
    /// It holds a control character.
    #[error("a path must not hold control characters")]
    Control,
    /// It is where version control or layercake keep their own files.
    #[error("the folder belongs to another tool")]
    Private,
    /// It has no meaning on some systems.
    #[error("the name is reserved on Windows")]
    Reserved,
    /// A name is longer than file systems take.
    #[error("a name in it is longer than 255 bytes")]
    TooLong,
    /// A name holds what some systems, or people, take for something else.
    #[error(
        "a name in it ends with a dot or a space, or holds `{{`, `}}`, `:` or an invisible character"
    )]
    Odd,
}

/// Returns `path`, which is relative to the folder `base`, relative to the project instead.
///
/// `above` are the names of the folders from the project's root down to its own. The result holds
/// no `.`, and `..` only at its start and only where it is needed: of the project in `docs`,
/// `../docs/a.csv` is `a.csv`.
///
/// # Errors
///
/// The reasons in [`PathError`], but for those of outputs alone.
pub fn resolve(base: &str, path: &str, above: &[String]) -> Result<String, PathError> {
    if path.contains('\\') {
        return Err(PathError::Backslash);
    }
    if path.chars().any(char::is_control) {
        return Err(PathError::Control);
    }
    let drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes()[0].is_ascii_alphabetic();
    if path.starts_with('/') || drive {
        return Err(PathError::Absolute);
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let mut up = parts.iter().take_while(|part| **part == "..").count();
    if up > above.len() {
        return Err(PathError::Outside);
    }
    // Up and down again, into the very folders that were left.
    while up > 0 && parts.get(up).is_some_and(|part| *part == above[above.len() - up]) {
        parts.remove(up);
        up -= 1;
        parts.remove(up);
    }
    if path.ends_with('/') || parts.last().is_none_or(|last| *last == "..") {
        return Err(PathError::Empty);
    }
    Ok(parts.join("/"))
}

/// Refuses paths that nothing must be written to.
///
/// # Errors
///
/// [`PathError::Private`] and [`PathError::Reserved`].
pub fn check_output(path: &str) -> Result<(), PathError> {
    for part in path.split('/') {
        let lower = part.to_ascii_lowercase();
        if matches!(lower.as_str(), ".git" | ".hg" | ".svn" | ".jj" | ".layercake") {
            return Err(PathError::Private);
        }
        if part.len() > 255 {
            return Err(PathError::TooLong);
        }
        let is_odd = |c: char| {
            c.is_control()
                || matches!(c, '{' | '}' | ':' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
        };
        if part != ".." && part.ends_with(['.', ' ']) || part.contains(is_odd) {
            return Err(PathError::Odd);
        }
        let stem = lower.split('.').next().unwrap_or_default().trim_end();
        let numbered = |word: &str| {
            stem.strip_prefix(word)
                .is_some_and(|n| n.len() == 1 && n != "0" && n.as_bytes()[0].is_ascii_digit())
        };
        if matches!(stem, "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt") {
            return Err(PathError::Reserved);
        }
    }
    Ok(())
}

/// Returns the folder of a path, without a slash at its end; empty for none.
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Returns the path of a file in a folder, which is empty for none.
pub fn join(folder: &str, name: &str) -> String {
    match folder {
        "" => name.to_owned(),
        folder => format!("{folder}/{name}"),
    }
}

/// Returns the last part of a path.
pub fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// Returns the folder that all matches of a pattern are in: its parts before the first that is a
/// pattern itself.
pub fn fixed_folder(pattern: &str) -> &str {
    let mut end = 0;
    for part in pattern.split_inclusive('/') {
        if is_pattern(part) || !part.ends_with('/') {
            break;
        }
        end += part.len();
    }
    pattern[..end].trim_end_matches('/')
}

/// Returns how many levels below [`fixed_folder`] a pattern may match; very many for `**`.
pub fn levels(pattern: &str) -> usize {
    match pattern.contains("**") {
        true => usize::MAX,
        false => {
            pattern[fixed_folder(pattern).len()..].trim_start_matches('/').matches('/').count()
        }
    }
}

/// Returns whether a path is a pattern that several files may match.
pub fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?', '[', '{'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_project() {
        assert_eq!(resolve("", "a/./b.csv", &[]).unwrap(), "a/b.csv");
        assert_eq!(resolve("plans", "../a.csv", &[]).unwrap(), "a.csv");
        let above = ["site".to_owned(), "docs".to_owned()];
        assert_eq!(resolve("", "../data/a.csv", &above).unwrap(), "../data/a.csv");
        assert_eq!(resolve("", "a/../../b", &above).unwrap(), "../b");
        assert_eq!(resolve("", "../docs/a", &above).unwrap(), "a");
        assert_eq!(resolve("", "../../site/docs/a", &above).unwrap(), "a");
        assert_eq!(resolve("", "../../site/a", &above).unwrap(), "../a");
        assert_eq!(resolve("", "../../docs/a", &above).unwrap(), "../../docs/a");
    }

    #[test]
    fn paths_that_lead_elsewhere_are_refused() {
        let cases = [
            ("../x", PathError::Outside),
            ("a/../../x", PathError::Outside),
            ("/etc/passwd", PathError::Absolute),
            ("C:/x", PathError::Absolute),
            ("a\\b", PathError::Backslash),
            ("a\0b", PathError::Control),
            ("", PathError::Empty),
            ("a/..", PathError::Empty),
            ("a/", PathError::Empty),
        ];
        for (path, error) in cases {
            assert_eq!(resolve("", path, &[]), Err(error), "{path}");
        }
    }

    #[test]
    fn a_pattern_starts_in_a_folder() {
        let cases = [("*.csv", "", 0), ("data/*.csv", "data", 0), ("a/b/*/c-*.csv", "a/b", 1)];
        for (pattern, folder, deep) in cases {
            assert_eq!((fixed_folder(pattern), levels(pattern)), (folder, deep), "{pattern}");
        }
        assert_eq!((fixed_folder("a/**/x"), levels("a/**/x")), ("a", usize::MAX));
    }

    #[test]
    fn outputs_stay_out_of_other_tools_folders() {
        for path in [".git/hooks/post-checkout", "a/.GIT/config", ".layercake/journal"] {
            assert_eq!(check_output(path), Err(PathError::Private), "{path}");
        }
        for path in ["a.", "a /b", "{id}.dot", "a\u{202e}b", "a\nb", "a\u{7f}"] {
            assert_eq!(check_output(path), Err(PathError::Odd), "{path}");
        }
        assert_eq!(check_output(&"x".repeat(256)), Err(PathError::TooLong));
        for path in ["CON", "docs/aux.svg", "com1.txt"] {
            assert_eq!(check_output(path), Err(PathError::Reserved), "{path}");
        }
        for path in ["docs/console.svg", ".gitignore", "com10.dot"] {
            assert_eq!(check_output(path), Ok(()), "{path}");
        }
    }
}
