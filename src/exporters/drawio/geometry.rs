//! Where cells are: boxes in the partitions that hold them, and the bends of edges.

use std::io::Write as _;

use super::super::picture::hundredths;
use crate::graph::{Edge, Node};
use crate::layout::{Layout, Point, Rect, Route};

/// Writes the box of a node, by the corner of the partition that holds it.
pub(super) fn write_box(out: &mut Vec<u8>, layout: &Layout, node: Node<'_>) {
    let Rect { corner, size } = layout.nodes[node.index().0 as usize];
    let around = node.parent().map(|parent| layout.nodes[parent.0 as usize].corner);
    let Point { x, y } = around.unwrap_or_default();
    // Writing to a vector cannot fail.
    let _ = write!(
        out,
        "<mxGeometry x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" as=\"geometry\"/>",
        hundredths(corner.x - x),
        hundredths(corner.y - y),
        hundredths(size.width),
        hundredths(size.height)
    );
}

/// Writes where an edge leaves the border of its source and reaches that of its target, in parts
/// of their boxes, as styles.
pub(super) fn write_ports(out: &mut Vec<u8>, layout: &Layout, edge: Edge<'_>) {
    let points = &layout.routes[edge.index().0 as usize].points;
    let ends = [("exit", edge.source(), points.first()), ("entry", edge.target(), points.last())];
    for (word, node, point) in ends {
        let Some(point) = point else { continue };
        let Rect { corner, size } = layout.nodes[node.index().0 as usize];
        let part = |at: f64, of: f64| ((at / of.max(1.0)) * 10_000.0).round() / 10_000.0 + 0.0;
        let (x, y) = (part(point.x - corner.x, size.width), part(point.y - corner.y, size.height));
        let _ = write!(out, "{word}X={x};{word}Y={y};{word}Dx=0;{word}Dy=0;");
    }
}

/// Writes the bends of an edge, and where on it its label stands.
pub(super) fn write_way(out: &mut Vec<u8>, layout: &Layout, edge: Edge<'_>) {
    let route = &layout.routes[edge.index().0 as usize];
    let bends = bends(route);
    out.extend_from_slice(b"<mxGeometry");
    if let Some(place) = label_place(route, &bends) {
        let _ = write!(out, " x=\"{place}\"");
    }
    out.extend_from_slice(b" relative=\"1\" as=\"geometry\"");
    let inner = bends.get(1..bends.len().saturating_sub(1)).unwrap_or_default();
    if inner.is_empty() {
        out.extend_from_slice(b"/>");
        return;
    }
    out.extend_from_slice(b"><Array as=\"points\">");
    for Point { x, y } in inner {
        let _ = write!(out, "<mxPoint x=\"{}\" y=\"{}\"/>", hundredths(*x), hundredths(*y));
    }
    out.extend_from_slice(b"</Array></mxGeometry>");
}

/// Returns the ends and bends of a route; of curves, which draw.io rounds by itself, where they
/// meet.
fn bends(route: &Route) -> Vec<Point> {
    match route.is_curved {
        true => route.points.iter().copied().step_by(3).collect(),
        false => route.points.clone(),
    }
}

/// Returns where the label of an edge stands: -1 for its source, 1 for its target.
fn label_place(route: &Route, bends: &[Point]) -> Option<f64> {
    let label = route.label?.middle();
    let (mut before, mut whole) = (0.0, 0.0);
    let mut nearest = f64::INFINITY;
    for pair in bends.windows(2) {
        let step = Point { x: pair[1].x - pair[0].x, y: pair[1].y - pair[0].y };
        let length = (step.x * step.x + step.y * step.y).sqrt();
        let ahead = (label.x - pair[0].x) * step.x + (label.y - pair[0].y) * step.y;
        let part = if length > 0.0 { (ahead / (length * length)).clamp(0.0, 1.0) } else { 0.0 };
        let away = Point {
            x: pair[0].x + step.x * part - label.x,
            y: pair[0].y + step.y * part - label.y,
        };
        let distance = away.x * away.x + away.y * away.y;
        if distance < nearest {
            (nearest, before) = (distance, whole + part * length);
        }
        whole += length;
    }
    (whole > 0.0).then(|| hundredths(2.0 * before / whole - 1.0))
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::bare;
    use super::super::DrawIo;
    use crate::graph::{EdgeRow, NodeRow};

    /// Returns the numbers of attributes, by the id of the cell that they stand after.
    fn numbers(text: &str, id: &str, names: &[&str]) -> Vec<f64> {
        let cell = text.split(&format!("id=\"{id}\"")).nth(1).unwrap();
        let geometry = cell.split("<mxGeometry").nth(1).unwrap();
        let of = |name: &&str| {
            let value = geometry.split(&format!(" {name}=\"")).nth(1).unwrap();
            value.split('"').next().unwrap().parse().unwrap()
        };
        names.iter().map(of).collect()
    }

    #[test]
    fn members_are_in_their_partitions_and_bends_are_on_the_page() {
        let text = bare::<DrawIo>(|builder| {
            builder.node(NodeRow::test("p", "P", None));
            builder.node(NodeRow::test("q", "Q", Some("p")));
            for id in 0..9 {
                let parent = ["p", "q"].get(id % 3).copied();
                builder.node(NodeRow::test(&format!("n{id}"), "Node", parent));
            }
            for id in 0..8 {
                let (source, target) = (&*format!("n{id}"), &*format!("n{}", id * 5 % 9));
                builder.edge(EdgeRow { source, target, label: "calls", ..EdgeRow::default() });
            }
        });
        let place = ["x", "y", "width", "height"];
        for (id, around) in [("n:q", "n:p"), ("n:n0", "n:p"), ("n:n4", "n:q"), ("n:n7", "n:q")] {
            let (own, outer) = (numbers(&text, id, &place), numbers(&text, around, &place));
            assert!(own[0] > 0.0 && own[0] + own[2] < outer[2], "{id} in {around}: {text}");
            // Below its title.
            assert!(own[1] > 15.0 && own[1] + own[3] < outer[3], "{id} in {around}: {text}");
        }
        assert!(text.contains("<mxPoint x=") && text.contains("exitX=0.5;exitY=1;"), "{text}");
        for label in text.split("<mxGeometry x=\"").skip(1) {
            let head = label.split('>').next().unwrap();
            if head.contains("relative") {
                let at: f64 = head.split('"').next().unwrap().parse().unwrap();
                assert!(at.abs() < 1.0, "{at} is beyond the ends");
            }
        }
    }
}
