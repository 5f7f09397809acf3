//! Files that hold what is expected: compared, or rewritten with `BLESS=1`.

use std::fs;
use std::path::Path;

/// Returns whether expected files are to be rewritten rather than compared.
fn is_blessing() -> bool {
    std::env::var_os("BLESS").is_some_and(|value| value == "1")
}

/// Compares a file with what it should hold; `None` for no file at all.
///
/// Returns what is wrong, or makes it right when blessing.
pub fn check_file(path: &Path, expected: Option<&[u8]>) -> Option<String> {
    let there = fs::read(path).ok();
    if there.as_deref() == expected {
        return None;
    }
    if is_blessing() {
        match expected {
            Some(bytes) => {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, bytes).unwrap();
            }
            None => fs::remove_file(path).unwrap(),
        }
        return None;
    }
    let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(path).display();
    Some(match (there, expected) {
        (Some(_), None) => format!("{name} is there, and nothing makes it"),
        (None, Some(bytes)) => format!("{name} is not there; it should hold:\n{}", text(bytes)),
        (Some(there), Some(bytes)) => format!("{name}:\n{}", difference(&there, bytes)),
        (None, None) => unreachable!("they are equal"),
    })
}

/// Shows the first line that differs, with the lines around it.
fn difference(expected: &[u8], found: &[u8]) -> String {
    let (expected, found) = (text(expected), text(found));
    let same = expected.lines().zip(found.lines()).take_while(|(a, b)| a == b).count();
    let lines = |text: &str, sign: &str| {
        let lines = text.lines().skip(same).take(5);
        lines.map(|line| format!("{sign} {line}\n")).collect::<String>()
    };
    format!("from line {}:\n{}{}", same + 1, lines(&expected, "-"), lines(&found, "+"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
