//! Every example in the README and in `docs/` runs, or is what it claims to be.

use std::collections::BTreeSet;

use layercake::diagnostic::Diagnostics;
use layercake::expression::{Expression, Subject};
use layercake::graph::{Attribute, Date, EdgeRow, Graph, GraphBuilder, NodeRow, Type, Values};
use layercake::plan::read_plan;
use layercake::registry;
use serde_json::Value;

use crate::support::{Project, check_file, files_below, repository};

/// Returns the documents for users, by path.
fn documents() -> Vec<(String, String)> {
    let mut found: Vec<(String, Vec<u8>)> =
        vec![("README.md".to_owned(), std::fs::read(repository("README.md")).unwrap())];
    for folder in ["docs", "examples"] {
        let files = files_below(&repository(folder));
        let documents = files.into_iter().filter(|(path, _)| path.ends_with(".md"));
        found.extend(
            documents
                .filter(|(path, _)| !path.contains("/out/"))
                .map(|(path, bytes)| (format!("{folder}/{path}"), bytes)),
        );
    }
    found.into_iter().map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap())).collect()
}

/// Returns the fenced blocks of a language, each with the line it starts on.
fn blocks(text: &str, language: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in text.lines().enumerate() {
        match &mut open {
            None if line == format!("```{language}") => open = Some((number + 1, String::new())),
            Some(_) if line == "```" => found.extend(open.take()),
            Some((_, block)) => {
                block.push_str(line);
                block.push('\n');
            }
            None => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    found
}

#[test]
fn every_plan_in_the_documents_is_read() {
    let schema = jsonschema::validator_for(&layercake::plan::plan_schema()).unwrap();
    let mut count = 0;
    for (path, text) in documents() {
        for (line, block) in blocks(&text, "yaml") {
            let mut problems = Diagnostics::default();
            let read = |_: &str| Ok(block.clone().into_bytes());
            read_plan("layercake.yaml", &[], &[], &read, &mut problems);
            assert!(problems.is_empty(), "{path}:{line}: {:?}", problems.list);
            // The schema judges what the text says, before variables stand for anything.
            let value: Value = serde_yaml::from_str(&block).unwrap();
            let errors: Vec<String> =
                schema.iter_errors(&value).map(|error| error.to_string()).collect();
            let is_without_variables = !block.contains("${");
            assert!(!is_without_variables || errors.is_empty(), "{path}:{line}: {errors:?}");
            count += 1;
        }
    }
    assert!(count >= 5, "only {count} plans were found");
}

#[test]
fn every_event_in_the_documents_obeys_the_schema() {
    let schema = jsonschema::validator_for(&layercake::engine::event_schema()).unwrap();
    let text = std::fs::read_to_string(repository("docs/events.md")).unwrap();
    let events = blocks(&text, "json");
    assert!(!events.is_empty());
    for (line, block) in events {
        let event: Value = serde_json::from_str(&block).unwrap();
        assert!(schema.is_valid(&event), "docs/events.md:{line}");
    }
}

#[test]
fn what_the_readme_shows_is_what_happens() {
    let text = std::fs::read_to_string(repository("README.md")).unwrap();
    let project =
        Project::of(&[("README.md", &text), ("README.in/.keep", ""), ("README.out/.keep", "")]);
    trycmd::TestCases::new()
        .register_bin("layercake", trycmd::cargo::cargo_bin!("layercake"))
        .register_bin("rm", std::path::PathBuf::from("/bin/rm"))
        .register_bin("sed", std::path::PathBuf::from("/bin/sed"))
        .case(project.path("README.md"))
        .run();
}

#[test]
fn what_the_history_shows_is_what_happens() {
    let project = Project::copy_of(&repository("docs"), |path| path != "history.md");
    for (path, bytes) in files_below(&repository("plans/starter")) {
        project.write(&format!("history.in/{path}"), bytes);
    }
    project.write("history.out/.keep", "");
    trycmd::TestCases::new()
        .register_bin("layercake", trycmd::cargo::cargo_bin!("layercake"))
        .register_bin("sed", std::path::PathBuf::from("/bin/sed"))
        .case(project.path("history.md"))
        .run();
    // `TRYCMD=overwrite` writes the copy anew.
    let written = project.bytes("history.md");
    assert_eq!(check_file(&repository("docs/history.md"), written.as_deref()), None);
}

#[test]
fn what_the_analyses_show_is_what_happens() {
    let text = std::fs::read_to_string(repository("docs/analyses.md")).unwrap();
    let project = Project::of(&[("analyses.md", &text), ("analyses.out/.keep", "")]);
    for (path, bytes) in files_below(&repository("plans/starter")) {
        project.write(&format!("analyses.in/{path}"), bytes);
    }
    let plan = &blocks(&text, "yaml")[0].1;
    project.write("analyses.in/layercake.yaml", plan.as_bytes());
    trycmd::TestCases::new()
        .register_bin("layercake", trycmd::cargo::cargo_bin!("layercake"))
        .register_bin("cat", std::path::PathBuf::from("/bin/cat"))
        .case(project.path("analyses.md"))
        .run();
    // `TRYCMD=overwrite` writes the copy anew.
    let written = project.bytes("analyses.md");
    assert_eq!(check_file(&repository("docs/analyses.md"), written.as_deref()), None);
}

#[test]
fn what_is_drawn_as_text_is_what_is_shown() {
    let text = std::fs::read_to_string(repository("docs/show.md")).unwrap();
    let project = Project::of(&[("show.md", &text), ("show.out/.keep", "")]);
    for (path, bytes) in files_below(&repository("plans/starter")) {
        project.write(&format!("show.in/{path}"), bytes);
    }
    project.write("show.in/calls.dot", &*blocks(&text, "dot")[0].1);
    trycmd::TestCases::new()
        .register_bin("layercake", trycmd::cargo::cargo_bin!("layercake"))
        .env("LC_ALL", "C.UTF-8")
        .env("COLUMNS", "100")
        .case(project.path("show.md"))
        .run();
    // `TRYCMD=overwrite` writes the copy anew.
    let written = project.bytes("show.md");
    assert_eq!(check_file(&repository("docs/show.md"), written.as_deref()), None);
}

#[test]
fn what_the_checks_show_is_what_happens() {
    let text = std::fs::read_to_string(repository("docs/checks.md")).unwrap();
    let project = Project::of(&[("checks.md", &text), ("checks.out/.keep", "")]);
    for (path, bytes) in files_below(&repository("plans/starter")) {
        project.write(&format!("checks.in/{path}"), bytes);
    }
    let plan = &blocks(&text, "yaml")[0].1;
    project.write("checks.in/layercake.yaml", plan.as_bytes());
    trycmd::TestCases::new()
        .register_bin("layercake", trycmd::cargo::cargo_bin!("layercake"))
        .register_bin("cat", std::path::PathBuf::from("/bin/cat"))
        .register_bin("sed", std::path::PathBuf::from("/bin/sed"))
        .case(project.path("checks.md"))
        .run();
    // `TRYCMD=overwrite` writes the copy anew.
    let written = project.bytes("checks.md");
    assert_eq!(check_file(&repository("docs/checks.md"), written.as_deref()), None);
}

#[test]
fn every_rule_and_option_is_in_the_document_about_checks() {
    let text = std::fs::read_to_string(repository("docs/checks.md")).unwrap();
    let rows: Vec<Vec<String>> =
        tables(&text, "| rule | finds | options, defaults first |").collect();
    let common: Vec<String> = tables(&text, "| of every rule | |")
        .map(|row| row[0].trim_matches('`').to_owned())
        .collect();
    let schema = layercake::plan::plan_schema();
    let mut named = 0;
    for rule in registry::rules() {
        let name = rule.kind.name;
        let own: Vec<_> = rows.iter().filter(|row| in_code(&row[0]) == [name]).collect();
        assert!(!own.is_empty(), "`{name}` has no row");
        let told: BTreeSet<&str> = own.iter().flat_map(|row| in_code(&row[2])).collect();
        let known: BTreeSet<String> = options(&schema, name);
        for option in known.iter().filter(|option| !common.contains(option)) {
            assert!(told.contains(option.as_str()), "the row of `{name}` has no `{option}`");
            named += 1;
        }
        for option in &common {
            assert!(known.contains(option), "`{name}` has no `{option}`");
        }
        let used =
            blocks(&text, "yaml").iter().any(|(_, plan)| plan.contains(&format!("- {name}")));
        assert!(used, "no plan shows `{name}`");
    }
    assert!(named > 50, "only {named} options were found");
    let words: BTreeSet<&str> = registry::rules().iter().map(|rule| rule.kind.name).collect();
    for row in rows {
        assert!(words.contains(in_code(&row[0])[0]), "there is no rule {}", row[0]);
    }
}

/// Returns the names of a rule's options in the schema of plans, those of every rule among them.
fn options(schema: &Value, rule: &str) -> BTreeSet<String> {
    let of = &schema["$defs"]["rule"]["anyOf"];
    let kinds = of.as_array().unwrap().iter().find(|one| one["type"] == "object").unwrap();
    let options = &kinds["properties"][rule];
    // A rule that needs no option may also stand alone.
    let options = options.get("anyOf").map_or(options, |either| &either[0]);
    options["properties"].as_object().unwrap().keys().cloned().collect()
}

#[test]
fn what_the_bookshop_shows_is_what_happens() {
    let folder = repository("examples/bookshop");
    let is_made = |path: &str| path.starts_with("out/") || path.starts_with(".layercake/");
    let project = Project::of(&[("README.out/.keep", "")]);
    for (path, bytes) in files_below(&folder).into_iter().filter(|(path, _)| !is_made(path)) {
        let path = if path == "README.md" { path } else { format!("README.in/{path}") };
        project.write(&path, bytes);
    }
    trycmd::TestCases::new()
        .register_bin("layercake", trycmd::cargo::cargo_bin!("layercake"))
        .register_bin("cat", std::path::PathBuf::from("/bin/cat"))
        .register_bin("ls", std::path::PathBuf::from("/bin/ls"))
        .register_bin("sed", std::path::PathBuf::from("/bin/sed"))
        .case(project.path("README.md"))
        .run();
    // `TRYCMD=overwrite` writes the copy anew.
    let written = project.bytes("README.md");
    assert_eq!(check_file(&folder.join("README.md"), written.as_deref()), None);
    // The diagram of teams that the text shows is the one that is made.
    let built = Project::copy_of(&folder, is_made);
    let output = built.run(&["build", "--quiet"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let made = built.bytes("out/teams.mmd").unwrap();
    let made = String::from_utf8(made).unwrap();
    let text = std::fs::read_to_string(folder.join("README.md")).unwrap();
    let shown = &blocks(&text, "mermaid")[0].1;
    assert!(made.ends_with(shown.as_str()), "out/teams.mmd is not as shown: {made}");
}

#[test]
fn the_readme_shows_the_starter_as_it_is() {
    let text = std::fs::read_to_string(repository("README.md")).unwrap();
    let shown = &blocks(&text, "yaml")[0].1;
    let starter = std::fs::read_to_string(repository("plans/starter/layercake.yaml")).unwrap();
    let without_comments: String = starter
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(*shown, without_comments);
}

/// Returns the rows below each heading of a table, split into cells; `\\|` is no end of one.
fn tables<'a>(text: &'a str, heading: &'a str) -> impl Iterator<Item = Vec<String>> + 'a {
    text.split(heading).skip(1).flat_map(|table| {
        let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
        rows.map(|row| {
            let row = row.replace("\\|", "\u{1}");
            let cells = row.trim_matches('|').split('|');
            cells.map(|cell| cell.trim().replace('\u{1}', "|")).collect()
        })
    })
}

/// Returns what stands in backticks.
fn in_code(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// Makes the graph that the document about expressions shows.
fn shown_graph(text: &str) -> Graph {
    let mut builder = GraphBuilder::default();
    let nodes: Vec<Vec<String>> = tables(text, "| id | label | layer |").collect();
    let cell = |row: &'_ Vec<String>, at: usize| {
        let cell = row[at].trim_matches('`').to_owned();
        (!cell.is_empty()).then_some(cell)
    };
    for row in &nodes {
        builder.node(NodeRow {
            id: &cell(row, 0).unwrap(),
            label: cell(row, 1).as_deref(),
            layer: cell(row, 2).as_deref(),
            parent: cell(row, 3).as_deref(),
            ..NodeRow::default()
        });
    }
    let columns = [
        (4, "owner", Type::Text),
        (5, "replicas", Type::Integer),
        (6, "since", Type::Date),
        (7, "on-call", Type::Text),
    ];
    for (at, name, kind) in columns {
        let cells: Vec<Option<String>> = nodes.iter().map(|row| cell(row, at)).collect();
        let texts = || cells.iter().map(|cell| cell.as_deref().unwrap_or_default());
        let values = match kind {
            Type::Integer => Values::Integer(texts().map(|t| t.parse().unwrap_or(0)).collect()),
            Type::Date => {
                Values::Date(texts().map(|t| Date::parse(t).unwrap_or_default()).collect())
            }
            _ => Values::Text(texts().collect()),
        };
        let present = cells.iter().map(Option::is_some).collect();
        builder.node_attribute(Attribute { name: name.to_owned(), values, present });
    }
    for row in tables(text, "| source | target | label |") {
        let (source, target) = (row[0].trim_matches('`'), row[1].trim_matches('`'));
        builder.edge(EdgeRow { source, target, label: &row[2], ..EdgeRow::default() });
    }
    let built = builder.finish();
    assert_eq!(built.problems, []);
    built.graph
}

#[test]
fn every_expression_in_the_documents_is_what_the_tables_say() {
    let text = std::fs::read_to_string(repository("docs/expressions.md")).unwrap();
    let graph = shown_graph(&text);
    assert_eq!((graph.node_count(), graph.edge_count()), (4, 3));
    let mut count = 0;
    for (heading, subject) in
        [("| nodes for which | are |", Subject::Node), ("| edges for which | are |", Subject::Edge)]
    {
        for row in tables(&text, heading) {
            let written = in_code(&row[0])[0];
            let expression = Expression::parse(written, subject).unwrap();
            let bound = expression.bind(&graph).unwrap();
            let chosen = bound.select().unwrap();
            let found: Vec<String> = chosen.ones().map(|row| bound.row_name(row)).collect();
            let word = if subject == Subject::Node { "node" } else { "edge" };
            let expected: Vec<String> =
                in_code(&row[1]).iter().map(|id| format!("{word} `{id}`")).collect();
            assert_eq!(found, expected, "{written}");
            count += 1;
        }
    }
    for row in tables(&text, "| for `api` | is |") {
        let written = in_code(&row[0])[0];
        let expression = Expression::parse(written, Subject::Node).unwrap();
        let api = graph.find_node("api").unwrap().index().0;
        let value = expression.bind(&graph).unwrap().value(api).unwrap();
        assert_eq!(value.shown(&graph), in_code(&row[1])[0], "{written}");
        count += 1;
    }
    assert!(count >= 25, "only {count} expressions were found");
}

#[test]
fn every_path_and_value_of_the_mappings_finds_what_the_table_says() {
    let text = std::fs::read_to_string(repository("docs/mapping.md")).unwrap();
    let (_, data) = blocks(&text, "json").remove(0);
    let project = Project::of(&[("data.json", &data)]);
    for (heading, each) in [("| path | finds |", None), ("| value | is |", Some("$.services[0]"))] {
        let table = text.split_once(heading).unwrap().1;
        let rows: Vec<_> = table.lines().skip(2).take_while(|line| line.starts_with('|')).collect();
        assert!(rows.len() >= 7, "{heading}");
        for row in rows {
            let row = row.replace("\\|", "\u{1}");
            let cells: Vec<&str> = row.split('|').collect();
            let written = cells[1].trim().trim_matches('`').replace('\u{1}', "|");
            let expected: Vec<&str> = cells[2].split('`').skip(1).step_by(2).collect();
            let rule = match each {
                Some(each) => serde_json::json!({ "each": each, "id": written }),
                None if written.ends_with('~') => {
                    serde_json::json!({ "each": written, "id": "@~", "optional": true })
                }
                None => serde_json::json!({ "each": written, "id": "@", "optional": true }),
            };
            // A node of its own, so that a path may find nothing.
            let own = serde_json::json!({ "each": "$", "id": "'own'" });
            let import = serde_json::json!({ "format": "mapping", "graph": "data.json", "nodes": [rule, own] });
            let plan = serde_json::json!({ "import": { "all": import }, "export": { "out.json": { "from": "all" } } });
            project.write("layercake.yaml", plan.to_string().as_bytes());
            let output = project.run(&["build", "--quiet"]);
            let complaint = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(0), "{written}: {complaint}");
            let made: Value =
                serde_json::from_slice(&std::fs::read(project.path("out.json")).unwrap()).unwrap();
            let ids =
                made["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap());
            let mut found: Vec<&str> = ids.filter(|id| *id != "own").collect();
            let mut expected = expected.clone();
            found.sort_unstable();
            expected.sort_unstable();
            assert_eq!(found, expected, "{written}");
        }
    }
}
