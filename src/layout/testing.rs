//! What the unit tests of layouts share: small diagrams, and what must hold of every layout.

use super::{Diagram, Item, Layout, Line, NONE, Point, Rect, Route, Size};

/// Makes a node of a usual size.
pub(super) fn item(parent: u32, is_partition: bool) -> Item {
    let size = Size { width: 90.0, height: 40.0 };
    Item { parent, is_partition, size, direction: None, stretches: false }
}

/// Makes an edge.
pub(super) fn line(source: u32, target: u32) -> Line {
    Line { source, target, label: Size::default(), weight: 1.0 }
}

/// Makes a diagram of so many nodes, some of them in partitions of partitions, with edges among
/// all of them.
pub(super) fn nested(count: u32) -> Diagram {
    let mut diagram = Diagram::default();
    for at in 0..count {
        // Nodes 0, 5, 10, … hold the four after them; every second of these is in the one before.
        let is_partition = at % 5 == 0 && at + 1 < count;
        let parent = match (at % 5, (at / 5) % 2) {
            (0, 1) => at - 5,
            (0, _) => NONE,
            _ => at - at % 5,
        };
        let width = 40.0 + f64::from(at * 37 % 80);
        let size = Size { width, height: 30.0 + f64::from(at % 3) * 10.0 };
        diagram.nodes.push(Item { parent, is_partition, size, direction: None, stretches: false });
        if at > 0 {
            diagram.edges.push(line(at * 7 % at, at));
            diagram.edges.push(line(at, at * 13 % count));
        }
    }
    diagram
}

/// Checks that boxes cover each other only if one holds the other, and then wholly.
pub(super) fn check_boxes(diagram: &Diagram, layout: &Layout) {
    assert_eq!(
        (layout.nodes.len(), layout.routes.len()),
        (diagram.nodes.len(), diagram.edges.len())
    );
    let end = |of: Rect| (of.corner.x + of.size.width, of.corner.y + of.size.height);
    let holds = |outer: Rect, inner: Rect| {
        outer.corner.x <= inner.corner.x + 1e-6
            && outer.corner.y <= inner.corner.y + 1e-6
            && end(outer).0 + 1e-6 >= end(inner).0
            && end(outer).1 + 1e-6 >= end(inner).1
    };
    let apart = |a: Rect, b: Rect| {
        end(a).0 <= b.corner.x + 1e-6
            || end(b).0 <= a.corner.x + 1e-6
            || end(a).1 <= b.corner.y + 1e-6
            || end(b).1 <= a.corner.y + 1e-6
    };
    let whole = Rect { size: layout.size, ..Rect::default() };
    let ancestors = |mut at: usize| {
        let mut all = Vec::new();
        while diagram.nodes[at].parent != NONE {
            at = diagram.nodes[at].parent as usize;
            all.push(at);
        }
        all
    };
    for (a, of) in layout.nodes.iter().enumerate() {
        assert!(of.corner.x.is_finite() && of.corner.y.is_finite());
        assert!(holds(whole, *of), "{a} is outside: {of:?} {whole:?}");
        for (b, other) in layout.nodes.iter().enumerate().skip(a + 1) {
            let (is_in_b, is_in_a) = (ancestors(a).contains(&b), ancestors(b).contains(&a));
            let good = match (is_in_b, is_in_a) {
                (true, _) => holds(*other, *of),
                (_, true) => holds(*of, *other),
                _ => apart(*of, *other),
            };
            assert!(good, "{a} {of:?} and {b} {other:?}");
        }
    }
}

/// Makes a diagram of so many nodes of different sizes whose edges are a tree at random.
pub(super) fn random_tree(count: u32, seed: u64) -> Diagram {
    let mut state = seed;
    let mut random = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) % below
    };
    let mut diagram = Diagram::default();
    // Some have many children, most have none.
    let hubs = 1 + random(u64::from(count) / 3 + 1);
    for at in 0..count {
        let size = Size { width: 20.0 + random(120) as f64, height: 20.0 + random(50) as f64 };
        diagram.nodes.push(Item { size, ..item(NONE, false) });
        if at > 0 {
            let mut own = line(random(u64::from(at).min(hubs)) as u32, at);
            if random(4) == 0 {
                own.label = Size { width: 10.0 + random(60) as f64, height: 15.0 };
            }
            diagram.edges.push(own);
        }
    }
    diagram
}

/// Returns a route as short straight pieces.
pub(super) fn flat(route: &Route) -> Vec<Point> {
    let points = &route.points;
    if !route.is_curved {
        return points.clone();
    }
    let mut flat = vec![points[0]];
    for start in (0..points.len() - 1).step_by(3) {
        let [a, b, c, d] = [0, 1, 2, 3].map(|at| points[start + at]);
        flat.extend((1..=40).map(|step| {
            let t = f64::from(step) / 40.0;
            let u = 1.0 - t;
            let on = |a: f64, b: f64, c: f64, d: f64| {
                a * u * u * u + 3.0 * b * u * u * t + 3.0 * c * u * t * t + d * t * t * t
            };
            Point { x: on(a.x, b.x, c.x, d.x), y: on(a.y, b.y, c.y, d.y) }
        }));
    }
    flat
}

/// Returns the edges with routes that run through a box which holds neither of their ends, and the
/// boxes; checks that routes begin and end at the boxes of their ends, and lie within the picture.
pub(super) fn through(diagram: &Diagram, layout: &Layout) -> Vec<(usize, usize)> {
    let mut all = Vec::new();
    for (edge, (line, route)) in diagram.edges.iter().zip(&layout.routes).enumerate() {
        if route.points.is_empty() {
            continue;
        }
        let flat = flat(route);
        let inside = |of: Rect, at: &Point, by: f64| {
            let (x, y) = (at.x - of.corner.x, at.y - of.corner.y);
            x > by && x < of.size.width - by && y > by && y < of.size.height - by
        };
        for (at, end) in [(&flat[0], line.source), (&flat[flat.len() - 1], line.target)] {
            let of = layout.nodes[end as usize];
            assert!(
                inside(of, at, -0.1) && !inside(of, at, 0.1),
                "{edge} ends at {at:?}, not {of:?}"
            );
        }
        let mut around = vec![false; diagram.nodes.len()];
        for mut end in [line.source, line.target] {
            while end != NONE {
                around[end as usize] = true;
                end = diagram.nodes[end as usize].parent;
            }
        }
        let whole = Rect { size: layout.size, ..Rect::default() };
        assert!(flat.iter().all(|at| inside(whole, at, -0.1)), "{edge} leaves the picture");
        let least = |of: fn(&Point) -> f64| flat.iter().map(of).fold(f64::INFINITY, f64::min);
        let most = |of: fn(&Point) -> f64| flat.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
        let (left, right, top, low) =
            (least(|at| at.x), most(|at| at.x), least(|at| at.y), most(|at| at.y));
        let is_near = |of: &Rect| {
            of.corner.x < right
                && of.corner.y < low
                && of.corner.x + of.size.width > left
                && of.corner.y + of.size.height > top
        };
        let foreign =
            layout.nodes.iter().enumerate().filter(|(at, of)| !around[*at] && is_near(of));
        for (at, of) in foreign {
            let is_hit = flat.windows(2).any(|ends| {
                (0..=16).any(|step| {
                    let (t, [a, b]) = (f64::from(step) / 16.0, [ends[0], ends[1]]);
                    let on = Point { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t };
                    inside(*of, &on, 0.1)
                })
            });
            if is_hit {
                all.push((edge, at));
            }
        }
    }
    all
}

/// Returns whether two boxes share more than a border.
pub(super) fn covers(a: Rect, b: Rect) -> bool {
    let end = |of: Rect| [of.corner.x + of.size.width, of.corner.y + of.size.height];
    let ([ax, ay], [bx, by]) = (end(a), end(b));
    a.corner.x < bx - 1e-6
        && b.corner.x < ax - 1e-6
        && a.corner.y < by - 1e-6
        && b.corner.y < ay - 1e-6
}
