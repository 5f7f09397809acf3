//! One export that writes many files: what is made, and what is not made again.

use std::collections::BTreeSet;

use layercake::engine::{Outcome, Request};

use crate::support::{Project, Random, rounds};

const PLAN: &str = "\
import:
  shop: { nodes: nodes.csv, edges: edges.csv }
export:
  'docs/{id}.dot': { from: shop, for_each: { nodes: 'layer == \"service\"' } }
  'docs/{id}.md': { from: shop, for_each: { nodes: 'layer == \"service\"' }, template: page.tera }
";

const NODES: &str = "\
id,label,layer,team
web,Web shop,service,shop
api,The API,service,shop
pay,Payments,service,money
db,Database,store,data
";

const EDGES: &str = "from,to,label\nweb,api,calls\napi,pay,calls\napi,db,reads\npay,db,reads\n";

const PAGE: &str = "# {{ item.label }}\n{% for node in nodes %}{{ node.id }} {% endfor %}\n";

fn shop() -> Project {
    Project::of(&[
        ("layercake.yaml", PLAN),
        ("nodes.csv", NODES),
        ("edges.csv", EDGES),
        ("page.tera", PAGE),
    ])
}

/// Returns the files below `docs` that are not what they were.
fn changed(project: &Project, before: &std::collections::BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let now = project.files();
    let paths: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    let is_other = |path: &&String| before.get(*path) != now.get(*path);
    let docs = paths.into_iter().filter(|path| path.starts_with("docs/"));
    docs.filter(is_other).cloned().collect()
}

#[test]
fn every_item_has_a_file_that_shows_what_is_around_it() {
    let project = shop();
    assert!(project.build().is_success());
    assert_eq!(project.text("docs/web.md"), "# Web shop\napi web \n");
    assert_eq!(project.text("docs/api.md"), "# The API\napi db pay web \n");
    assert!(project.text("docs/pay.dot").starts_with("digraph \"Payments\""));
    assert!(!project.path("docs/db.md").exists());
    assert!(project.build().built().is_empty(), "a second build runs nothing");
}

#[test]
fn an_edit_to_one_row_changes_only_the_files_that_show_it() {
    let project = shop();
    project.build();
    let before = project.files();
    project.write("nodes.csv", NODES.replace("Payments", "Paying").as_bytes());
    assert!(project.build().is_success());
    let changed = changed(&project, &before);
    // Of the page of the API's neighbors only the label of one is new, which it does not print.
    assert_eq!(changed, ["docs/api.dot", "docs/pay.dot", "docs/pay.md"]);
    project.write("nodes.csv", NODES.as_bytes());
    project.build();
    assert_eq!(project.files()["docs/pay.md"], before["docs/pay.md"], "it comes from the store");
}

#[test]
fn files_that_are_lost_or_changed_are_put_back_and_the_others_left() {
    let project = shop();
    project.build();
    let before = project.files();
    project.remove("docs/pay.md");
    project.write("docs/api.dot", b"mine");
    let check = project.build_with(&Request { check: true, ..Request::default() });
    assert_eq!(check.ended(Outcome::Stale), ["docs/{id}.dot", "docs/{id}.md"]);
    let build = project.build();
    assert!(build.built().is_empty(), "nothing is made again");
    assert_eq!(changed(&project, &before), [""; 0]);
    project.write("docs/api.dot", b"mine");
    project.build_with(&Request { keep_edited: true, ..Request::default() });
    assert_eq!(project.text("docs/api.dot"), "mine");
}

#[test]
fn files_of_items_that_are_gone_are_stale() {
    let project = shop();
    project.build();
    project.write("nodes.csv", NODES.replace("web,Web shop,service,shop\n", "").as_bytes());
    project.write("edges.csv", EDGES.replace("web,api,calls\n", "").as_bytes());
    assert!(project.build().is_success());
    assert!(project.path("docs/web.md").exists(), "a build removes nothing");
    let output = project.run(&["build", "--check"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("no step writes `docs/web.dot` any more"), "{told}");
    let output = project.run(&["clean", "--stale"]);
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(told, "removed   docs/web.dot\nremoved   docs/web.md\n");
    assert!(project.path("docs/api.md").exists());
    assert!(project.build().built().is_empty());
    project.write("nodes.csv", NODES.as_bytes());
    project.write("edges.csv", EDGES.as_bytes());
    project.build();
    assert_eq!(project.text("docs/web.md"), "# Web shop\napi web \n", "and back again");
}

#[test]
fn a_plan_that_changes_keeps_the_files_of_its_fan_outs() {
    let project = shop();
    project.build();
    let before = project.files();
    project.write("layercake.yaml", format!("{PLAN}  all.dot: {{ from: shop }}\n").as_bytes());
    let build = project.build();
    assert_eq!(build.built(), ["all.dot"]);
    assert_eq!(changed(&project, &before), [""; 0]);
    let output = project.run(&["clean", "--stale", "--dry-run"]);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "nothing to remove\n");
}

#[test]
fn two_items_with_one_path_are_an_error_that_names_both() {
    let project = shop();
    project.write("layercake.yaml", PLAN.replace("docs/{id}.dot", "docs/{team}.dot").as_bytes());
    let build = project.build_with(&Request { keep_going: true, ..Request::default() });
    let told: Vec<String> = build.diagnostics().iter().map(|d| d.message.clone()).collect();
    assert_eq!(told, ["node `api` and node `web` both go to `docs/shop.dot`"]);
    assert!(project.path("docs/api.md").exists(), "the other export is made");
}

#[test]
fn an_item_never_goes_where_another_export_writes() {
    let project = shop();
    let plan = format!("{PLAN}  docs/web.md: {{ from: shop, template: page.tera }}\n");
    project.write("layercake.yaml", plan.replace("item.", "meta.").as_bytes());
    let build = project.build_with(&Request { keep_going: true, ..Request::default() });
    let told: Vec<String> = build.diagnostics().iter().map(|d| d.message.clone()).collect();
    assert!(
        told.contains(&"an item goes to `docs/web.md`, which another export writes".to_owned()),
        "{told:?}"
    );
}

#[test]
fn one_bad_item_leaves_every_earlier_file_whole() {
    let project = shop();
    project.build();
    let before = project.files();
    let bad = "# {{ item.label }}\n{% if item.id == 'pay' %}{{ item.nothing.at.all }}{% endif %}";
    project.write("page.tera", bad.as_bytes());
    let build = project.build();
    assert!(!build.is_success());
    let notes = build.diagnostics().into_iter().flat_map(|problem| problem.notes.clone());
    assert!(notes.into_iter().any(|note| note == "in the file of one item: `docs/pay.md`"));
    assert_eq!(changed(&project, &before), [""; 0]);
}

#[test]
fn jobs_and_clean_builds_change_no_byte() {
    let project = shop();
    project.build();
    let files = project.files();
    for jobs in [1, 3] {
        let other = shop();
        other.build_with(&Request { jobs, ..Request::default() });
        assert_eq!(other.files(), files);
    }
}

#[test]
fn a_pattern_never_matches_what_a_fan_out_writes() {
    let project = shop();
    let plan = "import:\n  shop: { nodes: '*.csv' }\nexport:\n  '{id}.csv': { from: shop, format: csv_nodes, for_each: nodes }\n";
    project.write("layercake.yaml", plan.as_bytes());
    project.remove("edges.csv");
    // The only input there is looks like one of the files that may be written.
    let build = project.build();
    assert!(!build.is_success());
}

#[test]
fn an_export_to_many_files_is_a_table_of_where_each_is() {
    let project = shop();
    let index =
        "{% for row in rows %}[{{ row.label }}]({{ row.path }}) {{ row.team }}\n{% endfor %}";
    project.write("index.tera", index);
    let plan = format!("{PLAN}  index.md: {{ from: 'docs/{{id}}.md', template: index.tera }}\n");
    project.write("layercake.yaml", plan);
    assert!(project.build().is_success());
    let expected = "[The API](docs/api.md) shop\n[Payments](docs/pay.md) money\n[Web shop](docs/web.md) shop\n";
    assert_eq!(project.text("index.md"), expected);
    // What the table does not tell changes nothing that is made of it.
    project.edit("edges.csv", "api,pay,calls", "api,pay,asks");
    let build = project.build();
    assert!(build.built().contains(&"docs/{id}.md") && !build.built().contains(&"index.md"));
}

/// Makes rows of nodes and edges at random.
fn random_tables(random: &mut Random) -> [String; 2] {
    let mut nodes = String::from("id,label,layer,team\n");
    let mut ids = Vec::new();
    for id in ["web", "api", "pay", "db", "a/b", "é"] {
        if random.below(4) > 0 {
            let (label, layer) = (random.below(3), ["service", "store"][random.below(2)]);
            nodes += &format!("{id},{id} {label},{layer},t{}\n", random.below(2));
            ids.push(id);
        }
    }
    let mut edges = String::from("from,to,label\n");
    for _ in 0..random.below(8) {
        let [from, to] = [0; 2].map(|_| ids.get(random.below(ids.len().max(1))));
        let ends = from.zip(to).map(|(from, to)| format!("{from},{to},l{}\n", random.below(2)));
        edges += &ends.unwrap_or_default();
    }
    [nodes, edges]
}

#[test]
fn after_any_edits_the_files_are_those_of_a_clean_build() {
    let mut random = Random::new(7);
    let project = shop();
    let plan = PLAN.replace("template: page.tera }", "slice: { hops: all }, template: page.tera }");
    for _ in 0..rounds(25, 400) {
        let [nodes, edges] = random_tables(&mut random);
        project.write("nodes.csv", nodes);
        project.write("edges.csv", edges);
        project.write("layercake.yaml", if random.below(3) == 0 { &plan } else { PLAN });
        let docs = project.files().into_keys().filter(|path| path.starts_with("docs/"));
        let docs: Vec<String> = docs.collect();
        if !docs.is_empty() && random.below(3) == 0 {
            let path = &docs[random.below(docs.len())];
            match random.below(2) {
                0 => project.remove(path),
                _ => project.write(path, "by hand"),
            }
        }
        project.build().succeeded();
        assert!(project.build().succeeded().built().is_empty());
        project.run(&["clean", "--stale"]);
        let made = |project: &Project| {
            let mut files = project.files();
            // What somebody else has put in the place of a file that is gone stays.
            files.retain(|path, bytes| path.starts_with("docs/") && bytes != b"by hand");
            files
        };
        let clean = shop();
        for path in ["nodes.csv", "edges.csv", "layercake.yaml"] {
            clean.write(path, project.bytes(path).unwrap());
        }
        clean.build().succeeded();
        assert_eq!(made(&project), made(&clean));
    }
}
