//! Diagrams whose nodes and edges are listed in another order, and the way back.
//!
//! Where nothing else decides, layouts keep to the order of the list.

use super::{Diagram, Form, Item, Layout, Line, NONE};

/// A diagram with its nodes in another order.
#[derive(Debug, Clone, PartialEq)]
pub struct Reordered {
    /// The diagram; its edges are in the order of their ends.
    pub diagram: Diagram,
    /// Where each node was.
    before: Vec<u32>,
    /// Where each edge was.
    edges_before: Vec<u32>,
}

impl Reordered {
    /// Lists a diagram's nodes in an order, which names each of them once.
    pub fn new(diagram: &Diagram, order: Vec<u32>) -> Self {
        let mut now = vec![NONE; order.len()];
        for (place, before) in order.iter().enumerate() {
            now[*before as usize] = place as u32;
        }
        let now = |node: u32| now.get(node as usize).copied().unwrap_or(NONE);
        let node = |before: &u32| {
            let item = diagram.nodes[*before as usize];
            Item { parent: now(item.parent), ..item }
        };
        let edge = |(at, line): (usize, &Line)| {
            (Line { source: now(line.source), target: now(line.target), ..*line }, at as u32)
        };
        let nodes = order.iter().map(node).collect();
        let mut edges: Vec<(Line, u32)> = diagram.edges.iter().enumerate().map(edge).collect();
        edges.sort_unstable_by_key(|(line, at)| (line.source, line.target, *at));
        let (edges, edges_before) = edges.into_iter().unzip();
        Reordered { diagram: Diagram { nodes, edges }, before: order, edges_before }
    }

    /// Returns what belongs to each node in the new order; what is behind the end of a short list is
    /// its type's default.
    pub fn listed<T: Copy + Default>(&self, of: &[T]) -> Vec<T> {
        self.before.iter().map(|at| of.get(*at as usize).copied().unwrap_or_default()).collect()
    }

    /// Returns the layout with its nodes and edges in the order they were in before.
    pub fn undone(&self, layout: Layout) -> Layout {
        let form = match layout.form {
            Form::Sectors(sectors) => Form::Sectors(back(sectors, &self.before)),
            form => form,
        };
        let nodes = back(layout.nodes, &self.before);
        Layout { nodes, routes: back(layout.routes, &self.edges_before), form, ..layout }
    }
}

fn back<T: Default>(of: Vec<T>, before: &[u32]) -> Vec<T> {
    let mut back = Vec::new();
    back.resize_with(of.len(), T::default);
    for (one, before) in of.into_iter().zip(before) {
        back[*before as usize] = one;
    }
    back
}

#[cfg(test)]
mod tests {
    use super::super::layered::{Layered, layered};
    use super::super::testing::{check_boxes, item, line, nested};
    use super::super::{grid, sunburst};
    use super::*;

    #[test]
    fn everything_is_where_it_was_in_the_list() {
        let diagram = nested(30);
        let order: Vec<u32> = (0..30).map(|at| at * 7 % 30).collect();
        let reordered = Reordered::new(&diagram, order.clone());
        assert_eq!(reordered.listed(&order)[2], 14 * 7 % 30);
        check_boxes(&diagram, &reordered.undone(grid(&reordered.diagram)));
        for (place, before) in order.iter().enumerate() {
            let (now, then) = (reordered.diagram.nodes[place], diagram.nodes[*before as usize]);
            assert_eq!(now.size, then.size);
            let parent = order.get(now.parent as usize).copied();
            assert_eq!(parent.unwrap_or(NONE), then.parent);
        }
        let ends = |line: &Line| (line.source, line.target);
        assert!(reordered.diagram.edges.is_sorted_by_key(ends));
        for (line, before) in reordered.diagram.edges.iter().zip(&reordered.edges_before) {
            let ends = (order[line.source as usize], order[line.target as usize]);
            let then = diagram.edges[*before as usize];
            assert_eq!(ends, (then.source, then.target));
        }
    }

    #[test]
    fn rows_follow_the_list() {
        let nodes = vec![item(NONE, false); 3];
        let diagram = Diagram { nodes, edges: vec![line(0, 1), line(2, 0)] };
        let reordered = Reordered::new(&diagram, vec![2, 0, 1]);
        let layout = reordered.undone(grid(&reordered.diagram));
        let at = |node: usize| (layout.nodes[node].corner.y, layout.nodes[node].corner.x);
        assert!(at(2) < at(0) && at(0) < at(1));
        let layout = reordered.undone(layered(&reordered.diagram, &Layered::default()));
        for (line, route) in diagram.edges.iter().zip(&layout.routes) {
            let (source, start) = (layout.nodes[line.source as usize], route.points[0]);
            let (right, below) =
                (source.corner.x + source.size.width, source.corner.y + source.size.height);
            assert!((source.corner.x - 1.0..=right + 1.0).contains(&start.x), "{start:?}");
            assert!((source.corner.y - 1.0..=below + 1.0).contains(&start.y), "{start:?}");
        }
        let sectors = sunburst(&reordered.diagram, &reordered.listed(&[1.0, 2.0, 3.0]));
        let Form::Sectors(before) = &sectors.form else { panic!("no sectors") };
        let Form::Sectors(after) = reordered.undone(sectors.clone()).form else { panic!() };
        assert_eq!([after[2], after[0], after[1]], before[..]);
    }
}
