//! Trees: every node above those that it leads to, subtrees as near to each other as they can be.
//!
//! A graph that is no tree is drawn as the one that a search in breadth finds (`span`). Children
//! stand in a row (`tidy`); where that would make the picture much wider than high, they hang on
//! trunks (`stack`), first those that have no children of their own (`shape`).

mod frame;
mod shape;
mod span;
mod stack;
mod tidy;

use std::collections::BTreeMap;

use self::frame::Placed;
pub(super) use self::span::{Spanning, span, span_around};
use super::detour::detour;
use super::nest::{Members, nest};
use super::{Diagram, Direction, Layout, NONE, Point, Rect, Route, Size};

/// The gap between neighbors of one level, and between levels.
const BESIDE: f64 = 24.0;
const BETWEEN: f64 = 56.0;
/// How much wider than high a picture shall be.
const RATIO: f64 = 1.6;

/// Lays a diagram out as trees, one in each partition.
pub fn tree(diagram: &Diagram, direction: Direction) -> Layout {
    let labels = labels(diagram);
    // The way to each node from its parent, by the places of both, and where the node is there.
    let mut ways: BTreeMap<(u32, u32), (Route, Point)> = BTreeMap::new();
    let mut layout = nest(diagram, |members| {
        let turned = turn(members, direction);
        let (spanning, order) = span(&turned);
        let pair = |at: usize| {
            let parent = spanning.parents[at];
            (parent != NONE).then(|| (members.ids[parent as usize], members.ids[at]))
        };
        let label = |at: usize| {
            let own = pair(at).and_then(|pair| labels.get(&pair)).copied().unwrap_or_default();
            if is_across(direction) { swapped(own) } else { own }
        };
        let labels: Vec<Size> = (0..members.ids.len()).map(label).collect();
        let ratio = if is_across(direction) { 1.0 / RATIO } else { RATIO };
        let placed = shape::arrange(&turned, &spanning, &order, &labels, ratio);
        let Placed { mut corners, routes, size } = placed;
        for (corner, own) in corners.iter_mut().zip(&turned.sizes) {
            let of = turn_back(Rect { corner: *corner, size: *own }, size, direction);
            *corner = of.corner;
        }
        for (at, route) in routes.into_iter().enumerate() {
            if let (Some(pair), Some(route)) = (pair(at), route) {
                ways.insert(pair, (route_back(route, size, direction), corners[at]));
            }
        }
        (corners, if is_across(direction) { swapped(size) } else { size })
    });
    for (edge, route) in diagram.edges.iter().zip(&mut layout.routes) {
        // Of edges between the same two, the first takes the way of the tree.
        let Some((mut own, from)) = ways.remove(&(edge.source, edge.target)) else { continue };
        let to = layout.nodes[edge.target as usize].corner;
        own.move_by(to.x - from.x, to.y - from.y);
        // Others of the same two may have larger labels.
        own.label = own.label.filter(|label| label.size == edge.label);
        *route = own;
    }
    detour(diagram, &mut layout);
    layout
}

/// Returns the largest label of the edges between each two nodes.
pub(super) fn labels(diagram: &Diagram) -> BTreeMap<(u32, u32), Size> {
    let mut labels: BTreeMap<(u32, u32), Size> = BTreeMap::new();
    for edge in diagram.edges.iter().filter(|edge| edge.label.width > 0.0) {
        let own = labels.entry((edge.source, edge.target)).or_default();
        own.width = own.width.max(edge.label.width);
        own.height = own.height.max(edge.label.height);
    }
    labels
}

fn is_across(direction: Direction) -> bool {
    matches!(direction, Direction::Left | Direction::Right)
}

fn swapped(size: Size) -> Size {
    Size { width: size.height, height: size.width }
}

/// Returns members as they look if edges are to lead downwards.
fn turn(members: &Members, direction: Direction) -> Members {
    let mut turned = members.clone();
    if is_across(direction) {
        turned.sizes.iter_mut().for_each(|size| *size = swapped(*size));
    }
    turned
}

/// Returns a box as it is if edges do not lead downwards.
fn turn_back(of: Rect, whole: Size, direction: Direction) -> Rect {
    let Rect { mut corner, mut size } = of;
    if matches!(direction, Direction::Up | Direction::Left) {
        corner.y = whole.height - corner.y - size.height;
    }
    if is_across(direction) {
        (corner.x, corner.y) = (corner.y, corner.x);
        size = swapped(size);
    }
    Rect { corner, size }
}

fn route_back(mut route: Route, whole: Size, direction: Direction) -> Route {
    for point in &mut route.points {
        let of = Rect { corner: *point, size: Size::default() };
        *point = turn_back(of, whole, direction).corner;
    }
    route.label = route.label.map(|label| turn_back(label, whole, direction));
    route
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check_boxes, covers, item, line, nested, random_tree, through};
    use super::*;
    use crate::layout::Line;

    const DIRECTIONS: [Direction; 4] =
        [Direction::Down, Direction::Up, Direction::Left, Direction::Right];

    #[test]
    fn no_box_covers_another_in_any_direction() {
        for direction in DIRECTIONS {
            for count in [0, 1, 2, 7, 60] {
                check_boxes(&nested(count), &tree(&nested(count), direction));
            }
        }
    }

    #[test]
    fn lines_of_random_trees_run_through_no_box_and_labels_cover_none() {
        for seed in 1..48u64 {
            let diagram = random_tree(2 + (seed * 7 % 110) as u32, seed);
            let layout = tree(&diagram, DIRECTIONS[seed as usize % 4]);
            check_boxes(&diagram, &layout);
            assert!(layout.routes.iter().all(|route| !route.points.is_empty()));
            assert_eq!(through(&diagram, &layout), [], "{seed}");
            for label in layout.routes.iter().filter_map(|route| route.label) {
                let hit = layout.nodes.iter().position(|of| covers(*of, label));
                assert_eq!(hit, None, "{seed} {label:?} {:?}", hit.map(|at| layout.nodes[at]));
            }
        }
    }

    #[test]
    fn pictures_of_hubs_and_of_many_levels_are_not_much_wider_than_high() {
        let star = |leaf| line(0, leaf);
        let six = |at| line((at - 1) / 6, at);
        let several = |at| line(at / 10 * 10, at);
        let of = |count, edges: Vec<Line>| Diagram { nodes: vec![item(NONE, false); count], edges };
        for (diagram, most) in [
            (of(41, (1..41).map(star).collect()), 1_100.0),
            (of(301, (1..301).map(star).collect()), 2_600.0),
            (of(259, (1..259).map(six).collect()), 3_500.0),
            (of(300, (0..300).filter(|at| at % 10 != 0).map(several).collect()), 3_500.0),
        ] {
            for direction in DIRECTIONS {
                let layout = tree(&diagram, direction);
                check_boxes(&diagram, &layout);
                let Size { width, height } = layout.size;
                let shape = width / height;
                assert!((0.33..3.0).contains(&shape) && width < most, "{width}x{height}");
            }
        }
    }

    #[test]
    fn a_parent_is_above_the_middle_of_its_children() {
        let nodes = vec![item(NONE, false); 4];
        let diagram = Diagram { nodes, edges: vec![line(0, 1), line(0, 2), line(0, 3)] };
        let layout = tree(&diagram, Direction::Down);
        let middle = |at: usize| layout.nodes[at].middle().x;
        assert_eq!(middle(0), middle(2));
        assert_eq!(layout.nodes[1].corner.y, layout.nodes[3].corner.y);
        assert!(layout.routes.iter().all(|route| route.points.len() == 4));
        assert!(layout.nodes[0].corner.y < layout.nodes[1].corner.y);
    }

    #[test]
    fn a_cycle_is_drawn_as_well() {
        let nodes = vec![item(NONE, false); 3];
        let diagram = Diagram { nodes, edges: vec![line(0, 1), line(1, 2), line(2, 0)] };
        check_boxes(&diagram, &tree(&diagram, Direction::Right));
    }
}
