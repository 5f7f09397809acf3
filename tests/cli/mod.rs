//! Transcripts: what is typed, and what is printed.
//!
//! Each `*.md` here is run in a copy of the folder `*.in` beside it, as a person would type it;
//! `TRYCMD=overwrite` writes what is printed anew. `[..]` stands for what differs between runs.

use std::path::PathBuf;

/// The commands besides our own that transcripts may use.
const TOOLS: [&str; 6] = ["cat", "cp", "ls", "mv", "rm", "sed"];

#[test]
fn transcripts_print_what_they_say() {
    let cases = trycmd::TestCases::new();
    cases.register_bin("layercake", PathBuf::from(env!("CARGO_BIN_EXE_layercake")));
    for tool in TOOLS {
        cases.register_bin(tool, find(tool));
    }
    for name in ["LAYERCAKE_PLAN", "LAYERCAKE_JOBS", "CLICOLOR_FORCE"] {
        assert!(std::env::var_os(name).is_none(), "{name} changes what is printed; unset it");
    }
    cases
        .env("XDG_CONFIG_HOME", "/nowhere")
        .env("COLUMNS", "100")
        .env("LC_ALL", "C.UTF-8")
        .case("tests/cli/*.md")
        .run();
}

/// Finds a command where the shell would.
fn find(tool: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places = std::env::split_paths(&path).map(|folder| folder.join(tool));
    places.find(|place| place.is_file()).unwrap_or_else(|| panic!("there is no `{tool}`"))
}
