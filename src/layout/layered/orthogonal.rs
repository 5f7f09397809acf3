//! Ways along the axes: down in its place on each level, sideways in its lane between two.

use crate::layout::{NONE, Point, Rect, Route};

use super::block::Block;
use super::build::Heading;
use super::levels::Kind;
use super::routes::Router;

impl Router<'_> {
    /// Draws an edge along the axes.
    pub fn draw_along(&self, edge: usize) -> Route {
        let build = self.build;
        let mut route = Route::default();
        let legs = build.legs.of_edge(edge);
        for at in legs.clone() {
            let is_first = at == legs.start;
            let is_last = at + 1 == legs.end;
            let (block, link) = build.leg_place[at];
            let block = &build.blocks[block as usize];
            let heading = build.heading[at];
            if heading == Heading::Flat
                && let Some(between) = self.between(block, link, at as u32)
            {
                route.points = between.to_vec();
                return route;
            }
            let chain = block.levels.chain(link);
            let first = (block.levels.chain_starts[link as usize] - link) as usize;
            let label = chain.iter().find_map(|at| label(block, *at));
            route.label = route.label.or(label);
            let steps = chain.len() - 1;
            for step in 0..steps {
                let place = if heading == Heading::Up { steps - 1 - step } else { step };
                let segment = first + place;
                let ends = block.levels.segments[segment];
                let upper = block.xs[ends.upper as usize] + block.extents.upper[segment];
                let lower = block.xs[ends.lower as usize] + block.extents.lower[segment];
                let has_turned = heading == Heading::Flat && label.is_some();
                let y = if has_turned {
                    // The label stands right below.
                    block.lane_y(segment).max(label.map_or(0.0, |label| label.corner.y - 10.0))
                } else {
                    block.lane_y(segment)
                };
                let (from, to) =
                    if heading == Heading::Up { (lower, upper) } else { (upper, lower) };
                let (from, to) = match (heading, step) {
                    (Heading::Flat, 0) => (upper, lower),
                    (Heading::Flat, _) => (lower, upper),
                    _ => (from, to),
                };
                if step == 0 && is_first {
                    let y = self.end_y(
                        block,
                        at,
                        if heading == Heading::Up { chain[steps] } else { chain[0] },
                        heading != Heading::Up,
                    );
                    push(&mut route.points, from, y);
                }
                // A turn is one way sideways, wherever its lowest point is.
                if heading == Heading::Flat && step == 0 {
                    push(&mut route.points, from, y);
                    if has_turned {
                        push(&mut route.points, to, y);
                    }
                } else if heading == Heading::Flat {
                    push(&mut route.points, to, y);
                } else {
                    push(&mut route.points, from, y);
                    push(&mut route.points, to, y);
                }
                if step + 1 == steps && is_last {
                    let end = if heading == Heading::Up { chain[0] } else { chain[steps] };
                    let y = self.end_y(block, at, end, heading != Heading::Down);
                    push(&mut route.points, to, y);
                }
            }
        }
        route
    }

    /// The height of the border an edge starts or ends at; `is_upper` tells whether from below it.
    fn end_y(&self, block: &Block, leg: usize, at: u32, is_upper: bool) -> f64 {
        let item = block.items[at as usize];
        if item == NONE {
            return self.container_border(leg, is_upper);
        }
        let top = self.build.corner[item as usize].y;
        if is_upper { top + self.build.size[item as usize].height } else { top }
    }
}

/// The label of what stands on a level, if it is one.
pub fn label(block: &Block, at: u32) -> Option<Rect> {
    let kind = block.levels.kind[at as usize];
    let size = block.extent(at);
    if !matches!(kind, Kind::Label | Kind::Turn) || size.width <= 0.0 || size.height <= 0.0 {
        return None;
    }
    let (start, end) = block.bands[block.levels.level[at as usize] as usize];
    let y = if kind == Kind::Turn { start } else { (start + end - size.height) / 2.0 };
    let corner = Point { x: block.xs[at as usize] - size.width / 2.0, y };
    Some(Rect { corner, size })
}

/// Adds a point, or lets the last piece end there if it goes on the same way.
fn push(points: &mut Vec<Point>, x: f64, y: f64) {
    let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
    let count = points.len();
    if let Some(last) = points.last().copied()
        && near(last.x, x)
        && near(last.y, y)
    {
        return;
    }
    if count > 1 {
        let (before, last) = (points[count - 2], points[count - 1]);
        let is_upright = near(before.x, last.x) && near(last.x, x);
        let goes_on =
            (last.x - before.x) * (x - last.x) + (last.y - before.y) * (y - last.y) >= 0.0;
        if goes_on && (is_upright || near(before.y, last.y) && near(last.y, y)) {
            points.pop();
        }
    }
    points.push(Point { x, y });
}
