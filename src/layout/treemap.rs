//! Treemaps: boxes within boxes, each as large as what it stands for.
//!
//! Bruls, Huizing, van Wijk: Squarified Treemaps, 2000. Edges are not drawn.

use super::{Diagram, Layout, NONE, Point, Rect, Size};

/// The gap between boxes, and between them and the border of what holds them.
const GAP: f64 = 6.0;
/// How much room a node of the usual weight has, in square pixels.
const USUAL: f64 = 7_000.0;
/// How much wider than high a treemap is, and how much wider than high boxes in it shall be, since
/// labels are.
const ASPECT: f64 = 1.6;
const WIDE: f64 = 1.5;
/// Which share of all nodes shall have room for their labels, in letters that are smaller than usual;
/// and how many times larger a treemap may be for it.
const LABELED: f64 = 0.85;
const SMALLER: f64 = 0.7;
const LARGER: f64 = 1.7;

/// Lays a diagram out so that the areas of nodes are as their weights.
pub fn treemap(diagram: &Diagram, weights: &[f64]) -> Layout {
    let count = diagram.nodes.len();
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); count + 1];
    let slot = |parent: u32| if parent == NONE { count } else { parent as usize };
    for (at, node) in diagram.nodes.iter().enumerate() {
        members[slot(node.parent)].push(at as u32);
    }
    // Outer ones before inner ones.
    let mut order = vec![count];
    let mut next = 0;
    while next < order.len() {
        order.extend(members[order[next]].iter().map(|at| *at as usize));
        next += 1;
    }
    let leaves = weights.len().min(count);
    let usual = weights[..leaves].iter().copied().filter(|weight| is_good(*weight));
    let mean = usual.clone().sum::<f64>() / usual.count().max(1) as f64;
    let of = |at: usize| weights.get(at).copied().filter(|weight| is_good(*weight)).unwrap_or(0.0);
    // Nothing is so small that it cannot be seen.
    let mut areas: Vec<f64> =
        (0..count).map(|at| (of(at) / mean.max(1e-300)).clamp(0.02, 1e6) * USUAL).collect();
    areas.push(0.0);
    for at in order.iter().rev().copied().filter(|at| !members[*at].is_empty()) {
        let inner: f64 = members[at].iter().map(|member| areas[*member as usize]).sum();
        // The borders and titles of what is in it need room as well.
        areas[at] = inner * if at < count { 1.25 } else { 1.0 };
    }
    let usual = divide(diagram, &members, &order, &areas);
    let larger = larger(diagram, &members, &usual);
    let mut layout = usual;
    if larger > 1.0 {
        areas.iter_mut().for_each(|area| *area *= larger * larger);
        layout = divide(diagram, &members, &order, &areas);
    }
    layout
}

/// Returns how many times as wide and as high most boxes must be to have room for their labels.
fn larger(diagram: &Diagram, members: &[Vec<u32>], layout: &Layout) -> f64 {
    let leaves = layout.nodes.iter().enumerate().filter(|(at, _)| members[*at].is_empty());
    let mut wanted: Vec<f64> = leaves
        .map(|(at, of)| {
            let (own, label) = (of.size, diagram.nodes[at].size);
            let by = |width: f64, height: f64| {
                (label.width / width.max(1e-9)).max(label.height / height.max(1e-9)) * SMALLER
            };
            by(own.width, own.height).min(by(own.height, own.width))
        })
        .collect();
    wanted.sort_by(f64::total_cmp);
    let most = ((wanted.len() as f64 * LABELED) as usize).min(wanted.len().saturating_sub(1));
    wanted.get(most).copied().unwrap_or(1.0).clamp(1.0, LARGER)
}

/// Divides a box of the area of all.
fn divide(diagram: &Diagram, members: &[Vec<u32>], order: &[usize], areas: &[f64]) -> Layout {
    let count = diagram.nodes.len();
    let width = (areas[count] * ASPECT).sqrt();
    let mut boxes = vec![Rect::default(); count + 1];
    let height = if width > 0.0 { areas[count] / width } else { 0.0 };
    boxes[count].size = Size { width, height };
    for at in order.iter().copied() {
        let mut inside = boxes[at];
        if members[at].is_empty() {
            continue;
        }
        if at < count {
            let Size { width, height } = inside.size;
            let title = diagram.nodes[at].size.height.min(height * 0.3);
            let gap = GAP.min(width * 0.1).min(height * 0.1);
            inside.corner = Point { x: inside.corner.x + gap, y: inside.corner.y + title };
            inside.size = Size { width: width - 2.0 * gap, height: height - title - gap };
        }
        squarify(&members[at], areas, inside, &mut boxes);
    }
    boxes.truncate(count);
    Layout { size: Size { width, height }, nodes: boxes, ..Layout::default() }
}

fn is_good(weight: f64) -> bool {
    weight.is_finite() && weight > 0.0
}

/// Divides a box among members: rows along its shorter side, of boxes as near to a shape as can be.
fn squarify(members: &[u32], areas: &[f64], inside: Rect, boxes: &mut [Rect]) {
    // Boxes are made square, and then all of them wider.
    let mut inside = inside;
    let left = inside.corner.x;
    inside.size.width /= WIDE;
    let wider = |of: Rect| Rect {
        corner: Point { x: left + (of.corner.x - left) * WIDE, ..of.corner },
        size: Size { width: of.size.width * WIDE, ..of.size },
    };
    let mut order: Vec<u32> = members.to_vec();
    order.sort_by(|a, b| areas[*b as usize].total_cmp(&areas[*a as usize]).then(a.cmp(b)));
    let all: f64 = order.iter().map(|at| areas[*at as usize]).sum();
    let scale = inside.size.width * inside.size.height / all.max(1e-300);
    let area = |at: u32| areas[at as usize] * scale;
    let mut rest = &order[..];
    let mut free = inside;
    while !rest.is_empty() {
        let side = free.size.width.min(free.size.height);
        let (mut count, mut sum, mut worst) = (0, 0.0, f64::INFINITY);
        while count < rest.len() {
            let more = sum + area(rest[count]);
            // The worst is the first, which is the greatest, or the last.
            let (greatest, least) = (area(rest[0]), area(rest[count]));
            let thick = more * more;
            let now =
                (side * side * greatest / thick).max(thick / (side * side * least).max(1e-300));
            if now > worst {
                break;
            }
            (count, sum, worst) = (count + 1, more, now);
        }
        let (row, after) = rest.split_at(count.max(1));
        rest = after;
        let sum = if count == 0 { area(row[0]) } else { sum };
        let is_column = free.size.width >= free.size.height;
        let thick = if side > 0.0 { sum / side } else { 0.0 };
        let mut along = 0.0;
        for at in row {
            let length = if thick > 0.0 { area(*at) / thick } else { 0.0 };
            let whole = if is_column {
                let corner = Point { x: free.corner.x, y: free.corner.y + along };
                Rect { corner, size: Size { width: thick, height: length } }
            } else {
                let corner = Point { x: free.corner.x + along, y: free.corner.y };
                Rect { corner, size: Size { width: length, height: thick } }
            };
            boxes[*at as usize] = shrunk(wider(whole));
            along += length;
        }
        if is_column {
            free.corner.x += thick;
            free.size.width = (free.size.width - thick).max(0.0);
        } else {
            free.corner.y += thick;
            free.size.height = (free.size.height - thick).max(0.0);
        }
    }
}

/// Leaves half a gap on each side.
fn shrunk(of: Rect) -> Rect {
    let Size { width, height } = of.size;
    let gap = (GAP / 2.0).min(width * 0.1).min(height * 0.1);
    Rect {
        corner: Point { x: of.corner.x + gap, y: of.corner.y + gap },
        size: Size { width: width - 2.0 * gap, height: height - 2.0 * gap },
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{item, nested};
    use super::*;

    fn area(of: Rect) -> f64 {
        of.size.width * of.size.height
    }

    #[test]
    fn areas_are_as_weights_and_boxes_are_nearly_square() {
        let diagram = Diagram { nodes: vec![item(NONE, false); 7], edges: Vec::new() };
        let weights = [6.0, 6.0, 4.0, 3.0, 2.0, 2.0, 1.0];
        let layout = treemap(&diagram, &weights);
        for (of, weight) in layout.nodes.iter().zip(weights) {
            let share = area(*of) / area(layout.nodes[0]) * 6.0 / weight;
            assert!((0.75..1.2).contains(&share), "{weight} {of:?}");
            let aspect = of.size.width / of.size.height;
            assert!((0.3..3.3).contains(&aspect), "{of:?}");
        }
    }

    #[test]
    fn no_box_covers_another_and_partitions_hold_their_members() {
        for count in [0, 1, 2, 7, 60] {
            let mut diagram = nested(count);
            diagram.edges.clear();
            let weights: Vec<f64> = (0..count).map(|at| f64::from(at % 7)).collect();
            super::super::testing::check_boxes(&diagram, &treemap(&diagram, &weights));
        }
    }
}
