//! Inputs of the cases of imports, damaged: each ends in a graph or in errors, and the same one
//! each time.

use layercake::diagnostic::Diagnostics;
use layercake::graph::Graph;
use layercake::plan::Work;
use layercake::step::InputFile;

use crate::golden::{folders, plan_of};
use crate::support::{Random, files_below, is_thorough, repository};

/// How often each import is tried with damaged files.
const TRIES: u64 = 40;
const THOROUGH_TRIES: u64 = 4000;

/// The largest file that is damaged.
const LARGEST: usize = 64 << 10;

/// What is put into files, beside bytes from elsewhere in them.
const PIECES: &[&str] = &[
    "{", "}", "[", "]", "\"", "'", "<", ">", "</", "&", "*a", "&a ", "<<: ", "\n", "\n---\n", ": ",
    "- ", "\u{0}", "\u{feff}", "é", "\\u12", "1e999", "-", "null", "(", ")", ";", "#", "=", ",",
    "~",
];

#[test]
fn damaged_files_end_in_a_graph_or_in_errors() {
    let tries = if is_thorough() { THOROUGH_TRIES } else { TRIES };
    let mut count = 0;
    for kind in folders(&repository("tests/importers")) {
        for case in folders(&kind) {
            let files = files_below(&case);
            if files.values().any(|bytes| bytes.len() > LARGEST) {
                continue;
            }
            for step in plan_of(&case).steps {
                let Work::Import { kind, options } = &step.work else { continue };
                let inputs: Vec<Vec<InputFile>> =
                    step.files.iter().map(|file| matching(&file.pattern, &files)).collect();
                for seed in 0..tries {
                    let damaged = damaged(&inputs, seed);
                    let import = || {
                        let mut diagnostics = Diagnostics::default();
                        let graph = (kind.import)(options, &damaged, &mut diagnostics);
                        assert_eq!(graph.is_err(), diagnostics.has_errors(), "{case:?} {seed}");
                        (graph.ok(), format!("{diagnostics:?}"))
                    };
                    let (once, again): ((Option<Graph>, String), _) = (import(), import());
                    assert!(once == again, "{case:?} {seed}: {} {}", once.1, again.1);
                    count += 1;
                }
            }
        }
    }
    assert!(count > 1000, "only {count} imports were tried");
}

/// Returns the files of a pattern that has at most one star.
fn matching(pattern: &str, files: &std::collections::BTreeMap<String, Vec<u8>>) -> Vec<InputFile> {
    let (start, end) = pattern.rsplit_once('*').unwrap_or((pattern, ""));
    let start = start.trim_end_matches("**/");
    let is_one = |path: &str| match pattern.contains('*') {
        true => path.starts_with(start) && path.ends_with(end) && !path.starts_with("expected/"),
        false => path == pattern,
    };
    let files = files.iter().filter(|(path, _)| is_one(path));
    files
        .map(|(path, bytes)| InputFile {
            path: path.as_str().into(),
            bytes: bytes.as_slice().into(),
        })
        .collect()
}

/// Damages a few places of one file.
fn damaged(inputs: &[Vec<InputFile>], seed: u64) -> Vec<Vec<InputFile>> {
    let mut random = Random::new((seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut inputs = inputs.to_vec();
    let count: usize = inputs.iter().map(Vec::len).sum();
    let chosen = random.below(count.max(1));
    if let Some(file) = inputs.iter_mut().flatten().nth(chosen) {
        let mut bytes = file.bytes.to_vec();
        for _ in 0..=random.below(3) {
            let (at, from) = (random.below(bytes.len() + 1), random.below(bytes.len() + 1));
            let end = (at + random.below(12)).min(bytes.len());
            let piece = PIECES[random.below(PIECES.len())].as_bytes().to_vec();
            let copied = bytes[from..(from + random.below(80)).min(bytes.len())].to_vec();
            match random.below(5) {
                0 => drop(bytes.splice(at..end, [])),
                1 => drop(bytes.splice(at..at, piece)),
                2 => drop(bytes.splice(at..at, copied)),
                3 => bytes.truncate(at),
                _ => drop(bytes.splice(at..end, [random.below(256) as u8])),
            }
        }
        file.bytes = bytes.into();
    }
    inputs
}
