//! What flowcharts mean, checked on small files.

use super::super::graph_file::testing;
use super::*;

#[track_caller]
fn check(text: &str, expected: &str) {
    testing::check::<Mermaid>(&format!("flowchart TD\n{text}"), expected);
}

#[test]
fn headers_of_all_kinds_are_read() {
    for header in [
        "graph TD;",
        "flowchart LR\n",
        "flowchart\n",
        "graph <\n",
        "---\ntitle: x\n---\nflowchart TB\n",
        "%%{init: {'theme': 'dark'}}%%\n%% comment\n\ngraph v\n",
        "flowchart-elk RL;",
    ] {
        testing::check::<Mermaid>(&format!("{header}A-->B"), "A B A->B");
    }
}

#[test]
fn every_shape_is_read() {
    check("a[A] --> b(B)", "a(A) b(B){shape=\"round\"} a->b");
    for (text, shape) in [
        ("a([x])", "stadium"),
        ("a[[x]]", "subroutine"),
        ("a[(x)]", "cylinder"),
        ("a((x))", "circle"),
        ("a(((x)))", "double_circle"),
        ("a>x]", "odd"),
        ("a{x}", "diamond"),
        ("a{{x}}", "hexagon"),
        ("a[/x/]", "lean_right"),
        ("a[\\x\\]", "lean_left"),
        ("a[/x\\]", "trapezoid"),
        ("a[\\x/]", "inv_trapezoid"),
        ("a(-x-)", "ellipse"),
        ("a@{ shape: cyl, label: \"x\" }", "cyl"),
        ("a@{shape: cyl\nlabel: x\n}", "cyl"),
    ] {
        check(text, &format!("a(x){{shape=\"{shape}\"}}"));
    }
    check("a[|borders:lt|x]", "a(x)");
    check("a[\"x [1] #quot;y#quot;<br/>z\"]", "a(x [1] \"y\"\nz)");
    check("a[\"`**bold**`\"]", "a(**bold**)");
}

#[test]
fn links_of_all_kinds_are_read() {
    check("a --> b", "a b a->b");
    check("a-->|x y|b", "a b a->b(x y)");
    check("a -- x y --> b", "a b a->b(x y)");
    check("a --- b", "a b a->b{arrow=\"open\"}");
    check("a -.-> b", "a b a->b{line=\"dotted\"}");
    check("a -. x .-> b", "a b a->b(x){line=\"dotted\"}");
    check("a ==> b", "a b a->b{line=\"thick\"}");
    check("a == x ==> b", "a b a->b(x){line=\"thick\"}");
    check("a ~~~ b", "a b a->b{arrow=\"open\",line=\"invisible\"}");
    check("a --o b", "a b a->b{arrow=\"circle\"}");
    check("a x--x b", "a b a->b{arrow=\"double_cross\"}");
    check("a <-->|\"x | y\"| b", "a b a->b(x | y){arrow=\"double_point\"}");
    check("a ----> b\n--> c", "a b c a->b b->c");
    check("a --> b & c --> d & e", "a b c d e a->b a->c b->d b->e c->d c->e");
    check("a e1@--> b\ne1@{ animate: true }", "a b e1");
    check("a-b --> c.d-e", "a-b c.d-e a-b->c.d-e");
}

#[test]
fn subgraphs_are_partitions() {
    check(
        "subgraph one [First one]\n direction LR\n a --> b\nend\nsubgraph two\n subgraph three\n c\n end\n b & d\nend\none --> two",
        "a<one b<one c<three d<two one(First one)! three!<two two! a->b one->two",
    );
    check(
        "subgraph \"a title\"\nx\nend\nsubgraph id[\"T #35;\"]\ny\nend",
        "id(T #)! subGraph0(a title)! x<subGraph0 y<id",
    );
    check("subgraph\nx\nend", "subGraph0! x<subGraph0");
}

#[test]
fn classes_are_layers() {
    check(
        "a:::big --> b\nclass b,c small;\nc\nclassDef big fill:#f9f,stroke:#333,color:white;\nclassDef default fill:red",
        "a/big b/small c/small a->b /big:big#ff99ff#ffffff#333333 /small:small",
    );
    check(
        "style a fill:#fff\nlinkStyle 0 stroke:red\nclick a \"https://x\"\naccTitle: t\naccDescr { x\ny }",
        "a{style=\"fill:#fff\"}",
    );
}

#[test]
fn what_layercake_wrote_comes_back() {
    check("_a_20_b_[\"x\"]:::layer_ui", "a b(x)/ui /ui:ui");
    check("_end_:::layer__a_20_b_", "end/a b /a b:a b");
}

#[test]
fn every_wrong_statement_is_told_with_its_place() {
    testing::fails::<Mermaid>(
        "flowchart TD\na --> \nb [x]\nc[x(y)]\nend\nend1 --> end\nd -->|x\ne:::\nf --> g",
        &[
            "3:3 expected a link or the end of the statement, found `[` [[]",
            "4:4 expected `]` after the text, found `(` [(]",
            "5:1 `end` ends no subgraph [end]",
            "6:10 `end` begins no id of a node [end]",
            "7:6 the text of the link does not end [|]",
            "8:5 `:::` is followed by a class []",
        ],
    );
    for (text, expected) in [
        ("", "1:1 the file holds no diagram []"),
        (
            "sequenceDiagram\nA->>B: x",
            "1:1 `sequenceDiagram` begins no flowchart [sequenceDiagram]",
        ),
        ("flowchart XY\n", "1:11 there is no such direction [X]"),
        ("flowchart TD\nsubgraph a\nb", "2:1 the subgraph is never ended [subgraph]"),
        ("flowchart TD\na[\"x]", "2:3 the quoted text is never closed [\"]"),
        ("flowchart TD\na -- b", "2:3 the text in the link is never closed [--]"),
        ("---\ntitle: x", "1:1 the front matter is never closed [---]"),
    ] {
        testing::fails::<Mermaid>(text, &[expected]);
    }
}

#[test]
fn nesting_costs_no_stack() {
    let deep = "subgraph\n".repeat(20_000) + "a\n" + &"end\n".repeat(20_000);
    let graph = testing::graph::<Mermaid>(&format!("flowchart TD\n{deep}"));
    assert_eq!(graph.node_count(), 20_001);
}
