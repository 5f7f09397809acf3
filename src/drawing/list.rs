//! Graphs as lists: each node with what it leads to, below its partition.

use std::collections::HashMap;

use super::label::{showable, width};
use super::{Charset, Drawing, Ink, Options, Span};
use crate::graph::{Graph, Hierarchy, Node, Visit};

/// How far each depth is indented.
const INDENT: usize = 2;
/// How narrow the names after an arrow may become.
const NARROWEST: usize = 20;

/// Lists a graph's nodes, each with those that it has edges to; of a long list the first `most`.
///
/// Returns it with the number of nodes that are left out.
pub fn list(graph: &Graph, options: &Options, most: usize) -> (Drawing, usize) {
    let names = Names::of(graph);
    let arrow = if options.charset == Charset::Ascii { " -> " } else { " → " };
    let mut targets: Vec<Vec<String>> = vec![Vec::new(); graph.node_count()];
    for edge in graph.edges() {
        let name = names.of_node(edge.target());
        let label = one_line(edge.label());
        let target = if label.is_empty() { name } else { format!("{name} ({label})") };
        targets[edge.source().index().0 as usize].push(target);
    }
    let mut rows = Vec::new();
    let mut shown = 0;
    Hierarchy::of(graph).walk(graph, |visit, depth| {
        let (Visit::Enter(node) | Visit::Leaf(node)) = visit else { return };
        shown += 1;
        if shown > most {
            return;
        }
        let is_bold = matches!(visit, Visit::Enter(_));
        let name = names.of_node(graph.node(node));
        let before = " ".repeat(depth * INDENT);
        let mut row =
            vec![plain(before), Span { text: name, ink: Ink { is_bold, ..Ink::default() } }];
        let targets = &targets[node.0 as usize];
        if targets.is_empty() {
            rows.push(row);
            return;
        }
        let start = depth * INDENT + width(&row[1].text) + width(arrow);
        let start = match options.width {
            Some(most) => start.min(most.saturating_sub(NARROWEST)).max((depth + 2) * INDENT),
            None => start,
        };
        let lines = filled(targets, options.width.map(|most| most.saturating_sub(start)));
        for (at, line) in lines.into_iter().enumerate() {
            match at {
                0 => row.push(plain(format!("{arrow}{line}"))),
                _ => row = vec![plain(" ".repeat(start) + &line)],
            }
            rows.push(std::mem::take(&mut row));
        }
    });
    let columns = |row: &Vec<Span>| row.iter().map(|span| width(&span.text)).sum();
    let width = rows.iter().map(columns).max().unwrap_or(0);
    (Drawing { rows, width }, shown.saturating_sub(most))
}

/// Names of nodes that tell them apart.
struct Names {
    /// How many nodes have each label.
    labels: HashMap<String, u32>,
}

impl Names {
    fn of(graph: &Graph) -> Names {
        let mut labels: HashMap<String, u32> = HashMap::new();
        for node in graph.nodes() {
            *labels.entry(one_line(node.label())).or_default() += 1;
        }
        Names { labels }
    }

    /// Returns a node's label, with its id if others have the same.
    fn of_node(&self, node: Node<'_>) -> String {
        let label = one_line(node.label());
        match self.labels.get(&label) {
            Some(1) if !label.is_empty() => label,
            _ if label.is_empty() => one_line(node.id()),
            _ => format!("{label} [{}]", one_line(node.id())),
        }
    }
}

fn one_line(text: &str) -> String {
    showable(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn plain(text: String) -> Span {
    Span { text, ink: Ink::default() }
}

/// Fills lines with names and commas between them.
fn filled(names: &[String], most: Option<usize>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut open = String::new();
    for (at, name) in names.iter().enumerate() {
        let comma = if at + 1 < names.len() { "," } else { "" };
        let name = format!("{name}{comma}");
        if !open.is_empty() && most.is_some_and(|most| width(&open) + 1 + width(&name) > most) {
            lines.push(std::mem::take(&mut open));
        }
        if !open.is_empty() {
            open.push(' ');
        }
        open.push_str(&name);
    }
    lines.push(open);
    lines
}
