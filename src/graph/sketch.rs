//! Small graphs for tests: from a few words, at random, and back into words.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::{
    Attribute, Edge, EdgeRow, Graph, GraphBuilder, NodeRow, Type, UnionColumn, Value, Values,
};

/// Makes a graph from words, as in `node("a in p @layer *2")` and `edge("a b label @layer #id")`.
pub(crate) fn sketch(nodes: &[&str], edges: &[&str]) -> Graph {
    let mut builder = GraphBuilder::default();
    for node in nodes {
        let words: Vec<&str> = node.split(' ').collect();
        let parent = words.iter().position(|word| *word == "in").map(|at| words[at + 1]);
        let weight = marked(&words, '*').map_or(1.0, |weight| weight.parse().unwrap());
        let comment = marked(&words, '!').unwrap_or("");
        let (layer, label) = (marked(&words, '@'), marked(&words, '='));
        let is_partition = words.contains(&"+");
        let row = NodeRow { id: words[0], label, layer, parent, is_partition, weight, comment };
        builder.node(row);
    }
    for edge in edges {
        let words: Vec<&str> = edge.split(' ').collect();
        builder.edge(EdgeRow {
            id: marked(&words, '#'),
            source: words[0],
            target: words[1],
            label: words
                .get(2)
                .filter(|word| !word.starts_with(['@', '*', '#', '!']))
                .unwrap_or(&""),
            layer: marked(&words, '@'),
            weight: marked(&words, '*').map_or(1.0, |weight| weight.parse().unwrap()),
            comment: marked(&words, '!').unwrap_or(""),
        });
    }
    let built = builder.finish();
    assert_eq!(built.problems, []);
    built.graph
}

/// How many nodes the graphs have that are made once for all tests.
const MILLION: usize = 1_000_000;

/// Makes a graph in which each node but the last has an edge to the next.
pub(crate) fn chain(count: usize) -> Graph {
    static CHAIN: LazyLock<Graph> = LazyLock::new(|| make_chain(MILLION));
    if count == MILLION { CHAIN.clone() } else { make_chain(count) }
}

fn make_chain(count: usize) -> Graph {
    numbered(count, (1..count as u32).map(|node| (node - 1, node)))
}

/// Makes a graph in which the first node has an edge to every other.
pub(crate) fn star(count: usize) -> Graph {
    static STAR: LazyLock<Graph> = LazyLock::new(|| make_star(MILLION));
    if count == MILLION { STAR.clone() } else { make_star(count) }
}

fn make_star(count: usize) -> Graph {
    numbered(count, (1..count as u32).map(|node| (0, node)))
}

/// Makes a graph of nodes whose ids are their places, with these edges.
pub(crate) fn numbered(count: usize, edges: impl Iterator<Item = (u32, u32)>) -> Graph {
    let mut builder = GraphBuilder::default();
    let id = |node: u32| format!("{node:07}");
    for node in 0..count as u32 {
        builder.node(NodeRow { id: &id(node), ..NodeRow::default() });
    }
    for (source, target) in edges {
        let (source, target) = (&*id(source), &*id(target));
        builder.edge(EdgeRow { source, target, ..EdgeRow::default() });
    }
    builder.finish().graph
}

/// Writes the nodes as [`sketch`] reads them.
pub(crate) fn node_words(graph: &Graph) -> Vec<String> {
    let words = |node: NodeRow<'_>| {
        let mut words = node.id.to_owned();
        push(&mut words, " =", node.label.filter(|label| *label != node.id));
        push(&mut words, " in ", node.parent);
        push(&mut words, " @", node.layer);
        push(
            &mut words,
            " *",
            Some(node.weight).filter(|w| *w != 1.0).map(|w| w.to_string()).as_deref(),
        );
        push(&mut words, " !", Some(node.comment).filter(|comment| !comment.is_empty()));
        words
    };
    graph.nodes().map(|node| words(node.into())).collect()
}

/// Writes the edges as [`sketch`] reads them.
pub(crate) fn edge_words(graph: &Graph) -> Vec<String> {
    let words = |edge: EdgeRow<'_>| {
        let mut words = format!("{} {}", edge.source, edge.target);
        let made = format!("{}->{}", edge.source, edge.target);
        push(&mut words, " ", Some(edge.label).filter(|label| !label.is_empty()));
        push(&mut words, " @", edge.layer);
        push(
            &mut words,
            " *",
            Some(edge.weight).filter(|w| *w != 1.0).map(|w| w.to_string()).as_deref(),
        );
        push(&mut words, " !", Some(edge.comment).filter(|comment| !comment.is_empty()));
        push(&mut words, " #", edge.id.filter(|id| *id != made));
        words
    };
    graph.edges().map(|edge| words(edge.into())).collect()
}

fn marked<'a>(words: &[&'a str], mark: char) -> Option<&'a str> {
    words.iter().find_map(|word| word.strip_prefix(mark))
}

fn push(words: &mut String, mark: &str, word: Option<&str>) {
    if let Some(word) = word {
        words.push_str(mark);
        words.push_str(word);
    }
}

/// The rows of a graph that has no problem but, at times, a cycle of partitions.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    nodes: Vec<NodeSketch>,
    edges: Vec<EdgeSketch>,
}

#[derive(Debug, Clone)]
struct NodeSketch {
    id: &'static str,
    label: Option<&'static str>,
    layer: Option<&'static str>,
    parent: Option<&'static str>,
    is_partition: bool,
    weight: f64,
    size: Option<i64>,
}

#[derive(Debug, Clone)]
struct EdgeSketch {
    id: Option<String>,
    ends: (&'static str, &'static str),
    label: &'static str,
    layer: Option<&'static str>,
    weight: f64,
    port: Option<i64>,
}

const IDS: [&str; 6] = ["a", "b", "a->b", "é", "c", "b#2"];
const WORDS: [&str; 4] = ["", "calls", "reads the ledger", "e\u{301}t\u{e9} 👩‍👩‍👧"];

/// Rows at random, and the same ones in another order.
pub(crate) fn rows() -> impl Strategy<Value = (Rows, Rows)> {
    let one_of = |words: &'static [&'static str]| proptest::sample::select(words);
    let layer = move || proptest::option::of(one_of(&["ui", "data"]));
    let node = move |id| {
        let label = proptest::option::of(one_of(&WORDS));
        let parent = proptest::option::weighted(0.4, one_of(&IDS));
        let size = proptest::option::of(0..3i64);
        (label, layer(), parent, any::<bool>(), 1..3u8, size).prop_map(
            move |(label, layer, parent, is_partition, weight, size)| {
                let weight = f64::from(weight);
                NodeSketch { id, label, layer, parent, is_partition, weight, size }
            },
        )
    };
    let edge = move || {
        let ends = (one_of(&IDS), one_of(&IDS));
        let port = proptest::option::of(0..2i64);
        (any::<bool>(), ends, one_of(&WORDS), layer(), 1..3u8, port)
    };
    let edges = proptest::collection::vec(edge(), 0..20).prop_map(|edges| {
        let number = |(at, (named, ends, label, layer, weight, port))| {
            let (id, weight) = (bool::then(named, || format!("e{at}")), f64::from(weight));
            EdgeSketch { id, ends, label, layer, weight, port }
        };
        edges.into_iter().enumerate().map(number).collect::<Vec<_>>()
    });
    let nodes: Vec<_> = IDS.map(node).into();
    (nodes, edges).prop_flat_map(|(nodes, edges)| {
        let turned = (Just(nodes.clone()).prop_shuffle(), Just(edges.clone()).prop_shuffle());
        let rows = Rows { nodes, edges };
        turned.prop_map(move |(nodes, edges)| (rows.clone(), Rows { nodes, edges }))
    })
}

impl Rows {
    /// Makes the graph.
    pub(crate) fn graph(&self) -> Graph {
        let mut builder = GraphBuilder::default();
        for node in &self.nodes {
            let NodeSketch { id, label, layer, parent, is_partition, weight, .. } = *node;
            builder.node(NodeRow { id, label, layer, parent, is_partition, weight, comment: "" });
        }
        for edge in &self.edges {
            let EdgeSketch { ends: (source, target), label, layer, weight, .. } = *edge;
            let id = edge.id.as_deref();
            builder.edge(EdgeRow { id, source, target, label, layer, weight, comment: "" });
        }
        builder.node_attribute(integers("size", self.nodes.iter().map(|node| node.size)));
        builder.edge_attribute(integers("port", self.edges.iter().map(|edge| edge.port)));
        builder.finish().graph
    }
}

fn integers(name: &str, cells: impl Iterator<Item = Option<i64>> + Clone) -> Attribute {
    Attribute {
        name: name.to_owned(),
        present: cells.clone().map(|cell| cell.is_some()).collect(),
        values: Values::Integer(cells.map(Option::unwrap_or_default).collect()),
    }
}

/// Checks all that every graph upholds.
pub(crate) fn assert_whole(graph: &Graph) {
    let again = Graph::from_canonical_bytes(&graph.to_canonical_bytes());
    assert_eq!(again.as_ref(), Ok(graph));
    assert!(graph.layers().is_sorted_by(|a, b| a.id < b.id));
    assert!(graph.nodes().collect::<Vec<_>>().is_sorted_by(|a, b| a.id() < b.id()));
    let edges: Vec<_> = graph.edges().collect();
    let ends = |edge: Edge<'_>| (edge.source().index(), edge.target().index());
    assert!(edges.is_sorted_by(|a, b| (ends(*a), a.id()) < (ends(*b), b.id())));
    let mut ids: Vec<_> = edges.iter().map(|edge| edge.id()).collect();
    ids.sort_unstable();
    assert!(ids.is_sorted_by(|a, b| a < b) && ids.first() != Some(&""), "{ids:?}");
    for node in graph.nodes() {
        let mut steps = 0;
        let mut at = node;
        while let Some(parent) = at.parent() {
            at = graph.node(parent);
            assert!(at.is_partition());
            steps += 1;
            assert!(steps <= graph.node_count(), "`{}` contains itself", node.id());
        }
    }
    let weights = graph.nodes().map(|n| n.weight()).chain(graph.edges().map(|e| e.weight()));
    assert!(weights.into_iter().all(f64::is_finite));
    for (columns, rows) in [
        (graph.node_attributes(), graph.node_count()),
        (graph.edge_attributes(), graph.edge_count()),
    ] {
        assert!(columns.is_sorted_by(|a, b| a.name < b.name));
        for column in columns {
            assert_eq!(column.len(), rows);
            // A cell without a value holds the zero of its type: a copy by cells is the same.
            let union = UnionColumn::of(&[std::slice::from_ref(column)]).remove(0);
            let copy = union.collect((0..rows).map(|row| column.get(row)));
            assert_eq!(&copy, column);
            let _: (Type, Value<'_>) = (column.kind(), column.get(rows));
        }
    }
}

proptest! {
    #[test]
    fn every_graph_is_whole_whatever_the_order_of_rows((rows, turned) in rows()) {
        let graph = rows.graph();
        assert_whole(&graph);
        prop_assert_eq!(graph, turned.graph());
    }
}
