//! Trees around a middle: every node on the ring of its level, subtrees in sectors.
//!
//! A sector is as wide as what is in it needs, and rings are as far out as the sectors on them need,
//! so no box covers another (after Eades, Drawing Free Trees, 1992). Where rings would be very long
//! for it, leaves of one node stand on both sides of `spokes`.

mod spokes;

use std::collections::BTreeMap;
use std::f64::consts::{FRAC_PI_2, TAU};

use self::spokes::{Spot, Wedge, spokes};
use super::detour::detour;
use super::nest::{GAP, Members, nest};
use super::parts::by_parts;
use super::tree::{Spanning, labels, span, span_around};
use super::way::Way;
use super::{Diagram, Layout, Point, Rect, Route, Size};

/// The gap between rings.
const BETWEEN: f64 = 40.0;
/// The most room between rings that labels of edges get.
const LONGEST: f64 = 120.0;
/// The room between a ring and where spokes begin.
const FAN: f64 = 30.0;
/// How large a picture may be at least without spokes, and how much larger than with them.
const LARGE: f64 = 1_400.0;
const LARGER: f64 = 1.1;
/// How much smaller rings must be that are not evenly far from each other.
const CLOSER: f64 = 0.85;
/// Of how many leaves of one node on these may stand on spokes: what is tried.
const MANY: [usize; 4] = [24, 12, 6, 4];
/// The room for a head at either end of a branch with a label.
const HEAD: f64 = 12.0;
/// How far curves around to a spoke swing.
const SWING: f64 = 0.36;
/// The radius of a bend.
const BEND: f64 = 9.0;

/// Lays a diagram out in rings, in each partition around a middle of its own.
pub fn radial(diagram: &Diagram) -> Layout {
    // The ways along spokes from the node in the middle, by the places of both ends, and where the
    // leaf is there.
    let mut ways: BTreeMap<(u32, u32), (Route, Point)> = BTreeMap::new();
    let labels = labels(diagram);
    let label = |a: u32, b: u32| {
        let own = labels.get(&(a, b)).or_else(|| labels.get(&(b, a)));
        own.copied().unwrap_or_default()
    };
    let mut layout = nest(diagram, |members| {
        let mut all = Vec::new();
        let (corners, size) = by_parts(members, |part| {
            let ids = &part.ids;
            let label = |a: u32, b: u32| label(ids[a as usize], ids[b as usize]);
            let Placed { corners, size, routes } = arrange(part, &label);
            for (parent, leaf, route) in routes {
                let pair = (ids[parent as usize], ids[leaf as usize]);
                all.push((pair, route, corners[leaf as usize]));
            }
            (corners, size)
        });
        for (pair, route, corner) in all {
            ways.insert(pair, (route, corner));
        }
        (corners, size)
    });
    for (edge, route) in diagram.edges.iter().zip(&mut layout.routes) {
        let (source, target) = (edge.source, edge.target);
        // Of edges between the same two, the first goes along the spoke.
        let way = ways.remove(&(source, target)).map(|way| (way, target));
        let way = way.or_else(|| ways.remove(&(target, source)).map(|way| (way, source)));
        let Some(((mut own, from), leaf)) = way else { continue };
        let to = layout.nodes[leaf as usize].corner;
        own.move_by(to.x - from.x, to.y - from.y);
        if leaf == source {
            own.points.reverse();
        }
        // Others of the same two may have larger labels.
        own.label = own.label.filter(|label| label.size == edge.label);
        *route = own;
    }
    detour(diagram, &mut layout);
    layout
}

/// Where everything is, and the ways from nodes to the leaves on their spokes.
struct Placed {
    corners: Vec<Point>,
    size: Size,
    routes: Vec<(u32, u32, Route)>,
}

/// Returns how large the label of an edge is between two members, whichever way it leads.
type Labels<'a> = &'a dyn Fn(u32, u32) -> Size;

/// Lays out what hangs together.
fn arrange(members: &Members, labels: Labels<'_>) -> Placed {
    let (mut spanning, mut order) = span(members);
    // Where edges do not lead from one node to all others, some are followed backwards.
    if spanning.roots.len() > 1 {
        (spanning, order) = span_around(members);
    }
    let reach = |placed: &Placed| placed.size.width.max(placed.size.height);
    let plain = Rings::of(members, &spanning, &order, usize::MAX).place(labels);
    if reach(&plain) <= LARGE {
        return plain;
    }
    let with = |many| Rings::of(members, &spanning, &order, many).place(labels);
    let tries = MANY.into_iter().map(with);
    let best = tries.min_by(|a, b| reach(a).total_cmp(&reach(b)));
    match best {
        Some(best) if reach(&best) * LARGER < reach(&plain) => best,
        _ => plain,
    }
}

fn diagonal(size: Size) -> f64 {
    (size.width * size.width + size.height * size.height).sqrt()
}

/// What stands where, by nodes.
struct Rings<'a> {
    members: &'a Members,
    spanning: &'a Spanning,
    /// How far each keeps others away.
    reach: Vec<f64>,
    /// The leaves on the spokes of each.
    leaves: Vec<Vec<u32>>,
    is_leaf: Vec<bool>,
    /// How far out each ring is, the one in the middle first, and what on it reaches furthest.
    radii: Vec<f64>,
    largest: Vec<f64>,
    /// Where the sector of each starts and how wide it is, in radians; and that of its spokes.
    sectors: Vec<(f64, f64)>,
    spokes: Vec<(f64, f64)>,
}

impl<'a> Rings<'a> {
    /// Divides the circle; so many leaves of one node, or more, stand on spokes.
    fn of(members: &'a Members, spanning: &'a Spanning, order: &[u32], many: usize) -> Rings<'a> {
        let count = members.ids.len();
        let mut rings = Rings {
            members,
            spanning,
            reach: members.sizes.iter().map(|size| diagonal(*size) + GAP * 0.6).collect(),
            leaves: vec![Vec::new(); count],
            is_leaf: vec![false; count],
            radii: Vec::new(),
            largest: Vec::new(),
            sectors: vec![(0.0, 0.0); count],
            spokes: vec![(0.0, 0.0); count],
        };
        for (at, children) in spanning.children.iter().enumerate() {
            let is_leaf = |child: &&u32| spanning.children[**child as usize].is_empty();
            let leaves = children.iter().filter(is_leaf);
            if leaves.clone().count() >= many {
                rings.leaves[at] = leaves.copied().collect();
                rings.leaves[at].iter().for_each(|leaf| rings.is_leaf[*leaf as usize] = true);
            }
        }
        rings.widen(order);
        rings.divide(order);
        rings
    }

    /// Finds the least rings on which everything has room: as far from each other as they must be,
    /// and then all of them wider by the same, or by the same share.
    fn widen(&mut self, order: &[u32]) {
        for (at, level) in self.spanning.levels.iter().enumerate() {
            if !self.is_leaf[at] {
                let level = *level as usize;
                self.largest.resize(self.largest.len().max(level + 1), 0.0);
                self.largest[level] = self.largest[level].max(self.reach[at]);
            }
        }
        let mut least = vec![0.0; self.largest.len()];
        for ring in 1..least.len() {
            let room = (BETWEEN * 0.2).max(self.members.label.min(LONGEST));
            let step = f64::midpoint(self.largest[ring - 1], self.largest[ring]) + room;
            least[ring] = least[ring - 1] + step;
        }
        let all: f64 = self.reach.iter().sum::<f64>() + GAP;
        let by_share = |by: f64| least.iter().map(|own| own * (1.0 + by)).collect();
        let by_sum = |by: f64| {
            let wider = |(ring, own): (usize, &f64)| if ring == 0 { 0.0 } else { own + by * all };
            least.iter().enumerate().map(wider).collect()
        };
        let ways: [&dyn Fn(f64) -> Vec<f64>; 2] = [&by_share, &by_sum];
        let rings = ways.map(|of| {
            let has_room = |by: f64| self.demands(order, &of(by)).0[order[0] as usize] <= TAU;
            let (mut low, mut high) = (0.0, 1.0);
            while !has_room(high) && high < 1e6 {
                (low, high) = (high, high * 2.0);
            }
            for _ in 0..24 {
                let middle = f64::midpoint(low, high);
                if has_room(middle) { high = middle } else { low = middle }
            }
            of(if has_room(0.0) { 0.0 } else { high })
        });
        let [share, sum] = rings;
        // Rings that are evenly far from each other are easier to follow.
        let far = |rings: &[f64]| rings.last().copied().unwrap_or(0.0);
        self.radii = if far(&sum) < far(&share) * CLOSER { sum } else { share };
    }

    /// Returns how wide the sector of each must be, and that of its spokes.
    fn demands(&self, order: &[u32], radii: &[f64]) -> (Vec<f64>, Vec<f64>) {
        // The chord of a sector must be as long as what stands in it.
        let sector = |chord: f64, radius: f64| match chord / 2.0 / radius.max(1e-9) {
            half if half < 1.0 => 2.0 * libm::asin(half),
            half => TAU / 2.0 * half,
        };
        let (mut needs, mut spokes) = (vec![0.0; self.reach.len()], vec![0.0; self.reach.len()]);
        for at in order.iter().rev().map(|at| *at as usize) {
            let level = self.spanning.levels[at] as usize;
            if !self.leaves[at].is_empty() {
                let fan = radii[level] + self.largest[level] / 2.0 + FAN;
                let next = radii.get(level + 1).copied().unwrap_or(0.0);
                spokes[at] = sector(self.breadth(at), fan.max(next)).min(TAU / 2.0);
            }
            let children = self.spanning.children[at].iter().map(|child| *child as usize);
            let others = children.filter(|child| !self.is_leaf[*child]);
            let inner: f64 = others.map(|child| needs[child]).sum::<f64>() + spokes[at];
            let radius = radii.get(level).copied().unwrap_or(0.0);
            let own = if radius == 0.0 { 0.0 } else { sector(self.reach[at], radius) };
            needs[at] = f64::max(own, inner);
        }
        (needs, spokes)
    }

    /// Returns how much room the leaves of a node want beside each other: two on each spoke, and
    /// about as much as they need outwards.
    fn breadth(&self, at: usize) -> f64 {
        let sizes = || self.leaves[at].iter().map(|leaf| self.members.sizes[*leaf as usize]);
        let area: f64 = sizes().map(|own| (own.width + GAP) * (own.height + GAP)).sum();
        let widest = sizes().map(|own| own.width).fold(0.0, f64::max);
        area.sqrt().max(2.0 * widest + GAP)
    }

    /// Gives each its part of the circle, as wide as what is in it needs.
    fn divide(&mut self, order: &[u32]) {
        let (needs, leaves) = self.demands(order, &self.radii);
        for root in &self.spanning.roots {
            self.sectors[*root as usize] = (0.0, TAU);
        }
        for at in order.iter().map(|at| *at as usize) {
            let (start, width) = self.sectors[at];
            let children = || self.spanning.children[at].iter().map(|child| *child as usize);
            let others = || children().filter(|child| !self.is_leaf[*child]);
            let all: f64 = others().map(|child| needs[child]).sum::<f64>() + leaves[at];
            let part = |own: f64| width * own / all.max(1e-9);
            self.spokes[at] = (start, part(leaves[at]));
            let mut from = start + part(leaves[at]);
            let mut parts = Vec::new();
            for child in others() {
                parts.push((child, (from, part(needs[child]))));
                from += part(needs[child]);
            }
            for (child, sector) in parts {
                self.sectors[child] = sector;
            }
        }
    }

    fn place(&self, labels: Labels<'_>) -> Placed {
        let count = self.members.ids.len();
        let (radii, largest) = (&self.radii, &self.largest);
        let mut middles = vec![Point::default(); count];
        for (at, middle) in middles.iter_mut().enumerate().filter(|(at, _)| !self.is_leaf[*at]) {
            let radius = radii[self.spanning.levels[at] as usize];
            let angle = self.angle(at);
            *middle = Point { x: radius * libm::cos(angle), y: radius * libm::sin(angle) };
        }
        let mut routes = Vec::new();
        for (at, leaves) in self.leaves.iter().enumerate().filter(|(_, own)| !own.is_empty()) {
            let (start, width) = self.spokes[at];
            let level = self.spanning.levels[at] as usize;
            let fan = radii[level] + largest[level] / 2.0;
            let sizes: Vec<Size> =
                leaves.iter().map(|leaf| self.members.sizes[*leaf as usize]).collect();
            let wedge = Wedge { start: start - FRAC_PI_2, width, from: fan + FAN };
            let label = |leaf: &u32| labels(at as u32, *leaf);
            let largest = leaves.iter().map(label).fold(Size::default(), |most, own| Size {
                width: most.width.max(own.width),
                height: most.height.max(own.height),
            });
            for (leaf, spot) in leaves.iter().zip(spokes(&sizes, largest, wedge)) {
                middles[*leaf as usize] = spot.middle;
                let hub = self.bounds(&middles, at);
                let way = (self.angle(at), if level == 0 { 0.0 } else { fan });
                let route =
                    along(hub, way, spot, (self.bounds(&middles, *leaf as usize), label(leaf)));
                routes.push((at as u32, *leaf, route));
            }
        }
        let (mut corners, mut size) = from_middles(self.members, middles.clone());
        let shift =
            corners.first().zip(middles.first()).map_or_else(Point::default, |(to, from)| {
                let Size { width, height } = self.members.sizes[0];
                Point { x: to.x - from.x + width / 2.0, y: to.y - from.y + height / 2.0 }
            });
        for (_, _, route) in &mut routes {
            route.move_by(shift.x, shift.y);
        }
        // A spoke may end further out than any box.
        let mut least = Point::default();
        for at in routes.iter().flat_map(|(_, _, route)| &route.points) {
            least = Point { x: least.x.min(at.x), y: least.y.min(at.y) };
            size.width = size.width.max(at.x);
            size.height = size.height.max(at.y);
        }
        for (_, _, route) in &mut routes {
            route.move_by(-least.x, -least.y);
        }
        for at in &mut corners {
            (at.x, at.y) = (at.x - least.x, at.y - least.y);
        }
        size = Size { width: size.width - least.x, height: size.height - least.y };
        Placed { corners, size, routes }
    }

    /// Returns in which direction of the middle a node is, clockwise from the right.
    fn angle(&self, at: usize) -> f64 {
        let (start, width) = self.sectors[at];
        start + width / 2.0 - FRAC_PI_2
    }

    fn bounds(&self, middles: &[Point], at: usize) -> Rect {
        let (Point { x, y }, size) = (middles[at], self.members.sizes[at]);
        Rect { corner: Point { x: x - size.width / 2.0, y: y - size.height / 2.0 }, size }
    }
}

/// The way from a node to a leaf: to the spoke, along it and around a bend. What is on a ring leads
/// outwards, then around to the spoke, from a radius on that is free.
fn along(hub: Rect, (angle, fan): (f64, f64), spot: Spot, (leaf, size): (Rect, Size)) -> Route {
    let on = |angle: f64, radius: f64| Point {
        x: radius * libm::cos(angle),
        y: radius * libm::sin(angle),
    };
    let mut way;
    if fan > 0.0 {
        way = Way::from(leave(hub, on(angle, 1.0)));
        let turn = spot.angle - angle;
        let steps = (turn.abs() / 0.3).ceil().max(1.0);
        let points: Vec<Point> = (0..=steps as u32)
            .map(|step| {
                let share = f64::from(step) / steps;
                on(angle + turn * share, fan + FAN * (0.1 + 0.7 * share))
            })
            .collect();
        way.through(&points, SWING);
    } else {
        way = Way::from(leave(hub, on(spot.angle, 1.0)));
    }
    let to = spot.leaves;
    let middle = leaf.middle();
    let side = if (middle.y - to.y).abs() < 1e-9 {
        let half = if middle.x > to.x { -leaf.size.width } else { leaf.size.width } / 2.0;
        Point { x: middle.x + half, y: to.y }
    } else {
        let half = if middle.y > to.y { -leaf.size.height } else { leaf.size.height } / 2.0;
        Point { x: to.x, y: middle.y + half }
    };
    way.bend(to, side, BEND);
    way.line(side);
    let label = (size.width > 0.0).then(|| {
        // Beside the box, with room for a head.
        let back = |from: f64, to: f64, half: f64| match from - to {
            by if by.abs() < 1e-9 => from,
            by => from - by / by.abs() * (half + HEAD),
        };
        let (x, y) = (back(side.x, to.x, size.width / 2.0), back(side.y, to.y, size.height / 2.0));
        Rect { corner: Point { x: x - size.width / 2.0, y: y - size.height / 2.0 }, size }
    });
    Route { points: way.points(), is_curved: true, label }
}

/// Returns where a ray from the middle of a box leaves it.
fn leave(of: Rect, way: Point) -> Point {
    let Point { x, y } = of.middle();
    let across = of.size.width / 2.0 / way.x.abs().max(1e-9);
    let along = of.size.height / 2.0 / way.y.abs().max(1e-9);
    let by = across.min(along);
    Point { x: x + way.x * by, y: y + way.y * by }
}

/// Returns the corners of boxes whose middles are given, and how large all is.
pub(super) fn from_middles(members: &Members, middles: Vec<Point>) -> (Vec<Point>, Size) {
    let corner = |(middle, size): (&Point, &Size)| Point {
        x: middle.x - size.width / 2.0,
        y: middle.y - size.height / 2.0,
    };
    let mut corners: Vec<Point> = middles.iter().zip(&members.sizes).map(corner).collect();
    let left = corners.iter().map(|corner| corner.x).fold(f64::INFINITY, f64::min);
    let top = corners.iter().map(|corner| corner.y).fold(f64::INFINITY, f64::min);
    let mut whole = Size::default();
    for (corner, size) in corners.iter_mut().zip(&members.sizes) {
        (corner.x, corner.y) = (corner.x - left, corner.y - top);
        whole.width = whole.width.max(corner.x + size.width);
        whole.height = whole.height.max(corner.y + size.height);
    }
    (corners, whole)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check_boxes, covers, item, line, nested, random_tree, through};
    use super::*;
    use crate::layout::NONE;

    #[test]
    fn no_box_covers_another() {
        for count in [0, 1, 2, 7, 60] {
            check_boxes(&nested(count), &radial(&nested(count)));
        }
    }

    #[test]
    fn lines_along_spokes_run_through_no_box() {
        for seed in 1..40u64 {
            let diagram = random_tree(2 + (seed * 13 % 120) as u32, seed);
            let layout = radial(&diagram);
            check_boxes(&diagram, &layout);
            assert_eq!(through(&diagram, &layout), [], "{seed}");
            for label in layout.routes.iter().filter_map(|route| route.label) {
                let hit = layout.nodes.iter().position(|of| covers(*of, label));
                assert_eq!(hit, None, "{seed} {label:?}");
            }
        }
    }

    #[test]
    fn hubs_of_many_leaves_are_not_much_larger_than_what_hangs_on_them() {
        for (count, most) in [(41, 1_000.0), (301, 2_900.0)] {
            let nodes = vec![item(NONE, false); count];
            let edges = (1..count as u32).map(|leaf| line(0, leaf)).collect();
            let diagram = Diagram { nodes, edges };
            let layout = radial(&diagram);
            check_boxes(&diagram, &layout);
            let Size { width, height } = layout.size;
            assert!(width.max(height) < most, "{width}x{height}");
            assert!((0.5..2.0).contains(&(width / height)), "{width}x{height}");
            assert!(layout.routes.iter().all(|route| !route.points.is_empty()));
            assert_eq!(through(&diagram, &layout), []);
        }
    }

    #[test]
    fn what_all_hangs_on_is_in_the_middle_whichever_way_edges_lead() {
        let nodes = vec![item(NONE, false); 31];
        let line = |leaf| if leaf % 3 == 0 { line(leaf, 0) } else { line(0, leaf) };
        let layout = radial(&Diagram { nodes, edges: (1..31).map(line).collect() });
        let middle = layout.nodes[0].middle();
        assert!((middle.x - layout.size.width / 2.0).abs() < 40.0, "{middle:?}");
        assert!((middle.y - layout.size.height / 2.0).abs() < 40.0, "{middle:?}");
    }

    #[test]
    fn a_root_is_in_the_middle_of_what_it_leads_to() {
        let nodes = vec![item(NONE, false); 9];
        let diagram = Diagram { nodes, edges: (1..9).map(|at| line(0, at)).collect() };
        let layout = radial(&diagram);
        check_boxes(&diagram, &layout);
        let middle = |at: usize| layout.nodes[at].middle().x;
        assert!((middle(0) - layout.size.width / 2.0).abs() < 1.0);
    }
}
