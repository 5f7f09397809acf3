//! Flowcharts read by layercake and by Mermaid itself: the same nodes, edges and subgraphs, and the
//! same files refused.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use layercake::diagnostic::Diagnostics;
use layercake::graph::Graph;
use layercake::registry;
use layercake::step::InputFile;
use serde_json::Value;

use super::consume;
use crate::support::skip;

/// Flowcharts as the documents of Mermaid have them, and some that are wrong.
const FLOWCHARTS: &[&str] = &[
    "graph TD;A-->B;A-->C;B-->D;C-->D;",
    "flowchart LR\n    id",
    "flowchart LR\n    id1[This is the text in the box]",
    "flowchart LR\n    id[\"This ❤ Unicode\"]",
    "---\ntitle: Node\n---\nflowchart LR\n    id",
    "flowchart LR\n a(x) b([x]) \n",
    "flowchart LR\n a(x)\n b([x])\n c[[x]]\n d[(x)]\n e((x))\n f>x]\n g{x}\n h{{x}}\n i[/x/]\n j[\\x\\]\n k[/x\\]\n l[\\x/]\n m(((x)))",
    "flowchart LR\n    A --> B\n A --- B\n A -- text --- B\n A ---|text| B\n A-->|text|B\n A-- text -->B",
    "flowchart LR\n   A-.->B;\n A-. text .-> B\n A ==> B\n A == text ==> B\n A ~~~ B",
    "flowchart LR\n   A -- text --> B -- text2 --> C",
    "flowchart LR\n   a --> b & c--> d",
    "flowchart TB\n    A & B--> C & D",
    "flowchart LR\n    A --o B\n    B --x C\n A o--o B\n B <--> C\n C x--x D",
    "flowchart TD\n    A[Start] --> B{Is it?}\n    B -->|Yes| C[OK]\n    C --> D[Rethink]\n    D --> B\n    B ---->|No| E[End]",
    "flowchart LR\n    id1[\"This is the (text) in the box\"]",
    "flowchart TB\n    c1-->a2\n    subgraph one\n    a1-->a2\n    end\n    subgraph two\n    b1-->b2\n    end\n    subgraph three\n    c1-->c2\n    end\n    one --> two\n    three --> two\n    two --> c2",
    "flowchart TB\n    subgraph ide1 [one]\n    a1-->a2\n    end",
    "flowchart LR\n  subgraph TOP\n    direction TB\n    subgraph B1\n        direction RL\n        i1 -->f1\n    end\n    subgraph B2\n        direction BT\n        i2 -->f2\n    end\n  end\n  A --> TOP --> B\n  B1 --> B2",
    "flowchart LR\n%% this is a comment A -- text --> B{node}\n   A -- text --> B -- text2 --> C",
    "flowchart LR\n    A:::someclass --> B\n    classDef someclass fill:#f96",
    "flowchart LR\n    id1(Start)-->id2(Stop)\n    style id1 fill:#f9f,stroke:#333,stroke-width:4px\n    style id2 fill:#bbf",
    "flowchart LR\n    A-->B\n    click A \"https://www.github.com\"\n    linkStyle 0 stroke:#ff3",
    "flowchart LR\n  A e1@--> B\n  e1@{ animate: true }",
    "flowchart TD\n    A@{ shape: manual-file, label: \"File Handling\"}\n    A --> B@{ shape: cyl }",
    "flowchart TD\n A-->B\n\n\n  B-->C;C-->D\n",
    "flowchart TD\n A -->\n B\n --> C",
    "flowchart TD\n a-b --> c_d\n x.y --> 1a",
    "flowchart TD\n A[x] --> B[y];\n class A,B big;",
    "flowchart LR\n A[hello] -->|\"a | b\"| C(\"(x)\")",
    "flowchart LR\n A -- \"quoted -- text\" --> B",
    // Wrong ones.
    "flowchart TD\n A --> ",
    "flowchart TD\n A[x(y)]",
    "flowchart TD\n A [x]",
    "flowchart TD\n subgraph a\n B",
    "flowchart TD\n A --> end",
    "flowchart TD\n A[\"x]",
    "flowchart TD\n end",
    "flowchart XY\n A",
    "flowchart TD\n A --> B B",
    "flowchart TD\n A -->|x B",
];

#[test]
fn mermaid_reads_what_layercake_reads() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/validators");
    if !folder.join("node_modules/mermaid").exists() {
        skip::<()>("mermaid", "`npm ci` was not run in tests/validators");
        return;
    }
    let mut command = Command::new("node");
    command.arg(folder.join("flowcharts.mjs"));
    let request = serde_json::to_string(FLOWCHARTS).unwrap();
    let Some(answer) = consume("mermaid", &mut command, &request) else { return };
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let mut wrong = Vec::new();
    for (text, theirs) in FLOWCHARTS.iter().zip(answer["results"].as_array().unwrap()) {
        let ours = import(text);
        let found = ours.as_ref().ok().map(rows);
        let expected = theirs["error"].is_null().then(|| rows_of(theirs));
        if found != expected {
            let error = &theirs["error"];
            wrong.push(format!(
                "{text}\n  ours   {found:?} {:?}\n  theirs {expected:?} {error}",
                ours.err()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn import(text: &str) -> Result<Graph, String> {
    let kind = registry::importers().iter().find(|kind| kind.kind.name == "mermaid").unwrap();
    let file = InputFile { path: "x".into(), bytes: text.as_bytes().into() };
    let mut diagnostics = Diagnostics::default();
    let options = r#"{"graph": "x", "on_error": "fail"}"#;
    let graph = (kind.import)(options, &[vec![file]], &mut diagnostics);
    let graph = graph.map(|data| data.into_graph().unwrap());
    graph.map_err(|_| diagnostics.list[0].message.clone())
}

/// Returns what a graph holds: nodes that are no partitions, edges, and who is in what.
fn rows(graph: &Graph) -> BTreeSet<String> {
    let nodes = graph.nodes().filter(|node| !node.is_partition());
    let nodes = nodes.map(|node| format!("{} {}", node.id(), node.label()));
    let edges = graph
        .edges()
        .map(|edge| format!("{} -> {} {}", edge.source().id(), edge.target().id(), edge.label()));
    let members = graph.nodes().filter_map(|node| {
        let parent = graph.node(node.parent()?).id();
        Some(format!("{} in {parent}", node.id()))
    });
    nodes.chain(edges).chain(members).collect()
}

fn rows_of(theirs: &Value) -> BTreeSet<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let list = |name: &str| theirs[name].as_array().unwrap().iter();
    let partitions: BTreeSet<String> = list("partitions").map(|row| text(&row[0])).collect();
    let nodes = list("nodes").filter(|row| !partitions.contains(row[0].as_str().unwrap()));
    let nodes = nodes.map(|row| format!("{} {}", text(&row[0]), text(&row[1])));
    let edges = list("edges")
        .map(|row| format!("{} -> {} {}", text(&row[0]), text(&row[1]), text(&row[2])));
    let members = list("partitions").flat_map(|row| {
        let members = row[1].as_array().unwrap().iter();
        members.map(|member| format!("{} in {}", text(member), text(&row[0]))).collect::<Vec<_>>()
    });
    nodes.chain(edges).chain(members).collect()
}
