//! Ways made of curves, each from where the last one ended.

use super::Point;

/// A way, so far.
#[derive(Debug, Clone)]
pub(super) struct Way(Vec<Point>);

impl Way {
    /// Begins at a point.
    pub fn from(start: Point) -> Way {
        Way(vec![start])
    }

    /// Returns the points: a start and three for each curve.
    pub fn points(self) -> Vec<Point> {
        self.0
    }

    fn end(&self) -> Point {
        self.0.last().copied().unwrap_or_default()
    }

    /// Goes straight, unless that is no way at all.
    pub fn line(&mut self, to: Point) {
        let Point { x, y } = self.end();
        let (dx, dy) = (to.x - x, to.y - y);
        if dx.abs() + dy.abs() > 1e-6 {
            let at = |share: f64| Point { x: x + dx * share, y: y + dy * share };
            self.0.extend([at(1.0 / 3.0), at(2.0 / 3.0), to]);
        }
    }

    /// Goes down and aside, upright at both ends.
    pub fn step_to(&mut self, to: Point) {
        let from = self.end();
        let y = f64::midpoint(from.y, to.y);
        self.0.extend([Point { x: from.x, y }, Point { x: to.x, y }, to]);
    }

    /// Goes straight, then around a corner, which is cut off so far from it at most.
    pub fn bend(&mut self, corner: Point, next: Point, radius: f64) {
        let from = self.end();
        let far = |to: Point| {
            let (dx, dy) = (to.x - corner.x, to.y - corner.y);
            (dx * dx + dy * dy).sqrt()
        };
        let (before, after) = (far(from), far(next));
        let radius = radius.min(before).min(after / 2.0);
        if radius < 0.1 {
            return self.line(corner);
        }
        let on = |to: Point, far: f64, by: f64| Point {
            x: corner.x + (to.x - corner.x) * by / far,
            y: corner.y + (to.y - corner.y) * by / far,
        };
        self.line(on(from, before, radius));
        self.0.extend([
            on(from, before, radius * 0.45),
            on(next, after, radius * 0.45),
            on(next, after, radius),
        ]);
    }

    /// Goes through points, in curves that are smooth where they meet: the direction at each is that
    /// from the one before to the next, and handles are as long as this share of their curve.
    pub fn through(&mut self, points: &[Point], swing: f64) {
        let mut all = vec![self.end()];
        all.extend_from_slice(points);
        let last = all.len() - 1;
        let distance = |a: Point, b: Point| {
            let (dx, dy) = (b.x - a.x, b.y - a.y);
            (dx * dx + dy * dy).sqrt()
        };
        for at in 0..last {
            let (from, to) = (all[at], all[at + 1]);
            let long = distance(from, to) * swing;
            let handle = |at: usize| {
                let (a, b) = (all[at.saturating_sub(1)], all[(at + 1).min(last)]);
                let whole = distance(a, b).max(1e-9);
                Point { x: (b.x - a.x) / whole * long, y: (b.y - a.y) / whole * long }
            };
            let (one, two) = (handle(at), handle(at + 1));
            self.0.extend([
                Point { x: from.x + one.x, y: from.y + one.y },
                Point { x: to.x - two.x, y: to.y - two.y },
                to,
            ]);
        }
    }
}
