//! Leads edges without routes around boxes that hold neither of their ends, in gentle curves, so that
//! no line seems to end at a node which it only passes behind.
//!
//! What is straight and free stays without a route. Ways are found by looking ahead (`search`): where
//! a box is hit, its corners are tried. Large diagrams keep their straight lines.

mod field;
mod search;

use std::collections::HashMap;

use self::field::Field;
use self::search::search;
use super::nest::Forest;
use super::way::Way;
use super::{Diagram, Layout, NONE, Point, Rect, Route};

/// The largest diagrams that edges are led around in, and how many boxes may be looked at for it.
const MOST_NODES: usize = 1_500;
const MOST_EDGES: usize = 3_000;
const EFFORT: usize = 30_000_000;
/// How far from a box a line must be, to be straight or curved, and to be found: first, and where
/// there is no way.
const NEAR: f64 = 1.5;
const ROOMS: [(f64, f64); 2] = [(10.0, 7.0), (4.0, 2.0)];
/// How much further from a box each further line is that goes around its corner, and how many are.
const BESIDE: f64 = 5.0;
const MOST_BESIDE: u32 = 3;
/// How far the middles of edges between the same two nodes are from each other, at most; the first is
/// what is drawn where there is no route.
const APART: [f64; 3] = [26.0, 18.0, 12.0];
/// How far curves swing, by the pieces that meet.
const SWINGS: [f64; 4] = [0.36, 0.24, 0.14, 0.07];

/// Gives edges routes that would run through a box otherwise.
pub(super) fn detour(diagram: &Diagram, layout: &mut Layout) {
    if diagram.nodes.len() > MOST_NODES || diagram.edges.len() > MOST_EDGES {
        return;
    }
    let turns = turns(diagram, layout);
    let members = Forest::of(diagram).members;
    let mut field = Field::of(&layout.nodes, EFFORT);
    let mut uses: HashMap<(u32, u8), u32> = HashMap::new();
    for (edge, line) in diagram.edges.iter().enumerate() {
        let ends = [line.source, line.target];
        if line.source == line.target || !layout.routes[edge].points.is_empty() {
            continue;
        }
        let outer = ends.into_iter().flat_map(|end| around(diagram, end));
        field.free(outer.chain(ends.into_iter().flat_map(|end| within(&members, end))));
        let [from, to] = ends.map(|end| layout.nodes[end as usize]);
        if holds(from, to.middle()) || holds(to, from.middle()) {
            continue;
        }
        let route = match turns[edge].by {
            0.0 if field
                .hit(leave(from, to.middle()), leave(to, from.middle()), NEAR)
                .is_none() =>
            {
                None
            }
            0.0 => curved(&mut field, &mut uses, from, to, 0),
            _ => beside(&mut field, &mut uses, from, to, turns[edge]),
        };
        if let Some(route) = route {
            layout.routes[edge] = route;
        }
        if field.is_spent() {
            break;
        }
    }
    hold(layout);
}

/// Where an edge is among those between the same two nodes.
#[derive(Clone, Copy, Default)]
struct Turn {
    /// How many places left or right of the middle; 0 for an edge that is alone.
    by: f64,
    /// Which of them it is.
    place: u32,
    /// Whether it is drawn there if it has no route.
    is_usual: bool,
}

/// Tells edges between the same two nodes apart: as they are drawn, or beside one with a route.
fn turns(diagram: &Diagram, layout: &Layout) -> Vec<Turn> {
    let pair = |edge: usize| {
        let line = &diagram.edges[edge];
        (line.source.min(line.target), line.source.max(line.target))
    };
    let mut order: Vec<usize> = (0..diagram.edges.len()).collect();
    order.sort_by_key(|edge| (pair(*edge), *edge));
    let mut turns = vec![Turn::default(); order.len()];
    for group in order.chunk_by(|a, b| pair(*a) == pair(*b)) {
        let middle = (group.len() as f64 - 1.0) / 2.0;
        let is_usual = group.iter().all(|edge| layout.routes[*edge].points.is_empty());
        let mut besides = 0;
        for (at, edge) in group.iter().enumerate() {
            let mut by = at as f64 - middle;
            if !is_usual && layout.routes[*edge].points.is_empty() {
                // Beside a route: one to the right, one to the left, then further out.
                by = f64::from(besides / 2 + 1) * if besides % 2 == 0 { 1.0 } else { -1.0 };
                besides += 1;
            }
            let is_forward = diagram.edges[*edge].source == pair(*edge).0;
            let by = if is_forward { by } else { -by };
            turns[*edge] = Turn { by, place: at as u32, is_usual };
        }
    }
    turns
}

/// Returns a node and all that is around it.
fn around(diagram: &Diagram, node: u32) -> impl Iterator<Item = u32> {
    let parent = |at: &u32| Some(diagram.nodes[*at as usize].parent).filter(|at| *at != NONE);
    std::iter::successors(Some(node), parent)
}

/// Returns all that is in a node.
fn within(members: &[Vec<u32>], node: u32) -> Vec<u32> {
    let mut all = members[node as usize].clone();
    let mut next = 0;
    while let Some(at) = all.get(next) {
        let inner = &members[*at as usize];
        all.extend_from_slice(inner);
        next += 1;
    }
    all
}

fn holds(of: Rect, at: Point) -> bool {
    let (x, y) = (at.x - of.corner.x, at.y - of.corner.y);
    x >= 0.0 && x <= of.size.width && y >= 0.0 && y <= of.size.height
}

/// Returns where a line from the middle of a box to a point leaves the box.
fn leave(of: Rect, to: Point) -> Point {
    let from = of.middle();
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let across = of.size.width / 2.0 / dx.abs().max(1e-9);
    let along = of.size.height / 2.0 / dy.abs().max(1e-9);
    let share = across.min(along).min(1.0);
    Point { x: from.x + dx * share, y: from.y + dy * share }
}

fn distance(a: Point, b: Point) -> f64 {
    let (dx, dy) = (a.x - b.x, a.y - b.y);
    (dx * dx + dy * dy).sqrt()
}

/// The way of one of several edges between the same two nodes: a bow that is free, or around.
fn beside(
    field: &mut Field<'_>,
    uses: &mut HashMap<(u32, u8), u32>,
    from: Rect,
    to: Rect,
    turn: Turn,
) -> Option<Route> {
    let (a, b) = (from.middle(), to.middle());
    let length = distance(a, b);
    if length == 0.0 {
        return None;
    }
    for (at, apart) in APART.into_iter().enumerate() {
        let by = turn.by * apart / length;
        let bend = Point {
            x: f64::midpoint(a.x, b.x) + (b.y - a.y) * by,
            y: f64::midpoint(a.y, b.y) + (a.x - b.x) * by,
        };
        let (start, end) = (leave(from, bend), leave(to, bend));
        let part = |of: Point| Point {
            x: of.x + (bend.x - of.x) * 0.66,
            y: of.y + (bend.y - of.y) * 0.66,
        };
        let points = vec![start, part(start), part(end), end];
        if is_free(field, &points, NEAR) {
            let is_drawn = at == 0 && turn.is_usual;
            return (!is_drawn).then_some(Route { points, is_curved: true, label: None });
        }
    }
    curved(field, uses, from, to, turn.place)
}

/// The way around boxes, if there is one; those of the same two nodes go beside each other.
fn curved(
    field: &mut Field<'_>,
    uses: &mut HashMap<(u32, u8), u32>,
    from: Rect,
    to: Rect,
    place: u32,
) -> Option<Route> {
    for (room, near) in ROOMS {
        let room = room + BESIDE * f64::from(place);
        let Some(found) = search(field, from.middle(), to.middle(), (room, near)) else { continue };
        let mut points: Vec<Point> = vec![from.middle()];
        points.extend(found.iter().map(|corner| corner.at));
        points.push(to.middle());
        // What goes around the same corner goes beside it.
        for (at, corner) in found.iter().enumerate() {
            let count = uses.entry((corner.of, corner.which)).or_default();
            let by = f64::from((*count).min(MOST_BESIDE)) * BESIDE;
            let further = corner.further(by);
            let [before, after] = [points[at], points[at + 2]];
            let is_free = *count > 0
                && field.hit(before, further, near).is_none()
                && field.hit(further, after, near).is_none();
            *count += 1;
            if is_free {
                points[at + 1] = further;
            }
        }
        // A corner that was moved may make another one needless.
        let mut at = 1;
        while at + 1 < points.len() {
            let is_needless =
                points.len() > 3 && field.hit(points[at - 1], points[at + 1], near).is_none();
            if is_needless {
                points.remove(at);
            } else {
                at += 1;
            }
        }
        let last = points.len() - 1;
        points[0] = leave(from, points[1]);
        points[last] = leave(to, points[last - 1]);
        return Some(smooth(field, &points, near));
    }
    None
}

/// Makes straight pieces curves that are smooth where they meet, and touch no box.
fn smooth(field: &mut Field<'_>, points: &[Point], near: f64) -> Route {
    for swing in SWINGS {
        let mut way = Way::from(points[0]);
        way.through(&points[1..], swing);
        let curves = way.points();
        if is_free(field, &curves, near / 2.0) {
            return Route { points: curves, is_curved: true, label: None };
        }
    }
    Route { points: points.to_vec(), is_curved: false, label: None }
}

/// Returns whether curves keep away from boxes.
fn is_free(field: &mut Field<'_>, curves: &[Point], near: f64) -> bool {
    const PIECES: u32 = 16;
    let (triples, _) = curves[1..].as_chunks::<3>();
    let mut from = curves[0];
    for [b, c, d] in triples {
        let a = from;
        let mut before = a;
        for piece in 1..=PIECES {
            let t = f64::from(piece) / f64::from(PIECES);
            let u = 1.0 - t;
            let on = |a: f64, b: f64, c: f64, d: f64| {
                a * u * u * u + 3.0 * b * u * u * t + 3.0 * c * u * t * t + d * t * t * t
            };
            let at = Point { x: on(a.x, b.x, c.x, d.x), y: on(a.y, b.y, c.y, d.y) };
            if field.hit(before, at, near).is_some() {
                return false;
            }
            before = at;
        }
        from = *d;
    }
    true
}

/// Makes a picture so large that it holds its lines.
fn hold(layout: &mut Layout) {
    let mut least = Point::default();
    let mut size = layout.size;
    for at in layout.routes.iter().flat_map(|route| &route.points) {
        least = Point { x: least.x.min(at.x), y: least.y.min(at.y) };
        size.width = size.width.max(at.x);
        size.height = size.height.max(at.y);
    }
    layout.size.width = size.width - least.x;
    layout.size.height = size.height - least.y;
    if least == Point::default() {
        return;
    }
    for Rect { corner, .. } in &mut layout.nodes {
        (corner.x, corner.y) = (corner.x - least.x, corner.y - least.y);
    }
    for route in &mut layout.routes {
        route.move_by(-least.x, -least.y);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check_boxes, item, line, nested, random_tree, through};
    use super::super::{Size, force, grid, preset, radial, stress, tree};
    use super::*;
    use crate::layout::Direction;

    /// Returns how many edges would run through foreign boxes if all were straight.
    fn straight(diagram: &Diagram, layout: &Layout) -> usize {
        let mut layout = layout.clone();
        for (line, route) in diagram.edges.iter().zip(&mut layout.routes) {
            let [a, b] = [line.source, line.target].map(|end| layout.nodes[end as usize]);
            let points = vec![leave(a, b.middle()), leave(b, a.middle())];
            *route = Route { points, is_curved: false, label: None };
        }
        through(diagram, &layout).len()
    }

    #[test]
    fn lines_run_through_no_box_that_holds_neither_of_their_ends() {
        type Lay<'a> = (&'a str, &'a dyn Fn(&Diagram) -> Layout);
        let lays: [Lay<'_>; 5] = [
            ("force", &force),
            ("stress", &stress),
            ("grid", &grid),
            ("radial", &radial),
            ("tree", &|diagram| tree(diagram, Direction::Down)),
        ];
        for seed in 1..12 {
            let mut diagram = random_tree(30 + seed as u32, seed);
            for at in 0..25u32 {
                let (a, b) = (at * 7 % 29, (at * 11 + seed as u32) % 29);
                diagram.edges.extend((a != b).then(|| line(a, b)));
            }
            for (name, lay) in lays {
                let layout = lay(&diagram);
                check_boxes(&diagram, &layout);
                assert_eq!(through(&diagram, &layout), [], "{name} {seed}");
                // What has no route is straight, and free as well.
                let mut drawn = layout.clone();
                for (line, route) in diagram.edges.iter().zip(&mut drawn.routes) {
                    let ends = [line.source, line.target].map(|end| layout.nodes[end as usize]);
                    if route.points.is_empty() {
                        let [a, b] = ends;
                        route.points = vec![leave(a, b.middle()), leave(b, a.middle())];
                    }
                }
                assert_eq!(through(&diagram, &drawn), [], "{name} {seed}");
            }
            assert!(straight(&diagram, &grid(&diagram)) > 20);
        }
    }

    #[test]
    fn lines_keep_clear_of_partitions_that_are_not_theirs() {
        for count in [7, 30, 60] {
            for lay in [force, stress, radial] {
                let diagram = nested(count);
                let layout = lay(&diagram);
                check_boxes(&diagram, &layout);
                assert_eq!(through(&diagram, &layout), []);
            }
        }
    }

    #[test]
    fn an_edge_beside_one_of_a_tree_is_not_on_it() {
        let nodes = vec![item(NONE, false); 2];
        let edges = vec![line(1, 0), line(0, 1), line(0, 1), line(0, 1)];
        let layout = tree(&Diagram { nodes, edges }, Direction::Down);
        let x = |route: &Route| route.points[1].x.round() as i64;
        let mut all: Vec<i64> = layout.routes.iter().map(x).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 4);
    }

    /// Three boxes in a row, the outer ones joined by so many edges.
    fn row(count: usize) -> Layout {
        let mut nodes = vec![item(NONE, false); 3];
        nodes[1].size = Size { width: 60.0, height: 200.0 };
        let diagram = Diagram { nodes, edges: vec![line(0, 2); count] };
        let places = [0.0, 300.0, 600.0].map(|x| Some(Point { x, y: 0.0 }));
        let layout = preset(&diagram, &places);
        assert_eq!(through(&diagram, &layout), []);
        layout
    }

    #[test]
    fn edges_between_the_same_nodes_stay_beside_each_other() {
        let layout = row(3);
        let highest = |route: &Route| {
            let least = route.points.iter().map(|at| at.y).fold(f64::INFINITY, f64::min);
            let most = route.points.iter().map(|at| at.y).fold(f64::NEG_INFINITY, f64::max);
            (least, most)
        };
        let reaches: Vec<(f64, f64)> = layout.routes.iter().map(highest).collect();
        for (at, a) in reaches.iter().enumerate() {
            for b in &reaches[..at] {
                assert!((a.0 - b.0).abs().max((a.1 - b.1).abs()) > 3.0, "{reaches:?}");
            }
        }
    }

    #[test]
    fn the_picture_holds_lines_that_go_around_its_outermost_boxes() {
        let layout = row(1);
        assert!(layout.size.height > 210.0, "{:?}", layout.size);
        let all = layout.routes[0].points.iter();
        assert!(all.clone().all(|at| at.y >= 0.0 && at.y <= layout.size.height));
        assert!(all.clone().any(|at| (at.y - layout.nodes[1].middle().y).abs() > 100.0));
    }

    #[test]
    fn what_is_free_stays_straight_and_so_do_large_diagrams() {
        let nodes = vec![item(NONE, false); 2];
        let free = grid(&Diagram { nodes, edges: vec![line(0, 1)] });
        assert!(free.routes[0].points.is_empty());
        let nodes = vec![item(NONE, false); MOST_NODES + 1];
        let edges = (1..=MOST_NODES as u32).map(|at| line(0, at)).collect();
        let large = grid(&Diagram { nodes, edges });
        assert!(large.routes.iter().all(|route| route.points.is_empty()));
    }
}
