//! Pieces of rings: outlines, and where a label fits in.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use super::path::{Path, Segment, point};
use crate::layout::{Point, Sector};

/// The room between a label and the border.
const ROOM: f64 = 5.0;

/// Where lines of text fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    /// The middle of the lines.
    pub middle: Point,
    /// By how many degrees they are turned, clockwise.
    pub turn: f64,
    /// How long they may be.
    pub width: f64,
    /// How tall all of them may be.
    pub height: f64,
}

/// Returns the direction that is to the right, turned clockwise by so many degrees.
pub(super) fn way(turn: f64) -> Point {
    if turn == 0.0 {
        return point(1.0, 0.0);
    }
    let angle = turn / 180.0 * PI;
    point(libm::cos(angle), libm::sin(angle))
}

fn on(of: &Sector, angle: f64, radius: f64) -> Point {
    let Point { x, y } = of.middle;
    point(x + radius * libm::sin(angle), y - radius * libm::cos(angle))
}

/// Returns the outline of a sector; that of a whole ring has a hole.
pub(super) fn outline(of: &Sector) -> Path {
    let mut path = Path::default();
    let end = of.start + of.width;
    let is_whole = of.width > TAU - 1e-9;
    let first = on(of, of.start, of.outer);
    path.start(first.x, first.y);
    arc(&mut path, of, of.outer, of.start, end);
    if of.inner > 0.0 {
        let inner = on(of, end, of.inner);
        if is_whole {
            path.0.push(Segment::Close);
            path.start(inner.x, inner.y);
        } else {
            path.line(inner.x, inner.y);
        }
        arc(&mut path, of, of.inner, end, of.start);
    } else if !is_whole {
        path.line(of.middle.x, of.middle.y);
    }
    path.close()
}

/// Draws an arc from where the path is, in curves of an eighth of a circle at most.
fn arc(path: &mut Path, of: &Sector, radius: f64, from: f64, to: f64) {
    let count = ((to - from).abs() / (FRAC_PI_2 / 2.0)).ceil().max(1.0);
    let step = (to - from) / count;
    // With handles so far from its ends, the middle of a curve is on the circle as well.
    let (sine, cosine) = (libm::sin(step / 2.0), libm::cos(step / 2.0));
    let reach = radius * 4.0 / 3.0 * sine / (1.0 + cosine);
    let handle = |angle: f64, by: f64| {
        let at = on(of, angle, radius);
        (at.x + by * libm::cos(angle), at.y + by * libm::sin(angle))
    };
    let mut at = from;
    for piece in 1..=count as u32 {
        let next = from + step * f64::from(piece);
        let end = on(of, next, radius);
        path.curve(handle(at, reach), handle(next, -reach), (end.x, end.y));
        at = next;
    }
}

/// Returns where so many lines of this height fit along the arc, and where along the radius.
pub(super) fn places(of: &Sector, lines: usize, leading: f64) -> [Place; 2] {
    let height = lines as f64 * leading;
    let is_whole = of.width > TAU - 1e-9;
    if is_whole && of.inner <= 0.0 {
        let half = of.outer - ROOM;
        let width = 2.0 * (half * half - height * height / 4.0).max(0.0).sqrt();
        let whole = Place { middle: of.middle, turn: 0.0, width, height: 2.0 * half };
        return [whole; 2];
    }
    // The label of a whole ring is at its top.
    let angle = if is_whole { 0.0 } else { of.start + of.width / 2.0 };
    let middle = on(of, angle, f64::midpoint(of.inner, of.outer));
    let half = of.width / 2.0;
    // Along the arc, the lower corners are within the sides, and the upper ones within the ring.
    let radius = f64::midpoint(of.inner, of.outer);
    let (low, high) = (radius - height / 2.0, radius + height / 2.0 + ROOM);
    let ring = 2.0 * (of.outer * of.outer - high * high).max(0.0).sqrt();
    let sides = if half < FRAC_PI_2 { 2.0 * low * libm::tan(half) } else { f64::INFINITY };
    let tall = of.outer - of.inner - 2.0 * ROOM;
    let along = Place {
        middle,
        turn: upright(angle / PI * 180.0),
        width: ring.min(sides) - 2.0 * ROOM,
        height: tall,
    };
    // Along the radius, from where the sides are far enough from each other.
    let free = if half < FRAC_PI_2 { (height / 2.0 + 1.0) / libm::tan(half) } else { 0.0 };
    let (from, to) = ((of.inner + ROOM).max(free), of.outer - ROOM);
    let middle = on(of, angle, f64::midpoint(from, to));
    let turn = upright(angle / PI * 180.0 - 90.0);
    [along, Place { middle, turn, width: to - from, height }]
}

/// Turns text around that would stand on its head; hundredths of a degree are enough.
fn upright(turn: f64) -> f64 {
    let turn = (turn * 100.0).round() / 100.0;
    let turn = turn - (turn / 360.0).floor() * 360.0;
    match turn {
        turn if turn <= 90.0 => turn,
        turn if turn <= 270.0 => turn - 180.0,
        turn => turn - 360.0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::path::{distance, on_curve};
    use super::*;

    const QUARTER: Sector = Sector {
        middle: Point { x: 10.0, y: 20.0 },
        inner: 50.0,
        outer: 100.0,
        start: 0.3,
        width: FRAC_PI_2,
    };

    #[test]
    fn outlines_are_round() {
        for sector in [QUARTER, Sector { width: TAU, ..QUARTER }, Sector { inner: 0.0, ..QUARTER }]
        {
            let mut from = Point::default();
            for segment in outline(&sector).0 {
                if let Segment::Curve(a, b, to) = segment {
                    for share in [0.0, 0.2, 0.5, 0.9, 1.0] {
                        let far = distance(sector.middle, on_curve([from, a, b, to], share));
                        let near = (far - sector.inner).abs().min((far - sector.outer).abs());
                        assert!(near < 0.001, "{far}");
                    }
                }
                if let Segment::Move(to) | Segment::Line(to) | Segment::Curve(_, _, to) = segment {
                    from = to;
                }
            }
        }
    }

    #[test]
    fn labels_lie_within_and_are_never_on_their_heads() {
        for step in 0..40 {
            let start = f64::from(step) * 0.31;
            for width in [0.1, 0.4, 1.5, 3.0, 5.0] {
                let sector = Sector { start, width, ..QUARTER };
                for place in places(&sector, 1, 18.0) {
                    assert!((-90.0..=90.0).contains(&place.turn));
                    if place.width < 1.0 || place.height < 18.0 {
                        continue;
                    }
                    let way = way(place.turn);
                    for (x, y) in [(-0.5, -0.5), (-0.5, 0.5), (0.5, -0.5), (0.5, 0.5)] {
                        let (dx, dy) = (place.width * x, 18.0 * y);
                        let corner = point(
                            place.middle.x + dx * way.x - dy * way.y,
                            place.middle.y + dx * way.y + dy * way.x,
                        );
                        let far = distance(corner, sector.middle);
                        assert!(far > 49.0 && far < 101.0, "{sector:?} {place:?} {far}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_wide_sector_has_its_label_along_the_arc_and_a_narrow_one_along_the_radius() {
        let [along, out] = places(&QUARTER, 1, 18.0);
        assert!(along.width > out.width);
        let [along, out] = places(&Sector { width: 0.45, ..QUARTER }, 1, 18.0);
        assert!(along.width < out.width, "{along:?} {out:?}");
        let [_, narrower] = places(&Sector { width: 0.25, ..QUARTER }, 1, 18.0);
        assert!(narrower.width < out.width && narrower.width > 10.0, "{narrower:?}");
    }
}
