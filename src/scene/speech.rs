//! What a reader says of nodes and edges: their names, and those of their neighbors.

use std::collections::BTreeSet;

use super::name::name_of;
use super::text::clean;
use crate::graph::{Edge, Graph, Links, Node, NodeId};

/// How many neighbors are named; the rest are counted.
const MOST_NAMED: usize = 8;

/// How much of a name is said, in characters.
const LONGEST: usize = 80;

/// Says what a node is called, of which layer it is, where it is, and what it is linked with.
pub fn of_node(graph: &Graph, links: &Links<'_>, node: Node<'_>) -> String {
    let mut speech = name(node);
    if let Some(layer) = node.layer() {
        speech.push_str(", ");
        speech.push_str(&said(&graph.layer(layer).label));
    }
    if let Some(parent) = node.parent() {
        speech.push_str(", in ");
        speech.push_str(&name(graph.node(parent)));
    }
    let at = node.index();
    neighbors(graph, &mut speech, "; to ", links.targets(at), at);
    neighbors(graph, &mut speech, "; from ", links.sources(at), at);
    speech
}

/// Says where an edge leads, and what it is called.
pub fn of_edge(edge: Edge<'_>) -> String {
    let mut speech = format!("{} to {}", name(edge.source()), name(edge.target()));
    if !edge.label().trim().is_empty() {
        speech.push_str(": ");
        speech.push_str(&said(edge.label()));
    }
    speech
}

fn neighbors(
    graph: &Graph,
    speech: &mut String,
    word: &str,
    others: impl Iterator<Item = NodeId>,
    own: NodeId,
) {
    let others: BTreeSet<NodeId> = others.filter(|other| *other != own).collect();
    for (at, other) in others.iter().take(MOST_NAMED).enumerate() {
        speech.push_str(if at == 0 { word } else { ", " });
        speech.push_str(&name(graph.node(*other)));
    }
    if others.len() > MOST_NAMED {
        speech.push_str(&format!(" and {} more", others.len() - MOST_NAMED));
    }
}

fn name(node: Node<'_>) -> String {
    said(&name_of(node))
}

/// Returns a text on one line; one that turns the order of letters around does so to itself alone.
pub fn said(text: &str) -> String {
    let text = clean(text);
    let one: String =
        text.chars().take(LONGEST + 1).map(|c| if c == '\n' { ' ' } else { c }).collect();
    let one = match one.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", one[..end].trim_end()),
        None => one,
    };
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if !one.contains(turns) {
        return one;
    }
    // What is within the isolate ends with it, but for ends of isolates that were never begun.
    let mut open = 0;
    let kept = one.chars().filter(|c| match c {
        '\u{2066}'..='\u{2068}' => {
            open += 1;
            true
        }
        '\u{2069}' if open == 0 => false,
        '\u{2069}' => {
            open -= 1;
            true
        }
        _ => true,
    });
    let kept: String = kept.collect();
    let ends = "\u{2069}".repeat(open + 1);
    format!("\u{2068}{kept}{ends}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{EdgeRow, GraphBuilder, NodeRow};

    #[test]
    fn a_node_is_said_with_its_neighbors() {
        let mut builder = GraphBuilder::default();
        for id in ["a", "b", "c"] {
            builder.node(NodeRow { id, parent: (id != "c").then_some("c"), ..NodeRow::default() });
        }
        builder.edge(EdgeRow { source: "a", target: "b", label: "asks", ..EdgeRow::default() });
        let graph = builder.finish().graph;
        let links = Links::of(&graph);
        assert_eq!(of_node(&graph, &links, graph.node(NodeId(0))), "a, in c; to b");
        assert_eq!(of_node(&graph, &links, graph.node(NodeId(1))), "b, in c; from a");
        assert_eq!(of_edge(graph.edges().next().unwrap()), "a to b: asks");
    }

    #[test]
    fn a_text_that_turns_letters_around_ends_that_itself() {
        assert_eq!(said("a\nb"), "a b");
        assert_eq!(said("\u{2069}x\u{202e}y"), "\u{2068}x\u{202e}y\u{2069}");
        assert_eq!(said("\u{2067}x"), "\u{2068}\u{2067}x\u{2069}\u{2069}");
        assert_eq!(said(&"é".repeat(200)).chars().count(), LONGEST + 1);
    }
}
