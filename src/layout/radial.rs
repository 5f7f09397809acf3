//! Trees around a middle: every node on the ring of its level, subtrees in sectors.
//!
//! A sector is as wide as what is in it needs, and rings are as far out as the sectors on them need,
//! so no box covers another (after Eades, Drawing Free Trees, 1992).

use super::nest::{GAP, Members, nest};
use super::parts::by_parts;
use super::tree::{Spanning, span, span_around};
use super::{Diagram, Layout, Point, Size};

/// The gap between rings.
const BETWEEN: f64 = 40.0;

/// Lays a diagram out in rings, in each partition around a middle of its own.
pub fn radial(diagram: &Diagram) -> Layout {
    nest(diagram, |members| by_parts(members, arrange))
}

/// Lays out what hangs together.
fn arrange(members: &Members) -> (Vec<Point>, Size) {
    let count = members.ids.len();
    let (mut spanning, mut order) = span(members);
    // Where edges do not lead from one node to all others, some are followed backwards.
    if spanning.roots.len() > 1 {
        (spanning, order) = span_around(members);
    }
    let reach: Vec<f64> = members.sizes.iter().map(|size| diagonal(*size) + GAP * 0.6).collect();
    let (starts, widths) = sectors(&spanning, &order, &reach);
    let radii = radii(&spanning, &widths, &reach);
    let mut middles = vec![Point::default(); count];
    for (at, middle) in middles.iter_mut().enumerate() {
        let radius = radii[spanning.levels[at] as usize];
        let angle = starts[at] + widths[at] / 2.0 - std::f64::consts::FRAC_PI_2;
        *middle = Point { x: radius * libm::cos(angle), y: radius * libm::sin(angle) };
    }
    from_middles(members, middles)
}

fn diagonal(size: Size) -> f64 {
    (size.width * size.width + size.height * size.height).sqrt()
}

/// Returns where the sector of each node starts and how wide it is, in radians.
fn sectors(spanning: &Spanning, order: &[u32], reach: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let mut needs = reach.to_vec();
    for at in order.iter().rev() {
        // Outer rings are longer, so what is further out needs less of the circle.
        let inner: f64 =
            spanning.children[*at as usize].iter().map(|child| needs[*child as usize]).sum();
        needs[*at as usize] = needs[*at as usize].max(inner * 0.9);
    }
    let (mut starts, mut widths) = (vec![0.0; reach.len()], vec![0.0; reach.len()]);
    let mut divide = |children: &[u32], start: f64, width: f64| {
        let all: f64 = children.iter().map(|child| needs[*child as usize]).sum();
        let mut at = start;
        for child in children {
            let own = width * needs[*child as usize] / all.max(1e-9);
            (starts[*child as usize], widths[*child as usize]) = (at, own);
            at += own;
        }
        children.iter().map(|child| (starts[*child as usize], widths[*child as usize])).collect()
    };
    let first: Vec<(f64, f64)> = divide(&spanning.roots, 0.0, std::f64::consts::TAU);
    let mut open: Vec<(u32, (f64, f64))> = spanning.roots.iter().copied().zip(first).collect();
    while let Some((at, (start, width))) = open.pop() {
        let children = &spanning.children[at as usize];
        let inner: Vec<(f64, f64)> = divide(children, start, width);
        open.extend(children.iter().copied().zip(inner));
    }
    (starts, widths)
}

/// Returns how far out each ring is: the one in the middle first.
fn radii(spanning: &Spanning, widths: &[f64], reach: &[f64]) -> Vec<f64> {
    let deepest = spanning.levels.iter().copied().max().unwrap_or(0) as usize;
    let mut radii = vec![0.0_f64; deepest + 1];
    let mut largest = vec![0.0_f64; deepest + 1];
    for (level, own) in spanning.levels.iter().zip(reach) {
        let ring = &mut largest[*level as usize];
        *ring = ring.max(*own);
    }
    let mut least = vec![0.0_f64; deepest + 1];
    for (at, level) in spanning.levels.iter().enumerate() {
        // The chord of a sector must be as long as what stands in it.
        let half = (widths[at] / 2.0).min(std::f64::consts::FRAC_PI_2);
        let ring = *level as usize;
        if ring > 0 {
            least[ring] = least[ring].max(reach[at] / 2.0 / libm::sin(half).max(1e-6));
        }
    }
    for ring in 1..radii.len() {
        let step = f64::midpoint(largest[ring - 1], largest[ring]) + BETWEEN * 0.2;
        radii[ring] = least[ring].max(radii[ring - 1] + step);
    }
    radii
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
    use super::super::testing::{check_boxes, item, line, nested};
    use super::*;
    use crate::layout::NONE;

    #[test]
    fn no_box_covers_another() {
        for count in [0, 1, 2, 7, 60] {
            check_boxes(&nested(count), &radial(&nested(count)));
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
