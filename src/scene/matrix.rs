//! Draws a matrix: names beside rows and above columns, a square for each edge, blocks for
//! partitions.

use super::draw::{Artist, MIDDLE, NODE_LINE, PARTITION_LINE};
use super::font::Weight;
use super::name::name_of;
use super::path::{Path, point, rect};
use super::style::{filled, letters, stroked};
use super::text::{Line, Owner, Room, Texts};
use super::theme::{Look, Paint};
use super::{Mark, Role, Style, Text, shape};
use crate::graph::{Edge, Node, NodeId};
use crate::layout::{Point, Rect, Size};

/// How large letters are, by the side of a square.
const LETTERS: f64 = 0.62;
/// How wide a name may be, in pixels.
const LONGEST: f64 = 190.0;
/// The gap between names and the matrix.
const GAP: f64 = 6.0;
/// How wide lines between rows are.
const LINE: f64 = 0.5;
/// The room between a square and the lines around it, and the side of the smallest by the largest.
const INSET: f64 = 2.0;
const LEAST: f64 = 0.4;

/// Which way a square leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// To what comes later: it is above the diagonal.
    Forward,
    /// To what came before, which closes a cycle: it is below the diagonal.
    Back,
    /// To itself: it is on the diagonal.
    Own,
}

impl Way {
    pub const ALL: [Way; 3] = [Way::Forward, Way::Back, Way::Own];
}

/// How large squares are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Squares {
    /// How high a row is.
    row: f64,
    /// What the edges of the largest weigh together.
    most: f64,
    /// Whether there are any above the diagonal, below it and on it.
    pub ways: [bool; 3],
}

impl Squares {
    /// Returns the side of a square whose edges weigh this much.
    pub fn side(self, weight: f64) -> f64 {
        let share = LEAST + (1.0 - LEAST) * (weight / self.most).sqrt();
        (self.row - 2.0 * INSET) * share
    }
}

impl Artist<'_> {
    /// Draws everything: rows are as high as `side`. Returns how large squares are.
    pub(super) fn matrix(&mut self, side: f64, texts: &mut Texts<'_>) -> Squares {
        let whole = Rect { corner: Point::default(), size: self.layout.size };
        let lines = vec![self.lines(whole, side)];
        self.push_other(Role::Ground, "", lines);
        self.blocks(side);
        let widest = self.names(side, texts);
        let squares = self.squares(side);
        self.strips(side, widest, texts);
        squares
    }

    /// Makes the lines between rows and between columns.
    fn lines(&mut self, of: Rect, side: f64) -> Mark {
        let Rect { corner: Point { x, y }, size: Size { width: long, .. } } = of;
        let mut path = Path::default();
        for row in 0..=(long / side).round() as u32 {
            let along = f64::from(row) * side;
            path.start(x, y + along).line(x + long, y + along);
            path.start(x + along, y).line(x + along, y + long);
        }
        let paint = self.looks.theme.partition(None, 0).line;
        let style = self.class("line", stroked(paint, LINE, shape::Line::Solid));
        Mark::Path(path, style)
    }

    /// Draws partitions as blocks on the diagonal.
    fn blocks(&mut self, side: f64) {
        for id in self.partitions_outside_in() {
            let (node, of) = (self.graph.node(id), self.rect(id));
            let look = Look { line: self.looks.theme.caption(), ..self.partition_look(node) };
            let body = filled(look, PARTITION_LINE, self.looks.line(node.layer()));
            let body = self.class("block", body);
            let marks = vec![Mark::Box(of, 0.0, body), self.lines(of, side)];
            self.push_node(Role::Partition, node, marks);
        }
    }

    /// Draws the name of each row and column, and the square where they meet; returns how wide
    /// names are.
    fn names(&mut self, side: f64, texts: &mut Texts<'_>) -> f64 {
        let mut widest = 0.0_f64;
        for node in self.graph.nodes() {
            if !self.has_row(node) {
                continue;
            }
            // A partition is its block already.
            let (look, role) = match self.is_partition(node.index()) {
                true => (self.partition_look(node), Role::Heading),
                false => (self.node_look(node), Role::Node),
            };
            let body = self.class("node", filled(look, NODE_LINE, self.looks.line(node.layer())));
            let corner = self.rect(node.index()).corner;
            let own = rect(corner.x + 1.0, corner.y + 1.0, side - 2.0, side - 2.0);
            let mut row = vec![Mark::Box(own, 2.0, body)];
            let mut column = Vec::new();
            let size = (side * LETTERS).round();
            let lines = one_line(node, Weight::Regular, LONGEST / size, texts);
            let width = lines.iter().map(|line| line.width * size).fold(0.0, f64::max);
            if width > 0.0 {
                widest = widest.max(width);
                let paint = self.looks.theme.caption();
                let style = self.class("name", letters(paint, Weight::Regular, size));
                let middle = side / 2.0 + size * MIDDLE;
                let (beside, above) = (
                    point(-GAP - width / 2.0, corner.y + middle),
                    point(corner.x + middle, -GAP - width / 2.0),
                );
                let name = |at: Point, turn: f64| {
                    let lines = lines.clone();
                    Mark::Text(Text { lines, at, leading: side, is_centered: true, turn, style })
                };
                row.push(name(beside, 0.0));
                column.push(name(above, -90.0));
            }
            self.push_node(role, node, row);
            if !column.is_empty() {
                self.push_node(Role::Heading, node, column);
            }
        }
        widest
    }

    /// Draws edges: where several are in one place, side by side; the more they weigh together, the
    /// larger. Those below the diagonal lead back.
    fn squares(&mut self, side: f64) -> Squares {
        let place = |artist: &Self, edge: Edge<'_>| {
            let (from, to) = (edge.source().index(), edge.target().index());
            (artist.rect(from).corner.y, artist.rect(to).corner.x)
        };
        let mut order: Vec<Edge<'_>> = self.graph.edges().collect();
        order.sort_by(|a, b| {
            let (a, b) = (place(self, *a), place(self, *b));
            a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
        });
        let weight = |artist: &Self, edge: &Edge<'_>| {
            let own = artist.looks.overrides.widths.get(edge.index().0 as usize).copied();
            let weight = own.unwrap_or_else(|| edge.weight());
            if weight.is_finite() { weight.max(0.0) } else { 0.0 }
        };
        let together: Vec<&[Edge<'_>]> =
            order.chunk_by(|a, b| place(self, *a) == place(self, *b)).collect();
        let sums: Vec<f64> = together
            .iter()
            .map(|edges| edges.iter().map(|edge| weight(self, edge)).sum())
            .collect();
        let most = sums.iter().copied().fold(1e-300, f64::max);
        let mut squares = Squares { row: side, most, ways: [false; 3] };
        for (edges, sum) in together.into_iter().zip(sums) {
            let (y, x) = place(self, edges[0]);
            let way = if y < x {
                Way::Forward
            } else if y > x {
                Way::Back
            } else {
                Way::Own
            };
            squares.ways[way as usize] = true;
            let long = squares.side(sum);
            let (left, top) = (x + (side - long) / 2.0, y + (side - long) / 2.0);
            let width = long / edges.len() as f64;
            for (at, edge) in edges.iter().enumerate() {
                let fill = match way {
                    Way::Back => self.looks.theme.warning(),
                    Way::Forward | Way::Own => self.edge_paint(*edge),
                };
                let style = self.class("cell", Style { fill: Some(fill), ..Style::default() });
                // What stands side by side is told apart by a narrow gap.
                let gap = if at + 1 < edges.len() { (width * 0.2).min(1.0) } else { 0.0 };
                let own = rect(left + width * at as f64, top, width - gap, long);
                self.push_edge(Role::Edge, *edge, vec![Mark::Box(own, 0.0, style)]);
            }
        }
        squares
    }

    fn edge_paint(&self, edge: Edge<'_>) -> Paint {
        let own = self.looks.overrides.edge_colors.get(edge.index().0 as usize).copied().flatten();
        match own {
            Some(color) => self.looks.theme.line(color),
            None => self.looks.edge(self.graph, edge.layer()).line,
        }
    }

    /// Draws the names of partitions as strips beside their rows, inner ones nearer to these.
    fn strips(&mut self, side: f64, names: f64, texts: &mut Texts<'_>) {
        let order = self.partitions_outside_in();
        let deepest = order.last().map_or(0, |last| self.depth(*last));
        let right = -2.0 * GAP - names;
        for id in order {
            let (node, of) = (self.graph.node(id), self.rect(id));
            let look = self.partition_look(node);
            let left = right - f64::from(deepest - self.depth(id) + 1) * side;
            let strip = rect(left, of.corner.y, side - 2.0, of.size.height);
            let body = filled(look, PARTITION_LINE, self.looks.line(node.layer()));
            let mut marks = vec![Mark::Box(strip, 0.0, self.class("partition", body))];
            let size = (side * LETTERS).round();
            let lines = one_line(node, Weight::Bold, (of.size.height - 4.0) / size, texts);
            if of.size.height > 2.0 * size && lines.iter().any(|line| line.width > 0.0) {
                let style = self.class("heading", letters(look.text, Weight::Bold, size));
                let x = strip.corner.x + strip.size.width / 2.0 + size * MIDDLE;
                let at = point(x, of.corner.y + of.size.height / 2.0);
                let turn = -90.0;
                marks.push(Mark::Text(Text {
                    lines,
                    at,
                    leading: side,
                    is_centered: true,
                    turn,
                    style,
                }));
            }
            self.push_node(Role::Heading, node, marks);
        }
    }

    fn partitions_outside_in(&self) -> Vec<NodeId> {
        let mut order: Vec<NodeId> = self.graph.nodes().map(|node| node.index()).collect();
        order.retain(|node| self.is_partition(*node));
        order.sort_by_key(|node| self.depth(*node));
        order
    }

    /// Returns whether a node has a row that is no other's.
    fn has_row(&self, node: Node<'_>) -> bool {
        let at = node.index();
        !self.is_partition(at) || self.links.out_degree(at) + self.links.in_degree(at) > 0
    }
}

/// Returns as much of a name as there is room for on one line, in ems.
fn one_line(node: Node<'_>, weight: Weight, width: f64, texts: &mut Texts<'_>) -> Vec<Line> {
    let label = name_of(node).replace('\n', " ");
    texts.wrap(&label, weight, Room { width, lines: 1 }, Owner::Node(node.index()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::super::font::Fonts;
    use super::super::theme::Theme;
    use super::super::{Legend, Looks, Measured, Wrapping, draw};
    use super::*;
    use crate::diagnostic::Diagnostics;
    use crate::graph::{EdgeRow, GraphBuilder, NodeRow};

    /// Returns for each edge whether its square is red, and what the legend says of squares.
    fn red(count: usize, edges: &[(usize, usize)]) -> (Vec<bool>, Vec<String>) {
        let mut builder = GraphBuilder::default();
        let ids: Vec<String> = (0..count).map(|at| format!("n{at:02}")).collect();
        for id in &ids {
            builder.node(NodeRow { id, ..NodeRow::default() });
        }
        for (source, target) in edges {
            let (source, target) = (&*ids[*source], &*ids[*target]);
            builder.edge(EdgeRow { source, target, ..EdgeRow::default() });
        }
        let graph = builder.finish().graph;
        let fonts = Fonts::new([]).unwrap();
        let mut texts = Texts::new(&fonts);
        let looks = Looks::of(&graph, Theme::Light, &mut Diagnostics::default());
        let wrapping = Wrapping { width: 170.0, lines: 4 };
        let measured = Measured::of(&graph, &looks, wrapping, &mut texts);
        let layout = crate::layout::matrix(&measured.diagram);
        let scene = draw(&graph, &measured, layout, &looks, None, Legend::Auto, &mut texts);
        let warning = Some(Theme::Light.warning());
        let is_red = |edge: Edge<'_>| {
            let own = scene.groups.iter().find(|g| g.role == Role::Edge && *g.id == *edge.id());
            scene.style(own.unwrap().marks[0].style()).fill == warning
        };
        let said = scene.groups.iter().filter(|group| group.role == Role::Meaning);
        let said = said.map(|group| group.speech.to_string()).collect();
        // Edges may stand in another order than they were given in.
        let end = |node: Node<'_>| node.id()[1..].parse::<usize>().unwrap();
        let place = |edge: Edge<'_>| (end(edge.source()), end(edge.target()));
        let red = |ends: &(usize, usize)| graph.edges().find(|edge| place(*edge) == *ends);
        (edges.iter().map(|ends| is_red(red(ends).unwrap())).collect(), said)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..Default::default() })]
        #[test]
        fn what_is_red_is_in_a_cycle_and_every_cycle_has_something_red(
            count in 1..12_usize,
            edges in vec((0..12_usize, 0..12_usize), 1..24),
        ) {
            let edges: BTreeSet<(usize, usize)> =
                edges.into_iter().map(|(a, b)| (a % count, b % count)).collect();
            let edges: Vec<(usize, usize)> = edges.into_iter().collect();
            let (red, said) = red(count, &edges);
            let reached = |from: usize, is_used: &dyn Fn(usize) -> bool| {
                let (mut seen, mut rest) = (BTreeSet::from([from]), vec![from]);
                while let Some(node) = rest.pop() {
                    for (at, (source, target)) in edges.iter().enumerate() {
                        if *source == node && is_used(at) && seen.insert(*target) {
                            rest.push(*target);
                        }
                    }
                }
                seen
            };
            for (at, (source, target)) in edges.iter().enumerate() {
                if red[at] {
                    prop_assert!(reached(*target, &|_| true).contains(source));
                } else if source != target {
                    prop_assert!(!reached(*target, &|at| !red[at]).contains(source));
                }
            }
            let is_told = |part: &str| said.iter().any(|one| one.contains(part));
            prop_assert_eq!(is_told("lead back"), red.contains(&true));
            prop_assert_eq!(is_told("to themselves"), edges.iter().any(|(a, b)| a == b));
            let has_forward = edges.iter().zip(&red).any(|((a, b), red)| a != b && !red);
            prop_assert_eq!(is_told("lead forward"), has_forward);
        }
    }
}
