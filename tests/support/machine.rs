//! What the machine that runs the tests has, and how much of its time they may take.

use std::process::{Command, Stdio};

/// Returns whether `LAYERCAKE_THOROUGH` asks for all that could be tried, at the cost of minutes.
pub fn is_thorough() -> bool {
    is_set("LAYERCAKE_THOROUGH")
}

/// Returns how many rounds to go: a few, or all that are asked for.
pub fn rounds(few: usize, many: usize) -> usize {
    if is_thorough() { many } else { few }
}

/// Returns whether these programs are installed; says so, or fails, if they are not.
#[must_use]
pub fn needs(tools: &[&str]) -> bool {
    let is_missing = |tool: &&&str| {
        let found = Command::new("sh")
            .args(["-c", "command -v \"$0\"", tool])
            .env("PATH", path())
            .stdout(Stdio::null())
            .status();
        !found.is_ok_and(|status| status.success())
    };
    match tools.iter().find(is_missing) {
        Some(tool) => skip::<()>(tool, "it is not installed").is_some(),
        None => true,
    }
}

/// Says that something is skipped, or fails if `LAYERCAKE_VALIDATE` says that it must not be.
pub fn skip<T>(name: &str, why: &str) -> Option<T> {
    assert!(!is_set("LAYERCAKE_VALIDATE"), "{name}: {why}");
    println!("skipped {name}: {why} (`make doctor` says how to get it)");
    None
}

/// Says that something is skipped that this machine does not allow, whatever is installed.
pub fn cannot(name: &str, why: &str) {
    println!("skipped {name}: this machine cannot do it: {why}");
}

/// Returns where programs are looked for, those of the system included.
fn path() -> String {
    format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default())
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| value == "1")
}
