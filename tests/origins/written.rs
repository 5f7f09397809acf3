//! Files of every format, small ones, with the place of each thing in them.

use super::{Import, edge_name, place};
use layercake::origin::Wanted;

use crate::support::repository;

/// Checks the places of all that one file of a format holds.
#[track_caller]
fn check(kind: &str, text: &str, expected: &[&str]) {
    let options = r#"{"graph": "g", "on_error": "fail"}"#;
    let import = Import::new(kind, options, vec![("g", text.as_bytes().to_vec())]);
    assert_eq!(import.shown(), expected, "{kind}: {text}");
}

/// Checks the places of all that files hold, which have rules or tables.
#[track_caller]
fn check_files(kind: &str, options: &str, files: &[(&'static str, &str)], expected: &[&str]) {
    let files = files.iter().map(|(path, text)| (*path, text.as_bytes().to_vec())).collect();
    assert_eq!(Import::new(kind, options, files).shown(), expected);
}

#[test]
fn an_edge_of_dot_is_where_its_own_source_is() {
    check(
        "dot",
        "digraph {\n  a -> b ->\n    a -> \"c d\":n;\n  {x y} -> a\n  subgraph cluster_s { z }\n  \
         subgraph t { u } -> {v; w}\n  \"c d\" [label=C]\n  z -> z -> z [id=two]\n}\n",
        &[
            "a g:2:3 [a]",
            "b g:2:8 [b]",
            "c d g:3:10 [\"c d\"]",
            "s g:5:12 [cluster_s]",
            "u g:6:16 [u]",
            "v g:6:24 [v]",
            "w g:6:27 [w]",
            "x g:4:4 [x]",
            "y g:4:6 [y]",
            "z g:5:24 [z]",
            "a->b g:2:3 [a]",
            "a->c d g:3:5 [a]",
            "b->a g:2:8 [b]",
            "u->v g:6:16 [u]",
            "u->w g:6:16 [u]",
            "x->a g:4:4 [x]",
            "y->a g:4:6 [y]",
            "z->z g:8:3 [z]",
            "z->z#2 g:8:3 [z]",
        ],
    );
    check(
        "dot",
        "strict graph {\n a -- b\n b -- a\n\ta--a }",
        &["a g:2:2 [a]", "b g:2:7 [b]", "a->a g:4:2 [a]", "a->b g:2:2 [a]"],
    );
}

#[test]
fn an_edge_of_mermaid_is_where_its_own_source_is() {
    check(
        "mermaid",
        "flowchart TD\n  a --> a --> b[B & C]\n  b & c -- text --> a & d\n  subgraph s [S]\n    \
         c e1@-->\n  d\n  end\n  subgraph \"a title\"\n    x\n  end\n  s e2@--> a\n",
        &[
            "a g:2:3 [a]",
            "b g:2:15 [b]",
            "c g:3:7 [c]",
            "d g:3:25 [d]",
            "s g:4:12 [s]",
            "subGraph1 g:8:13 [a]",
            "x g:9:5 [x]",
            "a->a g:2:3 [a]",
            "a->b g:2:9 [a]",
            "b->a g:3:3 [b]",
            "b->d g:3:3 [b]",
            "c->a g:3:7 [c]",
            "c->d g:3:7 [c]",
            "e1 g:5:5 [c]",
            "e2 g:11:3 [s]",
        ],
    );
}

#[test]
fn graphs_in_xml_have_the_places_of_attributes() {
    check(
        "graphml",
        "<graphml>\n<graph>\n<node id=\"a\"/><node\n id='b &amp; c'/>\n<edge target='a'\n  \
         source='b &amp; c' id='e'/><edge source='a' target='a'/>\n</graph>\n</graphml>",
        &[
            "a g:3:10 [\"a\"]",
            "b & c g:4:5 ['b &amp; c']",
            "a->a g:6:43 ['a']",
            "e g:6:10 ['b &amp; c']",
        ],
    );
    check(
        "graphml",
        "<graphml>\n<key id='k' for='node' attr.name='id'/>\n<graph>\n<node id='n0'>\n<data key='k'>\n  \
         shop\n</data></node>\n<edge source='n0' target='n0'/></graph>\n</graphml>",
        &["\n  shop\n g:6:3 [shop]", "\n  shop\n->\n  shop\n g:8:14 ['n0']"],
    );
    check(
        "gexf",
        "<gexf><graph><nodes>\n<node id='a'>\n<nodes><node id='b'/></nodes></node></nodes>\n<edges>\n<edge \
         id='1' source='a' target='b'/>\n<edge id='2'\nsource='a' target='b'/></edges></graph></gexf>",
        &["a g:2:10 ['a']", "b g:3:17 ['b']", "1 g:5:21 ['a']", "2 g:7:8 ['a']"],
    );
}

#[test]
fn nodes_that_are_numbered_are_where_their_names_are() {
    check(
        "gml",
        "graph [\n node [\n  id 1\n  label \"shop\" ]\n node [ id 2 label \"till\" ]\n edge [\n  target 1\n  \
         source 2\n ]\n edge [ source 1 target 1 id \"loop\" ]\n]\n",
        &[
            "shop g:4:9 [\"shop\"]",
            "till g:5:20 [\"till\"]",
            "loop g:10:16 [1]",
            "till->shop g:8:10 [2]",
        ],
    );
    check(
        "pajek",
        "*Vertices 3\n1 \"shop\"\n2 \"till\"\n*Arcs\n1 2 2\r\n 2 2\n*Arcslist\n2 1 2\n",
        &[
            "1 g:2:1 [1]",
            "2 g:3:1 [2]",
            "3 g:1:1 [*Vertices]",
            "1->2 g:5:1 [1]",
            "2->1 g:8:1 [2]",
            "2->2 g:6:2 [2]",
            "2->2#2 g:6:2 [2]",
        ],
    );
    check(
        "pajek",
        "*Vertices 3\n1 \"shop\"\n2 \"a\\\"\n3 till\n*Arcslist\n1 1 2\n2 3\n",
        &[
            "a\\ g:3:3 [\"a\\\"]",
            "shop g:2:3 [\"shop\"]",
            "till g:4:3 [till]",
            "a\\->till g:7:1 [2]",
            "shop->a\\ g:6:1 [1]",
            "shop->shop g:6:1 [1]",
        ],
    );
}

#[test]
fn graphs_in_json_have_the_places_of_values() {
    check(
        "json",
        "{\"edges\": [\n{\"target\": \"a\", \"id\": \"e\",\n\"source\": \"\\u0062\"}],\n\
         \"nodes\": [{\"id\": \"b\"},\r\n {\"id\": \"a\"}]}",
        &["a g:5:9 [\"a\"]", "b g:4:18 [\"b\"]", "e g:3:11 [\"\\u0062\"]"],
    );
    check(
        "json_graph",
        "{\"graph\": {\n\"nodes\": {\n\"a\": {},\n\"b\": {\"label\": \"a\"}},\n\"edges\": [\n{\"source\": \
         \"a\", \"target\": \"b\"}]}}",
        &["a g:3:1 [\"a\"]", "b g:4:1 [\"b\"]", "a->b g:6:12 [\"a\"]"],
    );
    check(
        "node_link",
        "{\"nodes\": [\n{\"id\": 7},\n {\"id\": \"7b\"}],\n\"links\": [\n{\"source\": 7, \"target\": \"7b\"}, \
         {\"source\": 7, \"target\": 7}]}",
        &["7 g:2:8 [7]", "7b g:3:9 [\"7b\"]", "7->7 g:5:43 [7]", "7->7b g:5:12 [7]"],
    );
    check(
        "cytoscape",
        "[\n{\"data\": {\"id\": \"e\", \"source\": \"a\", \"target\": \"b\"}},\n{\"data\": {\"id\": \"a\"}},\n \
         {\"data\": {\"id\": \"b\", \"parent\": \"a\"}}]",
        &["a g:3:17 [\"a\"]", "b g:4:18 [\"b\"]", "e g:2:32 [\"a\"]"],
    );
}

#[test]
fn a_file_of_one_line_has_columns() {
    let nodes: Vec<String> = (0..500).map(|at| format!("{{\"id\":\"n{at}\"}}")).collect();
    let text = format!("{{\"nodes\":[{}],\"edges\":[]}}", nodes.join(","));
    let import = Import::new(
        "json",
        r#"{"graph": "g", "on_error": "fail"}"#,
        vec![("g", text.clone().into())],
    );
    for line in import.shown() {
        let (id, at) = line.split_once(' ').unwrap();
        let column = text.find(&format!("\"{id}\"")).unwrap() + 1;
        assert_eq!(at, format!("g:1:{column} [\"{id}\"]"));
    }
}

#[test]
fn data_of_any_syntax_has_the_places_of_what_makes_nodes_and_edges() {
    let rules = |files: &str, rules: &str| format!(r#"{{"graph": {files}, {rules}}}"#);
    let services = r#""nodes": [{"each": "$.services[*]", "id": "name"}],
        "edges": [{"each": "$.services[*].calls[*]", "source": "^^.name", "target": "@"}]"#;
    check_files(
        "mapping",
        &rules(r#""a.yaml""#, services),
        &[(
            "a.yaml",
            "services:\n- name: shop\n  calls: [till,\n    \"mail\"]\n- name: till\n---\nservices:\n- calls:\n  - shop\n  name: 'mail'\n",
        )],
        &[
            "mail a.yaml:10:9 ['mail']",
            "shop a.yaml:2:9 [shop]",
            "till a.yaml:5:9 [till]",
            "mail->shop a.yaml:9:5 [shop]",
            "shop->mail a.yaml:4:5 [\"mail\"]",
            "shop->till a.yaml:3:11 [till]",
        ],
    );
    check_files(
        "mapping",
        &rules(r#"["a.ndjson", "b.ndjson"]"#, &services.replace("services[*]", "name^")),
        &[
            (
                "a.ndjson",
                "{\"name\": \"a\", \"calls\": [\"b\"]}\n\n{\"name\": \"b\", \"calls\": [\"c\", \"a\"]}\n",
            ),
            ("b.ndjson", "{\"name\": \"c\",\n\"calls\": []}"),
        ],
        &[
            "a a.ndjson:1:10 [\"a\"]",
            "b a.ndjson:3:10 [\"b\"]",
            "c b.ndjson:1:10 [\"c\"]",
            "a->b a.ndjson:1:25 [\"b\"]",
            "b->a a.ndjson:3:30 [\"a\"]",
            "b->c a.ndjson:3:25 [\"c\"]",
        ],
    );
    let keys = r#""nodes": [{"each": "$.services.*", "id": "@~"}],
        "edges": [{"each": "$.services.*.calls.*", "source": "^^~", "target": "@~"}]"#;
    for (path, text, places) in [
        ("a.yaml", "services:\n  shop:\n    calls: { till: 1 }\n  till:\n", ["2:3", "4:3", "3:14"]),
        (
            "a.json",
            "{\"services\": {\n\"shop\":\n{\"calls\": {\"till\": 1}},\n\"till\": {}}}",
            ["2:2", "4:2", "3:13"],
        ),
        (
            "a.toml",
            "[services.shop]\ncalls = { till = 1 }\n[services.till]\nx = 1\n",
            ["1:11", "3:11", "2:11"],
        ),
        ("a.toml", "[services]\nshop = { calls.till = 1 }\ntill = {}\n", ["2:1", "3:1", "2:16"]),
        (
            "a.xml",
            "<services>\n<shop><calls>\n<till/></calls></shop>\n<x:till xmlns:x='x'/></services>",
            ["2:2", "4:4", "3:2"],
        ),
    ] {
        let things = [("shop", "shop"), ("till", "till"), ("shop->till", "till")];
        let expected: Vec<String> = things
            .iter()
            .zip(places)
            .map(|((id, marked), place)| format!("{id} {path}:{place} [{marked}]"))
            .collect();
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check_files("mapping", &rules(&format!("{path:?}"), keys), &[(path, text)], &expected);
    }
}

#[test]
fn tables_of_text_have_the_places_of_cells() {
    let tables = r#"{"nodes": ["n.csv", "m.csv"], "edges": [{"path": "e.csv", "trim": true}]}"#;
    check_files(
        "csv",
        tables,
        &[
            ("n.csv", "label,id\r\n\"two\r\nlines\",a\r\n\r\n,\"b \"\"x\"\"\"\r\n"),
            ("m.csv", "id;label\n\"c\nd\";x\ne;\n"),
            (
                "e.csv",
                "id,source,target\ne1,a,e\n,a ,e\ne2,a,e\n,\"b \"\"x\"\"\",\"c\nd\"\n,e,\"c\nd\"\n",
            ),
        ],
        &[
            "a n.csv:3:8 [a]",
            "b \"x\" n.csv:5:2 [\"b \"\"x\"\"\"]",
            "c\nd m.csv:2:1 [\"c]",
            "e m.csv:4:1 [e]",
            "a->e e.csv:3:2 [a ]",
            "e1 e.csv:2:4 [a]",
            "e2 e.csv:4:4 [a]",
            "b \"x\"->c\nd e.csv:5:2 [\"b \"\"x\"\"\"]",
            "e->c\nd e.csv:7:2 [e]",
        ],
    );
    check_files(
        "csv",
        r#"{"table": ["n.csv", "m.csv"]}"#,
        &[("n.csv", "a,b\n1,\"2\n3\"\n,4\n\n5,6\n"), ("m.csv", "b,a\n\"7\n\",8\n")],
        &["0 n.csv:2:1 [1]", "1 n.csv:4:1 [,4]", "2 n.csv:6:1 [5]", "3 m.csv:2:1 [\"7]"],
    );
}

#[test]
fn a_file_of_utf16_has_places_in_characters() {
    let text: Vec<u8> = "\u{feff}id,label\nü,x\n\"é,🎂\",y\nz,\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let import = Import::new("csv", r#"{"nodes": ["n.csv"]}"#, vec![("n.csv", text)]);
    assert_eq!(import.shown(), ["z n.csv:4:1 [z]", "é,🎂 n.csv:3:1 [\"é,🎂\"]", "ü n.csv:2:1 [ü]"]);
}

#[test]
fn workbooks_and_databases_have_the_places_that_messages_have() {
    let read = |path: &str| std::fs::read(repository("tests/importers/csv").join(path)).unwrap();
    let libre = Import::new(
        "csv",
        r#"{"nodes": ["s"], "edges": ["s"]}"#,
        vec![("s", read("sheets-of-workbooks/shop.ods"))],
    );
    assert_eq!(
        libre.shown(),
        [
            "007 s[nodes]:7:1 [007]",
            "cart s[nodes]:2:1 [cart]",
            "pay s[nodes]:3:1 [pay]",
            "cart->pay s[edges]:2:1 [cart]",
            "pay->007 s[edges]:3:1 [pay]",
        ]
    );
    let excel = Import::new(
        "csv",
        r#"{"nodes": [{"path": "s", "skip_rows": 2}], "edges": [{"path": "s", "sheet": "calls"}]}"#,
        vec![("s", read("sheets-of-workbooks/shop.xlsx"))],
    );
    assert_eq!(
        excel.shown(),
        [
            "007 s[Nodes]:7:1 [007]",
            "cart s[Nodes]:4:1 [cart]",
            "pay s[Nodes]:6:1 [pay]",
            "cart->pay s[Calls]:2:1 [cart]",
            "pay->007 s[Calls]:3:1 [pay]",
        ]
    );
    let table = r#"{"table": [{"path": "s", "table": "calls"}]}"#;
    let database = Import::new("csv", table, vec![("s", read("tables-of-a-database/shop.db"))]);
    let rows = ["0 s[calls]:2:1 [cart]", "1 s[calls]:3:1 [cart]", "2 s[calls]:4:1 [pay]"];
    assert_eq!(database.shown(), rows);
}

#[test]
fn what_is_not_there_has_no_place() {
    let wanted = Wanted {
        nodes: ["a", "gone", ""].map(str::to_owned).into(),
        edges: vec![edge_name("e", "a", "a"), edge_name("e", "a", "b"), edge_name("x", "a", "a")],
        rows: vec![0, 99],
    };
    let shown = |kind: &str, options: &str, text: &str| {
        let import = Import::new(kind, options, vec![("g", text.into())]);
        let places = import.locate(&wanted);
        let all = places.nodes.iter().chain(&places.edges).chain(&places.rows);
        all.map(place).collect::<Vec<_>>()
    };
    let graph = r#"{"graph": "g", "on_error": "fail"}"#;
    let none = ["nowhere"; 8];
    let found = [
        "g:1:11 [a]",
        "nowhere",
        "nowhere",
        "g:1:14 [a]",
        "nowhere",
        "g:1:14 [a]",
        "nowhere",
        "nowhere",
    ];
    assert_eq!(shown("dot", graph, "digraph { a; a -> a [id=e] }"), found);
    assert_eq!(shown("dot", graph, "digraph { a; a -> a [id=e]"), none, "no DOT");
    assert_eq!(shown("dot", r#"{"graph": "other", "on_error": "fail"}"#, ""), none, "no file");
    assert_eq!(shown("dot", "{}", "digraph { a }"), none, "no options");
    let tables = r#"{"nodes": ["g"], "edges": ["g"]}"#;
    assert_eq!(shown("csv", tables, "id,source,target\n,,\n,a,\n"), none, "no ids, and no ends");
    assert_eq!(shown("csv", tables, "id,source,target\n\"a,b,c\n"), none, "an open quote");
    assert_eq!(shown("csv", r#"{"table": ["g"]}"#, "id\na\n")[6..], ["g:2:1 [a]", "nowhere"]);
    let rules = r#"{"graph": "g", "syntax": "json", "nodes": [{"each": "$[*]", "id": "@"}]}"#;
    assert_eq!(shown("mapping", rules, "[\"a\"")[0], "nowhere", "no JSON");
    assert_eq!(shown("mapping", rules, "[\"a\"]")[0], "g:1:2 [\"a\"]");
}
