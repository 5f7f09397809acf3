//! Labels of edges: along their lines, over no node and no other label.
//!
//! Where a layout leaves no room for them, each takes the first place along its line, from the
//! middle outwards, that nothing has taken; those of short lines go first, since they have the
//! fewest. What is taken is kept in buckets, so that only what is near is looked at (for such greedy
//! placing: Christensen, Marks and Shieber, An Empirical Study of Algorithms for Point-Feature Label
//! Placement, 1995).

use std::collections::HashMap;

use super::draw::{Artist, first_line};
use super::edge::{along, box_around, length};
use super::font::Weight;
use super::measure::{EDGE_TEXT, block};
use super::style::letters;
use super::theme::Paint;
use super::{Mark, Role, Style, Text};
use crate::graph::Edge;
use crate::layout::{Point, Rect, Size};

/// How far places on a line are from each other, and how many there may be to either side.
const STEP: f64 = 6.0;
const MOST_STEPS: f64 = 40.0;
/// The side of a bucket, and how much one holds; what is more is on top of each other anyway.
const BUCKET: f64 = 64.0;
const FULL: usize = 32;

/// The label of an edge, before it has a place.
pub(super) struct Label<'g> {
    /// Whose it is.
    pub edge: Edge<'g>,
    /// The color of its letters.
    pub text: Paint,
    /// How large it is.
    pub size: Size,
    /// Where it may stand.
    pub room: Spot,
}

/// Where a label may stand.
pub(super) enum Spot {
    /// Where the layout says.
    Given(Rect),
    /// Along straight pieces, best at a share of the way.
    Along(Vec<Point>, f64),
}

/// Boxes that are taken, by the buckets that they touch.
#[derive(Default)]
struct Taken {
    boxes: Vec<Rect>,
    buckets: HashMap<(i64, i64), Vec<u32>>,
}

impl Artist<'_> {
    /// Draws the labels of edges, over all lines.
    pub(super) fn edge_labels(&mut self, labels: Vec<Label<'_>>) {
        let mut taken = Taken::default();
        for node in self.graph.nodes() {
            let of = match self.is_partition(node.index()) {
                true => self.heading_box(node),
                false => Some(self.rect(node.index())),
            };
            of.into_iter().for_each(|of| taken.take(of));
        }
        let wanted: Vec<(Size, &Spot)> =
            labels.iter().map(|label| (label.size, &label.room)).collect();
        let places = place(&wanted, &mut taken);
        for (label, of) in labels.iter().zip(places) {
            let marks = self.edge_label(label.edge, of, label.text);
            self.push_edge(Role::EdgeLabel, label.edge, marks);
        }
    }

    fn edge_label(&mut self, edge: Edge<'_>, of: Rect, text: Paint) -> Vec<Mark> {
        let lines = self.measured.edges[edge.index().0 as usize].clone();
        let (size, leading) = EDGE_TEXT;
        let style = self.class("caption", letters(text, Weight::Regular, size));
        let under = Style { fill: Some(self.under(edge, of.middle())), ..Style::default() };
        let under = self.class("under", under);
        let Size { width, height } = block(&lines, EDGE_TEXT);
        let behind = box_around(of.middle(), width + 6.0, height);
        let at = first_line(of.middle(), lines.len(), size, leading);
        vec![
            Mark::Box(behind, 3.0, under),
            Mark::Text(Text { lines, at, leading, is_centered: true, turn: 0.0, style }),
        ]
    }
}

/// Finds a place for each label, and takes it.
fn place(labels: &[(Size, &Spot)], taken: &mut Taken) -> Vec<Rect> {
    let mut places = vec![Rect::default(); labels.len()];
    let mut order = Vec::with_capacity(labels.len());
    for (at, (_, room)) in labels.iter().enumerate() {
        match room {
            Spot::Given(of) => {
                places[at] = *of;
                taken.take(*of);
            }
            Spot::Along(way, share) => order.push((length(way), at, way, *share)),
        }
    }
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    for (long, at, way, share) in order {
        let mut best: Option<(f64, Rect)> = None;
        for share in shares(long, share) {
            let Size { width, height } = labels[at].0;
            let of = box_around(along(way, share), width, height);
            let covered = taken.covered(of);
            if best.is_none_or(|(least, _)| covered < least) {
                best = Some((covered, of));
            }
            if covered == 0.0 {
                break;
            }
        }
        places[at] = best.map_or_else(Rect::default, |(_, of)| of);
        taken.take(places[at]);
    }
    places
}

/// Returns places along a line of a length, as shares of it, from the wanted one outwards.
fn shares(long: f64, wanted: f64) -> impl Iterator<Item = f64> {
    let step = if long > 0.0 { (STEP / long).max(1.0 / MOST_STEPS) } else { 1.0 };
    let offsets = (1..=MOST_STEPS as u32).map(move |at| f64::from(at) * step);
    let others = offsets.flat_map(move |offset| [wanted + offset, wanted - offset]);
    std::iter::once(wanted).chain(others.filter(|share| (0.0..=1.0).contains(share)))
}

impl Taken {
    fn take(&mut self, of: Rect) {
        let at = self.boxes.len() as u32;
        self.boxes.push(of);
        for bucket in buckets(of) {
            let held = self.buckets.entry(bucket).or_default();
            if held.len() < FULL {
                held.push(at);
            }
        }
    }

    /// Returns how much of a box is covered, several times what several cover.
    fn covered(&self, of: Rect) -> f64 {
        let mut area = 0.0;
        for bucket in buckets(of) {
            for at in self.buckets.get(&bucket).into_iter().flatten() {
                let both = both(of, self.boxes[*at as usize]);
                // What lies in several buckets is counted in the first.
                if both.size.width > 0.0
                    && both.size.height > 0.0
                    && bucket_of(both.corner) == bucket
                {
                    area += both.size.width * both.size.height;
                }
            }
        }
        area
    }
}

/// Returns what two boxes share; nothing has an extent of zero or less.
fn both(a: Rect, b: Rect) -> Rect {
    let corner = Point { x: a.corner.x.max(b.corner.x), y: a.corner.y.max(b.corner.y) };
    let right = (a.corner.x + a.size.width).min(b.corner.x + b.size.width);
    let lower = (a.corner.y + a.size.height).min(b.corner.y + b.size.height);
    Rect { corner, size: Size { width: right - corner.x, height: lower - corner.y } }
}

fn bucket_of(at: Point) -> (i64, i64) {
    ((at.x / BUCKET).floor() as i64, (at.y / BUCKET).floor() as i64)
}

fn buckets(of: Rect) -> impl Iterator<Item = (i64, i64)> {
    let (left, upper) = bucket_of(of.corner);
    let end = Point { x: of.corner.x + of.size.width, y: of.corner.y + of.size.height };
    let (right, lower) = bucket_of(end);
    (upper..=lower).flat_map(move |y| (left..=right).map(move |x| (x, y)))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::super::font::Fonts;
    use super::super::path::{point, rect};
    use super::super::text::Texts;
    use super::super::theme::Theme;
    use super::super::{Group, Legend, Looks, Measured, Scene, Wrapping, draw};
    use super::*;
    use crate::diagnostic::Diagnostics;
    use crate::graph::{EdgeRow, GraphBuilder, NodeRow};
    use crate::layout::{Diagram, Direction, Layout, force, grid, preset, radial, stress, tree};

    fn covered(of: Rect, others: &[Rect]) -> f64 {
        let area = |other: &Rect| {
            let Size { width, height } = both(of, *other).size;
            if width > 0.0 && height > 0.0 { width * height } else { 0.0 }
        };
        others.iter().map(area).sum()
    }

    proptest! {
        #[test]
        fn a_label_covers_nothing_where_its_line_has_room(
            nodes in vec((-900.0..900.0, -900.0..900.0, 20.0..200.0, 20.0..90.0), 0..30),
            lines in vec((vec((-900.0..900.0, -900.0..900.0), 2..5), 10.0..150.0, 0.2..0.8), 1..40),
        ) {
            let nodes: Vec<Rect> =
                nodes.into_iter().map(|(x, y, width, height)| rect(x, y, width, height)).collect();
            let mut taken = Taken::default();
            nodes.iter().for_each(|of| taken.take(*of));
            let mut labels: Vec<(Size, Vec<Point>, f64)> = lines
                .into_iter()
                .map(|(way, width, share)| {
                    let way = way.into_iter().map(|(x, y)| point(x, y)).collect();
                    (Size { width, height: 19.0 }, way, share)
                })
                .collect();
            // In the order in which they are placed, so that what was taken before each is known.
            labels.sort_by(|a, b| length(&a.1).total_cmp(&length(&b.1)));
            let rooms: Vec<(Size, Spot)> = labels
                .iter()
                .map(|(size, way, share)| (*size, Spot::Along(way.clone(), *share)))
                .collect();
            let wanted: Vec<(Size, &Spot)> =
                rooms.iter().map(|(size, room)| (*size, room)).collect();
            let places = place(&wanted, &mut taken);
            let mut before = nodes;
            for ((size, way, share), of) in labels.iter().zip(&places) {
                let own = covered(*of, &before);
                let on_line = |share| box_around(along(way, share), size.width, size.height);
                for share in shares(length(way), *share) {
                    let other = covered(on_line(share), &before);
                    prop_assert!(own <= other + 1e-6, "{own} rather than {other}");
                    if other == 0.0 {
                        // The first of those that are as good.
                        prop_assert_eq!(*of, on_line(share));
                        break;
                    }
                }
                before.push(*of);
            }
        }
    }

    /// Draws a graph of so many nodes with edges between them, all with labels.
    fn scene(count: usize, edges: &[(usize, usize)], lay: &dyn Fn(&Diagram) -> Layout) -> Scene {
        let mut builder = GraphBuilder::default();
        let ids: Vec<String> = (0..count).map(|at| format!("n{at}")).collect();
        for id in &ids {
            builder.node(NodeRow { id, ..NodeRow::default() });
        }
        for (source, target) in edges {
            let (source, target) = (&*ids[source % count], &*ids[target % count]);
            builder.edge(EdgeRow { source, target, label: "leads to", ..EdgeRow::default() });
        }
        let graph = builder.finish().graph;
        let fonts = Fonts::new([]).unwrap();
        let mut texts = Texts::new(&fonts);
        let looks = Looks::of(&graph, Theme::Light, &mut Diagnostics::default());
        let wrapping = Wrapping { width: 170.0, lines: 4 };
        let measured = Measured::of(&graph, &looks, wrapping, &mut texts);
        let layout = lay(&measured.diagram);
        draw(&graph, &measured, layout, &looks, None, Legend::None, &mut texts)
    }

    /// Returns the first box of each group of a role.
    fn boxes(scene: &Scene, role: Role) -> Vec<Rect> {
        let groups = scene.groups.iter().filter(|group| group.role == role);
        groups.map(|group| group.marks[0].bounds(scene).unwrap()).collect()
    }

    #[test]
    fn labels_of_long_lines_make_way_for_nodes_and_for_each_other() {
        // Of the edges from 0 to 1, and from 3 to 4, the middles are the node 2.
        let at = [(0.0, 0.0), (600.0, 0.0), (300.0, 0.0), (300.0, -300.0), (300.0, 300.0)];
        let lay = |diagram: &Diagram| preset(diagram, &at.map(|(x, y)| Some(point(x, y))));
        let scene = scene(5, &[(0, 1), (3, 4)], &lay);
        let (labels, nodes) = (boxes(&scene, Role::EdgeLabel), boxes(&scene, Role::Node));
        for (place, label) in labels.iter().enumerate() {
            assert_eq!(covered(*label, &nodes) + covered(*label, &labels[..place]), 0.0);
        }
        let crossed = [(0.0, 0.0), (600.0, 600.0), (600.0, 0.0), (0.0, 600.0)];
        let lay = |diagram: &Diagram| preset(diagram, &crossed.map(|(x, y)| Some(point(x, y))));
        let scene = self::scene(4, &[(0, 1), (2, 3)], &lay);
        let labels = boxes(&scene, Role::EdgeLabel);
        assert_eq!((labels.len(), covered(labels[0], &labels[1..])), (2, 0.0));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn labels_are_over_all_lines_and_within_the_picture(
            count in 2..14_usize,
            edges in vec((0..14_usize, 0..14_usize), 1..14),
        ) {
            let layouts: [&dyn Fn(&Diagram) -> Layout; 5] =
                [&grid, &radial, &stress, &force, &|diagram| tree(diagram, Direction::Down)];
            for lay in layouts {
                let scene = scene(count, &edges, lay);
                let place = |of: Role| move |group: &Group| group.role == of;
                let line = scene.groups.iter().rposition(place(Role::Edge)).unwrap();
                let label = scene.groups.iter().position(place(Role::EdgeLabel)).unwrap();
                prop_assert!(line < label);
                let labels = boxes(&scene, Role::EdgeLabel);
                prop_assert_eq!(labels.len(), edges.len());
                for label in &labels {
                    let area = label.size.width * label.size.height;
                    prop_assert!(covered(*label, &[scene.frame]) > area - 1e-6, "{label:?}");
                }
            }
        }
    }

    #[test]
    fn what_has_a_place_keeps_it_and_others_make_way() {
        let given = rect(40.0, -10.0, 20.0, 20.0);
        let way = vec![point(0.0, 0.0), point(100.0, 0.0)];
        let (size, rooms) =
            (Size { width: 20.0, height: 10.0 }, [Spot::Along(way, 0.5), Spot::Given(given)]);
        let places = place(&[(size, &rooms[0]), (size, &rooms[1])], &mut Taken::default());
        assert_eq!(places[1], given);
        assert_eq!(places[0].corner.x, 64.0);
        assert_eq!(covered(places[0], &places[1..]), 0.0);
    }

    #[test]
    fn many_labels_on_one_line_take_no_more_than_a_moment() {
        let way = vec![point(0.0, 0.0), point(300.0, 40.0)];
        let rooms: Vec<Spot> = (0..3_000).map(|_| Spot::Along(way.clone(), 0.5)).collect();
        let size = Size { width: 60.0, height: 19.0 };
        let wanted: Vec<(Size, &Spot)> = rooms.iter().map(|room| (size, room)).collect();
        let mut taken = Taken::default();
        place(&wanted, &mut taken);
        assert!(taken.buckets.values().all(|held| held.len() <= FULL));
    }
}
