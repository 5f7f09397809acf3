//! Plans of the earlier layercake tool: they build as they are, and converted they build the same.
//!
//! A case is a folder `tests/older/<case>/` with `plan.yaml`, its inputs and `expected/`: the
//! outputs; `converted.yaml`, the plan in today's form; `stderr.txt` and `exit-code.txt` as in
//! `golden.rs`.

use std::collections::BTreeMap;
use std::path::Path;

use crate::golden::{compare, folders};
use crate::support::{Project, needs, repository};

#[test]
fn older_plans_build_as_they_are_and_converted_they_build_the_same() {
    let mut wrong = Vec::new();
    for case in folders(&repository("tests/older")) {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        wrong.extend(check_case(&case).into_iter().map(|problem| format!("{name}: {problem}")));
    }
    assert!(wrong.is_empty(), "{} problems\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn there_is_a_plan_for_every_exporter_and_every_key() {
    let plans: String = folders(&repository("tests/older"))
        .iter()
        .map(|case| std::fs::read_to_string(case.join("plan.yaml")).unwrap())
        .collect();
    let exporters = "GML DOT DOTHierarchy JSON PlantUML PlantUmlMindmap PlantUmlWbs CSVNodes CSVEdges \
                     CSVMatrix Mermaid MermaidMindmap MermaidTreemap JSGraph !Custom";
    for exporter in exporters.split_whitespace() {
        let is_used = |line: &str| {
            let word = line.trim().trim_start_matches("- ").strip_prefix("exporter:");
            word.and_then(|word| word.split_whitespace().next())
                .is_some_and(|word| word.trim_matches('"') == exporter)
        };
        assert!(plans.lines().any(is_used), "no plan has the exporter {exporter}");
    }
    let keys = "invert_graph max_partition_depth max_partition_width node_label_max_length \
                node_label_insert_newlines_at edge_label_max_length edge_label_insert_newlines_at \
                aggregate_edges generate_hierarchy drop_unconnected_nodes contain_nodes orientation \
                apply_layers built_in_styles target_options graphviz layout overlap splines nodesep \
                ranksep comment_style mermaid look display theme add_node_comments_as_notes \
                note_position use_node_weight use_edge_weight layer_source_styles source_dataset_id \
                mode use_default_styling partials template";
    for key in keys.split_whitespace() {
        assert!(plans.contains(&format!("{key}:")), "no plan has the key `{key}`");
    }
}

#[test]
fn all_that_is_wrong_is_shown_to_who_wants_it() {
    let profile = "  - { filename: a.dot, exporter: Dot }\n".repeat(60);
    let plan = format!("import: {{ profiles: [] }}\nexport:\n  profiles:\n{profile}");
    let plan = plan.replace("a.dot", "a{}.dot");
    let numbered = plan.split("{}").enumerate();
    let plan: String = numbered.map(|(at, part)| format!("{part}{at}")).collect();
    let project = Project::of(&[("plan.yaml", plan.trim_end_matches("60"))]);
    for command in ["build", "convert"] {
        let told = |arguments: &[&str]| {
            let output = project.run(&[&[command, "-f", "plan.yaml"], arguments].concat());
            assert_eq!(output.status.code(), Some(2), "{command}");
            String::from_utf8(output.stderr).unwrap()
        };
        let (some, all) = (told(&[]), told(&["--verbose"]));
        assert_eq!(some.matches("error[unknown-word]").count(), 20, "{some}");
        assert!(
            some.ends_with("… and 40 more problems like these; `--verbose` shows all of them\n\n"),
            "{some}"
        );
        assert_eq!(all.matches("error[unknown-word]").count(), 60, "{all}");
        assert!(!all.contains("more problems"), "{all}");
    }
}

#[test]
fn a_plan_reads_and_writes_beside_its_folder_within_a_work_tree() {
    let plan = "import: { profiles: [{ filename: ../data/n.csv, filetype: Nodes },\n\
                \x20 { filename: ../data/l.csv, filetype: Layers }] }\n\
                export: { profiles: [{ filename: ../out/a.json, exporter: JSON }] }\n";
    let project = Project::of(&[
        ("plans/plan.yaml", plan),
        ("data/n.csv", "id,label,layer,is_partition,belongs_to\na,A,l,false,\n"),
        ("data/l.csv", "id,label,background,border,text\nl,L,fff,000,000\n"),
    ]);
    let arguments = ["build", "-f", "plans/plan.yaml"];
    let output = project.run(&arguments);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{told}");
    for part in [
        "`../out/a.json` cannot be used: the path leads out of the project",
        "the project is the folder of the plan; nothing outside of it is read or written",
        "put the plan and its files into one git work tree",
    ] {
        assert!(told.contains(part), "{told}");
    }
    if cfg!(feature = "git") && needs(&["git"]) {
        let mut git = std::process::Command::new("git");
        assert!(
            git.args(["init", "-q"]).current_dir(project.path(".")).status().unwrap().success()
        );
        let output = project.run(&arguments);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(project.text("out/a.json").contains("\"id\": \"a\""));
    }
}

fn check_case(case: &Path) -> Vec<String> {
    let is_expected = |path: &str| path.starts_with("expected/");
    let project = Project::copy_of(case, is_expected);
    let inputs = project.files();
    let run = |arguments: &[&str]| {
        let output = project.run(arguments);
        (output.status.code().unwrap(), output.stderr)
    };
    let (code, stderr) = run(&["build", "-f", "plan.yaml", "--quiet", "--jobs", "1"]);
    let mut made = new_files(&project, &inputs);
    let outputs = made.clone();
    if !stderr.is_empty() {
        made.insert("stderr.txt".to_owned(), stderr);
    }
    if code != 0 {
        made.insert("exit-code.txt".to_owned(), format!("{code}\n").into_bytes());
    }
    let mut problems = Vec::new();
    if code == 0 {
        let again = project.run(&["build", "-f", "plan.yaml"]);
        let told = String::from_utf8_lossy(&again.stdout).into_owned();
        if again.status.code() != Some(0) || told.contains("built") {
            problems.push(format!("a second build is not fresh: {told}"));
        }
        let (code, _) = run(&["convert", "-f", "plan.yaml", "-o", "layercake.yaml", "--quiet"]);
        if code != 0 {
            problems.push("it cannot be converted".to_owned());
        }
        made.insert(
            "converted.yaml".to_owned(),
            project.bytes("layercake.yaml").unwrap_or_default(),
        );
        project.remove("plan.yaml");
        outputs.keys().for_each(|path| project.remove(path));
        run(&["build", "--quiet"]);
        let mut converted = new_files(&project, &inputs);
        converted.remove("layercake.yaml");
        let differs = |path: &&String| outputs.get(*path) != converted.get(*path);
        if let Some(path) = outputs.keys().chain(converted.keys()).find(differs) {
            problems.push(format!("converted, it makes another `{path}`"));
        }
    }
    problems.extend(compare(&case.join("expected"), &made));
    problems
}

/// Returns the files that were not there before, or not so.
fn new_files(project: &Project, before: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let mut files = project.files();
    files.retain(|path, bytes| before.get(path) != Some(bytes));
    files
}
