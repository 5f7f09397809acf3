//! `invert`: edges become nodes, and nodes become the edges between them.
//!
//! This is the line digraph (Harary & Norman, Some properties of line digraphs, 1960).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{EdgeRow, Graph, GraphBuilder, NodeId, NodeRow, TextColumn};
use crate::step::{NamedData, NamedGraph, Transform};

/// How many edges a result may have; they take some 500 MB on the way.
const MOST_EDGES: u64 = 2_000_000;

/// The transform.
pub(crate) struct Invert;

/// Turns edges into nodes: two of them are joined where the first reaches the node that the
/// second leaves, so that the result shows which edge can follow which.
///
/// A node of the result has the id, label, layer, weight, comment and attributes of its edge; an
/// edge without a label is named for its ends. An edge of the result has those of the node that
/// the two edges share. Nodes without an edge, and partitions, are not in the result.
///
/// A node with `m` edges in and `n` edges out becomes `m × n` edges; a result of more than
/// 2,000,000 edges is refused.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "InvertOptions")]
pub(crate) struct Options {}

impl Transform for Invert {
    const KIND: &'static str = "invert";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Turns edges into nodes, joined where one follows the other";
    type Options = Options;

    fn transform(
        _options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        invert(&graph, MOST_EDGES, diagnostics)
    }
}

fn invert(graph: &Graph, most_edges: u64, diagnostics: &mut Diagnostics) -> Result<Graph, Failed> {
    let leaving = Leaving::of(graph);
    leaving.check_size(graph, most_edges, diagnostics)?;
    let mut builder = GraphBuilder::default();
    graph.layers().iter().for_each(|layer| builder.layer(layer.clone()));
    let labels = node_labels(graph);
    for (edge, label) in graph.edges().zip(labels.iter()) {
        let EdgeRow { id, layer, weight, comment, .. } = edge.into();
        let id = id.unwrap_or_default();
        let label = Some(label);
        builder.node(NodeRow { id, label, layer, weight, comment, ..NodeRow::default() });
    }
    let mut shared_nodes = Vec::new();
    for edge in graph.edges() {
        let shared = edge.target();
        let NodeRow { label, layer, weight, comment, .. } = shared.into();
        let label = label.unwrap_or_default();
        for next in leaving.of_node(shared.index()) {
            let row = EdgeRow { label, layer, weight, comment, ..EdgeRow::default() };
            builder.edge_between(edge.index().0, next, row);
            shared_nodes.push(shared.index().0);
        }
    }
    graph.edge_attributes().iter().for_each(|column| builder.node_attribute(column.clone()));
    for column in graph.node_attributes() {
        builder.edge_attribute(column.gather(&shared_nodes));
    }
    super::finish(builder, diagnostics)
}

/// Returns a label for each edge: its own, or the labels of its ends.
fn node_labels(graph: &Graph) -> TextColumn {
    let mut labels = TextColumn::default();
    for edge in graph.edges() {
        match edge.label() {
            "" => {
                let (source, target) = (edge.source().label(), edge.target().label());
                labels.push_fmt(format_args!("{source} → {target}"));
            }
            label => labels.push(label),
        }
    }
    labels
}

/// For each node, where the edges that leave it start; one more at the end. A graph keeps its
/// edges in order of their sources.
struct Leaving(Vec<u32>);

impl Leaving {
    fn of(graph: &Graph) -> Leaving {
        let mut starts = vec![0; graph.node_count() + 1];
        for edge in graph.edges() {
            starts[edge.source().index().0 as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Leaving(starts)
    }

    fn of_node(&self, node: NodeId) -> std::ops::Range<u32> {
        self.0[node.0 as usize]..self.0[node.0 as usize + 1]
    }

    /// Counts the edges of the result before any is made.
    fn check_size(
        &self,
        graph: &Graph,
        most_edges: u64,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let mut entering = vec![0u64; graph.node_count()];
        for edge in graph.edges() {
            entering[edge.target().index().0 as usize] += 1;
        }
        let made = |node: NodeId| entering[node.0 as usize] * self.of_node(node).len() as u64;
        let nodes = || graph.nodes().map(|node| node.index());
        let total: u64 = nodes().map(made).sum();
        if total <= most_edges {
            return Ok(());
        }
        let message = format!("inverted, the graph would have {total} edges");
        let mut error = Diagnostic::error("too-many-edges", message)
            .note(format!("at most {most_edges} are allowed"));
        if let Some(busiest) = nodes().max_by_key(|node| made(*node)) {
            error = error.note(format!(
                "`{}` alone makes {}: {} edges reach it and {} leave it",
                graph.node(busiest).id(),
                made(busiest),
                entering[busiest.0 as usize],
                self.of_node(busiest).len(),
            ));
        }
        let help = "leave out such nodes, or join parallel edges with `aggregate_edges`, first";
        Err(diagnostics.fail(error.help(help)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{assert_whole, edge_words, node_words, rows, sketch};

    fn inverted(graph: &Graph) -> Graph {
        invert(graph, MOST_EDGES, &mut Diagnostics::default()).unwrap()
    }

    fn check(graph: &Graph, nodes: &[&str], edges: &[&str]) {
        let graph = inverted(graph);
        assert_eq!(
            (node_words(&graph), edge_words(&graph)),
            (
                nodes.iter().map(ToString::to_string).collect(),
                edges.iter().map(ToString::to_string).collect()
            )
        );
    }

    #[test]
    fn edges_are_joined_by_the_node_they_share() {
        check(
            &sketch(
                &["a", "b =Bar @data *3 !shared", "c in p", "p", "alone"],
                &["a b calls @ui *2 !why #x", "b c #y", "a c #z"],
            ),
            &["x =calls @ui *2 !why", "y =Bar → c", "z =a → c"],
            &["x y Bar @data *3 !shared"],
        );
    }

    #[test]
    fn direction_counts() {
        let nodes = &["x =a → b", "y =c → b"];
        check(&sketch(&["a", "b", "c"], &["a b #x", "c b #y"]), nodes, &[]);
    }

    #[test]
    fn a_loop_follows_itself() {
        check(&sketch(&["a"], &["a a #x"]), &["x =a → a"], &["x x a"]);
    }

    #[test]
    fn parallel_edges_stay_apart() {
        let graph = sketch(&["a", "b"], &["a b #x", "a b #y", "b a #z"]);
        let edges = ["x z b", "y z b", "z x a", "z y a"];
        check(&graph, &["x =a → b", "y =a → b", "z =b → a"], &edges);
    }

    #[test]
    fn a_result_too_large_is_refused_before_it_is_made() {
        let mut diagnostics = Diagnostics::default();
        let graph = sketch(&["a", "hub"], &["a hub #x", "a hub #y", "hub a #z", "hub a #w"]);
        assert_eq!(invert(&graph, 7, &mut diagnostics), Err(Failed));
        let error = &diagnostics.list[0];
        assert_eq!(error.message, "inverted, the graph would have 8 edges");
        assert_eq!(error.notes[1], "`hub` alone makes 4: 2 edges reach it and 2 leave it");
    }

    proptest! {
        #[test]
        fn the_result_is_whole_and_counts_as_it_should((rows, turned) in rows()) {
            let graph = rows.graph();
            let result = inverted(&graph);
            assert_whole(&result);
            prop_assert_eq!(result.node_count(), graph.edge_count());
            let follow = |a: &_| graph.edges().filter(move |b| b.source().index() == *a).count();
            let expected: usize = graph.edges().map(|a| follow(&a.target().index())).sum();
            prop_assert_eq!(result.edge_count(), expected);
            prop_assert_eq!(result, inverted(&turned.graph()));
        }
    }
}
