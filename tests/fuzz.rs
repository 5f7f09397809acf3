//! Files of every format that is imported, damaged at random: nothing panics, hangs or grows.
//!
//! The seeds are the inputs of the cases in `tests/importers`. By default this takes some seconds;
//! with `LAYERCAKE_THOROUGH` minutes. A file that fails is left in the system's folder for
//! temporary files, and named; the same seed makes the same files everywhere.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::Duration;

use layercake::diagnostic::Diagnostics;
use layercake::origin::Wanted;
use layercake::plan::Work;
use layercake::registry::{self, ImporterKind};
use layercake::step::{Data, InputFile};
use nix::time::{ClockId, clock_gettime};

use crate::golden::{cases, plan_of};
use crate::origins::everything_in;
use crate::support::{Random, files_below, repository, rounds};

/// The longest that a damaged file may be, in bytes.
const LONGEST: usize = 1 << 16;

/// The processor time after which an import of so short a file counts as one that hangs.
const SLOWEST: Duration = Duration::from_secs(20);

/// How many bytes the graph of so short a file may take, beside as many times its own.
const LARGEST: usize = 64 << 20;

#[test]
fn no_damaged_file_breaks_an_importer() {
    let rounds = rounds(250, 20_000);
    let mut random = Random::new(0x9e37_79b9_7f4a_7c15);
    for kind in registry::importers().iter().filter(|kind| takes_one_file(kind)) {
        let seeds = seeds(kind);
        assert!(!seeds.is_empty(), "no seed for `{}`", kind.kind.name);
        for round in 0..rounds {
            check(kind, &damaged(&mut random, &seeds), round);
        }
    }
}

#[test]
fn no_damaged_file_breaks_an_import_with_rules_of_its_own() {
    let rounds = rounds(40, 4000);
    let mut random = Random::new(0x2545_f491_4f6c_dd1d);
    let is_ours = |case: &&PathBuf| case.parent().is_some_and(|kind| kind.ends_with("mapping"));
    for case in cases().iter().filter(is_ours) {
        let files = files_below(case);
        for step in plan_of(case).steps {
            let Work::Import { kind, options } = &step.work else { continue };
            for _ in 0..rounds {
                let mut inputs: Vec<Vec<InputFile>> =
                    step.files.iter().map(|file| matching(&file.pattern, &files)).collect();
                let count = inputs.iter().map(Vec::len).sum();
                let chosen = random.below(count);
                for file in inputs.iter_mut().flatten().skip(chosen).take(1) {
                    file.bytes = damaged(&mut random, &[file.bytes.to_vec()]).into();
                }
                let mut diagnostics = Diagnostics::default();
                let graph = (kind.import)(options, &inputs, &mut diagnostics);
                assert_eq!(graph.is_err(), diagnostics.has_errors(), "{case:?} {inputs:?}");
                check_places(kind, options, &inputs, graph.ok().as_ref());
            }
        }
    }
}

/// Returns the files of a pattern, which may begin with a star.
fn matching(pattern: &str, files: &BTreeMap<String, Vec<u8>>) -> Vec<InputFile> {
    // Patterns begin at the root of the project, which the folder of a case is not.
    let pattern = pattern.rsplit('/').next().unwrap_or(pattern);
    let is_one = |path: &str| match pattern.strip_prefix('*') {
        Some(end) => path.ends_with(end) && !path.contains('/'),
        None => path == pattern,
    };
    let files = files.iter().filter(|(path, _)| is_one(path));
    let input = |(path, bytes): (&String, &Vec<u8>)| InputFile {
        path: path.as_str().into(),
        bytes: bytes.as_slice().into(),
    };
    files.map(input).collect()
}

#[test]
fn a_table_of_many_columns_takes_no_longer_than_its_text() {
    let kind = registry::importers().iter().find(|kind| kind.kind.name == "csv").unwrap();
    let names: String = (0..100_000).map(|at| format!(",c{at}")).collect();
    let table = format!("id{names}\na{}\n", ",1".repeat(100_000));
    check_with(kind, r#"{"nodes": "x"}"#, table.as_bytes(), 0);
    let twice = format!("id{}\n", ",x".repeat(100_000));
    check_with(kind, r#"{"nodes": "x"}"#, twice.as_bytes(), 1);
}

#[test]
fn deep_and_wide_files_break_no_importer() {
    let depth = rounds(20_000, 100_000);
    let deep = [
        ("json", r#"{"nodes": [{"id": "a", "attributes": {"x": "#, "[", "]"),
        ("node_link", r#"{"nodes": [{"id": "a", "x": "#, "{\"a\":", "}"),
        ("cytoscape", r#"{"elements": "#, "[", "]"),
        ("json_graph", r#"{"graph": "#, "{\"metadata\":", "}"),
        ("graphml", "<graphml><graph>", "<node id='a'><graph>", "</graph></node>"),
        ("gexf", "<gexf><graph><nodes>", "<node id='a'><nodes>", "</nodes></node>"),
        ("dot", "digraph ", "{a->", "}"),
        ("dot", "digraph {", "subgraph cluster_a {", "}"),
        ("dot", "digraph { a [label=", "<", ">"),
        ("gml", "graph [", "node [", "]"),
        ("pajek", "*Vertices 2\n*Arcs\n", "1 2 ", "l"),
        ("mermaid", "flowchart TD\n", "subgraph a\n", "end\n"),
        ("mermaid", "flowchart TD\na", "(((", ")))"),
        ("mermaid", "flowchart TD\na", " & a", "-->"),
    ];
    for (name, start, open, close) in deep {
        let kind = registry::importers().iter().find(|kind| kind.kind.name == name).unwrap();
        for text in [
            format!("{start}{}", open.repeat(depth)),
            format!("{start}{}{}", open.repeat(depth), close.repeat(depth)),
            format!("{start}{}", close.repeat(depth)),
        ] {
            check(kind, text.as_bytes(), 0);
        }
    }
}

#[test]
fn no_damaged_workbook_or_database_breaks_an_import_of_tables() {
    let rounds = rounds(150, 10_000);
    let mut random = Random::new(0x51ed_270b_9d4c_4f21);
    let kind = registry::importers().iter().find(|kind| kind.kind.name == "csv").unwrap();
    let options = |table: &str| format!(r#"{{"nodes": [{{"path": "x"{table}}}]}}"#);
    let query = options(r#", "query": "select * from nodes, calls""#);
    let cases = repository("tests/importers/csv");
    for (seed, options) in [
        ("sheets-of-workbooks/shop.xlsx", options("")),
        ("sheets-of-workbooks/shop.ods", options("")),
        ("tables-of-a-database/shop.db", options("")),
        ("tables-of-a-database/shop.db", query),
    ] {
        let seed = std::fs::read(cases.join(seed)).unwrap();
        for round in 0..rounds {
            // What is in an archive has a checksum: only whole parts get to be read.
            let damaged = match seed.starts_with(b"PK") && random.below(8) > 0 {
                true => with_damaged_part(&mut random, &seed),
                false => damaged(&mut random, std::slice::from_ref(&seed)),
            };
            check_with(kind, &options, &damaged, round);
        }
    }
}

/// Returns an archive with one of its parts damaged.
fn with_damaged_part(random: &mut Random, archive: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let plain =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let damaged_part = random.below(archive.len());
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        if at == damaged_part {
            bytes = damaged(random, &[bytes]);
        }
        out.start_file(part.name().unwrap(), plain).unwrap();
        out.write_all(&bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn takes_one_file(kind: &ImporterKind) -> bool {
    (kind.files)(&options("x")).len() == 1
}

fn options(path: &str) -> String {
    format!(r#"{{"graph": "{path}", "on_error": "fail"}}"#)
}

/// Returns the inputs of the cases of a kind.
fn seeds(kind: &ImporterKind) -> Vec<Vec<u8>> {
    let folder = format!("importers/{}/", kind.kind.name);
    let mut inputs = Vec::new();
    for case in cases().iter().filter(|case| case.display().to_string().contains(&folder)) {
        let files = files_below(case).into_iter();
        let is_input = |path: &str| !path.starts_with("expected/") && path != "layercake.yaml";
        inputs.extend(files.filter(|(path, _)| is_input(path)).map(|(_, bytes)| bytes));
    }
    inputs
}

/// Imports a file, as an error and as warnings.
fn check(kind: &ImporterKind, bytes: &[u8], round: usize) {
    for on_error in ["fail", "drop"] {
        check_with(kind, &options("x").replace("fail", on_error), bytes, round);
    }
}

/// Imports a file with these options.
fn check_with(kind: &ImporterKind, options: &str, bytes: &[u8], round: usize) {
    let file = InputFile { path: "x".into(), bytes: bytes.into() };
    let start = processor_time();
    let done = catch_unwind(AssertUnwindSafe(|| {
        let mut diagnostics = Diagnostics::default();
        let files = [vec![file]];
        let graph = (kind.import)(options, &files, &mut diagnostics);
        assert_eq!(graph.is_err(), diagnostics.has_errors(), "{diagnostics:?}");
        for problem in &diagnostics.list {
            assert!(!problem.message.is_empty());
            for label in &problem.labels {
                assert!(label.at.text.get(label.at.range.clone()).is_some(), "{problem:?}");
            }
        }
        check_places(kind, options, &files, graph.as_ref().ok());
        graph.map_or(0, |graph| graph.memory())
    }));
    let problem = match done {
        Err(_) => "it panics".to_owned(),
        Ok(memory) if memory > LARGEST + bytes.len() * 50 => format!("it takes {memory} bytes"),
        Ok(_) if processor_time() > start + SLOWEST => "it hangs".to_owned(),
        Ok(_) => return,
    };
    let name = kind.kind.name;
    let path = std::env::temp_dir().join(format!("layercake-fuzz-{name}-{round}"));
    std::fs::write(&path, bytes).unwrap();
    panic!("{name}: {problem}; the file is {}", path.display());
}

/// Checks that all that came of files has a place in them; where nothing did, that nobody looks for
/// it in vain for long.
fn check_places(kind: &ImporterKind, options: &str, files: &[Vec<InputFile>], data: Option<&Data>) {
    let wanted = match data {
        Some(data) => everything_in(data),
        None => Wanted { nodes: vec!["a".to_owned()], rows: vec![0], ..Wanted::default() },
    };
    let places = (kind.locate)(options, files, &wanted);
    let lengths = (places.nodes.len(), places.edges.len(), places.rows.len());
    assert_eq!(lengths, (wanted.nodes.len(), wanted.edges.len(), wanted.rows.len()));
    for place in places.nodes.iter().chain(&places.edges).chain(&places.rows) {
        match place {
            Some(place) => assert!(place.text.get(place.range.clone()).is_some(), "{place:?}"),
            None => assert!(data.is_none(), "{}: something is not found", kind.kind.name),
        }
    }
}

/// Returns the processor time that this thread took, however busy the machine is.
fn processor_time() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).unwrap().into()
}

/// Returns a seed with a few damages.
fn damaged(random: &mut Random, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(4) {
        damage(random, &mut bytes, seeds);
        bytes.truncate(LONGEST);
    }
    bytes
}

fn damage(random: &mut Random, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
    const SIGNS: &[u8] = b"\"'{}[]()<>&;:,=-+#%*/\\|@.\n\r\t \0\x1b\x7f\x80\xc3\xff019aZ_";
    let at = random.below(bytes.len() + 1);
    let end = at + random.below((bytes.len() - at).min(200) + 1);
    match random.below(8) {
        // A bit of a byte.
        0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
        // Another character, or one more.
        1 if at < bytes.len() => bytes[at] = SIGNS[random.below(SIGNS.len())],
        2 => bytes.insert(at, SIGNS[random.below(SIGNS.len())]),
        // A part left out, or all that follows.
        3 => drop(bytes.drain(at..end)),
        4 => bytes.truncate(at),
        // A part of this or another file again, perhaps many times.
        5 => {
            let part = bytes[at..end].to_vec();
            let part = part.repeat(1 + random.below(if part.len() < 20 { 2000 } else { 20 }));
            bytes.splice(at..at, part);
        }
        6 => {
            let other = &seeds[random.below(seeds.len())];
            let from = random.below(other.len() + 1);
            let to = from + random.below(other.len() - from + 1);
            bytes.splice(at..end, other[from..to].iter().copied());
        }
        _ => {
            let number = ["-1", "0", "4294967296", "1e999", "99999999999999999999", "NaN"];
            bytes.splice(at..end, number[random.below(number.len())].bytes());
        }
    }
}
