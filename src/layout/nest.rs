//! Lays out what each partition holds by itself, from the innermost outwards.
//!
//! How members are arranged is up to the caller; this knows who is in what, and leaves room for
//! titles and borders.

use super::{Diagram, Layout, NONE, Point, Rect, Route, Size};

/// The room between a partition's border and its members.
pub(super) const PADDING: f64 = 18.0;
/// The gap between boxes that are neighbors.
pub(super) const GAP: f64 = 36.0;

/// The members of a partition, or the outermost nodes.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Members {
    /// Their places in the diagram, in order.
    pub ids: Vec<u32>,
    /// How large each is.
    pub sizes: Vec<Size>,
    /// The edges from one of them, or from what is in it, to another; as places in `ids`.
    pub edges: Vec<(u32, u32)>,
    /// How wide the labels of these edges are, in the mean of all that have one.
    pub label: f64,
}

/// Who is in what, with the edges of each partition.
pub(super) struct Forest {
    /// The members of each node; those of the outside come last.
    pub members: Vec<Vec<u32>>,
    /// The edges among the members of each, as places among them.
    pub edges: Vec<Vec<(u32, u32)>>,
    /// How wide the labels of these are together, and how many there are.
    labels: Vec<(f64, f64)>,
    /// Partitions from the innermost outwards; the outside is last.
    order: Vec<u32>,
}

impl Forest {
    /// Reads the forest of a diagram.
    pub fn of(diagram: &Diagram) -> Forest {
        let count = diagram.nodes.len();
        let slot = |parent: u32| if parent == NONE { count } else { parent as usize };
        let mut members = vec![Vec::new(); count + 1];
        let mut place = vec![0; count];
        for (at, node) in diagram.nodes.iter().enumerate() {
            place[at] = members[slot(node.parent)].len() as u32;
            members[slot(node.parent)].push(at as u32);
        }
        // Outer ones before inner ones, then turned around.
        let mut order = vec![count as u32];
        let mut next = 0;
        while next < order.len() {
            let held = &members[order[next] as usize];
            order.extend(held.iter().filter(|at| !members[**at as usize].is_empty()));
            next += 1;
        }
        let mut depth = vec![0u32; count];
        for at in &order {
            let own = depth.get(*at as usize).map_or(0, |depth| depth + 1);
            for member in &members[*at as usize] {
                depth[*member as usize] = own;
            }
        }
        order.reverse();
        let mut edges = vec![Vec::new(); count + 1];
        let mut labels = vec![(0.0, 0.0); count + 1];
        for line in &diagram.edges {
            let (mut a, mut b) = (line.source, line.target);
            let parent = |at: u32| diagram.nodes[at as usize].parent;
            while depth[a as usize] > depth[b as usize] {
                a = parent(a);
            }
            while depth[b as usize] > depth[a as usize] {
                b = parent(b);
            }
            while parent(a) != parent(b) {
                (a, b) = (parent(a), parent(b));
            }
            if a != b {
                edges[slot(parent(a))].push((place[a as usize], place[b as usize]));
                if line.label.width > 0.0 {
                    let own = &mut labels[slot(parent(a))];
                    *own = (own.0 + line.label.width, own.1 + 1.0);
                }
            }
        }
        Forest { members, edges, labels, order }
    }
}

/// Lays out every partition by `arrange`, which returns the upper left corner of each member, each
/// at least 0, and how large all is.
pub(super) fn nest(
    diagram: &Diagram,
    mut arrange: impl FnMut(&Members) -> (Vec<Point>, Size),
) -> Layout {
    let mut forest = Forest::of(diagram);
    let count = diagram.nodes.len();
    let mut sizes: Vec<Size> = diagram.nodes.iter().map(|node| node.size).collect();
    // Where each node is in what holds it.
    let mut corners = vec![Point::default(); count];
    let mut whole = Size::default();
    let order = std::mem::take(&mut forest.order);
    for at in &order {
        let at = *at as usize;
        let ids = std::mem::take(&mut forest.members[at]);
        let edges = std::mem::take(&mut forest.edges[at]);
        let (wide, labeled) = forest.labels[at];
        let label = if labeled > 0.0 { wide / labeled } else { 0.0 };
        let members = Members {
            sizes: ids.iter().map(|id| sizes[*id as usize]).collect(),
            ids,
            edges,
            label,
        };
        let (placed, inner) = arrange(&members);
        let (mut shift, mut size) = (Point::default(), inner);
        if at < count {
            let title = diagram.nodes[at].size;
            let width = (inner.width + 2.0 * PADDING).max(title.width);
            let lift = title.height.max(PADDING);
            shift = Point { x: (width - inner.width) / 2.0, y: lift };
            size = Size { width, height: inner.height + lift + PADDING };
            sizes[at] = size;
        }
        for (id, corner) in members.ids.iter().zip(placed) {
            corners[*id as usize] = Point { x: corner.x + shift.x, y: corner.y + shift.y };
        }
        forest.members[at] = members.ids;
        whole = size;
    }
    let mut nodes = vec![Rect::default(); count];
    for at in order.iter().rev() {
        let from = nodes.get(*at as usize).map_or_else(Point::default, |of: &Rect| of.corner);
        for id in &forest.members[*at as usize] {
            let own = corners[*id as usize];
            let corner = Point { x: from.x + own.x, y: from.y + own.y };
            nodes[*id as usize] = Rect { corner, size: sizes[*id as usize] };
        }
    }
    Layout {
        size: whole,
        nodes,
        routes: vec![Route::default(); diagram.edges.len()],
        ..Layout::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{item, line};
    use super::*;

    #[test]
    fn edges_are_those_of_the_innermost_partition_around_both_ends() {
        // 0 holds 1 and 2; 2 holds 3.
        let nodes = vec![item(NONE, true), item(0, false), item(0, true), item(2, false)];
        let diagram = Diagram { nodes, edges: vec![line(1, 3), line(0, 3), line(3, 1)] };
        let mut seen = Vec::new();
        nest(&diagram, |members| {
            seen.push((members.ids.clone(), members.edges.clone()));
            (vec![Point::default(); members.ids.len()], Size::default())
        });
        let all = [(vec![3], vec![]), (vec![1, 2], vec![(0, 1), (1, 0)]), (vec![0], vec![])];
        assert_eq!(seen, all);
    }
}
