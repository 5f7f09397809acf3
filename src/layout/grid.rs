//! Rows of boxes: nodes in their order, partitions first.

use super::detour::detour;
use super::nest::{GAP, Members, nest};
use super::{Diagram, Layout, Point, Size};

/// How much wider than high what is laid out shall be.
const ASPECT: f64 = 1.5;

/// How much wider gaps may be where there are many edges, by the usual.
const WIDER: f64 = 1.0;

/// The widest gap that labels of edges get.
const LONGEST: f64 = 90.0;

/// Lays a diagram out in rows, of which columns are as wide as their widest box where boxes are
/// of about one size.
pub fn grid(diagram: &Diagram) -> Layout {
    let mut layout = nest(diagram, arrange);
    detour(diagram, &mut layout);
    layout
}

pub(super) fn arrange(members: &Members) -> (Vec<Point>, Size) {
    let sizes = &members.sizes;
    if sizes.is_empty() {
        return (Vec::new(), Size::default());
    }
    // Lines, and labels on them, pass between boxes.
    let busy = members.edges.len() as f64 / sizes.len() as f64;
    let gap = GAP * (1.0 + busy.min(2.0) / 2.0 * WIDER);
    let gap = gap.max((members.label + GAP / 2.0).min(LONGEST));
    // Tall boxes first, so that rows are even; else in order.
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    let widest = sizes.iter().map(|size| size.width).fold(0.0, f64::max);
    let even = sizes.iter().all(|size| size.width * 2.2 >= widest);
    if !even {
        order.sort_by(|a, b| sizes[*b].height.total_cmp(&sizes[*a].height));
    }
    let area: f64 = sizes.iter().map(|size| (size.width + gap) * (size.height + gap)).sum();
    let target = (area * ASPECT).sqrt().max(widest);
    let columns = ((target + gap) / (widest + gap)).floor().max(1.0) as usize;
    // Rows are never full: some that are wider are tried as well.
    let tries = (0..4).map(|step| {
        let target = target * (1.0 + 0.12 * step as f64);
        let columns = (columns + step).min(sizes.len());
        rows(sizes, &order, gap, if even { Row::Of(columns) } else { Row::To(target) })
    });
    let cost = |Size { width, height }: Size| (width / ASPECT).max(height);
    let best = tries.min_by(|a, b| cost(a.1).total_cmp(&cost(b.1)));
    best.unwrap_or_default()
}

/// How long rows are.
#[derive(Clone, Copy)]
enum Row {
    /// So many boxes, of about one size.
    Of(usize),
    /// As many as fit.
    To(f64),
}

fn rows(sizes: &[Size], order: &[usize], gap: f64, long: Row) -> (Vec<Point>, Size) {
    let widest = sizes.iter().map(|size| size.width).fold(0.0, f64::max);
    let mut corners = vec![Point::default(); sizes.len()];
    let (mut y, mut width) = (0.0, 0.0_f64);
    let mut rest = order;
    while !rest.is_empty() {
        let count = match long {
            Row::Of(columns) => columns.min(rest.len()),
            Row::To(target) => fitting(rest, sizes, target, gap),
        };
        let even = matches!(long, Row::Of(_));
        let (row, after) = rest.split_at(count);
        rest = after;
        let height = row.iter().map(|at| sizes[*at].height).fold(0.0, f64::max);
        let mut x = 0.0;
        for at in row {
            let size = sizes[*at];
            let (room, lift) = match even {
                true => ((widest - size.width) / 2.0, (height - size.height) / 2.0),
                false => (0.0, 0.0),
            };
            corners[*at] = Point { x: x + room, y: y + lift };
            x += if even { widest } else { size.width } + gap;
        }
        width = width.max(x - gap);
        y += height + gap;
    }
    (corners, Size { width, height: y - gap })
}

/// Returns how many boxes fit in a row; at least one.
fn fitting(rest: &[usize], sizes: &[Size], target: f64, gap: f64) -> usize {
    let mut x = 0.0;
    let count = rest.iter().take_while(|at| {
        x += sizes[**at].width + gap;
        x - gap <= target
    });
    count.count().max(1)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check_boxes, nested};
    use super::*;

    #[test]
    fn no_box_covers_another_and_partitions_hold_their_members() {
        for count in [0, 1, 2, 7, 50] {
            check_boxes(&nested(count), &grid(&nested(count)));
        }
    }
}
