//! Edges as lines with heads: along their routes, or straight where a layout gives none.

use super::arrow::{Arrow, Head};
use super::draw::{Artist, EDGE_LINE};
use super::label::{Label, Spot};
use super::path::{Path, Segment, between, contains, distance, hit, on_curve, point, rect};
use super::style::stroked;
use super::{Mark, Role};
use crate::graph::{Edge, EdgeId, Graph, Node};
use crate::layout::{Point, Rect, Route};

/// The radius of bends.
const BEND: f64 = 9.0;
/// How far apart the middles of parallel edges are.
const APART: f64 = 26.0;

/// What an edge starts or ends at.
struct End<'a> {
    /// The node's box.
    pub rect: Rect,
    /// Its outline, unless that is the box.
    pub outline: Option<&'a Path>,
}

/// An edge, drawn.
struct Drawn {
    /// The line.
    pub line: Path,
    /// The heads at its ends.
    pub heads: Vec<Head>,
    /// The line in straight pieces, heads included, if that is wanted.
    pub way: Vec<Point>,
    /// Where a label stands best: about in the middle, as a share of the way.
    pub share: f64,
}

/// Tells parallel edges apart: 0 for one that is alone, else places left and right of the middle.
fn turns(graph: &Graph) -> Vec<f64> {
    let ends = |edge: Edge<'_>| (edge.source().index().0, edge.target().index().0);
    let pair = |(a, b): (u32, u32)| (a.min(b), a.max(b));
    let mut order: Vec<(u32, u32, u32)> = Vec::with_capacity(graph.edge_count());
    order.extend(graph.edges().map(|edge| {
        let (a, b) = pair(ends(edge));
        (a, b, edge.index().0)
    }));
    order.sort_unstable();
    let mut turns = vec![0.0; graph.edge_count()];
    for group in order.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let middle = (group.len() as f64 - 1.0) / 2.0;
        for (at, (a, _, edge)) in group.iter().enumerate() {
            let turn = at as f64 - middle;
            // A side is that of the pair, not that of an edge which may go the other way.
            let source = graph.edge(EdgeId(*edge)).source().index().0;
            turns[*edge as usize] = if source == *a { turn } else { -turn };
        }
    }
    turns
}

impl Artist<'_> {
    /// Draws all edges along their routes.
    pub fn edges(&mut self, routes: Vec<Route>) {
        let outlines: Vec<Option<Path>> = self.outlines();
        let turns = turns(self.graph);
        let mut labels = Vec::new();
        for (edge, route) in self.graph.edges().zip(routes) {
            let at = edge.index().0 as usize;
            let [source, target] = [edge.source(), edge.target()].map(|node| End {
                rect: self.rect(node.index()),
                outline: outlines[node.index().0 as usize].as_ref(),
            });
            let width = self.looks.overrides.widths.get(at).copied().unwrap_or(EDGE_LINE);
            let own = self.looks.overrides.lines.get(at).copied().flatten();
            let line = own.unwrap_or_else(|| self.looks.line(edge.layer()));
            let mut look = self.looks.edge(self.graph, edge.layer());
            if let Some(color) = self.looks.overrides.edge_colors.get(at).copied().flatten() {
                look.line = self.looks.theme.line(color);
            }
            let arrows = self.looks.arrows(at, edge.layer());
            let (label, is_labelled) = (route.label, !self.measured.edges[at].is_empty());
            let wants_way = is_labelled && label.is_none();
            let drawn = draw(route, &source, &target, turns[at], width, arrows, wants_way);
            let line = self.class("edge", stroked(look.line, width, line));
            let mut marks = vec![Mark::Path(drawn.line, line)];
            for head in drawn.heads {
                let at = head.path.bounds().map_or_else(Point::default, Rect::middle);
                let under = self.under(edge, at);
                marks.push(self.head(head, look.line, under, width));
            }
            self.push_edge(Role::Edge, edge, marks);
            if is_labelled {
                let room = match label {
                    Some(of) => Spot::Given(of),
                    None => Spot::Along(drawn.way, drawn.share),
                };
                let size = self.measured.diagram.edges[at].label;
                labels.push(Label { edge, text: look.text, size, room });
            }
        }
        self.edge_labels(labels);
    }

    /// Returns the outline of each node that is no box.
    fn outlines(&self) -> Vec<Option<Path>> {
        let of = |node: Node<'_>| {
            let shape = self.measured.shapes[node.index().0 as usize];
            let is_box = shape.is_box() || self.is_partition(node.index());
            (!is_box).then(|| shape.outline(self.rect(node.index())).0)
        };
        self.graph.nodes().map(of).collect()
    }
}

/// Draws an edge. `turn` tells parallel edges without routes apart: 0 is straight, others are
/// curves to one side or the other. `wants_way` asks for the line in straight pieces.
fn draw(
    route: Route,
    source: &End<'_>,
    target: &End<'_>,
    turn: f64,
    width: f64,
    arrows: [Arrow; 2],
    wants_way: bool,
) -> Drawn {
    let (mut points, is_curved) = if route.points.len() < 2 {
        without_route(source, target, turn)
    } else {
        let is_curved = route.is_curved && route.points.len() % 3 == 1;
        (route.points, is_curved)
    };
    reach_outline(&mut points, source, target);
    // Labels of parallel edges are not beside each other.
    let share = 0.5 + (turn * 0.14).clamp(-0.3, 0.3);
    let way = match (wants_way, is_curved) {
        (false, _) => Vec::new(),
        (true, true) => flat(&points),
        (true, false) => points.clone(),
    };
    let [at_source, at_target] = arrows;
    let mut heads = Vec::with_capacity(1);
    heads.extend(shorten(&mut points, is_curved, width, at_target));
    if at_source != Arrow::None {
        points.reverse();
        heads.extend(shorten(&mut points, is_curved, width, at_source));
        points.reverse();
    }
    let line = if is_curved { curves(&points) } else { lines(&points) };
    Drawn { line, heads, way, share }
}

/// Makes a route for an edge that has none, and says whether it is curved.
fn without_route(source: &End<'_>, target: &End<'_>, turn: f64) -> (Vec<Point>, bool) {
    let (from, to) = (source.rect.middle(), target.rect.middle());
    if source.rect == target.rect {
        return (loop_of(source.rect, turn), true);
    }
    if contains(source.rect, to) || contains(target.rect, from) {
        // One is in the other: from the inner one to the nearest side of the outer.
        return (to_nearest_side(source.rect, target.rect), false);
    }
    let length = distance(from, to);
    if turn == 0.0 || length == 0.0 {
        return (vec![border(source.rect, to), border(target.rect, from)], false);
    }
    let side =
        point((to.y - from.y) / length * turn * APART, (from.x - to.x) / length * turn * APART);
    let middle = between(from, to, 0.5);
    let bend = point(middle.x + side.x, middle.y + side.y);
    let (start, end) = (border(source.rect, bend), border(target.rect, bend));
    (vec![start, between(start, bend, 0.66), between(end, bend, 0.66), end], true)
}

/// Returns where a line from the middle of a box to a point leaves the box.
fn border(of: Rect, to: Point) -> Point {
    let from = of.middle();
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let across = if dx == 0.0 { f64::INFINITY } else { of.size.width / 2.0 / dx.abs() };
    let along = if dy == 0.0 { f64::INFINITY } else { of.size.height / 2.0 / dy.abs() };
    let share = across.min(along);
    if share.is_finite() && share < 1.0 {
        point(from.x + dx * share, from.y + dy * share)
    } else {
        to
    }
}

/// Returns a loop over the upper right corner of a box; a greater one for each further turn.
fn loop_of(of: Rect, turn: f64) -> Vec<Point> {
    let (right, top) = (of.corner.x + of.size.width, of.corner.y);
    let reach = 30.0 + 14.0 * turn.abs();
    let (dx, dy) = ((of.size.width / 4.0).min(16.0), (of.size.height / 3.0).min(14.0));
    vec![
        point(right - dx, top),
        point(right - dx, top - reach),
        point(right + reach, top + dy),
        point(right, top + dy),
    ]
}

fn to_nearest_side(source: Rect, target: Rect) -> Vec<Point> {
    let is_source_outer = contains(source, target.middle());
    let (outer, inner) = if is_source_outer { (source, target) } else { (target, source) };
    let at = inner.middle();
    let (right, lower) = (outer.corner.x + outer.size.width, outer.corner.y + outer.size.height);
    let sides = [
        point(at.x, lower),
        point(right, at.y),
        point(outer.corner.x, at.y),
        point(at.x, outer.corner.y),
    ];
    let nearest = |a: &&Point, b: &&Point| distance(at, **a).total_cmp(&distance(at, **b));
    let side = sides.iter().min_by(nearest).copied().unwrap_or(at);
    let inside = border(inner, side);
    if is_source_outer { vec![side, inside] } else { vec![inside, side] }
}

/// Lengthens the ends of a route that are on the box of a node to its outline.
fn reach_outline(points: &mut [Point], source: &End<'_>, target: &End<'_>) {
    let last = points.len() - 1;
    for (end, at, next) in [(source, 0, 1), (target, last, last - 1)] {
        let Some(outline) = end.outline else { continue };
        let (from, before) = (points[at], points[next]);
        let length = distance(from, before);
        if length < 1e-6 {
            continue;
        }
        let way = point((from.x - before.x) / length, (from.y - before.y) / length);
        let reach = end.rect.size.width.max(end.rect.size.height);
        if let Some(more) = hit(outline, from, way).filter(|more| *more < reach) {
            points[at] = point(from.x + way.x * more, from.y + way.y * more);
        } else {
            // The way misses the outline: go to the middle instead.
            let to = end.rect.middle();
            let share = hit(outline, from, point(to.x - from.x, to.y - from.y));
            points[at] = between(from, to, share.unwrap_or(0.0).min(1.0));
        }
    }
}

/// Takes the room of a head off the end of a route, and returns the head.
fn shorten(points: &mut [Point], is_curved: bool, width: f64, arrow: Arrow) -> Option<Head> {
    let last = points.len() - 1;
    let tip = points[last];
    let before = points[..last].iter().rev().find(|at| distance(**at, tip) > 1e-6)?;
    let length = distance(*before, tip);
    let (x, y) = ((tip.x - before.x) / length, (tip.y - before.y) / length);
    let head = arrow.head(tip, point(x, y), width)?;
    let cut = head.cut.min(length * 0.9);
    if is_curved {
        // The last handle goes with the end, so that the line keeps its direction.
        points[last - 1] = point(points[last - 1].x - x * cut, points[last - 1].y - y * cut);
    }
    points[last] = point(tip.x - x * cut, tip.y - y * cut);
    Some(head)
}

fn curves(points: &[Point]) -> Path {
    let (triples, _) = points[1..].as_chunks::<3>();
    let mut path = Path(Vec::with_capacity(triples.len() + 1));
    path.0.push(Segment::Move(points[0]));
    path.0.extend(triples.iter().map(|[a, b, to]| Segment::Curve(*a, *b, *to)));
    path
}

/// Draws straight pieces with round bends.
fn lines(points: &[Point]) -> Path {
    let mut path = Path(vec![Segment::Move(points[0])]);
    for at in 1..points.len() {
        let here = points[at];
        let Some(next) = points.get(at + 1).copied() else {
            path.0.push(Segment::Line(here));
            break;
        };
        let (before, after) = (distance(points[at - 1], here), distance(here, next));
        let radius = BEND.min(before / 2.0).min(after / 2.0);
        if radius < 0.1 {
            path.0.push(Segment::Line(here));
            continue;
        }
        let (start, end) =
            (between(here, points[at - 1], radius / before), between(here, next, radius / after));
        path.0.push(Segment::Line(start));
        path.0.push(Segment::Curve(between(start, here, 0.55), between(end, here, 0.55), end));
    }
    path
}

/// Returns the point that lies a share of the way along straight pieces.
pub(super) fn along(points: &[Point], share: f64) -> Point {
    let mut rest = length(points) * share;
    for pair in points.windows(2) {
        let length = distance(pair[0], pair[1]);
        if rest <= length && length > 0.0 {
            return between(pair[0], pair[1], rest / length);
        }
        rest -= length;
    }
    points[0]
}

/// Returns how long straight pieces are together.
pub(super) fn length(points: &[Point]) -> f64 {
    points.windows(2).map(|pair| distance(pair[0], pair[1])).sum()
}

/// Returns curves as straight pieces.
fn flat(points: &[Point]) -> Vec<Point> {
    let mut flat = vec![points[0]];
    for at in (0..points.len() - 1).step_by(3) {
        let curve = [points[at], points[at + 1], points[at + 2], points[at + 3]];
        flat.extend((1..=8).map(|step| on_curve(curve, f64::from(step) / 8.0)));
    }
    flat
}

/// Returns a box of this size around a point.
pub(super) fn box_around(at: Point, width: f64, height: f64) -> Rect {
    rect(at.x - width / 2.0, at.y - height / 2.0, width, height)
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: [Arrow; 2] = [Arrow::None, Arrow::Triangle];

    fn end(x: f64, y: f64) -> End<'static> {
        End { rect: rect(x, y, 40.0, 20.0), outline: None }
    }

    #[test]
    fn an_edge_without_a_route_is_straight_and_ends_at_the_boxes() {
        let drawn = draw(Route::default(), &end(0.0, 0.0), &end(100.0, 0.0), 0.0, 1.0, USUAL, true);
        let Segment::Move(tip) = drawn.heads[0].path.0[0] else { panic!() };
        assert_eq!((drawn.line.0[0], tip), (Segment::Move(point(40.0, 10.0)), point(100.0, 10.0)));
        assert_eq!(along(&drawn.way, drawn.share), point(70.0, 10.0));
    }

    #[test]
    fn parallel_edges_are_apart_and_loops_are_seen() {
        let middle = |turn| {
            let (from, to) = (end(0.0, 0.0), end(200.0, 0.0));
            let drawn = draw(Route::default(), &from, &to, turn, 1.0, USUAL, true);
            along(&drawn.way, drawn.share)
        };
        assert!((middle(1.0).y - middle(-1.0).y).abs() > 15.0);
        let own = draw(Route::default(), &end(0.0, 0.0), &end(0.0, 0.0), 0.0, 1.0, USUAL, true);
        assert!(!contains(rect(0.0, 0.0, 40.0, 20.0), along(&own.way, own.share)));
    }

    #[test]
    fn an_edge_reaches_the_outline_of_a_shape() {
        let outline = Path::polygon(&[
            point(120.0, 0.0),
            point(140.0, 10.0),
            point(120.0, 20.0),
            point(100.0, 10.0),
        ]);
        let target = End { rect: rect(100.0, 0.0, 40.0, 20.0), outline: Some(&outline) };
        let route = Route {
            points: vec![point(120.0, -50.0), point(125.0, -50.0), point(125.0, 0.0)],
            ..Route::default()
        };
        let drawn = draw(route, &end(100.0, -70.0), &target, 0.0, 1.0, USUAL, true);
        assert_eq!(drawn.heads[0].path.0[0], Segment::Move(point(125.0, 2.5)));
    }

    #[test]
    fn an_edge_between_a_partition_and_its_member_goes_to_the_nearest_side() {
        let outer = End { rect: rect(0.0, 0.0, 400.0, 100.0), outline: None };
        let drawn = draw(Route::default(), &outer, &end(50.0, 20.0), 0.0, 1.0, USUAL, true);
        assert_eq!(drawn.line.0[0], Segment::Move(point(70.0, 0.0)));
    }

    #[test]
    fn heads_stand_at_the_ends_that_they_are_asked_for() {
        let both = [Arrow::Crow, Arrow::HollowDiamond];
        let drawn = draw(Route::default(), &end(0.0, 0.0), &end(100.0, 0.0), 0.0, 1.0, both, true);
        let [at_target, at_source] = &drawn.heads[..] else { panic!() };
        assert_eq!(at_target.path.0[0], Segment::Move(point(100.0, 10.0)));
        assert_eq!(at_source.path.bounds().unwrap().corner.x, 40.0);
        // A line is not seen through a hollow head.
        let Segment::Line(last) = drawn.line.0[1] else { panic!() };
        assert!(last.x < 90.0 && drawn.line.0[0] == Segment::Move(point(40.0, 10.0)));
        let none = [Arrow::None; 2];
        let drawn = draw(Route::default(), &end(0.0, 0.0), &end(100.0, 0.0), 0.0, 1.0, none, true);
        assert!(drawn.heads.is_empty());
    }
}
