//! The ways of edges, leg by leg, from the border of one end to the border of the other.
//!
//! Knows where all boxes are. Between the levels of a container there is nothing but lines, on a
//! level there is room between what stands beside each other: these are the gates that a line is
//! drawn through.

use rayon::prelude::*;

use crate::layout::{NONE, Point, Rect, Route, Routing, Size};

use super::block::Block;
use super::build::{Build, Heading};
use super::curves::{self, Gate};
use super::gates::{self, free, room};
use super::levels::Kind;
use super::orthogonal::label;

/// No bounds.
const ALL: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

/// Draws all edges.
pub fn routes(build: &Build<'_>) -> Vec<Route> {
    let mut loops = vec![0.0; build.size.len()];
    let mut left = vec![0u32; build.size.len()];
    for line in build.diagram.edges.iter().filter(|line| line.source == line.target) {
        if let Some(left) = left.get_mut(line.source as usize) {
            *left += 1;
        }
    }
    let counts = left.clone();
    let mut router = Router { build, gates: Vec::new() };
    let edges = &build.diagram.edges;
    // Loops go around those before them; all others have nothing to do with each other.
    let mut drawn: Vec<Option<Route>> = vec![None; edges.len()];
    for (edge, line) in edges.iter().enumerate() {
        let item = line.source as usize;
        if line.source == line.target && item < loops.len() {
            let number = counts[item] - left[item] + 1;
            left[item] -= 1;
            let share = f64::from(number) / f64::from(counts[item]);
            drawn[edge] = Some(router.draw_loop(edge, share, &mut loops[item]));
        }
    }
    let is_orthogonal = build.options.routing == Routing::Orthogonal;
    drawn
        .into_par_iter()
        .with_min_len(256)
        .enumerate()
        .map_init(
            || Router { build, gates: Vec::new() },
            |router, (edge, drawn)| match drawn {
                Some(route) => route,
                None if is_orthogonal => router.draw_along(edge),
                None => router.draw(edge),
            },
        )
        .collect()
}

pub struct Router<'a> {
    pub build: &'a Build<'a>,
    /// The gates of the line that is being drawn, which goes one way.
    gates: Vec<Gate>,
}

impl Router<'_> {
    fn draw(&mut self, edge: usize) -> Route {
        let build = self.build;
        let is_curved = build.options.routing == Routing::Splines;
        let mut route = Route { is_curved, ..Route::default() };
        let legs = build.legs.of_edge(edge);
        let mut is_down = true;
        self.gates.clear();
        for at in legs.clone() {
            // Whether the edge ends there, or only this leg of it.
            let ends = [at == legs.start, at + 1 == legs.end];
            let (block, link) = build.leg_place[at];
            let block = &build.blocks[block as usize];
            match build.heading[at] {
                Heading::Flat => {
                    if let Some(between) = self.between(block, link, at as u32) {
                        self.gates.clear();
                        route.points = line(between, is_curved);
                        return route;
                    }
                    route.label = self.turn(block, link, ends, is_curved, &mut route.points);
                    is_down = false;
                }
                heading => {
                    is_down = heading == Heading::Down;
                    let label = self.pass(block, link, at, ends, is_down);
                    route.label = route.label.or(label);
                }
            }
        }
        self.flush(is_down, is_curved, &mut route.points);
        route
    }

    /// Draws what was gathered.
    fn flush(&mut self, is_down: bool, is_curved: bool, points: &mut Vec<Point>) {
        if !is_down {
            for gate in &mut self.gates {
                (gate.start, gate.end) = (-gate.end, -gate.start);
            }
        }
        let first = points.len();
        if first == 0
            && let Some(gate) = self.gates.first()
        {
            points.push(Point { x: gate.x, y: gate.start });
        } else if !is_down && let Some(last) = points.last_mut() {
            last.y = -last.y;
        }
        let start = first.saturating_sub(1);
        curves::draw(&self.gates, is_curved, points);
        if !is_down {
            for point in &mut points[start..] {
                point.y = -point.y;
            }
        }
        self.gates.clear();
    }

    /// Gathers the gates of a leg; returns the box of its label.
    fn pass(
        &mut self,
        block: &Block,
        link: u32,
        leg: usize,
        ends: [bool; 2],
        is_down: bool,
    ) -> Option<Rect> {
        let mut found = None;
        let chain = block.levels.chain(link);
        let first = block.levels.chain_starts[link as usize] - link;
        for step in 0..chain.len() {
            let place = if is_down { step } else { chain.len() - 1 - step };
            let at = chain[place];
            let (start, end) = block.bands[block.levels.level[at as usize] as usize];
            // The ways from what is before it and to what is after it.
            let other = |step: Option<usize>| {
                let place = step.map(|step| if is_down { step } else { chain.len() - 1 - step });
                place.and_then(|place| chain.get(place)).copied()
            };
            let rooms =
                [other(step.checked_sub(1)), other((step + 1 < chain.len()).then_some(step + 1))]
                    .map(|other| room(block, at, other));
            match block.levels.kind[at as usize] {
                Kind::Node if block.is_member(at) => {
                    let is_upper = place == 0;
                    let x = self.end(block, first, place, chain.len());
                    let is_end = ends[usize::from(step > 0)];
                    self.border(block, at, x, rooms, [is_upper, step == 0, is_end]);
                }
                Kind::Node => {
                    let y = self.container_border(leg, place == 0);
                    let x = block.xs[at as usize];
                    if ends[usize::from(step > 0)] {
                        self.point(x, y, [ALL; 2]);
                    } else {
                        let (low, high) = free(block, at, self.build.gaps.edge);
                        self.gates.push(Gate {
                            x,
                            low,
                            high,
                            reach: f64::INFINITY,
                            start: y,
                            end: y,
                            rooms: [ALL; 2],
                        });
                    }
                }
                kind => {
                    let (mut low, mut high) = free(block, at, self.build.gaps.edge);
                    let x = block.xs[at as usize];
                    let mut reach = f64::INFINITY;
                    if kind == Kind::Label {
                        found = label(block, at);
                        // It may leave the label at a side.
                        let Size { width, height } = block.extent(at);
                        let by = width / 2.0 + height;
                        (low, high) = (low.max(x - by), high.min(x + by));
                        reach = width * 0.25;
                    }
                    let middle = Gate { x, low, high, reach, start, end, rooms };
                    self.through(block, at, [true; 3], is_down, middle);
                }
            }
        }
        found
    }

    /// Where a link meets its end, across.
    fn end(&self, block: &Block, first: u32, place: usize, length: usize) -> f64 {
        let chain_end = if place == 0 { first } else { first + length as u32 - 2 };
        let segment = &block.levels.segments[chain_end as usize];
        if place == 0 {
            block.xs[segment.upper as usize] + block.extents.upper[chain_end as usize]
        } else {
            block.xs[segment.lower as usize] + block.extents.lower[chain_end as usize]
        }
    }

    /// A point that the line goes through.
    fn point(&mut self, x: f64, y: f64, rooms: [(f64, f64); 2]) {
        self.gates.push(Gate { x, low: x, high: x, reach: 0.0, start: y, end: y, rooms });
    }

    /// The border of a member, and the way between its neighbors to the end of the level.
    /// Whether the edge ends at the border is told by `is_end`; else it goes on through a port.
    fn border(
        &mut self,
        block: &Block,
        at: u32,
        x: f64,
        rooms: [(f64, f64); 2],
        [is_upper, is_first, is_end]: [bool; 3],
    ) {
        let item = block.items[at as usize] as usize;
        let top = self.build.corner[item].y;
        let bottom = top + self.build.size[item].height;
        let (start, end) = block.bands[block.levels.level[at as usize] as usize];
        let (low, high) = free(block, at, self.build.gaps.edge);
        let (start, end) = if is_upper { (bottom, end) } else { (start, top) };
        let y = if is_upper { bottom } else { top };
        if is_first && is_end {
            self.point(x, y, rooms);
        }
        let gate =
            Gate { x, low: low.min(x), high: high.max(x), reach: f64::INFINITY, start, end, rooms };
        // It is left downwards, or reached from above.
        let is_down = is_upper == is_first;
        let has_gate = end > start || !is_end;
        self.through(block, at, [!is_upper, has_gate, is_upper], is_down, gate);
        if !is_first && is_end {
            self.point(x, y, rooms);
        }
    }

    /// A gate on a level, if there is one, with those through the borders of frames above it or below.
    fn through(
        &mut self,
        block: &Block,
        at: u32,
        [is_above, has_middle, is_below]: [bool; 3],
        is_down: bool,
        middle: Gate,
    ) {
        let build = self.build;
        let title = |item: u32| {
            let size = build.diagram.nodes[item as usize].size;
            (size.width + build.options.padding, size.height)
        };
        let title = (build.options.direction, title);
        let first = self.gates.len();
        let Gate { x, rooms, .. } = middle;
        let [above, below] = if is_down { rooms } else { [rooms[1], rooms[0]] };
        if is_above {
            gates::append(block, at, (x, above), true, title, &mut self.gates);
        }
        if has_middle {
            self.gates.push(middle);
        }
        if is_below {
            gates::append(block, at, (x, below), false, title, &mut self.gates);
        }
        if !is_down {
            self.gates[first..].reverse();
        }
    }

    /// The border of a leg's container that the leg goes to.
    pub fn container_border(&self, leg: usize, is_upper: bool) -> f64 {
        let container = self.build.legs.all[leg].container;
        let item = self.build.tree.item[container as usize];
        if item == NONE {
            return 0.0;
        }
        let top = self.build.corner[item as usize].y;
        if is_upper { top } else { top + self.build.size[item as usize].height }
    }

    /// The straight way between two neighbors of one row, if nothing else takes it.
    pub fn between(&self, block: &Block, link: u32, leg: u32) -> Option<[Point; 2]> {
        let build = self.build;
        let levels = &block.levels;
        let chain = levels.chain(link);
        let (source, turn, target) = (chain[0], chain[1], chain[2]);
        let line = &build.diagram.edges[build.legs.all[leg as usize].edge as usize];
        let items = [source, target].map(|at| block.items[at as usize]);
        let are_neighbors =
            levels.place[source as usize].abs_diff(levels.place[target as usize]) == 1;
        if !are_neighbors
            || items != [line.source, line.target]
            || block.problem.links[link as usize].has_label()
        {
            return None;
        }
        let is_right = levels.place[source as usize] < levels.place[target as usize];
        let left = if is_right { items[0] } else { items[1] } as usize;
        let right = if is_right { items[1] } else { items[0] } as usize;
        // Of several only the first goes straight, and only past no loop.
        let first = levels.below(source).iter().map(|segment| &levels.segments[*segment as usize]);
        let mut twins = first.filter(|segment| {
            levels.kind[segment.lower as usize] == Kind::Turn
                && levels.chain(segment.link)[0].min(levels.chain(segment.link)[2])
                    == source.min(target)
                && levels.chain(segment.link)[0].max(levels.chain(segment.link)[2])
                    == source.max(target)
                && !block.problem.links[segment.link as usize].has_label()
        });
        if build.halo[left].width > 0.0 || twins.next().is_none_or(|twin| twin.lower != turn) {
            return None;
        }
        let y = [left, right].map(|at| build.corner[at].y + build.size[at].height / 2.0);
        let a = Point { x: build.corner[left].x + build.size[left].width, y: y[0] };
        let b = Point { x: build.corner[right].x, y: y[1] };
        Some(if is_right { [a, b] } else { [b, a] })
    }

    /// Draws what leads down to a turn, and the turn; the way up is left to be drawn.
    fn turn(
        &mut self,
        block: &Block,
        link: u32,
        ends: [bool; 2],
        is_curved: bool,
        points: &mut Vec<Point>,
    ) -> Option<Rect> {
        let chain = block.levels.chain(link);
        let first = block.levels.chain_starts[link as usize] - link;
        let (_, low) = block.zones[block.levels.level[chain[0] as usize] as usize];
        let (band, _) = block.bands[block.levels.level[chain[1] as usize] as usize];
        let x = block.xs[chain[1] as usize];
        let has_label = label(block, chain[1]).is_some();
        let y = block.lane_y(first as usize).max(if has_label { band - 10.0 } else { low });
        let xs = [0, 1].map(|end| {
            let segment = first as usize + end;
            let at = block.levels.segments[segment].upper;
            block.xs[at as usize] + block.extents.upper[segment]
        });
        let rooms = [room(block, chain[0], None); 2];
        self.border(block, chain[0], xs[0], rooms, [true, true, ends[0]]);
        self.point(xs[0], low, [ALL; 2]);
        self.flush(true, is_curved, points);
        let corner = |x: f64, y: f64| Point { x, y };
        if is_curved {
            let third = |a: Point, b: Point| Point {
                x: a.x + (b.x - a.x) * 0.7,
                y: a.y + (b.y - a.y) * 0.7,
            };
            let (a, b, c) = (corner(xs[0], low), corner(x, y), corner(xs[1], low));
            let (d, e) = (corner(xs[0], y), corner(xs[1], y));
            points.extend([third(a, d), third(b, d), b, third(b, e), third(c, e), c]);
        } else {
            points.extend([corner(x, y), corner(xs[1], low)]);
        }
        self.point(xs[1], low, [ALL; 2]);
        self.border(block, chain[2], xs[1], rooms, [true, false, ends[1]]);
        label(block, chain[1])
    }

    /// A loop at the right of its box, around those before it.
    fn draw_loop(&mut self, edge: usize, share: f64, taken: &mut f64) -> Route {
        let build = self.build;
        let line = &build.diagram.edges[edge];
        let (corner, size) = (build.corner[line.source as usize], build.size[line.source as usize]);
        let label = build.options.direction.turn(line.label);
        let width = label.width.max(4.0);
        let (x, y) = (corner.x + size.width, corner.y + size.height / 2.0);
        let far = x + *taken + build.gaps.edge / 2.0 + width / 2.0;
        *taken += width + build.gaps.edge;
        let up = size.height * 0.4 * share;
        let point = |x: f64, y: f64| Point { x, y };
        let is_curved = build.options.routing == Routing::Splines;
        let points = if is_curved {
            // The curve reaches three quarters of the way to its inner points.
            let out = x + (far - x) * 4.0 / 3.0;
            vec![point(x, y - up), point(out, y - up), point(out, y + up), point(x, y + up)]
        } else {
            vec![point(x, y - up), point(far, y - up), point(far, y + up), point(x, y + up)]
        };
        let has_label = label.width > 0.0 && label.height > 0.0;
        let corner = point(far - label.width / 2.0, y - label.height / 2.0);
        let label = has_label.then_some(Rect { corner, size: label });
        Route { points, is_curved, label }
    }
}

fn line(ends: [Point; 2], is_curved: bool) -> Vec<Point> {
    if !is_curved {
        return ends.to_vec();
    }
    let [a, b] = ends;
    let part = |by: f64| Point { x: a.x + (b.x - a.x) * by, y: a.y + (b.y - a.y) * by };
    vec![a, part(1.0 / 3.0), part(2.0 / 3.0), b]
}
