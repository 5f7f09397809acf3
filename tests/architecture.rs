//! The shape of the code: which module may use which, and what stands in one file only.

use std::collections::BTreeMap;

use crate::support::{files_below, repository};

/// The modules of the library, in reading order. A module may use those in rows above its own.
const ROWS: &[&[&str]] = &[
    &["source", "digest", "disk", "graph", "layout", "path", "reserved"],
    &["diagnostic", "store", "project", "query", "origin"],
    &["tree", "expression", "finding", "scene"],
    &["step", "render", "drawing"],
    &["places"],
    &["importers", "transforms", "analyses", "checks", "exporters", "fan_out"],
    &["registry"],
    &["plan"],
    &["dag"],
    &["engine", "clean"],
    &["watch", "doctor"],
    &["error"],
];

/// The lists of kinds are made with the registry's functions, which know no kind.
const LISTS: &[&str] = &[
    "importers/mod.rs",
    "transforms/mod.rs",
    "analyses/mod.rs",
    "checks/mod.rs",
    "exporters/mod.rs",
];

/// What has a shape of its own, and the only files (or folders) that name it.
const NAMED_ONCE: &[(&str, &[&str])] = &[
    ("std::fs", &["disk/"]),
    ("saphyr_parser", &["plan/syntax.rs", "importers/mapping/yaml.rs"]),
    ("petgraph", &["graph/algorithms/order.rs"]),
    ("blake3", &["digest.rs"]),
    ("twox_hash", &["store/mod.rs"]),
    ("notify::", &["watch.rs"]),
    ("git2", &["project.rs"]),
    ("globset", &["dag/patterns.rs"]),
    (
        "rayon",
        &[
            "analyses/parallel.rs",
            "engine/",
            "expression/bound.rs",
            "fan_out/digests.rs",
            "layout/force/mod.rs",
            "layout/layered/block.rs",
            "layout/layered/routes.rs",
        ],
    ),
    ("regex::", &["expression/compile/calls.rs", "checks/matches.rs"]),
    ("csv::Reader", &["importers/csv/rows.rs"]),
    ("csv::Writer", &["exporters/csv_table.rs", "checks/baseline.rs", "places.rs"]),
    (
        "rusqlite",
        &["exporters/sqlite.rs", "importers/csv/database.rs", "query.rs", "transforms/sql/"],
    ),
    ("calamine", &["importers/csv/workbook.rs"]),
    ("zip::", &["exporters/xlsx/package.rs", "importers/csv/workbook.rs"]),
    ("tera::", &["exporters/template.rs", "exporters/template/"]),
    ("toml::de", &["importers/mapping/toml.rs"]),
    ("sqlparser", &["importers/mapping/sql.rs", "importers/mapping/sql_tokens.rs"]),
    ("encoding_rs", &["importers/decode.rs"]),
    ("quick_xml", &["importers/xml_text.rs"]),
    ("csscolorparser", &["graph/color.rs"]),
    ("unicode_segmentation", &["drawing/label.rs", "transforms/labels.rs"]),
    ("strsim", &["diagnostic/mod.rs"]),
    ("unicode_linebreak", &["drawing/label.rs", "scene/wrap.rs"]),
    ("unicode_width", &["drawing/label.rs", "scene/text.rs"]),
    ("unicode_bidi", &["scene/name.rs", "scene/text.rs"]),
    ("rustybuzz", &["render/embedded.rs", "scene/font.rs", "scene/text.rs"]),
    ("subsetter", &["render/embedded.rs"]),
    ("base64::", &["render/embedded.rs", "render/outlines.rs"]),
    ("usvg", &["scene/icon.rs"]),
    ("tiny_skia::", &["render/png.rs"]),
    ("png::EncodingError", &["render/png.rs"]),
    ("png::DecodingError", &["scene/raster.rs"]),
    ("krilla", &["render/pdf.rs"]),
    (
        "libm",
        &[
            "layout/radial/",
            "layout/stress.rs",
            "layout/sunburst.rs",
            "scene/color.rs",
            "scene/sector.rs",
        ],
    ),
    ("annotate_snippets", &["cli/report.rs"]),
    ("indicatif", &["cli/progress.rs"]),
    ("clap::", &["cli/args.rs", "cli/mod.rs"]),
    ("ctrlc", &["cli/mod.rs"]),
    ("rustix", &["disk/", "engine/program.rs", "main.rs"]),
    ("process::Command", &["engine/program.rs"]),
    ("println!", &[]),
    ("eprintln!", &[]),
    ("process::exit", &["cli/mod.rs"]),
    ("std::env", &["cli/"]),
    ("SystemTime", &["disk/ground.rs"]),
];

/// The most lines of a file, its unit tests left out.
const MOST_LINES: usize = 450;

#[test]
fn the_table_holds_every_module() {
    let library = std::fs::read_to_string(repository("src/lib.rs")).unwrap();
    let mut modules: Vec<&str> = library
        .lines()
        .filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'))
        .collect();
    let mut table: Vec<&str> = ROWS.concat();
    modules.sort_unstable();
    table.sort_unstable();
    assert_eq!(modules, table, "`mod` lines of src/lib.rs, and the table in this file");
}

#[test]
fn modules_use_only_what_stands_above_them() {
    let row = |module: &str| ROWS.iter().position(|row| row.contains(&module));
    let mut wrong = Vec::new();
    for (path, code) in library_code() {
        let module = path.split(['/', '.']).next().unwrap();
        let Some(own) = row(module) else { continue };
        for used in used_modules(&path, &code) {
            let is_allowed = used == module
                || row(&used).is_some_and(|used| used < own)
                || used == "registry" && LISTS.contains(&path.as_str());
            if !is_allowed {
                wrong.push(format!("src/{path} uses `{used}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that point back:\n{}", wrong.join("\n"));
}

#[test]
fn arrows_are_seen_however_they_are_written() {
    let code = "use crate::{a, b::{self, c}};\nuse super::super::d;\nuse super::e;\ncrate::f::g()";
    assert_eq!(used_modules("x/y.rs", code), ["a", "b", "d", "f"]);
    assert_eq!(used_modules("x/mod.rs", "super::e::g()"), ["e"]);
    assert!(
        names("use csv::Writer;", "csv::Writer") && !names("use my_csv::Writer;", "csv::Writer")
    );
}

#[test]
fn what_has_a_shape_of_its_own_is_named_in_one_place() {
    let mut wrong = Vec::new();
    for (path, code) in all_code() {
        for (word, places) in NAMED_ONCE {
            let is_place = places.iter().any(|place| path.starts_with(place));
            if !is_place && names(&code, word) {
                wrong.push(format!("src/{path} names `{word}`, which belongs in {places:?}"));
            }
        }
    }
    for (word, places) in NAMED_ONCE {
        for place in *places {
            if !all_code().iter().any(|(path, code)| path.starts_with(place) && names(code, word)) {
                wrong.push(format!("src/{place} does not name `{word}` any more"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_opens_with_its_duty_and_can_be_read_in_one_sitting() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        if !text.starts_with("//! ") {
            wrong.push(format!("src/{path} does not open with `//!`"));
        }
        let lines = without_tests(&text).lines().count();
        if lines > MOST_LINES {
            wrong.push(format!("src/{path} has {lines} lines without its tests"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_file_of_tests_is_forgotten() {
    let mut wrong = Vec::new();
    for (path, text) in sources("tests") {
        if !text.starts_with("//! ") {
            wrong.push(format!("tests/{path} does not open with `//!`"));
        }
        if path == "suite.rs" {
            continue;
        }
        // A module `a/b.rs` is declared in `a/mod.rs`, one without a folder in `suite.rs`.
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        let (folder, name) = match name {
            "mod.rs" => folder.rsplit_once('/').unwrap_or(("", folder)),
            name => (folder, name.trim_end_matches(".rs")),
        };
        let owner =
            if folder.is_empty() { "suite.rs".to_owned() } else { format!("{folder}/mod.rs") };
        let declared =
            std::fs::read_to_string(repository("tests").join(&owner)).unwrap_or_default();
        if !declared.lines().any(|line| line.trim_start_matches("pub ") == format!("mod {name};")) {
            wrong.push(format!("tests/{owner} does not have `mod {name};`"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns the Rust files below a folder of the repository, by their path in it.
fn sources(folder: &str) -> BTreeMap<String, String> {
    let files = files_below(&repository(folder)).into_iter();
    let is_ours = |path: &str| path.ends_with(".rs") && !path.contains("node_modules/");
    files
        .filter(|(path, _)| is_ours(path))
        .map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap()))
        .collect()
}

/// Returns all files of `src`, without tests and comments.
fn all_code() -> BTreeMap<String, String> {
    let sources = sources("src").into_iter();
    let is_code = |path: &str| !path.ends_with("/tests.rs") && !path.ends_with("/testing.rs");
    sources.filter(|(path, _)| is_code(path)).map(|(path, text)| (path, code(&text))).collect()
}

fn library_code() -> BTreeMap<String, String> {
    let mut files = all_code();
    files.retain(|path, _| !path.starts_with("cli/") && path != "main.rs" && path != "lib.rs");
    files
}

/// Returns what stands before the unit tests at the foot of a file.
fn without_tests(text: &str) -> &str {
    let tests = text.find("\n#[cfg(test)]\nmod ").or_else(|| text.find("\n#[cfg(test)]\npub"));
    tests.map_or(text, |at| &text[..at])
}

fn code(text: &str) -> String {
    let lines = without_tests(text).lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// Returns whether a word stands in the code, and no longer word around it.
fn names(code: &str, word: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        // `self::csv::` and `super::csv::` are modules of ours.
        let is_path = code[..at].ends_with("self::") || code[..at].ends_with("super::");
        !before.is_some_and(is_word)
            && !is_path
            && (word.ends_with([':', '!']) || !after.is_some_and(is_word))
    })
}

/// Returns the top modules that a file names by `crate::…`, or by enough `super::`.
fn used_modules(path: &str, code: &str) -> Vec<String> {
    let depth = path.matches('/').count() + usize::from(!path.ends_with("/mod.rs"));
    let up = "super::".repeat(depth);
    let mut used = Vec::new();
    for start in ["crate::", up.as_str()] {
        for (at, _) in code.match_indices(start) {
            if start.starts_with("super") && code[..at].ends_with("super::") {
                continue;
            }
            let rest = &code[at + start.len()..];
            match rest.strip_prefix('{') {
                Some(list) => used.extend(first_words(list)),
                None => used.push(first_word(rest)),
            }
        }
    }
    used.retain(|module| !module.is_empty() && module != "super");
    used.sort_unstable();
    used.dedup();
    used
}

/// Returns the first word of each item of a list, up to the bracket that closes it.
fn first_words(list: &str) -> Vec<String> {
    let (mut words, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                words.push(first_word(&list[start..at]));
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    words
}

fn first_word(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}
