//! Outlines: lines and cubic Bézier curves.

use crate::layout::{Point, Rect, Size};

/// How far the handles of a curve that stands for a quarter of a circle are from its ends, in
/// radii (Goldapp, Approximation of circular arcs by cubic polynomials, 1991).
const ROUND: f64 = 0.551_915_024_494;

/// A piece of an outline, from where the last one ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Segment {
    /// A new start.
    Move(Point),
    /// A straight line.
    Line(Point),
    /// A curve: two handles and the end.
    Curve(Point, Point, Point),
    /// A straight line to the last start.
    Close,
}

/// An outline.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Path(pub Vec<Segment>);

/// Makes a point.
pub fn point(x: f64, y: f64) -> Point {
    Point { x, y }
}

/// Returns the point that lies a share of the way from one to another.
pub fn between(a: Point, b: Point, share: f64) -> Point {
    point(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share)
}

/// Returns a point turned around another one, so that what lay to the right lies along `way`.
pub fn turned(at: Point, around: Point, way: Point) -> Point {
    let (dx, dy) = (at.x - around.x, at.y - around.y);
    point(around.x + dx * way.x - dy * way.y, around.y + dx * way.y + dy * way.x)
}

/// Returns the distance of two points.
pub fn distance(a: Point, b: Point) -> f64 {
    ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).sqrt()
}

/// Makes a box.
pub fn rect(x: f64, y: f64, width: f64, height: f64) -> Rect {
    Rect { corner: point(x, y), size: Size { width, height } }
}

/// Returns the smallest box around two boxes.
pub fn around(a: Rect, b: Rect) -> Rect {
    let (x, y) = (a.corner.x.min(b.corner.x), a.corner.y.min(b.corner.y));
    let right = (a.corner.x + a.size.width).max(b.corner.x + b.size.width);
    let lower = (a.corner.y + a.size.height).max(b.corner.y + b.size.height);
    rect(x, y, right - x, lower - y)
}

/// Returns a box that is larger on each side.
pub fn grown(of: Rect, by: f64) -> Rect {
    let (width, height) = (of.size.width + 2.0 * by, of.size.height + 2.0 * by);
    rect(of.corner.x - by, of.corner.y - by, width.max(0.0), height.max(0.0))
}

/// Returns whether a point lies in a box.
pub fn contains(of: Rect, at: Point) -> bool {
    at.x >= of.corner.x
        && at.x <= of.corner.x + of.size.width
        && at.y >= of.corner.y
        && at.y <= of.corner.y + of.size.height
}

impl Path {
    /// Makes a closed outline of straight lines.
    pub fn polygon(points: &[Point]) -> Path {
        let mut path = Path::default();
        for (at, point) in points.iter().enumerate() {
            path.0.push(if at == 0 { Segment::Move(*point) } else { Segment::Line(*point) });
        }
        path.0.push(Segment::Close);
        path
    }

    /// Makes a box with round corners.
    pub fn rounded(of: Rect, radius: f64) -> Path {
        let Rect { corner: Point { x, y }, size: Size { width, height } } = of;
        let radius = radius.min(width / 2.0).min(height / 2.0);
        if radius <= 0.0 {
            let corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)];
            return Path::polygon(&corners.map(|(x, y)| point(x, y)));
        }
        let (right, lower, handle) = (x + width, y + height, radius * (1.0 - ROUND));
        let mut path = Path::default();
        path.start(x + radius, y).line(right - radius, y);
        path.curve((right - handle, y), (right, y + handle), (right, y + radius));
        path.line(right, lower - radius);
        path.curve((right, lower - handle), (right - handle, lower), (right - radius, lower));
        path.line(x + radius, lower);
        path.curve((x + handle, lower), (x, lower - handle), (x, lower - radius));
        path.line(x, y + radius);
        path.curve((x, y + handle), (x + handle, y), (x + radius, y));
        path.close()
    }

    /// Makes the ellipse that touches the sides of a box.
    pub fn ellipse(of: Rect) -> Path {
        let Point { x, y } = of.middle();
        let (rx, ry) = (of.size.width / 2.0, of.size.height / 2.0);
        let (hx, hy) = (rx * ROUND, ry * ROUND);
        let mut path = Path::default();
        path.start(x + rx, y);
        path.curve((x + rx, y + hy), (x + hx, y + ry), (x, y + ry));
        path.curve((x - hx, y + ry), (x - rx, y + hy), (x - rx, y));
        path.curve((x - rx, y - hy), (x - hx, y - ry), (x, y - ry));
        path.curve((x + hx, y - ry), (x + rx, y - hy), (x + rx, y));
        path.close()
    }

    /// Starts a piece.
    pub fn start(&mut self, x: f64, y: f64) -> &mut Path {
        self.0.push(Segment::Move(point(x, y)));
        self
    }

    /// Adds a line.
    pub fn line(&mut self, x: f64, y: f64) -> &mut Path {
        self.0.push(Segment::Line(point(x, y)));
        self
    }

    /// Adds a curve.
    pub fn curve(&mut self, a: (f64, f64), b: (f64, f64), end: (f64, f64)) -> &mut Path {
        self.0.push(Segment::Curve(point(a.0, a.1), point(b.0, b.1), point(end.0, end.1)));
        self
    }

    /// Closes the piece, and hands the outline out.
    pub fn close(&mut self) -> Path {
        self.0.push(Segment::Close);
        std::mem::take(self)
    }

    /// Returns the outline in straight lines, as a list of points for each piece; a curve becomes
    /// `steps` of them.
    pub fn flat(&self, steps: usize) -> Vec<Vec<Point>> {
        let mut pieces: Vec<Vec<Point>> = Vec::new();
        for segment in &self.0 {
            match (*segment, pieces.last_mut()) {
                (Segment::Move(to), _) => pieces.push(vec![to]),
                (Segment::Line(to), Some(piece)) => piece.push(to),
                (Segment::Curve(a, b, to), Some(piece)) => {
                    let Some(from) = piece.last().copied() else { continue };
                    for step in 1..=steps {
                        piece.push(on_curve([from, a, b, to], step as f64 / steps as f64));
                    }
                }
                (Segment::Close, Some(piece)) => {
                    let first = piece.first().copied();
                    piece.extend(first);
                }
                (_, None) => {}
            }
        }
        pieces
    }

    /// Returns a box that holds the outline: that of its points and handles.
    pub fn bounds(&self) -> Option<Rect> {
        let mut bounds: Option<Rect> = None;
        let mut add = |at: Point| {
            let own = rect(at.x, at.y, 0.0, 0.0);
            bounds = Some(bounds.map_or(own, |bounds| around(bounds, own)));
        };
        for segment in &self.0 {
            match *segment {
                Segment::Move(to) | Segment::Line(to) => add(to),
                Segment::Curve(a, b, to) => [a, b, to].into_iter().for_each(&mut add),
                Segment::Close => {}
            }
        }
        bounds
    }

    /// Moves and scales the outline.
    #[must_use]
    pub fn moved(self, scale: f64, x: f64, y: f64) -> Path {
        self.mapped(|at| point(at.x * scale + x, at.y * scale + y))
    }

    /// Turns the outline around a point, so that what lay to the right lies along `way`.
    #[must_use]
    pub fn turned(self, around: Point, way: Point) -> Path {
        self.mapped(|at| turned(at, around, way))
    }

    fn mapped(mut self, of: impl Fn(Point) -> Point) -> Path {
        for segment in &mut self.0 {
            *segment = match *segment {
                Segment::Move(to) => Segment::Move(of(to)),
                Segment::Line(to) => Segment::Line(of(to)),
                Segment::Curve(a, b, to) => Segment::Curve(of(a), of(b), of(to)),
                Segment::Close => Segment::Close,
            };
        }
        self
    }
}

/// Returns a point of a cubic Bézier curve (de Casteljau).
pub fn on_curve([a, b, c, d]: [Point; 4], share: f64) -> Point {
    let (ab, bc, cd) = (between(a, b, share), between(b, c, share), between(c, d, share));
    between(between(ab, bc, share), between(bc, cd, share), share)
}

/// Returns how far along a ray it first meets an outline, in lengths of `way`.
pub fn hit(outline: &Path, from: Point, way: Point) -> Option<f64> {
    let mut nearest: Option<f64> = None;
    for piece in outline.flat(12) {
        for pair in piece.windows(2) {
            let side = point(pair[1].x - pair[0].x, pair[1].y - pair[0].y);
            let cross = way.x * side.y - way.y * side.x;
            if cross == 0.0 {
                continue;
            }
            let gap = point(pair[0].x - from.x, pair[0].y - from.y);
            let along = (gap.x * side.y - gap.y * side.x) / cross;
            let share = (gap.x * way.y - gap.y * way.x) / cross;
            if along >= 0.0 && (-1e-9..=1.0 + 1e-9).contains(&share) {
                nearest = Some(nearest.map_or(along, |nearest| nearest.min(along)));
            }
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ray_meets_the_nearest_side() {
        let of = rect(10.0, -5.0, 10.0, 10.0);
        let outline = Path::rounded(of, 0.0);
        assert_eq!(hit(&outline, point(0.0, 0.0), point(1.0, 0.0)), Some(10.0));
        assert_eq!(hit(&outline, point(15.0, 0.0), point(1.0, 0.0)), Some(5.0));
        assert_eq!(hit(&outline, point(0.0, 0.0), point(-1.0, 0.0)), None);
        let round = hit(&Path::ellipse(of), point(0.0, 0.0), point(1.0, 0.0)).unwrap();
        assert!((round - 10.0).abs() < 1e-6);
        assert_eq!(Path::ellipse(of).bounds(), Some(of));
    }
}
