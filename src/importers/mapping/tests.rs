//! What a mapping makes of data, and what it says when the two do not fit.

use super::super::graph_file::testing::shown;
use super::*;

/// Reads files by rules in YAML.
pub fn read(rules: &str, files: &[(&str, &str)]) -> (Result<Graph, Failed>, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    let preset = input("rules.yaml", rules);
    let files: Vec<_> = files.iter().map(|(path, text)| input(path, text)).collect();
    let request = Request { encoding: None, missing_nodes: None, on_error: OnError::Fail };
    let graph = rules::read(&preset, &mut diagnostics)
        .and_then(|rules| import(&rules, &request, &[files], &mut diagnostics));
    assert_eq!(graph.is_err(), diagnostics.has_errors(), "{diagnostics:#?}");
    (graph, diagnostics)
}

fn input(path: &str, text: &str) -> InputFile {
    InputFile { path: path.into(), bytes: text.as_bytes().into() }
}

/// Checks the graph of a file in which nothing is wrong.
#[track_caller]
pub fn check(rules: &str, path: &str, text: &str, expected: &str) {
    check_all(rules, &[(path, text)], expected);
}

#[track_caller]
fn check_all(rules: &str, files: &[(&str, &str)], expected: &str) {
    let (graph, diagnostics) = read(rules, files);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    assert_eq!(shown(&graph.unwrap()), expected);
}

/// Checks every problem: its place, what is marked there, notes and help.
#[track_caller]
pub fn fails(rules: &str, path: &str, text: &str, expected: &[&str]) {
    let (_, diagnostics) = read(rules, &[(path, text)]);
    let line = |problem: &Diagnostic| {
        let mut line = String::new();
        if let Some(label) = problem.labels.first() {
            let (at, marked) = (&label.at, &label.at.text[label.at.range.clone()]);
            line = format!("{}:{}:{} [{marked}] ", at.path, at.line, at.column);
        }
        line += &problem.message;
        let notes = problem.notes.iter().map(|note| format!("; {note}"));
        let help = problem.help.iter().map(|help| format!("; help: {help}"));
        line + &notes.chain(help).collect::<String>()
    };
    let problems: Vec<String> = diagnostics.list.iter().map(line).collect();
    assert_eq!(problems, expected, "{problems:#?}");
}

const SERVICES: &str = r#"
nodes:
  - each: $.services[*]
    id: name
    label: [title?, name]
    layer: kind
    belongs_to: team?
    attributes: { tags: "tags[*]?" }
  - { each: "$.services[*].team", id: "@", is_partition: true, duplicates: first, optional: true }
edges:
  - { each: "$.services[*].calls[*]", source: ^^.name, target: to, label: "'calls'", weight: "rate?", optional: true }
"#;

#[test]
fn paths_say_what_is_a_node_an_edge_a_layer_and_a_partition() {
    let expected = "api(The API)<core/web{tags=\"a, b\"} core! db<core/store \
                    api->db(calls)*2.5 /store:store /web:web";
    let json = r#"{"services": [
        {"name": "api", "title": "The API", "kind": "web", "team": "core", "tags": ["a", "b"],
         "calls": [{"to": "db", "rate": 2.5}]},
        {"name": "db", "kind": "store", "team": "core"}]}"#;
    let yaml = "services:\n- &api {name: api, title: The API, kind: web, team: core, tags: [a, b], \
                calls: [{to: db, rate: 2.5}]}\n- {name: db, kind: store, team: core}\n";
    check(SERVICES, "a.json", json, expected);
    check(SERVICES, "a.yaml", yaml, expected);
}

#[test]
fn every_syntax_gives_the_same_graph() {
    let rules = "nodes: [{each: '$.a.b[*]', id: id, attributes: {n: n, t: t}}]";
    let expected = "x{n=1,t=\"u v\"} y{n=2,t=\"é\"}";
    check(
        rules,
        "a.json",
        r#"{"a": {"b": [{"id": "x", "n": 1, "t": "u v"}, {"id": "y", "n": 2, "t": "é"}]}}"#,
        expected,
    );
    check(
        rules,
        "a.yaml",
        "a:\n  b:\n  - {id: x, n: 1, t: u v}\n  - id: y\n    n: 2\n    t: é\n",
        expected,
    );
    check(
        rules,
        "a.toml",
        "[[a.b]]\nid = 'x'\nn = 1\nt = 'u v'\n[[a.b]]\nid = 'y'\nn = 2\nt = 'é'\n",
        expected,
    );
    let rules = rules.replace("[*]", "");
    check(
        &rules,
        "a.xml",
        "<a><b id='x' n='1'><t>u v</t></b><b id='y' n='2' t='é'/></a>",
        expected,
    );
    let rules = "nodes: [{each: $, id: id, attributes: {n: n, t: t}}]";
    check(
        rules,
        "a.ndjson",
        "{\"id\": \"x\", \"n\": 1, \"t\": \"u v\"}\n\n{\"id\": \"y\", \"n\": 2, \"t\": \"é\"}\n",
        expected,
    );
    check(rules, "a.yml", "id: x\nn: 1\nt: u v\n---\nid: y\nn: 2\nt: é\n", expected);
}

#[test]
fn paths_are_those_of_jsonpath() {
    let data = r#"{"a": [{"k": "x", "n": 1}, {"k": "y", "n": null, "d-e": true}, {"k": "z", "in": {"k": "w"}}],
                   "m": {"p q": {"k": "u"}, "r": {"k": "v"}}}"#;
    for (path, expected) in [
        ("$.a[*].k", "x y z"),
        ("$.a[0].k", "x"),
        ("$['a'][-1]['k']", "z"),
        ("$.a.*.k", "x y z"),
        ("$..k", "u v w x y z"),
        ("$.a[*]..k", "w x y z"),
        ("$.m[\"p q\"].k", "u"),
        ("$.m.*~", "p q r"),
        ("$.a[*]~", "0 1 2"),
        ("$.m.*.k^~", "p q r"),
        ("$.m.r.k^^['p q'].k", "u"),
        ("$.a[?@.n].k", "x y"),
        ("$.a[?@.n == 1].k", "x"),
        ("$.a[?@.n == null].k", "y"),
        ("$.a[?@.n != 1].k", "y z"),
        ("$.a[?@.k == 'x' || @.k == 'z'].k", "x z"),
        ("$.a[?!(@.k == 'x') && !@.in].k", "y"),
        ("$.a[?@['d-e'] == true].k", "y"),
        ("$.a[?@.k == $.a[0].k].k", "x"),
        ("$..[?@.k == 'w'].k", "w"),
        ("$.m[?@~ == 'r'].k", "v"),
    ] {
        let rules = format!("nodes: [{{each: {path:?}, id: '@'}}]");
        // A key is a text, which the rule takes by `~`.
        let rules = match path.strip_suffix('~') {
            Some(path) => format!("nodes: [{{each: {path:?}, id: '@~'}}]"),
            None => rules,
        };
        let (graph, diagnostics) = read(&rules, &[("a.json", data)]);
        assert!(diagnostics.is_empty(), "{path} {diagnostics:#?}");
        let graph = graph.unwrap();
        let ids: Vec<&str> = graph.nodes().map(|node| node.id()).collect();
        assert_eq!(ids.join(" "), expected, "{path}");
    }
}

#[test]
fn values_are_paths_texts_with_paths_or_texts() {
    let data = r#"[{"ns": "prod", "name": "API", "image": "host:5000/team/api:1.2", "url": "http://db:80/x"}]"#;
    for (value, expected) in [
        ("name", "API"),
        ("\"'name'\"", "name"),
        ("\"{ns}/{name | lower}\"", "prod/api"),
        ("image | after_last '/' | before ':'", "api"),
        ("image | after_last ':'", "1.2"),
        ("image | before_last ':'", "host:5000/team/api"),
        ("url | after '://' | before ':'", "db"),
        ("name | before '/'", "API"),
        ("\"{{{name}}}\"", "{API}"),
        ("[none?, \"{ns}-{none}\", name]", "API"),
        ("\"{['name']}\"", "API"),
    ] {
        let rules = format!("nodes:\n- each: $[*]\n  id: {value}\n");
        check(&rules, "a.json", data, expected);
    }
}

#[test]
fn what_is_named_may_have_several_names() {
    let rules = "
nodes:
  - { each: '$.p[*]', id: '{name} {version}', also: [name], label: name }
edges:
  - { each: '$.p[*]', source: '{name} {version}', target: 'needs[*]?' }
";
    let rules = rules.replace("id: '{name} {version}'", "id: \"{name} {version}\"");
    let a = r#"{"name": "a", "version": "1", "needs": ["b", "c 2"]}"#;
    let b = r#"{"name": "b", "version": "1"}, {"name": "c", "version": "1"}, {"name": "c", "version": "2"}"#;
    check(
        &rules,
        "a.json",
        &format!("{{\"p\": [{a}, {b}]}}"),
        "a 1(a) b 1(b) c 1(c) c 2(c) a 1->b 1 a 1->c 2",
    );
    let a = a.replace("c 2", "c");
    fails(
        &rules,
        "a.json",
        &format!("{{\"p\": [{a}, {b}]}}"),
        &["a.json:1:53 [\"c\"] several nodes have the name `c`; help: name it by its id"],
    );
}

#[test]
fn nodes_that_are_not_there_are_a_problem_unless_the_plan_says_more() {
    let rules = |missing: &str| {
        format!(
            "
nodes: [{{ each: '$.n[*]', id: '@' }}]
edges: [{{ each: '$.e[*]', source: from, target: to, missing_nodes: {missing} }}]
"
        )
    };
    let data = r#"{"n": ["a", "b"], "e": [{"from": "a", "to": "b"}, {"from": "a", "to": "bb"}]}"#;
    check(&rules("add"), "a.json", data, "a b bb a->b a->bb");
    check(&rules("drop"), "a.json", data, "a b a->b");
    fails(
        &rules("error"),
        "a.json",
        data,
        &["a.json:1:71 [\"bb\"] there is no node `bb`; help: did you mean `b`?"],
    );
}

#[test]
fn a_target_is_looked_for_in_what_is_around_it() {
    let rules = "
nodes: [{ each: '$.*', id: '@~' }]
edges: [{ each: '$.*.needs.*', source: '^^~', target: \"{^^~}/in/{@~}\", climb: /in/, missing_nodes: drop }]
";
    let data = r#"{"": {"needs": {"b": 1}}, "in/a": {"needs": {"b": 1, "c": 1}}, "in/b": {}, "in/c": {},
                   "in/a/in/b": {"needs": {"c": 1, "b": 1, "z": 1}}, "w": {"needs": {"a": 1}}}"#;
    let data = data.replace("\"\":", "\"root\":");
    check(
        rules,
        "a.json",
        &data,
        "in/a in/a/in/b in/b in/c root w in/a->in/a/in/b in/a->in/c in/a/in/b->in/a/in/b \
         in/a/in/b->in/c root->in/b w->in/a",
    );
}

#[test]
fn what_finds_nothing_says_what_is_there_instead() {
    let data = "packages:\n- name: a\n  versoin: 1\n- name: b\n";
    fails(
        "nodes: [{each: '$.pakages[*]', id: name}]",
        "a.yaml",
        data,
        &["a.yaml:1:1 [packages] `$.pakages[*]` finds nothing; keys here: `packages`; \
         `optional: true` in a rule says that this is fine; help: did you mean `packages`?"],
    );
    fails(
        "nodes: [{each: $.packages.name, id: name}]",
        "a.yaml",
        data,
        &[
            "a.yaml:2:3 [name] `$.packages.name` finds nothing; it is a list: `[*]` takes all that is in it; \
         `optional: true` in a rule says that this is fine",
        ],
    );
    fails(
        "nodes: [{each: '$.packages[?@.kind == 1]', id: name}]",
        "a.yaml",
        data,
        &["a.yaml:2:3 [name] `$.packages[?@.kind == 1]` finds nothing; \
         `optional: true` in a rule says that this is fine"],
    );
    fails(
        "nodes: [{each: '$.packages[*]', id: nam}]",
        "a.yaml",
        data,
        &[
            "a.yaml:2:3 [name] the node has no id; keys here: `name`, `versoin`; help: did you mean `name`?",
            "a.yaml:4:3 [name] the node has no id; keys here: `name`; help: did you mean `name`?",
        ],
    );
    fails(
        "nodes: [{each: '$.packages[*]', id: name, label: version, layer: x?}]",
        "a.yaml",
        data,
        &[
            "a.yaml:2:3 [name] `label: version` finds nothing in any of 2 items; keys here: `name`, `versoin`; \
         a `?` at its end says that this is fine; a text as it is stands in quotes; \
         help: did you mean `versoin`?",
        ],
    );
    fails(
        "nodes: [{each: '$.x[*]', id: name, optional: true}]",
        "a.yaml",
        data,
        &["a.yaml:1:1 [packages] `$.x[*]` finds nothing; keys here: `packages`; \
         `optional: true` in a rule says that this is fine"],
    );
}

#[test]
fn values_of_another_shape_are_told() {
    let rules = "nodes: [{each: '$[*]', id: a, label: 'b?', attributes: {c: 'c?'}}]";
    fails(
        rules,
        "a.json",
        r#"[{"a": {"x": 1}}, {"a": "i", "b": ["u", "v"], "c": ["p", "q"]}]"#,
        &[
            "a.json:1:8 [{] `id` is a text, and this is a map; help: `[*]` in a path takes all that is in it",
            "a.json:1:2 [{] the node has no id",
            "a.json:1:35 [[] `label` is a text, and this is a list; help: `[*]` in a path takes all that is in it",
            "a.json:1:52 [[] `c` is a text, and this is a list; help: `[*]` in a path takes all that is in it",
        ],
    );
    let rules = "nodes: [{each: '$[*]', id: 'a', label: 'b[*]'}]";
    fails(
        rules,
        "a.json",
        r#"[{"a": "i", "b": ["u", "v"]}]"#,
        &[
            "a.json:1:24 [\"v\"] `label` is one text, and there are 2: `u`, `v`; help: `[0]` in a path takes the first item of a list",
        ],
    );
    let rules = "nodes: [{each: '$[*]', id: '@'}]";
    fails(rules, "a.json", r#"["a", "b", "a"]"#, &["a.json:1:12 [\"a\"] the id `a` is taken"]);
}

#[test]
fn places_are_those_of_the_file_among_many() {
    let rules = "nodes: [{each: '$[*]', id: '@'}]";
    let (_, diagnostics) = read(
        rules,
        &[("a.json", "[\"a\",\n\"b\"]"), ("b.json", "[\"c\",\n\n\"b\"]"), ("c.json", "[\"d\"]")],
    );
    let labels: Vec<_> =
        diagnostics.list[0].labels.iter().map(|label| (&*label.at.path, label.at.line)).collect();
    assert_eq!(labels, [("b.json", 3), ("a.json", 2)]);
}

#[test]
fn rules_that_are_wrong_are_shown_where_they_stand() {
    let rules = "nodes:\n  - each: $.a[\n    id: name\n    lable: x\nedges:\n  - each: $.a\n    source: '{x'\n";
    fails(
        rules,
        "a.json",
        "{}",
        &[
            "rules.yaml:2:11 [$.a[] `$.a[` ends where `*`, a number, a name in quotes, or a filter should stand",
            "rules.yaml:4:5 [lable] unknown key `lable`; known here: `also`, `attributes`, `belongs_to`, `climb`, `comment`, `duplicates`, `each`, `id`, `is_partition`, `label`, `layer`, `missing_nodes`, `optional` or `weight`; help: did you mean `label`?",
            "rules.yaml:7:13 ['{x'] `{` is never closed in `{x`; write `{{` for the sign itself",
        ],
    );
}

#[test]
fn a_target_may_be_all_that_have_every_name() {
    let rules = "
nodes:
  - { each: '$.pods.*', id: '@~', also: [\"labels.* | keyed '='?\"] }
  - { each: '$.services.*', id: '@~' }
edges:
  - { each: '$.services.*', source: '@~', target: \"* | keyed '='\", every: true, missing_nodes: drop }
";
    let pods = "pods:\n  web-1: { labels: { app: shop, tier: web } }\n  \
                web-2: { labels: { app: shop, tier: web, new: y } }\n  \
                db: { labels: { app: shop, tier: db } }\n  bare: {}\n";
    let services = |services: &str| format!("{pods}services:\n  s: {services}\n");
    let nodes = "bare db s web-1 web-2";
    for (selector, edges) in [
        ("{ app: shop, tier: web }", " s->web-1 s->web-2"),
        ("{ tier: web, new: y }", " s->web-2"),
        ("{ app: shop }", " s->db s->web-1 s->web-2"),
        ("{ app: shop, tier: mail }", ""),
        ("{ tier: db, new: y }", ""),
        // The key is part of the name.
        ("{ shop: app }", ""),
    ] {
        check(rules, "a.yaml", &services(selector), &format!("{nodes}{edges}"));
    }
    fails(
        &rules.replace(", missing_nodes: drop", ""),
        "a.yaml",
        &services("{ app: mail }"),
        &["a.yaml:7:13 [mail] there is no node `app=mail`"],
    );
}

#[test]
fn folders_that_are_made_are_in_the_folders_around_them() {
    let rules = "
nodes:
  - each: '$[*]'
    id: '@'
    belongs_to: \"@ | up_to_last '/'\"
    climb: /
    missing_nodes: add
";
    check(rules, "a.json", r#"["top", "a/x"]"#, "a/(a)! a/x<a/ top");
    check(
        rules,
        "a.json",
        r#"["a/b/c/x", "a/b/y", "/r/z"]"#,
        "/r/(r)! /r/z</r/ a/(a)! a/b/(b)!<a/ a/b/c/(c)!<a/b/ a/b/c/x<a/b/c/ a/b/y<a/b/",
    );
    // Parts without end make no graph without end.
    let (graph, _) = read(rules, &[("a.json", &format!("[\"{}x\"]", "a/".repeat(5_000)))]);
    assert_eq!(graph.unwrap().nodes().count(), 34, "the node, its folder, and 32 around it");
}
