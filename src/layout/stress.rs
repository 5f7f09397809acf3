//! Distances on paper as in the graph: what is few edges apart is near.
//!
//! Gansner, Koren, North: Graph Drawing by Stress Majorization, 2004, one node at a time; then
//! boxes that cover each other are pushed apart. For graphs of up to some hundreds of nodes.

use super::detour::detour;
use super::force::apart;
use super::grid;
use super::nest::{GAP, Members, nest};
use super::parts::by_parts;
use super::radial::from_middles;
use super::{Diagram, Layout, Point, Size};

/// The most nodes of one partition: distances between all pairs are kept.
const MOST: usize = 1_500;
/// How often every node is moved.
const ROUNDS: usize = 120;

/// Lays a diagram out by distances, in each partition by itself.
pub fn stress(diagram: &Diagram) -> Layout {
    let mut is_too_large = false;
    let mut layout = nest(diagram, |members| {
        is_too_large |= members.ids.len() > MOST;
        arrange(members)
    });
    detour(diagram, &mut layout);
    if is_too_large {
        layout.compromises.push("partitions of more than 1,500 members are laid out in rows");
    }
    layout
}

fn arrange(members: &Members) -> (Vec<Point>, Size) {
    let count = members.ids.len();
    if members.edges.is_empty() || count > MOST {
        return grid::arrange(members);
    }
    by_parts(members, |part| {
        let mut middles = majorize(part);
        apart(&part.sizes, (&part.edges, part.label), &mut middles);
        from_middles(part, middles)
    })
}

fn neighbors(count: usize, edges: &[(u32, u32)]) -> Vec<Vec<u32>> {
    let mut near = vec![Vec::new(); count];
    for (a, b) in edges {
        near[*a as usize].push(*b);
        near[*b as usize].push(*a);
    }
    for list in &mut near {
        list.sort_unstable();
        list.dedup();
    }
    near
}

/// Returns the middles of boxes whose distances are about as those in the graph.
fn majorize(members: &Members) -> Vec<Point> {
    let count = members.ids.len();
    let near = neighbors(count, &members.edges);
    let reach: f64 = members.sizes.iter().map(|size| size.width.max(size.height)).sum();
    let unit = reach / count as f64 * 0.9 + GAP;
    let steps = steps(&near);
    // A spiral, in the order of nodes, is a start that no two share.
    let mut middles: Vec<Point> = (0..count)
        .map(|at| {
            let (angle, radius) = (at as f64 * 2.399_963_229_728_653, (at as f64 + 0.5).sqrt());
            Point { x: unit * radius * libm::cos(angle), y: unit * radius * libm::sin(angle) }
        })
        .collect();
    for _ in 0..ROUNDS {
        let mut moved = 0.0_f64;
        for at in 0..count {
            let own = middles[at];
            let (mut x, mut y, mut all) = (0.0, 0.0, 0.0);
            for (other, place) in middles.iter().enumerate() {
                if other == at {
                    continue;
                }
                let ideal = f64::from(steps[at * count + other]) * unit;
                let weight = 1.0 / (ideal * ideal);
                let (dx, dy) = (own.x - place.x, own.y - place.y);
                let apart = (dx * dx + dy * dy).sqrt().max(1e-9);
                x += weight * (place.x + ideal * dx / apart);
                y += weight * (place.y + ideal * dy / apart);
                all += weight;
            }
            let to = Point { x: x / all, y: y / all };
            moved = moved.max((to.x - own.x).abs()).max((to.y - own.y).abs());
            middles[at] = to;
        }
        if moved < 0.05 {
            break;
        }
    }
    middles
}

/// Returns how many edges lie between each two nodes, row by row.
fn steps(near: &[Vec<u32>]) -> Vec<u16> {
    let count = near.len();
    let mut steps = vec![u16::MAX; count * count];
    let mut order: Vec<u32> = Vec::with_capacity(count);
    for from in 0..count {
        let row = &mut steps[from * count..(from + 1) * count];
        order.clear();
        order.push(from as u32);
        row[from] = 0;
        let mut next = 0;
        while next < order.len() {
            let at = order[next] as usize;
            next += 1;
            for other in &near[at] {
                if row[*other as usize] == u16::MAX {
                    row[*other as usize] = row[at] + 1;
                    order.push(*other);
                }
            }
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check_boxes, item, line, nested};
    use super::*;
    use crate::layout::NONE;

    #[test]
    fn no_box_covers_another() {
        for count in [0, 1, 2, 7, 60, 150] {
            check_boxes(&nested(count), &stress(&nested(count)));
        }
    }

    #[test]
    fn a_star_of_many_is_round() {
        let nodes = vec![item(NONE, false); 301];
        let edges = (1..=300).map(|leaf| line(0, leaf)).collect();
        let layout = stress(&Diagram { nodes, edges });
        let Size { width, height } = layout.size;
        assert!((0.4..2.5).contains(&(width / height)) && width < 6000.0, "{width}x{height}");
        let middle = layout.nodes[0].middle();
        assert!((0.3..0.7).contains(&(middle.x / width)), "{middle:?} of {width}x{height}");
    }

    #[test]
    fn what_is_linked_is_nearer_than_what_is_not() {
        let nodes = vec![item(NONE, false); 8];
        let edges = (0..8).map(|at| line(at, (at + 1) % 8)).collect();
        let layout = stress(&Diagram { nodes, edges });
        let apart = |a: usize, b: usize| {
            let [a, b] = [a, b].map(|at| layout.nodes[at].corner);
            ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).sqrt()
        };
        for at in 0..8 {
            assert!(apart(at, (at + 1) % 8) < apart(at, (at + 4) % 8));
        }
    }
}
