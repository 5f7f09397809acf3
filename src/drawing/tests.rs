//! Laws of drawings, over random graphs and over labels that are hard to draw.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::label::width;
use super::paint::Texts;
use super::places::{Cells, Places};
use super::*;
use crate::graph::sketch::rows;
use crate::graph::{EdgeRow, GraphBuilder, NodeRow};

const DIRECTIONS: [Direction; 4] =
    [Direction::Down, Direction::Up, Direction::Right, Direction::Left];

fn is_in([x, y]: [i64; 2], [[left, right], [top, bottom]]: Cells) -> bool {
    (left..=right).contains(&x) && (top..=bottom).contains(&y)
}

fn is_on_border(at: [i64; 2], cells: Cells) -> bool {
    let inner = cells.map(|[low, high]| [low + 1, high - 1]);
    is_in(at, cells) && !is_in(at, inner)
}

/// Returns the cells of a line, with the ways it leaves each: 0 along a row, 1 along a column.
fn cells_of(way: &[[i64; 2]]) -> Vec<([i64; 2], BTreeSet<usize>)> {
    let mut cells: Vec<([i64; 2], BTreeSet<usize>)> = Vec::new();
    for pair in way.windows(2) {
        let axis = usize::from(pair[0][0] == pair[1][0]);
        assert_eq!(pair[0][1 - axis], pair[1][1 - axis], "{way:?} runs aslant");
        let step = (pair[1][axis] - pair[0][axis]).signum();
        let mut at = pair[0];
        loop {
            match cells.last_mut() {
                Some((last, axes)) if *last == at => drop(axes.insert(axis)),
                _ => cells.push((at, BTreeSet::from([axis]))),
            }
            if at == pair[1] {
                break;
            }
            at[axis] += step;
        }
    }
    cells
}

/// Checks that everything has a place of its own.
fn check_places(graph: &Graph, texts: &Texts, places: &Places) {
    let holds = |frame: usize, mut node: usize| {
        while let Some(parent) = graph.node(crate::graph::NodeId(node as u32)).parent() {
            node = parent.0 as usize;
            if node == frame {
                return true;
            }
        }
        false
    };
    let is_leaf = |node: usize| !texts.frames[node];
    for (a, cells) in places.boxes.iter().enumerate() {
        let whole = [[0, places.size[0] - 1], [0, places.size[1] - 1]];
        assert!([0, 1].iter().all(|at| is_in(cells.map(|range| range[*at]), whole)));
        for (b, other) in places.boxes.iter().enumerate().skip(a + 1) {
            let is_apart = (0..2)
                .any(|axis| cells[axis][1] < other[axis][0] || other[axis][1] < cells[axis][0]);
            let is_within = |inner: &Cells, outer: &Cells| {
                (0..2)
                    .all(|axis| outer[axis][0] < inner[axis][0] && inner[axis][1] < outer[axis][1])
            };
            let is_good = match (holds(a, b), holds(b, a)) {
                (true, _) => is_within(other, cells),
                (_, true) => is_within(cells, other),
                _ => is_apart,
            };
            assert!(is_good, "{a} {cells:?}, {b} {other:?}");
        }
    }
    // Each cell that a line has, with the line and how it runs there.
    let mut taken: BTreeMap<[i64; 2], Vec<(usize, BTreeSet<usize>)>> = BTreeMap::new();
    for (edge, way) in graph.edges().zip(&places.ways) {
        let at = edge.index().0 as usize;
        let ends = [edge.source(), edge.target()].map(|node| node.index().0 as usize);
        let cells = cells_of(way);
        assert!(cells.len() > 2, "edge {at} is too short: {way:?}");
        for (end, cell) in ends.into_iter().zip([cells[0].0, cells[cells.len() - 1].0]) {
            assert!(is_on_border(cell, places.boxes[end]), "edge {at} does not end at {end}");
        }
        for (cell, axes) in &cells[1..cells.len() - 1] {
            for node in (0..graph.node_count()).filter(|node| is_leaf(*node)) {
                let cells = places.boxes[node];
                assert!(
                    !is_in(*cell, cells),
                    "edge {at} of {ends:?} runs through {node} {cells:?}: {way:?}"
                );
            }
            taken.entry(*cell).or_default().push((at, axes.clone()));
        }
        // The end is a straight piece, so that an arrow has room.
        assert_eq!(cells[cells.len() - 2].1.len(), 1, "edge {at} bends at its arrow: {way:?}");
    }
    for (cell, lines) in &taken {
        assert!(lines.len() <= 2, "{lines:?} share {cell:?}");
        if let [(a, first), (b, second)] = lines.as_slice() {
            let is_crossing = first.len() == 1 && second.len() == 1 && first != second;
            assert!(is_crossing, "{a} and {b} share {cell:?} without crossing");
            for edge in [a, b] {
                let cells = cells_of(&places.ways[*edge]);
                assert!(cells[cells.len() - 2].0 != *cell, "the arrow of {edge} is crossed");
            }
        }
    }
    for (edge, label) in places.labels.iter().enumerate() {
        assert_eq!(label.is_some(), !texts.edges[edge].is_empty());
        let Some(label) = label else { continue };
        for (node, cells) in places.boxes.iter().enumerate() {
            let is_apart = (0..2)
                .any(|axis| cells[axis][1] < label[axis][0] || label[axis][1] < cells[axis][0]);
            let is_within = (0..2)
                .all(|axis| cells[axis][0] < label[axis][0] && label[axis][1] < cells[axis][1]);
            assert!(is_apart || !is_leaf(node) && is_within, "label {edge} covers {node}");
        }
        for (cell, lines) in taken.iter().filter(|(cell, _)| is_in(**cell, *label)) {
            assert!(lines.iter().all(|(of, _)| *of == edge), "label {edge} covers {cell:?}");
            let arrow = cells_of(&places.ways[edge]).iter().rev().nth(1).map(|(cell, _)| *cell);
            assert_ne!(arrow, Some(*cell), "label {edge} covers its arrow");
        }
    }
}

/// Checks that every label can be read where it stands: the cells of rows add up.
fn check_rows(drawing: &Drawing) {
    for line in drawing.lines() {
        assert!(width(&line) <= drawing.width, "{line:?} is wider than {}", drawing.width);
        assert!(!line.ends_with(' ') && !line.chars().any(char::is_control), "{line:?}");
    }
}

fn check_all(graph: &Graph) {
    for direction in DIRECTIONS {
        let options = Options { direction: Some(direction), ..Options::default() };
        let mut count = 0;
        for (texts, places) in paint::placed(graph, &options) {
            let places = places.unwrap_or_else(|| panic!("no places {direction:?}"));
            check_places(graph, &texts, &places);
            count += 1;
        }
        assert!(count > 2);
        check_rows(&draw(graph, &options).unwrap());
    }
}

fn config() -> ProptestConfig {
    let default = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => default,
        None => ProptestConfig { cases: 24, ..default },
    }
}

/// Graphs of some size: partitions in partitions, loops, parallel edges, labels of any length.
fn large() -> impl Strategy<Value = Graph> {
    use proptest::collection::vec;
    use proptest::sample::Index;
    let label =
        || proptest::sample::select(&["", "x", "calls", "数据库", "reads the ledger of"][..]);
    let node = (proptest::option::of(any::<Index>()), proptest::bool::weighted(0.3), label());
    let edge = (any::<Index>(), any::<Index>(), label());
    (vec(node, 1..24), vec(edge, 0..40)).prop_map(|(nodes, edges)| {
        let ids: Vec<String> = (0..nodes.len()).map(|at| format!("n{at:02}")).collect();
        let mut builder = GraphBuilder::default();
        let mut partitions: Vec<usize> = Vec::new();
        for (at, (parent, is_partition, label)) in nodes.into_iter().enumerate() {
            let parent = parent.filter(|_| !partitions.is_empty());
            let parent = parent.map(|parent| ids[*parent.get(&partitions)].as_str());
            let (id, label) = (&*ids[at], Some(label));
            builder.node(NodeRow { id, label, parent, is_partition, ..NodeRow::default() });
            partitions.extend(is_partition.then_some(at));
        }
        for (source, target, label) in edges {
            let (source, target) = (source.get(&ids), target.get(&ids));
            builder.edge(EdgeRow { source, target, label, ..EdgeRow::default() });
        }
        builder.finish().graph
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn everything_has_a_place_of_its_own((rows, _) in rows()) {
        check_all(&rows.graph());
    }

    #[test]
    fn everything_has_a_place_of_its_own_in_larger_graphs(graph in large()) {
        check_all(&graph);
    }

    #[test]
    fn no_label_breaks_a_drawing(labels in proptest::collection::vec("\\PC{0,12}|[\\x00-\\x9f]{0,6}|[\u{200b}-\u{2070}\u{300}-\u{36f}\u{4e00}-\u{4e10}\u{1f468}-\u{1f46a}\u{fe0f}]{1,9}", 4)) {
        let mut builder = GraphBuilder::default();
        let node = |id, label, parent, is_partition| NodeRow {
            id, label: Some(label), layer: None, parent, is_partition, weight: 1.0, comment: "",
        };
        builder.node(node("a", &labels[0], None, false));
        builder.node(node("b", &labels[1], Some("c"), false));
        builder.node(node("c", &labels[2], None, true));
        let label = &labels[3];
        builder.edge(EdgeRow {
            id: None, source: "a", target: "b", label, layer: None, weight: 1.0, comment: "",
        });
        let graph = builder.finish().graph;
        check_all(&graph);
        for width in [20, 40] {
            check_rows(&list(&graph, &Options { width: Some(width), ..Options::default() }, 9).0);
        }
    }
}
