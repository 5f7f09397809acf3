//! Places that are given: each node has its middle where the graph says.

use super::detour::detour;
use super::nest::PADDING;
use super::{Diagram, Layout, NONE, Point, Rect, Route, Size};

/// Puts the middle of each node where it is said to be; partitions go around their members. Nodes
/// without a place stand in a row below all others.
pub fn preset(diagram: &Diagram, places: &[Option<Point>]) -> Layout {
    let count = diagram.nodes.len();
    let mut nodes: Vec<Option<Rect>> = vec![None; count];
    let is_around = is_around(diagram);
    for (at, item) in diagram.nodes.iter().enumerate() {
        let place = places
            .get(at)
            .copied()
            .flatten()
            .filter(|place| place.x.is_finite() && place.y.is_finite() && !is_around[at]);
        nodes[at] = place.map(|place| Rect {
            corner: Point {
                x: place.x - item.size.width / 2.0,
                y: place.y - item.size.height / 2.0,
            },
            size: item.size,
        });
    }
    let lower = |rect: &Rect| rect.corner.y + rect.size.height;
    let left = nodes.iter().flatten().map(|rect| rect.corner.x).fold(f64::INFINITY, f64::min);
    let below = nodes.iter().flatten().map(lower).fold(f64::NEG_INFINITY, f64::max);
    let (mut x, y) = if left.is_finite() { (left, below + 2.0 * PADDING) } else { (0.0, 0.0) };
    for (at, item) in diagram.nodes.iter().enumerate() {
        if nodes[at].is_none() && !is_around[at] {
            nodes[at] = Some(Rect { corner: Point { x, y }, size: item.size });
            x += item.size.width + PADDING;
        }
    }
    around_members(diagram, &mut nodes);
    let mut nodes: Vec<Rect> = nodes.into_iter().map(Option::unwrap_or_default).collect();
    let size = to_origin(&mut nodes);
    let routes = vec![Route::default(); diagram.edges.len()];
    let mut layout = Layout { size, nodes, routes, ..Layout::default() };
    detour(diagram, &mut layout);
    layout
}

/// Returns whether each node is drawn around members.
fn is_around(diagram: &Diagram) -> Vec<bool> {
    let mut is_around = vec![false; diagram.nodes.len()];
    for node in diagram.nodes.iter().filter(|node| node.parent != NONE) {
        is_around[node.parent as usize] = true;
    }
    is_around
}

/// Makes partitions as large as their members and titles need, from the innermost outwards.
fn around_members(diagram: &Diagram, nodes: &mut [Option<Rect>]) {
    let depth = |mut at: usize| {
        let mut depth = 0;
        while diagram.nodes[at].parent != NONE {
            at = diagram.nodes[at].parent as usize;
            depth += 1;
        }
        depth
    };
    let mut order: Vec<(usize, usize)> = (0..nodes.len()).map(|at| (depth(at), at)).collect();
    order.sort_unstable_by(|a, b| b.cmp(a));
    for (_, at) in order {
        let parent = diagram.nodes[at].parent;
        let (Some(own), true) = (nodes[at], parent != NONE) else { continue };
        let title = diagram.nodes[parent as usize].size;
        let lift = title.height.max(PADDING);
        let room = Rect {
            corner: Point { x: own.corner.x - PADDING, y: own.corner.y - lift },
            size: Size {
                width: (own.size.width + 2.0 * PADDING).max(title.width),
                height: own.size.height + lift + PADDING,
            },
        };
        let slot = &mut nodes[parent as usize];
        *slot = Some(slot.map_or(room, |slot| union(slot, room)));
    }
}

fn union(a: Rect, b: Rect) -> Rect {
    let corner = Point { x: a.corner.x.min(b.corner.x), y: a.corner.y.min(b.corner.y) };
    let right = (a.corner.x + a.size.width).max(b.corner.x + b.size.width);
    let lower = (a.corner.y + a.size.height).max(b.corner.y + b.size.height);
    Rect { corner, size: Size { width: right - corner.x, height: lower - corner.y } }
}

/// Moves boxes so that the picture begins at 0, and returns how large it is.
fn to_origin(nodes: &mut [Rect]) -> Size {
    let Some(all) = nodes.iter().copied().reduce(union) else { return Size::default() };
    for node in nodes {
        node.corner.x -= all.corner.x;
        node.corner.y -= all.corner.y;
    }
    all.size
}

#[cfg(test)]
mod tests {
    use super::super::testing::item;
    use super::*;

    #[test]
    fn nodes_stand_where_they_are_said_to_and_partitions_around_them() {
        let nodes = vec![item(NONE, true), item(0, false), item(0, false), item(NONE, false)];
        let diagram = Diagram { nodes, edges: Vec::new() };
        let at = |x, y| Some(Point { x, y });
        let layout = preset(&diagram, &[None, at(-100.0, 5.0), at(200.0, 50.0), None]);
        let [outer, a, b, rest] = [0, 1, 2, 3].map(|at: usize| layout.nodes[at]);
        assert_eq!((b.corner.x - a.corner.x, b.corner.y - a.corner.y), (300.0, 45.0));
        assert_eq!(outer.corner, Point::default());
        assert_eq!(a.corner, Point { x: PADDING, y: 40.0 });
        assert!(rest.corner.y > b.corner.y + b.size.height);
    }
}
