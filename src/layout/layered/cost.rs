//! How restless a picture is: what decides between several.

use crate::layout::{Layout, Point};

use super::Layered;

/// Pictures up to so many times wider or taller than asked are as good as asked.
const NEAR: f64 = 1.75;

/// The cost of a picture: its lines and how often they cross, by its extent, and more if it is very
/// wide or very tall.
pub fn cost(layout: &Layout, options: &Layered) -> f64 {
    let ratio = options.ratio.unwrap_or(1.6);
    let by = layout.size.width / layout.size.height.max(1.0) / ratio;
    let far = if by < 1.0 { 1.0 / by.max(1e-6) } else { by };
    let extent = (layout.size.width * layout.size.height).sqrt();
    let lines = (crossings(layout) + layout.routes.len() as u64) as f64;
    lines * extent * (far / NEAR).max(1.0).powi(2)
}

/// How often lines cross, where curves are taken for straight between the ends of their pieces.
fn crossings(layout: &Layout) -> u64 {
    let mut pieces: Vec<(u32, Point, Point)> = Vec::new();
    for (at, route) in layout.routes.iter().enumerate() {
        let step = if route.is_curved { 3 } else { 1 };
        let points = || route.points.iter().step_by(step);
        // From top to bottom, so that those that overlap in height are near each other.
        let piece = |(a, b): (&Point, &Point)| {
            if a.y <= b.y { (at as u32, *a, *b) } else { (at as u32, *b, *a) }
        };
        pieces.extend(points().zip(points().skip(1)).map(piece));
    }
    pieces.sort_by(|a, b| a.1.y.total_cmp(&b.1.y));
    let mut count = 0;
    for (at, (line, a, b)) in pieces.iter().enumerate() {
        let below = pieces[at + 1..].iter().take_while(|(_, c, _)| c.y < b.y);
        count += below.filter(|(other, c, d)| line != other && do_cross(*a, *b, *c, *d)).count();
    }
    count as u64
}

fn do_cross(a: Point, b: Point, c: Point, d: Point) -> bool {
    let side = |p: Point, q: Point, r: Point| (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}
