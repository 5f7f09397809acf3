//! Circles within circles, as near to each other as they can be.
//!
//! Wang, Wang, Dai, Wang: Visualization of Large Hierarchical Data by Circle Packing, 2006: each
//! circle touches two that are next to each other on the front of those before it. Edges are not
//! drawn.

use super::nest::Members;
use super::{Diagram, Layout, NONE, Point, Rect, Size};

/// The radius of a node of the usual weight.
const USUAL: f64 = 46.0;
/// The gap between circles, and the room for the title of what holds them.
const GAP: f64 = 5.0;
const TITLE: f64 = 14.0;

/// A circle.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Circle {
    middle: Point,
    radius: f64,
}

/// Lays a diagram out so that the areas of nodes, which are circles in their boxes, are as their
/// weights.
pub fn circles(diagram: &Diagram, weights: &[f64]) -> Layout {
    let count = diagram.nodes.len();
    let mut members: Vec<Members> = vec![Members::default(); count + 1];
    for (at, node) in diagram.nodes.iter().enumerate() {
        let slot = if node.parent == NONE { count } else { node.parent as usize };
        members[slot].ids.push(at as u32);
    }
    let mut order = vec![count];
    let mut next = 0;
    while next < order.len() {
        order.extend(members[order[next]].ids.iter().map(|at| *at as usize));
        next += 1;
    }
    let is_good = |weight: &f64| weight.is_finite() && *weight > 0.0;
    let usual = weights.iter().copied().filter(is_good);
    let mean = usual.clone().sum::<f64>() / usual.count().max(1) as f64;
    let radius = |at: usize| {
        let weight = weights.get(at).copied().filter(is_good).unwrap_or(0.0);
        USUAL * (weight / mean.max(1e-300)).clamp(0.05, 1e4).sqrt()
    };
    let mut all: Vec<Circle> =
        (0..=count).map(|at| Circle { middle: Point::default(), radius: radius(at) }).collect();
    for at in order.iter().rev().copied() {
        let ids = &members[at].ids;
        if ids.is_empty() {
            continue;
        }
        // Great ones first, which leaves small gaps for small ones.
        let mut own: Vec<u32> = ids.clone();
        own.sort_by(|a, b| {
            let radius = |at: &u32| all[*at as usize].radius;
            radius(b).total_cmp(&radius(a)).then(a.cmp(b))
        });
        let radii: Vec<f64> = own.iter().map(|at| all[*at as usize].radius + GAP / 2.0).collect();
        let packed = pack(&radii);
        let hull = enclose(&packed);
        for (id, circle) in own.iter().zip(&packed) {
            let middle = &mut all[*id as usize].middle;
            *middle = minus(circle.middle, hull.middle);
        }
        all[at].radius = hull.radius + GAP / 2.0 + TITLE;
    }
    if members[count].ids.is_empty() {
        return Layout::default();
    }
    let whole = all[count].radius;
    all[count].middle = Point { x: whole, y: whole };
    for at in order {
        for member in &members[at].ids {
            let own = all[*member as usize].middle;
            let around = all[at].middle;
            all[*member as usize].middle = Point { x: own.x + around.x, y: own.y + around.y };
        }
    }
    let of = |Circle { middle, radius }: &Circle| Rect {
        corner: Point { x: middle.x - radius, y: middle.y - radius },
        size: Size { width: 2.0 * radius, height: 2.0 * radius },
    };
    // The outermost circles may leave much of the circle around them empty.
    let least = |of: fn(&Rect) -> f64, nodes: &[Rect]| nodes.iter().map(of).fold(whole, f64::min);
    let mut nodes: Vec<Rect> = all[..count].iter().map(of).collect();
    let (left, top) = (least(|of| of.corner.x, &nodes), least(|of| of.corner.y, &nodes));
    let mut size = Size::default();
    for Rect { corner, size: own } in &mut nodes {
        (corner.x, corner.y) = (corner.x - left, corner.y - top);
        size.width = size.width.max(corner.x + own.width);
        size.height = size.height.max(corner.y + own.height);
    }
    Layout { size, nodes, ..Layout::default() }
}

fn minus(a: Point, b: Point) -> Point {
    Point { x: a.x - b.x, y: a.y - b.y }
}

fn distance(a: Point, b: Point) -> f64 {
    let Point { x, y } = minus(a, b);
    (x * x + y * y).sqrt()
}

/// Packs circles around the first ones.
fn pack(radii: &[f64]) -> Vec<Circle> {
    let mut packed: Vec<Circle> = Vec::with_capacity(radii.len());
    let mut front = Front { next: vec![0; radii.len()], before: vec![0; radii.len()] };
    // The pair on the front that is nearest to the middle.
    let mut a = 0;
    for (at, radius) in radii.iter().copied().enumerate() {
        match at {
            0 => packed.push(Circle { middle: Point::default(), radius }),
            1 => {
                let x = packed[0].radius + radius;
                packed.push(Circle { middle: Point { x, y: 0.0 }, radius });
                front.link(0, 1);
                front.link(1, 0);
            }
            _ => {
                let mut b = front.next[a];
                loop {
                    let circle = beside(packed[a], packed[b], radius);
                    match front.first_hit(&packed, circle, a, b) {
                        None => {
                            packed.push(circle);
                            front.link(a, at);
                            front.link(at, b);
                            break;
                        }
                        Some((hit, true)) => b = hit,
                        Some((hit, false)) => a = hit,
                    }
                    front.link(a, b);
                }
                a = front.nearest(&packed, at);
            }
        }
    }
    packed
}

/// The circles on the outside, as a ring.
struct Front {
    next: Vec<usize>,
    before: Vec<usize>,
}

impl Front {
    fn link(&mut self, a: usize, b: usize) {
        self.next[a] = b;
        self.before[b] = a;
    }

    /// Finds a circle of the front that a new one between `a` and `b` would cover, the nearest along
    /// the front, and whether it is after `b` or before `a`.
    fn first_hit(
        &self,
        packed: &[Circle],
        circle: Circle,
        a: usize,
        b: usize,
    ) -> Option<(usize, bool)> {
        let covers = |at: usize| {
            let other = packed[at];
            distance(other.middle, circle.middle) < other.radius + circle.radius - 1e-6
        };
        let (mut ahead, mut behind) = (self.next[b], self.before[a]);
        let (mut far_ahead, mut far_behind) = (packed[b].radius, packed[a].radius);
        loop {
            if far_ahead <= far_behind {
                if ahead == a {
                    return None;
                }
                if covers(ahead) {
                    return Some((ahead, true));
                }
                far_ahead += packed[ahead].radius;
                ahead = self.next[ahead];
            } else {
                if behind == b {
                    return None;
                }
                if covers(behind) {
                    return Some((behind, false));
                }
                far_behind += packed[behind].radius;
                behind = self.before[behind];
            }
            if ahead == self.next[behind] {
                return None;
            }
        }
    }

    /// Returns the circle of the front whose pair with the next one is nearest to the middle.
    fn nearest(&self, packed: &[Circle], from: usize) -> usize {
        let far = |at: usize| {
            let (one, two) = (packed[at], packed[self.next[at]]);
            let all = one.radius + two.radius;
            let x = (one.middle.x * two.radius + two.middle.x * one.radius) / all;
            let y = (one.middle.y * two.radius + two.middle.y * one.radius) / all;
            x * x + y * y
        };
        let (mut best, mut at) = (from, self.next[from]);
        while at != from {
            if far(at) < far(best) {
                best = at;
            }
            at = self.next[at];
        }
        best
    }
}

/// Returns the circle of this radius that touches two others and lies outside of their front.
fn beside(a: Circle, b: Circle, radius: f64) -> Circle {
    let (to_a, to_b) = (a.radius + radius, b.radius + radius);
    let apart = distance(a.middle, b.middle).max(1e-9);
    let along = (to_a * to_a - to_b * to_b + apart * apart) / (2.0 * apart);
    let aside = (to_a * to_a - along * along).max(0.0).sqrt();
    let way = minus(b.middle, a.middle);
    let (x, y) = (way.x / apart, way.y / apart);
    let middle =
        Point { x: a.middle.x + x * along + y * aside, y: a.middle.y + y * along - x * aside };
    Circle { middle, radius }
}

/// Returns a circle around circles that is hardly larger than the smallest (Bădoiu, Clarkson:
/// Smaller core-sets for balls, 2003).
fn enclose(circles: &[Circle]) -> Circle {
    let mut middle = circles.first().map_or_else(Point::default, |circle| circle.middle);
    let reach = |from: Point, circle: &Circle| distance(from, circle.middle) + circle.radius;
    for step in 1..=400u32 {
        let farthest = circles.iter().max_by(|a, b| reach(middle, a).total_cmp(&reach(middle, b)));
        let Some(farthest) = farthest else { break };
        let share = 1.0 / f64::from(step + 1);
        let apart = distance(middle, farthest.middle);
        if apart > 0.0 {
            let by = share * (apart + farthest.radius) / apart;
            middle.x += (farthest.middle.x - middle.x) * by.min(1.0);
            middle.y += (farthest.middle.y - middle.y) * by.min(1.0);
        }
    }
    let radius = circles.iter().map(|circle| reach(middle, circle)).fold(0.0, f64::max);
    Circle { middle, radius }
}

#[cfg(test)]
mod tests {
    use super::super::testing::nested;
    use super::*;

    #[test]
    fn no_circle_covers_another_and_partitions_hold_their_members() {
        for count in [0, 1, 2, 3, 7, 120] {
            let diagram = nested(count);
            let weights: Vec<f64> = (0..count).map(|at| f64::from(1 + at * 31 % 17)).collect();
            let layout = circles(&diagram, &weights);
            let circle = |at: usize| {
                let Rect { corner, size } = layout.nodes[at];
                let radius = size.width / 2.0;
                Circle { middle: Point { x: corner.x + radius, y: corner.y + radius }, radius }
            };
            for a in 0..count as usize {
                for b in 0..a {
                    let parent = |at: usize| diagram.nodes[at].parent;
                    let apart = distance(circle(a).middle, circle(b).middle);
                    if parent(a) == parent(b) {
                        assert!(apart + 1e-6 >= circle(a).radius + circle(b).radius, "{a} {b}");
                    } else if parent(a) == b as u32 {
                        assert!(apart + circle(a).radius <= circle(b).radius + 1e-6, "{a} in {b}");
                    }
                }
            }
        }
    }

    #[test]
    fn equal_circles_are_packed_closely() {
        let packed = pack(&[1.0; 61]);
        // The area of the hull is not more than half as large again as that of a honeycomb.
        assert!(enclose(&packed).radius < 10.5, "{:?}", enclose(&packed));
    }
}
