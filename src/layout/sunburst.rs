//! Rings around a middle: what is in a partition stands outside of it, as wide as its weight.
//!
//! Stasko, Zhang: Focus+Context Display and Navigation Techniques for Enhancing Radial,
//! Space-Filling Hierarchy Visualizations, 2000. Edges are not drawn.

use std::f64::consts::{FRAC_PI_2, TAU};

use super::{Diagram, Form, Layout, NONE, Point, Rect, Sector, Size};

/// How thick a ring is: where labels lie along it, and at least and at most where they lead outwards.
const ALONG: f64 = 52.0;
const THICK: (f64, f64) = (60.0, 190.0);
/// The least radius of what is left free in the middle, and of a node there.
const HOLE: f64 = 64.0;
const DISC: f64 = 70.0;
/// How wide a piece must be for a label in small letters, and which share of the pieces of a ring may
/// be narrower.
const LINE: f64 = 12.5;
const NARROW: f64 = 0.15;
/// How many times as far out a ring may be as for pieces that are all as wide.
const FARTHEST: f64 = 2.5;

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
    let mut sectors = vec![Sector { width: TAU, ..Sector::default() }; count + 1];
    for at in order {
        let (around, all) = (sectors[at], shares[at]);
        let mut before = 0.0;
        for member in &members[at] {
            let own = shares[*member as usize];
            let sector = &mut sectors[*member as usize];
            sector.start = around.start + around.width * (before / all);
            sector.width = around.width * (own / all);
            before += own;
        }
    }
    let rings = Rings::of(diagram, &depths, &sectors, members[count].len() == 1);
    for (sector, depth) in sectors.iter_mut().zip(&depths) {
        (sector.inner, sector.outer) = rings.of_depth(*depth);
        sector.middle = Point { x: rings.whole(), y: rings.whole() };
    }
    sectors.truncate(count);
    // Where there is nothing on the outer rings, the picture ends before.
    let corner = |at: fn(Point) -> f64| {
        sectors.iter().map(|sector| at(bounds(sector).corner)).fold(f64::INFINITY, f64::min)
    };
    let (left, top) = (corner(|at| at.x), corner(|at| at.y));
    for sector in &mut sectors {
        sector.middle = Point { x: rings.whole() - left, y: rings.whole() - top };
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

/// How far from the middle rings begin and end, by depths; the first is the middle itself.
struct Rings(Vec<f64>);

impl Rings {
    /// Makes rings on which most labels fit: the middle is so large that pieces are wide enough for
    /// a line, and rings are as thick as labels are long that lead outwards.
    fn of(diagram: &Diagram, depths: &[u32], sectors: &[Sector], has_root: bool) -> Rings {
        let deepest = depths.iter().copied().max().unwrap_or(0) as usize;
        // How wide pieces are, and how long their labels.
        let mut pieces: Vec<Vec<(f64, f64)>> = vec![Vec::new(); deepest + 1];
        for ((node, depth), sector) in diagram.nodes.iter().zip(depths).zip(sectors) {
            pieces[*depth as usize].push((sector.width, node.size.width));
        }
        let first = 1 + usize::from(has_root);
        let mut hole = if has_root { DISC } else { HOLE };
        let mut thick = vec![THICK.0; deepest + 1];
        for _ in 0..2 {
            let mut before = 0.0;
            let mut least = if has_root { DISC } else { HOLE };
            for depth in first..=deepest {
                let own = &pieces[depth];
                thick[depth] = thickness(own, hole + before);
                least = least.max(needed(own) - before);
                before += thick[depth];
            }
            hole = least;
        }
        let mut ends = if has_root { vec![0.0, hole] } else { vec![hole] };
        for own in &thick[first.min(thick.len())..] {
            ends.push(ends.last().copied().unwrap_or(0.0) + own);
        }
        Rings(ends)
    }

    fn whole(&self) -> f64 {
        self.0.last().copied().unwrap_or(0.0)
    }

    fn of_depth(&self, depth: u32) -> (f64, f64) {
        let end = |at: usize| self.0.get(at).copied().unwrap_or_else(|| self.whole());
        (end((depth as usize).saturating_sub(1)), end(depth as usize))
    }
}

/// Returns how far out pieces must begin so that most are wide enough for a line.
fn needed(pieces: &[(f64, f64)]) -> f64 {
    let mut widths: Vec<f64> = pieces.iter().map(|(width, _)| *width).collect();
    widths.sort_by(f64::total_cmp);
    let narrow = widths.get((widths.len() as f64 * NARROW) as usize).copied().unwrap_or(TAU);
    (LINE / narrow.max(1e-9)).min(LINE * pieces.len() as f64 / TAU * FARTHEST)
}

/// Returns how thick a ring is that begins at a radius.
fn thickness(pieces: &[(f64, f64)], radius: f64) -> f64 {
    let along = pieces.iter().filter(|(width, label)| width * radius >= *label).count();
    if along * 10 >= pieces.len() * 7 {
        return ALONG;
    }
    let mut labels: Vec<f64> = pieces.iter().map(|(_, label)| *label).collect();
    labels.sort_by(f64::total_cmp);
    let long = labels.get(labels.len() * 4 / 5).copied().unwrap_or(0.0);
    long.clamp(THICK.0, THICK.1)
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
