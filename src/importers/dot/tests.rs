//! What DOT means, checked on small files.

use super::super::graph_file::testing;
use super::*;
use crate::importers::report::OnError;

#[track_caller]
fn check(text: &str, expected: &str) {
    testing::check::<Dot>(text, expected);
}

#[track_caller]
fn fails(text: &str, expected: &str) {
    testing::fails::<Dot>(text, &[expected]);
}

#[test]
fn nodes_and_edges_are_read() {
    check("digraph { a -> b -> c; d }", "a b c d a->b b->c");
    check("GRAPH g { a -- b a--b; }", "a b a->b a->b#2");
    check("digraph{a->{b c}->d}", "a b c d a->b a->c b->d c->d");
    check("digraph { a, b -> c, d [x=1] }", "a b c d a->c{x=1} a->d{x=1} b->c{x=1} b->d{x=1}");
    check("digraph { subgraph { a b } -> subgraph s { c a } }", "a b c a->a a->c b->a b->c");
    check("digraph { subgraph s { a } subgraph s { b } -> x }", "a b x a->x b->x");
    check("digraph { {a a b} -> {} -> c; {d} }", "a b c d");
}

#[test]
fn texts_are_what_graphviz_takes_them_for() {
    check(
        "digraph { \"a \\\"b\\\"\" -> \"c\\\nd\" [label=\"x\" + \"y\"]; _é1 -1.5 .5 1. \"\\\\\" }",
        "-1.5 .5 1. \\\\ _é1 a \"b\" cd a \"b\"->cd(xy)",
    );
    check("/* c */ # d\ndigraph { // e\n a # f\n \"#g\" }", "#g a");
    check(
        "digraph { node [label=<<b>x</b>>] a; b [tip=<<i>y</i>>] }",
        "a(x) b(x){tip=\"<i>y</i>\"}",
    );
    check(
        "digraph G { a [label=\"\\N of \\G\\n\"]; a -> a [label=\"\\E\"] }",
        "a(a of G) a->a(a->a)",
    );
    let (graph, told) = testing::read::<Dot>(b"digraph { 1a }", OnError::Fail);
    assert_eq!(testing::shown(&graph.unwrap()), "1 a");
    assert_eq!(told.list[0].message, "the number `1` ends here, and a name begins");
}

#[test]
fn defaults_hold_from_where_they_stand() {
    check(
        "digraph { a; node [color=red]; b; { node [color=blue, x=1]; c; b } d; d [color=green] }",
        "a b{color=\"red\"} c{color=\"blue\",x=1} d{color=\"green\"}",
    );
    check(
        "digraph { edge [w=1]; a -> b [w=2]; subgraph s { edge [w=3] a -> c } b -> c; subgraph s { a -> d } }",
        "a b c d a->b{w=2} a->c{w=3} a->d{w=3} b->c{w=1}",
    );
}

#[test]
fn clusters_are_partitions() {
    check(
        "digraph { subgraph cluster_p { label=\"P\"; graph [color=red]; a; subgraph inner { b } subgraph cluster_q { a c } } d -> a }",
        "a<q b<p c<q d p(P)!{color=\"red\"} q!<p d->a",
    );
    // A node of that name is another one, unless it is the point in the cluster that edges meet.
    check("digraph { subgraph cluster_p { p } }", "cluster_p! p<cluster_p");
    check(
        "digraph { subgraph cluster_p { p [label=\"\", shape=point] a } a -> p [lhead=cluster_p] }",
        "a<p p! a->p{lhead=\"cluster_p\"}",
    );
    check(
        "digraph { subgraph cluster0 { a } subgraph cluster1 { a b } }",
        "a<cluster0 b<cluster1 cluster0! cluster1!",
    );
}

#[test]
fn strict_graphs_have_no_parallel_edges() {
    check("strict digraph { a -> b [x=1] a -> b [y=2]; b -> a }", "a b a->b{x=1,y=2} b->a");
    check("strict graph { a:p -- b; b -- a:q }", "a b a->b{tailport=\"q\"}");
    check("digraph { a -> b [key=k] a -> b [key=k] a -> b }", "a b a->b a->b#2{key=\"k\"}");
}

#[test]
fn ports_are_attributes_of_edges() {
    check("digraph { a:x:n -> b:s }", "a b a->b{headport=\"s\",tailport=\"x:n\"}");
}

#[test]
fn a_file_that_is_no_dot_is_shown_where_it_stops() {
    fails("", "1:1 the file ends where `digraph` or `graph` should stand []");
    fails("digraph { a -- b }", "1:13 expected `->` in a `digraph`, found `--` [--]");
    fails("digraph { a -> }", "1:16 expected a node or a subgraph, found `}` [}]");
    fails("digraph {\n a [x 1] }", "2:7 expected `=`, found `1` [1]");
    fails("digraph { a;; }", "1:13 expected a statement or `}`, found `;` [;]");
    fails("digraph { a { }", "1:9 the `{` is never closed [{]");
    fails("digraph { node -> a }", "1:16 expected `[`, found `->` [->]");
    fails(
        "digraph { a -> node }",
        "1:16 expected a node or a subgraph, found the keyword `node` [node]",
    );
    fails("digraph { a-b }", "1:12 nothing in DOT begins with `-` [-]");
    fails("digraph { \"a }", "1:11 the quoted text is never closed [\"]");
    fails("digraph { /* a }", "1:11 the comment is never closed [/*]");
    fails("digraph { a [label=<<b>] }", "1:20 the text of HTML is never closed [<]");
    fails("digraph { a } x", "1:15 expected `digraph` or `graph`, found `x` [x]");
}

#[test]
fn a_charset_decides_how_bytes_are_read() {
    let read = |bytes: &[u8]| {
        let (graph, told) = testing::read::<Dot>(bytes, OnError::Fail);
        assert!(told.is_empty(), "{told:?}");
        testing::shown(&graph.unwrap())
    };
    assert_eq!(read(b"digraph { charset=\"latin1\" caf\xe9 }"), "café");
    assert_eq!(read(b"digraph { caf\xe9 }"), "café");
    assert_eq!(read("digraph { charset=utf8 café }".as_bytes()), "café");
}

#[test]
fn nesting_and_products_cost_no_more_than_they_may() {
    let deep = "digraph ".to_owned() + &"{".repeat(100_000) + "a" + &"}".repeat(100_000);
    assert_eq!(testing::graph::<Dot>(&deep).node_count(), 1);
    let names: String = (0..3000).map(|at| format!(" {at}")).collect();
    fails(
        &format!("digraph {{ {{{names}}} -> {{{names}}} }}"),
        "1:27800 this makes 9000000 edges, too many for a file of this size [}]",
    );
    let long = "x".repeat(100_000);
    let names: String = (0..30_000).map(|at| format!(" {at}")).collect();
    let told = testing::problems::<Dot>(&format!("digraph {{ node [a={long}] {names} }}"));
    assert!(told[0].contains("the defaults of the file make 3000000000 bytes of text"), "{told:?}");
}
