//! Rings around a middle: what is in a partition stands outside of it, as wide as its weight.
//!
//! Stasko, Zhang: Focus+Context Display and Navigation Techniques for Enhancing Radial,
//! Space-Filling Hierarchy Visualizations, 2000. Edges are not drawn.

use std::f64::consts::{FRAC_PI_2, TAU};

use super::{Diagram, Form, Layout, NONE, Point, Rect, Sector, Size};

/// How thick a ring is: at least, and at most where there are many nodes.
const THICK: f64 = 116.0;
const THICKEST: f64 = 340.0;
/// The least radius of what is left free in the middle.
const HOLE: f64 = 64.0;
/// How long the arc of a node of the usual weight is on the outermost ring, at least.
const ARC: f64 = 21.0;

/// Lays a diagram out so that the angles of nodes are as their weights. What is in no partition is
/// nearest to the middle; if that is one alone, it is the middle.
pub fn sunburst(diagram: &Diagram, weights: &[f64]) -> Layout {
    let count = diagram.nodes.len();
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); count + 1];
    for (at, node) in diagram.nodes.iter().enumerate() {
        let slot = if node.parent == NONE { count } else { node.parent as usize };
        members[slot].push(at as u32);
    }
    if members[count].is_empty() {
        return Layout::default();
    }
    // Outer ones before inner ones.
    let mut order = vec![count];
    let mut next = 0;
    while next < order.len() {
        order.extend(members[order[next]].iter().map(|at| *at as usize));
        next += 1;
    }
    let mut shares = shares(weights, count);
    for at in order.iter().rev().copied().filter(|at| !members[*at].is_empty()) {
        shares[at] = members[at].iter().map(|member| shares[*member as usize]).sum();
    }
    let mut depths = vec![0u32; count + 1];
    for at in &order {
        for member in &members[*at] {
            depths[*member as usize] = depths[*at] + 1;
        }
    }
    let deepest = depths.iter().copied().max().unwrap_or(0);
    let leaves = members[..count].iter().filter(|members| members.is_empty()).count();
    let has_root = members[count].len() == 1;
    let rings = Rings::of(deepest - u32::from(has_root), leaves, has_root);
    let whole = Point { x: rings.whole, y: rings.whole };
    let mut sectors = vec![Sector { width: TAU, ..Sector::default() }; count + 1];
    for at in order {
        let (around, all) = (sectors[at], shares[at]);
        let mut before = 0.0;
        for member in &members[at] {
            let own = shares[*member as usize];
            let (inner, outer) = rings.of_depth(depths[*member as usize]);
            sectors[*member as usize] = Sector {
                middle: whole,
                inner,
                outer,
                start: around.start + around.width * (before / all),
                width: around.width * (own / all),
            };
            before += own;
        }
    }
    sectors.truncate(count);
    // Where there is nothing on the outer rings, the picture ends before.
    let corner = |at: fn(Point) -> f64| {
        sectors.iter().map(|sector| at(bounds(sector).corner)).fold(f64::INFINITY, f64::min)
    };
    let (left, top) = (corner(|at| at.x), corner(|at| at.y));
    for sector in &mut sectors {
        sector.middle = Point { x: rings.whole - left, y: rings.whole - top };
    }
    let nodes: Vec<Rect> = sectors.iter().map(bounds).collect();
    let most = |of: fn(&Rect) -> f64| nodes.iter().map(of).fold(0.0, f64::max);
    let size = Size {
        width: most(|of| of.corner.x + of.size.width),
        height: most(|of| of.corner.y + of.size.height),
    };
    Layout { size, nodes, form: Form::Sectors(sectors), ..Layout::default() }
}

/// Returns how much of the whole each node asks for: none so little that it cannot be seen.
fn shares(weights: &[f64], count: usize) -> Vec<f64> {
    let is_good = |weight: &f64| weight.is_finite() && *weight > 0.0;
    let usual = weights.iter().copied().filter(is_good);
    let mean = usual.clone().sum::<f64>() / usual.count().max(1) as f64;
    let own = |at: usize| weights.get(at).copied().filter(is_good).unwrap_or(0.0);
    (0..=count).map(|at| (own(at) / mean.max(1e-300)).clamp(0.02, 1e6)).collect()
}

/// How far from the middle rings are.
struct Rings {
    /// Where the first one begins, which has this depth.
    first: f64,
    depth: u32,
    /// How thick each is.
    thick: f64,
    /// The radius of all of them.
    whole: f64,
}

impl Rings {
    fn of(count: u32, leaves: usize, has_root: bool) -> Rings {
        let (count, needed) = (f64::from(count), leaves as f64 * ARC / TAU);
        let least = if has_root { THICK * 0.6 } else { HOLE };
        let thick = ((needed - least) / count.max(1.0)).clamp(THICK, THICKEST);
        let first = (needed - count * thick).max(least);
        Rings { first, depth: 1 + u32::from(has_root), thick, whole: first + count * thick }
    }

    fn of_depth(&self, depth: u32) -> (f64, f64) {
        if depth < self.depth {
            return (0.0, self.first);
        }
        let inner = self.first + f64::from(depth - self.depth) * self.thick;
        (inner, inner + self.thick)
    }
}

/// Returns the box whose sides a sector touches.
fn bounds(of: &Sector) -> Rect {
    let at = |angle: f64, radius: f64| Point {
        x: of.middle.x + radius * libm::sin(angle),
        y: of.middle.y - radius * libm::cos(angle),
    };
    let end = of.start + of.width;
    let corners = [(of.start, of.inner), (of.start, of.outer), (end, of.inner), (end, of.outer)];
    let mut points: Vec<Point> =
        corners.into_iter().map(|(angle, radius)| at(angle, radius)).collect();
    // Where it passes the top, the right, the bottom or the left.
    let first = (of.start / FRAC_PI_2).ceil() as i64;
    let quarters = (first..first + 4).map(|quarter| quarter as f64 * FRAC_PI_2);
    points.extend(quarters.filter(|angle| *angle <= end).map(|angle| at(angle, of.outer)));
    let least = |of: fn(&Point) -> f64| points.iter().map(of).fold(f64::INFINITY, f64::min);
    let most = |of: fn(&Point) -> f64| points.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
    let corner = Point { x: least(|at| at.x), y: least(|at| at.y) };
    let size = Size { width: most(|at| at.x) - corner.x, height: most(|at| at.y) - corner.y };
    Rect { corner, size }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{item, nested};
    use super::*;

    fn sectors(layout: Layout) -> Vec<Sector> {
        match layout.form {
            Form::Sectors(sectors) => sectors,
            form => panic!("{form:?}"),
        }
    }

    #[test]
    fn angles_are_as_weights() {
        let diagram = Diagram { nodes: vec![item(NONE, false); 4], edges: Vec::new() };
        let layout = sunburst(&diagram, &[1.0, 2.0, 4.0, 1.0]);
        let widths = sectors(layout).into_iter().map(|sector| sector.width / TAU);
        for (own, share) in widths.zip([0.125, 0.25, 0.5, 0.125]) {
            assert!((own - share).abs() < 1e-9);
        }
    }

    #[test]
    fn boxes_touch_sectors() {
        let middle = Point { x: 100.0, y: 100.0 };
        let sector = Sector { middle, inner: 50.0, outer: 100.0, start: 0.0, width: FRAC_PI_2 };
        let Rect { corner, size } = bounds(&sector);
        assert!((corner.x - 100.0).abs() + corner.y.abs() < 1e-9, "{corner:?}");
        assert!((size.width - 100.0).abs() + (size.height - 100.0).abs() < 1e-9, "{size:?}");
        let Rect { corner, size } = bounds(&Sector { start: 1.0, width: TAU, ..sector });
        assert!(corner.x.abs() + corner.y.abs() + (size.width - 200.0).abs() < 1e-9);
    }

    #[test]
    fn members_are_outside_of_their_partition_within_its_angle_and_beside_each_other() {
        for count in [0, 1, 2, 7, 60, 1_000] {
            let diagram = nested(count);
            let weights: Vec<f64> = (0..count).map(|at| f64::from(at % 7)).collect();
            let sectors = match sunburst(&diagram, &weights).form {
                Form::Sectors(sectors) => sectors,
                _ => Vec::new(),
            };
            assert_eq!(sectors.len(), count as usize);
            for (at, node) in diagram.nodes.iter().enumerate() {
                let own = sectors[at];
                assert!(own.width > 0.0 && own.outer > own.inner);
                if node.parent != NONE {
                    let around = sectors[node.parent as usize];
                    assert!((around.outer - own.inner).abs() < 1e-9);
                    assert!(own.start + 1e-9 >= around.start);
                    assert!(own.start + own.width <= around.start + around.width + 1e-9);
                }
                for other in
                    sectors[..at].iter().filter(|other| (other.inner - own.inner).abs() < 1e-9)
                {
                    let is_before = other.start + other.width <= own.start + 1e-9;
                    assert!(is_before || own.start + own.width <= other.start + 1e-9);
                }
            }
        }
    }
}
