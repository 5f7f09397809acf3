//! Graphs divided, as their pieces show it.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::graph::sketch::{edge_words, node_words, sketch};
use crate::graph::{EdgeRow, GraphBuilder, NodeRow};

/// Divides a graph into diagrams of no more than so many nodes and edges, stubs included.
fn divided(graph: &Graph, how: Split, most: usize) -> Vec<Diagram> {
    split(graph, how, &mut |graph| graph.node_count() + graph.edge_count() <= most)
}

/// Returns the titles of the pieces, each with its nodes.
fn shown(diagrams: &[Diagram]) -> Vec<String> {
    let nodes = |diagram: &Diagram| node_words(&diagram.graph).join(", ");
    diagrams[1..].iter().map(|one| format!("{}: {}", one.title, nodes(one))).collect()
}

fn check(nodes: &[&str], edges: &[&str], how: Split, most: usize, pieces: &[&str]) {
    assert_eq!(shown(&divided(&sketch(nodes, edges), how, most)), pieces);
}

#[test]
fn each_outermost_partition_is_a_piece_and_an_edge_leaves_it_to_a_stub() {
    let nodes = ["shop +", "cart in shop", "bank +", "api in bank", "mail"];
    let diagrams = divided(&sketch(&nodes, &["cart api pays", "api mail"]), Split::Partitions, 5);
    assert_eq!(
        shown(&diagrams),
        [
            "bank: api in bank, bank, mail =mail (in 3) @elsewhere",
            "shop: api =api (in 1) @elsewhere, cart in shop, shop",
            "mail: mail",
        ]
    );
    let edges: Vec<_> = diagrams.iter().map(|diagram| edge_words(&diagram.graph)).collect();
    let overview = ["diagram1 diagram3", "diagram2 diagram1"].map(str::to_owned);
    assert_eq!(edges[0], overview);
    assert_eq!(edges[1..], [vec!["api mail".to_owned()], vec!["cart api pays".into()], vec![]]);
}

#[test]
fn a_partition_that_is_too_large_is_cut_at_those_in_it() {
    check(
        &["a", "b in a", "c in b", "d in a", "e in d", "f in a"],
        &["f c"],
        Split::Partitions,
        4,
        &[
            "a / b: a, b in a, c in b",
            "a / d: a, d in a, e in d",
            "a: a, c =c (in 1) @elsewhere, f in a",
        ],
    );
}

#[test]
fn neighbours_stay_together_where_there_is_no_partition() {
    check(
        &["a", "b", "c", "d"],
        &["a d", "b c"],
        Split::Partitions,
        3,
        &["a and 1 more: a, d", "b and 1 more: b, c"],
    );
}

#[test]
fn connected_parts_share_a_piece() {
    check(
        &["a", "b", "c", "d", "p", "e in p"],
        &["a d", "b e"],
        Split::Components,
        5,
        &["a and 1 more: a, d", "b and 2 more: b, c, e in p, p"],
    );
}

#[test]
fn a_node_with_too_many_edges_is_shown_again_with_the_rest() {
    let nodes = ["a", "b", "c", "d", "e", "f", "g"];
    let edges = ["a b", "a c", "a d", "a e", "a f", "a g"];
    assert_eq!(
        shown(&divided(&sketch(&nodes, &edges), Split::Partitions, 5))[..2],
        [
            "a: a, b =b (in 4) @elsewhere, c =c (in 4) @elsewhere",
            "a (continued): a =a (in 1) @elsewhere, d =d (in 4) @elsewhere, e =e (in 4) @elsewhere",
        ]
    );
}

#[test]
fn an_overview_that_does_not_fit_counts_for_several_pieces_at_once() {
    let mut builder = GraphBuilder::default();
    let ids: Vec<String> = (0..9).map(|at| format!("n{at}")).collect();
    for id in &ids {
        builder.node(NodeRow { id, ..NodeRow::default() });
    }
    for pair in ids.windows(2) {
        builder.edge(EdgeRow { source: &pair[0], target: &pair[1], ..EdgeRow::default() });
    }
    let diagrams = divided(&builder.finish().graph, Split::Partitions, 4);
    let overview = &diagrams[0].graph;
    assert!(overview.node_count() + overview.edge_count() <= 4, "{:?}", node_words(overview));
    assert!(node_words(overview)[0].starts_with("diagram1 =1 to "), "{:?}", node_words(overview));
}

#[test]
fn the_layer_of_stubs_is_one_that_no_graph_has() {
    let graph = sketch(&["a @elsewhere", "b", "c"], &["a b", "a c"]);
    let diagrams = divided(&graph, Split::Partitions, 3);
    assert!(shown(&diagrams)[0].contains("@elsewhere~"), "{:?}", shown(&diagrams));
}

#[test]
fn partitions_a_thousand_deep_are_cut() {
    let mut builder = GraphBuilder::default();
    for at in 0..1_000 {
        let (id, parent) = (format!("n{at}"), format!("n{}", at - 1_i32));
        let parent = (at > 0).then_some(parent.as_str());
        builder.node(NodeRow { id: &id, parent, ..NodeRow::default() });
    }
    let graph = builder.finish().graph;
    let diagrams = divided(&graph, Split::Partitions, 100);
    assert!(diagrams.iter().all(|diagram| diagram.graph.node_count() <= 100));
}

proptest! {
    #[test]
    fn nothing_is_lost_and_all_fits(
        parents in proptest::collection::vec(proptest::option::of(0_usize..30), 1..30),
        ends in proptest::collection::vec((0_usize..30, 0_usize..30), 0..60),
        most in 8_usize..40,
        by_partitions: bool,
    ) {
        let count = parents.len();
        let mut builder = GraphBuilder::default();
        let ids: Vec<String> = (0..count).map(|at| format!("n{at}")).collect();
        for (at, parent) in parents.iter().enumerate() {
            // What holds a node comes before it, so that there is no cycle.
            let parent = parent.filter(|parent| *parent < at).map(|parent| ids[parent].as_str());
            builder.node(NodeRow { id: &ids[at], parent, ..NodeRow::default() });
        }
        for (source, target) in ends {
            let (source, target) = (&ids[source % count], &ids[target % count]);
            builder.edge(EdgeRow { source, target, ..EdgeRow::default() });
        }
        let graph = builder.finish().graph;
        let how = if by_partitions { Split::Partitions } else { Split::Components };
        let diagrams = divided(&graph, how, most + MOST_LEVELS);
        let (mut edges, mut homes) = (BTreeMap::new(), BTreeMap::new());
        for diagram in &diagrams[1..] {
            let piece = &diagram.graph;
            prop_assert!(piece.node_count() + piece.edge_count() <= most + MOST_LEVELS);
            piece.edges().for_each(|edge| *edges.entry(edge.id().to_owned()).or_insert(0) += 1);
            let is_stub = |node: &crate::graph::Node<'_>| node.label().contains(" (in ");
            for node in piece.nodes().filter(|node| !is_stub(node)) {
                homes.entry(node.id().to_owned()).or_insert_with(Vec::new).push(diagram.number);
            }
        }
        // A stub names a piece that its node is seen in.
        for diagram in &diagrams[1..] {
            for node in diagram.graph.nodes() {
                if let Some((_, number)) = node.label().split_once(" (in ") {
                    let number: usize = number.trim_end_matches(')').parse().unwrap();
                    prop_assert!(homes[node.id()].contains(&Some(number)), "{}", node.label());
                }
            }
        }
        prop_assert_eq!(homes.len(), graph.node_count());
        prop_assert_eq!(edges.len(), graph.edge_count());
        prop_assert!(edges.values().all(|count| *count == 1), "{:?}", edges);
        let leaves = |node: &crate::graph::Node<'_>| !node.is_partition();
        for node in graph.nodes().filter(leaves) {
            prop_assert_eq!(homes[node.id()].len(), 1, "{}", node.id());
        }
    }
}
