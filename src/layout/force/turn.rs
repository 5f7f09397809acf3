//! Turns the whole so that it lies, and so that a grid has sides along the axes.

use crate::layout::Point;

/// How much edges must agree on two directions, of which one is across the other, to be along axes.
const AGREED: f64 = 0.25;

/// Turns places around their middle.
pub(super) fn turn(edges: &[(u32, u32)], places: &mut [Point]) {
    let Some(way) = by_edges(edges, places) else {
        return rotate(places, by_extent(places));
    };
    rotate(places, way);
    let (xx, yy, _) = spread(places);
    if yy > xx {
        rotate(places, Point { x: 0.0, y: 1.0 });
    }
}

/// Turns places so that a way, of length 1, is from left to right.
fn rotate(places: &mut [Point], way: Point) {
    for place in places {
        *place =
            Point { x: place.x * way.x + place.y * way.y, y: place.y * way.x - place.x * way.y };
    }
}

/// Returns the way that most edges are along or across.
fn by_edges(edges: &[(u32, u32)], places: &[Point]) -> Option<Point> {
    // The fourth power of a direction, as a complex number, is the same for all four quarters.
    let square = |of: Point| Point { x: of.x * of.x - of.y * of.y, y: 2.0 * of.x * of.y };
    let (mut x, mut y, mut count) = (0.0, 0.0, 0.0);
    for (a, b) in edges {
        let (a, b) = (places[*a as usize], places[*b as usize]);
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let long = (dx * dx + dy * dy).sqrt();
        if long > 0.0 {
            let fourth = square(square(Point { x: dx / long, y: dy / long }));
            (x, y, count) = (x + fourth.x, y + fourth.y, count + 1.0);
        }
    }
    let long = (x * x + y * y).sqrt();
    (long > AGREED * count).then(|| half(half(Point { x: x / long, y: y / long })))
}

/// Returns the direction at half the angle.
fn half(of: Point) -> Point {
    let y = ((1.0 - of.x) / 2.0).max(0.0).sqrt();
    Point { x: ((1.0 + of.x) / 2.0).max(0.0).sqrt(), y: if of.y < 0.0 { -y } else { y } }
}

/// Returns the way along which places are farthest from each other.
fn by_extent(places: &[Point]) -> Point {
    let (xx, yy, xy) = spread(places);
    let (along, across) = (xx - yy, 2.0 * xy);
    let long = (along * along + across * across).sqrt();
    if long > 0.0 {
        half(Point { x: along / long, y: across / long })
    } else {
        Point { x: 1.0, y: 0.0 }
    }
}

/// Returns how far places are from their middle along each axis, as sums of squares, and along both.
fn spread(places: &[Point]) -> (f64, f64, f64) {
    let count = places.len().max(1) as f64;
    let x = places.iter().map(|place| place.x).sum::<f64>() / count;
    let y = places.iter().map(|place| place.y).sum::<f64>() / count;
    places.iter().fold((0.0, 0.0, 0.0), |(xx, yy, xy), place| {
        let (dx, dy) = (place.x - x, place.y - y);
        (xx + dx * dx, yy + dy * dy, xy + dx * dy)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(edges: &[(u32, u32)], places: &[(f64, f64)], turned: &[(f64, f64)]) {
        let mut own: Vec<Point> = places.iter().map(|(x, y)| Point { x: *x, y: *y }).collect();
        turn(edges, &mut own);
        for (own, turned) in own.iter().zip(turned) {
            let far = (own.x - turned.0).abs() + (own.y - turned.1).abs();
            assert!(far < 1e-9, "{own:?} {turned:?}");
        }
    }

    #[test]
    fn what_stands_lies_and_a_grid_is_along_the_axes() {
        check(&[], &[(0.0, 0.0), (0.0, 9.0), (1.0, 4.5)], &[(0.0, 0.0), (9.0, 0.0), (4.5, -1.0)]);
        let root = 2.0f64.sqrt();
        let grid = [(0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (1.0, -1.0), (2.0, 0.0), (3.0, 1.0)];
        let flat = [(0.0, 0.0), (root, 0.0), (2.0 * root, 0.0)];
        let turned = [flat, flat.map(|(x, _)| (x, -root))].concat();
        check(&[(0, 1), (1, 2), (3, 4), (4, 5), (0, 3), (2, 5)], &grid, &turned);
    }
}
