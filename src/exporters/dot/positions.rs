//! Positions as Graphviz has them: in points, counted upwards; sizes in inches.

use std::io::Write as _;

use super::super::picture::hundredths;
use crate::graph::{EdgeId, NodeId};
use crate::layout::{Layout, Point, Rect};

/// Points and inches in a pixel.
const POINT: f64 = 0.75;
const INCH: f64 = 1.0 / 96.0;
/// How long the head of an edge is, in pixels.
const HEAD: f64 = 13.0;

/// Writes the box of the whole picture as the first attribute of the graph.
pub(super) fn write_whole(out: &mut Vec<u8>, layout: &Layout) {
    let whole = Rect { size: layout.size, ..Rect::default() };
    out.extend_from_slice(b"bb=\"");
    corners(out, layout, &whole);
    out.extend_from_slice(b"\", ");
}

/// Writes the box of a partition.
pub(super) fn write_cluster(out: &mut Vec<u8>, layout: &Layout, node: NodeId) {
    out.extend_from_slice(b", bb=\"");
    corners(out, layout, &layout.nodes[node.0 as usize]);
    out.extend_from_slice(b"\"");
}

/// Writes the middle and the size of a node.
pub(super) fn write_node(out: &mut Vec<u8>, layout: &Layout, node: NodeId) {
    write_point(out, layout, node);
    let size = layout.nodes[node.0 as usize].size;
    let inches = |pixels: f64| (pixels * INCH * 10_000.0).round() / 10_000.0;
    // Writing to a vector cannot fail.
    let _ = write!(out, ", width=\"{}\", height=\"{}\"", inches(size.width), inches(size.height));
}

/// Writes the middle of a node.
pub(super) fn write_point(out: &mut Vec<u8>, layout: &Layout, node: NodeId) {
    out.extend_from_slice(b", pos=\"");
    point(out, layout, layout.nodes[node.0 as usize].middle());
    out.extend_from_slice(b"!\"");
}

/// Writes the way of an edge, and the middle of its label; nothing where it has no way.
pub(super) fn write_edge(out: &mut Vec<u8>, layout: &Layout, edge: EdgeId) {
    let route = &layout.routes[edge.0 as usize];
    let mut points = route.points.clone();
    if !route.is_curved {
        points = straight(&points);
    }
    let [.., before, end] = points.as_mut_slice() else { return };
    // The curve ends where the arrow begins.
    let tip = *end;
    let way = Point { x: tip.x - before.x, y: tip.y - before.y };
    let length = (way.x * way.x + way.y * way.y).sqrt();
    let back = if length > HEAD { HEAD / length } else { 0.5 };
    *end = Point { x: tip.x - way.x * back, y: tip.y - way.y * back };
    out.extend_from_slice(b", pos=\"e,");
    point(out, layout, tip);
    for at in &points {
        out.push(b' ');
        point(out, layout, *at);
    }
    out.extend_from_slice(b"\"");
    if let Some(label) = &route.label {
        out.extend_from_slice(b", lp=\"");
        point(out, layout, label.middle());
        out.extend_from_slice(b"\"");
    }
}

/// Returns straight pieces as curves.
fn straight(points: &[Point]) -> Vec<Point> {
    let mut curves: Vec<Point> = points.first().copied().into_iter().collect();
    for pair in points.windows(2) {
        let part = |part: f64| Point {
            x: pair[0].x + (pair[1].x - pair[0].x) * part,
            y: pair[0].y + (pair[1].y - pair[0].y) * part,
        };
        curves.extend([part(1.0 / 3.0), part(2.0 / 3.0), pair[1]]);
    }
    curves
}

fn point(out: &mut Vec<u8>, layout: &Layout, at: Point) {
    let (x, y) = (hundredths(at.x * POINT), hundredths((layout.size.height - at.y) * POINT));
    let _ = write!(out, "{x},{y}");
}

/// Writes the lower left and the upper right corner of a box.
fn corners(out: &mut Vec<u8>, layout: &Layout, rect: &Rect) {
    let Rect { corner, size } = *rect;
    point(out, layout, Point { x: corner.x, y: corner.y + size.height });
    out.push(b',');
    point(out, layout, Point { x: corner.x + size.width, y: corner.y });
}
