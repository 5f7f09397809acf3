//! Packs boxes that no edge joins: on shelves, the tallest first.
//!
//! After E. G. Coffman, M. R. Garey, D. S. Johnson, R. E. Tarjan, "Performance Bounds for
//! Level-Oriented Two-Dimensional Packing Algorithms", SIAM Journal on Computing 9(4), 1980.

use crate::layout::{Point, Size};

/// Places boxes so that all of them together are about `ratio` times as wide as tall.
///
/// Returns the corner of each, and the extent of all.
pub fn pack(sizes: &[Size], gap: f64, ratio: f64) -> (Vec<Point>, Size) {
    let area: f64 = sizes.iter().map(|size| (size.width + gap) * (size.height + gap)).sum();
    let widest = sizes.iter().fold(0.0f64, |most, size| most.max(size.width));
    let mut order: Vec<u32> = (0..sizes.len() as u32).collect();
    order.sort_by(|a, b| sizes[*b as usize].height.total_cmp(&sizes[*a as usize].height));
    let mut best: Option<(f64, Vec<Point>, Size)> = None;
    // Shelves are never full: somewhat wider ones than the area asks for are tried as well.
    for step in 0..6 {
        let width = ((area * ratio).sqrt() * (1.0 + 0.08 * f64::from(step))).max(widest);
        let (corners, size) = shelve(sizes, &order, gap, width);
        let by = size.width / size.height.max(1.0) / ratio;
        let far = if by < 1.0 { 1.0 / by } else { by };
        let cost = far * (size.width * size.height).max(1.0);
        if best.as_ref().is_none_or(|(least, _, _)| cost < *least) {
            best = Some((cost, corners, size));
        }
    }
    best.map_or((Vec::new(), Size::default()), |(_, corners, size)| (corners, size))
}

fn shelve(sizes: &[Size], order: &[u32], gap: f64, most: f64) -> (Vec<Point>, Size) {
    let mut corners = vec![Point::default(); sizes.len()];
    let (mut x, mut y, mut height) = (0.0, 0.0, 0.0f64);
    let mut size = Size::default();
    for at in order {
        let own = sizes[*at as usize];
        if x > 0.0 && x + own.width > most {
            y += height + gap;
            (x, height) = (0.0, 0.0);
        }
        corners[*at as usize] = Point { x, y };
        height = height.max(own.height);
        size.width = size.width.max(x + own.width);
        size.height = size.height.max(y + height);
        x += own.width + gap;
    }
    (corners, size)
}

/// Places boxes beside one, so that there is nothing above it and below it.
pub fn pack_beside(main: usize, sizes: &[Size], gap: f64, ratio: f64) -> (Vec<Point>, Size) {
    let mut corners = vec![Point::default(); sizes.len()];
    let others: Vec<Size> =
        sizes.iter().enumerate().filter(|(at, _)| *at != main).map(|(_, size)| *size).collect();
    let own = sizes[main];
    if others.is_empty() {
        return (corners, own);
    }
    // As tall as the one they stand beside, unless that makes them very wide.
    let area: f64 = others.iter().map(|size| (size.width + gap) * (size.height + gap)).sum();
    let beside = (area / (own.height + gap).powi(2)).clamp(0.05, ratio);
    let (places, size) = pack(&others, gap, beside);
    let height = own.height.max(size.height);
    corners[main].y = (height - own.height) / 2.0;
    let rest = (0..sizes.len()).filter(|at| *at != main);
    for (at, place) in rest.zip(places) {
        corners[at] = Point { x: own.width + gap + place.x, y: place.y };
    }
    (corners, Size { width: own.width + gap + size.width, height })
}
